// The use of Espruino's C stack by calls. A stack overflow cannot be caught in Espruino. So functions that may recurse have a
// parameter `d` with the remaining depth of calls, which is 0 when there is no room for another call.

import type { ModuleCode } from '../../../module/module-code.js';
import { CallGraph } from '../../intermediate/call-graph.js';
import { type FunctionCode, visit } from '../../intermediate/instruction.js';
import { Operation } from '../../intermediate/operation.js';
import { type Token, TokenKind } from '../trees/code.js';

/** Functions that count the depth of calls. */
export interface CallDepth {
  /** Functions that may recurse. */
  counted: ReadonlySet<number>;
  /** These, and the functions that may call them: they have the parameter `d`. */
  carried: ReadonlySet<number>;
  /** Whether a call through a table, by signature, may reach a function with `d`. */
  carriesIndirect(signature: string): boolean;
}

/** `referred`: the functions that tables may contain, by signature. */
export function callDepth(
  graph: CallGraph,
  bodies: readonly FunctionCode[],
  referred: ReadonlyMap<string, readonly number[]>,
): CallDepth {
  const recursive = graph.recursive();
  const reaching = graph.reaching(recursive);
  const among = (chosen: ReadonlySet<number>) =>
    new Set(bodies.map(({ index }) => index).filter((index) => chosen.has(index)));
  const carried = among(reaching);
  return {
    counted: among(recursive),
    carried,
    carriesIndirect: (signature) => (referred.get(signature) ?? []).some((each) => carried.has(each)),
  };
}

const INDIRECT: readonly number[] = [Operation.CallIndirect, Operation.TailCallIndirect, Operation.CallNumber];

/** The calls of all functions. */
export function callGraph(
  code: ModuleCode,
  bodies: readonly FunctionCode[],
  referred: ReadonlyMap<string, readonly number[]>,
): CallGraph {
  const graph = new CallGraph(code, [...referred.values()].flat());
  for (const { index, body } of bodies)
    visit(body, ({ operation, index: callee, signature }) => {
      if (operation === Operation.Call || operation === Operation.TailCall) graph.addCall(index, callee);
      else if (INDIRECT.includes(operation)) graph.addIndirectCall(index, signature);
    });
  return graph;
}

/** Bytes of C stack of a call as a statement, and of constructs around it: measured with Espruino for 32-bit ARM, with soft doubles. */
const CALL = 352;
const BLOCK = 71;
const LOOP = 207;
const FOR = 321;
const ARGUMENT = 314;
const PARENTHESES = 120;
const BRACKETS = 145;
const RIGHT_OPERAND = 135;
/** A return, an assignment, a conditional expression, and some more. */
const OTHER = 100;
/** The approximate C stack of a function, in bytes. */
export interface StackNeed {
  /** At its calls of counting functions: in a recursion, each active call takes this. */
  level: number;
  /** At its most deeply nested call. */
  most: number;
}

/** The C stack that an open bracket takes, and what a block behind it takes. */
interface Open {
  size: number;
  block: number;
}

/** Bytes of C stack of the block after the parentheses of a loop. */
const BLOCKS: ReadonlyMap<string, number> = new Map([
  ['for', FOR],
  ['while', LOOP],
]);
const WITHOUT_CALL: ReadonlySet<string> = new Set(['if', 'while', 'for']);
/** The last characters of operators. */
const OPERATOR = '-+*/%&|^<>';

/**
 * `tokens` are those of a function, `calls` of which are open at once. `counts`: whether a function counts, by its name; what is
 * called through a table may. `room` is asked for where no call comes back.
 */
export function stackNeed(
  tokens: readonly Token[],
  calls: number,
  counts: (name: string) => boolean,
  room: Token,
): StackNeed {
  const open: Open[] = [];
  let total = -BLOCK;
  let level = 0;
  let most = 0;
  let [before, last, block]: [Token | null, Token | null, number] = [null, null, BLOCK];
  const enter = (size: number, block = BLOCK) => {
    open.push({ size, block });
    total += size;
  };
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at];
    // The test for room is not a call: the trap does not return.
    const isTrap = last !== null && before?.text === '||' && tokens[at - 3] === room;
    switch (token.text) {
      case '(': {
        const isNamed = last?.kind === TokenKind.Word && !isTrap;
        const isDeclared = isNamed && before?.kind === TokenKind.Space && tokens[at - 3]?.text === 'function';
        const isIndirect = last?.text === ')';
        const isCall = isIndirect || (isNamed && !isDeclared && !WITHOUT_CALL.has(last!.text));
        const operator = last?.kind === TokenKind.Word ? before : last;
        const isRight = !isTrap && operator?.kind === TokenKind.Mark && OPERATOR.includes(operator.text.at(-1)!);
        const right = isRight ? RIGHT_OPERAND : 0;
        if (isCall) most = Math.max(most, total + right);
        if (isIndirect || (isCall && counts(last!.text))) level = Math.max(level, total + right);
        enter((isCall ? ARGUMENT : PARENTHESES) + right, isNamed ? BLOCKS.get(last!.text) : BLOCK);
        break;
      }
      case '[':
        enter(BRACKETS);
        break;
      case '{':
        enter(last?.text === 'do' ? LOOP : block);
        break;
      case ')':
      case ']':
      case '}': {
        const closed = open.pop()!;
        block = closed.block;
        total -= closed.size;
        break;
      }
    }
    if (token.text !== ')') block = BLOCK;
    [before, last] = [last, token];
  }
  return { level: calls * (CALL + OTHER + level), most: calls * (CALL + OTHER + most) };
}
