// The costs of runs of instructions. Fuel is charged when control enters a run, for all instructions up to and including the next
// branch. Labels that only fall-through reaches do not end a run. While a function is lowered, its branches hold the number of their
// target block; at the end, the cost of the run from there replaces the number.

import { capacityError } from '../errors.js';
import {
  branchConditional,
  branchesByTable,
  branchTarget,
  RegisterOpcode,
  registerLength,
  SECOND_LOOP_END,
  SECOND_LOOP_FIRST,
} from '../generated/register-opcodes.js';
import type { Instance } from '../module.js';
import { Immediate, Opcode, opcodeFuel, opcodeImmediate } from '../opcodes.js';
import { Header } from '../status.js';
import { checkCapacity, type Store } from '../store.js';
import { nextInstruction, type RegisterWriter } from './register-writer.js';

/** Marks a block that is left by falling into the next one; in `blockCosts`. */
const FALLS_THROUGH = 0x40000000;

/**
 * Words of the longest loop that counts as one with a rare instruction. In a longer one, the fused instructions that the second loop
 * lacks would save more than two changes of the loop cost for each rare instruction.
 */
const LONGEST_RARE_LOOP = 1024;

export class RunCosts {
  instance!: Instance;
  block = 0;
  /** Whether the function has an instruction of the second loop in a short loop of its own. Known at its end. */
  hasRareLoop = false;
  /** Basic blocks of the function with the most. */
  mostBlocks = 0;
  private readonly store: Store;
  private readonly writer: RegisterWriter;
  private readonly blockCosts: Int32Array;
  /** Code counts what it does. */
  private readonly counting: boolean;
  /** The block whose Count was emitted last, and where that is. */
  private countedBlock = -1;
  private count = 0;

  constructor(store: Store, writer: RegisterWriter, counting: boolean) {
    this.store = store;
    this.writer = writer;
    this.counting = counting;
    this.blockCosts = store.blockCosts;
  }

  /** A function whose body is at byte `at`. */
  begin(at: number): void {
    this.block = 0;
    checkCapacity('basicBlocks', 1, this.blockCosts.length, at);
    this.blockCosts[0] = 0;
    if (this.mostBlocks === 0) this.mostBlocks = 1;
    this.countedBlock = -1;
  }

  /** Adds an instruction to the block. */
  add(code: number): void {
    this.blockCosts[this.block] += opcodeFuel[code];
    if (this.counting && opcodeFuel[code] !== 0) this.countInstruction(code);
  }

  /** The block is left by falling into the next one. */
  fallThrough(): void {
    this.blockCosts[this.block] |= FALLS_THROUGH;
  }

  newBlock(): void {
    const block = this.block + 1;
    if (block >= this.blockCosts.length) {
      throw capacityError('basicBlocks', block + 1, this.store.capacities.basicBlocks, this.writer.instructionAt);
    }
    this.blockCosts[block] = 0;
    this.block = block;
    if (block >= this.mostBlocks) this.mostBlocks = block + 1;
    this.writer.startBlock();
  }

  private countInstruction(code: number): void {
    const writer = this.writer;
    if (this.countedBlock !== this.block) {
      this.countedBlock = this.block;
      writer.emit5(RegisterOpcode.Count, 0, 0, 0, 0);
      this.count = writer.top - 5;
      if (!writer.measuring && writer.soughtPosition < 0) {
        this.instance.countWords += 5;
        writer.countWords += 5;
      }
      // Nothing is joined with it.
      writer.start = 0;
    }
    const immediate = opcodeImmediate[code];
    const counts = writer.code;
    counts[this.count + 1]++;
    if (immediate >= Immediate.Memory1 && immediate <= Immediate.DataMemory) counts[this.count + 2]++;
    else if (immediate === Immediate.Table || immediate === Immediate.TableTable) counts[this.count + 3]++;
    else if (immediate === Immediate.ElementTable) counts[this.count + 3]++;
    else if (immediate === Immediate.TypeTable) counts[this.count + 3]++;
    if (code >= Opcode.Call && code <= Opcode.ReturnCallIndirect) counts[this.count + 4]++;
  }

  /** Replaces the block numbers in branches by costs, and finds rare instructions in loops. */
  chargeBlocks(entry: number): void {
    const costs = this.blockCosts;
    const code = this.writer.code;
    let next = 0;
    for (let block = this.block; block >= 0; block--) {
      const cost = costs[block];
      next = (cost & FALLS_THROUGH) !== 0 ? (cost & ~FALLS_THROUGH) + next : cost;
      costs[block] = next;
    }
    code[entry + Header.Fuel] = costs[0];
    const end = this.writer.top;
    let lastRare = 0;
    this.hasRareLoop = false;
    for (let at = entry; at < end; ) {
      const operation = code[at];
      const target = branchTarget[operation];
      const behind = nextInstruction(code, at);
      if (operation >= SECOND_LOOP_FIRST && operation < SECOND_LOOP_END) lastRare = at;
      if (target !== 0) {
        const start = code[at + target];
        if (start <= lastRare && at - start < LONGEST_RARE_LOOP) this.hasRareLoop = true;
        code[at + target + 1] = costs[code[at + target + 1]];
        if (branchConditional[operation] !== 0) code[at + target + 2] = costs[code[at + target + 2]];
      } else if (branchesByTable[operation] !== 0) {
        for (let pair = at + registerLength[operation]; pair < behind; pair += 2)
          code[pair + 1] = costs[code[pair + 1]];
      }
      at = behind;
    }
  }
}
