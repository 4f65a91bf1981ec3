// The part of the work for an interpreted program that the host does: loads, validates, instantiates and lowers a module with the
// core, and copies the result out of the store as the words that the board reads.

import { dataLength, dataStart, openElements, readElement } from '../../../src/bulk.js';
import {
  branchesByTable,
  branchTarget,
  RegisterOpcode,
  registerLength,
  registerTraps,
} from '../../../src/generated/register-opcodes.js';
import { CapacityError, ExternalKind, type Instance, large } from '../../../src/index.js';
import { Reader } from '../../../src/reader.js';
import { Header } from '../../../src/status.js';
import { FunctionColumn, type Store } from '../../../src/store.js';
import type { OwnImports } from '../../host-functions/own-imports.js';
import type { LinkedModule } from '../../linking/link-modules.js';
import type { External } from '../../module/description.js';
import { raiseCapacity, withinBytes } from '../../module/fitting-engine.js';
import type { ReadModule } from '../../module/read-module.js';
import { instructionNames } from '../generated/texts.js';
import type { MemoryWindow } from '../image.js';
import { groupHandlers, type InstructionUse } from './grouping.js';
import { type Instantiation, instantiateModules } from './instantiation.js';

/** If a module has more kinds of instructions than `limit`, `count` of them have a handler of their own. */
export interface OwnHandlers {
  count: number;
  limit?: number;
}

/** Segments that memory.init or table.init read, in sequence. */
export interface Segments<Contents> {
  /** Start and length of each, by number; one that is dropped is empty. */
  rows: number[];
  contents: Contents;
}

export interface ExportedGlobal {
  name: string;
  /** Index of its words in `globals`. */
  index: number;
  /** `i`, `I`, `f`, `F`, `r` or `R`. */
  letter: string;
  mutable: boolean;
}

/** Bytes of linear memory that are not 0 at the start. */
export interface Range {
  address: number;
  bytes: Uint8Array;
}

export interface LoweredModule {
  /** The code, its instructions numbered as `handlers` lists them. */
  code: Int32Array;
  /** Bodies of the functions that execute the instructions, by number. */
  handlers: string[];
  /** Names of the instructions that occur. */
  instructions: string[];
  /** Rows as in `Store.functions`. */
  functions: Int32Array;
  globals: Int32Array;
  /** Rows as in `Store.tables`. */
  tables: Int32Array;
  tableEntries: Int32Array;
  ranges: Range[];
  /** In pages. */
  memory: { minimum: number; maximum: number; shift: number; bytes: number; start: number };
  /** Signatures by type number, as letters: `iI:f`. */
  signatures: string[];
  /** Host functions in the order of their numbers. */
  imports: External[];
  /** Exported functions by name: their addresses. */
  exports: Map<string, number>;
  exportedGlobals: ExportedGlobal[];
  /** Addresses of the start functions, in the order in which they run. */
  starts: number[];
  dataSegments: Segments<Uint8Array>;
  elementSegments: Segments<Int32Array>;
  /** Three words for each instruction that may trap: position, function index, byte offset. */
  traps: Int32Array;
}

/** Throws what `Engine.instantiate` throws, and BuildError. `linked` are instantiated first, in this order. */
export function lowerModule(
  read: ReadModule,
  window: MemoryWindow,
  linked: readonly LinkedModule[],
  own: OwnHandlers,
  given?: OwnImports,
): LoweredModule {
  const size = linked.reduce((sum, each) => sum + each.module.bytes.length, read.bytes.length);
  const modules = linked.length + 1;
  const all = { ...large, modules, instances: modules, codeWords: size + 1024, memoryBytes: window.bytes };
  let capacities = withinBytes(all, size);
  for (;;) {
    try {
      return lowered(read, instantiateModules(read, linked, { capacities, memoryStart: window.start, given }), own);
    } catch (error) {
      if (!(error instanceof CapacityError) || error.capacity === 'memoryBytes') throw error;
      capacities = raiseCapacity(capacities, error);
    }
  }
}

function lowered(read: ReadModule, instantiation: Instantiation, own: OwnHandlers): LoweredModule {
  const { engine, store, instances, imports, starts } = instantiation;
  const functions = store.functions.slice(0, store.functionTop * 4);
  const { code, uses, traps } = readCode(instantiation, functions);
  const memory = store.memoryTop === 0 ? undefined : store.memories[0];
  const signatures: string[] = [];
  for (let address = 0; address < store.functionTop; address++) {
    signatures[functions[address * 4 + FunctionColumn.Type]] = engine.signature(address);
  }
  return {
    code,
    handlers: groupHandlers(code, uses, own.count, own.limit),
    instructions: [...uses.keys()],
    functions,
    globals: store.globals.slice(0, store.globalTop * 2),
    tables: store.tables.slice(0, store.tableTop * 4),
    tableEntries: store.tableEntries.slice(0, store.tableEntryTop),
    ranges: memory ? nonzeroRanges(store.memoryArray.subarray(memory.base, memory.base + memory.bytes)) : [],
    memory: {
      minimum: memory?.pages ?? 0,
      maximum: memory?.maximum ?? 0,
      shift: memory?.pageShift ?? 16,
      bytes: memory ? store.capacities.memoryBytes : 0,
      start: memory?.start ?? 0,
    },
    signatures: Array.from(signatures, (each) => each ?? ''),
    imports: imports.filter(({ kind }) => kind === ExternalKind.Function),
    ...exportsOf(read, instantiation),
    starts,
    dataSegments: dataSegments(instances, store),
    elementSegments: elementSegments(instances, store),
    traps,
  };
}

function exportsOf(
  { exports: declared }: ReadModule,
  { engine, main }: Instantiation,
): Pick<LoweredModule, 'exports' | 'exportedGlobals'> {
  const exports = new Map<string, number>();
  const exportedGlobals: ExportedGlobal[] = [];
  for (const { kind, name, type } of declared) {
    const address = engine.findExport(main, name, kind);
    if (kind === ExternalKind.Function) exports.set(name, address);
    if (kind !== ExternalKind.Global) continue;
    exportedGlobals.push({
      name,
      index: address * 2,
      letter: engine.globalType(address),
      mutable: type.startsWith('global mut '),
    });
  }
  return { exports, exportedGlobals };
}

interface ReadCode {
  code: Int32Array;
  uses: Map<string, InstructionUse>;
  traps: Int32Array;
}

/** How often a loop is taken to run, and how many loops in one another count. */
const LOOP_WEIGHT = 10;
const DEEPEST_LOOP = 3;

/** Instructions that differ only in state that a board has once. */
const SAME: Partial<Record<RegisterOpcode, RegisterOpcode>> = {
  [RegisterOpcode.CallOut]: RegisterOpcode.Call,
  [RegisterOpcode.TailCallOut]: RegisterOpcode.TailCall,
};

function readCode({ store, lowerer, instances, main }: Instantiation, functions: Int32Array): ReadCode {
  const end = main.codeEnd;
  const bodies = instances.flatMap((instance) => {
    const { functionCount, importedFunctions } = instance.module;
    return Array.from({ length: functionCount - importedFunctions }, (_, at) => {
      const index = importedFunctions + at;
      return { instance, index, entry: functions[(instance.functionBase + index) * 4 + FunctionColumn.Entry] };
    });
  });
  const traps: number[] = [];
  // The run ends where it begins: at the instruction in word 0.
  const uses = new Map<string, InstructionUse>([['Halt', { positions: [0], weight: 0 }]]);
  const code = store.code.slice(0, end);
  const loops = new Int32Array(end + 1);
  bodies.forEach(({ instance, index, entry }, at) => {
    const next = bodies[at + 1];
    const last = next?.instance === instance ? next.entry - Header.Size : instance.codeEnd;
    for (let position = entry; position < last; ) {
      let operation = store.code[position];
      let length = registerLength[operation];
      if (branchesByTable[operation] !== 0) length += (store.code[position + length - 1] + 1) * 2;
      if (registerTraps[operation] !== 0 && instance === main) {
        traps.push(position, index, lowerer.locate(instance, index, position));
      }
      const direct = SAME[operation as RegisterOpcode];
      if (direct !== undefined) {
        // A function of another module, which has no memory of its own.
        const calleeEntry = functions[code[position + 1] * 4 + FunctionColumn.Entry];
        if (calleeEntry > 0) {
          operation = direct;
          code[position + 1] = calleeEntry;
        }
      }
      if (operation === RegisterOpcode.MemoryInit) code[position + 5] += instance.dataBase;
      if (operation === RegisterOpcode.TableInit) code[position + 5] += instance.elementBase;
      const target = branchTarget[operation] === 0 ? position : code[position + branchTarget[operation]];
      if (target < position) {
        loops[target]++;
        loops[position + 1]--;
      }
      const name = instructionNames[operation];
      if (!uses.has(name)) uses.set(name, { positions: [], weight: 0 });
      uses.get(name)!.positions.push(position);
      position += length;
    }
  });
  for (let position = 1; position <= end; position++) loops[position] += loops[position - 1];
  for (const use of uses.values()) {
    for (const position of use.positions) use.weight += LOOP_WEIGHT ** Math.min(loops[position], DEEPEST_LOOP);
  }
  return {
    code,
    uses,
    traps: Int32Array.from(traps),
  };
}

function dataSegments(instances: Instance[], store: Store): Segments<Uint8Array> {
  const rows: number[] = [];
  const contents: number[] = [];
  for (const { module, dataBase } of instances) {
    for (let segment = 0; segment < module.dataCount; segment++) {
      const length = store.droppedData[dataBase + segment] === 1 ? 0 : dataLength(store, module, segment);
      const start = dataStart(store, module, segment);
      rows.push(contents.length, length);
      for (let at = 0; at < length; at++) contents.push(module.bytes[start + at]);
    }
  }
  return { rows, contents: Uint8Array.from(contents) };
}

function elementSegments(instances: Instance[], store: Store): Segments<Int32Array> {
  const rows: number[] = [];
  const contents: number[] = [];
  const reader = new Reader();
  for (const instance of instances) {
    for (let segment = 0; segment < instance.module.elementCount; segment++) {
      const flags = openElements(reader, instance, store, segment);
      const count = store.droppedElements[instance.elementBase + segment] === 1 ? 0 : reader.u32();
      rows.push(contents.length, count);
      for (let at = 0; at < count; at++) contents.push(readElement(reader, instance, store, flags));
    }
  }
  return { rows, contents: Int32Array.from(contents) };
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
