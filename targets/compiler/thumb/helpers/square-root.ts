// f64.sqrt and f32.sqrt, one bit of the root at a time. With v the operand, scaled to 1 to 4, and q the root so far, the remainder is
// kept as (v - q * q) * 2^k for the bit 2^-k, and the bit is set if the remainder is at least 2 * q + 2^-k.

import type { Helper } from './helper.js';

export const f64SquareRootV6M: Helper = {
  entries: ['__wasm_f64_sqrt'],
  clobbers: ['r0', 'r1', 'r2', 'r3', 'r12', 'lr'],
  calls: [],
  stackBytes: 20,
  text: `
__wasm_f64_sqrt:
    push    {r4, r5, r6, r7, lr}
    lsls    r2, r1, #1
    lsrs    r4, r2, #21
    orrs    r2, r2, r0
    beq     dsqrt_same              @ zeros keep their sign
    cmp     r1, #0
    bmi     dsqrt_nan
    ldr     r7, =2047
    cmp     r4, r7
    beq     dsqrt_special
    cmp     r4, #0
    bne     dsqrt_normal
    movs    r4, #1
dsqrt_up:                           @ normalise a subnormal operand
    subs    r4, r4, #1
    adds    r0, r0, r0
    adcs    r1, r1, r1
    lsls    r7, r1, #11
    bpl     dsqrt_up
dsqrt_normal:
    lsls    r1, r1, #12
    lsrs    r1, r1, #12
    movs    r6, #1                  @ r6: the bit
    lsls    r6, r6, #20
    orrs    r1, r1, r6
    ldr     r7, =1023
    adds    r4, r4, r7
    asrs    r4, r4, #1              @ the exponent of the root; carry: that of the operand is even
    bcc     dsqrt_even
    adds    r0, r0, r0
    adcs    r1, r1, r1
dsqrt_even:
    subs    r4, r4, #1
    mov     r12, r4
    movs    r2, #0                  @ r3:r2: twice the root
    movs    r3, #0
dsqrt_high:                         @ bits of the upper word
    adds    r5, r3, r6
    cmp     r1, r5
    blo     dsqrt_high_next
    subs    r1, r1, r5
    adds    r3, r5, r6
dsqrt_high_next:
    adds    r0, r0, r0
    adcs    r1, r1, r1
    lsrs    r6, r6, #1
    bne     dsqrt_high
    movs    r6, #1
    lsls    r6, r6, #31
    movs    r7, #0
dsqrt_low:
    adds    r5, r2, r6
    movs    r4, r0
    subs    r4, r4, r5
    mov     lr, r4
    movs    r4, r1
    sbcs    r4, r4, r3
    blo     dsqrt_low_next
    movs    r1, r4
    mov     r0, lr
    adds    r2, r5, r6
    adcs    r3, r3, r7
dsqrt_low_next:
    adds    r0, r0, r0
    adcs    r1, r1, r1
    lsrs    r6, r6, #1
    bne     dsqrt_low
    subs    r0, r2, r0              @ carry clear: the remainder is above a half of the last place
    movs    r0, r3
    sbcs    r0, r0, r1
    sbcs    r4, r4, r4
    lsrs    r2, r2, #1
    lsls    r0, r3, #31
    orrs    r0, r0, r2
    lsrs    r1, r3, #1
    mov     r2, r12
    lsls    r2, r2, #20
    adds    r1, r1, r2
    subs    r0, r0, r4
    cmp     r4, #0
    beq     dsqrt_same
    cmp     r0, #0
    bne     dsqrt_same
    adds    r1, r1, #1
dsqrt_same:
    pop     {r4, r5, r6, r7, pc}
dsqrt_special:                      @ infinity or a NaN
    lsls    r2, r1, #12
    orrs    r2, r2, r0
    beq     dsqrt_same
dsqrt_nan:
    movs    r0, #0
    ldr     r1, =0x7ff80000
    pop     {r4, r5, r6, r7, pc}
`,
};

/**
 * With v from 1 to 4 and y near 1 / sqrt(v): y * (3 - v * y * y) / 2 is nearer. y is in units of 2^-31, v of 2^-30. Four steps make y right
 * to 2^-28.
 */
const NEARER = `
    umull   r12, lr, r3, r3
    umull   r12, lr, lr, r2
    rsb     lr, lr, #0x30000000
    lsl     lr, lr, #2
    umull   r12, r3, r3, lr
    lsls    r3, r3, #1
`.trimStart();

/**
 * Two digits of 27 bits, from 1 / sqrt(v): the first is exact or too small, the second is corrected by its remainder. The 54th bit
 * rounds: no root is half-way between two doubles.
 */
export const f64SquareRootThumb2: Helper = {
  entries: ['__wasm_f64_sqrt'],
  clobbers: ['r0', 'r1', 'r2', 'r3', 'r12', 'lr'],
  calls: [],
  stackBytes: 20,
  text: `
__wasm_f64_sqrt:
    push    {r4, r5, r6, r7, lr}
    movw    r12, #0x7ff
    lsrs    r4, r1, #20             @ the exponent, and the sign
    beq     dsqrt_tiny
    cmp     r4, r12
    bhs     dsqrt_special
dsqrt_normal:
    ubfx    r1, r1, #0, #20
    orr     r1, r1, #0x00100000
    addw    r4, r4, #1023
    asrs    r4, r4, #1              @ the exponent of the root; carry: that of the operand is even
    bcc     dsqrt_even
    adds    r0, r0, r0
    adcs    r1, r1, r1
dsqrt_even:
    lsls    r2, r1, #10             @ r2: v
    orr     r2, r2, r0, lsr #22
    mov     r3, #0x8b000000         @ r3: y, at first 1.086 - 0.156 * v
    sub     r3, r3, r2, lsr #2
    sub     r3, r3, r2, lsr #4
${NEARER.repeat(4)}    umull   r12, r5, r2, r3         @ r5: the first digit, in units of 2^-26
    lsrs    r5, r5, #3
    subs    r5, r5, #1
    mul     r6, r5, r5
    subs    r6, r0, r6              @ r6: the remainder, in units of 2^-52
    lsls    r7, r6, #1
    umull   r12, r7, r7, r3         @ r7: the second digit
    lsls    r6, r6, #22
    lsrs    r1, r5, #4
    adds    r0, r7, r5, lsl #28
    adc     r1, r1, #0
    umull   r12, lr, r7, r0         @ r6:r12: the remainder, in units of 2^-106
    mla     lr, r7, r1, lr
    rsbs    r12, r12, #0
    sbcs    r6, r6, lr
    lsr     r1, r5, #5              @ r1:r0: the root
    adds    r0, r7, r5, lsl #27
    adc     r1, r1, #0
    cmp     r6, #0
    bmi     dsqrt_down
dsqrt_up:                           @ while the remainder is more than twice the root
    lsls    r2, r0, #1
    adc     r3, r1, r1
    subs    r2, r12, r2
    sbcs    r3, r6, r3
    blo     dsqrt_round
    orrs    r5, r2, r3
    beq     dsqrt_round
    subs    r12, r2, #1
    sbc     r6, r3, #0
    adds    r0, r0, #1
    adc     r1, r1, #0
    b       dsqrt_up
dsqrt_down:                         @ while the remainder is negative
    subs    r0, r0, #1
    sbc     r1, r1, #0
    lsls    r2, r0, #1
    adc     r3, r1, r1
    adds    r2, r2, #1
    adds    r12, r12, r2
    adcs    r6, r6, r3
    bmi     dsqrt_down
dsqrt_round:
    adds    r0, r0, #1
    adc     r1, r1, #0
    lsrs    r1, r1, #1
    rrx     r0, r0
    subs    r4, r4, #1
    add     r1, r1, r4, lsl #20
dsqrt_same:
    pop     {r4, r5, r6, r7, pc}
dsqrt_tiny:                         @ zero or subnormal
    orrs    r2, r0, r1
    beq     dsqrt_same
    movs    r4, #1
dsqrt_shift:
    subs    r4, r4, #1
    adds    r0, r0, r0
    adcs    r1, r1, r1
    tst     r1, #0x00100000
    beq     dsqrt_shift
    b       dsqrt_normal
dsqrt_special:                      @ negative, infinity or a NaN
    bne     dsqrt_negative
    orrs    r2, r0, r1, lsl #12
    beq     dsqrt_same
dsqrt_nan:
    movs    r0, #0
    movs    r1, #0
    movt    r1, #0x7ff8
    pop     {r4, r5, r6, r7, pc}
dsqrt_negative:
    orrs    r2, r0, r1, lsl #1      @ -0 stays
    beq     dsqrt_same
    b       dsqrt_nan
`,
};

export const f32SquareRoot: Helper = {
  entries: ['__wasm_f32_sqrt'],
  clobbers: ['r0', 'r1', 'r2', 'r3'],
  calls: [],
  stackBytes: 8,
  text: `
__wasm_f32_sqrt:
    lsls    r1, r0, #1
    beq     fsqrt_same              @ zeros keep their sign
    cmp     r0, #0
    bmi     fsqrt_nan
    lsrs    r1, r1, #24
    cmp     r1, #255
    beq     fsqrt_special
    cmp     r1, #0
    bne     fsqrt_normal
    movs    r1, #1
fsqrt_up:                           @ normalise a subnormal operand
    subs    r1, r1, #1
    adds    r0, r0, r0
    lsls    r2, r0, #8
    bpl     fsqrt_up
fsqrt_normal:
    push    {r4, lr}
    lsls    r0, r0, #8
    movs    r3, #1
    lsls    r2, r3, #31
    orrs    r0, r0, r2
    lsrs    r0, r0, #8
    lsls    r3, r3, #23             @ r3: the bit
    adds    r1, r1, #127
    asrs    r1, r1, #1              @ the exponent of the root; carry: that of the operand is even
    bcc     fsqrt_even
    adds    r0, r0, r0
fsqrt_even:
    subs    r1, r1, #1
    lsls    r1, r1, #23
    movs    r2, #0                  @ r2: twice the root
fsqrt_bit:
    adds    r4, r2, r3
    cmp     r0, r4
    blo     fsqrt_next
    subs    r0, r0, r4
    adds    r2, r4, r3
fsqrt_next:
    adds    r0, r0, r0
    lsrs    r3, r3, #1
    bne     fsqrt_bit
    cmp     r2, r0                  @ carry clear: the remainder is above a half of the last place
    sbcs    r4, r4, r4
    lsrs    r0, r2, #1
    subs    r0, r0, r4
    adds    r0, r0, r1
    pop     {r4, pc}
fsqrt_special:                      @ infinity or a NaN
    lsls    r1, r0, #9
    beq     fsqrt_same
fsqrt_nan:
    ldr     r0, =0x7fc00000
fsqrt_same:
    bx      lr
`,
};
