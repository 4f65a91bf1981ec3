// Walks forwards through a function, in the order of its text, and reports where control flow merges: at the end of a block or `if`,
// from each branch to it and from the ends of its regions; at the head of a loop, from its entry and from each back edge. The walk has
// an explicit stack, so only memory limits the nesting of functions.

import type { Instruction, Region } from './instruction.js';
import { isTerminator, Operation } from './operation.js';

/** A merge of control flow, and the state of the walk for it. */
export interface Joint {
  /** The block, loop or `if`. */
  readonly owner: Instruction;
}

/** A region during the walk. */
interface OpenRegion<J> {
  region: Region;
  at: number;
  /** Whether control reaches the instruction at `at`. */
  falls: boolean;
  /** Of the owner of the region; null for the body of the function. */
  joint: J | null;
  /** Index of the region in its owner. */
  arm: number;
}

export abstract class ControlWalk<J extends Joint> {
  /** Of the enclosing constructs of the current instruction, outermost first. The depth of a label is an index into it. */
  protected readonly open: J[] = [];
  private readonly regions: OpenRegion<J>[] = [];

  /** Walks through the body of a function. Returns whether control reaches its end by falling through. */
  protected walk(body: Region): boolean {
    const { regions } = this;
    this.enterRegion(body, null, 0);
    for (;;) {
      const top = regions[regions.length - 1];
      if (top.at < top.region.length) {
        this.step(top, top.region[top.at++]);
        continue;
      }
      regions.pop();
      if (top.joint === null) return top.falls;
      this.leaveRegion(top, top.joint, regions[regions.length - 1]);
    }
  }

  private step(top: OpenRegion<J>, instruction: Instruction): void {
    const { operation } = instruction;
    switch (operation) {
      case Operation.Block:
        this.enterRegion(instruction.regions![0], this.opened(this.enter(instruction)), 0);
        return;
      case Operation.Loop: {
        const joint = this.opened(this.enter(instruction));
        this.enterLoop(joint);
        this.enterRegion(instruction.regions![0], joint, 0);
        return;
      }
      case Operation.If: {
        this.instruction(instruction);
        const joint = this.opened(this.enter(instruction));
        this.enterArm(joint, true);
        this.enterRegion(instruction.regions![0], joint, 0);
        return;
      }
      case Operation.Branch:
        this.join(this.open[instruction.label!.depth]);
        break;
      case Operation.BranchTable:
        this.instruction(instruction);
        for (const { depth } of new Set(instruction.labels!)) this.join(this.open[depth]);
        break;
      default:
        this.instruction(instruction);
    }
    if (isTerminator(operation)) top.falls = false;
  }

  private enterRegion(region: Region, joint: J | null, arm: number): void {
    this.regions.push({ region, at: 0, falls: true, joint, arm });
  }

  private leaveRegion({ falls, arm }: OpenRegion<J>, joint: J, outer: OpenRegion<J>): void {
    const { operation, regions } = joint.owner;
    if (operation === Operation.Loop) {
      if (this.repeats(joint)) {
        this.enterRegion(regions![0], joint, 0);
        return;
      }
      this.open.pop();
      if (!falls) outer.falls = false;
      else this.leaveLoop(joint);
      return;
    }
    if (falls) this.join(joint);
    if (operation === Operation.If) {
      this.leaveArm(joint);
      if (arm === 0) {
        this.enterArm(joint, false);
        // A missing arm is empty.
        this.enterRegion(regions![1] ?? [], joint, 1);
        return;
      }
    }
    this.open.pop();
    if (!this.leave(joint)) outer.falls = false;
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
  /** An edge from here to a merge; for a loop, to its head. */
  protected abstract join(joint: J): void;
  /** At the end of a block or `if`. Returns whether control reaches it. */
  protected abstract leave(joint: J): boolean;
  protected enterArm(_joint: J, _isFirst: boolean): void {}
  protected leaveArm(_joint: J): void {}
  /** At the head of a loop, before its region is walked for the first time. */
  protected enterLoop(_joint: J): void {}
  /** At the end of a loop's region. Returns whether to walk it once more. */
  protected repeats(_joint: J): boolean {
    return false;
  }
  /** At the exit of a loop that control leaves by falling through. */
  protected leaveLoop(_joint: J): void {}
}
