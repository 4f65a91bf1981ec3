// Operands for the routines of the native tier: edge values with each other, and seeded random ones that meet the hard cases often.

import { operands } from '../../../differential/operands.js';
import { Random } from '../../../differential/random.js';
import type { Operands } from './helper-expectations.js';

type Words = readonly number[];

const wordsOf64 = (bits: bigint): Words => [Number(bits & 0xffffffffn), Number(bits >> 32n)];
const edges: Record<string, readonly Words[]> = {
  i: operands.i32.map((bits) => [Number(bits)]),
  l: operands.i64.map(wordsOf64),
  f: operands.f32.map((bits) => [Number(bits)]),
  d: operands.f64.map(wordsOf64),
};

/** Every edge value, or each with each. */
export function* edgeOperands(kind: Operands): Generator<Words> {
  const [first, second] = kind;
  for (const a of edges[first]) {
    if (second === undefined) yield a;
    else for (const b of edges[second]) yield [...a, ...b];
  }
}

/** Random bits of which long runs are equal, as carries and ties need them. */
function runs(random: Random): number {
  const bits = random.bits();
  switch (random.below(6)) {
    case 0:
      return (bits & (bits << random.below(32))) >>> 0;
    case 1:
      return (-1 << random.below(32)) >>> 0;
    case 2:
      return (-1 >>> random.below(32)) >>> 0;
    case 3:
      return (1 << random.below(32)) >>> 0;
    case 4:
      return 0;
    default:
      return bits;
  }
}

function f64Words(random: Random, near: number): Words {
  // Exponents close to each other, far away, and at their limits.
  const choice = random.below(8);
  const exponent =
    choice < 4
      ? near + random.below(9) - 4
      : choice < 6
        ? near + random.below(130) - 65
        : choice === 6
          ? random.below(2048)
          : random.pick([0, 0, 1, 2046, 2047]);
  const high = random.chance(50) ? random.bits() : runs(random);
  const low = random.chance(50) ? random.bits() : runs(random);
  return [low, ((high & 0x800fffff) | ((exponent & 2047) << 20)) >>> 0];
}

function f32Words(random: Random, near: number): Words {
  const choice = random.below(8);
  const exponent =
    choice < 4
      ? near + random.below(9) - 4
      : choice < 6
        ? near + random.below(60) - 30
        : choice === 6
          ? random.below(256)
          : random.pick([0, 0, 1, 254, 255]);
  const bits = random.chance(50) ? random.bits() : runs(random);
  return [((bits & 0x807fffff) | ((exponent & 255) << 23)) >>> 0];
}

function integerWords(random: Random, words: number): Words {
  const shift = random.below(33);
  return Array.from({ length: words }, (_, index) => {
    const bits = random.chance(60) ? random.bits() : runs(random);
    return index === words - 1 && shift > 0 ? (bits >>> (shift - 1)) >>> 0 : bits;
  });
}

/** Operands of this kind without end. */
export function* randomOperands(kind: Operands, seed: number): Generator<Words> {
  const random = new Random(seed);
  const [first, second] = kind;
  const one = (type: string, near64: number, near32: number): Words => {
    if (type === 'd') return f64Words(random, near64);
    if (type === 'f') return f32Words(random, near32);
    return integerWords(random, type === 'l' ? 2 : 1);
  };
  for (;;) {
    const unary = second === undefined;
    // Conversions and roundings change what they do around an exponent of 0, and where the integers end.
    const near64 = unary ? 1023 + random.below(70) : random.chance(20) ? random.pick([3, 2044]) : random.below(2048);
    const near32 = unary ? 127 + random.below(70) : random.chance(20) ? random.pick([3, 252]) : random.below(256);
    const a = one(first, near64, near32);
    if (unary) yield a;
    else {
      // Products and quotients are near the limits of the exponent where this mirrors it.
      const mirrored = random.chance(25);
      yield [...a, ...one(second, mirrored ? 2046 - near64 + 1023 : near64, mirrored ? 254 - near32 + 127 : near32)];
    }
  }
}
