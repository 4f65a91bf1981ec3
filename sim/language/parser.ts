// Parses programs for Espruino: as ECMAScript, and beyond it where Espruino takes more.

import { type AnyNode, type Options, Parser, type Program, type Token, tokTypes } from 'acorn';
import { children } from './scope.js';

const parserOptions: Options = {
  ecmaVersion: 'latest',
  locations: true,
  allowHashBang: true,
  allowReturnOutsideFunction: true,
  allowAwaitOutsideFunction: true,
};

/** The methods of acorn that this plugin overrides. */
interface OverriddenParser {
  readonly type: unknown;
  readonly start: number;
  readonly startLoc: unknown;
  readonly lastTokStart: number;
  readonly input: string;
  raise(position: number, message: string): never;
  raiseRecoverable(position: number, message: string): void;
  toAssignable(node: AnyNode, isBinding: boolean, errors: unknown): AnyNode;
  checkLValPattern(node: AnyNode, binding: unknown, clashes: unknown): void;
  parseExprAtom(errors: unknown, forInit: unknown, isNew?: unknown): AnyNode;
  parseExprSubscripts(errors: unknown, forInit: unknown): AnyNode;
  parseSubscripts(base: AnyNode, start: number, place: unknown, noCalls: boolean, forInit: unknown): AnyNode;
  parseStatement(context: unknown, topLevel: unknown, exports: unknown): AnyNode;
  parseMaybeAssign(forInit: unknown, errors: unknown, afterLeft: unknown): AnyNode;
  parseMaybeUnary(errors: unknown, sawUnary: unknown, update: unknown, forInit: unknown): AnyNode;
  parseExprOp(left: AnyNode, start: number, place: unknown, precedence: number, forInit: unknown): AnyNode;
  parseBindingAtom(): AnyNode;
}

/**
 * Bytes of this machine's stack that a level of each kind takes, measured in Node 20 with nested programs of one kind. Of the 984 KB
 * that V8 has by default, the parser gets less: if the stack ends while V8 compiles a regular expression, V8 ends the process.
 */
const STACK_OF = { statement: 350, assignment: 350, unary: 1000, atom: 400, operator: 250, binding: 550 };
const MOST_STACK = 640_000;

/** Whether an expression is a value, to which Espruino assigns only as it runs, or cannot. */
export function isValue({ type }: AnyNode): boolean {
  return /^(Logical|Conditional|Binary|Call|New|Unary|Update|Assignment|Sequence)Expression$|^Literal$/.test(type);
}

/** Espruino lets names be declared again, values be assigned, and functions with an arrow be called where they stand. */
const TolerantParser = Parser.extend((Base) => {
  class Tolerant extends (Base as unknown as new () => OverriddenParser) {
    /** Bytes of stack that the calls take that are active. */
    private stack = 0;

    private enter(bytes: number): void {
      this.stack += bytes;
      if (this.stack > MOST_STACK) this.raise(this.start, 'it is nested too deep to be parsed');
    }

    override parseStatement(context: unknown, topLevel: unknown, exports: unknown): AnyNode {
      this.enter(STACK_OF.statement);
      const node = super.parseStatement(context, topLevel, exports);
      this.stack -= STACK_OF.statement;
      return node;
    }

    override parseMaybeAssign(forInit: unknown, errors: unknown, afterLeft: unknown): AnyNode {
      this.enter(STACK_OF.assignment);
      const node = super.parseMaybeAssign(forInit, errors, afterLeft);
      this.stack -= STACK_OF.assignment;
      return node;
    }

    override parseMaybeUnary(errors: unknown, sawUnary: unknown, update: unknown, forInit: unknown): AnyNode {
      this.enter(STACK_OF.unary);
      const node = super.parseMaybeUnary(errors, sawUnary, update, forInit);
      this.stack -= STACK_OF.unary;
      return node;
    }

    override parseExprAtom(errors: unknown, forInit: unknown, isNew?: unknown): AnyNode {
      this.enter(STACK_OF.atom);
      const node = super.parseExprAtom(errors, forInit, isNew);
      this.stack -= STACK_OF.atom;
      return node;
    }

    override parseExprOp(left: AnyNode, start: number, place: unknown, precedence: number, forInit: unknown): AnyNode {
      this.enter(STACK_OF.operator);
      const node = super.parseExprOp(left, start, place, precedence, forInit);
      this.stack -= STACK_OF.operator;
      return node;
    }

    override parseBindingAtom(): AnyNode {
      this.enter(STACK_OF.binding);
      const node = super.parseBindingAtom();
      this.stack -= STACK_OF.binding;
      return node;
    }

    override raiseRecoverable(position: number, message: string): void {
      if (!message.endsWith('has already been declared')) super.raiseRecoverable(position, message);
    }

    override toAssignable(node: AnyNode, isBinding: boolean, errors: unknown): AnyNode {
      return this.type === tokTypes.eq && isValue(node) ? node : super.toAssignable(node, isBinding, errors);
    }

    override checkLValPattern(node: AnyNode, binding: unknown, clashes: unknown): void {
      if (this.type !== tokTypes.eq || !isValue(node)) super.checkLValPattern(node, binding, clashes);
    }

    override parseExprSubscripts(errors: unknown, forInit: unknown): AnyNode {
      const { start, startLoc } = this;
      const node = super.parseExprSubscripts(errors, forInit);
      const isCalled = this.type === tokTypes.parenL && this.input[this.lastTokStart] === '}';
      if (node.type !== 'ArrowFunctionExpression' || !isCalled) return node;
      return this.parseSubscripts(node, start, startLoc, false, forInit);
    }
  }
  return Tolerant as unknown as typeof Parser;
});

/** The methods of acorn that this plugin extends. */
interface StatementParser {
  parseStatement(context: unknown, topLevel?: boolean, exports?: unknown): { end: number };
}

/** The statements of a script before the first that does not parse: Espruino runs them before it finds the error. */
export function statementsBeforeError(source: string): string {
  let end = 0;
  const Following = TolerantParser.extend((Base) => {
    class Follower extends (Base as unknown as new () => StatementParser) {
      override parseStatement(context: unknown, topLevel?: boolean, exports?: unknown): { end: number } {
        const statement = super.parseStatement(context, topLevel, exports);
        if (topLevel) end = statement.end;
        return statement;
      }
    }
    return Follower as unknown as typeof Parser;
  });
  try {
    Following.parse(source, parserOptions);
  } catch {
    return source.slice(0, end);
  }
  return source;
}

/** Levels of a tree: each takes stack of a board that parses it, and of what visits it here. */
const MOST_LEVELS = 1500;

/** Throws a SyntaxError as acorn does. */
function checkDepth(program: Program): void {
  let level: AnyNode[] = [program];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MOST_LEVELS) {
      const { line, column } = level[0].loc!.start;
      const error = new SyntaxError(`it is nested more than ${MOST_LEVELS} levels deep (${line}:${column})`);
      throw Object.assign(error, { loc: { line, column } });
    }
    level = level.flatMap(children);
  }
}

/** The tree of a script, or of a module if only that parses; `tokens` is filled. Throws acorn's SyntaxError. */
export function parseProgram(source: string, tokens: Token[] = []): Program {
  const parseAs = (sourceType: 'script' | 'module') => {
    tokens.length = 0;
    const program = TolerantParser.parse(source, { ...parserOptions, sourceType, onToken: tokens });
    checkDepth(program);
    return program;
  };
  try {
    return parseAs('script');
  } catch (error) {
    try {
      return parseAs('module');
    } catch {
      throw error;
    }
  }
}
