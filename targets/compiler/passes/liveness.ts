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

class VariableLiveness extends BackwardWalk<VariableSet> {
  private readonly found = new Map<Instruction, VariableSet>();

  constructor(private readonly asked: ReadonlySet<Instruction>) {
    super();
  }

  run(body: Region): Liveness {
    this.walk(body);
    return { at: this.found };
  }

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

  protected instruction(instruction: Instruction): void {
    const { operation, index } = instruction;
    if (this.asked.has(instruction)) this.found.set(instruction, this.state);
    if (operation === Operation.Get) this.state |= 1n << BigInt(index);
    else if (operation === Operation.Set) this.state &= ~(1n << BigInt(index));
  }

  protected override leaveLoop(loop: Instruction): void {
    this.found.set(loop, this.state);
  }
}
