// The predecoded instructions of an executable region: a step for each halfword, made when it is first reached.

import { costOf, cyclesOf, isPipelined } from '../../machine/thumb/cycles.js';
import { type Decoded, type Decoder, isWide } from '../../machine/thumb/decode.js';
import { coveredBy } from '../../machine/thumb/disassemble.js';
import { print } from '../../machine/thumb/print.js';
import type { FormName } from '../../machine/thumb/table.js';
import { conditionTest } from './branch-steps.js';
import { STEPS_IN_IT } from './data-steps.js';
import { hex, ProcessorFault } from './fault.js';
import type { Machine, Step } from './machine.js';
import type { Region } from './region.js';
import { STEPS } from './steps.js';

export class Code {
  readonly base: number;
  /** Steps by halfword. */
  readonly steps: (Step | undefined)[];
  /** How often each halfword was executed as the start of an instruction. */
  readonly counts: Float64Array;
  /** Cycles of one execution, without those of a taken branch. */
  private readonly cycles: Float64Array;
  /** The halfwords that have steps. */
  private decoded: number[] = [];
  /** Counts of code that has been discarded. */
  private forgotten = { instructions: 0, cycles: 0 };
  /** 1 where a load overlaps the one before it. */
  private readonly overlapped: Uint8Array;
  /** The condition of a halfword that an IT block covers, plus 1. */
  private readonly conditions: Uint8Array;

  constructor(
    readonly region: Region,
    private readonly machine: Machine,
    private readonly decoder: Decoder,
  ) {
    this.base = region.base;
    const length = region.size >> 1;
    this.steps = new Array(length);
    this.counts = new Float64Array(length);
    this.cycles = new Float64Array(length);
    this.overlapped = new Uint8Array(length);
    this.conditions = new Uint8Array(length);
  }

  /** The step of the instruction at a halfword; it is kept. Throws a ProcessorFault where there is no instruction. */
  decode(index: number): Step {
    const { machine, region } = this;
    const address = region.base + 2 * index;
    const [first, second] = [region.halfwords[index], region.halfwords[index + 1] ?? 0];
    const decoded = this.decoder.decode(first, second);
    if (!decoded)
      throw new ProcessorFault('undefined', `${this.textAt(index)} is no instruction of ${machine.cpu.architecture}`);
    const { form, operands } = decoded;
    const condition = this.conditions[index] - 1;
    const cost = costOf(machine.core, form.cost);
    const place = { address, next: address + form.size, cost };
    const name = form.name as FormName;
    const maker = (condition >= 0 && STEPS_IN_IT[name]) || STEPS[name];
    let step: Step = maker(machine, place, ...operands);
    const cycles = cyclesOf(machine.core, form, operands);
    if (condition >= 0) step = onlyIf(machine, condition, step, place.next, cycles);
    if (form.mnemonic === 'it') this.cover(index + 1, coveredBy(operands[0], operands[1]));
    this.steps[index] = step;
    // A step is made again where an IT block turns out to cover it.
    if (this.cycles[index] === 0) this.decoded.push(index);
    this.cycles[index] = cycles;
    this.overlap(decoded, index + form.size / 2);
    return step;
  }

  /** Notes at the halfword behind a load whether the load there takes a cycle less. */
  private overlap(first: Decoded, index: number): void {
    const { halfwords } = this.region;
    if (first.form.cost !== 'load' || index >= this.steps.length) return;
    const next = this.decoder.decode(halfwords[index], halfwords[index + 1] ?? 0);
    if (next && isPipelined(this.machine.core, first, next)) this.overlapped[index] = 1;
  }

  /** Gives the instructions of an IT block their conditions. Jumps into the block find them too. */
  private cover(index: number, conditions: number[]): void {
    for (const condition of conditions) {
      this.conditions[index] = condition + 1;
      this.steps[index] = undefined;
      index += isWide(this.region.halfwords[index]) ? 2 : 1;
    }
  }

  /** Forgets what is decoded: the bytes changed. What was counted still counts in all. */
  forget(): void {
    this.forgotten = this.totals();
    for (const index of this.decoded) {
      this.steps[index] = undefined;
      this.counts[index] = 0;
      this.cycles[index] = 0;
    }
    this.decoded = [];
    this.conditions.fill(0);
    this.overlapped.fill(0);
  }

  resetCounts(): void {
    for (const index of this.decoded) this.counts[index] = 0;
    this.forgotten = { instructions: 0, cycles: 0 };
  }

  /** Instructions that were executed, and their cycles without taken branches. */
  totals(): { instructions: number; cycles: number } {
    let { instructions, cycles } = this.forgotten;
    for (const index of this.decoded) {
      instructions += this.counts[index];
      cycles += this.counts[index] * (this.cycles[index] - this.overlapped[index]);
    }
    return { instructions, cycles };
  }

  /** The text of the instruction at a halfword. */
  textAt(index: number): string {
    const { region } = this;
    const [first, second] = [region.halfwords[index], region.halfwords[index + 1] ?? 0];
    const decoded = this.decoder.decode(first, second);
    const condition = this.conditions[index] > 0 ? this.conditions[index] - 1 : undefined;
    if (decoded) return print(decoded.form, decoded.operands, { address: region.base + 2 * index, condition });
    const bits = isWide(first) ? first * 65536 + second : first;
    return hex(bits);
  }
}

/** An instruction in an IT block whose condition fails takes one cycle. */
function onlyIf({ state, extra }: Machine, condition: number, step: Step, next: number, cycles: number): Step {
  const test = conditionTest(state.words, condition);
  return () => {
    if (test()) return step();
    extra[0] += 1 - cycles;
    return next;
  };
}
