// Prints expressions for Espruino's compiler on the board. Compiled code reads the left operand when the operator executes, not before
// it evaluates the right operand. If the right operand may change the left one, a unary plus reads the left one in time. The compiler
// does not support `??`, and reading past the end of a typed array does not trap by itself, so addresses are compared. A store is a
// statement.

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
import { type Code, js, number, type Token, TokenKind } from '../../trees/code.js';
import { Level } from '../../trees/level.js';
import { EspruinoExpressionWriter } from '../expression.js';
import { accesses, alignmentOf, hasElement } from '../memory.js';

/** Characters of a value that is rather written twice than kept in a variable. */
const LONGEST_TWICE = 12;

export class JitExpressionWriter extends EspruinoExpressionWriter {
  protected override readonly hasShortSigns = false;
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

  protected override stopsCharge({ operands: [condition] }: Instruction): Code | null {
    return this.traps(resolved(condition)) ? js`x` : null;
  }

  /** An assignment costs less than `++`. */
  protected override step(name: Token, by: number): Code {
    return by === 1 ? js`${name}+=1` : js`${name}-=1`;
  }

  protected override leaf(instruction: Instruction): Code {
    const text = super.leaf(instruction);
    const { operation, type } = instruction;
    const changes = operation === Operation.GlobalGet || operation === Operation.Result;
    return this.isCareful && changes && type !== Type.Reference ? js`(+${text})` : text;
  }

  protected override load(instruction: Instruction): Code {
    const { operation, at } = instruction;
    const { names } = this;
    const [view, slow] = accesses[operation]!;
    if (!hasElement(instruction)) {
      const address = this.address(instruction);
      this.level = Level.Call;
      return js`${names.runtime(slow)}(${address},${at})`;
    }
    const { test, index, name } = this.element(instruction);
    const element = js`${names.view(view)}[${index}]`;
    this.level = Level.Primary;
    if (test === null) return this.isCareful ? js`(+${element})` : element;
    this.level = Level.Assignment + 1;
    return js`${test}?${slow === '' ? js`${names.runtime('memoryTrap')}(${at})` : js`${names.runtime(slow)}(${name},${at})`}:${element}`;
  }

  /** A store as statements. */
  storeStatements(instruction: Instruction): Code[] {
    const { operation, at } = instruction;
    const { names } = this;
    const [view, slow] = accesses[operation]!;
    const bySlow = () => {
      const address = this.address(instruction);
      return [js`${names.runtime(slow)}(${address},${this.canonicalValue(instruction)},${at});`];
    };
    if (!hasElement(instruction)) return bySlow();
    const value = this.storedValue(instruction);
    const { test, index, name } = this.element(instruction);
    const element = js`${names.view(view)}[${index}]`;
    const makesCanonical = instruction.has(Proven.MakesCanonical);
    // Only one of them is carried out.
    const isTwice = makesCanonical ? value.isSimple : test === null || value.length <= LONGEST_TWICE;
    const own = names.variable('W');
    const plain = isTwice ? value : own;
    const kept = makesCanonical ? this.canonical(plain) : plain;
    const before = isTwice ? [] : [js`${own}=${value};`];
    if (test === null) return [...before, js`${element}=${kept};`];
    return [...before, js`if(${test})${names.runtime(slow)}(${name},${kept},${at});else ${element}=${kept};`];
  }

  /** Returns the place of an element. */
  private element(instruction: Instruction): Element {
    const { names } = this;
    const { operation, index: offset } = instruction;
    const size = accessBytes(operation);
    const shift = Math.log2(size);
    const address = resolved(instruction.operands[0]);
    if (address.operation === Operation.Constant) {
      const at = (address.index >>> 0) + offset;
      const isAligned = at % size === 0;
      const isSure = isAligned && at + size <= names.sureBytes;
      const test = isSure ? null : isAligned ? js`${at + size}>${names.limit}` : number(1);
      return { test, index: number(Math.floor(at / size)), name: number(at) };
    }
    const isBounded = instruction.has(Proven.Bounded);
    const isAligned =
      size === 1 || instruction.has(Proven.Aligned) || (alignmentOf(address) >= size && offset % size === 0);
    const isSure = isAligned && instruction.has(Proven.InBounds);
    const text = this.sum32(address, offset, isBounded);
    const name = text.isSimple || isSure ? text : names.variable('A');
    const given = name === text ? name : js`(${name}=${text})`;
    const place = isSure && !name.isSimple ? js`(${name})` : name;
    const index = shift === 0 ? name : js`${place}>>${shift}`;
    if (isSure) return { test: null, index, name };
    const isLarge = isBounded || offset !== 0;
    const last = names.limit.kind === TokenKind.Number ? number(names.sureBytes - size) : js`${names.limit}-${size}`;
    const end = size === 1 ? js`>=${names.limit}` : js`>${last}`;
    const within = (each: Code) => js`${each}${isLarge ? '' : '>>>0'}${end}`;
    return { test: isAligned ? within(given) : js`${given}&${size - 1}||${within(name)}`, index, name };
  }

  /** An address with an offset: below 2^33, not negative if there is an offset or the address is known not to be. */
  private sum32(address: Instruction, offset: number, isBounded: boolean): Code {
    if (offset === 0) return this.value(address);
    if (isBounded) return js`${this.at(address, Level.Sum)}+${offset}`;
    return js`(${this.wordAt(address, Level.Shift)}>>>0)+${offset}`;
  }

  /** The cell is used again. */
  protected override rounded(text: Code, instruction: Instruction): Code {
    if (instruction === this.stored) return text;
    this.level = Level.Primary;
    const cell = this.names.variable('single');
    return js`(${cell}[0]=${text},+${cell}[0])`;
  }
}

interface Element {
  /** Condition under which the element is missing; null if it always exists. */
  test: Code | null;
  index: Code;
  /** The address. */
  name: Code;
}

function isSafe(instruction: Instruction): boolean {
  const { operation } = instruction;
  if (isLoad(operation) || isStore(operation))
    return instruction.has(Proven.InBounds) && instruction.has(Proven.Aligned);
  return instruction.has(Proven.NonZero) && instruction.has(Proven.NoOverflow);
}
