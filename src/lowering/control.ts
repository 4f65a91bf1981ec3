// Lowers blocks, branches and returns. Branch targets are positions of the code. Targets that are not known yet form a list through
// the words to be filled in.

import { readBlockType } from '../body-reader.js';
import { LOWERING_LABEL_ROW } from '../capacities.js';
import { branchTarget, RegisterOpcode } from '../generated/register-opcodes.js';
import type { Module } from '../module.js';
import { Opcode } from '../opcodes.js';
import type { Reader } from '../reader.js';
import type { Store } from '../store.js';
import { constantInvertible, constantLimit, fuseBranch, fuseConstantBranch, SWAPPED } from './comparisons.js';
import { InstructionLowering } from './instruction-lowering.js';
import { Kind, moveOf, type OperandSlots, returnOf } from './operand-slots.js';
import type { RegisterWriter } from './register-writer.js';
import type { RunCosts } from './run-costs.js';

/** Columns of `loweringLabels`. */
enum Label {
  Opcode = 0,
  Type = 1,
  /** Operands below the block's parameters. */
  Height = 2,
  /** Last branch to the label that waits for its position, 0 if none. */
  Pending = 3,
  /** The branch of an `if` to its `else`, 0 if none. */
  Else = 4,
  /** Start of a loop's code. */
  Position = 5,
  Block = 6,
}

export class Control extends InstructionLowering {
  module!: Module;
  labelTop = 0;
  reachable = true;
  /** Blocks opened in unreachable code. */
  skipped = 0;
  private resultType = 0;
  private readonly costs: RunCosts;
  private readonly labels: Int32Array;

  constructor(store: Store, reader: Reader, writer: RegisterWriter, operands: OperandSlots, costs: RunCosts) {
    super(store, reader, writer, operands);
    this.costs = costs;
    this.labels = store.loweringLabels;
  }

  /** A function of this type. */
  begin(type: number): void {
    this.resultType = type;
    this.labelTop = 0;
    this.reachable = true;
    this.skipped = 0;
    this.pushLabel(Opcode.Block, type, 0);
  }

  private pushLabel(opcode: number, type: number, height: number): void {
    const row = this.labelTop++ * LOWERING_LABEL_ROW;
    const labels = this.labels;
    labels[row + Label.Opcode] = opcode;
    labels[row + Label.Type] = type;
    labels[row + Label.Height] = height;
    labels[row + Label.Pending] = 0;
    labels[row + Label.Else] = 0;
    labels[row + Label.Position] = 0;
    labels[row + Label.Block] = 0;
  }

  /** Starts the block that a label stands before. */
  private labelBlock(): void {
    if (this.reachable) this.costs.fallThrough();
    this.costs.newBlock();
  }

  /** Points the branch words at `position` (target, fuel) to here. */
  private patch(position: number): void {
    const writer = this.writer;
    writer.code[position] = writer.top;
    writer.code[position + 1] = this.costs.block;
  }

  /** Emits target and fuel of a branch to a label. */
  private emitTarget(row: number): void {
    const writer = this.writer;
    writer.need(2);
    const labels = this.labels;
    const at = writer.top;
    writer.top = at + 2;
    if (labels[row + Label.Opcode] === Opcode.Loop) {
      writer.code[at] = labels[row + Label.Position];
      writer.code[at + 1] = labels[row + Label.Block];
    } else {
      writer.code[at] = labels[row + Label.Pending];
      writer.code[at + 1] = 0;
      labels[row + Label.Pending] = at;
    }
  }

  /** Emits what a conditional branch has behind its target: the fuel of the block that follows, which it starts. */
  private emitFallThrough(): void {
    this.costs.newBlock();
    this.writer.word(this.costs.block);
  }

  private patchPending(row: number): void {
    let position = this.labels[row + Label.Pending];
    while (position !== 0) {
      const next = this.writer.code[position];
      this.patch(position);
      position = next;
    }
  }

  private labelArity(row: number): number {
    const type = this.labels[row + Label.Type];
    return this.labels[row + Label.Opcode] === Opcode.Loop
      ? this.store.typeParameterCounts[type]
      : this.store.typeResultCounts[type];
  }

  /** Whether the topmost `count` operands already lie where a label at `height` expects them. */
  private inPlace(count: number, height: number): boolean {
    const operands = this.operands;
    if (count === 0) return true;
    if (operands.operandTop - count !== height) return false;
    for (let place = height; place < operands.operandTop; place++) if (operands.kind(place) !== Kind.Home) return false;
    return true;
  }

  /** Brings the topmost `count` operands to the home slots from `height` up. Sources lie above, so the order is safe. */
  private moveResults(count: number, height: number): void {
    const operands = this.operands;
    const from = operands.operandTop - count;
    for (let index = 0; index < count; index++) operands.move(from + index, operands.home(height + index));
  }

  /** An unconditional branch to the label of `row`. */
  private jump(row: number): void {
    if (row === 0) {
      this.emitReturn();
      return;
    }
    this.moveResults(this.labelArity(row), this.labels[row + Label.Height]);
    if (!this.writer.emitSequence(RegisterOpcode.Branch)) this.writer.emit1(RegisterOpcode.Branch);
    this.emitTarget(row);
  }

  private emitReturn(): void {
    const operands = this.operands;
    const writer = this.writer;
    const count = this.store.typeResultCounts[this.resultType];
    if (count === 1) {
      const place = operands.operandTop - 1;
      const operation = returnOf(operands.width(place));
      const slot = operands.use(place);
      const fused = writer.fusion(operation, 1, slot);
      if (fused !== 0) writer.emitFused(fused, -1);
      else if (slot === 0) writer.emit1(RegisterOpcode.Return);
      else writer.emit2(operation, slot);
      return;
    }
    this.returnResults(count);
    writer.emit1(RegisterOpcode.Return);
  }

  /** Moves results to the start of the frame. Locals there that are still to be read are saved first. */
  returnResults(count: number): void {
    const operands = this.operands;
    const from = operands.operandTop - count;
    for (let place = from; place < operands.operandTop; place++) {
      if (operands.kind(place) === Kind.Local) operands.move(place, operands.home(place));
    }
    for (let index = 0; index < count; index++) {
      const place = from + index;
      if (operands.kind(place) === Kind.Constant) operands.move(place, index * 2);
      else this.writer.emit3(moveOf(operands.width(place)), index * 2, operands.home(place));
    }
  }

  setUnreachable(): void {
    this.reachable = false;
    this.skipped = 0;
    this.writer.last = 0;
    const row = (this.labelTop - 1) * LOWERING_LABEL_ROW;
    this.operands.truncate(this.labels[row + Label.Height]);
  }

  /**
   * Emits a conditional branch up to its target: taken if the operand at `place`, just popped, is non-zero, or zero when
   * `inverted`. A comparison that the last instruction made is fused into the branch.
   */
  private emitCondition(place: number, inverted: boolean): void {
    const writer = this.writer;
    if (this.operands.isLast(place)) {
      const at = writer.last;
      const comparison = writer.code[at];
      const a = writer.code[at + 2];
      const b = writer.code[at + 3];
      const branch = fuseBranch(comparison, inverted);
      if (branch !== 0) {
        writer.dropLast();
        const operation = branch & ~SWAPPED;
        if (branchTarget[operation] === 2) this.emitBranch(operation, a, 0, false);
        else if ((branch & SWAPPED) !== 0) this.emitBranch(operation, b, a, true);
        else this.emitBranch(operation, a, b, true);
        return;
      }
      const constantBranch = fuseConstantBranch(comparison, inverted);
      if (constantBranch !== 0 && (!inverted || constantInvertible(comparison, b))) {
        writer.dropLast();
        this.emitBranch(constantBranch, a, inverted ? constantLimit(comparison, b) : b, false);
        return;
      }
    }
    const slot = this.operands.use(place);
    this.emitBranch(inverted ? RegisterOpcode.BranchUnless : RegisterOpcode.BranchIf, slot, 0, false);
  }

  /** Emits a conditional branch up to its target, with one operand or two; `slots`: the second one is a slot too. */
  private emitBranch(operation: number, a: number, b: number, slots: boolean): void {
    const writer = this.writer;
    let fused = writer.fusion(operation, 1, a);
    if (fused !== 0) {
      writer.emitFused(fused, -1);
      if (branchTarget[operation] === 3) writer.word(b);
      return;
    }
    if (slots) {
      fused = writer.fusion(operation, 2, b);
      if (fused !== 0) {
        writer.emitFused(fused, -1);
        writer.word(a);
        return;
      }
    }
    if (branchTarget[operation] === 2) writer.emit2(operation, a);
    else writer.emit3(operation, a, b);
  }

  lowerEnd(): void {
    const operands = this.operands;
    const store = this.store;
    const row = (this.labelTop - 1) * LOWERING_LABEL_ROW;
    const labels = this.labels;
    const type = labels[row + Label.Type];
    const height = labels[row + Label.Height];
    const results = store.typeResultCounts[type];
    if (row === 0) {
      if (this.reachable) this.emitReturn();
      this.labelTop = 0;
      return;
    }
    if (this.reachable) this.moveResults(results, height);
    // Parameters of an `if` without `else` already lie in their home slots.
    const otherwise = labels[row + Label.Else];
    const joined = labels[row + Label.Pending] !== 0 || otherwise !== 0;
    if (joined) {
      this.labelBlock();
      if (otherwise !== 0) this.patch(otherwise);
      this.patchPending(row);
      this.reachable = true;
    }
    this.labelTop--;
    this.skipped = 0;
    operands.truncate(height);
    if (!this.reachable) {
      const outer = row - LOWERING_LABEL_ROW;
      operands.truncate(labels[outer + Label.Height]);
      return;
    }
    this.writer.last = 0;
    const offset = store.typeOffsets[type] + store.typeParameterCounts[type];
    for (let index = 0; index < results; index++) operands.pushHome(store.typeValues[offset + index]);
  }

  lowerElse(): void {
    const store = this.store;
    const row = (this.labelTop - 1) * LOWERING_LABEL_ROW;
    const labels = this.labels;
    if (this.reachable) this.jump(row);
    const height = labels[row + Label.Height];
    this.reachable = false;
    this.costs.newBlock();
    this.patch(labels[row + Label.Else]);
    labels[row + Label.Else] = 0;
    labels[row + Label.Opcode] = Opcode.Else;
    this.reachable = true;
    this.skipped = 0;
    this.operands.truncate(height);
    const type = labels[row + Label.Type];
    const offset = store.typeOffsets[type];
    const parameters = store.typeParameterCounts[type];
    for (let index = 0; index < parameters; index++) this.operands.pushHome(store.typeValues[offset + index]);
  }

  lowerBlock(code: number): void {
    const operands = this.operands;
    const writer = this.writer;
    const labels = this.labels;
    const type = readBlockType(this.store, this.reader, this.module);
    const parameters = this.store.typeParameterCounts[type];
    let condition = -1;
    if (code === Opcode.If) condition = operands.pop();
    const height = operands.operandTop - parameters;
    operands.settleBlock(height, code !== Opcode.Block || parameters > 0, condition);
    this.pushLabel(code, type, height);
    const row = (this.labelTop - 1) * LOWERING_LABEL_ROW;
    if (code === Opcode.Loop) {
      this.labelBlock();
      labels[row + Label.Position] = writer.top;
      labels[row + Label.Block] = this.costs.block;
    } else if (code === Opcode.If) {
      this.emitCondition(condition, true);
      labels[row + Label.Else] = writer.top;
      writer.need(2);
      writer.top += 2;
      this.emitFallThrough();
    }
  }

  lowerUnreachable(): void {
    this.writer.emit1(RegisterOpcode.Unreachable);
    this.setUnreachable();
  }

  lowerReturn(): void {
    this.emitReturn();
    this.setUnreachable();
  }

  /** `br` and `br_if`. */
  lowerBranch(code: number): void {
    const row = (this.labelTop - 1 - this.reader.u32()) * LOWERING_LABEL_ROW;
    if (code === Opcode.BrIf) this.lowerBranchIf(row);
    else {
      this.jump(row);
      this.setUnreachable();
    }
  }

  private lowerBranchIf(row: number): void {
    const writer = this.writer;
    const condition = this.operands.pop();
    const arity = this.labelArity(row);
    if (row !== 0 && this.inPlace(arity, this.labels[row + Label.Height])) {
      this.emitCondition(condition, false);
      this.emitTarget(row);
      this.emitFallThrough();
      return;
    }
    // Results have to be moved when the branch is taken: branch around the moves when it is not.
    this.emitCondition(condition, true);
    const around = writer.top;
    writer.need(2);
    writer.top += 2;
    this.emitFallThrough();
    this.jump(row);
    this.costs.newBlock();
    this.patch(around);
  }

  lowerBranchTable(): void {
    const writer = this.writer;
    const reader = this.reader;
    const count = reader.u32();
    const place = this.operands.pop();
    const index = this.operands.use(place);
    const fused = writer.fusion(RegisterOpcode.BranchTable, 1, index);
    if (fused !== 0) {
      writer.emitFused(fused, -1);
      writer.word(count);
    } else writer.emit3(RegisterOpcode.BranchTable, index, count);
    const pairs = writer.top;
    const at = reader.position;
    let outOfPlace = 0;
    for (let entry = 0; entry <= count; entry++) {
      const row = (this.labelTop - 1 - reader.u32()) * LOWERING_LABEL_ROW;
      if (row !== 0 && this.inPlace(this.labelArity(row), this.labels[row + Label.Height])) this.emitTarget(row);
      else {
        writer.need(2);
        writer.top += 2;
        outOfPlace++;
      }
    }
    writer.last = 0;
    // Targets whose results have to be moved go through a piece of code each; entries of one label share it.
    if (outOfPlace > 0) {
      reader.position = at;
      for (let entry = 0; entry <= count; entry++) {
        const row = (this.labelTop - 1 - reader.u32()) * LOWERING_LABEL_ROW;
        if (row !== 0 && this.inPlace(this.labelArity(row), this.labels[row + Label.Height])) continue;
        const shared = this.sharedStub(at, entry, row);
        if (shared >= 0) {
          writer.code[pairs + entry * 2] = writer.code[pairs + shared * 2];
          writer.code[pairs + entry * 2 + 1] = writer.code[pairs + shared * 2 + 1];
        } else {
          this.costs.newBlock();
          this.patch(pairs + entry * 2);
          this.jump(row);
        }
      }
    }
    this.setUnreachable();
  }

  /** An earlier entry of the branch table at `at` with the same label, -1 if there is none within reach. */
  private sharedStub(at: number, entry: number, row: number): number {
    const reader = this.reader;
    const here = reader.position;
    reader.position = at;
    let found = -1;
    // A bounded search keeps lowering linear; beyond it a second piece of code does no harm.
    const most = entry < 64 ? entry : 64;
    for (let other = 0; other < most && found < 0; other++) {
      if ((this.labelTop - 1 - reader.u32()) * LOWERING_LABEL_ROW === row) found = other;
    }
    reader.position = here;
    return found;
  }
}
