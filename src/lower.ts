// Lowers validated functions to register code: operands are slots of the frame, branch targets are positions, constants and local
// variables are read where they are used. This file reads the instructions; lowering/ emits the code for each.

import { readBlockType, readLocals, readOpcode } from './body-reader.js';
import { CODE_RESERVED } from './capacities.js';
import { type CapacityError, capacityError } from './errors.js';
import { RegisterOpcode } from './generated/register-opcodes.js';
import { Calls } from './lowering/calls.js';
import { Control } from './lowering/control.js';
import { ObjectInstructions } from './lowering/object-instructions.js';
import { Kind, OperandSlots } from './lowering/operand-slots.js';
import { Operations } from './lowering/operations.js';
import { RegisterWriter } from './lowering/register-writer.js';
import { RunCosts } from './lowering/run-costs.js';
import type { Instance, Module } from './module.js';
import { Immediate, Opcode, opcodeImmediate, opcodeSignature } from './opcodes.js';
import type { Reader } from './reader.js';
import { Header } from './status.js';
import { FunctionColumn, type Store } from './store.js';
import { isReferenceType, NULL_REFERENCE } from './types.js';

export class Lowerer {
  private readonly store: Store;
  private readonly reader: Reader;
  private readonly writer: RegisterWriter;
  private readonly costs: RunCosts;
  private readonly operands: OperandSlots;
  private readonly control: Control;
  private readonly calls: Calls;
  private readonly operations: Operations;
  private readonly objects: ObjectInstructions;
  private instance!: Instance;
  private module!: Module;

  /**
   * `variant` of the interpreter, an index of `joinedLimits`: the more it verifies, the fewer instructions it has.
   * With `plain`, no instructions are joined.
   */
  constructor(store: Store, reader: Reader, variant: number, counting: boolean, plain: boolean) {
    this.store = store;
    this.reader = reader;
    this.writer = new RegisterWriter(store, variant, plain);
    this.costs = new RunCosts(store, this.writer, counting);
    this.operands = new OperandSlots(store, this.writer);
    this.control = new Control(store, reader, this.writer, this.operands, this.costs);
    this.calls = new Calls(store, reader, this.writer, this.operands, this.control);
    this.operations = new Operations(store, reader, this.writer, this.operands);
    this.objects = new ObjectInstructions(store, reader, this.writer, this.operands);
  }

  /** Basic blocks of the function with the most. */
  get mostBlocks(): number {
    return this.costs.mostBlocks;
  }

  /** The largest end of code so far: an instruction may be longer before it is fused with the next one. */
  get mostCode(): number {
    return this.writer.mostCode;
  }

  /** Lowers every function of an instance to the end of the code. */
  lower(instance: Instance): void {
    const writer = this.writer;
    const store = this.store;
    const module = instance.module;
    instance.loweredMemoryBytes = instance.memory < 0 ? 0 : store.memories[instance.memory].bytes;
    this.begin(instance);
    instance.codeStart = store.codeTop;
    instance.countWords = 0;
    writer.countWords = 0;
    for (let index = 0; index < store.instanceTop; index++) writer.countWords += store.instances[index].countWords;
    writer.top = store.codeTop;
    try {
      for (let index = module.importedFunctions; index < module.functionCount; index++) {
        this.lowerFunction(index);
        store.codeTop = writer.top;
      }
    } catch (error) {
      throw (error as CapacityError).capacity === 'codeWords'
        ? this.codeError(error as CapacityError, instance)
        : error;
    }
    instance.codeEnd = store.codeTop;
  }

  /**
   * With what the whole instance needs instead of the first function that does not fit: lowers each function on its own,
   * into the instance's part of the code. Exact, unless one function alone does not fit there: then at least so many.
   */
  private codeError(error: CapacityError, instance: Instance): CapacityError {
    const writer = this.writer;
    const module = instance.module;
    let end = instance.codeStart;
    let start = end;
    writer.measuring = true;
    try {
      for (let index = module.importedFunctions; index < module.functionCount; index++) {
        // Keep the parity of the start, because 64-bit constants are aligned.
        start = instance.codeStart + ((end - instance.codeStart) & 1);
        writer.top = start;
        this.lowerFunction(index);
        end += writer.top - start;
      }
    } catch (other) {
      if ((other as CapacityError).capacity !== 'codeWords') throw other;
      end += (other as CapacityError).needed + CODE_RESERVED - start;
    } finally {
      writer.measuring = false;
    }
    const needed = end - CODE_RESERVED;
    return needed > error.needed ? capacityError('codeWords', needed, error.available, error.offset) : error;
  }

  /** Byte offset of the instruction whose code is at `position` of a lowered function; -1 if there is none. */
  locate(instance: Instance, functionIndex: number, position: number): number {
    const writer = this.writer;
    const entry = this.store.functions[(instance.functionBase + functionIndex) * 4 + FunctionColumn.Entry];
    // The entry is invalid only if the engine's state is damaged.
    if (entry < instance.codeStart + Header.Size || entry > position) return -1;
    this.begin(instance);
    writer.top = entry - Header.Size;
    writer.soughtPosition = position;
    writer.soughtOffset = -1;
    // Lowering is deterministic: it writes again what stands there.
    this.lowerFunction(functionIndex);
    writer.soughtPosition = -1;
    return writer.soughtOffset;
  }

  /** Starts to look for the most of everything again. */
  forget(): void {
    this.costs.mostBlocks = 0;
    this.writer.mostCode = CODE_RESERVED;
  }

  private begin(instance: Instance): void {
    this.instance = instance;
    this.module = instance.module;
    this.costs.instance = instance;
    this.control.module = instance.module;
    this.calls.instance = instance;
    this.objects.instance = instance;
    this.operations.memoryBytes = instance.loweredMemoryBytes;
    this.operations.memoryStart = instance.memory < 0 ? 0 : this.store.memories[instance.memory].start;
    this.writer.soughtPosition = -1;
  }

  private lowerFunction(index: number): void {
    const writer = this.writer;
    const top = writer.top;
    const words = writer.countWords;
    const instanceWords = this.instance.countWords;
    this.lowerFor(index, false);
    if (this.costs.hasRareLoop) {
      writer.top = top;
      writer.countWords = words;
      this.instance.countWords = instanceWords;
      this.lowerFor(index, true);
    }
    if (!writer.measuring) this.calls.link(top + Header.Size);
  }

  /** Lowers a function for the main loop or the second one, which has fewer fused instructions. */
  private lowerFor(index: number, isForSecondLoop: boolean): void {
    const control = this.control;
    const costs = this.costs;
    const store = this.store;
    const reader = this.reader;
    const writer = this.writer;
    const module = this.module;
    const type = store.moduleFunctionTypes[module.functionBase + index];
    const at = store.moduleFunctionBodies[module.functionBase + index];
    reader.reset(module.bytes, at, module.bytes.length);
    const size = reader.u32();
    reader.end = reader.position + size;
    writer.instructionAt = at;
    const localCount = readLocals(store, reader, type);
    writer.need(Header.Size);
    const header = writer.top;
    const entry = header + Header.Size;
    const code = writer.code;
    writer.begin(entry, localCount * 2, isForSecondLoop);
    code[header] = this.instance.functionBase + index;
    code[entry + Header.ClearFrom] = store.typeParameterCounts[type] * 2;
    code[entry + Header.ClearTo] = localCount * 2;
    this.operands.begin(localCount, store.typeResultCounts[type]);
    costs.begin(at);
    this.calls.begin();
    if (!writer.measuring) this.calls.setEntry(this.instance.functionBase + index, entry);
    control.begin(type);
    this.clearReferences(store.typeParameterCounts[type], localCount);
    while (control.labelTop > 0) {
      writer.instructionAt = reader.position;
      const opcode = readOpcode(reader);
      if (control.reachable) {
        costs.add(opcode);
        this.lowerInstruction(opcode);
      } else this.skipInstruction(opcode);
    }
    code[entry + Header.FrameWords] = (localCount + this.operands.operandMost) * 2;
    costs.chargeBlocks(entry);
  }

  /** Locals are cleared to 0 on entry, which is a reference to function 0. */
  private clearReferences(from: number, to: number): void {
    const types = this.store.localTypes;
    for (let index = from; index < to; index++) {
      if (isReferenceType(types[index])) this.writer.emit3(RegisterOpcode.Constant32, index * 2, NULL_REFERENCE);
    }
  }

  private lowerInstruction(code: number): void {
    const operations = this.operations;
    const immediate = opcodeImmediate[code];
    if (immediate === Immediate.Local) operations.lowerLocal(code, this.reader.u32());
    else if (immediate === Immediate.None) {
      if (opcodeSignature[code] !== 0) operations.lowerNumeric(code);
      else this.lowerControl(code);
    } else if (immediate >= Immediate.Memory1 && immediate <= Immediate.Memory8) {
      operations.lowerAccess(code, 1 << (immediate - Immediate.Memory1));
    } else if (immediate === Immediate.I32) this.operands.push(Kind.Constant, this.reader.s32(), 0);
    else if (immediate <= Immediate.TypeVector) this.lowerStructured(code, immediate);
    else this.lowerOther(code, immediate);
  }

  private lowerControl(code: number): void {
    const control = this.control;
    const operations = this.operations;
    if (code === Opcode.End) control.lowerEnd();
    else if (code === Opcode.Else) control.lowerElse();
    else if (code === Opcode.Unreachable) control.lowerUnreachable();
    else if (code === Opcode.Return) control.lowerReturn();
    else if (code === Opcode.Drop) operations.lowerDrop();
    else if (code === Opcode.Select) operations.lowerSelect();
    else if (code === Opcode.RefIsNull) operations.lowerIsNull();
  }

  private lowerStructured(code: number, immediate: number): void {
    const control = this.control;
    const reader = this.reader;
    if (immediate === Immediate.BlockType) control.lowerBlock(code);
    else if (immediate === Immediate.Label) control.lowerBranch(code);
    else if (immediate === Immediate.LabelTable) control.lowerBranchTable();
    else if (immediate === Immediate.Function) {
      const index = reader.u32();
      if (code === Opcode.RefFunc) this.operands.push(Kind.Constant, this.instance.functionBase + index, 0);
      else this.calls.lowerCall(code, index);
    } else if (immediate === Immediate.TypeTable) this.calls.lowerIndirect(code);
    else {
      reader.u32();
      reader.byte();
      this.operations.lowerSelect();
    }
  }

  private lowerOther(code: number, immediate: number): void {
    const operands = this.operands;
    const objects = this.objects;
    const reader = this.reader;
    if (immediate === Immediate.I64) {
      const low = reader.s64();
      operands.push(Kind.Constant | Kind.Wide, low, reader.high);
    } else if (immediate === Immediate.F32) operands.push(Kind.Constant, reader.word(), 0);
    else if (immediate === Immediate.F64) {
      const low = reader.word();
      operands.push(Kind.Constant | Kind.Width, low, reader.word());
    } else if (immediate === Immediate.ReferenceType) {
      reader.byte();
      operands.push(Kind.Constant, NULL_REFERENCE, 0);
    } else if (immediate === Immediate.Global) objects.lowerGlobal(code, reader.u32());
    else if (immediate === Immediate.Table) objects.lowerTable(code, reader.u32());
    else objects.lowerBulk(code);
  }

  /** Walks over an instruction that cannot be reached; only the structure around it counts. */
  private skipInstruction(code: number): void {
    const control = this.control;
    const reader = this.reader;
    const immediate = opcodeImmediate[code];
    if (immediate === Immediate.None) {
      if (code === Opcode.End) {
        if (control.skipped === 0) control.lowerEnd();
        else control.skipped--;
      } else if (code === Opcode.Else && control.skipped === 0) control.lowerElse();
    } else if (immediate === Immediate.BlockType) {
      readBlockType(this.store, reader, this.module);
      control.skipped++;
    } else if (immediate === Immediate.I32) reader.s32();
    else if (immediate === Immediate.I64) reader.s64();
    else if (immediate === Immediate.F32) reader.skip(4);
    else if (immediate === Immediate.F64) reader.skip(8);
    else if (immediate === Immediate.LabelTable) {
      const count = reader.u32();
      for (let entry = 0; entry <= count; entry++) reader.u32();
    } else if (immediate === Immediate.TypeVector) {
      reader.u32();
      reader.byte();
    } else {
      reader.u32();
      if (
        immediate === Immediate.TypeTable ||
        immediate === Immediate.TableTable ||
        immediate === Immediate.ElementTable ||
        immediate === Immediate.DataMemory ||
        immediate === Immediate.MemoryMemory ||
        (immediate >= Immediate.Memory1 && immediate <= Immediate.Memory8)
      ) {
        reader.u32();
      }
    }
  }
}
