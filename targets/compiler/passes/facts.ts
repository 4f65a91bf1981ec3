// Attaches facts to instructions and their operands: `Proven`, ranges, and induction variables. Walks through the function once, and
// through each loop again until the ranges assumed for its Phis cover those of the back edges (a fixed point).

import { ControlWalk, type Merge } from '../intermediate/control-walk.js';
import { findDefinitions } from '../intermediate/definitions.js';
import { type FunctionCode, type Instruction, type LoopInduction, NO_OPERANDS } from '../intermediate/instruction.js';
import { accessBytes, isDivision, isLoad, isStore, Operation, Type } from '../intermediate/operation.js';
import { ANY, join, LEAST, MOST, type Range, widened } from '../intermediate/value-range.js';
import {
  type Bounds,
  findInduction,
  type Induction,
  type InductionBounds,
  inductionBounds,
  inductionOf,
} from './induction.js';
import { Knowledge, MOST_MEMORY } from './knowledge.js';
import { constantBounds } from './merged-constants.js';
import type { ModuleAlignment } from './module-alignment.js';
import { provenOf } from './proven.js';
import { resultRange } from './range-arithmetic.js';

/** How often the range of a Phi may grow before it becomes the full range. */
const MOST_STEPS = 8;
/** How many of these steps grow to the incoming range only, not beyond (no widening). */
const EXACT_STEPS = 2;
/**
 * Loops within each other whose Phis get ranges step by step. Those that are nested deeper are not walked through again: each of their
 * steps would be repeated in those of all loops around them.
 */
const MOST_NESTED = 16;
/** Maximum number of values that are tracked separately where control flow merges. */
const MOST_LEARNED = 100;

export function facts(
  code: FunctionCode,
  {
    minimumMemory,
    maximumMemory = MOST_MEMORY,
    alignment,
  }: { minimumMemory: number; maximumMemory?: number; alignment?: ModuleAlignment },
): void {
  findDefinitions(code);
  const alignmentOf = (value: Instruction) =>
    alignment === undefined ? 1 : knownAlignment(alignment, code.index, value);
  code.inductions = new Facts(new Knowledge(minimumMemory, maximumMemory, alignmentOf)).run(code);
}

function knownAlignment(alignment: ModuleAlignment, within: number, { operation, index }: Instruction): number {
  if (operation === Operation.GlobalGet) return alignment.ofGlobal(index);
  if (operation === Operation.Parameter) return alignment.ofParameter(within, index);
  return operation === Operation.Call ? alignment.ofResult(index) : 1;
}

/** A merge of control flow: at the end of a block or `if`, while the code before it is walked, or at the head of a loop. */
interface FactMerge extends Merge {
  height: number;
  edges: number;
  /** The number of loops that it is in, or is. */
  loops: number;
  /** The ranges of its Phis; at the head of a loop, the assumed ranges. */
  ranges: Range[];
  /** Values with facts on every edge so far, and these facts. A value may occur twice. */
  learned: Instruction[];
  learnedRanges: Range[];
  /** The assumption of a loop. */
  assumption: Assumption | null;
}

/** The ranges assumed for the Phis of a loop. */
interface Assumption {
  induction: Induction | null;
  /** The ranges that the back edges require. */
  grown: Range[];
  steps: Int32Array;
  /** Ranges of the Phis that are certain. */
  certain: (Bounds | null)[];
  /** Of the induction variables. */
  bounds: InductionBounds | null;
  /** The number of edges that there were when the loop was entered. */
  joined: number;
}

const NO_RANGES: Range[] = [];

class Facts extends ControlWalk<FactMerge> {
  private readonly knowledge: Knowledge;
  /** Merges of loops whose walk is complete. */
  private readonly loops = new Map<Instruction, FactMerge>();
  /** The merges that all edges so far lead to, in order. */
  private readonly joined: FactMerge[] = [];
  private readonly rangeOf = (value: Instruction): Range => this.knowledge.of(value);

  constructor(knowledge: Knowledge) {
    super();
    this.knowledge = knowledge;
  }

  /** Returns the induction variables of loops. */
  run(code: FunctionCode): Map<Instruction, LoopInduction> {
    this.walk(code.body);
    this.knowledge.forget(0);
    const found = new Map<Instruction, LoopInduction>();
    for (const [loop, { assumption }] of this.loops) {
      const { induction, bounds } = assumption!;
      if (induction !== null) found.set(loop, inductionOf(loop, induction, bounds));
    }
    return found;
  }

  protected instruction(instruction: Instruction): void {
    const { operation, operands, type } = instruction;
    const { knowledge } = this;
    if (operation === Operation.Set) return;
    if (operation === Operation.Get) {
      instruction.range = type === Type.I32 ? knowledge.of(instruction) : null;
      return;
    }
    const a = operands.length > 0 ? knowledge.of(operands[0]) : ANY;
    const b = operands.length > 1 ? knowledge.of(operands[1]) : ANY;
    instruction.proven = provenOf(instruction, a, b, knowledge);
    if (type === Type.I32)
      instruction.range =
        operation === Operation.Select
          ? this.select(operands)
          : (knowledge.rangeFromOutside(instruction) ?? resultRange(operation, a, b));
    if (isLoad(operation) || isStore(operation))
      knowledge.accessed(instruction, instruction.index + accessBytes(operation));
    else if (isDivision(operation)) knowledge.exclude(operands[1], 0);
  }

  /** Each operand has the range that it has where the condition selects it. */
  private select([condition, whenTrue, whenFalse]: Instruction[]): Range {
    const { knowledge } = this;
    const { height } = knowledge;
    knowledge.assume(condition, true);
    const first = knowledge.of(whenTrue);
    knowledge.forget(height);
    knowledge.assume(condition, false);
    const second = knowledge.of(whenFalse);
    knowledge.forget(height);
    return join(first, second);
  }

  protected enter(owner: Instruction): FactMerge {
    const known = owner.operation === Operation.Loop ? this.loops.get(owner) : undefined;
    if (known !== undefined) return known;
    const { open } = this;
    const outside = open.length === 0 ? 0 : open[open.length - 1].loops;
    return {
      owner,
      height: this.knowledge.height,
      edges: 0,
      loops: owner.operation === Operation.Loop ? outside + 1 : outside,
      ranges: owner.phis!.length === 0 ? NO_RANGES : [],
      learned: NO_OPERANDS,
      learnedRanges: NO_RANGES,
      assumption: null,
    };
  }

  protected override enterArm({ owner }: FactMerge, isFirst: boolean): void {
    this.knowledge.assume(owner.operands[0], isFirst);
  }

  protected override leaveArm({ height }: FactMerge): void {
    this.knowledge.forget(height);
  }

  /** The range that an edge brings to a Phi. The Phi is another address than the one that was checked, even if it is the same number. */
  private brought(operand: Instruction): Range {
    return this.knowledge.narrowed(operand).unchecked();
  }

  protected join(merge: FactMerge): void {
    this.joined.push(merge);
    if (merge.assumption !== null) {
      this.joinLoop(merge, merge.assumption);
      return;
    }
    const { knowledge } = this;
    const { owner, height, edges, ranges, learned, learnedRanges } = merge;
    const phis = owner.phis!;
    for (let index = 0; index < phis.length; index++) {
      const { operands, type } = phis[index];
      const range = operands.length > 0 && type === Type.I32 ? this.brought(operands[edges]) : ANY;
      ranges[index] = edges === 0 ? range : join(ranges[index], range);
    }
    if (edges === 0) {
      merge.learned = knowledge.learnedSince(Math.max(height, knowledge.height - MOST_LEARNED));
      merge.learnedRanges = merge.learned.map((value) => value.range!);
    } else {
      for (let index = 0; index < learned.length; index++)
        learnedRanges[index] = join(learnedRanges[index], learned[index].range ?? ANY);
    }
    merge.edges++;
  }

  protected leave({ owner, height, edges, ranges, learned, learnedRanges }: FactMerge): boolean {
    const { knowledge } = this;
    knowledge.forget(height);
    const phis = owner.phis!;
    for (let index = 0; index < phis.length; index++) phis[index].range = ranges[index] ?? ANY;
    for (let index = 0; index < learned.length; index++) {
      const value = learned[index];
      if (!(value.range ?? ANY).isIn(learnedRanges[index])) knowledge.learn(value, learnedRanges[index]);
    }
    return edges > 0;
  }

  // Loops.

  protected override enterLoop(merge: FactMerge): void {
    const { knowledge } = this;
    const { owner, ranges } = merge;
    const phis = owner.phis!;
    merge.height = knowledge.height;
    const before = merge.assumption;
    const assumption = before ?? {
      induction: findInduction(owner),
      grown: [],
      steps: new Int32Array(phis.length),
      certain: [],
      bounds: null,
      joined: 0,
    };
    merge.assumption = assumption;
    this.loops.set(owner, merge);
    const { induction } = assumption;
    // In another iteration of an outer loop, more values are possible.
    const bounds = induction === null ? null : inductionBounds(phis, induction, this.rangeOf);
    assumption.bounds = bounds;
    assumption.certain = phis.map((phi, index) => bounds?.phis[index] ?? constantBounds(phi));
    for (let index = 0; index < phis.length; index++) {
      const { type, operands } = phis[index];
      const range = type === Type.I32 && operands.length > 0 ? this.brought(operands[0]) : ANY;
      // The ranges assumed in an earlier walk of an outer loop are a lower bound.
      if (merge.loops > MOST_NESTED) ranges[index] = bounded(ANY, assumption.certain[index]);
      else ranges[index] = before === null ? range : this.grow(merge, assumption, index, range);
    }
    assumption.joined = this.joined.length;
    this.startRound(merge, assumption);
  }

  private startRound(merge: FactMerge, { grown, joined }: Assumption): void {
    const { owner, ranges } = merge;
    const phis = owner.phis!;
    // Branches out of the loop are merged anew; the result contains the earlier ranges.
    while (this.joined.length > joined) this.joined.pop()!.edges--;
    for (let index = 0; index < phis.length; index++) {
      phis[index].range = ranges[index];
      grown[index] = ranges[index];
    }
    merge.edges = 1;
  }

  protected override repeats(merge: FactMerge): boolean {
    const { ranges, height } = merge;
    const assumption = merge.assumption!;
    const { grown } = assumption;
    if (ranges.every((range, index) => grown[index].isIn(range))) return false;
    this.knowledge.forget(height);
    for (let index = 0; index < ranges.length; index++)
      ranges[index] = this.grow(merge, assumption, index, grown[index]);
    this.startRound(merge, assumption);
    return true;
  }

  private joinLoop(merge: FactMerge, { grown, certain }: Assumption): void {
    const phis = merge.owner.phis!;
    for (let index = 0; index < phis.length; index++) {
      const { type, operands } = phis[index];
      if (type !== Type.I32 || operands.length === 0) continue;
      const range = this.brought(operands[merge.edges]);
      grown[index] = join(grown[index], bounded(range, certain[index]));
    }
    merge.edges++;
  }

  /** The next range to assume for a Phi so that it contains the given range. The first steps grow to a bound that a condition sets. */
  private grow({ owner, ranges }: FactMerge, assumption: Assumption, index: number, range: Range): Range {
    const before = ranges[index];
    if (range.isIn(before)) return before;
    const step = assumption.steps[index]++;
    const certain = assumption.certain[index];
    if (step >= MOST_STEPS) return bounded(ANY, certain);
    const joined = join(before, range);
    const known = this.knowledge.boundsOf(owner.phis![index]);
    const isExact = step > 0 && step <= EXACT_STEPS;
    let { least, most } = joined;
    if (least < before.least) {
      const lower = nearestBelow(least, known, certain);
      if (lower > LEAST || !isExact) least = lower;
    }
    if (most > before.most) {
      const upper = nearestAbove(most, known, certain);
      if (upper < MOST || !isExact) most = upper;
    }
    return widened(joined, least, most);
  }
}

/** The largest bound that is not above the number; LEAST if there is none. */
function nearestBelow(number: number, bounds: readonly number[], certain: Bounds | null): number {
  let found = LEAST;
  for (const bound of bounds) if (bound <= number && bound > found) found = bound;
  if (certain === null) return found;
  if (certain.most <= number && certain.most > found) found = certain.most;
  return certain.least <= number && certain.least > found ? certain.least : found;
}

/** The smallest bound that is not below it; MOST if there is none. */
function nearestAbove(number: number, bounds: readonly number[], certain: Bounds | null): number {
  let found = MOST;
  for (const bound of bounds) if (bound >= number && bound < found) found = bound;
  if (certain === null) return found;
  if (certain.least >= number && certain.least < found) found = certain.least;
  return certain.most >= number && certain.most < found ? certain.most : found;
}

function bounded(range: Range, bounds: Bounds | null): Range {
  return bounds === null ? range : range.within(bounds.least, bounds.most);
}
