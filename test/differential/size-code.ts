// Bodies of functions whose code has a wanted size, and the numbers at which instructions of the processor change their form.
import { Opcode } from '../../src/opcodes.js';
import {
  type Code,
  constant,
  EMPTY_BLOCK,
  i32,
  localGet,
  localSet,
  memoryAccess,
  type NumberType,
  opcode,
  unsigned,
} from './module-builder.js';
import type { Random } from './random.js';

const { Block, End, BrTable, BrIf, I32Add, I32Sub, I32Mul, I32Xor, I32Rotl, I32ShrU, I32DivU, I32And } = Opcode;
const I32_WRAP = 0xa7;
const I32_REINTERPRET = 0xbc;
const I64_REINTERPRET = 0xbd;
const F32_REINTERPRET = 0xbe;
const F64_REINTERPRET = 0xbf;
const I64_EXTEND = 0xad;

/** Reaches of branches, loads, stores and immediates of ARMv6-M and Thumb-2, with their neighbours. */
const REACHES = [0, 31, 62, 124, 127, 254, 255, 508, 1020, 2046, 4092, 4095, 65535, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];
const NEIGHBOURS = [-4, -3, -2, -1, 0, 1, 2, 3, 4];

/** A number at a reach; now and then negative, or a pattern of bytes as a modified constant has them. */
export function edge(random: Random): number {
  const kind = random.below(10);
  if (kind === 0) return (0x80 | random.below(128)) << random.below(25);
  if (kind === 1) {
    const byte = random.below(256);
    return random.pick([byte * 0x01010101, byte * 0x00010001, byte * 0x01000100]) | 0;
  }
  const value = random.pick(REACHES) + random.pick(NEIGHBOURS);
  return (kind < 4 ? -value : value) | 0;
}

/** A function that folds values into its first own local. */
export class SizeCode {
  readonly code: Code = [];
  readonly random: Random;
  /** Local of the sum. */
  readonly sum: number;

  constructor(random: Random, sum: number) {
    this.random = random;
    this.sum = sum;
  }

  emit(...bytes: Code): this {
    for (const byte of bytes) this.code.push(byte);
    return this;
  }

  /** sum = rotl(sum, 5) ^ what `value` leaves. */
  fold(type: NumberType, ...value: Code): this {
    this.emit(...localGet(this.sum), ...i32(5), I32Rotl, ...value);
    return this.emit(...asI32(type), I32Xor, ...localSet(this.sum));
  }

  /** Statements that compile to about so many bytes. */
  filler(bytes: number, isDense = false): this {
    const { random, sum } = this;
    if (bytes > 6000) return this.table(Math.floor(bytes / 2));
    for (let left = bytes; left > 0; ) {
      const kind = isDense ? random.below(3) : random.below(9);
      this.emit(...localGet(sum));
      if (kind === 0) this.emit(...localGet(0), I32Add);
      else if (kind === 1) this.emit(...localGet(0), I32Xor);
      else if (kind === 2) this.emit(...i32(random.below(256)), I32Add);
      else if (kind === 3) this.emit(...i32(edge(random)), I32Xor);
      else if (kind === 4) this.emit(...i32(random.bits()), I32Sub);
      else if (kind === 5) this.emit(...i32(1 + random.below(31)), I32Rotl);
      else if (kind === 6) this.emit(...localGet(0), ...i32(1 + random.below(31)), I32ShrU, I32Sub);
      else if (kind === 7) this.emit(...localGet(0), ...i32(7), Opcode.I32Or, I32DivU, ...i32(3), I32Mul);
      else this.emit(...i32(random.below(60000)), ...memoryAccess(Opcode.I32Load8U), I32Add);
      this.emit(...localSet(sum));
      left -= [2, 2, 2, 4, 6, 4, 4, 10, 8][kind];
    }
    return this;
  }

  /** A br_table of so many entries, all of them near. */
  table(entries: number): this {
    const { random, sum } = this;
    this.emit(Block, EMPTY_BLOCK, Block, EMPTY_BLOCK, ...localGet(0), BrTable, ...unsigned(entries));
    for (let index = 0; index < entries; index++) this.code.push(random.below(2));
    return this.emit(0, End, ...localGet(sum), ...i32(random.bits()), I32Xor, ...localSet(sum), End);
  }

  /** A condition of the first parameter, in all the shapes that branches have. */
  condition(): this {
    const { random } = this;
    const kind = random.below(6);
    this.emit(...localGet(0));
    if (kind === 0) return this.emit(...i32(1 << random.below(4)), I32And);
    if (kind === 1) return this.emit(...i32(1), I32And, Opcode.I32Eqz);
    if (kind === 2) return this.emit(...i32(edge(random)), random.pick([Opcode.I32LtU, Opcode.I32GtS, Opcode.I32Eq]));
    if (kind === 3) return this.emit(I64_EXTEND, ...constant('i64', BigInt(edge(random))), Opcode.I64LtS);
    if (kind === 4) return this.emit(...localGet(1), Opcode.I32LtS);
    return this;
  }

  brIf(depth: number): this {
    return this.emit(BrIf, ...unsigned(depth));
  }
}

/** Conversions of the value on the stack to an i32; NaNs do not occur. */
export function asI32(type: NumberType): Code {
  if (type === 'i64') return [I32_WRAP];
  if (type === 'f32') return [I32_REINTERPRET];
  return type === 'f64' ? [I64_REINTERPRET, ...constant('i64', 32n), Opcode.I64ShrU, I32_WRAP] : [];
}

/** Conversions of the i32 on the stack to a value that is no NaN. */
export function fromI32(type: NumberType): Code {
  if (type === 'i64') return [I64_EXTEND, ...constant('i64', 0x100000001n), Opcode.I64Mul];
  if (type === 'f32') return [...i32(0x3fffffff), I32And, F32_REINTERPRET];
  if (type === 'f64')
    return [...i32(0x3fffffff), I32And, I64_EXTEND, ...constant('i64', 0x100000000n), Opcode.I64Mul, F64_REINTERPRET];
  return [];
}

/** An opcode with the prefix 0xFC and its immediates. */
export function bulk(code: number, ...immediates: number[]): Code {
  return [...opcode(code), ...immediates.flatMap(unsigned)];
}
