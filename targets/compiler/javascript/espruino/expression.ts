// Prints expressions for Espruino: without Math.imul and similar functions, with masked shift counts, with exact floats.

import { Opcode } from '../../../../src/opcodes.js';
import { type Instruction, isConstant, Proven, resolved } from '../../intermediate/instruction.js';
import { isInline } from '../../intermediate/nesting.js';
import { accessBytes, isBoolean, Operation, Type } from '../../intermediate/operation.js';
import { mostOf } from '../../passes/most-of.js';
import { type Code, js, list, NOTHING, number, type Token, TokenKind } from '../trees/code.js';
import { type Comparison, type Infix, shiftsSignOut } from '../trees/expression.js';
import { Level } from '../trees/level.js';
import { chargeIf } from './fuel.js';
import { accesses, EspruinoMemoryWriter } from './memory.js';
import type { EspruinoNames } from './names.js';
import { resumesText } from './resume.js';
import type { CallDepth } from './stack.js';

/** Names of functions of the text `numeric` that differ from the opcode's. */
const functionNames: Partial<Record<number, string>> = {
  [Opcode.I32Clz]: 'clz',
  [Opcode.I32Mul]: 'imul',
  [Opcode.F64Ceil]: 'f64_ceil',
  [Opcode.F64Floor]: 'f64_floor',
  [Opcode.F64Trunc]: 'f64_trunc',
  [Opcode.F64Sqrt]: 'f64_sqrt',
  [Opcode.F64Min]: 'f64_min',
  [Opcode.F64Max]: 'f64_max',
};

/** A product below this is exact. */
const EXACT = 2 ** 53;
/** Operators that assign, by opcode; of sums, only where they do not wrap. */
const assigning: Partial<Record<number, string>> = {
  [Opcode.I32And]: '&=',
  [Opcode.I32Or]: '|=',
  [Opcode.I32Xor]: '^=',
  [Opcode.I32Shl]: '<<=',
  [Opcode.I32ShrS]: '>>=',
  [Opcode.I32Add]: '+=',
  [Opcode.I32Sub]: '-=',
  [Opcode.F64Add]: '+=',
  [Opcode.F64Sub]: '-=',
  [Opcode.F64Mul]: '*=',
  [Opcode.F64Div]: '/=',
};
const commutative = new Set<number>([
  Opcode.I32And,
  Opcode.I32Or,
  Opcode.I32Xor,
  Opcode.I32Add,
  Opcode.F64Add,
  Opcode.F64Mul,
]);

export class EspruinoExpressionWriter extends EspruinoMemoryWriter {
  /** For numbers, and for a reference and null, these give the same as `===` and `!==`, and are shorter. */
  protected override readonly equality = { equal: '==', unequal: '!=' };
  /** The function that is being written. */
  caller = -1;
  private readonly depth: CallDepth;

  constructor(names: EspruinoNames, depth: CallDepth) {
    super(names);
    this.depth = depth;
  }

  /** Writes a variable: shorter where the value is made from what it was. Null where it stays. */
  update(name: Token, variable: number, value: Instruction): Code | null {
    const { operation, operands } = value;
    const operator = assigning[operation];
    const reads = (operand: Instruction) =>
      operand.nested && operand.operation === Operation.Get && operand.index === variable;
    if (operator !== undefined && isInline(value)) {
      let [old, other] = operands.map((each) => resolved(each));
      if (!reads(old) && reads(other) && commutative.has(operation)) [old, other] = [other, old];
      const isSum = operation === Opcode.I32Add || operation === Opcode.I32Sub;
      if (reads(old) && (!isSum || (value.has(Proven.Fits) && isInt32(other)))) {
        const isShift = operation === Opcode.I32Shl || operation === Opcode.I32ShrS;
        if (isSum && other.operation === Operation.Constant) {
          const added = operation === Opcode.I32Add ? other.index : -other.index;
          if (Math.abs(added) === 1) return this.step(name, added);
          return added < 0 ? js`${name}-=${-added}` : js`${name}+=${added}`;
        }
        return js`${name}${operator}${isShift ? this.shiftCount(value) : this.value(other)}`;
      }
    }
    const text = this.value(value);
    return text.is(name) ? null : js`${name}=${text}`;
  }

  /** Adds 1 or -1 to a variable. */
  protected step(name: Token, by: number): Code {
    return by === 1 ? js`${name}++` : js`${name}--`;
  }

  protected override other(instruction: Instruction): Code {
    const { operation, operands, index, signature, at } = instruction;
    switch (operation) {
      case Operation.ResumePoint:
        this.level = Level.Primary;
        return this.names.variable('resumePoint');
      case Operation.ElementView: {
        const [view] = accesses[index]!;
        const remainder = js`${this.wordAt(operands[0], Level.BitAnd)}&${accessBytes(index) - 1}`;
        this.level = Level.Call;
        return js`${this.names.viewsOf(view)}[${remainder}]`;
      }
      case Operation.TableFunction:
        return this.call(this.names.tableFunction(index, signature), operands, at);
      case Operation.CallNumber: {
        const called = js`${this.names.variable('functionOf')}[${this.value(operands[0])}]`;
        const depth = this.depth.carriesIndirect(signature) ? this.depthFor(operation) : null;
        return this.called(called, operands.slice(1), depth);
      }
    }
    return super.other(instruction);
  }

  protected override anyCall(instruction: Instruction): Code {
    const { operation, operands, index, signature } = instruction;
    if (operation === Operation.Call || operation === Operation.TailCall) {
      const called = this.names.function(index);
      const depth = this.depth.carried.has(index) ? this.depthFor(operation) : null;
      if (operation === Operation.TailCall) return this.tail(called, operands, depth);
      return this.called(called, operands, depth, called.leading);
    }
    const name = this.found(instruction);
    const depth = this.depth.carriesIndirect(signature) ? this.depthFor(operation) : null;
    const words = operands.slice(1);
    return operation === Operation.CallIndirect ? this.called(name, words, depth) : this.tail(name, words, depth);
  }

  /** The function that a table has: from a list, unless that has none, which is a trap. */
  private found({ operands, index, signature, at }: Instruction): Code {
    const look = this.names.indirect(index, signature);
    const functions = this.names.functionsOf(index, signature);
    const entry = this.value(operands[0]);
    if (functions === null) return js`${look}(${entry},${at})`;
    const isSimple = entry.isSimple;
    const name = isSimple ? entry : this.names.variable('A');
    return js`(${functions}[${isSimple ? entry : js`${name}=${entry}`}]||${look}(${name},${at}))`;
  }

  /** How deep calls may go from a call: a tail call takes no room. */
  private depthFor(operation: number): Code {
    const isTail = operation === Operation.TailCall || operation === Operation.TailCallIndirect;
    return isTail || !this.depth.counted.has(this.caller) ? js`d` : js`d-${this.names.weight(this.caller)}`;
  }

  private called(called: Code, operands: Instruction[], depth: Code | null, leading: Code = NOTHING): Code {
    const words = operands.map((operand) => this.value(operand));
    this.level = Level.Call;
    return js`${called}(${leading}${list(depth === null ? words : [...words, depth])})`;
  }

  private tail(called: Code, operands: Instruction[], depth: Code | null): Code {
    const words = operands.map((operand) => this.value(operand));
    this.level = Level.Call;
    return js`${this.names.runtime('tail')}(${called},[${list(depth === null ? words : [...words, depth])}])`;
  }

  protected override constant(instruction: Instruction): Code {
    const { type, index, low, high } = instruction;
    if (type === Type.I32) return this.literal(index);
    this.level = Level.Primary;
    if (type !== Type.F32 && type !== Type.F64) return super.constant(instruction);
    if (Number.isNaN(index)) return this.names.nan(type, low, high);
    const [lowWord, highWord] = new Int32Array(new Float64Array([index]).buffer);
    return this.names.float(lowWord, highWord);
  }

  /** Beside a float, an integer as it is: the result is one, too. */
  protected override float(instruction: Instruction): Code {
    const { operands, operation } = instruction;
    const isArithmetic =
      (operation >= Opcode.F64Add && operation <= Opcode.F64Div) ||
      (operation >= Opcode.F32Add && operation <= Opcode.F32Div);
    const changed = this.signChanged(instruction);
    if (changed !== null) return changed;
    const isMixed = operands.some((each) => resolved(each).operation !== Operation.Constant);
    if (!isArithmetic || !isMixed) return super.float(instruction);
    const replaced = operands.map((each) => this.integerOf(resolved(each)));
    if (replaced.every((each) => each === undefined)) return super.float(instruction);
    for (const [at, text] of replaced.entries())
      if (text !== undefined) this.literals.set(resolved(operands[at]), text);
    const text = super.float(instruction);
    for (const each of operands) this.literals.delete(resolved(each));
    return text;
  }

  /** Whether a minus of a variable and `||` are cheaper than a function. */
  protected readonly hasShortSigns: boolean = true;

  /** The negation or absolute value of a variable: a function is only called for zero and NaN, of which the sign is a bit. */
  private signChanged({ operation, operands }: Instruction): Code | null {
    const isNegation = operation === Opcode.F64Neg || operation === Opcode.F32Neg;
    if (!this.hasShortSigns || !(isNegation || operation === Opcode.F64Abs || operation === Opcode.F32Abs)) return null;
    const value = this.value(operands[0]);
    const called = js`${this.names.runtime(isNegation ? 'f64_neg' : 'f64_abs')}(${value})`;
    this.level = Level.Call;
    if (value.first === null || !value.is(value.first) || value.first.kind !== TokenKind.Word) return called;
    this.level = Level.Or;
    return isNegation ? js`-${value}||${called}` : js`(${value}<0?-${value}:${value})||${called}`;
  }

  private readonly literals = new Map<Instruction, Code>();

  private integerOf({ operation, index }: Instruction): Code | undefined {
    if (operation !== Operation.Constant || !Number.isInteger(index) || Object.is(index, -0)) return undefined;
    return Math.abs(index) < 2 ** 31 ? number(index) : undefined;
  }

  protected override at(value: Instruction, level: Level): Code {
    const literal = this.literals.get(resolved(value));
    if (literal === undefined) return super.at(value, level);
    this.level = literal.startsWith('-') ? Level.Unary : Level.Primary;
    return this.level < level ? js`(${literal})` : literal;
  }

  protected override printCondition(
    instruction: Instruction,
    negated: boolean,
    inPlace = false,
    strict = inPlace,
  ): Code {
    const { operation } = instruction;
    const isOwn = operation === Operation.ChargeIf || operation === Operation.Resumes;
    if (!isOwn || !(inPlace || isInline(instruction)))
      return super.printCondition(instruction, negated, inPlace, strict);
    if (operation === Operation.Resumes) {
      const text = super.printCondition(resolved(instruction.operands[0]), false);
      const resumes = resumesText(instruction, this.level < Level.BitOr ? js`(${text})` : text, this.names);
      this.level = Level.Assignment + 1;
      return negated ? this.negate(resumes) : resumes;
    }
    const text = super.printCondition(resolved(instruction.operands[0]), negated);
    const condition = this.level < Level.And ? js`(${text})` : text;
    this.level = negated ? Level.Or : Level.And;
    const stops = this.stopsCharge(instruction);
    return chargeIf(condition, instruction.index, { negated, stops }, this.names);
  }

  /** Returns a condition that is true if the condition of a branch has trapped without leaving the function; null if there is none. */
  protected stopsCharge(_branch: Instruction): Code | null {
    return null;
  }

  protected override shiftCount(shift: Instruction): Code {
    const count = resolved(shift.operands[1]);
    if (count.operation === Operation.Constant) return number(count.index & 31);
    if (shift.has(Proven.CountInRange) || mostOf(count) < 32) return super.shiftCount(shift);
    return js`(${this.wordAt(count, Level.BitAnd)}&31)`;
  }

  protected override rotation(instruction: Instruction): Code {
    if ((resolved(instruction.operands[1]).index & 31) === 0) return this.print(resolved(instruction.operands[0]));
    return super.rotation(instruction);
  }

  protected override mathFunction(opcode: number): Token | undefined {
    const name = functionNames[opcode];
    return name === undefined ? undefined : this.names.runtime(name);
  }

  /** Espruino multiplies in doubles where 32 bits are not enough: the low bits of a product above 2^53 are lost. */
  protected override multiply(instruction: Instruction): Code {
    const operands = instruction.operands.map((each) => resolved(each));
    const [a, b] = operands.map((each) => {
      return each.operation === Operation.Constant ? Math.abs(each.index) : Math.min(mostOf(each), 2 ** 31);
    });
    if (a * b < EXACT || instruction.has(Proven.Exact)) {
      const left = this.at(operands[0], Level.Product);
      const right = this.at(operands[1], Level.Product + 1);
      this.level = Level.Product;
      return instruction.has(Proven.Fits) ? js`${left}*${right}` : this.wrapped(js`${left}*${right}`);
    }
    const [left, right] = operands.map((each) => this.value(each));
    if (operands[1].operation === Operation.Constant) return this.multiplyByConstant(left, operands[1].index);
    if (!left.isSimple || !right.isSimple) return super.multiply(instruction);
    this.level = Level.BitOr;
    return js`(${left}*(${right}>>16)<<16)+${left}*(${right}&65535)|0`;
  }

  /** The sum of the products of both halves of a constant, which are exact. */
  private multiplyByConstant(value: Code, by: number): Code {
    const factor = value.isSimple ? value : this.names.variable('M');
    const first = value.isSimple ? value : js`(${factor}=${value})`;
    const high = by >>> 16;
    const power = 31 - Math.clz32(high);
    const upper = high === 2 ** power ? js`${first}<<${16 + power}` : js`${first}*${high}<<16`;
    this.level = Level.BitOr;
    return js`(${upper})+${factor}*${by & 65535}|0`;
  }

  protected override converted(text: Code): Code {
    const inner = this.level < Level.Product ? js`(${text})` : text;
    this.level = Level.Product;
    return js`${inner}/1`;
  }

  protected override memorySize(): Code {
    return this.names.variable('pages');
  }

  /** The value of an assignment to an element is what the element then is. A store rounds by itself. */
  protected override rounded(text: Code, instruction: Instruction): Code {
    if (instruction === this.stored) return text;
    this.level = Level.Primary;
    return js`(${this.names.variable('single')}[0]=${text})`;
  }

  protected override canonical(name: Code): Code {
    this.level = Level.Assignment + 1;
    return js`${name}==${name}?${name}:${this.names.float(0, 0x7ff80000)}`;
  }

  override resultWord(type: Type, word: number): Code {
    return this.names.resultWord(type, word);
  }

  protected override bulk(called: Token, { operation, operands, index, second, at }: Instruction): Code {
    const { names } = this;
    const words = operands.map((operand) => this.value(operand));
    const subjects: Code[] = [];
    if (operation === Operation.MemoryInit || operation === Operation.DataDrop || operation === Operation.ElementDrop)
      subjects.push(number(index));
    else if (operation === Operation.TableInit) subjects.push(names.table(second), number(index));
    else if (operation === Operation.TableCopy) subjects.push(names.table(index), names.table(second));
    else if (operation === Operation.TableGrow) subjects.push(names.table(index), names.variable(`most${index}`));
    else if (operation >= Operation.TableGet) subjects.push(names.table(index));
    this.level = Level.Call;
    return js`${called}(${list([...subjects, ...words, number(at)])})`;
  }

  protected override unsigned(value: Instruction): Code {
    const operand = resolved(value);
    if (operand.operation !== Operation.Constant && mostOf(operand) <= 0x7fffffff) return this.print(operand);
    return super.unsigned(value);
  }

  protected override compare(instruction: Instruction, comparison: Comparison): Code {
    if (!instruction.has(Proven.NotNegative)) return super.compare(instruction, comparison);
    return super.compare(instruction, { ...comparison, unsigned: false });
  }

  /** A comparison is 0 or 1 in sums and among bits, as it is. */
  protected override printWord(instruction: Instruction, inPlace = false): Code {
    if ((inPlace || isInline(instruction)) && isBoolean(instruction.operation))
      return this.printCondition(instruction, false, true);
    return super.printWord(instruction, inPlace);
  }

  /** A sum that is an int32 anyway. */
  protected override print(instruction: Instruction, inPlace = false): Code {
    const { operation, operands } = instruction;
    const isSum = operation === Opcode.I32Add || operation === Opcode.I32Sub;
    if (isSum && (inPlace || isInline(instruction)) && instruction.has(Proven.Fits) && operands.every(isInt32))
      return this.printWord(instruction, true);
    return super.print(instruction, inPlace);
  }

  /** A minus costs an operation of its own, and more than `~`. */
  protected override literal(value: number): Code {
    if (value >= 0 || value < -0x80000000 || !Number.isInteger(value) || Object.is(value, -0))
      return super.literal(value);
    this.level = Level.Unary;
    return js`~${~value}`;
  }

  protected override printBits(instruction: Instruction, infix: Infix): Code {
    const { operation, operands } = instruction;
    if (operation === Opcode.I32Xor && isConstant(resolved(operands[1]), -1)) {
      const text = js`~${this.wordAt(operands[0], Level.Unary)}`;
      this.level = Level.Unary;
      return text;
    }
    return super.printBits(instruction, infix);
  }

  protected override division(instruction: Instruction): Code {
    const { operation, operands, at } = instruction;
    const [dividend, divisor] = operands.map((each) => resolved(each));
    const isSigned = operation === Opcode.I32DivS || operation === Opcode.I32RemS;
    const isQuotient = operation === Opcode.I32DivS || operation === Opcode.I32DivU;
    if (divisor.operation === Operation.Constant) return super.division(instruction);
    const isNatural = mostOf(dividend) <= 0x7fffffff || instruction.has(Proven.NotNegative);
    // -2^31 / -1 is a trap.
    const mayOverflow = !isNatural && mostOf(divisor) === Infinity && !instruction.has(Proven.NoOverflow);
    if (operation === Opcode.I32DivS && mayOverflow) return super.division(instruction);
    const hasSign = isSigned || instruction.has(Proven.NotNegative);
    const side = (value: Instruction, level: Level) =>
      hasSign ? this.at(value, level) : this.unsignedAt(value, level);
    const numerator = side(dividend, Level.Product);
    const operator = isQuotient ? '/' : '%';
    const text = instruction.has(Proven.NonZero)
      ? js`${numerator}${operator}${side(divisor, Level.Product + 1)}`
      : js`${numerator}${operator}(${side(divisor, Level.Or)}||${this.names.runtime('trap')}(3,${at}))`;
    this.level = Level.Product;
    // The remainder of what has no sign is an int32 at once.
    return isNatural && !isQuotient ? text : this.wrapped(text);
  }

  private unsignedAt(value: Instruction, level: Level): Code {
    const text = this.unsigned(value);
    return this.level < level ? js`(${text})` : text;
  }
}

/** Whether a value is an int32 where it is left as it comes. */
function isInt32(value: Instruction): boolean {
  const { operation, operands, proven } = resolved(value);
  if (!isInline(resolved(value))) return true;
  switch (operation) {
    case Opcode.I32Add:
    case Opcode.I32Sub:
      return (proven & Proven.Fits) !== 0 && operands.every(isInt32);
    case Opcode.I32ShrU:
      return shiftsSignOut(resolved(value));
    default:
      return true;
  }
}
