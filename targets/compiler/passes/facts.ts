// Finds what is known of instructions and their operands where they stand: `Proven`, and ranges. Walks through the function once,
// and through a loop again until what its Phis are assumed to be holds for what is brought back to its head.

import { ControlWalk } from '../intermediate/control-walk.js';
import { findDefinitions } from '../intermediate/definitions.js';
import type { FunctionCode, Instruction } from '../intermediate/instruction.js';
import { accessBytes, isDivision, isLoad, isStore, Operation, Type } from '../intermediate/operation.js';
import { ANY, join, LEAST, MOST, type Range, widened } from '../intermediate/range.js';
import { type Bounds, inductionBounds } from './induction.js';
import { Knowledge, MOST_MEMORY } from './knowledge.js';
import { provenOf } from './proven.js';
import { resultRange } from './range-arithmetic.js';

/** How often a Phi may grow before it is taken to be anything. */
const MOST_STEPS = 8;
/** Of these, steps to what was brought, not beyond. */
const EXACT_STEPS = 2;
/** Values that are told apart where control joins. */
const MOST_LEARNED = 100;

export function facts(
  code: FunctionCode,
  { minimumMemory, maximumMemory = MOST_MEMORY }: { minimumMemory: number; maximumMemory?: number },
): void {
  findDefinitions(code);
  new Facts(new Knowledge(minimumMemory, maximumMemory)).run(code);
}

/** Where control joins, while what is before it is walked through. */
interface Joint {
  height: number;
  edges: number;
  /** Of its Phis. */
  ranges: Range[];
  /** Values of which something is known on every edge so far. */
  learned: Map<Instruction, Range>;
}

/** A loop and what its Phis are assumed to be. */
interface Assumption {
  edges: number;
  ranges: Range[];
  /** What they would have to be. */
  grown: Range[];
  steps: number[];
  /** What they are for certain. */
  bounds: (Bounds | null)[];
}

class Facts extends ControlWalk {
  private readonly knowledge: Knowledge;
  private readonly joints = new Map<Instruction, Joint>();
  private readonly openLoops: Assumption[] = [];
  private readonly assumptions = new Map<Instruction, Assumption>();

  constructor(knowledge: Knowledge) {
    super();
    this.knowledge = knowledge;
  }

  run(code: FunctionCode): void {
    this.region(code.body);
    this.knowledge.forget(0);
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
      instruction.range = operation === Operation.Select ? this.select(operands) : resultRange(operation, a, b);
    if (isLoad(operation) || isStore(operation))
      knowledge.accessed(operands[0], instruction.index + accessBytes(operation));
    else if (isDivision(operation)) knowledge.exclude(operands[1], 0);
  }

  /** Each of the two is what it is where the condition chooses it. */
  private select([condition, whenTrue, whenFalse]: Instruction[]): Range {
    const { knowledge } = this;
    const { height } = knowledge;
    const [first, second] = [true, false].map((holds) => {
      knowledge.assume(condition, holds);
      const range = knowledge.of(holds ? whenTrue : whenFalse);
      knowledge.forget(height);
      return range;
    });
    return join(first, second);
  }

  protected enter(owner: Instruction): void {
    this.joints.set(owner, { height: this.knowledge.height, edges: 0, ranges: [], learned: new Map() });
  }

  protected enterArm(owner: Instruction, isFirst: boolean): void {
    this.knowledge.assume(owner.operands[0], isFirst);
  }

  protected leaveArm(owner: Instruction): void {
    this.knowledge.forget(this.joints.get(owner)!.height);
  }

  protected join(owner: Instruction): void {
    if (owner.operation === Operation.Loop) {
      this.joinLoop(owner);
      return;
    }
    const { knowledge } = this;
    const joint = this.joints.get(owner)!;
    const { height, edges, ranges, learned } = joint;
    const phis = owner.phis!;
    for (let index = 0; index < phis.length; index++) {
      const { operands, type } = phis[index];
      const range = operands.length > 0 && type === Type.I32 ? knowledge.of(operands[edges]) : ANY;
      ranges[index] = edges === 0 ? range : join(ranges[index], range);
    }
    if (edges === 0) {
      learned.clear();
      for (const value of knowledge.learnedSince(Math.max(height, knowledge.height - MOST_LEARNED)))
        learned.set(value, value.range!);
    } else {
      for (const [value, range] of learned) learned.set(value, join(range, value.range ?? ANY));
    }
    joint.edges++;
  }

  protected leave(owner: Instruction): boolean {
    const { height, edges, ranges, learned } = this.joints.get(owner)!;
    const { knowledge } = this;
    this.joints.delete(owner);
    knowledge.forget(height);
    const phis = owner.phis!;
    for (let index = 0; index < phis.length; index++) phis[index].range = ranges[index] ?? ANY;
    for (const [value, range] of learned) if (!(value.range ?? ANY).isIn(range)) knowledge.learn(value, range);
    return edges > 0;
  }

  // Loops.

  protected loop(owner: Instruction): boolean {
    const { knowledge } = this;
    const phis = owner.phis!;
    const { height } = knowledge;
    // What was assumed when an outer loop was walked through before is the least that will do.
    const before = this.assumptions.get(owner);
    const bounds = inductionBounds(owner, (value) => knowledge.of(value));
    const assumption: Assumption = before ?? { edges: 0, ranges: [], grown: [], steps: phis.map(() => 0), bounds };
    // In another round of an outer loop, more is possible.
    assumption.bounds = bounds;
    this.assumptions.set(owner, assumption);
    for (const [index, phi] of phis.entries()) {
      const range = phi.type === Type.I32 && phi.operands.length > 0 ? knowledge.of(phi.operands[0]) : ANY;
      assumption.ranges[index] = before === undefined ? range : this.grow(phi, index, assumption, range);
    }
    // What branches out of the loop bring is joined anew, and contains what was brought before.
    const open = [...this.joints.values(), ...this.openLoops].map((joint) => ({ joint, edges: joint.edges }));
    this.openLoops.push(assumption);
    for (;;) {
      for (const { joint, edges } of open) joint.edges = edges;
      for (let index = 0; index < phis.length; index++) {
        phis[index].range = assumption.ranges[index];
        assumption.grown[index] = assumption.ranges[index];
      }
      assumption.edges = 1;
      const falls = this.region(owner.regions![0]);
      const holds = assumption.ranges.every((range, index) => assumption.grown[index].isIn(range));
      if (holds) {
        this.openLoops.pop();
        return falls;
      }
      knowledge.forget(height);
      for (const [index, phi] of phis.entries())
        assumption.ranges[index] = this.grow(phi, index, assumption, assumption.grown[index]);
    }
  }

  private joinLoop(owner: Instruction): void {
    const assumption = this.assumptions.get(owner)!;
    const { edges, grown, bounds } = assumption;
    const phis = owner.phis!;
    for (let index = 0; index < phis.length; index++) {
      const { type, operands } = phis[index];
      if (type === Type.I32 && operands.length > 0)
        grown[index] = join(grown[index], bounded(this.knowledge.of(operands[edges]), bounds[index]));
    }
    assumption.edges++;
  }

  /** What to assume of a Phi next so that it holds for a range too: at first up to a bound that a condition sets. */
  private grow(phi: Instruction, index: number, assumption: Assumption, range: Range): Range {
    const { ranges, steps } = assumption;
    const before = ranges[index];
    if (range.isIn(before)) return before;
    const step = steps[index]++;
    const certain = assumption.bounds[index];
    if (step >= MOST_STEPS) return bounded(ANY, certain);
    const joined = join(before, range);
    const bounds = [...this.knowledge.boundsOf(phi), ...(certain === null ? [] : [certain.least, certain.most])];
    const isExact = step > 0 && step <= EXACT_STEPS;
    let { least, most } = joined;
    if (least < before.least) {
      const lower = bounds.filter((bound) => bound <= joined.least && bound > LEAST);
      if (lower.length > 0) least = Math.max(...lower);
      else if (!isExact) least = LEAST;
    }
    if (most > before.most) {
      const upper = bounds.filter((bound) => bound >= joined.most && bound < MOST);
      if (upper.length > 0) most = Math.min(...upper);
      else if (!isExact) most = MOST;
    }
    const checked = step < EXACT_STEPS ? joined.checked : -Infinity;
    return widened(joined, least, most, checked);
  }
}

function bounded(range: Range, bounds: Bounds | null): Range {
  return bounds === null ? range : range.within(bounds.least, bounds.most);
}
