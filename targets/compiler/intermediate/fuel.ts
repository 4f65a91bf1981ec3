// Runs of instructions, as the interpreter charges fuel for them: on entering one, for all up to and including the next
// branch. A label that is only fallen into does not start one.

import type { Instruction } from './instruction.js';

export class Run {
  /** Of its own instructions. */
  cost = 0;
  /** The run that it falls into. */
  next: Run | null = null;
}

/** Which instruction charges for which run: known in full only when the function is built. */
export class Charges {
  private readonly instructions: Instruction[] = [];
  private readonly runs: Run[] = [];

  add(instruction: Instruction, run: Run): void {
    this.instructions.push(instruction);
    this.runs.push(run);
  }

  /** Puts the cost of its run into each instruction. */
  settle(): void {
    for (let index = 0; index < this.runs.length; index++) {
      let cost = 0;
      for (let run: Run | null = this.runs[index]; run !== null; run = run.next) cost += run.cost;
      this.instructions[index].index = cost;
    }
  }
}
