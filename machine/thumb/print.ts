// Prints machine instructions in GNU unified syntax, so that `assemble` reads them again.
//
// As objdump prints them, but for: targets of labels are addresses, also of literal loads; wide pushes are `push.w`; shifts by a constant
// are `lsl.w`; float constants are numbers.

import { CONDITIONS, itLetters } from './condition.js';
import { labelBase } from './encode.js';
import type { Form } from './form.js';
import type { Operand } from './operand.js';
import { registerName, registersOf } from './registers.js';
import { shiftText } from './shift.js';

export interface PrintOptions {
  /** Address of the instruction in bytes; 0 if it is unknown. */
  address?: number;
  /** The condition of the instruction in an IT block; outside there is none. */
  condition?: number;
  /** Returns the name for a label's address. Without a name, the address is printed in hexadecimal. */
  label?: (address: number) => string | undefined;
}

/** The text of an instruction, such as `add.w r0, r1, r2, lsl #3`. */
export function print(form: Form, operands: readonly number[], options: PrintOptions = {}): string {
  const words = form.text.map((part) =>
    typeof part === 'string' ? part : operandText(form, form.operands[part], operands[part], options),
  );
  let text = '';
  for (let i = 0; i < words.length; i++) {
    if (isLeftOut(form, i, words)) {
      i = lastLeftOut(form, i);
      continue;
    }
    const word = words[i];
    const needsSpace = text !== '' && (text.endsWith(',') || /\w$/.test(text)) && /^[\w[{#.-]/.test(word);
    text += needsSpace ? ` ${word}` : word;
  }
  const head = mnemonic(form, operands, options.condition);
  return text === '' ? head : `${head} ${text}`;
}

function mnemonic(form: Form, operands: readonly number[], condition: number | undefined): string {
  const [first] = form.operands;
  if (first?.kind === 'mask') return form.mnemonic + itLetters(operands[1], operands[0]);
  if (first?.kind === 'condition') return form.mnemonic + CONDITIONS[operands[0]] + form.suffix;
  const s = form.flagsOutsideIt && condition === undefined ? 's' : '';
  return form.mnemonic + s + (condition === undefined ? '' : CONDITIONS[condition]) + form.suffix;
}

function operandText(form: Form, { kind }: Operand, value: number, { address = 0, label }: PrintOptions): string {
  switch (kind) {
    case 'register':
      return registerName(value);
    case 'single':
      return `s${value}`;
    case 'double':
      return `d${value}`;
    case 'condition':
      return CONDITIONS[value];
    case 'shift':
      return shiftText(value);
    case 'rotation':
      return value === 0 ? '' : `ror #${value}`;
    case 'label':
    case 'forward':
    case 'literal':
    case 'behind': {
      const target = (labelBase(form, address) + value) >>> 0;
      return label?.(target) ?? `0x${target.toString(16)}`;
    }
    case 'list':
      return `{${registersOf(value).map(registerName).join(', ')}}`;
    case 'singles': {
      const [first, count] = [value & 255, value >> 8];
      return count === 1 ? `{s${first}}` : `{s${first}-s${first + count - 1}}`;
    }
    case 'floatConstant':
      return Number.isInteger(value) ? value.toFixed(1) : String(value);
    case 'constant':
      return String(value >>> 0);
    default:
      return Object.is(value, -0) ? '-0' : String(value);
  }
}

/** Whether the comma at `index` starts an operand that is not written because it is 0: shifts, rotations, some offsets. */
function isLeftOut(form: Form, index: number, words: readonly string[]): boolean {
  if (form.text[index] !== ',') return false;
  const last = lastLeftOut(form, index);
  const part = form.text[last];
  if (typeof part === 'string' || last < index + 1) return false;
  const { kind } = form.operands[part];
  if (kind === 'shift' || kind === 'rotation') return words[last] === '';
  const isInBrackets = form.text[last + 1] === ']' && form.text[last + 2] !== '!';
  return words[last] === '0' && (kind === 'indexShift' || (kind === 'offset' && isInBrackets));
}

/** The index of the operand that follows the comma at `index`. */
function lastLeftOut({ text }: Form, index: number): number {
  let last = index + 1;
  while (last < text.length && (text[last] === '#' || text[last] === 'lsl')) last++;
  return last;
}
