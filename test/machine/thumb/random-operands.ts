// Random operands that a form can encode.
import { encoding, type Form } from '../../../machine/thumb/form.js';
import { bitsToValue } from '../../../machine/thumb/operand.js';
import type { Random } from '../../differential/random.js';

/** Operands of `form` for which `suits` holds. Throws where a thousand attempts find none. */
export function randomOperands(
  form: Form,
  random: Random,
  suits: (operands: readonly number[]) => boolean = () => true,
): number[] {
  for (let attempt = 0; attempt < 1000; attempt++) {
    const operands: number[] = [];
    for (const operand of form.operands) {
      // Small values are as frequent as large ones.
      const bits = (random.bits() >>> (random.chance(50) ? random.below(32) : 0)) & operand.present;
      const value = bitsToValue(operand, bits, operands.at(-1) ?? 0);
      if (value === undefined) break;
      operands.push(value);
    }
    if (operands.length === form.operands.length && encoding(form, operands) >= 0 && suits(operands)) return operands;
  }
  throw new Error(`no operands found for ${form.name}`);
}
