// Blocks and branches of a function under construction, and the fuel that is charged where they meet.

import { Opcode } from '../../../src/opcodes.js';
import { letterOf } from '../../module/module-code.js';
import { Charges, Run } from './fuel.js';
import { Instruction, Label, NO_OPERANDS, type Region } from './instruction.js';
import type { StackValue } from './integer64.js';
import { Operation, Type } from './operation.js';
import { ValueBuilder } from './value-builder.js';

/** A block, loop, `if` or the function itself while it is open. */
export interface Frame {
  opcode: number;
  label: Label;
  parameters: string;
  results: string;
  /** Operands below the parameters. */
  height: number;
  /** The region that contains it. */
  outer: Region;
  /** The block, loop or `if` itself; of the function, null. */
  instruction: Instruction | null;
  /** First variables of what branches bring: results, or parameters of a loop. */
  carried: number[] | null;
  /** For an `if`: its parameters, for the other arm. */
  given: StackValue[];
  /** For an `if`: the start of the other arm. For every frame but a loop: the code after it. */
  elseRun: Run;
  endRun: Run;
  /** Whether the first arm falls out of an `if`. */
  reached: boolean;
  /** Variables that are written in the innermost loop that encloses it, or that it is. */
  written: Set<number>;
}

export abstract class BlockBuilder extends ValueBuilder {
  protected frames: Frame[] = [];
  protected reachable = true;
  /** Blocks opened in code that is never reached. */
  protected skipped = 0;
  protected run = new Run();
  protected charges = new Charges();

  protected override written(variable: number): void {
    this.frames[this.frames.length - 1]?.written.add(variable);
  }

  // Fuel.

  protected charge(run: Run): void {
    if (!this.options.fuel) return;
    this.charges.add(this.statement(Operation.Charge), run);
  }

  /** Starts the run that a label stands before. */
  protected joinRun(run: Run): void {
    if (this.reachable) this.run.next = run;
    this.run = run;
  }

  protected returnResults(): void {
    const count = this.type.results.length;
    const values = this.stack.slice(this.stack.length - count);
    this.statement(Operation.Return, ...ValueBuilder.words(count === 0 ? [] : values));
    this.setUnreachable();
  }

  protected setUnreachable(): void {
    this.reachable = false;
    this.skipped = 0;
  }

  // Blocks.

  protected open(opcode: number, parameters: string, results: string, instruction: Instruction | null): Frame {
    const outer = this.frames[this.frames.length - 1];
    const frame: Frame = {
      opcode,
      label: new Label(opcode === Opcode.Loop),
      parameters,
      results,
      height: this.stack.length - parameters.length,
      outer: this.region,
      instruction,
      carried: null,
      given: [],
      elseRun: new Run(),
      endRun: new Run(),
      reached: false,
      written: opcode === Opcode.Loop || outer === undefined ? new Set() : outer.written,
    };
    if (instruction !== null) instruction.label = frame.label;
    this.frames.push(frame);
    return frame;
  }

  protected block(code: number): void {
    const { parameters, results } = this.readBlockType();
    const condition = code === Opcode.If ? [this.popWord()] : NO_OPERANDS;
    const operation = code === Opcode.Block ? Operation.Block : code === Opcode.Loop ? Operation.Loop : Operation.If;
    const frame = this.open(code, parameters, results, new Instruction(operation, Type.None, condition, this.at));
    if (code === Opcode.Loop && parameters !== '') {
      frame.carried = this.newVariables(parameters);
      this.setAll(frame.carried, this.stack.splice(frame.height));
      // Written outside of the loop only so far: the values below are read within it.
      for (const variable of frame.carried) frame.written.add(variable);
    }
    const inner: Region = [];
    frame.instruction!.regions = [inner];
    this.region = inner;
    if (code === Opcode.Loop) {
      this.joinRun(frame.endRun);
      if (frame.carried !== null) this.pushVariables(parameters, frame.carried);
    } else if (code === Opcode.If) {
      frame.given = this.stack.slice(frame.height);
      this.run = new Run();
      this.charge(this.run);
    }
  }

  protected readBlockType(): { parameters: string; results: string } {
    const { reader } = this;
    const type = reader.s33();
    if (type >= 0) return this.module.types[type];
    // -64 is empty; a value type is its byte as a negative number of seven bits.
    return { parameters: '', results: type === -64 ? '' : letterOf(type & 127) };
  }

  protected otherwise(): void {
    const frame = this.frames[this.frames.length - 1];
    if (this.reachable) {
      this.bringResults(frame);
      this.charge(frame.endRun);
    }
    this.joinArm(frame);
    this.run = frame.elseRun;
    this.charge(this.run);
  }

  /** Starts the other arm of an `if`. */
  protected joinArm(frame: Frame): void {
    frame.opcode = Opcode.Else;
    frame.reached = this.reachable;
    const inner: Region = [];
    frame.instruction!.regions!.push(inner);
    this.region = inner;
    this.stack.length = frame.height;
    this.stack.push(...frame.given);
    this.reachable = true;
    this.skipped = 0;
  }

  /** Sets the variables of a block's results to the topmost operands. */
  protected bringResults(frame: Frame): void {
    if (frame.results === '') return;
    frame.carried ??= this.newVariables(frame.results);
    this.setAll(frame.carried, this.stack.slice(this.stack.length - frame.results.length));
  }

  protected end(): void {
    const frame = this.frames[this.frames.length - 1];
    if (this.frames.length === 1) this.endFunction(frame);
    else if (frame.opcode === Opcode.Loop) this.endLoop(frame);
    else if (frame.opcode === Opcode.Block) this.endBlock(frame);
    else this.endIf(frame);
    this.frames.pop();
    const outer = this.frames[this.frames.length - 1];
    if (outer !== undefined && outer.written !== frame.written)
      for (const variable of frame.written) outer.written.add(variable);
  }

  protected endFunction(frame: Frame): void {
    if (!this.reachable) return;
    if (frame.label.uses > 0) this.bringResults(frame);
    else if (frame.results !== '') this.returnResults();
  }

  protected endLoop(frame: Frame): void {
    const { instruction } = frame;
    this.region = frame.outer;
    instruction!.written = [...frame.written];
    if (frame.label.uses > 0) {
      // Results are values of the region within: variables bring them out.
      if (this.reachable && frame.results !== '') this.bringOut(frame, instruction!.regions![0]);
      this.region.push(instruction!);
      if (this.reachable && frame.results !== '') {
        this.stack.length = frame.height;
        this.pushVariables(frame.results, frame.carried!);
      }
    } else this.splice(instruction!.regions![0]);
    this.leave(frame);
  }

  protected bringOut(frame: Frame, region: Region): void {
    const outer = this.region;
    this.region = region;
    frame.carried = null;
    this.bringResults(frame);
    this.region = outer;
    for (const variable of frame.carried!) frame.written.add(variable);
    frame.instruction!.written = [...frame.written];
  }

  protected splice(region: Region): void {
    for (const each of region) this.region.push(each);
  }

  /** Continues after the end of a frame. If the end is reachable, the frame's results are on the stack. */
  protected leave(frame: Frame): void {
    if (!this.reachable) this.stack.length = frame.height;
    this.skipped = 0;
  }

  protected endBlock(frame: Frame): void {
    const region = frame.instruction!.regions![0];
    if (frame.label.uses === 0) {
      this.region = frame.outer;
      this.splice(region);
      this.leave(frame);
      return;
    }
    if (this.reachable) this.bringResults(frame);
    this.joinRun(frame.endRun);
    this.region = frame.outer;
    this.region.push(frame.instruction!);
    this.pushResults(frame);
  }

  protected endIf(frame: Frame): void {
    if (frame.opcode === Opcode.If) {
      // Without another arm, the parameters are the results.
      if (this.reachable) this.bringResults(frame);
      const { reachable } = this;
      const { run } = this;
      if (this.options.fuel || frame.results !== '') {
        this.joinArm(frame);
        this.bringResults(frame);
        this.charge(frame.endRun);
      }
      this.reachable = reachable;
      this.run = run;
      this.joinRun(frame.endRun);
    } else {
      if (this.reachable) this.bringResults(frame);
      const joined = frame.reached || frame.label.uses > 0;
      if (joined) this.joinRun(frame.endRun);
      if (!this.reachable && !joined) {
        this.region = frame.outer;
        this.region.push(frame.instruction!);
        this.leave(frame);
        return;
      }
    }
    this.region = frame.outer;
    this.region.push(frame.instruction!);
    this.pushResults(frame);
  }

  protected pushResults(frame: Frame): void {
    this.stack.length = frame.height;
    this.reachable = true;
    this.skipped = 0;
    if (frame.results === '') return;
    frame.carried ??= this.newVariables(frame.results);
    this.pushVariables(frame.results, frame.carried);
  }

  // Branches.

  protected branch(code: number, depth: number): void {
    if (code === Opcode.Br) {
      this.jump(depth);
      this.setUnreachable();
      return;
    }
    const taken = new Instruction(Operation.If, Type.None, [this.popWord()], this.at);
    const { region } = this;
    const inner: Region = [];
    taken.regions = [inner];
    this.region = inner;
    this.jump(depth);
    this.region = region;
    region.push(taken);
    this.run = new Run();
    this.charge(this.run);
  }

  /** A branch to the label `depth` frames out, with the topmost operands, which stay. */
  protected jump(depth: number): void {
    const frame = this.frames[this.frames.length - 1 - depth];
    if (depth === this.frames.length - 1) {
      const values = frame.results === '' ? [] : this.stack.slice(this.stack.length - frame.results.length);
      this.statement(Operation.Return, ...ValueBuilder.words(values));
      return;
    }
    this.carry(frame);
    this.charge(frame.endRun);
    const branch = this.statement(Operation.Branch);
    branch.label = frame.label;
    frame.label.uses++;
  }

  /** Sets what a branch to a frame brings. */
  protected carry(frame: Frame): void {
    const letters = frame.opcode === Opcode.Loop ? frame.parameters : frame.results;
    if (letters === '') return;
    frame.carried ??= this.newVariables(letters);
    this.setAll(frame.carried, this.stack.slice(this.stack.length - letters.length));
  }

  protected branchTable(): void {
    const { reader } = this;
    const index = this.popWord();
    const targets = Array.from({ length: reader.u32() + 1 }, () => this.frames[this.frames.length - 1 - reader.u32()]);
    const distinct = [...new Set(targets)];
    // Values carried to one label do not matter to the others.
    for (const frame of distinct) {
      this.carry(frame);
      frame.label.uses++;
      if (frame === this.frames[0]) frame.carried ??= [];
    }
    if (!this.options.fuel) this.tableOf(index, targets);
    else this.chargedTable(index, targets, distinct);
    this.setUnreachable();
  }

  protected tableOf(index: Instruction, targets: Frame[]): void {
    this.statement(Operation.BranchTable, index).labels = targets.map(({ label }) => label);
  }

  /** Each label has its own charge: the table leads to a block for each, which charges and branches. */
  protected chargedTable(index: Instruction, targets: Frame[], distinct: Frame[]): void {
    const entries = distinct.map(() => new Label(false));
    const outer = this.region;
    let inner: Region = [];
    this.region = inner;
    this.statement(Operation.BranchTable, index).labels = targets.map((frame) => entries[distinct.indexOf(frame)]);
    for (const [at, frame] of distinct.entries()) {
      entries[at].uses = 1;
      const block = new Instruction(Operation.Block, Type.None, NO_OPERANDS, this.at);
      block.label = entries[at];
      block.regions = [inner];
      inner = [block];
      this.region = inner;
      // Leaving the function is free.
      if (frame !== this.frames[0]) this.charge(frame.endRun);
      this.statement(Operation.Branch).label = frame.label;
    }
    this.region = outer;
    this.splice(inner);
  }
}
