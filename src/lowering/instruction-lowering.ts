// The base of every class that lowers a group of instructions.

import type { Reader } from '../reader.js';
import type { Store } from '../store.js';
import type { OperandSlots } from './operand-slots.js';
import type { RegisterWriter } from './register-writer.js';

export abstract class InstructionLowering {
  protected readonly store: Store;
  protected readonly reader: Reader;
  protected readonly writer: RegisterWriter;
  protected readonly operands: OperandSlots;

  constructor(store: Store, reader: Reader, writer: RegisterWriter, operands: OperandSlots) {
    this.store = store;
    this.reader = reader;
    this.writer = writer;
    this.operands = operands;
  }
}
