import { describe, expect, it } from 'vitest';
import { BoundedHashMap, type MapKey } from '../../src/safety/bounded-hash-map.js';
import {
  type ElementLayout,
  f64Layout,
  i32Layout,
  i64Layout,
  recordLayout,
  textLayout,
} from '../../src/safety/element-layout.js';
import { VerificationLevel } from '../../src/safety/verification-level.js';
import fc from '../properties.js';
import { caught, damages, damageWord, expectLatched, levels, range, regionOf, verifyingLevels } from './corruption.js';

interface Keys {
  name: string;
  keyLayout: ElementLayout;
  keys: fc.Arbitrary<MapKey>;
}

const kinds: Keys[] = [
  { name: 'i32', keyLayout: i32Layout, keys: fc.oneof(fc.integer(), fc.nat(40)) },
  { name: 'i64', keyLayout: i64Layout, keys: fc.int32Array({ minLength: 2, maxLength: 2, min: -2, max: 2 }) },
  { name: 'f64', keyLayout: f64Layout, keys: fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(-0, 0, 0.5)) },
  { name: 'text', keyLayout: textLayout(7), keys: fc.string({ maxLength: 7 }) },
];

const operations = (keys: fc.Arbitrary<MapKey>) =>
  fc.array(
    fc.record({
      name: fc.constantFrom('set', 'set', 'set', 'get', 'remove', 'has', 'validate', 'forEach', 'scrub'),
      key: keys,
      value: fc.integer(),
    }),
    { maxLength: 150 },
  );

/** A key by its contents, for the model. */
function text(key: MapKey): string {
  return typeof key === 'object' ? key.join() : typeof key === 'number' ? String(key) : `"${key}"`;
}

function perform(map: BoundedHashMap, model: Map<string, number>, name: string, key: MapKey, value: number): void {
  const id = text(key);
  if (name === 'set') {
    if (!model.has(id) && model.size === map.capacity) {
      expect(caught(() => map.set(key, value))).toMatchObject({ name: 'CapacityError', needed: map.capacity + 1 });
    } else {
      map.set(key, value);
      model.set(id, value);
    }
  } else if (name === 'get') {
    expect(map.get(key)).toBe(model.get(id));
    expect(map.getUnchecked(key)).toBe(model.get(id));
  } else if (name === 'has') expect(map.has(key)).toBe(model.has(id));
  else if (name === 'remove') expect(map.remove(key)).toBe(model.delete(id));
  else if (name === 'forEach') {
    const found: number[] = [];
    map.forEach((each) => {
      found.push(each);
    });
    expect(found.sort()).toEqual([...model.values()].sort());
  } else if (name === 'scrub') map.scrub();
  else map.validate();
  expect(map.length).toBe(model.size);
}

describe.each(kinds)('BoundedHashMap by $name', ({ keyLayout, keys }) => {
  it('does as a plain map, at every level, and raises no false alarm', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...levels),
        fc.integer({ min: 1, max: 40 }),
        operations(keys),
        (level, capacity, list) => {
          const region = regionOf(BoundedHashMap.bytesFor(capacity, keyLayout, i32Layout, level));
          const map = BoundedHashMap.withCapacityAndVerification(capacity, level, { keyLayout, region });
          const model = new Map<string, number>();
          let most = 0;
          for (const { name, key, value } of list) {
            perform(map, model, name, key, value);
            most = Math.max(most, model.size);
          }
          expect(map.highWaterMark).toBe(most);
          for (const { key } of list) expect(map.get(key)).toBe(model.get(text(key)));
          map.validate();
          expect(region.untouched()).toBe(true);
        },
      ),
    );
  });

  it('finds every damage', () => {
    fc.assert(
      fc.property(fc.constantFrom(...verifyingLevels), operations(keys), damages, (level, list, damage) => {
        const bytes = BoundedHashMap.bytesFor(20, keyLayout, i32Layout, level);
        const region = regionOf(bytes);
        const map = BoundedHashMap.withCapacityAndVerification(20, level, { keyLayout, region, name: 'names' });
        const model = new Map<string, number>();
        for (const { name, key, value } of list) perform(map, model, name, key, value);
        map.validate();
        fc.pre(damageWord(region.buffer, range(region.byteOffset >> 2, bytes >> 2), damage) >= 0);
        const key = keyLayout === i64Layout ? new Int32Array(2) : keyLayout.kind === textLayout(1).kind ? '' : 1;
        const acts = [() => map.get(key), () => map.set(key, 1), () => map.remove(key), () => map.forEach(() => {})];
        expectLatched('names', () => map.validate(), ...acts);
        map.reset();
        map.set(key, 7);
        map.validate();
        expect(map.get(key)).toBe(7);
      }),
    );
  });
});

describe('BoundedHashMap', () => {
  it('keeps entries of one home reachable when others go', () => {
    const map = BoundedHashMap.withCapacityAndVerification(8, VerificationLevel.Full);
    for (let round = 0; round < 200; round++) {
      for (let key = 0; key < 8; key++) map.set(round * 8 + key, key);
      for (let key = 0; key < 8; key += 2) expect(map.remove(round * 8 + key)).toBe(true);
      for (let key = 1; key < 8; key += 2) expect(map.get(round * 8 + key)).toBe(key);
      for (let key = 1; key < 8; key += 2) expect(map.remove(round * 8 + key)).toBe(true);
    }
    expect(map.length).toBe(0);
    map.validate();
  });

  it('has values of several words', () => {
    const map = BoundedHashMap.withCapacity(4, { valueLayout: recordLayout(3), keyLayout: textLayout(4) });
    map.setWords('one', new Int32Array([0, 1, 2, 3]), 1);
    map.set('two', -2);
    const words = new Int32Array(4);
    expect(map.getWords('one', words, 1)).toBe(true);
    expect([...words]).toEqual([0, 1, 2, 3]);
    expect(map.getWords('two', words, 0)).toBe(true);
    expect([...words]).toEqual([-2, -1, -1, 3]);
    expect(map.getWords('six', words, 0)).toBe(false);
    const seen: unknown[] = [];
    map.forEach((value, key) => {
      seen.push([key, value]);
    });
    expect(seen).toHaveLength(2);
    expect(seen).toContainEqual(['one', 1]);
    expect(() => map.set('seven', 7)).toThrow('needed 5');
  });

  it('reserves', () => {
    const map = BoundedHashMap.withCapacity(4);
    map.set(1, 1);
    map.reserve(3);
    expect(() => map.reserve(4)).toThrow('needed 5');
  });
});
