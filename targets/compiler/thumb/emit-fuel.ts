// Prints charges of fuel, and what they do where there is too little. That is where control does not pass: the call ends at the first
// part for which there is too little, or it yields and goes on.

import { modifiedImmediateBits } from '../../../machine/thumb/immediate.js';
import { FORMS } from '../../../machine/thumb/table.js';
import type { Part } from '../passes/charge-placement.js';
import { costOf } from '../passes/late-charges.js';
import { Mark } from './assembly.js';
import { Reserved } from './contract.js';
import { binaryForms, compareForms } from './data-forms.js';
import type { Emitter } from './emit.js';
import { Code, Condition, Shift } from './node.js';
import { YIELD } from './slices-runtime.js';
import { OUT_OF_FUEL } from './symbols.js';
import { Register, type VirtualBlock, type VirtualInstruction } from './virtual-code.js';

/** Instructions between two charges that are printed again, where control does not pass. */
const MOST_BETWEEN = 12;

/**
 * A charge behind which a block does no more than to compute values and jump: it becomes the condition of the jump, and what it does
 * without fuel follows. null if there is none.
 */
export function chargeOfJump(
  emitter: Emitter,
  { instructions, successors }: VirtualBlock,
  next: VirtualBlock | null,
): VirtualInstruction | null {
  let at = instructions.length - 1;
  if (instructions[at].code !== Code.Jump || successors[0] === next || emitter.isReturn(successors[0])) return null;
  for (at--; at >= 0 && instructions[at].code !== Code.Charge; at--) if (!isComputation(instructions[at])) return null;
  if (at < 0) return null;
  return at === instructions.length - 2 || isPlainCharge(emitter, instructions[at].charges!) ? instructions[at] : null;
}

/** Index of the charge that is worth to be taken with that at `at`; -1 if there is none. */
export function nextCharge(emitter: Emitter, instructions: readonly VirtualInstruction[], at: number): number {
  if (emitter.options.yields) return -1;
  let next = at + 1;
  while (next < instructions.length && next - at <= MOST_BETWEEN && isRepeatable(instructions[next])) next++;
  if (instructions[next]?.code !== Code.Charge) return -1;
  return isPlainCharge(emitter, [...instructions[at].charges!, ...instructions[next].charges!]) ? next : -1;
}

/** Takes fuel. Where there was less, the call ends, or yields and goes on behind the charge. */
export function emitCharge(emitter: Emitter, instruction: VirtualInstruction): void {
  takeFuel(emitter, instruction.writes[0], costOf(instruction.charges!));
  const mark = new Mark();
  emitter.assembly.branch(Condition.Negative, mark);
  emitter.forgetFlags();
  const behind = new Mark();
  if (emitter.options.yields) emitter.assembly.mark(behind);
  emitter.later(() => {
    emitter.assembly.mark(mark);
    printRefusal(emitter, instruction, behind);
  });
}

/** Takes fuel, and branches if there was enough. */
export function emitChargedJump(emitter: Emitter, instruction: VirtualInstruction, to: Mark): void {
  takeFuel(emitter, instruction.writes[0], costOf(instruction.charges!));
  emitter.assembly.branch(Condition.NotNegative, to);
  printRefusal(emitter, instruction, to);
}

/**
 * Takes the fuel of two charges at the first. Where there is too little for both, but enough for the first, what is between them is
 * executed all the same, and the call ends at the second.
 */
export function emitCharges(
  emitter: Emitter,
  first: VirtualInstruction,
  between: readonly VirtualInstruction[],
  second: VirtualInstruction,
): void {
  const [scratch] = first.writes;
  const [total, own] = [costOf([...first.charges!, ...second.charges!]), costOf(first.charges!)];
  takeFuel(emitter, scratch, total);
  const [mark, end] = [new Mark(), new Mark()];
  emitter.assembly.branch(Condition.Negative, mark);
  emitter.forgetFlags();
  emitter.later(() => {
    emitter.assembly.mark(mark);
    emitter.constant(scratch, total, false);
    emitter.emit([FORMS.add_high, [Reserved.Fuel, scratch]]);
    takeFuel(emitter, scratch, own);
    emitter.assembly.branch(Condition.Negative, end);
    for (const each of between) emitter.instruction(each);
    takeFuel(emitter, second.writes[0], costOf(second.charges!));
    printRefusal(emitter, second, end);
    emitter.assembly.mark(end);
    printRefusal(emitter, first, end);
  });
  for (const each of between) emitter.instruction(each);
}

/** Whether the code of a charge overwrites no register while there is fuel. */
function isPlainCharge({ isThumb2 }: Emitter, charges: readonly Part[]): boolean {
  return isThumb2 && modifiedImmediateBits(costOf(charges)) >= 0;
}

/** What a charge does where there was too little fuel. A call that yields goes on at `behind`. */
function printRefusal(emitter: Emitter, instruction: VirtualInstruction, behind: Mark): void {
  const charges = instruction.charges!;
  const [scratch] = instruction.writes;
  if (emitter.options.yields) {
    const pushed = (1 << Register.R0) | (1 << Register.Link);
    emitter.emit([FORMS.push, [pushed]]);
    emitter.assembly.call(YIELD);
    emitter.assembly.branch(Condition.NotNegative, behind);
  }
  emitter.keepCaller();
  if (charges.length > 1) {
    emitter.constant(scratch, costOf(charges), false);
    emitter.emit([FORMS.add_high, [Reserved.Fuel, scratch]]);
    settle(emitter, scratch, charges.slice(0, -1));
  }
  const last = charges[charges.length - 1];
  if (last.again !== undefined) settleAgain(emitter, scratch, last.again);
  else {
    if (charges.length > 1) takeFuel(emitter, scratch, last.cost);
    emitter.assembly.call(OUT_OF_FUEL, { at: last.at });
  }
}

/** Subtracts from the fuel, and sets the flags if they are tested. */
export function takeFuel(emitter: Emitter, scratch: number, cost: number, isTested = true): void {
  const { Fuel } = Reserved;
  const register = { register: scratch, shift: Shift.None, amount: 0 };
  const subtract = isTested ? Code.SubtractSet : Code.Subtract;
  if (!isTested && (!emitter.isThumb2 || cost < 0)) {
    if (emitter.isThumb2 && modifiedImmediateBits(-cost) >= 0) {
      emitter.emit(...binaryForms(Code.Add, Fuel, Fuel, { immediate: -cost }));
      return;
    }
    emitter.constant(scratch, -cost, false);
    emitter.emit([FORMS.add_high, [Fuel, scratch]]);
  } else if (!emitter.isThumb2) {
    if (cost < 256) {
      emitter.emit([FORMS.mov_high, [scratch, Fuel]]);
      emitter.emit(...binaryForms(Code.SubtractSet, scratch, scratch, { immediate: cost }));
      emitter.emit([FORMS.mov_high, [Fuel, scratch]]);
    } else {
      emitter.constant(scratch, -cost, false);
      emitter.emit([FORMS.add_high, [scratch, Fuel]]);
      emitter.emit([FORMS.mov_high, [Fuel, scratch]]);
      emitter.emit(...compareForms('cmp', scratch, { immediate: 0 }));
    }
  } else if (modifiedImmediateBits(cost) >= 0) emitter.emit(...binaryForms(subtract, Fuel, Fuel, { immediate: cost }));
  else {
    emitter.constant(scratch, cost, false);
    emitter.emit(...binaryForms(subtract, Fuel, Fuel, register));
  }
}

/**
 * Takes charges one by one, and ends the call at the first for which there is too little fuel. In front of a trap in a slice, the call
 * does not end there: control comes back.
 */
export function settle(emitter: Emitter, scratch: number, charges: readonly Part[]): void {
  for (const { cost, at, again } of charges) {
    const next = new Mark();
    takeFuel(emitter, scratch, cost);
    emitter.assembly.branch(Condition.NotNegative, next);
    if (again === undefined) emitter.assembly.call(OUT_OF_FUEL, { at }, emitter.options.yields);
    else settleAgain(emitter, scratch, again);
    emitter.assembly.mark(next);
  }
}

/** Where fuel is missing since one of the charges has been taken: the call ends at that one. */
function settleAgain(emitter: Emitter, scratch: number, again: readonly Part[]): void {
  const mark = new Mark();
  emitter.assembly.mark(mark);
  emitter.constant(scratch, costOf(again), false);
  emitter.emit([FORMS.add_high, [Reserved.Fuel, scratch]]);
  takeFuel(emitter, scratch, 0);
  emitter.assembly.branch(Condition.Negative, mark);
  settle(emitter, scratch, again.slice(0, -1));
  const last = again[again.length - 1];
  takeFuel(emitter, scratch, last.cost);
  emitter.assembly.call(OUT_OF_FUEL, { at: last.at });
}

/** Whether an instruction may be printed twice: it does not branch, and calls nothing. */
function isRepeatable(instruction: VirtualInstruction): boolean {
  switch (instruction.code) {
    case Code.Load:
    case Code.Store:
      return !instruction.isUnaligned;
    case Code.ContextLoad:
    case Code.ContextStore:
      return true;
    default:
      return isComputation(instruction);
  }
}

/** Whether an instruction only computes or moves a value, of registers, slots and constants. */
function isComputation({ code }: VirtualInstruction): boolean {
  switch (code) {
    case Code.Move:
    case Code.ConditionalMove:
    case Code.AddSet:
    case Code.AddCarry:
    case Code.SubtractSet:
    case Code.SubtractCarry:
    case Code.SlotLoad:
    case Code.SlotStore:
      return true;
    default:
      return code < Code.Routine;
  }
}
