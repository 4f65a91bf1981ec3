// Reads the operands of assembly text by the text of a form.

import { conditionCode } from './condition.js';
import { evaluate } from './expression.js';
import type { Form } from './form.js';
import type { Operand } from './operand.js';
import { registerCode } from './registers.js';
import { RRX, shiftName, shiftOf } from './shift.js';

export interface ReadOperands {
  values: number[];
  /** The address that a label stands for; here it is 0. */
  label?: string;
  /** 0 where the text is as the form is written, more where it is another way to write the same. */
  variant: number;
}

/**
 * The operands of `text`, or undefined where the form is written otherwise. `given` are values that the mnemonic has;
 * `constants` has the names that expressions may use. Whether the form can encode the values is not checked.
 */
export function readOperands(
  form: Form,
  text: string,
  constants: ReadonlyMap<string, number>,
  given: readonly number[],
): ReadOperands | undefined {
  let variant = 0;
  for (const written of variants(form, text)) {
    const read = new Reader(form, written, constants, given).read();
    if (read) return { ...read, variant };
    variant++;
  }
  return undefined;
}

const COMMUTATIVE = ['add', 'adc', 'and', 'eor', 'mul', 'orr'];

/** `add r0, r0, r1`, `add r0, r1, r0` and `add r0, r1` say the same; forms have one of them. */
function* variants({ mnemonic }: Form, text: string): Generator<string> {
  yield text;
  const parts = text.split(/,(?![^[{]*[\]}])/).map((part) => part.trim());
  const [first, second, third] = parts;
  if (parts.length < 2 || registerCode(first) === undefined) return;
  if (first === second) yield [first, ...parts.slice(2)].join(', ');
  if (parts.length === 3 && first === third && COMMUTATIVE.includes(mnemonic)) yield `${first}, ${second}`;
  yield [first, ...parts].join(', ');
}

class Reader {
  private at = 0;
  private readonly values: number[];
  private label: string | undefined;

  constructor(
    private readonly form: Form,
    private readonly text: string,
    private readonly constants: ReadonlyMap<string, number>,
    given: readonly number[],
  ) {
    this.values = [...given];
  }

  read(): Omit<ReadOperands, 'variant'> | undefined {
    const { text: parts, operands } = this.form;
    for (let i = 0; i < parts.length; i++) {
      const part = parts[i];
      if (typeof part === 'string') {
        if (part === '#') {
          this.take(/^#/);
        } else if (part === ',' && !this.sees(',')) {
          const skipped = this.skippable(i);
          if (skipped === undefined) return undefined;
          this.values.push(0);
          i = skipped;
        } else if (!this.takeWord(part)) return undefined;
        continue;
      }
      const operand = operands[part];
      // A register that the text shows twice has to be the same one.
      const value = this.value(operand);
      if (value === undefined) return undefined;
      if (part < this.values.length) {
        if (this.values[part] !== value) return undefined;
      } else this.values.push(value);
    }
    if (this.text.slice(this.at).trim() !== '') return undefined;
    return { values: this.values, label: this.label };
  }

  /** The index of the last part of an operand that may be left out, because it is 0, with the comma before it at `index`. */
  private skippable(index: number): number | undefined {
    const { text: parts, operands } = this.form;
    for (let i = index + 1; i < parts.length; i++) {
      const part = parts[i];
      if (typeof part === 'string') {
        if (part !== '#' && part !== 'lsl') return undefined;
        continue;
      }
      const { kind } = operands[part];
      const isInBrackets = parts[i + 1] === ']';
      const canBeZero =
        kind === 'shift' ||
        kind === 'rotation' ||
        (isInBrackets && (kind === 'indexShift' || kind === 'unsigned' || kind === 'offset'));
      return canBeZero && part === this.values.length ? i : undefined;
    }
    return undefined;
  }

  private value(operand: Operand): number | undefined {
    switch (operand.kind) {
      case 'register':
        return registerCode(this.take(/^[a-z]\w*/i) ?? '');
      case 'single':
        return numbered(this.take(/^s\d+/i), 32);
      case 'double':
        return numbered(this.take(/^d\d+/i), 16);
      case 'condition':
        return conditionCode((this.take(/^\w+/) ?? '').toLowerCase());
      case 'shift': {
        const word = (this.take(/^\w+/) ?? '').toLowerCase();
        if (word === 'rrx') return RRX;
        const name = shiftName(word);
        this.take(/^#/);
        const amount = name && this.expression();
        if (!name || amount === undefined || amount < 0 || amount > 32) return undefined;
        return amount === 0 ? 0 : shiftOf(name, amount);
      }
      case 'rotation':
        if (this.take(/^ror/i) === undefined) return undefined;
        this.take(/^#/);
        return this.expression();
      case 'label':
      case 'forward':
      case 'literal':
      case 'behind':
        this.label = this.take(/^[.\w$]+(?:\s*[+-]\s*\w+)?/);
        return this.label === undefined || registerCode(this.label) !== undefined ? undefined : 0;
      case 'list':
        return this.list(registerCode);
      case 'singles': {
        const mask = this.list((name) => numbered(name, 32));
        if (mask === undefined || mask === 0) return undefined;
        const first = 31 - Math.clz32(mask & -mask);
        const count = 32 - Math.clz32(mask) - first;
        return mask >>> first === (2 ** count - 1) >>> 0 ? first | (count << 8) : undefined;
      }
      case 'negative':
      case 'offset': {
        const isMinusZero = /^\s*-\s*0\s*[\],]?/.test(this.text.slice(this.at));
        const value = this.expression();
        return value === 0 ? (isMinusZero ? -0 : 0) : value;
      }
      default: {
        // Offsets that may be subtracted have forms of their own.
        const value = this.expression();
        return Object.is(value, -0) ? undefined : value;
      }
    }
  }

  private list(code: (name: string) => number | undefined): number | undefined {
    const inside = this.take(/^\{[^}]*\}/)?.slice(1, -1);
    if (inside === undefined) return undefined;
    let mask = 0;
    for (const range of inside.split(',')) {
      const [first, last] = range.split('-').map((name) => code(name.trim()));
      if (first === undefined || (range.includes('-') && last === undefined)) return undefined;
      for (let register = first; register <= (last ?? first); register++) mask |= 1 << register;
    }
    return mask;
  }

  private expression(): number | undefined {
    return evaluate(this.take(/^[^,\]!{}]+/) ?? '', this.constants);
  }

  private sees(part: string): boolean {
    return this.text.slice(this.at).trimStart().startsWith(part);
  }

  private takeWord(part: string): boolean {
    const rest = this.text.slice(this.at).trimStart();
    if (!rest.toLowerCase().startsWith(part.toLowerCase())) return false;
    const next = rest[part.length];
    if (/\w$/.test(part) && next !== undefined && /\w/.test(next)) return false;
    this.at = this.text.length - rest.length + part.length;
    return true;
  }

  private take(pattern: RegExp): string | undefined {
    const rest = this.text.slice(this.at).trimStart();
    const found = pattern.exec(rest)?.[0];
    if (found !== undefined) this.at = this.text.length - rest.length + found.length;
    return found;
  }
}

function numbered(name: string | undefined, count: number): number | undefined {
  const code = /^[sd](\d+)$/i.exec(name ?? '')?.[1];
  return code !== undefined && Number(code) < count ? Number(code) : undefined;
}
