// A module that the engine's own parser, validator and lowering have gone through, and how full they made the store:
// what they count is what an engine counts. Nothing of the module is run.

import { addTable } from '../../src/bulk.js';
import {
  CODE_RESERVED,
  INTERNED_TYPE_VALUES,
  INTERNED_TYPES,
  MODULE_TABLE_ROW,
  VALIDATION_LABEL_ROW,
} from '../../src/capacities.js';
import { Definitions } from '../../src/definitions.js';
import { type Capacities, ExternalKind, type Instance, large, type Module } from '../../src/index.js';
import { addGlobal, addMemory, Instantiator } from '../../src/instantiate.js';
import { Linker } from '../../src/link.js';
import { Lowerer } from '../../src/lower.js';
import { parse } from '../../src/parse.js';
import { decodeName, Reader } from '../../src/reader.js';
import { FunctionColumn, Store } from '../../src/store.js';
import { Validator } from '../../src/validate.js';

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
/** What no lowered code contains; the words that still hold it were never written. */
const UNTOUCHED = 0x6b2ef3c9;

/** What every field is enough for; `memoryBytes`, `callDepth` and `valueSlots` are of no meaning here. */
export function roomyFor(bytes: Uint8Array): Capacities {
  return { ...roomy, codeWords: Math.max(65536, bytes.length * WORDS_PER_BYTE) };
}

export class MeasuredModule {
  readonly store: Store;
  readonly module: Module;
  private readonly capacities: Capacities;
  private readonly reader = new Reader();
  private readonly definitions: Definitions;

  /** Parses and validates. Throws DecodeError, ValidationError or, where `capacities` is too small, CapacityError. */
  constructor(bytes: Uint8Array, capacities: Capacities) {
    this.capacities = { ...capacities };
    this.store = new Store(this.capacities, undefined);
    this.definitions = new Definitions(this.store);
    this.store.code.fill(UNTOUCHED, CODE_RESERVED);
    this.store.blockCosts.fill(UNTOUCHED);
    this.module = this.store.modules[0];
    parse(this.store, this.reader, this.module, bytes);
    new Validator(this.store, this.reader).validate(this.module);
    this.store.moduleTop++;
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
    return new Instantiator(store, reader, linker, new Lowerer(store, reader, 0, false, false), true).prepare(
      this.module,
      0,
    );
  }

  /** Of every capacity what was used; 0 for those of running: `memoryBytes`, `callDepth`, `valueSlots`. */
  highWater(): Capacities {
    const { store, module } = this;
    return {
      modules: store.moduleTop,
      instances: store.instanceTop,
      types: Math.max(store.moduleTypeTop, store.typeTop - INTERNED_TYPES),
      typeValues: Math.max(0, written(store.typeValues) - INTERNED_TYPE_VALUES),
      functions: Math.max(store.moduleFunctionTop, store.functionTop),
      globals: Math.max(store.moduleGlobalTop, store.globalTop, store.globalAddressTop),
      tables: Math.max(store.moduleTableTop, store.tableTop, store.tableAddressTop),
      tableEntries: store.tableEntryTop,
      memories: store.memoryTop,
      memoryBytes: 0,
      elementSegments: Math.max(store.moduleElementTop, store.elementTop),
      dataSegments: Math.max(store.moduleDataTop, store.dataTop),
      exports: module.exportCount,
      definitions: this.definitions.count,
      codeWords: touched(store.code) - CODE_RESERVED,
      functionLocals: written(store.localTypes),
      operandDepth: written(store.operandTypes),
      labelDepth: Math.ceil(written(store.validationLabels) / VALIDATION_LABEL_ROW),
      basicBlocks: touched(store.blockCosts),
      callDepth: 0,
      valueSlots: 0,
    };
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
        define = () => addMemory(store, memoryMinimum, memoryMaximum, pageShift, true);
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

  /** As `Engine.defineFunction` does it, which writes the signature down before it finds that it is known. */
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

/** Elements up to the last one that is not 0. */
function written(array: Uint8Array | Int32Array): number {
  let end = array.length;
  while (end > 0 && array[end - 1] === 0) end--;
  return end;
}

/** Elements up to the last one that was written. */
function touched(array: Int32Array): number {
  let end = array.length;
  while (end > 0 && array[end - 1] === UNTOUCHED) end--;
  return end;
}
