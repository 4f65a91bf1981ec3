// Prints instructions with the processor's registers as forms: chooses the shortest form. Code that runs rarely stands behind
// unconditional branches and behind the function.

import { modifiedImmediateBits } from '../../../machine/thumb/immediate.js';
import { FORMS } from '../../../machine/thumb/table.js';
import { Trap } from '../../../src/trap.js';
import { Assembly, type Candidate, Mark, type TrapSite } from './assembly.js';
import { Context, Reserved } from './contract.js';
import {
  binaryForms,
  compareForms,
  constantForms,
  type LastOperand,
  moveForms,
  multiplyForms,
  notForms,
  shiftForms,
} from './data-forms.js';
import { emitAccess, emitContextAccess, emitStackAccess } from './emit-accesses.js';
import { emitBoolean, emitCompare, emitConditionalMove, hasFlagsOf } from './emit-conditions.js';
import { emitFloat } from './emit-floats.js';
import { chargeOfJump, emitCharge, emitChargedJump, emitCharges, nextCharge, takeFuel } from './emit-fuel.js';
import { emitTrapIf } from './emit-traps.js';
import { Flags } from './flags.js';
import { Frame } from './frame.js';
import type { ModuleFacts } from './module-facts.js';
import { Code, Condition, opposite, Shift, Test } from './node.js';
import { functionSymbol, trapSymbol } from './symbols.js';
import { endOf, Register, type VirtualBlock, type VirtualFunction, type VirtualInstruction } from './virtual-code.js';

/**
 * Items of code between a branch to what is printed later and the latter, where control does not pass: about as many as the short
 * branches with a condition reach over, which have 254 bytes.
 */
const STUB_DISTANCE = 25;

export interface EmitOptions {
  /** Whether the function tests the stack when it starts. */
  testsStack: boolean;
  /** Whether its branches overwrite the link register: see LaidOut. */
  overwritesLink: boolean;
  /** Byte offset in the module of the function. */
  at: number;
  /** Whether it yields when fuel is used up. */
  yields: boolean;
  /** Whether call stacks can be told: at each call and trap, the frame has the return address. */
  tellsCallers: boolean;
}

export interface EmittedFunction {
  assembly: Assembly;
  frame: Frame;
}

export function emit(
  code: VirtualFunction,
  facts: ModuleFacts,
  isThumb2: boolean,
  options: EmitOptions,
): EmittedFunction {
  return new Emitter(code, facts, isThumb2, options).run();
}

export class Emitter {
  readonly assembly: Assembly;
  readonly isThumb2: boolean;
  readonly facts: ModuleFacts;
  private readonly code: VirtualFunction;
  readonly options: EmitOptions;
  readonly frame: Frame;
  private readonly marks = new Map<VirtualBlock, Mark>();
  /** Print what control does not pass: calls that report traps, and what is done rarely. */
  private readonly stubs: (() => void)[] = [];
  /** Number of items in front of the first branch to one of these. */
  private stubStart = 0;
  /** Index of the current block's first item. */
  blockStart = 0;
  readonly flags: Flags;

  constructor(code: VirtualFunction, facts: ModuleFacts, isThumb2: boolean, options: EmitOptions) {
    this.code = code;
    this.facts = facts;
    this.isThumb2 = isThumb2;
    this.options = options;
    this.frame = new Frame(code, options.overwritesLink);
    this.assembly = new Assembly(facts.cpu);
    this.flags = new Flags(this.assembly);
  }

  run(): EmittedFunction {
    const { blocks } = this.code;
    const kept = this.rotated(this.withoutEmptyBlocks(blocks));
    for (const block of kept) this.marks.set(block, this.marks.get(block) ?? new Mark());
    this.prologue();
    this.flags.connect(kept);
    for (const [index, block] of kept.entries()) {
      this.assembly.mark(this.marks.get(block)!);
      this.blockStart = this.assembly.items.length;
      this.flags.enter(block);
      const next = kept[index + 1] ?? null;
      const charge = chargeOfJump(this, block, next);
      const isJoint = this.instructions(block, charge);
      if (charge === null || isJoint) this.end(block, endOf(block), next);
      else emitChargedJump(this, charge, this.marks.get(block.successors[0])!);
      this.flags.leave(block);
      if (this.stubsAreDue() && !this.assembly.fallsThrough) this.printStubs();
    }
    this.printStubs();
    return { assembly: this.assembly, frame: this.frame };
  }

  /** Blocks that only jump get the mark of their target. */
  private withoutEmptyBlocks(blocks: readonly VirtualBlock[]): VirtualBlock[] {
    const isEmpty = (block: VirtualBlock) =>
      block.instructions.length === 1 && block.instructions[0].code === Code.Jump && block.successors[0] !== block;
    /** Of empty blocks: where they lead. */
    const targets = new Map<VirtualBlock, VirtualBlock>();
    const target = (block: VirtualBlock) => {
      const passed = new Set<VirtualBlock>();
      let found = targets.get(block) ?? block;
      while (isEmpty(found) && !passed.has(found)) {
        passed.add(found);
        found = targets.get(found) ?? found.successors[0];
      }
      // In a circle, each one leads to itself.
      if (!isEmpty(found)) for (const each of passed) targets.set(each, found);
      return found;
    };
    const kept = blocks.filter((block, index) => index === 0 || !isEmpty(block) || target(block) === block);
    for (const block of kept) block.successors = block.successors.map(target);
    return kept;
  }

  /** Moves blocks that only branches lead to, and that jump back to the head of a loop, in front of it: they fall into it then. */
  private rotated(blocks: readonly VirtualBlock[]): VirtualBlock[] {
    const place = new Map(blocks.map((block, index) => [block, index]));
    const isBranchedTo = new Map<VirtualBlock, boolean>();
    for (const block of blocks)
      for (const successor of block.successors)
        isBranchedTo.set(successor, (isBranchedTo.get(successor) ?? true) && block.successors.length === 2);
    const moved = new Map<VirtualBlock, VirtualBlock>();
    for (const [index, block] of blocks.entries()) {
      const [head] = block.successors;
      const isLatch = index > 0 && endOf(block).code === Code.Jump && head !== block && place.get(head)! < index;
      if (isLatch && place.get(head)! > 0 && isBranchedTo.get(block) === true) moved.set(head, block);
    }
    const latches = new Set(moved.values());
    return blocks.flatMap((block) => {
      if (latches.has(block)) return [];
      const latch = moved.get(block);
      return latch === undefined ? [block] : [latch, block];
    });
  }

  // Ways to emit.

  emit(...candidates: Candidate[]): void {
    this.assembly.emit(false, candidates);
  }

  constant(register: number, value: number, keepsFlags: boolean): void {
    for (const candidate of constantForms(register, value)) {
      if (keepsFlags && candidate[0].flagsWritten !== 0) continue;
      if (this.assembly.isEncodable(...candidate)) {
        this.assembly.emit(keepsFlags, [candidate]);
        return;
      }
    }
    this.assembly.literal(register, value);
  }

  private prologue(): void {
    const { frame } = this;
    if (this.options.testsStack) {
      const { R12 } = Register;
      if (this.isThumb2) this.emit([FORMS.ldr_w_imm, [R12, Reserved.Context, Context.StackLimit]]);
      else {
        // No low register is free: the link register has the return address, so one is lent by R12.
        this.emit([FORMS.mov_high, [R12, Register.R4]]);
        this.emit([FORMS.mov_high, [Register.R4, Reserved.Context]]);
        this.emit([FORMS.ldr_imm, [Register.R4, Register.R4, Context.StackLimit]]);
        this.emit([FORMS.cmp_high, [Register.Stack, Register.R4]]);
        this.emit([FORMS.mov_high, [Register.R4, R12]]);
      }
      if (this.isThumb2) this.emit([FORMS.cmp_high, [Register.Stack, R12]]);
      this.assembly.branch(Condition.CarryClear, this.stackStub());
    }
    if (frame.pushed !== 0) this.emit([FORMS.push, [frame.pushed]], [FORMS.push_w, [frame.pushed]]);
    this.moveStack(-frame.bytes);
  }

  private stackStub(): Mark {
    const mark = new Mark();
    this.later(() => {
      this.assembly.mark(mark);
      // There is no frame yet.
      if (this.options.tellsCallers) this.emit([FORMS.push, [1 << Register.Link]]);
      this.report(Trap.CallStackExhausted, this.options.at);
    });
    return mark;
  }

  private moveStack(bytes: number): void {
    const [narrow, wide] = bytes < 0 ? [FORMS.decrement_sp, FORMS.subw] : [FORMS.increment_sp, FORMS.addw];
    for (let left = Math.abs(bytes); left > 0; ) {
      const step = this.isThumb2 ? Math.min(left, 4092) : Math.min(left, 508);
      if (step <= 508) this.emit([narrow, [step]]);
      else this.emit([wide, [Register.Stack, Register.Stack, step]]);
      left -= step;
    }
  }

  private epilogue(): void {
    const { frame } = this;
    this.moveStack(frame.bytes);
    if (frame.popped === 0) this.emit([FORMS.bx, [Register.Link]]);
    else this.emit([FORMS.pop, [frame.popped]], [FORMS.pop_w, [frame.popped]]);
  }

  /** Prints where control does not pass: behind the function, or earlier behind a branch, so that short branches reach it. */
  later(print: () => void): void {
    if (this.stubs.length === 0) this.stubStart = this.assembly.items.length;
    this.stubs.push(print);
  }

  /** Whether what is printed later is better printed now: branches from here on do not come nearer to it. */
  private stubsAreDue(): boolean {
    return this.stubs.length > 0 && this.assembly.items.length - this.stubStart >= STUB_DISTANCE;
  }

  private printStubs(): void {
    for (const print of this.stubs.splice(0)) print();
  }

  // Instructions.

  /** All but the last, and but the charge of the jump. Returns whether that charge has been joined with an earlier one. */
  private instructions({ instructions }: VirtualBlock, charge: VirtualInstruction | null): boolean {
    const end = instructions.length - 1;
    let isJoint = false;
    for (let at = 0; at < end; at++) {
      const each = instructions[at];
      const second = each.code === Code.Charge ? nextCharge(this, instructions, at) : -1;
      if (second > 0) {
        emitCharges(this, each, instructions.slice(at + 1, second), instructions[second]);
        isJoint ||= instructions[second] === charge;
        at = second;
      } else if (each !== charge) this.instruction(each);
    }
    return isJoint;
  }

  last({ reads, hasImmediate, immediate, shift, amount }: VirtualInstruction, at: number): LastOperand {
    return hasImmediate ? { immediate } : { register: reads[at], shift, amount };
  }

  instruction(instruction: VirtualInstruction): void {
    const { code, writes, reads, immediate, hasImmediate, amount } = instruction;
    const [to] = writes;
    switch (code) {
      case Code.Move:
        this.emit(...moveForms(to, reads[0]));
        return;
      case Code.Constant:
        this.constant(to, immediate, instruction.keepsFlags);
        return;
      case Code.MemoryAddress:
        this.addToReserved(to, Reserved.MemoryBase, immediate, instruction.keepsFlags);
        return;
      case Code.MemoryLimit:
        this.addToReserved(to, Reserved.MemoryLimit, this.facts.memory.limitBytes - immediate, instruction.keepsFlags);
        return;
      case Code.MemorySize:
        this.addToReserved(to, Reserved.MemoryLimit, this.facts.memory.limitBytes, instruction.keepsFlags);
        return;
      case Code.Add:
      case Code.Subtract:
      case Code.ReverseSubtract:
      case Code.And:
      case Code.Or:
      case Code.Xor:
      case Code.BitClear:
      case Code.OrNot:
      case Code.AddSet:
      case Code.AddCarry:
      case Code.SubtractSet:
      case Code.SubtractCarry:
        this.assembly.emit(false, binaryForms(code, to, reads[0], this.last(instruction, 1)));
        return;
      case Code.Not:
        this.emit(...notForms(to, { register: reads[0], shift: instruction.shift, amount }));
        return;
      case Code.ShiftLeft:
      case Code.ShiftRightUnsigned:
      case Code.ShiftRightSigned:
      case Code.RotateRight:
        this.emit(...shiftForms(code, to, reads[0], hasImmediate ? { immediate } : { register: reads[1] }));
        return;
      case Code.Multiply:
        this.emit(...multiplyForms(to, reads[0], reads[1]));
        return;
      case Code.MultiplyAdd:
        this.emit([FORMS.mla, [to, reads[0], reads[1], reads[2]]]);
        return;
      case Code.MultiplySubtract:
        this.emit([FORMS.mls, [to, reads[0], reads[1], reads[2]]]);
        return;
      case Code.MultiplyLong:
        this.emit([FORMS.umull, [to, writes[1], reads[0], reads[1]]]);
        return;
      case Code.MultiplyLongSigned:
        this.emit([FORMS.smull, [to, writes[1], reads[0], reads[1]]]);
        return;
      case Code.DivideSigned:
        this.emit([FORMS.sdiv, [to, reads[0], reads[1]]]);
        return;
      case Code.DivideUnsigned:
        this.emit([FORMS.udiv, [to, reads[0], reads[1]]]);
        return;
      case Code.CountLeadingZeros:
        this.emit([FORMS.clz, [to, reads[0]]]);
        return;
      case Code.ReverseBits:
        this.emit([FORMS.rbit, [to, reads[0]]]);
        return;
      case Code.ExtendSigned8:
        this.emit([FORMS.sxtb, [to, reads[0]]], [FORMS.sxtb_w, [to, reads[0], 0]]);
        return;
      case Code.ExtendSigned16:
        this.emit([FORMS.sxth, [to, reads[0]]], [FORMS.sxth_w, [to, reads[0], 0]]);
        return;
      case Code.ExtendUnsigned8:
        this.emit([FORMS.uxtb, [to, reads[0]]], [FORMS.uxtb_w, [to, reads[0], 0]]);
        return;
      case Code.ExtendUnsigned16:
        this.emit([FORMS.uxth, [to, reads[0]]], [FORMS.uxth_w, [to, reads[0], 0]]);
        return;
      case Code.ExtractUnsigned:
        this.emit([FORMS.ubfx, [to, reads[0], amount, immediate]]);
        return;
      case Code.ExtractSigned:
        this.emit([FORMS.sbfx, [to, reads[0], amount, immediate]]);
        return;
      case Code.BaseAdd:
        if (!this.isThumb2) this.emit([FORMS.add_high, [to, Reserved.MemoryBase]]);
        else {
          const last = { register: reads[0], shift: amount === 0 ? Shift.None : Shift.Left, amount };
          this.emit(...binaryForms(Code.Add, to, Reserved.MemoryBase, last));
        }
        return;
      case Code.Boolean:
        emitBoolean(this, instruction);
        return;
      case Code.ConditionalMove:
        emitConditionalMove(this, instruction);
        return;
      case Code.Float:
        emitFloat(this, instruction);
        return;
      case Code.Load:
      case Code.Store:
        emitAccess(this, instruction);
        return;
      case Code.ContextLoad:
      case Code.ContextStore:
        emitContextAccess(this, instruction);
        return;
      case Code.SlotLoad:
      case Code.SlotStore:
        emitStackAccess(this, instruction, this.frame.slotOffset(immediate));
        return;
      case Code.IncomingLoad:
      case Code.IncomingStore:
        emitStackAccess(this, instruction, this.frame.incomingOffset(immediate));
        return;
      case Code.OutgoingLoad:
      case Code.OutgoingStore:
        emitStackAccess(this, instruction, this.frame.outgoingOffset(immediate));
        return;
      case Code.TrapIf:
        emitTrapIf(this, instruction);
        return;
      case Code.Charge:
        emitCharge(this, instruction);
        return;
      case Code.TakeFuel:
        takeFuel(this, to, immediate, false);
        return;
      case Code.Call:
        this.assembly.call(functionSymbol(immediate), this.callSite(instruction), true);
        return;
      case Code.CallAddress: {
        const [callee] = reads.slice(-1);
        // A null entry reports its trap as that of the call.
        const site = this.callSite(instruction) ?? (instruction.trap === 0 ? undefined : { at: instruction.at });
        this.assembly.items.push({ kind: 'instruction', form: FORMS.blx, operands: [callee], site });
        this.forgetFlags();
        return;
      }
      case Code.Routine:
      case Code.RoutineCall:
        this.assembly.call(instruction.symbol);
        return;
      case Code.FunctionAddress:
        this.functionAddress(to, instruction.symbol || functionSymbol(immediate));
        return;
      default:
        throw new Error(`the printer of forms does not know ${Code[code]}`);
    }
  }

  /** Adds a constant to a reserved register. */
  addToReserved(to: number, reserved: Reserved, value: number, keepsFlags: boolean): void {
    if (value === 0) {
      this.emit([FORMS.mov_high, [to, reserved]]);
      return;
    }
    if (this.isThumb2) {
      const [code, size] = value < 0 ? [Code.Subtract, -value] : [Code.Add, value];
      const isShort = modifiedImmediateBits(size) >= 0 || size < 4096;
      const isNegated = modifiedImmediateBits(-size) >= 0;
      if (isShort || isNegated) {
        const [used, immediate] = isShort ? [code, size] : [code === Code.Add ? Code.Subtract : Code.Add, -size];
        this.assembly.emit(keepsFlags, binaryForms(used, to, reserved, { immediate }));
        return;
      }
    }
    this.constant(to, value, keepsFlags);
    this.emit([FORMS.add_high, [to, reserved]]);
  }

  private functionAddress(to: number, symbol: string): void {
    const base = new Mark();
    this.assembly.items.push({ kind: 'symbol', register: to, symbol, isNarrow: to < 8, place: null, base });
    this.assembly.mark(base);
    this.emit([FORMS.add_high, [to, Register.Program]]);
  }

  /** The instructions so far ran under a condition, or control comes here from several places: their flags are unknown. */
  forgetFlags(): void {
    this.blockStart = this.assembly.items.length;
  }

  private callSite({ at }: VirtualInstruction): TrapSite | null {
    return this.options.tellsCallers ? { at } : null;
  }

  /** In front of code that reports a trap: calling that overwrites the link register. */
  keepCaller(): void {
    if (this.options.tellsCallers && !this.frame.savesLink) this.emit([FORMS.push, [1 << Register.Link]]);
  }

  /** Calls the routine that reports a trap. */
  report(trap: Trap, at: number): void {
    this.assembly.call(trapSymbol(trap), { at });
  }

  // Ends of blocks.

  private end(block: VirtualBlock, end: VirtualInstruction, next: VirtualBlock | null): void {
    const { successors } = block;
    switch (end.code) {
      case Code.Jump:
        this.jump(successors[0], next);
        return;
      case Code.Branch:
        this.branch(end, successors, next);
        return;
      case Code.BranchTable:
        this.table(end, successors, next);
        return;
      case Code.Return:
        this.epilogue();
        return;
      case Code.Trap: {
        this.keepCaller();
        this.report(end.trap, end.at);
        return;
      }
      case Code.TailCall:
      case Code.TailCallAddress:
        this.tailCall(end);
        return;
      default:
        throw new Error(`a block ends with ${Code[end.code]}`);
    }
  }

  private jump(to: VirtualBlock, next: VirtualBlock | null): void {
    if (to === next) return;
    if (this.isReturn(to)) this.epilogue();
    else this.assembly.branch(null, this.marks.get(to)!);
  }

  /** A return of one instruction takes the place of a branch to it. */
  isReturn(to: VirtualBlock): boolean {
    return to.instructions.length === 1 && endOf(to).code === Code.Return && this.frame.bytes === 0;
  }

  private branch(end: VirtualInstruction, [first, second]: VirtualBlock[], next: VirtualBlock | null): void {
    if (first === second) {
      this.jump(first, next);
      return;
    }
    // The one that does not follow is branched to.
    const [taken, other] = first === next ? [second, first] : [first, second];
    const { condition, test, hasImmediate, immediate, reads } = end;
    const wanted = taken === first ? condition : opposite(condition);
    const isZero = test === Test.Compare && hasImmediate && immediate === 0;
    const isEquality = wanted === Condition.Equal || wanted === Condition.NotEqual;
    if (this.isThumb2 && isZero && isEquality && reads[0] < 8 && !hasFlagsOf(this, reads[0], wanted)) {
      this.assembly.zeroBranch(reads[0], wanted === Condition.Equal, this.marks.get(taken)!);
    } else {
      const used = emitCompare(this, end, 0);
      const final = taken === first ? used : opposite(used);
      this.assembly.branch(final, this.marks.get(taken)!);
    }
    this.jump(other, next);
  }

  private table(
    { reads, writes: [scratch], isInRange }: VirtualInstruction,
    successors: VirtualBlock[],
    next: VirtualBlock | null,
  ): void {
    const marks = successors.map((each) => this.marks.get(each)!);
    const other = marks.pop()!;
    if (marks.length === 0) {
      this.jump(successors[0], next);
      return;
    }
    const [index] = reads;
    if (!isInRange) {
      this.compareWithLength(index, marks.length, scratch);
      this.assembly.branch(Condition.CarrySet, other);
    }
    this.assembly.items.push({ kind: 'table', register: index, scratch, marks, isBytes: false });
  }

  private compareWithLength(index: number, length: number, scratch: number): void {
    if (length < 256 || (this.isThumb2 && modifiedImmediateBits(length) >= 0)) {
      this.emit(...compareForms('cmp', index, { immediate: length }));
      return;
    }
    this.constant(scratch, length, false);
    this.emit(...compareForms('cmp', index, { register: scratch, shift: Shift.None, amount: 0 }));
  }

  private tailCall({ code, immediate }: VirtualInstruction): void {
    const { frame } = this;
    const { R0, R1, R12, Link, Stack } = Register;
    this.moveStack(frame.bytes);
    if (this.isThumb2) {
      if (frame.pushed !== 0) this.emit([FORMS.pop_w, [frame.pushed]], [FORMS.ldr_w_post, [Link, Stack, 4]]);
      if (code === Code.TailCall) this.assembly.jump(functionSymbol(immediate));
      else this.emit([FORMS.bx, [R12]]);
      return;
    }
    if (frame.savesLink) {
      const saved = frame.pushed & ~(1 << Link);
      if (saved !== 0) this.emit([FORMS.pop, [saved]]);
      // Only low registers are popped: one is lent.
      this.emit([FORMS.push, [1 << R0]]);
      this.emit([FORMS.ldr_sp, [R0, 4]]);
      this.emit([FORMS.mov_high, [Link, R0]]);
      this.emit([FORMS.pop, [1 << R0]]);
      this.emit([FORMS.increment_sp, [4]]);
    }
    this.emit([FORMS.push, [(1 << R0) | (1 << R1)]]);
    if (code === Code.TailCall) this.functionAddress(R0, functionSymbol(immediate));
    else this.emit([FORMS.mov_high, [R0, R12]]);
    this.emit([FORMS.str_sp, [R0, 4]]);
    this.emit([FORMS.pop, [(1 << R0) | (1 << Register.Program)]]);
  }
}
