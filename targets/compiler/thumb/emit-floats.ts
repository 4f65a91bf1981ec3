// Operations of the floating-point unit on f32 in core registers: each is moved to the unit and back.

import { FORMS } from '../../../machine/thumb/table.js';
import type { Emitter } from './emit.js';
import { FloatOperation } from './node.js';
import type { VirtualInstruction } from './virtual-code.js';

const BINARY = {
  [FloatOperation.Add]: FORMS.vadd,
  [FloatOperation.Subtract]: FORMS.vsub,
  [FloatOperation.Multiply]: FORMS.vmul,
  [FloatOperation.Divide]: FORMS.vdiv,
};

export function emitFloat(emitter: Emitter, { writes, reads, immediate }: VirtualInstruction): void {
  for (const [index, register] of reads.entries()) emitter.emit([FORMS.vmov_from_core, [index, register]]);
  switch (immediate) {
    case FloatOperation.SquareRoot:
      emitter.emit([FORMS.vsqrt, [0, 0]]);
      break;
    case FloatOperation.ConvertSigned:
      emitter.emit([FORMS.vcvt_f32_s32, [0, 0]]);
      break;
    case FloatOperation.ConvertUnsigned:
      emitter.emit([FORMS.vcvt_f32_u32, [0, 0]]);
      break;
    default:
      emitter.emit([BINARY[immediate as keyof typeof BINARY], [0, 0, 1]]);
  }
  emitter.emit([FORMS.vmov_to_core, [writes[0], 0]]);
}

/** Sets the flags as a comparison does: unordered is neither less nor equal nor greater. */
export function emitFloatCompare(emitter: Emitter, a: number, b: number): void {
  emitter.emit([FORMS.vmov_from_core, [0, a]]);
  emitter.emit([FORMS.vmov_from_core, [1, b]]);
  emitter.emit([FORMS.vcmp, [0, 1]]);
  emitter.emit([FORMS.vmrs_flags, []]);
}
