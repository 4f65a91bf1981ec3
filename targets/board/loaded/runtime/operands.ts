// The full runtime: operands of the function that is lowered, or of a constant expression, with their types. An operand that is a local or
// a constant costs no instruction until it must be in its own slot.

import { fail, limit } from './bytes.js';
import { typeAt, typeName, typeParameters, typeResults, typeValues } from './types.js';

declare const OPERAND_DEPTH: number;

/** Kinds of operands. */
export enum Kind {
  Home = 0,
  Local = 1,
  Constant = 2,
}

export const operandTypes = new Uint8Array(OPERAND_DEPTH);
export const operandKinds = new Uint8Array(OPERAND_DEPTH);
/** A local's number, or the low word of a constant. */
export const operandLows = new Int32Array(OPERAND_DEPTH);
export const operandHighs = new Int32Array(OPERAND_DEPTH);

export let operandTop = 0;
/** The most of the function. */
export let operandMost = 0;
/** Operands below the innermost block. */
export let height = 0;
/** The rest of the innermost block cannot be reached: operands of every type are there. */
let dead = false;

/** Starts a function; its frame has room for so many operands at least. */
export function beginOperands(least: number): void {
  operandTop = 0;
  operandMost = least;
}

export function setOperandTop(place: number): void {
  operandTop = place;
}

export function setHeight(operands: number, isDead: boolean): void {
  height = operands;
  dead = isDead;
}

/** Drops the operands of the innermost block, whose rest is unreachable. */
export function dropOperands(): void {
  operandTop = height;
  dead = true;
}

/** Starts a constant expression. */
export function clearOperands(): void {
  operandTop = 0;
  height = 0;
  dead = false;
}

export function push(type: number): void {
  limit('operandDepth', operandTop + 1, OPERAND_DEPTH);
  operandTypes[operandTop++] = type;
  if (operandTop > operandMost) operandMost = operandTop;
}

export function pushHome(type: number): void {
  push(type);
  operandKinds[operandTop - 1] = Kind.Home;
}

export function pushOf(kind: number, type: number, low: number, highWord: number): void {
  push(type);
  operandKinds[operandTop - 1] = kind;
  operandLows[operandTop - 1] = low;
  operandHighs[operandTop - 1] = highWord;
}

/** Pops an operand and returns its type. Every type matches ValueType.Unknown. */
export function pop(expected: number): number {
  if (operandTop === height) {
    if (!dead) fail('type mismatch: the operand stack is empty');
    return expected;
  }
  const type = operandTypes[--operandTop];
  if (type !== expected && type !== 0 && expected !== 0) {
    fail('type mismatch: expected ' + typeName(expected) + ', found ' + typeName(type));
  }
  return type === 0 ? expected : type;
}

/** First of the types that `from` + `values` types end with. */
export function popTypes(from: number, values: number): void {
  while (values > 0) pop(typeValues[from + --values]);
}

export function pushTypes(from: number, values: number): void {
  for (let value = 0; value < values; value++) push(typeValues[from + value]);
}

export function pushResults(type: number): void {
  const from = typeAt[type] + typeParameters[type];
  for (let value = 0; value < typeResults[type]; value++) pushHome(typeValues[from + value]);
}
