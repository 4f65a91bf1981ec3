// Conditions: what branches, selects and comparisons compare, with i64 comparisons put together again from their words.

import { Opcode } from '../../../src/opcodes.js';
import { definitionOf } from '../intermediate/definitions.js';
import type { Instruction } from '../intermediate/instruction.js';
import { Operation } from '../intermediate/operation.js';
import { floatCondition } from './lower-floats.js';
import type { Lowering } from './lowering.js';
import { Code, Condition, type Node, opposite, Shift, Test } from './node.js';
import { type ConditionOf, ofOperands } from './node-graph.js';

const COMPARISONS: Partial<Record<number, Condition>> = {
  [Opcode.I32Eq]: Condition.Equal,
  [Opcode.I32Ne]: Condition.NotEqual,
  [Opcode.I32LtS]: Condition.Less,
  [Opcode.I32LtU]: Condition.CarryClear,
  [Opcode.I32GtS]: Condition.Greater,
  [Opcode.I32GtU]: Condition.Higher,
  [Opcode.I32LeS]: Condition.LessOrEqual,
  [Opcode.I32LeU]: Condition.LowerOrSame,
  [Opcode.I32GeS]: Condition.GreaterOrEqual,
  [Opcode.I32GeU]: Condition.CarrySet,
};

export class ConditionLowering {
  private readonly lowering: Lowering;

  constructor(lowering: Lowering) {
    this.lowering = lowering;
  }

  /** A comparison as a value, or a Select; null for other instructions. */
  lower(instruction: Instruction): Node[] | null {
    const { operation, operands } = instruction;
    const { graph } = this.lowering;
    if (operation === Operation.Select) {
      const found = this.of(operands[0]);
      const [whenTrue, whenFalse] = [this.lowering.valueOf(operands[1]), this.lowering.valueOf(operands[2])];
      return whenTrue.map((word, index) => graph.select(found, word, whenFalse[index]));
    }
    // A condition only: it holds where it is tested.
    if (operation === Operation.FuelBelow) return [];
    const found = this.comparison(instruction);
    return found === null ? null : [graph.boolean(found)];
  }

  /** The condition that a value is not 0. */
  of(operand: Instruction): ConditionOf {
    let value = definitionOf(operand);
    let isOpposite = false;
    while (value.operation === Opcode.I32Eqz) {
      const inner = definitionOf(value.operands[0]);
      isOpposite = !isOpposite;
      if (this.comparison(inner) === null && inner.operation !== Opcode.I32Eqz) {
        const found = this.joined(inner) ?? this.lowering.graph.isNotZero(this.lowering.word(inner));
        return isOpposite ? negated(found) : found;
      }
      value = inner;
    }
    const found =
      this.comparison(value) ?? this.joined(value) ?? this.lowering.graph.isNotZero(this.lowering.word(value));
    return isOpposite ? negated(found) : found;
  }

  private comparison(instruction: Instruction): ConditionOf | null {
    const { operation, operands } = instruction;
    const { graph } = this.lowering;
    if (operation === Opcode.I32Eqz) {
      const inner = definitionOf(operands[0]);
      const found = this.comparison(inner) ?? this.joined(inner);
      if (found !== null) return negated(found);
      return graph.isNotZero(this.lowering.word(inner), Condition.Equal);
    }
    if (operation === Operation.FuelBelow)
      return graph.compare(
        Condition.CarryClear,
        graph.pin(Code.FuelLeft, [], instruction.at),
        graph.constant(instruction.index),
      );
    if (operation === Operation.IsNull) return graph.isNotZero(this.lowering.word(operands[0]), Condition.Equal);
    const condition = COMPARISONS[operation];
    if (condition === undefined) return floatCondition(this.lowering, instruction);
    const outside = this.outside(instruction);
    if (outside !== null) return outside;
    const [a, b] = [unmasked(instruction), operands[1]].map((each) => this.lowering.word(each));
    const isEquality = condition === Condition.Equal || condition === Condition.NotEqual;
    if (isEquality && b.hasImmediate && b.immediate === 0 && b.code === 0) return graph.isNotZero(a, condition);
    return graph.compare(condition, a, b);
  }

  /**
   * Whether a byte is outside a range, without the mask of its difference: `(c - '9' - 1 & 255) < 246` is `c - '0' >= 10` for a byte c.
   * So it is for other masks of low bits. Null for other comparisons.
   */
  private outside(instruction: Instruction): ConditionOf | null {
    const { operation, operands } = instruction;
    const masked = definitionOf(operands[0]);
    if (!UNSIGNED.has(operation) || masked.operation !== Opcode.I32And || unmasked(instruction) !== operands[0])
      return null;
    const [sum, mask, than] = [...masked.operands, operands[1]].map((each) => definitionOf(each));
    const isSum = sum.operation === Opcode.I32Add || sum.operation === Opcode.I32Sub;
    if (!isSum || !isLowMask(mask) || than.operation !== Operation.Constant) return null;
    const [byte, by] = sum.operands.map((each) => definitionOf(each));
    const { range } = byte;
    if (by.operation !== Operation.Constant || range === null || range.least < 0 || range.most > mask.index)
      return null;
    const isOrEqual = operation === Opcode.I32LeU || operation === Opcode.I32GtU;
    const below = than.index + (isOrEqual ? 1 : 0);
    if (than.index < 0 || below > mask.index) return null;
    // The numbers of which the masked difference is not below are in a row from the least one on.
    const least = (below - (sum.operation === Opcode.I32Add ? by.index : -by.index)) & mask.index;
    const count = mask.index + 1 - below;
    if (least + count > mask.index + 1) return null;
    const { graph } = this.lowering;
    const difference = graph.binary(Code.Subtract, this.lowering.word(byte), graph.constant(least));
    const isBelow = operation === Opcode.I32LtU || operation === Opcode.I32LeU;
    return graph.compare(isBelow ? Condition.CarrySet : Condition.CarryClear, difference, graph.constant(count));
  }

  /** Two comparisons with the same condition, or an i64 comparison of two words each. */
  private joined(value: Instruction): ConditionOf | null {
    const { operation, operands } = value;
    if (operation !== Opcode.I32And && operation !== Opcode.I32Or) return null;
    const [first, second] = operands.map((each) => definitionOf(each));
    if (operation === Opcode.I32Or) {
      const wide = this.wide(first, second) ?? this.wide(second, first);
      if (wide !== null) return wide;
    }
    if (!this.lowering.graph.isThumb2) return null;
    const [a, b] = [this.plain(first), this.plain(second)];
    if (a === null || b === null || a.condition !== b.condition) return null;
    const joint = operation === Opcode.I32And ? a.condition : opposite(a.condition);
    return ofOperands(Test.Pairs, a.condition, [...a.operands, ...b.operands], Shift.None, 0, joint);
  }

  /** A comparison of two words in registers. */
  private plain({ operation, operands }: Instruction): { condition: Condition; operands: Node[] } | null {
    const condition = COMPARISONS[operation];
    if (condition === undefined) return null;
    return { condition, operands: operands.map((each) => this.lowering.word(each)) };
  }

  /** `decided` compares high words, `tied` the low ones where these are equal. */
  private wide(decided: Instruction, tied: Instruction): ConditionOf | null {
    if (tied.operation !== Opcode.I32And) return null;
    const [equal, lows] = tied.operands.map((each) => definitionOf(each));
    if (equal.operation !== Opcode.I32Eq) return null;
    const highs = decided.operands.map((each) => definitionOf(each));
    const equals = equal.operands.map((each) => definitionOf(each));
    const [strict, loose] = [COMPARISONS[decided.operation], COMPARISONS[lows.operation]];
    if (strict === undefined || loose === undefined) return null;
    if (
      highs.length !== 2 ||
      equals.some((each, index) => this.lowering.word(each) !== this.lowering.word(highs[index]))
    )
      return null;
    const isLess = strict === Condition.Less || strict === Condition.CarryClear;
    const isGreater = strict === Condition.Greater || strict === Condition.Higher;
    if (!isLess && !isGreater) return null;
    const isSigned = strict === Condition.Less || strict === Condition.Greater;
    const [lowA, lowB] = lows.operands.map((each) => this.lowering.word(each));
    const [highA, highB] = highs.map((each) => this.lowering.word(each));
    const below = isSigned ? Condition.Less : Condition.CarryClear;
    const ordered = [lowA, highA, lowB, highB];
    const exchanged = [lowB, highB, lowA, highA];
    if (isLess && loose === Condition.CarryClear) return ofOperands(Test.Wide, below, ordered);
    if (isGreater && loose === Condition.Higher) return ofOperands(Test.Wide, below, exchanged);
    if (isLess && loose === Condition.LowerOrSame) return ofOperands(Test.Wide, opposite(below), exchanged);
    if (isGreater && loose === Condition.CarrySet) return ofOperands(Test.Wide, opposite(below), ordered);
    return null;
  }
}

/** Unsigned comparisons, in which a negative number is above all constants. */
const UNSIGNED: ReadonlySet<number> = new Set([Opcode.I32LtU, Opcode.I32LeU, Opcode.I32GtU, Opcode.I32GeU]);

/**
 * The first operand of a comparison, without a mask that makes no difference: `(c - 'a' & 255) < 26` is `c - 'a' < 26` for a byte c.
 * Where the mask changes a number, that is negative, and both are above the constant.
 */
function unmasked({ operation, operands: [first, second] }: Instruction): Instruction {
  const value = definitionOf(first);
  const than = definitionOf(second);
  if (!UNSIGNED.has(operation) || value.operation !== Opcode.I32And || than.operation !== Operation.Constant)
    return first;
  const [inner, mask] = value.operands.map((each) => definitionOf(each));
  const { range } = inner;
  if (!isLowMask(mask) || range === null || than.index < 0) return first;
  return range.most <= mask.index && range.least + mask.index + 1 > than.index ? inner : first;
}

/** Whether a value is a constant whose low bits alone are set. */
function isLowMask({ operation, index }: Instruction): boolean {
  return operation === Operation.Constant && index > 0 && (index & (index + 1)) === 0;
}

function negated({
  test,
  condition,
  joint,
  operands,
  hasImmediate,
  immediate,
  shift,
  amount,
}: ConditionOf): ConditionOf {
  return { test, condition: opposite(condition), joint, operands, hasImmediate, immediate, shift, amount };
}
