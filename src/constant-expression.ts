// Evaluates a validated constant expression of an instance (core specification, 3.4.4).

import { capacityError } from './errors.js';
import type { Instance } from './module.js';
import { i64_add_high, i64_add_low, i64_mul_high, i64_mul_low, i64_sub_high, i64_sub_low, imul } from './numeric.js';
import { Opcode } from './opcodes.js';
import type { Reader } from './reader.js';
import type { Store } from './store.js';
import { NULL_REFERENCE } from './types.js';

/** The value of the last expression, as two words. */
export let constantLow = 0;
export let constantHigh = 0;

/** Reads an expression up to its end; intermediate values lie in `slots` from word `base` on. */
export function evaluateConstant(
  store: Store,
  reader: Reader,
  instance: Instance,
  slots: Int32Array,
  base: number,
): void {
  let top = base;
  for (;;) {
    const code = reader.byte();
    if (code === Opcode.End) break;
    if (code >= Opcode.I32Add && code <= Opcode.I64Mul) {
      top -= 2;
      combine(code, slots, top - 2);
      continue;
    }
    if (top + 2 > slots.length) {
      throw capacityError('valueSlots', top / 2 + 1, store.capacities.valueSlots, reader.position);
    }
    if (code === Opcode.I32Const) {
      slots[top] = reader.s32();
      slots[top + 1] = 0;
      top += 2;
    } else if (code === Opcode.I64Const) {
      slots[top] = reader.s64();
      slots[top + 1] = reader.high;
      top += 2;
    } else if (code === Opcode.F32Const) {
      slots[top] = reader.word();
      slots[top + 1] = 0;
      top += 2;
    } else if (code === Opcode.F64Const) {
      slots[top] = reader.word();
      slots[top + 1] = reader.word();
      top += 2;
    } else if (code === Opcode.RefNull) {
      reader.byte();
      slots[top] = NULL_REFERENCE;
      slots[top + 1] = 0;
      top += 2;
    } else if (code === Opcode.RefFunc) {
      slots[top] = instance.functionBase + reader.u32();
      slots[top + 1] = 0;
      top += 2;
    } else {
      const address = store.globalAddresses[instance.globalBase + reader.u32()] * 2;
      slots[top] = store.globals[address];
      slots[top + 1] = store.globals[address + 1];
      top += 2;
    }
  }
  constantLow = slots[base];
  constantHigh = slots[base + 1];
}

/** Replaces the two values at `at` by the result of an arithmetic instruction. */
function combine(code: number, slots: Int32Array, at: number): void {
  const aLow = slots[at];
  const aHigh = slots[at + 1];
  const bLow = slots[at + 2];
  const bHigh = slots[at + 3];
  if (code === Opcode.I32Add) slots[at] = aLow + bLow;
  else if (code === Opcode.I32Sub) slots[at] = aLow - bLow;
  else if (code === Opcode.I32Mul) slots[at] = imul(aLow, bLow);
  else if (code === Opcode.I64Add) {
    slots[at] = i64_add_low(aLow, aHigh, bLow, bHigh);
    slots[at + 1] = i64_add_high(aLow, aHigh, bLow, bHigh);
  } else if (code === Opcode.I64Sub) {
    slots[at] = i64_sub_low(aLow, aHigh, bLow, bHigh);
    slots[at + 1] = i64_sub_high(aLow, aHigh, bLow, bHigh);
  } else {
    slots[at] = i64_mul_low(aLow, aHigh, bLow, bHigh);
    slots[at + 1] = i64_mul_high(aLow, aHigh, bLow, bHigh);
  }
}
