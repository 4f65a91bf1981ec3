// Expressions for Espruino's compiler on the board. It reads what stands left of an operator when the operator is carried out,
// not before the right side: where that side may change it, a unary plus reads it in time. It has no `??`, and what is past
// the end of a typed array does not trap by itself: addresses are compared. A store is a statement.

import { Opcode } from '../../../../../src/opcodes.js';
import { type Instruction, Proven, resolved } from '../../../intermediate/instruction.js';
import { isInline } from '../../../intermediate/nesting.js';
import {
  accessBytes,
  Effect,
  isLoad,
  isStore,
  Operation,
  operationEffects,
  Type,
} from '../../../intermediate/operation.js';
import { Level } from '../../trees/expression.js';
import { EspruinoExpressionWriter } from '../expression.js';
import { accesses, alignmentOf, SIMPLE } from '../memory.js';

/** Characters of a value that is rather written twice than kept in a variable. */
const LONGEST_TWICE = 12;

export class JitExpressionWriter extends EspruinoExpressionWriter {
  /** Set for an expression that changes what it reads. */
  isCareful = false;

  /** Whether a tree calls functions, or leaves words of results. */
  changes(value: Instruction): boolean {
    const instruction = resolved(value);
    if (!isInline(instruction)) return false;
    const changing = Effect.Calls | Effect.WritesResult;
    return (
      (operationEffects[instruction.operation] & changing) !== 0 ||
      instruction.operands.some((each) => this.changes(each))
    );
  }

  /** Whether carrying out an instruction, with what is nested in it, may end in a trap. */
  traps(instruction: Instruction): boolean {
    const { operation, operands } = instruction;
    const effects = operationEffects[operation];
    if ((effects & Effect.Calls) !== 0) return true;
    if ((effects & Effect.Traps) !== 0 && !isSafe(instruction)) return true;
    return operands.some((each) => isInline(resolved(each)) && this.traps(resolved(each)));
  }

  protected override stopsCharge({ operands: [condition] }: Instruction): string {
    return this.traps(resolved(condition)) ? 'x' : '';
  }

  /** An assignment costs less than `++`. */
  override update(name: string, variable: number, value: Instruction): string {
    return super.update(name, variable, value).replace(/([+-])\1$/, '$1=1');
  }

  protected override leaf(instruction: Instruction): string {
    const text = super.leaf(instruction);
    const { operation, type } = instruction;
    const changes = operation === Operation.GlobalGet || operation === Operation.Result;
    return this.isCareful && changes && type !== Type.Reference ? `(+${text})` : text;
  }

  protected override load(instruction: Instruction): string {
    const { operation, at } = instruction;
    const { names } = this;
    if (operation === Opcode.F32Load) {
      const address = this.address(instruction);
      this.level = Level.Call;
      return `${names.runtime('f32_load')}(${address},${at})`;
    }
    const [view, slow] = accesses[operation]!;
    const { test, index, name } = this.element(instruction);
    const element = `${names.view(view)}[${index}]`;
    this.level = Level.Primary;
    if (test === '') return this.isCareful ? `(+${element})` : element;
    this.level = Level.Assignment + 1;
    return `${test}?${slow === '' ? `${names.runtime('memoryTrap')}(${at})` : `${names.runtime(slow)}(${name},${at})`}:${element}`;
  }

  /** A store as statements. */
  storeStatements(instruction: Instruction): string[] {
    const { operation, operands, at } = instruction;
    const { names } = this;
    const isFloat = operation === Opcode.F32Store || operation === Opcode.F64Store;
    const value = isFloat ? this.value(operands[1]) : this.word(operands[1]);
    if (operation === Opcode.F32Store)
      return [`${names.runtime('f32_store')}(${this.address(instruction)},${value},${at});`];
    const [view, slow] = accesses[operation]!;
    const { test, index, name } = this.element(instruction);
    const element = `${names.view(view)}[${index}]`;
    if (test === '') return [`${element}=${value};`];
    // Only one of them is carried out.
    const isTwice = value.length <= LONGEST_TWICE;
    const kept = isTwice ? value : names.variable('W');
    // A product in the address keeps its operand there.
    if (!isTwice && test.includes(`${kept}=`))
      return [`${names.runtime(slow)}(${this.address(instruction)},${value},${at});`];
    const store = `if(${test})${names.runtime(slow)}(${name},${kept},${at});else ${element}=${kept};`;
    return isTwice ? [store] : [`${kept}=${value};`, store];
  }

  /** Where to look, and what says that it is not there: nothing, where it is whatever happens. */
  private element(instruction: Instruction): { test: string; index: string; name: string } {
    const { names } = this;
    const { operation, index: offset } = instruction;
    const size = accessBytes(operation);
    const shift = Math.log2(size);
    const address = resolved(instruction.operands[0]);
    if (address.operation === Operation.Constant) {
      const at = (address.index >>> 0) + offset;
      const isAligned = at % size === 0;
      const isSure = isAligned && at + size <= names.sureBytes;
      const test = isSure ? '' : isAligned ? `${at + size}>${names.limit}` : '1';
      return { test, index: String(Math.floor(at / size)), name: String(at) };
    }
    const isBounded = instruction.has(Proven.Bounded);
    const isAligned =
      size === 1 || instruction.has(Proven.Aligned) || (alignmentOf(address) >= size && offset % size === 0);
    const isSure = isAligned && instruction.has(Proven.InBounds);
    const text = this.sum32(address, offset, isBounded);
    const name = SIMPLE.test(text) || isSure ? text : names.variable('A');
    const given = name === text ? name : `(${name}=${text})`;
    const place = isSure && !SIMPLE.test(name) ? `(${name})` : name;
    const index = shift === 0 ? name : `${place}>>${shift}`;
    if (isSure) return { test: '', index, name };
    const isLarge = isBounded || offset !== 0;
    const last = names.limit === String(names.sureBytes) ? names.sureBytes - size : `${names.limit}-${size}`;
    const end = size === 1 ? `>=${names.limit}` : `>${last}`;
    const within = (each: string) => `${each}${isLarge ? '' : '>>>0'}${end}`;
    return { test: isAligned ? within(given) : `${given}&${size - 1}||${within(name)}`, index, name };
  }

  /** An address with an offset: below 2^33, not negative if there is an offset or the address is known not to be. */
  private sum32(address: Instruction, offset: number, isBounded: boolean): string {
    if (offset === 0) return this.value(address);
    if (isBounded) return `${this.at(address, Level.Sum)}+${offset}`;
    return `(${this.wordAt(address, Level.Shift)}>>>0)+${offset}`;
  }

  /** By a constant, in place of a call. */
  protected override multiply(instruction: Instruction): string {
    const [value, factor] = instruction.operands.map((each) => resolved(each));
    if (factor.operation !== Operation.Constant || instruction.has(Proven.Exact)) return super.multiply(instruction);
    const text = this.value(value);
    if (SIMPLE.test(text)) return super.multiply(instruction);
    const kept = this.names.variable('W');
    const high = factor.index >> 16;
    this.level = Level.BitOr;
    return `((${kept}=${text})*${high < 0 ? `(${high})` : high}<<16)+${kept}*${factor.index & 65535}|0`;
  }

  /** The cell is used again. */
  protected override rounded(text: string): string {
    this.level = Level.Primary;
    const cell = this.names.variable('single');
    return `(${cell}[0]=${text},+${cell}[0])`;
  }
}

function isSafe(instruction: Instruction): boolean {
  const { operation } = instruction;
  if (isLoad(operation) || isStore(operation))
    return instruction.has(Proven.InBounds) && instruction.has(Proven.Aligned);
  return instruction.has(Proven.NonZero) && instruction.has(Proven.NoOverflow);
}
