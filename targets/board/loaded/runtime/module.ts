// Of the full runtime: parses and validates a module (core specification, 5.5 and 3.4), lowering its functions as it
// meets them, and instantiates it (4.5.4). Everything is in capacities that the build fixed; a module at a time.

import type { Host } from '../../../host-functions/host.js';
import {
  beginCode,
  checkFunction,
  clearOperands,
  Kind,
  locate,
  lowerBody,
  operandHighs,
  operandLows,
  operandTop,
  pop,
  pushOf,
} from './body.js';
import {
  at,
  byte,
  count,
  end,
  endAt,
  fail,
  high,
  inBody,
  limit,
  moveTo,
  name,
  readFrom,
  s32,
  s64,
  skip,
  source,
  u32,
  word,
} from './bytes.js';
import { Count, counts, elementTypes, globalTypes } from './index-space.js';
import {
  clearTypes,
  isReference,
  readReferenceType,
  readTypes,
  readValueType,
  Type,
  typeLetter,
  typeName,
  typeOf,
} from './types.js';

declare const FUNCTIONS: number;
declare const GLOBALS: number;
declare const TABLES: number;
declare const TABLE_ENTRIES: number;
declare const ELEMENT_SEGMENTS: number;
declare const DATA_SEGMENTS: number;
declare const MEMORY_BYTES: number;
/** Names of host functions with their modules, and what they are; undefined for one that the program has not. */
declare function findHostFunction(key: string): [string, (host: Host, ...values: number[]) => number] | undefined;
declare function imul(a: number, b: number): number;
declare function i64_add_low(aLow: number, aHigh: number, bLow: number, bHigh: number): number;
declare function i64_add_high(aLow: number, aHigh: number, bLow: number, bHigh: number): number;
declare function i64_sub_low(aLow: number, aHigh: number, bLow: number, bHigh: number): number;
declare function i64_sub_high(aLow: number, aHigh: number, bLow: number, bHigh: number): number;
declare function i64_mul_low(aLow: number, aHigh: number, bLow: number, bHigh: number): number;
declare function i64_mul_high(aLow: number, aHigh: number, bLow: number, bHigh: number): number;

// Of interpreted/runtime/runtime.ts, which runs what is loaded.
declare const host: Host;
declare const slots: Int32Array;
declare const floats: Float32Array;
declare const doubles: Float64Array;
declare const bytes: Uint8Array;
declare let memoryBytes: number;
declare let pages: number;
declare let base: number;
declare const busy: boolean;
declare function call(address: number, values: ArrayLike<number>): unknown;
declare function exportFunction(address: number): unknown;
declare function exportGlobal(index: number, letter: string, mutable: boolean): unknown;
declare function trapError(trap: number): Error;
declare const pc: number;

/** Of the build: gets the handlers that are used from Storage. */
declare function loadHandlers(): void;
declare const imports: (() => void)[];
declare const functions: Int32Array;
declare const globals: Int32Array;
declare const tables: Int32Array;
declare const tableEntries: Int32Array;
declare const signatures: string[];

declare let tableEntryTop: number;
declare let mostPages: number;
declare let pageShift: number;
/** 1 for a segment that is dropped: it has no entries any more. */
const elementDropped = new Uint8Array(ELEMENT_SEGMENTS);
export const dataDropped = new Uint8Array(DATA_SEGMENTS);
/** Where segments, bodies and names lie in the module. */
const elementAt = new Int32Array(ELEMENT_SEGMENTS);
const dataAt = new Int32Array(DATA_SEGMENTS);
const bodyAt = new Int32Array(FUNCTIONS);
let importCount = 0;
let codeFunctions = 0;
let segments = 0;
let startFunction = -1;
let namesAt = 0;
let exportKeys: string[] = [];
let exportItems: number[] = [];
/** The value of the last constant expression. */
let constantLow = 0;
let constantHigh = 0;
// Of the segment that was read last.
let segmentFlags = 0;
let segmentTarget = 0;
let segmentOffset = 0;
let segmentLength = 0;

function declareFunction(): number {
  const index = checkFunction();
  functions[index * 4 + 3] = 1;
  return index;
}

/** Reads and evaluates a constant expression (3.4.4). */
function evaluate(expected: number): void {
  clearOperands();
  for (;;) {
    const opcode = byte();
    if (opcode === 0x0b) break;
    if (opcode === 0x41) pushOf(Kind.Constant, Type.I32, s32(), 0);
    else if (opcode === 0x42) {
      const low = s64();
      pushOf(Kind.Constant, Type.I64, low, high);
    } else if (opcode === 0x43) pushOf(Kind.Constant, Type.F32, word(), 0);
    else if (opcode === 0x44) {
      const low = word();
      pushOf(Kind.Constant, Type.F64, low, word());
    } else if (opcode === 0xd0) pushOf(Kind.Constant, readReferenceType(), -1, 0);
    else if (opcode === 0xd2) pushOf(Kind.Constant, Type.FuncRef, declareFunction(), 0);
    else if (opcode === 0x23) {
      const index = u32();
      if (index >= counts[Count.Globals]) fail('unknown global ' + index);
      if (globalTypes[index] > 127) fail('constant expression required');
      pushOf(Kind.Constant, globalTypes[index], globals[index * 2], globals[index * 2 + 1]);
    } else combine(opcode);
  }
  if (operandTop !== 1) fail('type mismatch: a constant expression leaves one value');
  pop(expected);
  constantLow = operandLows[0];
  constantHigh = operandHighs[0];
}

/** Arithmetic in a constant expression. */
function combine(opcode: number): void {
  const operation = opcode > 0x7b ? opcode - 0x7c : opcode - 0x6a;
  if (operation < 0 || operation > 2) fail('constant expression required, not opcode ' + opcode);
  const type = opcode > 0x7b ? Type.I64 : Type.I32;
  pop(type);
  pop(type);
  const a = operandLows[operandTop];
  const aHigh = operandHighs[operandTop];
  const b = operandLows[operandTop + 1];
  const bHigh = operandHighs[operandTop + 1];
  let low = 0;
  let highWord = 0;
  if (opcode === 0x6a) low = a + b;
  else if (opcode === 0x6b) low = a - b;
  else if (opcode === 0x6c) low = imul(a, b);
  else if (operation === 0) {
    low = i64_add_low(a, aHigh, b, bHigh);
    highWord = i64_add_high(a, aHigh, b, bHigh);
  } else if (operation === 1) {
    low = i64_sub_low(a, aHigh, b, bHigh);
    highWord = i64_sub_high(a, aHigh, b, bHigh);
  } else {
    low = i64_mul_low(a, aHigh, b, bHigh);
    highWord = i64_mul_high(a, aHigh, b, bHigh);
  }
  pushOf(Kind.Constant, type, low, highWord);
}

function addFunction(entry: number): void {
  const row = counts[Count.Functions] * 4;
  limit('functions', counts[Count.Functions] + 1, FUNCTIONS);
  functions[row] = entry;
  functions[row + 1] = typeOf(u32());
  functions[row + 2] = 0;
  functions[row + 3] = 0;
  counts[Count.Functions]++;
}

/** What `load` was given to import, by module and name: functions, and values of globals. */
type Given = { [module: string]: { [name: string]: unknown } };
let given: Given | undefined;
let unknownImport = '';

function readImport(): void {
  const from = name();
  const field = name();
  const key = from + ' ' + field;
  const own = given?.[from]?.[field];
  const kind = byte();
  if (kind === 0) {
    addFunction(-1 - importCount);
    const letters = signatures[functions[(counts[Count.Functions] - 1) * 4 + 1]];
    const found = own ? [letters, own] : findHostFunction(key);
    // An invalid module is told as that first.
    if (!found) unknownImport = key;
    else if (letters !== found[0] || typeof found[1] !== 'function') {
      fail('incompatible import type: ' + key + ' is ' + found[0] + ', the module wants ' + letters);
    } else imports[importCount] = importOf(found[1] as never, letters, !own);
    importCount++;
  } else if (kind === 1) readTable();
  else if (kind === 2) readMemory();
  else if (kind === 3) {
    if (own === undefined) unknownImport = key;
    const value = own === undefined ? 0 : (own as { value?: unknown }).value;
    readGlobal(value === undefined ? own : value);
  } else fail('malformed import kind');
}

/** Calls a host function with the arguments at `base`, and leaves its result there; one of the table gets the host. */
function importOf(implementation: (...values: unknown[]) => never, letters: string, ofTable: boolean): () => void {
  return () => {
    const values: unknown[] = ofTable ? [host] : [];
    const colon = letters.indexOf(':');
    const first = base;
    for (let index = 0; index < colon; index++) {
      const slot = first + index * 2;
      const letter = letters[index];
      if (letter === 'I') {
        if (ofTable) values.push(slots[slot], slots[slot + 1]);
        else values.push([slots[slot], slots[slot + 1]]);
      } else values.push(letter === 'F' ? doubles[slot >> 1] : letter === 'f' ? floats[slot] : slots[slot]);
    }
    const value = implementation.apply(null, values);
    const several = letters.length > colon + 2;
    for (let index = colon + 1; index < letters.length; index++) {
      const slot = first + (index - colon - 1) * 2;
      const letter = letters[index];
      const each = several ? value[index - colon - 1] : value;
      if (letter === 'F') doubles[slot >> 1] = each;
      else if (letter === 'f') floats[slot] = each;
      else if (letter === 'I') {
        slots[slot] = ofTable ? each : each[0];
        slots[slot + 1] = ofTable ? host.high : each[1];
      } else slots[slot] = each;
    }
  };
}

function readTable(): void {
  limit('tables', counts[Count.Tables] + 1, TABLES);
  const row = counts[Count.Tables]++ * 4;
  tables[row + 3] = readReferenceType();
  const flags = byte();
  if (flags > 1) fail('malformed limits flags');
  const minimum = u32();
  const maximum = flags === 1 ? u32() : 4294967295;
  if (minimum > maximum) fail('size minimum must not be greater than maximum of the table');
  limit('tableEntries', tableEntryTop + minimum, TABLE_ENTRIES);
  tables[row] = tableEntryTop;
  tables[row + 1] = minimum;
  tables[row + 2] = maximum;
  tableEntries.fill(-1, tableEntryTop, tableEntryTop + minimum);
  tableEntryTop += minimum;
}

function readMemory(): void {
  if (counts[Count.Memories]++ > 0) fail('multiple memories are not supported');
  const flags = byte();
  if (flags > 9 || (flags & 6) !== 0)
    fail('malformed memory limits flags: shared and 64-bit memories are not supported');
  pages = u32();
  const maximum = (flags & 1) !== 0 ? u32() : -1;
  pageShift = 16;
  if (flags > 7) {
    pageShift = u32();
    if (pageShift !== 0 && pageShift !== 16) fail('invalid custom page size');
  }
  const most = pageShift === 0 ? 4294967295 : 65536;
  if (pages > most || maximum > most) fail('memory size must be at most ' + most + ' pages');
  if (maximum >= 0 && pages > maximum) fail('size minimum must not be greater than maximum of the memory');
  mostPages = maximum < 0 ? most : maximum;
  const declared = pageShift === 0 ? pages : pages * 65536;
  memoryBytes = declared < MEMORY_BYTES ? declared : MEMORY_BYTES;
}

/** `imported` is the value of an imported one; the others have an expression. */
function readGlobal(imported?: unknown): void {
  const index = counts[Count.Globals];
  limit('globals', index + 1, GLOBALS);
  const type = readValueType();
  const mutable = byte();
  if (mutable > 1) fail('malformed mutability');
  if (imported === undefined) evaluate(type);
  else setConstant(type, imported);
  globalTypes[index] = type + mutable * 128;
  globals[index * 2] = constantLow;
  globals[index * 2 + 1] = constantHigh;
  counts[Count.Globals]++;
}

/** The bits of a value that the embedder gave; of references it can give none but null. */
function setConstant(type: number, value: unknown): void {
  if (type === Type.F64) doubles[0] = value as number;
  else if (type === Type.F32) floats[0] = value as number;
  else slots[0] = isReference(type) ? -1 : (value as number);
  if (type === Type.I64) slots.set(value as number[]);
  constantLow = slots[0];
  constantHigh = slots[1];
}

function readExport(): void {
  const key = name();
  if (exportKeys.indexOf(key) >= 0) fail('duplicate export name');
  const kind = byte();
  if (kind > 3) fail('malformed export kind');
  let item = 0;
  if (kind === 0) item = declareFunction();
  else {
    item = u32();
    if (item >= (kind === 1 ? counts[Count.Tables] : kind === 2 ? counts[Count.Memories] : counts[Count.Globals])) {
      fail('unknown ' + ['table ', 'memory ', 'global '][kind - 1] + item);
    }
  }
  exportKeys.push(key);
  exportItems.push(item * 4 + kind);
}

/** Reads an element segment; so many of its entries from `first` on go to the table entries from `to` on. */
function readElements(to: number, first: number, entries: number): number {
  segmentFlags = u32();
  if (segmentFlags > 7) fail('malformed elements segment kind');
  segmentTarget = 0;
  segmentOffset = 0;
  let type = Type.FuncRef;
  const active = (segmentFlags & 1) === 0;
  if (active) {
    if (segmentFlags & 2) segmentTarget = u32();
    if (segmentTarget >= counts[Count.Tables]) fail('unknown table ' + segmentTarget);
    evaluate(Type.I32);
    segmentOffset = constantLow >>> 0;
  }
  if ((segmentFlags & 3) !== 0) {
    if (segmentFlags > 3) type = readReferenceType();
    else if (byte() !== 0) fail('malformed element kind');
  }
  if (active && tables[segmentTarget * 4 + 3] !== type) fail('type mismatch: element segment of ' + typeName(type));
  segmentLength = count();
  for (let entry = 0; entry < segmentLength; entry++) {
    let value = 0;
    if (segmentFlags > 3) {
      evaluate(type);
      value = constantLow;
    } else value = declareFunction();
    if (entry >= first && entry < first + entries) tableEntries[to + entry - first] = value;
  }
  return type;
}

/** Reads a data segment and skips its bytes. */
function readData(): void {
  segmentFlags = u32();
  if (segmentFlags > 2) fail('malformed data segment kind');
  if (segmentFlags !== 1) {
    const memory = segmentFlags === 2 ? u32() : 0;
    if (memory > 0 || counts[Count.Memories] === 0) fail('unknown memory ' + memory);
    evaluate(Type.I32);
    segmentOffset = constantLow >>> 0;
  }
  segmentLength = count();
  skip(segmentLength);
}

/** The order in which sections must come: 12, the data count, stands before 10, the code. */
function sectionRank(id: number): number {
  return id === 12 ? 10 : id > 9 ? id + 1 : id;
}

function readSection(id: number): void {
  if (id === 1) {
    readTypes();
    return;
  }
  if (id === 8) {
    startFunction = checkFunction();
    if (functions[startFunction * 4 + 1] !== 0) fail('start function must have type [] -> []');
    return;
  }
  if (id === 12) {
    counts[Count.Data] = u32();
    return;
  }
  const entries = count();
  if (id === 10 && entries !== counts[Count.Functions] - importCount)
    fail('function and code section have inconsistent lengths');
  if (id === 11 && counts[Count.Data] >= 0 && counts[Count.Data] !== entries)
    fail('data count and data section have inconsistent lengths');
  if (id === 9) limit('elementSegments', entries, ELEMENT_SEGMENTS);
  if (id === 11) limit('dataSegments', entries, DATA_SEGMENTS);
  for (let entry = 0; entry < entries; entry++) {
    if (id === 2) readImport();
    else if (id === 3) addFunction(0);
    else if (id === 4) readTable();
    else if (id === 5) readMemory();
    else if (id === 6) readGlobal();
    else if (id === 7) readExport();
    else if (id === 9) {
      elementAt[entry] = at;
      elementTypes[entry] = readElements(0, 0, 0);
      counts[Count.Elements]++;
    } else if (id === 10) {
      const index = importCount + codeFunctions++;
      bodyAt[index] = at;
      lowerBody(index);
    } else {
      dataAt[entry] = at;
      readData();
      segments++;
    }
  }
}

function readModule(module: Uint8Array): void {
  readFrom(module, 0, module.length);
  if (module.length < 8 || word() !== 0x6d736100) {
    moveTo(0);
    fail('magic header not detected: this is no WebAssembly module');
  }
  if (word() !== 1) fail('unknown binary version');
  let rank = 0;
  while (at < module.length) {
    const id = byte();
    const size = u32();
    if (id > 12) fail('malformed section id ' + id);
    if (size > module.length - at) fail('length out of bounds');
    endAt(at + size);
    if (id === 0) {
      if (name() === 'name') namesAt = at;
      moveTo(end);
    } else {
      if (sectionRank(id) <= rank) fail('unexpected content after last section');
      rank = sectionRank(id);
      readSection(id);
    }
    if (at !== end) fail('section size mismatch');
    endAt(module.length);
  }
  if (codeFunctions !== counts[Count.Functions] - importCount)
    fail('function and code section have inconsistent lengths');
  if (counts[Count.Data] > segments) fail('data count and data section have inconsistent lengths');
}

function clearModule(): void {
  counts.fill(0);
  counts[Count.Data] = -1;
  bytes.fill(0, 0, memoryBytes);
  pages = 0;
  mostPages = 0;
  memoryBytes = 0;
  importCount = 0;
  codeFunctions = 0;
  segments = 0;
  startFunction = -1;
  namesAt = 0;
  tableEntryTop = 0;
  exportKeys = [];
  exportItems = [];
  unknownImport = '';
  clearTypes();
  beginCode();
  inBody(-1);
}

/** Copies what an active segment has, drops it and its like. Throws traps. */
function initialise(): void {
  for (let index = 0; index < counts[Count.Elements]; index++) {
    moveTo(elementAt[index]);
    readElements(0, 0, 0);
    elementDropped[index] = 0;
    if ((segmentFlags & 1) === 0) {
      const trap = initTable(index, segmentTarget * 4, segmentOffset, 0, segmentLength);
      if (trap !== 0) throw trapError(trap);
    }
    // Active and declarative segments are dropped; passive ones are kept for table.init.
    if ((segmentFlags & 3) !== 1) elementDropped[index] = 1;
  }
  for (let index = 0; index < segments; index++) {
    moveTo(dataAt[index]);
    readData();
    dataDropped[index] = 0;
    if (segmentFlags === 1) continue;
    const last = segmentOffset + segmentLength;
    if (last <= pages * (pageShift === 0 ? 1 : 65536)) limit('memoryBytes', last, MEMORY_BYTES);
    const trap = initMemory(index, segmentOffset, 0, segmentLength);
    if (trap !== 0) throw trapError(trap);
    dataDropped[index] = 1;
  }
}

/** table.init; returns a trap, 0 for none. */
export function initTable(index: number, table: number, to: number, first: number, entries: number): number {
  endAt(source.length);
  moveTo(elementAt[index]);
  readElements(0, 0, 0);
  if (first + entries > (elementDropped[index] === 1 ? 0 : segmentLength) || to + entries > tables[table + 1]) return 6;
  moveTo(elementAt[index]);
  readElements(tables[table] + to, first, entries);
  return 0;
}

export function dropElements(index: number): void {
  elementDropped[index] = 1;
}

/** memory.init; returns a trap, 0 for none. */
export function initMemory(index: number, to: number, first: number, length: number): number {
  endAt(source.length);
  moveTo(dataAt[index]);
  readData();
  if (first + length > (dataDropped[index] === 1 ? 0 : segmentLength) || to + length > memoryBytes) return 2;
  const from = at - segmentLength + first;
  // A view cannot start behind byte 65,535 of a file.
  if (source.byteOffset + from < 65536) {
    bytes.set(new Uint8Array(source.buffer, source.byteOffset + from, length), to);
  } else for (let each = 0; each < length; each++) bytes[to + each] = source[from + each];
  return 0;
}

/** Where the running instruction is in the module: for the error of a trap. */
export function trapPlace(): string {
  let index = -1;
  for (let each = importCount; each < counts[Count.Functions]; each++) {
    if (functions[each * 4] <= pc && (index < 0 || functions[each * 4] > functions[index * 4])) index = each;
  }
  if (index < 0) return '';
  readFrom(source, bodyAt[index], source.length);
  const offset = locate(index, pc);
  const exportedAs = exportKeys[exportItems.indexOf(index * 4)];
  const text = functionName(index) || exportedAs;
  return ' in function ' + index + (text ? ' (' + text + ')' : '') + ' at byte ' + offset;
}

/** Of the name section, '' if it has none. */
function functionName(index: number): string {
  if (namesAt === 0) return '';
  readFrom(source, namesAt, source.length);
  try {
    for (;;) {
      const id = byte();
      const size = u32();
      if (id > 1) return '';
      if (id === 0) skip(size);
      else {
        for (let entries = u32(); entries > 0; entries--) {
          const each = u32();
          const text = name();
          if (each === index) return text;
        }
        return '';
      }
    }
  } catch (_) {
    // A broken name section is no reason to lose the trap.
    return '';
  }
}

/** Of the exported functions; their addresses in the same order. */
export function exportNames(): string[] {
  return exportKeys.filter((_, index) => (exportItems[index] & 3) === 0);
}

export function exportAddresses(): number[] {
  return exportItems.filter((item) => (item & 3) === 0).map((item) => item >> 2);
}

/**
 * Loads a module from its bytes, which have to stay where they are, and instantiates it. Functions and globals that it
 * imports it gets from `own`, functions else from the host functions of the program; an imported memory or table is made
 * for it. Returns its exports. Throws an Error that says what is wrong and where; then, as before the first call, no module
 * is loaded. Exports of the module that was loaded before must not be called any more.
 */
export function load(module: ArrayBuffer | Uint8Array, own?: Given): { [name: string]: unknown } {
  if (busy) throw new Error('a call is running');
  given = own;
  clearModule();
  readModule(new Uint8Array(module as ArrayBuffer));
  if (unknownImport !== '') throw new Error('unknown import: ' + unknownImport);
  initialise();
  loadHandlers();
  if (startFunction >= 0) call(startFunction, []);
  const result: { [name: string]: unknown } = {};
  for (let index = 0; index < exportKeys.length; index++) {
    const item = exportItems[index] >> 2;
    const kind = exportItems[index] & 3;
    if (kind === 0) result[exportKeys[index]] = exportFunction(item);
    else if (kind === 2) result[exportKeys[index]] = bytes;
    else if (kind === 3) {
      const type = globalTypes[item];
      result[exportKeys[index]] = exportGlobal(item * 2, typeLetter(type & 127), type > 127);
    }
  }
  return result;
}
