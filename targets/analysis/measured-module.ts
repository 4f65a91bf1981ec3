// A module after the engine's own lowering, and how full the parser, the validator and the lowering made the store. These counts equal
// an engine's counts. No code of the module runs.

import { addTable } from '../../src/bulk.js';
import { MODULE_TABLE_ROW } from '../../src/capacities.js';
import { Definitions } from '../../src/definitions.js';
import { highWater } from '../../src/high-water.js';
import { type Capacities, ExternalKind, type Instance, large, type Module } from '../../src/index.js';
import { addGlobal, addMemory, Instantiator } from '../../src/instantiate.js';
import { Linker } from '../../src/link.js';
import { Lowerer } from '../../src/lower.js';
import { decodeName, Reader } from '../../src/reader.js';
import { FunctionColumn, Store } from '../../src/store.js';
import { adoptModule } from '../module/adopt-module.js';
import type { ReadModule } from '../module/read-module.js';

/** No memory: none is read or written. No stacks: nothing runs. */
const roomy: Capacities = {
  ...large,
  modules: 1,
  instances: 1,
  memories: 1,
  memoryBytes: 0,
  callDepth: 1,
  valueSlots: 4096,
};
/** Words of code that a byte of a module is expected to take at most; where it takes more, it is tried again. */
const WORDS_PER_BYTE = 2;

/**
 * Returns capacities that are large enough for every part of the module. `memoryBytes`, `callDepth` and `valueSlots` have no meaning here.
 */
export function roomyFor({ bytes }: ReadModule): Capacities {
  return { ...roomy, codeWords: Math.max(65536, bytes.length * WORDS_PER_BYTE) };
}

export class MeasuredModule {
  readonly store: Store;
  readonly module: Module;
  private readonly capacities: Capacities;
  private readonly read: ReadModule;
  private readonly reader = new Reader();
  private readonly definitions: Definitions;
  private readonly lowerer: Lowerer;

  /** Throws a CapacityError where `capacities` is too small. */
  constructor(read: ReadModule, capacities: Capacities) {
    this.read = read;
    this.capacities = { ...capacities };
    this.store = new Store(this.capacities, undefined);
    this.definitions = new Definitions(this.store);
    this.lowerer = new Lowerer(this.store, this.reader, 0, false, false);
    this.module = adoptModule(this.store, read);
    // Parsing writes down a type before it finds that it is known; adopting does not.
    this.store.typeValueMost = read.store.typeValueMost;
  }

  /**
   * Links the module against definitions that are just what it imports, and lowers it as with `memoryBytes` bytes of
   * linear memory: accesses at constant offsets past them take more code.
   */
  lower(memoryBytes: number): Instance {
    const { store, reader } = this;
    // No bytes are behind it: lowering asks only how many there would be.
    this.capacities.memoryBytes = memoryBytes;
    this.defineImports();
    const linker = new Linker(store, this.definitions, reader);
    return new Instantiator(store, reader, linker, this.lowerer, { partialMemory: true }).prepare(this.module, 0);
  }

  /** Returns the used part of every capacity; 0 for those that only running code uses: `memoryBytes`, `callDepth`, `valueSlots`. */
  highWater(): Capacities {
    const most = highWater(this.store, this.read.validator, this.lowerer);
    return { ...most, memoryBytes: 0, definitions: this.definitions.count };
  }

  private defineImports(): void {
    const { store, module, reader } = this;
    const seen = new Set<string>();
    let functionIndex = module.functionBase;
    let tableRow = module.tableBase * MODULE_TABLE_ROW;
    let globalIndex = module.globalBase;
    reader.reset(module.bytes, module.importsAt, module.bytes.length);
    for (let index = 0; index < module.importCount; index++) {
      const from = this.readName();
      const name = this.readName();
      const kind: ExternalKind = reader.byte();
      let define: () => number;
      if (kind === ExternalKind.Function) {
        reader.u32();
        const type = store.moduleFunctionTypes[functionIndex++];
        define = () => this.defineFunction(type);
      } else if (kind === ExternalKind.Table) {
        reader.byte();
        this.skipLimits();
        const [type, minimum, maximum] = store.moduleTables.subarray(tableRow);
        tableRow += MODULE_TABLE_ROW;
        define = () => addTable(store, type, minimum >>> 0, maximum, -1);
      } else if (kind === ExternalKind.Memory) {
        this.skipLimits();
        const { memoryMinimum, memoryMaximum, pageShift } = module;
        define = () => addMemory(store, memoryMinimum, memoryMaximum, pageShift, true, 0);
      } else {
        reader.skip(2);
        const type = store.moduleGlobals[globalIndex++];
        define = () => addGlobal(store, type, 0, 0);
      }
      // Imported twice, it is still one definition.
      const key = JSON.stringify([from, name]);
      if (seen.has(key)) continue;
      seen.add(key);
      this.definitions.need();
      this.definitions.add(from, name, kind, define());
    }
  }

  private readName(): string {
    const length = this.reader.blob();
    return decodeName(this.reader.bytes, this.reader.position - length, length);
  }

  private skipLimits(): void {
    const flags = this.reader.byte();
    this.reader.u32();
    if ((flags & 1) !== 0) this.reader.u32();
    if ((flags & 8) !== 0) this.reader.u32();
  }

  /** Follows `Engine.defineFunction`, which writes a signature before it finds that the signature is known. */
  private defineFunction(type: number): number {
    const { store } = this;
    const offset = store.typeOffsets[type];
    const parameters = store.typeParameterCounts[type];
    const results = store.typeResultCounts[type];
    for (let value = 0; value < parameters + results; value++) {
      store.putTypeValue(value, store.typeValues[offset + value], -1);
    }
    const address = store.functionTop++;
    const row = address * 4;
    store.functions[row + FunctionColumn.Entry] = -1;
    store.functions[row + FunctionColumn.Type] = store.internType(parameters, results, -1);
    store.functions[row + FunctionColumn.Memory] = -1;
    store.functions[row + FunctionColumn.Origin] = address;
    return address;
  }
}
