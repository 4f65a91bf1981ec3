// Makes nodes: simplifies them to the forms that the processor has, and makes equal floating nodes one. Only what the back end itself
// makes of an operation is simplified here; the passes have folded the rest.

import { type Cpu, supports } from '../../../machine/thumb/cpu.js';
import { modifiedImmediateBits } from '../../../machine/thumb/immediate.js';
import type { BasicBlock } from '../intermediate/flow-graph.js';
import { Code, Condition, Node, opposite, Shift, Test } from './node.js';

export interface NodeFields {
  immediate?: number;
  /** False where `immediate` does not count. */
  hasImmediate?: boolean;
  shift?: Shift;
  amount?: number;
  condition?: Condition;
  test?: Test;
  joint?: Condition;
  addend?: number;
  applied?: Code;
  symbol?: string;
  words?: number;
}

const NO_FIELDS: NodeFields = {};

/** A condition as a node takes it: how operands are compared, and what must hold then. */
export interface ConditionOf {
  test: Test;
  condition: Condition;
  joint: Condition;
  operands: Node[];
  hasImmediate: boolean;
  immediate: number;
  shift: Shift;
  amount: number;
}

const SHIFTS: Partial<Record<Code, Shift>> = {
  [Code.ShiftLeft]: Shift.Left,
  [Code.ShiftRightUnsigned]: Shift.RightUnsigned,
  [Code.ShiftRightSigned]: Shift.RightSigned,
  [Code.RotateRight]: Shift.RotateRight,
};
/** Codes whose operands may be exchanged. */
const COMMUTATIVE: ReadonlySet<Code> = new Set([Code.Add, Code.And, Code.Or, Code.Xor, Code.Multiply]);
/** The code for the complement of a constant. */
const COMPLEMENTS: Partial<Record<Code, Code>> = { [Code.And]: Code.BitClear, [Code.Or]: Code.OrNot };

/** Codes that can be carried out under a condition, in the register of their first operand. */
const APPLIED: ReadonlySet<Code> = new Set([Code.Add, Code.Subtract, Code.And, Code.Or, Code.Xor, Code.BitClear]);

/** Constants that all processors add in a short form. */
const MOST_ADDEND = 128;

function loopDepth({ loop }: BasicBlock): number {
  let depth = 0;
  for (let found = loop; found !== null; found = found.outer) depth++;
  return depth;
}

export class NodeGraph {
  readonly isThumb2: boolean;
  readonly cpu: Cpu;
  /** Pinned nodes of each block, in order. */
  readonly pinned = new Map<BasicBlock, Node[]>();
  /** The block at hand. */
  block: BasicBlock;
  private readonly entry: BasicBlock;
  /** Floating nodes by the hash of their parts: the first of a list. */
  private readonly floating = new Map<number, Node>();
  private readonly depths = new Map<BasicBlock, number>();
  private count = 0;
  /** A node that is not used. */
  private spare: Node | null = null;

  constructor(cpu: Cpu, entry: BasicBlock) {
    this.cpu = cpu;
    this.isThumb2 = supports(cpu, 'v7');
    this.entry = entry;
    this.block = entry;
  }

  get size(): number {
    return this.count;
  }

  // Making nodes.

  /** A node that has its place behind what was pinned in the block at hand. */
  pin(code: Code, operands: Node[], at: number, fields: NodeFields = NO_FIELDS): Node {
    const node = this.made(code, operands, this.block, fields);
    node.isPinned = true;
    node.at = at;
    this.pinned.get(this.block)!.push(node);
    return node;
  }

  /** A node that may stand wherever its operands are known. Its `block` is the first one of these. */
  float(code: Code, operands: Node[], fields: NodeFields = NO_FIELDS): Node {
    const node = this.made(code, operands, this.entry, fields);
    const hash = hashOf(node);
    const first = this.floating.get(hash) ?? null;
    for (let known = first; known !== null; known = known.sameHash) {
      if (!areEqual(known, node)) continue;
      // What was made is made into the next node.
      this.count--;
      this.spare = node;
      return known;
    }
    node.block = this.earliest(operands);
    node.sameHash = first;
    this.floating.set(hash, node);
    return node;
  }

  /** A node for which another one is to be taken from now on, and where it is an operand already. */
  replace(node: Node, by: Node): void {
    if (node !== by) node.replacement = by;
  }

  phi(block: BasicBlock): Node {
    return this.made(Code.Phi, [], block, NO_FIELDS);
  }

  part(node: Node, word: number): Node {
    if (!node.isPinned) return this.float(Code.Part, [node], { immediate: word });
    const made = this.made(Code.Part, [node], node.block, { immediate: word });
    made.isPinned = true;
    return made;
  }

  private made(code: Code, operands: Node[], block: BasicBlock, fields: NodeFields): Node {
    const { spare } = this;
    const node = spare ?? new Node(code, operands, block);
    this.spare = null;
    if (spare !== null) node.remake(code, operands, block);
    node.id = this.count++;
    if (fields === NO_FIELDS) return node;
    const { immediate, hasImmediate, shift, amount, condition, test, joint, addend, applied, symbol, words } = fields;
    // Words as int32, which V8 does not box.
    if (immediate !== undefined && hasImmediate !== false) {
      node.immediate = immediate | 0;
      node.hasImmediate = true;
    }
    if (shift !== undefined) node.shift = shift;
    if (amount !== undefined) node.amount = amount | 0;
    if (condition !== undefined) node.condition = condition;
    if (test !== undefined) node.test = test;
    if (joint !== undefined) node.joint = joint;
    if (addend !== undefined) node.addend = addend;
    if (applied !== undefined) node.applied = applied;
    if (symbol !== undefined) node.symbol = symbol;
    if (words !== undefined) node.words = words;
    return node;
  }

  /** The first block in which all operands are known: their blocks dominate each other. */
  private earliest(operands: Node[]): BasicBlock {
    let found = this.entry;
    for (const { block } of operands) if (block.order > found.order) found = block;
    return found;
  }

  /** Whether `node` changes in a loop as deep as `other` does: else it is better kept than computed along with it. */
  private variesLike(node: Node, other: Node): boolean {
    return this.depthOf(node.block) >= this.depthOf(other.block);
  }

  depthOf(block: BasicBlock): number {
    let depth = this.depths.get(block);
    if (depth === undefined) {
      depth = loopDepth(block);
      this.depths.set(block, depth);
    }
    return depth;
  }

  // Values.

  constant(value: number): Node {
    return this.float(Code.Constant, [], { immediate: value | 0 });
  }

  /** Whether the constant is an immediate of the code's last operand. */
  isImmediate(code: Code, value: number): boolean {
    if (!this.isThumb2) {
      if (code === Code.Add || code === Code.Subtract) return value >= 0 && value < 256;
      return code === Code.ReverseSubtract && value === 0;
    }
    if ((code === Code.Add || code === Code.Subtract) && value >= 0 && value < 4096) return true;
    return modifiedImmediateBits(value) >= 0;
  }

  /** An arithmetic operation of two words in the best form. */
  binary(code: Code, first: Node, second: Node): Node {
    let [a, b] = [first, second];
    if (a.code === Code.Constant && b.code !== Code.Constant) {
      if (COMMUTATIVE.has(code)) [a, b] = [b, a];
      else if (code === Code.Subtract && this.isImmediate(Code.ReverseSubtract, a.immediate))
        return this.float(Code.ReverseSubtract, [b], { immediate: a.immediate });
    }
    if (b.code === Code.Constant) {
      const found = this.withConstant(code, a, b.immediate);
      if (found !== null) return found;
    }
    const counted = code === Code.Add ? (this.withCondition(a, b) ?? this.withCondition(b, a)) : null;
    if (counted !== null) return counted;
    if (!this.isThumb2) return this.float(code, [a, b]);
    return this.withProduct(code, a, b) ?? this.withShifted(code, a, b);
  }

  /** The sum of a value and a condition's 0 or 1, which may be shifted: null if `other` is no such one. */
  private withCondition(value: Node, other: Node): Node | null {
    const isShifted = other.code === Code.ShiftLeft && other.hasImmediate;
    const boolean = isShifted ? other.operands[0] : other;
    const addend = isShifted ? 2 ** other.immediate : 1;
    if (boolean.code !== Code.Boolean || boolean.test === Test.Wide || addend > MOST_ADDEND) return null;
    const { operands, hasImmediate, immediate, condition, test, joint, shift, amount } = boolean;
    const fields = { condition, test, joint, shift, amount, addend, ...(hasImmediate ? { immediate } : {}) };
    return this.float(Code.AddIf, [value, ...operands], fields);
  }

  /** With a constant as the second operand; null if it has to be in a register. */
  private withConstant(code: Code, a: Node, value: number): Node | null {
    if (code === Code.Multiply) return this.multiplied(a, value);
    if ((code === Code.Add || code === Code.Subtract) && value === 0) return a;
    if (code === Code.Xor && value === -1) return this.not(a);
    if (code === Code.And) {
      const extracted = this.masked(a, value);
      if (extracted !== null) return extracted;
    }
    if (code === Code.Add || code === Code.Subtract) {
      const other = code === Code.Add ? Code.Subtract : Code.Add;
      const isSmall = value >= 0 && value < 256;
      if (!isSmall && this.isImmediate(other, -value)) return this.float(other, [a], { immediate: -value });
    }
    if (this.isImmediate(code, value)) return this.float(code, [a], { immediate: value });
    const complement = COMPLEMENTS[code];
    if (complement !== undefined && this.isImmediate(complement, ~value))
      return this.float(complement, [a], { immediate: ~value });
    return null;
  }

  /** A product by a power of two, or a number beside one, without a multiplication. */
  private multiplied(a: Node, value: number): Node | null {
    if (value === 0) return this.constant(0);
    if (isPowerOfTwo(value >>> 0)) return this.shiftBy(Code.ShiftLeft, a, 31 - Math.clz32(value));
    if (!this.isThumb2) return null;
    const shifted = (code: Code, power: number) =>
      this.float(code, [a, a], { shift: Shift.Left, amount: 31 - Math.clz32(power) });
    if (isPowerOfTwo(value - 1)) return shifted(Code.Add, value - 1);
    return isPowerOfTwo(value + 1) ? shifted(Code.ReverseSubtract, value + 1) : null;
  }

  private not(a: Node): Node {
    return this.float(Code.Not, [a]);
  }

  /** The bits of a mask of consecutive low ones. */
  private masked(a: Node, mask: number): Node | null {
    if (mask === 0xff) return this.float(Code.ExtendUnsigned8, [a]);
    if (mask === 0xffff) return this.float(Code.ExtendUnsigned16, [a]);
    if (!this.isThumb2 || mask <= 0 || (mask & (mask + 1)) !== 0) return null;
    const width = 32 - Math.clz32(mask);
    const isShifted = a.code === Code.ShiftRightUnsigned || a.code === Code.ShiftRightSigned;
    if (isShifted && a.hasImmediate && a.immediate + width <= 32)
      return this.float(Code.ExtractUnsigned, [a.operands[0]], { immediate: width, amount: a.immediate });
    if (this.isImmediate(Code.And, mask)) return null;
    return this.float(Code.ExtractUnsigned, [a], { immediate: width, amount: 0 });
  }

  /** With a product as an operand: multiply and add. */
  private withProduct(code: Code, a: Node, b: Node): Node | null {
    const isProduct = (node: Node, other: Node) => node.code === Code.Multiply && this.variesLike(node, other);
    if (code === Code.Add) {
      if (isProduct(b, a)) return this.float(Code.MultiplyAdd, [...b.operands, a]);
      if (isProduct(a, b)) return this.float(Code.MultiplyAdd, [...a.operands, b]);
    } else if (code === Code.Subtract && isProduct(b, a)) return this.float(Code.MultiplySubtract, [...b.operands, a]);
    return null;
  }

  /** With one operand shifted. */
  private withShifted(code: Code, a: Node, b: Node): Node {
    const isShifted = (node: Node, other: Node) =>
      SHIFTS[node.code] !== undefined && node.hasImmediate && this.variesLike(node, other);
    const shifted = (with_: Code, kept: Node, { operands, code: shift, immediate }: Node) =>
      this.float(with_, [kept, operands[0]], { shift: SHIFTS[shift], amount: immediate });
    if (code === Code.Multiply) return this.float(code, [a, b]);
    if (isShifted(b, a)) return shifted(code, a, b);
    if (isShifted(a, b)) {
      if (COMMUTATIVE.has(code)) return shifted(code, b, a);
      if (code === Code.Subtract) return shifted(Code.ReverseSubtract, b, a);
    }
    const complement = COMPLEMENTS[code];
    if (complement !== undefined) {
      if (b.code === Code.Not) return this.float(complement, [a, b.operands[0]]);
      if (a.code === Code.Not) return this.float(complement, [b, a.operands[0]]);
    }
    return this.float(code, [a, b]);
  }

  /** A shift by a constant. */
  shiftBy(code: Code, a: Node, count: number): Node {
    const by = count & 31;
    if (by === 0) return a;
    if (a.code === Code.ShiftLeft && a.hasImmediate && by >= a.immediate && code !== Code.ShiftLeft) {
      const [inner] = a.operands;
      const lowest = by - a.immediate;
      const width = 32 - by;
      const isSigned = code === Code.ShiftRightSigned;
      if (isSigned || code === Code.ShiftRightUnsigned) {
        if (lowest === 0 && width === 8)
          return this.float(isSigned ? Code.ExtendSigned8 : Code.ExtendUnsigned8, [inner]);
        if (lowest === 0 && width === 16)
          return this.float(isSigned ? Code.ExtendSigned16 : Code.ExtendUnsigned16, [inner]);
        if (this.isThumb2)
          return this.float(isSigned ? Code.ExtractSigned : Code.ExtractUnsigned, [inner], {
            immediate: width,
            amount: lowest,
          });
      }
    }
    if (code === Code.RotateRight && !this.isThumb2) return this.float(code, [a, this.constant(by)]);
    return this.float(code, [a], { immediate: by });
  }

  /** A shift by a register, of which the processor takes eight bits. */
  shift(code: Code, a: Node, count: Node, isInRange: boolean): Node {
    if (count.code === Code.Constant) return this.shiftBy(code, a, count.immediate);
    if (isInRange || code === Code.RotateRight) return this.float(code, [a, count]);
    return this.float(code, [a, this.binary(Code.And, count, this.constant(31))]);
  }

  // Conditions.

  /** Compares two words. */
  compare(condition: Condition, a: Node, b: Node): ConditionOf {
    if (a.code === Code.Constant && b.code !== Code.Constant) return this.compare(exchanged(condition), b, a);
    if (b.code === Code.Constant) {
      const value = b.immediate;
      if (this.isThumb2 ? modifiedImmediateBits(value) >= 0 : value >= 0 && value < 256)
        return withImmediate(Test.Compare, condition, a, value);
      if (this.isThumb2 && value !== -0x80000000 && modifiedImmediateBits(-value) >= 0)
        return withImmediate(Test.CompareNegative, condition, a, -value);
    }
    if (this.isThumb2) {
      const shift = SHIFTS[b.code];
      if (shift !== undefined && b.hasImmediate && this.variesLike(b, a))
        return ofOperands(Test.Compare, condition, [a, b.operands[0]], shift, b.immediate);
    }
    return ofOperands(Test.Compare, condition, [a, b]);
  }

  /** Whether a word is not 0, or is. */
  isNotZero(value: Node, condition = Condition.NotEqual): ConditionOf {
    if (value.code !== Code.And || (!this.isThumb2 && value.hasImmediate))
      return withImmediate(Test.Compare, condition, value, 0);
    const { operands, hasImmediate, immediate, shift, amount } = value;
    return { test: Test.Bits, condition, joint: Condition.Always, operands, hasImmediate, immediate, shift, amount };
  }

  boolean(found: ConditionOf): Node {
    return this.conditional(found, Code.Boolean, []);
  }

  select(found: ConditionOf, whenTrue: Node, whenFalse: Node): Node {
    if (whenTrue === whenFalse) return whenTrue;
    const otherwise = { ...found, condition: opposite(found.condition) };
    return (
      this.appliedIf(found, whenTrue, whenFalse) ??
      this.appliedIf(otherwise, whenFalse, whenTrue) ??
      this.conditional(found, Code.Select, [whenTrue, whenFalse])
    );
  }

  /** An operation on a value that is carried out where the condition holds; null if it is none of two registers, or on another value. */
  private appliedIf(found: ConditionOf, result: Node, value: Node): Node | null {
    const { code, operands, hasImmediate, shift } = result;
    if (!APPLIED.has(code) || hasImmediate || shift !== Shift.None) return null;
    const isSecond = operands[1] === value && COMMUTATIVE.has(code);
    if (operands[0] !== value && !isSecond) return null;
    const other = operands[isSecond ? 0 : 1];
    return this.float(Code.ApplyIf, [value, other, ...found.operands], { ...found, applied: code });
  }

  private conditional(found: ConditionOf, code: Code, before: Node[]): Node {
    return this.float(code, before.length === 0 ? found.operands : [...before, ...found.operands], found);
  }

  pinConditional(found: ConditionOf, code: Code, at: number): Node {
    return this.pin(code, found.operands, at, found);
  }
}

// Objects of one shape: properties of others take V8 several times as long.

/** A comparison of a word and a constant. */
function withImmediate(test: Test, condition: Condition, operand: Node, immediate: number): ConditionOf {
  const joint = Condition.Always;
  return { test, condition, joint, operands: [operand], hasImmediate: true, immediate, shift: Shift.None, amount: 0 };
}

/** A comparison without a constant; the last operand may be shifted. */
export function ofOperands(
  test: Test,
  condition: Condition,
  operands: Node[],
  shift = Shift.None,
  amount = 0,
  joint = Condition.Always,
): ConditionOf {
  return { test, condition, joint, operands, hasImmediate: false, immediate: 0, shift, amount };
}

/** Words are given as unsigned. */
export function isPowerOfTwo(number: number): boolean {
  return number > 0 && (number & (number - 1)) === 0;
}

/** A factor of multiplicative hashing (Knuth). */
const HASH_FACTOR = 0x9e3779b1;

function hashOf({ code, operands, hasImmediate, immediate, shift, amount, condition, test, symbol }: Node): number {
  let hash = code | (shift << 8) | (amount << 12) | (condition << 18) | (test << 22);
  if (hasImmediate) hash = Math.imul(hash, HASH_FACTOR) ^ immediate;
  for (let index = 0; index < operands.length; index++) hash = Math.imul(hash, HASH_FACTOR) + operands[index].id;
  return Math.imul(hash, HASH_FACTOR) ^ symbol.length;
}

/** Whether two nodes compute the same. */
function areEqual(node: Node, other: Node): boolean {
  const { operands } = node;
  if (node.code !== other.code || operands.length !== other.operands.length) return false;
  for (let index = 0; index < operands.length; index++) if (operands[index] !== other.operands[index]) return false;
  return (
    node.hasImmediate === other.hasImmediate &&
    node.immediate === other.immediate &&
    node.shift === other.shift &&
    node.amount === other.amount &&
    node.condition === other.condition &&
    node.test === other.test &&
    node.joint === other.joint &&
    node.addend === other.addend &&
    node.applied === other.applied &&
    node.symbol === other.symbol
  );
}

/** The condition for exchanged operands. */
function exchanged(condition: Condition): Condition {
  switch (condition) {
    case Condition.CarrySet:
      return Condition.LowerOrSame;
    case Condition.LowerOrSame:
      return Condition.CarrySet;
    case Condition.CarryClear:
      return Condition.Higher;
    case Condition.Higher:
      return Condition.CarryClear;
    case Condition.GreaterOrEqual:
      return Condition.LessOrEqual;
    case Condition.LessOrEqual:
      return Condition.GreaterOrEqual;
    case Condition.Less:
      return Condition.Greater;
    case Condition.Greater:
      return Condition.Less;
    default:
      return condition;
  }
}
