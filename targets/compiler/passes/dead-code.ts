// Removes values that nothing uses and writes of variables that nothing reads.

import { type FunctionCode, type Instruction, type Region, resolved } from '../intermediate/instruction.js';
import { Effect, Operation, Type } from '../intermediate/operation.js';

/** What must stay even if its value is not used. */
const KEPT =
  Effect.WritesMemory |
  Effect.WritesGlobals |
  Effect.WritesTables |
  Effect.WritesResult |
  Effect.Traps |
  Effect.Calls |
  Effect.Jumps;

/** Uses must have been counted. */
export function deadCode(code: FunctionCode): void {
  const reads = new Int32Array(code.variables.length);
  countReads(code.body, reads);
  sweep(code.body, reads);
}

function countReads(region: Region, reads: Int32Array): void {
  for (const instruction of region) {
    if (instruction.operation === Operation.Get && instruction.uses > 0) reads[instruction.index]++;
    if (instruction.regions !== null) for (const inner of instruction.regions) countReads(inner, reads);
  }
}

/** From the end to the start: users come behind what they use. */
function sweep(region: Region, reads: Int32Array): void {
  let removed = false;
  for (let at = region.length - 1; at >= 0; at--) {
    const instruction = region[at];
    if (instruction.regions !== null) for (const inner of instruction.regions) sweep(inner, reads);
    if (!isDead(instruction, reads)) continue;
    for (const operand of instruction.operands) release(resolved(operand), reads);
    instruction.operation = Operation.Constant;
    removed = true;
  }
  if (removed) {
    const kept = region.filter(({ operation }) => operation !== Operation.Constant);
    region.length = 0;
    for (const each of kept) region.push(each);
  }
}

function isDead(instruction: Instruction, reads: Int32Array): boolean {
  if (instruction.operation === Operation.Set) return reads[instruction.index] === 0;
  return instruction.type !== Type.None && instruction.uses === 0 && (instruction.effects & KEPT) === 0;
}

function release(operand: Instruction, reads: Int32Array): void {
  operand.uses--;
  if (operand.uses === 0 && operand.operation === Operation.Get) reads[operand.index]--;
}
