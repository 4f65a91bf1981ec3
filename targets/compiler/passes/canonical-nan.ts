// Canonicalises NaN results of arithmetic where their bits can be observed: when they are stored, passed on, or change their sign. The
// interpreter does this everywhere. Moves keep the bits. The specification requires less: that arithmetic never gives a signalling
// NaN, which JavaScript engines guarantee except for roundings.

import { Opcode } from '../../../src/opcodes.js';
import type { Costs } from '../intermediate/costs.js';
import {
  type FunctionCode,
  Instruction,
  Proven,
  type Region,
  resolved,
  rewrite,
  visit,
} from '../intermediate/instruction.js';
import { Operation, Type } from '../intermediate/operation.js';

/** For the results of all arithmetic, or of roundings only. */
export function canonicalNaN(
  code: FunctionCode,
  { canonicalNaN: ofAll }: { canonicalNaN: boolean },
  { canonicalStores }: Pick<Costs, 'canonicalStores'>,
): void {
  if (usesFloats(code)) new CanonicalNaN(code, ofAll ? isArithmetic : isRounding, canonicalStores).run(code.body);
}

function usesFloats({ body }: FunctionCode): boolean {
  let found = false;
  visit(body, ({ type }) => {
    if (type === Type.F32 || type === Type.F64) found = true;
  });
  return found;
}

/** Whether the result may be a NaN that the specification does not determine. */
export function isArithmetic({ operation }: Instruction): boolean {
  return (
    (operation >= Opcode.F32Ceil && operation <= Opcode.F32Max) ||
    (operation >= Opcode.F64Ceil && operation <= Opcode.F64Max) ||
    operation === Opcode.F32DemoteF64 ||
    operation === Opcode.F64PromoteF32
  );
}

function isRounding({ operation }: Instruction): boolean {
  return (
    (operation >= Opcode.F32Ceil && operation <= Opcode.F32Nearest) ||
    (operation >= Opcode.F64Ceil && operation <= Opcode.F64Nearest) ||
    operation === Opcode.F64PromoteF32
  );
}

/** Whether the bits of a NaN operand cannot be observed, or only through a variable. */
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

class CanonicalNaN {
  /** Variables from which a NaN can get to where its bits are observed. */
  private readonly seen: Uint8Array;
  /**
   * Variables that may also hold a NaN that was only moved. For these, arithmetic results are canonicalised when they are written;
   * for other variables, when they are observed.
   */
  private readonly moved: Uint8Array;

  /** Loads of f32 with NaNs whose bits are observed. */
  private readonly seenLoads = new Set<Instruction>();
  /** Whether the NaN of a result has to be considered. */
  private readonly selects: (value: Instruction) => boolean;
  private readonly canonicalStores: boolean;

  constructor(code: FunctionCode, selects: (value: Instruction) => boolean, canonicalStores: boolean) {
    this.selects = selects;
    this.canonicalStores = canonicalStores;
    this.seen = new Uint8Array(code.variables.length);
    this.moved = new Uint8Array(code.variables.length).fill(1, 0, code.parameterCount);
    /** Pairs of variables: the first one is set to the value of the second one. */
    const copies: [number, number][] = [];
    /** Loads that variables are set to. */
    const loads: [number, Instruction][] = [];
    visit(code.body, (instruction) => {
      const { operation, operands } = instruction;
      if (operation === Operation.Set) {
        const value = resolved(operands[0]);
        if (value.operation === Opcode.F32Load) loads.push([instruction.index, value]);
        if (value.operation === Operation.Get) copies.push([instruction.index, value.index]);
        else if (!selects(value) && !isPlainConstant(value)) this.moved[instruction.index] = 1;
      } else if (!isBlind(instruction)) {
        for (const operand of operands) {
          const value = resolved(operand);
          if (value.operation === Operation.Get) this.seen[value.index] = 1;
          else if (value.operation === Opcode.F32Load) this.seenLoads.add(value);
        }
      }
    });
    for (let changed = true; changed; ) {
      changed = false;
      for (const [to, from] of copies) {
        if (this.seen[to] === 1 && this.seen[from] === 0) changed = true;
        if (this.moved[from] === 1 && this.moved[to] === 0) changed = true;
        this.seen[from] |= this.seen[to];
        this.moved[to] |= this.moved[from];
      }
    }
    for (const [variable, load] of loads) if (this.seen[variable] === 1) this.seenLoads.add(load);
  }

  run(body: Region): void {
    rewrite(body, (instruction, into) => {
      const { operation, operands } = instruction;
      if (operation === Opcode.F32Load && !this.seenLoads.has(instruction)) instruction.proven |= Proven.AnyNaN;
      if (this.canonicalStores && (operation === Opcode.F32Store || operation === Opcode.F64Store))
        instruction.proven |= this.storedNaN(resolved(operands[1]));
      else if (!this.isUnseen(instruction)) this.replaceOperands(instruction, into);
      into.push(instruction);
    });
  }

  private isUnseen(instruction: Instruction): boolean {
    const { operation, index } = instruction;
    if (isBlind(instruction)) return true;
    return operation === Operation.Set && (this.seen[index] === 0 || this.moved[index] === 0);
  }

  /** Returns the facts about a NaN that a store needs. */
  private storedNaN(value: Instruction): number {
    if (isNumber(value)) return Proven.NoNaN;
    return this.mayBeAny(value) ? Proven.MakesCanonical : 0;
  }

  private replaceOperands({ operands }: Instruction, into: Region): void {
    for (let index = 0; index < operands.length; index++) {
      const value = resolved(operands[index]);
      if (!this.mayBeAny(value)) continue;
      const canonical = new Instruction(Operation.CanonicalNaN, value.type, [value], value.at);
      into.push(canonical);
      operands[index] = canonical;
    }
  }

  /** Whether the value may be a NaN that must be canonicalised. */
  private mayBeAny(value: Instruction): boolean {
    if (value.operation !== Operation.Get) return this.selects(value);
    return (value.type === Type.F32 || value.type === Type.F64) && this.moved[value.index] === 0;
  }
}

function isPlainConstant({ operation, index }: Instruction): boolean {
  return operation === Operation.Constant && !Number.isNaN(index);
}

/** Whether the value is known to be no NaN. */
export function isNumber(value: Instruction): boolean {
  const { operation } = value;
  return (
    isPlainConstant(value) ||
    (operation >= Opcode.F32ConvertI32S && operation <= Opcode.F32ConvertI64U) ||
    (operation >= Opcode.F64ConvertI32S && operation <= Opcode.F64ConvertI64U)
  );
}
