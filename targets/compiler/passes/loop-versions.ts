// Loops in two versions: where there is fuel for as many iterations as there can be, charges only subtract; else, they test as well. Only
// for short loops without loops and calls in them whose number of iterations is bounded by a constant. Run after `placeCharges`.

import { findDefinitions } from '../intermediate/definitions.js';
import {
  type FunctionCode,
  Instruction,
  Label,
  NO_OPERANDS,
  type Region,
  regionsWithin,
  resolved,
  visit,
} from '../intermediate/instruction.js';
import { Effect, Operation, Type } from '../intermediate/operation.js';
import type { ChargePlan } from './charge-placement.js';
import { costOf } from './late-charges.js';
import { countedLoop, mostRounds } from './loop-rounds.js';

/** Instructions of a loop that is worth a second version. */
const MOST_INSTRUCTIONS = 120;
/** Iterations that are worth the test in front of the loop. */
const LEAST_ROUNDS = 3;
/** Fuel that is asked for at most: calls with less execute the version that tests. */
const MOST_FUEL = 2 ** 24;
/** Bits of the number that fuel is compared with: it is a constant of one instruction then. */
const BITS = 8;

/** A loop, its region, the fuel that all its iterations take at most, and its instructions. */
interface Candidate {
  loop: Instruction;
  region: Region;
  fuel: number;
  inside: ReadonlySet<Instruction>;
  /** Fuel that it takes in any case, if that is known. */
  total: number | null;
}

/** Gives loops of a function a second version. `memoryBytes` is what memory has at most. */
export function versionLoops(code: FunctionCode, plan: ChargePlan, memoryBytes: number): void {
  findDefinitions(code);
  const candidates = regionsWithin(code.body).flatMap((region) =>
    region.flatMap((loop) =>
      loop.operation === Operation.Loop ? (candidateOf(code, loop, region, plan, memoryBytes) ?? []) : [],
    ),
  );
  const chosen = closed(code, candidates);
  if (chosen.length === 0) return;
  const originals = new Map<Instruction, Instruction>();
  for (const each of chosen) addVersion(each, plan, originals);
  renewDefinitions(code, originals);
}

function candidateOf(
  code: FunctionCode,
  loop: Instruction,
  region: Region,
  plan: ChargePlan,
  memoryBytes: number,
): Candidate | null {
  const inside = new Set(loop.phis ?? []);
  let cost = 0;
  let count = 0;
  let isSuitable = true;
  visit(loop.regions![0], (each) => {
    inside.add(each);
    for (const phi of each.phis ?? []) inside.add(phi);
    const { operation, effects } = each;
    if (operation === Operation.Charge) {
      const parts = plan.parts.get(each)!;
      cost += costOf(parts);
      if (plan.late.has(each) || parts.some(({ again }) => again !== undefined)) isSuitable = false;
    } else if (operation === Operation.Loop) isSuitable = false;
    else if (operation !== Operation.Block && operation !== Operation.If && (effects & Effect.Calls) !== 0)
      isSuitable = false;
    if (++count > MOST_INSTRUCTIONS) isSuitable = false;
  });
  if (!isSuitable || cost === 0) return null;
  const rounds = mostRounds(code, loop, inside, memoryBytes);
  const fuel = (rounds + 1) * cost;
  if (rounds < LEAST_ROUNDS || fuel > MOST_FUEL) return null;
  return { loop, region, fuel: roundedUp(fuel), inside, total: totalOf(code, loop, plan) };
}

function totalOf(code: FunctionCode, loop: Instruction, plan: ChargePlan): number | null {
  const counted = countedLoop(code, loop);
  if (counted === null) return null;
  const { rounds, every, back } = counted;
  const cost = (region: Region) => region.reduce((sum, each) => sum + costOf(plan.parts.get(each) ?? []), 0);
  return cost(every) * (rounds + 1) + cost(back) * rounds;
}

/** The next number of which only some bits in a row are not 0. */
function roundedUp(fuel: number): number {
  const unit = 2 ** Math.max(0, Math.ceil(Math.log2(fuel + 1)) - BITS);
  return Math.ceil(fuel / unit) * unit;
}

/** The candidates of which nothing is used behind the loop. What is used there is in variables otherwise. */
function closed(code: FunctionCode, candidates: readonly Candidate[]): Candidate[] {
  const owners = new Map<Instruction, Candidate>();
  for (const candidate of candidates) for (const each of candidate.inside) owners.set(each, candidate);
  const open = new Set<Candidate | undefined>();
  visit(code.body, (user) => {
    for (const operand of user.operands) {
      const owner = owners.get(resolved(operand));
      if (owner !== owners.get(user)) open.add(owner);
    }
  });
  return candidates.filter((each) => !open.has(each));
}

/** Finds definitions again. The new Phis have the ranges of the old ones: those of copies the ranges of their originals. */
function renewDefinitions(code: FunctionCode, originals: ReadonlyMap<Instruction, Instruction>): void {
  const known = new Map<Instruction, readonly Instruction[]>();
  visit(code.body, (each) => {
    const { phis } = originals.get(each) ?? each;
    if (phis !== null && phis.length > 0) known.set(each, phis);
  });
  code.hasDefinitions = false;
  findDefinitions(code);
  for (const [owner, phis] of known) {
    const ranges = new Map(phis.map(({ index, range }) => [index, range]));
    for (const phi of owner.phis ?? []) phi.range = ranges.get(phi.index) ?? null;
  }
}

/** Puts a loop into one arm of an `if`, and a copy of it that only subtracts into the other. */
function addVersion(
  { loop, region, fuel, total }: Candidate,
  plan: ChargePlan,
  originals: Map<Instruction, Instruction>,
): void {
  const { at } = loop;
  const isLittle = new Instruction(Operation.FuelBelow, Type.I32, NO_OPERANDS, at);
  isLittle.index = fuel;
  const versions = new Instruction(Operation.If, Type.None, [isLittle], at);
  const copy = new Copies(plan, originals).of(loop);
  versions.regions = [[loop], [copy]];
  if (total !== null) {
    const [body] = copy.regions!;
    const test = body.find(({ operation }) => operation === Operation.If)!;
    for (const taken of [body.slice(0, body.indexOf(test)), test.regions![0]])
      for (const each of taken.filter(({ operation }) => operation === Operation.Charge))
        remove(each, body, test.regions![0]);
    const charge = new Instruction(Operation.Charge, Type.None, NO_OPERANDS, at);
    plan.parts.set(charge, [{ cost: total, at }]);
    plan.late.add(charge);
    versions.regions[1].unshift(charge);
  }
  region.splice(region.indexOf(loop), 1, isLittle, versions);
}

function remove(instruction: Instruction, ...regions: Region[]): void {
  for (const region of regions) if (region.includes(instruction)) region.splice(region.indexOf(instruction), 1);
}

/** Copies of instructions whose charges are taken without a test. */
class Copies {
  private readonly copies = new Map<Instruction, Instruction>();
  private readonly labels = new Map<Label, Label>();

  constructor(
    private readonly plan: ChargePlan,
    private readonly originals: Map<Instruction, Instruction>,
  ) {}

  of(original: Instruction): Instruction {
    const { operation, type, operands, at, label, labels, regions } = original;
    const made = new Instruction(
      operation,
      type,
      operands.map((each) => this.copyOf(each)),
      at,
    );
    this.copies.set(original, made);
    this.originals.set(made, original);
    made.index = original.index;
    made.second = original.second;
    made.proven = original.proven;
    made.range = original.range;
    if (original.check !== null) made.check = this.copyOf(original.check);
    if (original.producer !== null) made.producer = this.copyOf(original.producer);
    if (original.parts !== null) made.parts = original.parts;
    if (original.written !== null) made.written = original.written;
    if (original.signature !== '') made.signature = original.signature;
    if (original.name !== '') made.name = original.name;
    if (original.low !== 0) made.low = original.low;
    if (original.high !== 0) made.high = original.high;
    if (label !== null) made.label = regions === null ? this.target(label) : this.ownLabel(label);
    if (labels !== null) made.labels = labels.map((each) => this.target(each));
    if (regions !== null) made.regions = regions.map((region) => region.map((each) => this.of(each)));
    if (operation === Operation.Charge) {
      this.plan.parts.set(made, this.plan.parts.get(original)!);
      this.plan.late.add(made);
    }
    return made;
  }

  private copyOf(value: Instruction): Instruction {
    const found = resolved(value);
    return this.copies.get(found) ?? found;
  }

  private ownLabel(label: Label): Label {
    const made = new Label(label.isLoop);
    made.uses = label.uses;
    this.labels.set(label, made);
    return made;
  }

  private target(label: Label): Label {
    const own = this.labels.get(label);
    if (own !== undefined) return own;
    label.uses++;
    return label;
  }
}
