// Writes the intermediate code of a function as JavaScript: declarations, and statements that are no control.

import { type FunctionCode, type Instruction, type Region, resolved } from '../../intermediate/instruction.js';
import { isInline } from '../../intermediate/nesting.js';
import { Effect, Operation, Type } from '../../intermediate/operation.js';
import type { ExpressionWriter, ModuleNames } from './expression.js';

export interface FunctionOptions {
  /** With labels and switches. */
  labels: boolean;
}

/** A line of a function's text. */
export interface Line {
  /** Without indentation. */
  text: string;
  /** How many spaces it is indented by. */
  indentation: number;
  /** Byte offset in the module of what it carries out; -1 for control. */
  at: number;
  /** Of one that leaves the loop on a condition: the opposite, and how far it is indented. */
  leaving?: { opposite: string; depth: number };
}

export abstract class FunctionWriter {
  protected readonly expressions: ExpressionWriter;
  protected readonly names: ModuleNames;
  protected readonly options: FunctionOptions;
  protected lines: Line[] = [];
  /** Of the instruction at hand. */
  private position = -1;
  protected code!: FunctionCode;
  private temporaries = 0;
  protected indentation = 1;

  constructor(expressions: ExpressionWriter, names: ModuleNames, options: FunctionOptions) {
    this.expressions = expressions;
    this.names = names;
    this.options = options;
  }

  /** The text of a function whose values have been nested. */
  abstract write(code: FunctionCode): string;

  protected begin(code: FunctionCode): void {
    this.code = code;
    this.temporaries = 0;
    this.lines = [];
  }

  /** Writes the body: what is control, in its own way; the rest by `instruction`. */
  protected abstract body(region: Region): void;

  protected line(text: string): void {
    this.lines.push({ text, indentation: this.indentation, at: this.position });
  }

  /** A name for a value, within the region. */
  protected define(name: string, value: string): void {
    this.line(`const ${name}=${value};`);
  }

  /** The lines that an action writes, which are not written yet. */
  protected captured(action: () => void): Line[] {
    const { lines } = this;
    this.lines = [];
    action();
    const found = this.lines;
    this.lines = lines;
    return found;
  }

  protected put(lines: Line[]): void {
    for (const each of lines) this.lines.push(each);
  }

  protected indent<Result>(action: () => Result): Result {
    this.indentation++;
    const result = action();
    this.indentation--;
    return result;
  }

  protected instruction(instruction: Instruction): void {
    if (isInline(instruction)) return;
    this.position = instruction.at;
    this.statement(instruction);
    this.position = -1;
  }

  protected statement(instruction: Instruction): void {
    const { operation, operands, type } = instruction;
    const { expressions } = this;
    switch (operation) {
      case Operation.Set:
        this.set(instruction);
        this.afterValue(operands[0]);
        break;
      case Operation.Return:
        this.returnWords(operands);
        break;
      case Operation.TailCall:
      case Operation.TailCallIndirect:
        this.line(`return ${expressions.effect(instruction)};`);
        break;
      case Operation.Unreachable:
        this.line(`${this.names.runtime('trap')}(1,${instruction.at});`);
        break;
      case Operation.Charge:
        if (instruction.index > 0)
          this.line(
            `if((${this.fuel()}-=${instruction.index})<0)${this.names.runtime('outOfFuel')}(${instruction.at});`,
          );
        break;
      default: {
        const text = expressions.effect(instruction);
        if (type === Type.None || instruction.uses === 0) this.line(`${text};`);
        else {
          instruction.name = `t${this.temporaries++}`;
          this.define(instruction.name, text);
        }
        if ((instruction.effects & Effect.Calls) !== 0) this.afterCall();
        else if (operation === Operation.GlobalSet) this.afterValue(operands[0]);
      }
    }
  }

  protected set({ index, operands }: Instruction): void {
    const value = this.expressions.value(operands[0]);
    if (value !== `v${index}`) this.line(`v${index}=${value};`);
  }

  private afterValue(value: Instruction): void {
    const operand = resolved(value);
    if (operand.nested && containsCall(operand)) this.afterCall();
  }

  /** Behind a statement that contains a call. */
  protected afterCall(): void {}

  /** Where the fuel that is left is. */
  protected fuel(): string {
    return 'U[0]';
  }

  protected returnWords(words: Instruction[]): void {
    if (words.length === 0) {
      this.line('return;');
      return;
    }
    // Words that are results of a call are overwritten in order of their places.
    for (let word = 1; word < words.length; word++) {
      this.line(
        `${this.expressions.resultWord(resolved(words[word]).type, word)}=${this.expressions.value(words[word])};`,
      );
    }
    this.line(`return ${this.expressions.value(words[0])};`);
  }
}

/** In one piece: the pieces of what is put together can be freed. */
export function textOf(lines: Line[]): string {
  return lines.map(({ text, indentation }) => spaces(indentation) + text).join('\n');
}

const SPACES: string[] = [];

function spaces(count: number): string {
  SPACES[count] ??= ' '.repeat(count);
  return SPACES[count];
}

function containsCall(value: Instruction): boolean {
  if ((value.effects & Effect.Calls) !== 0) return true;
  return value.operands.some((operand) => operand.nested && containsCall(operand));
}
