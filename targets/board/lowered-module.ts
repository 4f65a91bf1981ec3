// What the host does for a run-only board: loads, validates, instantiates and lowers a module with the core, and takes the
// result out of the store as the words that the board reads.

import {
  branchesByTable,
  RegisterOpcode,
  registerLength,
  registerTraps,
} from '../../src/generated/register-opcodes.js';
import { type Capacities, CapacityError, Engine, ExternalKind, type Instance, large } from '../../src/index.js';
import { Header } from '../../src/status.js';
import { FunctionColumn, type Store } from '../../src/store.js';
import { findHostFunction } from '../host-functions/table.js';
import type { External } from '../node/description.js';
import { describeModule } from '../node/description.js';
import { raiseCapacity } from '../node/fitting-engine.js';
import { instructionNames } from './generated/texts.js';

/** Bytes of linear memory that are not 0 at the start. */
export interface Range {
  address: number;
  bytes: Uint8Array;
}

export interface LoweredModule {
  /** The code with its instructions numbered as `handlers` lists them. */
  code: Int32Array;
  /** Names of the instructions that occur, by number. */
  handlers: string[];
  /** Rows as in `Store.functions`. */
  functions: Int32Array;
  globals: Int32Array;
  /** Rows as in `Store.tables`. */
  tables: Int32Array;
  tableEntries: Int32Array;
  ranges: Range[];
  /** In pages. */
  memory: { minimum: number; maximum: number; shift: number; bytes: number };
  /** By type number, as letters: `iI:f`. */
  signatures: string[];
  /** Of the host functions, in the order of their numbers. */
  imports: External[];
  /** Exported functions by name: their addresses. */
  exports: Map<string, number>;
  /** Address of the start function, -1 if there is none. */
  start: number;
  /** Three words for each instruction that may trap: position, function index, byte offset. */
  traps: Int32Array;
}

interface Internals {
  store: Store;
  lowerer: { locate(instance: Instance, functionIndex: number, position: number): number };
}

/** Throws what `Engine.load` and `Engine.instantiate` throw. */
export function lowerModule(bytes: Uint8Array, memoryBytes: number): LoweredModule {
  let capacities: Capacities = { ...large, modules: 1, instances: 1, codeWords: bytes.length + 1024, memoryBytes };
  for (;;) {
    try {
      return lower(bytes, capacities);
    } catch (error) {
      if (!(error instanceof CapacityError) || error.capacity === 'memoryBytes') throw error;
      capacities = raiseCapacity(capacities, error);
    }
  }
}

function lower(bytes: Uint8Array, capacities: Capacities): LoweredModule {
  const engine = new Engine(capacities, { partialMemory: true, plainCode: true });
  const module = engine.load(bytes);
  const { imports } = describeModule(bytes);
  const defined: External[] = [];
  for (const each of imports) {
    if (defined.some(({ module, name }) => module === each.module && name === each.name)) continue;
    const row = findHostFunction(each.module, each.name)!;
    engine.defineFunction(each.module, each.name, row.parameters, row.results, () => undefined);
    defined.push(each);
  }
  // The start function runs on the board: without fuel it does not begin here.
  const instance = engine.instantiate(module, -1);
  const { store, lowerer } = engine as unknown as Internals;
  const functions = store.functions.slice(0, store.functionTop * 4);
  const own = Array.from({ length: module.functionCount - module.importedFunctions }, (_, at) => {
    const index = module.importedFunctions + at;
    return { index, entry: functions[(instance.functionBase + index) * 4 + FunctionColumn.Entry] };
  });
  const traps: number[] = [];
  const numbers = new Map<number, number>([[RegisterOpcode.Halt, 0]]);
  const code = store.code.slice(0, instance.codeEnd);
  code[0] = 0;
  own.forEach(({ index, entry }, at) => {
    const end = at + 1 < own.length ? own[at + 1].entry - Header.Size : instance.codeEnd;
    for (let position = entry; position < end; ) {
      const operation = store.code[position];
      let length = registerLength[operation];
      if (branchesByTable[operation] !== 0) length += (store.code[position + length - 1] + 1) * 2;
      if (registerTraps[operation] !== 0) traps.push(position, index, lowerer.locate(instance, index, position));
      if (!numbers.has(operation)) numbers.set(operation, numbers.size);
      code[position] = numbers.get(operation)!;
      position += length;
    }
  });
  const memory = instance.memory < 0 ? undefined : store.memories[instance.memory];
  const exports = new Map<string, number>();
  for (const { kind, name } of describeModule(bytes).exports) {
    if (kind === ExternalKind.Function) exports.set(name, engine.findExport(instance, name, kind));
  }
  const signatures: string[] = [];
  for (let address = 0; address < store.functionTop; address++) {
    signatures[functions[address * 4 + FunctionColumn.Type]] = engine.signature(address);
  }
  return {
    code,
    handlers: [...numbers.keys()].map((operation) => instructionNames[operation]),
    functions,
    globals: store.globals.slice(0, store.globalTop * 2),
    tables: store.tables.slice(0, store.tableTop * 4),
    tableEntries: store.tableEntries.slice(0, store.tableEntryTop),
    ranges: memory ? nonzeroRanges(store.memoryArray.subarray(memory.base, memory.base + memory.bytes)) : [],
    memory: {
      minimum: memory?.pages ?? 0,
      maximum: memory?.maximum ?? 0,
      shift: memory?.pageShift ?? 16,
      bytes: memory ? capacities.memoryBytes : 0,
    },
    signatures: Array.from(signatures, (each) => each ?? ''),
    imports: defined,
    exports,
    start: module.startFunction < 0 ? -1 : instance.functionBase + module.startFunction,
    traps: Int32Array.from(traps),
  };
}

/** A range costs a statement on the board: zeros are part of it while they take fewer bytes than that. */
const LONGEST_GAP = 24;

function nonzeroRanges(bytes: Uint8Array): Range[] {
  const ranges: Range[] = [];
  let start = -1;
  let last = -1;
  const close = () => {
    if (start >= 0) ranges.push({ address: start, bytes: bytes.slice(start, last + 1) });
  };
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] === 0) continue;
    if (start < 0 || at - last > LONGEST_GAP) {
      close();
      start = at;
    }
    last = at;
  }
  close();
  return ranges;
}
