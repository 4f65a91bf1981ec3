// The values that common subexpression elimination may take again: a hash table from which the newest values are removed first, as the
// walk leaves their region. It has no objects of its own for values.

import type { Instruction } from '../intermediate/instruction.js';

const NONE = -1;
const LEAST_BUCKETS = 64;
/** A factor of multiplicative hashing (Knuth). */
const HASH_FACTOR = 0x9e3779b1;

export class AvailableValues {
  private readonly values: Instruction[] = [];
  /** By value: its hash, and the next value of its bucket, which is older. */
  private readonly hashes: number[] = [];
  private readonly following: number[] = [];
  /** By value: the state that it reads, and where its operands end. */
  private readonly states: number[] = [];
  private readonly ends: number[] = [];
  /** Numbers of the operands of all values, one value after the other. */
  private readonly operands: number[] = [];
  /** The newest value of each bucket. Their number is a power of two. */
  private buckets = new Int32Array(LEAST_BUCKETS).fill(NONE);

  get count(): number {
    return this.values.length;
  }

  /** Forgets all values but the oldest. */
  forget(count: number): void {
    const { values, hashes, following, states, ends, operands, buckets } = this;
    while (values.length > count) {
      buckets[hashes.pop()! & (buckets.length - 1)] = following.pop()!;
      values.pop();
      states.pop();
      ends.pop();
    }
    operands.length = count === 0 ? 0 : ends[count - 1];
  }

  /**
   * Returns the value with the same operation and operands that reads the same state. If there is none, adds this one, and returns
   * null. `numbers` are equal for equal operands. `state` is -1 for values that read none.
   */
  findOrAdd(value: Instruction, state: number, numbers: readonly number[]): Instruction | null {
    const hash = hashOf(value, state, numbers);
    for (let at = this.buckets[hash & (this.buckets.length - 1)]; at >= 0; at = this.following[at])
      if (this.hashes[at] === hash && this.isAt(at, value, state, numbers)) return this.values[at];
    if (this.values.length >= this.buckets.length) this.grow();
    const bucket = hash & (this.buckets.length - 1);
    this.following.push(this.buckets[bucket]);
    this.buckets[bucket] = this.values.length;
    this.values.push(value);
    this.hashes.push(hash);
    this.states.push(state);
    for (let index = 0; index < numbers.length; index++) this.operands.push(numbers[index]);
    this.ends.push(this.operands.length);
    return null;
  }

  private isAt(at: number, value: Instruction, state: number, numbers: readonly number[]): boolean {
    const known = this.values[at];
    if (known.operation !== value.operation || known.index !== value.index || known.second !== value.second)
      return false;
    const start = at === 0 ? 0 : this.ends[at - 1];
    if (this.states[at] !== state || this.ends[at] - start !== numbers.length) return false;
    for (let index = 0; index < numbers.length; index++)
      if (this.operands[start + index] !== numbers[index]) return false;
    return true;
  }

  /** In the order of their age, so that the newest value of each bucket stays the first. */
  private grow(): void {
    this.buckets = new Int32Array(2 * this.buckets.length).fill(NONE);
    const last = this.buckets.length - 1;
    for (let at = 0; at < this.values.length; at++) {
      const bucket = this.hashes[at] & last;
      this.following[at] = this.buckets[bucket];
      this.buckets[bucket] = at;
    }
  }
}

function hashOf({ operation, index, second }: Instruction, state: number, numbers: readonly number[]): number {
  let hash = Math.imul(operation, HASH_FACTOR) ^ index;
  hash = Math.imul(hash, HASH_FACTOR) ^ second;
  hash = Math.imul(hash, HASH_FACTOR) ^ state;
  for (let at = 0; at < numbers.length; at++) hash = Math.imul(hash, HASH_FACTOR) ^ numbers[at];
  return hash ^ (hash >>> 15);
}
