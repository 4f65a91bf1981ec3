// Instantiation (core specification, 4.5.4), up to the start function: linking, globals, tables, memory, lowering, segments.

import { addTable, dataLength, dataStart, initBytes, initTable, openElements } from './bulk.js';
import { MODULE_TABLE_ROW, TABLE_ROW } from './capacities.js';
import { constantHigh, constantLow, evaluateConstant } from './constant-expression.js';
import type { EngineOptions } from './engine-options.js';
import { capacityError } from './errors.js';
import type { Linker } from './link.js';
import type { Lowerer } from './lower.js';
import type { Instance, Memory, Module } from './module.js';
import type { Reader } from './reader.js';
import { checkCapacity, FunctionColumn, type Store } from './store.js';
import { Trap } from './trap.js';

export class Instantiator {
  private readonly store: Store;
  private readonly reader: Reader;
  private readonly linker: Linker;
  private readonly lowerer: Lowerer;
  private readonly slots: Int32Array;
  private readonly partialMemory: boolean;
  private readonly memoryStart: number;
  /** Byte offset of the segment that was looked at last. */
  segmentAt = -1;

  constructor(store: Store, reader: Reader, linker: Linker, lowerer: Lowerer, options: EngineOptions) {
    this.store = store;
    this.reader = reader;
    this.linker = linker;
    this.lowerer = lowerer;
    this.slots = new Int32Array(store.slots);
    this.partialMemory = options.partialMemory === true;
    this.memoryStart = memoryStartOf(options);
  }

  /** Everything that can fail without a trace: afterwards the instance is complete, but for its segments. */
  prepare(module: Module, base: number): Instance {
    const store = this.store;
    checkCapacity('instances', store.instanceTop + 1, store.capacities.instances, 0);
    const instance = store.instances[store.instanceTop++];
    instance.module = module;
    instance.functionBase = store.functionTop;
    instance.globalBase = store.globalAddressTop;
    instance.tableBase = store.tableAddressTop;
    instance.elementBase = store.elementTop;
    instance.dataBase = store.dataTop;
    instance.memory = -1;
    checkCapacity('functions', store.functionTop + module.functionCount, store.capacities.functions, 0);
    checkCapacity('elementSegments', store.elementTop + module.elementCount, store.capacities.elementSegments, 0);
    checkCapacity('dataSegments', store.dataTop + module.dataCount, store.capacities.dataSegments, 0);
    this.linker.link(module, instance);
    store.droppedElements.fill(0, store.elementTop, store.elementTop + module.elementCount);
    store.elementTop += module.elementCount;
    store.droppedData.fill(0, store.dataTop, store.dataTop + module.dataCount);
    store.dataTop += module.dataCount;
    if (module.memoryCount > module.importedMemories) {
      instance.memory = addMemory(
        store,
        module.memoryMinimum,
        module.memoryMaximum,
        module.pageShift,
        this.partialMemory,
        this.memoryStart,
      );
    }
    this.addFunctions(module, instance);
    this.addGlobals(module, instance, base);
    this.addTables(module);
    this.checkData(instance, base);
    this.lowerer.lower(instance);
    return instance;
  }

  private addFunctions(module: Module, instance: Instance): void {
    const store = this.store;
    for (let index = module.importedFunctions; index < module.functionCount; index++) {
      const address = store.functionTop++;
      const row = address * 4;
      store.functions[row + FunctionColumn.Entry] = 0;
      store.functions[row + FunctionColumn.Type] = store.moduleFunctionTypes[module.functionBase + index];
      store.functions[row + FunctionColumn.Memory] = instance.memory;
      store.functions[row + FunctionColumn.Origin] = address;
    }
  }

  private addGlobals(module: Module, instance: Instance, base: number): void {
    const store = this.store;
    const reader = this.reader;
    const own = module.globalCount - module.importedGlobals;
    checkCapacity('globals', store.globalTop + own, store.capacities.globals, module.globalsAt);
    checkCapacity('globals', store.globalAddressTop + own, store.capacities.globals, module.globalsAt);
    reader.reset(module.bytes, module.globalsAt, module.bytes.length);
    for (let index = module.importedGlobals; index < module.globalCount; index++) {
      reader.byte();
      reader.byte();
      evaluateConstant(store, reader, instance, this.slots, base);
      addGlobal(store, store.moduleGlobals[module.globalBase + index], constantLow, constantHigh);
      store.globalAddresses[store.globalAddressTop++] = store.globalTop - 1;
    }
  }

  private addTables(module: Module): void {
    const store = this.store;
    for (let index = module.importedTables; index < module.tableCount; index++) {
      const row = (module.tableBase + index) * MODULE_TABLE_ROW;
      checkCapacity('tables', store.tableAddressTop + 1, store.capacities.tables, module.tablesAt);
      store.tableAddresses[store.tableAddressTop++] = addTable(
        store,
        store.moduleTables[row],
        store.moduleTables[row + 1] >>> 0,
        store.moduleTables[row + 2],
        module.tablesAt,
      );
    }
  }

  /** Copies the active segments. Returns a Trap or 0; what was copied before a trap stays. */
  initialise(instance: Instance, base: number): number {
    const trap = this.initialiseTables(instance, base);
    return trap !== Trap.None ? trap : this.initialiseMemory(instance, base);
  }

  private initialiseTables(instance: Instance, base: number): number {
    const store = this.store;
    const reader = this.reader;
    const module = instance.module;
    for (let index = 0; index < module.elementCount; index++) {
      const at = store.moduleElements[(module.elementBase + index) * 2 + 1];
      this.segmentAt = at;
      reader.reset(module.bytes, at, module.bytes.length);
      const flags = reader.u32();
      if ((flags & 1) === 0) {
        const table = (flags & 2) !== 0 ? reader.u32() : 0;
        evaluateConstant(store, reader, instance, this.slots, base);
        const to = constantLow >>> 0;
        openElements(reader, instance, store, index);
        const count = reader.u32();
        const row = store.tableAddresses[instance.tableBase + table] * TABLE_ROW;
        const trap = initTable(store, instance, index, row, to, 0, count);
        if (trap !== Trap.None) return trap;
      }
      // Active and declarative segments are dropped; passive ones are kept for table.init.
      if ((flags & 3) !== 1) store.droppedElements[instance.elementBase + index] = 1;
    }
    return Trap.None;
  }

  /** Reads the next data segment up to its end. Returns the address that it goes to, or -1 if it is passive. */
  private nextData(instance: Instance, base: number): number {
    const reader = this.reader;
    this.segmentAt = reader.position;
    const flags = reader.u32();
    if (flags === 2) reader.u32();
    if (flags !== 1) evaluateConstant(this.store, reader, instance, this.slots, base);
    reader.blob();
    return flags === 1 ? -1 : constantLow >>> 0;
  }

  /** Refuses data that the module declares memory for, but that lies behind the bytes that exist: names the bytes for all data. */
  private checkData(instance: Instance, base: number): void {
    const store = this.store;
    const module = instance.module;
    if (instance.memory < 0 || module.dataCount === 0) return;
    const memory = store.memories[instance.memory];
    const declared = memory.pages * pageBytes(memory);
    if (memory.bytes === declared - memory.start) return;
    let needed = memory.start + memory.bytes;
    let at = -1;
    this.reader.reset(module.bytes, module.dataAt, module.bytes.length);
    for (let index = 0; index < module.dataCount; index++) {
      const to = this.nextData(instance, base);
      const end = to + dataLength(store, module, index);
      if (to >= 0 && end > needed && end <= declared) {
        needed = end;
        at = this.segmentAt;
      }
    }
    if (at >= 0) throw capacityError('memoryBytes', needed - memory.start, store.capacities.memoryBytes, at);
  }

  private initialiseMemory(instance: Instance, base: number): number {
    const store = this.store;
    const module = instance.module;
    if (module.dataCount === 0) return Trap.None;
    this.reader.reset(module.bytes, module.dataAt, module.bytes.length);
    for (let index = 0; index < module.dataCount; index++) {
      const to = this.nextData(instance, base);
      if (to < 0) continue;
      const memory = store.memories[instance.memory];
      const length = dataLength(store, module, index);
      const place = to - memory.start;
      if ((place < 0 && length > 0) || place + length > memory.bytes) return Trap.MemoryOutOfBounds;
      initBytes(store.memoryArray, memory.base + place, module.bytes, dataStart(store, module, index), length);
      store.droppedData[instance.dataBase + index] = 1;
    }
    return Trap.None;
  }
}

/** Bytes of a page. */
export function pageBytes(memory: Memory): number {
  return memory.pageShift === 16 ? 65536 : 1;
}

/** Adds a global; `type` carries GLOBAL_MUTABLE. Returns its address. */
export function addGlobal(store: Store, type: number, low: number, high: number): number {
  checkCapacity('globals', store.globalTop + 1, store.capacities.globals, -1);
  const address = store.globalTop++;
  store.globalTypes[address] = type;
  store.globals[address * 2] = low;
  store.globals[address * 2 + 1] = high;
  return address;
}

/** The first address that exists in memories that declare more. */
export function memoryStartOf({ partialMemory, memoryStart }: EngineOptions): number {
  return partialMemory === true && memoryStart !== undefined ? memoryStart : 0;
}

/**
 * Adds a memory, cleared. With `partial`, it may be backed by fewer bytes than it declares: as many as a memory has, from the
 * address `start` on if it declares more than that. Returns its address.
 */
export function addMemory(
  store: Store,
  pages: number,
  maximum: number,
  pageShift: number,
  partial: boolean,
  start: number,
): number {
  const capacities = store.capacities;
  checkCapacity('memories', store.memoryTop + 1, capacities.memories, -1);
  const memory = store.memories[store.memoryTop];
  memory.pages = pages;
  memory.maximum = maximum;
  memory.pageShift = pageShift;
  const declared = pages * pageBytes(memory);
  if (declared > capacities.memoryBytes && !partial) {
    throw capacityError('memoryBytes', declared, capacities.memoryBytes, -1);
  }
  memory.start = declared > start ? start : 0;
  const bytes = declared - memory.start;
  memory.bytes = bytes < capacities.memoryBytes ? bytes : capacities.memoryBytes;
  store.memoryArray.fill(0, memory.base, memory.base + memory.bytes);
  return store.memoryTop++;
}
