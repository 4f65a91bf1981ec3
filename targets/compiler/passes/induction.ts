// Ranges of induction variables: variables to which a loop adds a constant in each iteration. The loop must have one back edge, whose
// condition depends on one of them. For example, a loop that continues while `x + 1` is not n, and starts with an x below n, keeps x
// below n; this also bounds the number of iterations.

import { Opcode } from '../../../src/opcodes.js';
import { definitionOf } from '../intermediate/definitions.js';
import { type Instruction, type LoopInduction, type Region, visit } from '../intermediate/instruction.js';
import { Operation, Type } from '../intermediate/operation.js';
import { constantRange, LEAST, MOST, type Range } from '../intermediate/value-range.js';

/** Bounds of a Phi at the head of a loop. */
export interface Bounds {
  least: number;
  most: number;
}

/** The condition of the back edge: a comparison that holds. */
interface Condition {
  operation: number;
  left: Instruction;
  /** null for 0. */
  right: Instruction | null;
}

/** The induction variables of a loop, one of which determines the number of iterations. */
export interface Induction {
  condition: Condition;
  /** Index of the Phi that the condition compares. */
  counter: number;
  /** The increment of each Phi per iteration; 0 if it is unknown. */
  steps: number[];
}

/** Finds the induction variables of a loop; null if it has none. */
export function findInduction(loop: Instruction): Induction | null {
  const phis = loop.phis!;
  if (loop.label!.uses !== 1) return null;
  const steps = phis.map(stepOf);
  if (steps.every((step) => step === 0)) return null;
  const condition = wayBack(loop.regions![0], loop);
  if (condition === null) return null;
  const counter = phis.findIndex(
    (phi, index) => steps[index] !== 0 && definitionOf(phi.operands[1]) === condition.left,
  );
  if (counter < 0 || (condition.right !== null && !isInvariant(condition.right, loop))) return null;
  return { condition, counter, steps };
}

export interface InductionBounds {
  /** Bounds of each Phi of the loop; null for unknown ones. */
  phis: (Bounds | null)[];
  /** Maximum number of times that the loop branches back to its head. */
  mostRounds: number;
}

/** The induction variables of a loop, for passes after `facts`. */
export function inductionOf(
  loop: Instruction,
  { counter, steps }: Induction,
  bounds: InductionBounds | null,
): LoopInduction {
  const phis = loop.phis!;
  const variables = phis.flatMap((phi, index) => {
    if (steps[index] === 0) return [];
    const { least, most } = bounds?.phis[index] ?? { least: LEAST, most: MOST };
    return [{ phi, step: steps[index], least, most }];
  });
  return { counter: phis[counter], variables, mostRounds: bounds?.mostRounds ?? Infinity };
}

/** The bounds of the Phis of a loop; null if they are unknown. `rangeOf` gives ranges before the loop. */
export function inductionBounds(
  phis: Instruction[],
  { condition, counter, steps }: Induction,
  rangeOf: (value: Instruction) => Range,
): InductionBounds | null {
  const { operation, right } = condition;
  const start = rangeOf(phis[counter].operands[0]);
  const step = steps[counter];
  const last = lastOf(operation, start, step, right === null ? constantRange(0) : rangeOf(right));
  if (last === null) return null;
  const rounds = step > 0 ? Math.floor((last - start.least) / step) : Math.floor((start.most - last) / -step);
  const bounds = phis.map((phi, index) => {
    if (index === counter) {
      return step > 0
        ? { least: start.least, most: Math.max(start.most, last) }
        : { least: Math.min(start.least, last), most: start.most };
    }
    if (steps[index] === 0) return null;
    const way = rounds * steps[index];
    const first = rangeOf(phi.operands[0]);
    const least = first.least + Math.min(0, way);
    const most = first.most + Math.max(0, way);
    return least < LEAST || most > MOST ? null : { least, most };
  });
  return { phis: bounds, mostRounds: Math.max(0, rounds) };
}

/** The constant that is added to a Phi before the back edge; 0 if it is unknown. */
function stepOf(phi: Instruction): number {
  if (phi.type !== Type.I32 || phi.operands.length !== 2) return 0;
  const { operation, operands } = definitionOf(phi.operands[1]);
  if (operation !== Opcode.I32Add && operation !== Opcode.I32Sub) return 0;
  const by = definitionOf(operands[1]);
  if (definitionOf(operands[0]) !== phi || by.operation !== Operation.Constant) return 0;
  return operation === Opcode.I32Add ? by.index : -by.index;
}

/** Maximum distance of a counter from its start, at the head of the loop; null if the counter may wrap. */
function lastOf(operation: number, start: Range, step: number, limit: Range): number | null {
  const size = Math.abs(step);
  switch (operation) {
    case Opcode.I32Ne: {
      if (size > 1 && !isReached(start, size, limit)) return null;
      if (step > 0) return start.most <= limit.least - size ? limit.most - size : null;
      return start.least >= limit.most + size ? limit.least + size : null;
    }
    case Opcode.I32LtS:
    case Opcode.I32LeS: {
      const most = operation === Opcode.I32LtS ? limit.most - 1 : limit.most;
      return step > 0 && Math.max(most, start.most) + step <= MOST ? most : null;
    }
    case Opcode.I32GtS:
    case Opcode.I32GeS: {
      const least = operation === Opcode.I32GtS ? limit.least + 1 : limit.least;
      return step < 0 && Math.min(least, start.least) + step >= LEAST ? least : null;
    }
    default:
      return null;
  }
}

/** Whether steps of this size reach the limit exactly. */
function isReached(start: Range, size: number, limit: Range): boolean {
  const power = size & -size;
  return power === size && start.isConstant && limit.isMultiple(-start.least, size);
}

const OPPOSITES: Partial<Record<number, number>> = {
  [Opcode.I32Eq]: Opcode.I32Ne,
  [Opcode.I32Ne]: Opcode.I32Eq,
  [Opcode.I32LtS]: Opcode.I32GeS,
  [Opcode.I32GeS]: Opcode.I32LtS,
  [Opcode.I32GtS]: Opcode.I32LeS,
  [Opcode.I32LeS]: Opcode.I32GtS,
};

/** The condition of the only branch to the loop's head. */
function wayBack(region: Region, loop: Instruction): Condition | null {
  let found: Condition | null = null;
  visit(region, ({ operation, regions, operands }) => {
    if (found !== null || operation !== Operation.If) return;
    for (const [arm, inner] of regions!.entries()) {
      const isBranch = inner.some((each) => each.operation === Operation.Branch && each.label === loop.label);
      if (isBranch) found = conditionOf(definitionOf(operands[0]), arm === 0);
    }
  });
  return found;
}

function conditionOf(value: Instruction, holds: boolean): Condition | null {
  const { operation, operands } = value;
  if (operation === Opcode.I32Eqz) return conditionOf(definitionOf(operands[0]), !holds);
  const compared = holds && OPPOSITES[operation] !== undefined ? operation : OPPOSITES[operation];
  if (compared !== undefined)
    return { operation: compared, left: definitionOf(operands[0]), right: definitionOf(operands[1]) };
  return holds ? { operation: Opcode.I32Ne, left: value, right: null } : null;
}

/** Whether the value is computed before the loop. */
function isInvariant(value: Instruction, loop: Instruction): boolean {
  if (value.operation === Operation.Constant) return true;
  let found = loop.phis!.includes(value);
  visit(loop.regions![0], (instruction) => {
    if (instruction === value || instruction.phis?.includes(value)) found = true;
  });
  return !found;
}
