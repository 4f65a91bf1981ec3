// The steps of loads and stores. Each keeps the region that it accessed last, so that most accesses need one comparison.

import { registersOf } from '../../machine/thumb/registers.js';
import type { FormName } from '../../machine/thumb/table.js';
import type { StepMaker } from './data-steps.js';
import { hex, ProcessorFault } from './fault.js';
import { jumpTarget, type Machine, type Step, withAlignedStack } from './machine.js';
import { NOWHERE } from './memory.js';
import { PC, S0, SP, ZERO } from './state.js';

/** Accesses slot `t` at the address base + (index << left) + offset. */
type Access = (
  machine: Machine,
  t: number,
  base: number,
  index: number,
  left: number,
  offset: number,
  next: number,
) => Step;

function unaligned(address: number, size: number, what: string): ProcessorFault {
  return new ProcessorFault('unaligned', `${what} at ${hex(address)}, which is no multiple of ${size}`, address);
}

/** Whether single words and halfwords may be at any address. */
function allowsUnaligned({ cpu }: Machine): boolean {
  return cpu.architecture !== 'v6-M';
}

const ldr: Access = (machine, t, base, index, left, offset, next) => {
  const s = machine.state.words;
  let region = NOWHERE;
  const slow = (address: number): number => {
    if ((address & 3) !== 0 && !allowsUnaligned(machine)) throw unaligned(address, 4, 'load of 4 bytes');
    const port = machine.memory.portAt(address);
    if (port) return machine.memory.readPort(port, address, 4);
    region = machine.memory.regionToRead(address, 4);
    return region.view.getInt32(address - region.base, true);
  };
  return () => {
    const address = (s[base] + (s[index] << left) + offset) >>> 0;
    const at = address - region.base;
    s[t] = at >= 0 && at + 4 <= region.readable && (at & 3) === 0 ? region.words[at >>> 2] : slow(address);
    return next;
  };
};

/** Loads of halfwords. */
const loadHalfword =
  (extend: (value: number) => number): Access =>
  (machine, t, base, index, left, offset, next) => {
    const s = machine.state.words;
    let region = NOWHERE;
    const slow = (address: number): number => {
      if ((address & 1) !== 0 && !allowsUnaligned(machine)) throw unaligned(address, 2, 'load of 2 bytes');
      const port = machine.memory.portAt(address);
      if (port) return machine.memory.readPort(port, address, 2);
      region = machine.memory.regionToRead(address, 2);
      return region.view.getUint16(address - region.base, true);
    };
    return () => {
      const address = (s[base] + (s[index] << left) + offset) >>> 0;
      const at = address - region.base;
      const isFast = at >= 0 && at + 2 <= region.readable && (at & 1) === 0;
      s[t] = extend(isFast ? region.halfwords[at >>> 1] : slow(address));
      return next;
    };
  };

const loadByte =
  (extend: (value: number) => number): Access =>
  (machine, t, base, index, left, offset, next) => {
    const s = machine.state.words;
    let region = NOWHERE;
    const slow = (address: number): number => {
      const port = machine.memory.portAt(address);
      if (port) return machine.memory.readPort(port, address, 1);
      region = machine.memory.regionToRead(address, 1);
      return region.bytes[address - region.base];
    };
    return () => {
      const address = (s[base] + (s[index] << left) + offset) >>> 0;
      const at = address - region.base;
      s[t] = extend(at >= 0 && at < region.readable ? region.bytes[at] : slow(address));
      return next;
    };
  };

const ldrh = loadHalfword((value) => value);
const ldrsh = loadHalfword((value) => (value << 16) >> 16);
const ldrb = loadByte((value) => value);
const ldrsb = loadByte((value) => (value << 24) >> 24);

const str: Access = (machine, t, base, index, left, offset, next) => {
  const s = machine.state.words;
  let region = NOWHERE;
  const slow = (address: number, value: number): void => {
    if ((address & 3) !== 0 && !allowsUnaligned(machine)) throw unaligned(address, 4, 'store of 4 bytes');
    const port = machine.memory.portAt(address);
    if (port) {
      machine.memory.writePort(port, address, value, 4);
      return;
    }
    region = machine.memory.regionToWrite(address, 4);
    region.view.setInt32(address - region.base, value, true);
  };
  return () => {
    const address = (s[base] + (s[index] << left) + offset) >>> 0;
    const at = address - region.base;
    if (at >= 0 && at + 4 <= region.writable && (at & 3) === 0) region.words[at >>> 2] = s[t];
    else slow(address, s[t]);
    return next;
  };
};

const strh: Access = (machine, t, base, index, left, offset, next) => {
  const s = machine.state.words;
  let region = NOWHERE;
  const slow = (address: number, value: number): void => {
    if ((address & 1) !== 0 && !allowsUnaligned(machine)) throw unaligned(address, 2, 'store of 2 bytes');
    const port = machine.memory.portAt(address);
    if (port) {
      machine.memory.writePort(port, address, value & 0xffff, 2);
      return;
    }
    region = machine.memory.regionToWrite(address, 2);
    region.view.setUint16(address - region.base, value, true);
  };
  return () => {
    const address = (s[base] + (s[index] << left) + offset) >>> 0;
    const at = address - region.base;
    if (at >= 0 && at + 2 <= region.writable && (at & 1) === 0) region.halfwords[at >>> 1] = s[t];
    else slow(address, s[t]);
    return next;
  };
};

const strb: Access = (machine, t, base, index, left, offset, next) => {
  const s = machine.state.words;
  let region = NOWHERE;
  const slow = (address: number, value: number): void => {
    const port = machine.memory.portAt(address);
    if (port) {
      machine.memory.writePort(port, address, value & 0xff, 1);
      return;
    }
    region = machine.memory.regionToWrite(address, 1);
    region.bytes[address - region.base] = value;
  };
  return () => {
    const address = (s[base] + (s[index] << left) + offset) >>> 0;
    const at = address - region.base;
    if (at >= 0 && at < region.writable) region.bytes[at] = s[t];
    else slow(address, s[t]);
    return next;
  };
};

/** A load of the program counter jumps. */
function loadAndJump({ state: { words: s }, extra }: Machine, taken: number, load: Step): Step {
  return () => {
    load();
    extra[0] += taken;
    return jumpTarget(s[PC]);
  };
}

/** Extends the step of a load for its destination `t`. Does nothing for stores. */
function loaded(machine: Machine, t: number, taken: number, step: Step): Step {
  return t === PC ? loadAndJump(machine, taken, step) : withAlignedStack(machine, t, step);
}

/** An access at base + offset, with the jump of a load of the program counter. */
const byOffset =
  (access: Access): StepMaker =>
  (machine, { next, cost }, t, base, offset) => {
    const step = access(machine, t, base, ZERO, 0, offset, next);
    return loaded(machine, t, cost.taken, step);
  };

const byStack =
  (access: Access): StepMaker =>
  (machine, at, t, offset) =>
    byOffset(access)(machine, at, t, SP, offset);

const byIndex =
  (access: Access): StepMaker =>
  (machine, { next, cost }, t, base, index, left = 0) => {
    const step = access(machine, t, base, index, left, 0, next);
    return loaded(machine, t, cost.taken, step);
  };

const byLiteral =
  (access: Access): StepMaker =>
  (machine, at, t, distance) =>
    byOffset(access)(machine, at, t, ZERO, ((at.address + 4) & ~3) + distance);

/** Write-back after the access, so that a fault leaves the base as it was. */
function writesBack(access: Access, isBefore: boolean): StepMaker {
  return (machine, { next, cost }, t, base, offset) => {
    const s = machine.state.words;
    const step = access(machine, t, base, ZERO, 0, isBefore ? offset : 0, next);
    const whole = () => {
      step();
      s[base] += offset;
      return next;
    };
    return withAlignedStack(machine, base, loaded(machine, t, cost.taken, whole));
  };
}

type Shapes<N extends string> = Record<
  `${N}_w_imm` | `${N}_w_neg` | `${N}_w_pre` | `${N}_w_post` | `${N}_w_reg`,
  StepMaker
>;

function wideSteps<N extends string>(name: N, access: Access): Shapes<N> {
  return {
    [`${name}_w_imm`]: byOffset(access),
    [`${name}_w_neg`]: byOffset(access),
    [`${name}_w_pre`]: writesBack(access, true),
    [`${name}_w_post`]: writesBack(access, false),
    [`${name}_w_reg`]: byIndex(access),
  } as Shapes<N>;
}

/** Several slots from `offset` behind a base on; then `change` is added to the base. Ports have no lists and pairs. */
function loadSlots(
  machine: Machine,
  slots: readonly number[],
  base: number,
  offset: number,
  change: number,
  next: number,
): Step {
  const s = machine.state.words;
  const count = slots.length;
  const size = 4 * count;
  let region = NOWHERE;
  return () => {
    const address = (s[base] + offset) >>> 0;
    let at = address - region.base;
    if ((address & 3) !== 0) throw unaligned(address, 4, 'load of words');
    if (at < 0 || at + size > region.readable) {
      region = machine.memory.regionToRead(address, size);
      at = address - region.base;
    }
    const { words } = region;
    const first = at >>> 2;
    s[base] += change;
    for (let i = 0; i < count; i++) s[slots[i]] = words[first + i];
    return next;
  };
}

function storeSlots(
  machine: Machine,
  slots: readonly number[],
  base: number,
  offset: number,
  change: number,
  next: number,
): Step {
  const s = machine.state.words;
  const count = slots.length;
  const size = 4 * count;
  let region = NOWHERE;
  return () => {
    const address = (s[base] + offset) >>> 0;
    let at = address - region.base;
    if ((address & 3) !== 0) throw unaligned(address, 4, 'store of words');
    if (at < 0 || at + size > region.writable) {
      region = machine.memory.regionToWrite(address, size);
      at = address - region.base;
    }
    const { words } = region;
    const first = at >>> 2;
    for (let i = 0; i < count; i++) words[first + i] = s[slots[i]];
    s[base] += change;
    return next;
  };
}

/** `direction` 1: from the base up; -1: below the base. */
function loadMany(direction: 1 | -1, back: boolean): StepMaker {
  return (machine, { next, cost }, base, list) => {
    const slots = registersOf(list);
    const bytes = 4 * slots.length;
    const step = loadSlots(machine, slots, base, direction < 0 ? -bytes : 0, back ? direction * bytes : 0, next);
    return list >> PC ? loadAndJump(machine, cost.taken, step) : step;
  };
}

function storeMany(direction: 1 | -1, back: boolean): StepMaker {
  return (machine, { next }, base, list) => {
    const slots = registersOf(list);
    const bytes = 4 * slots.length;
    return storeSlots(machine, slots, base, direction < 0 ? -bytes : 0, back ? direction * bytes : 0, next);
  };
}

const pair =
  (move: typeof loadSlots, mode: 'offset' | 'pre' | 'post'): StepMaker =>
  (machine, { next }, t, t2, base, offset) =>
    move(machine, [t, t2], base, mode === 'post' ? 0 : offset, mode === 'offset' ? 0 : offset, next);

const pushed: StepMaker = (machine, at, list) => storeMany(-1, true)(machine, at, SP, list);
const popped: StepMaker = (machine, at, list) => loadMany(1, true)(machine, at, SP, list);

const singles = (range: number): number[] => Array.from({ length: range >> 8 }, (_, i) => S0 + (range & 255) + i);
const double = (d: number): number[] => [S0 + 2 * d, S0 + 2 * d + 1];

export const MEMORY_STEPS = {
  ldr_literal: byLiteral(ldr),
  str_reg: byIndex(str),
  strh_reg: byIndex(strh),
  strb_reg: byIndex(strb),
  ldrsb_reg: byIndex(ldrsb),
  ldr_reg: byIndex(ldr),
  ldrh_reg: byIndex(ldrh),
  ldrb_reg: byIndex(ldrb),
  ldrsh_reg: byIndex(ldrsh),
  str_imm: byOffset(str),
  ldr_imm: byOffset(ldr),
  strb_imm: byOffset(strb),
  ldrb_imm: byOffset(ldrb),
  strh_imm: byOffset(strh),
  ldrh_imm: byOffset(ldrh),
  str_sp: byStack(str),
  ldr_sp: byStack(ldr),
  push: pushed,
  pop: popped,
  stmia: storeMany(1, true),
  ldmia: loadMany(1, true),
  ldmia_base: loadMany(1, false),
  ldr_w_literal: byLiteral(ldr),
  ldrh_w_literal: byLiteral(ldrh),
  ldrsh_w_literal: byLiteral(ldrsh),
  ldrb_w_literal: byLiteral(ldrb),
  ldrsb_w_literal: byLiteral(ldrsb),
  ...wideSteps('ldr', ldr),
  ...wideSteps('ldrh', ldrh),
  ...wideSteps('ldrsh', ldrsh),
  ...wideSteps('ldrb', ldrb),
  ...wideSteps('ldrsb', ldrsb),
  ...wideSteps('str', str),
  ...wideSteps('strh', strh),
  ...wideSteps('strb', strb),
  ldrd_imm: pair(loadSlots, 'offset'),
  ldrd_pre: pair(loadSlots, 'pre'),
  ldrd_post: pair(loadSlots, 'post'),
  strd_imm: pair(storeSlots, 'offset'),
  strd_pre: pair(storeSlots, 'pre'),
  strd_post: pair(storeSlots, 'post'),
  push_w: pushed,
  pop_w: popped,
  stmia_w: storeMany(1, false),
  stmia_w_back: storeMany(1, true),
  stmdb: storeMany(-1, false),
  stmdb_back: storeMany(-1, true),
  ldmia_w: loadMany(1, false),
  ldmia_w_back: loadMany(1, true),
  ldmdb: loadMany(-1, false),
  ldmdb_back: loadMany(-1, true),
  vldr: (machine, { next }, d, base, offset) => loadSlots(machine, [S0 + d], base, offset, 0, next),
  vldr_literal: (machine, { address, next }, d, distance) =>
    loadSlots(machine, [S0 + d], ZERO, ((address + 4) & ~3) + distance, 0, next),
  vstr: (machine, { next }, d, base, offset) => storeSlots(machine, [S0 + d], base, offset, 0, next),
  vldr_double: (machine, { next }, d, base, offset) => loadSlots(machine, double(d), base, offset, 0, next),
  vstr_double: (machine, { next }, d, base, offset) => storeSlots(machine, double(d), base, offset, 0, next),
  vpush: (machine, { next }, range) =>
    storeSlots(machine, singles(range), SP, -4 * (range >> 8), -4 * (range >> 8), next),
  vpop: (machine, { next }, range) => loadSlots(machine, singles(range), SP, 0, 4 * (range >> 8), next),
} satisfies Partial<Record<FormName, StepMaker>>;
