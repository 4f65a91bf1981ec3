// Makes a NaN that arithmetic gave the canonical one where its bits can be seen, as the interpreter does everywhere: when it is
// stored, passed on, or its sign is changed. What is only moved keeps its bits. This is no optimisation, and never left out.

import { Opcode } from '../../../src/opcodes.js';
import { type FunctionCode, Instruction, type Region, resolved, visit } from '../intermediate/instruction.js';
import { Operation, Type } from '../intermediate/operation.js';

export function canonicalNaN(code: FunctionCode): void {
  if (!usesFloats(code)) return;
  const seen = seenVariables(code);
  rewrite(code.body, seen);
}

function usesFloats({ body }: FunctionCode): boolean {
  let found = false;
  visit(body, ({ type }) => {
    if (type === Type.F32 || type === Type.F64) found = true;
  });
  return found;
}

/** Whether the result may be a NaN that the specification does not determine. */
function isArithmetic({ operation }: Instruction): boolean {
  return (
    (operation >= Opcode.F32Ceil && operation <= Opcode.F32Max) ||
    (operation >= Opcode.F64Ceil && operation <= Opcode.F64Max) ||
    operation === Opcode.F32DemoteF64 ||
    operation === Opcode.F64PromoteF32
  );
}

/** Whether the bits of a NaN operand make no difference, or do so only through a variable. */
function isBlind(instruction: Instruction): boolean {
  const { operation } = instruction;
  return (
    isArithmetic(instruction) ||
    (operation >= Opcode.F32Eq && operation <= Opcode.F64Ge) ||
    (operation >= Opcode.I32TruncF32S && operation <= Opcode.I32TruncF64U) ||
    (operation >= Opcode.I32TruncSatF32S && operation <= Opcode.I64TruncSatF64U) ||
    operation === Operation.I64Truncate
  );
}

/** Variables from which a NaN gets to where its bits can be seen. */
function seenVariables(code: FunctionCode): Uint8Array {
  const seen = new Uint8Array(code.variables.length);
  /** Pairs: what the first variable is set to, the second one is. */
  const copies: [number, number][] = [];
  visit(code.body, (instruction) => {
    if (isBlind(instruction)) return;
    for (const operand of instruction.operands) {
      const value = resolved(operand);
      if (value.operation !== Operation.Get) continue;
      if (instruction.operation === Operation.Set) copies.push([instruction.index, value.index]);
      else seen[value.index] = 1;
    }
  });
  for (let changed = true; changed; ) {
    changed = false;
    for (const [to, from] of copies) {
      if (seen[to] === 0 || seen[from] === 1) continue;
      seen[from] = 1;
      changed = true;
    }
  }
  return seen;
}

function rewrite(region: Region, seen: Uint8Array): void {
  for (let at = 0; at < region.length; at++) {
    const instruction = region[at];
    if (instruction.regions !== null) for (const inner of instruction.regions) rewrite(inner, seen);
    if (isBlind(instruction) || (instruction.operation === Operation.Set && seen[instruction.index] === 0)) continue;
    const { operands } = instruction;
    for (let index = 0; index < operands.length; index++) {
      const value = resolved(operands[index]);
      if (!isArithmetic(value)) continue;
      const canonical = new Instruction(Operation.CanonicalNaN, value.type, [value], value.at);
      region.splice(at++, 0, canonical);
      operands[index] = canonical;
    }
  }
}
