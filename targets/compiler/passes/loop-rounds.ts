// How often a loop without loops in it can branch back to its head, at most: by a counter that is compared with a limit, or by an address
// that leaves linear memory and traps.

import { Opcode } from '../../../src/opcodes.js';
import { definitionOf } from '../intermediate/definitions.js';
import {
  type FunctionCode,
  type Instruction,
  type Label,
  Proven,
  type Region,
  visit,
} from '../intermediate/instruction.js';
import { Effect, isBoolean, isTerminator, Operation, Type } from '../intermediate/operation.js';
import { MOST, type Range } from '../intermediate/value-range.js';

/** Steps of addresses are below this: no step leads from the end of memory to its start without an address in between that traps. */
const MOST_STRIDE = 2 ** 20;

/**
 * Maximum number of times that a loop branches back; Infinity if it is unknown. `inside` are the instructions and Phis of the loop, and
 * `memoryBytes` is what memory has at most. Needs definitions, and what `facts` finds.
 */
export function mostRounds(
  { inductions }: FunctionCode,
  loop: Instruction,
  inside: ReadonlySet<Instruction>,
  memoryBytes: number,
): number {
  if (loop.label!.uses !== 1) return Infinity;
  const known = inductions.get(loop)?.mostRounds ?? Infinity;
  return new Rounds(loop, inside, memoryBytes).most(known);
}

/** An increment of a variable: a constant, or a value that the loop does not change. */
interface Step {
  least: number;
  most: number;
}

class Rounds {
  constructor(
    private readonly loop: Instruction,
    private readonly inside: ReadonlySet<Instruction>,
    private readonly memoryBytes: number,
  ) {}

  most(known: number): number {
    const { loop } = this;
    let found = known;
    // What is in the loop's own region is executed in each iteration, up to the branch back: control passes what follows it only once.
    for (const each of loop.regions![0]) {
      const { operation, operands, regions } = each;
      if (operation === Operation.Check) {
        const stride = Math.abs(this.strideOf(operands[0]) ?? 0);
        if (stride > 0 && stride <= MOST_STRIDE) found = Math.min(found, Math.floor(this.memoryBytes / stride) + 1);
      } else if (operation === Operation.If) {
        const [arm] = regions!;
        const last = arm[arm.length - 1];
        if (last !== undefined && isTerminator(last.operation)) {
          const goesBack = branchesTo(last, loop.label!);
          if (goesBack || leaves(last, loop.label!)) found = Math.min(found, this.counted(operands[0], goesBack));
        }
      }
      if (containsBranch(each, loop.label!)) break;
    }
    return found;
  }

  /** Rounds of a loop that goes on only if the condition holds (or does not). */
  private counted(condition: Instruction, holds: boolean): number {
    const value = definitionOf(condition);
    const { operation, operands } = value;
    if (operation === Opcode.I32Eqz) return this.counted(operands[0], !holds);
    const compared = holds ? operation : OPPOSITES[operation];
    if (compared !== Opcode.I32LtU && compared !== Opcode.I32LeU) return Infinity;
    const [counter, limit] = operands;
    const step = this.stepOf(definitionOf(counter));
    const range = this.invariant(limit);
    // The counter passes no end of the range of numbers before it reaches the limit.
    if (step === null || range === null || range.least < 0 || range.most + step.most > MOST) return Infinity;
    return Math.ceil(range.most / step.least) + 2;
  }

  /** What each iteration adds to a Phi of the loop, or to a Phi and its step; null unless that is positive. */
  private stepOf(value: Instruction): Step | null {
    const { loop } = this;
    for (const phi of loop.phis ?? []) {
      if (phi.type !== Type.I32 || phi.operands.length !== 2) continue;
      const next = definitionOf(phi.operands[1]);
      if ((value !== phi && value !== next) || next.operation !== Opcode.I32Add) continue;
      const [a, b] = next.operands.map(definitionOf);
      const range = a === phi ? this.invariant(next.operands[1]) : b === phi ? this.invariant(next.operands[0]) : null;
      if (range !== null && range.least > 0) return { least: range.least, most: range.most };
    }
    return null;
  }

  /** The range of a value that the loop does not change; null for other values, and for those of which nothing is known. */
  private invariant(value: Instruction): Pick<Range, 'least' | 'most'> | null {
    const found = definitionOf(value);
    if (found.operation === Operation.Constant) return { least: found.index | 0, most: found.index | 0 };
    return this.inside.has(found) ? null : (found.range ?? value.range);
  }

  /** What an address differs by from that of the iteration before, modulo 2^32; null if that is unknown. */
  private strideOf(value: Instruction, depth = 0): number | null {
    const found = definitionOf(value);
    if (found.operation === Operation.Constant || !this.inside.has(found)) return 0;
    const { operation, operands } = found;
    if (this.loop.phis!.includes(found)) return this.constantStep(found);
    if (depth > 8) return null;
    const by = operands.length === 2 ? definitionOf(operands[1]) : null;
    const factor = by?.operation === Operation.Constant ? by.index : null;
    switch (operation) {
      case Opcode.I32Add:
      case Opcode.I32Sub: {
        const [a, b] = operands.map((each) => this.strideOf(each, depth + 1));
        if (a === null || b === null) return null;
        return operation === Opcode.I32Add ? a + b : a - b;
      }
      case Opcode.I32Shl: {
        const stride = this.strideOf(operands[0], depth + 1);
        return stride === null || factor === null ? null : stride * 2 ** (factor & 31);
      }
      default:
        return null;
    }
  }

  private constantStep(phi: Instruction): number | null {
    if (phi.type !== Type.I32 || phi.operands.length !== 2) return null;
    const next = definitionOf(phi.operands[1]);
    if (next === phi) return 0;
    const { operation, operands } = next;
    if (operation !== Opcode.I32Add && operation !== Opcode.I32Sub) return null;
    const by = definitionOf(operands[1]);
    if (definitionOf(operands[0]) !== phi || by.operation !== Operation.Constant) return null;
    return operation === Opcode.I32Add ? by.index | 0 : -(by.index | 0);
  }
}

const OPPOSITES: Partial<Record<number, number>> = {
  [Opcode.I32GeU]: Opcode.I32LtU,
  [Opcode.I32GtU]: Opcode.I32LeU,
};

const branchesTo = ({ operation, label }: Instruction, to: Label) => operation === Operation.Branch && label === to;

/** Whether a branch to the label, or a table with it, is the instruction or in one of its regions. */
function containsBranch(instruction: Instruction, to: Label): boolean {
  let found = false;
  visit([instruction], (each) => {
    found ||= branchesTo(each, to) || (each.labels?.includes(to) ?? false);
  });
  return found;
}

/** Whether control leaves the loop there: the label is none of a block in the loop, as the region is the loop's own. */
function leaves({ operation, label }: Instruction, back: Label): boolean {
  return operation === Operation.Branch ? label !== back : operation === Operation.Return;
}

/** A loop of instructions in a row that is executed a constant number of times. */
export interface CountedLoop {
  /** Number of times that the loop branches back to its head. */
  rounds: number;
  /** What each iteration executes, up to the condition. */
  every: Region;
  /** The arm that leads back. */
  back: Region;
}

/** null if the loop is another one, or may trap. */
export function countedLoop({ inductions }: FunctionCode, loop: Instruction): CountedLoop | null {
  const induction = inductions.get(loop);
  const [body] = loop.regions!;
  const at = body.findIndex(({ operation }) => operation === Operation.If);
  if (induction === undefined || induction.mostRounds === Infinity || at < 0) return null;
  const { operands, regions } = body[at];
  const last = regions![0][regions![0].length - 1];
  if (regions!.length !== 1 || last?.operation !== Operation.Branch || last.label !== loop.label) return null;
  const every = body.slice(0, at);
  if (![...every, ...regions![0].slice(0, -1)].every(isPlain)) return null;
  // The counter starts at a constant, and is compared with one.
  if (definitionOf(induction.counter.operands[0]).operation !== Operation.Constant) return null;
  let condition = definitionOf(operands[0]);
  while (condition.operation === Opcode.I32Eqz) condition = definitionOf(condition.operands[0]);
  const limit = isBoolean(condition.operation) ? definitionOf(condition.operands[1]) : null;
  if (limit !== null && limit.operation !== Operation.Constant) return null;
  return { rounds: induction.mostRounds, every, back: regions![0] };
}

/** Whether an instruction neither contains others, nor jumps, nor traps other than for fuel. */
function isPlain(instruction: Instruction): boolean {
  const { operation, effects, regions } = instruction;
  if (regions !== null || (effects & Effect.Jumps) !== 0) return false;
  if (operation === Operation.Charge || instruction.has(Proven.InBounds)) return true;
  return (effects & Effect.Traps) === 0;
}
