// Rounds and packs f64 results whose exponent is near or beyond its limits: overflow and subnormal numbers.

import type { Helper } from './helper.js';

/**
 * In: r2:r0 the significand with its leading bit in bit 52, r12 the bits below it (bit 0 also stands for all that are not 0 behind
 * them), r4 the biased exponent less 1. Out: r0:r1 the f64 without its sign.
 */
export const f64PackThumb2: Helper = {
  entries: ['__wasm_f64_pack'],
  clobbers: ['r0', 'r1', 'r2', 'r3', 'r4', 'r12'],
  calls: [],
  stackBytes: 0,
  text: `
__wasm_f64_pack:
    movw    r3, #0x7fe
    cmp     r4, r3
    bge     dpack_infinity
    cmp     r4, #0
    bge     dpack_round
    rsbs    r4, r4, #0                  @ subnormal: shift right
    cmp     r4, #53
    bhi     dpack_zero
dpack_right:
    lsrs    r2, r2, #1
    rrxs    r0, r0
    and     r3, r12, #1
    rrx     r12, r12
    orr     r12, r12, r3
    subs    r4, r4, #1
    bne     dpack_right
dpack_round:
    lsrs    r3, r0, #1
    sbcs    r12, r12, #0x80000000
    adcs    r0, r0, #0
    adc     r1, r2, r4, lsl #20
    bx      lr
dpack_infinity:
    movs    r0, #0
    movs    r1, #0
    movt    r1, #0x7ff0
    bx      lr
dpack_zero:
    movs    r0, #0
    movs    r1, #0
    bx      lr
`,
};

/** Packs every result with 16-bit instructions: the significand is in r1:r0, and the bits below it in r2. */
export const f64PackV6M: Helper = {
  entries: ['__wasm_f64_pack'],
  clobbers: ['r0', 'r1', 'r2', 'r3', 'r4'],
  calls: [],
  stackBytes: 0,
  text: `
__wasm_f64_pack:
    ldr     r3, =0x7fe
    cmp     r4, r3
    bhs     dpack_edge
dpack_round:                        @ to nearest, ties to even
    lsls    r4, r4, #20
    adds    r1, r1, r4
    lsrs    r3, r0, #1
    ldr     r3, =0x7fffffff
    adcs    r2, r2, r3
    movs    r3, #0
    adcs    r0, r0, r3
    adcs    r1, r1, r3
    bx      lr
dpack_edge:
    cmp     r4, #0
    bge     dpack_infinity
    rsbs    r4, r4, #0                  @ subnormal: shift right
    cmp     r4, #53
    bhi     dpack_zero
dpack_right:
    lsls    r3, r2, #31
    lsrs    r3, r3, #31
    lsrs    r2, r2, #1
    orrs    r2, r2, r3
    lsls    r3, r0, #31
    orrs    r2, r2, r3
    lsrs    r0, r0, #1
    lsls    r3, r1, #31
    orrs    r0, r0, r3
    lsrs    r1, r1, #1
    subs    r4, r4, #1
    bne     dpack_right
    b       dpack_round
dpack_infinity:
    movs    r0, #0
    ldr     r1, =0x7ff00000
    bx      lr
dpack_zero:
    movs    r0, #0
    movs    r1, #0
    bx      lr
`,
};
