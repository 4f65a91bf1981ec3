// Turns placed nodes into instructions with virtual registers: gives values registers, moves arguments and results to where calls
// want them, and copies into the Phis of a block at the ends of its predecessors.

import type { BasicBlock, Loop } from '../intermediate/flow-graph.js';
import { weightInLoops } from '../intermediate/loop-weight.js';
import { blockOrder, coldBlocks } from './block-order.js';
import { REGISTER_WORDS, Reserved, wordCount } from './contract.js';
import type { Lowering } from './lowering.js';
import { Code, isRematerialised, type Node, opposite, Test } from './node.js';
import { isMadeInPlace, isMovedImmediate, type Placed } from './placement.js';
import {
  FIRST_VIRTUAL,
  move,
  Register,
  VirtualBlock,
  type VirtualFunction,
  VirtualInstruction,
  type VirtualLoop,
} from './virtual-code.js';

/** How often a block runs that hardly ever does, relative to the function's start. */
const COLD_WEIGHT = 1 / 8;

/** A call's arguments go to, and its results come from, these. */
const ARGUMENTS = [Register.R0, Register.R1, Register.R2, Register.R3];
/** Registers that a call leaves undefined. */
const CLOBBERED = [...ARGUMENTS, Register.R12, Register.Link];

export function linearise(lowering: Lowering, placed: Placed): VirtualFunction {
  return new Linearisation(lowering, placed).run();
}

/** A copy into a register of a block's Phi. */
interface Copy {
  to: number;
  from: Node;
}

class Linearisation {
  private readonly lowering: Lowering;
  private readonly placed: Placed;
  private readonly isThumb2: boolean;
  private readonly blocks = new Map<BasicBlock, VirtualBlock>();
  private readonly loops = new Map<Loop<BasicBlock>, VirtualLoop>();
  private instructions: VirtualInstruction[] = [];
  private registers = FIRST_VIRTUAL;
  private readonly temporary = new Set<number>();
  private outgoingWords = 0;
  private calls = false;
  private readonly resultWords: number;

  constructor(lowering: Lowering, placed: Placed) {
    this.lowering = lowering;
    this.placed = placed;
    this.isThumb2 = lowering.graph.isThumb2;
    this.resultWords = wordCount(lowering.code.results);
  }

  run(): VirtualFunction {
    const { flow, graph, code } = this.lowering;
    const cold = coldBlocks(flow);
    const order = blockOrder(flow, cold);
    for (const block of order)
      this.blocks.set(block, new VirtualBlock(cold.has(block) ? COLD_WEIGHT : weightInLoops(graph.depthOf(block))));
    for (const block of order) this.blocks.get(block)!.loop = this.loopOf(block.loop);
    const laidOut: VirtualBlock[] = [];
    for (const block of flow.blocks) this.assignRegisters(block);
    for (const block of order) {
      const virtual = this.blocks.get(block)!;
      this.instructions = virtual.instructions;
      laidOut.push(virtual);
      for (const node of this.placed.schedule.get(block)!) this.node(node);
      this.finish(block, virtual, laidOut);
    }
    for (const [index, block] of laidOut.entries()) {
      block.order = index;
      for (const successor of block.successors.length > 2 ? new Set(block.successors) : block.successors)
        successor.predecessors.push(block);
    }
    const { registers, temporary, outgoingWords, calls } = this;
    return {
      index: code.index,
      blocks: laidOut,
      registers,
      temporary,
      split: new Set(),
      slots: 0,
      outgoingWords,
      calls,
    };
  }

  private loopOf(loop: Loop<BasicBlock> | null): VirtualLoop | null {
    if (loop === null) return null;
    const known = this.loops.get(loop);
    if (known !== undefined) return known;
    const before = loop.header.predecessors.filter((each) => each.order >= 0 && !loop.contains(each));
    const isPreheader = before.length === 1 && before[0].successors.length === 1;
    const preheader = isPreheader ? (this.blocks.get(before[0]) ?? null) : null;
    const made = { outer: this.loopOf(loop.outer), preheader };
    this.loops.set(loop, made);
    return made;
  }

  private newRegister(): number {
    return this.registers++;
  }

  /** A register that an instruction overwrites without a result. */
  private scratch(): number {
    const register = this.newRegister();
    this.temporary.add(register);
    return register;
  }

  private assignRegisters(block: BasicBlock): void {
    for (const phi of this.placed.phis.get(block) ?? []) phi.register = this.newRegister();
    for (const node of this.placed.schedule.get(block)!) {
      if (node.code === Code.Part || !hasValue(node)) continue;
      const reserved = this.reservedFor(node);
      if (reserved !== null) {
        node.register = reserved;
        continue;
      }
      node.register = this.registers;
      this.registers += node.words;
    }
  }

  /** The reserved register that has the value of a node anyway. */
  private reservedFor({ code, immediate }: Node): Reserved | null {
    if (code === Code.MemoryAddress && immediate === 0 && this.isThumb2) return Reserved.MemoryBase;
    if (code === Code.FuelLeft && this.isThumb2) return Reserved.Fuel;
    const { limitBytes } = this.lowering.facts.memory;
    return code === Code.MemoryLimit && immediate === limitBytes ? Reserved.MemoryLimit : null;
  }

  private registerOf(node: Node): number {
    if (node.code === Code.Part) return node.operands[0].register + node.immediate;
    return node.register;
  }

  private emit(code: Code, writes: number[], reads: number[], like: Node | null = null): VirtualInstruction {
    const made = new VirtualInstruction(code, writes, reads);
    if (like !== null) made.takeDetails(like);
    this.instructions.push(made);
    return made;
  }

  private constant(to: number, value: number): VirtualInstruction {
    const made = this.emit(Code.Constant, [to], []);
    made.immediate = value;
    made.hasImmediate = true;
    return made;
  }

  /** The register of a value, or one that a constant is made in. */
  private madeRegister(node: Node): number {
    if (node.code !== Code.Constant) return this.registerOf(node);
    const register = this.newRegister();
    this.constant(register, node.immediate);
    return register;
  }

  /** Puts a value into a register. */
  private put(to: number, node: Node): void {
    if (node.code === Code.Constant) this.constant(to, node.immediate);
    else this.emit(Code.Move, [to], [this.registerOf(node)]);
  }

  private stack(code: Code, register: number, word: number): void {
    const isStore = code === Code.IncomingStore || code === Code.OutgoingStore;
    const made = isStore ? this.emit(code, [], [register]) : this.emit(code, [register], []);
    made.immediate = word;
    // Results and arguments of tail calls overwrite parameters that are passed on the stack.
    const isKept = this.resultWords <= REGISTER_WORDS && this.lowering.facts.tailWords === 0;
    made.isRepeated = code === Code.IncomingLoad && isKept;
  }

  // Nodes.

  private node(node: Node): void {
    const { code, operands } = node;
    switch (code) {
      case Code.Part:
      case Code.Phi:
        return;
      case Code.Parameter:
        if (node.immediate < REGISTER_WORDS) this.emit(Code.Move, [node.register], [ARGUMENTS[node.immediate]]);
        else this.stack(Code.IncomingLoad, node.register, node.immediate - REGISTER_WORDS);
        return;
      case Code.MemoryAddress:
      case Code.MemoryLimit:
        if (this.reservedFor(node) !== null) return;
        break;
      case Code.FuelLeft:
        if (!this.isThumb2) this.emit(Code.Move, [node.register], [Reserved.Fuel]);
        return;
      case Code.Select:
        this.select(node);
        return;
      case Code.AddIf:
        this.addIf(node);
        return;
      case Code.ApplyIf:
        this.applyIf(node);
        return;
      case Code.AddWide:
      case Code.SubtractWide:
        this.wideSum(node);
        return;
      case Code.Call:
      case Code.CallAddress:
      case Code.Routine:
      case Code.RoutineCall:
        this.call(node);
        return;
      case Code.Return:
        this.return(node);
        return;
      case Code.TailCall:
      case Code.TailCallAddress:
        this.tailCall(node);
        return;
    }
    const reads: number[] = [];
    for (const operand of operands) reads.push(this.registerOf(operand));
    const writes: number[] = [];
    for (let word = 0; word < node.words && hasValue(node); word++) writes.push(node.register + word);
    if (!this.isThumb2 && this.isTwoAddress(node)) {
      this.emit(Code.Move, [writes[0]], [reads[0]]);
      reads[0] = writes[0];
    }
    const isWide = node.test === Test.Wide && code !== Code.Boolean;
    const needsScratch =
      isWide ||
      node.isUnaligned ||
      code === Code.BranchTable ||
      code === Code.Charge ||
      code === Code.TakeFuel ||
      (code === Code.ContextStore && !this.isThumb2);
    if (needsScratch) writes.push(this.scratch());
    const made = this.emit(code, writes, reads, node);
    made.isRepeated = isRematerialised(node);
    made.isEarly = code === Code.Boolean || needsScratch;
  }

  /** Whether ARMv6-M has it only with the result in the register of the first operand. */
  private isTwoAddress({ code, hasImmediate, immediate }: Node): boolean {
    switch (code) {
      case Code.And:
      case Code.Or:
      case Code.Xor:
      case Code.BitClear:
      case Code.Multiply:
      case Code.BaseAdd:
        return true;
      case Code.Add:
      case Code.Subtract:
        return hasImmediate && immediate > 7;
      case Code.ShiftLeft:
      case Code.ShiftRightSigned:
      case Code.ShiftRightUnsigned:
      case Code.RotateRight:
        return !hasImmediate;
      default:
        return false;
    }
  }

  private select(node: Node): void {
    const [whenTrue, whenFalse, ...compared] = node.operands;
    // A constant may be moved under the condition: the other one comes first.
    const isExchanged = whenFalse.code === Code.Constant && whenTrue.code !== Code.Constant;
    const [first, second] = isExchanged ? [whenTrue, whenFalse] : [whenFalse, whenTrue];
    const value = node.register;
    this.put(value, first);
    const isImmediate = second.code === Code.Constant && isMovedImmediate(second.immediate);
    const reads = isImmediate ? [] : [this.registerOf(second)];
    reads.push(...compared.map((each) => this.registerOf(each)), value);
    const writes = node.test === Test.Wide ? [value, this.scratch()] : [value];
    const made = this.emit(Code.ConditionalMove, writes, reads, node);
    made.isEarly = writes.length > 1;
    made.moved = isImmediate ? second.immediate : null;
    if (isExchanged) made.condition = opposite(made.condition);
  }

  private addIf(node: Node): void {
    const [value, ...compared] = node.operands;
    const to = node.register;
    this.put(to, value);
    this.emit(Code.ConditionalMove, [to], [...compared.map((each) => this.registerOf(each)), to], node);
  }

  private applyIf(node: Node): void {
    const [value, ...others] = node.operands;
    const to = node.register;
    this.put(to, value);
    const writes = node.test === Test.Wide ? [to, this.scratch()] : [to];
    const made = this.emit(Code.ConditionalMove, writes, [...others.map((each) => this.registerOf(each)), to], node);
    made.isEarly = writes.length > 1;
  }

  private wideSum(node: Node): void {
    const { code, operands, register, words } = node;
    const [set, carry] = code === Code.AddWide ? [Code.AddSet, Code.AddCarry] : [Code.SubtractSet, Code.SubtractCarry];
    for (let word = 0; word < words; word++) {
      const a = this.registerOf(operands[word]);
      const other = operands[words + word];
      const to = register + word;
      const keepsFlags = word > 0;
      const isImmediate = this.isThumb2 && isMadeInPlace(node, words + word);
      let b = this.registerOf(other);
      if (!isImmediate && isMadeInPlace(node, words + word)) {
        b = this.newRegister();
        this.constant(b, other.immediate).keepsFlags = keepsFlags;
      }
      if (!this.isThumb2 && word > 0) this.emit(Code.Move, [to], [a]).keepsFlags = true;
      const first = !this.isThumb2 && word > 0 ? to : a;
      const made = this.emit(word === 0 ? set : carry, [to], isImmediate ? [first] : [first, b]);
      made.keepsFlags = keepsFlags;
      if (!isImmediate) continue;
      made.immediate = other.immediate;
      made.hasImmediate = true;
    }
  }

  private arguments(words: Node[], code: Code.OutgoingStore | Code.IncomingStore): number[] {
    const reads: number[] = [];
    for (let word = words.length - 1; word >= REGISTER_WORDS; word--) {
      this.stack(code, this.madeRegister(words[word]), word - REGISTER_WORDS);
    }
    for (let word = 0; word < Math.min(words.length, REGISTER_WORDS); word++) {
      this.put(ARGUMENTS[word], words[word]);
      reads.push(ARGUMENTS[word]);
    }
    return reads;
  }

  private call(node: Node): void {
    this.calls = true;
    const isAddress = node.code === Code.CallAddress;
    const words = isAddress ? node.operands.slice(1) : node.operands;
    const reads = this.arguments(words, Code.OutgoingStore);
    const isRoutine = node.code === Code.Routine || node.code === Code.RoutineCall;
    const tailWords = isRoutine ? 0 : this.lowering.facts.tailWords;
    this.outgoingWords = Math.max(this.outgoingWords, words.length - REGISTER_WORDS, tailWords);
    if (isAddress) reads.push(this.registerOf(node.operands[0]));
    this.emit(node.code, CLOBBERED, reads, node);
    for (let word = 0; word < Math.min(node.words, REGISTER_WORDS); word++)
      this.emit(Code.Move, [node.register + word], [ARGUMENTS[word]]);
    for (let word = REGISTER_WORDS; word < node.words; word++)
      this.stack(Code.OutgoingLoad, node.register + word, word - REGISTER_WORDS);
    this.outgoingWords = Math.max(this.outgoingWords, node.words - REGISTER_WORDS);
  }

  private return(node: Node): void {
    const { operands } = node;
    for (let word = operands.length - 1; word >= REGISTER_WORDS; word--) {
      this.stack(Code.IncomingStore, this.madeRegister(operands[word]), word - REGISTER_WORDS);
    }
    const count = Math.min(operands.length, REGISTER_WORDS);
    for (let word = 0; word < count; word++) this.put(ARGUMENTS[word], operands[word]);
    this.emit(Code.Return, [], ARGUMENTS.slice(0, count), node);
  }

  private tailCall(node: Node): void {
    const isAddress = node.code === Code.TailCallAddress;
    const reads = this.arguments(isAddress ? node.operands.slice(1) : node.operands, Code.IncomingStore);
    if (isAddress) {
      // Callee-saved registers are restored before the branch.
      this.emit(Code.Move, [Register.R12], [this.registerOf(node.operands[0])]);
      reads.push(Register.R12);
    }
    this.emit(node.code, [], reads, node);
  }

  // Control.

  /** Adds the edges of a block, with the copies for the Phis where they lead. */
  private finish(block: BasicBlock, virtual: VirtualBlock, laidOut: VirtualBlock[]): void {
    const end = virtual.instructions.pop()!;
    const { successors } = block;
    /** The edges of a table to one block are one edge. */
    const edges = successors.length > 2 ? new Map<BasicBlock, VirtualBlock>() : null;
    for (const successor of successors) {
      const edge = edges?.get(successor) ?? this.edge(block, virtual, successor, laidOut);
      edges?.set(successor, edge);
      virtual.successors.push(edge);
    }
    virtual.instructions.push(end);
  }

  /** The block that leads to a successor, or that itself. */
  private edge(block: BasicBlock, virtual: VirtualBlock, to: BasicBlock, laidOut: VirtualBlock[]): VirtualBlock {
    const copies = this.copiesOf(block, to);
    const target = this.blocks.get(to)!;
    if (copies.length === 0) return target;
    if (block.successors.length > 1) return this.split(virtual, target, copies, laidOut);
    this.instructions = virtual.instructions;
    this.copy(copies);
    return target;
  }

  private split(from: VirtualBlock, to: VirtualBlock, copies: Copy[], laidOut: VirtualBlock[]): VirtualBlock {
    const made = new VirtualBlock(Math.min(from.frequency, to.frequency));
    made.loop = from.frequency <= to.frequency ? from.loop : to.loop;
    this.instructions = made.instructions;
    this.copy(copies);
    this.emit(Code.Jump, [], []);
    made.successors.push(to);
    laidOut.push(made);
    return made;
  }

  private copiesOf(from: BasicBlock, to: BasicBlock): Copy[] {
    const phis = this.placed.phis.get(to);
    if (phis === undefined) return [];
    const edge = to.predecessors.indexOf(from);
    const found: Copy[] = [];
    for (const { register, operands } of phis) {
      const from = operands[edge];
      if (isMadeOnEdge(from) || this.registerOf(from) !== register) found.push({ to: register, from });
    }
    return found;
  }

  /** Copies at once: no copy overwrites a register that another one reads. */
  private copy(copies: Copy[]): void {
    const made = copies.filter(({ from }) => isMadeOnEdge(from));
    const open = copies
      .filter(({ from }) => !isMadeOnEdge(from))
      .map(({ to, from }) => ({ to, from: this.registerOf(from) }));
    while (open.length > 0) {
      const ready = open.findIndex(({ to }) => !open.some(({ from }) => from === to));
      if (ready >= 0) {
        const [{ to, from }] = open.splice(ready, 1);
        this.instructions.push(move(to, from));
        continue;
      }
      // All that are left are in circles: one register is freed.
      const kept = this.newRegister();
      const [{ from }] = open;
      this.instructions.push(move(kept, from));
      for (const each of open) if (each.from === from) each.from = kept;
    }
    for (const { to, from } of made) {
      if (from.code === Code.Constant) this.constant(to, from.immediate);
      else this.emit(from.code, [to], [this.registerOf(from.operands[0])], from);
    }
  }
}

function isMadeOnEdge({ code, isOnEdge }: Node): boolean {
  return code === Code.Constant || isOnEdge;
}

/** Whether a node gives words. */
function hasValue({ code, words }: Node): boolean {
  switch (code) {
    case Code.Store:
    case Code.ContextStore:
    case Code.TrapIf:
    case Code.Charge:
    case Code.TakeFuel:
      return false;
    default:
      return code < Code.Jump && words > 0;
  }
}
