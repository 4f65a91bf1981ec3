// The engine: loads modules, instantiates them, calls their functions. All its memory is allocated by the constructor.

import { addTable, growTable } from './bulk.js';
import { type Capacities, FRAME_ROW, MOST_MEMORY_BYTES } from './capacities.js';
import { Definitions } from './definitions.js';
import { engineError, segmentTrap, type TrapFrame, type WasmTrap, wasmTrap } from './errors.js';
import { createInterpreter } from './generated/interpreter.js';
import { RegisterOpcode } from './generated/register-opcodes.js';
import { createSlotVerifiedInterpreter } from './generated/slot-verified-interpreter.js';
import { createVerifiedInterpreter } from './generated/verified-interpreter.js';
import { highWater } from './high-water.js';
import { addGlobal, addMemory, Instantiator, pageBytes } from './instantiate.js';
import { Integrity } from './integrity.js';
import { findExport, foundKind, Linker } from './link.js';
import { Lowerer } from './lower.js';
import type { Instance, Module } from './module.js';
import { functionName } from './names.js';
import { GLOBAL_MUTABLE, parse } from './parse.js';
import { Reader } from './reader.js';
import { COUNTING, VERIFICATION } from './safety/build.js';
import type { IntegrityError } from './safety/integrity-error.js';
import { DEFAULT_ENGINE_VERIFICATION, VerificationLevel } from './safety/verification-level.js';
import { type Registers, restoreSnapshot, type SnapshotOptions, saveSnapshot } from './snapshot.js';
import { Header, Reserved, State, Status } from './status.js';
import { checkCapacity, FunctionColumn, Store } from './store.js';
import { TRAP_COUNT, Trap, trapMessage } from './trap.js';
import { ExternalKind, isReferenceType, ValueType, valueTypeOfLetter } from './types.js';
import { Validator } from './validate.js';

/** Reads its arguments with `getI32(0)` and so on, writes its results with `setI32(0, …)`, which take the arguments' place. */
export type HostFunction = (engine: Engine) => void;

export interface EngineOptions {
  /** A module may declare more memory than there is: accesses past `memoryBytes` trap, memory.grow past it returns -1. */
  partialMemory?: boolean;
  /** Linear memory to use instead of allocating it: `memories` times `memoryBytes` bytes. */
  memoryBuffer?: ArrayBuffer;
  /**
   * Asked for more when memory.grow reaches the end of the buffer: returns one of at least `bytes` bytes with the old
   * contents, or null. Only for an engine with one memory.
   */
  growMemory?: (bytes: number) => ArrayBuffer | null;
  /**
   * How much is done to notice that the engine's own state was changed by something else: None by default, or what the build
   * says (`safety_sampling` and its like). Above None, all of linear memory is looked at before, and summed up after, every
   * host function and every return to the embedder, which may write there.
   */
  verification?: VerificationLevel;
  /** Both of them tell what they write with `memoryWritten`: then linear memory is covered all the time, and they cost little. */
  announcedWrites?: boolean;
  /** Lowers to plain instructions only, none of which does the work of two: another interpreter has fewer to bring along. */
  plainCode?: boolean;
  /** Code counts what it does, for `executionStats`: five words of code and an instruction more for each of its runs. */
  counting?: boolean;
  /** Milliseconds from anywhere: with it, `executionStats` tells how long verification took. */
  clock?: () => number;
  /** Called after every memory.grow that succeeded. */
  memoryGrown?: (memory: number) => void;
}

/** How a call ended. A trap throws instead. */
export enum CallStatus {
  Done = 0,
  /** Out of fuel: `resume` goes on. */
  Yielded = 1,
}

/** What an engine has done since it was made or reset. */
export interface ExecutionStats {
  /** Executed, without those that only give structure: of an engine with `counting`, else 0, as the next three. */
  instructions: number;
  /** Loads, stores, and instructions on whole ranges of memory. */
  memoryOperations: number;
  /** Instructions on tables, calls through them included. */
  collectionOperations: number;
  /** Calls that code made. */
  calls: number;
  /** Validations of the engine's own state; 0 at the level None. */
  validationOperations: number;
  /** Time that the further looking ones of them took, in milliseconds; 0 without `clock`. */
  validationMilliseconds: number;
  fuel: number;
  traps: number;
  highWater: Capacities;
}

/** Of a call stack in a trap: to find each, its function is lowered again. */
const MOST_FRAMES = 32;

/** Fuel between two returns of the loop to the driver: V8 optimises the whole loop only on a fresh entry. */
const SLICE = 1000000;

export class Engine {
  readonly capacities: Capacities;
  /** Fuel used since the engine was made or reset. */
  fuelUsed = 0;

  private readonly options: EngineOptions;
  private readonly store: Store;
  private readonly reader = new Reader();
  private readonly validator: Validator;
  private readonly lowerer: Lowerer;
  private readonly instantiator: Instantiator;
  private readonly definitions: Definitions;
  private readonly hostFunctions: HostFunction[] = [];
  private readonly state = new Int32Array(State.Size);
  private readonly int32: Int32Array;
  private readonly float32: Float32Array;
  private readonly float64: Float64Array;
  private run: () => number;
  private readonly integrity: Integrity | null = null;
  /** Word of the slots where the next call's arguments go. */
  private top = 0;
  /** Word of the slots that `getI32` and its like count from. */
  private base = 0;
  private fuelLeft = Infinity;
  private suspended = false;
  /** Host functions that are being called. */
  private hosts = 0;
  private memory = -1;
  private readonly counted: ExecutionStats;

  constructor(capacities: Capacities, options?: EngineOptions) {
    this.capacities = capacities;
    this.options = options ? options : {};
    this.store = new Store(capacities, this.options.memoryBuffer);
    this.int32 = new Int32Array(this.store.slots);
    this.float32 = new Float32Array(this.store.slots);
    this.float64 = new Float64Array(this.store.slots);
    this.validator = new Validator(this.store, this.reader);
    const level = this.options.verification ?? DEFAULT_ENGINE_VERIFICATION;
    const verified = VERIFICATION && level > VerificationLevel.None;
    const variant = level === VerificationLevel.Full ? 2 : 1;
    this.lowerer = new Lowerer(
      this.store,
      this.reader,
      verified ? variant : 0,
      COUNTING && this.options.counting === true,
      this.options.plainCode === true,
    );
    this.definitions = new Definitions(this.store);
    const linker = new Linker(this.store, this.definitions, this.reader);
    this.instantiator = new Instantiator(
      this.store,
      this.reader,
      linker,
      this.lowerer,
      this.options.partialMemory === true,
    );
    this.store.code[Reserved.Halt] = RegisterOpcode.Halt;
    this.store.code[Reserved.SwitchBack] = RegisterOpcode.SwitchBack;
    if (VERIFICATION && verified) {
      const told = this.options.announcedWrites === true;
      this.integrity = new Integrity(this.store, this.state, level, told);
    }
    this.run = this.createRun();
    this.counted = noStats(capacities);
  }

  private createRun(): () => number {
    if (VERIFICATION && this.integrity) {
      const create =
        this.integrity.level === VerificationLevel.Full ? createSlotVerifiedInterpreter : createVerifiedInterpreter;
      return create(this.store, this.state, this.integrity);
    }
    return createInterpreter(this.store, this.state);
  }

  /** Before anything but running code changes the store. */
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

  /** What was done since the engine was made or reset. Allocates. */
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

  /** What the loop has counted goes where it cannot run over. */
  private collect(): void {
    const state = this.state;
    const counted = this.counted;
    counted.instructions += state[State.Instructions];
    counted.memoryOperations += state[State.MemoryOperations];
    counted.collectionOperations += state[State.CollectionOperations];
    counted.calls += state[State.FunctionCalls];
    state.fill(0, State.Instructions, State.Size);
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

  /** The most of each capacity that was used at once since the engine was made or reset: it would have done with so much. */
  highWater(): Capacities {
    const high = highWater(this.store, this.validator, this.lowerer);
    high.definitions = this.definitions.count;
    high.callDepth = this.state[State.CallLimit] / FRAME_ROW;
    high.valueSlots = this.state[State.SlotLimit] / 2;
    return high;
  }

  /**
   * Parses and validates a module. The bytes are read where they lie, then and later: they must not change.
   * Throws DecodeError, ValidationError or CapacityError; the engine is then as it was.
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
   * the start function may yield: then `isSuspended`, and `resume` goes on with it.
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
    const address = addMemory(this.store, minimum, maximum, pageShift === 0 ? 0 : 16, partial);
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

  /** Makes what is in the store already, by its address, importable under another name. */
  define(module: string, name: string, kind: ExternalKind, address: number): void {
    this.definitions.need();
    this.definitions.add(module, name, kind, address);
  }

  /** Address of an export, -1 if there is none of that name and kind. */
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

  // Arguments and results. Outside of host functions, number i is of the next or last call.

  setI32(index: number, value: number): void {
    const at = this.base + index * 2;
    this.followSlots(at, at + 1, -1);
    this.int32[at] = value;
    this.followSlots(at, at + 1, 1);
  }
  setI64(index: number, low: number, high: number): void {
    const at = this.base + index * 2;
    this.followSlots(at, at + 2, -1);
    this.int32[at] = low;
    this.int32[at + 1] = high;
    this.followSlots(at, at + 2, 1);
  }
  setF32(index: number, value: number): void {
    const at = this.base + index * 2;
    this.followSlots(at, at + 1, -1);
    this.float32[at] = value;
    this.followSlots(at, at + 1, 1);
  }
  setF64(index: number, value: number): void {
    const at = this.base + index * 2;
    this.followSlots(at, at + 2, -1);
    this.float64[at >> 1] = value;
    this.followSlots(at, at + 2, 1);
  }

  /** Before (`sign` -1) and after (1) something else than the loop changes words of the slots. */
  private followSlots(from: number, to: number, sign: number): void {
    if (VERIFICATION && this.integrity) this.integrity.followSlots(from, to, sign);
  }

  getI32(index: number): number {
    return this.int32[this.base + index * 2];
  }
  getI64Low(index: number): number {
    return this.int32[this.base + index * 2];
  }
  getI64High(index: number): number {
    return this.int32[this.base + index * 2 + 1];
  }
  getF32(index: number): number {
    return this.float32[this.base + index * 2];
  }
  getF64(index: number): number {
    return this.float64[(this.base >> 1) + index];
  }

  /**
   * In a host function, before it calls back: from here on arguments and results are those of the call to be made.
   * Returns what `endCall` has to be given afterwards.
   */
  beginCall(): number {
    const base = this.base;
    this.base = this.top;
    return base;
  }

  /** Back to the host function's own arguments. */
  endCall(base: number): void {
    this.base = base;
  }

  /**
   * Calls a function with the arguments that were set. With `fuel`, it may return CallStatus.Yielded; nothing else can be
   * called then until `resume` has finished it or `abandon` has dropped it. Throws WasmTrap, or what a host function threw.
   */
  call(address: number, fuel?: number): CallStatus {
    this.refuseSuspended();
    const store = this.store;
    const state = this.state;
    const top = this.top;
    const base = this.base;
    const entry = store.functions[address * 4 + FunctionColumn.Entry];
    const hosts = this.hosts;
    if (VERIFICATION && this.integrity) {
      this.integrity.refuse();
      this.integrity.seal();
    }
    if (hosts === 0) this.fuelLeft = fuel === undefined ? Infinity : Math.floor(fuel);
    const counter = state[State.Counter];
    const frame = state[State.Frame];
    const calls = state[State.Calls];
    const memory = this.memory;
    let status = CallStatus.Done;
    try {
      if (entry < 0) this.callHost(address, top);
      else {
        if (calls + FRAME_ROW * 2 > store.callStack.length) this.trap(Trap.CallStackExhausted, entry);
        this.needCalls(calls + FRAME_ROW);
        store.callStack[calls] = Reserved.Halt;
        store.callStack[calls + 1] = 0;
        if (VERIFICATION && this.integrity) this.integrity.pushFrame(calls);
        state[State.Calls] = calls + FRAME_ROW;
        this.useMemory(store.functions[address * 4 + FunctionColumn.Memory]);
        this.enter(entry, top);
        status = this.drive(hosts > 0);
      }
    } catch (error) {
      // Where the host's stack is used up, even a call here fails, and nothing may keep the state from being restored.
      let thrown = error;
      if (VERIFICATION && this.integrity) {
        try {
          thrown = this.blamed(error);
        } catch (other) {
          thrown = other;
        }
      }
      this.hosts = hosts;
      state[State.Counter] = counter;
      state[State.Frame] = frame;
      state[State.Calls] = calls;
      this.top = top;
      this.base = base;
      this.useMemory(memory);
      throw thrown;
    }
    if (VERIFICATION && this.integrity) {
      if (status === CallStatus.Done) this.integrity.verifyCalls(calls);
      this.integrity.openToHost();
    }
    if (status === CallStatus.Yielded) return status;
    state[State.Counter] = counter;
    state[State.Frame] = frame;
    state[State.Calls] = calls;
    this.top = top;
    this.base = base;
    this.useMemory(memory);
    return status;
  }

  /** A call yielded, and neither `resume` finished it nor `abandon` dropped it. */
  get isSuspended(): boolean {
    return this.suspended;
  }

  /** Goes on with a call that yielded. */
  resume(fuel: number): CallStatus {
    if (!this.suspended) throw engineError('there is no suspended call to resume');
    if (VERIFICATION && this.integrity) {
      this.integrity.refuse();
      this.integrity.seal();
    }
    this.suspended = false;
    // What the last slice overdrew is paid first: until then it yields at once.
    this.fuelLeft += Math.floor(fuel);
    let status = CallStatus.Done;
    try {
      status = this.drive(false);
    } catch (error) {
      const thrown = this.blamed(error);
      this.clear();
      throw thrown;
    }
    if (VERIFICATION && this.integrity) {
      if (status === CallStatus.Done) this.integrity.verifyCalls(0);
      this.integrity.openToHost();
    }
    if (status === CallStatus.Done) this.clear();
    return status;
  }

  /** The corruption that an error comes from, if there is any. */
  private blamed(error: unknown): unknown {
    if (!VERIFICATION || !this.integrity) return error;
    const blamed = this.integrity.blamed(error);
    const found = this.integrity.found;
    if (found === null || found.frames.length > 0) return blamed;
    try {
      const frame = this.frameAt(this.state[State.Counter]);
      found.functionIndex = frame.functionIndex;
      found.functionName = frame.functionName;
      found.offset = frame.offset;
      this.addFrames(found, frame);
    } catch (_) {
      // The state that tells where it was is damaged itself.
    }
    return blamed;
  }

  /** Drops a suspended call. */
  abandon(): void {
    if (this.hosts > 0) {
      throw engineError('a host function cannot end the call that it is part of');
    }
    this.clear();
  }

  /**
   * The engine's state as bytes: what code has changed, and the call that yielded, if one has. Not what was loaded.
   * Another engine with the same capacities and options that has loaded and instantiated the same modules goes on from there
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
    };
  }

  /** Takes up what `save` gave. Throws an EngineError or CapacityError if it cannot; the engine is then as it was. */
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

  private clear(): void {
    this.suspended = false;
    this.hosts = 0;
    this.state.fill(0, 0, State.SlotLimit);
    this.top = 0;
    this.base = 0;
    this.memory = -1;
  }

  private refuseSuspended(): void {
    if (!this.suspended) return;
    throw engineError('a call is suspended: resume it or abandon it first');
  }

  private suspend(): CallStatus {
    this.suspended = true;
    return CallStatus.Yielded;
  }

  /** Makes a memory the one in use: of the instance whose code runs. */
  private useMemory(address: number): void {
    this.memory = address;
    if (address < 0) {
      this.state[State.MemoryBase] = 0;
      this.state[State.MemoryBytes] = 0;
      return;
    }
    const memory = this.store.memories[address];
    this.state[State.MemoryBase] = memory.base;
    this.state[State.MemoryBytes] = memory.bytes;
  }

  /** Enters a lowered function whose arguments lie at `frame`. */
  private enter(entry: number, frame: number): void {
    const code = this.store.code;
    const end = frame + code[entry + Header.FrameWords];
    if (end > this.int32.length) this.trap(Trap.CallStackExhausted, entry);
    this.needSlots(end);
    const from = frame + code[entry + Header.ClearFrom];
    const to = frame + code[entry + Header.ClearTo];
    this.followSlots(from, to, -1);
    this.int32.fill(0, from, to);
    this.state[State.Counter] = entry;
    this.state[State.Frame] = frame;
    this.spend(code[entry + Header.Fuel]);
  }

  private spend(fuel: number): void {
    this.fuelUsed += fuel;
    this.fuelLeft -= fuel;
  }

  /** Runs until the call is done or out of fuel. A call from within a host function cannot yield: it overdraws. */
  private drive(nested: boolean): CallStatus {
    const state = this.state;
    const integrity = this.integrity;
    for (;;) {
      if (this.fuelLeft < 0 && !nested) return this.suspend();
      const slice = this.fuelLeft < SLICE && !nested ? this.fuelLeft : SLICE;
      state[State.Fuel] = slice;
      if (VERIFICATION && integrity) integrity.begin(slice);
      const status = this.run();
      this.spend(slice - state[State.Fuel] - state[State.Budget]);
      if (COUNTING && this.options.counting === true) this.collect();
      if (VERIFICATION && integrity) {
        const clock = this.options.clock;
        const start = clock ? clock() : 0;
        if (status === Status.Yield || status === Status.Done) integrity.step();
        else integrity.left();
        if (clock) this.counted.validationMilliseconds += clock() - start;
        if (status === Status.Corrupt) integrity.verifyFrame(state[State.Calls] - FRAME_ROW);
        else if (status >= Status.Store16 && status <= Status.Store64) this.storeAcross(status);
      }
      if (status === Status.Done) return CallStatus.Done;
      if (status === Status.Call) this.callOut(state[State.Callee], state[State.Base]);
      else if (status === Status.TailCall) this.tailCallOut(state[State.Callee], state[State.Base]);
      else if (status === Status.SwitchBack) {
        this.useMemory(state[State.Frame]);
        this.popFrame();
      } else if (status === Status.MemoryGrow) this.growMemory(state[State.Callee], state[State.Base]);
      else if (status === Trap.CallStackExhausted && this.raiseLimits(state[State.Base], state[State.Calls])) continue;
      else if (status < TRAP_COUNT) this.trap(status, state[State.Counter]);
    }
  }

  /** The loop's limits are what was needed so far, which tells how much that is at no cost. False where there is no more. */
  private raiseLimits(slots: number, calls: number): boolean {
    if (slots > this.int32.length) return false;
    if (slots > this.state[State.SlotLimit]) this.needSlots(slots);
    else if (calls < this.store.callStack.length - FRAME_ROW) this.needCalls(calls + FRAME_ROW);
    else return false;
    return true;
  }

  private needSlots(words: number): void {
    if (words <= this.state[State.SlotLimit]) return;
    if (VERIFICATION && this.integrity) this.integrity.raiseSlots(words);
    else this.state[State.SlotLimit] = words;
  }

  private needCalls(words: number): void {
    if (words > this.state[State.CallLimit]) this.state[State.CallLimit] = words;
  }

  /** A store that crosses words, for the checksums to follow. */
  private storeAcross(status: number): void {
    if (!VERIFICATION || !this.integrity) return;
    const integrity = this.integrity;
    const address = this.state[State.Callee];
    const size = status === Status.Store16 ? 2 : status === Status.Store32 ? 4 : 8;
    for (let index = 0; index < size; index++) {
      integrity.store8(address + index, this.state[index < 4 ? State.Base : State.High] >> ((index & 3) << 3));
    }
  }

  private popFrame(): void {
    const state = this.state;
    const calls = state[State.Calls] - FRAME_ROW;
    if (VERIFICATION && this.integrity) this.integrity.verifyFrame(calls);
    state[State.Calls] = calls;
    state[State.Counter] = this.store.callStack[calls];
    state[State.Frame] = this.store.callStack[calls + 1];
  }

  private pushFrame(counter: number, frame: number): void {
    const calls = this.state[State.Calls];
    if (calls + FRAME_ROW > this.store.callStack.length)
      this.trap(Trap.CallStackExhausted, this.state[State.Counter] - 1);
    this.needCalls(calls);
    this.store.callStack[calls] = counter;
    this.store.callStack[calls + 1] = frame;
    if (VERIFICATION && this.integrity) this.integrity.pushFrame(calls);
    this.state[State.Calls] = calls + FRAME_ROW;
  }

  /** A call that the loop leaves to the driver. */
  private callOut(callee: number, base: number): void {
    const state = this.state;
    const entry = this.store.functions[callee * 4 + FunctionColumn.Entry];
    if (entry < 0) {
      this.callHost(callee, base);
      return;
    }
    this.pushFrame(state[State.Counter], state[State.Frame]);
    this.pushFrame(Reserved.SwitchBack, this.memory);
    this.useMemory(this.store.functions[callee * 4 + FunctionColumn.Memory]);
    this.enter(entry, base);
  }

  private tailCallOut(callee: number, base: number): void {
    const store = this.store;
    const entry = store.functions[callee * 4 + FunctionColumn.Entry];
    if (entry < 0) {
      this.callHost(callee, base);
      this.popFrame();
      return;
    }
    const calls = this.state[State.Calls];
    // A frame that leads back to another memory serves the new callee too.
    if (store.callStack[calls - FRAME_ROW] !== Reserved.SwitchBack) this.pushFrame(Reserved.SwitchBack, this.memory);
    this.useMemory(store.functions[callee * 4 + FunctionColumn.Memory]);
    this.enter(entry, base);
  }

  private callHost(address: number, base: number): void {
    const store = this.store;
    const state = this.state;
    const row = address * 4;
    const host = this.hostFunctions[-1 - store.functions[row + FunctionColumn.Entry]];
    const type = store.functions[row + FunctionColumn.Type];
    const parameters = store.typeParameterCounts[type];
    const results = store.typeResultCounts[type];
    const outerTop = this.top;
    const outerBase = this.base;
    const memory = this.memory;
    this.top = base + (parameters > results ? parameters : results) * 2;
    this.base = base;
    if (this.top > this.int32.length) this.trap(Trap.CallStackExhausted, state[State.Counter] - 1);
    this.needSlots(this.top);
    const counter = state[State.Counter];
    const frame = state[State.Frame];
    const hosts = this.hosts;
    this.hosts = hosts + 1;
    if (VERIFICATION && this.integrity) this.integrity.openToHost();
    host(this);
    if (VERIFICATION && this.integrity) this.integrity.seal();
    this.hosts = hosts;
    state[State.Counter] = counter;
    state[State.Frame] = frame;
    this.top = outerTop;
    this.base = outerBase;
    // The host may have grown the memory.
    this.useMemory(memory);
  }

  private growMemory(address: number, slot: number): void {
    const old = this.grow(address, this.int32[slot] >>> 0);
    this.followSlots(slot, slot + 1, -1);
    this.int32[slot] = old;
    this.followSlots(slot, slot + 1, 1);
    this.useMemory(this.memory);
  }

  /** memory.grow by `pages`: the old size in pages, or -1. */
  grow(address: number, pages: number): number {
    const store = this.store;
    const memory = store.memories[address];
    const old = memory.pages;
    if (pages === 0) return old;
    const size = old + pages;
    const most = memory.maximum >= 0 ? memory.maximum : memory.pageShift === 16 ? 65536 : 4294967295;
    if (size > most) return -1;
    const bytes = size * pageBytes(memory);
    if (bytes > memory.bytes && memory.bytes < old * pageBytes(memory)) return -1;
    if (bytes > MOST_MEMORY_BYTES) return -1;
    // Behind one of several memories lies the next one.
    if (bytes > this.capacities.memoryBytes && store.memories.length > 1) return -1;
    if (bytes > this.capacities.memoryBytes && bytes > store.memoryBuffer.byteLength) {
      const buffer = this.options.growMemory ? this.options.growMemory(bytes) : null;
      if (!buffer) return -1;
      this.replaceMemory(buffer);
    }
    if (VERIFICATION && this.integrity) this.integrity.openMemory(memory.base, memory.bytes);
    store.memoryArray.fill(0, memory.base + memory.bytes, memory.base + bytes);
    memory.pages = size;
    memory.bytes = bytes;
    if (VERIFICATION && this.integrity) this.integrity.memoryGrown();
    if (this.options.memoryGrown) this.options.memoryGrown(address);
    return old;
  }

  /** Puts another buffer under the linear memory, with the same contents and at least as long. Allocates views. */
  replaceMemory(buffer: ArrayBuffer): void {
    this.store.memoryBuffer = buffer;
    this.store.memoryArray = new Uint8Array(buffer);
    if (VERIFICATION && this.integrity) this.integrity.replaceMemory();
    this.run = this.createRun();
  }

  /** Between calls, above the level None: says that the host has changed bytes of a memory. */
  memoryWritten(address: number, offset: number, count: number): void {
    const memory = this.store.memories[address];
    if (VERIFICATION && this.integrity) this.integrity.memoryWritten(memory.base + offset, count);
  }

  /** Verifies everything at once. Throws an IntegrityError. */
  verify(): void {
    if (VERIFICATION && this.integrity) this.integrity.verifySealed();
  }

  /** Tells the engine that a memory in a shared buffer has grown to `pages`, by another engine. */
  setMemoryPages(address: number, pages: number): void {
    const memory = this.store.memories[address];
    memory.pages = pages;
    memory.bytes = pages * pageBytes(memory);
    if (this.memory === address) this.useMemory(address);
  }

  /** Throws a trap at a position of the code, with where that is in the module. */
  private trap(code: number, position: number): never {
    // Before the code is lowered again, which would mend it.
    this.verify();
    this.counted.traps++;
    const frame = this.frameAt(position);
    const error = trapError(code, frame.offset, frame.functionIndex, frame.functionName);
    this.addFrames(error, frame);
    throw error;
  }

  /** The call stack, with `frame` as the innermost one. */
  private addFrames(error: WasmTrap | IntegrityError, frame: TrapFrame): void {
    const callStack = this.store.callStack;
    if (frame.functionIndex >= 0) error.frames.push(frame);
    const top = Math.min(this.state[State.Calls], callStack.length);
    for (let calls = top - FRAME_ROW; calls >= 0; calls -= FRAME_ROW) {
      const caller = callStack[calls];
      if (caller === Reserved.Halt) break;
      if (caller === Reserved.SwitchBack) continue;
      if (error.frames.length < MOST_FRAMES) error.frames.push(this.frameAt(caller - 1));
      else error.framesOmitted++;
    }
  }

  /** The function at a position of the code, -1 if there is none, and the byte offset in its module. */
  private frameAt(position: number): TrapFrame {
    const store = this.store;
    for (let index = 0; index < store.instanceTop; index++) {
      const instance = store.instances[index];
      if (position < instance.codeStart || position >= instance.codeEnd) continue;
      const functionIndex = this.functionAt(instance, position);
      const offset = this.lowerer.locate(instance, functionIndex, position);
      return {
        functionIndex: functionIndex,
        functionName: functionName(instance.module, functionIndex),
        offset: offset,
      };
    }
    return { functionIndex: -1, functionName: '', offset: -1 };
  }

  /** Addresses of the functions of a call that yielded, innermost first. Allocates. */
  suspendedFunctions(): number[] {
    const addresses: number[] = [];
    if (!this.suspended) return addresses;
    this.addFunctionAt(this.state[State.Counter], addresses);
    for (let calls = this.state[State.Calls] - FRAME_ROW; calls >= 0; calls -= FRAME_ROW) {
      const caller = this.store.callStack[calls];
      if (caller !== Reserved.Halt && caller !== Reserved.SwitchBack) this.addFunctionAt(caller - 1, addresses);
    }
    return addresses;
  }

  private addFunctionAt(position: number, addresses: number[]): void {
    const store = this.store;
    for (let index = 0; index < store.instanceTop; index++) {
      const instance = store.instances[index];
      if (position < instance.codeStart || position >= instance.codeEnd) continue;
      addresses.push(instance.functionBase + this.functionAt(instance, position));
    }
  }

  /** A function's name in the module's name section, '' where it has none. Allocates. */
  functionName(address: number): string {
    const store = this.store;
    for (let index = 0; index < store.instanceTop; index++) {
      const instance = store.instances[index];
      const local = address - instance.functionBase;
      if (local >= 0 && local < instance.module.functionCount) return functionName(instance.module, local);
    }
    return '';
  }

  /** Index of the function whose code holds a position: functions are lowered in order. */
  private functionAt(instance: Instance, position: number): number {
    const module = instance.module;
    let low = module.importedFunctions;
    let high = module.functionCount - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      const entry = this.store.functions[(instance.functionBase + middle) * 4 + FunctionColumn.Entry];
      if (entry <= position) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  // Reflection on what is in the store, by address.

  /** A function's parameter and result types as letters: `iI:f`. */
  signature(address: number): string {
    const store = this.store;
    const type = store.functions[address * 4 + FunctionColumn.Type];
    const offset = store.typeOffsets[type];
    const parameters = store.typeParameterCounts[type];
    const end = parameters + store.typeResultCounts[type];
    let text = '';
    for (let index = 0; index <= end; index++) {
      if (index === parameters) text += ':';
      if (index < end) text += letterOfType(store.typeValues[offset + index]);
    }
    return text;
  }

  /** The function that an imported function stands for: two addresses are the same function if their origins are. */
  functionOrigin(address: number): number {
    return this.store.functions[address * 4 + FunctionColumn.Origin];
  }

  globalType(address: number): string {
    return letterOfType(this.store.globalTypes[address] & 255);
  }
  isGlobalMutable(address: number): boolean {
    return (this.store.globalTypes[address] & GLOBAL_MUTABLE) !== 0;
  }
  globalLow(address: number): number {
    return this.store.globals[address * 2];
  }
  globalHigh(address: number): number {
    return this.store.globals[address * 2 + 1];
  }
  setGlobal(address: number, low: number, high: number): void {
    this.open();
    this.store.globals[address * 2] = low;
    this.store.globals[address * 2 + 1] = high;
  }

  memoryPages(address: number): number {
    return this.store.memories[address].pages;
  }
  /** Bytes that are backed. */
  memoryBytes(address: number): number {
    return this.store.memories[address].bytes;
  }
  /** Where a memory starts in `memoryBuffer`. */
  memoryBase(address: number): number {
    return this.store.memories[address].base;
  }
  get memoryBuffer(): ArrayBuffer {
    return this.store.memoryBuffer;
  }
  /** Memory address of an instance, -1 without memory. */
  memoryOf(instance: Instance): number {
    return instance.memory;
  }
  /** Memory of the instance that calls a host function, -1 without memory. */
  get callerMemory(): number {
    return this.memory;
  }

  tableSize(address: number): number {
    return this.store.tables[address * 4 + 1];
  }
  /** -1 for none. */
  tableMaximum(address: number): number {
    return this.store.tables[address * 4 + 2];
  }
  tableType(address: number): string {
    return letterOfType(this.store.tables[address * 4 + 3]);
  }
  /** A reference, or NULL_REFERENCE. */
  tableGet(address: number, index: number): number {
    return this.store.tableEntries[this.store.tables[address * 4] + index];
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
}

function noStats(highWater: Capacities): ExecutionStats {
  return {
    instructions: 0,
    memoryOperations: 0,
    collectionOperations: 0,
    calls: 0,
    validationOperations: 0,
    validationMilliseconds: 0,
    fuel: 0,
    traps: 0,
    highWater: highWater,
  };
}

function trapError(code: number, offset: number, functionIndex: number, name: string): WasmTrap {
  let message = trapMessage(code);
  if (functionIndex >= 0) {
    message += ' in function ' + functionIndex + (name === '' ? '' : ' (' + name + ')') + ' at byte ' + offset;
  }
  return wasmTrap(code, message, offset, functionIndex, name);
}

function typeOfLetter(letter: string): number {
  const type = valueTypeOfLetter(letter);
  if (type === ValueType.Unknown) {
    throw engineError('unknown type letter "' + letter + '": use i, I, f, F, r or R');
  }
  return type;
}

function letterOfType(type: number): string {
  if (isReferenceType(type)) return type === ValueType.FuncRef ? 'r' : 'R';
  return type === ValueType.I32 ? 'i' : type === ValueType.I64 ? 'I' : type === ValueType.F32 ? 'f' : 'F';
}
