// Snapshots of a running engine: all state that code can have changed, with data to detect damage and to identify the program. State
// from loading and instantiating is not included: the engine that restores a snapshot has loaded and instantiated the same modules.

import { EMPTY_SUM, sumBytes } from './adler32.js';
import { capacityError, engineError } from './errors.js';
import type { Integrity } from './integrity.js';
import { State } from './status.js';
import type { Store } from './store.js';

/** `tzs` and the number of the layout, as a little-endian word. */
const MAGIC = 0x32737a74;

/** Words of the header. */
enum Header {
  Magic = 0,
  /** Checksum of all bytes except this word. */
  Sum = 1,
  Bytes = 2,
  // Options and capacities that change what code does: the restoring engine must have the same.
  Level = 3,
  PartialMemory = 4,
  MemoryStart = 5,
  MemoryCapacity = 6,
  SlotCapacity = 7,
  CallCapacity = 8,
  TableCapacity = 9,
  // modules, and what they were lowered to.
  /** Checksum of the bytes of all loaded modules. */
  ModuleSum = 10,
  CodeSum = 11,
  CodeTop = 12,
  FunctionTop = 13,
  GlobalTop = 14,
  TableTop = 15,
  ElementTop = 16,
  DataTop = 17,
  MemoryTop = 18,
  // How much of each buffer is in use.
  TableEntryTop = 19,
  SlotLimit = 20,
  Calls = 21,
  CallLimit = 22,
  // The engine's own.
  Top = 23,
  Base = 24,
  Memory = 25,
  Suspended = 26,
  /** Doubles: fuel used, fuel left (which may be infinite), and the counts of `ExecutionStats`. */
  Doubles = 28,
  Size = 42,
}

/** Options of an engine that change what its code does. */
export interface SnapshotOptions {
  level: number;
  partialMemory: boolean;
  memoryStart: number;
}

const DOUBLES = 7;

/** State of the engine besides its buffers. */
export interface Registers {
  top: number;
  base: number;
  memory: number;
  suspended: boolean;
  /** The floating-point numbers in the header. */
  doubles: number[];
}

/** Number of words of state in a snapshot: those before the limits, which are raised again when needed. */
const STATE_WORDS = State.SlotLimit;

function codeSum(store: Store): number {
  return sumBytes(EMPTY_SUM, new Uint8Array(store.code.buffer), 0, store.codeTop * 4);
}

function moduleSum(store: Store): number {
  let sum = EMPTY_SUM;
  for (let index = 0; index < store.moduleTop; index++) {
    const bytes = store.modules[index].bytes;
    sum = sumBytes(sum, bytes, 0, bytes.length);
  }
  return sum;
}

function snapshotBytes(header: Int32Array, memories: number): number {
  const words =
    Header.Size + header[Header.MemoryTop] * 2 + STATE_WORDS + header[Header.SlotLimit] + header[Header.Calls];
  const stored = header[Header.GlobalTop] * 2 + header[Header.TableTop] * 4 + header[Header.TableEntryTop];
  return (words + stored) * 4 + header[Header.ElementTop] + header[Header.DataTop] + memories;
}

/** Copies one part after the other, into the snapshot or out of it. */
class Parts {
  private at: number;

  constructor(
    private readonly bytes: Uint8Array,
    start: number,
    private readonly restoring: boolean,
  ) {
    this.at = start;
  }

  copy(buffer: ArrayBuffer, offset: number, count: number): void {
    const part = new Uint8Array(buffer, offset, count);
    if (this.restoring) part.set(this.bytes.subarray(this.at, this.at + count));
    else this.bytes.set(part, this.at);
    this.at += count;
  }

  words(words: Int32Array, count: number): void {
    this.copy(words.buffer as ArrayBuffer, words.byteOffset, count * 4);
  }
}

function copyParts(parts: Parts, store: Store, state: Int32Array, header: Int32Array): void {
  parts.words(state, STATE_WORDS);
  parts.copy(store.slots, 0, header[Header.SlotLimit] * 4);
  parts.words(store.callStack, header[Header.Calls]);
  parts.words(store.globals, header[Header.GlobalTop] * 2);
  parts.words(store.tables, header[Header.TableTop] * 4);
  parts.words(store.tableEntries, header[Header.TableEntryTop]);
  parts.copy(store.droppedElements.buffer as ArrayBuffer, store.droppedElements.byteOffset, header[Header.ElementTop]);
  parts.copy(store.droppedData.buffer as ArrayBuffer, store.droppedData.byteOffset, header[Header.DataTop]);
  for (let index = 0; index < store.memoryTop; index++) {
    const memory = store.memories[index];
    parts.copy(store.memoryBuffer, memory.base, memory.bytes);
  }
}

/** The state of an engine between calls, or of a call that yielded, as bytes that `restoreSnapshot` takes. Allocates. */
export function saveSnapshot(
  store: Store,
  state: Int32Array,
  registers: Registers,
  options: SnapshotOptions,
): Uint8Array {
  let memoryBytes = 0;
  for (let index = 0; index < store.memoryTop; index++) memoryBytes += store.memories[index].bytes;
  const header = new Int32Array(Header.Size);
  fillIdentity(header, store, options);
  header[Header.TableEntryTop] = store.tableEntryTop;
  header[Header.SlotLimit] = state[State.SlotLimit];
  header[Header.Calls] = state[State.Calls];
  header[Header.CallLimit] = state[State.CallLimit];
  header[Header.Top] = registers.top;
  header[Header.Base] = registers.base;
  header[Header.Memory] = registers.memory;
  header[Header.Suspended] = registers.suspended ? 1 : 0;
  const doubles = new Float64Array(header.buffer, Header.Doubles * 4, DOUBLES);
  for (let index = 0; index < DOUBLES; index++) doubles[index] = registers.doubles[index];
  header[Header.Bytes] = snapshotBytes(header, memoryBytes);
  const bytes = new Uint8Array(header[Header.Bytes]);
  const words = new Int32Array(bytes.buffer, 0, Header.Size + store.memoryTop * 2);
  words.set(header);
  for (let index = 0; index < store.memoryTop; index++) {
    words[Header.Size + index * 2] = store.memories[index].pages;
    words[Header.Size + index * 2 + 1] = store.memories[index].bytes;
  }
  copyParts(new Parts(bytes, words.length * 4, false), store, state, header);
  words[Header.Sum] = sumBytes(EMPTY_SUM, bytes, 8, bytes.length - 8);
  return bytes;
}

function fillIdentity(header: Int32Array, store: Store, options: SnapshotOptions): void {
  header[Header.Magic] = MAGIC;
  header[Header.Level] = options.level;
  header[Header.PartialMemory] = options.partialMemory ? 1 : 0;
  header[Header.MemoryStart] = options.memoryStart;
  header[Header.MemoryCapacity] = store.capacities.memoryBytes;
  header[Header.SlotCapacity] = store.capacities.valueSlots;
  header[Header.CallCapacity] = store.capacities.callDepth;
  header[Header.TableCapacity] = store.capacities.tableEntries;
  header[Header.ModuleSum] = moduleSum(store);
  header[Header.CodeSum] = codeSum(store);
  header[Header.CodeTop] = store.codeTop;
  header[Header.FunctionTop] = store.functionTop;
  header[Header.GlobalTop] = store.globalTop;
  header[Header.TableTop] = store.tableTop;
  header[Header.ElementTop] = store.elementTop;
  header[Header.DataTop] = store.dataTop;
  header[Header.MemoryTop] = store.memoryTop;
}

/** Describes an option or capacity that differs, with its values in the snapshot and in the engine. */
function differenceText(word: number, saved: number, own: number): string {
  const numbers = ' ' + saved + ', this engine has ' + own;
  if (word === Header.Level) return 'verification level' + numbers;
  if (word === Header.PartialMemory) return 'partialMemory' + numbers;
  if (word === Header.MemoryStart) return 'memoryStart' + numbers;
  if (word === Header.MemoryCapacity) return 'memoryBytes' + numbers;
  if (word === Header.SlotCapacity) return 'valueSlots' + numbers;
  return (word === Header.CallCapacity ? 'callDepth' : 'tableEntries') + numbers;
}

/**
 * Restores a snapshot into an engine that has loaded and instantiated the same modules in the same order, with the same
 * capacities and at the same level. Throws an EngineError if the snapshot is damaged or from another engine, and a CapacityError if
 * it needs more. The engine's state is then as before.
 */
export function restoreSnapshot(
  bytes: Uint8Array,
  store: Store,
  state: Int32Array,
  integrity: Integrity | null,
  options: SnapshotOptions,
): Registers {
  // A copy, since the bytes may be unaligned.
  const whole = new Uint8Array(bytes);
  const short = whole.length < Header.Size * 4;
  const header = new Int32Array(whole.buffer, 0, short ? 0 : Header.Size);
  if (short || header[Header.Magic] !== MAGIC) throw engineError('this is no snapshot of an engine');
  if (header[Header.Bytes] !== whole.length || header[Header.Sum] !== sumBytes(EMPTY_SUM, whole, 8, whole.length - 8)) {
    throw engineError('the snapshot is damaged: its length or checksum is wrong');
  }
  const own = new Int32Array(Header.Size);
  fillIdentity(own, store, options);
  for (let word = Header.Level; word <= Header.MemoryTop; word++) {
    if (own[word] === header[word]) continue;
    if (word <= Header.TableCapacity) {
      throw engineError('the snapshot was saved with ' + differenceText(word, header[word], own[word]));
    }
    throw engineError('the snapshot is of other modules, or of an engine with other options');
  }
  need('valueSlots', header[Header.SlotLimit] / 2, store.slots.byteLength / 8);
  need('callDepth', Math.max(header[Header.Calls], header[Header.CallLimit]) / 2, store.callStack.length / 2);
  need('tableEntries', header[Header.TableEntryTop], store.tableEntries.length);
  const memories = new Int32Array(whole.buffer, Header.Size * 4, store.memoryTop * 2);
  for (let index = 0; index < store.memoryTop; index++) {
    const room = store.memories.length === 1 ? store.memoryBuffer.byteLength : store.capacities.memoryBytes;
    need('memoryBytes', memories[index * 2 + 1], room);
  }
  for (let index = 0; index < store.memoryTop; index++) {
    store.memories[index].pages = memories[index * 2];
    store.memories[index].bytes = memories[index * 2 + 1];
  }
  store.tableEntryTop = header[Header.TableEntryTop];
  copyParts(new Parts(whole, (Header.Size + memories.length) * 4, true), store, state, header);
  state[State.SlotLimit] = header[Header.SlotLimit];
  state[State.CallLimit] = header[Header.CallLimit];
  if (integrity) integrity.sealFrames();
  const doubles = new Float64Array(whole.buffer, Header.Doubles * 4, DOUBLES);
  const values: number[] = [];
  for (let index = 0; index < DOUBLES; index++) values.push(doubles[index]);
  return {
    top: header[Header.Top],
    base: header[Header.Base],
    memory: header[Header.Memory],
    suspended: header[Header.Suspended] === 1,
    doubles: values,
  };
}

function need(
  capacity: 'valueSlots' | 'callDepth' | 'tableEntries' | 'memoryBytes',
  needed: number,
  available: number,
) {
  if (needed > available) throw capacityError(capacity, needed, available, -1);
}
