// Prints trees of the intermediate code as JavaScript expressions. An i32 is an int32. Where only its value modulo 2^32 matters, sums
// and unsigned shifts are not normalised. The printer of each dialect handles the differences between engines.

import { Opcode } from '../../../../src/opcodes.js';
import { type Instruction, Proven, resolved } from '../../intermediate/instruction.js';
import { isInline } from '../../intermediate/nesting.js';
import { isBoolean, isLoad, Operation, operationEffects, operationName, Type } from '../../intermediate/operation.js';
import { oppositeComparison } from '../../passes/folding.js';
import { type Code, js, list, name, number, type Token, variable } from './code.js';
import { Level } from './level.js';

/** Names that the expressions of a module use: of its parts, and of functions of the runtime. */
export interface ModuleNames {
  readonly memory: Token;
  function(index: number): Token;
  table(index: number): Token;
  global(index: number, word: number): Code;
  /** A function that looks up a function in a table and checks its type. */
  indirect(table: number, signature: string): Token;
  /** A NaN with other bits than the canonical one. */
  nan(type: Type, low: number, high: number): Token;
  /** A function of the runtime. */
  runtime(name: string): Token;
  reference(functionIndex: number): Code;
}

export interface Infix {
  operator: string;
  level: Level;
}

const infix: Partial<Record<number, Infix>> = {
  [Opcode.I32And]: { operator: '&', level: Level.BitAnd },
  [Opcode.I32Or]: { operator: '|', level: Level.BitOr },
  [Opcode.I32Xor]: { operator: '^', level: Level.BitXor },
  [Opcode.I32Shl]: { operator: '<<', level: Level.Shift },
  [Opcode.I32ShrS]: { operator: '>>', level: Level.Shift },
};

/** How a dialect compares numbers, or references with null, for equality: operators that convert nothing which differs. */
export interface EqualityOperators {
  equal: string;
  unequal: string;
}

export interface Comparison {
  operator: '<' | '>' | '<=' | '>=' | keyof EqualityOperators;
  unsigned?: boolean;
}

const comparisons: Partial<Record<number, Comparison>> = {
  [Opcode.I32Eq]: { operator: 'equal' },
  [Opcode.I32Ne]: { operator: 'unequal' },
  [Opcode.I32LtS]: { operator: '<' },
  [Opcode.I32LtU]: { operator: '<', unsigned: true },
  [Opcode.I32GtS]: { operator: '>' },
  [Opcode.I32GtU]: { operator: '>', unsigned: true },
  [Opcode.I32LeS]: { operator: '<=' },
  [Opcode.I32LeU]: { operator: '<=', unsigned: true },
  [Opcode.I32GeS]: { operator: '>=' },
  [Opcode.I32GeU]: { operator: '>=', unsigned: true },
  [Opcode.F32Eq]: { operator: 'equal' },
  [Opcode.F32Ne]: { operator: 'unequal' },
  [Opcode.F32Lt]: { operator: '<' },
  [Opcode.F32Gt]: { operator: '>' },
  [Opcode.F32Le]: { operator: '<=' },
  [Opcode.F32Ge]: { operator: '>=' },
  [Opcode.F64Eq]: { operator: 'equal' },
  [Opcode.F64Ne]: { operator: 'unequal' },
  [Opcode.F64Lt]: { operator: '<' },
  [Opcode.F64Gt]: { operator: '>' },
  [Opcode.F64Le]: { operator: '<=' },
  [Opcode.F64Ge]: { operator: '>=' },
};

const arithmetic: Partial<Record<number, Infix>> = {
  [Opcode.F64Add]: { operator: '+', level: Level.Sum },
  [Opcode.F64Sub]: { operator: '-', level: Level.Sum },
  [Opcode.F64Mul]: { operator: '*', level: Level.Product },
  [Opcode.F64Div]: { operator: '/', level: Level.Product },
};
/** Distance from an f32 opcode to the f64 one. */
const F32_TO_F64 = Opcode.F64Abs - Opcode.F32Abs;

/** Functions of the runtime, by operation; those that can trap are given the position too. */
const runtimeNames: Partial<Record<number, string>> = {
  [Operation.MultiplyHigh]: 'multiplyHigh',
  [Operation.I64ShiftLeftLow]: 'i64_shl_low',
  [Operation.I64ShiftLeftHigh]: 'i64_shl_high',
  [Operation.I64ShiftRightSignedLow]: 'i64_shr_s_low',
  [Operation.I64ShiftRightSignedHigh]: 'i64_shr_s_high',
  [Operation.I64ShiftRightUnsignedLow]: 'i64_shr_u_low',
  [Operation.I64ShiftRightUnsignedHigh]: 'i64_shr_u_high',
  [Operation.I64RotateLeftLow]: 'i64_rotl_low',
  [Operation.I64RotateLeftHigh]: 'i64_rotl_high',
  [Operation.I64DivideSigned]: 'i64_div_s',
  [Operation.I64DivideUnsigned]: 'i64_div_u',
  [Operation.I64RemainderSigned]: 'i64_rem_s',
  [Operation.I64RemainderUnsigned]: 'i64_rem_u',
  [Operation.I64Add128]: 'i64_add128',
  [Operation.I64Sub128]: 'i64_sub128',
  [Operation.I64MultiplyWideSigned]: 'i64_mul_wide_s',
  [Operation.I64MultiplyWideUnsigned]: 'i64_mul_wide_u',
  [Operation.F32ConvertI64Signed]: 'f32_convert_i64_s',
  [Operation.F32ConvertI64Unsigned]: 'f32_convert_i64_u',
  [Operation.F64ConvertI64Signed]: 'f64_convert_i64_s',
  [Operation.F64ConvertI64Unsigned]: 'f64_convert_i64_u',
  [Operation.F64ReinterpretWords]: 'f64_of_words',
  [Operation.F64LowWord]: 'f64_low',
  [Operation.F64HighWord]: 'f64_high',
  [Opcode.F32Abs]: 'f64_abs',
  [Opcode.F32Neg]: 'f64_neg',
  [Opcode.F32Copysign]: 'f64_copysign',
  [Opcode.F32Nearest]: 'f64_nearest',
};

/** The object of a bulk instruction, and its function of the runtime. */
const bulkNames: Partial<Record<number, string>> = {
  [Operation.MemoryFill]: 'memory_fill',
  [Operation.MemoryCopy]: 'memory_copy',
  [Operation.MemoryInit]: 'memory_init',
  [Operation.MemoryGrow]: 'memory_grow',
  [Operation.DataDrop]: 'data_drop',
  [Operation.ElementDrop]: 'elem_drop',
  [Operation.TableGet]: 'table_get',
  [Operation.TableSet]: 'table_set',
  [Operation.TableSize]: 'table_size',
  [Operation.TableGrow]: 'table_grow',
  [Operation.TableFill]: 'table_fill',
  [Operation.TableCopy]: 'table_copy',
  [Operation.TableInit]: 'table_init',
};

const NULL = name('null');

export abstract class ExpressionWriter {
  protected readonly names: ModuleNames;
  protected abstract readonly equality: EqualityOperators;
  /** Precedence of the text that was written last. */
  protected level = Level.Primary;
  constructor(names: ModuleNames) {
    this.names = names;
  }

  /** A value as an expression that can stand behind `=` or between commas. */
  value(instruction: Instruction): Code {
    return this.print(resolved(instruction));
  }

  /** A value as a condition, or its opposite. */
  condition(instruction: Instruction, negated = false): Code {
    return this.printCondition(resolved(instruction), negated);
  }

  /** An i32 as the number that it is without a sign. */
  unsignedValue(instruction: Instruction): Code {
    return this.unsigned(instruction);
  }

  /** A statement that is no value and no control. */
  effect(instruction: Instruction): Code {
    return this.print(instruction, true);
  }

  protected at(value: Instruction, level: Level): Code {
    const text = this.print(resolved(value));
    return this.level < level ? js`(${text})` : text;
  }

  /** A value of which only the bits modulo 2^32 count. */
  protected wordAt(value: Instruction, level: Level): Code {
    const text = this.printWord(resolved(value));
    return this.level < level ? js`(${text})` : text;
  }

  protected unsigned(value: Instruction): Code {
    const operand = resolved(value);
    if (operand.operation === Operation.Constant) return this.literal(operand.index >>> 0);
    const text = this.wordAt(operand, Level.Shift);
    if (isInline(operand) && operand.operation === Opcode.I32ShrU) return text;
    this.level = Level.Shift;
    return js`${text}>>>0`;
  }

  protected literal(value: number): Code {
    this.level = value < 0 || Object.is(value, -0) ? Level.Unary : Level.Primary;
    if (value === Infinity) return js`Infinity`;
    return value === -Infinity ? js`-Infinity` : number(value);
  }

  protected constant({ type, index, low, high }: Instruction): Code {
    if (!Number.isNaN(index)) return this.literal(index);
    this.level = Level.Primary;
    return this.names.nan(type, low, high);
  }

  protected print(instruction: Instruction, inPlace = false): Code {
    const { operation, type } = instruction;
    if (operation === Operation.Constant) return this.constant(instruction);
    if (!inPlace && !isInline(instruction)) {
      this.level = Level.Primary;
      return name(instruction.name);
    }
    switch (operation) {
      case Opcode.I32Add:
      case Opcode.I32Sub:
        return this.wrapped(this.printWord(instruction, true));
      case Opcode.I32ShrU: {
        const text = this.printWord(instruction, true);
        return shiftsSignOut(instruction) ? text : this.wrapped(text);
      }
    }
    if (isBoolean(operation)) {
      // V8 would compile `? 1 : 0` as a branch.
      return this.wrapped(this.printCondition(instruction, false, true));
    }
    const found = infix[operation];
    if (found !== undefined) return this.printBits(instruction, found);
    if (isLoad(operation)) return this.load(instruction);
    return type === Type.F32 || type === Type.F64 ? this.float(instruction) : this.other(instruction);
  }

  protected wrapped(text: Code): Code {
    const inner = this.level < Level.BitOr ? js`(${text})` : text;
    this.level = Level.BitOr;
    return js`${inner}|0`;
  }

  protected printBits(instruction: Instruction, { operator, level }: Infix): Code {
    const { operands } = instruction;
    const left = this.wordAt(operands[0], level);
    const right = level === Level.Shift ? this.shiftCount(instruction) : this.wordAt(operands[1], level + 1);
    this.level = level;
    return js`${left}${operator}${right}`;
  }

  /** Returns the right operand of a shift. */
  protected shiftCount({ operands }: Instruction): Code {
    return this.wordAt(operands[1], Level.Shift + 1);
  }

  // Dialects write these differently.

  /** A function that does the same as an opcode, where one does. */
  protected abstract mathFunction(opcode: number): Token | undefined;
  protected abstract load(instruction: Instruction): Code;
  protected abstract store(instruction: Instruction): Code;
  protected abstract bulk(name: Token, instruction: Instruction): Code;
  /** The number of pages. */
  protected abstract memorySize(): Code;
  /** A call of any kind. */
  protected abstract anyCall(instruction: Instruction): Code;
  /** The canonical NaN in the place of a NaN. */
  protected abstract canonical(name: Code): Code;
  /** An integer as a float. */
  protected abstract converted(text: Code): Code;
  /** A number, the unrounded result of an instruction, as an f32. */
  protected abstract rounded(text: Code, instruction: Instruction): Code;
  /** Returns the place of a word of a result. */
  abstract resultWord(type: Type, word: number): Code;

  protected multiply(instruction: Instruction): Code {
    return this.call(this.mathFunction(Opcode.I32Mul)!, instruction.operands);
  }

  protected printWord(instruction: Instruction, inPlace = false): Code {
    const { operation, operands } = instruction;
    if (inPlace || isInline(instruction)) {
      if (operation === Opcode.I32Add || operation === Opcode.I32Sub) return this.sum(instruction);
      if (operation === Opcode.I32ShrU) {
        const value = this.wordAt(operands[0], Level.Shift);
        const count = this.shiftCount(instruction);
        this.level = Level.Shift;
        return js`${value}>>>${count}`;
      }
    }
    return this.print(instruction, inPlace);
  }

  protected sum({ operation, operands }: Instruction): Code {
    const left = this.wordAt(operands[0], Level.Sum);
    const right = resolved(operands[1]);
    const minus = operation === Opcode.I32Sub;
    if (right.operation === Operation.Constant) {
      const value = minus ? -right.index : right.index;
      this.level = Level.Sum;
      return value < 0 ? js`${left}-${-value}` : js`${left}+${value}`;
    }
    const text = this.wordAt(right, minus ? Level.Sum + 1 : Level.Sum);
    // Two signs in a row would be another operator.
    const spaced = text.startsWith('-') || text.startsWith('+') ? js` ${text}` : text;
    this.level = Level.Sum;
    return js`${left}${minus ? '-' : '+'}${spaced}`;
  }

  /** With `inPlace`, a boolean that is written out, not by its name. */
  protected printCondition(instruction: Instruction, negated: boolean, inPlace = false, strict = inPlace): Code {
    const { operation, operands } = instruction;
    if (inPlace || isInline(instruction)) {
      const comparison = comparisons[operation];
      if (comparison !== undefined) {
        const opposite = negated ? comparisons[oppositeComparison(operation)] : undefined;
        const text = this.compare(instruction, opposite ?? comparison);
        return negated && opposite === undefined ? this.negate(text) : text;
      }
      if (operation === Opcode.I32Eqz) return this.printCondition(resolved(operands[0]), !negated, false, strict);
      if (operation === Operation.IsNull) {
        const operator = negated ? this.equality.unequal : this.equality.equal;
        const text = js`${this.at(operands[0], Level.Equality)}${operator}null`;
        this.level = Level.Equality;
        return text;
      }
      if ((operation === Opcode.I32And || operation === Opcode.I32Or) && operands.every(isPureCondition))
        return this.junction(instruction, negated, strict);
    }
    const text = this.print(instruction, inPlace);
    if (negated) return this.negate(text);
    if (!strict) return text;
    const compared = this.level <= Level.Equality ? js`(${text})` : text;
    this.level = Level.Equality;
    return js`${compared}${this.equality.unequal}0`;
  }

  /** Both conditions, or one of them; by De Morgan for the opposite. */
  protected junction({ operation, operands }: Instruction, negated: boolean, strict: boolean): Code {
    const both = (operation === Opcode.I32And) !== negated;
    const level = both ? Level.And : Level.Or;
    const [left, right] = operands.map((operand) => {
      const text = this.printCondition(resolved(operand), negated, false, strict);
      return this.level < level ? js`(${text})` : text;
    });
    this.level = level;
    return js`${left}${both ? '&&' : '||'}${right}`;
  }

  protected negate(text: Code): Code {
    const inner = this.level < Level.Unary ? js`(${text})` : text;
    this.level = Level.Unary;
    return js`!${inner}`;
  }

  protected compare(instruction: Instruction, { operator, unsigned }: Comparison): Code {
    const { operation, operands } = instruction;
    const isFloat = operation >= Opcode.F32Eq && operation <= Opcode.F64Ge;
    const isEquality = operator === 'equal' || operator === 'unequal';
    const level = isEquality ? Level.Equality : Level.Relation;
    const side = (operand: Instruction) => {
      const text = unsigned ? this.unsigned(operand) : this.print(resolved(operand));
      return this.level <= level ? js`(${text})` : text;
    };
    const left = isFloat ? this.leftOperand(instruction, level + 1) : side(operands[0]);
    const text = js`${left}${isEquality ? this.equality[operator] : operator}${side(operands[1])}`;
    this.level = level;
    return text;
  }

  /** A call of a function of that name. */
  protected call(called: Code, operands: Instruction[], at = -1): Code {
    const words = operands.map((operand) => this.value(operand));
    if (at >= 0) words.push(number(at));
    this.level = Level.Call;
    return js`${called}(${list(words)})`;
  }

  protected runtime(name: string, instruction: Instruction, at = -1): Code {
    return this.call(this.names.runtime(name), instruction.operands, at);
  }

  /** The address in bytes, which is below 2^33: out of bounds if it is. */
  protected address(instruction: Instruction): Code {
    const address = resolved(instruction.operands[0]);
    const offset = instruction.index;
    if (address.operation === Operation.Constant) return number((address.index >>> 0) + offset);
    if (offset === 0) return this.value(address);
    if (instruction.has(Proven.Bounded)) return js`${this.wordAt(address, Level.Sum)}+${offset}|0`;
    const text = this.wordAt(address, Level.Shift);
    return js`(${text}>>>0)+${offset}`;
  }

  /** A word to be stored, of which the rest does not matter. */
  protected word(value: Instruction): Code {
    return this.printWord(resolved(value));
  }

  /** The left one of two operands of arithmetic or comparisons of floats. */
  protected leftOperand({ operands }: Instruction, level: Level): Code {
    return this.at(operands[0], level);
  }

  protected float(instruction: Instruction): Code {
    const { operation, operands } = instruction;
    const isSingle = operation >= Opcode.F32Abs && operation <= Opcode.F32Copysign;
    const double = isSingle ? operation + F32_TO_F64 : operation;
    const found = arithmetic[double];
    if (found !== undefined) {
      const left = this.leftOperand(instruction, found.level);
      const right = this.at(operands[1], found.level + 1);
      this.level = found.level;
      const text = js`${left}${found.operator}${right.startsWith('-') ? js` ${right}` : right}`;
      return isSingle ? this.rounded(text, instruction) : text;
    }
    const math = this.mathFunction(double);
    if (math !== undefined) {
      const text = this.call(math, operands);
      return isSingle && operation === Opcode.F32Sqrt ? this.rounded(text, instruction) : text;
    }
    const isDouble = operation >= Opcode.F64Abs && operation <= Opcode.F64Copysign;
    const named = runtimeNames[isDouble ? operation - F32_TO_F64 : operation];
    if (named !== undefined) {
      const text = this.runtime(named, instruction);
      return operation === Operation.F32ConvertI64Signed || operation === Operation.F32ConvertI64Unsigned
        ? this.rounded(text, instruction)
        : text;
    }
    switch (operation) {
      case Opcode.F32ConvertI32S:
        return this.rounded(this.value(operands[0]), instruction);
      case Opcode.F32ConvertI32U:
        return this.rounded(this.unsigned(operands[0]), instruction);
      case Opcode.F32DemoteF64:
        return this.rounded(this.value(operands[0]), instruction);
      case Opcode.F64ConvertI32S:
        return this.converted(this.print(resolved(operands[0])));
      case Opcode.F64ConvertI32U:
        return this.converted(this.unsigned(operands[0]));
      case Opcode.F64PromoteF32:
        return this.print(resolved(operands[0]));
      case Operation.CanonicalNaN:
        return this.canonical(this.value(operands[0]));
      case Opcode.F32ReinterpretI32:
        return this.runtime('f32_of_bits', instruction);
    }
    return this.other(instruction);
  }

  protected other(instruction: Instruction): Code {
    const { operation, operands, index, second, at } = instruction;
    const { names } = this;
    switch (operation) {
      case Operation.Get:
      case Operation.Result:
      case Operation.GlobalGet:
      case Operation.FunctionReference:
      case Operation.NullReference:
        this.level = Level.Primary;
        return this.leaf(instruction);
      case Operation.GlobalSet: {
        const text = js`${names.global(index, second)}=${this.value(operands[0])}`;
        this.level = Level.Assignment;
        return text;
      }
      case Operation.Select: {
        const condition = this.printCondition(resolved(operands[0]), false);
        const test = this.level <= Level.Assignment + 1 ? js`(${condition})` : condition;
        const text = js`${test}?${this.value(operands[1])}:${this.value(operands[2])}`;
        this.level = Level.Assignment + 1;
        return text;
      }
      case Operation.Call:
      case Operation.CallIndirect:
      case Operation.TailCall:
      case Operation.TailCallIndirect:
        return this.anyCall(instruction);
      case Operation.MemorySize:
        this.level = Level.Primary;
        return this.memorySize();
      case Operation.I64Truncate:
        return this.runtime(runtimeName(index), instruction, at);
      case Opcode.I32ReinterpretF32:
        return this.runtime('f32_bits', instruction);
      case Opcode.I32Rotl:
      case Opcode.I32Rotr:
        if (resolved(operands[1]).operation !== Operation.Constant) break;
        return this.rotation(instruction);
      case Operation.MultiplyHigh:
        if (resolved(operands[1]).operation !== Operation.Constant) break;
        return this.multiplyHigh(instruction);
      case Opcode.I32Mul:
        return this.multiply(instruction);
      case Opcode.I32Clz:
        return this.call(this.mathFunction(operation)!, operands);
      case Opcode.I32DivS:
      case Opcode.I32DivU:
      case Opcode.I32RemS:
      case Opcode.I32RemU:
        return this.division(instruction);
      case Opcode.I32Extend8S:
      case Opcode.I32Extend16S: {
        const by = operation === Opcode.I32Extend8S ? 24 : 16;
        const text = js`${this.wordAt(operands[0], Level.Shift)}<<${by}>>${by}`;
        this.level = Level.Shift;
        return text;
      }
    }
    if (operation >= Opcode.I32Store && operation <= Opcode.I64Store32) return this.store(instruction);
    const bulk = bulkNames[operation];
    if (bulk !== undefined) return this.bulk(names.runtime(bulk), instruction);
    const named = runtimeNames[operation] ?? runtimeName(operation);
    return this.runtime(named, instruction, (operationEffects[operation] & 1024) !== 0 ? at : -1);
  }

  protected leaf({ operation, index, second, type }: Instruction): Code {
    switch (operation) {
      case Operation.Get:
        return variable(index);
      case Operation.Result:
        return this.resultWord(type, index);
      case Operation.GlobalGet:
        return this.names.global(index, second);
      case Operation.FunctionReference:
        return this.names.reference(index);
      default:
        return NULL;
    }
  }

  /** Rotates by a constant in the form that V8 recognises. */
  protected rotation({ operation, operands }: Instruction): Code {
    const value = this.at(operands[0], Level.Shift);
    const count = resolved(operands[1]).index & 31;
    const left = operation === Opcode.I32Rotl ? count : 32 - count;
    this.level = Level.BitOr;
    return js`${value}<<${left}|${value}>>>${32 - left}`;
  }

  /** Multiplies by a constant: a shift, or a product that a double holds. */
  protected multiplyHigh(instruction: Instruction): Code {
    const { operands } = instruction;
    const factor = resolved(operands[1]).index >>> 0;
    const log = Math.log2(factor);
    if (Number.isInteger(log)) {
      const text = js`${this.wordAt(operands[0], Level.Shift)}>>>${32 - log}`;
      this.level = Level.Shift;
      return log === 0 ? number(0) : text;
    }
    if (factor >= 2 ** 21) return this.runtime('multiplyHigh', instruction);
    const value = this.unsigned(operands[0]);
    this.level = Level.BitOr;
    return js`(${value})*${factor}/4294967296|0`;
  }

  /** A division by a constant needs no check. */
  protected division(instruction: Instruction): Code {
    const { operation, operands, at } = instruction;
    const divisor = resolved(operands[1]);
    if (divisor.operation !== Operation.Constant || divisor.index === 0 || divisor.index === -1)
      return this.runtime(runtimeName(operation), instruction, at);
    const signed = operation === Opcode.I32DivS || operation === Opcode.I32RemS;
    const operator = operation === Opcode.I32DivS || operation === Opcode.I32DivU ? '/' : '%';
    const side = (operand: Instruction, level: Level) => {
      const text = signed ? this.print(resolved(operand)) : this.unsigned(operand);
      return this.level < level ? js`(${text})` : text;
    };
    const text = js`${side(operands[0], Level.Product)}${operator}${side(divisor, Level.Product + 1)}`;
    this.level = Level.Product;
    return this.wrapped(text);
  }
}

/** `i32.div_s` as the name of its function. */
function runtimeName(operation: number): string {
  return operationName(operation).replace('.', '_');
}

/** A condition that may as well not be computed. */
/** Whether an unsigned shift always shifts the sign bit out: its count is constant, and not a multiple of 32. */
export function shiftsSignOut({ operands }: Instruction): boolean {
  const count = resolved(operands[1]);
  return count.operation === Operation.Constant && (count.index & 31) !== 0;
}

function isPureCondition(value: Instruction): boolean {
  const operand = resolved(value);
  return isBoolean(operand.operation) || isJunction(operand) ? isPure(operand) : false;
}

function isJunction({ operation, operands }: Instruction): boolean {
  return (operation === Opcode.I32And || operation === Opcode.I32Or) && operands.every(isPureCondition);
}

function isPure(value: Instruction): boolean {
  if (!isInline(value)) return true;
  return (operationEffects[value.operation] & ~0x155) === 0 && value.operands.every((each) => isPure(resolved(each)));
}
