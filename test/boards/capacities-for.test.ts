// The rule that turns bytes into capacities: it fits, fills, and never gives less for more.

import { describe, expect, it } from 'vitest';
import { capacitiesFor, capacitiesForJsVars, jsVarsOfFootprint } from '../../boards/index.js';
import { type Capacities, type CapacityName, Engine, footprintBytes } from '../../src/index.js';
import fc from '../properties.js';

const names = Object.keys(capacitiesFor(4096)) as CapacityName[];

function expectNoLess(more: Capacities, less: Capacities): void {
  for (const name of names) expect(more[name], name).toBeGreaterThanOrEqual(less[name]);
}

const budget = fc.oneof(fc.integer({ min: 2048, max: 65536 }), fc.integer({ min: 2048, max: 2 ** 30 }));

describe('capacitiesFor', () => {
  it('fits the bytes and takes more than 90 % of them', () => {
    fc.assert(
      fc.property(budget, (bytes) => {
        const taken = footprintBytes(capacitiesFor(bytes));
        expect(taken).toBeLessThanOrEqual(bytes);
        expect(taken).toBeGreaterThan(bytes * 0.9);
      }),
    );
  });

  it('never gives less for more', () => {
    fc.assert(
      fc.property(budget, budget, (one, other) => {
        expectNoLess(capacitiesFor(Math.max(one, other)), capacitiesFor(Math.min(one, other)));
      }),
    );
    // Where a hash table doubles, too.
    for (let bytes = 600; bytes < 20000; bytes += 13) expectNoLess(capacitiesFor(bytes + 13), capacitiesFor(bytes));
  });

  it('gives capacities that an engine takes, all above 0', () => {
    for (const bytes of [1024, 4096, 15000, 100_000, 10_000_000]) {
      const capacities = capacitiesFor(bytes);
      for (const name of names) {
        expect(Number.isInteger(capacities[name]), name).toBe(true);
        expect(capacities[name], name).toBeGreaterThan(0);
      }
      expect(capacities.memoryBytes % 8).toBe(0);
      expect(new Engine(capacities).capacities).toEqual(capacities);
    }
  });

  it('gives the same for the same', () => {
    expect(capacitiesFor(15000)).toEqual(capacitiesFor(15000));
  });

  it('refuses what not even the least fits', () => {
    expect(() => capacitiesFor(100)).toThrow('no engine fits 100 bytes');
    expect(() => capacitiesForJsVars(20, { jsVars: { count: 350, bytes: 12 } })).toThrow('no engine fits 20 JsVars');
  });
});

describe('capacitiesForJsVars', () => {
  it('fits, fills, and never gives less for more', () => {
    const board = { jsVars: { count: 8190, bytes: 13 } };
    for (let count = 300; count < 8000; count += 97) {
      const capacities = capacitiesForJsVars(count, board);
      const taken = jsVarsOfFootprint(capacities, board);
      expect(taken).toBeLessThanOrEqual(count);
      expect(taken).toBeGreaterThan(count * 0.9);
      expectNoLess(capacitiesForJsVars(count + 97, board), capacities);
    }
  });
});
