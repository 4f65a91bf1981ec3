// State that the steps of instructions share. A step executes one instruction and returns the address of the next one.

import type { Cpu } from '../../machine/thumb/cpu.js';
import type { Core, Cost } from '../../machine/thumb/cycles.js';
import { hex, ProcessorFault } from './fault.js';
import type { Memory } from './memory.js';
import { SP, type State } from './state.js';

export type Step = () => number;

export interface Machine {
  readonly state: State;
  readonly memory: Memory;
  readonly cpu: Cpu;
  readonly core: Core;
  /** Cycles beyond those that every execution of an instruction takes: branches that are taken. One element. */
  readonly extra: Float64Array;
}

/** Place of the instruction whose step is made. */
export interface Place {
  address: number;
  /** The address behind it. */
  next: number;
  cost: Cost;
}

/** The address that a jump to `target` goes to. Throws a ProcessorFault without the Thumb bit. */
export function jumpTarget(target: number): number {
  if ((target & 1) === 0)
    throw new ProcessorFault('thumb bit', `jump to ${hex(target)}, which has no Thumb bit`, target);
  return (target - 1) >>> 0;
}

/** A step that writes register `d`. The lowest two bits of the stack pointer are 0, whatever is written to it. */
export function withAlignedStack({ state: { words: s } }: Machine, d: number, step: Step): Step {
  if (d !== SP) return step;
  return () => {
    const next = step();
    s[SP] &= ~3;
    return next;
  };
}
