// Benchmark cases of the collections and of memory, each at every verification level, and of typed arrays with the same checks.

import { BoundedHashMap } from '../src/safety/bounded-hash-map.js';
import { BoundedStack } from '../src/safety/bounded-stack.js';
import { BoundedVec } from '../src/safety/bounded-vec.js';
import { SafeMemory } from '../src/safety/safe-memory.js';
import { SafeSlice } from '../src/safety/safe-slice.js';
import { VerificationLevel, verificationLevelName } from '../src/safety/verification-level.js';
import type { BenchmarkCase } from './sampling.js';

/** Elements of the collections, operations of a run. */
const COUNT = 256;
const MEMORY_BYTES = 4096;

interface Benchmark {
  name: string;
  operations: number;
  prepare: (level: VerificationLevel) => () => number;
  /** The same work on a typed array, with the collection's bounds check. */
  typedArray?: () => () => number;
}

/** A typed array, a length and a bounds check: a program without collections would use these. */
class CheckedArray {
  readonly words = new Int32Array(COUNT);
  length = 0;

  get(index: number): number {
    if (index >>> 0 !== index || index >= this.length) throw new RangeError(`no index ${index}`);
    return this.words[index];
  }

  set(index: number, value: number): void {
    if (index >>> 0 !== index || index >= this.length) throw new RangeError(`no index ${index}`);
    this.words[index] = value;
  }

  push(value: number): void {
    if (this.length >= COUNT) throw new RangeError('full');
    this.words[this.length++] = value;
  }

  pop(): number {
    if (this.length === 0) throw new RangeError('empty');
    return this.words[--this.length];
  }
}

class CheckedMemory {
  readonly words = new Int32Array(MEMORY_BYTES >> 2);
  length = MEMORY_BYTES;

  loadI32(address: number): number {
    if (address >>> 0 !== address || address + 4 > this.length || (address & 3) !== 0)
      throw new RangeError('out of bounds');
    return this.words[address >> 2];
  }

  storeI32(address: number, value: number): void {
    if (address >>> 0 !== address || address + 4 > this.length || (address & 3) !== 0)
      throw new RangeError('out of bounds');
    this.words[address >> 2] = value;
  }
}

function filledArray(): CheckedArray {
  const array = new CheckedArray();
  for (let index = 0; index < COUNT; index++) array.push(index * 7);
  return array;
}

function filledVec(level: VerificationLevel): BoundedVec {
  const vector = BoundedVec.withCapacityAndVerification(COUNT, level);
  for (let index = 0; index < COUNT; index++) vector.push(index * 7);
  return vector;
}

function filledMap(level: VerificationLevel): BoundedHashMap {
  const map = BoundedHashMap.withCapacityAndVerification(COUNT, level);
  for (let key = 0; key < COUNT; key++) map.set(key * 7, key);
  return map;
}

const benchmarks: Benchmark[] = [
  {
    name: 'BoundedVec Push',
    operations: COUNT,
    prepare(level) {
      const vector = BoundedVec.withCapacityAndVerification(COUNT, level);
      return () => {
        vector.clear();
        for (let value = 0; value < COUNT; value++) vector.push(value);
        return vector.length;
      };
    },
    typedArray() {
      const array = new CheckedArray();
      return () => {
        array.length = 0;
        for (let value = 0; value < COUNT; value++) array.push(value);
        return array.length;
      };
    },
  },
  {
    name: 'BoundedVec Push Batch',
    operations: COUNT,
    prepare(level) {
      const vector = BoundedVec.withCapacityAndVerification(COUNT, level);
      return () => {
        vector.clear();
        vector.reserve(COUNT);
        for (let value = 0; value < COUNT; value++) vector.pushUnchecked(value);
        vector.validate();
        return vector.length;
      };
    },
  },
  {
    name: 'BoundedVec Get',
    operations: COUNT,
    prepare(level) {
      const vector = filledVec(level);
      return () => {
        let sum = 0;
        for (let index = 0; index < COUNT; index++) sum = (sum + vector.get(index)) | 0;
        return sum;
      };
    },
    typedArray() {
      const array = filledArray();
      return () => {
        let sum = 0;
        for (let index = 0; index < COUNT; index++) sum = (sum + array.get(index)) | 0;
        return sum;
      };
    },
  },
  {
    name: 'BoundedVec Slice',
    operations: COUNT,
    prepare(level) {
      const vector = filledVec(level);
      const slice = new SafeSlice();
      return () => {
        vector.getSlice(0, COUNT, slice);
        let sum = 0;
        for (let index = 0; index < COUNT; index++) sum = (sum + slice.getUnchecked(index)) | 0;
        return sum;
      };
    },
  },
  {
    name: 'BoundedVec Set',
    operations: COUNT,
    prepare(level) {
      const vector = filledVec(level);
      let round = 0;
      return () => {
        round++;
        for (let index = 0; index < COUNT; index++) vector.set(index, index ^ round);
        return round;
      };
    },
    typedArray() {
      const array = filledArray();
      let round = 0;
      return () => {
        round++;
        for (let index = 0; index < COUNT; index++) array.set(index, index ^ round);
        return round;
      };
    },
  },
  {
    name: 'BoundedStack PushPop',
    operations: COUNT * 2,
    prepare(level) {
      const stack = BoundedStack.withCapacityAndVerification(COUNT, level);
      return () => {
        let sum = 0;
        for (let value = 0; value < COUNT; value++) stack.push(value);
        for (let value = 0; value < COUNT; value++) sum = (sum + stack.pop()) | 0;
        return sum;
      };
    },
    typedArray() {
      const array = new CheckedArray();
      return () => {
        let sum = 0;
        for (let value = 0; value < COUNT; value++) array.push(value);
        for (let value = 0; value < COUNT; value++) sum = (sum + array.pop()) | 0;
        return sum;
      };
    },
  },
  {
    name: 'BoundedHashMap Get',
    operations: COUNT,
    prepare(level) {
      const map = filledMap(level);
      return () => {
        let sum = 0;
        for (let key = 0; key < COUNT; key++) sum = (sum + map.get(key * 7)!) | 0;
        return sum;
      };
    },
  },
  {
    name: 'BoundedHashMap SetRemove',
    operations: COUNT * 2,
    prepare(level) {
      const map = BoundedHashMap.withCapacityAndVerification(COUNT, level);
      return () => {
        let removed = 0;
        for (let key = 0; key < COUNT; key++) map.set(key * 7, key);
        for (let key = 0; key < COUNT; key++) if (map.remove(key * 7)) removed++;
        return removed;
      };
    },
  },
  {
    name: 'SafeMemory Store',
    operations: COUNT,
    prepare(level) {
      const memory = SafeMemory.withCapacityAndVerification(MEMORY_BYTES, level);
      let round = 0;
      return () => {
        round++;
        for (let index = 0; index < COUNT; index++) memory.storeI32(index * 4, index ^ round);
        return round;
      };
    },
    typedArray() {
      const memory = new CheckedMemory();
      let round = 0;
      return () => {
        round++;
        for (let index = 0; index < COUNT; index++) memory.storeI32(index * 4, index ^ round);
        return round;
      };
    },
  },
  {
    name: 'SafeMemory Load',
    operations: COUNT,
    prepare(level) {
      const memory = SafeMemory.withCapacityAndVerification(MEMORY_BYTES, level);
      for (let index = 0; index < COUNT; index++) memory.storeI32(index * 4, index);
      return () => {
        let sum = 0;
        for (let index = 0; index < COUNT; index++) sum = (sum + memory.loadI32(index * 4)) | 0;
        return sum;
      };
    },
    typedArray() {
      const memory = new CheckedMemory();
      for (let index = 0; index < COUNT; index++) memory.storeI32(index * 4, index);
      return () => {
        let sum = 0;
        for (let index = 0; index < COUNT; index++) sum = (sum + memory.loadI32(index * 4)) | 0;
        return sum;
      };
    },
  },
  {
    name: 'SafeMemory Scrub',
    operations: MEMORY_BYTES / 64,
    prepare(level) {
      const memory = SafeMemory.withCapacityAndVerification(MEMORY_BYTES, level);
      return () => {
        for (let block = 0; block < MEMORY_BYTES / 64; block++) memory.scrub();
        return memory.length;
      };
    },
  },
  {
    name: 'SafeSlice Read',
    operations: COUNT,
    prepare(level) {
      const memory = SafeMemory.withCapacityAndVerification(MEMORY_BYTES, level);
      const slice = new SafeSlice();
      return () => {
        memory.getSlice(0, COUNT, slice);
        let sum = 0;
        for (let index = 0; index < COUNT; index++) sum = (sum + slice.getUnchecked(index)) | 0;
        return sum;
      };
    },
  },
];

const levels = [VerificationLevel.None, VerificationLevel.Sampling, VerificationLevel.Standard, VerificationLevel.Full];

/** The name of the case without a collection. */
export const TYPED_ARRAY = 'typed_array';

/** Each case owns its collection, which is made when the case is. None comes first in each group, for comparison. */
export function collectionCases(): { name: string; make: () => BenchmarkCase }[] {
  return benchmarks.flatMap(({ name: group, operations, prepare, typedArray }) => {
    const cases = levels.map((level) => {
      const name = `${group}/verification_${verificationLevelName(level)}`;
      return { name, make: () => ({ name, operations, run: prepare(level) }) };
    });
    if (typedArray) {
      const name = `${group}/${TYPED_ARRAY}`;
      cases.push({ name, make: () => ({ name, operations, run: typedArray() }) });
    }
    return cases;
  });
}
