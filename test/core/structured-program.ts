// Random programs with every kind of branch, as module text, and the same followed on paper: result and fuel.

import { opcodeTable } from '../../src/opcodes.js';
import fc from '../properties.js';

const costs = new Map<string, number>(opcodeTable.map((row) => [row[1], row[4]]));

/** Sum of what these instructions cost, by the opcode table. */
export function cost(mnemonics: string): number {
  const names = mnemonics.split(' ').filter((part) => part !== '');
  return names.reduce((sum, name) => {
    const fuel = costs.get(name);
    if (fuel === undefined) throw new Error(`there is no instruction ${name}`);
    return sum + fuel;
  }, 0);
}

/** A condition is a bit of the program's one variable; a depth counts labels outwards. */
export type Statement =
  | { kind: 'work'; factor: number }
  | { kind: 'call' }
  | { kind: 'br'; depth: number }
  | { kind: 'br_if'; bit: number; depth: number }
  | { kind: 'if'; bit: number; yes: Statement[]; no: Statement[] }
  | { kind: 'block'; body: Statement[] }
  | { kind: 'loop'; count: number; body: Statement[] }
  | { kind: 'br_table'; first: Statement[]; second: Statement[] };

const bit = fc.nat(4);
const depth = fc.nat(4);
const kind = <Name extends Statement['kind']>(name: Name) => fc.constant(name);

export const program = fc.letrec<{ statement: Statement; program: Statement[] }>((tie) => ({
  statement: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    fc.record({ kind: kind('work'), factor: fc.integer({ min: 1, max: 1000 }) }),
    fc.record({ kind: kind('call') }),
    fc.record({ kind: kind('br_if'), bit, depth }),
    fc.record({ kind: kind('br'), depth }),
    fc.record({ kind: kind('if'), bit, yes: tie('program'), no: tie('program') }),
    fc.record({ kind: kind('block'), body: tie('program') }),
    fc.record({ kind: kind('loop'), count: fc.integer({ min: 1, max: 3 }), body: tie('program') }),
    fc.record({ kind: kind('br_table'), first: tie('program'), second: tie('program') }),
  ),
  program: fc.array(tie('statement'), { maxLength: 5 }),
})).program;

type Label = 'block' | 'loop';

/** The label that a depth stands for: never a loop's, whose counter would not change, but the block's within it. */
function target(depth: number, labels: Label[]): number {
  const bounded = Math.min(depth, labels.length - 1);
  return labels[labels.length - 1 - bounded] === 'loop' ? bounded - 1 : bounded;
}

class Printer {
  /** Local 0 is the variable; every loop has a counter of its own. */
  locals = 1;

  print(list: Statement[], labels: Label[]): string {
    return list.map((statement) => this.statement(statement, labels)).join('\n');
  }

  private statement(statement: Statement, labels: Label[]): string {
    const condition = (bit: number) => `(i32.and (local.get 0) (i32.const ${1 << bit}))`;
    const inBlock = (list: Statement[]) => this.print(list, [...labels, 'block']);
    switch (statement.kind) {
      case 'work':
        return `(local.set 0 (i32.add (i32.mul (local.get 0) (i32.const ${statement.factor})) (i32.const 1)))`;
      case 'call':
        return '(local.set 0 (call $mix (local.get 0)))';
      case 'br':
        return `(br ${target(statement.depth, labels)})`;
      case 'br_if':
        return `(br_if ${target(statement.depth, labels)} ${condition(statement.bit)})`;
      case 'if':
        return `(if ${condition(statement.bit)} (then ${inBlock(statement.yes)}) (else ${inBlock(statement.no)}))`;
      case 'block':
        return `(block ${inBlock(statement.body)})`;
      case 'loop': {
        const counter = this.locals++;
        return `(local.set ${counter} (i32.const ${statement.count}))
          (loop (block ${this.print(statement.body, [...labels, 'loop', 'block'])})
            (br_if 0 (local.tee ${counter} (i32.sub (local.get ${counter}) (i32.const 1)))))`;
      }
      case 'br_table':
        return `(block (block (block (br_table 0 1 2 (i32.and (local.get 0) (i32.const 3))))
          ${this.print(statement.first, [...labels, 'block', 'block'])} (br 1))
          ${inBlock(statement.second)})`;
    }
  }
}

/** A module whose export `f` takes the variable and returns it. */
export function printProgram(list: Statement[]): string {
  const printer = new Printer();
  const body = printer.print(list, ['block']);
  return `(module
    (func $mix (param i32) (result i32) (i32.xor (local.get 0) (i32.const 0x55)))
    (func (export "f") (param i32) (result i32) (local ${'i32 '.repeat(printer.locals)})
      (block ${body}) (local.get 0)))`;
}

class Follower {
  fuel = 0;

  constructor(public x: number) {}

  pay(instructions: string): void {
    this.fuel += cost(instructions);
  }

  private bit(bit: number): boolean {
    this.pay('local.get i32.const i32.and');
    return ((this.x >> bit) & 1) !== 0;
  }

  /** Follows statements up to a branch; the label that it goes to, counted outwards, or -1. */
  follow(list: Statement[], labels: Label[]): number {
    for (const statement of list) {
      const leave = this.statement(statement, labels);
      if (leave >= 0) return leave;
    }
    return -1;
  }

  /** Follows the statements of a block. */
  private block(list: Statement[], labels: Label[]): number {
    return outOf(1, this.follow(list, [...labels, 'block']));
  }

  private statement(statement: Statement, labels: Label[]): number {
    switch (statement.kind) {
      case 'work':
        this.pay('local.get i32.const i32.mul i32.const i32.add local.set');
        this.x = (Math.imul(this.x, statement.factor) + 1) | 0;
        return -1;
      case 'call':
        this.pay('local.get call local.get i32.const i32.xor local.set');
        this.x ^= 0x55;
        return -1;
      case 'br':
        this.pay('br');
        return target(statement.depth, labels);
      case 'br_if': {
        const taken = this.bit(statement.bit);
        this.pay('br_if');
        return taken ? target(statement.depth, labels) : -1;
      }
      case 'if': {
        const taken = this.bit(statement.bit);
        this.pay('if');
        return this.block(taken ? statement.yes : statement.no, labels);
      }
      case 'block':
        return this.block(statement.body, labels);
      case 'loop':
        return this.loop(statement.count, statement.body, labels);
      case 'br_table':
        return this.table(statement.first, statement.second, labels);
    }
  }

  private loop(count: number, body: Statement[], labels: Label[]): number {
    this.pay('i32.const local.set');
    for (let left = count; left > 0; left--) {
      const leave = outOf(2, this.follow(body, [...labels, 'loop', 'block']));
      if (leave >= 0) return leave;
      this.pay('local.get i32.const i32.sub local.tee br_if');
    }
    return -1;
  }

  private table(first: Statement[], second: Statement[], labels: Label[]): number {
    this.pay('local.get i32.const i32.and br_table');
    const index = this.x & 3;
    if (index >= 2) return -1;
    if (index === 0) {
      const leave = this.follow(first, [...labels, 'block', 'block']);
      if (leave < 0) this.pay('br');
      // Leaving the inner block goes on with the second part.
      if (leave !== 0) return outOf(2, leave);
    }
    return this.block(second, labels);
  }
}

/** Returns the target of a branch that has left some blocks on its way: -1 if it ended at one of them. */
function outOf(blocks: number, leave: number): number {
  return leave < blocks ? -1 : leave - blocks;
}

/** Returns the result of the module of `printProgram` for `x`, and its fuel. */
export function followProgram(list: Statement[], x: number): { x: number; fuel: number } {
  const follower = new Follower(x);
  follower.follow(list, ['block']);
  follower.pay('local.get');
  return { x: follower.x, fuel: follower.fuel };
}
