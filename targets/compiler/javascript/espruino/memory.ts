// Prints memory accesses for Espruino. Reading past the end of a typed array gives undefined, and a typed array ends where memory
// does. The value of an assignment to an element is the element's new value, which is undefined past the end. So `I[a>>>2]??T(9)` and
// `(I[a>>>2]=v)??T(9)` trap without a comparison. Negative indices throw. Views may start at any byte: where it is not known that an
// address is aligned, `V[a&3][a>>>2]` takes the view that starts at its remainder.

import { Opcode } from '../../../../src/opcodes.js';
import { type Instruction, Proven, resolved } from '../../intermediate/instruction.js';
import { isInline } from '../../intermediate/nesting.js';
import { accessBytes, Effect, isLoad, Operation, operationEffects } from '../../intermediate/operation.js';
import { mostOf } from '../../passes/most-of.js';
import { type Code, js, list, number, TokenKind } from '../trees/code.js';
import { ExpressionWriter } from '../trees/expression.js';
import { Level } from '../trees/level.js';
import { shortIndex, summedAssignment } from './block-sums.js';
import type { EspruinoNames, ViewName } from './names.js';

/** The views of accesses, and the functions for accesses without a view. */
export const accesses: Partial<Record<number, [ViewName, string]>> = {
  [Opcode.I32Load]: ['words', 'load32'],
  [Opcode.I32Load8S]: ['signedBytes', ''],
  [Opcode.I32Load8U]: ['octets', ''],
  [Opcode.I32Load16S]: ['signedShorts', 'load16_s'],
  [Opcode.I32Load16U]: ['shorts', 'load16_u'],
  [Opcode.F32Load]: ['singles', 'f32_load'],
  [Opcode.F64Load]: ['doubles', 'load64'],
  [Opcode.I32Store]: ['words', 'store32'],
  [Opcode.I32Store8]: ['octets', 'store8'],
  [Opcode.I32Store16]: ['shorts', 'store16'],
  [Opcode.F32Store]: ['singles', 'f32_store'],
  [Opcode.F64Store]: ['doubles', 'store64'],
};

const LARGEST = 0x7fffffff;

/** The bits of the canonical NaN of an f32, and the high words of an f64's and of Infinity. */
const CANONICAL_SINGLE = 0x7fc00000;
const CANONICAL_DOUBLE = 0x7ff80000;
const INFINITE = 0x7ff00000;

/** Element size of each view, in bytes. */
const LEAST = 8;

export abstract class EspruinoMemoryWriter extends ExpressionWriter {
  declare protected readonly names: EspruinoNames;

  protected override load(instruction: Instruction): Code {
    const { operation, at } = instruction;
    const { names } = this;
    const [view, slow] = accesses[operation]!;
    if (!hasElement(instruction)) return this.slow(slow, [this.address(instruction)], at);
    const place = this.place(instruction);
    const trap = js`${names.runtime('memoryTrap')}(${at})`;
    if (place.kind === 'never') return this.slow(slow === '' ? 'load8' : slow, [place.name], at);
    const element = this.elementAt(view, place);
    this.level = Level.Call;
    if (place.kind !== 'within' && place.isSure) return element;
    this.level = Level.Assignment + 1;
    return place.kind === 'within' ? js`${place.test}?${element}:${trap}` : js`${element}??${trap}`;
  }

  protected override store(instruction: Instruction): Code {
    const { operation, operands, at } = instruction;
    const { names } = this;
    if (names.sumsBlocks) return this.summedStore(instruction);
    const [view, slow] = accesses[operation]!;
    const place = hasElement(instruction) ? this.place(instruction) : null;
    if (place === null || place.kind === 'never')
      return this.slow(slow, [this.address(instruction), this.canonicalValue(instruction)], at);
    if (instruction.has(Proven.MakesCanonical) && place.kind !== 'within')
      return this.arithmeticStore(instruction, place);
    const value = this.storedValue(instruction);
    const trap = js`${names.runtime('memoryTrap')}(${at})`;
    const element = this.elementAt(view, place);
    if (place.kind !== 'within') {
      this.level = place.isSure ? Level.Assignment : Level.Assignment + 1;
      return place.isSure ? js`${element}=${value}` : js`(${element}=${value})??${trap}`;
    }
    // The test comes before the value, and the value is printed once or twice.
    const isSimple = value.isSimple;
    if (!isSimple && !mayComeFirst(resolved(operands[1]), resolved(operands[0])))
      return this.slow(slow, [this.address(instruction), value], at);
    const kept = isSimple ? value : names.variable('W');
    const before = isSimple ? js`` : js`${kept}=${value},`;
    this.level = isSimple ? Level.Assignment + 1 : 0;
    return js`${before}${place.test}?${element}=${kept}:${trap}`;
  }

  /** The instruction whose result is stored in a view, which rounds it. */
  protected stored: Instruction | null = null;

  /** The value of a store to an element. */
  protected storedValue({ operation, operands }: Instruction): Code {
    const operand = resolved(operands[1]);
    if (operation === Opcode.F64Store) return this.value(operand);
    if (operation !== Opcode.F32Store) return this.word(operand);
    this.stored = operand;
    const text = this.value(operand);
    this.stored = null;
    return text;
  }

  /** The value of a store by a function, with the canonical NaN if it has to be. */
  protected canonicalValue(instruction: Instruction): Code {
    const operand = resolved(instruction.operands[1]);
    if (!isFloatStore(instruction)) return this.word(operand);
    const value = this.value(operand);
    if (!instruction.has(Proven.MakesCanonical)) return value;
    return value.isSimple ? this.canonical(value) : js`${this.names.runtime('canonical')}(${value})`;
  }

  /**
   * A store of a result of arithmetic: `(F[a>>>3]=v)<=I||store64(a,N,9)`, where I is Infinity and N the canonical NaN. Only a NaN, and
   * undefined past the end, are not at most Infinity.
   */
  private arithmeticStore(instruction: Instruction, place: Exclude<Place, { kind: 'never' | 'within' }>): Code {
    const { operation, operands, at } = instruction;
    const { names } = this;
    const isSingle = operation === Opcode.F32Store;
    const [view, slow] = accesses[operation]!;
    // The address is printed twice, before the value and behind it.
    if ((effectsOf(resolved(operands[0])) & ~READS_ONLY) !== 0)
      return this.slow(slow, [this.address(instruction), this.canonicalValue(instruction)], at);
    const element = this.elementAt(view, place);
    const value = this.storedValue(instruction);
    const nan = isSingle ? number(CANONICAL_SINGLE) : names.float(0, CANONICAL_DOUBLE);
    const other = this.slow(isSingle ? 'store32' : 'store64', [this.address(instruction), nan], at);
    this.level = Level.Or;
    return js`(${element}=${value})<=${names.float(0, INFINITE)}||${other}`;
  }

  /** A store that also updates the sum of its block. Operands that are more than names and shifts are passed to a function. */
  private summedStore(instruction: Instruction): Code {
    const { operation, operands, at } = instruction;
    const { names } = this;
    const operand = resolved(operands[1]);
    const value = this.canonicalValue(instruction);
    const slow = accesses[operation]![1];
    const size = accessBytes(operation);
    const isSimple = value.isSimple;
    if (isFloatStore(instruction) || !(isSimple || mayComeFirst(operand, resolved(operands[0]))))
      return this.slow(slow, [this.address(instruction), value], at);
    const place = this.place(instruction);
    if (place.kind === 'never') return this.slow(slow, [place.name, value], at);
    // A sum is that of aligned words.
    if (place.kind === 'each') return this.slow(slow, [this.address(instruction), value], at);
    const from = place.kind === 'aligned' ? (place.from ?? 0) : 0;
    const isInside = place.kind === 'within' || place.isSure;
    const short = shortIndex(place.index);
    const address = names.variable('A');
    const index = short ?? { code: address, base: address, shift: 0 };
    const kept = isSimple ? value : names.variable('W');
    const before = isSimple ? js`` : js`${kept}=${value},`;
    const trap = js`${names.runtime('memoryTrap')}(${at})`;
    const assignment = summedAssignment(
      { array: names.view(accesses[operation]![0], from), index, size, from },
      { code: kept, isBounded: mostOf(operand) < 2 ** (8 * size) },
      { sums: names.variable('blockSums'), trap: isInside ? null : trap },
    );
    const store = short ? assignment : js`${index.base}=${place.index},${assignment}`;
    this.level = Level.Assignment - 1;
    return place.kind === 'aligned' ? js`${before}${store}` : js`${before}${place.test}?(${store}):${trap}`;
  }

  private slow(called: string, words: Code[], at: number): Code {
    this.level = Level.Call;
    return js`${this.names.runtime(called)}(${list(words)},${at})`;
  }

  private elementAt(view: ViewName, place: Exclude<Place, { kind: 'never' }>): Code {
    if (place.kind === 'aligned' && place.view !== undefined) return js`${place.view}[${place.index}]`;
    if (place.kind === 'each') return js`${this.names.viewsOf(view)}[${place.remainder}][${place.index}]`;
    return js`${this.names.view(view, place.kind === 'aligned' ? place.from : 0)}[${place.index}]`;
  }

  private place(instruction: Instruction): Place {
    const { names } = this;
    const { operation, index: offset } = instruction;
    const size = accessBytes(operation);
    const shift = Math.log2(size);
    const base = resolved(instruction.operands[0]);
    // A view of no elements has any, in Espruino; and the place of an element has 32 bits, which such a sum would leave.
    if (names.sureBytes < LEAST || offset > LARGEST) return { kind: 'never', name: this.address(instruction) };
    if (base.operation === Operation.Constant) return this.constantPlace((base.index >>> 0) + offset, size);
    const isBounded = instruction.has(Proven.Bounded) || mostOf(base) + offset <= LARGEST;
    const isSure = instruction.has(Proven.InBounds);
    const isAligned = instruction.has(Proven.Aligned) || (alignmentOf(base) >= size && offset % size === 0);
    const kept = viewOf(instruction);
    if (kept !== undefined)
      return {
        kind: 'aligned',
        index: this.scaled(instruction, base, shift, isBounded),
        isSure,
        view: this.value(kept),
      };
    const displaced = displacementOf(instruction);
    if (displaced !== null && names.hasView(displaced.view, displaced.from)) {
      const { rest, from } = displaced;
      const index = this.unscaled(rest, 0, shift, false) ?? this.scaledRest(rest, shift);
      return { kind: 'aligned', index, from, isSure };
    }
    if (isAligned && size > 1)
      return { kind: 'aligned', index: this.scaled(instruction, base, shift, isBounded), isSure };
    if (size === 1 && isBounded) return { kind: 'aligned', index: this.plus(base, offset), isSure };
    return size === 1
      ? this.placeWithin(instruction, base)
      : this.placeOfEach(instruction, base, { size, shift, isBounded, isSure });
  }

  /** Returns the place of a byte whose address may have any bits. */
  private placeWithin(instruction: Instruction, base: Instruction): Place {
    const { limit, sureBytes } = this.names;
    const offset = instruction.index;
    // If the limit is a number, the offset is subtracted from it.
    const isNumber = limit.kind === TokenKind.Number && offset < sureBytes;
    const text = isNumber || offset === 0 ? this.value(base) : this.address(instruction);
    const name = text.isSimple ? text : this.names.variable('A');
    const given = name === text ? name : js`(${name}=${text})`;
    if (isNumber && offset > 0)
      return { kind: 'within', index: js`${name}+${offset}`, test: js`${given}>>>0<${sureBytes - offset}` };
    return { kind: 'within', index: name, test: js`${given}${offset === 0 ? '>>>0' : ''}<${limit}` };
  }

  /** Returns the place of an element whose address may have any remainder. */
  private placeOfEach(
    instruction: Instruction,
    base: Instruction,
    { size, shift, isBounded, isSure }: { size: number; shift: number; isBounded: boolean; isSure: boolean },
  ): Place {
    const offset = instruction.index;
    // An offset of whole elements is added to the index, and does not change the remainder.
    const isWhole = offset % size === 0;
    const text = isWhole ? this.value(base) : isBounded ? this.plus(base, offset) : this.address(instruction);
    const name = text.isSimple ? text : this.names.variable('A');
    const given = name === text ? name : js`(${name}=${text})`;
    const added = isWhole ? offset : 0;
    const within = js`${name}<${this.names.limit}?${name}>>${shift}:${this.names.limit}`;
    // If a byte's place has 32 bits, an address of 2^32 and more would be within memory; an index of 2^31 throws.
    const isSum = !isWhole && !isBounded;
    const index = isSum
      ? within
      : added === 0
        ? js`${name}>>>${shift}`
        : isBounded
          ? js`${name}+${added}>>>${shift}`
          : js`(${name}>>>${shift})+${added >> shift}`;
    return { kind: 'each', remainder: js`${given}&${size - 1}`, index, isSure };
  }

  private constantPlace(at: number, size: number): Place {
    const index = number(at / size);
    const name = number(at);
    if (at % size !== 0 || at >= LARGEST) return { kind: 'never', name };
    return { kind: 'aligned', index, isSure: at + size <= this.names.sureBytes };
  }

  /** The sum of a non-negative address and an offset, which is an int32 or past any memory. */
  private plus(base: Instruction, offset: number): Code {
    if (offset === 0) return this.value(base);
    const text = this.wordAt(base, Level.Sum);
    this.level = Level.Sum;
    return js`${text}+${offset}`;
  }

  /** The index of an aligned element. */
  private scaledRest(rest: Instruction, shift: number): Code {
    if (shift === 0) return this.value(rest);
    return js`${this.wordAt(rest, Level.Shift)}>>>${shift}`;
  }

  private scaled(access: Instruction, base: Instruction, shift: number, isBounded: boolean): Code {
    const offset = access.index;
    const direct = this.unscaled(base, offset, shift, access.has(Proven.Scaled));
    if (direct !== undefined) return direct;
    if (offset === 0) return js`${this.wordAt(base, Level.Shift)}>>>${shift}`;
    if (isBounded) return js`${this.wordAt(base, Level.Sum)}+${offset}>>>${shift}`;
    if (offset % 2 ** shift === 0) return js`(${this.wordAt(base, Level.Shift)}>>>${shift})+${offset >> shift}`;
    // The byte's place must not reach 2^32, of which a board sees the low 32 bits: below 0, nothing is within memory.
    const text = this.value(base);
    const name = text.isSimple ? text : this.names.variable('A');
    return js`${name === text ? name : js`(${name}=${text})`}<0?${this.names.limit}:${name}+${offset}>>>${shift}`;
  }

  /** Returns `x + (c >> shift)` for `(x << shift) + c`, if that does not wrap. */
  private unscaled(base: Instruction, offset: number, shift: number, isProven: boolean): Code | undefined {
    let shifted = base;
    let added = offset;
    if (base.operation === Opcode.I32Add && isInline(base)) {
      const constant = resolved(base.operands[1]);
      if (constant.operation !== Operation.Constant || (constant.index < 0 && !isProven)) return undefined;
      added += constant.index;
      shifted = resolved(base.operands[0]);
    }
    if (shifted.operation !== Opcode.I32Shl || !isInline(shifted)) return undefined;
    const [x, count] = shifted.operands.map((each) => resolved(each));
    if (count.operation !== Operation.Constant || (count.index & 31) < shift) return undefined;
    const more = (count.index & 31) - shift;
    if (!isProven && mostOf(x) * 2 ** (count.index & 31) + added > LARGEST) return undefined;
    // Alone, it must be a number: of a comparison, `false` would be the name of an element.
    if (more === 0 && added === 0) return this.value(x);
    const index = more === 0 ? this.wordAt(x, Level.Sum) : js`(${this.wordAt(x, Level.Shift)}<<${more})`;
    if (added === 0) return index;
    return added < 0 ? js`${index}-${-added >> shift}` : js`${index}+${added >> shift}`;
  }
}

function isFloatStore({ operation }: Instruction): boolean {
  return operation === Opcode.F32Store || operation === Opcode.F64Store;
}

/** Whether a view has what is accessed: one of f32 does not keep the bits of NaNs. */
export function hasElement(access: Instruction): boolean {
  const { operation } = access;
  if (operation === Opcode.F32Load) return access.has(Proven.AnyNaN);
  return operation !== Opcode.F32Store || access.has(Proven.MakesCanonical) || access.has(Proven.NoNaN);
}

/** The operand of an access that is its view: see element-views.ts. */
function viewOf({ operation, operands }: Instruction): Instruction | undefined {
  return operands[isLoad(operation) ? 1 : 2];
}

/** Whether an access is of one of the views that start at each byte: its address may have any remainder, which is that of the base. */
export function isOfEachView(access: Instruction): boolean {
  const { operation, index: offset } = access;
  if (accesses[operation] === undefined || !hasElement(access)) return false;
  const size = accessBytes(operation);
  if (size === 1 || offset % size !== 0 || offset > LARGEST || access.has(Proven.Aligned)) return false;
  const base = resolved(access.operands[0]);
  return base.operation !== Operation.Constant && alignmentOf(base) < size;
}

export interface Displacement {
  view: ViewName;
  /** Bytes in front of the view: below 65536, and a multiple of the size of its elements. */
  from: number;
  /** The value that is added to them: never negative, and also a multiple of that size. */
  rest: Instruction;
}

/** The largest byte offset at which Espruino can start a view. */
const LARGEST_START = 65535;

/** An access at a constant plus a non-negative value. In a view that starts at the constant, the addition is not needed. */
export function displacementOf(access: Instruction): Displacement | null {
  const { operation, index: offset } = access;
  const found = accesses[operation];
  if (found === undefined || !hasElement(access)) return null;
  const size = accessBytes(operation);
  const base = resolved(access.operands[0]);
  let from = offset;
  let rest = base;
  if (base.operation === Opcode.I32Add && isInline(base)) {
    const added = resolved(base.operands[1]);
    if (added.operation === Operation.Constant && added.index > 0) {
      from += added.index;
      rest = resolved(base.operands[0]);
    }
  }
  const isNatural = rest === base ? access.has(Proven.Bounded) || mostOf(base) <= LARGEST : mostOf(rest) <= LARGEST;
  if (from === 0 || from > LARGEST_START || from % size !== 0 || !isNatural) return null;
  if (rest.operation === Operation.Constant || !(size === 1 || access.has(Proven.Aligned) || alignmentOf(rest) >= size))
    return null;
  return { view: found[0], from, rest };
}

/** How an access finds its element. */
type Place =
  /**
   * The index is correct, or past the end of a view that starts at the byte `from`, or of one that a variable holds. `isSure`: always
   * within bounds.
   */
  | { kind: 'aligned'; index: Code; from?: number; view?: Code; isSure: boolean }
  /** If the test holds, the index is correct, else it is out of bounds. */
  | { kind: 'within'; index: Code; test: Code }
  /** An element as in `aligned`, in the view that starts at the remainder. */
  | { kind: 'each'; remainder: Code; index: Code; isSure: boolean }
  /** An element that never exists. */
  | { kind: 'never'; name: Code };

/** The largest power of two that is known to divide the value, at most 8. */
export function alignmentOf(value: Instruction, depth = 4): number {
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

const READS_ONLY = Effect.ReadsVariable;

function effectsOf(value: Instruction): number {
  if (!isInline(value)) return 0;
  return value.operands.reduce((all, each) => all | effectsOf(resolved(each)), operationEffects[value.operation]);
}

/** Whether a value can be computed, and kept in a variable of the runtime, before another value that precedes it. */
export function mayComeFirst(value: Instruction, other: Instruction): boolean {
  const [first, second] = [effectsOf(value), effectsOf(other)];
  // All functions keep values there.
  if ((second & Effect.Calls) !== 0) return false;
  if ((second & ~READS_ONLY) === 0 || (first & ~READS_ONLY) === 0) return true;
  const writes = 0x2aa | Effect.Calls;
  return ((first | second) & writes) === 0 && (first & second & Effect.Traps) === 0;
}
