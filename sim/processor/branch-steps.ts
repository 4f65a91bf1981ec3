// The steps of branches, hints and access to the flags, and the conditions that they and IT blocks test.

import type { FormName } from '../../machine/thumb/table.js';
import type { StepMaker } from './data-steps.js';
import { ProcessorFault } from './fault.js';
import { jumpTarget, type Machine, type Place, type Step } from './machine.js';
import { C, LR, NZ, PC, V } from './state.js';

/** Tests a condition, by its code (ARM DDI 0403E, A7.3). */
export function conditionTest(s: Int32Array, condition: number): () => boolean {
  switch (condition) {
    case 0:
      return () => s[NZ] === 0;
    case 1:
      return () => s[NZ] !== 0;
    case 2:
      return () => s[C] !== 0;
    case 3:
      return () => s[C] === 0;
    case 4:
      return () => s[NZ] < 0;
    case 5:
      return () => s[NZ] >= 0;
    case 6:
      return () => s[V] !== 0;
    case 7:
      return () => s[V] === 0;
    case 8:
      return () => s[C] !== 0 && s[NZ] !== 0;
    case 9:
      return () => s[C] === 0 || s[NZ] === 0;
    case 10:
      return () => s[NZ] >>> 31 === s[V];
    case 11:
      return () => s[NZ] >>> 31 !== s[V];
    case 12:
      return () => s[NZ] !== 0 && s[NZ] >>> 31 === s[V];
    default:
      return () => s[NZ] === 0 || s[NZ] >>> 31 !== s[V];
  }
}

/** The most frequent conditions have steps of their own, which need one call less. */
function branchIf(
  { state, extra }: Machine,
  { address, next, cost }: Place,
  condition: number,
  distance: number,
): Step {
  const s = state.words;
  const target = (address + 4 + distance) >>> 0;
  const { taken } = cost;
  if (condition === 0)
    return () => {
      if (s[NZ] !== 0) return next;
      extra[0] += taken;
      return target;
    };
  if (condition === 1)
    return () => {
      if (s[NZ] === 0) return next;
      extra[0] += taken;
      return target;
    };
  const test = conditionTest(s, condition);
  return () => {
    if (!test()) return next;
    extra[0] += taken;
    return target;
  };
}

const always: StepMaker = ({ extra }, { address, cost: { taken } }, distance) => {
  const target = (address + 4 + distance) >>> 0;
  return () => {
    extra[0] += taken;
    return target;
  };
};

const ifZero =
  (isZero: boolean): StepMaker =>
  ({ state: { words: s }, extra }, { address, next, cost: { taken } }, n, distance) => {
    const target = (address + 4 + distance) >>> 0;
    return () => {
      if ((s[n] === 0) !== isZero) return next;
      extra[0] += taken;
      return target;
    };
  };

/** A table of forward distances in halfwords. */
const byTable =
  (size: 1 | 2): StepMaker =>
  ({ state: { words: s }, memory, extra }, { address, cost: { taken } }, n, m) => {
    const from = address + 4;
    return () => {
      const entry = ((n === PC ? from : s[n]) + s[m] * size) >>> 0;
      const region = memory.regionToRead(entry, size);
      const at = entry - region.base;
      extra[0] += taken;
      return from + 2 * (size === 1 ? region.bytes[at] : region.view.getUint16(at, true));
    };
  };

const stops =
  (word: string): StepMaker =>
  (_, __, value) =>
  () => {
    throw new ProcessorFault('breakpoint', `${word} #${value}`);
  };

const nothing: StepMaker =
  (_, { next }) =>
  () =>
    next;

/** Sets the flags to bits 31 to 28. N and Z together, which no comparison gives, count as N. */
export function setFlags(s: Int32Array, bits: number): void {
  s[NZ] = bits < 0 ? -1 : (bits & 0x40000000) !== 0 ? 0 : 1;
  s[C] = (bits >>> 29) & 1;
  s[V] = (bits >>> 28) & 1;
}

export const BRANCH_STEPS = {
  bx:
    ({ state: { words: s }, extra }, { cost: { taken } }, m) =>
    () => {
      extra[0] += taken;
      return jumpTarget(s[m]);
    },
  blx:
    ({ state: { words: s }, extra }, { next, cost: { taken } }, m) =>
    () => {
      const target = s[m];
      s[LR] = next | 1;
      extra[0] += taken;
      return jumpTarget(target);
    },
  bl: ({ state: { words: s }, extra }, { address, next, cost: { taken } }, distance) => {
    const target = (address + 4 + distance) >>> 0;
    return () => {
      s[LR] = next | 1;
      extra[0] += taken;
      return target;
    };
  },
  b: always,
  b_w: always,
  b_cond: branchIf,
  b_cond_w: branchIf,
  cbz: ifZero(true),
  cbnz: ifZero(false),
  tbb: byTable(1),
  tbh: byTable(2),
  // An IT block is decoded with the instructions that it covers.
  it: nothing,
  nop: nothing,
  nop_w: nothing,
  // The processor has no interrupts and no events.
  yield: nothing,
  wfe: nothing,
  wfi: nothing,
  sev: nothing,
  dsb: nothing,
  dmb: nothing,
  isb: nothing,
  mrs:
    ({ state: { words: s } }, { next }, d) =>
    () => {
      s[d] = (s[NZ] & 0x80000000) | (s[NZ] === 0 ? 0x40000000 : 0) | (s[C] << 29) | (s[V] << 28);
      return next;
    },
  msr:
    ({ state: { words: s } }, { next }, n) =>
    () => {
      setFlags(s, s[n]);
      return next;
    },
  bkpt: stops('bkpt'),
  udf: stops('udf'),
  udf_w: stops('udf.w'),
  svc: stops('svc'),
} satisfies Partial<Record<FormName, StepMaker>>;
