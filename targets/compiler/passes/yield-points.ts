// Lets a function yield and be resumed. It yields at a back edge if no fuel is left, at its start if it may recurse, and after calls
// that have yielded: it saves its variables and returns. When it is resumed, it restores them and jumps to its yield point. The code
// before that point is skipped by tests of the point's number, which is 0 when nothing is being resumed.
//
// Points are numbered in the order of the text. An instruction that contains or is a yield point is called a *suspension*. The code
// between two suspensions of a region is a *segment*, which runs only if the function is not being resumed. After the last suspension
// of a region no test is needed: control that gets there has passed the point. Values that one segment computes for another become
// variables, which are saved. Operands of a suspension that can be computed anywhere are recomputed there.

import { Opcode } from '../../../src/opcodes.js';
import {
  constant,
  countUses,
  type FunctionCode,
  getOf,
  Instruction,
  type Label,
  NO_OPERANDS,
  type Region,
  resolved,
  setOf,
  visit,
} from '../intermediate/instruction.js';
import { Effect, Operation, Type } from '../intermediate/operation.js';
import type { ChargePlan, Part } from './charge-placement.js';
import { liveness } from './liveness.js';

/** The cost of a YieldCharge. */
export interface YieldCharge {
  parts: readonly Part[];
  /** After a loop that may have been left because the fuel was used up. */
  isBehind: boolean;
  /** At the start of a function; it also restores. */
  isStart: boolean;
}

export interface YieldPlan {
  /** Position in the module of each point. Points are numbered from 1 across the module. */
  places: number[];
  charges: Map<Instruction, YieldCharge>;
  /** The number of values that a function saves, by its index. */
  saved: Map<number, number>;
}

export function emptyYieldPlan(): YieldPlan {
  return { places: [0], charges: new Map(), saved: new Map() };
}

/** A function nests its blocks too deeply for this pass, which recurses: more than some 1,500 levels with a yield point inside. */
export class NestsTooDeeply extends Error {
  readonly index: number;

  constructor(index: number) {
    super(`function ${index} nests its blocks too deeply to yield`);
    this.index = index;
  }
}

/** Run after `placeCharges`. Throws NestsTooDeeply. */
export function yieldPoints(
  code: FunctionCode,
  charges: ChargePlan,
  plan: YieldPlan,
  mayYield: (call: Instruction) => boolean,
): void {
  countUses(code);
  try {
    new YieldPoints(code, charges, plan, mayYield).run();
  } catch (error) {
    if (error instanceof RangeError) throw new NestsTooDeeply(code.index);
    throw error;
  }
}

/** A segment, or the operands of a suspension, which are computed together. */
class Segment {}

class YieldPoints {
  private readonly code: FunctionCode;
  private readonly charges: ChargePlan;
  private readonly plan: YieldPlan;
  private readonly mayYield: (call: Instruction) => boolean;
  /** First and last point of each suspension. */
  private readonly ranges = new Map<Instruction, [first: number, last: number]>();
  private readonly loops = new Map<Label, number>();
  private readonly segments = new Map<Instruction, Segment>();
  /** The code that computes the operands of a suspension. */
  private readonly operands = new Map<Instruction, Segment>();
  /** Values that are computed for a suspension even while the function is being resumed. */
  private readonly free = new Set<Instruction>();
  /** Points at which all results of a call are in variables. */
  private readonly units = new Map<Instruction, Region>();
  private start = 0;
  private hasTailCalls = false;

  constructor(code: FunctionCode, charges: ChargePlan, plan: YieldPlan, mayYield: (call: Instruction) => boolean) {
    this.code = code;
    this.charges = charges;
    this.plan = plan;
    this.mayYield = mayYield;
  }

  run(): void {
    const { code, plan } = this;
    const { body } = code;
    for (const [charge, { label }] of this.charges.fixed)
      if (label === null && this.contains(charge)) this.startAt(charge);
    this.splitIndirect(body);
    visit(body, ({ operation }) => {
      this.hasTailCalls ||= operation === Operation.TailCall || operation === Operation.TailCallIndirect;
    });
    code.tailCalls = this.hasTailCalls;
    this.number(body);
    this.assign(body, new Segment());
    this.spill();
    const live = this.saved();
    plan.saved.set(code.index, live.length);
    this.replaceCharges(body, live);
    const start = this.start > 0 ? body.splice(0, live.length + 1) : [];
    const rest = this.region(body, live);
    body.splice(0, body.length, ...start, ...rest);
    this.restore(live);
  }

  private contains(wanted: Instruction): boolean {
    let found = false;
    visit(this.code.body, (each) => {
      found ||= each === wanted;
    });
    return found;
  }

  /** The charge at the start of a recursive function comes first, and yields. */
  private startAt(charge: Instruction): void {
    const remove = (region: Region): boolean => {
      const at = region.indexOf(charge);
      if (at >= 0) region.splice(at, 1);
      return at >= 0 || region.some(({ regions }) => (regions ?? []).some(remove));
    };
    remove(this.code.body);
    this.code.body.unshift(charge);
    this.start = this.point(charge.at);
  }

  private point(at: number): number {
    return this.plan.places.push(at) - 1;
  }

  /** A callee is looked up in its table only once, even if the table changes while the call is suspended. */
  private splitIndirect(region: Region): void {
    for (let at = 0; at < region.length; at++) {
      const call = region[at];
      for (const inner of call.regions ?? []) this.splitIndirect(inner);
      if (this.mayYield(call)) this.keepFrame(region, at);
      if (call.operation !== Operation.CallIndirect || !this.mayYield(call)) continue;
      const found = new Instruction(Operation.TableFunction, Type.I32, [call.operands[0]], call.at);
      found.index = call.index;
      found.signature = call.signature;
      found.uses = 1;
      call.operation = Operation.CallNumber;
      call.operands = [found, ...call.operands.slice(1)];
      region.splice(at++, 0, found);
    }
  }

  /** A tail call of a function that may yield is an ordinary call: this function resumes it. */
  private keepFrame(region: Region, at: number): void {
    const call = region[at];
    const { operation } = call;
    if (operation !== Operation.TailCall && operation !== Operation.TailCallIndirect) return;
    const { results } = this.code;
    call.operation = operation === Operation.TailCall ? Operation.Call : Operation.CallIndirect;
    call.type = results[0] ?? Type.None;
    const more = results.slice(1).map((type, index) => {
      const result = new Instruction(Operation.Result, type, NO_OPERANDS, call.at);
      result.index = index + 1;
      result.producer = call;
      result.uses = 1;
      return result;
    });
    call.uses = results.length === 0 ? 0 : 1;
    const words = results.length === 0 ? [] : [call, ...more];
    region.splice(at + 1, 0, ...more, new Instruction(Operation.Return, Type.None, words, call.at));
  }

  private isCall({ operation }: Instruction): boolean {
    return operation === Operation.Call || operation === Operation.CallNumber;
  }

  /** Numbers the points of a region. Returns whether there is one. */
  private number(region: Region): boolean {
    let found = false;
    for (const instruction of region) {
      const { operation, regions, at, label } = instruction;
      const first = this.plan.places.length;
      let isSuspension = operation === Operation.Loop || operation === Operation.CallNumber;
      if (operation === Operation.Call) isSuspension = this.mayYield(instruction);
      if (isSuspension) this.point(at);
      if (operation === Operation.Loop) this.loops.set(label!, first);
      for (const inner of regions ?? []) if (this.number(inner)) isSuspension = true;
      if (isSuspension) this.ranges.set(instruction, [first, this.plan.places.length - 1]);
      found ||= isSuspension;
    }
    return found;
  }

  // Values.

  /** Assigns each instruction to a segment. */
  private assign(region: Region, outer: Segment): void {
    let segment = outer;
    let from = 0;
    for (let at = 0; at < region.length; at++) {
      const instruction = region[at];
      if (!this.ranges.has(instruction)) {
        this.segments.set(instruction, segment);
        for (const inner of instruction.regions ?? []) this.assign(inner, segment);
        continue;
      }
      const own = new Segment();
      this.segments.set(instruction, own);
      this.operands.set(instruction, own);
      for (const each of this.freeOperands(region.slice(from, at), instruction)) {
        this.free.add(each);
        this.segments.set(each, own);
      }
      for (const inner of instruction.regions ?? []) this.assign(inner, new Segment());
      segment = new Segment();
      from = at + 1;
      if (this.isCall(instruction)) {
        // After the last suspension, the result needs no variable.
        const isLast = !region.slice(from).some((each) => this.ranges.has(each));
        if (isLast) this.segments.set(instruction, segment);
        // The writes of the results to variables belong to the call.
        const results = new Set([instruction]);
        for (; from < region.length && this.takes(region[from], results); from++) {
          if (region[from].operation === Operation.Result) results.add(region[from]);
          this.segments.set(region[from], isLast ? segment : own);
        }
        this.units.set(instruction, region.slice(at + 1, from));
        at = from - 1;
      }
    }
  }

  private takes({ operation, operands }: Instruction, results: ReadonlySet<Instruction>): boolean {
    if (operation === Operation.Result) return true;
    return operation === Operation.Set && results.has(resolved(operands[0]));
  }

  /** Instructions of a segment that compute operands of the next suspension only, and can be computed at any time. */
  private freeOperands(segment: Region, suspension: Instruction): Set<Instruction> {
    const found = new Set<Instruction>();
    const wanted = new Map<Instruction, number>();
    const want = ({ operands }: Instruction) => {
      for (const each of operands) wanted.set(resolved(each), (wanted.get(resolved(each)) ?? 0) + 1);
    };
    if (suspension.operation !== Operation.Loop && suspension.operation !== Operation.Block) want(suspension);
    const written = new Set<number>();
    for (const each of [...segment].reverse()) {
      const { operation, effects, regions, index, uses } = each;
      const isPure = regions === null && (effects & ~Effect.ReadsVariable) === 0 && operation !== Operation.Set;
      const isKept = operation === Operation.Get && written.has(index);
      if (isPure && !isKept && wanted.get(each) === uses) {
        found.add(each);
        want(each);
      }
      if (operation === Operation.Set) written.add(index);
      for (const inner of regions ?? []) {
        visit(inner, (below) => {
          if (below.operation === Operation.Set) written.add(below.index);
        });
      }
    }
    return found;
  }

  /** Puts values that are used in another segment than they are computed in into variables. */
  private spill(): void {
    const crossing = new Map<Instruction, number>();
    const { variables, body } = this.code;
    visit(body, (user) => {
      for (const each of user.operands) {
        const value = resolved(each);
        const computed = this.segments.get(value);
        if (computed === undefined || computed === this.useOf(user) || crossing.has(value)) continue;
        crossing.set(value, variables.push(value.type) - 1);
      }
    });
    if (crossing.size > 0) this.spillIn(body, crossing, []);
  }

  private useOf(user: Instruction): Segment | undefined {
    return this.operands.get(user) ?? this.segments.get(user);
  }

  private spillIn(region: Region, crossing: ReadonlyMap<Instruction, number>, loops: Instruction[]): void {
    const { variables } = this.code;
    for (let at = 0; at < region.length; at++) {
      const instruction = region[at];
      const { operands, regions } = instruction;
      const own = this.segments.get(instruction)!;
      for (const [index, each] of operands.entries()) {
        const variable = crossing.get(resolved(each));
        if (variable === undefined || isCopy(instruction, variable)) continue;
        const get = getOf(variable, variables[variable], instruction.at);
        get.uses = 1;
        this.segments.set(get, own);
        if (this.free.has(instruction) || this.ranges.has(instruction)) this.free.add(get);
        operands[index] = get;
        region.splice(at++, 0, get);
      }
      const inside = instruction.operation === Operation.Loop ? [...loops, instruction] : loops;
      for (const inner of regions ?? []) this.spillIn(inner, crossing, inside);
      const variable = crossing.get(instruction);
      if (variable === undefined) continue;
      const set = setOf(variable, instruction, instruction.at);
      this.segments.set(set, own);
      for (const loop of loops) loop.written = [...(loop.written ?? []), variable];
      this.addToUnit(instruction, set);
      region.splice(++at, 0, set);
    }
  }

  /** Writes a call's result to its variable before the test whether the call has yielded. */
  private addToUnit(value: Instruction, set: Instruction): void {
    for (const [call, unit] of this.units) {
      if (call === value) unit.unshift(set);
      else if (unit.includes(value)) unit.splice(unit.indexOf(value) + 1, 0, set);
      else continue;
      return;
    }
  }

  /** The variables that are live at any point, in order. */
  private saved(): number[] {
    const { code, ranges, units } = this;
    const calls = [...ranges.keys()].filter((each) => this.isCall(each));
    const behind = calls.map((call) => units.get(call)!.at(-1) ?? call);
    const { at } = liveness(code.body, new Set(behind));
    let all = 0n;
    for (const each of ranges.keys()) all |= at.get(each) ?? 0n;
    for (const [index, call] of calls.entries()) {
      // The call that is made again writes the variables of its results.
      let live = at.get(behind[index])!;
      for (const each of units.get(call)!) if (each.operation === Operation.Set) live &= ~(1n << BigInt(each.index));
      all |= live;
      // The callee has to be known then; it restores its arguments itself.
      if (call.operation === Operation.CallNumber) all |= 1n << BigInt(resolved(call.operands[0]).index);
    }
    if (this.start > 0) all |= (1n << BigInt(code.parameterCount)) - 1n;
    return [...code.variables.keys()].filter((variable) => (all >> BigInt(variable)) & 1n);
  }

  private gets(live: readonly number[], at: number): Instruction[] {
    return live.map((variable) => getOf(variable, this.code.variables[variable], at));
  }

  // The new text.

  /** Charges at which the function yields. */
  private replaceCharges(region: Region, live: readonly number[]): void {
    for (let at = 0; at < region.length; at++) {
      const instruction = region[at];
      for (const inner of instruction.regions ?? []) this.replaceCharges(inner, live);
      const place = this.charges.fixed.get(instruction);
      if (place === undefined) continue;
      const isStart = place.label === null;
      const parts = this.charges.parts.get(instruction)!;
      this.charges.parts.delete(instruction);
      const operands = this.gets(live, instruction.at);
      const yields = new Instruction(Operation.YieldCharge, Type.None, operands, instruction.at);
      yields.index = isStart ? this.start : this.loops.get(place.label!)!;
      this.plan.places[yields.index] = place.isBehind ? parts[0].at : instruction.at;
      this.plan.charges.set(yields, { parts, isBehind: place.isBehind, isStart });
      region.splice(at, 1, ...operands, yields);
      at += operands.length;
    }
  }

  private region(region: Region, live: readonly number[]): Region {
    const made: Region = [];
    let segment: Region = [];
    const suspensions = region.filter((each) => this.ranges.has(each));
    const last = suspensions[suspensions.length - 1];
    for (let at = 0; at < region.length; at++) {
      const instruction = region[at];
      const range = this.ranges.get(instruction);
      if (range === undefined) {
        segment.push(instruction);
        continue;
      }
      const guarded = segment.filter((each) => !this.free.has(each));
      const free = segment.filter((each) => this.free.has(each));
      if (guarded.length > 0) made.push(...this.unlessResumed(guarded));
      segment = [];
      const unit = this.units.get(instruction) ?? [];
      const text = this.suspension(instruction, unit, range, live);
      at += unit.length;
      made.push(...free);
      if (instruction === last) made.push(...text);
      else made.push(...this.upTo(range[1], text));
    }
    made.push(...segment);
    return made;
  }

  /** A suspension, with the code that belongs to it. */
  private suspension(
    instruction: Instruction,
    unit: Region,
    [first, last]: [number, number],
    live: readonly number[],
  ): Region {
    const { operation, regions, at } = instruction;
    if (this.isCall(instruction)) {
      const operands = this.gets(live, at);
      const yields = new Instruction(Operation.YieldBehindCall, Type.None, operands, at);
      yields.index = first;
      return [instruction, ...unit, ...operands, yields];
    }
    const contained = regions!.map((inner) => inner.some((each) => this.ranges.has(each)));
    instruction.regions = regions!.map((inner) => this.region(inner, live));
    if (operation === Operation.Loop) {
      const resumed = new Instruction(Operation.Resumed, Type.None, NO_OPERANDS, at);
      resumed.index = first;
      return [resumed, instruction];
    }
    if (operation !== Operation.If) return [instruction];
    const arm = regions![0];
    let most = contained[0] ? last : -1;
    if (contained[0] && contained[1]) most = Math.max(...this.pointsIn(arm));
    const condition = new Instruction(Operation.Resumes, Type.I32, [instruction.operands[0]], at);
    condition.index = most;
    // If the other arm has no points, every point is in this one.
    condition.second = contained[0] && !contained[1] ? 1 : 0;
    instruction.operands = [condition];
    return [condition, instruction];
  }

  private pointsIn(region: Region): number[] {
    return region.flatMap((each) => this.ranges.get(each) ?? []);
  }

  private unlessResumed(guarded: Region): Region {
    const point = new Instruction(Operation.ResumePoint, Type.I32, NO_OPERANDS, guarded[0].at);
    const test = new Instruction(Opcode.I32Eqz, Type.I32, [point], guarded[0].at);
    return [point, test, this.when(test, guarded)];
  }

  /** Code that is skipped on the way to a later point. */
  private upTo(last: number, text: Region): Region {
    const point = new Instruction(Operation.ResumePoint, Type.I32, NO_OPERANDS, text[0].at);
    const test = new Instruction(Opcode.I32LeS, Type.I32, [point, constant(last, Type.I32, text[0].at)], text[0].at);
    return [point, test, this.when(test, text)];
  }

  private when(condition: Instruction, region: Region): Instruction {
    const made = new Instruction(Operation.If, Type.None, [condition], region[0].at);
    made.regions = [region];
    return made;
  }

  private restore(live: readonly number[]): void {
    const { body } = this.code;
    const at = body[0]?.at ?? 0;
    const operands = this.gets(live, at);
    const restore = new Instruction(Operation.Restore, Type.None, operands, at);
    // A recursive function restores at the charge for its start.
    if (this.start === 0) body.unshift(...operands, restore);
  }
}

/** The write of a value to its variable. */
function isCopy({ operation, index }: Instruction, variable: number): boolean {
  return operation === Operation.Set && index === variable;
}
