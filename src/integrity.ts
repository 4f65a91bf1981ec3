// Verification of the engine's own state at the levels above None. Checksums of the engine's buffers are updated on every change, and
// compared one block at a time while code runs. A block is 16 words; its checksum is their sum modulo 2^32, so a change of any single
// word is always detected.

import { Corruption, type IntegrityError, integrityError } from './safety/integrity-error.js';
import { VerificationLevel } from './safety/verification-level.js';
import { State } from './status.js';
import type { Store } from './store.js';

/** Words of a block as a shift. */
const BLOCK_SHIFT = 4;
const BLOCK_WORDS = 16;
/** Validations in the loop between two steps: the same at each level, so that a higher one finds everything sooner. */
const TURNS = 48;
/** The seal of a frame of zeros. */
export const FRAME_SEAL = 0x5bd1e995;

/** A buffer of words and the checksums of its blocks. */
class Region {
  readonly name: string;
  words: Int32Array;
  sums: Int32Array;
  /** Words in use: blocks after them are not verified. */
  used = 0;

  constructor(name: string, words: Int32Array) {
    this.name = name;
    this.words = words;
    this.sums = new Int32Array((words.length + BLOCK_WORDS - 1) >> BLOCK_SHIFT);
  }

  get blocks(): number {
    return (this.used + BLOCK_WORDS - 1) >> BLOCK_SHIFT;
  }

  sum(block: number): number {
    const words = this.words;
    let at = block << BLOCK_SHIFT;
    let end = at + BLOCK_WORDS;
    if (end > words.length) end = words.length;
    let sum = 0;
    for (; at < end; at++) sum = (sum + words[at]) | 0;
    return sum;
  }

  seal(): void {
    for (let block = this.blocks - 1; block >= 0; block--) this.sums[block] = this.sum(block);
  }
}

export class Integrity {
  readonly level: VerificationLevel;
  /** Fuel between two validations of the machine's registers, in the loop. */
  readonly interval: number;
  /** Jumps and calls between them, if the fuel in the code is damaged. */
  readonly ticks: number;
  /** Whether host functions and the embedder announce their writes to linear memory. */
  private readonly writesTold: boolean;
  /** The seal of each frame of the call stack. */
  readonly frameSeals: Int32Array;
  /** Number of blocks that were verified. */
  validations = 0;
  private readonly store: Store;
  private readonly state: Int32Array;
  private readonly code: Region;
  private readonly functions: Region;
  private readonly tables: Region;
  private readonly tableEntries: Region;
  private readonly globals: Region;
  private memory: Region;
  private readonly regions: Region[];
  private sealed = false;
  private error: IntegrityError | null = null;
  /** The next block to verify, in round-robin order over all blocks in use. */
  private nextRegion = 0;
  private nextBlock = 0;
  private nextFrame = 0;
  /** Steps until the value slots are summed up. */
  private slotTurn = 0;
  private memorySealed = false;
  private readonly callLimit: number;
  private readonly slots: Int32Array | null;

  constructor(store: Store, state: Int32Array, level: VerificationLevel, writesTold: boolean) {
    this.store = store;
    this.state = state;
    this.level = level;
    this.writesTold = writesTold;
    this.interval = level === VerificationLevel.Sampling ? 1000 : level === VerificationLevel.Standard ? 100 : 10;
    // A run of instructions may cost nothing: from a jump to the end of a function.
    this.ticks = this.interval * 2 + 2;
    this.slots = level === VerificationLevel.Full ? new Int32Array(store.slots) : null;
    this.callLimit = store.callStack.length;
    this.frameSeals = new Int32Array(store.callStack.length >> 1);
    this.code = new Region('code', store.code);
    this.functions = new Region('functions', store.functions);
    this.tables = new Region('tables', store.tables);
    this.tableEntries = new Region('table entries', store.tableEntries);
    this.globals = new Region('globals', store.globals);
    this.memory = new Region('linear memory', memoryWords(store));
    this.regions = [this.code, this.functions, this.tables, this.tableEntries, this.globals, this.memory];
  }

  get memoryWords(): Int32Array {
    return this.memory.words;
  }
  get memorySums(): Int32Array {
    return this.memory.sums;
  }
  get globalSums(): Int32Array {
    return this.globals.sums;
  }

  /** The corruption that was found, null if none was. */
  get found(): IntegrityError | null {
    return this.error;
  }

  /** Throws the error that was found once. */
  refuse(): void {
    if (this.error) throw this.error;
  }

  /** Everything is new. */
  reset(): void {
    this.error = null;
    this.validations = 0;
    this.sealed = false;
    this.memorySealed = false;
    this.state[State.SlotSum] = 0;
  }

  /** The buffer of the linear memory was replaced. */
  replaceMemory(): void {
    this.memory = new Region('linear memory', memoryWords(this.store));
    this.regions[this.regions.length - 1] = this.memory;
    this.memorySealed = false;
  }

  /** Call before anything other than running code makes changes: verifies everything, for the last time until `seal`. */
  open(): void {
    this.refuse();
    this.verifySealed();
    this.sealed = false;
    this.memorySealed = false;
  }

  /** Call before the host may write to linear memory. */
  openToHost(): void {
    if (this.writesTold || !this.memorySealed) return;
    this.verifyRegion(this.memory);
    this.memorySealed = false;
  }

  /** Ends the initialisation: from now on, only running code makes changes. */
  seal(): void {
    const store = this.store;
    if (!this.sealed) {
      this.sealed = true;
      this.code.used = store.codeTop;
      this.functions.used = store.functionTop * 4;
      this.tables.used = store.tableTop * 4;
      this.tableEntries.used = store.tableEntryTop;
      this.globals.used = store.globalTop * 2;
      this.state[State.CodeEnd] = store.codeTop;
      for (let index = 0; index < this.regions.length - 1; index++) this.regions[index].seal();
      if (this.slots) this.state[State.SlotSum] = this.sumOfSlots(this.slots);
    }
    if (!this.memorySealed) {
      this.memorySealed = true;
      this.useMemory();
      this.memory.seal();
    }
  }

  private useMemory(): void {
    const store = this.store;
    let end = 0;
    for (let index = 0; index < store.memoryTop; index++) {
      const memory = store.memories[index];
      end = Math.max(end, memory.base + memory.bytes);
    }
    this.memory.used = Math.min((end + 3) >> 2, this.memory.words.length);
  }

  /** Call after a memory has grown by zeros. */
  memoryGrown(): void {
    const before = this.memory.blocks;
    this.useMemory();
    for (let block = Math.max(before - 1, 0); block < this.memory.blocks; block++) this.sealBlock(this.memory, block);
  }

  /** Call before bytes of linear memory change without an update of their checksums. */
  openMemory(at: number, count: number): void {
    if (count === 0) return;
    for (let block = at >> 6; block <= (at + count - 1) >> 6; block++) this.verifyBlock(this.memory, block);
  }

  /** Call after the host has written there. */
  memoryWritten(at: number, count: number): void {
    if (this.memorySealed) this.sealMemory(at, count);
  }

  sealMemory(at: number, count: number): void {
    if (count === 0) return;
    for (let block = at >> 6; block <= (at + count - 1) >> 6; block++) this.sealBlock(this.memory, block);
  }

  openTables(): void {
    this.verifyRegion(this.tables);
    this.verifyRegion(this.tableEntries);
  }

  sealTables(): void {
    this.tableEntries.used = this.store.tableEntryTop;
    this.tables.seal();
    this.tableEntries.seal();
  }

  /** A store across words, one byte at a time. Updates the checksums of the words. */
  store8(address: number, value: number): void {
    const bytes = this.store.memoryArray;
    const block = address >> 6;
    const sums = this.memory.sums;
    sums[block] = (sums[block] + (((value & 255) - bytes[address]) << ((address & 3) << 3))) | 0;
    bytes[address] = value;
  }

  pushFrame(calls: number): void {
    this.frameSeals[calls >> 1] = this.frameSeal(calls);
  }

  /** Call after a snapshot has restored the call stack. */
  sealFrames(): void {
    for (let calls = this.state[State.Calls] - 2; calls >= 0; calls -= 2) this.pushFrame(calls);
  }

  verifyFrame(calls: number): void {
    const expected = this.frameSeals[calls >> 1];
    const found = this.frameSeal(calls);
    if (expected !== found) this.fail('call stack', calls >> 1, expected, found);
  }

  private frameSeal(calls: number): number {
    const next = this.store.callStack[calls];
    return ((next << 16) | (next >>> 16)) ^ this.store.callStack[calls + 1] ^ FRAME_SEAL;
  }

  /** Call before the loop runs with this much fuel. The loop validates by itself in between. */
  begin(fuel: number): void {
    const state = this.state;
    const first = fuel < this.interval ? fuel : this.interval;
    state[State.Fuel] = first;
    state[State.Budget] = fuel - first;
    state[State.Ticks] = this.ticks;
  }

  /** Call after the loop was left for anything other than a validation. The loop restarts its interval, so this counts as one. */
  left(): void {
    if (this.state[State.Turns]-- <= 0) this.step();
  }

  /**
   * A validation that covers more than the loop's: the machine's registers, the block of code that runs, the next
   * frame of the call stack, the next block of everything, and, after as many steps as the value slots have blocks, the slots.
   */
  step(): void {
    const state = this.state;
    this.validations += TURNS - state[State.Turns] + 1;
    state[State.Turns] = TURNS;
    const position = state[State.Counter];
    const calls = state[State.Calls];
    const fuel = state[State.Fuel];
    if (fuel > this.interval) this.fail('fuel', State.Fuel, this.interval, fuel);
    if (position < 0 || position >= this.code.used) this.fail('program counter', position, this.code.used, position);
    if (calls < 0 || calls > this.callLimit || (calls & 1) !== 0) this.fail('call stack', calls, this.callLimit, calls);
    this.verifyBlock(this.code, position >> BLOCK_SHIFT);
    this.verifyNext();
    if (calls > 0) {
      this.nextFrame = this.nextFrame + 2 < calls ? this.nextFrame + 2 : 0;
      this.verifyFrame(this.nextFrame);
    }
    if (this.slots && this.slotTurn-- <= 0) {
      this.slotTurn = state[State.SlotLimit] >> BLOCK_SHIFT;
      this.verifySlots(this.slots);
    }
  }

  private verifySlots(slots: Int32Array): void {
    const expected = this.state[State.SlotSum];
    const found = this.sumOfSlots(slots);
    if (found !== expected) this.fail('value slots', 0, expected, found);
  }

  private sumOfSlots(slots: Int32Array): number {
    let sum = 0;
    for (let at = this.state[State.SlotLimit] - 1; at >= 0; at--) sum = (sum + slots[at]) | 0;
    return sum;
  }

  /** Call before (`sign` -1) and after (1) the driver changes words of the value slots. */
  followSlots(from: number, to: number, sign: number): void {
    if (!this.slots) return;
    const end = Math.min(to, this.state[State.SlotLimit]);
    let sum = this.state[State.SlotSum];
    for (let at = from; at < end; at++) sum = (sum + sign * this.slots[at]) | 0;
    this.state[State.SlotSum] = sum;
  }

  /** Raises the limit of the slots: the slots below it count from now on. */
  raiseSlots(limit: number): void {
    const from = this.state[State.SlotLimit];
    this.state[State.SlotLimit] = limit;
    this.followSlots(from, limit, 1);
  }

  /** Call after the outermost frame has been left. */
  verifyCalls(expected: number): void {
    const found = this.state[State.Calls];
    if (found !== expected) this.fail('call stack', found, expected, found);
  }

  private verifyNext(): void {
    for (let tries = 0; tries <= this.regions.length; tries++) {
      const region = this.regions[this.nextRegion];
      if (this.nextBlock < region.blocks) {
        this.verifyBlock(region, this.nextBlock++);
        return;
      }
      this.nextBlock = 0;
      this.nextRegion = this.nextRegion + 1 < this.regions.length ? this.nextRegion + 1 : 0;
    }
  }

  /**
   * The corruption of the state if there is any, else the error: damaged state can show as a trap, or as any error. The code that
   * catches the error may write to linear memory.
   */
  blamed(error: unknown): unknown {
    if (this.error) return this.error;
    try {
      this.verifySealed();
    } catch (found) {
      return found;
    }
    if (!this.writesTold) this.memorySealed = false;
    return error;
  }

  /** Verifies everything except what others may have changed since. */
  verifySealed(): void {
    this.refuse();
    if (this.memorySealed) this.verifyRegion(this.memory);
    if (!this.sealed) return;
    for (let index = 0; index < this.regions.length - 1; index++) this.verifyRegion(this.regions[index]);
    for (let calls = this.state[State.Calls] - 2; calls >= 0; calls -= 2) this.verifyFrame(calls);
    if (this.slots) this.verifySlots(this.slots);
  }

  /**
   * The number of validations within which a corruption of covered state is detected: each step verifies one block of the regions
   * in round-robin order, and one frame; the value slots are summed after as many steps as they have blocks.
   */
  get mostValidations(): number {
    let steps = this.regions.length + 1;
    for (let index = 0; index < this.regions.length; index++) steps += this.regions[index].blocks;
    steps = Math.max(steps, this.state[State.Calls] >> 1, (this.state[State.SlotLimit] >> BLOCK_SHIFT) + 1);
    return (steps + 1) * (TURNS + 1);
  }

  private verifyRegion(region: Region): void {
    for (let block = region.blocks - 1; block >= 0; block--) this.verifyBlock(region, block);
  }

  private verifyBlock(region: Region, block: number): void {
    const found = region.sum(block);
    const expected = region.sums[block];
    if (found !== expected) this.fail(region.name, block << BLOCK_SHIFT, expected, found);
  }

  private sealBlock(region: Region, block: number): void {
    region.sums[block] = region.sum(block);
  }

  fail(owner: string, position: number, expected: number, found: number): never {
    this.error = integrityError(owner, Corruption.Contents, position, expected, found);
    throw this.error;
  }
}

/** If the length of a buffer is not a multiple of four, the remaining bytes are not verified. */
function memoryWords(store: Store): Int32Array {
  return new Int32Array(store.memoryBuffer, 0, store.memoryBuffer.byteLength >> 2);
}
