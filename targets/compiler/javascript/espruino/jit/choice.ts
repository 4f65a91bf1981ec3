// Chooses the functions that Espruino's compiler on the board compiles: those that run most, relative to the RAM that their code
// takes.

import type { FunctionCode, Region } from '../../../intermediate/instruction.js';
import { Operation } from '../../../intermediate/operation.js';

/** How often a loop is taken to go round, and a call of itself to be made. */
export const ROUNDS = 8;
/** Nested deeper, a loop counts no more. */
const DEEPEST = 4;

export interface JitOptions {
  /** Bytes of RAM for code. */
  mostBytes: number;
  /** Whatever fits, however little it runs. */
  all: boolean;
}

export interface Candidate {
  index: number;
  /** Of code, in RAM. */
  bytes: number;
}

/** How many instructions each function carries out, by a guess from its loops and from where it is called. */
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
 * Those of the candidates that fit into `mostBytes`, the most heat a byte first, with what making the largest of them takes.
 * What hardly runs is left out but for `all`.
 */
export function chooseJitted(
  candidates: Candidate[],
  heat: ReadonlyMap<number, number>,
  { mostBytes, all }: JitOptions,
): Set<number> {
  const density = ({ index, bytes }: Candidate) => heat.get(index)! / bytes;
  const chosen = new Set<number>();
  let total = 0;
  let largest = 0;
  for (const each of [...candidates].sort((a, b) => density(b) - density(a))) {
    if (!all && density(each) < LEAST_DENSITY) break;
    const most = Math.max(largest, each.bytes);
    if (total + each.bytes + most * MAKING > mostBytes) continue;
    chosen.add(each.index);
    total += each.bytes;
    largest = most;
  }
  return chosen;
}

/** Of a function that runs once, straight through: to compile it takes longer than to run it. */
const LEAST_DENSITY = 0.05;
/** Besides its code, times that: what the compiler needs for a while, measured with functions of 1,660 to 15,114 bytes. */
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
