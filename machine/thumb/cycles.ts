// Cycles of each core: an estimate, without wait states of memory.
//
// Sources: Cortex-M0+ TRM (ARM DDI 0484C), 3.3; Cortex-M3 TRM (DDI 0337I), 3.3; Cortex-M4 TRM (100166_0001), 3.3 and 7.2.2. Arm
// publishes no table for Cortex-M33: its column repeats M4's, as measured code differs little. Single loads count 2 although M3 and M4
// overlap neighbouring ones; taken branches refill the pipeline in 2 cycles (M3 and M4: 1 to 3).

export type Core = 'M0+' | 'M3' | 'M4' | 'M33';

export type CostClass =
  | 'alu'
  | 'multiply'
  | 'multiplyAdd'
  | 'multiplyLong'
  | 'divide'
  | 'load'
  | 'store'
  | 'loadMany'
  | 'storeMany'
  | 'branch'
  | 'compareBranch'
  | 'call'
  | 'indirectCall'
  | 'tableBranch'
  | 'it'
  | 'float'
  | 'floatMultiplyAdd'
  | 'floatDivide'
  | 'system';

export interface Cost {
  /** Of the instruction itself; of a branch that is not taken, or whose condition fails. */
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
  // 2 to 12 on M3 and M4, by the operands.
  divide: '- 7 7 7',
  load: '2+2 2+2 2+2 2+2',
  store: '2 2 2 2',
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

function parseCost(cell: string): Cost {
  const [base, taken = '0'] = cell.split('+');
  const [jump, perRegister = '0'] = taken.split('*');
  return { base: base === '-' ? 1 : Number(base), taken: Number(jump), perRegister: Number(perRegister) };
}
