// Expressions for Espruino: no Math.imul and the like, shift counts masked, exact floats, memory as typed arrays that are
// looked at only at aligned addresses within bounds. The rest is left to functions, which also trap.

import { Opcode } from '../../../src/opcodes.js';
import { type Instruction, Proven, resolved } from '../intermediate/instruction.js';
import { isInline } from '../intermediate/nesting.js';
import { accessBytes, Effect, Operation, operationEffects, Type } from '../intermediate/operation.js';
import { mostOf } from '../passes/range.js';
import { chargeIf } from './espruino-fuel.js';
import { ExpressionWriter, Level, type ModuleNames } from './expression.js';

/** Names besides those that any dialect has. */
export interface EspruinoNames extends ModuleNames {
  /** A variable with the float of these bits. */
  float(low: number, high: number): string;
  /** A typed array over the memory. */
  view(name: ViewName): string;
  /** A variable of the runtime. */
  variable(name: string): string;
  /** Bytes of the memory that are there whatever happens. */
  readonly sureBytes: number;
  /** Whether the end of the memory is always a multiple of 8. */
  readonly endsAligned: boolean;
}

export type ViewName = 'bytes' | 'signedBytes' | 'shorts' | 'signedShorts' | 'words' | 'doubles';

/** The views of accesses, and the functions for what the views do not give. */
const accesses: Partial<Record<number, [ViewName, string]>> = {
  [Opcode.I32Load]: ['words', 'load32'],
  [Opcode.I32Load8S]: ['signedBytes', 'memoryTrap'],
  [Opcode.I32Load8U]: ['bytes', 'memoryTrap'],
  [Opcode.I32Load16S]: ['signedShorts', 'load16_s'],
  [Opcode.I32Load16U]: ['shorts', 'load16_u'],
  [Opcode.F64Load]: ['doubles', 'load64'],
  [Opcode.I32Store]: ['words', 'store32'],
  [Opcode.I32Store8]: ['bytes', 'store8'],
  [Opcode.I32Store16]: ['shorts', 'store16'],
  [Opcode.F64Store]: ['doubles', 'store64'],
};

/** Where the functions of the text `numeric` have another name than the opcode's. */
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
/** A value that costs no more to be written twice. */
const SIMPLE = /^-?\w+$/;
const READS_ONLY = Effect.ReadsVariable;

export class EspruinoExpressionWriter extends ExpressionWriter {
  declare protected readonly names: EspruinoNames;

  protected override constant(instruction: Instruction): string {
    const { type, index, low, high } = instruction;
    if (type === Type.I32) return this.literal(index);
    this.level = Level.Primary;
    if (type !== Type.F32 && type !== Type.F64) return super.constant(instruction);
    if (Number.isNaN(index)) return this.names.nan(type, low, high);
    const [lowWord, highWord] = new Int32Array(new Float64Array([index]).buffer);
    return this.names.float(lowWord, highWord);
  }

  /** Beside a float, an integer as it is: the result is one, too. */
  protected override float(instruction: Instruction): string {
    const { operands, operation } = instruction;
    const isArithmetic =
      (operation >= Opcode.F64Add && operation <= Opcode.F64Div) ||
      (operation >= Opcode.F32Add && operation <= Opcode.F32Div);
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

  private readonly literals = new Map<Instruction, string>();

  private integerOf({ operation, index }: Instruction): string | undefined {
    if (operation !== Operation.Constant || !Number.isInteger(index) || Object.is(index, -0)) return undefined;
    return Math.abs(index) < 2 ** 31 ? String(index) : undefined;
  }

  protected override at(value: Instruction, level: Level): string {
    const literal = this.literals.get(resolved(value));
    if (literal === undefined) return super.at(value, level);
    this.level = literal.startsWith('-') ? Level.Unary : Level.Primary;
    return this.level < level ? `(${literal})` : literal;
  }

  protected override printCondition(
    instruction: Instruction,
    negated: boolean,
    inPlace = false,
    strict = inPlace,
  ): string {
    if (instruction.operation !== Operation.ChargeIf || !(inPlace || isInline(instruction)))
      return super.printCondition(instruction, negated, inPlace, strict);
    const text = super.printCondition(resolved(instruction.operands[0]), negated);
    const condition = this.level < Level.And ? `(${text})` : text;
    this.level = negated ? Level.Or : Level.And;
    return chargeIf(condition, instruction.index, negated, this.names);
  }

  protected override shiftCount(value: Instruction): string {
    const count = resolved(value);
    if (count.operation === Operation.Constant) return String(count.index & 31);
    if (mostOf(count) < 32) return super.shiftCount(value);
    return `(${this.wordAt(count, Level.BitAnd)}&31)`;
  }

  protected override rotation(instruction: Instruction): string {
    if ((resolved(instruction.operands[1]).index & 31) === 0) return this.print(resolved(instruction.operands[0]));
    return super.rotation(instruction);
  }

  protected override mathFunction(opcode: number): string | undefined {
    const name = functionNames[opcode];
    return name === undefined ? undefined : this.names.runtime(name);
  }

  /** Espruino multiplies in doubles where 32 bits are not enough: the low bits of a product above 2^53 are lost. */
  protected override multiply(instruction: Instruction): string {
    const operands = instruction.operands.map((each) => resolved(each));
    const [a, b] = operands.map((each) => {
      return each.operation === Operation.Constant ? Math.abs(each.index) : Math.min(mostOf(each), 2 ** 31);
    });
    if (a * b < EXACT) {
      const left = this.at(operands[0], Level.Product);
      const right = this.at(operands[1], Level.Product + 1);
      this.level = Level.Product;
      return this.wrapped(`${left}*${right}`);
    }
    const [left, right] = operands.map((each) => this.value(each));
    if (!SIMPLE.test(left) || !SIMPLE.test(right)) return super.multiply(instruction);
    const [factor, split] =
      SIMPLE.test(right) && operands[1].operation === Operation.Constant ? [left, operands[1].index] : [left, right];
    const [high, low] =
      typeof split === 'number' ? [split >> 16, split & 65535] : [`(${split}>>16)`, `(${split}&65535)`];
    this.level = Level.BitOr;
    return `(${factor}*${typeof high === 'number' && high < 0 ? `(${high})` : high}<<16)+${factor}*${low}|0`;
  }

  protected override converted(text: string): string {
    const inner = this.level < Level.Product ? `(${text})` : text;
    this.level = Level.Product;
    return `${inner}/1`;
  }

  protected override memorySize(): string {
    return this.names.variable('pages');
  }

  protected override rounded(text: string): string {
    this.level = Level.Primary;
    const cell = this.names.variable('single');
    return `(${cell}[0]=${text},${cell}[0])`;
  }

  protected override canonical(name: string): string {
    this.level = Level.Assignment + 1;
    return `${name}==${name}?${name}:${this.names.float(0, 0x7ff80000)}`;
  }

  override resultWord(type: Type, word: number): string {
    if (type === Type.I32) return word === 1 ? this.names.variable('highWord') : this.names.variable(`r${word}`);
    return this.names.variable(type === Type.Reference ? `x${word}` : `d${word}`);
  }

  protected override bulk(name: string, { operation, operands, index, second, at }: Instruction): string {
    const { names } = this;
    const texts = operands.map((operand) => this.value(operand));
    const subjects: string[] = [];
    if (operation === Operation.MemoryInit || operation === Operation.DataDrop || operation === Operation.ElementDrop)
      subjects.push(String(index));
    else if (operation === Operation.TableInit) subjects.push(names.table(second), String(index));
    else if (operation === Operation.TableCopy) subjects.push(names.table(index), names.table(second));
    else if (operation === Operation.TableGrow) subjects.push(names.table(index), names.variable(`most${index}`));
    else if (operation >= Operation.TableGet) subjects.push(names.table(index));
    this.level = Level.Call;
    return `${name}(${[...subjects, ...texts, at].join(',')})`;
  }

  protected override tailCall(called: string, operands: Instruction[]): string {
    const words = operands.map((operand) => this.value(operand)).join(',');
    this.level = Level.Call;
    return `${this.names.runtime('tail')}(${called},[${words}])`;
  }

  // Memory.

  /** What tells that the view has not got it all. `address` may be 2^32 and more where `isLarge`. */
  private test(name: string, address: string, size: number, isAligned: boolean, isLarge: boolean): string {
    const { names } = this;
    const limit = names.variable('limit');
    const end = names.endsAligned || size === 1 ? `>=${limit}` : `>${limit}-${size}`;
    const bounds = `${isAligned || size === 1 ? address : name}${isLarge ? '' : '>>>0'}${end}`;
    return isAligned || size === 1 ? bounds : `${address}&${size - 1}||${bounds}`;
  }

  /** Where to look, and what to ask before; null where nothing is to be asked. */
  private place(instruction: Instruction): { test: string | null; index: string; name: string } {
    const { names } = this;
    const { operation, index: offset } = instruction;
    const size = accessBytes(operation);
    const shift = Math.log2(size);
    const address = resolved(instruction.operands[0]);
    if (address.operation === Operation.Constant) {
      const at = (address.index >>> 0) + offset;
      const name = String(at);
      if (at % size === 0 && at + size <= names.sureBytes) return { test: null, index: String(at / size), name };
      return {
        test: at % size === 0 ? `${name}+${size}>${names.variable('limit')}` : 'true',
        index: String(at >> shift),
        name,
      };
    }
    const isLarge = offset !== 0 && !instruction.has(Proven.Bounded);
    const text = this.address(instruction);
    const name = SIMPLE.test(text) ? text : names.variable('A');
    const given = name === text ? name : `(${name}=${text})`;
    const isAligned = alignmentOf(address) >= size && offset % size === 0;
    const test = this.test(name, given, size, isAligned, isLarge);
    return { test, index: shift === 0 ? name : `${name}>>${shift}`, name };
  }

  protected override load(instruction: Instruction): string {
    const { operation, at, operands } = instruction;
    const { names } = this;
    if (operation === Opcode.F32Load) {
      const address = this.address(instruction);
      this.level = Level.Call;
      return `${names.runtime('f32_load')}(${address},${at})`;
    }
    const [view, slow] = accesses[operation]!;
    const { test, index, name } = this.place(instruction);
    const element = `${names.view(view)}[${index}]`;
    this.level = Level.Call;
    if (test === null) return element;
    const missed = slow === 'memoryTrap' ? `(${at})` : `(${name},${at})`;
    if (test === 'true' && operands.length > 0) return names.runtime(slow) + missed;
    this.level = Level.Assignment + 1;
    return `${test}?${names.runtime(slow)}${missed}:${element}`;
  }

  protected override store(instruction: Instruction): string {
    const { operation, operands, at } = instruction;
    const { names } = this;
    const isFloat = operation === Opcode.F32Store || operation === Opcode.F64Store;
    const value = isFloat ? this.value(operands[1]) : this.word(operands[1]);
    if (operation === Opcode.F32Store) {
      const address = this.address(instruction);
      this.level = Level.Call;
      return `${names.runtime('f32_store')}(${address},${value},${at})`;
    }
    const [view, slow] = accesses[operation]!;
    if (!SIMPLE.test(value) && !mayComeFirst(resolved(operands[1]), resolved(operands[0]))) {
      const address = this.address(instruction);
      this.level = Level.Call;
      return `${names.runtime(slow)}(${address},${value},${at})`;
    }
    const { test, index, name } = this.place(instruction);
    this.level = Level.Assignment;
    const element = `${names.view(view)}[${index}]`;
    if (test === null) return `${element}=${value}`;
    if (test === 'true') return `${names.runtime(slow)}(${name},${value},${at})`;
    if (SIMPLE.test(value)) return `${test}?${names.runtime(slow)}(${name},${value},${at}):${element}=${value}`;
    const kept = names.variable('W');
    return `${kept}=${value},${test}?${names.runtime(slow)}(${name},${kept},${at}):${element}=${kept}`;
  }
}

/** The largest power of two that divides the value for certain, at most 8. */
function alignmentOf(value: Instruction, depth = 4): number {
  const { operation, operands, index } = resolved(value);
  if (operation === Operation.Constant) return index === 0 ? 8 : Math.min(8, index & -index) || 8;
  if (depth === 0) return 1;
  const of = (operand: number) => alignmentOf(operands[operand], depth - 1);
  switch (operation) {
    case Opcode.I32Add:
    case Opcode.I32Sub:
    case Opcode.I32Or:
      return Math.min(of(0), of(1));
    case Opcode.I32And:
      return Math.max(of(0), of(1));
    case Opcode.I32Mul:
      return Math.min(8, of(0) * of(1));
    case Opcode.I32Shl: {
      const count = resolved(operands[1]);
      return count.operation === Operation.Constant ? Math.min(8, of(0) * 2 ** Math.min(3, count.index & 31)) : 1;
    }
    default:
      return 1;
  }
}

function effectsOf(value: Instruction): number {
  if (!isInline(value)) return 0;
  return value.operands.reduce((all, each) => all | effectsOf(resolved(each)), operationEffects[value.operation]);
}

/** Whether a value can be computed before another one that stands in front of it. */
function mayComeFirst(value: Instruction, other: Instruction): boolean {
  const [first, second] = [effectsOf(value), effectsOf(other)];
  if ((second & ~READS_ONLY) === 0 || (first & ~READS_ONLY) === 0) return true;
  const writes = 0x2aa | Effect.Calls;
  return ((first | second) & writes) === 0 && (first & second & Effect.Traps) === 0;
}
