// Tests that an engine allocates exactly what `footprint` says, buffer by buffer.

import { describe, expect, it } from 'vitest';
import {
  type Capacities,
  type CapacityName,
  Engine,
  footprint,
  footprintBytes,
  large,
  small,
  tiny,
} from '../../src/index.js';
import fc from '../properties.js';

const names = Object.keys(tiny) as CapacityName[];

/** Bytes that constructors of buffers take while `action` runs: array buffers in order, and typed arrays with their own. */
function allocationsOf(action: () => void): { buffers: number[]; others: number } {
  const buffers: number[] = [];
  let others = 0;
  const globals = globalThis as unknown as Record<string, new (...values: unknown[]) => ArrayBufferView | ArrayBuffer>;
  const kinds = ['ArrayBuffer', 'Int8Array', 'Uint8Array', 'Int16Array', 'Uint16Array', 'Int32Array', 'Uint32Array'];
  const watched = [...kinds, 'Float32Array', 'Float64Array'];
  const originals = watched.map((kind) => globals[kind]);
  watched.forEach((kind, index) => {
    globals[kind] = new Proxy(originals[index], {
      construct(target, values) {
        const made = new target(...values);
        if (kind === 'ArrayBuffer') buffers.push(made.byteLength);
        else if (typeof values[0] !== 'object') others += made.byteLength;
        return made;
      },
    });
  });
  try {
    action();
  } finally {
    watched.forEach((kind, index) => {
      globals[kind] = originals[index];
    });
  }
  return { buffers, others };
}

/** The bytes of each buffer that an engine holds, by name. */
function heldBy(engine: Engine): Record<string, number> {
  const { store } = engine as unknown as { store: Record<string, ArrayBuffer | ArrayBufferView> };
  const held: Record<string, number> = {};
  for (const [buffer, value] of Object.entries(store)) {
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) held[buffer] = value.byteLength;
  }
  return held;
}

function expectFootprint(capacities: Capacities): void {
  const rows = footprint(capacities);
  let engine!: Engine;
  const { buffers, others } = allocationsOf(() => {
    engine = new Engine(capacities);
  });
  expect(buffers).toEqual(rows.map((row) => row.bytes));
  const held = heldBy(engine);
  for (const { buffer, bytes } of rows)
    expect([buffer, held[buffer === 'memory' ? 'memoryBuffer' : buffer]]).toEqual([buffer, bytes]);
  expect(engine.allocatedBytes).toBe(footprintBytes(capacities));
  expect(footprintBytes(capacities)).toBe(buffers.reduce((sum, bytes) => sum + bytes, 0));
  // Registers and marks, which no capacity changes.
  expect(others).toBe(FIXED_BYTES);
}

const FIXED_BYTES = allocationsOf(() => new Engine(tiny)).others;

describe('footprint', () => {
  it.each([
    ['tiny', tiny],
    ['small', small],
    ['large', large],
  ])('%s is what is allocated', (_, capacities) => {
    expectFootprint(capacities);
  });

  it('is what is allocated, whatever the capacities', () => {
    const capacities = fc.record(
      Object.fromEntries(names.map((name) => [name, fc.nat(name === 'memories' ? 3 : 300)])),
    ) as unknown as fc.Arbitrary<Capacities>;
    fc.assert(fc.property(capacities, expectFootprint), { numRuns: 100 });
  });

  it('counts every capacity', () => {
    for (const name of names) {
      // These two are objects, made once; the rows of the footprint are buffers.
      if (name === 'modules' || name === 'instances') continue;
      const more = { ...small, [name]: small[name] * 4 };
      expect([name, footprintBytes(more) > footprintBytes(small)]).toEqual([name, true]);
    }
  });

  it('leaves little beside it', () => {
    expect(FIXED_BYTES).toBeLessThan(512);
    expect(footprintBytes(tiny)).toBeLessThan(11 * 1024);
  });

  it('takes the linear memory that it is given', () => {
    const memoryBuffer = new ArrayBuffer(small.memoryBytes);
    const { buffers } = allocationsOf(() => {
      const engine = new Engine(small, { memoryBuffer });
      expect(engine.memoryBuffer).toBe(memoryBuffer);
      expect(engine.allocatedBytes).toBe(footprintBytes(small));
    });
    const expected = footprint(small).filter((row) => row.buffer !== 'memory');
    expect(buffers).toEqual(expected.map((row) => row.bytes));
  });
});
