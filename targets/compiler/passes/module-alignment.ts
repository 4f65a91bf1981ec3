// Which powers of two divide the i32 globals, parameters and results of a module's functions: assumes that all are aligned, and takes
// back what a write, call or return contradicts (a fixed point). The stack pointer stays aligned that way, and so do the addresses of
// what lies on the stack where functions pass them on.

import { Opcode } from '../../../src/opcodes.js';
import { ExternalKind } from '../../../src/types.js';
import type { ModuleCode } from '../../module/module-code.js';
import { definitionOf, findDefinitions } from '../intermediate/definitions.js';
import { type FunctionCode, type Instruction, visit } from '../intermediate/instruction.js';
import { Operation, Type } from '../intermediate/operation.js';

/** The largest power of two that matters: the stack pointer has it. */
const MOST = 16;
/** How many instructions are followed from a value. */
const MOST_DEPTH = 200;

export interface ModuleAlignment {
  /** A power of two that divides the global. */
  ofGlobal(index: number): number;
  /** Returns the alignment of the word of a parameter. */
  ofParameter(functionIndex: number, word: number): number;
  ofResult(functionIndex: number): number;
}

/** The parts of the module, besides its functions, that the analysis needs. */
export interface AlignmentFacts {
  /** The first word of a global at the start. */
  globalBits(index: number): [low: number, high: number];
  /** Functions that are called in ways that no instruction shows: through tables. */
  referred: Iterable<number>;
}

/** `bodies`: the module's own functions. Finds their definitions. */
export function moduleAlignment(
  code: ModuleCode,
  bodies: readonly FunctionCode[],
  facts: AlignmentFacts,
): ModuleAlignment {
  const found = new Alignments(code, bodies, facts);
  found.run();
  return found;
}

class Alignments implements ModuleAlignment {
  private readonly globals: number[];
  private readonly parameters = new Map<number, number[]>();
  private readonly results = new Map<number, number>();
  /** Writes, calls and returns, with the function that they are in. */
  private readonly sources: { within: number; instruction: Instruction }[] = [];
  /** Phis that were met, with the function that they are in and what is assumed of them. */
  private readonly phis = new Map<Instruction, { within: number; assumed: number }>();
  private readonly known = new Map<Instruction, number>();

  constructor(code: ModuleCode, bodies: readonly FunctionCode[], { globalBits, referred }: AlignmentFacts) {
    this.globals = code.globals.map(({ type }, index) => (type === 'i' ? lowestBit(globalBits(index)[0]) : 1));
    const fromOutside = new Set<number>([...referred, code.start]);
    for (const { kind, index } of code.exports) {
      if (kind === ExternalKind.Function) fromOutside.add(index);
      else if (kind === ExternalKind.Global) this.globals[index] = 1;
    }
    for (let index = 0; index < code.importedGlobals; index++) this.globals[index] = 1;
    for (const body of bodies) {
      const { index, parameterCount, variables, tailCalls } = body;
      const most = (word: number) => (variables[word] === Type.I32 && !fromOutside.has(index) ? MOST : 1);
      this.parameters.set(
        index,
        Array.from({ length: parameterCount }, (_, word) => most(word)),
      );
      this.results.set(index, body.results[0] === Type.I32 && !tailCalls ? MOST : 1);
      findDefinitions(body);
      visit(body.body, (instruction) => {
        if (SOURCES.includes(instruction.operation)) this.sources.push({ within: index, instruction });
      });
    }
  }

  run(): void {
    for (let changed = true; changed; ) {
      changed = false;
      this.known.clear();
      for (const { within, instruction } of this.sources) if (this.take(within, instruction)) changed = true;
      for (const [{ operands }, phi] of this.phis) {
        const found = Math.min(...operands.map((each) => this.of(phi.within, each)));
        if (found >= phi.assumed) continue;
        phi.assumed = found;
        changed = true;
      }
    }
    this.known.clear();
    this.phis.clear();
  }

  ofGlobal(index: number): number {
    return this.globals[index];
  }

  ofParameter(functionIndex: number, word: number): number {
    return this.parameters.get(functionIndex)?.[word] ?? 1;
  }

  ofResult(functionIndex: number): number {
    return this.results.get(functionIndex) ?? 1;
  }

  /** Takes back what an instruction contradicts. Returns whether it did. */
  private take(within: number, { operation, operands, index }: Instruction): boolean {
    if (operation === Operation.GlobalSet) {
      const found = this.of(within, operands[0]);
      if (found >= this.globals[index]) return false;
      this.globals[index] = found;
      return true;
    }
    if (operation === Operation.Return) {
      if (operands.length === 0) return false;
      const found = this.of(within, operands[0]);
      if (found >= this.results.get(within)!) return false;
      this.results.set(within, found);
      return true;
    }
    const parameters = this.parameters.get(index);
    if (parameters === undefined) return false;
    let changed = false;
    for (const [word, before] of parameters.entries()) {
      if (before === 1) continue;
      const found = this.of(within, operands[word]);
      if (found >= before) continue;
      parameters[word] = found;
      changed = true;
    }
    return changed;
  }

  private of(within: number, operand: Instruction, depth = MOST_DEPTH): number {
    const value = definitionOf(operand);
    const { operation, operands } = value;
    if (operation === Operation.Phi) {
      if (operands.length === 0 || value.type !== Type.I32) return 1;
      const phi = this.phis.get(value);
      if (phi === undefined) this.phis.set(value, { within, assumed: MOST });
      return phi === undefined ? MOST : phi.assumed;
    }
    const known = this.known.get(value);
    if (known !== undefined) return known;
    const found = depth === 0 ? 1 : Math.min(MOST, this.computed(within, value, depth - 1));
    this.known.set(value, found);
    return found;
  }

  private computed(within: number, value: Instruction, depth: number): number {
    const { operation, operands, index, type } = value;
    if (type !== Type.I32) return 1;
    const of = (operand: number) => this.of(within, operands[operand], depth);
    switch (operation) {
      case Operation.Constant:
        return lowestBit(index);
      case Operation.GlobalGet:
        return this.globals[index];
      case Operation.Parameter:
        return this.ofParameter(within, index);
      case Operation.Call:
        return this.ofResult(index);
      case Operation.Select:
        return Math.min(of(1), of(2));
      case Opcode.I32Add:
      case Opcode.I32Sub:
      case Opcode.I32Or:
      case Opcode.I32Xor:
        return Math.min(of(0), of(1));
      case Opcode.I32And:
        return Math.max(of(0), of(1));
      case Opcode.I32Mul:
        return of(0) * of(1);
      case Opcode.I32Shl: {
        const count = definitionOf(operands[1]);
        return count.operation === Operation.Constant ? of(0) * 2 ** Math.min(4, count.index & 31) : of(0);
      }
      default:
        return 1;
    }
  }
}

const SOURCES: readonly number[] = [Operation.GlobalSet, Operation.Return, Operation.Call, Operation.TailCall];

/** The largest power of two that divides a number. */
function lowestBit(value: number): number {
  return value === 0 ? MOST : Math.min(MOST, (value & -value) >>> 0);
}
