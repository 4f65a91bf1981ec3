// Chooses the functions that Espruino's compiler on the board compiles: those that run most, relative to the RAM that their code
// takes.

import type { FunctionCode, Region } from '../../../intermediate/instruction.js';
import { Operation } from '../../../intermediate/operation.js';

/** Assumed number of iterations of a loop, and of calls in a recursion. */
export const ROUNDS = 8;
/** Depth up to which nested loops multiply. */
const DEEPEST = 4;

export interface JitOptions {
  /** Bytes of RAM for code. */
  mostBytes: number;
  /** Whether to take every function that fits, even if it rarely runs. */
  all: boolean;
}

export interface Candidate {
  index: number;
  /** Bytes of code in RAM. */
  bytes: number;
}

/** Estimated number of instructions that each function executes, from its loops and its callers. */
export function heatOf(
  bodies: readonly FunctionCode[],
  callsFromOutside: (index: number) => number,
): Map<number, number> {
  const own = new Map<number, number>();
  const calls = new Map<number, Map<number, number>>();
  for (const { index, body } of bodies) {
    const callees = new Map<number, number>();
    let total = 0;
    walk(body, (operation, callee, weight) => {
      total += weight;
      if (operation === Operation.Call || operation === Operation.TailCall)
        callees.set(callee, (callees.get(callee) ?? 0) + weight);
    });
    own.set(index, total);
    calls.set(index, callees);
  }
  let times = new Map<number, number>();
  for (let round = 0; round < DEEPEST; round++) {
    const next = new Map<number, number>(bodies.map(({ index }) => [index, callsFromOutside(index)]));
    for (const [caller, callees] of calls) {
      for (const [callee, weight] of callees)
        next.set(callee, (next.get(callee) ?? 0) + (times.get(caller) ?? 0) * (callee === caller ? ROUNDS : weight));
    }
    times = next;
  }
  return new Map([...own].map(([index, total]) => [index, total * (times.get(index) ?? 0)]));
}

/**
 * The candidates that fit into `mostBytes`, sorted by heat per byte, including the memory to compile the largest of them.
 * Functions that hardly run are left out, except with `all`.
 */
export function chooseJitted(
  candidates: Candidate[],
  heat: ReadonlyMap<number, number>,
  options: JitOptions,
): Set<number> {
  const density = ({ index, bytes }: Candidate) => heat.get(index)! / bytes;
  const chosen = new Set<number>();
  let total = 0;
  let largest = 0;
  for (const each of [...candidates].sort((a, b) => density(b) - density(a))) {
    if (!runsEnough(each, heat, options)) break;
    const most = Math.max(largest, each.bytes);
    if (total + each.bytes + most * MAKING > options.mostBytes) continue;
    chosen.add(each.index);
    total += each.bytes;
    largest = most;
  }
  return chosen;
}

/** Whether a function may be worth its RAM. */
export function runsEnough(
  { index, bytes }: Candidate,
  heat: ReadonlyMap<number, number>,
  { all }: JitOptions,
): boolean {
  return all || heat.get(index)! / bytes >= LEAST_DENSITY;
}

/** The heat of a function that runs once, without loops: compiling it takes longer than running it. */
const LEAST_DENSITY = 0.05;
/** Temporary memory of the compiler, relative to the size of the code; measured with functions of 1,660 to 15,114 bytes. */
const MAKING = 2.6;

function walk(body: Region, each: (operation: number, index: number, weight: number) => void): void {
  const open: { region: Region; next: number; depth: number }[] = [{ region: body, next: 0, depth: 0 }];
  for (let top = open[0]; top !== undefined; top = open[open.length - 1]) {
    const { region, depth } = top;
    if (top.next === region.length) {
      open.pop();
      continue;
    }
    const { operation, index, regions } = region[top.next++];
    each(operation, index, ROUNDS ** Math.min(depth, DEEPEST));
    const inner = operation === Operation.Loop ? depth + 1 : depth;
    for (let at = (regions?.length ?? 0) - 1; at >= 0; at--) open.push({ region: regions![at], next: 0, depth: inner });
  }
}
