// Walks forwards through a function, in the order of its text, and reports where control flow merges: at the end of a block or `if`,
// from each branch to it and from the ends of its regions; at the head of a loop, from its entry and from each back edge. The walk has
// an explicit stack, so only memory limits the nesting of functions.

import type { Instruction, Region } from './instruction.js';
import { isTerminator, Operation } from './operation.js';

/** A merge of control flow, and the state of the walk for it. */
export interface Merge {
  /** The block, loop or `if`. */
  readonly owner: Instruction;
}

/** A region during the walk. */
interface OpenRegion<M> {
  region: Region;
  at: number;
  /** Whether control reaches the instruction at `at`. */
  falls: boolean;
  /** The merge of the region's owner; null for the body of the function. */
  merge: M | null;
  /** Index of the region in its owner. */
  arm: number;
}

export abstract class ControlWalk<M extends Merge> {
  /** Merges of the enclosing constructs, outermost first. The depth of a label is an index into the list. */
  protected readonly open: M[] = [];
  private readonly regions: OpenRegion<M>[] = [];

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
      if (top.merge === null) return top.falls;
      this.leaveRegion(top, top.merge, regions[regions.length - 1]);
    }
  }

  private step(top: OpenRegion<M>, instruction: Instruction): void {
    const { operation } = instruction;
    switch (operation) {
      case Operation.Block:
        this.enterRegion(instruction.regions![0], this.opened(this.enter(instruction)), 0);
        return;
      case Operation.Loop: {
        const merge = this.opened(this.enter(instruction));
        this.enterLoop(merge);
        this.enterRegion(instruction.regions![0], merge, 0);
        return;
      }
      case Operation.If: {
        this.instruction(instruction);
        const merge = this.opened(this.enter(instruction));
        this.enterArm(merge, true);
        this.enterRegion(instruction.regions![0], merge, 0);
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

  private enterRegion(region: Region, merge: M | null, arm: number): void {
    this.regions.push({ region, at: 0, falls: true, merge, arm });
  }

  private leaveRegion({ falls, arm }: OpenRegion<M>, merge: M, outer: OpenRegion<M>): void {
    const { operation, regions } = merge.owner;
    if (operation === Operation.Loop) {
      if (this.repeats(merge)) {
        this.enterRegion(regions![0], merge, 0);
        return;
      }
      this.open.pop();
      if (!falls) outer.falls = false;
      else this.leaveLoop(merge);
      return;
    }
    if (falls) this.join(merge);
    if (operation === Operation.If) {
      this.leaveArm(merge);
      if (arm === 0) {
        this.enterArm(merge, false);
        // A missing arm is empty.
        this.enterRegion(regions![1] ?? [], merge, 1);
        return;
      }
    }
    this.open.pop();
    if (!this.leave(merge)) outer.falls = false;
  }

  private opened(merge: M): M {
    const { label } = merge.owner;
    if (label !== null) label.depth = this.open.length;
    this.open.push(merge);
    return merge;
  }

  /** Any instruction but blocks, loops and branches; an `if` before its arms. */
  protected abstract instruction(instruction: Instruction): void;
  /** Before a block, loop or `if`. */
  protected abstract enter(owner: Instruction): M;
  /** An edge from here to a merge; for a loop, to its head. */
  protected abstract join(merge: M): void;
  /** At the end of a block or `if`. Returns whether control reaches it. */
  protected abstract leave(merge: M): boolean;
  protected enterArm(_joint: M, _isFirst: boolean): void {}
  protected leaveArm(_joint: M): void {}
  /** At the head of a loop, before its region is walked for the first time. */
  protected enterLoop(_joint: M): void {}
  /** At the end of a loop's region. Returns whether to walk it once more. */
  protected repeats(_joint: M): boolean {
    return false;
  }
  /** At the exit of a loop that control leaves by falling through. */
  protected leaveLoop(_joint: M): void {}
}
