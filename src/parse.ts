// Parses a module (core specification, 5.5): sections, index spaces and the positions of their contents. Function bodies are left to
// validation. The parser refuses modules that are malformed or exceed a capacity; modules that are only invalid pass.

import { MODULE_TABLE_ROW, SEGMENT_ROW } from './capacities.js';
import {
  Feature,
  featureOfForm,
  featureOfLimits,
  featureOfOpcode,
  featureOfType,
  refusal,
  typeName,
  unsupported,
} from './features.js';
import type { Module } from './module.js';
import { Opcode, PREFIX_FC } from './opcodes.js';
import type { Reader } from './reader.js';
import { checkCapacity, type Store } from './store.js';
import { ExternalKind, isReferenceType, Section, ValueType } from './types.js';

/** The section of exception handling. */
const TAG_SECTION = 13;

/** Parameters or results of a function type: the limit of the WebAssembly JavaScript interface. */
const MOST_VALUES = 1000;

/** Flags of a function in `moduleFunctionFlags`. */
export const FUNCTION_DECLARED = 1;

/** Flag of a mutable global in `moduleGlobals` and `globalTypes`; the value type is below it. */
export const GLOBAL_MUTABLE = 256;

/** The order in which sections must come: the data count section stands before the code section. */
function sectionRank(id: number): number {
  if (id === Section.DataCount) return Section.Code;
  return id >= Section.Code ? id + 1 : id;
}

export function parse(store: Store, reader: Reader, module: Module, bytes: Uint8Array): void {
  reader.reset(bytes, 0, bytes.length);
  clearModule(store, module, bytes);
  if (bytes.length < 4 || reader.word() !== 0x6d736100) {
    reader.position = 0;
    reader.fail('magic header not detected: this is no WebAssembly module');
  }
  if (bytes.length < 8) reader.fail('unexpected end');
  if (reader.word() !== 1) {
    reader.position = 4;
    const component = bytes[6] === 1 && bytes[7] === 0;
    reader.fail(
      component
        ? 'unknown binary version: this is a component, not a core module; extract its core module first'
        : 'unknown binary version: only core modules of version 1 are supported',
    );
  }
  let lastRank = 0;
  let declaredFunctions = 0;
  let bodies = 0;
  while (reader.position < bytes.length) {
    const start = reader.position;
    const id = reader.byte();
    const size = reader.u32();
    const content = reader.position;
    if (size > bytes.length - content)
      reader.fail(id > Section.DataCount ? 'malformed section id' : 'length out of bounds');
    const end = content + size;
    if (id > Section.DataCount) {
      reader.position = start;
      if (id === TAG_SECTION) reader.fail(unsupported(Feature.Exceptions, 'tag section'));
      reader.fail('malformed section id ' + id);
    }
    reader.end = end;
    if (id === Section.Custom) {
      parseCustom(reader, module, end);
    } else {
      const rank = sectionRank(id);
      if (rank <= lastRank) {
        reader.position = start;
        reader.fail('unexpected content after last section');
      }
      lastRank = rank;
      if (id === Section.Type) parseTypes(store, reader, module);
      else if (id === Section.Import) parseImports(store, reader, module);
      else if (id === Section.Function) declaredFunctions = parseFunctions(store, reader, module);
      else if (id === Section.Table) parseTables(store, reader, module);
      else if (id === Section.Memory) parseMemories(reader, module);
      else if (id === Section.Global) parseGlobals(store, reader, module);
      else if (id === Section.Export) parseExports(store, reader, module);
      else if (id === Section.Start) module.startFunction = reader.u32();
      else if (id === Section.Element) parseElements(store, reader, module);
      else if (id === Section.DataCount) module.declaredDataCount = reader.u32();
      else if (id === Section.Code) bodies = parseCode(store, reader, module, declaredFunctions);
      else parseData(store, reader, module);
    }
    if (reader.position !== end) reader.fail('section size mismatch');
    reader.end = bytes.length;
  }
  if (bodies !== declaredFunctions) reader.fail('function and code section have inconsistent lengths');
  if (module.declaredDataCount >= 0 && module.declaredDataCount !== module.dataCount) {
    reader.fail('data count and data section have inconsistent lengths');
  }
}

function clearModule(store: Store, module: Module, bytes: Uint8Array): void {
  module.bytes = bytes;
  module.importsAt = 0;
  module.importCount = 0;
  module.exportsAt = 0;
  module.exportCount = 0;
  module.globalsAt = 0;
  module.elementsAt = 0;
  module.dataAt = 0;
  module.tablesAt = 0;
  module.namesAt = 0;
  module.namesEnd = 0;
  module.typeBase = store.moduleTypeTop;
  module.typeCount = 0;
  module.functionBase = store.moduleFunctionTop;
  module.functionCount = 0;
  module.importedFunctions = 0;
  module.tableBase = store.moduleTableTop;
  module.tableCount = 0;
  module.importedTables = 0;
  module.globalBase = store.moduleGlobalTop;
  module.globalCount = 0;
  module.importedGlobals = 0;
  module.elementBase = store.moduleElementTop;
  module.elementCount = 0;
  module.dataBase = store.moduleDataTop;
  module.dataCount = 0;
  module.declaredDataCount = -1;
  module.memoryCount = 0;
  module.importedMemories = 0;
  module.memoryMinimum = 0;
  module.memoryMaximum = -1;
  module.pageShift = 16;
  module.startFunction = -1;
}

function parseCustom(reader: Reader, module: Module, end: number): void {
  const length = reader.name();
  const at = reader.position - length;
  const bytes = reader.bytes;
  if (
    length === 4 &&
    bytes[at] === 0x6e &&
    bytes[at + 1] === 0x61 &&
    bytes[at + 2] === 0x6d &&
    bytes[at + 3] === 0x65
  ) {
    module.namesAt = reader.position;
    module.namesEnd = end;
  }
  reader.position = end;
}

/** A count of things of which each takes at least one byte. */
function count(reader: Reader): number {
  const entries = reader.u32();
  if (entries > reader.end - reader.position) reader.fail('length out of bounds');
  return entries;
}

/** A value type (5.3.4). */
export function readValueType(reader: Reader): number {
  const type = reader.byte();
  if (type >= ValueType.F64 && type <= ValueType.I32) return type;
  if (isReferenceType(type)) return type;
  return failAtType(reader, type, 'malformed value type');
}

export function readReferenceType(reader: Reader): number {
  const type = reader.byte();
  return isReferenceType(type) ? type : failAtType(reader, type, 'malformed reference type');
}

/** The heap type of `ref.null`, as a reference type. Type indices are non-negative numbers. */
export function readHeapType(reader: Reader): number {
  const type = reader.byte();
  if (isReferenceType(type)) return type;
  if (type < 0x40 || type >= 0x80) {
    reader.position--;
    reader.fail(unsupported(Feature.FunctionReferences, 'ref.null of a type index'));
  }
  return failAtType(reader, type, 'malformed reference type');
}

/** Fails at the byte of a type that was read, with the name of what it is. */
function failAtType(reader: Reader, type: number, malformed: string): never {
  reader.position--;
  return reader.fail(refusal(featureOfType(type), 'type ' + typeName(type), malformed));
}

function parseTypes(store: Store, reader: Reader, module: Module): void {
  const entries = count(reader);
  checkCapacity('types', store.moduleTypeTop + entries, store.moduleTypes.length, reader.position);
  module.typeCount = entries;
  for (let index = 0; index < entries; index++) {
    const at = reader.position;
    const form = reader.byte();
    if (form !== 0x60) {
      reader.position--;
      const what = 'type form 0x' + form.toString(16);
      reader.fail(refusal(featureOfForm(form), what, 'integer representation too long or malformed type form'));
    }
    const parameters = count(reader);
    if (parameters > MOST_VALUES) reader.fail('more than ' + MOST_VALUES + ' parameters are not supported');
    for (let value = 0; value < parameters; value++) store.putTypeValue(value, readValueType(reader), at);
    const results = count(reader);
    if (results > MOST_VALUES) reader.fail('more than ' + MOST_VALUES + ' results are not supported');
    for (let value = 0; value < results; value++) store.putTypeValue(parameters + value, readValueType(reader), at);
    store.moduleTypes[store.moduleTypeTop++] = store.internType(parameters, results, at);
  }
}

/** The interned type of a type index. The index may be invalid: then -1. */
export function moduleType(store: Store, module: Module, index: number): number {
  return index < module.typeCount ? store.moduleTypes[module.typeBase + index] : -1;
}

/** A type index in a position where an invalid one cannot be kept: refused as validation would. */
function readTypeIndex(store: Store, reader: Reader, module: Module): number {
  const type = moduleType(store, module, reader.u32());
  return type < 0 ? 0xffff : type;
}

function addFunction(store: Store, reader: Reader, module: Module, type: number): void {
  checkCapacity('functions', store.moduleFunctionTop + 1, store.moduleFunctionTypes.length, reader.position);
  const at = store.moduleFunctionTop++;
  store.moduleFunctionTypes[at] = type;
  store.moduleFunctionBodies[at] = 0;
  store.moduleFunctionFlags[at] = 0;
  module.functionCount++;
}

function parseImports(store: Store, reader: Reader, module: Module): void {
  module.importCount = count(reader);
  module.importsAt = reader.position;
  for (let index = 0; index < module.importCount; index++) {
    reader.name();
    reader.name();
    const kind = reader.byte();
    if (kind === ExternalKind.Function) {
      addFunction(store, reader, module, readTypeIndex(store, reader, module));
      module.importedFunctions++;
    } else if (kind === ExternalKind.Table) {
      readTable(store, reader, module);
      module.importedTables++;
    } else if (kind === ExternalKind.Memory) {
      readMemory(reader, module);
      module.importedMemories++;
    } else if (kind === ExternalKind.Global) {
      readGlobalType(store, reader, module);
      module.importedGlobals++;
    } else {
      reader.position--;
      if (kind === 4) reader.fail(unsupported(Feature.Exceptions, 'import of a tag'));
      reader.fail('malformed import kind');
    }
  }
}

function parseFunctions(store: Store, reader: Reader, module: Module): number {
  const entries = count(reader);
  // At once, so that the error names the number that suffices.
  checkCapacity('functions', store.moduleFunctionTop + entries, store.moduleFunctionTypes.length, reader.position);
  for (let index = 0; index < entries; index++)
    addFunction(store, reader, module, readTypeIndex(store, reader, module));
  return entries;
}

/** Limits as last read: in units, -1 for no maximum. */
let limitsMinimum = 0;
let limitsMaximum = -1;

function readLimits(reader: Reader, hasMaximum: boolean): void {
  limitsMinimum = reader.u32();
  limitsMaximum = hasMaximum ? reader.u32() : -1;
}

function readTable(store: Store, reader: Reader, module: Module): void {
  const type = readReferenceType(reader);
  const flags = reader.byte();
  if (flags > 1) {
    reader.position--;
    const what = (flags & 2) !== 0 ? 'shared table' : '64-bit table';
    reader.fail(refusal(featureOfLimits(flags), what, 'malformed limits flags'));
  }
  readLimits(reader, flags === 1);
  checkCapacity('tables', store.moduleTableTop + 1, store.capacities.tables, reader.position);
  const at = store.moduleTableTop++ * MODULE_TABLE_ROW;
  store.moduleTables[at] = type;
  // Unsigned 32-bit limits are kept as int32 bits; -1 is both 2^32 - 1 and none, which means the same.
  store.moduleTables[at + 1] = limitsMinimum;
  store.moduleTables[at + 2] = limitsMaximum;
  module.tableCount++;
}

function parseTables(store: Store, reader: Reader, module: Module): void {
  const entries = count(reader);
  module.tablesAt = reader.position;
  checkCapacity('tables', store.moduleTableTop + entries, store.capacities.tables, reader.position);
  for (let index = 0; index < entries; index++) {
    if (reader.position < reader.end && reader.bytes[reader.position] === 0x40) {
      reader.fail(
        unsupported(Feature.FunctionReferences, 'a table with an initialiser; fill it by an element segment'),
      );
    }
    readTable(store, reader, module);
  }
}

function readMemory(reader: Reader, module: Module): void {
  const flags = reader.byte();
  if (flags > 9 || (flags & 6) !== 0) {
    reader.position--;
    const what = (flags & 2) !== 0 ? 'shared memory' : '64-bit memory';
    reader.fail(refusal(featureOfLimits(flags), what, 'malformed memory limits flags'));
  }
  readLimits(reader, (flags & 1) !== 0);
  let pageShift = 16;
  if ((flags & 8) !== 0) {
    pageShift = reader.u32();
    if (pageShift > 64) reader.fail('malformed custom page size');
  }
  module.memoryCount++;
  module.memoryMinimum = limitsMinimum;
  module.memoryMaximum = limitsMaximum;
  module.pageShift = pageShift;
}

function parseMemories(reader: Reader, module: Module): void {
  const entries = count(reader);
  for (let index = 0; index < entries; index++) readMemory(reader, module);
}

function readGlobalType(store: Store, reader: Reader, module: Module): void {
  const type = readValueType(reader);
  const mutable = reader.byte();
  if (mutable > 1) {
    reader.position--;
    reader.fail('malformed mutability');
  }
  checkCapacity('globals', store.moduleGlobalTop + 1, store.capacities.globals, reader.position);
  store.moduleGlobals[store.moduleGlobalTop++] = mutable === 1 ? type | GLOBAL_MUTABLE : type;
  module.globalCount++;
}

function parseGlobals(store: Store, reader: Reader, module: Module): void {
  const entries = count(reader);
  module.globalsAt = reader.position;
  checkCapacity('globals', store.moduleGlobalTop + entries, store.capacities.globals, reader.position);
  for (let index = 0; index < entries; index++) {
    readGlobalType(store, reader, module);
    skipConstantExpression(store, reader, module);
  }
}

function declareFunction(store: Store, module: Module, index: number): void {
  if (index < module.functionCount) store.moduleFunctionFlags[module.functionBase + index] |= FUNCTION_DECLARED;
}

/** Walks over a constant expression; a `ref.func` in it declares the function (validation, C.refs). */
function skipConstantExpression(store: Store, reader: Reader, module: Module): void {
  for (;;) {
    const code = reader.byte();
    if (code === Opcode.End) return;
    if (code === Opcode.I32Const) reader.s32();
    else if (code === Opcode.I64Const) reader.s64();
    else if (code === Opcode.F32Const) reader.skip(4);
    else if (code === Opcode.F64Const) reader.skip(8);
    else if (code === Opcode.GlobalGet) reader.u32();
    else if (code === Opcode.RefFunc) declareFunction(store, module, reader.u32());
    else if (code === Opcode.RefNull) readHeapType(reader);
    else skipOtherInstruction(reader, code);
  }
}

/** Instructions that are not constant are for validation to refuse; only what has no immediates can be walked over. */
function skipOtherInstruction(reader: Reader, code: number): void {
  if (code >= Opcode.I32Eqz && code <= Opcode.I64Extend32S) return;
  if (code <= Opcode.Nop || code === Opcode.Drop || code === Opcode.Select || code === Opcode.Return) return;
  if (code === Opcode.RefIsNull) return;
  if (code === Opcode.Call || code === Opcode.LocalGet || code === Opcode.GlobalSet) {
    reader.u32();
    return;
  }
  if (code === 0xfc) {
    const extended = PREFIX_FC + reader.u32();
    if (extended < Opcode.MemoryInit) return;
  }
  reader.position--;
  const what = 'opcode 0x' + code.toString(16);
  reader.fail(refusal(featureOfOpcode(code), what, 'illegal ' + what + ' in a constant expression'));
}

function parseExports(store: Store, reader: Reader, module: Module): void {
  module.exportCount = count(reader);
  module.exportsAt = reader.position;
  for (let index = 0; index < module.exportCount; index++) {
    reader.name();
    const kind = reader.byte();
    if (kind > ExternalKind.Global) {
      reader.position--;
      if (kind === 4) reader.fail(unsupported(Feature.Exceptions, 'export of a tag'));
      reader.fail('malformed export kind');
    }
    const exported = reader.u32();
    if (kind === ExternalKind.Function) declareFunction(store, module, exported);
  }
}

function parseElements(store: Store, reader: Reader, module: Module): void {
  module.elementCount = count(reader);
  module.elementsAt = reader.position;
  checkCapacity(
    'elementSegments',
    store.moduleElementTop + module.elementCount,
    store.capacities.elementSegments,
    reader.position,
  );
  for (let index = 0; index < module.elementCount; index++) {
    const row = store.moduleElementTop++ * SEGMENT_ROW;
    store.moduleElements[row] = ValueType.FuncRef;
    store.moduleElements[row + 1] = reader.position;
    const flags = reader.u32();
    if (flags > 7) reader.fail('malformed elements segment kind');
    if ((flags & 1) === 0) {
      if ((flags & 2) !== 0) reader.u32();
      skipConstantExpression(store, reader, module);
    }
    if ((flags & 3) !== 0) {
      if ((flags & 4) !== 0) store.moduleElements[row] = readReferenceType(reader);
      else if (reader.byte() !== 0) reader.fail('malformed element kind');
    }
    const entries = count(reader);
    for (let entry = 0; entry < entries; entry++) {
      if ((flags & 4) !== 0) skipConstantExpression(store, reader, module);
      else declareFunction(store, module, reader.u32());
    }
  }
}

function parseCode(store: Store, reader: Reader, module: Module, declared: number): number {
  const entries = count(reader);
  if (entries !== declared) reader.fail('function and code section have inconsistent lengths');
  for (let index = 0; index < entries; index++) {
    store.moduleFunctionBodies[module.functionBase + module.importedFunctions + index] = reader.position;
    const size = reader.u32();
    if (size > reader.end - reader.position) reader.fail('unexpected end: function body too long');
    reader.position += size;
  }
  return entries;
}

function parseData(store: Store, reader: Reader, module: Module): void {
  module.dataCount = count(reader);
  module.dataAt = reader.position;
  checkCapacity('dataSegments', store.moduleDataTop + module.dataCount, store.capacities.dataSegments, reader.position);
  for (let index = 0; index < module.dataCount; index++) {
    const flags = reader.u32();
    if (flags > 2) reader.fail('malformed data segment kind');
    if (flags === 2) reader.u32();
    if (flags !== 1) skipConstantExpression(store, reader, module);
    const length = reader.blob();
    const row = store.moduleDataTop++ * SEGMENT_ROW;
    store.moduleData[row] = reader.position - length;
    store.moduleData[row + 1] = length;
  }
}

/** For a type index that validation has to report: no interned type has this number. */
export const INVALID_TYPE = 0xffff;
