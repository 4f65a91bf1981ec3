// Lowers the instructions on globals, tables, whole memories, and segments.

import { TABLE_ROW } from '../capacities.js';
import { RegisterOpcode } from '../generated/register-opcodes.js';
import type { Instance } from '../module.js';
import { Opcode } from '../opcodes.js';
import { is64Bit, ValueType } from '../types.js';
import { InstructionLowering } from './instruction-lowering.js';

export class ObjectInstructions extends InstructionLowering {
  instance!: Instance;

  lowerGlobal(code: number, index: number): void {
    const operands = this.operands;
    const type = this.store.moduleGlobals[this.instance.module.globalBase + index] & 255;
    const wide = is64Bit(type);
    const address = this.store.globalAddresses[this.instance.globalBase + index] * 2;
    if (code === Opcode.GlobalGet) {
      this.writer.emit3(
        wide ? RegisterOpcode.GlobalGet64 : RegisterOpcode.GlobalGet32,
        operands.home(operands.operandTop),
        address,
      );
      operands.pushResult(type);
    } else {
      const slot = operands.use(operands.pop());
      this.writer.emit3(wide ? RegisterOpcode.GlobalSet64 : RegisterOpcode.GlobalSet32, address, slot);
    }
  }

  private tableRow(index: number): number {
    return this.store.tableAddresses[this.instance.tableBase + index] * TABLE_ROW;
  }

  lowerTable(code: number, index: number): void {
    const operands = this.operands;
    const writer = this.writer;
    const table = this.tableRow(index);
    if (code === Opcode.TableGet) {
      const place = operands.pop();
      const slot = operands.use(place);
      writer.emit4(RegisterOpcode.TableGet, operands.home(place), slot, table);
      operands.pushResult(ValueType.FuncRef);
    } else if (code === Opcode.TableSet) {
      const value = operands.pop();
      const place = operands.pop();
      const slot = operands.use(place);
      const source = operands.use(value);
      writer.emit4(RegisterOpcode.TableSet, slot, source, table);
    } else if (code === Opcode.TableSize) {
      writer.emit3(RegisterOpcode.TableSize, operands.home(operands.operandTop), table);
      operands.pushResult(ValueType.I32);
    } else if (code === Opcode.TableGrow) {
      const count = operands.pop();
      const value = operands.pop();
      const source = operands.use(value);
      const slot = operands.use(count);
      writer.emit5(RegisterOpcode.TableGrow, operands.home(value), source, slot, table);
      operands.pushResult(ValueType.I32);
    } else {
      const count = operands.pop();
      const value = operands.pop();
      const place = operands.pop();
      const a = operands.use(place);
      const b = operands.use(value);
      const c = operands.use(count);
      writer.emit5(RegisterOpcode.TableFill, a, b, c, table);
    }
  }

  lowerBulk(code: number): void {
    const operands = this.operands;
    const writer = this.writer;
    const reader = this.reader;
    const instance = this.instance;
    if (code === Opcode.MemorySize) {
      reader.byte();
      writer.emit3(RegisterOpcode.MemorySize, operands.home(operands.operandTop), instance.memory);
      operands.pushResult(ValueType.I32);
      return;
    }
    if (code === Opcode.MemoryGrow) {
      reader.byte();
      const place = operands.pop();
      const slot = operands.use(place);
      writer.emit4(RegisterOpcode.MemoryGrow, operands.home(place), slot, instance.memory);
      operands.pushResult(ValueType.I32);
      // The driver writes to the home slot.
      writer.last = 0;
      return;
    }
    const first = reader.u32();
    if (code === Opcode.DataDrop) {
      writer.emit2(RegisterOpcode.DataDrop, instance.dataBase + first);
      return;
    }
    if (code === Opcode.ElemDrop) {
      writer.emit2(RegisterOpcode.ElementDrop, instance.elementBase + first);
      return;
    }
    const second = code === Opcode.MemoryFill ? 0 : reader.u32();
    const count = operands.pop();
    const source = operands.pop();
    const destination = operands.pop();
    const a = operands.use(destination);
    const b = operands.use(source);
    const c = operands.use(count);
    const number = this.store.instances.indexOf(instance);
    if (code === Opcode.MemoryFill) writer.emit4(RegisterOpcode.MemoryFill, a, b, c);
    else if (code === Opcode.MemoryCopy) writer.emit4(RegisterOpcode.MemoryCopy, a, b, c);
    else if (code === Opcode.MemoryInit) writer.emit6(RegisterOpcode.MemoryInit, a, b, c, number, first);
    else if (code === Opcode.TableCopy) {
      writer.emit6(RegisterOpcode.TableCopy, a, b, c, this.tableRow(first), this.tableRow(second));
    } else {
      writer.emit6(RegisterOpcode.TableInit, a, b, c, number, first);
      writer.word(this.tableRow(second));
    }
  }
}
