// Which variables are read later, at the heads of loops and behind instructions that are asked about.

import type { Instruction, Label, Region } from '../intermediate/instruction.js';
import { Operation } from '../intermediate/operation.js';

/** Variables as bits. */
export type VariableSet = bigint;

export interface Liveness {
  /** Of a loop: at its head. Of an instruction that was asked about: behind it. */
  at: Map<Instruction, VariableSet>;
}

/** `asked`: besides loops. */
export function liveness(body: Region, asked: ReadonlySet<Instruction>): Liveness {
  const at = new Map<Instruction, VariableSet>();
  const labels = new Map<Label, VariableSet>();
  const region = (instructions: Region, behind: VariableSet): VariableSet => {
    let live = behind;
    for (let index = instructions.length - 1; index >= 0; index--) {
      const instruction = instructions[index];
      if (asked.has(instruction)) at.set(instruction, live);
      live = before(instruction, live);
    }
    return live;
  };
  const before = (instruction: Instruction, behind: VariableSet): VariableSet => {
    const { operation, label, regions, index } = instruction;
    switch (operation) {
      case Operation.Get:
        return behind | (1n << BigInt(index));
      case Operation.Set:
        return behind & ~(1n << BigInt(index));
      case Operation.Branch:
        return labels.get(label!) ?? 0n;
      case Operation.BranchTable:
        return instruction.labels!.reduce((all, each) => all | (labels.get(each) ?? 0n), 0n);
      case Operation.Return:
      case Operation.Unreachable:
      case Operation.TailCall:
      case Operation.TailCallIndirect:
        return 0n;
      case Operation.Block:
        if (label !== null) labels.set(label, behind);
        return region(regions![0], behind);
      case Operation.If:
        if (label !== null) labels.set(label, behind);
        return region(regions![0], behind) | (regions!.length > 1 ? region(regions![1], behind) : behind);
      case Operation.Loop: {
        let head = 0n;
        for (;;) {
          labels.set(label!, head);
          const found = region(regions![0], behind);
          if (found === head) break;
          head = found;
        }
        at.set(instruction, head);
        return head;
      }
      default:
        return behind;
    }
  };
  region(body, 0n);
  return { at };
}
