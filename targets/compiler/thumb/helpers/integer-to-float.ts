// Conversions of i32 and i64 to f64 and f32.

import type { Helper } from './helper.js';

/** Shifts r1:r0, which is not 0, to the left until bit 63 is set, and counts in r4. Changes r2 and r3. */
const NORMALISE_THUMB2 = `
    clz     r2, r1
    adds    r4, r4, r2
    rsb     r3, r2, #32
    lsls    r1, r1, r2
    lsr     r3, r0, r3
    orrs    r1, r1, r3
    lsls    r0, r0, r2
`;

function normaliseV6M(prefix: string): string {
  return [16, 8, 4, 2, 1]
    .map(
      (by) => `
    lsrs    r2, r1, #${32 - by}
    bne     ${prefix}_below${by}
    lsrs    r2, r0, #${32 - by}
    lsls    r0, r0, #${by}
    lsls    r1, r1, #${by}
    orrs    r1, r1, r2
    adds    r4, r4, #${by}
${prefix}_below${by}:`,
    )
    .join('');
}

export const i32ToF64Thumb2: Helper = {
  entries: ['__aeabi_i2d', '__aeabi_ui2d'],
  clobbers: ['r0', 'r1', 'r12'],
  calls: [],
  stackBytes: 0,
  text: `
__aeabi_ui2d:
    movs    r1, #0
    b       i2d
__aeabi_i2d:
    ands    r1, r0, #0x80000000
    it      mi
    rsbmi   r0, r0, #0
i2d:
    clz     r12, r0
    lsls    r0, r0, r12
    beq     i2d_zero
    sub     r1, r1, r12, lsl #20    @ exponent 1053 - n, and the leading bit adds 1
    add     r1, r1, #0x41000000
    add     r1, r1, #0x00d00000
    add     r1, r1, r0, lsr #11
    lsls    r0, r0, #21
i2d_zero:
    bx      lr
`,
};

export const i32ToF64V6M: Helper = {
  entries: ['__aeabi_i2d', '__aeabi_ui2d'],
  clobbers: ['r0', 'r1', 'r2', 'lr'],
  calls: ['__clzsi2'],
  stackBytes: 12,
  text: `
__aeabi_ui2d:
    movs    r1, #0
    b       i2d
__aeabi_i2d:
    lsrs    r1, r0, #31
    lsls    r1, r1, #31
    beq     i2d
    rsbs    r0, r0, #0
i2d:
    push    {r4, r5, lr}
    movs    r4, r1
    movs    r5, r0
    beq     i2d_zero
    bl      __clzsi2
    lsls    r5, r5, r0
    ldr     r1, =1053               @ the leading bit adds 1 to the exponent
    subs    r1, r1, r0
    lsls    r1, r1, #20
    adds    r1, r1, r4
    lsrs    r2, r5, #11
    adds    r1, r1, r2
    lsls    r0, r5, #21
i2d_zero:
    pop     {r4, r5, pc}
`,
};

/** The start of both conversions of i64: r5 the sign, r1:r0 the magnitude, normalised, r4 by how much. */
function magnitudeText(prefix: string, normalise: string): string {
  return `
    push    {r4, r5, lr}
    lsrs    r5, r1, #31
    lsls    r5, r5, #31
    beq     ${prefix}_magnitude
    movs    r4, #0
    rsbs    r0, r0, #0
    sbcs    r4, r4, r1
    movs    r1, r4
${prefix}_magnitude:
    movs    r4, #0
    cmp     r1, #0
    bne     ${prefix}_high
    movs    r4, #32
    movs    r1, r0
    movs    r0, #0
    cmp     r1, #0
    beq     ${prefix}_done
${prefix}_high:${normalise}`;
}

function i64ToF64(normalise: string): Helper {
  return {
    entries: ['__aeabi_l2d', '__aeabi_ul2d'],
    clobbers: ['r0', 'r1', 'r2', 'r3'],
    calls: [],
    stackBytes: 12,
    text: `
__aeabi_ul2d:
    push    {r4, r5, lr}
    movs    r5, #0
    b       l2d_magnitude
__aeabi_l2d:${magnitudeText('l2d', normalise)}
    ldr     r2, =1085               @ the leading bit adds 1 to the exponent
    subs    r2, r2, r4
    lsls    r2, r2, #20
    adds    r5, r5, r2
    lsls    r2, r0, #21
    lsrs    r0, r0, #11
    lsls    r3, r1, #21
    orrs    r0, r0, r3
    lsrs    r1, r1, #11
    adds    r1, r1, r5
    lsrs    r3, r0, #1              @ round to nearest, ties to even
    ldr     r3, =0x7fffffff
    adcs    r2, r2, r3
    movs    r3, #0
    adcs    r0, r0, r3
    adcs    r1, r1, r3
l2d_done:
    pop     {r4, r5, pc}
`,
  };
}

function integerToF32(normalise: string): Helper {
  return {
    entries: ['__aeabi_l2f', '__aeabi_ul2f', '__aeabi_i2f', '__aeabi_ui2f'],
    clobbers: ['r0', 'r1', 'r2', 'r3'],
    calls: [],
    stackBytes: 12,
    text: `
__aeabi_ui2f:
    movs    r1, #0
__aeabi_ul2f:
    push    {r4, r5, lr}
    movs    r5, #0
    b       l2f_magnitude
__aeabi_i2f:
    asrs    r1, r0, #31
__aeabi_l2f:${magnitudeText('l2f', normalise)}
    movs    r3, #189                @ the leading bit adds 1 to the exponent
    subs    r3, r3, r4
    lsls    r3, r3, #23
    adds    r5, r5, r3
    lsls    r2, r1, #24
    cmp     r0, #0
    beq     l2f_exact
    movs    r3, #1
    orrs    r2, r2, r3
l2f_exact:
    lsrs    r0, r1, #8
    lsrs    r3, r0, #1              @ round to nearest, ties to even
    ldr     r3, =0x7fffffff
    adcs    r2, r2, r3
    adcs    r0, r0, r5
l2f_done:
    pop     {r4, r5, pc}
`,
  };
}

export const i64ToF64Thumb2 = i64ToF64(NORMALISE_THUMB2);
export const i64ToF64V6M = i64ToF64(normaliseV6M('l2d'));
export const integerToF32Thumb2 = integerToF32(NORMALISE_THUMB2);
export const integerToF32V6M = integerToF32(normaliseV6M('l2f'));
