// Operations with exchanged operands, and comparisons as conditions of branches.

import { RegisterOpcode } from '../generated/register-opcodes.js';
import { Opcode } from '../opcodes.js';

export function isCommutative(code: number): boolean {
  if (code === Opcode.F64Add || code === Opcode.F64Mul || code === Opcode.F32Add || code === Opcode.F32Mul) return true;
  if (code === Opcode.I64Add || code === Opcode.I64Mul || (code >= Opcode.I64And && code <= Opcode.I64Xor)) return true;
  return swappedOperation(code) === code;
}

/** The opcode that does the same with its operands exchanged, 0 if there is none. */
export function swappedOperation(code: number): number {
  if (code === Opcode.I32Add || code === Opcode.I32Mul) return code;
  if (code >= Opcode.I32And && code <= Opcode.I32Xor) return code;
  if (code === Opcode.I32Eq || code === Opcode.I32Ne) return code;
  // lt_s, lt_u, gt_s, gt_u, le_s, le_u, ge_s, ge_u follow each other, for i32 and i64 alike.
  if (code >= Opcode.I32LtS && code <= Opcode.I32GeU) return swappedComparison(code, Opcode.I32LtS);
  if (code >= Opcode.I64LtS && code <= Opcode.I64GeU) return swappedComparison(code, Opcode.I64LtS);
  if (code === Opcode.F32Gt || code === Opcode.F32Ge || code === Opcode.F64Gt || code === Opcode.F64Ge) {
    return code - 1;
  }
  return 0;
}

function swappedComparison(code: number, first: number): number {
  return first + ((code - first) ^ 2);
}

/** For a comparison with a constant that has no form of its own: `x <= c` is `x < c + 1`, `x >= c` is `x > c - 1`. */
export function comparisonWithNeighbour(code: number, constant: number): number {
  if (code === Opcode.I32LeS && constant !== 0x7fffffff) return Opcode.I32LtS;
  if (code === Opcode.I32LeU && constant !== -1) return Opcode.I32LtU;
  if (code === Opcode.I32GeS && constant !== -2147483648) return Opcode.I32GtS;
  if (code === Opcode.I32GeU && constant !== 0) return Opcode.I32GtU;
  return 0;
}

export function neighbourConstant(code: number, constant: number): number {
  return code === Opcode.I32LeS || code === Opcode.I32LeU ? (constant + 1) | 0 : (constant - 1) | 0;
}

/** Flag of `fuseBranch`: the operands are exchanged. */
export const SWAPPED = 0x10000;

/** The branch that a comparison in slots and a branch on its result make together, 0 if there is none. */
export function fuseBranch(comparison: number, inverted: boolean): number {
  if (comparison === RegisterOpcode.I32Eqz) return inverted ? RegisterOpcode.BranchIf : RegisterOpcode.BranchUnless;
  if (comparison === RegisterOpcode.I64Eqz) return inverted ? RegisterOpcode.BranchI64Nez : RegisterOpcode.BranchI64Eqz;
  if (comparison === RegisterOpcode.I32Eq) return inverted ? RegisterOpcode.BranchI32Ne : RegisterOpcode.BranchI32Eq;
  if (comparison === RegisterOpcode.I32Ne) return inverted ? RegisterOpcode.BranchI32Eq : RegisterOpcode.BranchI32Ne;
  // Not (a < b) is b <= a.
  if (comparison === RegisterOpcode.I32LtS)
    return inverted ? RegisterOpcode.BranchI32LeS | SWAPPED : RegisterOpcode.BranchI32LtS;
  if (comparison === RegisterOpcode.I32LtU)
    return inverted ? RegisterOpcode.BranchI32LeU | SWAPPED : RegisterOpcode.BranchI32LtU;
  if (comparison === RegisterOpcode.I32LeS)
    return inverted ? RegisterOpcode.BranchI32LtS | SWAPPED : RegisterOpcode.BranchI32LeS;
  if (comparison === RegisterOpcode.I32LeU)
    return inverted ? RegisterOpcode.BranchI32LtU | SWAPPED : RegisterOpcode.BranchI32LeU;
  if (comparison === RegisterOpcode.I64Eq) return inverted ? RegisterOpcode.BranchI64Ne : RegisterOpcode.BranchI64Eq;
  if (comparison === RegisterOpcode.I64Ne) return inverted ? RegisterOpcode.BranchI64Eq : RegisterOpcode.BranchI64Ne;
  if (comparison === RegisterOpcode.I64LtS)
    return inverted ? RegisterOpcode.BranchI64LeS | SWAPPED : RegisterOpcode.BranchI64LtS;
  if (comparison === RegisterOpcode.I64LtU)
    return inverted ? RegisterOpcode.BranchI64LeU | SWAPPED : RegisterOpcode.BranchI64LtU;
  if (comparison === RegisterOpcode.I64LeS)
    return inverted ? RegisterOpcode.BranchI64LtS | SWAPPED : RegisterOpcode.BranchI64LeS;
  if (comparison === RegisterOpcode.I64LeU)
    return inverted ? RegisterOpcode.BranchI64LtU | SWAPPED : RegisterOpcode.BranchI64LeU;
  if (comparison === RegisterOpcode.F32Eq) return inverted ? RegisterOpcode.BranchF32Ne : RegisterOpcode.BranchF32Eq;
  if (comparison === RegisterOpcode.F32Ne) return inverted ? RegisterOpcode.BranchF32Eq : RegisterOpcode.BranchF32Ne;
  if (comparison === RegisterOpcode.F32Lt) return inverted ? RegisterOpcode.BranchF32NotLt : RegisterOpcode.BranchF32Lt;
  if (comparison === RegisterOpcode.F32Le) return inverted ? RegisterOpcode.BranchF32NotLe : RegisterOpcode.BranchF32Le;
  if (comparison === RegisterOpcode.F64Eq) return inverted ? RegisterOpcode.BranchF64Ne : RegisterOpcode.BranchF64Eq;
  if (comparison === RegisterOpcode.F64Ne) return inverted ? RegisterOpcode.BranchF64Eq : RegisterOpcode.BranchF64Ne;
  if (comparison === RegisterOpcode.F64Lt) return inverted ? RegisterOpcode.BranchF64NotLt : RegisterOpcode.BranchF64Lt;
  if (comparison === RegisterOpcode.F64Le) return inverted ? RegisterOpcode.BranchF64NotLe : RegisterOpcode.BranchF64Le;
  return 0;
}

/** Returns the fused branch for a comparison with a constant. */
export function fuseConstantBranch(comparison: number, inverted: boolean): number {
  if (comparison === RegisterOpcode.I32EqConstant)
    return inverted ? RegisterOpcode.BranchI32NeConstant : RegisterOpcode.BranchI32EqConstant;
  if (comparison === RegisterOpcode.I32NeConstant)
    return inverted ? RegisterOpcode.BranchI32EqConstant : RegisterOpcode.BranchI32NeConstant;
  if (comparison === RegisterOpcode.I32LtSConstant)
    return inverted ? RegisterOpcode.BranchI32GtSConstant : RegisterOpcode.BranchI32LtSConstant;
  if (comparison === RegisterOpcode.I32LtUConstant)
    return inverted ? RegisterOpcode.BranchI32GtUConstant : RegisterOpcode.BranchI32LtUConstant;
  if (comparison === RegisterOpcode.I32GtSConstant)
    return inverted ? RegisterOpcode.BranchI32LtSConstant : RegisterOpcode.BranchI32GtSConstant;
  if (comparison === RegisterOpcode.I32GtUConstant)
    return inverted ? RegisterOpcode.BranchI32LtUConstant : RegisterOpcode.BranchI32GtUConstant;
  return 0;
}

/** Not (x < c) is x > c - 1, not (x > c) is x < c + 1: the constant of the inverted branch. */
export function constantLimit(comparison: number, constant: number): number {
  if (comparison === RegisterOpcode.I32LtSConstant || comparison === RegisterOpcode.I32LtUConstant)
    return (constant - 1) | 0;
  if (comparison === RegisterOpcode.I32GtSConstant || comparison === RegisterOpcode.I32GtUConstant)
    return (constant + 1) | 0;
  return constant;
}

/** Whether that constant did not wrap around. */
export function constantInvertible(comparison: number, constant: number): boolean {
  if (comparison === RegisterOpcode.I32LtSConstant) return constant !== -2147483648;
  if (comparison === RegisterOpcode.I32LtUConstant) return constant !== 0;
  if (comparison === RegisterOpcode.I32GtSConstant) return constant !== 0x7fffffff;
  if (comparison === RegisterOpcode.I32GtUConstant) return constant !== -1;
  return true;
}
