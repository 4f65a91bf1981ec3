// Nests values into expression trees: a value that is used once is computed at its use, if no effect in between could change it or
// observe the difference. Other values are computed in place, and get a name.

import { Opcode } from '../../../src/opcodes.js';
import type { FunctionCode, Instruction, Region } from './instruction.js';
import { conflict, Effect, Operation } from './operation.js';

export interface NestingOptions {
  /** A call may replace the memory, so an expression that holds the old one during its evaluation must not contain a call. */
  callsMoveMemory: boolean;
  /** Maximum depth of nested values; deeper values get a name. Default: no limit. */
  mostDepth?: number;
}

/** A candidate: a value that may still move to its use. */
interface Candidate {
  value: Instruction;
  /** Effects and depth of its tree. */
  effects: number;
  depth: number;
}

/** Effects that must not be reordered. */
const HAZARDS = Effect.Call & ~(Effect.ReadsMemory | Effect.ReadsGlobals | Effect.ReadsTables | Effect.ReadsResult);

/** Sets `nested`. Uses must have been counted. */
export function nest(code: FunctionCode, options: NestingOptions): void {
  new Nesting(code, options).run(code.body);
}

class Nesting {
  private readonly options: NestingOptions;
  /** How often each variable has been written, in the order of the text; what is in a loop counts at its start too. */
  private readonly versions: Int32Array;
  /** Candidates in the order of the text, which conflicting ones keep. */
  private candidates: Candidate[] = [];
  /** Effects of the tree of the current instruction. */
  private depth = 1;

  constructor(code: FunctionCode, options: NestingOptions) {
    this.options = options;
    this.versions = new Int32Array(code.variables.length);
  }

  /** Walks through a function in the order of its text. Nothing moves into or out of a region: each starts without candidates. */
  run(body: Region): void {
    const open: Region[] = [body];
    const places: number[] = [0];
    while (open.length > 0) {
      const top = open.length - 1;
      const at = places[top]++;
      if (at < open[top].length) {
        const inner = this.instruction(open[top][at]);
        if (inner === null) continue;
        for (let index = inner.length - 1; index >= 0; index--) {
          open.push(inner[index]);
          places.push(0);
        }
      } else {
        open.pop();
        places.pop();
      }
      this.candidates = [];
    }
  }

  /** Returns the regions to walk next. */
  private instruction(instruction: Instruction): Region[] | null {
    const effects = this.takeOperands(instruction);
    if (instruction.regions !== null) {
      if (instruction.written !== null) for (const variable of instruction.written) this.versions[variable]++;
      return instruction.regions;
    }
    if (instruction.operation === Operation.Get) {
      instruction.nested = true;
      instruction.second = this.versions[instruction.index];
    } else if (instruction.uses === 1) this.candidates.push({ value: instruction, effects, depth: this.depth });
    else this.happen(instruction, effects);
    return null;
  }

  /** Executes the instruction at its position, after the candidates that conflict with it. */
  private happen({ operation, index }: Instruction, effects: number): void {
    const { candidates } = this;
    if (operation === Operation.Set) this.versions[index]++;
    for (let at = candidates.length - 1; at >= 0; at--) {
      if (at >= candidates.length) continue;
      const other = candidates[at];
      const overwritten =
        operation === Operation.Set && (other.effects & Effect.ReadsVariable) !== 0 && reads(other.value, index);
      if (overwritten || conflict(other.effects, effects)) this.drop(at);
    }
  }

  /** Keeps a candidate at its position, and also the earlier candidates that conflict with it. */
  private drop(at: number): void {
    const { candidates } = this;
    // Conflicts with several candidates are the union of the conflicts.
    let [{ effects }] = candidates.splice(at, 1);
    for (let before = at - 1; before >= 0; before--) {
      if (conflict(candidates[before].effects, effects)) effects |= candidates.splice(before, 1)[0].effects;
    }
  }

  /** Nests the operands that can be. Returns the effects of the whole tree. */
  private takeOperands(instruction: Instruction): number {
    const { operands } = instruction;
    const { candidates } = this;
    let effects = instruction.effects & ~(Effect.ReadsVariable | Effect.WritesVariable);
    if (instruction.operation === Operation.Get) effects |= Effect.ReadsVariable;
    for (let index = 0; index < operands.length; index++) {
      const operand = operands[index];
      if (operand.operation === Operation.Get) {
        if (operand.second !== this.versions[operand.index]) operand.nested = false;
        else effects |= Effect.ReadsVariable;
        continue;
      }
      const at = find(candidates, operand);
      if (at < 0) continue;
      const taken = candidates[at];
      const isDeep = taken.depth >= (this.options.mostDepth ?? Number.POSITIVE_INFINITY);
      if (isDeep || !this.mayContain(instruction, index, taken.effects) || !this.mayMove(at, operands, index)) {
        this.drop(at);
        continue;
      }
      operand.nested = true;
    }
    this.depth = 1;
    // Candidates that have been dropped since do not count.
    for (const operand of operands) {
      if (!operand.nested || operand.operation === Operation.Get) continue;
      const at = find(candidates, operand);
      if (at < 0) {
        operand.nested = false;
        continue;
      }
      const [taken] = candidates.splice(at, 1);
      effects |= taken.effects;
      this.depth = Math.max(this.depth, taken.depth + 1);
    }
    return effects;
  }

  /** Whether the operand `index`, the candidate `at`, keeps its order relative to conflicting candidates. */
  private mayMove(at: number, operands: Instruction[], index: number): boolean {
    const { candidates } = this;
    const { effects } = candidates[at];
    if ((effects & ~Effect.ReadsVariable) === 0) return true;
    for (let other = 0; other < candidates.length; other++) {
      if (other === at || !conflict(candidates[other].effects, effects)) continue;
      const place = operands.indexOf(candidates[other].value);
      // An earlier candidate that stays also comes before its user.
      if (place < 0 ? other > at : place < index !== other < at) return false;
    }
    return true;
  }

  private mayContain(user: Instruction, index: number, effects: number): boolean {
    const { operation } = user;
    const count = user.operands.length;
    // They are printed twice.
    if (operation === Operation.CanonicalNaN) return false;
    if (isRotation(user) && index === 0) return false;
    // The first of several results is computed last, after the others have been stored.
    if (operation === Operation.Return && count > 1) return (effects & (HAZARDS | Effect.ReadsResult)) === 0;
    // A value of `select` is computed only if it is selected; a callee is looked up before its arguments are computed.
    const conditional =
      operation === Operation.Select ||
      operation === Operation.CallIndirect ||
      operation === Operation.TailCallIndirect;
    if (conditional && index > 0) return (effects & HAZARDS) === 0;
    if ((effects & Effect.Calls) === 0 || !this.options.callsMoveMemory) return true;
    return operation === Operation.Set || operation === Operation.Return || operation === Operation.GlobalSet;
  }
}

/** Whether an instruction rotates by a constant: this prints two shifts. */
function isRotation({ operation, operands }: Instruction): boolean {
  const rotates = operation === Opcode.I32Rotl || operation === Opcode.I32Rotr;
  return rotates && operands[1].operation === Operation.Constant;
}

function find(candidates: Candidate[], value: Instruction): number {
  for (let index = candidates.length - 1; index >= 0; index--) if (candidates[index].value === value) return index;
  return -1;
}

/** Whether a tree reads a variable. */
function reads(value: Instruction, variable: number): boolean {
  const open = [value];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.operation === Operation.Get) {
      if (next.index === variable) return true;
    } else for (const operand of next.operands) if (operand.nested) open.push(operand);
  }
  return false;
}

/** Whether a value is printed at its use: it is nested there, or costs nothing. */
export function isInline(value: Instruction): boolean {
  return value.nested || value.operation === Operation.Constant || value.operation === Operation.NullReference;
}
