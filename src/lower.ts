// Lowers a validated function to register code: operands are slots of the frame, branch targets are positions, constants and
// local variables are read where they are used. An operand that is a local or a constant costs no instruction until it has
// to lie in its own slot: the home slot of its place on the operand stack.
//
// Fuel is charged on entering a run of instructions: up to and including the next branch. Labels that are only fallen into
// do not end a run. While a function is lowered, its branches hold the number of the block they lead to; at the end the
// number is replaced by what the run from there costs.

import { CODE_RESERVED, LOWERING_LABEL_ROW, LOWERING_OPERAND_ROW, TABLE_ROW } from './capacities.js';
import { type CapacityError, capacityError } from './errors.js';
import {
  alignedWord,
  branchConditional,
  branchesByTable,
  branchTarget,
  constantForm,
  FUSION_KEPT,
  fusionResult,
  fusionSecond,
  fusionStart,
  fusionWord,
  joinedLimits,
  keptWord,
  RegisterOpcode,
  registerForm,
  registerLength,
  registerTraps,
} from './generated/register-opcodes.js';
import type { Instance, Module } from './module.js';
import { Immediate, Opcode, opcodeFuel, opcodeImmediate, opcodeSignature, signatureTypes } from './opcodes.js';
import type { Reader } from './reader.js';
import { Header } from './status.js';
import { checkCapacity, FunctionColumn, type Store } from './store.js';
import { is64Bit, isReferenceType, NULL_REFERENCE, ValueType } from './types.js';
import { readBlockType, readLocals, readOpcode } from './validate.js';

/** Columns of `loweringOperands`. */
enum Operand {
  Kind = 0,
  /** A local's number, or the low word of a constant. */
  Low = 1,
  High = 2,
}

/** Kinds of operands; `Wide` is added for 64 bits, and `Double` too for an f64. */
enum Kind {
  /** In its home slot. */
  Home = 0,
  Local = 1,
  Constant = 2,
  Mask = 3,
  Wide = 4,
  Double = 8,
  Width = 12,
}

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
  /** Of a loop: where it starts. */
  Position = 5,
  Block = 6,
}

/** Marks a block that is left by falling into the next one; in `blockCosts`. */
const FALLS_THROUGH = 0x40000000;

/** The largest constant offset that an access instruction holds; beyond it the address is computed on its own. */
const MAXIMUM_OFFSET = 0x3fffffff;

export class Lowerer {
  private readonly store: Store;
  private readonly reader: Reader;
  private readonly code: Int32Array;
  /** Joined instructions below this one are used. */
  private readonly fusionLimit: number;
  /** Where the code ends. */
  private readonly limit: number;
  private readonly operands: Int32Array;
  private readonly labels: Int32Array;
  private readonly blockCosts: Int32Array;
  private instance!: Instance;
  private module!: Module;
  private top = 0;
  private localCount = 0;
  private resultType = 0;
  private operandTop = 0;
  private operandMost = 0;
  /** Operands below this one are no locals: nothing there has to be saved from a local.set. */
  private lazyFrom = 0;
  private labelTop = 0;
  private block = 0;
  /** Basic blocks of the function with the most. */
  mostBlocks = 0;
  /** Where the code ended at most: an instruction may be longer before it is joined with the next one. */
  mostCode = CODE_RESERVED;
  /** Position of the last instruction if its result went to the home slot of an operand, else 0. */
  private last = 0;
  /** Positions of the last instruction of the block and of the one before it, 0 if there is none. */
  private start = 0;
  private before = 0;
  /** Byte offsets of the instructions that emitted them. */
  private startInstructionAt = 0;
  private beforeInstructionAt = 0;
  private reachable = true;
  /** Blocks opened in unreachable code. */
  private skipped = 0;
  private instructionAt = 0;
  /** Bytes of memory that exist from the start: a constant offset within them needs no further check. */
  private memoryBytes = 0;
  /** Only the length of the code counts: nothing refers to it. */
  private measuring = false;
  /** While locating: the position asked for, and the byte offset of the instruction that emitted it. */
  private soughtPosition = -1;
  private soughtOffset = -1;
  /** An instruction that is taken back for a moment, and where it was. */
  private readonly saved = new Int32Array(16);
  private savedAt = 0;
  private savedInstructionAt = 0;

  /** Code counts what it does. */
  private readonly counting: boolean;
  /** The block whose Count was emitted last, and where that is. */
  private countedBlock = -1;
  private count = 0;
  /** Words of all code so far that only count: an engine that does not count would do without. */
  private countWords = 0;

  /**
   * `variant` of the interpreter, an index of `joinedLimits`: the more it verifies, the fewer instructions it has.
   * With `plain`, no instructions are joined.
   */
  constructor(store: Store, reader: Reader, variant: number, counting: boolean, plain: boolean) {
    this.counting = counting;
    this.store = store;
    this.reader = reader;
    this.fusionLimit = plain ? 0 : joinedLimits[variant];
    this.code = store.code;
    this.limit = CODE_RESERVED + store.capacities.codeWords;
    this.operands = store.loweringOperands;
    this.labels = store.loweringLabels;
    this.blockCosts = store.blockCosts;
  }

  /** Lowers every function of an instance to the end of the code. */
  lower(instance: Instance): void {
    const store = this.store;
    const module = instance.module;
    instance.loweredMemoryBytes = instance.memory < 0 ? 0 : store.memories[instance.memory].bytes;
    this.begin(instance);
    instance.codeStart = store.codeTop;
    instance.countWords = 0;
    this.countWords = 0;
    for (let index = 0; index < store.instanceTop; index++) this.countWords += store.instances[index].countWords;
    this.top = store.codeTop;
    try {
      for (let index = module.importedFunctions; index < module.functionCount; index++) {
        this.lowerFunction(index);
        store.codeTop = this.top;
      }
    } catch (error) {
      throw (error as CapacityError).capacity === 'codeWords'
        ? this.codeError(error as CapacityError, instance)
        : error;
    }
    instance.codeEnd = store.codeTop;
  }

  /**
   * With what the whole instance needs instead of the first function that does not fit: lowers each function on its own,
   * into the instance's part of the code. Exact, unless one function alone does not fit there: then at least so many.
   */
  private codeError(error: CapacityError, instance: Instance): CapacityError {
    const module = instance.module;
    let end = instance.codeStart;
    let start = end;
    this.measuring = true;
    try {
      for (let index = module.importedFunctions; index < module.functionCount; index++) {
        // The same parity, as 64-bit constants are aligned.
        start = instance.codeStart + ((end - instance.codeStart) & 1);
        this.top = start;
        this.lowerFunction(index);
        end += this.top - start;
      }
    } catch (other) {
      if ((other as CapacityError).capacity !== 'codeWords') throw other;
      end += (other as CapacityError).needed + CODE_RESERVED - start;
    } finally {
      this.measuring = false;
    }
    const needed = end - CODE_RESERVED;
    return needed > error.needed ? capacityError('codeWords', needed, error.available, error.offset) : error;
  }

  /** Byte offset of the instruction whose code is at `position` of a lowered function; -1 if there is none. */
  locate(instance: Instance, functionIndex: number, position: number): number {
    const entry = this.store.functions[(instance.functionBase + functionIndex) * 4 + FunctionColumn.Entry];
    // Of an engine whose state is damaged.
    if (entry < instance.codeStart + Header.Size || entry > position) return -1;
    this.begin(instance);
    this.top = entry - Header.Size;
    this.soughtPosition = position;
    this.soughtOffset = -1;
    // Lowering is deterministic: it writes again what stands there.
    this.lowerFunction(functionIndex);
    this.soughtPosition = -1;
    return this.soughtOffset;
  }

  /** Starts to look for the most of everything again. */
  forget(): void {
    this.mostBlocks = 0;
    this.mostCode = CODE_RESERVED;
  }

  private begin(instance: Instance): void {
    this.instance = instance;
    this.module = instance.module;
    this.memoryBytes = instance.loweredMemoryBytes;
    this.soughtPosition = -1;
  }

  private lowerFunction(index: number): void {
    const store = this.store;
    const reader = this.reader;
    const module = this.module;
    const type = store.moduleFunctionTypes[module.functionBase + index];
    const at = store.moduleFunctionBodies[module.functionBase + index];
    reader.reset(module.bytes, at, module.bytes.length);
    const size = reader.u32();
    reader.end = reader.position + size;
    this.instructionAt = at;
    this.localCount = readLocals(store, reader, type);
    this.resultType = type;
    this.need(Header.Size);
    const header = this.top;
    const entry = header + Header.Size;
    this.top = entry;
    this.code[header] = this.instance.functionBase + index;
    this.code[entry + Header.ClearFrom] = store.typeParameterCounts[type] * 2;
    this.code[entry + Header.ClearTo] = this.localCount * 2;
    this.operandTop = 0;
    this.operandMost = store.typeResultCounts[type];
    this.lazyFrom = 0;
    this.labelTop = 0;
    this.block = 0;
    checkCapacity('basicBlocks', 1, this.blockCosts.length, at);
    this.blockCosts[0] = 0;
    if (this.mostBlocks === 0) this.mostBlocks = 1;
    this.last = 0;
    this.start = 0;
    this.before = 0;
    this.reachable = true;
    this.skipped = 0;
    if (!this.measuring) this.setEntry(this.instance.functionBase + index, entry);
    this.countedBlock = -1;
    this.pushLabel(Opcode.Block, type, 0);
    this.clearReferences(store.typeParameterCounts[type]);
    while (this.labelTop > 0) {
      this.instructionAt = reader.position;
      const code = readOpcode(reader);
      if (this.reachable) {
        this.blockCosts[this.block] += opcodeFuel[code];
        if (this.counting && opcodeFuel[code] !== 0) this.countInstruction(code);
        this.lowerInstruction(code);
      } else this.skipInstruction(code);
    }
    this.code[entry + Header.FrameWords] = (this.localCount + this.operandMost) * 2;
    this.chargeBlocks(entry);
  }

  private countInstruction(code: number): void {
    if (this.countedBlock !== this.block) {
      this.countedBlock = this.block;
      this.emit5(RegisterOpcode.Count, 0, 0, 0, 0);
      this.count = this.top - 5;
      if (!this.measuring && this.soughtPosition < 0) {
        this.instance.countWords += 5;
        this.countWords += 5;
      }
      // Nothing is joined with it.
      this.start = 0;
    }
    const immediate = opcodeImmediate[code];
    const counts = this.code;
    counts[this.count + 1]++;
    if (immediate >= Immediate.Memory1 && immediate <= Immediate.DataMemory) counts[this.count + 2]++;
    else if (immediate === Immediate.Table || immediate === Immediate.TableTable) counts[this.count + 3]++;
    else if (immediate === Immediate.ElementTable) counts[this.count + 3]++;
    else if (immediate === Immediate.TypeTable) counts[this.count + 3]++;
    if (code >= Opcode.Call && code <= Opcode.ReturnCallIndirect) counts[this.count + 4]++;
  }

  /** Locals are cleared to 0 on entry, which is a reference to function 0. */
  private clearReferences(from: number): void {
    const types = this.store.localTypes;
    for (let index = from; index < this.localCount; index++) {
      if (isReferenceType(types[index])) this.emit3(RegisterOpcode.Constant32, index * 2, NULL_REFERENCE);
    }
  }

  /** Gives the function its position and patches the calls that waited for it. */
  private setEntry(address: number, entry: number): void {
    const functions = this.store.functions;
    const row = address * 4;
    let waiting = functions[row + FunctionColumn.Entry];
    if (waiting === entry) return;
    // Until it is lowered, the entry is the last call's position + 2^30, or 0.
    while (waiting !== 0) {
      const position = waiting - FALLS_THROUGH;
      waiting = this.code[position];
      this.code[position] = entry;
    }
    functions[row + FunctionColumn.Entry] = entry;
  }

  /** Replaces the block numbers in branches by costs. */
  private chargeBlocks(entry: number): void {
    const costs = this.blockCosts;
    const code = this.code;
    let next = 0;
    for (let block = this.block; block >= 0; block--) {
      const cost = costs[block];
      next = (cost & FALLS_THROUGH) !== 0 ? (cost & ~FALLS_THROUGH) + next : cost;
      costs[block] = next;
    }
    code[entry + Header.Fuel] = costs[0];
    const end = this.top;
    for (let at = entry; at < end; ) {
      const operation = code[at];
      const target = branchTarget[operation];
      if (target !== 0) {
        code[at + target + 1] = costs[code[at + target + 1]];
        if (branchConditional[operation] !== 0) code[at + target + 2] = costs[code[at + target + 2]];
      } else if (branchesByTable[operation] !== 0) {
        const table = at + registerLength[operation];
        const pairs = code[table - 1] + 1;
        for (let pair = 0; pair < pairs; pair++) code[table + pair * 2 + 1] = costs[code[table + pair * 2 + 1]];
        at += pairs * 2;
      }
      at += registerLength[operation];
    }
  }

  // Emission.

  private need(words: number): void {
    const end = this.top + words;
    if (end > this.limit) {
      throw capacityError('codeWords', end - CODE_RESERVED, this.limit - CODE_RESERVED, this.instructionAt);
    }
    if (end - this.countWords > this.mostCode) this.mostCode = end - this.countWords;
    if (this.soughtPosition >= this.top && this.soughtPosition < end) this.soughtOffset = this.instructionAt;
  }

  /** A new instruction starts at the top. */
  private startInstruction(): void {
    this.before = this.start;
    this.beforeInstructionAt = this.startInstructionAt;
    this.start = this.top;
    this.startInstructionAt = this.instructionAt;
    this.last = 0;
  }

  /** Drops the last instruction. */
  private dropLast(): void {
    this.top = this.start;
    this.start = this.before;
    this.startInstructionAt = this.beforeInstructionAt;
    this.before = 0;
    this.last = 0;
  }

  private emit1(operation: number): void {
    this.need(1);
    this.startInstruction();
    this.code[this.top++] = operation;
  }

  private emit2(operation: number, a: number): void {
    this.need(2);
    this.startInstruction();
    const code = this.code;
    const at = this.top;
    code[at] = operation;
    code[at + 1] = a;
    this.top = at + 2;
  }

  private emit3(operation: number, a: number, b: number): void {
    this.need(3);
    this.startInstruction();
    const code = this.code;
    const at = this.top;
    code[at] = operation;
    code[at + 1] = a;
    code[at + 2] = b;
    this.top = at + 3;
  }

  private emit4(operation: number, a: number, b: number, c: number): void {
    this.need(4);
    this.startInstruction();
    const code = this.code;
    const at = this.top;
    code[at] = operation;
    code[at + 1] = a;
    code[at + 2] = b;
    code[at + 3] = c;
    this.top = at + 4;
  }

  private emit5(operation: number, a: number, b: number, c: number, d: number): void {
    this.emit4(operation, a, b, c);
    this.word(d);
  }

  private emit6(operation: number, a: number, b: number, c: number, d: number, e: number): void {
    this.emit5(operation, a, b, c, d);
    this.word(e);
  }

  /** One more operand of the instruction just emitted. */
  private word(value: number): void {
    this.need(1);
    this.code[this.top++] = value;
  }

  /** A 64-bit constant as operand: three words, of which the two that are 8-byte aligned are read. */
  private alignedWords(low: number, high: number): void {
    this.need(3);
    const pair = (this.top + 1) & -2;
    this.code[this.top] = 0;
    this.code[this.top + 2] = 0;
    this.code[pair] = low;
    this.code[pair + 1] = high;
    this.top += 3;
  }

  /**
   * The instruction that does what the last one does and then `operation`, whose word `word` is the slot that the last
   * one wrote. 0 if there is none.
   */
  private fusion(operation: number, word: number, slot: number): number {
    const start = this.start;
    if (start === 0 || this.code[start + 1] !== slot) return 0;
    const first = this.code[start];
    const key = slot < this.localCount * 2 ? word + FUSION_KEPT : word;
    const end = fusionStart[first + 1];
    for (let row = fusionStart[first]; row < end; row++) {
      if (fusionSecond[row] === operation && fusionWord[row] === key && fusionResult[row] < this.fusionLimit) {
        return fusionResult[row];
      }
    }
    return 0;
  }

  /** Joins the instruction just completed with the one before it, if it reads that one's result and there is one for both. */
  private joinBefore(): void {
    const code = this.code;
    const before = this.before;
    if (before === 0) return;
    const first = code[before];
    const start = this.start;
    const second = code[start];
    const slot = code[before + 1];
    const end = fusionStart[first + 1];
    for (let row = fusionStart[first]; row < end; row++) {
      const word = fusionWord[row];
      if (fusionSecond[row] !== second || word === 0 || word >= FUSION_KEPT) continue;
      if (fusionResult[row] >= this.fusionLimit) continue;
      if (slot < this.localCount * 2 || code[start + word] !== slot) continue;
      const length = registerLength[second];
      for (let at = 0; at < length; at++) this.saved[at] = code[start + at];
      const here = this.instructionAt;
      this.instructionAt = this.startInstructionAt;
      this.start = before;
      this.startInstructionAt = this.beforeInstructionAt;
      this.before = 0;
      this.emitFused(fusionResult[row], this.saved[1]);
      for (let at = 2; at < length; at++) if (at !== word) this.word(this.saved[at]);
      this.instructionAt = here;
      return;
    }
  }

  /** Turns the last instruction into one that does `operation` after it, whose words are to follow; false if there is none. */
  private emitSequence(operation: number): boolean {
    const start = this.start;
    if (start === 0) return false;
    const first = this.code[start];
    const end = fusionStart[first + 1];
    for (let row = fusionStart[first]; row < end; row++) {
      if (fusionSecond[row] !== operation || fusionWord[row] !== 0 || fusionResult[row] >= this.fusionLimit) continue;
      this.code[start] = fusionResult[row];
      this.last = 0;
      return true;
    }
    return false;
  }

  /**
   * Turns the last instruction into `fused`, which has the second one's destination if that is not -1; the remaining
   * operands of the second one are to follow with `word`.
   */
  private emitFused(fused: number, destination: number): void {
    const code = this.code;
    const at = this.start;
    const first = code[at];
    const length = registerLength[first];
    const here = this.instructionAt;
    if (registerTraps[first] !== 0) this.instructionAt = this.startInstructionAt;
    this.top = at;
    this.need(registerLength[fused]);
    this.startInstructionAt = this.instructionAt;
    this.instructionAt = here;
    const kept = code[at + 1] < this.localCount * 2;
    let top = at + length;
    if (kept && destination >= 0) {
      for (let word = top; word > at + 1; word--) code[word] = code[word - 1];
      top++;
    } else if (!kept && destination < 0) {
      for (let word = at + 1; word < top - 1; word++) code[word] = code[word + 1];
      top--;
    }
    code[at] = fused;
    if (destination >= 0) code[at + 1] = destination;
    this.top = top;
    this.last = 0;
  }

  // Operands.

  /** Home slot of a place on the operand stack, in words of the frame. */
  private home(place: number): number {
    return (this.localCount + place) * 2;
  }

  private kind(place: number): number {
    return this.operands[place * LOWERING_OPERAND_ROW] & Kind.Mask;
  }

  /** 0, Kind.Wide or Kind.Width. */
  private width(place: number): number {
    return this.operands[place * LOWERING_OPERAND_ROW] & Kind.Width;
  }

  private low(place: number): number {
    return this.operands[place * LOWERING_OPERAND_ROW + Operand.Low];
  }

  private push(kind: number, low: number, high: number): void {
    const row = this.operandTop * LOWERING_OPERAND_ROW;
    this.operands[row] = kind;
    this.operands[row + Operand.Low] = low;
    this.operands[row + Operand.High] = high;
    this.operandTop++;
    if (this.operandTop > this.operandMost) this.operandMost = this.operandTop;
  }

  private pushHome(type: number): void {
    this.push(Kind.Home | widthOf(type), 0, 0);
  }

  /** Pushes the result of the instruction just emitted, whose destination is the home slot. */
  private pushResult(type: number): void {
    this.pushHome(type);
    this.last = this.start;
  }

  /** Brings an operand to a slot by an instruction of its own. */
  private move(place: number, slot: number): void {
    const row = place * LOWERING_OPERAND_ROW;
    const kind = this.operands[row];
    const width = kind & Kind.Width;
    const low = this.operands[row + Operand.Low];
    if ((kind & Kind.Mask) === Kind.Constant) {
      const high = this.operands[row + Operand.High];
      if (width === 0) this.emit3(RegisterOpcode.Constant32, slot, low);
      else if (width === Kind.Wide) this.emit4(RegisterOpcode.ConstantI64, slot, low, high);
      else {
        this.emit2(RegisterOpcode.ConstantF64, slot);
        this.alignedWords(low, high);
      }
      return;
    }
    const source = (kind & Kind.Mask) === Kind.Local ? low * 2 : this.home(place);
    if (source === slot) return;
    const operation = moveOf(width);
    const fused = this.fusion(operation, 2, source);
    if (fused !== 0) this.emitFused(fused, slot);
    else if (this.emitSequence(operation)) {
      this.word(slot);
      this.word(source);
    } else this.emit3(operation, slot, source);
  }

  /** The slot of an operand; a constant is put into its home slot. */
  private use(place: number): number {
    const kind = this.kind(place);
    if (kind === Kind.Local) return this.low(place) * 2;
    const slot = this.home(place);
    if (kind === Kind.Constant) this.move(place, slot);
    return slot;
  }

  /** Puts an operand into its home slot for good. */
  private settle(place: number): void {
    if (this.kind(place) === Kind.Home) return;
    this.move(place, this.home(place));
    this.operands[place * LOWERING_OPERAND_ROW] &= Kind.Width;
  }

  private settleFrom(place: number): void {
    for (let at = place; at < this.operandTop; at++) this.settle(at);
  }

  /** Saves what is read from locals, before control flow divides or joins. */
  private settleLocals(): void {
    for (let place = this.lazyFrom; place < this.operandTop; place++) {
      if (this.kind(place) === Kind.Local) this.settle(place);
    }
    this.lazyFrom = this.operandTop;
  }

  /** Whether the operand is the result of the last instruction. */
  private isLast(place: number): boolean {
    return this.last !== 0 && this.kind(place) === Kind.Home && this.code[this.last + 1] === this.home(place);
  }

  private pop(): number {
    this.operandTop--;
    if (this.lazyFrom > this.operandTop) this.lazyFrom = this.operandTop;
    return this.operandTop;
  }

  // Labels and branches.

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

  private newBlock(): void {
    const block = this.block + 1;
    if (block >= this.blockCosts.length) {
      throw capacityError('basicBlocks', block + 1, this.store.capacities.basicBlocks, this.instructionAt);
    }
    this.blockCosts[block] = 0;
    this.block = block;
    if (block >= this.mostBlocks) this.mostBlocks = block + 1;
    this.last = 0;
    this.start = 0;
    this.before = 0;
  }

  /** Starts the block that a label stands before. */
  private labelBlock(): void {
    if (this.reachable) this.blockCosts[this.block] |= FALLS_THROUGH;
    this.newBlock();
  }

  /** Points the branch words at `position` (target, fuel) to here. */
  private patch(position: number): void {
    this.code[position] = this.top;
    this.code[position + 1] = this.block;
  }

  /** Emits target and fuel of a branch to a label. */
  private emitTarget(row: number): void {
    this.need(2);
    const labels = this.labels;
    const at = this.top;
    this.top = at + 2;
    if (labels[row + Label.Opcode] === Opcode.Loop) {
      this.code[at] = labels[row + Label.Position];
      this.code[at + 1] = labels[row + Label.Block];
    } else {
      this.code[at] = labels[row + Label.Pending];
      this.code[at + 1] = 0;
      labels[row + Label.Pending] = at;
    }
  }

  /** Emits what a conditional branch has behind its target: the fuel of the block that follows, which it starts. */
  private emitFallThrough(): void {
    this.newBlock();
    this.word(this.block);
  }

  private patchPending(row: number): void {
    let position = this.labels[row + Label.Pending];
    while (position !== 0) {
      const next = this.code[position];
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
    if (count === 0) return true;
    if (this.operandTop - count !== height) return false;
    for (let place = height; place < this.operandTop; place++) if (this.kind(place) !== Kind.Home) return false;
    return true;
  }

  /** Brings the topmost `count` operands to the home slots from `height` up. Sources lie above, so the order is safe. */
  private moveResults(count: number, height: number): void {
    const from = this.operandTop - count;
    for (let index = 0; index < count; index++) this.move(from + index, this.home(height + index));
  }

  /** An unconditional branch to the label of `row`. */
  private jump(row: number): void {
    if (row === 0) {
      this.emitReturn();
      return;
    }
    this.moveResults(this.labelArity(row), this.labels[row + Label.Height]);
    if (!this.emitSequence(RegisterOpcode.Branch)) this.emit1(RegisterOpcode.Branch);
    this.emitTarget(row);
  }

  private emitReturn(): void {
    const count = this.store.typeResultCounts[this.resultType];
    if (count === 1) {
      const place = this.operandTop - 1;
      const operation = returnOf(this.width(place));
      const slot = this.use(place);
      const fused = this.fusion(operation, 1, slot);
      if (fused !== 0) this.emitFused(fused, -1);
      else if (slot === 0) this.emit1(RegisterOpcode.Return);
      else this.emit2(operation, slot);
      return;
    }
    this.returnResults(count);
    this.emit1(RegisterOpcode.Return);
  }

  /** Moves results to the start of the frame. Locals there that are still to be read are saved first. */
  private returnResults(count: number): void {
    const from = this.operandTop - count;
    for (let place = from; place < this.operandTop; place++) {
      if (this.kind(place) === Kind.Local) this.move(place, this.home(place));
    }
    for (let index = 0; index < count; index++) {
      const place = from + index;
      if (this.kind(place) === Kind.Constant) this.move(place, index * 2);
      else this.emit3(moveOf(this.width(place)), index * 2, this.home(place));
    }
  }

  private setUnreachable(): void {
    this.reachable = false;
    this.skipped = 0;
    this.last = 0;
    const row = (this.labelTop - 1) * LOWERING_LABEL_ROW;
    this.operandTop = this.labels[row + Label.Height];
    if (this.lazyFrom > this.operandTop) this.lazyFrom = this.operandTop;
  }

  /**
   * Emits a conditional branch up to its target: taken if the operand at `place`, just popped, is non-zero, or zero when
   * `inverted`. A comparison that the last instruction made is fused into the branch.
   */
  private emitCondition(place: number, inverted: boolean): void {
    if (this.isLast(place)) {
      const at = this.last;
      const comparison = this.code[at];
      const a = this.code[at + 2];
      const b = this.code[at + 3];
      const branch = fuseBranch(comparison, inverted);
      if (branch !== 0) {
        this.dropLast();
        const operation = branch & ~SWAPPED;
        if (branchTarget[operation] === 2) this.emitBranch(operation, a, 0, false);
        else if ((branch & SWAPPED) !== 0) this.emitBranch(operation, b, a, true);
        else this.emitBranch(operation, a, b, true);
        return;
      }
      const constantBranch = fuseConstantBranch(comparison, inverted);
      if (constantBranch !== 0 && (!inverted || constantInvertible(comparison, b))) {
        this.dropLast();
        this.emitBranch(constantBranch, a, inverted ? constantLimit(comparison, b) : b, false);
        return;
      }
    }
    const slot = this.use(place);
    this.emitBranch(inverted ? RegisterOpcode.BranchUnless : RegisterOpcode.BranchIf, slot, 0, false);
  }

  /** Emits a conditional branch up to its target, with one operand or two; `slots`: the second one is a slot too. */
  private emitBranch(operation: number, a: number, b: number, slots: boolean): void {
    let fused = this.fusion(operation, 1, a);
    if (fused !== 0) {
      this.emitFused(fused, -1);
      if (branchTarget[operation] === 3) this.word(b);
      return;
    }
    if (slots) {
      fused = this.fusion(operation, 2, b);
      if (fused !== 0) {
        this.emitFused(fused, -1);
        this.word(a);
        return;
      }
    }
    if (branchTarget[operation] === 2) this.emit2(operation, a);
    else this.emit3(operation, a, b);
  }

  private lowerInstruction(code: number): void {
    const immediate = opcodeImmediate[code];
    if (immediate === Immediate.Local) this.lowerLocal(code, this.reader.u32());
    else if (immediate === Immediate.None) {
      if (opcodeSignature[code] !== 0) this.lowerNumeric(code);
      else this.lowerControl(code);
    } else if (immediate >= Immediate.Memory1 && immediate <= Immediate.Memory8) {
      this.lowerAccess(code, 1 << (immediate - Immediate.Memory1));
    } else if (immediate === Immediate.I32) this.push(Kind.Constant, this.reader.s32(), 0);
    else if (immediate <= Immediate.TypeVector) this.lowerStructured(code, immediate);
    else this.lowerOther(code, immediate);
  }

  private lowerLocal(code: number, index: number): void {
    const width = widthOf(this.store.localTypes[index]);
    if (code === Opcode.LocalGet) {
      this.push(Kind.Local | width, index, 0);
      return;
    }
    const place = this.pop();
    const slot = index * 2;
    let lazy = false;
    for (let at = this.lazyFrom; at < place; at++) {
      if (this.kind(at) === Kind.Local && this.low(at) === index) lazy = true;
    }
    const retarget = this.isLast(place) && !(lazy && this.lastKeeps(slot));
    if (lazy) {
      // The old value is saved before the instruction that computes the new one, so that this one can go straight to the local.
      const hold = retarget ? this.holdLast() : 0;
      for (let at = this.lazyFrom; at < place; at++) {
        if (this.kind(at) === Kind.Local && this.low(at) === index) this.settle(at);
      }
      if (retarget) this.releaseLast(hold);
    }
    if (retarget) {
      this.code[this.last + 1] = slot;
      this.last = 0;
    } else this.move(place, slot);
    if (code === Opcode.LocalTee) this.push(Kind.Local | width, index, 0);
  }

  private lowerNumeric(code: number): void {
    if (code === Opcode.I32WrapI64 || (code >= Opcode.I32ReinterpretF32 && code <= Opcode.F64ReinterpretI64)) {
      // The same bits under another type: a constant or a slot is read as it is.
      const row = (this.operandTop - 1) * LOWERING_OPERAND_ROW;
      if (code === Opcode.I32WrapI64) this.operands[row] &= Kind.Mask;
      else if (code === Opcode.I64ReinterpretF64 || code === Opcode.F64ReinterpretI64)
        this.operands[row] ^= Kind.Double;
      return;
    }
    let at = opcodeSignature[code];
    const signature = at;
    while (signatureTypes[at] !== 0) at++;
    const parameters = at - signature;
    const type = signatureTypes[at + 1];
    if (parameters === 2 && signatureTypes[at + 2] === 0) this.lowerBinary(code, type);
    else if (parameters === 1) {
      const place = this.pop();
      const slot = this.use(place);
      this.emit3(registerForm[code], this.home(place), slot);
      this.pushResult(type);
    } else this.lowerWide(code, parameters);
  }

  private lowerBinary(code: number, type: number): void {
    let second = this.pop();
    let first = this.pop();
    const destination = this.home(first);
    let operation = code;
    if (this.kind(first) === Kind.Constant && this.kind(second) !== Kind.Constant) {
      const swapped = swappedOperation(code);
      if (swapped !== 0) {
        operation = swapped;
        const other = first;
        first = second;
        second = other;
      }
    }
    if (this.kind(second) === Kind.Constant && this.lowerConstantOperand(operation, type, first, second)) return;
    let a = this.use(first);
    let b = this.use(second);
    let form = registerForm[operation];
    if (form === 0) {
      // The mirror image of a comparison, with its operands exchanged.
      form = registerForm[swappedOperation(operation)];
      const other = a;
      a = b;
      b = other;
    }
    let fused = this.fusion(form, 2, a);
    let rest = b;
    if (fused === 0) {
      fused = this.fusion(form, 3, b);
      rest = a;
    }
    if (fused === 0 && isCommutative(operation)) fused = this.fusion(form, 2, b);
    if (fused !== 0) {
      this.emitFused(fused, destination);
      this.word(rest);
    } else this.emit4(form, destination, a, b);
    this.joinBefore();
    this.pushResult(type);
  }

  /** An operation whose right operand is a constant, if there is an instruction for it. */
  private lowerConstantOperand(operation: number, type: number, first: number, second: number): boolean {
    let constant = this.low(second);
    const high = this.operands[second * LOWERING_OPERAND_ROW + Operand.High];
    let form = constantForm[operation];
    if (operation === Opcode.I32Sub) {
      form = constantForm[Opcode.I32Add];
      constant = (0 - constant) | 0;
    } else if (operation === Opcode.I32Rotr) {
      form = constantForm[Opcode.I32Rotl];
      constant = (32 - (constant & 31)) & 31;
    } else if (form === 0) {
      const neighbour = comparisonWithNeighbour(operation, constant);
      if (neighbour !== 0) {
        form = constantForm[neighbour];
        constant = neighbourConstant(operation, constant);
      }
    }
    if (form === 0) return false;
    const destination = this.home(first < second ? first : second);
    const slot = this.use(first);
    const fused = this.fusion(form, 2, slot);
    if (fused !== 0) {
      this.emitFused(fused, destination);
      this.word(constant);
    } else if (alignedWord[form] !== 0) {
      this.emit3(form, destination, slot);
      this.alignedWords(constant, high);
    } else {
      this.emit4(form, destination, slot, constant);
    }
    if (registerLength[form] === 5) this.word(high);
    this.joinBefore();
    this.pushResult(type);
    return true;
  }

  private lowerWide(code: number, parameters: number): void {
    const first = this.operandTop - parameters;
    this.settleFrom(first);
    this.operandTop = first;
    if (this.lazyFrom > first) this.lazyFrom = first;
    const low = this.home(first);
    if (parameters === 4) {
      const operation = code === Opcode.I64Add128 ? RegisterOpcode.I64Add128 : RegisterOpcode.I64Sub128;
      this.emit6(operation, low, low + 2, low, low + 2, low + 4);
      this.word(low + 6);
    } else {
      const operation = code === Opcode.I64MulWideS ? RegisterOpcode.I64MulWideS : RegisterOpcode.I64MulWideU;
      this.emit5(operation, low, low + 2, low, low + 2);
    }
    this.pushHome(ValueType.I64);
    this.pushHome(ValueType.I64);
    this.last = 0;
  }

  private lowerAccess(code: number, size: number): void {
    this.reader.u32();
    let offset = this.reader.u32();
    const store = code >= Opcode.I32Store;
    const valuePlace = store ? this.pop() : 0;
    const place = this.pop();
    let slot = this.use(place);
    if (offset > MAXIMUM_OFFSET || offset + size > this.memoryBytes) {
      // The home slot of the value may still be needed: the address goes to its own.
      const target = this.home(place);
      this.emit5(RegisterOpcode.EffectiveAddress, target, slot, offset | 0, size);
      slot = target;
      offset = 0;
    }
    let form = registerForm[code];
    let fused = 0;
    if (store) {
      let value = 0;
      if (
        this.kind(valuePlace) === Kind.Constant &&
        form !== RegisterOpcode.StoreI64 &&
        form !== RegisterOpcode.StoreF64
      ) {
        form = constantStore(form);
        value = this.low(valuePlace);
      } else value = this.use(valuePlace);
      fused = this.fusion(form, 1, slot);
      if (fused !== 0) {
        this.emitFused(fused, -1);
        this.word(value);
        this.word(offset);
      } else this.emit4(form, slot, value, offset);
      return;
    }
    fused = this.fusion(form, 2, slot);
    if (fused !== 0) {
      this.emitFused(fused, this.home(place));
      this.word(offset);
    } else this.emit4(form, this.home(place), slot, offset);
    this.pushResult(signatureTypes[opcodeSignature[code] + 2]);
  }

  private lowerControl(code: number): void {
    if (code === Opcode.End) this.lowerEnd();
    else if (code === Opcode.Else) this.lowerElse();
    else if (code === Opcode.Unreachable) {
      this.emit1(RegisterOpcode.Unreachable);
      this.setUnreachable();
    } else if (code === Opcode.Return) {
      this.emitReturn();
      this.setUnreachable();
    } else if (code === Opcode.Drop) {
      // What computed it has to run all the same: it may trap.
      this.pop();
      this.last = 0;
    } else if (code === Opcode.Select) this.lowerSelect();
    else if (code === Opcode.RefIsNull) {
      const place = this.pop();
      const slot = this.use(place);
      this.emit3(RegisterOpcode.RefIsNull, this.home(place), slot);
      this.pushResult(ValueType.I32);
    }
  }

  private lowerSelect(): void {
    const condition = this.pop();
    const second = this.pop();
    const first = this.pop();
    const width = this.width(first);
    const a = this.use(first);
    const b = this.use(second);
    const c = this.use(condition);
    this.emit5(selectOf(width), this.home(first), a, b, c);
    this.push(Kind.Home | width, 0, 0);
    this.last = this.start;
  }

  private lowerEnd(): void {
    const row = (this.labelTop - 1) * LOWERING_LABEL_ROW;
    const labels = this.labels;
    const type = labels[row + Label.Type];
    const height = labels[row + Label.Height];
    const results = this.store.typeResultCounts[type];
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
    this.operandTop = height;
    if (this.lazyFrom > height) this.lazyFrom = height;
    if (!this.reachable) {
      const outer = row - LOWERING_LABEL_ROW;
      this.operandTop = labels[outer + Label.Height];
      if (this.lazyFrom > this.operandTop) this.lazyFrom = this.operandTop;
      return;
    }
    this.last = 0;
    const offset = this.store.typeOffsets[type] + this.store.typeParameterCounts[type];
    for (let index = 0; index < results; index++) this.pushHome(this.store.typeValues[offset + index]);
  }

  private lowerElse(): void {
    const row = (this.labelTop - 1) * LOWERING_LABEL_ROW;
    const labels = this.labels;
    if (this.reachable) this.jump(row);
    const height = labels[row + Label.Height];
    this.reachable = false;
    this.newBlock();
    this.patch(labels[row + Label.Else]);
    labels[row + Label.Else] = 0;
    labels[row + Label.Opcode] = Opcode.Else;
    this.reachable = true;
    this.skipped = 0;
    this.operandTop = height;
    if (this.lazyFrom > height) this.lazyFrom = height;
    const type = labels[row + Label.Type];
    const offset = this.store.typeOffsets[type];
    const parameters = this.store.typeParameterCounts[type];
    for (let index = 0; index < parameters; index++) this.pushHome(this.store.typeValues[offset + index]);
  }

  private lowerStructured(code: number, immediate: number): void {
    if (immediate === Immediate.BlockType) this.lowerBlock(code);
    else if (immediate === Immediate.Label) {
      const row = (this.labelTop - 1 - this.reader.u32()) * LOWERING_LABEL_ROW;
      if (code === Opcode.BrIf) this.lowerBranchIf(row);
      else {
        this.jump(row);
        this.setUnreachable();
      }
    } else if (immediate === Immediate.LabelTable) this.lowerBranchTable();
    else if (immediate === Immediate.Function) {
      const index = this.reader.u32();
      if (code === Opcode.RefFunc) this.push(Kind.Constant, this.instance.functionBase + index, 0);
      else this.lowerCall(code, index);
    } else if (immediate === Immediate.TypeTable) this.lowerIndirect(code);
    else {
      this.reader.u32();
      this.reader.byte();
      this.lowerSelect();
    }
  }

  private lowerBlock(code: number): void {
    const type = readBlockType(this.store, this.reader, this.module);
    const parameters = this.store.typeParameterCounts[type];
    let condition = -1;
    if (code === Opcode.If) condition = this.pop();
    const height = this.operandTop - parameters;
    let hold = 0;
    // Settling emits moves, which must not come between a comparison and the branch that it is fused into.
    // An instruction that keeps a value in a local is no such comparison.
    if (
      condition >= 0 &&
      this.isLast(condition) &&
      keptWord[this.code[this.last]] === 0 &&
      this.needsSettling(height)
    ) {
      hold = this.holdLast();
    }
    if (code !== Opcode.Block || parameters > 0) this.settleFrom(height);
    this.settleLocals();
    if (hold > 0) this.releaseLast(hold);
    this.pushLabel(code, type, height);
    const row = (this.labelTop - 1) * LOWERING_LABEL_ROW;
    if (code === Opcode.Loop) {
      this.labelBlock();
      this.labels[row + Label.Position] = this.top;
      this.labels[row + Label.Block] = this.block;
    } else if (code === Opcode.If) {
      this.emitCondition(condition, true);
      this.labels[row + Label.Else] = this.top;
      this.need(2);
      this.top += 2;
      this.emitFallThrough();
    }
  }

  private needsSettling(height: number): boolean {
    for (let place = this.lazyFrom; place < this.operandTop; place++) {
      const kind = this.kind(place);
      if (kind === Kind.Local || (kind === Kind.Constant && place >= height)) return true;
    }
    return false;
  }

  /**
   * Whether the last instruction writes the local at `slot` before it computes its result. The local's value must then be
   * read behind it: in front of it, the local still has the value before that.
   */
  private lastKeeps(slot: number): boolean {
    const word = keptWord[this.code[this.last]];
    return word !== 0 && this.code[this.last + word] === slot;
  }

  /** Takes back the last instruction. Returns its length. */
  private holdLast(): number {
    const start = this.last;
    const length = this.top - start;
    for (let word = 0; word < length; word++) this.saved[word] = this.code[start + word];
    this.savedAt = start;
    this.savedInstructionAt = this.startInstructionAt;
    this.dropLast();
    return length;
  }

  private releaseLast(length: number): void {
    const here = this.instructionAt;
    const saved = this.saved;
    const aligned = alignedWord[saved[0]];
    this.instructionAt = this.savedInstructionAt;
    if (aligned !== 0 && ((this.savedAt ^ this.top) & 1) !== 0) {
      const from = ((this.savedAt + aligned + 1) & -2) - this.savedAt;
      const low = saved[from];
      const high = saved[from + 1];
      const to = ((this.top + aligned + 1) & -2) - this.top;
      saved[to] = low;
      saved[to + 1] = high;
    }
    this.need(length);
    this.startInstruction();
    this.instructionAt = here;
    this.last = this.top;
    for (let word = 0; word < length; word++) this.code[this.top++] = saved[word];
  }

  private lowerBranchIf(row: number): void {
    const condition = this.pop();
    const arity = this.labelArity(row);
    if (row !== 0 && this.inPlace(arity, this.labels[row + Label.Height])) {
      this.emitCondition(condition, false);
      this.emitTarget(row);
      this.emitFallThrough();
      return;
    }
    // Results have to be moved when the branch is taken: branch around the moves when it is not.
    this.emitCondition(condition, true);
    const around = this.top;
    this.need(2);
    this.top += 2;
    this.emitFallThrough();
    this.jump(row);
    this.newBlock();
    this.patch(around);
  }

  private lowerBranchTable(): void {
    const reader = this.reader;
    const count = reader.u32();
    const place = this.pop();
    const index = this.use(place);
    const fused = this.fusion(RegisterOpcode.BranchTable, 1, index);
    if (fused !== 0) {
      this.emitFused(fused, -1);
      this.word(count);
    } else this.emit3(RegisterOpcode.BranchTable, index, count);
    const pairs = this.top;
    const at = reader.position;
    let outOfPlace = 0;
    for (let entry = 0; entry <= count; entry++) {
      const row = (this.labelTop - 1 - reader.u32()) * LOWERING_LABEL_ROW;
      if (row !== 0 && this.inPlace(this.labelArity(row), this.labels[row + Label.Height])) this.emitTarget(row);
      else {
        this.need(2);
        this.top += 2;
        outOfPlace++;
      }
    }
    this.last = 0;
    // Targets whose results have to be moved go through a piece of code each; entries of one label share it.
    if (outOfPlace > 0) {
      reader.position = at;
      for (let entry = 0; entry <= count; entry++) {
        const row = (this.labelTop - 1 - reader.u32()) * LOWERING_LABEL_ROW;
        if (row !== 0 && this.inPlace(this.labelArity(row), this.labels[row + Label.Height])) continue;
        const shared = this.sharedStub(at, entry, row);
        if (shared >= 0) {
          this.code[pairs + entry * 2] = this.code[pairs + shared * 2];
          this.code[pairs + entry * 2 + 1] = this.code[pairs + shared * 2 + 1];
        } else {
          this.newBlock();
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

  /** Puts the arguments of a call into their home slots and pops them. Returns the first one's place. */
  private takeArguments(type: number): number {
    const first = this.operandTop - this.store.typeParameterCounts[type];
    this.settleFrom(first);
    this.operandTop = first;
    if (this.lazyFrom > first) this.lazyFrom = first;
    return first;
  }

  /** Moves the arguments of a tail call to the start of the frame. */
  private takeTailArguments(type: number): void {
    const count = this.store.typeParameterCounts[type];
    this.returnResults(count);
    this.operandTop -= count;
  }

  private pushCallResults(type: number): void {
    const offset = this.store.typeOffsets[type] + this.store.typeParameterCounts[type];
    const results = this.store.typeResultCounts[type];
    this.last = 0;
    for (let index = 0; index < results; index++) this.pushHome(this.store.typeValues[offset + index]);
  }

  private lowerCall(code: number, index: number): void {
    const functions = this.store.functions;
    const address = this.instance.functionBase + index;
    const type = this.store.moduleFunctionTypes[this.module.functionBase + index];
    const row = address * 4;
    const entry = functions[row + FunctionColumn.Entry];
    const memory = functions[row + FunctionColumn.Memory];
    const out = entry < 0 || memory !== this.instance.memory;
    if (code === Opcode.ReturnCall) {
      this.takeTailArguments(type);
      if (out) this.emit2(RegisterOpcode.TailCallOut, address);
      else {
        this.emit1(RegisterOpcode.TailCall);
        this.emitEntry(row, entry);
      }
      this.setUnreachable();
      return;
    }
    const frame = this.home(this.takeArguments(type));
    if (out) this.emit3(RegisterOpcode.CallOut, address, frame);
    else {
      this.emit1(RegisterOpcode.Call);
      this.emitEntry(row, entry);
      this.word(frame);
    }
    this.pushCallResults(type);
  }

  /** Emits the position of a function, or puts the word into the list of those that wait for it. */
  private emitEntry(row: number, entry: number): void {
    if (entry === 0 || entry >= FALLS_THROUGH) {
      this.word(entry);
      if (!this.measuring) this.store.functions[row + FunctionColumn.Entry] = this.top - 1 + FALLS_THROUGH;
    } else this.word(entry);
  }

  private lowerIndirect(code: number): void {
    const type = this.store.moduleTypes[this.module.typeBase + this.reader.u32()];
    const table = this.store.tableAddresses[this.instance.tableBase + this.reader.u32()] * TABLE_ROW;
    const place = this.pop();
    if (code === Opcode.ReturnCallIndirect) {
      this.settle(place);
      this.last = 0;
      this.takeTailArguments(type);
      this.emit6(RegisterOpcode.TailCallIndirect, this.home(place), table, type, 0, this.instance.memory);
      this.setUnreachable();
      return;
    }
    const index = this.use(place);
    const first = this.takeArguments(type);
    this.emit6(RegisterOpcode.CallIndirect, index, table, type, this.home(first), this.instance.memory);
    this.pushCallResults(type);
  }

  private lowerOther(code: number, immediate: number): void {
    const reader = this.reader;
    if (immediate === Immediate.I64) {
      const low = reader.s64();
      this.push(Kind.Constant | Kind.Wide, low, reader.high);
    } else if (immediate === Immediate.F32) this.push(Kind.Constant, reader.word(), 0);
    else if (immediate === Immediate.F64) {
      const low = reader.word();
      this.push(Kind.Constant | Kind.Width, low, reader.word());
    } else if (immediate === Immediate.ReferenceType) {
      reader.byte();
      this.push(Kind.Constant, NULL_REFERENCE, 0);
    } else if (immediate === Immediate.Global) this.lowerGlobal(code, reader.u32());
    else if (immediate === Immediate.Table) this.lowerTable(code, reader.u32());
    else this.lowerBulk(code);
  }

  private lowerGlobal(code: number, index: number): void {
    const type = this.store.moduleGlobals[this.module.globalBase + index] & 255;
    const wide = is64Bit(type);
    const address = this.store.globalAddresses[this.instance.globalBase + index] * 2;
    if (code === Opcode.GlobalGet) {
      this.emit3(wide ? RegisterOpcode.GlobalGet64 : RegisterOpcode.GlobalGet32, this.home(this.operandTop), address);
      this.pushResult(type);
    } else {
      const slot = this.use(this.pop());
      this.emit3(wide ? RegisterOpcode.GlobalSet64 : RegisterOpcode.GlobalSet32, address, slot);
    }
  }

  private tableRow(index: number): number {
    return this.store.tableAddresses[this.instance.tableBase + index] * TABLE_ROW;
  }

  private lowerTable(code: number, index: number): void {
    const table = this.tableRow(index);
    if (code === Opcode.TableGet) {
      const place = this.pop();
      const slot = this.use(place);
      this.emit4(RegisterOpcode.TableGet, this.home(place), slot, table);
      this.pushResult(ValueType.FuncRef);
    } else if (code === Opcode.TableSet) {
      const value = this.pop();
      const place = this.pop();
      const slot = this.use(place);
      const source = this.use(value);
      this.emit4(RegisterOpcode.TableSet, slot, source, table);
    } else if (code === Opcode.TableSize) {
      this.emit3(RegisterOpcode.TableSize, this.home(this.operandTop), table);
      this.pushResult(ValueType.I32);
    } else if (code === Opcode.TableGrow) {
      const count = this.pop();
      const value = this.pop();
      const source = this.use(value);
      const slot = this.use(count);
      this.emit5(RegisterOpcode.TableGrow, this.home(value), source, slot, table);
      this.pushResult(ValueType.I32);
    } else {
      const count = this.pop();
      const value = this.pop();
      const place = this.pop();
      const a = this.use(place);
      const b = this.use(value);
      const c = this.use(count);
      this.emit5(RegisterOpcode.TableFill, a, b, c, table);
    }
  }

  private lowerBulk(code: number): void {
    const reader = this.reader;
    const instance = this.instance;
    if (code === Opcode.MemorySize) {
      reader.byte();
      this.emit3(RegisterOpcode.MemorySize, this.home(this.operandTop), instance.memory);
      this.pushResult(ValueType.I32);
      return;
    }
    if (code === Opcode.MemoryGrow) {
      reader.byte();
      const place = this.pop();
      const slot = this.use(place);
      this.emit4(RegisterOpcode.MemoryGrow, this.home(place), slot, instance.memory);
      this.pushResult(ValueType.I32);
      // The driver writes to the home slot.
      this.last = 0;
      return;
    }
    const first = reader.u32();
    if (code === Opcode.DataDrop) {
      this.emit2(RegisterOpcode.DataDrop, instance.dataBase + first);
      return;
    }
    if (code === Opcode.ElemDrop) {
      this.emit2(RegisterOpcode.ElementDrop, instance.elementBase + first);
      return;
    }
    const second = code === Opcode.MemoryFill ? 0 : reader.u32();
    const count = this.pop();
    const source = this.pop();
    const destination = this.pop();
    const a = this.use(destination);
    const b = this.use(source);
    const c = this.use(count);
    const number = this.store.instances.indexOf(instance);
    if (code === Opcode.MemoryFill) this.emit4(RegisterOpcode.MemoryFill, a, b, c);
    else if (code === Opcode.MemoryCopy) this.emit4(RegisterOpcode.MemoryCopy, a, b, c);
    else if (code === Opcode.MemoryInit) this.emit6(RegisterOpcode.MemoryInit, a, b, c, number, first);
    else if (code === Opcode.TableCopy) {
      this.emit6(RegisterOpcode.TableCopy, a, b, c, this.tableRow(first), this.tableRow(second));
    } else {
      this.emit6(RegisterOpcode.TableInit, a, b, c, number, first);
      this.word(this.tableRow(second));
    }
  }

  /** Walks over an instruction that cannot be reached; only the structure around it counts. */
  private skipInstruction(code: number): void {
    const reader = this.reader;
    const immediate = opcodeImmediate[code];
    if (immediate === Immediate.None) {
      if (code === Opcode.End) {
        if (this.skipped === 0) this.lowerEnd();
        else this.skipped--;
      } else if (code === Opcode.Else && this.skipped === 0) this.lowerElse();
    } else if (immediate === Immediate.BlockType) {
      readBlockType(this.store, reader, this.module);
      this.skipped++;
    } else if (immediate === Immediate.I32) reader.s32();
    else if (immediate === Immediate.I64) reader.s64();
    else if (immediate === Immediate.F32) reader.skip(4);
    else if (immediate === Immediate.F64) reader.skip(8);
    else if (immediate === Immediate.LabelTable) {
      const count = reader.u32();
      for (let entry = 0; entry <= count; entry++) reader.u32();
    } else if (immediate === Immediate.TypeVector) {
      reader.u32();
      reader.byte();
    } else {
      reader.u32();
      if (
        immediate === Immediate.TypeTable ||
        immediate === Immediate.TableTable ||
        immediate === Immediate.ElementTable ||
        immediate === Immediate.DataMemory ||
        immediate === Immediate.MemoryMemory ||
        (immediate >= Immediate.Memory1 && immediate <= Immediate.Memory8)
      ) {
        reader.u32();
      }
    }
  }
}

function widthOf(type: number): number {
  return type === ValueType.F64 ? Kind.Width : type === ValueType.I64 ? Kind.Wide : 0;
}

function moveOf(width: number): number {
  if (width === 0) return RegisterOpcode.Move32;
  return width === Kind.Wide ? RegisterOpcode.MoveI64 : RegisterOpcode.MoveF64;
}

function returnOf(width: number): number {
  if (width === 0) return RegisterOpcode.Return32;
  return width === Kind.Wide ? RegisterOpcode.ReturnI64 : RegisterOpcode.ReturnF64;
}

function selectOf(width: number): number {
  if (width === 0) return RegisterOpcode.Select32;
  return width === Kind.Wide ? RegisterOpcode.SelectI64 : RegisterOpcode.SelectF64;
}

function isCommutative(code: number): boolean {
  if (code === Opcode.F64Add || code === Opcode.F64Mul || code === Opcode.F32Add || code === Opcode.F32Mul) return true;
  if (code === Opcode.I64Add || code === Opcode.I64Mul || (code >= Opcode.I64And && code <= Opcode.I64Xor)) return true;
  return swappedOperation(code) === code;
}

/** The opcode that does the same with its operands exchanged, 0 if there is none. */
export function swappedOperation(code: number): number {
  if (code === Opcode.I32Add || code === Opcode.I32Mul) return code;
  if (code >= Opcode.I32And && code <= Opcode.I32Xor) return code;
  if (code === Opcode.I32Eq || code === Opcode.I32Ne) return code;
  // lt_s, lt_u, gt_s, gt_u, le_s, le_u, ge_s, ge_u follow each other, for i32 and i64 alike.
  if (code >= Opcode.I32LtS && code <= Opcode.I32GeU) return swappedComparison(code, Opcode.I32LtS);
  if (code >= Opcode.I64LtS && code <= Opcode.I64GeU) return swappedComparison(code, Opcode.I64LtS);
  if (code === Opcode.F32Gt || code === Opcode.F32Ge || code === Opcode.F64Gt || code === Opcode.F64Ge) {
    return code - 1;
  }
  return 0;
}

function swappedComparison(code: number, first: number): number {
  return first + ((code - first) ^ 2);
}

/** For a comparison with a constant that has no form of its own: `x <= c` is `x < c + 1`, `x >= c` is `x > c - 1`. */
function comparisonWithNeighbour(code: number, constant: number): number {
  if (code === Opcode.I32LeS && constant !== 0x7fffffff) return Opcode.I32LtS;
  if (code === Opcode.I32LeU && constant !== -1) return Opcode.I32LtU;
  if (code === Opcode.I32GeS && constant !== -2147483648) return Opcode.I32GtS;
  if (code === Opcode.I32GeU && constant !== 0) return Opcode.I32GtU;
  return 0;
}

function neighbourConstant(code: number, constant: number): number {
  return code === Opcode.I32LeS || code === Opcode.I32LeU ? (constant + 1) | 0 : (constant - 1) | 0;
}

export function constantStore(store: number): number {
  if (store === RegisterOpcode.Store32) return RegisterOpcode.Store32Constant;
  if (store === RegisterOpcode.Store8) return RegisterOpcode.Store8Constant;
  return RegisterOpcode.Store16Constant;
}

/** Flag of `fuseBranch`: the operands are exchanged. */
export const SWAPPED = 0x10000;

/** The branch that a comparison in slots and a branch on its result make together, 0 if there is none. */
export function fuseBranch(comparison: number, inverted: boolean): number {
  if (comparison === RegisterOpcode.I32Eqz) return inverted ? RegisterOpcode.BranchIf : RegisterOpcode.BranchUnless;
  if (comparison === RegisterOpcode.I64Eqz) return inverted ? RegisterOpcode.BranchI64Nez : RegisterOpcode.BranchI64Eqz;
  if (comparison === RegisterOpcode.I32Eq) return inverted ? RegisterOpcode.BranchI32Ne : RegisterOpcode.BranchI32Eq;
  if (comparison === RegisterOpcode.I32Ne) return inverted ? RegisterOpcode.BranchI32Eq : RegisterOpcode.BranchI32Ne;
  // Not (a < b) is b <= a.
  if (comparison === RegisterOpcode.I32LtS)
    return inverted ? RegisterOpcode.BranchI32LeS | SWAPPED : RegisterOpcode.BranchI32LtS;
  if (comparison === RegisterOpcode.I32LtU)
    return inverted ? RegisterOpcode.BranchI32LeU | SWAPPED : RegisterOpcode.BranchI32LtU;
  if (comparison === RegisterOpcode.I32LeS)
    return inverted ? RegisterOpcode.BranchI32LtS | SWAPPED : RegisterOpcode.BranchI32LeS;
  if (comparison === RegisterOpcode.I32LeU)
    return inverted ? RegisterOpcode.BranchI32LtU | SWAPPED : RegisterOpcode.BranchI32LeU;
  if (comparison === RegisterOpcode.I64Eq) return inverted ? RegisterOpcode.BranchI64Ne : RegisterOpcode.BranchI64Eq;
  if (comparison === RegisterOpcode.I64Ne) return inverted ? RegisterOpcode.BranchI64Eq : RegisterOpcode.BranchI64Ne;
  if (comparison === RegisterOpcode.I64LtS)
    return inverted ? RegisterOpcode.BranchI64LeS | SWAPPED : RegisterOpcode.BranchI64LtS;
  if (comparison === RegisterOpcode.I64LtU)
    return inverted ? RegisterOpcode.BranchI64LeU | SWAPPED : RegisterOpcode.BranchI64LtU;
  if (comparison === RegisterOpcode.I64LeS)
    return inverted ? RegisterOpcode.BranchI64LtS | SWAPPED : RegisterOpcode.BranchI64LeS;
  if (comparison === RegisterOpcode.I64LeU)
    return inverted ? RegisterOpcode.BranchI64LtU | SWAPPED : RegisterOpcode.BranchI64LeU;
  if (comparison === RegisterOpcode.F32Eq) return inverted ? RegisterOpcode.BranchF32Ne : RegisterOpcode.BranchF32Eq;
  if (comparison === RegisterOpcode.F32Ne) return inverted ? RegisterOpcode.BranchF32Eq : RegisterOpcode.BranchF32Ne;
  if (comparison === RegisterOpcode.F32Lt) return inverted ? RegisterOpcode.BranchF32NotLt : RegisterOpcode.BranchF32Lt;
  if (comparison === RegisterOpcode.F32Le) return inverted ? RegisterOpcode.BranchF32NotLe : RegisterOpcode.BranchF32Le;
  if (comparison === RegisterOpcode.F64Eq) return inverted ? RegisterOpcode.BranchF64Ne : RegisterOpcode.BranchF64Eq;
  if (comparison === RegisterOpcode.F64Ne) return inverted ? RegisterOpcode.BranchF64Eq : RegisterOpcode.BranchF64Ne;
  if (comparison === RegisterOpcode.F64Lt) return inverted ? RegisterOpcode.BranchF64NotLt : RegisterOpcode.BranchF64Lt;
  if (comparison === RegisterOpcode.F64Le) return inverted ? RegisterOpcode.BranchF64NotLe : RegisterOpcode.BranchF64Le;
  return 0;
}

/** The same for a comparison with a constant. */
export function fuseConstantBranch(comparison: number, inverted: boolean): number {
  if (comparison === RegisterOpcode.I32EqConstant)
    return inverted ? RegisterOpcode.BranchI32NeConstant : RegisterOpcode.BranchI32EqConstant;
  if (comparison === RegisterOpcode.I32NeConstant)
    return inverted ? RegisterOpcode.BranchI32EqConstant : RegisterOpcode.BranchI32NeConstant;
  if (comparison === RegisterOpcode.I32LtSConstant)
    return inverted ? RegisterOpcode.BranchI32GtSConstant : RegisterOpcode.BranchI32LtSConstant;
  if (comparison === RegisterOpcode.I32LtUConstant)
    return inverted ? RegisterOpcode.BranchI32GtUConstant : RegisterOpcode.BranchI32LtUConstant;
  if (comparison === RegisterOpcode.I32GtSConstant)
    return inverted ? RegisterOpcode.BranchI32LtSConstant : RegisterOpcode.BranchI32GtSConstant;
  if (comparison === RegisterOpcode.I32GtUConstant)
    return inverted ? RegisterOpcode.BranchI32LtUConstant : RegisterOpcode.BranchI32GtUConstant;
  return 0;
}

/** Not (x < c) is x > c - 1, not (x > c) is x < c + 1: the constant of the inverted branch. */
function constantLimit(comparison: number, constant: number): number {
  if (comparison === RegisterOpcode.I32LtSConstant || comparison === RegisterOpcode.I32LtUConstant)
    return (constant - 1) | 0;
  if (comparison === RegisterOpcode.I32GtSConstant || comparison === RegisterOpcode.I32GtUConstant)
    return (constant + 1) | 0;
  return constant;
}

/** Whether that constant did not wrap around. */
function constantInvertible(comparison: number, constant: number): boolean {
  if (comparison === RegisterOpcode.I32LtSConstant) return constant !== -2147483648;
  if (comparison === RegisterOpcode.I32LtUConstant) return constant !== 0;
  if (comparison === RegisterOpcode.I32GtSConstant) return constant !== 0x7fffffff;
  if (comparison === RegisterOpcode.I32GtUConstant) return constant !== -1;
  return true;
}
