// Prints tests that lead to traps, and the code that reports them, where control does not pass. Fuel is taken here, too.

import { modifiedImmediateBits } from '../../../machine/thumb/immediate.js';
import { FORMS } from '../../../machine/thumb/table.js';
import { Trap } from '../../../src/trap.js';
import type { Part } from '../passes/charge-placement.js';
import { costOf } from '../passes/late-charges.js';
import { Mark } from './assembly.js';
import { Reserved } from './contract.js';
import { binaryForms, compareForms } from './data-forms.js';
import type { Emitter } from './emit.js';
import { emitCompare } from './emit-conditions.js';
import { Code, Condition, Shift } from './node.js';
import { YIELD } from './slices-runtime.js';
import { OUT_OF_FUEL } from './symbols.js';
import { Register, type VirtualInstruction } from './virtual-code.js';

/** Leaves for the code that reports the trap, where the condition holds. */
export function emitTrapIf(emitter: Emitter, instruction: VirtualInstruction): void {
  const used = emitCompare(emitter, instruction, 0);
  const mark = new Mark();
  emitter.assembly.branch(used === Condition.Always ? null : used, mark);
  const { nearBytes } = instruction;
  if (nearBytes === null) {
    emitter.later(() => printTrap(emitter, instruction, mark));
    return;
  }
  // Behind the mark, the flags may be those of the second comparison: no other check relies on them.
  const behind = new Mark();
  emitter.assembly.mark(behind);
  emitter.forgetFlags();
  emitter.later(() => {
    emitter.assembly.mark(mark);
    const [limit] = instruction.writes;
    emitter.addToReserved(limit, Reserved.MemoryLimit, emitter.facts.memory.limitBytes - nearBytes, false);
    emitter.emit(...compareForms('cmp', instruction.reads[0], { register: limit, shift: Shift.None, amount: 0 }));
    emitter.assembly.branch(Condition.LowerOrSame, behind);
    printTrap(emitter, instruction, new Mark());
  });
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

/** Whether the code of a charge overwrites no register while there is fuel. */
export function isPlainCharge(emitter: Emitter, { code, charges }: VirtualInstruction): boolean {
  if (code !== Code.Charge || !emitter.isThumb2) return false;
  return modifiedImmediateBits(costOf(charges!)) >= 0;
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
  if (!emitter.isThumb2) {
    if (cost < 256) {
      emitter.emit([FORMS.mov_high, [scratch, Fuel]]);
      emitter.emit(...binaryForms(Code.SubtractSet, scratch, scratch, { immediate: cost }));
      emitter.emit([FORMS.mov_high, [Fuel, scratch]]);
    } else {
      emitter.constant(scratch, -cost, false);
      emitter.emit([FORMS.add_high, [scratch, Fuel]]);
      emitter.emit([FORMS.mov_high, [Fuel, scratch]]);
      if (isTested) emitter.emit(...compareForms('cmp', scratch, { immediate: 0 }));
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
function settle(emitter: Emitter, scratch: number, charges: readonly Part[]): void {
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

function printTrap(emitter: Emitter, { parts, trap, reads, at, charges }: VirtualInstruction, mark: Mark): void {
  emitter.assembly.mark(mark);
  emitter.keepCaller();
  // All registers but those of the condition are free.
  if (charges !== null) settle(emitter, [Register.R0, Register.R1].find((each) => each !== reads[0])!, charges);
  if (parts !== null && parts.length > 1)
    for (const part of parts.slice(0, -1)) earlierPart(emitter, reads[0], part.bytes, part.at);
  if (trap === Trap.IndirectCallTypeMismatch) {
    const other = new Mark();
    emitter.emit(...compareForms('cmp', reads[0], { immediate: 0 }));
    emitter.assembly.branch(Condition.NotEqual, other);
    emitter.report(Trap.UninitializedElement, at);
    emitter.assembly.mark(other);
  }
  emitter.report(trap, parts === null ? at : parts[parts.length - 1].at);
}

/** Traps at the first access that is not within memory: all registers but the address are free. */
function earlierPart(emitter: Emitter, address: number, bytes: number, at: number): void {
  const scratch = address === Register.R0 ? Register.R1 : Register.R0;
  const { minimumBytes, isFixed, limitBytes } = emitter.facts.memory;
  if (isFixed) emitter.constant(scratch, minimumBytes - bytes, false);
  else {
    emitter.constant(scratch, limitBytes - bytes, false);
    emitter.emit([FORMS.add_high, [scratch, Reserved.MemoryLimit]]);
  }
  const next = new Mark();
  emitter.emit(...compareForms('cmp', address, { register: scratch, shift: Shift.None, amount: 0 }));
  emitter.assembly.branch(Condition.LowerOrSame, next);
  emitter.report(Trap.MemoryOutOfBounds, at);
  emitter.assembly.mark(next);
}
