// Validates function bodies (core specification, 3.3 and the algorithm of its appendix). Open blocks are in `validationLabels`.

import { illegalOpcode, readBlockType, readLocals, readOpcode } from './body-reader.js';
import { MODULE_TABLE_ROW, SEGMENT_ROW, VALIDATION_LABEL_ROW } from './capacities.js';
import { capacityError } from './errors.js';
import { Feature, unsupported } from './features.js';
import { Immediate, Opcode, opcodeImmediate, opcodeSignature } from './opcodes.js';
import { OperandTypes } from './operand-types.js';
import { FUNCTION_DECLARED, GLOBAL_MUTABLE, moduleType, readHeapType, readValueType } from './parse.js';
import { isReferenceType, ValueType, valueTypeName } from './types.js';

/** Columns of `validationLabels`. */
enum Label {
  Opcode = 0,
  Type = 1,
  /** Operands below the block. */
  Height = 2,
  Unreachable = 3,
}

export class BodyValidator extends OperandTypes {
  private localCount = 0;
  /** The maximum over all functions so far. */
  mostLocals = 0;
  mostLabels = 0;
  private labelTop = 0;

  /** Starts to look for the most of everything again. */
  forget(): void {
    this.mostLocals = 0;
    this.mostOperands = 0;
    this.mostLabels = 0;
  }

  /** Validates the body of a function. */
  validate(index: number): void {
    const store = this.store;
    const reader = this.reader;
    const module = this.module;
    this.functionIndex = index;
    const at = store.moduleFunctionBodies[module.functionBase + index];
    this.instructionAt = at;
    reader.position = at;
    reader.end = module.bytes.length;
    const size = reader.u32();
    const end = reader.position + size;
    reader.end = end;
    const type = this.functionType(index);
    this.localCount = readLocals(store, reader, type);
    if (this.localCount > this.mostLocals) this.mostLocals = this.localCount;
    this.operandTop = 0;
    this.labelTop = 0;
    this.pushLabel(Opcode.Block, type);
    this.validateBody();
    if (reader.position !== end) reader.fail('section size mismatch: END opcode expected at the end of the function');
  }

  functionType(index: number): number {
    return this.store.moduleFunctionTypes[this.module.functionBase + index];
  }

  tableType(index: number): number {
    return this.store.moduleTables[(this.module.tableBase + index) * MODULE_TABLE_ROW];
  }

  private pushLabel(opcode: number, type: number): void {
    const row = this.labelTop * VALIDATION_LABEL_ROW;
    const labels = this.store.validationLabels;
    if (row >= labels.length) {
      throw capacityError('labelDepth', this.labelTop + 1, this.store.capacities.labelDepth, this.instructionAt);
    }
    labels[row + Label.Opcode] = opcode;
    labels[row + Label.Type] = type;
    labels[row + Label.Height] = this.operandTop;
    labels[row + Label.Unreachable] = 0;
    this.labelTop++;
    if (this.labelTop > this.mostLabels) this.mostLabels = this.labelTop;
    this.height = this.operandTop;
    this.unreachable = 0;
  }

  /** Closes the innermost block, whose results are on the stack, and reopens the one around it. Returns its type. */
  private popLabel(): number {
    const labels = this.store.validationLabels;
    const row = (this.labelTop - 1) * VALIDATION_LABEL_ROW;
    const type = labels[row + Label.Type];
    this.popResults(type);
    if (this.operandTop !== this.height) this.fail('type mismatch: values remain on the stack at the end of the block');
    this.labelTop--;
    if (this.labelTop > 0) {
      this.height = labels[row - VALIDATION_LABEL_ROW + Label.Height];
      this.unreachable = labels[row - VALIDATION_LABEL_ROW + Label.Unreachable];
    }
    return type;
  }

  private setUnreachable(): void {
    this.operandTop = this.height;
    this.unreachable = 1;
    this.store.validationLabels[(this.labelTop - 1) * VALIDATION_LABEL_ROW + Label.Unreachable] = 1;
  }

  /** Row of the label that a branch names. */
  private labelRow(depth: number): number {
    if (depth >= this.labelTop) this.fail('unknown label ' + depth);
    return (this.labelTop - 1 - depth) * VALIDATION_LABEL_ROW;
  }

  private labelArity(row: number): number {
    const labels = this.store.validationLabels;
    const type = labels[row + Label.Type];
    return labels[row + Label.Opcode] === Opcode.Loop
      ? this.store.typeParameterCounts[type]
      : this.store.typeResultCounts[type];
  }

  private labelOffset(row: number): number {
    const labels = this.store.validationLabels;
    const type = labels[row + Label.Type];
    const offset = this.store.typeOffsets[type];
    return labels[row + Label.Opcode] === Opcode.Loop ? offset : offset + this.store.typeParameterCounts[type];
  }

  private popLabelTypes(row: number): void {
    const offset = this.labelOffset(row);
    for (let index = this.labelArity(row) - 1; index >= 0; index--)
      this.popExpected(this.store.typeValues[offset + index]);
  }

  private pushLabelTypes(row: number): void {
    const offset = this.labelOffset(row);
    const count = this.labelArity(row);
    for (let index = 0; index < count; index++) this.push(this.store.typeValues[offset + index]);
  }

  /** Block type (5.4.1) as an interned function type. */
  private blockType(): number {
    const type = readBlockType(this.store, this.reader, this.module);
    if (type < 0) this.fail('unknown type');
    return type;
  }

  private needMemory(): void {
    if (this.module.memoryCount === 0) this.fail('unknown memory 0');
  }

  private memoryIndex(): void {
    const reader = this.reader;
    if (reader.byte() !== 0) {
      reader.position--;
      reader.fail(unsupported(Feature.MultipleMemories, 'memory ' + reader.bytes[reader.position]));
    }
    this.needMemory();
  }

  private memoryArgument(natural: number, signature: number): void {
    const reader = this.reader;
    const align = reader.u32();
    if (align >= 64 && align < 96) reader.fail(unsupported(Feature.MultipleMemories, 'a memory index in an access'));
    if (align >= 32) reader.fail('malformed memop flags');
    reader.u32();
    this.needMemory();
    if (align > natural) this.fail('alignment must not be larger than natural');
    this.applySignature(signature);
  }

  private tableIndex(): number {
    const table = this.reader.u32();
    if (table >= this.module.tableCount) this.fail('unknown table ' + table);
    return table;
  }

  private dataIndex(): void {
    if (this.module.declaredDataCount < 0) this.reader.fail('data count section required');
    const index = this.reader.u32();
    if (index >= this.module.declaredDataCount) this.fail('unknown data segment ' + index);
  }

  private elementIndex(): number {
    const index = this.reader.u32();
    if (index >= this.module.elementCount) this.fail('unknown elem segment ' + index);
    return index;
  }

  private elementType(index: number): number {
    return this.store.moduleElements[(this.module.elementBase + index) * SEGMENT_ROW];
  }

  /** The types of a tail call's results and of the function's must be the same. */
  private returnResults(type: number): void {
    const store = this.store;
    const own = store.validationLabels[Label.Type];
    const count = store.typeResultCounts[own];
    let same = store.typeResultCounts[type] === count;
    for (let index = 0; same && index < count; index++) {
      same =
        store.typeValues[store.typeOffsets[type] + store.typeParameterCounts[type] + index] ===
        store.typeValues[store.typeOffsets[own] + store.typeParameterCounts[own] + index];
    }
    if (!same) this.fail('type mismatch: a tail call must return what its function returns');
    this.setUnreachable();
  }

  private calledFunction(): number {
    const index = this.reader.u32();
    if (index >= this.module.functionCount) this.fail('unknown function ' + index);
    return this.functionType(index);
  }

  private indirectType(): number {
    const type = moduleType(this.store, this.module, this.reader.u32());
    if (type < 0) this.fail('unknown type');
    if (this.tableType(this.tableIndex()) !== ValueType.FuncRef)
      this.fail('type mismatch: call_indirect needs a table of funcref');
    this.popExpected(ValueType.I32);
    return type;
  }

  private validateBody(): void {
    const reader = this.reader;
    while (this.labelTop > 0) {
      this.instructionAt = reader.position;
      const code = readOpcode(reader);
      const immediate = opcodeImmediate[code];
      if (immediate === Immediate.None) {
        const signature = opcodeSignature[code];
        if (signature !== 0) this.applySignature(signature);
        else this.validateControl(code);
      } else if (immediate <= Immediate.Local) this.validateStructured(code, immediate);
      else if (immediate >= Immediate.Memory1 && immediate <= Immediate.Memory8) {
        this.memoryArgument(immediate - Immediate.Memory1, opcodeSignature[code]);
      } else this.validateOther(code, immediate);
    }
  }

  private validateControl(code: number): void {
    if (code === Opcode.End) {
      const row = (this.labelTop - 1) * VALIDATION_LABEL_ROW;
      const opcode = this.store.validationLabels[row + Label.Opcode];
      const type = this.popLabel();
      // An `if` without `else` passes its parameters through.
      if (opcode === Opcode.If) this.checkPassThrough(type);
      this.pushResults(type);
    } else if (code === Opcode.Else) {
      const row = (this.labelTop - 1) * VALIDATION_LABEL_ROW;
      if (this.store.validationLabels[row + Label.Opcode] !== Opcode.If) {
        this.reader.position--;
        this.reader.fail('else without if');
      }
      const type = this.popLabel();
      this.pushLabel(Opcode.Else, type);
      this.pushParameters(type);
    } else if (code === Opcode.Unreachable) this.setUnreachable();
    else if (code === Opcode.Return) {
      this.popResults(this.store.validationLabels[Label.Type]);
      this.setUnreachable();
    } else if (code === Opcode.Drop) this.pop();
    else if (code === Opcode.Select) {
      this.popExpected(ValueType.I32);
      const second = this.pop();
      const first = this.pop();
      if (isReferenceType(first) || isReferenceType(second))
        this.fail('type mismatch: select of references needs its type');
      if (first !== second && first !== ValueType.Unknown && second !== ValueType.Unknown)
        this.fail('type mismatch in select');
      this.push(first === ValueType.Unknown ? second : first);
    } else if (code === Opcode.RefIsNull) {
      const type = this.pop();
      if (type !== ValueType.Unknown && !isReferenceType(type))
        this.fail('type mismatch: expected a reference, found ' + valueTypeName(type));
      this.push(ValueType.I32);
    } else if (code !== Opcode.Nop) illegalOpcode(this.reader, code);
  }

  private checkPassThrough(type: number): void {
    const store = this.store;
    const count = store.typeParameterCounts[type];
    let same = count === store.typeResultCounts[type];
    const offset = store.typeOffsets[type];
    for (let index = 0; same && index < count; index++) {
      same = store.typeValues[offset + index] === store.typeValues[offset + count + index];
    }
    if (!same) this.fail('type mismatch: an if without else must return its parameters');
  }

  private validateStructured(code: number, immediate: number): void {
    const reader = this.reader;
    if (immediate === Immediate.Local) {
      const index = reader.u32();
      if (index >= this.localCount) this.fail('unknown local ' + index);
      const type = this.store.localTypes[index];
      if (code !== Opcode.LocalGet) this.popExpected(type);
      if (code !== Opcode.LocalSet) this.push(type);
    } else if (immediate === Immediate.BlockType) {
      const type = this.blockType();
      if (code === Opcode.If) this.popExpected(ValueType.I32);
      this.popParameters(type);
      this.pushLabel(code, type);
      this.pushParameters(type);
    } else if (immediate === Immediate.Label) {
      const row = this.labelRow(reader.u32());
      if (code === Opcode.BrIf) {
        this.popExpected(ValueType.I32);
        this.popLabelTypes(row);
        this.pushLabelTypes(row);
      } else {
        this.popLabelTypes(row);
        this.setUnreachable();
      }
    } else if (immediate === Immediate.Function) {
      if (code === Opcode.RefFunc) {
        const index = reader.u32();
        if (index >= this.module.functionCount) this.fail('unknown function ' + index);
        if ((this.store.moduleFunctionFlags[this.module.functionBase + index] & FUNCTION_DECLARED) === 0) {
          this.fail('undeclared function reference ' + index);
        }
        this.push(ValueType.FuncRef);
        return;
      }
      const type = this.calledFunction();
      this.popParameters(type);
      if (code === Opcode.Call) this.pushResults(type);
      else this.returnResults(type);
    } else if (immediate === Immediate.TypeTable) {
      const type = this.indirectType();
      this.popParameters(type);
      if (code === Opcode.CallIndirect) this.pushResults(type);
      else this.returnResults(type);
    } else if (immediate === Immediate.TypeVector) {
      if (reader.u32() !== 1) this.fail('invalid result arity');
      const type = readValueType(reader);
      this.popExpected(ValueType.I32);
      this.popExpected(type);
      this.popExpected(type);
      this.push(type);
    } else this.validateBranchTable();
  }

  private validateBranchTable(): void {
    const reader = this.reader;
    const store = this.store;
    const count = reader.u32();
    if (count > reader.end - reader.position) reader.fail('unexpected end');
    this.popExpected(ValueType.I32);
    const at = reader.position;
    for (let index = 0; index < count; index++) reader.u32();
    const defaultRow = this.labelRow(reader.u32());
    const end = reader.position;
    const arity = this.labelArity(defaultRow);
    reader.position = at;
    for (let index = 0; index < count; index++) {
      const row = this.labelRow(reader.u32());
      if (this.labelArity(row) !== arity) this.fail('type mismatch: the targets of br_table differ in arity');
      // Checked against what lies on the stack, without changing it.
      const offset = this.labelOffset(row);
      for (let value = 0; value < arity; value++) {
        const position = this.operandTop - 1 - value;
        const found = position >= this.height ? store.operandTypes[position] : ValueType.Unknown;
        if (position < this.height && this.unreachable === 0) this.fail('type mismatch: the operand stack is empty');
        const expected = store.typeValues[offset + arity - 1 - value];
        if (found !== ValueType.Unknown && found !== expected) {
          this.fail('type mismatch: expected ' + valueTypeName(expected) + ', found ' + valueTypeName(found));
        }
      }
    }
    reader.position = end;
    this.popLabelTypes(defaultRow);
    this.setUnreachable();
  }

  private validateOther(code: number, immediate: number): void {
    const reader = this.reader;
    const module = this.module;
    if (immediate === Immediate.I32) reader.s32();
    else if (immediate === Immediate.I64) reader.s64();
    else if (immediate === Immediate.F32) reader.skip(4);
    else if (immediate === Immediate.F64) reader.skip(8);
    else if (immediate === Immediate.Global) {
      const index = reader.u32();
      if (index >= module.globalCount) this.fail('unknown global ' + index);
      const global = this.store.moduleGlobals[module.globalBase + index];
      if (code === Opcode.GlobalGet) this.push(global & 255);
      else {
        if ((global & GLOBAL_MUTABLE) === 0) this.fail('global is immutable: global.set ' + index);
        this.popExpected(global & 255);
      }
      return;
    } else if (immediate === Immediate.MemoryIndex) this.memoryIndex();
    else if (immediate === Immediate.MemoryMemory) {
      this.memoryIndex();
      this.memoryIndex();
    } else if (immediate === Immediate.DataMemory) {
      this.dataIndex();
      this.memoryIndex();
    } else if (immediate === Immediate.Data) {
      this.dataIndex();
      return;
    } else if (immediate === Immediate.Element) {
      this.elementIndex();
      return;
    } else if (immediate === Immediate.ElementTable) {
      const type = this.elementType(this.elementIndex());
      if (this.tableType(this.tableIndex()) !== type) this.fail('type mismatch: table and segment differ');
    } else if (immediate === Immediate.TableTable) {
      const type = this.tableType(this.tableIndex());
      if (this.tableType(this.tableIndex()) !== type) this.fail('type mismatch: the tables differ');
    } else if (immediate === Immediate.ReferenceType) {
      this.push(readHeapType(reader));
      return;
    } else if (immediate === Immediate.Table) {
      this.validateTableInstruction(code, this.tableType(this.tableIndex()));
      return;
    } else illegalOpcode(reader, code);
    this.applySignature(opcodeSignature[code]);
  }

  private validateTableInstruction(code: number, type: number): void {
    if (code === Opcode.TableGet) {
      this.popExpected(ValueType.I32);
      this.push(type);
    } else if (code === Opcode.TableSet) {
      this.popExpected(type);
      this.popExpected(ValueType.I32);
    } else if (code === Opcode.TableSize) this.push(ValueType.I32);
    else if (code === Opcode.TableGrow) {
      this.popExpected(ValueType.I32);
      this.popExpected(type);
      this.push(ValueType.I32);
    } else {
      this.popExpected(ValueType.I32);
      this.popExpected(type);
      this.popExpected(ValueType.I32);
    }
  }
}
