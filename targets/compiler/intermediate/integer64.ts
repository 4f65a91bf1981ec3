// The i64 instructions as operations on their words.

import { Opcode } from '../../../src/opcodes.js';
import type { Instruction } from './instruction.js';
import { Operation, Type } from './operation.js';

/** A value of the operand stack: one word or f64, or the two words of an i64. */
export interface StackValue {
  low: Instruction;
  /** null unless it is an i64. */
  high: Instruction | null;
}

/** The part of a builder that the expansion needs. */
export interface WordBuilder {
  value(operation: number, type: Type, ...operands: Instruction[]): Instruction;
  constant(value: number): Instruction;
}

/** Opcodes of i32 and i64 that do the same to each word, and are the same distance apart. */
const I64_TO_I32 = Opcode.I64Add - Opcode.I32Add;

const shifts: Partial<Record<number, [low: Operation, high: Operation]>> = {
  [Opcode.I64Shl]: [Operation.I64ShiftLeftLow, Operation.I64ShiftLeftHigh],
  [Opcode.I64ShrS]: [Operation.I64ShiftRightSignedLow, Operation.I64ShiftRightSignedHigh],
  [Opcode.I64ShrU]: [Operation.I64ShiftRightUnsignedLow, Operation.I64ShiftRightUnsignedHigh],
  [Opcode.I64Rotl]: [Operation.I64RotateLeftLow, Operation.I64RotateLeftHigh],
};

const divisions: Partial<Record<number, Operation>> = {
  [Opcode.I64DivS]: Operation.I64DivideSigned,
  [Opcode.I64DivU]: Operation.I64DivideUnsigned,
  [Opcode.I64RemS]: Operation.I64RemainderSigned,
  [Opcode.I64RemU]: Operation.I64RemainderUnsigned,
};

/** An i64 instruction of two i64 operands and an i64 result. */
export function expandBinary(build: WordBuilder, opcode: number, a: StackValue, b: StackValue): StackValue {
  const [aLow, aHigh, bLow, bHigh] = [a.low, a.high!, b.low, b.high!];
  const word = (operation: number, ...operands: Instruction[]) => build.value(operation, Type.I32, ...operands);
  switch (opcode) {
    case Opcode.I64And:
    case Opcode.I64Or:
    case Opcode.I64Xor:
      return { low: word(opcode - I64_TO_I32, aLow, bLow), high: word(opcode - I64_TO_I32, aHigh, bHigh) };
    case Opcode.I64Add: {
      const low = word(Opcode.I32Add, aLow, bLow);
      const carry = word(Opcode.I32LtU, low, aLow);
      return { low, high: word(Opcode.I32Add, word(Opcode.I32Add, aHigh, bHigh), carry) };
    }
    case Opcode.I64Sub: {
      const borrow = word(Opcode.I32LtU, aLow, bLow);
      const low = word(Opcode.I32Sub, aLow, bLow);
      return { low, high: word(Opcode.I32Sub, word(Opcode.I32Sub, aHigh, bHigh), borrow) };
    }
    case Opcode.I64Mul: {
      const low = word(Opcode.I32Mul, aLow, bLow);
      const crossed = word(Opcode.I32Add, word(Opcode.I32Mul, aHigh, bLow), word(Opcode.I32Mul, aLow, bHigh));
      return { low, high: word(Opcode.I32Add, word(Operation.MultiplyHigh, aLow, bLow), crossed) };
    }
    case Opcode.I64Shl:
    case Opcode.I64ShrS:
    case Opcode.I64ShrU:
    case Opcode.I64Rotl:
      return expandShift(build, opcode, aLow, aHigh, bLow);
    case Opcode.I64Rotr:
      // To the left by as many as are left of 64: only the low six bits of the count matter.
      return expandShift(build, Opcode.I64Rotl, aLow, aHigh, word(Opcode.I32Sub, build.constant(0), bLow));
    default: {
      const low = word(divisions[opcode]!, aLow, aHigh, bLow, bHigh);
      return { low, high: secondWord(build, low) };
    }
  }
}

/** The second word of an operation's result. */
export function secondWord(build: WordBuilder, producer: Instruction): Instruction {
  const high = build.value(Operation.Result, Type.I32);
  high.producer = producer;
  high.index = 1;
  return high;
}

function expandShift(
  build: WordBuilder,
  opcode: number,
  low: Instruction,
  high: Instruction,
  count: Instruction,
): StackValue {
  if (count.operation === Operation.Constant) return shiftByConstant(build, opcode, low, high, count.index & 63);
  const [lowOperation, highOperation] = shifts[opcode]!;
  return {
    low: build.value(lowOperation, Type.I32, low, high, count),
    high: build.value(highOperation, Type.I32, low, high, count),
  };
}

function shiftByConstant(
  build: WordBuilder,
  opcode: number,
  low: Instruction,
  high: Instruction,
  count: number,
): StackValue {
  if (count === 0) return { low, high };
  const shift = (operation: number, value: Instruction, by: number) =>
    build.value(operation, Type.I32, value, build.constant(by));
  /** The word that a shift by `count` below 32 leaves where bits of both words meet. */
  const joined = (upper: Instruction, lower: Instruction, by: number) =>
    build.value(Opcode.I32Or, Type.I32, shift(Opcode.I32Shl, upper, by), shift(Opcode.I32ShrU, lower, 32 - by));
  const by = count & 31;
  switch (opcode) {
    case Opcode.I64Shl:
      if (count >= 32) return { low: build.constant(0), high: shift(Opcode.I32Shl, low, by) };
      return { low: shift(Opcode.I32Shl, low, count), high: joined(high, low, count) };
    case Opcode.I64ShrU:
      if (count >= 32) return { low: shift(Opcode.I32ShrU, high, by), high: build.constant(0) };
      return { low: joined(high, low, 32 - count), high: shift(Opcode.I32ShrU, high, count) };
    case Opcode.I64ShrS:
      if (count >= 32) return { low: shift(Opcode.I32ShrS, high, by), high: shift(Opcode.I32ShrS, high, 31) };
      return { low: joined(high, low, 32 - count), high: shift(Opcode.I32ShrS, high, count) };
    default: {
      const [first, second] = count >= 32 ? [high, low] : [low, high];
      if (by === 0) return { low: first, high: second };
      return { low: joined(first, second, by), high: joined(second, first, by) };
    }
  }
}

/** An i64 comparison: an i32. */
export function expandComparison(build: WordBuilder, opcode: number, a: StackValue, b: StackValue): Instruction {
  const word = (operation: number, ...operands: Instruction[]) => build.value(operation, Type.I32, ...operands);
  const [aHigh, bHigh] = [a.high!, b.high!];
  switch (opcode) {
    case Opcode.I64Eq:
      return word(Opcode.I32And, word(Opcode.I32Eq, a.low, b.low), word(Opcode.I32Eq, aHigh, bHigh));
    case Opcode.I64Ne:
      return word(Opcode.I32Or, word(Opcode.I32Ne, a.low, b.low), word(Opcode.I32Ne, aHigh, bHigh));
    default: {
      const highs = strictComparisons[opcode]!;
      const decided = word(highs, aHigh, bHigh);
      const lows = word(unsignedComparisons[opcode]!, a.low, b.low);
      return word(Opcode.I32Or, decided, word(Opcode.I32And, word(Opcode.I32Eq, aHigh, bHigh), lows));
    }
  }
}

/** The comparison of high words that decides without the low ones. */
const strictComparisons: Partial<Record<number, number>> = {
  [Opcode.I64LtS]: Opcode.I32LtS,
  [Opcode.I64LeS]: Opcode.I32LtS,
  [Opcode.I64LtU]: Opcode.I32LtU,
  [Opcode.I64LeU]: Opcode.I32LtU,
  [Opcode.I64GtS]: Opcode.I32GtS,
  [Opcode.I64GeS]: Opcode.I32GtS,
  [Opcode.I64GtU]: Opcode.I32GtU,
  [Opcode.I64GeU]: Opcode.I32GtU,
};
/** The comparison of low words if the high ones are equal. */
const unsignedComparisons: Partial<Record<number, number>> = {
  [Opcode.I64LtS]: Opcode.I32LtU,
  [Opcode.I64LeS]: Opcode.I32LeU,
  [Opcode.I64LtU]: Opcode.I32LtU,
  [Opcode.I64LeU]: Opcode.I32LeU,
  [Opcode.I64GtS]: Opcode.I32GtU,
  [Opcode.I64GeS]: Opcode.I32GeU,
  [Opcode.I64GtU]: Opcode.I32GtU,
  [Opcode.I64GeU]: Opcode.I32GeU,
};

/** clz, ctz, popcnt, and the sign extensions. */
export function expandUnary(build: WordBuilder, opcode: number, a: StackValue): StackValue {
  const word = (operation: number, ...operands: Instruction[]) => build.value(operation, Type.I32, ...operands);
  const low = a.low;
  const high = a.high!;
  const extended = (value: Instruction): StackValue => ({
    low: value,
    high: word(Opcode.I32ShrS, value, build.constant(31)),
  });
  /** 32 and what `operation` counts in `second` if `first` is 0, else what it counts in `first`. */
  const counted = (operation: number, first: Instruction, second: Instruction): StackValue => ({
    low: word(
      Operation.Select,
      word(Opcode.I32Eqz, first),
      word(Opcode.I32Add, word(operation, second), build.constant(32)),
      word(operation, first),
    ),
    high: build.constant(0),
  });
  switch (opcode) {
    case Opcode.I64Clz:
      return counted(Opcode.I32Clz, high, low);
    case Opcode.I64Ctz:
      return counted(Opcode.I32Ctz, low, high);
    case Opcode.I64Popcnt: {
      const sum = word(Opcode.I32Add, word(Opcode.I32Popcnt, low), word(Opcode.I32Popcnt, high));
      return { low: sum, high: build.constant(0) };
    }
    case Opcode.I64Extend8S:
      return extended(word(Opcode.I32Extend8S, low));
    case Opcode.I64Extend16S:
      return extended(word(Opcode.I32Extend16S, low));
    default:
      return extended(low);
  }
}

/** A conversion that has an i64 as operand or result. */
export function expandConversion(build: WordBuilder, opcode: number, a: StackValue): StackValue {
  const { low, high } = a;
  const single = (operation: Operation, type: Type): StackValue => ({
    low: build.value(operation, type, low, high!),
    high: null,
  });
  switch (opcode) {
    case Opcode.I32WrapI64:
      return { low, high: null };
    case Opcode.I64ExtendI32S:
      return { low, high: build.value(Opcode.I32ShrS, Type.I32, low, build.constant(31)) };
    case Opcode.I64ExtendI32U:
      return { low, high: build.constant(0) };
    case Opcode.F32ConvertI64S:
      return single(Operation.F32ConvertI64Signed, Type.F32);
    case Opcode.F32ConvertI64U:
      return single(Operation.F32ConvertI64Unsigned, Type.F32);
    case Opcode.F64ConvertI64S:
      return single(Operation.F64ConvertI64Signed, Type.F64);
    case Opcode.F64ConvertI64U:
      return single(Operation.F64ConvertI64Unsigned, Type.F64);
    case Opcode.F64ReinterpretI64:
      return single(Operation.F64ReinterpretWords, Type.F64);
    case Opcode.I64ReinterpretF64:
      return {
        low: build.value(Operation.F64LowWord, Type.I32, low),
        high: build.value(Operation.F64HighWord, Type.I32, low),
      };
    default: {
      const truncated = build.value(Operation.I64Truncate, Type.I32, low);
      truncated.index = opcode;
      return { low: truncated, high: secondWord(build, truncated) };
    }
  }
}
