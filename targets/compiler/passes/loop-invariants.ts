// Loop-invariant code motion: moves values in front of a loop where this is cheaper. Such a value is in the loop's own region, has no
// effect, and is computed from nothing that the loop writes. Facts of the value were proven where it was, and hold where it is used.
// So run this pass after the passes that replace values by others, because these would use it elsewhere.

import type { Costs } from '../intermediate/costs.js';
import {
  countUses,
  type FunctionCode,
  type Instruction,
  type Region,
  regionsWithin,
  resolved,
} from '../intermediate/instruction.js';
import { Operation, Type } from '../intermediate/operation.js';

export function loopInvariants(code: FunctionCode, _options: unknown, costs: Costs): void {
  countUses(code);
  const regions = regionsWithin(code.body);
  // Inner loops first: a value that leaves one may leave the enclosing loop too.
  for (let at = regions.length - 1; at >= 0; at--) hoistFrom(regions[at], costs);
}

/** Moves invariant values of the loops of a region in front of them. */
function hoistFrom(region: Region, costs: Costs): void {
  if (!region.some(({ operation }) => operation === Operation.Loop)) return;
  const made: Region = [];
  for (const instruction of region) {
    if (instruction.operation === Operation.Loop) made.push(...hoisted(instruction, costs));
    made.push(instruction);
  }
  for (const [index, each] of made.entries()) region[index] = each;
}

/** Removes from a loop, and returns, the values that it pays to compute in front of it. */
function hoisted(loop: Instruction, costs: Costs): Region {
  const [body] = loop.regions!;
  const invariant = invariantsOf(body, new Set(loop.written));
  const used = new Map<Instruction, number>();
  for (const each of invariant)
    for (const operand of each.operands) used.set(resolved(operand), (used.get(resolved(operand)) ?? 0) + 1);
  const chosen = new Set<Instruction>();
  for (const each of invariant) {
    // Other values are only operands of those.
    const isRoot = each.uses > (used.get(each) ?? 0);
    if (!isRoot || each.operation === Operation.Get) continue;
    const tree = treeOf(each, invariant);
    if (costOf(tree, costs) >= costs.worthHoisting) for (const part of tree) chosen.add(part);
  }
  if (chosen.size === 0) return [];
  const found = body.filter((each) => chosen.has(each));
  const kept = body.filter((each) => !chosen.has(each));
  for (const [index, each] of kept.entries()) body[index] = each;
  body.length = kept.length;
  return found;
}

/** Values of a loop's region that are the same in every iteration. */
function invariantsOf(body: Region, written: ReadonlySet<number>): Set<Instruction> {
  const varying = new Set<Instruction>();
  const found = new Set<Instruction>();
  for (const each of body) {
    const { operation, operands, type, effects, index, regions } = each;
    const isValue =
      operation === Operation.Get ? !written.has(index) : type !== Type.None && effects === 0 && regions === null;
    if (isValue && !operands.some((operand) => varying.has(resolved(operand)))) found.add(each);
    else varying.add(each);
  }
  return found;
}

/** A value and its transitive operands within a set. */
function treeOf(root: Instruction, within: ReadonlySet<Instruction>): Set<Instruction> {
  const tree = new Set<Instruction>();
  const open = [root];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (!within.has(next) || tree.has(next)) continue;
    tree.add(next);
    for (const operand of next.operands) open.push(resolved(operand));
  }
  return tree;
}

function costOf(tree: ReadonlySet<Instruction>, costs: Costs): number {
  let cost = 0;
  for (const each of tree) cost += each.operation === Operation.Get ? costs.read : costs.of(each);
  return cost;
}
