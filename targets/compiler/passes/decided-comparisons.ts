// Comparisons of i32 whose results conditions have decided: in the arms of an `if`, and behind one of which an arm does not come back. In
// compiled code the same test often stands twice: the condition of a loop, and the check of an index.

import { Opcode } from '../../../src/opcodes.js';
import { definitionOf } from '../intermediate/definitions.js';
import { constant, type Instruction, Proven } from '../intermediate/instruction.js';
import { isBoolean, isTerminator, Operation, Type } from '../intermediate/operation.js';

/** How many conditions are looked for within one. */
const MOST_DEPTH = 8;

enum Kind {
  Value,
  Equal,
  Less,
  Below,
}

/** What two values are to each other; or, with the same value twice, that it is not 0. Numbers stand for the values. */
interface Relation {
  kind: Kind;
  one: number;
  other: number;
}

/** A comparison as a relation, or as its opposite. */
interface Canonical extends Relation {
  isOpposite: boolean;
}

export class DecidedComparisons {
  private readonly numberOf: (value: Instruction) => number;
  private readonly results = new Map<number, boolean>();
  private readonly keys: number[] = [];

  /** `numberOf` is equal for equal values. */
  constructor(numberOf: (value: Instruction) => number) {
    this.numberOf = numberOf;
  }

  get count(): number {
    return this.keys.length;
  }

  /** Forgets all results but the oldest. */
  forget(count: number): void {
    while (this.keys.length > count) this.results.delete(this.keys.pop()!);
  }

  /** Learns that a condition holds, or does not. */
  learn(condition: Instruction, holds: boolean, depth = MOST_DEPTH): void {
    const value = definitionOf(condition);
    const { operation, operands } = value;
    if (depth === 0 || value.operation === Operation.Constant) return;
    if (operation === Opcode.I32Eqz) this.learn(operands[0], !holds, depth - 1);
    else if (operation === Opcode.I32And || operation === Opcode.I32Or) {
      const decides = holds === (operation === Opcode.I32And);
      if (decides && operands.every((each) => isBoolean(definitionOf(each).operation)))
        for (const each of operands) this.learn(each, holds, depth - 1);
    }
    const { kind, one, other, isOpposite } = this.canonical(value);
    this.decide({ kind, one, other }, holds !== isOpposite);
    if (kind === Kind.Value || holds === isOpposite) return;
    // What is less is not equal, and not greater.
    if (kind === Kind.Equal) {
      for (const each of ORDERS) {
        this.decide({ kind: each, one, other }, false);
        this.decide({ kind: each, one: other, other: one }, false);
      }
    } else {
      this.decide({ kind, one: other, other: one }, false);
      this.decide({ kind: Kind.Equal, one, other }, false);
    }
  }

  private decide(relation: Relation, result: boolean): void {
    const key = keyOf(relation);
    if (this.results.has(key)) return;
    this.results.set(key, result);
    this.keys.push(key);
  }

  /** The result of a comparison; null if it is not known. */
  find(comparison: Instruction): boolean | null {
    const { operation } = comparison;
    if (this.keys.length === 0 || operation < Opcode.I32Eqz || operation > Opcode.I32GeU) return null;
    return this.resultOf(comparison);
  }

  private resultOf(value: Instruction, depth = MOST_DEPTH): boolean | null {
    if (value.operation === Opcode.I32Eqz) {
      const result = depth === 0 ? null : this.resultOf(definitionOf(value.operands[0]), depth - 1);
      return result === null ? null : !result;
    }
    const found = this.canonical(value);
    const result = this.results.get(keyOf(found));
    return result === undefined ? null : result !== found.isOpposite;
  }

  /** Makes the condition of an `if` a constant where it is decided. */
  replaceCondition(choice: Instruction): void {
    if (this.keys.length === 0) return;
    const value = definitionOf(choice.operands[0]);
    const result = value.operation === Operation.Constant ? null : this.resultOf(value);
    if (result !== null) choice.operands = [constant(result ? 1 : 0, Type.I32, choice.at)];
  }

  /** Behind an `if` of which an arm never ends, the condition has decided for the other one. */
  leave({ operands, regions, label }: Instruction): void {
    if (label !== null && label.uses > 0) return;
    const [first, second] = regions!.map((region) => region.length > 0 && isTerminator(region.at(-1)!.operation));
    if (first !== (second ?? false)) this.learn(operands[0], !first);
  }

  private canonical(value: Instruction): Canonical {
    const { operation, operands } = value;
    if (operation < Opcode.I32Eq || operation > Opcode.I32GeU) {
      const number = this.numberOf(value);
      return { kind: Kind.Value, one: number, other: number, isOpposite: false };
    }
    const first = this.numberOf(definitionOf(operands[0]));
    const second = this.numberOf(definitionOf(operands[1]));
    if (operation === Opcode.I32Eq || operation === Opcode.I32Ne)
      return { kind: Kind.Equal, one: first, other: second, isOpposite: operation === Opcode.I32Ne };
    const isSwapped = SWAPPED.has(operation);
    const [one, other] = isSwapped ? [second, first] : [first, second];
    const kind = SIGNED.has(operation) || value.has(Proven.NotNegative) ? Kind.Less : Kind.Below;
    return { kind, one, other, isOpposite: OPPOSITE.has(operation) };
  }
}

const SIGNED: ReadonlySet<number> = new Set([Opcode.I32LtS, Opcode.I32GtS, Opcode.I32LeS, Opcode.I32GeS]);
/** Whose second operand is less, where they or their opposites hold. */
const SWAPPED: ReadonlySet<number> = new Set([Opcode.I32GtS, Opcode.I32GtU, Opcode.I32LeS, Opcode.I32LeU]);
const OPPOSITE: ReadonlySet<number> = new Set([Opcode.I32LeS, Opcode.I32LeU, Opcode.I32GeS, Opcode.I32GeU]);

const ORDERS = [Kind.Less, Kind.Below];

/** More than the values of any function whose intermediate code fits into memory. */
const MOST_NUMBERS = 2 ** 25;

/** Equal for equal relations. */
function keyOf({ kind, one, other }: Relation): number {
  const isExchanged = kind === Kind.Equal && other < one;
  const [first, second] = isExchanged ? [other, one] : [one, other];
  return (kind * MOST_NUMBERS + first) * MOST_NUMBERS + second;
}
