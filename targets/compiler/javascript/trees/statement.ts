// Prints the intermediate code of a function as JavaScript: declarations, and statements other than control flow.

import { type FunctionCode, type Instruction, type Region, resolved } from '../../intermediate/instruction.js';
import { isInline } from '../../intermediate/nesting.js';
import { Effect, Operation, Type } from '../../intermediate/operation.js';
import { type Code, js, name, Token, TokenKind, variable } from './code.js';
import type { ExpressionWriter, ModuleNames } from './expression.js';

export interface FunctionOptions {
  /** With labels and switches. */
  labels: boolean;
}

/** A statement, or several that are always together; one with bodies has its text around them. */
export interface Statement {
  /** All of it, or what stands in front of its first body. */
  readonly code: Code;
  /** Byte offset in the module of what it carries out; -1 for control. */
  readonly at: number;
  readonly sections: readonly Section[];
  /** Bodies that the innermost line is in. */
  readonly depth: number;
  /** Whether control never gets behind it. */
  readonly jumps: boolean;
  /** For a statement that leaves the loop on a condition: the opposite condition. */
  opposite: Code | null;
  /** Null until somebody asks. */
  size: Size | null;
}

export interface Section {
  body: readonly Statement[];
  /** Text after the body. */
  behind: Code;
}

/** Size of a text with a line for each statement. */
interface Size {
  characters: number;
  lines: number;
  /** The sum of the lines' indentation levels. */
  levels: number;
}

const NO_SECTIONS: readonly Section[] = [];

/** Characters of the text of statements that are indented by some levels. */
export function sizeOf(statements: readonly Statement[], level: number): number {
  return statements.reduce((sum, statement) => {
    const { characters, levels, lines } = measured(statement);
    return sum + characters + levels + lines * level;
  }, 0);
}

function measured(statement: Statement): Size {
  if (statement.size !== null) return statement.size;
  const size = { characters: statement.code.length, lines: 1, levels: 0 };
  for (const { body, behind } of statement.sections) {
    size.characters += behind.length;
    size.lines++;
    for (const { characters, lines, levels } of body.map(measured)) {
      size.characters += characters;
      size.lines += lines;
      size.levels += levels + lines;
    }
  }
  statement.size = size;
  return size;
}

/** A statement without bodies; `jumps` as in `Statement`. */
export function plain(code: Code, at = -1, jumps = false): Statement {
  return { code, at, sections: NO_SECTIONS, depth: 0, jumps, opposite: null, size: null };
}

/** `code`, then bodies in turn with what stands behind each. */
export function compound(code: Code, ...sections: Section[]): Statement {
  const depth = 1 + Math.max(...sections.map(({ body }) => depthOf(body)));
  return { code, at: -1, sections, depth, jumps: false, opposite: null, size: null };
}

const CLOSE = js`}`;
const CLOSE_ELSE = js`}else{`;

/** An `if`; without `second`, without `else`. */
export function choiceOf(condition: Code, first: readonly Statement[], second: readonly Statement[] = []): Statement {
  const head = js`if(${condition}){`;
  if (second.length === 0) return compound(head, { body: first, behind: CLOSE });
  return compound(head, { body: first, behind: CLOSE_ELSE }, { body: second, behind: CLOSE });
}

/** Returns a statement with a body in braces after `head`. */
export function braced(head: Code, body: readonly Statement[]): Statement {
  return compound(head, { body, behind: CLOSE });
}

export function doLoop(body: readonly Statement[], condition: Code, head = js`do{`): Statement {
  return compound(head, { body, behind: js`}while(${condition});` });
}

export abstract class FunctionWriter {
  protected readonly expressions: ExpressionWriter;
  protected readonly names: ModuleNames;
  protected readonly options: FunctionOptions;
  protected statements: Statement[] = [];
  /** How many bodies the statements at hand are in. */
  protected level = 1;
  /** Position of the current instruction. */
  private position = -1;
  protected code!: FunctionCode;
  private temporaries = 0;

  constructor(expressions: ExpressionWriter, names: ModuleNames, options: FunctionOptions) {
    this.expressions = expressions;
    this.names = names;
    this.options = options;
  }

  protected begin(code: FunctionCode): void {
    this.code = code;
    this.temporaries = 0;
    this.statements = [];
  }

  /** Writes the statements of a function: what is control, in its own way; the rest by `instruction`. */
  protected abstract region(region: Region): void;

  protected line(code: Code): void {
    this.statements.push(plain(code, this.position));
  }

  /** A statement behind which control does not go on. */
  protected exit(code: Code): void {
    this.statements.push(plain(code, this.position, true));
  }

  /** A name for a value, within the region: of states, for the whole function. */
  protected define(variable: Token, value: Code): void {
    this.line(js`const ${variable}=${value};`);
  }

  /** The statements that an action writes, which are not written yet. */
  protected captured(action: () => void): Statement[] {
    const { statements } = this;
    this.statements = [];
    action();
    const found = this.statements;
    this.statements = statements;
    return found;
  }

  /** Returns the statements of a body. */
  protected body(action: () => void): Statement[] {
    this.level++;
    const found = this.captured(action);
    this.level--;
    return found;
  }

  /** Forgets what has been written behind these statements of the function, to write it otherwise. */
  protected restart(statements: Statement[]): void {
    this.statements = statements;
    this.level = 1;
    this.position = -1;
    this.temporaries = 0;
  }

  protected put(...statements: readonly Statement[]): void {
    for (const each of statements) this.statements.push(each);
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
        this.exit(js`return ${expressions.effect(instruction)};`);
        break;
      case Operation.Unreachable:
        this.line(js`${this.names.runtime('trap')}(1,${instruction.at});`);
        break;
      case Operation.Charge:
        if (instruction.index > 0)
          this.line(
            js`if((${this.fuel()}-=${instruction.index})<0)${this.names.runtime('outOfFuel')}(${instruction.at});`,
          );
        break;
      default: {
        const code = expressions.effect(instruction);
        if (type === Type.None || instruction.uses === 0) this.line(js`${code};`);
        else {
          instruction.name = `t${this.temporaries++}`;
          this.define(name(instruction.name), code);
        }
        if ((instruction.effects & Effect.Calls) !== 0) this.afterCall();
        else if (operation === Operation.GlobalSet) this.afterValue(operands[0]);
      }
    }
  }

  protected set({ index, operands }: Instruction): void {
    const value = this.expressions.value(operands[0]);
    const target = variable(index);
    if (!value.is(target)) this.line(js`${target}=${value};`);
  }

  private afterValue(value: Instruction): void {
    const operand = resolved(value);
    if (operand.nested && containsCall(operand)) this.afterCall();
  }

  /** Called after a statement that contains a call. */
  protected afterCall(): void {}

  /** Returns the expression of the remaining fuel. */
  protected fuel(): Code {
    return js`U[0]`;
  }

  protected returnWords(words: Instruction[]): void {
    if (words.length === 0) {
      this.exit(js`return;`);
      return;
    }
    // Words that are results of a call are overwritten in order of their places.
    for (let word = 1; word < words.length; word++) {
      this.line(
        js`${this.expressions.resultWord(resolved(words[word]).type, word)}=${this.expressions.value(words[word])};`,
      );
    }
    this.exit(js`return ${this.expressions.value(words[0])};`);
  }
}

/** A line of text, and where in the module what it carries out is: -1 where that is nothing. */
export interface Line {
  text: string;
  at: number;
}

/** Statements as indented lines, for people. */
export function linesOf(statements: readonly Statement[]): Line[] {
  const lines: Line[] = [];
  eachPart(statements, (code, at, level) => lines.push({ text: indentation(level) + code.print(), at }));
  return lines;
}

/** Statements as text, by default with a line for each. */
export function textOf(statements: readonly Statement[], between = '\n'): string {
  const lines: string[] = [];
  eachPart(statements, (code) => lines.push(code.print()));
  return lines.join(between);
}

/**
 * Calls `each` with every text of statements in order: whole statements, and what stands around bodies. Recursive: writers bound
 * the depth of bodies.
 */
function eachPart(
  statements: readonly Statement[],
  each: (code: Code, at: number, level: number) => void,
  level = 0,
): void {
  for (const { code, at, sections } of statements) {
    each(code, at, level);
    for (const { body, behind } of sections) {
      eachPart(body, each, level + 1);
      each(behind, -1, level);
    }
  }
}

/** Bodies in each other. */
export function depthOf(statements: readonly Statement[]): number {
  return statements.reduce((most, { depth }) => Math.max(most, depth), 0);
}

/** The tokens of statements, each of which starts behind a space. */
export function tokensOf(statements: readonly Statement[]): Token[] {
  const found: Token[] = [];
  eachPart(statements, (code) => {
    found.push(LINE_BREAK);
    for (const each of code.tokens()) found.push(each);
  });
  return found;
}

const LINE_BREAK = new Token(TokenKind.Space, '\n');
const INDENTATIONS: string[] = [];

function indentation(level: number): string {
  INDENTATIONS[level] ??= ' '.repeat(level);
  return INDENTATIONS[level];
}

function containsCall(value: Instruction): boolean {
  if ((value.effects & Effect.Calls) !== 0) return true;
  return value.operands.some((operand) => operand.nested && containsCall(operand));
}
