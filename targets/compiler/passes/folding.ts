// Constant folding and algebraic simplification of one instruction. Its operands must be simplified already.

import * as numeric from '../../../src/numeric.js';
import { Opcode } from '../../../src/opcodes.js';
import { constant, type Instruction, isConstant } from '../intermediate/instruction.js';
import { isBoolean, Operation, operationEffects, Type } from '../intermediate/operation.js';

type Unary = (a: number) => number;
type Binary = (a: number, b: number) => number;

// The pure i32 instructions, by opcode.
const unary: Partial<Record<number, Unary>> = {
  [Opcode.I32Eqz]: numeric.i32_eqz,
  [Opcode.I32Clz]: numeric.i32_clz,
  [Opcode.I32Ctz]: numeric.i32_ctz,
  [Opcode.I32Popcnt]: numeric.i32_popcnt,
  [Opcode.I32Extend8S]: numeric.i32_extend8_s,
  [Opcode.I32Extend16S]: numeric.i32_extend16_s,
};
const binary: Partial<Record<number, Binary>> = {
  [Opcode.I32Eq]: numeric.i32_eq,
  [Opcode.I32Ne]: numeric.i32_ne,
  [Opcode.I32LtS]: numeric.i32_lt_s,
  [Opcode.I32LtU]: numeric.i32_lt_u,
  [Opcode.I32GtS]: numeric.i32_gt_s,
  [Opcode.I32GtU]: numeric.i32_gt_u,
  [Opcode.I32LeS]: numeric.i32_le_s,
  [Opcode.I32LeU]: numeric.i32_le_u,
  [Opcode.I32GeS]: numeric.i32_ge_s,
  [Opcode.I32GeU]: numeric.i32_ge_u,
  [Opcode.I32Add]: numeric.i32_add,
  [Opcode.I32Sub]: numeric.i32_sub,
  [Opcode.I32Mul]: numeric.i32_mul,
  [Opcode.I32And]: numeric.i32_and,
  [Opcode.I32Or]: numeric.i32_or,
  [Opcode.I32Xor]: numeric.i32_xor,
  [Opcode.I32Shl]: numeric.i32_shl,
  [Opcode.I32ShrS]: numeric.i32_shr_s,
  [Opcode.I32ShrU]: numeric.i32_shr_u,
  [Opcode.I32Rotl]: numeric.i32_rotl,
  [Opcode.I32Rotr]: numeric.i32_rotr,
  [Operation.MultiplyHigh]: numeric.multiplyHigh,
};

export const COMMUTATIVE: ReadonlySet<number> = new Set<number>([
  Opcode.I32Add,
  Opcode.I32Mul,
  Opcode.I32And,
  Opcode.I32Or,
  Opcode.I32Xor,
  Opcode.I32Eq,
  Opcode.I32Ne,
  Operation.MultiplyHigh,
]);

/** Comparisons with their negations. Comparisons of floats have none, except equality. */
const opposites = new Map<number, number>();
for (const [one, other] of [
  [Opcode.I32Eq, Opcode.I32Ne],
  [Opcode.I32LtS, Opcode.I32GeS],
  [Opcode.I32LtU, Opcode.I32GeU],
  [Opcode.I32GtS, Opcode.I32LeS],
  [Opcode.I32GtU, Opcode.I32LeU],
  [Opcode.F32Eq, Opcode.F32Ne],
  [Opcode.F64Eq, Opcode.F64Ne],
]) {
  opposites.set(one, other);
  opposites.set(other, one);
}

/** The negation of a comparison, -1 if there is none. */
export function oppositeComparison(operation: number): number {
  return opposites.get(operation) ?? -1;
}

/** The replacement of the instruction: itself, possibly changed, one of its operands, or a constant. */
export function fold(instruction: Instruction): Instruction {
  const { operation, operands } = instruction;
  if (operands.length === 1) return foldUnary(instruction, operands[0]);
  if (operands.length === 2) return foldBinary(instruction);
  if (operation === Operation.Select) {
    const [condition, whenTrue, whenFalse] = operands;
    if (condition.operation === Operation.Constant) return condition.index !== 0 ? whenTrue : whenFalse;
  }
  return instruction;
}

function foldUnary(instruction: Instruction, operand: Instruction): Instruction {
  const { operation } = instruction;
  if (operand.operation === Operation.Constant) {
    const compute = unary[operation];
    return compute === undefined ? instruction : constant(compute(operand.index), Type.I32, instruction.at);
  }
  if (operation === Opcode.I32Eqz) {
    const opposite = oppositeComparison(operand.operation);
    if (opposite >= 0) {
      instruction.operation = opposite;
      instruction.operands = operand.operands;
    } else if (operand.operation === Opcode.I32Eqz && isBoolean(operand.operands[0].operation)) {
      return operand.operands[0];
    }
  }
  return instruction;
}

function foldBinary(instruction: Instruction): Instruction {
  const { operation, operands, at } = instruction;
  let [a, b] = operands;
  const compute = binary[operation];
  if (compute === undefined || operationEffects[operation] !== 0) return instruction;
  if (a.operation === Operation.Constant) {
    if (b.operation === Operation.Constant) return constant(compute(a.index, b.index), Type.I32, at);
    if (COMMUTATIVE.has(operation)) {
      [a, b] = [b, a];
      operands[0] = a;
      operands[1] = b;
    }
  }
  if (b.operation !== Operation.Constant) return instruction;
  const value = b.index;
  switch (operation) {
    case Opcode.I32Add:
    case Opcode.I32Sub:
      if (value === 0) return a;
      // (x + c) + d
      if (a.operation === Opcode.I32Add && a.operands[1].operation === Operation.Constant) {
        const sum = operation === Opcode.I32Add ? a.operands[1].index + value : a.operands[1].index - value;
        instruction.operation = Opcode.I32Add;
        instruction.operands = [a.operands[0], constant(sum | 0, Type.I32, at)];
        return isConstant(instruction.operands[1], 0) ? a.operands[0] : instruction;
      }
      break;
    case Opcode.I32Or:
    case Opcode.I32Xor:
      if (value === 0) return a;
      break;
    case Opcode.I32And:
      if (value === -1) return a;
      if (value === 0) return b;
      if (value === 1 && isBit(a)) return a;
      break;
    case Opcode.I32Mul:
      if (value === 1) return a;
      if (value === 0) return b;
      break;
    case Operation.MultiplyHigh:
      if (value === 0) return b;
      break;
    case Opcode.I32Shl:
    case Opcode.I32ShrS:
    case Opcode.I32ShrU:
    case Opcode.I32Rotl:
    case Opcode.I32Rotr:
      if ((value & 31) === 0) return a;
      if (value !== (value & 31)) operands[1] = constant(value & 31, Type.I32, at);
      break;
    case Opcode.I32Ne:
      if (value === 0 && isBit(a)) return a;
      break;
    case Opcode.I32Eq:
      if (value === 0) {
        instruction.operation = Opcode.I32Eqz;
        instruction.operands = [a];
        return foldUnary(instruction, a);
      }
      break;
  }
  return instruction;
}

/** How deep to follow ands and ors. */
const DEPTH = 8;

/** Whether a value is 0 or 1. */
function isBit({ operation, operands }: Instruction, depth = DEPTH): boolean {
  if (operation !== Opcode.I32And && operation !== Opcode.I32Or) return isBoolean(operation);
  return depth > 0 && operands.every((each) => isBoolean(each.operation) || isBit(each, depth - 1));
}
