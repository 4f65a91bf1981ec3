// f64 division. With a divide instruction of 32 bits, the quotient is made of two digits of 27 bits, from a reciprocal of 28 bits that
// is never too large; what is missing at most are a few units of the last digit.

import type { Helper } from './helper.js';

export const f64DivideThumb2: Helper = {
  entries: ['__aeabi_ddiv'],
  clobbers: ['r0', 'r1', 'r2', 'r3', 'r12', 'lr'],
  calls: ['__wasm_f64_pack'],
  stackBytes: 20,
  text: `
__aeabi_ddiv:
    push    {r4, r5, r6, r7, lr}
    movw    r12, #0x7ff
    eor     r6, r1, r3
    ands    r4, r12, r1, lsr #20
    beq     ddiv_special
    ands    r5, r12, r3, lsr #20
    beq     ddiv_special
    cmp     r4, r12
    it      ne
    cmpne   r5, r12
    beq     ddiv_special
ddiv_normal:
    subs    r4, r4, r5
    addw    r4, r4, #1022
    ubfx    r1, r1, #0, #20
    orr     r1, r1, #0x100000
    ubfx    r3, r3, #0, #20
    orr     r3, r3, #0x100000
    lsls    r5, r3, #11             @ r5: d, the upper 32 bits of b
    orr     r5, r5, r2, lsr #21
    lsrs    r7, r5, #16             @ r7: y, about 2^63 / d: first 15 bits of it
    adds    r7, r7, #1
    mov     r12, #-1
    udiv    r7, r12, r7
    lsls    r7, r7, #15
    umull   r12, lr, r5, r7         @ then one step of Newton's method
    rsb     lr, lr, #0x80000000
    lsl     lr, lr, #1
    umull   r12, lr, r7, lr
    add     r7, r7, lr
    subs    r7, r7, #4              @ the sum of what the roundings above may have added
    lsl     r12, r1, #11            @ r12: the first digit
    orr     r12, r12, r0, lsr #21
    umull   lr, r12, r12, r7
    lsr     r12, r12, #4
    lsls    r1, r1, #27             @ r1:r0: a * 2^27 less the digit times b, below 4 * b
    orr     r1, r1, r0, lsr #5
    lsls    r0, r0, #27
    umull   lr, r5, r12, r2
    mla     r5, r12, r3, r5
    subs    r0, r0, lr
    sbcs    r1, r1, r5
    lsls    r5, r1, #9              @ r5: the second digit
    orr     r5, r5, r0, lsr #23
    umull   lr, r5, r5, r7
    lsrs    r5, r5, #2
    lsls    r1, r1, #27
    orr     r1, r1, r0, lsr #5
    lsls    r0, r0, #27
    umull   lr, r7, r5, r2
    mla     r7, r5, r3, r7
    subs    r0, r0, lr
    sbcs    r1, r1, r7
ddiv_correct:
    subs    lr, r0, r2
    sbcs    r7, r1, r3
    blo     ddiv_corrected
    mov     r0, lr
    mov     r1, r7
    adds    r5, r5, #1
    b       ddiv_correct
ddiv_corrected:
    orrs    r7, r0, r1              @ r7: 0 if the quotient is exact
    lsr     r1, r12, #5
    adds    r0, r5, r12, lsl #27
    adc     r1, r1, #0
    cmp     r1, #0x400000           @ r1:r0: the quotient in 54 or 55 bits
    bhs     ddiv_placed
    adds    r0, r0, r0
    adcs    r1, r1, r1
    subs    r4, r4, #1
ddiv_placed:
    lsl     r12, r0, #30
    cmp     r7, #0
    it      ne
    orrne   r12, r12, #1
    lsrs    r0, r0, #2
    orr     r0, r0, r1, lsl #30
    lsrs    r2, r1, #2
    cmp     r4, #0x7f0
    bhs     ddiv_edge
    lsrs    r3, r0, #1              @ round to nearest, ties to even
    sbcs    r12, r12, #0x80000000
    adcs    r0, r0, #0
    adc     r1, r2, r4, lsl #20
ddiv_sign:
    and     r6, r6, #0x80000000
    orrs    r1, r1, r6
    pop     {r4, r5, r6, r7, pc}
ddiv_edge:
    bl      __wasm_f64_pack
    b       ddiv_sign

ddiv_special:
    and     r5, r12, r3, lsr #20
    cmp     r4, r12
    beq     ddiv_a_special
    cmp     r5, r12
    beq     ddiv_b_special
    orrs    lr, r2, r3, lsl #1
    beq     ddiv_by_zero
    orrs    lr, r0, r1, lsl #1
    beq     ddiv_zero
    cbnz    r4, ddiv_b_tiny
    adds    r4, r4, #1
ddiv_a_up:                          @ normalise a subnormal operand
    subs    r4, r4, #1
    adds    r0, r0, r0
    adcs    r1, r1, r1
    tst     r1, #0x100000
    beq     ddiv_a_up
ddiv_b_tiny:
    cmp     r5, #0
    bne     ddiv_normal
    adds    r5, r5, #1
ddiv_b_up:
    subs    r5, r5, #1
    adds    r2, r2, r2
    adcs    r3, r3, r3
    tst     r3, #0x100000
    beq     ddiv_b_up
    b       ddiv_normal
ddiv_a_special:
    orrs    lr, r0, r1, lsl #12
    bne     ddiv_nan
    cmp     r5, r12                 @ infinity by infinity or a NaN
    bne     ddiv_infinity
ddiv_nan:
    movs    r0, #0
    movs    r1, #0
    movt    r1, #0x7ff8
    pop     {r4, r5, r6, r7, pc}
ddiv_b_special:
    orrs    lr, r2, r3, lsl #12
    bne     ddiv_nan
ddiv_zero:
    movs    r0, #0
    movs    r1, #0
    b       ddiv_sign
ddiv_by_zero:
    orrs    lr, r0, r1, lsl #1
    beq     ddiv_nan
ddiv_infinity:
    movs    r0, #0
    movs    r1, #0
    movt    r1, #0x7ff0
    b       ddiv_sign
`,
};

/** Computes one bit of the quotient at a time. */
export const f64DivideV6M: Helper = {
  entries: ['__aeabi_ddiv'],
  clobbers: ['r0', 'r1', 'r2', 'r3', 'r12', 'lr'],
  calls: ['__wasm_f64_pack'],
  stackBytes: 28,
  text: `

ddiv_special:
    cmp     r4, r7
    beq     ddiv_a_special
    cmp     r5, r7
    beq     ddiv_b_special
    lsls    r7, r3, #1
    orrs    r7, r7, r2
    beq     ddiv_by_zero
    lsls    r7, r1, #1
    orrs    r7, r7, r0
    beq     ddiv_zero
    cmp     r4, #0
    bne     ddiv_b_tiny
    movs    r4, #1
ddiv_a_up:                          @ normalise a subnormal operand
    subs    r4, r4, #1
    adds    r0, r0, r0
    adcs    r1, r1, r1
    lsls    r7, r1, #11
    bpl     ddiv_a_up
ddiv_b_tiny:
    cmp     r5, #0
    bne     ddiv_normal
    movs    r5, #1
ddiv_b_up:
    subs    r5, r5, #1
    adds    r2, r2, r2
    adcs    r3, r3, r3
    lsls    r7, r3, #11
    bpl     ddiv_b_up
    b       ddiv_normal
ddiv_a_special:
    lsls    r4, r1, #12
    orrs    r4, r4, r0
    bne     ddiv_nan
    cmp     r5, r7                  @ infinity by infinity or a NaN
    bne     ddiv_infinity
ddiv_nan:
    movs    r0, #0
    ldr     r1, =0x7ff80000
    pop     {r4, r5, r6, r7, pc}
ddiv_b_special:
    lsls    r4, r3, #12
    orrs    r4, r4, r2
    bne     ddiv_nan
ddiv_zero:
    movs    r0, #0
    movs    r1, #0
    b       ddiv_sign
ddiv_by_zero:
    lsls    r4, r1, #1
    orrs    r4, r4, r0
    beq     ddiv_nan
ddiv_infinity:
    movs    r0, #0
    ldr     r1, =0x7ff00000
    b       ddiv_sign

__aeabi_ddiv:
    push    {r4, r5, r6, r7, lr}
    movs    r6, r1                  @ r6: the sign of the result
    eors    r6, r6, r3
    lsrs    r6, r6, #31
    lsls    r6, r6, #31
    ldr     r7, =2047
    lsls    r5, r3, #1              @ r4, r5: the exponents
    lsrs    r5, r5, #21
    lsls    r4, r1, #1
    lsrs    r4, r4, #21
    beq     ddiv_special
    cmp     r5, #0
    beq     ddiv_special
    cmp     r4, r7
    beq     ddiv_special
    cmp     r5, r7
    beq     ddiv_special
ddiv_normal:
    movs    r7, #1
    lsls    r7, r7, #20
    lsls    r1, r1, #12
    lsrs    r1, r1, #12
    orrs    r1, r1, r7
    lsls    r3, r3, #12
    lsrs    r3, r3, #12
    orrs    r3, r3, r7
    subs    r4, r4, r5
    ldr     r5, =1022
    adds    r4, r4, r5              @ the exponent less 1
    cmp     r1, r3
    bhi     ddiv_placed
    blo     ddiv_less
    cmp     r0, r2
    bhs     ddiv_placed
ddiv_less:                          @ the quotient shall be from 1 to 2
    adds    r0, r0, r0
    adcs    r1, r1, r1
    subs    r4, r4, #1
ddiv_placed:
    push    {r4, r6}
    movs    r7, #0
    mov     r12, r7
    movs    r7, #21                 @ r7: bits left of this word of the quotient, which is in r6
    movs    r6, #0
ddiv_bit:
    movs    r4, r0
    movs    r5, r1
    subs    r4, r4, r2
    sbcs    r5, r5, r3
    blo     ddiv_next
    movs    r0, r4
    movs    r1, r5
ddiv_next:
    adcs    r6, r6, r6
    adds    r0, r0, r0
    adcs    r1, r1, r1
    subs    r7, r7, #1
    bne     ddiv_bit
    mov     r4, r12
    cmp     r4, #0
    bne     ddiv_bits
    mov     r12, r6
    movs    r6, #0
    movs    r7, #32
    b       ddiv_bit
ddiv_bits:                          @ 53 bits; the remainder decides about rounding, and cannot be a half
    movs    r4, r0
    orrs    r4, r4, r1
    beq     ddiv_rest
    cmp     r1, r3
    bhi     ddiv_above
    blo     ddiv_below
    cmp     r0, r2
    bhs     ddiv_above
ddiv_below:
    movs    r4, #1
    b       ddiv_rest
ddiv_above:
    movs    r4, #3
    lsls    r4, r4, #30
ddiv_rest:
    movs    r2, r4
    movs    r0, r6
    mov     r1, r12
    pop     {r4, r6}
    bl      __wasm_f64_pack
ddiv_sign:
    orrs    r1, r1, r6
    pop     {r4, r5, r6, r7, pc}
`,
};
