// A validated module as a back end needs it: its index spaces with types, its segments, and where its bodies lie.

import type { Module } from '../../src/index.js';
import { functionName } from '../../src/names.js';
import { Opcode } from '../../src/opcodes.js';
import { GLOBAL_MUTABLE } from '../../src/parse.js';
import { Reader } from '../../src/reader.js';
import type { Store } from '../../src/store.js';
import { ValueType } from '../../src/types.js';
import { describeModule, type External } from './description.js';

/** Value types as letters: `i` i32, `I` i64, `f` f32, `F` f64, `r` funcref, `R` externref. */
export interface FunctionType {
  parameters: string;
  results: string;
  /** `parameters:results`: equal for equal types, of whatever module. */
  signature: string;
}

export interface TableType {
  element: 'r' | 'R';
  minimum: number;
  /** -1 for none. */
  maximum: number;
}

export interface GlobalType {
  type: string;
  mutable: boolean;
}

export interface MemoryType {
  /** In pages. */
  minimum: number;
  /** In pages, -1 for none. */
  maximum: number;
  pageBytes: number;
  /** The first address that exists: back ends move all addresses down by it. 0, unless a window was chosen. */
  start: number;
}

/** The module with memory from an address on: accesses below it trap. Memory that ends before it is left as it is. */
export function withMemoryStart<T extends ModuleCode>(code: T, start: number): T {
  const { memory } = code;
  if (memory === null || memory.minimum * memory.pageBytes <= start) return code;
  return { ...code, memory: { ...memory, start } };
}

/** A constant expression (core specification, 3.4.4): a number, or a place to take the value from. */
export type ConstantExpression = ConstantInstruction[];

export interface ConstantInstruction {
  code: number;
  /** Low word, or index. */
  low: number;
  high: number;
}

export interface ElementSegment {
  mode: 'active' | 'passive' | 'declarative';
  element: 'r' | 'R';
  table: number;
  offset: ConstantExpression;
  entries: ConstantExpression[];
  /** Byte offset in the module. */
  at: number;
}

export interface DataSegment {
  mode: 'active' | 'passive';
  offset: ConstantExpression;
  bytes: Uint8Array;
  at: number;
}

export interface ModuleCode {
  bytes: Uint8Array;
  types: FunctionType[];
  /** Types by function index. */
  functions: FunctionType[];
  importedFunctions: number;
  /** Byte offset of each body, by function index; 0 for imports. */
  bodies: number[];
  tables: TableType[];
  importedTables: number;
  memory: MemoryType | null;
  memoryImported: boolean;
  globals: GlobalType[];
  importedGlobals: number;
  /** Initialisers of the module's own globals. */
  initialisers: ConstantExpression[];
  elements: ElementSegment[];
  data: DataSegment[];
  imports: External[];
  exports: External[];
  /** -1 for none. */
  start: number;
  /** '' where the name section has none. */
  nameOf(functionIndex: number): string;
  /** Maps the byte offset of an instruction to its offset in the original module; the identity for the original module. */
  origin(at: number): number;
}

const LETTERS: Record<number, string> = {
  [ValueType.I32]: 'i',
  [ValueType.I64]: 'I',
  [ValueType.F32]: 'f',
  [ValueType.F64]: 'F',
  [ValueType.FuncRef]: 'r',
  [ValueType.ExternRef]: 'R',
};

export function letterOf(type: number): string {
  return LETTERS[type];
}

/** Returns the code of a validated module, the first of its store. */
export function moduleCode(store: Store, module: Module): ModuleCode {
  const { bytes } = module;
  const made = new Map<number, FunctionType>();
  const functionType = (type: number): FunctionType => {
    let found = made.get(type);
    if (!found) {
      const values = Array.from(
        store.typeValues.subarray(
          store.typeOffsets[type],
          store.typeOffsets[type] + store.typeParameterCounts[type] + store.typeResultCounts[type],
        ),
        letterOf,
      );
      const parameters = values.slice(0, store.typeParameterCounts[type]).join('');
      const results = values.slice(store.typeParameterCounts[type]).join('');
      found = { parameters, results, signature: `${parameters}:${results}` };
      made.set(type, found);
    }
    return found;
  };
  const { imports, exports } = describeModule(bytes);
  return {
    bytes,
    types: range(module.typeCount, (index) => functionType(store.moduleTypes[index])),
    functions: range(module.functionCount, (index) => functionType(store.moduleFunctionTypes[index])),
    importedFunctions: module.importedFunctions,
    bodies: range(module.functionCount, (index) => store.moduleFunctionBodies[index]),
    tables: range(module.tableCount, (index) => ({
      element: letterOf(store.moduleTables[index * 3]) as 'r' | 'R',
      minimum: store.moduleTables[index * 3 + 1] >>> 0,
      maximum: store.moduleTables[index * 3 + 2],
    })),
    importedTables: module.importedTables,
    memory:
      module.memoryCount === 0
        ? null
        : {
            minimum: module.memoryMinimum,
            maximum: module.memoryMaximum,
            pageBytes: module.pageShift === 0 ? 1 : 65536,
            start: 0,
          },
    memoryImported: module.importedMemories > 0,
    globals: range(module.globalCount, (index) => ({
      type: letterOf(store.moduleGlobals[index] & 255),
      mutable: (store.moduleGlobals[index] & GLOBAL_MUTABLE) !== 0,
    })),
    importedGlobals: module.importedGlobals,
    initialisers: readInitialisers(bytes, module),
    elements: range(module.elementCount, (index) => readElementSegment(bytes, store.moduleElements[index * 2 + 1])),
    data: readDataSegments(bytes, store, module),
    imports,
    exports,
    start: module.startFunction,
    nameOf: (index) => functionName(module, index),
    origin: (at) => at,
  };
}

function range<Item>(count: number, item: (index: number) => Item): Item[] {
  return Array.from({ length: count }, (_, index) => item(index));
}

function readInitialisers(bytes: Uint8Array, module: Module): ConstantExpression[] {
  const reader = new Reader();
  reader.reset(bytes, module.globalsAt, bytes.length);
  return range(module.globalCount - module.importedGlobals, () => {
    reader.skip(2);
    return readConstantExpression(reader);
  });
}

function readConstantExpression(reader: Reader): ConstantExpression {
  const instructions: ConstantExpression = [];
  for (;;) {
    const code = reader.byte();
    if (code === Opcode.End) return instructions;
    let low = 0;
    let high = 0;
    if (code === Opcode.I32Const) low = reader.s32();
    else if (code === Opcode.I64Const) {
      low = reader.s64();
      high = reader.high;
    } else if (code === Opcode.F32Const) low = reader.word();
    else if (code === Opcode.F64Const) {
      low = reader.word();
      high = reader.word();
    } else if (code === Opcode.GlobalGet || code === Opcode.RefFunc) low = reader.u32();
    else if (code === Opcode.RefNull) reader.byte();
    instructions.push({ code, low, high });
  }
}

/** Core specification, 5.5.12. */
function readElementSegment(bytes: Uint8Array, at: number): ElementSegment {
  const reader = new Reader();
  reader.reset(bytes, at, bytes.length);
  const flags = reader.u32();
  const segment: ElementSegment = { mode: 'active', element: 'r', table: 0, offset: [], entries: [], at };
  if ((flags & 1) !== 0) segment.mode = (flags & 2) !== 0 ? 'declarative' : 'passive';
  else {
    if ((flags & 2) !== 0) segment.table = reader.u32();
    segment.offset = readConstantExpression(reader);
  }
  if ((flags & 3) !== 0) {
    // A type where there are expressions; else a kind, of which there is one: functions.
    const type = reader.byte();
    if ((flags & 4) !== 0) segment.element = letterOf(type) as 'r' | 'R';
  }
  segment.entries = range(reader.u32(), () =>
    (flags & 4) !== 0 ? readConstantExpression(reader) : [{ code: Opcode.RefFunc, low: reader.u32(), high: 0 }],
  );
  return segment;
}

function readDataSegments(bytes: Uint8Array, store: Store, module: Module): DataSegment[] {
  const reader = new Reader();
  reader.reset(bytes, module.dataAt, bytes.length);
  return range(module.dataCount, (index) => {
    const at = reader.position;
    const flags = reader.u32();
    if (flags === 2) reader.u32();
    const offset = flags === 1 ? [] : readConstantExpression(reader);
    reader.blob();
    const start = store.moduleData[index * 2];
    const contents = bytes.subarray(start, start + store.moduleData[index * 2 + 1]);
    return { mode: flags === 1 ? 'passive' : 'active', offset, bytes: contents, at };
  });
}

/** Whether references of the host may stay in globals or tables when a call is over. */
export function keepsReferences({ globals, tables }: ModuleCode): boolean {
  return globals.some(({ type }) => type === 'R') || tables.some(({ element }) => element === 'R');
}
