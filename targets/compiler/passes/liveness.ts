// Liveness: the variables that are read later, at the heads of loops and after instructions that the caller selects.

import { BackwardWalk } from '../intermediate/backward-walk.js';
import type { Instruction, Region } from '../intermediate/instruction.js';
import { Operation } from '../intermediate/operation.js';

/** Sets of variables as bits. */
export type VariableSet = bigint;

export interface Liveness {
  /** Live variables of a loop: at its head; of a selected instruction: after it. */
  at: Map<Instruction, VariableSet>;
}

/** `asked` selects instructions besides loops. */
export function liveness(body: Region, asked: ReadonlySet<Instruction>): Liveness {
  return new VariableLiveness(asked).run(body);
}

/** Walks with the set of live variables. `found` has them at the heads of loops, and where a subclass puts them. */
export abstract class LivenessWalk extends BackwardWalk<VariableSet> {
  protected readonly found = new Map<Instruction, VariableSet>();

  protected none(): VariableSet {
    return 0n;
  }

  protected copy(state: VariableSet): VariableSet {
    return state;
  }

  protected union(into: VariableSet, other: VariableSet): VariableSet {
    return into | other;
  }

  protected isWithin(state: VariableSet, other: VariableSet): boolean {
    return (state & ~other) === 0n;
  }

  protected instruction({ operation, index }: Instruction): void {
    if (operation === Operation.Get) this.state |= 1n << BigInt(index);
    else if (operation === Operation.Set) this.state &= ~(1n << BigInt(index));
  }

  protected override leaveLoop(loop: Instruction): void {
    this.found.set(loop, this.state);
  }
}

class VariableLiveness extends LivenessWalk {
  constructor(private readonly asked: ReadonlySet<Instruction>) {
    super();
  }

  run(body: Region): Liveness {
    this.walk(body);
    return { at: this.found };
  }

  protected override instruction(instruction: Instruction): void {
    if (this.asked.has(instruction)) this.found.set(instruction, this.state);
    super.instruction(instruction);
  }
}
