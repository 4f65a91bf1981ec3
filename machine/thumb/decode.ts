// Decodes machine code: finds the form of an encoding and its operands.

import { type Cpu, supports } from './cpu.js';
import { type Form, operandsOf } from './form.js';
import { ALL_FORMS } from './table.js';

export interface Decoded {
  form: Form;
  operands: number[];
}

/** Whether `halfword` is the first half of a 32-bit instruction. */
export function isWide(halfword: number): boolean {
  return halfword >>> 11 >= 0b11101;
}

/** Finds forms for one processor. Keeps lists of forms by the upper bits of encodings. */
export class Decoder {
  private readonly forms: Record<2 | 4, Form[]>;
  /** Candidates by the first halfword without its lowest four bits. */
  private readonly candidates: (Form[] | undefined)[] = [];

  /** The decoder of a processor; processors with the same forms share one. */
  static of(cpu: Cpu): Decoder {
    const key = `${cpu.architecture} ${cpu.floatUnit}`;
    const known = decoders.get(key) ?? new Decoder(cpu);
    decoders.set(key, known);
    return known;
  }

  private constructor(cpu: Cpu) {
    const known = ALL_FORMS.filter(({ needs }) => supports(cpu, needs)).sort(
      // The form with most fixed bits is the most specific.
      (x, y) => bitCount(y.mask) - bitCount(x.mask),
    );
    this.forms = { 2: known.filter(({ size }) => size === 2), 4: known.filter(({ size }) => size === 4) };
  }

  /**
   * The instruction that starts with the halfword `first`; `second` is the next one, used by 32-bit instructions.
   * Undefined where the processor has no such instruction in the table, or its result is unpredictable.
   */
  decode(first: number, second: number): Decoded | undefined {
    const size = isWide(first) ? 4 : 2;
    const bits = size === 4 ? ((first << 16) | second) >>> 0 : first;
    for (const form of this.candidatesOf(first, size)) {
      const operands = operandsOf(form, bits);
      if (operands) return { form, operands };
    }
    return undefined;
  }

  private candidatesOf(first: number, size: 2 | 4): Form[] {
    const key = first >>> 4;
    const known = this.candidates[key];
    if (known) return known;
    const shift = size === 4 ? 16 : 0;
    const found = this.forms[size].filter(
      ({ mask, bits }) => (((bits >>> shift) ^ (key << 4)) & (mask >>> shift) & 0xfff0) === 0,
    );
    this.candidates[key] = found;
    return found;
  }
}

const decoders = new Map<string, Decoder>();

function bitCount(bits: number): number {
  let count = 0;
  for (; bits !== 0; bits = (bits & (bits - 1)) >>> 0) count++;
  return count;
}
