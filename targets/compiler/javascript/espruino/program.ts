// Functions of a program for Espruino as tokens, before printing. The tokens determine which names a function uses and what it calls.

import type { FunctionCode } from '../../intermediate/instruction.js';
import { type Token, TokenKind } from '../trees/code.js';
import { linesOf, type Statement, textOf, tokensOf } from '../trees/statement.js';
import { FunctionName } from './names.js';
import type { StackNeed } from './stack.js';

/** A function of the module, or one that looks into a table. */
export class ProgramFunction {
  readonly statements: readonly Statement[];
  readonly tokens: readonly Token[];

  constructor(statements: readonly Statement[]) {
    this.statements = statements;
    this.tokens = tokensOf(statements);
  }

  print(): string {
    return textOf(this.statements);
  }
}

/** A function of the module. */
export class WrittenFunction extends ProgramFunction {
  readonly body: FunctionCode;
  readonly stack: StackNeed;

  constructor(body: FunctionCode, statements: readonly Statement[], stackOf: (tokens: readonly Token[]) => StackNeed) {
    super(statements);
    this.body = body;
    this.stack = stackOf(this.tokens);
  }

  get index(): number {
    return this.body.index;
  }

  /** For people: indented lines, each with the byte offset in the module of what it carries out, -1 where that is nothing. */
  lines(): { text: string; at: number }[] {
    return linesOf(this.statements);
  }
}

/** How often each word is in the functions. */
export function usesOf(functions: readonly ProgramFunction[]): Map<string, number> {
  const uses = new Map<string, number>();
  for (const { tokens } of functions)
    for (const { kind, text } of tokens) if (kind === TokenKind.Word) uses.set(text, (uses.get(text) ?? 0) + 1);
  return uses;
}

/** Functions are found sooner that were declared sooner. */
export function mostCalledFirst(functions: readonly WrittenFunction[]): WrittenFunction[] {
  const calls = new Map<number, number>();
  for (const { tokens } of functions) {
    for (const [at, token] of tokens.entries()) {
      if (!(token instanceof FunctionName) || tokens[at + 1]?.text !== '(') continue;
      calls.set(token.index, (calls.get(token.index) ?? 0) + 1);
    }
  }
  const callsOf = ({ index }: WrittenFunction) => calls.get(index) ?? 0;
  return [...functions].sort((one, other) => callsOf(other) - callsOf(one));
}

/** Functions of the module whose names are used otherwise than in a call. */
export function usedAsValues(functions: readonly ProgramFunction[]): Set<number> {
  const found = new Set<number>();
  for (const { tokens } of functions)
    for (const [at, token] of tokens.entries())
      if (token instanceof FunctionName && tokens[at + 1]?.text !== '(') found.add(token.index);
  return found;
}
