// Lowers instructions that compute with operands: numeric instructions, select, accesses to memory and to locals.

import {
  alignedWord,
  constantForm,
  RegisterOpcode,
  registerForm,
  registerLength,
} from '../generated/register-opcodes.js';
import { Opcode, opcodeSignature, signatureTypes } from '../opcodes.js';
import { ValueType } from '../types.js';
import { comparisonWithNeighbour, isCommutative, neighbourConstant, swappedOperation } from './comparisons.js';
import { InstructionLowering } from './instruction-lowering.js';
import { Kind, selectOf, widthOf } from './operand-slots.js';

/** The largest constant offset that an access instruction holds; beyond it the address is computed on its own. */
const MAXIMUM_OFFSET = 0x3fffffff;

export class Operations extends InstructionLowering {
  /** Bytes of memory that exist from the start: a constant offset within them needs no further check. */
  memoryBytes = 0;
  /** The first address that exists: all addresses are moved down by that. */
  memoryStart = 0;

  lowerLocal(code: number, index: number): void {
    const operands = this.operands;
    const width = widthOf(this.store.localTypes[index]);
    if (code === Opcode.LocalGet) {
      operands.pushLocal(index, width);
      return;
    }
    const place = operands.pop();
    if (operands.releaseLocal(index, place)) this.writer.retarget(index * 2);
    else operands.move(place, index * 2);
    if (code === Opcode.LocalTee) operands.pushLocal(index, width);
  }

  lowerNumeric(code: number): void {
    const operands = this.operands;
    if (code === Opcode.I32WrapI64 || (code >= Opcode.I32ReinterpretF32 && code <= Opcode.F64ReinterpretI64)) {
      // These operations cost nothing: a constant or a slot is read as another type.
      if (code === Opcode.I32WrapI64) operands.retype(0);
      else if (code === Opcode.I64ReinterpretF64) operands.retype(Kind.Wide);
      else if (code === Opcode.F64ReinterpretI64) operands.retype(Kind.Width);
      return;
    }
    let at = opcodeSignature[code];
    const signature = at;
    while (signatureTypes[at] !== 0) at++;
    const parameters = at - signature;
    const type = signatureTypes[at + 1];
    if (parameters === 2 && signatureTypes[at + 2] === 0) this.lowerBinary(code, type);
    else if (parameters === 1) {
      const place = operands.pop();
      const slot = operands.use(place);
      this.writer.emit3(registerForm[code], operands.home(place), slot);
      operands.pushResult(type);
    } else this.lowerWide(code, parameters);
  }

  private lowerBinary(code: number, type: number): void {
    const operands = this.operands;
    const writer = this.writer;
    let second = operands.pop();
    let first = operands.pop();
    const destination = operands.home(first);
    let operation = code;
    if (operands.kind(first) === Kind.Constant && operands.kind(second) !== Kind.Constant) {
      const swapped = swappedOperation(code);
      if (swapped !== 0) {
        operation = swapped;
        const other = first;
        first = second;
        second = other;
      }
    }
    if (operands.kind(second) === Kind.Constant && this.lowerConstantOperand(operation, type, first, second)) return;
    let a = operands.use(first);
    let b = operands.use(second);
    let form = registerForm[operation];
    if (form === 0) {
      // The mirror image of a comparison, with its operands exchanged.
      form = registerForm[swappedOperation(operation)];
      const other = a;
      a = b;
      b = other;
    }
    let fused = writer.fusion(form, 2, a);
    let rest = b;
    if (fused === 0) {
      fused = writer.fusion(form, 3, b);
      rest = a;
    }
    if (fused === 0 && isCommutative(operation)) fused = writer.fusion(form, 2, b);
    if (fused !== 0) {
      writer.emitFused(fused, destination);
      writer.word(rest);
    } else writer.emit4(form, destination, a, b);
    writer.joinBefore();
    operands.pushResult(type);
  }

  /** An operation whose right operand is a constant, if there is an instruction for it. */
  private lowerConstantOperand(operation: number, type: number, first: number, second: number): boolean {
    const operands = this.operands;
    const writer = this.writer;
    let constant = operands.low(second);
    const high = operands.high(second);
    let form = constantForm[operation];
    if (operation === Opcode.I32Sub) {
      form = constantForm[Opcode.I32Add];
      constant = (0 - constant) | 0;
    } else if (operation === Opcode.I32Rotr) {
      form = constantForm[Opcode.I32Rotl];
      constant = (32 - (constant & 31)) & 31;
    } else if (form === 0) {
      const neighbour = comparisonWithNeighbour(operation, constant);
      if (neighbour !== 0) {
        form = constantForm[neighbour];
        constant = neighbourConstant(operation, constant);
      }
    }
    if (form === 0) return false;
    const destination = operands.home(first < second ? first : second);
    const slot = operands.use(first);
    const fused = writer.fusion(form, 2, slot);
    if (fused !== 0) {
      writer.emitFused(fused, destination);
      writer.word(constant);
    } else if (alignedWord[form] !== 0) {
      writer.emit3(form, destination, slot);
      writer.alignedWords(constant, high);
    } else {
      writer.emit4(form, destination, slot, constant);
    }
    if (registerLength[form] === 5) writer.word(high);
    writer.joinBefore();
    operands.pushResult(type);
    return true;
  }

  private lowerWide(code: number, parameters: number): void {
    const operands = this.operands;
    const writer = this.writer;
    const first = operands.operandTop - parameters;
    operands.settleFrom(first);
    operands.truncate(first);
    const low = operands.home(first);
    if (parameters === 4) {
      const operation = code === Opcode.I64Add128 ? RegisterOpcode.I64Add128 : RegisterOpcode.I64Sub128;
      writer.emit6(operation, low, low + 2, low, low + 2, low + 4);
      writer.word(low + 6);
    } else {
      const operation = code === Opcode.I64MulWideS ? RegisterOpcode.I64MulWideS : RegisterOpcode.I64MulWideU;
      writer.emit5(operation, low, low + 2, low, low + 2);
    }
    operands.pushHome(ValueType.I64);
    operands.pushHome(ValueType.I64);
    writer.last = 0;
  }

  lowerAccess(code: number, size: number): void {
    const operands = this.operands;
    const writer = this.writer;
    this.reader.u32();
    let offset = this.reader.u32();
    const store = code >= Opcode.I32Store;
    const valuePlace = store ? operands.pop() : 0;
    const place = operands.pop();
    let slot = 0;
    if (offset >= this.memoryStart) {
      offset -= this.memoryStart;
      slot = operands.use(place);
    } else {
      slot = this.movedAddress(place, offset - this.memoryStart);
      offset = 0;
    }
    if (offset > MAXIMUM_OFFSET || offset + size > this.memoryBytes) {
      // The home slot of the value may still be needed: the address goes to its own.
      const target = operands.home(place);
      writer.emit5(RegisterOpcode.EffectiveAddress, target, slot, offset | 0, size);
      slot = target;
      offset = 0;
    }
    let form = registerForm[code];
    let fused = 0;
    if (store) {
      let value = 0;
      if (
        operands.kind(valuePlace) === Kind.Constant &&
        form !== RegisterOpcode.StoreI64 &&
        form !== RegisterOpcode.StoreF64
      ) {
        form = constantStore(form);
        value = operands.low(valuePlace);
      } else value = operands.use(valuePlace);
      fused = writer.fusion(form, 1, slot);
      if (fused !== 0) {
        writer.emitFused(fused, -1);
        writer.word(value);
        writer.word(offset);
      } else writer.emit4(form, slot, value, offset);
      return;
    }
    fused = writer.fusion(form, 2, slot);
    if (fused !== 0) {
      writer.emitFused(fused, operands.home(place));
      writer.word(offset);
    } else writer.emit4(form, operands.home(place), slot, offset);
    operands.pushResult(signatureTypes[opcodeSignature[code] + 2]);
  }

  /**
   * Adds a negative number to an address, modulo 2^32: what was below it is past any memory then. Returns the slot of the sum. The
   * home slot of a value above may still be needed: the sum goes to the address's own.
   */
  private movedAddress(place: number, added: number): number {
    const operands = this.operands;
    const writer = this.writer;
    const target = operands.home(place);
    if (operands.kind(place) === Kind.Constant) {
      writer.emit3(RegisterOpcode.Constant32, target, (operands.low(place) + added) | 0);
      return target;
    }
    const form = constantForm[Opcode.I32Add];
    const slot = operands.use(place);
    const fused = writer.fusion(form, 2, slot);
    if (fused !== 0) {
      writer.emitFused(fused, target);
      writer.word(added);
    } else writer.emit4(form, target, slot, added);
    return target;
  }

  lowerDrop(): void {
    // Execute the computation all the same: it may trap.
    this.operands.pop();
    this.writer.last = 0;
  }

  lowerIsNull(): void {
    const operands = this.operands;
    const place = operands.pop();
    const slot = operands.use(place);
    this.writer.emit3(RegisterOpcode.RefIsNull, operands.home(place), slot);
    operands.pushResult(ValueType.I32);
  }

  lowerSelect(): void {
    const operands = this.operands;
    const writer = this.writer;
    const condition = operands.pop();
    const second = operands.pop();
    const first = operands.pop();
    const width = operands.width(first);
    const a = operands.use(first);
    const b = operands.use(second);
    const c = operands.use(condition);
    writer.emit5(selectOf(width), operands.home(first), a, b, c);
    operands.push(Kind.Home | width, 0, 0);
    writer.last = writer.start;
  }
}

export function constantStore(store: number): number {
  if (store === RegisterOpcode.Store32) return RegisterOpcode.Store32Constant;
  if (store === RegisterOpcode.Store8) return RegisterOpcode.Store8Constant;
  return RegisterOpcode.Store16Constant;
}
