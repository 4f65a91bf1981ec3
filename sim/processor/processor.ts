// The simulated processor: executes Thumb machine code under the sandbox rule, counts instructions, and estimates cycles.
//
// Code, data and stack are regions of its memory; any access outside them, or that a region does not permit, stops it with a
// ProcessorFault. Host functions stand at addresses of their own. It has no privileges and no system registers; an interrupt is a function
// of the host that is called between two instructions.

import type { Cpu } from '../../machine/thumb/cpu.js';
import type { Core } from '../../machine/thumb/cycles.js';
import { Decoder } from '../../machine/thumb/decode.js';
import { setFlags } from './branch-steps.js';
import { Code } from './code.js';
import { hex, ProcessorFault } from './fault.js';
import type { Machine } from './machine.js';
import { Memory } from './memory.js';
import { C, LR, NZ, SP, State, V } from './state.js';

/** A function of the host. Arguments are in r0 to r3 and on the stack, results in r0 and r1. */
export type HostFunction = (processor: Processor) => void;

/** Return address of calls by the host: no region and no host function can have it. */
const RETURN = 0xfffffffe;

/** Stands for no limit of instructions, and is counted down. */
const ENDLESS = Number.MAX_SAFE_INTEGER;

const CORES: Record<Cpu['architecture'], Core> = { 'v6-M': 'M0+', 'v7-M': 'M3', 'v7E-M': 'M4', 'v8-M': 'M33' };

export class Processor {
  readonly memory = new Memory();
  /** r0 to r15 as signed integers; r15 is not kept. */
  readonly registers: Int32Array;
  /** The bits of s0 to s31. */
  readonly singles: Int32Array;
  /** The address of the instruction that is executed, or that a fault stopped. */
  pc = 0;
  private readonly machine: Machine;
  private readonly decoder: Decoder;
  private readonly codes: Code[] = [];
  private readonly hosts = new Map<number, { name: string; run: HostFunction }>();
  /** Instructions that may still be executed. */
  private left = ENDLESS;
  /** Instructions to the next interrupt. */
  private untilInterrupt = ENDLESS;
  private interrupt: HostFunction = () => {};

  constructor(
    readonly cpu: Cpu,
    core: Core = CORES[cpu.architecture],
  ) {
    const state = new State();
    this.registers = state.words.subarray(0, 16);
    this.singles = state.words.subarray(32, 64);
    this.machine = { state, memory: this.memory, cpu, core, extra: new Float64Array(1) };
    this.decoder = Decoder.of(cpu);
  }

  /** N, Z, C and V in bits 3 to 0. */
  get flags(): number {
    const { words } = this.machine.state;
    return (words[NZ] < 0 ? 8 : 0) | (words[NZ] === 0 ? 4 : 0) | (words[C] << 1) | words[V];
  }

  set flags(flags: number) {
    const { words } = this.machine.state;
    setFlags(words, flags << 28);
  }

  /** Instructions executed since the last `resetCounts`. One that an IT block skips counts. */
  get instructions(): number {
    return this.codes.reduce((total, code) => total + code.totals().instructions, 0);
  }

  /** An estimate of the cycles that they take. */
  get cycles(): number {
    return this.codes.reduce((total, code) => total + code.totals().cycles, this.machine.extra[0]);
  }

  resetCounts(): void {
    for (const code of this.codes) code.resetCounts();
    this.machine.extra[0] = 0;
  }

  /** How often the instruction at `address` was executed. */
  countAt(address: number): number {
    const code = this.codeAt(address);
    return code ? code.counts[(address - code.base) >> 1] : 0;
  }

  /** The text of the instruction at `address`. */
  textAt(address: number): string {
    const code = this.codeAt(address);
    return code ? code.textAt((address - code.base) >> 1) : 'no code';
  }

  /** Puts a function of the host at an even address outside all regions. Code calls it as it calls code: address | 1. */
  addHostFunction(address: number, name: string, run: HostFunction): void {
    this.hosts.set(address, { name, run });
  }

  /** Calls `handler` between two instructions, when so many have been executed, once. It may ask for the next one. */
  interruptAfter(instructions: number, handler: HostFunction): void {
    this.untilInterrupt = instructions;
    this.interrupt = handler;
  }

  /** To be called when the bytes of executable regions change. */
  forgetCode(): void {
    for (const code of this.codes) code.forget();
  }

  /**
   * Calls the function at `address` (the Thumb bit may be absent) with up to four arguments in r0 to r3, and returns r0. The stack
   * pointer has to be set before. Executes `limit` instructions at most.
   * Throws a ProcessorFault, also where the stack pointer or r4 to r11 are not kept; what host functions throw passes through.
   */
  call(address: number, args: readonly number[] = [], limit = ENDLESS): number {
    const { registers } = this;
    const kept = registers.slice(4, 12);
    const [sp, lr, pc, left] = [registers[SP], registers[LR], this.pc, this.left];
    registers.set(args);
    registers[LR] = RETURN | 1;
    const allowed = Math.min(limit, left);
    this.left = allowed;
    try {
      this.run((address & ~1) >>> 0);
    } finally {
      // Calls by host functions use up what their caller may execute.
      if (allowed !== left) this.left = left - (allowed - this.left);
    }
    this.pc = pc;
    registers[LR] = lr;
    const changed = kept.findIndex((value, i) => value !== registers[4 + i]);
    const name = changed >= 0 ? `r${4 + changed}` : registers[SP] === sp ? undefined : 'sp';
    if (name)
      throw new ProcessorFault('calling convention', `the function at ${hex(address)} does not restore ${name}`);
    return registers[0];
  }

  /** Executes from `start` until a jump to RETURN. */
  private run(start: number): void {
    let pc = start;
    try {
      while (pc !== RETURN) {
        const host = this.hosts.get(pc);
        if (host) {
          this.pc = pc;
          const back = this.registers[LR];
          host.run(this);
          if ((back & 1) === 0) throw new ProcessorFault('thumb bit', `${host.name} returns to ${hex(back)}`);
          pc = (back - 1) >>> 0;
          continue;
        }
        const code = this.codeAt(pc);
        if (!code) throw new ProcessorFault('sandbox', `${hex(pc)} is not executable`, pc);
        const { base, steps, counts } = code;
        const { length } = steps;
        let given = Math.min(this.left, this.untilInterrupt);
        let left = given;
        try {
          for (let index = (pc - base) >>> 1; index < length; index = (pc - base) >>> 1) {
            if (left === 0) {
              given = this.pause(given);
              left = given;
            }
            left--;
            const step = steps[index] ?? code.decode(index);
            counts[index]++;
            pc = step();
          }
        } finally {
          this.spend(given - left);
        }
      }
    } catch (error) {
      this.pc = pc;
      if (error instanceof ProcessorFault && error.pc === 0) {
        error.pc = pc;
        error.message += `, at ${hex(pc)}: ${this.textAt(pc)}`;
      }
      throw error;
    }
  }

  private spend(instructions: number): void {
    this.left -= instructions;
    this.untilInterrupt -= instructions;
  }

  /** Between two instructions, where as many have been executed as were given. Returns how many are given next. */
  private pause(given: number): number {
    this.spend(given);
    if (this.left <= 0) throw new ProcessorFault('limit', 'more instructions than allowed');
    this.untilInterrupt = ENDLESS;
    this.interrupt(this);
    return Math.min(this.left, this.untilInterrupt);
  }

  private codeAt(address: number): Code | undefined {
    const known = this.codes.find(({ region }) => address >= region.base && address - region.base < region.size);
    if (known) return known;
    const region = this.memory.regionAt(address);
    if (!region?.canExecute) return undefined;
    const code = new Code(region, this.machine, this.decoder);
    this.codes.push(code);
    return code;
  }
}
