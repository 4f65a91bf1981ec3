// Walks through a function in the order of its text, and says where control joins: behind a block or `if`, from each branch to
// it and from the ends of its regions; at the head of a loop, from in front of it and from each branch back.

import type { Instruction, Label, Region } from './instruction.js';
import { Operation } from './operation.js';

export abstract class ControlWalk {
  /** What encloses the instruction at hand and can be branched to. */
  private readonly owners = new Map<Label, Instruction>();

  /** Returns whether control falls out of the region's end. */
  protected region(region: Region): boolean {
    let falls = true;
    for (const instruction of region) {
      switch (instruction.operation) {
        case Operation.Block:
          this.enter(instruction);
          this.open(instruction);
          if (this.region(instruction.regions![0])) this.join(instruction);
          if (!this.leave(instruction)) falls = false;
          break;
        case Operation.Loop:
          this.open(instruction);
          if (!this.loop(instruction)) falls = false;
          break;
        case Operation.If:
          this.instruction(instruction);
          this.enter(instruction);
          this.open(instruction);
          for (let arm = 0; arm < 2; arm++) {
            this.enterArm(instruction, arm === 0);
            const region = instruction.regions![arm];
            if (region === undefined || this.region(region)) this.join(instruction);
            this.leaveArm(instruction);
          }
          if (!this.leave(instruction)) falls = false;
          break;
        case Operation.Branch:
          this.join(this.owners.get(instruction.label!)!);
          falls = false;
          break;
        case Operation.BranchTable:
          this.instruction(instruction);
          for (const label of new Set(instruction.labels!)) this.join(this.owners.get(label)!);
          falls = false;
          break;
        case Operation.Return:
        case Operation.Unreachable:
        case Operation.TailCall:
        case Operation.TailCallIndirect:
          this.instruction(instruction);
          falls = false;
          break;
        default:
          this.instruction(instruction);
      }
    }
    return falls;
  }

  private open(owner: Instruction): void {
    if (owner.label !== null) this.owners.set(owner.label, owner);
  }

  /** Any instruction but blocks, loops and branches; an `if` before its arms. */
  protected abstract instruction(instruction: Instruction): void;
  /** Control goes from here to where it joins others, with a loop: to its head again. */
  protected abstract join(owner: Instruction): void;
  /** Before a block or an `if`. */
  protected abstract enter(owner: Instruction): void;
  /** Behind it. Returns whether control gets there. */
  protected abstract leave(owner: Instruction): boolean;
  protected abstract enterArm(owner: Instruction, isFirst: boolean): void;
  protected abstract leaveArm(owner: Instruction): void;
  /** Walks through the region of a loop. Returns whether control falls out of it. */
  protected abstract loop(owner: Instruction): boolean;
}
