// Prints tests that lead to traps, and the code that reports them, where control does not pass.

import { FORMS } from '../../../machine/thumb/table.js';
import { Trap } from '../../../src/trap.js';
import { Mark } from './assembly.js';
import { Reserved } from './contract.js';
import { compareForms } from './data-forms.js';
import type { Emitter } from './emit.js';
import { emitCompare } from './emit-conditions.js';
import { settle } from './emit-fuel.js';
import { Condition, Shift } from './node.js';
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
