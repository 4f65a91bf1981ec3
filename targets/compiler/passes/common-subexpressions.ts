// Common subexpression elimination, where it pays: reuses a value that was computed before in the same region or an enclosing one,
// from the same operands, if nothing that it reads was written since. The back end supplies the costs. A comparison that a condition
// around it, or in front of it, has decided becomes a constant.

import type { Costs } from '../intermediate/costs.js';
import { definitionOf, findDefinitions } from '../intermediate/definitions.js';
import {
  constant,
  countUses,
  type FunctionCode,
  type Instruction,
  Proven,
  type Region,
  resolved,
} from '../intermediate/instruction.js';
import { Effect, Operation, Type } from '../intermediate/operation.js';
import { AvailableValues } from './available-values.js';
import { DecidedComparisons } from './decided-comparisons.js';
import { COMMUTATIVE } from './folding.js';

const ROUNDING = 1e-6;

/** Other effects of an instruction. */
const ALLOWED = Effect.ReadsMemory | Effect.ReadsGlobals | Effect.ReadsTables | Effect.Traps;
const READS = Effect.ReadsMemory | Effect.ReadsGlobals | Effect.ReadsTables;
const WRITES = Effect.WritesMemory | Effect.WritesGlobals | Effect.WritesTables;

export function commonSubexpressions(code: FunctionCode, _options: unknown, costs: Costs): void {
  findDefinitions(code);
  countUses(code);
  new CommonSubexpressions(code, costs).run();
}

/** A region during the walk. */
interface OpenRegion {
  region: Region;
  /** Index of the next instruction. */
  next: number;
  /** How many values were available before it, and how many comparisons were decided. */
  known: number;
  decided: number;
  /** The owner: the block, loop or `if`, and the index of the region in it. */
  owner: Instruction | null;
  arm: number;
  /** The last writes before the owner's regions. */
  state: number;
}

class CommonSubexpressions {
  private readonly code: FunctionCode;
  private readonly costs: Costs;
  /** Values of the enclosing regions. */
  private readonly known = new AvailableValues();
  /** All values that have a number. */
  private readonly numbered: Instruction[] = [];
  /** Numbers of constants: of i32 by their value, of others by a text. */
  private readonly words = new Map<number, number>();
  private readonly constants = new Map<string, number>();
  /** Numbers of the operands at hand. */
  private readonly operandNumbers: number[] = [];
  private next = 0;
  private readonly decided = new DecidedComparisons((value) => this.numberOf(value));
  /** The writes in blocks, loops and `if`s. */
  private readonly written = new Map<Instruction, number>();
  /** The last writes of memory, globals and tables. */
  private state = 0;
  private states = 0;
  private loops = 0;

  constructor(code: FunctionCode, costs: Costs) {
    this.code = code;
    this.costs = costs;
  }

  run(): void {
    this.findWrites();
    this.walk();
    for (const each of this.numbered) each.number = -1;
  }

  /** Collects the writes in each block, loop and `if`. Outer ones come first, and inner ones add to them. */
  private findWrites(): void {
    const { written } = this;
    const found: { owner: Instruction; outer: Instruction | null }[] = [];
    const open: { region: Region; owner: Instruction | null }[] = [{ region: this.code.body, owner: null }];
    const add = (owner: Instruction | null, writes: number) => {
      if (owner !== null) written.set(owner, written.get(owner)! | writes);
    };
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { region, owner } = next;
      for (const instruction of region) {
        if (instruction.regions === null) {
          add(owner, instruction.effects & WRITES);
          continue;
        }
        written.set(instruction, 0);
        found.push({ owner: instruction, outer: owner });
        for (const inner of instruction.regions) open.push({ region: inner, owner: instruction });
      }
    }
    for (const { owner, outer } of found.reverse()) add(outer, written.get(owner)!);
  }

  private walk(): void {
    const open: OpenRegion[] = [
      { region: this.code.body, next: 0, known: 0, decided: 0, owner: null, arm: 0, state: 0 },
    ];
    for (let top = open[0]; top !== undefined; top = open[open.length - 1]) {
      if (top.next < top.region.length) {
        const instruction = top.region[top.next++];
        const { regions } = instruction;
        if (regions === null) {
          this.value(instruction);
          if ((instruction.effects & WRITES) !== 0) this.state = ++this.states;
          continue;
        }
        if (instruction.operation === Operation.Loop) {
          this.loops++;
          if (this.written.get(instruction) !== 0) this.state = ++this.states;
        }
        if (instruction.operation === Operation.If) this.decided.replaceCondition(instruction);
        open.push(this.opened(instruction, 0, this.state));
        continue;
      }
      this.known.forget(top.known);
      this.decided.forget(top.decided);
      const { owner, arm, state } = top;
      open.pop();
      if (owner === null) continue;
      if (owner.regions![arm + 1] !== undefined) {
        this.state = state;
        open.push(this.opened(owner, arm + 1, state));
        continue;
      }
      if (owner.operation === Operation.If) this.decided.leave(owner);
      this.state = this.written.get(owner) !== 0 ? ++this.states : state;
      if (owner.operation === Operation.Loop) this.loops--;
    }
  }

  private opened(owner: Instruction, arm: number, state: number): OpenRegion {
    const known = this.known.count;
    const decided = this.decided.count;
    if (owner.operation === Operation.If) this.decided.learn(owner.operands[0], arm === 0);
    return { region: owner.regions![arm], next: 0, known, decided, owner, arm, state };
  }

  private value(instruction: Instruction): void {
    const { type, operation, effects, operands } = instruction;
    const decided = this.decided.find(instruction);
    if (decided !== null) {
      instruction.replacement = constant(decided ? 1 : 0, Type.I32, instruction.at);
      for (const operand of operands) resolved(operand).uses--;
      return;
    }
    if (type === Type.None || (effects & ~ALLOWED) !== 0 || operation === Operation.Result) return;
    this.findNumbers(instruction);
    const found = this.known.findOrAdd(instruction, (effects & READS) !== 0 ? this.state : -1, this.operandNumbers);
    if (found === null) return;
    this.setNumber(instruction, this.numberOf(found));
    if (found.uses === 0 || (found.uses === 1 && instruction.uses === 1 && !this.isWorthKeeping(instruction))) return;
    instruction.replacement = found;
    if (instruction.has(Proven.Fits) && !found.has(Proven.Fits)) found.proven |= Proven.FitsLater;
    found.uses += instruction.uses;
    for (const operand of operands) resolved(operand).uses--;
  }

  /** Whether computing a value, and the values nested in it, costs more than a variable. */
  private isWorthKeeping(value: Instruction): boolean {
    const { read, worthKeeping, worthKeepingInLoop } = this.costs;
    // Costs are sums of fractions; the order of the sum must not matter.
    const worth = (this.loops > 0 ? worthKeepingInLoop : worthKeeping) - ROUNDING;
    let cost = 0;
    const open = [value];
    for (let next = open.pop(); next !== undefined && cost < worth; next = open.pop()) {
      cost += this.costs.of(next);
      for (const operand of next.operands) {
        const found = resolved(operand);
        const isRead = found.uses > 1 || found.operation === Operation.Get || found.operation === Operation.Constant;
        if (isRead) cost += read;
        else open.push(found);
      }
    }
    return cost >= worth;
  }

  /** Finds the numbers of the operands, of which those of commutative operations are in order. */
  private findNumbers({ operation, operands }: Instruction): void {
    const numbers = this.operandNumbers;
    numbers.length = 0;
    for (let index = 0; index < operands.length; index++) numbers.push(this.numberOf(definitionOf(operands[index])));
    if (numbers.length !== 2 || numbers[0] <= numbers[1] || !COMMUTATIVE.has(operation)) return;
    const [first] = numbers;
    numbers[0] = numbers[1];
    numbers[1] = first;
  }

  private numberOf(value: Instruction): number {
    if (value.number < 0)
      this.setNumber(value, value.operation === Operation.Constant ? this.numberOfConstant(value) : this.next++);
    return value.number;
  }

  private setNumber(value: Instruction, number: number): void {
    if (value.number < 0) this.numbered.push(value);
    value.number = number;
  }

  private numberOfConstant({ type, index, low, high }: Instruction): number {
    if (type === Type.I32) {
      let number = this.words.get(index);
      if (number === undefined) {
        number = this.next++;
        this.words.set(index, number);
      }
      return number;
    }
    const key = `${type} ${Object.is(index, -0) ? '-0' : index} ${low} ${high}`;
    let number = this.constants.get(key);
    if (number === undefined) {
      number = this.next++;
      this.constants.set(key, number);
    }
    return number;
  }
}
