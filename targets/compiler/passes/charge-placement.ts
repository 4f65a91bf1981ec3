// Chooses where fuel is charged: as rarely as possible, while the count stays the same wherever it can be observed. A charge moves
// down to the next charge on every path, unless an effect in between is visible after the fuel has run out. It also moves past
// instructions that may trap; the trap then settles it. The charge of a back edge that ends a loop becomes part of the loop's
// condition: without fuel, control leaves the loop, and the charge after the loop detects this.

import {
  type FunctionCode,
  Instruction,
  type Label,
  NO_OPERANDS,
  type Region,
  visit,
} from '../intermediate/instruction.js';
import { Effect, isTerminator, Operation, Type } from '../intermediate/operation.js';

/** The fuel of one run of instructions, and the position that errors report for its charge. */
export interface Part {
  cost: number;
  at: number;
  /**
   * Parts that have been taken before, in this order and any number of times, without a test. The cost is 0 then. Where fuel is missing,
   * it may have run out in the first of these times.
   */
  again?: readonly Part[];
}

export interface ChargePlan {
  /** The parts of each charge, in the order in which they are due. */
  parts: Map<Instruction, readonly Part[]>;
  /** By the position of a trap: the charges that are due before it and have moved past it. */
  deferred: Map<number, readonly Part[]>;
  /** Charges of resumable functions at which these yield. They are not moved. */
  fixed: Map<Instruction, YieldPlace>;
  /** Charges that are taken without a test: see late-charges.ts. They are not moved. */
  late: Set<Instruction>;
}

/** At the start of a function that may recurse (no label), at a back edge, or after a loop. */
export interface YieldPlace {
  label: Label | null;
  isBehind: boolean;
}

export function emptyPlan(): ChargePlan {
  return { parts: new Map(), deferred: new Map(), fixed: new Map(), late: new Set() };
}

/** Parts of one charge: more would make the rare path long. */
const MOST_PARTS = 4;

/** Effects that can be observed afterwards; a charge does not move past them. */
const SEEN = Effect.WritesMemory | Effect.WritesGlobals | Effect.WritesTables | Effect.Calls | Effect.Jumps;

/** The kind of a resumable function: `recursive`, if it may recurse. */
export type Resumable = 'no' | 'yes' | 'recursive';

export interface ChargeOptions {
  resumable: Resumable;
  /** Whether the charge of a back edge that ends a loop becomes part of the loop's condition. */
  closesLoops: boolean;
}

/** Adds the charges of a function to the plan. Run after all other passes. */
export function placeCharges(code: FunctionCode, plan: ChargePlan, options: ChargeOptions): void {
  new Placement(code, plan, options).run();
}

/** Moves charges down that have been added to the plan. */
export function sinkCharges(code: FunctionCode, plan: ChargePlan): void {
  new Placement(code, plan, { resumable: 'no', closesLoops: false }).sinkAll();
}

/** The continuation of a path through regions. */
interface Path {
  region: Region;
  at: number;
}

/** A region and all within it, the outer ones first; with no recursion, as code may nest thousands of levels. */
function regionsOf(body: Region): Region[] {
  const found = [body];
  for (let at = 0; at < found.length; at++)
    for (const { regions } of found[at]) for (const inner of regions ?? []) found.push(inner);
  return found;
}

/** Positions of traps that are in several regions. */
export function ambiguousTraps(body: Region): Set<number> {
  const regions = new Map<number, Region>();
  const found = new Set<number>();
  for (const region of regionsOf(body)) {
    for (const { at, effects, operation } of region) {
      if ((effects & Effect.Traps) === 0 || operation === Operation.Charge) continue;
      if ((regions.get(at) ?? region) !== region) found.add(at);
      regions.set(at, region);
    }
  }
  return found;
}

function replace(region: Region, by: Region): void {
  region.length = 0;
  for (const each of by) region.push(each);
}

class Placement {
  private readonly code: FunctionCode;
  private readonly plan: ChargePlan;
  private readonly options: ChargeOptions;
  /** Positions of traps that are in several regions, so that the position does not identify the region. */
  private ambiguous: ReadonlySet<number> = new Set();

  constructor(code: FunctionCode, plan: ChargePlan, options: ChargeOptions) {
    this.code = code;
    this.plan = plan;
    this.options = options;
  }

  run(): void {
    const { code, plan } = this;
    const { resumable, closesLoops } = this.options;
    for (const region of regionsOf(code.body)) this.removeFree(region);
    visit(code.body, (instruction) => {
      const { operation, index: cost, at } = instruction;
      if (operation === Operation.Charge) plan.parts.set(instruction, [{ cost, at }]);
    });
    this.ambiguous = ambiguousTraps(code.body);
    if (closesLoops) for (const region of regionsOf(code.body).reverse()) this.close(region);
    if (resumable !== 'no') for (const region of regionsOf(code.body)) this.fix(region);
    if (resumable === 'recursive') this.fixStart(code.body);
    for (const region of regionsOf(code.body)) this.sink(region);
    for (const region of regionsOf(code.body).reverse()) this.moveBehind(region);
    for (const region of regionsOf(code.body)) this.sink(region);
  }

  sinkAll(): void {
    const regions = regionsOf(this.code.body);
    this.ambiguous = ambiguousTraps(this.code.body);
    for (let at = regions.length - 1; at >= 0; at--) this.moveOut(regions[at]);
    for (const region of regions) this.sink(region);
  }

  /** Moves the last charge of a loop behind it, if control can only go there. */
  private moveOut(region: Region): void {
    for (let at = 0; at < region.length; at++) {
      if (region[at].operation !== Operation.Loop) continue;
      const [body] = region[at].regions!;
      let last = body.length - 1;
      while (last >= 0 && (body[last].effects & (SEEN | Effect.Traps)) === 0) last--;
      if (last < 0 || body[last].operation !== Operation.Charge || this.stays(body[last])) continue;
      region.splice(at + 1, 0, ...body.splice(last, 1));
    }
  }

  private removeFree(region: Region): void {
    const kept = region.filter(({ operation, index }) => operation !== Operation.Charge || index > 0);
    if (kept.length < region.length) replace(region, kept);
  }

  /** Moves a charge on the only path to the end of a block there. A branch of a table then needs no code of its own. */
  private moveBehind(region: Region): void {
    for (let at = 0; at < region.length; at++) {
      const instruction = region[at];
      const { operation, label, regions } = instruction;
      if (operation !== Operation.Block) continue;
      const [body] = regions!;
      if (label!.uses === 1 && leaves(body)) {
        const charge = takeChargeOf(body, label!);
        if (charge !== null) region.splice(at + 1, 0, charge);
      }
      const next = region[at + 1];
      if (next?.operation !== Operation.Branch || !leaves(body)) continue;
      redirect(body, label!, next.label!);
      next.label!.uses += label!.uses - 1;
      region.splice(at, 2, ...body);
      at--;
    }
  }

  /** Loops that end with a conditional back edge, and exit by falling through. */
  private close(region: Region): void {
    for (let at = 0; at < region.length; at++) {
      const instruction = region[at];
      if (instruction.operation !== Operation.Loop || instruction.label!.uses !== 1) continue;
      const [body] = instruction.regions!;
      const behind = body[body.length - 1]?.operation === Operation.Charge ? body.length - 1 : body.length;
      const test = body[behind - 1];
      if (test?.operation !== Operation.If || test.regions!.length > 1 || test.label !== null) continue;
      const [charge, branch] = test.regions![0];
      if (charge?.operation !== Operation.Charge || branch?.label !== instruction.label) continue;
      const taken = new Instruction(Operation.ChargeIf, Type.I32, test.operands, charge.at);
      taken.index = charge.index;
      const closing = new Instruction(Operation.If, Type.None, [taken], test.at);
      closing.regions = [[branch]];
      const asks = body[behind] ?? new Instruction(Operation.Charge, Type.None, NO_OPERANDS, charge.at);
      body.splice(behind - 1, 2, taken, closing);
      if (this.options.resumable !== 'no') this.plan.fixed.set(asks, { label: instruction.label, isBehind: true });
      region.splice(at + 1, 0, asks);
      this.plan.parts.set(asks, [{ cost: 0, at: charge.at }, ...(this.plan.parts.get(asks) ?? [])]);
    }
  }

  /** Charges of back edges. */
  private fix(region: Region): void {
    for (const [at, { operation, label }] of region.entries()) {
      const charge = region[at - 1];
      if (operation === Operation.Branch && label!.isLoop && charge?.operation === Operation.Charge)
        this.plan.fixed.set(charge, { label, isBehind: false });
    }
  }

  private fixStart(body: Region): void {
    let [first] = body;
    while (first?.operation === Operation.Block) [first] = first.regions![0];
    if (first?.operation === Operation.Charge) this.plan.fixed.set(first, { label: null, isBehind: false });
  }

  private sink(region: Region): void {
    for (let at = 0; at < region.length; at++) {
      const instruction = region[at];
      if (instruction.operation !== Operation.Charge || this.stays(instruction)) continue;
      const parts = this.plan.parts.get(instruction)!;
      if (!this.pays(region, at + 1, parts)) continue;
      region.splice(at, 1);
      this.move(region, at, parts);
      at--;
    }
  }

  /** Whether a charge before an instruction would meet another charge on some path. */
  private pays(from: Region, first: number, parts: readonly Part[]): boolean {
    const paths: Path[] = [{ region: from, at: first }];
    for (let path = paths.pop(); path; path = paths.pop()) {
      for (let { region, at } = path; at < region.length; at++) {
        const instruction = region[at];
        const { operation, regions } = instruction;
        if (operation === Operation.Charge) {
          const more = this.plan.parts.get(instruction)!.length;
          if (more + parts.length <= MOST_PARTS && !this.stays(instruction)) return true;
          break;
        }
        if (operation === Operation.Block) {
          paths.push({ region: regions![0], at: 0 });
          break;
        }
        if (operation === Operation.If) {
          if (instruction.operands[0].operation === Operation.ChargeIf) break;
          if (regions!.length === 1) paths.push({ region, at: at + 1 });
          for (const arm of [...regions!].reverse()) paths.push({ region: arm, at: 0 });
          break;
        }
        if (!this.mayPass(instruction, parts)) break;
      }
    }
    return false;
  }

  private move(from: Region, first: number, parts: readonly Part[]): void {
    const paths: Path[] = [{ region: from, at: first }];
    for (let path = paths.pop(); path; path = paths.pop()) {
      const { region } = path;
      if (!this.pays(region, path.at, parts)) {
        const charge = new Instruction(Operation.Charge, Type.None, NO_OPERANDS, parts[0].at);
        this.plan.parts.set(charge, parts);
        region.splice(path.at, 0, charge);
        continue;
      }
      for (let { at } = path; ; at++) {
        const instruction = region[at];
        const { operation, regions, effects } = instruction;
        if (operation === Operation.Charge) {
          this.plan.parts.set(instruction, [...parts, ...this.plan.parts.get(instruction)!]);
          break;
        }
        if (operation === Operation.Block) {
          paths.push({ region: regions![0], at: 0 });
          break;
        }
        if (operation === Operation.If) {
          if (regions!.length === 1) paths.push({ region, at: at + 1 });
          for (const arm of [...regions!].reverse()) paths.push({ region: arm, at: 0 });
          break;
        }
        if ((effects & Effect.Traps) !== 0) this.plan.deferred.set(instruction.at, parts);
      }
    }
  }

  private stays(charge: Instruction): boolean {
    return this.plan.fixed.has(charge) || this.plan.late.has(charge);
  }

  private mayPass({ effects, at }: Instruction, parts: readonly Part[]): boolean {
    if ((effects & SEEN) !== 0) return false;
    if ((effects & Effect.Traps) === 0) return true;
    const known = this.plan.deferred.get(at);
    return !this.ambiguous.has(at) && (known === undefined || sameParts(known, parts));
  }
}

/** Whether control never reaches the end of the region by falling through. */
function leaves(region: Region): boolean {
  const last = region[region.length - 1];
  return last !== undefined && isTerminator(last.operation);
}

/** Removes the charge before the branch to a label, of which there is one. */
function takeChargeOf(body: Region, label: Label): Instruction | null {
  for (const region of regionsOf(body)) {
    const at = region.findIndex((each) => each.operation === Operation.Branch && each.label === label);
    if (at >= 0) return region[at - 1]?.operation === Operation.Charge ? region.splice(at - 1, 1)[0] : null;
  }
  return null;
}

function redirect(region: Region, from: Label, to: Label): void {
  visit(region, (instruction) => {
    const { operation, label, labels } = instruction;
    if (operation === Operation.Branch && label === from) instruction.label = to;
    else if (labels !== null) instruction.labels = labels.map((each) => (each === from ? to : each));
  });
}

function sameParts(one: readonly Part[], other: readonly Part[]): boolean {
  return (
    one.length === other.length &&
    one.every(
      ({ cost, at, again }, index) =>
        cost === other[index].cost && at === other[index].at && again === other[index].again,
    )
  );
}
