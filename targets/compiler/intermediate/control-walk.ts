// Walks through a function in the order of its text, and says where control joins: behind a block or `if`, from each branch to
// it and from the ends of its regions; at the head of a loop, from in front of it and from each branch back.

import type { Instruction, Region } from './instruction.js';
import { Operation } from './operation.js';

/** A place where control joins: what a walk has found of it. */
export interface Joint {
  /** The block, loop or `if`. */
  readonly owner: Instruction;
}

export abstract class ControlWalk<J extends Joint> {
  /** Of what encloses the instruction at hand, outermost first: labels have their places in it. */
  protected readonly open: J[] = [];

  /** Returns whether control falls out of the region's end. */
  protected region(region: Region): boolean {
    let falls = true;
    for (let at = 0; at < region.length; at++) {
      const instruction = region[at];
      switch (instruction.operation) {
        case Operation.Block: {
          const joint = this.opened(this.enter(instruction));
          if (this.region(instruction.regions![0])) this.join(joint);
          this.open.pop();
          if (!this.leave(joint)) falls = false;
          break;
        }
        case Operation.Loop: {
          const joint = this.opened(this.enter(instruction));
          if (!this.loop(joint)) falls = false;
          this.open.pop();
          break;
        }
        case Operation.If: {
          this.instruction(instruction);
          const joint = this.opened(this.enter(instruction));
          for (let arm = 0; arm < 2; arm++) {
            this.enterArm(joint, arm === 0);
            const inner = instruction.regions![arm];
            if (inner === undefined || this.region(inner)) this.join(joint);
            this.leaveArm(joint);
          }
          this.open.pop();
          if (!this.leave(joint)) falls = false;
          break;
        }
        case Operation.Branch:
          this.join(this.open[instruction.label!.depth]);
          falls = false;
          break;
        case Operation.BranchTable:
          this.instruction(instruction);
          for (const { depth } of new Set(instruction.labels!)) this.join(this.open[depth]);
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

  private opened(joint: J): J {
    const { label } = joint.owner;
    if (label !== null) label.depth = this.open.length;
    this.open.push(joint);
    return joint;
  }

  /** Any instruction but blocks, loops and branches; an `if` before its arms. */
  protected abstract instruction(instruction: Instruction): void;
  /** Before a block, loop or `if`. */
  protected abstract enter(owner: Instruction): J;
  /** Control goes from here to where it joins others, with a loop: to its head again. */
  protected abstract join(joint: J): void;
  /** Behind a block or `if`. Returns whether control gets there. */
  protected abstract leave(joint: J): boolean;
  protected abstract enterArm(joint: J, isFirst: boolean): void;
  protected abstract leaveArm(joint: J): void;
  /** Walks through the region of a loop. Returns whether control falls out of it. */
  protected abstract loop(joint: J): boolean;
}
