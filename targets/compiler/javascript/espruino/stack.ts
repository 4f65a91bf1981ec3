// What calls take of Espruino's C stack. Running out of it cannot be caught there, so functions that may call themselves again
// are given how much further calls may go: the parameter `d`, which is 0 when there is no room for another.

import { type FunctionCode, visit } from '../../intermediate/instruction.js';
import { Operation } from '../../intermediate/operation.js';

/** Stands in front of the index of a function for what a call of it takes, until that is known. */
export const WEIGHT = 'WEIGHT_OF_';
/** Stands for the condition that there is room for another call. */
export const ROOM = 'ROOM_FOR_CALL';

/** Which functions count how deep calls go. */
export interface CallDepth {
  /** From which calls can lead back to them. */
  counted: ReadonlySet<number>;
  /** Those, and those that may get to them: they are given `d`. */
  carried: ReadonlySet<number>;
  /** Whether a call through a table, by signature, may get to one that is given `d`. */
  carriesIndirect(signature: string): boolean;
}

/** `referred`: the functions that tables may have, by signature. */
export function callDepth(bodies: FunctionCode[], referred: ReadonlyMap<string, readonly number[]>): CallDepth {
  const callees = calleesOf(bodies, referred);
  const counted = new Set([...callees.keys()].filter((index) => reachedFrom(index, callees).has(index)));
  const carried = new Set(
    [...callees.keys()].filter(
      (index) => counted.has(index) || [...reachedFrom(index, callees)].some((each) => counted.has(each)),
    ),
  );
  return {
    counted,
    carried,
    carriesIndirect: (signature) => (referred.get(signature) ?? []).some((each) => carried.has(each)),
  };
}

const INDIRECT: readonly number[] = [Operation.CallIndirect, Operation.TailCallIndirect, Operation.CallNumber];

/** The functions that a function may call. */
export function calleesOf(
  bodies: FunctionCode[],
  referred: ReadonlyMap<string, readonly number[]>,
): Map<number, Set<number>> {
  const callees = new Map<number, Set<number>>();
  for (const { index, body } of bodies) {
    const called = new Set<number>();
    visit(body, ({ operation, index: callee, signature }) => {
      if (operation === Operation.Call || operation === Operation.TailCall) called.add(callee);
      if (INDIRECT.includes(operation)) for (const each of referred.get(signature) ?? []) called.add(each);
    });
    callees.set(index, called);
  }
  return callees;
}

function reachedFrom(start: number, callees: Map<number, Set<number>>): Set<number> {
  const reached = new Set<number>();
  const open = [...(callees.get(start) ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (reached.has(next)) continue;
    reached.add(next);
    open.push(...(callees.get(next) ?? []));
  }
  return reached;
}

/** Of a call as a statement, and of what it is nested in: measured with Espruino for 32-bit ARM, with soft doubles. */
const CALL = 352;
const BLOCK = 71;
const DO = 207;
const FOR = 321;
const ARGUMENT = 314;
const PARENTHESES = 120;
const RIGHT_OPERAND = 135;
/** A return, an assignment, a conditional expression, and some more. */
const OTHER = 100;
/** Where a function asks for room: what is called there does not come back. */
const CHECK = new RegExp(`${ROOM}\\|\\|\\w+\\(`);

/** Of C stack that a function takes, about, in bytes. */
export interface StackNeed {
  /** Where it calls functions that count: in a recursion, each call that has not returned takes that. */
  level: number;
  /** Where its most deeply nested call is. */
  most: number;
}

/**
 * `calls` of functions of the text are open at once. `counts`: whether a function counts, by its name in the text; what is
 * called through a table may.
 */
export function stackNeed(text: string, calls: number, counts: (name: string) => boolean): StackNeed {
  const open: number[] = [];
  let total = -BLOCK;
  let level = 0;
  let most = 0;
  const written = text.replace(CHECK, '(');
  for (const { 0: token, index } of written.matchAll(/for\(;;\)\{|do\{|function \w+\(|\w*\(|[){}]/g)) {
    if (token === ')' || token === '}') {
      total -= open.pop()!;
      continue;
    }
    const isRight = /[-+*/%&|^<>]/.test(written[index - 1] ?? '') && token !== '{';
    const right = isRight ? RIGHT_OPERAND : 0;
    const isIndirect = token === '(' && written[index - 1] === ')';
    const isCall = isIndirect || (/^\w+\($/.test(token) && token !== 'if(' && token !== 'while(');
    if (isCall) most = Math.max(most, total + right);
    if (isIndirect || (isCall && counts(token.slice(0, -1)))) level = Math.max(level, total + right);
    const size =
      token === '{' ? BLOCK : token === 'do{' ? DO : token.endsWith('{') ? FOR : isCall ? ARGUMENT : PARENTHESES;
    open.push(size + right);
    total += size + right;
  }
  return { level: calls * (CALL + OTHER + level), most: calls * (CALL + OTHER + most) };
}
