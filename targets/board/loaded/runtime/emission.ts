// The full runtime: writes register code. Fuel is charged on entering a run of instructions, as in src/lower.ts. Each place of the operand
// stack has a slot of the frame, its home slot.

import { ValueType } from '../../../../src/types.js';
import { at, limit } from './bytes.js';
import { localCount } from './locals.js';
import { Kind, operandHighs, operandKinds, operandLows, operandTop, operandTypes, pushHome } from './operands.js';

/** Numbers of instructions; the build replaces them. */
declare const INSTRUCTION: Record<string, number>;
declare const CODE_WORDS: number;
declare const BASIC_BLOCKS: number;
declare const code: Int32Array;

/** Marks a run that is left by falling into the next one; in `costs`. */
export enum Cost {
  FallsThrough = 0x40000000,
}

/** Costs by block. */
export const costs = new Int32Array(BASIC_BLOCKS);
export let block = 0;
/** Code is emitted; else it could never be reached. */
export let reachable = true;
/** Index of the next instruction in `code`. */
export let codeTop = 0;
let start = 0;
/** The last instruction if its result is in a home slot, else 0; the row of its opcode. */
export let last = 0;
export let lastRow = 0;
export let lastConstant = false;
let instructionAt = 0;
let sought = -1;
/** Byte offset of the instruction whose code is at the position that was sought. */
export let soughtAt = -1;

export function codeAt(position: number): void {
  codeTop = position;
}

export function seek(position: number): void {
  sought = position;
}

/** Starts a function. */
export function beginBlocks(): void {
  block = 0;
  limit('basicBlocks', 1, BASIC_BLOCKS);
  costs[0] = 0;
  last = 0;
  reachable = true;
}

export function setReachable(isReachable: boolean): void {
  reachable = isReachable;
}

export function beginInstruction(): void {
  instructionAt = at;
}

/** Nothing is joined with what was emitted before. */
export function forgetLast(): void {
  last = 0;
}

/** Takes the last instruction back. */
export function retractLast(): void {
  codeTop = last;
}

export function put(value: number): void {
  if (!reachable) return;
  if (codeTop > CODE_WORDS + 1) limit('codeWords', codeTop - 1, CODE_WORDS);
  code[codeTop++] = value;
}

export function emit(instruction: number): void {
  if (!reachable) return;
  last = 0;
  start = codeTop;
  if (codeTop === sought) soughtAt = instructionAt;
  put(instruction);
}

export function emit2(instruction: number, a: number, b: number): void {
  emit(instruction);
  put(a);
  put(b);
}

/** A 64-bit constant as operand: three words, of which the two that are aligned are read. */
export function putAligned(low: number, highWord: number): void {
  const odd = codeTop & 1;
  if (odd !== 0) put(0);
  put(low);
  put(highWord);
  if (odd === 0) put(0);
}

/** The result of the instruction just emitted for the opcode in `row`, which is in the home slot. */
export function pushResult(type: number, row: number, isConstant: boolean): void {
  pushHome(type);
  if (!reachable) return;
  last = start;
  lastRow = row;
  lastConstant = isConstant;
}

/** Home slot of a place on the operand stack, in words of the frame. */
export function home(place: number): number {
  return (localCount + place) * 2;
}

/** Selects one of three instructions by type: 32-bit types, i64, f64. */
export function ofWidth(type: number, words: number, i64: number, f64: number): number {
  return type === ValueType.I64 ? i64 : type === ValueType.F64 ? f64 : words;
}

export function moveOf(type: number): number {
  return ofWidth(type, INSTRUCTION.Move32, INSTRUCTION.MoveI64, INSTRUCTION.MoveF64);
}

/** Brings an operand to a slot. */
export function move(place: number, slot: number): void {
  const type = operandTypes[place];
  const low = operandLows[place];
  if (operandKinds[place] === Kind.Constant) {
    emit(ofWidth(type, INSTRUCTION.Constant32, INSTRUCTION.ConstantI64, INSTRUCTION.ConstantF64));
    put(slot);
    if (type === ValueType.F64) putAligned(low, operandHighs[place]);
    else {
      put(low);
      if (type === ValueType.I64) put(operandHighs[place]);
    }
    return;
  }
  const from = operandKinds[place] === Kind.Local ? low * 2 : home(place);
  if (from !== slot) emit2(moveOf(type), slot, from);
}

/** The slot of an operand; a constant is put into its home slot. */
export function use(place: number): number {
  if (operandKinds[place] === Kind.Local) return operandLows[place] * 2;
  if (operandKinds[place] === Kind.Constant) move(place, home(place));
  return home(place);
}

/** Puts an operand into its home slot for good. */
export function settle(place: number): void {
  if (operandKinds[place] === Kind.Home) return;
  move(place, home(place));
  operandKinds[place] = Kind.Home;
}

export function settleFrom(place: number, places: number): void {
  for (let index = 0; index < places; index++) settle(place + index);
}

/** Saves what is read from locals, from one of them if `local` is not negative. */
export function settleLocals(local: number): void {
  for (let place = 0; place < operandTop; place++) {
    if (operandKinds[place] === Kind.Local && (local < 0 || operandLows[place] === local)) settle(place);
  }
}

/** Moves operands to the start of the frame; locals there that are still to be read are saved first. */
export function moveToStart(from: number, places: number): void {
  for (let index = 0; index < places; index++) {
    if (operandKinds[from + index] === Kind.Local) move(from + index, home(from + index));
  }
  for (let index = 0; index < places; index++) {
    const place = from + index;
    if (operandKinds[place] === Kind.Constant) move(place, index * 2);
    else emit2(moveOf(operandTypes[place]), index * 2, home(place));
  }
}

export function newBlock(): void {
  if (!reachable) return;
  limit('basicBlocks', block + 2, BASIC_BLOCKS);
  costs[++block] = 0;
  last = 0;
}

/** Starts the block that a label stands before. */
export function labelBlock(): void {
  if (reachable) costs[block] |= Cost.FallsThrough;
  reachable = true;
  newBlock();
}

/** Points the branch words at `position` (target, block) to here. */
export function patch(position: number): void {
  code[position] = codeTop;
  code[position + 1] = block;
}

export function patchPending(position: number): void {
  while (position !== 0) {
    const next = code[position];
    patch(position);
    position = next;
  }
}

/** Emits two words for a branch target that is to be patched. Returns where. */
export function putForward(): number {
  put(0);
  put(0);
  return reachable ? codeTop - 2 : 0;
}

/** Starts a new block behind a conditional branch. */
export function putFallThrough(): void {
  newBlock();
  put(block);
}
