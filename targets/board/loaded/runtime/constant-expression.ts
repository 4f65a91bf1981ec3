// The full runtime: reads and evaluates constant expressions (core specification, 3.4.4) in one pass.

import { featureOfOpcode } from '../../../../src/features.js';
import { Opcode } from '../../../../src/opcodes.js';
import { ValueType } from '../../../../src/types.js';
import { byte, fail, high, refuse, s32, s64, u32, word } from './bytes.js';
import { checkFunction } from './control.js';
import { Count, counts, globalTypes } from './index-space.js';
import { clearOperands, Kind, operandHighs, operandLows, operandTop, pop, pushOf } from './operands.js';
import { isReference, readHeapType } from './types.js';

declare const functions: Int32Array;
declare const globals: Int32Array;
declare const slots: Int32Array;
declare const floats: Float32Array;
declare const doubles: Float64Array;
// Declared in src/numeric.ts.
declare function imul(a: number, b: number): number;
declare function i64_add_low(aLow: number, aHigh: number, bLow: number, bHigh: number): number;
declare function i64_add_high(aLow: number, aHigh: number, bLow: number, bHigh: number): number;
declare function i64_sub_low(aLow: number, aHigh: number, bLow: number, bHigh: number): number;
declare function i64_sub_high(aLow: number, aHigh: number, bLow: number, bHigh: number): number;
declare function i64_mul_low(aLow: number, aHigh: number, bLow: number, bHigh: number): number;
declare function i64_mul_high(aLow: number, aHigh: number, bLow: number, bHigh: number): number;

/** The value of the last one. */
export let constantLow = 0;
export let constantHigh = 0;

export function declareFunction(): number {
  const index = checkFunction();
  functions[index * 4 + 3] = 1;
  return index;
}

/** Arithmetic in a constant expression. */
export function combine(opcode: number): void {
  const operation = opcode >= Opcode.I64Add ? opcode - Opcode.I64Add : opcode - Opcode.I32Add;
  if (operation < 0 || operation > 2)
    refuse(featureOfOpcode(opcode), 'constant expression: opcode 0x' + opcode.toString(16));
  const type = opcode >= Opcode.I64Add ? ValueType.I64 : ValueType.I32;
  pop(type);
  pop(type);
  const a = operandLows[operandTop];
  const aHigh = operandHighs[operandTop];
  const b = operandLows[operandTop + 1];
  const bHigh = operandHighs[operandTop + 1];
  let low = 0;
  let highWord = 0;
  if (opcode === Opcode.I32Add) low = a + b;
  else if (opcode === Opcode.I32Sub) low = a - b;
  else if (opcode === Opcode.I32Mul) low = imul(a, b);
  else if (operation === 0) {
    low = i64_add_low(a, aHigh, b, bHigh);
    highWord = i64_add_high(a, aHigh, b, bHigh);
  } else if (operation === 1) {
    low = i64_sub_low(a, aHigh, b, bHigh);
    highWord = i64_sub_high(a, aHigh, b, bHigh);
  } else {
    low = i64_mul_low(a, aHigh, b, bHigh);
    highWord = i64_mul_high(a, aHigh, b, bHigh);
  }
  pushOf(Kind.Constant, type, low, highWord);
}

/** Reads and evaluates a constant expression (3.4.4). */
export function evaluate(expected: number): void {
  clearOperands();
  for (;;) {
    const opcode = byte();
    if (opcode === Opcode.End) break;
    if (opcode === Opcode.I32Const) pushOf(Kind.Constant, ValueType.I32, s32(), 0);
    else if (opcode === Opcode.I64Const) {
      const low = s64();
      pushOf(Kind.Constant, ValueType.I64, low, high);
    } else if (opcode === Opcode.F32Const) pushOf(Kind.Constant, ValueType.F32, word(), 0);
    else if (opcode === Opcode.F64Const) {
      const low = word();
      pushOf(Kind.Constant, ValueType.F64, low, word());
    } else if (opcode === Opcode.RefNull) pushOf(Kind.Constant, readHeapType(), -1, 0);
    else if (opcode === Opcode.RefFunc) pushOf(Kind.Constant, ValueType.FuncRef, declareFunction(), 0);
    else if (opcode === Opcode.GlobalGet) {
      const index = u32();
      if (index >= counts[Count.Globals]) fail('unknown global ' + index);
      if (globalTypes[index] > 127) fail('constant expression required');
      pushOf(Kind.Constant, globalTypes[index], globals[index * 2], globals[index * 2 + 1]);
    } else combine(opcode);
  }
  if (operandTop !== 1) fail('type mismatch: a constant expression leaves one value');
  pop(expected);
  constantLow = operandLows[0];
  constantHigh = operandHighs[0];
}

/** The bits of a value that the embedder gave; of references it can give none but null. */
export function setConstant(type: number, value: unknown): void {
  if (type === ValueType.F64) doubles[0] = value as number;
  else if (type === ValueType.F32) floats[0] = value as number;
  else slots[0] = isReference(type) ? -1 : (value as number);
  if (type === ValueType.I64) slots.set(value as number[]);
  constantLow = slots[0];
  constantHigh = slots[1];
}
