// The full runtime: labels of open blocks, and branches to them.

import { Opcode } from '../../../../src/opcodes.js';
import { fail, limit } from './bytes.js';
import {
  codeTop,
  emit,
  forgetLast,
  home,
  last,
  lastConstant,
  lastRow,
  move,
  moveToStart,
  ofWidth,
  put,
  reachable,
  retractLast,
  setReachable,
  use,
} from './emission.js';
import { functionType } from './locals.js';
import { Column } from './opcode-table.js';
import { dropOperands, Kind, operandKinds, operandTop, operandTypes, setHeight } from './operands.js';
import { typeAt, typeParameters, typeResults } from './types.js';

/** Rows of the opcode table. */
declare const opcodes: Uint8Array;
/** Numbers of instructions; the build replaces them. */
declare const INSTRUCTION: Record<string, number>;
declare const LABEL_DEPTH: number;
declare const code: Int32Array;

/** Columns of `labels`. */
export enum Label {
  Opcode = 0,
  Type = 1,
  /** Operands below the block. */
  Height = 2,
  /** The rest of the block cannot be reached: operands of every type are there. */
  Dead = 3,
  /** Last branch to the label that waits for its position, 0 if none. */
  Pending = 4,
  /** The branch of an `if` to its `else`, 0 if none. */
  Else = 5,
  Position = 6,
  Block = 7,
  Size = 8,
}

export const labels = new Int32Array(LABEL_DEPTH * Label.Size);
export let labelTop = 0;

export function popLabel(): void {
  labelTop--;
}

export function pushLabel(opcode: number, type: number): void {
  limit('labelDepth', labelTop + 1, LABEL_DEPTH);
  const row = labelTop++ * Label.Size;
  labels.fill(0, row, row + Label.Size);
  labels[row] = opcode;
  labels[row + Label.Type] = type;
  labels[row + Label.Height] = operandTop;
  setHeight(operandTop, false);
}

/** Row of the label that is so many blocks away. */
export function labelRow(depth: number): number {
  if (depth >= labelTop) fail('unknown label ' + depth);
  return (labelTop - 1 - depth) * Label.Size;
}

export function labelArity(row: number): number {
  const type = labels[row + Label.Type];
  return labels[row] === Opcode.Loop ? typeParameters[type] : typeResults[type];
}

export function labelTypes(row: number): number {
  const type = labels[row + Label.Type];
  return labels[row] === Opcode.Loop ? typeAt[type] : typeAt[type] + typeParameters[type];
}

export function setDead(): void {
  dropOperands();
  setReachable(false);
  labels[(labelTop - 1) * Label.Size + Label.Dead] = 1;
  forgetLast();
}

/** Emits target and block of a branch to a label. */
export function putTarget(row: number): void {
  if (!reachable) return;
  if (labels[row] === Opcode.Loop) {
    put(labels[row + Label.Position]);
    put(labels[row + Label.Block]);
    return;
  }
  put(labels[row + Label.Pending]);
  put(0);
  labels[row + Label.Pending] = codeTop - 2;
}

/** Whether the operands from `from` on already lie where the label expects them. */
export function inPlace(row: number, from: number): boolean {
  const arity = labelArity(row);
  if (row === 0) return false;
  if (arity > 0 && from !== labels[row + Label.Height]) return false;
  for (let place = from; place < from + arity; place++) if (operandKinds[place] !== Kind.Home) return false;
  return true;
}

export function putReturn(from: number): void {
  const results = typeResults[functionType];
  if (results === 1) {
    const slot = use(from);
    if (slot !== 0) {
      const type = operandTypes[from];
      emit(ofWidth(type, INSTRUCTION.Return32, INSTRUCTION.ReturnI64, INSTRUCTION.ReturnF64));
      put(slot);
      return;
    }
  } else moveToStart(from, results);
  emit(INSTRUCTION.Return);
}

/** An unconditional branch with the operands from `from` on. */
export function jump(row: number, from: number): void {
  if (row === 0) {
    putReturn(from);
    return;
  }
  const arity = labelArity(row);
  for (let index = 0; index < arity; index++) move(from + index, home(labels[row + Label.Height] + index));
  emit(INSTRUCTION.Branch);
  putTarget(row);
}

/** A conditional branch up to its target: taken if the operand just popped is not zero, or zero when `inverted`. */
export function putCondition(inverted: boolean): void {
  const place = operandTop;
  if (last !== 0 && operandKinds[place] === Kind.Home && code[last + 1] === home(place)) {
    const flags = opcodes[lastRow + Column.Flags];
    const a = code[last + 2];
    const b = code[last + 3];
    const column = inverted ? 1 : 0;
    const branch = opcodes[lastRow + column + (lastConstant ? Column.ConstantBranch : Column.Branch)];
    // The opposite of `< c` is `> c - 1`, of `> c` it is `< c + 1`: unless that wraps around.
    const bound = lastConstant && inverted ? flags >> 3 : 0;
    if (branch !== 0 && (bound === 0 || b !== [-2147483648, 0, 2147483647, -1][bound - 1])) {
      retractLast();
      const swap = inverted && !lastConstant && (flags & 2) !== 0;
      emit(branch);
      put(swap ? b : a);
      if ((flags & 4) === 0) put(swap ? a : bound === 0 ? b : (b + (bound < 3 ? -1 : 1)) | 0);
      return;
    }
  }
  const slot = use(place);
  emit(inverted ? INSTRUCTION.BranchUnless : INSTRUCTION.BranchIf);
  put(slot);
}
