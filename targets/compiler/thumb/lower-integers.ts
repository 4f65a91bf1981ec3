// i32 instructions, and the words of i64 ones, as nodes.

import { Opcode } from '../../../src/opcodes.js';
import { Trap } from '../../../src/trap.js';
import { definitionOf } from '../intermediate/definitions.js';
import { type Instruction, Proven } from '../intermediate/instruction.js';
import { Operation } from '../intermediate/operation.js';
import type { Lowering } from './lowering.js';
import { Code, Condition, type Node } from './node.js';
import { isPowerOfTwo } from './node-graph.js';

const MOST_NEGATIVE = -0x80000000;

const BINARY: Partial<Record<number, Code>> = {
  [Opcode.I32Add]: Code.Add,
  [Opcode.I32Sub]: Code.Subtract,
  [Opcode.I32And]: Code.And,
  [Opcode.I32Or]: Code.Or,
  [Opcode.I32Xor]: Code.Xor,
};
const SHIFTS: Partial<Record<number, Code>> = {
  [Opcode.I32Shl]: Code.ShiftLeft,
  [Opcode.I32ShrS]: Code.ShiftRightSigned,
  [Opcode.I32ShrU]: Code.ShiftRightUnsigned,
  [Opcode.I32Rotr]: Code.RotateRight,
};
/** Routine of a 64-bit shift, and the word of its result. */
const WIDE_SHIFTS: Partial<Record<number, [routine: string, word: number]>> = {
  [Operation.I64ShiftLeftLow]: ['__aeabi_llsl', 0],
  [Operation.I64ShiftLeftHigh]: ['__aeabi_llsl', 1],
  [Operation.I64ShiftRightSignedLow]: ['__aeabi_lasr', 0],
  [Operation.I64ShiftRightSignedHigh]: ['__aeabi_lasr', 1],
  [Operation.I64ShiftRightUnsignedLow]: ['__aeabi_llsr', 0],
  [Operation.I64ShiftRightUnsignedHigh]: ['__aeabi_llsr', 1],
  [Operation.I64RotateLeftLow]: ['__wasm_i64_rotl', 0],
  [Operation.I64RotateLeftHigh]: ['__wasm_i64_rotl', 1],
};

/** null for an instruction of another kind. */
export function lowerInteger(lowering: Lowering, instruction: Instruction): Node[] | null {
  const { operation, operands } = instruction;
  const { graph } = lowering;
  const code = BINARY[operation];
  if (code !== undefined) return [arithmetic(lowering, code, instruction)];
  const shift = SHIFTS[operation];
  if (shift !== undefined) {
    const [a, count] = operands.map((each) => lowering.word(each));
    return [graph.shift(shift, a, count, instruction.has(Proven.CountInRange))];
  }
  const wideShift = WIDE_SHIFTS[operation];
  if (wideShift !== undefined) {
    const [symbol, word] = wideShift;
    return [graph.part(graph.float(Code.Routine, lowering.wordsOf(operands), { symbol, words: 2 }), word)];
  }
  switch (operation) {
    case Opcode.I32Rotl: {
      const [a, count] = operands.map((each) => lowering.word(each));
      if (count.code === Code.Constant) return [graph.shiftBy(Code.RotateRight, a, -count.immediate)];
      return [graph.shift(Code.RotateRight, a, graph.float(Code.ReverseSubtract, [count], { immediate: 0 }), true)];
    }
    case Opcode.I32Mul:
      return [multiply(lowering, instruction)];
    case Opcode.I32DivS:
    case Opcode.I32DivU:
    case Opcode.I32RemS:
    case Opcode.I32RemU:
      return [divide(lowering, instruction)];
    case Opcode.I32Clz:
      return [leadingZeros(lowering, lowering.word(operands[0]))];
    case Opcode.I32Ctz: {
      const value = lowering.word(operands[0]);
      if (!graph.isThumb2) return [graph.float(Code.Routine, [value], { symbol: '__ctzsi2' })];
      return [graph.float(Code.CountLeadingZeros, [graph.float(Code.ReverseBits, [value])])];
    }
    case Opcode.I32Popcnt:
      return [graph.float(Code.Routine, [lowering.word(operands[0])], { symbol: '__popcountsi2' })];
    case Opcode.I32Extend8S:
      return [graph.float(Code.ExtendSigned8, [lowering.word(operands[0])])];
    case Opcode.I32Extend16S:
      return [graph.float(Code.ExtendSigned16, [lowering.word(operands[0])])];
    case Operation.MultiplyHigh: {
      const [a, b] = operands.map((each) => lowering.word(each));
      return [highOfProduct(lowering, a, b)];
    }
    case Operation.I64DivideSigned:
    case Operation.I64DivideUnsigned:
    case Operation.I64RemainderSigned:
    case Operation.I64RemainderUnsigned:
      return divideWide(lowering, instruction).slice(0, 1);
    case Operation.I64Add128:
    case Operation.I64Sub128: {
      const wide = operation === Operation.I64Add128 ? Code.AddWide : Code.SubtractWide;
      return partsOf(lowering, graph.float(wide, lowering.wordsOf(operands), { words: 4 })).slice(0, 1);
    }
    case Operation.I64MultiplyWideSigned:
    case Operation.I64MultiplyWideUnsigned:
      return multiplyWide(lowering, instruction).slice(0, 1);
    case Operation.Result:
      return result(lowering, instruction);
    default:
      return null;
  }
}

function leadingZeros({ graph }: Lowering, value: Node): Node {
  if (!graph.isThumb2) return graph.float(Code.Routine, [value], { symbol: '__clzsi2' });
  return graph.float(Code.CountLeadingZeros, [value]);
}

/** A further word of the result of a wide operation. Equal nodes are one: it is made again. */
function result(lowering: Lowering, { producer, index }: Instruction): Node[] | null {
  const { operation, operands } = producer!;
  const { graph } = lowering;
  switch (operation) {
    case Operation.I64DivideSigned:
    case Operation.I64DivideUnsigned:
    case Operation.I64RemainderSigned:
    case Operation.I64RemainderUnsigned:
      return [lowering.resultsOf(producer!)[index]];
    case Operation.I64Add128:
    case Operation.I64Sub128: {
      const wide = operation === Operation.I64Add128 ? Code.AddWide : Code.SubtractWide;
      return [graph.part(graph.float(wide, lowering.wordsOf(operands), { words: 4 }), index)];
    }
    case Operation.I64MultiplyWideSigned:
    case Operation.I64MultiplyWideUnsigned:
      return [multiplyWide(lowering, producer!)[index]];
    default:
      return null;
  }
}

function partsOf({ graph }: Lowering, node: Node): Node[] {
  return Array.from({ length: node.words }, (_, word) => graph.part(node, word));
}

// Sums and products.

function arithmetic(lowering: Lowering, code: Code, instruction: Instruction): Node {
  const { graph } = lowering;
  const wide = code === Code.Add || code === Code.Subtract ? wideSum(lowering, code, instruction) : null;
  if (wide !== null) return wide;
  const [a, b] = instruction.operands.map((each) => lowering.word(each));
  return graph.binary(code, a, b);
}

/**
 * The high word of a 64-bit sum or difference, which the builder writes as `aHigh + bHigh + (low < aLow)` and
 * `aHigh - bHigh - (aLow < bLow)`.
 */
function wideSum(lowering: Lowering, code: Code, { operation, operands }: Instruction): Node | null {
  const [inner, carry] = operands.map((each) => definitionOf(each));
  if (inner.operation !== operation || carry.operation !== Opcode.I32LtU) return null;
  const [first, second] = carry.operands.map((each) => definitionOf(each));
  const { graph } = lowering;
  const [highA, highB] = inner.operands.map((each) => lowering.word(each));
  if (code === Code.Subtract) {
    const [lowA, lowB] = [lowering.word(first), lowering.word(second)];
    const low = graph.binary(Code.Subtract, lowA, lowB);
    return wideWord(lowering, Code.SubtractWide, [lowA, highA, lowB, highB], low);
  }
  if (first.operation !== Opcode.I32Add) return null;
  const [lowA, lowB] = first.operands.map((each) => definitionOf(each));
  if (lowering.word(lowA) !== lowering.word(second) && lowering.word(lowB) !== lowering.word(second)) return null;
  const operandWords = [lowering.word(lowA), highA, lowering.word(lowB), highB];
  return wideWord(lowering, Code.AddWide, operandWords, lowering.word(first));
}

/** The high word; the low one comes from the same node where its users may wait for the high operands. */
function wideWord({ graph }: Lowering, code: Code, operands: Node[], low: Node): Node {
  const node = graph.float(code, operands, { words: 2 });
  const isReady = operands.every(({ id }) => id < low.id) && node.block === low.block;
  if (isReady && low.code !== Code.Part) graph.replace(low, graph.part(node, 0));
  return graph.part(node, 1);
}

function multiply(lowering: Lowering, { operands }: Instruction): Node {
  const { graph } = lowering;
  const [a, b] = operands.map((each) => lowering.word(each));
  return graph.binary(Code.Multiply, a, b);
}

/** A product of two words, in two words; the product of the same words in one is taken from it. */
function multiplyLong({ graph }: Lowering, a: Node, b: Node): Node {
  if (!graph.isThumb2) return graph.float(Code.Routine, [a, b], { symbol: '__wasm_umull', words: 2 });
  const node = graph.float(Code.MultiplyLong, [a, b], { words: 2 });
  graph.replace(graph.float(Code.Multiply, [a, b]), graph.part(node, 0));
  return node;
}

/** The high word of a product of two words: bits that a shift moves out, for a power of two. */
function highOfProduct(lowering: Lowering, a: Node, b: Node): Node {
  const { graph } = lowering;
  const [value, factor] = a.code === Code.Constant ? [b, a] : [a, b];
  const number = factor.immediate >>> 0;
  if (factor.code !== Code.Constant || !isPowerOfTwo(number)) return graph.part(multiplyLong(lowering, a, b), 1);
  return number === 1 ? graph.constant(0) : graph.shiftBy(Code.ShiftRightUnsigned, value, 1 + Math.clz32(number));
}

/** The four words of a product of two i64. */
function multiplyWide(lowering: Lowering, { operation, operands }: Instruction): Node[] {
  const { graph } = lowering;
  const [a0, a1, b0, b1] = lowering.wordsOf(operands);
  const zero = graph.constant(0);
  const product = (a: Node, b: Node) => partsOf(lowering, multiplyLong(lowering, a, b));
  const sum = (code: Code, a: Node[], b: Node[]) => partsOf(lowering, graph.float(code, [...a, ...b], { words: 2 }));
  const lows = product(a0, b0);
  const [crossed, other] = [product(a0, b1), product(a1, b0)];
  const middle = sum(Code.AddWide, [lows[1], zero], crossed);
  const second = sum(Code.AddWide, [middle[0], zero], other);
  let highs = sum(Code.AddWide, product(a1, b1), [middle[1], zero]);
  highs = sum(Code.AddWide, highs, [second[1], zero]);
  if (operation === Operation.I64MultiplyWideSigned) {
    const correction = (sign: Node, words: Node[]) => {
      const mask = graph.shiftBy(Code.ShiftRightSigned, sign, 31);
      return words.map((word) => graph.binary(Code.And, word, mask));
    };
    highs = sum(Code.SubtractWide, highs, correction(a1, [b0, b1]));
    highs = sum(Code.SubtractWide, highs, correction(b1, [a0, a1]));
  }
  return [lows[0], second[0], ...highs];
}

// Divisions.

function divide(lowering: Lowering, instruction: Instruction): Node {
  const { operation, at, operands } = instruction;
  const { graph } = lowering;
  const [a, b] = operands.map((each) => lowering.word(each));
  const isSigned = operation === Opcode.I32DivS || operation === Opcode.I32RemS;
  if (!instruction.has(Proven.NonZero)) lowering.trapIf(graph.isNotZero(b, Condition.Equal), Trap.DivideByZero, at);
  if (operation === Opcode.I32DivS && !instruction.has(Proven.NoOverflow)) {
    // The least int32 by -1: all bits of both are as these have them.
    const differs = graph.binary(Code.Xor, a, graph.constant(MOST_NEGATIVE));
    const either = graph.binary(Code.Or, differs, graph.binary(Code.Xor, b, graph.constant(-1)));
    lowering.trapIf(graph.isNotZero(either, Condition.Equal), Trap.IntegerOverflow, at);
  }
  const isRemainder = operation === Opcode.I32RemS || operation === Opcode.I32RemU;
  if (!graph.isThumb2) {
    const symbol = isSigned ? '__aeabi_idivmod' : '__aeabi_uidivmod';
    // After the check, because routines do not return from a division by 0.
    return graph.part(graph.pin(Code.Routine, [a, b], at, { symbol, words: 2 }), isRemainder ? 1 : 0);
  }
  const quotient = graph.float(isSigned ? Code.DivideSigned : Code.DivideUnsigned, [a, b]);
  return isRemainder ? graph.float(Code.MultiplySubtract, [quotient, b, a]) : quotient;
}

function divideWide(lowering: Lowering, instruction: Instruction): Node[] {
  const { operation, at, operands } = instruction;
  const { graph } = lowering;
  const [a0, a1, b0, b1] = lowering.wordsOf(operands);
  const either = graph.binary(Code.Or, b0, b1);
  const isConstant = b0.code === Code.Constant && b1.code === Code.Constant;
  if (!isConstant || (b0.immediate === 0 && b1.immediate === 0))
    lowering.trapIf(graph.isNotZero(either, Condition.Equal), Trap.DivideByZero, at);
  if (operation === Operation.I64DivideSigned && !(isConstant && (b0.immediate !== -1 || b1.immediate !== -1))) {
    const least = graph.binary(Code.Or, a0, graph.binary(Code.Xor, a1, graph.constant(MOST_NEGATIVE)));
    const minusOne = graph.binary(Code.Xor, graph.binary(Code.And, b0, b1), graph.constant(-1));
    const found = graph.isNotZero(graph.binary(Code.Or, least, minusOne), Condition.Equal);
    lowering.trapIf(found, Trap.IntegerOverflow, at);
  }
  const isSigned = operation === Operation.I64DivideSigned || operation === Operation.I64RemainderSigned;
  const isRemainder = operation === Operation.I64RemainderSigned || operation === Operation.I64RemainderUnsigned;
  const symbol = isSigned ? '__aeabi_ldivmod' : '__aeabi_uldivmod';
  // After the check, because routines do not return from a division by 0.
  const routine = graph.pin(Code.Routine, lowering.wordsOf(operands), at, { symbol, words: 4 });
  const words = [0, 1].map((word) => graph.part(routine, isRemainder ? 2 + word : word));
  lowering.defineResults(instruction, words);
  return words;
}
