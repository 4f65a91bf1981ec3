import { FORMS } from '../../../machine/thumb/table.js';
import { Mark } from './assembly.js';
import { Reserved } from './contract.js';
import { accessForms } from './data-forms.js';
import type { Emitter } from './emit.js';
import { Code, Condition } from './node.js';
import { byteAccesses, unalignedCall } from './unaligned.js';
import { Register, type VirtualInstruction } from './virtual-code.js';

/** A load or store of linear memory. */
export function emitAccess(emitter: Emitter, instruction: VirtualInstruction): void {
  const { code, writes, reads, immediate, hasImmediate, amount, size, isSigned } = instruction;
  const isLoad = code === Code.Load;
  const register = isLoad ? writes[0] : reads[0];
  const [base, index] = isLoad ? reads : reads.slice(1);
  const last = hasImmediate ? { immediate } : { register: index, amount };
  if (instruction.isUnaligned) {
    unalignedAccess(emitter, instruction, register, base);
    return;
  }
  if (!emitter.isThumb2 && isSigned && hasImmediate) {
    // Signed loads of ARMv6-M have an index only.
    emitter.emit(...accessForms('ldr', size, false, register, base, last));
    emitter.emit([size === 1 ? FORMS.sxtb : FORMS.sxth, [register, register]]);
    return;
  }
  emitter.emit(...accessForms(isLoad ? 'ldr' : 'str', size, isSigned, register, base, last));
}

/** Tests the alignment: what the processor does not access at once is done apart, byte by byte. */
function unalignedAccess(
  emitter: Emitter,
  { code, writes, size, isSigned }: VirtualInstruction,
  register: number,
  base: number,
): void {
  const isLoad = code === Code.Load;
  const scratch = writes[writes.length - 1];
  const [mark, back] = [new Mark(), new Mark()];
  const name = isLoad ? 'ldr' : 'str';
  emitter.emit([FORMS.lsls_imm, [scratch, base, size === 4 ? 30 : 31]]);
  emitter.assembly.branch(Condition.NotEqual, mark);
  emitter.emit(...accessForms(name, size, false, register, base, { immediate: 0 }));
  emitter.assembly.mark(back);
  if (isLoad && isSigned) emitter.emit([FORMS.sxth, [register, register]]);
  emitter.forgetFlags();
  emitter.later(() => {
    emitter.assembly.mark(mark);
    const access = { isLoad, size, register, base };
    if (emitter.frame.savesLink) {
      const { before, symbol, behind } = unalignedCall(access);
      for (const each of before) emitter.emit(each);
      emitter.assembly.call(symbol);
      for (const each of behind) emitter.emit(each);
    } else for (const each of byteAccesses(access, scratch)) emitter.emit(each);
    emitter.assembly.branch(null, back);
  });
}

/** A load or store of a word of the context. */
export function emitContextAccess(emitter: Emitter, { code, writes, reads, immediate }: VirtualInstruction): void {
  const isLoad = code === Code.ContextLoad;
  const register = isLoad ? writes[0] : reads[0];
  const name = isLoad ? 'ldr' : 'str';
  if (emitter.isThumb2) {
    emitter.emit(...accessForms(name, 4, false, register, Reserved.Context, { immediate }));
    return;
  }
  const address = isLoad ? register : writes[0];
  contextAddress(emitter, address, immediate - (immediate % 128));
  emitter.emit(...accessForms(name, 4, false, register, address, { immediate: immediate % 128 }));
}

/** The address of a word of the context, for ARMv6-M. */
function contextAddress(emitter: Emitter, to: number, offset: number): void {
  if (offset === 0) emitter.emit([FORMS.mov_high, [to, Reserved.Context]]);
  else {
    emitter.constant(to, offset, false);
    emitter.emit([FORMS.add_high, [to, Reserved.Context]]);
  }
}

/** A load or store of a word of the frame. */
export function emitStackAccess(emitter: Emitter, { code, writes, reads }: VirtualInstruction, offset: number): void {
  const isLoad = code === Code.SlotLoad || code === Code.IncomingLoad || code === Code.OutgoingLoad;
  const register = isLoad ? writes[0] : reads[0];
  if (offset <= (emitter.isThumb2 ? 4095 : 1020)) {
    emitter.emit(...accessForms(isLoad ? 'ldr' : 'str', 4, false, register, Register.Stack, { immediate: offset }));
    return;
  }
  if (isLoad) {
    farStackAccess(emitter, 'ldr', register, register, offset);
    return;
  }
  // No register is free: one is lent by the stack, which moves the frame.
  const lent = register === Register.R0 ? Register.R1 : Register.R0;
  emitter.emit([FORMS.push, [1 << lent]]);
  farStackAccess(emitter, 'str', register, lent, offset + 4);
  emitter.emit([FORMS.pop, [1 << lent]]);
}

/** Beyond the offsets of loads and stores; flags stay as they are. */
function farStackAccess(
  emitter: Emitter,
  name: 'ldr' | 'str',
  register: number,
  address: number,
  offset: number,
): void {
  emitter.assembly.literal(address, offset);
  emitter.emit([FORMS.add_high, [address, Register.Stack]]);
  emitter.emit(...accessForms(name, 4, false, register, address, { immediate: 0 }));
}
