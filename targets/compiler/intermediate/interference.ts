// The interference graph: which variables are live at the same time with different values. A nested Get reads its variable where the
// root of its tree is executed. So nesting must have run, and every value that is not nested must be in a variable.

import { BackwardWalk } from './backward-walk.js';
import { type FunctionCode, type Instruction, resolved } from './instruction.js';
import { weightInLoops } from './loop-weight.js';
import { Operation } from './operation.js';

/** A set of small numbers. */
export type Bits = Uint32Array;

const hasBit = (bits: Bits, index: number): boolean => (bits[index >> 5] & (1 << (index & 31))) !== 0;

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

/** A Set of one variable to another, with its relative frequency. */
export interface Copy {
  to: number;
  from: number;
  weight: number;
}

export interface Interference {
  /** By variable: the variables that are live where it is set. Not symmetric. */
  rows: Bits[];
  copies: Copy[];
  /** By variable: the number of reads and writes, weighted by loops. */
  weights: Float64Array;
}

export function findInterference(code: FunctionCode): Interference {
  return new Liveness(code).run();
}

class Liveness extends BackwardWalk<Bits> {
  private readonly code: FunctionCode;
  private readonly rows: Bits[];
  private readonly weights: Float64Array;
  private readonly copies = new Map<Instruction, Copy>();
  /** Loops around the instruction. */
  private loops = 0;

  constructor(code: FunctionCode) {
    super();
    this.code = code;
    this.rows = code.variables.map(() => this.none());
    this.weights = new Float64Array(code.variables.length);
  }

  run(): Interference {
    const { parameterCount, body } = this.code;
    this.walk(body);
    // At the start, a parameter holds a value that no other variable holds.
    for (let parameter = 0; parameter < parameterCount; parameter++) {
      unite(this.rows[parameter], this.state);
      for (let other = 0; other < parameterCount; other++) setBit(this.rows[parameter], other);
    }
    return { rows: this.rows, copies: [...this.copies.values()], weights: this.weights };
  }

  protected none(): Bits {
    return new Uint32Array((this.code.variables.length + 31) >> 5);
  }

  protected copy(state: Bits): Bits {
    return state.slice();
  }

  protected union(into: Bits, other: Bits): Bits {
    unite(into, other);
    return into;
  }

  protected isWithin(state: Bits, other: Bits): boolean {
    return state.every((word, index) => (word & ~other[index]) === 0);
  }

  protected instruction(instruction: Instruction): void {
    if (instruction.nested) return;
    if (instruction.operation === Operation.Set) this.set(instruction, instruction.index);
    else this.read(instruction);
  }

  private set(instruction: Instruction, variable: number): void {
    const live = this.state;
    const value = resolved(instruction.operands[0]);
    const row = this.rows[variable];
    const isCopy = value.operation === Operation.Get;
    // The source of a copy does not interfere with it.
    const isKept = isCopy && !hasBit(row, value.index);
    unite(row, live);
    if (isKept) row[value.index >> 5] &= ~(1 << (value.index & 31));
    if (isCopy) this.copies.set(instruction, { to: variable, from: value.index, weight: weightInLoops(this.loops) });
    live[variable >> 5] &= ~(1 << (variable & 31));
    this.weights[variable] += weightInLoops(this.loops);
    this.read(instruction);
  }

  /** The variables that the tree of an instruction reads are live before it. */
  private read(instruction: Instruction): void {
    const open = [instruction];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      for (const operand of next.operands) {
        const value = resolved(operand);
        if (value.operation === Operation.Get) {
          setBit(this.state, value.index);
          this.weights[value.index] += weightInLoops(this.loops);
        } else if (value.nested) open.push(value);
      }
    }
  }

  protected override enterLoop(): void {
    this.loops++;
  }

  protected override leaveLoop(): void {
    this.loops--;
  }
}
