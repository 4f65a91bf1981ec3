// The full runtime: validates and lowers one instruction.

import { Feature, featureOfOpcode } from '../../../../src/features.js';
import { Immediate, Opcode } from '../../../../src/opcodes.js';
import { ValueType } from '../../../../src/types.js';
import { byte, fail, high, refuse, s32, s64, u32, word } from './bytes.js';
import {
  branchIf,
  branchTable,
  checkFunction,
  control,
  lowerCall,
  lowerSelect,
  openBlock,
  tableRow,
} from './control.js';
import {
  beginInstruction,
  block,
  costs,
  emit,
  emit2,
  forgetLast,
  home,
  last,
  move,
  pushResult,
  put,
  putAligned,
  reachable,
  settleFrom,
  settleLocals,
  use,
} from './emission.js';
import { Count, counts, elementTypes, globalTypes } from './index-space.js';
import { jump, labelArity, labelRow, labelTypes, setDead } from './labels.js';
import { localCount, localTypes } from './locals.js';
import { Column, Fixed } from './opcode-table.js';
import {
  Kind,
  operandHighs,
  operandKinds,
  operandLows,
  operandTop,
  pop,
  popTypes,
  push,
  pushHome,
  pushOf,
} from './operands.js';
import { readHeapType, readValueType } from './types.js';

/** Rows of the opcode table. */
declare const opcodes: Uint8Array;
/** Numbers of instructions; the build replaces them. */
declare const INSTRUCTION: Record<string, number>;
declare const code: Int32Array;
declare const functions: Int32Array;
declare const tables: Int32Array;

/** Pops the parameters of a numeric instruction or access. */
export function popParameters(row: number): number {
  const types = opcodes[row + Column.Parameters];
  const parameters = types & 3;
  for (let index = parameters * 2; index > 0; index -= 2) pop(ValueType.I32 - ((types >> index) & 3));
  return parameters;
}

export function numeric(row: number, opcode: number): void {
  const parameters = popParameters(row);
  const first = operandTop;
  const second = first + 1;
  const result = opcodes[row + Column.Result];
  const form = opcodes[row + Column.Form];
  if (form === 0) {
    // Reinterpretations keep the bits.
    push(result);
    return;
  }
  const constantForm = opcodes[row + Column.ConstantForm];
  let constant = false;
  if (parameters === 1) {
    const slot = use(first);
    emit2(form, home(first), slot);
  } else if (constantForm !== 0 && reachable && operandKinds[second] === Kind.Constant) {
    constant = true;
    const slot = use(first);
    // i32.sub adds the opposite.
    const low = opcode === Opcode.I32Sub ? 0 - operandLows[second] : operandLows[second];
    emit2(constantForm, home(first), slot);
    if (opcodes[row + Column.ConstantLength] === 6) putAligned(low, operandHighs[second]);
    else {
      put(low);
      if (opcodes[row + Column.ConstantLength] === 5) put(operandHighs[second]);
    }
  } else {
    const a = use(first);
    const b = use(second);
    const swap = (opcodes[row + Column.Flags] & 1) !== 0;
    emit2(form, home(first), swap ? b : a);
    put(swap ? a : b);
  }
  pushResult(result, row, constant);
}

/** i64.add128, i64.sub128, i64.mul_wide_s, i64.mul_wide_u. */
export function wide(row: number, opcode: number): void {
  const parameters = opcode < Opcode.I64MulWideS ? 4 : 2;
  for (let index = 0; index < parameters; index++) pop(ValueType.I64);
  settleFrom(operandTop, parameters);
  const low = home(operandTop);
  emit2(opcodes[row + Column.Form], low, low + 2);
  for (let index = 0; index < parameters; index++) put(low + index * 2);
  pushHome(ValueType.I64);
  pushHome(ValueType.I64);
}

export function needMemory(): void {
  if (counts[Count.Memories] === 0) fail('unknown memory 0');
}

export function access(row: number, natural: number): void {
  const align = u32();
  if (align > 31) refuse(align > 63 && align < 96 ? Feature.MultipleMemories : Feature.None, 'memop flags ' + align);
  let offset = u32();
  needMemory();
  if (align > natural) fail('alignment must not be larger than natural');
  const stores = popParameters(row) === 2;
  const place = operandTop;
  let slot = use(place);
  if (offset > 0x3fffffff || offset + (1 << natural) > counts[Count.LeastMemory]) {
    emit2(INSTRUCTION.EffectiveAddress, home(place), slot);
    put(offset | 0);
    put(1 << natural);
    slot = home(place);
    offset = 0;
  }
  const form = opcodes[row + Column.Form];
  if (!stores) {
    emit2(form, home(place), slot);
    put(offset);
    pushResult(opcodes[row + Column.Result], row, false);
    return;
  }
  const constantForm = opcodes[row + Column.ConstantForm];
  if (constantForm !== 0 && operandKinds[place + 1] === Kind.Constant) {
    emit2(constantForm, slot, operandLows[place + 1]);
  } else {
    const value = use(place + 1);
    emit2(form, slot, value);
  }
  put(offset);
}

export function local(opcode: number): void {
  const index = u32();
  if (index >= localCount) fail('unknown local ' + index);
  const type = localTypes[index];
  if (opcode !== Opcode.LocalGet) {
    pop(type);
    const place = operandTop;
    settleLocals(index);
    if (last !== 0 && operandKinds[place] === Kind.Home && code[last + 1] === home(place)) {
      code[last + 1] = index * 2;
      forgetLast();
    } else move(place, index * 2);
  }
  if (opcode !== Opcode.LocalSet) pushOf(Kind.Local, type, index, 0);
}

export function global(opcode: number): void {
  const index = u32();
  if (index >= counts[Count.Globals]) fail('unknown global ' + index);
  const type = globalTypes[index] & 127;
  const is64 = type === ValueType.I64 || type === ValueType.F64;
  if (opcode === Opcode.GlobalGet) {
    emit2(is64 ? INSTRUCTION.GlobalGet64 : INSTRUCTION.GlobalGet32, home(operandTop), index * 2);
    pushResult(type, 0, false);
    return;
  }
  if (globalTypes[index] < 128) fail('global is immutable: global.set ' + index);
  pop(type);
  const slot = use(operandTop);
  emit2(is64 ? INSTRUCTION.GlobalSet64 : INSTRUCTION.GlobalSet32, index * 2, slot);
}

/** Pops operands of which `reference` (a type, 0 for none) is the one at `place`; emits the instruction with their slots. */
export function putOperands(row: number, operands: number, place: number, reference: number, results: boolean): void {
  for (let index = operands - 1; index >= 0; index--) pop(index === place ? reference : ValueType.I32);
  const first = operandTop;
  // Without operands, what stands there is left from what was lowered before.
  const a = operands > 0 ? use(first) : 0;
  const b = operands > 1 ? use(first + 1) : 0;
  const c = operands > 2 ? use(first + 2) : 0;
  emit(opcodes[row + Column.Form]);
  if (results) put(home(first));
  if (operands > 0) put(a);
  if (operands > 1) put(b);
  if (operands > 2) put(c);
}

export function tableInstruction(row: number, opcode: number): void {
  const table = tableRow();
  const type = tables[table + 3];
  if (opcode === Opcode.TableGet) putOperands(row, 1, -1, 0, true);
  else if (opcode === Opcode.TableSet) putOperands(row, 2, 1, type, false);
  else if (opcode === Opcode.TableGrow) putOperands(row, 2, 0, type, true);
  else if (opcode === Opcode.TableSize) {
    emit(opcodes[row + Column.Form]);
    put(home(operandTop));
  } else putOperands(row, 3, 1, type, false);
  put(table);
  if (opcode === Opcode.TableGet) pushResult(type, 0, false);
  else if (opcode === Opcode.TableGrow || opcode === Opcode.TableSize) pushResult(ValueType.I32, 0, false);
}

export function zeroByte(): void {
  const index = byte();
  if (index !== 0) refuse(Feature.MultipleMemories, 'memory ' + index);
  needMemory();
}

export function segment(segments: number, what: string): number {
  const index = u32();
  if (index >= segments) fail('unknown ' + what + ' segment ' + index);
  return index;
}

export function bulk(row: number, opcode: number): void {
  if (opcode === Opcode.MemorySize || opcode === Opcode.MemoryGrow) {
    zeroByte();
    if (opcode === Opcode.MemoryGrow) putOperands(row, 1, -1, 0, true);
    else {
      emit(opcodes[row + Column.Form]);
      put(home(operandTop));
    }
    put(0);
    pushResult(ValueType.I32, 0, false);
    forgetLast();
    return;
  }
  let first = 0;
  let second = 0;
  if (opcode === Opcode.MemoryInit || opcode === Opcode.DataDrop) {
    if (counts[Count.Data] < 0) fail('data count section required');
    first = segment(counts[Count.Data], 'data');
    if (opcode === Opcode.MemoryInit) zeroByte();
  } else if (opcode === Opcode.MemoryCopy) {
    zeroByte();
    zeroByte();
  } else if (opcode === Opcode.MemoryFill) zeroByte();
  else if (opcode === Opcode.TableInit || opcode === Opcode.ElemDrop) {
    first = segment(counts[Count.Elements], 'elem');
    if (opcode === Opcode.TableInit) {
      second = tableRow();
      if (tables[second + 3] !== elementTypes[first]) fail('type mismatch: table and segment differ');
    }
  } else {
    first = tableRow();
    second = tableRow();
    if (tables[first + 3] !== tables[second + 3]) fail('type mismatch: the tables differ');
  }
  putOperands(row, opcode === Opcode.DataDrop || opcode === Opcode.ElemDrop ? 0 : 3, -1, 0, false);
  // memory.init and table.init have the number of the instance before the segment.
  if (opcode === Opcode.MemoryInit || opcode === Opcode.TableInit) put(0);
  if (opcode !== Opcode.MemoryCopy && opcode !== Opcode.MemoryFill) put(first);
  if (opcode === Opcode.TableInit || opcode === Opcode.TableCopy) put(second);
}

function illegalOpcode(opcode: number): never {
  refuse(featureOfOpcode(opcode), 'opcode 0x' + opcode.toString(16));
}

export function instruction(): void {
  beginInstruction();
  let opcode = byte();
  let row = opcode;
  if (opcode === Fixed.Prefix) {
    const number = u32();
    if (number >= Fixed.PrefixedCount) fail('illegal opcode 0xfc ' + number);
    opcode = Opcode.I32TruncSatF32S + number;
    row = Fixed.Prefixed + number;
  } else if (opcode >= Fixed.Prefixed) illegalOpcode(opcode);
  row *= Column.Size;
  const immediate = opcodes[row];
  if (reachable) costs[block] += opcodes[row + Column.Fuel];
  if (immediate === Immediate.None) {
    if (opcodes[row + Column.Parameters] !== 0) numeric(row, opcode);
    else if (opcode >= Opcode.I64Add128) wide(row, opcode);
    else control(opcode);
  } else if (immediate === Immediate.Local) local(opcode);
  else if (immediate === Immediate.I32) pushOf(Kind.Constant, ValueType.I32, s32(), 0);
  else if (immediate >= Immediate.Memory1 && immediate <= Immediate.Memory8) {
    access(row, immediate - Immediate.Memory1);
  } else if (immediate === Immediate.Label) {
    const label = labelRow(u32());
    if (opcode === Opcode.BrIf) branchIf(label);
    else {
      popTypes(labelTypes(label), labelArity(label));
      jump(label, operandTop);
      setDead();
    }
  } else if (immediate === Immediate.BlockType) openBlock(opcode);
  else if (immediate === Immediate.Global) global(opcode);
  else if (opcode >= Opcode.Call && opcode <= Opcode.ReturnCallIndirect) lowerCall(opcode);
  else if (immediate === Immediate.LabelTable) branchTable();
  else if (immediate === Immediate.TypeVector) {
    if (u32() !== 1) fail('invalid result arity');
    lowerSelect(readValueType());
  } else if (immediate === Immediate.I64) {
    const low = s64();
    pushOf(Kind.Constant, ValueType.I64, low, high);
  } else if (immediate === Immediate.F32) pushOf(Kind.Constant, ValueType.F32, word(), 0);
  else if (immediate === Immediate.F64) {
    const low = word();
    pushOf(Kind.Constant, ValueType.F64, low, word());
  } else if (immediate === Immediate.Table) tableInstruction(row, opcode);
  else if (opcode === Opcode.RefNull) pushOf(Kind.Constant, readHeapType(), -1, 0);
  else if (opcode === Opcode.RefFunc) {
    const index = checkFunction();
    if (functions[index * 4 + 3] === 0) fail('undeclared function reference ' + index);
    pushOf(Kind.Constant, ValueType.FuncRef, index, 0);
  } else if (immediate === Immediate.Illegal) illegalOpcode(opcode);
  else bulk(row, opcode);
}
