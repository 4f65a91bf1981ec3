// Prints expressions for V8, and other engines with Math.imul, Math.fround and DataView. V8 optimises for the types that it has seen.
// An access to a DataView that is a constant of the module costs one comparison, if a variable of the function holds the DataView.

import { Opcode } from '../../../../src/opcodes.js';
import { type Instruction, Proven, resolved } from '../../intermediate/instruction.js';
import { Operation, Type } from '../../intermediate/operation.js';
import { isArithmetic, isNumber } from '../../passes/canonical-nan.js';
import { type Code, js, list, name, type Token } from '../trees/code.js';
import { ExpressionWriter, type ModuleNames } from '../trees/expression.js';
import { Level } from '../trees/level.js';
import { viewMethods } from './view-methods.js';

export interface NodeNames extends ModuleNames {
  /** Whatever changes a table at run time says so. */
  changesTable(index: number): void;
  /** A function that calls a function of a table: its parameters are the index, the arguments and the position. */
  indirectCall(table: number, signature: string): Token;
  /** A +0 that V8 does not take for an integer. */
  zero(): Token;
  /** A constant of the module as a variable of the function: V8 then knows its value in loops, too. */
  local(name: string): Token;
  /** Constants of the module that the function at hand has variables for. */
  readonly locals: Set<string>;
  /** Byte offset in the module of the function at hand: accesses have their positions relative to it. */
  functionStart: number;
}

/** Functions of Math that do the same; of f32 too, as they do not round. */
const mathFunctions: Partial<Record<number, string>> = {
  [Opcode.I32Clz]: 'Math.clz32',
  [Opcode.I32Mul]: 'Math.imul',
  [Opcode.F64Ceil]: 'Math.ceil',
  [Opcode.F64Floor]: 'Math.floor',
  [Opcode.F64Trunc]: 'Math.trunc',
  [Opcode.F64Sqrt]: 'Math.sqrt',
  [Opcode.F64Min]: 'Math.min',
  [Opcode.F64Max]: 'Math.max',
};

const accessNames: Partial<Record<number, string>> = {
  [Opcode.I32Load]: viewMethods.getInt32,
  [Opcode.I32Load8S]: viewMethods.getInt8,
  [Opcode.I32Load8U]: viewMethods.getUint8,
  [Opcode.I32Load16S]: viewMethods.getInt16,
  [Opcode.I32Load16U]: viewMethods.getUint16,
  [Opcode.F32Load]: viewMethods.getFloat32,
  [Opcode.F64Load]: viewMethods.getFloat64,
  [Opcode.I32Store]: viewMethods.setInt32,
  [Opcode.I32Store8]: viewMethods.setInt8,
  [Opcode.I32Store16]: viewMethods.setInt16,
  [Opcode.F32Store]: viewMethods.setFloat32,
  [Opcode.F64Store]: viewMethods.setFloat64,
};

/** Arrays of the results after the first word, by type. */
const resultArrays: Record<Type, string> = {
  [Type.None]: '',
  [Type.I32]: 'R',
  [Type.F32]: 'D',
  [Type.F64]: 'D',
  [Type.Reference]: 'X',
};

const MEMORY = name('memory');

/** One more than the largest factor of `multiplyHigh16`. */
const MOST_FACTOR = 65537;

export class NodeExpressionWriter extends ExpressionWriter {
  declare protected readonly names: NodeNames;
  protected override readonly equality = { equal: '===', unequal: '!==' };

  protected override mathFunction(opcode: number): Token | undefined {
    const found = mathFunctions[opcode];
    return found === undefined ? undefined : name(found);
  }

  // Memory. The last argument says that the bytes are little-endian, for which any number but 0 will do: it is the position
  // of the instruction in the function's body, where a trap finds it. Anything out of bounds is out of bounds of a DataView.

  protected override load(instruction: Instruction): Code {
    const { operation } = instruction;
    const address = this.address(instruction);
    const at = this.positionOf(instruction);
    this.level = Level.Call;
    if (operation === Opcode.F32Load && !instruction.has(Proven.AnyNaN))
      return js`${this.names.runtime('f32_load')}(m,${address},${at})`;
    return js`m.${name(accessNames[operation]!)}(${address},${at})`;
  }

  protected override store(instruction: Instruction): Code {
    const { operation, operands } = instruction;
    const address = this.address(instruction);
    const isFloat = operation === Opcode.F32Store || operation === Opcode.F64Store;
    const value = isFloat ? this.value(operands[1]) : this.word(operands[1]);
    const at = this.positionOf(instruction);
    this.level = Level.Call;
    if (operation === Opcode.F32Store && !isComputed(resolved(operands[1])))
      return js`${this.names.runtime('f32_store')}(m,${address},${value},${at})`;
    return js`m.${name(accessNames[operation]!)}(${address},${value},${at})`;
  }

  /** Position of an access. It is never 0: a body starts with its size. */
  private positionOf({ at }: Instruction): number {
    return at - this.names.functionStart;
  }

  /** Calls a bulk operation. The memory, table or segment comes first. */
  protected override bulk(called: Token, { operation, operands, index, second, at }: Instruction): Code {
    const { names } = this;
    const words = operands.map((operand) => this.value(operand));
    const subjects: Code[] = [];
    if (operation === Operation.MemoryInit) subjects.push(MEMORY, js`segments[${index}]`);
    else if (operation === Operation.DataDrop) subjects.push(js`segments,${index}`);
    else if (operation === Operation.ElementDrop) subjects.push(js`elements,${index}`);
    else if (operation === Operation.TableInit) subjects.push(names.table(second), js`elements[${index}]`);
    else if (operation === Operation.TableCopy) subjects.push(names.table(index), names.table(second));
    else if (operation >= Operation.TableGet) subjects.push(names.table(index));
    else subjects.push(MEMORY);
    const changed = changedTable(operation, index, second);
    if (changed >= 0) names.changesTable(changed);
    this.level = Level.Call;
    return js`${called}(${list([...subjects, ...words])},${at})`;
  }

  protected override memorySize(): Code {
    return js`memory.pages`;
  }

  // Calls.

  protected override anyCall({ operation, operands, index, signature, at }: Instruction): Code {
    const { names } = this;
    if (operation === Operation.Call) return this.call(names.function(index), operands);
    if (operation === Operation.CallIndirect) return this.call(names.indirectCall(index, signature), operands, at);
    if (operation === Operation.TailCall) return this.tailCall(names.function(index), operands);
    const found = this.call(names.indirect(index, signature), operands.slice(0, 1), at);
    return this.tailCall(found, operands.slice(1));
  }

  /** Leaves a call to be made by the caller. */
  private tailCall(called: Code, operands: Instruction[]): Code {
    const words = [js`null`, ...operands.map((operand) => this.value(operand))];
    this.level = Level.Call;
    return js`${this.names.runtime('tail')}(${called},[${list(words)}])`;
  }

  override resultWord(type: Type, word: number): Code {
    return js`${this.names.local(resultArrays[type])}[${word}]`;
  }

  // Numbers.

  /** V8 takes the name NaN for a variable, and a number that may be one for no double. */
  protected override canonical(value: Code): Code {
    this.level = Level.Assignment + 1;
    return js`${value}===${value}?${value}:0/0`;
  }

  protected override converted(text: Code): Code {
    return text;
  }

  protected override rounded(text: Code): Code {
    this.level = Level.Call;
    return js`Math.fround(${text})`;
  }

  /**
   * V8 computes with integers, and checks, where all that it has seen were integers; a float may well have been one each time,
   * unless it is what arithmetic on a float gave. Subtracting a +0 makes it a float, and costs nothing once it is compiled.
   */
  protected override leftOperand(instruction: Instruction, level: Level): Code {
    const { operands } = instruction;
    const left = resolved(operands[0]);
    if (isCertainFloat(left) || isCertainFloat(resolved(operands[1]))) return super.leftOperand(instruction, level);
    const text = js`${this.at(left, Level.Sum)}-${this.names.zero()}`;
    this.level = Level.Sum;
    return this.level < level ? js`(${text})` : text;
  }

  protected override multiplyHigh(instruction: Instruction): Code {
    const factor = resolved(instruction.operands[1]).index >>> 0;
    if (Number.isInteger(Math.log2(factor))) return super.multiplyHigh(instruction);
    return this.runtime(factor < MOST_FACTOR ? 'multiplyHigh16' : 'multiplyHigh', instruction);
  }
}

/** The table that an instruction changes, -1 if it changes none. */
function changedTable(operation: number, index: number, second: number): number {
  switch (operation) {
    case Operation.TableInit:
      return second;
    case Operation.TableSet:
    case Operation.TableGrow:
    case Operation.TableFill:
    case Operation.TableCopy:
      return index;
    default:
      return -1;
  }
}

/** Whether V8 has a number of this value for no integer, even before it compiles what uses it. */
function isCertainFloat(value: Instruction): boolean {
  const { operation, index } = value;
  if (operation === Operation.Constant) return !Number.isInteger(index) || Math.abs(index) >= 2 ** 31;
  return operation >= Opcode.F64Add && operation <= Opcode.F64Div;
}

/** Whether the value is no NaN that was only moved: DataView keeps the bits of all other NaNs that arithmetic may give. */
function isComputed(value: Instruction): boolean {
  return isNumber(value) || isArithmetic(value) || value.operation === Operation.CanonicalNaN;
}
