import { describe, expect, it } from 'vitest';
import { CapacityError } from '../../src/errors.js';
import type { BoundedElements } from '../../src/safety/bounded-elements.js';
import { BoundedStack } from '../../src/safety/bounded-stack.js';
import { BoundedVec } from '../../src/safety/bounded-vec.js';
import { BoundsError } from '../../src/safety/bounds-error.js';
import {
  ElementKind,
  type ElementLayout,
  f32Layout,
  f64Layout,
  i32Layout,
  i64Layout,
  recordLayout,
  u8Layout,
} from '../../src/safety/element-layout.js';
import { Corruption } from '../../src/safety/integrity-error.js';
import { VerificationLevel, validationInterval } from '../../src/safety/verification-level.js';
import fc from '../properties.js';
import { caught, damages, damageWord, expectLatched, levels, range, regionOf, verifyingLevels } from './corruption.js';

interface Layout {
  name: string;
  layout: ElementLayout;
  values: fc.Arbitrary<number>;
}

const layouts: Layout[] = [
  { name: 'i32', layout: i32Layout, values: fc.integer() },
  { name: 'u8', layout: u8Layout, values: fc.nat(255) },
  { name: 'f32', layout: f32Layout, values: fc.float() },
  { name: 'f64', layout: f64Layout, values: fc.double() },
  { name: 'i64', layout: i64Layout, values: fc.integer() },
  { name: 'records of 3', layout: recordLayout(3), values: fc.integer() },
  { name: 'records of 20', layout: recordLayout(20), values: fc.integer() },
];

type Operation =
  | { name: 'push' | 'pushUnchecked' | 'pushWords'; value: number }
  | { name: 'set' | 'setWords' | 'get' | 'slice'; value: number; at: number }
  | { name: 'pop' | 'popWords' | 'peek' | 'validate' | 'forEach' | 'scrub' | 'clear' };

function operations(values: fc.Arbitrary<number>): fc.Arbitrary<Operation[]> {
  const push = fc.record({
    name: fc.constantFrom('push' as const, 'pushUnchecked' as const, 'pushWords' as const),
    value: values,
  });
  const access = fc.record({
    name: fc.constantFrom('set' as const, 'setWords' as const, 'get' as const, 'slice' as const),
    value: values,
    at: fc.nat(1000),
  });
  const names = ['pop', 'popWords', 'peek', 'validate', 'forEach', 'scrub'] as const;
  const other = fc.record({ name: fc.constantFrom(...names) });
  const clear = fc.record({ name: fc.constant('clear' as const) });
  return fc.array(
    fc.oneof(
      { weight: 8, arbitrary: push },
      { weight: 6, arbitrary: access },
      { weight: 4, arbitrary: other },
      { weight: 1, arbitrary: clear },
    ),
    { maxLength: 150 },
  );
}

/** The words of a number as the layout has it. */
function wordsOf({ kind, words }: ElementLayout, value: number): Int32Array {
  if (kind === ElementKind.F32) return new Int32Array(new Float32Array([value]).buffer);
  if (kind === ElementKind.F64) return new Int32Array(new Float64Array([value]).buffer);
  return new Int32Array(words).fill(value < 0 ? -1 : 0).fill(value, 0, 1);
}

/** Does the same with a collection and a plain array, and compares. */
function perform(elements: BoundedElements, model: number[], operation: Operation): void {
  const { layout, capacity } = elements;
  const vector = elements instanceof BoundedVec ? elements : null;
  const words = new Int32Array(Math.max(1, layout.words) + 2);
  const byWords = layout.kind !== ElementKind.U8;
  switch (operation.name) {
    case 'push':
    case 'pushUnchecked':
    case 'pushWords': {
      const { name, value } = operation;
      if (model.length === capacity) {
        const error = caught(() => (name === 'pushUnchecked' ? elements.reserve(1) : elements.push(value)));
        expect(error).toMatchObject({ name: 'CapacityError', capacity: elements.name, needed: capacity + 1 });
        return;
      }
      if (name === 'pushWords' && byWords) elements.pushWords(new Int32Array([9, ...wordsOf(layout, value)]), 1);
      else if (name === 'pushUnchecked') {
        elements.reserve(1);
        elements.pushUnchecked(value);
      } else elements.push(value);
      model.push(value);
      return;
    }
    case 'set':
    case 'setWords':
    case 'get':
    case 'slice': {
      if (!vector) return;
      if (model.length === 0) {
        expect(caught(() => vector.get(operation.at))).toBeInstanceOf(BoundsError);
        return;
      }
      const at = operation.at % model.length;
      if (operation.name === 'get') expect(vector.get(at)).toBe(first(layout, model[at]));
      else if (operation.name === 'slice') {
        const slice = vector.getSlice(at, model.length - at);
        expect(slice.length).toBe(model.length - at);
        for (let index = 0; index < slice.length; index++) {
          expect(slice.getUnchecked(index)).toBe(first(layout, model[at + index]));
        }
      } else {
        model[at] = operation.value;
        if (operation.name === 'setWords' && byWords) vector.setWords(at, wordsOf(layout, operation.value), 0);
        else vector.set(at, operation.value);
      }
      return;
    }
    case 'pop':
    case 'popWords':
    case 'peek': {
      if (model.length === 0) {
        expect(caught(() => elements.pop())).toBeInstanceOf(BoundsError);
        expect(caught(() => elements.peek())).toBeInstanceOf(BoundsError);
        return;
      }
      if (operation.name === 'peek') expect(elements.peek()).toBe(first(layout, model[model.length - 1]));
      else if (operation.name === 'popWords' && byWords) {
        elements.popWords(words, 1);
        expect(words.slice(1, 1 + layout.words)).toEqual(wordsOf(layout, model.pop()!));
        expect(words[1 + layout.words]).toBe(0);
      } else expect(elements.pop()).toBe(first(layout, model.pop()!));
      return;
    }
    case 'forEach': {
      const found: number[] = [];
      elements.forEach((value, index) => {
        found[index] = value;
      });
      expect(found).toEqual(model.map((value) => first(layout, value)));
      return;
    }
    case 'clear':
      model.splice(0);
      elements.clear();
      return;
    case 'validate':
      elements.validate();
      return;
    case 'scrub':
      elements.scrub();
  }
}

/** Returns the result of `get` for an element: the first of several words. */
function first(layout: ElementLayout, value: number): number {
  return layout.kind === ElementKind.Words ? wordsOf(layout, value)[0] : value;
}

const kinds = [
  { kind: 'BoundedVec', make: BoundedVec.withCapacityAndVerification, bytesFor: BoundedVec.bytesFor },
  { kind: 'BoundedStack', make: BoundedStack.withCapacityAndVerification, bytesFor: BoundedStack.bytesFor },
];

/** Indices of the words of the region: guards, checksums, elements, whether they are in use or not. */
function livePlaces(elements: BoundedElements, byteOffset: number, bytes: number): number[] {
  const start = byteOffset >> 2;
  const { layout, capacity } = elements;
  const dataWords = layout.kind === ElementKind.U8 ? (capacity + 3) >> 2 : capacity * layout.words;
  const base = (byteOffset + bytes) / 4 - 1 - dataWords;
  return [start, ...range(start + 1, elements.blockCount), ...range(base, dataWords), base + dataWords];
}

describe.each(kinds)('$kind', ({ kind, make, bytesFor }) => {
  describe.each(layouts)('of $name', ({ layout, values }) => {
    it('does as a plain array, at every level, and raises no false alarm', () => {
      fc.assert(
        fc.property(
          fc.constantFrom(...levels),
          fc.integer({ min: 1, max: 100 }),
          operations(values),
          (level, capacity, list) => {
            const region = regionOf(bytesFor(capacity, layout, level));
            const elements = make(capacity, level, { layout, region, name: 'numbers' });
            const model: number[] = [];
            let most = 0;
            for (const operation of list) {
              perform(elements, model, operation);
              expect(elements.length).toBe(model.length);
              most = Math.max(most, model.length);
              expect(elements.highWaterMark).toBe(most);
            }
            elements.validate();
            expect(elements.isCorrupted).toBe(false);
            expect(region.untouched()).toBe(true);
          },
        ),
      );
    });

    it('finds every damage', () => {
      fc.assert(
        fc.property(
          fc.constantFrom(...verifyingLevels),
          operations(values),
          fc.array(values, { minLength: 1, maxLength: 50 }),
          damages,
          (level, list, last, damage) => {
            const bytes = bytesFor(100, layout, level);
            const region = regionOf(bytes);
            const elements = make(100, level, { layout, region });
            const model: number[] = [];
            for (const operation of list) perform(elements, model, operation);
            for (const value of last) perform(elements, model, { name: 'push', value });
            elements.validate();
            const places = livePlaces(elements, region.byteOffset, bytes);
            const place = damageWord(region.buffer, places, damage);
            fc.pre(place >= 0);
            const { part, expected, found } = expectLatched(
              kind,
              () => elements.validate(),
              () => elements.peek(),
              () => elements.push(1),
              () => elements.pop(),
              () => elements.scrub(),
              () => elements.clear(),
            );
            expect(elements.isCorrupted).toBe(true);
            expect(expected).not.toBe(found);
            const guards = { [places[0]]: Corruption.HeadGuard, [places[places.length - 1]]: Corruption.TailGuard };
            expect(part).toBe(guards[place] ?? Corruption.Contents);
            elements.reset();
            elements.push(1);
            elements.validate();
            expect(elements.length).toBe(1);
          },
        ),
      );
    });
  });

  it('has a name in its errors', () => {
    const elements = make(1, VerificationLevel.Full, { name: 'callStack' });
    elements.push(1);
    expect(() => elements.push(2)).toThrow(CapacityError);
    expect(() => elements.push(2)).toThrow('capacity callStack is 1, needed 2: raise `callStack`');
    elements.pop();
    expect(() => elements.pop()).toThrow('callStack has no index -1: its length is 0');
  });

  it('refuses a region that is too small, or lies askew', () => {
    const bytes = bytesFor(10, i32Layout, VerificationLevel.Full);
    const tooSmall = { buffer: new ArrayBuffer(bytes - 1), byteOffset: 0 };
    expect(() => make(10, VerificationLevel.Full, { region: tooSmall })).toThrow('needed');
    const askew = { buffer: new ArrayBuffer(bytes + 2), byteOffset: 2 };
    expect(() => make(10, VerificationLevel.Full, { region: askew })).toThrow('multiple of 4');
  });

  it('counts', () => {
    const elements = make(10, VerificationLevel.Full);
    elements.push(1);
    elements.reserve(2);
    elements.pushUnchecked(2);
    elements.pushUnchecked(3);
    elements.validate();
    elements.pop();
    expect(elements.counts.collectionOperations).toBe(6);
    expect(elements.counts.validationOperations).toBeGreaterThan(0);
    const unverified = make(10, VerificationLevel.None);
    unverified.push(1);
    unverified.pop();
    expect(unverified.counts).toMatchObject({ collectionOperations: 2, validationOperations: 0 });
  });
});

describe('detection', () => {
  const filled = (level: VerificationLevel) => {
    const region = regionOf(BoundedVec.bytesFor(200, i32Layout, level));
    const vector = BoundedVec.withCapacityAndVerification(200, level, { region });
    for (let index = 0; index < 200; index++) vector.push(index);
    return { vector, region, base: (region.buffer.byteLength - 20) / 4 - 201 };
  };

  it.each(verifyingLevels)('at level %i comes before anything is stored into a verified block', (level) => {
    fc.assert(
      fc.property(fc.nat(199), fc.nat(31), fc.constantFrom(0, 4, 8, 60), (at, bit, step) => {
        const { vector, region, base } = filled(level);
        vector.validate();
        new Int32Array(region.buffer)[base + at] ^= 1 << bit;
        // Another element of the same block, or the damaged one itself.
        const other = (at & -64) + ((at + step) & 63);
        fc.pre(other < 200);
        const error = caught(() => vector.set(other, 5));
        expect(error).toMatchObject({ name: 'IntegrityError', position: (at & -64) + (at & 3) });
      }),
    );
  });

  it.each(verifyingLevels)('at level %i comes within the stated number of operations', (level) => {
    fc.assert(
      fc.property(
        fc.nat(199),
        fc.nat(31),
        fc.nat(300),
        fc.array(fc.nat(199), { minLength: 1, maxLength: 20 }),
        (at, bit, before, places) => {
          const { vector, region, base } = filled(level);
          for (let index = 0; index < before; index++) vector.set(index % 50, index);
          vector.validate();
          new Int32Array(region.buffer)[base + at] ^= 1 << bit;
          const bound = validationInterval(level) * (2 * vector.blockCount + 1);
          let operations = 1;
          while (caught(() => vector.get(places[operations % places.length])) === null) operations++;
          expect(operations).toBeLessThanOrEqual(bound);
        },
      ),
      { numRuns: 30 },
    );
  });

  it.each(verifyingLevels)('at level %i covers an element again within so many operations after it is set', (level) => {
    const { vector, region, base } = filled(level);
    vector.set(77, 5);
    const bound = validationInterval(level) * (2 * vector.blockCount + 1);
    for (let operations = 0; operations < bound; operations++) vector.get(0);
    new Int32Array(region.buffer)[base + 77] ^= 1;
    expect(caught(() => vector.validate())).toMatchObject({ name: 'IntegrityError', position: 64 + (77 & 3) });
  });

  it('does not tell damage from a store in a block that was stored into since it was verified', () => {
    const { vector, region, base } = filled(VerificationLevel.Full);
    vector.validate();
    vector.set(4, 1);
    new Int32Array(region.buffer)[base + 8] = 99;
    vector.validate();
    expect(vector.get(8)).toBe(99);
  });

  it.each(verifyingLevels)('at level %i comes before a damaged slice is returned', (level) => {
    const { vector, region, base } = filled(level);
    vector.getSlice(0, 200);
    new Int32Array(region.buffer)[base + 130] ^= 4;
    vector.getSlice(0, 128);
    expect(caught(() => vector.getSlice(110, 20))).toMatchObject({ name: 'IntegrityError', position: 130 });
  });

  it('at None is none', () => {
    const vector = BoundedVec.withCapacityAndVerification(4, VerificationLevel.None);
    expect(BoundedVec.bytesFor(4, i32Layout, VerificationLevel.None)).toBe(16);
    vector.push(1);
    vector.validate();
    vector.scrub();
    expect(vector.blockCount).toBe(0);
  });

  it('refuses elements that were pushed unchecked past the capacity', () => {
    const vector = BoundedVec.withCapacityAndVerification(4, VerificationLevel.Sampling);
    for (let index = 0; index < 5; index++) vector.pushUnchecked(index);
    expect(caught(() => vector.validate())).toMatchObject({ name: 'CapacityError', needed: 5 });
  });
});

describe('indices', () => {
  it.each([-1, 0.5, 3, 2 ** 32, Number.NaN])('%d is refused', (index) => {
    const vector = BoundedVec.withCapacity(10);
    for (const value of [1, 2, 3]) vector.push(value);
    const acts = [() => vector.get(index), () => vector.set(index, 1), () => vector.getSlice(index, 1)];
    for (const act of acts) expect(caught(act)).toBeInstanceOf(BoundsError);
    expect(vector.length).toBe(3);
  });

  it('of a slice are its own', () => {
    const vector = BoundedVec.withCapacity(10);
    for (let value = 0; value < 10; value++) vector.push(value);
    const slice = vector.getSlice(2, 5).getSlice(1, 3);
    expect([slice.get(0), slice.getUnchecked(2)]).toEqual([3, 5]);
    slice.set(1, 40);
    expect(vector.get(4)).toBe(40);
    expect(() => slice.get(3)).toThrow(BoundsError);
    expect(() => slice.getSlice(2, 2)).toThrow(BoundsError);
    const seen: number[] = [];
    slice.forEach((value) => {
      seen.push(value);
    });
    expect(seen).toEqual([3, 40, 5]);
  });
});
