// The operand stack while a function is lowered. Operands are slots of the frame. An operand that is a local or a constant costs no
// instruction until it has to be in its own slot: its home slot, which its height on the stack determines. Before a local is
// overwritten, pending reads of it are settled, here and nowhere else.

import { LOWERING_OPERAND_ROW } from '../capacities.js';
import { RegisterOpcode } from '../generated/register-opcodes.js';
import type { Store } from '../store.js';
import { ValueType } from '../types.js';
import type { RegisterWriter } from './register-writer.js';

/** Operands that may wait to be read: each local.set looks at all of them, and must not take longer the deeper the stack is. */
const MOST_WAITING = 256;

/** Columns of `loweringOperands`. */
enum Operand {
  Kind = 0,
  /** A local's number, or the low word of a constant. */
  Low = 1,
  High = 2,
}

/** Kinds of operands; `Wide` is added for 64 bits, and `Double` too for an f64. */
export enum Kind {
  /** In its home slot. */
  Home = 0,
  Local = 1,
  Constant = 2,
  Mask = 3,
  Wide = 4,
  Double = 8,
  Width = 12,
}

export class OperandSlots {
  localCount = 0;
  operandTop = 0;
  /** Operands that lay on the stack at most. */
  operandMost = 0;
  /** Operands below this one are no locals: nothing there has to be saved from a local.set. */
  private lazyFrom = 0;
  private readonly rows: Int32Array;
  private readonly writer: RegisterWriter;

  constructor(store: Store, writer: RegisterWriter) {
    this.rows = store.loweringOperands;
    this.writer = writer;
  }

  /** A function with these many locals and results. */
  begin(localCount: number, resultCount: number): void {
    this.localCount = localCount;
    this.operandTop = 0;
    this.operandMost = resultCount;
    this.lazyFrom = 0;
  }

  /** Home slot of a place on the operand stack, in words of the frame. */
  home(place: number): number {
    return (this.localCount + place) * 2;
  }

  kind(place: number): number {
    return this.rows[place * LOWERING_OPERAND_ROW] & Kind.Mask;
  }

  /** 0, Kind.Wide or Kind.Width. */
  width(place: number): number {
    return this.rows[place * LOWERING_OPERAND_ROW] & Kind.Width;
  }

  low(place: number): number {
    return this.rows[place * LOWERING_OPERAND_ROW + Operand.Low];
  }

  high(place: number): number {
    return this.rows[place * LOWERING_OPERAND_ROW + Operand.High];
  }

  push(kind: number, low: number, high: number): void {
    const row = this.operandTop * LOWERING_OPERAND_ROW;
    this.rows[row] = kind;
    this.rows[row + Operand.Low] = low;
    this.rows[row + Operand.High] = high;
    this.operandTop++;
    if (this.operandTop > this.operandMost) this.operandMost = this.operandTop;
  }

  /** Pushes a local, which is read when the operand is used. */
  pushLocal(index: number, width: number): void {
    if (this.operandTop - this.lazyFrom >= MOST_WAITING) {
      if (this.kind(this.lazyFrom) === Kind.Local) this.settle(this.lazyFrom);
      this.lazyFrom++;
    }
    this.push(Kind.Local | width, index, 0);
  }

  pushHome(type: number): void {
    this.push(Kind.Home | widthOf(type), 0, 0);
  }

  /** Pushes the result of the instruction just emitted, whose destination is the home slot. */
  pushResult(type: number): void {
    this.pushHome(type);
    this.writer.last = this.writer.start;
  }

  /** Reads the topmost operand with another width. */
  retype(width: number): void {
    const row = (this.operandTop - 1) * LOWERING_OPERAND_ROW;
    this.rows[row] = (this.rows[row] & Kind.Mask) | width;
  }

  pop(): number {
    this.truncate(this.operandTop - 1);
    return this.operandTop;
  }

  /** Drops the operands from the place `top` on. */
  truncate(top: number): void {
    this.operandTop = top;
    if (this.lazyFrom > top) this.lazyFrom = top;
  }

  /** Brings an operand to a slot by an instruction of its own. */
  move(place: number, slot: number): void {
    const writer = this.writer;
    const row = place * LOWERING_OPERAND_ROW;
    const kind = this.rows[row];
    const width = kind & Kind.Width;
    const low = this.rows[row + Operand.Low];
    if ((kind & Kind.Mask) === Kind.Constant) {
      const high = this.rows[row + Operand.High];
      if (width === 0) writer.emit3(RegisterOpcode.Constant32, slot, low);
      else if (width === Kind.Wide) writer.emit4(RegisterOpcode.ConstantI64, slot, low, high);
      else {
        writer.emit2(RegisterOpcode.ConstantF64, slot);
        writer.alignedWords(low, high);
      }
      return;
    }
    const source = (kind & Kind.Mask) === Kind.Local ? low * 2 : this.home(place);
    if (source === slot) return;
    const operation = moveOf(width);
    const fused = writer.fusion(operation, 2, source);
    if (fused !== 0) writer.emitFused(fused, slot);
    else if (writer.emitSequence(operation)) {
      writer.word(slot);
      writer.word(source);
    } else writer.emit3(operation, slot, source);
  }

  /** The slot of an operand; a constant is put into its home slot. */
  use(place: number): number {
    const kind = this.kind(place);
    if (kind === Kind.Local) return this.low(place) * 2;
    const slot = this.home(place);
    if (kind === Kind.Constant) this.move(place, slot);
    return slot;
  }

  /** Puts an operand into its home slot for good. */
  settle(place: number): void {
    if (this.kind(place) === Kind.Home) return;
    this.move(place, this.home(place));
    this.rows[place * LOWERING_OPERAND_ROW] &= Kind.Width;
  }

  settleFrom(place: number): void {
    for (let at = place; at < this.operandTop; at++) this.settle(at);
  }

  /** Saves what is read from locals, before control flow divides or joins. */
  private settleLocals(): void {
    for (let place = this.lazyFrom; place < this.operandTop; place++) {
      if (this.kind(place) === Kind.Local) this.settle(place);
    }
    this.lazyFrom = this.operandTop;
  }

  private readsLocal(place: number, index: number): boolean {
    return this.kind(place) === Kind.Local && this.low(place) === index;
  }

  /**
   * Saves what is still to be read from a local, which is about to get the value of the operand at `end`. Returns whether the
   * last instruction, which computes that value, may write it to the local itself.
   */
  releaseLocal(index: number, end: number): boolean {
    const writer = this.writer;
    let direct = this.isLast(end);
    let waits = false;
    for (let place = this.lazyFrom; place < end && !waits; place++) waits = this.readsLocal(place, index);
    if (!waits) return direct;
    // In front of an instruction that keeps a value in the local, the local has the value before that.
    if (direct && writer.lastKeeps(index * 2)) direct = false;
    // Saved before the instruction that computes the new value, so that this one can go straight to the local.
    const length = direct ? writer.holdLast() : 0;
    for (let place = this.lazyFrom; place < end; place++) if (this.readsLocal(place, index)) this.settle(place);
    if (direct) writer.releaseLast(length);
    return direct;
  }

  private needsSettling(height: number): boolean {
    for (let place = this.lazyFrom; place < this.operandTop; place++) {
      const kind = this.kind(place);
      if (kind === Kind.Local || (kind === Kind.Constant && place >= height)) return true;
    }
    return false;
  }

  /**
   * Settles what a block needs to find in its place: locals, and from `height` on, where its parameters begin, constants too.
   * With a condition, the comparison that computed it stays the last instruction: it is joined with the branch.
   */
  settleBlock(height: number, parameters: boolean, condition: number): void {
    const writer = this.writer;
    // An instruction that keeps a value in a local is no comparison, and what is read from that local must stay behind it.
    const joins = condition >= 0 && this.isLast(condition) && !writer.lastKeepsAny() && this.needsSettling(height);
    const length = joins ? writer.holdLast() : 0;
    if (parameters) this.settleFrom(height);
    this.settleLocals();
    if (joins) writer.releaseLast(length);
  }

  /** Whether the operand is the result of the last instruction. */
  isLast(place: number): boolean {
    const writer = this.writer;
    return writer.last !== 0 && this.kind(place) === Kind.Home && writer.code[writer.last + 1] === this.home(place);
  }
}

export function widthOf(type: number): number {
  return type === ValueType.F64 ? Kind.Width : type === ValueType.I64 ? Kind.Wide : 0;
}

export function moveOf(width: number): number {
  if (width === 0) return RegisterOpcode.Move32;
  return width === Kind.Wide ? RegisterOpcode.MoveI64 : RegisterOpcode.MoveF64;
}

export function returnOf(width: number): number {
  if (width === 0) return RegisterOpcode.Return32;
  return width === Kind.Wide ? RegisterOpcode.ReturnI64 : RegisterOpcode.ReturnF64;
}

export function selectOf(width: number): number {
  if (width === 0) return RegisterOpcode.Select32;
  return width === Kind.Wide ? RegisterOpcode.SelectI64 : RegisterOpcode.SelectF64;
}
