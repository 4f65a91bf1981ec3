// Lowers calls. A call contains the position of its callee. Calls of functions that are not lowered yet form a list through the words
// to be filled in.

import { TABLE_ROW } from '../capacities.js';
import { RegisterOpcode } from '../generated/register-opcodes.js';
import type { Instance } from '../module.js';
import { Opcode } from '../opcodes.js';
import type { Reader } from '../reader.js';
import { FunctionColumn, type Store } from '../store.js';
import type { Control } from './control.js';
import { InstructionLowering } from './instruction-lowering.js';
import type { OperandSlots } from './operand-slots.js';
import { nextInstruction, type RegisterWriter } from './register-writer.js';

/** Added to the position of a call that waits for its callee's; in the callee's row. */
const WAITING = 0x40000000;

export class Calls extends InstructionLowering {
  instance!: Instance;
  private readonly control: Control;
  /** Calls of this function whose callee is not lowered yet. */
  private unlinked = 0;

  constructor(store: Store, reader: Reader, writer: RegisterWriter, operands: OperandSlots, control: Control) {
    super(store, reader, writer, operands);
    this.control = control;
  }

  /** Gives the function its position and patches the calls that waited for it. */
  setEntry(address: number, entry: number): void {
    const functions = this.store.functions;
    const row = address * 4;
    let waiting = functions[row + FunctionColumn.Entry];
    if (waiting === entry) return;
    // Until it is lowered, the entry is the last call's position + 2^30, or 0.
    while (waiting !== 0) {
      const position = waiting - WAITING;
      waiting = this.writer.code[position];
      this.writer.code[position] = entry;
    }
    functions[row + FunctionColumn.Entry] = entry;
  }

  /** Begins a function. */
  begin(): void {
    this.unlinked = 0;
  }

  /**
   * Puts the calls of the function whose code begins at `first` into the lists of their callees. Its words are final: a function may be
   * lowered twice.
   */
  link(first: number): void {
    const functions = this.store.functions;
    const code = this.writer.code;
    for (let at = first; this.unlinked > 0; ) {
      const operation = code[at];
      if ((operation === RegisterOpcode.Call || operation === RegisterOpcode.TailCall) && code[at + 1] < 0) {
        const row = ~code[at + 1];
        code[at + 1] = functions[row + FunctionColumn.Entry];
        functions[row + FunctionColumn.Entry] = at + 1 + WAITING;
        this.unlinked--;
      }
      at = nextInstruction(code, at);
    }
  }

  /** Emits the position of a function. For one that is not lowered yet, emits its row, negative, until `link`. */
  private emitEntry(row: number, entry: number): void {
    if (entry > 0 && entry < WAITING) this.writer.word(entry);
    else {
      this.writer.word(~row);
      this.unlinked++;
    }
  }

  /** Puts the arguments of a call into their home slots and pops them. Returns the first one's place. */
  private takeArguments(type: number): number {
    const operands = this.operands;
    const first = operands.operandTop - this.store.typeParameterCounts[type];
    operands.settleFrom(first);
    operands.truncate(first);
    return first;
  }

  /** Moves the arguments of a tail call to the start of the frame. */
  private takeTailArguments(type: number): void {
    const count = this.store.typeParameterCounts[type];
    this.control.returnResults(count);
    this.operands.operandTop -= count;
  }

  private pushCallResults(type: number): void {
    const store = this.store;
    const offset = store.typeOffsets[type] + store.typeParameterCounts[type];
    const results = store.typeResultCounts[type];
    this.writer.last = 0;
    for (let index = 0; index < results; index++) this.operands.pushHome(store.typeValues[offset + index]);
  }

  lowerCall(code: number, index: number): void {
    const writer = this.writer;
    const functions = this.store.functions;
    const address = this.instance.functionBase + index;
    const type = this.store.moduleFunctionTypes[this.instance.module.functionBase + index];
    const row = address * 4;
    const entry = functions[row + FunctionColumn.Entry];
    const memory = functions[row + FunctionColumn.Memory];
    const out = entry < 0 || memory !== this.instance.memory;
    if (code === Opcode.ReturnCall) {
      this.takeTailArguments(type);
      if (out) writer.emit2(RegisterOpcode.TailCallOut, address);
      else {
        writer.emit1(RegisterOpcode.TailCall);
        this.emitEntry(row, entry);
      }
      this.control.setUnreachable();
      return;
    }
    const frame = this.operands.home(this.takeArguments(type));
    if (out) writer.emit3(RegisterOpcode.CallOut, address, frame);
    else {
      writer.emit1(RegisterOpcode.Call);
      this.emitEntry(row, entry);
      writer.word(frame);
    }
    this.pushCallResults(type);
  }

  lowerIndirect(code: number): void {
    const operands = this.operands;
    const writer = this.writer;
    const type = this.store.moduleTypes[this.instance.module.typeBase + this.reader.u32()];
    const table = this.store.tableAddresses[this.instance.tableBase + this.reader.u32()] * TABLE_ROW;
    const place = operands.pop();
    if (code === Opcode.ReturnCallIndirect) {
      operands.settle(place);
      writer.last = 0;
      this.takeTailArguments(type);
      writer.emit6(RegisterOpcode.TailCallIndirect, operands.home(place), table, type, 0, this.instance.memory);
      this.control.setUnreachable();
      return;
    }
    const index = operands.use(place);
    const first = this.takeArguments(type);
    writer.emit6(RegisterOpcode.CallIndirect, index, table, type, operands.home(first), this.instance.memory);
    this.pushCallResults(type);
  }
}
