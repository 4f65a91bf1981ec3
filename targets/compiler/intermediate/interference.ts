// Which variables hold different values at the same time. A variable is read where the tree stands that its Get is nested in:
// nesting must have been done, and every value that is not nested must be in a variable.

import { type FunctionCode, type Instruction, type Label, type Region, resolved } from './instruction.js';
import { Operation } from './operation.js';

/** A set of small numbers. */
export type Bits = Uint32Array;

export const hasBit = (bits: Bits, index: number): boolean => (bits[index >> 5] & (1 << (index & 31))) !== 0;

export function setBit(bits: Bits, index: number): void {
  bits[index >> 5] |= 1 << (index & 31);
}

export function unite(into: Bits, other: Bits): void {
  for (let word = 0; word < into.length; word++) into[word] |= other[word];
}

export function meet(a: Bits, b: Bits): boolean {
  for (let word = 0; word < a.length; word++) if ((a[word] & b[word]) !== 0) return true;
  return false;
}

/** A Set of one variable to another, and how often it is carried out compared to others. */
export interface Copy {
  to: number;
  from: number;
  weight: number;
}

export interface Interference {
  /** By variable, those that are needed later where it is set. Not the other way round. */
  rows: Bits[];
  copies: Copy[];
  /** By variable: how often it is read or set, weighted by loops. */
  weights: Float64Array;
}

const LOOP_WEIGHT = 8;
const MOST_WEIGHT = 8 ** 6;

export function findInterference(code: FunctionCode): Interference {
  return new Liveness(code).run();
}

class Liveness {
  private readonly code: FunctionCode;
  private readonly rows: Bits[];
  private readonly weights: Float64Array;
  private readonly copies = new Map<Instruction, Copy>();
  /** Variables that are needed at a label. */
  private readonly atLabels = new Map<Label, Bits>();
  /** Variables that are needed at the place at hand. */
  private live: Bits;
  private weight = 1;

  constructor(code: FunctionCode) {
    this.code = code;
    const { length } = code.variables;
    this.live = new Uint32Array((length + 31) >> 5);
    this.rows = code.variables.map(() => new Uint32Array(this.live.length));
    this.weights = new Float64Array(length);
  }

  run(): Interference {
    const { parameterCount, body } = this.code;
    this.region(body);
    // At the start a parameter has what no other variable has.
    for (let parameter = 0; parameter < parameterCount; parameter++) {
      unite(this.rows[parameter], this.live);
      for (let other = 0; other < parameterCount; other++) setBit(this.rows[parameter], other);
    }
    return { rows: this.rows, copies: [...this.copies.values()], weights: this.weights };
  }

  private region(region: Region): void {
    for (let at = region.length - 1; at >= 0; at--) if (!region[at].nested) this.instruction(region[at]);
  }

  private instruction(instruction: Instruction): void {
    const { operation, index } = instruction;
    switch (operation) {
      case Operation.Set:
        this.set(instruction, index);
        return;
      case Operation.Block:
        if (instruction.label !== null) this.atLabels.set(instruction.label, this.live.slice());
        this.region(instruction.regions![0]);
        return;
      case Operation.Loop:
        this.loop(instruction);
        return;
      case Operation.If:
        this.choice(instruction);
        return;
      case Operation.Branch:
        this.live = this.at(instruction.label!).slice();
        return;
      case Operation.BranchTable:
        this.live = new Uint32Array(this.live.length);
        for (const label of new Set(instruction.labels!)) unite(this.live, this.at(label));
        break;
      case Operation.Return:
      case Operation.Unreachable:
      case Operation.TailCall:
      case Operation.TailCallIndirect:
        this.live = new Uint32Array(this.live.length);
    }
    this.read(instruction);
  }

  private at(label: Label): Bits {
    let bits = this.atLabels.get(label);
    if (bits === undefined) {
      bits = new Uint32Array(this.live.length);
      this.atLabels.set(label, bits);
    }
    return bits;
  }

  private set(instruction: Instruction, variable: number): void {
    const { live } = this;
    const value = resolved(instruction.operands[0]);
    const row = this.rows[variable];
    const isCopy = value.operation === Operation.Get;
    // What it is a copy of may stay the same variable.
    const isKept = isCopy && !hasBit(row, value.index);
    unite(row, live);
    if (isKept) row[value.index >> 5] &= ~(1 << (value.index & 31));
    if (isCopy) this.copies.set(instruction, { to: variable, from: value.index, weight: this.weight });
    live[variable >> 5] &= ~(1 << (variable & 31));
    this.weights[variable] += this.weight;
    this.read(instruction);
  }

  /** What the tree of an instruction reads is needed before it. */
  private read({ operands }: Instruction): void {
    for (const operand of operands) {
      const value = resolved(operand);
      if (value.operation === Operation.Get) {
        setBit(this.live, value.index);
        this.weights[value.index] += this.weight;
      } else if (value.nested) this.read(value);
    }
  }

  private choice(instruction: Instruction): void {
    const after = this.live;
    const { label, regions } = instruction;
    if (label !== null) this.atLabels.set(label, after.slice());
    const [first, second] = regions!;
    this.live = after.slice();
    this.region(first);
    const inFirst = this.live;
    this.live = after;
    if (second !== undefined) this.region(second);
    unite(this.live, inFirst);
    this.read(instruction);
  }

  private loop({ label, regions }: Instruction): void {
    const after = this.live;
    const atHead = this.at(label!);
    const { weight } = this;
    this.weight = Math.min(weight * LOOP_WEIGHT, MOST_WEIGHT);
    for (let known = false; !known; ) {
      this.live = after.slice();
      this.region(regions![0]);
      known = this.live.every((word, index) => (word & ~atHead[index]) === 0);
      unite(atHead, this.live);
    }
    this.weight = weight;
  }
}
