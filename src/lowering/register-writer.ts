// Emits register instructions, and fuses each with the previous one if a fused instruction exists. A fused instruction executes its
// parts in the same order: the first part reads its operands and writes the local that keeps its value, if there is one (`keptWord`);
// then the second part reads its own operands and writes the destination.

import { CODE_RESERVED } from '../capacities.js';
import { capacityError } from '../errors.js';
import {
  alignedWord,
  branchesByTable,
  FUSION_KEPT,
  fusionResult,
  fusionSecond,
  fusionStart,
  fusionWord,
  joinedLimits,
  keptWord,
  registerLength,
  registerTraps,
  SECOND_LOOP_LIMIT,
} from '../generated/register-opcodes.js';
import type { Store } from '../store.js';

/** The position behind the instruction at `at`. */
export function nextInstruction(code: Int32Array, at: number): number {
  const operation = code[at];
  const next = at + registerLength[operation];
  // The last word of a branch table's instruction is the number of its targets, behind which are these and the default's.
  return branchesByTable[operation] === 0 ? next : next + (code[next - 1] + 1) * 2;
}

export class RegisterWriter {
  readonly code: Int32Array;
  /** Index of the next word. */
  top = 0;
  /** Words of the frame that hold locals: an instruction with its destination there keeps its value. */
  localWords = 0;
  /** Byte offset of the instruction that is being lowered. */
  instructionAt = 0;
  /** Position of the last instruction if its result went to the home slot of an operand, else 0. */
  last = 0;
  /** Positions of the last instruction of the block and of the one before it, 0 if there is none. */
  start = 0;
  private before = 0;
  /** Only the length of the code counts: nothing refers to it. */
  measuring = false;
  /** While locating: the position asked for, and the byte offset of the instruction that emitted it. */
  soughtPosition = -1;
  soughtOffset = -1;
  /** The largest end of code so far: an instruction may be longer before it is fused with the next one. */
  mostCode = CODE_RESERVED;
  /** Words of all code so far that only count: an engine that does not count would do without. */
  countWords = 0;
  /** Joined instructions below this one are used. */
  private fusionLimit: number;
  private readonly mainFusionLimit: number;
  /** Limit of the code. */
  private readonly limit: number;
  /** Byte offsets of the instructions that emitted the last instruction and the one before it. */
  private startInstructionAt = 0;
  private beforeInstructionAt = 0;
  /** An instruction that is taken back for a moment, and where it was. */
  private readonly saved = new Int32Array(16);
  private savedAt = 0;
  private savedInstructionAt = 0;

  /** `variant` of the interpreter, an index of `joinedLimits`; with `plain`, no instructions are joined. */
  constructor(store: Store, variant: number, plain: boolean) {
    this.mainFusionLimit = plain ? 0 : joinedLimits[variant];
    this.fusionLimit = this.mainFusionLimit;
    this.code = store.code;
    this.limit = CODE_RESERVED + store.capacities.codeWords;
  }

  /** A function whose code begins at `entry`, with these many words of locals, for the main loop or for the second one. */
  begin(entry: number, localWords: number, isForSecondLoop: boolean): void {
    const limit = this.mainFusionLimit;
    this.fusionLimit = isForSecondLoop ? Math.min(SECOND_LOOP_LIMIT, limit) : limit;
    this.top = entry;
    this.localWords = localWords;
    this.startBlock();
  }

  need(words: number): void {
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
  dropLast(): void {
    this.top = this.start;
    this.start = this.before;
    this.startInstructionAt = this.beforeInstructionAt;
    this.before = 0;
    this.last = 0;
  }

  /** Gives the last instruction another destination. */
  retarget(slot: number): void {
    this.code[this.last + 1] = slot;
    this.last = 0;
  }

  /** Nothing is joined with what stands before a label. */
  startBlock(): void {
    this.last = 0;
    this.start = 0;
    this.before = 0;
  }

  emit1(operation: number): void {
    this.need(1);
    this.startInstruction();
    this.code[this.top++] = operation;
  }

  emit2(operation: number, a: number): void {
    this.need(2);
    this.startInstruction();
    const code = this.code;
    const at = this.top;
    code[at] = operation;
    code[at + 1] = a;
    this.top = at + 2;
  }

  emit3(operation: number, a: number, b: number): void {
    this.need(3);
    this.startInstruction();
    const code = this.code;
    const at = this.top;
    code[at] = operation;
    code[at + 1] = a;
    code[at + 2] = b;
    this.top = at + 3;
  }

  emit4(operation: number, a: number, b: number, c: number): void {
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

  emit5(operation: number, a: number, b: number, c: number, d: number): void {
    this.emit4(operation, a, b, c);
    this.word(d);
  }

  emit6(operation: number, a: number, b: number, c: number, d: number, e: number): void {
    this.emit5(operation, a, b, c, d);
    this.word(e);
  }

  /** Appends an operand to the instruction that was emitted last. */
  word(value: number): void {
    this.need(1);
    this.code[this.top++] = value;
  }

  /** A 64-bit constant as operand: three words, of which the two that are 8-byte aligned are read. */
  alignedWords(low: number, high: number): void {
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
  fusion(operation: number, word: number, slot: number): number {
    const start = this.start;
    if (start === 0 || this.code[start + 1] !== slot) return 0;
    const first = this.code[start];
    const key = slot < this.localWords ? word + FUSION_KEPT : word;
    const end = fusionStart[first + 1];
    for (let row = fusionStart[first]; row < end; row++) {
      if (fusionSecond[row] === operation && fusionWord[row] === key && fusionResult[row] < this.fusionLimit) {
        return fusionResult[row];
      }
    }
    return 0;
  }

  /** Joins the instruction just completed with the one before it, if it reads that one's result and there is one for both. */
  joinBefore(): void {
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
      if (slot < this.localWords || code[start + word] !== slot) continue;
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
  emitSequence(operation: number): boolean {
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
  emitFused(fused: number, destination: number): void {
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
    const kept = code[at + 1] < this.localWords;
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

  /**
   * Whether the last instruction writes the local at `slot` before it computes its result. The local's value must then be
   * read behind it: in front of it, the local still has the value before that.
   */
  lastKeeps(slot: number): boolean {
    const word = keptWord[this.code[this.last]];
    return word !== 0 && this.code[this.last + word] === slot;
  }

  /** Whether the last instruction writes any local besides its destination. */
  lastKeepsAny(): boolean {
    return keptWord[this.code[this.last]] !== 0;
  }

  /** Takes back the last instruction. Returns its length. */
  holdLast(): number {
    const start = this.last;
    const length = this.top - start;
    for (let word = 0; word < length; word++) this.saved[word] = this.code[start + word];
    this.savedAt = start;
    this.savedInstructionAt = this.startInstructionAt;
    this.dropLast();
    return length;
  }

  releaseLast(length: number): void {
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
}
