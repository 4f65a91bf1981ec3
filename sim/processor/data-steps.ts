// The steps of data processing forms.

import { divisionCycles } from '../../machine/thumb/cycles.js';
import type { FormName } from '../../machine/thumb/table.js';
import {
  both,
  COMPARISONS,
  constantCarry,
  highProduct,
  highSignedProduct,
  OPERATIONS,
  OPERATIONS_WITH_FLAGS,
  type Operation,
  REGISTER_SHIFTS,
  shifter,
} from './arithmetic.js';
import { jumpTarget, type Machine, type Place, type Step, withAlignedStack } from './machine.js';
import { NZ, PC, SHIFTED, SP, ZERO } from './state.js';

/** Makes the step of a form from its operands. */
export type StepMaker = (machine: Machine, at: Place, ...operands: number[]) => Step;

type Steps<N extends string> = Record<N, StepMaker>;

/** Operations that take their carry from the shifter. */
const LOGICAL = ['and', 'bic', 'orr', 'orn', 'eor', 'mov', 'mvn', 'tst', 'teq'];

/** With a constant; `name` says whether its rotation sets the carry. */
function withConstant(operation: Operation, takesCarry: boolean) {
  return (machine: Machine, at: Place, d: number, n: number, value: number): Step => {
    const { state } = machine;
    const step = operation(state.words, d, n, state.constant(value), 0, at.next);
    const carry = takesCarry ? constantCarry(state.words, value) : undefined;
    return withAlignedStack(machine, d, carry ? both(carry, step) : step);
  };
}

/** With a register that may be shifted. */
function withRegister(operation: Operation, takesCarry: boolean) {
  return (machine: Machine, at: Place, d: number, n: number, m: number, shift: number): Step => {
    const s = machine.state.words;
    const isLeft = shift >> 5 === 0;
    if (shift === 0 || (isLeft && !takesCarry))
      return withAlignedStack(machine, d, operation(s, d, n, m, shift & 31, at.next));
    const shifted = shifter(s, m, shift, takesCarry);
    return withAlignedStack(machine, d, both(shifted, operation(s, d, n, SHIFTED, 0, at.next)));
  };
}

function operationSteps<N extends keyof typeof OPERATIONS>(
  name: N,
): Steps<`${N}_w_imm` | `${N}s_w_imm` | `${N}_w_reg` | `${N}s_w_reg`> {
  const [plain, flags] = [OPERATIONS[name], OPERATIONS_WITH_FLAGS[name]];
  const takesCarry = LOGICAL.includes(name);
  return {
    [`${name}_w_imm`]: withConstant(plain, false),
    [`${name}s_w_imm`]: withConstant(flags, takesCarry),
    [`${name}_w_reg`]: withRegister(plain, false),
    [`${name}s_w_reg`]: withRegister(flags, takesCarry),
  } as Steps<`${N}_w_imm` | `${N}s_w_imm` | `${N}_w_reg` | `${N}s_w_reg`>;
}

function comparisonSteps<N extends keyof typeof COMPARISONS>(name: N): Steps<`${N}_w_imm` | `${N}_w_reg`> {
  const takesCarry = LOGICAL.includes(name);
  const constant = withConstant(COMPARISONS[name], takesCarry);
  const register = withRegister(COMPARISONS[name], takesCarry);
  const steps: Record<string, StepMaker> = {
    [`${name}_w_imm`]: (machine, at, n, value) => constant(machine, at, ZERO, n, value),
    [`${name}_w_reg`]: (machine, at, n, m, shift) => register(machine, at, ZERO, n, m, shift),
  };
  return steps as Steps<`${N}_w_imm` | `${N}_w_reg`>;
}

/** Shifts in 32 bits: by a constant, and by a register. */
function shiftSteps<N extends keyof typeof REGISTER_SHIFTS>(
  name: N,
): Steps<`${N}_w_imm` | `${N}s_w_imm` | `${N}_w_reg` | `${N}s_w_reg`> {
  const type = ['lsl', 'lsr', 'asr', 'ror'].indexOf(name);
  const constant =
    (flags: boolean): StepMaker =>
    (machine, at, d, m, amount) =>
      shiftByConstant(machine, at, d, m, (type << 5) | (amount & 31), flags);
  const register =
    (flags: boolean): StepMaker =>
    ({ state }, at, d, n, m) =>
      REGISTER_SHIFTS[name](state.words, d, n, m, flags, at.next);
  return {
    [`${name}_w_imm`]: constant(false),
    [`${name}s_w_imm`]: constant(true),
    [`${name}_w_reg`]: register(false),
    [`${name}s_w_reg`]: register(true),
  } as Steps<`${N}_w_imm` | `${N}s_w_imm` | `${N}_w_reg` | `${N}s_w_reg`>;
}

function shiftByConstant({ state }: Machine, at: Place, d: number, m: number, shift: number, flags: boolean): Step {
  const s = state.words;
  const { next } = at;
  const [type, amount] = [shift >> 5, shift & 31];
  if (!flags && type === 0) return OPERATIONS.orr(s, d, ZERO, m, amount, next);
  if (!flags && type === 1 && amount > 0)
    return () => {
      s[d] = s[m] >>> amount;
      return next;
    };
  const shifted = shifter(s, m, shift, flags);
  return both(shifted, (flags ? OPERATIONS_WITH_FLAGS : OPERATIONS).orr(s, d, ZERO, SHIFTED, 0, next));
}

/** Steps that compute one register from others: the body is made with slots. */
type Body = (s: Int32Array, ...slots: number[]) => () => void;

function plain(body: Body): StepMaker {
  return ({ state }, { next }, ...operands) => {
    const compute = body(state.words, ...operands);
    return () => {
      compute();
      return next;
    };
  };
}

const reverse = (value: number) =>
  (value >>> 24) | ((value >>> 8) & 0xff00) | ((value << 8) & 0xff0000) | (value << 24) | 0;
const rotate = (value: number, amount: number) => (value >>> amount) | (value << (-amount & 31));

function reverseBits(value: number): number {
  value = ((value >>> 1) & 0x55555555) | ((value & 0x55555555) << 1);
  value = ((value >>> 2) & 0x33333333) | ((value & 0x33333333) << 2);
  value = ((value >>> 4) & 0x0f0f0f0f) | ((value & 0x0f0f0f0f) << 4);
  return reverse(value);
}

const unary = (compute: (value: number) => number): StepMaker =>
  plain((s, d, m) => () => {
    s[d] = compute(s[m]);
  });

/** Extensions, with a rotation before, and with an addend. */
const extension = (compute: (value: number) => number): StepMaker =>
  plain((s, d, m, rotation) => () => {
    s[d] = compute(rotate(s[m], rotation));
  });
const extensionAndSum = (compute: (value: number) => number): StepMaker =>
  plain((s, d, n, m, rotation) => () => {
    s[d] = s[n] + compute(rotate(s[m], rotation));
  });

const signed16 = (value: number) => (value << 16) >> 16;
const signed8 = (value: number) => (value << 24) >> 24;
const unsigned16 = (value: number) => value & 0xffff;
const unsigned8 = (value: number) => value & 0xff;

const product = (compute: (x: number, y: number) => number): StepMaker =>
  plain((s, d, n, m) => () => {
    s[d] = compute(s[n], s[m]);
  });

const productSum = (compute: (x: number, y: number) => number): StepMaker =>
  plain((s, d, n, m, a) => () => {
    s[d] = compute(s[n], s[m]) + s[a];
  });

function division(divide: (x: number, y: number) => number): StepMaker {
  return ({ state: { words: s }, extra }, { next }, d, n, m) =>
    () => {
      const quotient = s[m] === 0 ? 0 : divide(s[n], s[m]);
      extra[0] += divisionCycles(quotient);
      s[d] = quotient;
      return next;
    };
}

/** Products of 64 bits, added to `low` and `high` where `adds` says so. */
function longProduct(high: (x: number, y: number) => number, adds: boolean): StepMaker {
  return plain((s, low, top, n, m) => () => {
    const productLow = Math.imul(s[n], s[m]);
    const productHigh = high(s[n], s[m]);
    const sumLow = (productLow >>> 0) + (adds ? s[low] >>> 0 : 0);
    s[top] = productHigh + (adds ? s[top] : 0) + (sumLow > 0xffffffff ? 1 : 0);
    s[low] = sumLow;
  });
}

function saturation(lowest: (bits: number) => number, highest: (bits: number) => number): StepMaker {
  return ({ state: { words: s } }, { next }, d, bits, n, shift) => {
    const [low, high] = [lowest(bits), highest(bits)];
    const saturate = (slot: number) => () => {
      s[d] = Math.min(high, Math.max(low, s[slot]));
      return next;
    };
    return shift === 0 ? saturate(n) : both(shifter(s, n, shift, false), saturate(SHIFTED));
  };
}

/** The narrow forms that set flags, but not in IT blocks. */
function narrowSteps(operations: typeof OPERATIONS, flags: boolean) {
  const twoRegisters =
    (name: keyof typeof OPERATIONS): StepMaker =>
    ({ state }, { next }, d, m) =>
      operations[name](state.words, d, d, m, 0, next);
  const byRegister =
    (name: keyof typeof REGISTER_SHIFTS): StepMaker =>
    ({ state }, { next }, d, m) =>
      REGISTER_SHIFTS[name](state.words, d, d, m, flags, next);
  const byConstant =
    (type: number): StepMaker =>
    (machine, at, d, m, amount) =>
      shiftByConstant(machine, at, d, m, (type << 5) | (amount & 31), flags);
  const [add, sub] = [operations.add, operations.sub];
  return {
    lsls_imm: byConstant(0),
    lsrs_imm: byConstant(1),
    asrs_imm: byConstant(2),
    adds_reg: ({ state }, { next }, d, n, m) => add(state.words, d, n, m, 0, next),
    subs_reg: ({ state }, { next }, d, n, m) => sub(state.words, d, n, m, 0, next),
    adds_imm3: ({ state }, { next }, d, n, value) => add(state.words, d, n, state.constant(value), 0, next),
    subs_imm3: ({ state }, { next }, d, n, value) => sub(state.words, d, n, state.constant(value), 0, next),
    movs_imm: ({ state }, { next }, d, value) => operations.orr(state.words, d, ZERO, state.constant(value), 0, next),
    adds_imm8: ({ state }, { next }, d, value) => add(state.words, d, d, state.constant(value), 0, next),
    subs_imm8: ({ state }, { next }, d, value) => sub(state.words, d, d, state.constant(value), 0, next),
    ands_reg: twoRegisters('and'),
    eors_reg: twoRegisters('eor'),
    lsls_reg: byRegister('lsl'),
    lsrs_reg: byRegister('lsr'),
    asrs_reg: byRegister('asr'),
    adcs_reg: twoRegisters('adc'),
    sbcs_reg: twoRegisters('sbc'),
    rors_reg: byRegister('ror'),
    rsbs_zero: ({ state }, { next }, d, n) => operations.rsb(state.words, d, n, ZERO, 0, next),
    orrs_reg: twoRegisters('orr'),
    muls_reg: ({ state: { words: s } }, { next }, d, m) => {
      if (flags)
        return () => {
          s[NZ] = s[d] = Math.imul(s[d], s[m]);
          return next;
        };
      return () => {
        s[d] = Math.imul(s[d], s[m]);
        return next;
      };
    },
    bics_reg: twoRegisters('bic'),
    mvns_reg: ({ state }, { next }, d, m) => operations.orn(state.words, d, ZERO, m, 0, next),
  } satisfies Partial<Record<FormName, StepMaker>>;
}

/** Steps in an IT block of narrow forms that set flags outside. */
export const STEPS_IN_IT: Partial<Record<FormName, StepMaker>> = narrowSteps(OPERATIONS, false);

export const DATA_STEPS = {
  ...narrowSteps(OPERATIONS_WITH_FLAGS, true),
  movs_reg: ({ state }, { next }, d, m) => OPERATIONS_WITH_FLAGS.orr(state.words, d, ZERO, m, 0, next),
  cmp_imm: ({ state }, { next }, n, value) => COMPARISONS.cmp(state.words, ZERO, n, state.constant(value), 0, next),
  tst_reg: ({ state }, { next }, n, m) => COMPARISONS.tst(state.words, ZERO, n, m, 0, next),
  cmp_reg: ({ state }, { next }, n, m) => COMPARISONS.cmp(state.words, ZERO, n, m, 0, next),
  cmn_reg: ({ state }, { next }, n, m) => COMPARISONS.cmn(state.words, ZERO, n, m, 0, next),
  add_high: (machine, { address, next }, d, m) => {
    const { state } = machine;
    const addend = m === PC ? state.constant(address + 4) : m;
    return withAlignedStack(machine, d, OPERATIONS.add(state.words, d, d, addend, 0, next));
  },
  add_pc: ({ state: { words: s }, extra }, { address, cost: { taken } }, m) => {
    const from = address + 4;
    return () => {
      extra[0] += taken;
      return ((from + s[m]) & ~1) >>> 0;
    };
  },
  cmp_high: ({ state }, { next }, n, m) => COMPARISONS.cmp(state.words, ZERO, n, m, 0, next),
  mov_high: (machine, { address, next, cost }, d, m) => {
    const { state, extra } = machine;
    const s = state.words;
    const source = m === PC ? state.constant(address + 4) : m;
    if (d !== PC) return withAlignedStack(machine, d, OPERATIONS.orr(s, d, ZERO, source, 0, next));
    // Moves to the program counter ignore the Thumb bit.
    return () => {
      extra[0] += cost.taken;
      return jumpTarget(s[source] | 1);
    };
  },
  adr: ({ state }, { address, next }, d, distance) =>
    OPERATIONS.orr(state.words, d, ZERO, state.constant(((address + 4) & ~3) + distance), 0, next),
  add_sp_imm: ({ state }, { next }, d, value) => OPERATIONS.add(state.words, d, SP, state.constant(value), 0, next),
  increment_sp: ({ state }, { next }, value) => OPERATIONS.add(state.words, SP, SP, state.constant(value), 0, next),
  decrement_sp: ({ state }, { next }, value) => OPERATIONS.sub(state.words, SP, SP, state.constant(value), 0, next),
  sxth: unary(signed16),
  sxtb: unary(signed8),
  uxth: unary(unsigned16),
  uxtb: unary(unsigned8),
  rev: unary(reverse),
  rev16: unary((value) => rotate(reverse(value), 16)),
  revsh: unary((value) => signed16(reverse(value) >>> 16)),
  mov_w_imm: ({ state }, { next }, d, value) => OPERATIONS.orr(state.words, d, ZERO, state.constant(value), 0, next),
  movs_w_imm: (machine, at, d, value) => withConstant(OPERATIONS_WITH_FLAGS.orr, true)(machine, at, d, ZERO, value),
  mvn_w_imm: ({ state }, { next }, d, value) => OPERATIONS.orn(state.words, d, ZERO, state.constant(value), 0, next),
  mvns_w_imm: (machine, at, d, value) => withConstant(OPERATIONS_WITH_FLAGS.orn, true)(machine, at, d, ZERO, value),
  mov_w_reg: (machine, at, d, m) => withRegister(OPERATIONS.orr, false)(machine, at, d, ZERO, m, 0),
  movs_w_reg: (machine, at, d, m) => withRegister(OPERATIONS_WITH_FLAGS.orr, true)(machine, at, d, ZERO, m, 0),
  mvn_w_reg: (machine, at, d, m, shift) => withRegister(OPERATIONS.orn, false)(machine, at, d, ZERO, m, shift),
  mvns_w_reg: (machine, at, d, m, shift) =>
    withRegister(OPERATIONS_WITH_FLAGS.orn, true)(machine, at, d, ZERO, m, shift),
  rrx: (machine, at, d, m) => shiftByConstant(machine, at, d, m, 3 << 5, false),
  rrxs: (machine, at, d, m) => shiftByConstant(machine, at, d, m, 3 << 5, true),
  ...shiftSteps('lsl'),
  ...shiftSteps('lsr'),
  ...shiftSteps('asr'),
  ...shiftSteps('ror'),
  ...comparisonSteps('tst'),
  ...comparisonSteps('teq'),
  ...comparisonSteps('cmn'),
  ...comparisonSteps('cmp'),
  ...operationSteps('and'),
  ...operationSteps('bic'),
  ...operationSteps('orr'),
  ...operationSteps('orn'),
  ...operationSteps('eor'),
  ...operationSteps('add'),
  ...operationSteps('adc'),
  ...operationSteps('sub'),
  ...operationSteps('sbc'),
  ...operationSteps('rsb'),
  movw: ({ state }, { next }, d, value) => OPERATIONS.orr(state.words, d, ZERO, state.constant(value), 0, next),
  movt: ({ state: { words: s } }, { next }, d, value) => {
    const high = value << 16;
    return () => {
      s[d] = (s[d] & 0xffff) | high;
      return next;
    };
  },
  adr_w: ({ state }, { address, next }, d, distance) =>
    OPERATIONS.orr(state.words, d, ZERO, state.constant(((address + 4) & ~3) + distance), 0, next),
  adr_w_behind: ({ state }, { address, next }, d, distance) =>
    OPERATIONS.orr(state.words, d, ZERO, state.constant(((address + 4) & ~3) + distance), 0, next),
  addw: withConstant(OPERATIONS.add, false),
  subw: withConstant(OPERATIONS.sub, false),
  bfc: plain((s, d, lsb, width) => {
    const mask = ~(bits(width) << lsb);
    return () => {
      s[d] &= mask;
    };
  }),
  bfi: plain((s, d, n, lsb, width) => {
    const mask = bits(width) << lsb;
    return () => {
      s[d] = (s[d] & ~mask) | ((s[n] << lsb) & mask);
    };
  }),
  sbfx: plain((s, d, n, lsb, width) => {
    const up = 32 - width;
    return () => {
      s[d] = (s[n] << (up - lsb)) >> up;
    };
  }),
  ubfx: plain((s, d, n, lsb, width) => {
    const mask = bits(width);
    return () => {
      s[d] = (s[n] >>> lsb) & mask;
    };
  }),
  ssat: saturation(
    (width) => -(2 ** (width - 1)),
    (width) => 2 ** (width - 1) - 1,
  ),
  usat: saturation(
    () => 0,
    (width) => 2 ** width - 1,
  ),
  sxth_w: extension(signed16),
  uxth_w: extension(unsigned16),
  sxtb_w: extension(signed8),
  uxtb_w: extension(unsigned8),
  sxtah: extensionAndSum(signed16),
  uxtah: extensionAndSum(unsigned16),
  sxtab: extensionAndSum(signed8),
  uxtab: extensionAndSum(unsigned8),
  rev_w: unary(reverse),
  rev16_w: unary((value) => rotate(reverse(value), 16)),
  rbit: unary(reverseBits),
  revsh_w: unary((value) => signed16(reverse(value) >>> 16)),
  clz: unary(Math.clz32),
  pkhbt: plain((s, d, n, m, shift) => () => {
    s[d] = (s[n] & 0xffff) | ((s[m] << shift) & ~0xffff);
  }),
  pkhtb: plain((s, d, n, m, amount) => () => {
    s[d] = (s[n] & ~0xffff) | ((s[m] >> Math.min(amount, 31)) & 0xffff);
  }),
  mul_w: product(Math.imul),
  mla: plain((s, d, n, m, a) => () => {
    s[d] = Math.imul(s[n], s[m]) + s[a];
  }),
  mls: plain((s, d, n, m, a) => () => {
    s[d] = s[a] - Math.imul(s[n], s[m]);
  }),
  smulbb: product((x, y) => Math.imul(signed16(x), signed16(y))),
  smulbt: product((x, y) => Math.imul(signed16(x), y >> 16)),
  smultb: product((x, y) => Math.imul(x >> 16, signed16(y))),
  smultt: product((x, y) => Math.imul(x >> 16, y >> 16)),
  smlabb: productSum((x, y) => Math.imul(signed16(x), signed16(y))),
  smlabt: productSum((x, y) => Math.imul(signed16(x), y >> 16)),
  smlatb: productSum((x, y) => Math.imul(x >> 16, signed16(y))),
  smlatt: productSum((x, y) => Math.imul(x >> 16, y >> 16)),
  smmul: product(highSignedProduct),
  smmla: productSum(highSignedProduct),
  smull: longProduct(highSignedProduct, false),
  umull: longProduct(highProduct, false),
  smlal: longProduct(highSignedProduct, true),
  umlal: longProduct(highProduct, true),
  umaal: plain((s, low, top, n, m) => () => {
    const sum = (Math.imul(s[n], s[m]) >>> 0) + (s[low] >>> 0) + (s[top] >>> 0);
    s[top] = highProduct(s[n], s[m]) + Math.floor(sum / 2 ** 32);
    s[low] = sum;
  }),
  // A division by 0 gives 0; the lowest number by -1 gives itself.
  sdiv: division((x, y) => Math.trunc(x / y)),
  udiv: division((x, y) => Math.floor((x >>> 0) / (y >>> 0))),
} satisfies Partial<Record<FormName, StepMaker>>;

/** A mask of the lowest `width` bits. */
function bits(width: number): number {
  return 2 ** width - 1;
}
