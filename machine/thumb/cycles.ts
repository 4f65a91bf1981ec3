// Cycles of each core: an estimate, without wait states of memory.
//
// Sources: Cortex-M0+ TRM (ARM DDI 0484C), 3.3; Cortex-M3 TRM (DDI 0337I), 3.3; Cortex-M4 TRM (100166_0001), 3.3 and 7.2.2. Arm
// publishes no table for Cortex-M33: its column repeats M4's. Taken branches refill the pipeline in 2 cycles (M3 and M4: 1 to 3).

import type { CostClass, Form } from './form.js';
import { registersOf } from './registers.js';

export type Core = 'M0+' | 'M3' | 'M4' | 'M33';

export interface Cost {
  /** Cycles of the instruction itself, of a branch that is not taken, or of an instruction whose condition fails. */
  base: number;
  /** More where it jumps. */
  taken: number;
  /** More for each register of a list or pair. */
  perRegister: number;
}

const CORES: readonly Core[] = ['M0+', 'M3', 'M4', 'M33'];

/** For M0+, M3, M4 and M33 each: `base`, `base+taken`, or `base+taken*perRegister` in a word; `-` where the core has no such form. */
const TABLE: Record<CostClass, string> = {
  alu: '1+1 1+2 1+2 1+2',
  multiply: '1 1 1 1',
  multiplyAdd: '- 2 1 1',
  multiplyLong: '- 4 1 1',
  multiplyAddLong: '- 5 1 1',
  // And what `divisionCycles` adds.
  divide: '- 2 2 2',
  // One cycle less on M3 and M4 if `isPipelined`.
  load: '2+2 2+2 2+2 2+2',
  // The store buffer takes it on M3 and M4.
  store: '2 1 1 1',
  floatLoad: '- - 2 2',
  floatStore: '- - 2 2',
  loadMany: '1+2*1 1+2*1 1+2*1 1+2*1',
  storeMany: '1+0*1 1+0*1 1+0*1 1+0*1',
  branch: '1+1 1+2 1+2 1+2',
  compareBranch: '- 1+2 1+2 1+2',
  call: '1+2 1+2 1+2 1+2',
  indirectCall: '1+1 1+2 1+2 1+2',
  tableBranch: '- 2+2 2+2 2+2',
  it: '- 1 1 1',
  float: '- - 1 1',
  floatMultiplyAdd: '- - 3 3',
  floatDivide: '- - 14 14',
  system: '1 1 1 1',
};

const COSTS = new Map(
  CORES.map((core, column) => [
    core,
    new Map(Object.entries(TABLE).map(([name, cells]) => [name as CostClass, parseCost(cells.split(' ')[column])])),
  ]),
);

/** Cycles of a class of forms on a core; those of ordinary instructions where the core has no such form. */
export function costOf(core: Core, cost: CostClass): Cost {
  return COSTS.get(core)!.get(cost)!;
}

/** Cycles of an instruction on a core, without those of a jump. Lists and pairs count their registers. */
export function cyclesOf(core: Core, form: Form, operands: readonly number[]): number {
  const { base, perRegister } = costOf(core, form.cost);
  if (perRegister === 0) return base;
  const list = form.operands.findIndex(({ kind }) => kind === 'list' || kind === 'singles');
  if (list < 0) return base + 2 * perRegister;
  const registers = form.operands[list].kind === 'list' ? registersOf(operands[list]).length : operands[list] >> 8;
  return base + perRegister * registers;
}

/**
 * Whether the load or store `next` takes a cycle less behind the load `first`: M3 and M4 overlap single ones, unless the second
 * address needs what the first one loads (M4 TRM, 3.3.2).
 */
export function isPipelined(
  core: Core,
  first: { form: Form; operands: readonly number[] },
  next: { form: Form; operands: readonly number[] },
): boolean {
  if (core === 'M0+' || first.form.cost !== 'load' || next.form.cost !== 'load') return false;
  const loaded = first.form.writesOperands.map((index) => first.operands[index]);
  return !next.form.readsOperands.some((index) => loaded.includes(next.operands[index]));
}

/**
 * Cycles of a division beyond the least. The manuals say 2 to 12, fewer for short quotients; four bits of the quotient a cycle is an
 * estimate between these bounds.
 */
export function divisionCycles(quotient: number): number {
  const magnitude = Math.abs(quotient);
  return magnitude === 0 ? 0 : 2 + ((32 - Math.clz32(magnitude)) >> 2);
}

function parseCost(cell: string): Cost {
  const [base, taken = '0'] = cell.split('+');
  const [jump, perRegister = '0'] = taken.split('*');
  return { base: base === '-' ? 1 : Number(base), taken: Number(jump), perRegister: Number(perRegister) };
}
