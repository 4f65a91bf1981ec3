// The full runtime: validates a function's body (core specification, 3.3) and lowers it to register code in one pass.

import { Opcode } from '../../../../src/opcodes.js';
import { at, end, endAt, fail, inBody, u32 } from './bytes.js';
import { Entry } from './control.js';
import {
  beginBlocks,
  block,
  Cost,
  codeAt,
  codeTop,
  costs,
  emit2,
  put,
  seek,
  setReachable,
  soughtAt,
} from './emission.js';
import { instruction } from './instructions.js';
import { labelTop, pushLabel } from './labels.js';
import { functionType, localCount, localTypes, readLocals } from './locals.js';
import { Fixed, InstructionColumn } from './opcode-table.js';
import { beginOperands, operandMost } from './operands.js';
import { isReference, typeParameters, typeResults } from './types.js';

/** Rows of the opcode table. */
declare const opcodes: Uint8Array;
/** Numbers of instructions; the build replaces them. */
declare const INSTRUCTION: Record<string, number>;
declare const code: Int32Array;
declare const functions: Int32Array;

/** Position of the code of the first function. */
const FIRST_CODE = 2;

/** 1 for the handlers that the code has. */
export const used = new Uint8Array(256);

/** Replaces the numbers of blocks in branches by what the run from there costs, and instructions by their handlers. */
export function chargeBlocks(entry: number): void {
  let next = 0;
  for (let each = block; each >= 0; each--) {
    const cost = costs[each];
    next = (cost & Cost.FallsThrough) !== 0 ? (cost & ~Cost.FallsThrough) + next : cost;
    costs[each] = next;
  }
  code[entry - 1] = costs[0];
  for (let position = entry; position < codeTop; ) {
    const columns = Fixed.InstructionRows + code[position] * InstructionColumn.Size;
    const branch = opcodes[columns + InstructionColumn.Branch];
    const handler = opcodes[columns + InstructionColumn.Handler];
    const bits =
      (opcodes[columns + InstructionColumn.Bits] << 16) | (opcodes[columns + InstructionColumn.HighBits] << 24);
    let target = position + (branch & 15);
    used[handler] = 1;
    code[position] = handler;
    if (bits !== 0) code[position + 1] |= bits;
    position += opcodes[columns + InstructionColumn.Length];
    if (branch > 31) {
      for (let pairs = code[position - 1]; pairs >= 0; pairs--) {
        code[position + 1] = costs[code[position + 1]];
        position += 2;
      }
    } else if (branch !== 0) {
      code[++target] = costs[code[target]];
      if (branch > 15) code[++target] = costs[code[target]];
    }
  }
}

export function beginCode(): void {
  codeAt(FIRST_CODE);
  used.fill(0);
  used[0] = 1;
}

/** Validates and lowers the body at `at`. */
export function lowerBody(index: number): void {
  const outer = end;
  const size = u32();
  if (size > end - at) fail('unexpected end: function body too long');
  endAt(at + size);
  inBody(index);
  readLocals(functions[index * 4 + 1]);
  beginOperands(typeResults[functionType]);
  beginBlocks();
  put(index);
  for (let header = 0; header < 4; header++) put(0);
  const entry = codeTop;
  let waiting = functions[index * 4];
  if (waiting >= Entry.Waiting || waiting === 0) {
    while (waiting !== 0) {
      const position = waiting - Entry.Waiting;
      waiting = code[position];
      code[position] = entry;
    }
    functions[index * 4] = entry;
  }
  pushLabel(Opcode.Block, functionType);
  // Locals are cleared to 0 on entry, which is a reference to function 0.
  for (let each = typeParameters[functionType]; each < localCount; each++) {
    if (isReference(localTypes[each])) emit2(INSTRUCTION.Constant32, each * 2, -1);
  }
  while (labelTop > 0) instruction();
  if (at !== end) fail('section size mismatch: END opcode expected at the end of the function');
  setReachable(true);
  code[entry - 4] = (localCount + operandMost) * 2;
  code[entry - 3] = typeParameters[functionType] * 2;
  code[entry - 2] = localCount * 2;
  chargeBlocks(entry);
  inBody(-1);
  endAt(outer);
}

/** Byte offset of the instruction whose code is at `position` of the function whose body is at `at`. */
export function locate(index: number, position: number): number {
  codeAt(functions[index * 4] - 5);
  seek(position);
  // Lowering is deterministic: it writes again what stands there.
  lowerBody(index);
  seek(-1);
  return soughtAt;
}
