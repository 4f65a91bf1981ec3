// The ranges of values at a point of the function, narrowed by the conditions and accesses that come before it on every path.

import { Opcode } from '../../../src/opcodes.js';
import { boundedSum } from '../intermediate/bounded-sum.js';
import { definitionOf } from '../intermediate/definitions.js';
import { type Instruction, Proven, resolved } from '../intermediate/instruction.js';
import { isBoolean, Operation, Type } from '../intermediate/operation.js';
import { ANY, constantRange, LEAST, MOST, type Range } from '../intermediate/value-range.js';
import { oppositeComparison } from './folding.js';

/** Memories end below 2 GiB. */
export const MOST_MEMORY = 2 ** 31 - 65536;
/** How deep to follow conditions that consist of others. */
const DEPTH = 6;
/** How many additions to follow to their base. */
const BASES = 3;
/** Number of bounds that are recorded for a Phi. */
const MOST_BOUNDS = 8;

export class Knowledge {
  private readonly minimumMemory: number;
  private readonly maximumMemory: number;
  /** Values whose ranges were narrowed, with their earlier ranges. */
  private readonly values: Instruction[] = [];
  private readonly former: (Range | null)[] = [];
  /** Bounds that conditions set for a Phi, and the form in which the Phi is compared after 1 is added to it. */
  private readonly bounds = new Map<Instruction, number[]>();

  private readonly alignmentOf: (value: Instruction) => number;

  /** `alignmentOf`: a power of two that divides a global, parameter or result of a call. */
  constructor(minimumMemory: number, maximumMemory: number, alignmentOf: (value: Instruction) => number) {
    this.minimumMemory = minimumMemory;
    this.maximumMemory = maximumMemory;
    this.alignmentOf = alignmentOf;
  }

  /** The range of what another function has computed; null if nothing is known of it. */
  rangeFromOutside(value: Instruction): Range | null {
    const alignment = this.alignmentOf(value);
    return alignment === 1 ? null : ANY.withModulus(alignment, 0);
  }

  /** A mark in the log of facts, to undo what is learned after it. */
  get height(): number {
    return this.values.length;
  }

  forget(height: number): void {
    while (this.values.length > height) this.values.pop()!.range = this.former.pop()!;
  }

  /** The values whose facts changed since the mark. */
  learnedSince(height: number): Instruction[] {
    return this.values.slice(height);
  }

  of(operand: Instruction): Range {
    const value = definitionOf(operand);
    if (value.operation === Operation.Constant && value.type === Type.I32) value.range ??= constantRange(value.index);
    else if (value.operation === Operation.Parameter) value.range ??= this.rangeFromOutside(value);
    return value.range ?? ANY;
  }

  /** The range of an operand, with what is known of the value to which it adds a constant: that may be narrower now than where it was added. */
  narrowed(operand: Instruction): Range {
    const range = this.of(operand);
    const { operation, operands } = definitionOf(operand);
    if (operation !== Opcode.I32Add && operation !== Opcode.I32Sub) return range;
    const by = definitionOf(operands[1]);
    if (by.operation !== Operation.Constant) return range;
    const { least, most } = this.of(operands[0]);
    const added = operation === Opcode.I32Add ? by.index : -by.index;
    return least + added < LEAST || most + added > MOST ? range : range.within(least + added, most + added);
  }

  learn(value: Instruction, range: Range): void {
    if (range === value.range || value.operation === Operation.Constant) return;
    this.values.push(value);
    this.former.push(value.range);
    value.range = range;
  }

  /** Bounds for a Phi, in no order. */
  boundsOf(phi: Instruction): readonly number[] {
    return this.bounds.get(phi) ?? [];
  }

  /** Learns that the operand is within these bounds. */
  limit(operand: Instruction, least: number, most: number): void {
    const value = definitionOf(operand);
    if (value.type !== Type.I32 || value.operation === Operation.Constant) return;
    if (least > LEAST) this.bound(value, least);
    if (most < MOST) this.bound(value, most);
    const before = value.range ?? ANY;
    const range = before.within(least, most);
    if (range === before) return;
    this.learn(value, range);
    this.limitOperand(value, range.least, range.most);
  }

  /** Derives the bounds of the other operand from the bounds of a sum, difference or shift by a constant. */
  private limitOperand({ operation, operands, proven }: Instruction, least: number, most: number): void {
    if (operands.length !== 2) return;
    const by = definitionOf(operands[1]);
    if (by.operation !== Operation.Constant) return;
    const fits = (proven & Proven.Fits) !== 0;
    if (operation === Opcode.I32Add || operation === Opcode.I32Sub) {
      const added = operation === Opcode.I32Add ? by.index : -by.index;
      // If all bounds are int32, a value that is within the wrapped bounds was within the original ones.
      if (fits || (least - added >= LEAST && most - added <= MOST))
        this.limit(operands[0], Math.max(LEAST, least - added), Math.min(MOST, most - added));
    } else if (operation === Opcode.I32Shl && fits) {
      const factor = 2 ** (by.index & 31);
      this.limit(operands[0], Math.ceil(least / factor), Math.floor(most / factor));
    } else if (operation === Opcode.I32And && least === most && (by.index & (by.index + 1)) === 0 && by.index > 0) {
      this.align(operands[0], by.index + 1, least, DEPTH);
    }
  }

  /** Learns the operand's remainder by a power of two. */
  private align(operand: Instruction, modulus: number, remainder: number, depth: number): void {
    const value = definitionOf(operand);
    if (value.type !== Type.I32 || value.operation === Operation.Constant || depth === 0) return;
    this.learn(value, (value.range ?? ANY).withModulus(modulus, remainder));
    const { operation, operands } = value;
    if (operation === Opcode.I32Or && remainder === 0)
      for (const each of operands) this.align(each, modulus, 0, depth - 1);
    else if (operation === Opcode.I32Add || operation === Opcode.I32Sub) {
      const by = definitionOf(operands[1]);
      if (by.operation !== Operation.Constant) return;
      const added = operation === Opcode.I32Add ? by.index : -by.index;
      this.align(operands[0], modulus, remainder - added, depth - 1);
    }
  }

  private bound(value: Instruction, bound: number): void {
    let phi = value;
    if (value.operation === Opcode.I32Add || value.operation === Opcode.I32Sub) phi = definitionOf(value.operands[0]);
    if (phi.operation !== Operation.Phi) return;
    const known = this.bounds.get(phi);
    if (known === undefined) this.bounds.set(phi, [bound]);
    else if (known.length < MOST_BOUNDS && !known.includes(bound)) known.push(bound);
  }

  /** Learns that the operand is not this value. */
  exclude(operand: Instruction, number: number): void {
    const value = definitionOf(operand);
    if (value.type !== Type.I32 || value.operation === Operation.Constant) return;
    if (number > LEAST) this.bound(value, number - 1);
    if (number < MOST) this.bound(value, number + 1);
    const range = value.range ?? ANY;
    if (range.least === number) this.limit(value, number + 1, MOST);
    else if (range.most === number) this.limit(value, LEAST, number - 1);
    else if (number === 0) this.learn(value, range.withoutZero());
  }

  /** Learns that the condition holds, or does not hold. */
  assume(condition: Instruction, holds: boolean, depth = DEPTH): void {
    const value = definitionOf(condition);
    const { operation, operands } = value;
    if (depth === 0 || value.type !== Type.I32) return;
    if (operation === Opcode.I32Eqz) this.assume(operands[0], !holds, depth - 1);
    else if (operation >= Opcode.I32Eq && operation <= Opcode.I32GeU) {
      const comparison = holds ? operation : oppositeComparison(operation);
      this.compare(comparison, operands[0], operands[1]);
    } else if (operation === Opcode.I32And || operation === Opcode.I32Or) {
      const areBoolean = operands.every((each) => isBoolean(definitionOf(each).operation));
      if (holds === (operation === Opcode.I32And) && (areBoolean || !holds))
        for (const each of operands) this.assume(each, holds, depth - 1);
    }
    if (isBoolean(operation)) return;
    if (holds) this.exclude(value, 0);
    else this.limit(value, 0, 0);
  }

  private compare(operation: number, a: Instruction, b: Instruction): void {
    const [of, than] = [this.of(a), this.of(b)];
    switch (operation) {
      case Opcode.I32Eq:
        this.limit(a, than.least, than.most);
        this.limit(b, of.least, of.most);
        break;
      case Opcode.I32Ne:
        if (than.isConstant) this.exclude(a, than.least);
        if (of.isConstant) this.exclude(b, of.least);
        break;
      case Opcode.I32LtS:
        this.order(a, b, 1);
        break;
      case Opcode.I32LeS:
        this.order(a, b, 0);
        break;
      case Opcode.I32GtS:
        this.order(b, a, 1);
        break;
      case Opcode.I32GeS:
        this.order(b, a, 0);
        break;
      case Opcode.I32LtU:
        this.orderUnsigned(a, b, 1);
        break;
      case Opcode.I32LeU:
        this.orderUnsigned(a, b, 0);
        break;
      case Opcode.I32GtU:
        this.orderUnsigned(b, a, 1);
        break;
      case Opcode.I32GeU:
        this.orderUnsigned(b, a, 0);
    }
  }

  /** Learns that `b` is at least `a` plus a distance. */
  private order(a: Instruction, b: Instruction, more: number): void {
    const [less, greater] = [this.of(a), this.of(b)];
    this.limit(a, LEAST, greater.most - more);
    this.limit(b, less.least + more, MOST);
  }

  /** Orders the operands of an unsigned comparison. A value below a non-negative number is not negative either. */
  private orderUnsigned(a: Instruction, b: Instruction, more: number): void {
    const greater = this.of(b);
    if (greater.least >= 0) this.limit(a, 0, greater.most - more);
    const less = this.of(a);
    if (greater.least >= 0 && less.least >= 0) this.limit(b, less.least + more, MOST);
    else if (more === 1) this.exclude(b, 0);
  }

  /** Whether this many bytes from the address are within memory, without any check. */
  isAlwaysThere(address: Instruction, bytes: number): boolean {
    let value = definitionOf(address);
    let wanted = bytes;
    for (let depth = BASES; ; depth--) {
      if (this.of(value).most + wanted <= this.minimumMemory) return true;
      const sum = depth > 0 ? boundedSum(value) : null;
      if (sum === null) return false;
      value = sum.value;
      wanted += sum.added;
    }
  }

  /** The check that proves this many bytes from the address to be within memory; null if there is none. */
  checkOf(address: Instruction, bytes: number): Instruction | null {
    let value = definitionOf(address);
    let wanted = bytes;
    for (let depth = BASES; ; depth--) {
      const { checked, checker } = this.of(value);
      if (checker !== null && checked >= wanted) return checker;
      const sum = depth > 0 ? boundedSum(value) : null;
      if (sum === null) return null;
      value = sum.value;
      wanted += sum.added;
    }
  }

  /** Learns that after the access, this many bytes from its address are within memory, by the check that it names or is. */
  accessed(access: Instruction, bytes: number): void {
    let value = definitionOf(access.operands[0]);
    if (value.operation === Operation.Constant || bytes > this.maximumMemory) return;
    this.limit(value, 0, this.maximumMemory - bytes);
    // An access that needs no check does not provide one.
    const checker = access.has(Proven.InBounds) ? access.check : access;
    if (checker === null) return;
    let found = bytes;
    for (let depth = BASES; value.operation !== Operation.Constant; depth--) {
      this.learn(value, (value.range ?? ANY).withChecked(found, checker));
      const base = depth > 0 ? baseOf(value) : null;
      if (base === null) return;
      value = definitionOf(base.value);
      found += base.added;
    }
  }
}

/** The operand to which a constant is added without wrapping. */
function baseOf({ operation, operands, proven }: Instruction): { value: Instruction; added: number } | null {
  if ((proven & Proven.Fits) === 0 || (operation !== Opcode.I32Add && operation !== Opcode.I32Sub)) return null;
  const by = resolved(operands[1]);
  if (by.operation !== Operation.Constant) return null;
  return { value: operands[0], added: operation === Opcode.I32Add ? by.index : -by.index };
}
