// The full runtime: lowers blocks, branches, calls and other control instructions.

import { Opcode } from '../../../../src/opcodes.js';
import { ValueType } from '../../../../src/types.js';
import { at, count, end, fail, moveTo, source, u32 } from './bytes.js';
import {
  block,
  codeTop,
  emit,
  emit2,
  forgetLast,
  home,
  labelBlock,
  moveToStart,
  newBlock,
  ofWidth,
  patch,
  patchPending,
  pushResult,
  put,
  putFallThrough,
  putForward,
  reachable,
  setReachable,
  settle,
  settleFrom,
  settleLocals,
  use,
} from './emission.js';
import { Count, counts } from './index-space.js';
import {
  inPlace,
  jump,
  Label,
  labelArity,
  labelRow,
  labels,
  labelTop,
  labelTypes,
  popLabel,
  pushLabel,
  putCondition,
  putReturn,
  putTarget,
  setDead,
} from './labels.js';
import { functionType } from './locals.js';
import {
  height,
  operandTop,
  pop,
  popTypes,
  pushHome,
  pushResults,
  pushTypes,
  setHeight,
  setOperandTop,
} from './operands.js';
import {
  isReference,
  readBlockType,
  typeAt,
  typeName,
  typeOf,
  typeParameters,
  typeResults,
  typeValues,
} from './types.js';

/** Numbers of instructions; the build replaces them. */
declare const INSTRUCTION: Record<string, number>;
declare const functions: Int32Array;
declare const tables: Int32Array;

/** Added to the position of a call that waits for the entry of its function. */
export enum Entry {
  Waiting = 0x40000000,
}

export function openBlock(opcode: number): void {
  const type = readBlockType(at < end ? source[at] : 0);
  if (opcode === Opcode.If) pop(ValueType.I32);
  const condition = operandTop;
  const parameters = typeParameters[type];
  popTypes(typeAt[type], parameters);
  settleFrom(operandTop, parameters);
  settleLocals(-1);
  pushLabel(opcode, type);
  const row = (labelTop - 1) * Label.Size;
  if (opcode === Opcode.Loop && reachable) {
    labelBlock();
    labels[row + Label.Position] = codeTop;
    labels[row + Label.Block] = block;
  } else if (opcode === Opcode.If) {
    setOperandTop(condition);
    putCondition(true);
    setOperandTop(height);
    labels[row + Label.Else] = putForward();
    putFallThrough();
  }
  for (let value = 0; value < parameters; value++) pushHome(typeValues[typeAt[type] + value]);
}

/** Takes the results of the innermost block from the stack, where they are put into their home slots. */
export function closeBlock(row: number): void {
  const type = labels[row + Label.Type];
  popTypes(typeAt[type] + typeParameters[type], typeResults[type]);
  if (operandTop !== height) fail('type mismatch: values remain on the stack at the end of the block');
  if (row > 0) settleFrom(height, typeResults[type]);
}

export function lowerElse(): void {
  const row = (labelTop - 1) * Label.Size;
  if (labels[row] !== Opcode.If) fail('else without if');
  closeBlock(row);
  if (reachable) {
    emit(INSTRUCTION.Branch);
    putTarget(row);
  }
  const branch = labels[row + Label.Else];
  setReachable(branch !== 0);
  if (reachable) {
    newBlock();
    patch(branch);
  }
  labels[row] = Opcode.Else;
  labels[row + Label.Else] = 0;
  labels[row + Label.Dead] = 0;
  setHeight(height, false);
  const type = labels[row + Label.Type];
  for (let value = 0; value < typeParameters[type]; value++) pushHome(typeValues[typeAt[type] + value]);
}

export function lowerEnd(): void {
  const row = (labelTop - 1) * Label.Size;
  const type = labels[row + Label.Type];
  const results = typeResults[type];
  closeBlock(row);
  if (labels[row] === Opcode.If) {
    // An `if` without `else` passes its parameters through.
    let same = typeParameters[type] === results;
    for (let value = 0; same && value < results; value++) {
      same = typeValues[typeAt[type] + value] === typeValues[typeAt[type] + results + value];
    }
    if (!same) fail('type mismatch: an if without else must return its parameters');
  }
  popLabel();
  if (row === 0) {
    putReturn(0);
    return;
  }
  setHeight(labels[row - Label.Size + Label.Height], labels[row - Label.Size + Label.Dead] !== 0);
  if (labels[row + Label.Pending] !== 0 || labels[row + Label.Else] !== 0) {
    labelBlock();
    if (labels[row + Label.Else] !== 0) patch(labels[row + Label.Else]);
    patchPending(labels[row + Label.Pending]);
  }
  forgetLast();
  pushResults(type);
}

export function branchIf(row: number): void {
  pop(ValueType.I32);
  const condition = operandTop;
  const arity = labelArity(row);
  popTypes(labelTypes(row), arity);
  const from = operandTop;
  const direct = inPlace(row, from);
  setOperandTop(condition);
  putCondition(!direct);
  if (direct) {
    putTarget(row);
    putFallThrough();
  } else {
    // Results are moved when the branch is taken: a branch around the moves when it is not.
    const around = putForward();
    putFallThrough();
    jump(row, from);
    newBlock();
    if (around !== 0) patch(around);
  }
  setOperandTop(from);
  pushTypes(labelTypes(row), arity);
}

export function branchTable(): void {
  const entries = count();
  pop(ValueType.I32);
  const place = operandTop;
  const index = use(place);
  emit2(INSTRUCTION.BranchTable, index, entries);
  const pairs = codeTop;
  const first = at;
  let arity = -1;
  let from = 0;
  for (let entry = 0; entry <= entries; entry++) {
    const row = labelRow(u32());
    if (arity >= 0 && labelArity(row) !== arity) fail('type mismatch: the targets of br_table differ in arity');
    arity = labelArity(row);
    setOperandTop(place);
    popTypes(labelTypes(row), arity);
    from = operandTop;
    if (inPlace(row, from)) putTarget(row);
    else putForward();
  }
  forgetLast();
  // Targets whose results have to be moved go through a piece of code each.
  moveTo(first);
  for (let entry = 0; entry <= entries; entry++) {
    const row = labelRow(u32());
    if (inPlace(row, from) || !reachable) continue;
    newBlock();
    patch(pairs + entry * 2);
    jump(row, from);
  }
  setDead();
}

export function checkFunction(): number {
  const index = u32();
  if (index >= counts[Count.Functions]) fail('unknown function ' + index);
  return index;
}

export function tableRow(): number {
  const index = u32();
  if (index >= counts[Count.Tables]) fail('unknown table ' + index);
  return index * 4;
}

/** The entry of a function, or the last word that waits for it. */
export function putEntry(index: number): void {
  const entry = functions[index * 4];
  put(entry);
  if (reachable && (entry === 0 || entry >= Entry.Waiting)) functions[index * 4] = codeTop - 1 + Entry.Waiting;
}

/** call, call_indirect, return_call, return_call_indirect. */
export function lowerCall(opcode: number): void {
  const indirect = opcode === Opcode.CallIndirect || opcode === Opcode.ReturnCallIndirect;
  const tail = opcode > Opcode.CallIndirect;
  const index = indirect ? 0 : checkFunction();
  const type = indirect ? typeOf(u32()) : functions[index * 4 + 1];
  let table = 0;
  let slot = 0;
  if (indirect) {
    table = tableRow();
    if (tables[table + 3] !== ValueType.FuncRef) fail('type mismatch: call_indirect needs a table of funcref');
    pop(ValueType.I32);
    if (tail) settle(operandTop);
    slot = use(operandTop);
  }
  popTypes(typeAt[type], typeParameters[type]);
  if (tail) {
    let same = typeResults[type] === typeResults[functionType];
    for (let value = 0; same && value < typeResults[type]; value++) {
      same =
        typeValues[typeAt[type] + typeParameters[type] + value] ===
        typeValues[typeAt[functionType] + typeParameters[functionType] + value];
    }
    if (!same) fail('type mismatch: a tail call must return what its function returns');
    moveToStart(operandTop, typeParameters[type]);
  } else settleFrom(operandTop, typeParameters[type]);
  const frame = tail ? 0 : home(operandTop);
  if (indirect) {
    emit2(tail ? INSTRUCTION.TailCallIndirect : INSTRUCTION.CallIndirect, slot, table);
    put(type);
    put(frame);
    put(0);
  } else {
    if (functions[index * 4] < 0) {
      emit(tail ? INSTRUCTION.TailCallOut : INSTRUCTION.CallOut);
      put(index);
    } else {
      emit(tail ? INSTRUCTION.TailCall : INSTRUCTION.Call);
      putEntry(index);
    }
    if (!tail) put(frame);
  }
  forgetLast();
  if (tail) setDead();
  else pushResults(type);
}

export function lowerSelect(type: number): void {
  pop(ValueType.I32);
  const second = pop(type);
  const first = pop(type === 0 ? second : type);
  if (type === 0 && (isReference(first) || isReference(second)))
    fail('type mismatch: select of references needs its type');
  const place = operandTop;
  const a = use(place);
  const b = use(place + 1);
  const condition = use(place + 2);
  emit2(ofWidth(first, INSTRUCTION.Select32, INSTRUCTION.SelectI64, INSTRUCTION.SelectF64), home(place), a);
  put(b);
  put(condition);
  pushResult(first, 0, false);
}

export function control(opcode: number): void {
  if (opcode === Opcode.End) lowerEnd();
  else if (opcode === Opcode.Else) lowerElse();
  else if (opcode === Opcode.Drop) {
    pop(0);
    forgetLast();
  } else if (opcode === Opcode.Select) lowerSelect(0);
  else if (opcode === Opcode.Return) {
    popTypes(typeAt[functionType] + typeParameters[functionType], typeResults[functionType]);
    putReturn(operandTop);
    setDead();
  } else if (opcode === Opcode.Unreachable) {
    emit(INSTRUCTION.Unreachable);
    setDead();
  } else if (opcode === Opcode.RefIsNull) {
    const type = pop(0);
    if (type !== 0 && !isReference(type)) fail('type mismatch: expected a reference, found ' + typeName(type));
    const slot = use(operandTop);
    emit2(INSTRUCTION.RefIsNull, home(operandTop), slot);
    pushResult(ValueType.I32, 0, false);
  }
}
