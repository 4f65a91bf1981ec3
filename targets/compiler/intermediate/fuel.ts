// Runs of instructions, for which the interpreter charges fuel at once: when control enters a run, it charges for all instructions up
// to and including the next branch. A label that only fall-through reaches does not start a run.

import type { Instruction } from './instruction.js';

export class Run {
  /** Cost of its own instructions. */
  cost = 0;
  /** The run that it falls into. */
  next: Run | null = null;
}

/** Decides which instruction charges for which run. The result is complete when the function is built. */
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
