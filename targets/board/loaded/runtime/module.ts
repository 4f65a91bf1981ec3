// The full runtime: parses and validates a module (core specification, 5.5 and 3.4), lowers its functions in the same pass, and
// instantiates it (4.5.4). All capacities are fixed by the build; it holds one module at a time.

import { Feature, featureOfLimits } from '../../../../src/features.js';
import { ExternalKind, Section } from '../../../../src/types.js';
import type { Host } from '../../../host-functions/host.js';
import { beginCode, locate, lowerBody } from './body.js';
import {
  at,
  byte,
  count,
  end,
  endAt,
  fail,
  inBody,
  limit,
  moveTo,
  name,
  readFrom,
  refuse,
  skip,
  source,
  u32,
  word,
} from './bytes.js';
import { constantHigh, constantLow, declareFunction, evaluate, setConstant } from './constant-expression.js';
import { checkFunction } from './control.js';
import { Count, counts, elementTypes, globalTypes } from './index-space.js';
import { dataAt, elementAt, initialise, readData, readElements } from './segments.js';
import { clearTypes, readReferenceType, readTypes, readValueType, typeLetter, typeOf } from './types.js';

export { dataDropped, elementDropped, initMemory, initTable } from './segments.js';

/** The section of exceptions. */
const TAG_SECTION = 13;
/** The kind of what is imported or exported: a tag of exceptions. */
const TAG = 4;

declare const FUNCTIONS: number;
declare const GLOBALS: number;
declare const TABLES: number;
declare const TABLE_ENTRIES: number;
declare const ELEMENT_SEGMENTS: number;
declare const DATA_SEGMENTS: number;
declare const MEMORY_BYTES: number;
/** Names of host functions with their modules, and what they are; undefined for one that the program has not. */
declare function findHostFunction(key: string): [string, (host: Host, ...values: number[]) => number] | undefined;

// Declared in interpreted/runtime/runtime.ts, which runs the loaded module.
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
declare const pc: number;

/** Written by the build: reads the used handlers from Storage. */
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
/** Offsets of bodies and names in the module. */
const bodyAt = new Int32Array(FUNCTIONS);
let codeFunctions = 0;
let startFunction = -1;
let namesAt = 0;
let exportKeys: string[] = [];
let exportItems: number[] = [];

function addFunction(entry: number): void {
  const row = counts[Count.Functions] * 4;
  limit('functions', counts[Count.Functions] + 1, FUNCTIONS);
  functions[row] = entry;
  functions[row + 1] = typeOf(u32());
  functions[row + 2] = 0;
  functions[row + 3] = 0;
  counts[Count.Functions]++;
}

/** The imports given to `load`, by module and name: functions, and values of globals. */
type Given = { [module: string]: { [name: string]: unknown } };
let given: Given | undefined;
let unknownImport = '';

function readImport(): void {
  const from = name();
  const field = name();
  const key = from + ' ' + field;
  const fields = given ? given[from] : undefined;
  const own = fields ? fields[field] : undefined;
  const kind = byte();
  if (kind === ExternalKind.Function) {
    addFunction(-1 - counts[Count.ImportedFunctions]);
    const letters = signatures[functions[(counts[Count.Functions] - 1) * 4 + 1]];
    const found = own ? [letters, own] : findHostFunction(key);
    // An invalid module is told as that first.
    if (!found) unknownImport = key;
    else if (letters !== found[0] || typeof found[1] !== 'function') {
      fail('incompatible import type: ' + key + ' is ' + found[0] + ', the module wants ' + letters);
    } else imports[counts[Count.ImportedFunctions]] = importOf(found[1] as never, letters, !own);
    counts[Count.ImportedFunctions]++;
  } else if (kind === ExternalKind.Table) readTable();
  else if (kind === ExternalKind.Memory) readMemory();
  else if (kind === ExternalKind.Global) {
    if (own === undefined) unknownImport = key;
    const value = own === undefined ? 0 : (own as { value?: unknown }).value;
    readGlobal(value === undefined ? own : value);
  } else refuse(kind === TAG ? Feature.Exceptions : Feature.None, 'import kind ' + kind);
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
  if (source[at] === 0x40) refuse(Feature.FunctionReferences, 'a table with an initialiser');
  tables[row + 3] = readReferenceType();
  const flags = byte();
  if (flags > 1) refuse(featureOfLimits(flags), 'table flags ' + flags);
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
  if (counts[Count.Memories]++ > 0) refuse(Feature.MultipleMemories, '2 memories');
  const flags = byte();
  if (flags > 9 || (flags & 6) !== 0) refuse(featureOfLimits(flags), 'memory flags ' + flags);
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
  counts[Count.LeastMemory] = memoryBytes;
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

function readExport(): void {
  const key = name();
  if (exportKeys.indexOf(key) >= 0) fail('duplicate export name');
  const kind = byte();
  if (kind > ExternalKind.Global) refuse(kind === TAG ? Feature.Exceptions : Feature.None, 'export kind ' + kind);
  let item = 0;
  if (kind === ExternalKind.Function) item = declareFunction();
  else {
    item = u32();
    if (
      item >=
      (kind === ExternalKind.Table
        ? counts[Count.Tables]
        : kind === ExternalKind.Memory
          ? counts[Count.Memories]
          : counts[Count.Globals])
    ) {
      fail('unknown ' + ['table ', 'memory ', 'global '][kind - 1] + item);
    }
  }
  exportKeys.push(key);
  exportItems.push(item * 4 + kind);
}

/** The order in which sections must come: the data count stands before the code. */
function sectionRank(id: number): number {
  return id === Section.DataCount ? Section.Code : id >= Section.Code ? id + 1 : id;
}

function readSection(id: number): void {
  if (id === Section.Type) {
    readTypes();
    return;
  }
  if (id === Section.Start) {
    startFunction = checkFunction();
    if (functions[startFunction * 4 + 1] !== 0) fail('start function must have type [] -> []');
    return;
  }
  if (id === Section.DataCount) {
    counts[Count.Data] = u32();
    return;
  }
  const entries = count();
  if (id === Section.Code && entries !== counts[Count.Functions] - counts[Count.ImportedFunctions])
    fail('function and code section have inconsistent lengths');
  if (id === Section.Data && counts[Count.Data] >= 0 && counts[Count.Data] !== entries)
    fail('data count and data section have inconsistent lengths');
  if (id === Section.Element) limit('elementSegments', entries, ELEMENT_SEGMENTS);
  if (id === Section.Data) limit('dataSegments', entries, DATA_SEGMENTS);
  for (let entry = 0; entry < entries; entry++) {
    if (id === Section.Import) readImport();
    else if (id === Section.Function) addFunction(0);
    else if (id === Section.Table) readTable();
    else if (id === Section.Memory) readMemory();
    else if (id === Section.Global) readGlobal();
    else if (id === Section.Export) readExport();
    else if (id === Section.Element) {
      elementAt[entry] = at;
      elementTypes[entry] = readElements(0, 0, 0);
      counts[Count.Elements]++;
    } else if (id === Section.Code) {
      const index = counts[Count.ImportedFunctions] + codeFunctions++;
      bodyAt[index] = at;
      lowerBody(index);
    } else {
      dataAt[entry] = at;
      readData();
      counts[Count.DataRead]++;
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
    if (id > Section.DataCount) refuse(id === TAG_SECTION ? Feature.Exceptions : Feature.None, 'section id ' + id);
    if (size > module.length - at) fail('length out of bounds');
    endAt(at + size);
    if (id === Section.Custom) {
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
  if (codeFunctions !== counts[Count.Functions] - counts[Count.ImportedFunctions])
    fail('function and code section have inconsistent lengths');
  if (counts[Count.Data] > counts[Count.DataRead]) fail('data count and data section have inconsistent lengths');
}

function clearModule(): void {
  counts.fill(0);
  counts[Count.Data] = -1;
  bytes.fill(0, 0, memoryBytes);
  pages = 0;
  mostPages = 0;
  memoryBytes = 0;
  codeFunctions = 0;
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

/** Returns the place of the running instruction in the module, for the error of a trap. */
export function trapPlace(): string {
  let index = -1;
  for (let each = counts[Count.ImportedFunctions]; each < counts[Count.Functions]; each++) {
    if (functions[each * 4] <= pc && (index < 0 || functions[each * 4] > functions[index * 4])) index = each;
  }
  if (index < 0) return '';
  readFrom(source, bodyAt[index], source.length);
  const offset = locate(index, pc);
  const exportedAs = exportKeys[exportItems.indexOf(index * 4)];
  const text = functionName(index) || exportedAs;
  return ' in function ' + index + (text ? ' (' + text + ')' : '') + ' at byte ' + offset;
}

/** Returns a function's name from the name section, '' without one. */
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

/** Returns the names of the exported functions; `exportAddresses` has the same order. */
export function exportNames(): string[] {
  return exportKeys.filter((_, index) => (exportItems[index] & 3) === ExternalKind.Function);
}

export function exportAddresses(): number[] {
  return exportItems.filter((item) => (item & 3) === ExternalKind.Function).map((item) => item >> 2);
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
  const initialiser = exportAddresses()[exportNames().indexOf('_initialize')];
  const isReactor = initialiser !== undefined && exportNames().indexOf('_start') < 0;
  if (isReactor && signatures[functions[initialiser * 4 + 1]] === ':') call(initialiser, []);
  const result: { [name: string]: unknown } = {};
  for (let index = 0; index < exportKeys.length; index++) {
    const item = exportItems[index] >> 2;
    const kind = exportItems[index] & 3;
    if (kind === ExternalKind.Function) result[exportKeys[index]] = exportFunction(item);
    else if (kind === ExternalKind.Memory) result[exportKeys[index]] = bytes;
    else if (kind === ExternalKind.Global) {
      const type = globalTypes[item];
      result[exportKeys[index]] = exportGlobal(item * 2, typeLetter(type & 127), type > 127);
    }
  }
  return result;
}
