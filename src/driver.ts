// Drives the interpreter's loop: enters functions, calls host functions, spends fuel, yields and resumes, grows memory.

import { type Capacities, FRAME_ROW, MOST_MEMORY_BYTES } from './capacities.js';
import type { Engine } from './engine.js';
import type { EngineOptions, HostFunction } from './engine-options.js';
import { engineError } from './errors.js';
import { createInterpreter } from './generated/interpreter.js';
import { RegisterOpcode } from './generated/register-opcodes.js';
import { createSlotVerifiedInterpreter } from './generated/slot-verified-interpreter.js';
import { createVerifiedInterpreter } from './generated/verified-interpreter.js';
import { pageBytes } from './instantiate.js';
import { Integrity } from './integrity.js';
import type { InterpreterLoop } from './interpreter-loop.js';
import { Lowerer } from './lower.js';
import { Reader } from './reader.js';
import { Reflection } from './reflection.js';
import { COUNTING, VERIFICATION } from './safety/build.js';
import { DEFAULT_ENGINE_VERIFICATION, VerificationLevel } from './safety/verification-level.js';
import { type ExecutionStats, noStats } from './statistics.js';
import { CallStatus, Header, Reserved, State, Status } from './status.js';
import { FunctionColumn, Store } from './store.js';
import { TRAP_COUNT, Trap } from './trap.js';
import { TrapPlaces } from './trap-place.js';

/**
 * Fuel between two returns of the loop to the driver. V8 takes up machine code of the whole loop when the loop is entered. If that does not
 * happen soon, V8 also compiles a form that is entered in the middle of the loop: it takes several times as long to compile, and is slower.
 */
const SLICE = 2000;
/** Loops that verify return by themselves. */
const VERIFIED_SLICE = 1000000;

export class Driver extends Reflection {
  readonly capacities: Capacities;
  /** Fuel used since the engine was created or reset. */
  fuelUsed = 0;

  protected readonly options: EngineOptions;
  protected readonly reader = new Reader();
  protected readonly lowerer: Lowerer;
  protected readonly places: TrapPlaces;
  protected readonly hostFunctions: HostFunction[] = [];
  protected readonly state = new Int32Array(State.Size);
  private readonly int32: Int32Array;
  private readonly float32: Float32Array;
  private readonly float64: Float64Array;
  private readonly loop: InterpreterLoop;
  protected readonly integrity: Integrity | null = null;
  /** Word of the slots where the arguments of the next call are written. */
  protected top = 0;
  /** Word of the slots from which `getI32` and similar methods count. */
  protected base = 0;
  protected fuelLeft = Infinity;
  protected suspended = false;
  /** Number of host functions that are running. */
  protected hosts = 0;
  protected memory = -1;
  protected readonly counted: ExecutionStats;

  constructor(capacities: Capacities, options: EngineOptions) {
    super(new Store(capacities, options.memoryBuffer));
    this.capacities = capacities;
    this.options = options;
    this.int32 = new Int32Array(this.store.slots);
    this.float32 = new Float32Array(this.store.slots);
    this.float64 = new Float64Array(this.store.slots);
    const level = options.verification ?? DEFAULT_ENGINE_VERIFICATION;
    const verified = VERIFICATION && level > VerificationLevel.None;
    const variant = level === VerificationLevel.Full ? 2 : 1;
    this.lowerer = new Lowerer(
      this.store,
      this.reader,
      verified ? variant : 0,
      COUNTING && options.counting === true,
      options.plainCode === true,
    );
    this.places = new TrapPlaces(this.store, this.state, this.lowerer);
    this.store.code[Reserved.Halt] = RegisterOpcode.Halt;
    this.store.code[Reserved.SwitchBack] = RegisterOpcode.SwitchBack;
    if (VERIFICATION && verified) {
      this.integrity = new Integrity(this.store, this.state, level, options.announcedWrites === true);
    }
    this.loop = this.createLoop();
    this.counted = noStats(capacities);
  }

  protected createLoop(): InterpreterLoop {
    if (VERIFICATION && this.integrity) {
      const create =
        this.integrity.level === VerificationLevel.Full ? createSlotVerifiedInterpreter : createVerifiedInterpreter;
      return create(this.store, this.state, this.integrity);
    }
    return createInterpreter(this.store, this.state);
  }

  /** Moves the counts of the loop to where they cannot overflow. */
  protected collect(): void {
    const state = this.state;
    const counted = this.counted;
    counted.instructions += state[State.Instructions];
    counted.memoryOperations += state[State.MemoryOperations];
    counted.collectionOperations += state[State.CollectionOperations];
    counted.calls += state[State.FunctionCalls];
    state.fill(0, State.Instructions, State.Size);
  }

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

  /** Call before (`sign` -1) and after (1) something other than the loop changes words of the slots. */
  protected followSlots(from: number, to: number, sign: number): void {
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
   * Call in a host function before it calls back: from here on, arguments and results are those of the new call.
   * Returns the value to pass to `endCall` afterwards.
   */
  beginCall(): number {
    const base = this.base;
    this.base = this.top;
    return base;
  }

  /** Returns to the host function's own arguments. */
  endCall(base: number): void {
    this.base = base;
  }

  /** Memory of the instance that calls a host function, -1 without memory. */
  get callerMemory(): number {
    return this.memory;
  }

  /**
   * Calls a function with the arguments that were set. With `fuel`, it may return CallStatus.Yielded. No other function can then
   * be called until `resume` has finished the call or `abandon` has dropped it. Throws WasmTrap, or the error of a host function.
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
      // If the host's stack is used up, even a call here fails, and the state must still be restored.
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

  /** Whether a call has yielded, and was neither finished by `resume` nor dropped by `abandon`. */
  get isSuspended(): boolean {
    return this.suspended;
  }

  /** Continues a call that yielded. */
  resume(fuel: number): CallStatus {
    if (!this.suspended) throw engineError('there is no suspended call to resume');
    if (VERIFICATION && this.integrity) {
      this.integrity.refuse();
      this.integrity.seal();
    }
    this.suspended = false;
    // The overdraft of the last slice is paid first; until then the call yields at once.
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

  /** The corruption that caused an error, if there is any. */
  protected blamed(error: unknown): unknown {
    if (!VERIFICATION || !this.integrity) return error;
    const blamed = this.integrity.blamed(error);
    const found = this.integrity.found;
    if (found === null || found.frames.length > 0) return blamed;
    try {
      const frame = this.places.frameAt(this.state[State.Counter]);
      found.functionIndex = frame.functionIndex;
      found.functionName = frame.functionName;
      found.offset = frame.offset;
      this.places.addFrames(found, frame);
    } catch (_) {
      // The state that gives the position is damaged itself.
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

  protected clear(): void {
    this.suspended = false;
    this.hosts = 0;
    this.state.fill(0, 0, State.SlotLimit);
    this.top = 0;
    this.base = 0;
    this.memory = -1;
  }

  protected refuseSuspended(): void {
    if (!this.suspended) return;
    throw engineError('a call is suspended: resume it or abandon it first');
  }

  protected suspend(): CallStatus {
    this.suspended = true;
    return CallStatus.Yielded;
  }

  /** Makes the memory of the running instance the current one. */
  protected useMemory(address: number): void {
    this.memory = address;
    if (address < 0) {
      this.state[State.MemoryBase] = 0;
      this.state[State.MemoryBytes] = 0;
      this.state[State.MemoryStart] = 0;
      return;
    }
    const memory = this.store.memories[address];
    this.state[State.MemoryBase] = memory.base;
    this.state[State.MemoryBytes] = memory.bytes;
    this.state[State.MemoryStart] = memory.start;
  }

  /** Enters a lowered function whose arguments are at `frame`. */
  protected enter(entry: number, frame: number): void {
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

  protected spend(fuel: number): void {
    this.fuelUsed += fuel;
    this.fuelLeft -= fuel;
  }

  /** Runs until the call is done or out of fuel. A call from within a host function cannot yield: it overdraws. */
  protected drive(nested: boolean): CallStatus {
    const state = this.state;
    const integrity = this.integrity;
    for (;;) {
      if (this.fuelLeft < 0 && !nested) return this.suspend();
      const most = VERIFICATION && integrity ? VERIFIED_SLICE : SLICE;
      const slice = this.fuelLeft < most && !nested ? this.fuelLeft : most;
      state[State.Fuel] = slice;
      if (VERIFICATION && integrity) integrity.begin(slice);
      const status = this.loop.run();
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

  /** Raises a limit of the loop. The limits are the peak use so far, so tracking the peak costs nothing. False if there is no more. */
  protected raiseLimits(slots: number, calls: number): boolean {
    if (slots > this.int32.length) return false;
    if (slots > this.state[State.SlotLimit]) this.needSlots(slots);
    else if (calls < this.store.callStack.length - FRAME_ROW) this.needCalls(calls + FRAME_ROW);
    else return false;
    return true;
  }

  protected needSlots(words: number): void {
    if (words <= this.state[State.SlotLimit]) return;
    if (VERIFICATION && this.integrity) this.integrity.raiseSlots(words);
    else this.state[State.SlotLimit] = words;
  }

  protected needCalls(words: number): void {
    if (words > this.state[State.CallLimit]) this.state[State.CallLimit] = words;
  }

  /** A store that crosses words; updates the checksums. */
  protected storeAcross(status: number): void {
    if (!VERIFICATION || !this.integrity) return;
    const integrity = this.integrity;
    const address = this.state[State.Callee];
    const size = status === Status.Store16 ? 2 : status === Status.Store32 ? 4 : 8;
    for (let index = 0; index < size; index++) {
      integrity.store8(address + index, this.state[index < 4 ? State.Base : State.High] >> ((index & 3) << 3));
    }
  }

  protected popFrame(): void {
    const state = this.state;
    const calls = state[State.Calls] - FRAME_ROW;
    if (VERIFICATION && this.integrity) this.integrity.verifyFrame(calls);
    state[State.Calls] = calls;
    state[State.Counter] = this.store.callStack[calls];
    state[State.Frame] = this.store.callStack[calls + 1];
  }

  protected pushFrame(counter: number, frame: number): void {
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
  protected callOut(callee: number, base: number): void {
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

  protected tailCallOut(callee: number, base: number): void {
    const store = this.store;
    const entry = store.functions[callee * 4 + FunctionColumn.Entry];
    if (entry < 0) {
      this.callHost(callee, base);
      this.popFrame();
      return;
    }
    const calls = this.state[State.Calls];
    // A frame that returns to another memory serves the new callee too.
    if (store.callStack[calls - FRAME_ROW] !== Reserved.SwitchBack) this.pushFrame(Reserved.SwitchBack, this.memory);
    this.useMemory(store.functions[callee * 4 + FunctionColumn.Memory]);
    this.enter(entry, base);
  }

  protected callHost(address: number, base: number): void {
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
    host(this as unknown as Engine);
    if (VERIFICATION && this.integrity) this.integrity.seal();
    this.hosts = hosts;
    state[State.Counter] = counter;
    state[State.Frame] = frame;
    this.top = outerTop;
    this.base = outerBase;
    // The host may have grown the memory.
    this.useMemory(memory);
  }

  protected growMemory(address: number, slot: number): void {
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
    const bytes = size * pageBytes(memory) - memory.start;
    if (bytes > memory.bytes && memory.bytes < old * pageBytes(memory) - memory.start) return -1;
    if (bytes > MOST_MEMORY_BYTES) return -1;
    // One of several memories is followed by the next one.
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

  /** Replaces the buffer of the linear memory by one with the same contents that is at least as long. Allocates views. */
  replaceMemory(buffer: ArrayBuffer): void {
    this.store.memoryBuffer = buffer;
    this.store.memoryArray = new Uint8Array(buffer);
    if (VERIFICATION && this.integrity) this.integrity.replaceMemory();
    this.loop.replaceMemory();
  }

  /** Call between calls, above the level None, after the host has changed bytes of a memory. */
  memoryWritten(address: number, offset: number, count: number): void {
    const memory = this.store.memories[address];
    if (VERIFICATION && this.integrity) this.integrity.memoryWritten(memory.base + offset - memory.start, count);
  }

  /** Verifies everything at once. Throws an IntegrityError. */
  verify(): void {
    if (VERIFICATION && this.integrity) this.integrity.verifySealed();
  }

  /** Tells the engine that a memory in a shared buffer has grown to `pages`, by another engine. */
  setMemoryPages(address: number, pages: number): void {
    const memory = this.store.memories[address];
    memory.pages = pages;
    memory.bytes = pages * pageBytes(memory) - memory.start;
    if (this.memory === address) this.useMemory(address);
  }

  /** Throws a trap at a position of the code, with its position in the module. */
  protected trap(code: number, position: number): never {
    // Before the code is lowered again, which would repair it.
    this.verify();
    this.counted.traps++;
    throw this.places.trapAt(code, position);
  }
}
