// Walks backwards through a function, with the union of the states of all successors at each point; for liveness. Walks through loops
// until the states at their heads are a fixed point. The walk has an explicit stack.

import type { Instruction, Label, Region } from './instruction.js';
import { leavesFunction, Operation } from './operation.js';

/** A region that is being walked through. */
interface OpenRegion<State> {
  region: Region;
  at: number;
  /** The instruction that has the region; null for the body of the function. */
  owner: Instruction | null;
  arm: number;
  /** State after the owner. */
  after: State;
  /** At the start of the first arm of an `if`. */
  first: State | null;
}

export abstract class BackwardWalk<State> {
  /** At the place at hand. */
  protected state!: State;
  private readonly atLabels = new Map<Label, State>();
  private readonly open: OpenRegion<State>[] = [];

  protected abstract none(): State;
  protected abstract copy(state: State): State;
  /** May change and return the first of the two. */
  protected abstract union(into: State, other: State): State;
  protected abstract isWithin(state: State, other: State): boolean;
  /** Any instruction but blocks, loops and branches; an `if` after its arms. */
  protected abstract instruction(instruction: Instruction): void;
  protected enterLoop(_loop: Instruction): void {}
  /** In front of a loop, once its head is known. */
  protected leaveLoop(_loop: Instruction): void {}

  /** Leaves in `state` what holds at the start. */
  protected walk(body: Region): void {
    const { open } = this;
    this.state = this.none();
    this.enter(body, null, 0, this.state);
    for (let top = open[0]; top !== undefined; top = open[open.length - 1]) {
      if (top.at >= 0) this.step(top.region[top.at--]);
      else {
        open.pop();
        if (top.owner !== null) this.leave(top, top.owner);
      }
    }
  }

  private enter(region: Region, owner: Instruction | null, arm: number, after: State): OpenRegion<State> {
    const made = { region, at: region.length - 1, owner, arm, after, first: null };
    this.open.push(made);
    return made;
  }

  private step(instruction: Instruction): void {
    const { operation, label, regions } = instruction;
    switch (operation) {
      case Operation.Block:
      case Operation.If:
        if (label !== null) this.atLabels.set(label, this.copy(this.state));
        this.enter(regions![0], instruction, 0, this.state);
        this.state = this.copy(this.state);
        return;
      case Operation.Loop:
        this.enterLoop(instruction);
        this.enter(regions![0], instruction, 0, this.state);
        this.state = this.copy(this.state);
        return;
      case Operation.Branch:
        this.state = this.copy(this.at(label!));
        return;
      case Operation.BranchTable: {
        let all = this.none();
        for (const each of new Set(instruction.labels!)) all = this.union(all, this.at(each));
        this.state = all;
        break;
      }
      default:
        if (leavesFunction(operation)) this.state = this.none();
    }
    this.instruction(instruction);
  }

  /** At a label. */
  protected at(label: Label): State {
    let found = this.atLabels.get(label);
    if (found === undefined) {
      found = this.none();
      this.atLabels.set(label, found);
    }
    return found;
  }

  private leave({ arm, after, first }: OpenRegion<State>, owner: Instruction): void {
    const { operation, regions, label } = owner;
    if (operation === Operation.Loop) {
      const head = this.at(label!);
      const isKnown = this.isWithin(this.state, head);
      this.atLabels.set(label!, this.union(head, this.state));
      if (isKnown) {
        this.leaveLoop(owner);
        return;
      }
      this.enter(regions![0], owner, 0, after);
      this.state = this.copy(after);
    } else if (operation === Operation.If) {
      if (arm === 0) {
        // An arm that is not there is empty.
        this.enter(regions![1] ?? [], owner, 1, after).first = this.state;
        this.state = this.copy(after);
        return;
      }
      this.state = this.union(this.state, first!);
      this.instruction(owner);
    }
  }
}
