// Which registers are live at once, and so cannot be one; what each costs if it is kept on the stack; and the moves that would go if
// their registers were one.

import { LiveRegisters } from './live-registers.js';
import { liveness } from './liveness.js';
import { Code } from './node.js';
import { RegisterGraph } from './register-graph.js';
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
  readonly moves: MoveOf[] = [];
  /** Of a register that is written once, by an instruction that can be repeated anywhere: that one. */
  readonly repeated: (VirtualInstruction | null)[];
  private readonly isAllocatable = new Uint8Array(FIRST_VIRTUAL);

  /** `allocatable` says which registers of the processor values can be in; others are ignored. */
  constructor(code: VirtualFunction, allocatable: readonly number[]) {
    for (const register of allocatable) this.isAllocatable[register] = 1;
    this.count = code.registers;
    this.neighbours = new RegisterGraph(code.registers);
    this.cost = new Float64Array(code.registers);
    this.repeated = new Array(code.registers).fill(null);
    this.build(code);
  }

  private connect(a: number, b: number): void {
    if (a === b || (a < FIRST_VIRTUAL && this.isAllocatable[a] === 0)) return;
    if (b < FIRST_VIRTUAL && this.isAllocatable[b] === 0) return;
    if (a >= FIRST_VIRTUAL || b >= FIRST_VIRTUAL) this.neighbours.connect(a, b);
  }

  private build(code: VirtualFunction): void {
    const { liveOut } = liveness(code);
    const writes = new Uint8Array(this.count);
    const live = new LiveRegisters(this.count);
    for (const block of code.blocks) {
      const { instructions, frequency } = block;
      live.clear();
      for (const register of liveOut(block)) live.add(register);
      for (let at = instructions.length - 1; at >= 0; at--) {
        const instruction = instructions[at];
        const isMove = instruction.code === Code.Move;
        if (isMove) {
          const {
            writes: [to],
            reads: [from],
          } = instruction;
          this.moves.push({ to, from, frequency });
          // The value is the same: they may be one register.
          live.delete(from);
        }
        if (instruction.isEarly) for (const register of instruction.reads) live.add(register);
        for (const register of instruction.writes) {
          this.cost[register] += 2 * frequency;
          if (writes[register] < 2) writes[register]++;
          this.repeated[register] = writes[register] === 1 && isRepeatable(instruction) ? instruction : null;
          live.add(register);
        }
        for (const register of instruction.writes)
          for (let other = live.start(); other >= 0; other = live.next(other)) this.connect(register, other);
        for (const register of instruction.writes) live.delete(register);
        for (const register of instruction.reads) {
          this.cost[register] += 2 * frequency;
          live.add(register);
        }
      }
    }
    for (let register = FIRST_VIRTUAL; register < this.count; register++)
      if (this.repeated[register] !== null) this.cost[register] = this.cost[register] / 2;
  }
}

/** Whether an instruction gives the same value wherever it stands. */
function isRepeatable({ code, isRepeated }: VirtualInstruction): boolean {
  return isRepeated || code === Code.Constant;
}
