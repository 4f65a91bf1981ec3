import { describe, expect, it } from 'vitest';
import { CapacityError } from '../../src/errors.js';
import { BoundsError } from '../../src/safety/bounds-error.js';
import { SafeMemory } from '../../src/safety/safe-memory.js';
import { SafeSlice } from '../../src/safety/safe-slice.js';
import { VerificationLevel } from '../../src/safety/verification-level.js';
import fc from '../properties.js';
import { caught, damages, damageWord, expectLatched, levels, range, regionOf, verifyingLevels } from './corruption.js';

const CAPACITY = 300;

const accesses = fc.array(
  fc.record({
    kind: fc.constantFrom('U8' as const, 'U16' as const, 'I32' as const, 'F32' as const, 'F64' as const),
    store: fc.boolean(),
    address: fc.oneof(
      { weight: 9, arbitrary: fc.nat(CAPACITY) },
      { weight: 1, arbitrary: fc.constantFrom(-1, 0.5, 2 ** 32) },
    ),
    integer: fc.integer(),
    float: fc.double(),
    grow: fc.nat(60),
  }),
  { maxLength: 100 },
);

type Access = typeof accesses extends fc.Arbitrary<(infer T)[]> ? T : never;

const sizes = { U8: 1, U16: 2, I32: 4, F32: 4, F64: 8 };

/** Does the same with a memory and with a plain view, and compares. */
function perform(memory: SafeMemory, model: DataView, { kind, store, address, integer, float, grow }: Access): void {
  if (grow < 5) {
    const before = memory.length;
    if (before + grow > CAPACITY) expect(() => memory.grow(grow)).toThrow(CapacityError);
    else expect(memory.grow(grow)).toBe(before);
    expect(memory.highWaterMark).toBe(memory.length);
  }
  if (!(address >= 0 && address % 1 === 0 && address + sizes[kind] <= memory.length)) {
    expect(caught(() => memory[`load${kind}`](address))).toBeInstanceOf(BoundsError);
    expect(caught(() => memory[`store${kind}`](address, 1))).toBeInstanceOf(BoundsError);
    return;
  }
  const value = kind === 'F32' || kind === 'F64' ? float : integer;
  if (kind === 'U8') {
    if (store) model.setUint8(address, value);
    else expect(memory.loadU8(address)).toBe(model.getUint8(address));
  } else if (kind === 'U16') {
    if (store) model.setUint16(address, value, true);
    else expect(memory.loadU16(address)).toBe(model.getUint16(address, true));
  } else if (kind === 'I32') {
    if (store) model.setInt32(address, value, true);
    else expect(memory.loadI32(address)).toBe(model.getInt32(address, true));
  } else if (kind === 'F32') {
    if (store) model.setFloat32(address, value, true);
    else expect(memory.loadF32(address)).toBe(model.getFloat32(address, true));
  } else if (store) model.setFloat64(address, value, true);
  else expect(memory.loadF64(address)).toBe(model.getFloat64(address, true));
  if (store) memory[`store${kind}`](address, value);
}

function contents(memory: SafeMemory): number[] {
  const bytes: number[] = [];
  memory.getSlice(0, memory.length).forEach((byte) => {
    bytes.push(byte);
  });
  return bytes;
}

describe('SafeMemory', () => {
  it('does as a plain buffer, at every level, and raises no false alarm', () => {
    fc.assert(
      fc.property(fc.constantFrom(...levels), fc.nat(CAPACITY), accesses, (level, length, list) => {
        const region = regionOf(SafeMemory.bytesFor(CAPACITY, level));
        const memory = SafeMemory.withCapacityAndVerification(CAPACITY, level, { region, length });
        const model = new DataView(new ArrayBuffer(CAPACITY));
        for (const access of list) perform(memory, model, access);
        memory.validate();
        expect(contents(memory)).toEqual([...new Uint8Array(model.buffer, 0, memory.length)]);
        expect(region.untouched()).toBe(true);
      }),
    );
  });

  it('finds every damage, and says in which block', () => {
    fc.assert(
      fc.property(fc.constantFrom(...verifyingLevels), accesses, damages, (level, list, damage) => {
        const bytes = SafeMemory.bytesFor(CAPACITY, level);
        const region = regionOf(bytes);
        const memory = SafeMemory.withCapacityAndVerification(CAPACITY, level, { region, length: 200 });
        const model = new DataView(new ArrayBuffer(CAPACITY));
        for (const access of list) perform(memory, model, access);
        memory.validate();
        const place = damageWord(region.buffer, range(region.byteOffset >> 2, bytes >> 2), damage);
        fc.pre(place >= 0);
        const acts = [() => memory.loadU8(0), () => memory.storeI32(0, 1), () => memory.scrub(), () => memory.grow(1)];
        const error = expectLatched('SafeMemory', () => memory.validate(), ...acts);
        const address = place * 4 - (region.byteOffset + bytes - 4 - CAPACITY);
        // Every fourth word from the position on is in the block.
        if (address >= 0 && address < CAPACITY) expect(error.position).toBe((address & -256) + (address & 12));
        memory.reset();
        memory.validate();
        expect(contents(memory)).toEqual(new Array(200).fill(0));
      }),
    );
  });

  it('finds damage in a round of scrubbing', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...verifyingLevels),
        fc.nat(CAPACITY - 1),
        fc.nat(7),
        fc.nat(9),
        (level, at, bit, before) => {
          const bytes = new Uint8Array(CAPACITY);
          const memory = SafeMemory.over(bytes, level);
          for (let count = 0; count < before; count++) memory.scrub();
          bytes[at] ^= 1 << bit;
          let calls = 1;
          while (caught(() => memory.scrub()) === null) calls++;
          expect(calls).toBeLessThanOrEqual(memory.blockCount);
        },
      ),
    );
  });

  it.each(verifyingLevels)('at level %i stores nothing into a damaged block that was verified', (level) => {
    fc.assert(
      fc.property(fc.nat(CAPACITY - 8), fc.nat(7), fc.nat(7), (at, offset, bit) => {
        const bytes = new Uint8Array(CAPACITY);
        const memory = SafeMemory.over(bytes, level);
        bytes[at + offset] ^= 1 << bit;
        const error = caught(() => memory.storeF64(at, 1));
        const word = (at + offset) & -4;
        expect(error).toMatchObject({ name: 'IntegrityError', position: (word & -256) + (word & 12) });
      }),
    );
  });

  it.each([-1, 0.5])('does not grow by %d', (bytes) => {
    const memory = SafeMemory.withCapacity(8, { length: 4 });
    expect(() => memory.grow(bytes)).toThrow(BoundsError);
    expect(memory.length).toBe(4);
  });

  it('shows what there is', () => {
    const bytes = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]);
    const memory = SafeMemory.over(bytes.subarray(4), VerificationLevel.Full);
    expect(memory.loadI32(0)).toBe(0x08070605);
    memory.storeU8(1, 0x1ff);
    expect([...bytes]).toEqual([1, 2, 3, 4, 5, 255, 7, 8]);
  });

  it('refuses bytes that no words are', () => {
    const bytes = new Uint8Array(16);
    expect(() => SafeMemory.over(bytes.subarray(1), VerificationLevel.Full)).toThrow('multiple of 4');
    expect(() => SafeMemory.over(bytes.subarray(0, 7), VerificationLevel.Full)).toThrow('multiple of 4');
  });
});

describe('SafeSlice', () => {
  it('of bytes sees what did not write through it', () => {
    const bytes = new Uint8Array(200).fill(9);
    const slice = SafeSlice.withVerificationLevel(bytes, VerificationLevel.Sampling, { name: 'table' });
    slice.set(150, 7);
    slice.validate();
    expect([slice.get(150), slice.getUnchecked(151), slice.length]).toEqual([7, 9, 200]);
    bytes[100] ^= 1;
    expect(() => slice.getSlice(0, 101)).toThrow('table is corrupted: checksum of the block at 4');
    expect(() => slice.get(0)).toThrow('table is corrupted');
  });
});
