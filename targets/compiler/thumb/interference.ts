// Computes which registers are live at once and so must differ, the cost of spilling each, and the moves that disappear if their registers
// are one.

import { LiveRegisters } from './live-registers.js';
import type { Liveness } from './liveness.js';
import { Code } from './node.js';
import type { RegisterFile } from './register-file.js';
import type { RegisterGraph } from './register-graph.js';
import { repeatedValues } from './repeated-values.js';
import { FIRST_VIRTUAL, type VirtualFunction, type VirtualInstruction } from './virtual-code.js';

export interface MoveOf {
  to: number;
  from: number;
  frequency: number;
}

export class Interference {
  readonly count: number;
  readonly neighbours: RegisterGraph;
  /** Instructions of loads and stores that it takes to keep a register on the stack. */
  readonly cost: Float64Array;
  /** Registers that are live at once, those of the processor included. */
  mostLive = 0;
  readonly moves: MoveOf[] = [];
  /** 1 for each register that is never spilled. */
  readonly isTemporary: Uint8Array;
  /** See repeatedValues. */
  readonly repeated: (VirtualInstruction | null)[];
  /** A bit for each register of the processor that values can be in. */
  private readonly allocatable: number;

  /**
   * Registers of the processor in which no value can be are ignored. Overwrites `graph`. Where more registers are live at once than
   * `mostLive` says, it is not complete.
   */
  constructor(code: VirtualFunction, file: RegisterFile, graph: RegisterGraph, liveOut: Liveness, mostLive: number) {
    const { allocatable, repeatsLimits } = file;
    this.allocatable = allocatable.reduce((mask, register) => mask | (1 << register), 0);
    this.count = code.registers;
    this.neighbours = graph;
    graph.reset(code.registers);
    this.cost = new Float64Array(code.registers);
    this.isTemporary = new Uint8Array(code.registers);
    for (const register of code.temporary) this.isTemporary[register] = 1;
    this.repeated = repeatedValues(code);
    this.build(code, repeatsLimits, liveOut, mostLive);
  }

  /** Registers that are written, and are live themselves, interfere with all that are live. */
  private connect(written: readonly number[], live: LiveRegisters): void {
    const { neighbours } = this;
    let fixed = 0;
    for (let at = 0; at < written.length; at++) {
      const register = written[at];
      if (register < FIRST_VIRTUAL) {
        fixed |= 1 << register;
        continue;
      }
      for (let other = live.start(); other >= 0; other = live.next(other)) {
        if (other < FIRST_VIRTUAL) neighbours.connectFixed(register, (1 << other) & this.allocatable);
        else if (other !== register) neighbours.connect(register, other);
      }
    }
    fixed &= this.allocatable;
    if (fixed === 0) return;
    for (let other = live.start(); other >= 0; other = live.next(other))
      if (other >= FIRST_VIRTUAL) neighbours.connectFixed(other, fixed);
  }

  private build(code: VirtualFunction, repeatsLimits: boolean, liveOut: Liveness, mostLive: number): void {
    const { neighbours } = this;
    const live = new LiveRegisters(this.count);
    for (const block of code.blocks) {
      const { instructions, frequency } = block;
      live.clear();
      for (let out = liveOut.start(block.order); out >= 0; out = liveOut.next(out)) live.add(liveOut.at(out));
      for (let at = instructions.length - 1; at >= 0; at--) {
        const instruction = instructions[at];
        const { reads, writes } = instruction;
        if (instruction.code === Code.Move) {
          this.moves.push({ to: writes[0], from: reads[0], frequency });
          // The value is the same: they may be one register.
          live.delete(reads[0]);
        }
        if (instruction.isEarly) for (let each = 0; each < reads.length; each++) live.add(reads[each]);
        for (let each = 0; each < writes.length; each++) {
          this.cost[writes[each]] += 2 * frequency;
          live.add(writes[each]);
        }
        this.mostLive = Math.max(this.mostLive, live.size);
        if (this.mostLive > mostLive) return;
        this.connect(writes, live);
        for (let each = 0; each < writes.length; each++) live.delete(writes[each]);
        for (let each = 0; each < reads.length; each++) {
          this.cost[reads[each]] += 2 * frequency;
          live.add(reads[each]);
        }
      }
    }
    neighbours.finish();
    for (let register = FIRST_VIRTUAL; register < this.count; register++) {
      const repeated = this.repeated[register];
      const isCheap = code.calls && repeatsLimits && repeated?.code === Code.MemoryLimit;
      if (repeated !== null) this.cost[register] = this.cost[register] / (isCheap ? 4 : 2);
    }
  }
}
