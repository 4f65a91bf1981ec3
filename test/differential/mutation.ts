// Damages modules: cut off, bits flipped, bytes changed, pieces of other modules put in, sections moved.

import { type RealModule, realModules } from '../../bench/real-modules.js';
import { Random } from './random.js';
import { randomModule } from './random-module.js';

export interface Mutant {
  /** The module that it was made from. */
  from: string;
  bytes: Uint8Array;
}

const HEADER_BYTES = 8;
const GENERATED = 40;
/** Modules above this size are rarely taken: they cost as much time as hundreds of others. */
const LARGE_BYTES = 64 * 1024;
/** Bytes that mean something in many places: limits of LEB128, types, `end`, prefixes. */
const TELLING = [0x00, 0x01, 0x02, 0x0b, 0x40, 0x41, 0x60, 0x6f, 0x70, 0x7b, 0x7c, 0x7d, 0x7e, 0x7f, 0x80, 0xfc, 0xff];

const CODE_SECTION = 10;
/** Opcodes that take and give the same types, nearly. */
const OPCODE_RANGES = [
  [0x00, 0x00],
  [0x01, 0x04],
  [0x0c, 0x0d],
  [0x20, 0x22],
  [0x23, 0x24],
  [0x28, 0x35],
  [0x36, 0x3e],
  [0x45, 0x4f],
  [0x50, 0x5a],
  [0x5b, 0x60],
  [0x61, 0x66],
  [0x67, 0x69],
  [0x6a, 0x78],
  [0x79, 0x7b],
  [0x7c, 0x8a],
  [0x8b, 0x91],
  [0x92, 0x98],
  [0x99, 0x9f],
  [0xa0, 0xa6],
  [0xa7, 0xc4],
];

/** Mutations of the code, in percent: these alone get far. */
const CODE_PERCENT = 50;

let originals: { small: RealModule[]; large: RealModule[] } | undefined;

function sources(): { small: RealModule[]; large: RealModule[] } {
  if (originals === undefined) {
    const generated = Array.from({ length: GENERATED }, (_, seed) => ({
      name: `random module ${seed}`,
      bytes: randomModule(seed).bytes,
    }));
    const all = [...realModules(), ...generated];
    originals = {
      small: all.filter(({ bytes }) => bytes.length <= LARGE_BYTES),
      large: all.filter(({ bytes }) => bytes.length > LARGE_BYTES),
    };
  }
  return originals;
}

interface Section {
  start: number;
  end: number;
}

/** The sections of a module that is well formed so far; of another, those before the damage. */
function sectionsOf(bytes: Uint8Array): Section[] {
  const sections: Section[] = [];
  for (let at = HEADER_BYTES; at < bytes.length; ) {
    const start = at++;
    let size = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = bytes[at++];
      size += (byte & 127) * 2 ** shift;
      if (!(byte & 128)) break;
    }
    at += size;
    if (!(at <= bytes.length)) break;
    sections.push({ start, end: at });
  }
  return sections;
}

function concatenate(...parts: Uint8Array[]): Bytes {
  return new Uint8Array(Buffer.concat(parts));
}

/** Takes `count` bytes out at a place and puts others there. */
function replace(bytes: Uint8Array, at: number, count: number, other: Uint8Array): Bytes {
  return concatenate(bytes.subarray(0, at), other, bytes.subarray(at + count));
}

type Bytes = Uint8Array<ArrayBuffer>;
type Mutation = (bytes: Bytes, random: Random, other: Uint8Array) => Bytes;

function piece(bytes: Uint8Array, random: Random, most: number): Uint8Array {
  const start = random.below(bytes.length);
  return bytes.slice(start, start + 1 + random.below(most));
}

const mutations: Mutation[] = [
  (bytes, random) => bytes.slice(0, random.below(bytes.length + 1)),
  (bytes, random) => {
    for (let count = random.pick([1, 1, 1, 2, 8]); count > 0; count--) {
      bytes[random.below(bytes.length)] ^= 1 << random.below(8);
    }
    return bytes;
  },
  (bytes, random) => {
    bytes[random.below(bytes.length)] = random.chance(50) ? random.pick(TELLING) : random.below(256);
    return bytes;
  },
  (bytes, random) => {
    const at = random.below(bytes.length);
    bytes[at] += random.pick([1, -1]);
    return bytes;
  },
  // Keep the length, so that the following bytes keep their meaning.
  (bytes, random, other) => {
    bytes.set(piece(other, random, 16).subarray(0, 4), random.below(Math.max(1, bytes.length - 4)));
    return bytes;
  },
  (bytes, random) => {
    const from = piece(bytes, random, 64);
    bytes.set(from, random.below(bytes.length - from.length + 1));
    return bytes;
  },
  (bytes, random, other) => replace(bytes, random.below(bytes.length), random.below(8), piece(other, random, 64)),
  (bytes, random) => replace(bytes, random.below(bytes.length), 1 + random.below(8), new Uint8Array(0)),
  // Sections: one of the other module, one left out, one twice.
  (bytes, random, other) => {
    const theirs = sectionsOf(other);
    const ours = sectionsOf(bytes);
    if (theirs.length === 0 || ours.length === 0) return bytes;
    const { start, end } = random.pick(theirs);
    const at = random.pick(ours);
    return replace(bytes, at.start, random.chance(50) ? at.end - at.start : 0, other.subarray(start, end));
  },
  (bytes, random) => {
    const ours = sectionsOf(bytes);
    if (ours.length === 0) return bytes;
    const { start, end } = random.pick(ours);
    return random.chance(50)
      ? replace(bytes, start, end - start, new Uint8Array(0))
      : replace(bytes, random.pick(ours).start, 0, bytes.slice(start, end));
  },
];

/** In the code section alone: a byte, or an opcode for another that is likely to take the same operands. */
function mutateCode(bytes: Bytes, random: Random): Bytes {
  const code = sectionsOf(bytes).find(({ start }) => bytes[start] === CODE_SECTION);
  if (code === undefined) return bytes;
  const at = code.start + random.below(code.end - code.start);
  const range = OPCODE_RANGES.find(([first, last]) => bytes[at] >= first && bytes[at] <= last);
  if (range !== undefined && random.chance(80)) bytes[at] = range[0] + random.below(range[1] - range[0] + 1);
  else bytes[at] = random.chance(50) ? bytes[at] ^ (1 << random.below(8)) : random.below(256);
  return bytes;
}

/** The damaged module of a seed. */
export function mutant(seed: number): Mutant {
  const random = new Random(seed ^ 0x0bad5eed);
  const { small, large } = sources();
  const original = random.pick(random.chance(1) ? large : small);
  const other = random.pick(small).bytes;
  let bytes: Bytes = new Uint8Array(original.bytes);
  for (let count = random.pick([1, 1, 1, 2, 3, 6]); count > 0 && bytes.length > 0; count--) {
    bytes = random.chance(CODE_PERCENT) ? mutateCode(bytes, random) : random.pick(mutations)(bytes, random, other);
  }
  return { from: original.name, bytes };
}
