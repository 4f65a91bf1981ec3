// Charges of back edges that are not tested there. The next charge of the iteration takes them, too. If an iteration may pass no other
// charge, the loop must certainly end, and soon: the back edge takes fuel without a test then. Fuel may have run out some iterations before
// the next test, and what is missing says in which. Until the test, there must be no effect that can be seen.
// In front of what leaves the loop without a charge, a test is added; traps test before they are reported. Run after `placeCharges`.

import { findDefinitions } from '../intermediate/definitions.js';
import {
  type FunctionCode,
  Instruction,
  type Label,
  NO_OPERANDS,
  type Region,
  regionsWithin,
  visit,
} from '../intermediate/instruction.js';
import { Effect, leavesFunction, Operation, Type } from '../intermediate/operation.js';
import { ambiguousTraps, type ChargePlan, type Part } from './charge-placement.js';
import { countedLoop, mostRounds } from './loop-rounds.js';

/** Fuel that a loop may take without a test, at most: this long may a call go on without any. It is far below the range of numbers. */
const MOST_FUEL = 2 ** 24;

const SEEN = Effect.WritesMemory | Effect.WritesGlobals | Effect.WritesTables | Effect.Calls;

/** Adds such charges to the plan. `memoryBytes` is what memory has at most. */
export function lateCharges(code: FunctionCode, plan: ChargePlan, memoryBytes: number): void {
  findDefinitions(code);
  new LateCharges(code, plan, memoryBytes).run();
}

class LateCharges {
  private readonly ambiguous: ReadonlySet<number>;
  /** By region: fuel that the function has certainly taken when control enters it. */
  private readonly taken = new Map<Region, number>();

  constructor(
    private readonly code: FunctionCode,
    private readonly plan: ChargePlan,
    private readonly memoryBytes: number,
  ) {
    this.ambiguous = ambiguousTraps(code.body);
  }

  run(): void {
    for (const region of regionsWithin(this.code.body)) {
      let taken = this.taken.get(region) ?? 0;
      for (const each of [...region]) {
        if (each.operation === Operation.Charge) taken += costOf(this.plan.parts.get(each)!);
        if (each.operation === Operation.Loop) this.loop(each, region, taken);
        for (const inner of each.regions ?? []) this.taken.set(inner, taken);
      }
    }
  }

  private loop(loop: Instruction, region: Region, taken: number): void {
    const { code, plan, memoryBytes } = this;
    const found = new Iteration(loop);
    const { charge, isSuitable } = found;
    if (!isSuitable || charge === null) return;
    const again = plan.parts.get(charge)!;
    if (again.some((each) => each.again !== undefined)) return;
    const cost = costOf(again);
    if (!found.isUntested && cost <= taken && !found.traps.some(({ at }) => this.ambiguous.has(at))) {
      // The next charge takes it, too. In front of the first iteration, the fuel is given for that: it was there before.
      this.defer(found, region, loop, again);
      found.back!.splice(found.back!.indexOf(charge), 1);
      this.takeBefore(loop, region, charge, -cost);
      return;
    }
    if (found.isUntested) {
      const rounds = found.hasLoops ? Infinity : mostRounds(code, loop, insideOf(loop), memoryBytes);
      if (rounds * cost > MOST_FUEL) return;
    }
    this.defer(found, region, loop, [{ cost: 0, at: again[0].at, again }]);
    plan.late.add(charge);
    const counted = found.exits.length === 0 ? countedLoop(code, loop) : null;
    if (counted === null || found.tests.some((each) => counted.every.includes(each))) return;
    // All of them are taken at once.
    counted.back.splice(counted.back.indexOf(charge), 1);
    this.takeBefore(loop, region, charge, counted.rounds * cost);
  }

  /** Adds parts to what comes next: charges, traps, and what leaves the loop. */
  private defer(
    { traps, tests, exits, endsUntested }: Iteration,
    region: Region,
    loop: Instruction,
    parts: readonly Part[],
  ): void {
    const { plan } = this;
    // A check and its access have one position.
    for (const at of new Set(traps.map((each) => each.at)))
      plan.deferred.set(at, [...parts, ...(plan.deferred.get(at) ?? [])]);
    for (const each of tests) plan.parts.set(each, [...parts, ...plan.parts.get(each)!]);
    for (const [exit, end] of exits) exit.splice(exit.indexOf(end), 0, this.test(parts));
    if (endsUntested) region.splice(region.indexOf(loop) + 1, 0, this.test(parts));
  }

  private test(parts: readonly Part[]): Instruction {
    const made = new Instruction(Operation.Charge, Type.None, NO_OPERANDS, parts[0].at);
    this.plan.parts.set(made, parts);
    return made;
  }

  private takeBefore(loop: Instruction, region: Region, charge: Instruction, cost: number): void {
    this.plan.parts.set(charge, [{ cost, at: charge.at }]);
    this.plan.late.add(charge);
    region.splice(region.indexOf(loop), 0, charge);
  }
}

export function costOf(parts: readonly Part[]): number {
  return parts.reduce((sum, { cost }) => sum + cost, 0);
}

/** All instructions and Phis of a loop. */
function insideOf(loop: Instruction): Set<Instruction> {
  const inside = new Set(loop.phis ?? []);
  visit(loop.regions![0], (each) => {
    inside.add(each);
    for (const phi of each.phis ?? []) inside.add(phi);
  });
  return inside;
}

/** Blocks nested more deeply are not looked into. */
const MOST_DEPTH = 200;

/** What happens in a loop after its back edge, and before the next charge. */
class Iteration {
  /** The charge of the back edge; null if there are several back edges, or none with a charge. */
  charge: Instruction | null = null;
  /** The region that it is in. */
  back: Region | null = null;
  /** Whether no effect can be seen before the next charge. */
  isSuitable: boolean;
  /** Whether an iteration may pass no other charge. */
  isUntested = false;
  hasLoops = false;
  /** Whether control may pass no other charge and leave the loop by its end. */
  endsUntested: boolean;
  /** The next charges. */
  readonly tests: Instruction[] = [];
  /** Regions and instructions in them at which control leaves the loop before the next charge. */
  readonly exits: [Region, Instruction][] = [];
  /** What may trap before the next charge. */
  readonly traps: Instruction[] = [];
  private readonly label: Label;
  private depth = 0;
  /** By label of a block of the loop: whether control may branch there before the next charge. */
  private readonly branches = new Map<Label, boolean>();

  constructor(loop: Instruction) {
    this.label = loop.label!;
    this.isSuitable = this.label.uses === 1;
    this.endsUntested = this.isSuitable && this.walk(loop.regions![0], true);
  }

  /** Whether the end of a region may be reached before the next charge, if its start is. */
  private walk(region: Region, isUntested: boolean): boolean {
    let untested = isUntested;
    if (++this.depth > MOST_DEPTH) this.isSuitable = false;
    for (let at = 0; at < region.length && this.isSuitable; at++) {
      const each = region[at];
      const { operation, label } = each;
      switch (operation) {
        case Operation.Charge:
          if (region[at + 1]?.operation === Operation.Branch && region[at + 1].label === this.label) {
            this.charge = each;
            this.back = region;
            this.isUntested = untested;
          } else {
            if (untested) this.tests.push(each);
            untested = false;
          }
          break;
        case Operation.Block:
        case Operation.If:
          untested = this.nested(each, untested);
          break;
        case Operation.Loop:
          this.hasLoops = true;
          if (untested) this.isSuitable = false;
          break;
        case Operation.Branch:
          if (untested && label !== this.label) this.branch(region, each, [label!]);
          untested = false;
          break;
        case Operation.BranchTable:
          if (untested) this.branch(region, each, each.labels!);
          untested = false;
          break;
        default:
          if (!untested) break;
          if (leavesFunction(operation)) {
            this.exits.push([region, each]);
            untested = false;
          } else if ((each.effects & SEEN) !== 0) this.isSuitable = false;
          else if ((each.effects & Effect.Traps) !== 0) this.traps.push(each);
      }
    }
    this.depth--;
    return untested;
  }

  /** Whether the end of a block or `if` may be reached before the next charge. */
  private nested({ operation, regions, label }: Instruction, isUntested: boolean): boolean {
    if (label !== null) this.branches.set(label, false);
    let ends = operation === Operation.If && regions!.length === 1 && isUntested;
    for (const inner of regions!) if (this.walk(inner, isUntested)) ends = true;
    return ends || (label !== null && this.branches.get(label)!);
  }

  /** A branch before the next charge. */
  private branch(region: Region, branch: Instruction, labels: readonly Label[]): void {
    if (labels.includes(this.label)) this.isSuitable = false;
    else if (labels.some((each) => !this.branches.has(each))) this.exits.push([region, branch]);
    else for (const each of labels) this.branches.set(each, true);
  }
}
