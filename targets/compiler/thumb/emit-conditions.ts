// Prints comparisons, and what depends on them: booleans and conditional moves. A comparison with 0 is left out where the flags of the
// instruction that wrote the register say the same.

import { itMask } from '../../../machine/thumb/condition.js';
import { FORMS } from '../../../machine/thumb/table.js';
import { type Candidate, Mark } from './assembly.js';
import { binaryForms, compareForms, moveForms, shiftForms, withFlags } from './data-forms.js';
import type { Emitter } from './emit.js';
import { emitFloatCompare } from './emit-floats.js';
import type { Comparison } from './flags.js';
import { Code, Condition, opposite, Shift, Test } from './node.js';
import type { VirtualInstruction } from './virtual-code.js';

/** Compares what the instruction's condition is about: the operands from `at` on. Returns the condition to use. */
export function emitCompare(emitter: Emitter, instruction: VirtualInstruction, at: number): Condition {
  const { test, condition, reads } = instruction;
  switch (test) {
    case Test.None:
      return Condition.Always;
    case Test.Wide:
      emitter.emit(...compareForms('cmp', reads[at], { register: reads[at + 2], shift: Shift.None, amount: 0 }));
      compareHighWords(emitter, reads[at + 1], reads[at + 3], instruction.writes[instruction.writes.length - 1]);
      return condition;
    case Test.Pairs:
      emitter.emit(...compareForms('cmp', reads[at], { register: reads[at + 1], shift: Shift.None, amount: 0 }));
      emitter.emit([FORMS.it, [itMask(instruction.joint, ''), instruction.joint]]);
      emitter.emit(...compareForms('cmp', reads[at + 2], { register: reads[at + 3], shift: Shift.None, amount: 0 }));
      emitter.forgetFlags();
      return condition;
    case Test.Float:
      emitFloatCompare(emitter, reads[at], reads[at + 1]);
      return condition;
    default: {
      const last = emitter.last(instruction, at + 1);
      const isZero = 'immediate' in last && last.immediate === 0 && test === Test.Compare;
      if (isZero && hasFlagsOf(emitter, reads[at], condition)) return signOnly(condition);
      const name = test === Test.Bits ? 'tst' : test === Test.CompareNegative ? 'cmn' : 'cmp';
      const comparison: Comparison = { name, first: reads[at], last };
      if (emitter.flags.areOf(comparison)) return condition;
      emitter.emit(...compareForms(name, reads[at], last));
      emitter.flags.note(comparison);
      return condition;
    }
  }
}

/** 1 where the condition holds, 0 elsewhere. */
export function emitBoolean(emitter: Emitter, instruction: VirtualInstruction): void {
  const [to] = instruction.writes;
  const { test, condition, reads, hasImmediate, immediate } = instruction;
  const isZero = test === Test.Compare && hasImmediate && immediate === 0;
  if (isZero && condition === Condition.Less) {
    emitter.emit(...shiftForms(Code.ShiftRightUnsigned, to, reads[0], { immediate: 31 }));
    return;
  }
  if (!emitter.isThumb2) {
    const skip = new Mark();
    const used = emitCompare(emitter, instruction, 0);
    // The constant would change the flags: control goes around the other one.
    const end = new Mark();
    emitter.assembly.branch(used, skip);
    emitter.emit([FORMS.movs_imm, [to, 0]]);
    emitter.assembly.branch(null, end);
    emitter.assembly.mark(skip);
    emitter.emit([FORMS.movs_imm, [to, 1]]);
    emitter.assembly.mark(end);
    emitter.forgetFlags();
    return;
  }
  if (isZero && condition === Condition.Equal) {
    emitter.emit([FORMS.clz, [to, reads[0]]]);
    emitter.emit(...shiftForms(Code.ShiftRightUnsigned, to, to, { immediate: 5 }));
    return;
  }
  if (isZero && condition === Condition.NotEqual) {
    emitter.emit(...binaryForms(Code.SubtractSet, to, reads[0], { immediate: 1 }));
    emitter.emit(...binaryForms(Code.SubtractCarry, to, reads[0], { register: to, shift: Shift.None, amount: 0 }));
    return;
  }
  const used = emitCompare(emitter, instruction, 0);
  emitter.emit([FORMS.it, [itMask(used, 'e'), used]]);
  emitter.emit([FORMS.movs_imm, [to, 1]], [FORMS.mov_w_imm, [to, 1]]);
  emitter.emit([FORMS.movs_imm, [to, 0]], [FORMS.mov_w_imm, [to, 0]]);
  emitter.forgetFlags();
}

/** Moves a register or a constant where the condition holds, or computes with one. */
export function emitConditionalMove(emitter: Emitter, instruction: VirtualInstruction): void {
  const [to] = instruction.writes;
  const { moved, reads, addend, applied } = instruction;
  const takesRegister = moved === null && addend === 0;
  const used = emitCompare(emitter, instruction, takesRegister ? 1 : 0);
  const constants = (value: number): Candidate[] => [
    [FORMS.movs_imm, [to, value]],
    [FORMS.mov_w_imm, [to, value]],
  ];
  const forms = takesRegister
    ? conditionalForms(applied, to, reads[0])
    : moved === null
      ? binaryForms(Code.Add, to, to, { immediate: addend })
      : constants(moved);
  if (emitter.isThumb2) {
    emitter.emit([FORMS.it, [itMask(used, ''), used]]);
    emitter.emit(...forms);
    emitter.forgetFlags();
    return;
  }
  const skip = new Mark();
  emitter.assembly.branch(opposite(used), skip);
  emitter.emit(...forms);
  emitter.assembly.mark(skip);
  emitter.forgetFlags();
}

function conditionalForms(applied: Code, to: number, register: number): Candidate[] {
  if (applied === Code.Move) return moveForms(to, register);
  return binaryForms(applied, to, to, { register, shift: Shift.None, amount: 0 });
}

/** With the borrow of the low words; the difference is of no interest. */
function compareHighWords(emitter: Emitter, a: number, b: number, scratch: number): void {
  if (emitter.isThumb2) {
    emitter.emit([FORMS.sbcs_w_reg, [scratch, a, b, 0]]);
    return;
  }
  emitter.emit([FORMS.mov_high, [scratch, a]]);
  emitter.emit([FORMS.sbcs_reg, [scratch, b]]);
}

/** Whether flags say of a register what a comparison with 0 would: makes the instruction that wrote it set them. */
export function hasFlagsOf(emitter: Emitter, register: number, condition: Condition): boolean {
  if (signOnly(condition) === Condition.Always) return false;
  const { items } = emitter.assembly;
  for (let at = items.length - 1; at >= emitter.blockStart; at--) {
    const item = items[at];
    if (item.kind !== 'instruction') return false;
    const { form, operands } = item;
    const isWritten = form.writesOperands.some((index) => operands[index] === register);
    if (!isWritten) {
      if (form.flagsWritten !== 0 || form.flagsRead !== 0) return false;
      continue;
    }
    if (form.writesOperands[0] !== 0 || operands[0] !== register) return false;
    const setsSign = (form.flagsWritten & 12) === 12;
    if (setsSign) return true;
    const made = withFlags(form);
    if (made === null || !emitter.assembly.isEncodable(made, operands)) return false;
    items[at] = { kind: 'instruction', form: made, operands };
    return true;
  }
  return false;
}

/** A condition of a comparison with 0 in terms of sign and zero alone, as any result sets them; Always if it needs more. */
function signOnly(condition: Condition): Condition {
  switch (condition) {
    case Condition.Equal:
    case Condition.NotEqual:
      return condition;
    case Condition.Less:
      return Condition.Negative;
    case Condition.GreaterOrEqual:
      return Condition.NotNegative;
    default:
      return Condition.Always;
  }
}
