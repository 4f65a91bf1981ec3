// Assembles text in GNU unified syntax: what routines written by hand need.
//
// One statement a line; comments after @ or //. Labels `name:` and `1:` (named 1b and 1f); directives .balign, .word, .hword, .byte,
// .equ and .ltorg. `ldr rt, =constant` takes the constant from a literal pool, which stands at .ltorg and at the end. The narrowest
// form that fits is chosen; `.w` and `.n` choose. Calls of names that are not defined become relocations. No macros, no sections.

import { CONDITIONS, inverse, itMask } from './condition.js';
import type { Cpu } from './cpu.js';
import { encode, labelBase, writeEncoding } from './encode.js';
import { evaluate } from './expression.js';
import { encoding, type Form } from './form.js';
import { candidatesOf } from './mnemonic.js';
import { readOperands } from './operand-text.js';
import { FORMS } from './table.js';

/** A branch to a name that the text does not define. */
export interface Relocation {
  /** The offset of the instruction. */
  at: number;
  form: Form;
  symbol: string;
}

export interface AssembledInstruction {
  at: number;
  form: Form;
  operands: readonly number[];
  /** Counted from 1. */
  line: number;
}

export interface Assembled {
  bytes: Uint8Array;
  /** Offsets of labels, without numbered ones. */
  labels: Map<string, number>;
  relocations: Relocation[];
  instructions: AssembledInstruction[];
}

/** Text that cannot be assembled, with its line. */
class AssemblyError extends Error {
  override name = 'AssemblyError';
  constructor(
    readonly line: number,
    message: string,
  ) {
    super(`line ${line}: ${message}`);
  }
}

interface Choice {
  form: Form;
  values: number[];
}

type Statement = { line: number; at: number } & (
  | { what: 'label'; name: string }
  | { what: 'instruction'; choices: Choice[]; label?: string; text: string }
  | { what: 'data'; bytes: number[] }
  | { what: 'align'; to: number }
  | { what: 'pool'; constants: number[] }
);

/**
 * Assembles `text` for `cpu`. Offsets are from the start of the bytes, which has to stand at a multiple of 4 (as `.balign` says).
 * Throws AssemblyError.
 */
export function assemble(text: string, cpu: Cpu): Assembled {
  const statements = new Parser(cpu).parse(text);
  layOut(statements);
  return emit(statements);
}

class Parser {
  private readonly statements: Statement[] = [];
  private readonly constants = new Map<string, number>();
  private readonly names = new Set<string>();
  private readonly numbered = new Map<string, number>();
  /** Constants of the pool that is written next, and how many are written. */
  private pool: number[] = [];
  private pools = 0;
  /** Conditions of the instructions that an IT block still covers. */
  private covered: number[] = [];
  private line = 0;

  constructor(private readonly cpu: Cpu) {}

  parse(text: string): Statement[] {
    for (const whole of text.split('\n')) {
      this.line++;
      let rest = whole.replace(/(@|\/\/).*/, '').trim();
      for (let label = /^([.\w$]+):\s*/.exec(rest); label; label = /^([.\w$]+):\s*/.exec(rest)) {
        this.label(label[1]);
        rest = rest.slice(label[0].length);
      }
      if (rest.startsWith('.')) this.directive(rest);
      else if (rest !== '') this.instruction(rest);
    }
    this.flushPool();
    return this.statements;
  }

  private label(name: string): void {
    if (/^\d+$/.test(name)) {
      const count = (this.numbered.get(name) ?? 0) + 1;
      this.numbered.set(name, count);
      name = `${name}#${count}`;
    } else if (this.names.has(name)) this.fail(`${name} is defined twice`);
    this.names.add(name);
    this.statements.push({ what: 'label', name, line: this.line, at: 0 });
  }

  private directive(text: string): void {
    const [name, rest = ''] = text.split(/\s+(.*)/);
    const numbers = () => rest.split(',').map((each) => this.constant(each));
    switch (name) {
      case '.balign':
        this.statements.push({ what: 'align', to: this.constant(rest), line: this.line, at: 0 });
        break;
      case '.word':
        this.data(numbers(), 4);
        break;
      case '.hword':
        this.data(numbers(), 2);
        break;
      case '.byte':
        this.data(numbers(), 1);
        break;
      case '.equ': {
        const [constant, value] = rest.split(/,(.*)/);
        this.constants.set(constant.trim(), this.constant(value));
        break;
      }
      case '.ltorg':
        this.flushPool();
        break;
      default:
        this.fail(`${name} is not a directive that this assembler has`);
    }
  }

  private data(values: number[], size: number): void {
    const bytes = values.flatMap((value) => Array.from({ length: size }, (_, i) => (value >>> (8 * i)) & 255));
    this.statements.push({ what: 'data', bytes, line: this.line, at: 0 });
  }

  private flushPool(): void {
    if (this.pool.length === 0) return;
    this.statements.push({ what: 'pool', constants: this.pool, line: this.line, at: 0 });
    this.pool = [];
    this.pools++;
  }

  private instruction(text: string): void {
    const [word, operands = ''] = text.split(/\s+(.*)/);
    const condition = this.covered.shift();
    const candidates = candidatesOf(word, this.cpu, condition);
    if (candidates.length === 0)
      this.fail(`${this.cpu.architecture} has no instruction ${word}${condition === undefined ? '' : ' here'}`);
    const constant = /^(\w+)\s*,\s*=\s*(.+)$/.exec(operands);
    if (constant) {
      this.literal(constant[1], this.constant(constant[2]), text, condition);
      return;
    }

    let label: string | undefined;
    const choices: (Choice & { variant: number })[] = [];
    for (const { form, letters, condition: own } of candidates) {
      const given = letters !== undefined ? [0] : own !== undefined ? [own] : [];
      const read = readOperands(form, operands, this.constants, given);
      if (!read) continue;
      if (letters !== undefined) {
        read.values[0] = itMask(read.values[1], letters);
        this.covered = ['t', ...letters].map((letter) => (letter === 't' ? read.values[1] : inverse(read.values[1])));
      }
      // The distances of labels are known later.
      if (read.label === undefined && encoding(form, read.values) < 0) continue;
      label = read.label;
      choices.push({ form, values: read.values, variant: read.variant });
    }
    choices.sort((x, y) => x.form.size - y.form.size || x.variant - y.variant);
    if (choices.length === 0) this.fail(`no form of ${word} has the operands ${operands}`);
    const target = label === undefined ? undefined : this.resolved(label);
    this.statements.push({ what: 'instruction', choices, label: target, text, line: this.line, at: 0 });
  }

  /** `ldr rt, =constant` */
  private literal(register: string, value: number, text: string, condition: number | undefined): void {
    let index = this.pool.indexOf(value | 0);
    if (index < 0) index = this.pool.push(value | 0) - 1;
    const choices: Choice[] = [];
    for (const { form } of candidatesOf(
      condition === undefined ? 'ldr' : `ldr${CONDITIONS[condition]}`,
      this.cpu,
      condition,
    )) {
      if (form !== FORMS.ldr_literal && form !== FORMS.ldr_w_literal) continue;
      const read = readOperands(form, `${register}, pool`, this.constants, []);
      if (read && encoding(form, read.values) >= 0) choices.push({ form, values: read.values });
    }
    if (choices.length === 0) this.fail(`cannot load a constant into ${register}`);
    const label = `=${this.pools}:${index}`;
    this.statements.push({ what: 'instruction', choices, label, text, line: this.line, at: 0 });
  }

  /** `1b` and `1f` by the names that numbered labels have here. */
  private resolved(label: string): string {
    const numbered = /^(\d+)([bf])$/.exec(label);
    if (!numbered) return label;
    const [, name, direction] = numbered;
    return `${name}#${(this.numbered.get(name) ?? 0) + (direction === 'f' ? 1 : 0)}`;
  }

  private constant(text: string): number {
    const value = evaluate(text, this.constants);
    if (value === undefined) this.fail(`${text.trim()} is not a constant`);
    return value;
  }

  private fail(message: string): never {
    throw new AssemblyError(this.line, message);
  }
}

/** Offsets of all statements; chooses wider forms until every label is in reach. */
function layOut(statements: Statement[]): void {
  for (let isStable = false; !isStable; ) {
    isStable = true;
    const places = place(statements);
    for (const statement of statements) {
      if (statement.what !== 'instruction' || statement.label === undefined) continue;
      const [{ form, values }] = statement.choices;
      const target = places.get(statement.label);
      if (target === undefined && /[#=]/.test(statement.label))
        throw new AssemblyError(statement.line, `${statement.text}: no such label`);
      const at = values.length - 1;
      values[at] = target === undefined ? 0 : target - labelBase(form, statement.at);
      if (isBehind(form) && values[at] === 0) values[at] = -0;
      const isInReach = target === undefined ? isRelocatable(form) : encoding(form, values) >= 0;
      if (isInReach) continue;
      if (statement.choices.length === 1)
        throw new AssemblyError(
          statement.line,
          target === undefined
            ? `${statement.label} is not defined`
            : `${statement.text}: ${values[at]} bytes is too far`,
        );
      statement.choices.shift();
      isStable = false;
    }
  }
}

function isBehind(form: Form): boolean {
  return form.operands.at(-1)!.kind === 'behind';
}

function isRelocatable(form: Form): boolean {
  return form === FORMS.bl || form === FORMS.b_w;
}

function place(statements: Statement[]): Map<string, number> {
  const places = new Map<string, number>();
  let at = 0;
  let pools = 0;
  for (const statement of statements) {
    if (statement.what === 'align') at = Math.ceil(at / statement.to) * statement.to;
    if (statement.what === 'pool') at = (at + 3) & ~3;
    statement.at = at;
    if (statement.what === 'label') places.set(statement.name, at);
    else if (statement.what === 'instruction') at += statement.choices[0].form.size;
    else if (statement.what === 'data') at += statement.bytes.length;
    else if (statement.what === 'pool') {
      for (const index of statement.constants.keys()) places.set(`=${pools}:${index}`, at + 4 * index);
      pools++;
      at += 4 * statement.constants.length;
    }
  }
  return places;
}

function emit(statements: Statement[]): Assembled {
  const places = place(statements);
  const last = statements.at(-1);
  const end = last === undefined ? 0 : last.at + sizeOf(last);
  const bytes = new Uint8Array(end);
  const relocations: Relocation[] = [];
  const instructions: AssembledInstruction[] = [];
  for (const statement of statements) {
    const { at, line } = statement;
    if (statement.what === 'data') bytes.set(statement.bytes, at);
    if (statement.what === 'pool')
      statement.constants.forEach((value, i) => {
        writeEncoding(bytes, at + 4 * i, ((value << 16) | (value >>> 16)) >>> 0, 4);
      });
    if (statement.what !== 'instruction') continue;
    const [{ form, values }] = statement.choices;
    if (statement.label !== undefined && !places.has(statement.label))
      relocations.push({ at, form, symbol: statement.label });
    writeEncoding(bytes, at, encode(form, values), form.size);
    instructions.push({ at, form, operands: values, line });
  }
  const labels = new Map([...places].filter(([name]) => !/[#=]/.test(name)));
  return { bytes, labels, relocations, instructions };
}

function sizeOf(statement: Statement): number {
  if (statement.what === 'instruction') return statement.choices[0].form.size;
  if (statement.what === 'data') return statement.bytes.length;
  return statement.what === 'pool' ? 4 * statement.constants.length : 0;
}
