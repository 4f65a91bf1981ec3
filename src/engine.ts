// The engine: loads modules, instantiates them, calls their functions. All its memory is allocated by the constructor.

import { addTable, growTable } from './bulk.js';
import { type Capacities, FRAME_ROW } from './capacities.js';
import { Definitions } from './definitions.js';
import { Driver } from './driver.js';
import type { EngineOptions, HostFunction } from './engine-options.js';
import { engineError, segmentTrap } from './errors.js';
import { highWater } from './high-water.js';
import { addGlobal, addMemory, Instantiator, memoryStartOf } from './instantiate.js';
import { findExport, foundKind, Linker } from './link.js';
import type { Instance, Module } from './module.js';
import { GLOBAL_MUTABLE, parse } from './parse.js';
import { typeOfLetter } from './reflection.js';
import { VERIFICATION } from './safety/build.js';
import { VerificationLevel } from './safety/verification-level.js';
import { type Registers, restoreSnapshot, type SnapshotOptions, saveSnapshot } from './snapshot.js';
import { type ExecutionStats, noStats } from './statistics.js';
import { State } from './status.js';
import { checkCapacity, FunctionColumn } from './store.js';
import { Trap } from './trap.js';
import type { CallStack } from './trap-place.js';
import { ExternalKind } from './types.js';
import { Validator } from './validate.js';

export class Engine extends Driver {
  private readonly validator: Validator;
  private readonly instantiator: Instantiator;
  private readonly definitions: Definitions;

  constructor(capacities: Capacities, options?: EngineOptions) {
    super(capacities, options ? options : {});
    this.validator = new Validator(this.store, this.reader);
    this.definitions = new Definitions(this.store);
    const linker = new Linker(this.store, this.definitions, this.reader);
    this.instantiator = new Instantiator(this.store, this.reader, linker, this.lowerer, this.options);
  }

  /** Call before anything other than running code changes the store. */
  private open(): void {
    if (VERIFICATION && this.integrity) this.integrity.open();
  }

  /** Bytes of all buffers: the sum of `footprint(capacities)`. */
  get allocatedBytes(): number {
    return this.store.allocatedBytes;
  }

  /** Forgets modules, instances and everything the host defined. */
  reset(): void {
    this.abandon();
    if (VERIFICATION && this.integrity) this.integrity.reset();
    this.store.clear();
    this.definitions.clear();
    while (this.hostFunctions.length > 0) this.hostFunctions.pop();
    this.fuelUsed = 0;
    this.forgetCounts();
    this.state.fill(0);
    this.validator.forget();
    this.lowerer.forget();
  }

  /** Counts of the work since the engine was created or reset. Allocates. */
  executionStats(): ExecutionStats {
    const stats = noStats(this.highWater());
    const counted = this.counted;
    stats.instructions = counted.instructions;
    stats.memoryOperations = counted.memoryOperations;
    stats.collectionOperations = counted.collectionOperations;
    stats.calls = counted.calls;
    stats.traps = counted.traps;
    stats.validationMilliseconds = counted.validationMilliseconds;
    if (VERIFICATION && this.integrity) stats.validationOperations = this.integrity.validations;
    stats.fuel = this.fuelUsed;
    return stats;
  }

  private forgetCounts(): void {
    const counted = this.counted;
    counted.instructions = 0;
    counted.memoryOperations = 0;
    counted.collectionOperations = 0;
    counted.calls = 0;
    counted.traps = 0;
    counted.validationMilliseconds = 0;
  }

  /** The peak use of each capacity since the engine was created or reset. Capacities of this size would have been enough. */
  highWater(): Capacities {
    const high = highWater(this.store, this.validator, this.lowerer);
    high.definitions = this.definitions.count;
    high.callDepth = this.state[State.CallLimit] / FRAME_ROW;
    high.valueSlots = this.state[State.SlotLimit] / 2;
    return high;
  }

  /**
   * Parses and validates a module. The bytes are read in place, now and later, so they must not change.
   * Throws DecodeError, ValidationError or CapacityError; the engine's state is then as before.
   */
  load(bytes: Uint8Array): Module {
    const store = this.store;
    this.open();
    store.mark();
    try {
      checkCapacity('modules', store.moduleTop + 1, store.capacities.modules, 0);
      const module = store.modules[store.moduleTop];
      parse(store, this.reader, module, bytes);
      this.validator.validate(module);
      store.moduleTop++;
      return module;
    } catch (error) {
      store.rollback();
      throw error;
    }
  }

  /**
   * Links, initialises and lowers a module, and runs its start function. Throws LinkError, CapacityError or WasmTrap.
   * After a trap, what the module wrote into imported tables and memories stays (core specification, 4.5.4). With `fuel`,
   * the start function may yield; `isSuspended` is then true, and `resume` continues it.
   */
  instantiate(module: Module, fuel?: number): Instance {
    this.refuseSuspended();
    this.open();
    const store = this.store;
    store.mark();
    let keep = false;
    try {
      const instance = this.instantiator.prepare(module, this.top);
      keep = module.importedTables > 0;
      const trap = this.instantiator.initialise(instance, this.top);
      if (trap !== Trap.None) throw segmentTrap(trap, this.instantiator.segmentAt);
      keep = true;
      if (module.startFunction >= 0) this.call(instance.functionBase + module.startFunction, fuel);
      return instance;
    } catch (error) {
      if (!keep) store.rollback();
      throw error;
    }
  }

  /** Makes the exports of an instance importable under a module name. */
  register(name: string, instance: Instance): void {
    this.definitions.need();
    this.definitions.register(name, instance);
  }

  /**
   * Defines a host function for import. Its types are letters: `i` i32, `I` i64, `f` f32, `F` f64, `r` funcref,
   * `R` externref. Returns its address.
   */
  defineFunction(module: string, name: string, parameters: string, results: string, host: HostFunction): number {
    const store = this.store;
    this.definitions.need();
    checkCapacity('functions', store.functionTop + 1, this.capacities.functions, -1);
    const type = this.internSignature(parameters, results);
    const address = store.functionTop++;
    const row = address * 4;
    this.hostFunctions.push(host);
    store.functions[row + FunctionColumn.Entry] = -this.hostFunctions.length;
    store.functions[row + FunctionColumn.Type] = type;
    store.functions[row + FunctionColumn.Memory] = -1;
    store.functions[row + FunctionColumn.Origin] = address;
    this.definitions.add(module, name, ExternalKind.Function, address);
    return address;
  }

  private internSignature(parameters: string, results: string): number {
    const letters = parameters + results;
    for (let index = 0; index < letters.length; index++) {
      this.store.putTypeValue(index, typeOfLetter(letters.charAt(index)), -1);
    }
    return this.store.internType(parameters.length, results.length, -1);
  }

  /** Defines a memory of `minimum` pages, with at most `maximum` (-1: no limit). Returns its address. */
  defineMemory(module: string, name: string, minimum: number, maximum: number, pageShift?: number): number {
    this.definitions.need();
    const partial = this.options.partialMemory === true;
    const start = memoryStartOf(this.options);
    const address = addMemory(this.store, minimum, maximum, pageShift === 0 ? 0 : 16, partial, start);
    this.definitions.add(module, name, ExternalKind.Memory, address);
    return address;
  }

  /** Defines a table of null references; `elementType` is `r` or `R`, a maximum of -1 no limit. Returns its address. */
  defineTable(module: string, name: string, elementType: string, minimum: number, maximum: number): number {
    this.definitions.need();
    const address = addTable(this.store, typeOfLetter(elementType), minimum, maximum, -1);
    this.definitions.add(module, name, ExternalKind.Table, address);
    return address;
  }

  /** Defines a global with the bits of its value, as two words. Returns its address. */
  defineGlobal(module: string, name: string, type: string, mutable: boolean, low: number, high: number): number {
    this.definitions.need();
    const valueType = typeOfLetter(type);
    const address = addGlobal(this.store, mutable ? valueType | GLOBAL_MUTABLE : valueType, low, high);
    this.definitions.add(module, name, ExternalKind.Global, address);
    return address;
  }

  /** Makes an object in the store, given by its address, importable under another name. */
  define(module: string, name: string, kind: ExternalKind, address: number): void {
    this.definitions.need();
    this.definitions.add(module, name, kind, address);
  }

  /** Address of an export, -1 if no export has that name and kind. */
  findExport(instance: Instance, name: string, kind: ExternalKind): number {
    const address = findExport(this.store, instance, name);
    return address >= 0 && foundKind === kind ? address : -1;
  }

  /** Address of an exported function; an EngineError if there is none. */
  exportedFunction(instance: Instance, name: string): number {
    const address = this.findExport(instance, name, ExternalKind.Function);
    if (address < 0) throw engineError('there is no exported function "' + name + '"');
    return address;
  }

  /**
   * The engine's state as bytes: what code has changed, and the call that yielded, if any. Loaded modules are not included.
   * Another engine with the same capacities and options, which has loaded and instantiated the same modules, continues from it
   * with `restore`. Allocates.
   */
  save(): Uint8Array {
    if (this.hosts > 0) throw engineError('a host function cannot save the call that it is part of');
    this.verify();
    const registers: Registers = {
      top: this.top,
      base: this.base,
      memory: this.memory,
      suspended: this.suspended,
      doubles: [
        this.fuelUsed,
        this.fuelLeft,
        this.counted.instructions,
        this.counted.memoryOperations,
        this.counted.collectionOperations,
        this.counted.calls,
        this.counted.traps,
      ],
    };
    return saveSnapshot(this.store, this.state, registers, this.snapshotOptions());
  }

  private snapshotOptions(): SnapshotOptions {
    return {
      level: VERIFICATION && this.integrity ? this.integrity.level : VerificationLevel.None,
      partialMemory: this.options.partialMemory === true,
      memoryStart: memoryStartOf(this.options),
    };
  }

  /** Restores a state from `save`. Throws an EngineError or CapacityError if it cannot; the engine's state is then as before. */
  restore(snapshot: Uint8Array): void {
    if (this.hosts > 0) throw engineError('a host function cannot replace the call that it is part of');
    this.open();
    const registers = restoreSnapshot(
      snapshot,
      this.store,
      this.state,
      VERIFICATION ? this.integrity : null,
      this.snapshotOptions(),
    );
    this.top = registers.top;
    this.base = registers.base;
    this.suspended = registers.suspended;
    const doubles = registers.doubles;
    this.fuelUsed = doubles[0];
    this.fuelLeft = doubles[1];
    this.counted.instructions = doubles[2];
    this.counted.memoryOperations = doubles[3];
    this.counted.collectionOperations = doubles[4];
    this.counted.calls = doubles[5];
    this.counted.traps = doubles[6];
    this.useMemory(registers.memory);
  }

  setGlobal(address: number, low: number, high: number): void {
    this.open();
    this.store.globals[address * 2] = low;
    this.store.globals[address * 2 + 1] = high;
  }

  tableSet(address: number, index: number, reference: number): void {
    this.open();
    this.store.tableEntries[this.store.tables[address * 4] + index] = reference;
  }

  /** The old size, or -1. */
  tableGrow(address: number, count: number, reference: number): number {
    this.open();
    return growTable(this.store, address * 4, count, reference);
  }

  /** Addresses of the functions of a call that yielded, innermost first. Allocates. */
  suspendedFunctions(): number[] {
    return this.suspended ? this.places.suspendedFunctions() : [];
  }

  /** The places in the module where a call that yielded goes on, as the frames of a trap are. Allocates. */
  suspendedStack(): CallStack {
    return this.suspended ? this.places.suspendedStack() : { frames: [], framesOmitted: 0 };
  }

  /** A function's name in the module's name section, '' where it has none. Allocates. */
  functionName(address: number): string {
    return this.places.functionName(address);
  }
}
