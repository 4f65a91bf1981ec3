// f64 addition and subtraction. The operand of the larger magnitude stays packed: the aligned significand of the other one is added to
// its word, and only a change of the exponent field needs more work.

import type { Helper } from './helper.js';

export const f64AddThumb2: Helper = {
  entries: ['__aeabi_dadd', '__aeabi_dsub'],
  clobbers: ['r0', 'r1', 'r2', 'r3', 'r12', 'lr'],
  calls: [],
  stackBytes: 12,
  text: `
__aeabi_dsub:
    eor     r3, r3, #0x80000000
__aeabi_dadd:
    push    {r4, r5, lr}
    lsls    r4, r1, #1
    lsls    r5, r3, #1
    cmp     r4, r5
    it      eq
    cmpeq   r0, r2
    blo     dadd_swap
dadd_ordered:                       @ |a| >= |b|; r4, r5: their high words without sign
    lsrs    r5, r5, #21
    beq     dadd_tiny
    mvns    r12, r4, asr #21
    beq     dadd_special
    rsb     r5, r5, r4, lsr #21     @ r5: how far b is shifted
    teq     r1, r3
    ubfx    r3, r3, #0, #20
    orr     r3, r3, #0x100000
    bmi     dadd_subtract
dadd_align:
    rsbs    r4, r5, #32
    ble     dadd_far
    lsl     r12, r2, r4             @ r12: what is shifted out, a fraction of the last place
    lsrs    r2, r2, r5
    lsl     r4, r3, r4
    lsrs    r3, r3, r5
    orrs    r2, r2, r4
dadd_sum:
    adds    r0, r0, r2
    adc     lr, r1, r3
    eor     r3, r1, lr
    lsrs    r3, r3, #20
    bne     dadd_carry
dadd_round:                         @ up if r12 is above a half, or is a half and the last bit is set
    lsrs    r3, r0, #1
    sbcs    r12, r12, #0x80000000
    adcs    r0, r0, #0
    adc     r1, lr, #0
dadd_done:
    pop     {r4, r5, pc}

dadd_carry:                         @ the sum is 2 or more: halve it
    lsrs    r3, r1, #20
    sub     lr, lr, r3, lsl #20
    add     lr, lr, #0x100000
    lsrs    lr, lr, #1
    rrxs    r0, r0
    rrx     r12, r12
    add     lr, lr, r3, lsl #20
    adds    r3, r3, #2
    lsls    r3, r3, #21
    bne     dadd_round
    lsr     r1, lr, #20             @ the exponent is that of infinity
    lsls    r1, r1, #20
    movs    r0, #0
    pop     {r4, r5, pc}

dadd_subtract:
    rsbs    r4, r5, #32
    ble     dadd_far_subtract
    lsl     r12, r2, r4
    lsrs    r2, r2, r5
    lsl     r4, r3, r4
    lsrs    r3, r3, r5
    orrs    r2, r2, r4
dadd_difference:
    rsbs    r12, r12, #0
    sbcs    r0, r0, r2
    sbc     lr, r1, r3
    eor     r3, r1, lr
    lsrs    r3, r3, #20
    beq     dadd_round
    ubfx    r3, lr, #0, #20         @ the difference is below 1, and these are its bits
    cmp     r5, #1
    bls     dadd_cancel
    lsls    r12, r12, #1            @ b was below 1/2: the difference is above 1/2
    adcs    r0, r0, r0
    adcs    r3, r3, r3
    bfi     lr, r3, #0, #20
    b       dadd_round

dadd_cancel:                        @ exact: at most one bit was shifted out
    ubfx    r4, lr, #20, #11
    cbz     r4, dadd_exact
    lsls    r12, r12, #1
    adcs    r0, r0, r0
    adcs    r3, r3, r3
    orrs    r2, r0, r3
    beq     dadd_zero
    clz     r2, r3
    subs    r2, r2, #11
    cbnz    r3, dadd_counted
    clz     r2, r0
    adds    r2, r2, #21
dadd_counted:                       @ shift left until the leading bit is in place, or the exponent is the least one
    subs    r4, r4, #1
    cmp     r2, r4
    it      hi
    movhi   r2, r4
    subs    r4, r4, r2
    lsls    r3, r3, r2
    rsb     r5, r2, #32
    lsr     r5, r0, r5
    orrs    r3, r3, r5
    sub     r5, r2, #32
    lsl     r5, r0, r5
    orrs    r3, r3, r5
    lsls    r0, r0, r2
    add     r3, r3, r4, lsl #20
    and     lr, lr, #0x80000000
    orr     r1, r3, lr
    pop     {r4, r5, pc}
dadd_exact:
    orrs    r3, r0, lr, lsl #1
    it      eq
    moveq   lr, #0
    mov     r1, lr
    pop     {r4, r5, pc}
dadd_zero:
    movs    r1, #0
    pop     {r4, r5, pc}

dadd_far:
    bl      dadd_align_far
    b       dadd_sum
dadd_far_subtract:
    bl      dadd_align_far
    b       dadd_difference
dadd_align_far:                     @ shifts by 32 and more
    cmp     r5, #54
    bhi     dadd_done
    subs    r5, r5, #32
    adds    r4, r4, #32
    lsl     r12, r2, r4
    lsrs    r2, r2, r5
    cmp     r12, #0
    it      ne
    orrne   r2, r2, #3              @ not a half; two bits, as dadd_carry shifts one out
    lsl     r12, r3, r4
    orr     r12, r12, r2
    lsr     r2, r3, r5
    movs    r3, #0
    movs    r5, #32
    bx      lr

dadd_swap:
    mov     r12, r0
    mov     r0, r2
    mov     r2, r12
    mov     r12, r1
    mov     r1, r3
    mov     r3, r12
    lsls    r4, r1, #1
    lsls    r5, r3, #1
    b       dadd_ordered

dadd_tiny:                          @ b is zero or subnormal
    mvns    r12, r4, asr #21
    beq     dadd_special
    lsrs    r5, r4, #21
    beq     dadd_both_tiny
    orrs    r12, r2, r3, lsl #1
    beq     dadd_done
    subs    r5, r5, #1
    teq     r1, r3
    bic     r3, r3, #0x80000000
    bmi     dadd_subtract
    b       dadd_align
dadd_both_tiny:                     @ exact; a carry into the exponent field is the right exponent
    teq     r1, r3
    bic     r3, r3, #0x80000000
    bmi     dadd_tiny_difference
    adds    r0, r0, r2
    adcs    r1, r1, r3
    pop     {r4, r5, pc}
dadd_tiny_difference:
    subs    r0, r0, r2
    sbcs    r1, r1, r3
    orrs    r12, r0, r1, lsl #1
    it      eq
    moveq   r1, #0
    pop     {r4, r5, pc}

dadd_special:                       @ a is an infinity or a NaN
    orrs    r12, r0, r1, lsl #12
    bne     dadd_nan
    eor     r12, r1, r3
    cmp     r12, #0x80000000        @ infinities of both signs
    bne     dadd_done
dadd_nan:
    movs    r0, #0
    movs    r1, #0
    movt    r1, #0x7ff8
    pop     {r4, r5, pc}
`,
};

/** Adds by the same method with 16-bit instructions. */
export const f64AddV6M: Helper = {
  entries: ['__aeabi_dadd', '__aeabi_dsub'],
  clobbers: ['r0', 'r1', 'r2', 'r3', 'r12', 'lr'],
  calls: [],
  stackBytes: 20,
  text: `
dadd_tiny:                          @ b is zero or subnormal
    lsls    r3, r3, #1
    lsrs    r3, r3, #1
    cmp     r4, #0
    beq     dadd_both_tiny
    movs    r7, r2
    orrs    r7, r7, r3
    beq     dadd_special_done
    subs    r5, r4, #1
    b       dadd_align
dadd_both_tiny:                     @ exact; a carry into the exponent field is the right exponent
    cmp     r6, #0
    bmi     dadd_tiny_difference
    adds    r0, r0, r2
    adcs    r1, r1, r3
    pop     {r4, r5, r6, r7, pc}
dadd_tiny_difference:
    subs    r0, r0, r2
    sbcs    r1, r1, r3
    lsls    r7, r1, #1
    orrs    r7, r7, r0
    beq     dadd_tiny_zero
    pop     {r4, r5, r6, r7, pc}

dadd_tiny_zero:
    movs    r1, #0
dadd_special_done:
    pop     {r4, r5, r6, r7, pc}

dadd_special:                       @ a is an infinity or a NaN
    lsls    r4, r1, #12
    orrs    r4, r4, r0
    bne     dadd_nan
    lsls    r4, r6, #1              @ infinities of both signs
    bne     dadd_special_done
    cmp     r6, #0
    bpl     dadd_special_done
dadd_nan:
    movs    r0, #0
    ldr     r1, =0x7ff80000
    pop     {r4, r5, r6, r7, pc}

__aeabi_dsub:
    push    {r4, r5, r6, r7, lr}
    movs    r4, #1
    lsls    r4, r4, #31
    eors    r3, r3, r4
    b       dadd
__aeabi_dadd:
    push    {r4, r5, r6, r7, lr}
dadd:
    lsls    r4, r1, #1
    lsls    r5, r3, #1
    cmp     r4, r5
    bhi     dadd_ordered
    blo     dadd_swap
    cmp     r0, r2
    bhs     dadd_ordered
dadd_swap:
    movs    r6, r0
    movs    r0, r2
    movs    r2, r6
    movs    r6, r1
    movs    r1, r3
    movs    r3, r6
    movs    r6, r4
    movs    r4, r5
    movs    r5, r6
dadd_ordered:                       @ |a| >= |b|
    movs    r6, r1
    eors    r6, r6, r3              @ r6: negative if the signs differ
    lsrs    r4, r4, #21
    ldr     r7, =2047
    cmp     r4, r7
    beq     dadd_special
    lsrs    r5, r5, #21
    beq     dadd_tiny
    subs    r5, r4, r5              @ r5: how far b is shifted
    lsls    r3, r3, #12
    lsrs    r3, r3, #12
    movs    r7, #1
    lsls    r7, r7, #20
    orrs    r3, r3, r7
dadd_align:
    cmp     r5, #32
    bhs     dadd_far
    movs    r4, #32
    subs    r4, r4, r5
    movs    r7, r2
    lsls    r7, r7, r4              @ r7: what is shifted out, a fraction of the last place
    lsrs    r2, r2, r5
    mov     r12, r3
    lsls    r3, r3, r4
    orrs    r2, r2, r3
    mov     r3, r12
    lsrs    r3, r3, r5
dadd_aligned:
    movs    r4, r1
    cmp     r6, #0
    bmi     dadd_subtract
    adds    r0, r0, r2
    adcs    r4, r4, r3
    movs    r3, r1
    eors    r3, r3, r4
    lsrs    r3, r3, #20
    bne     dadd_carry
dadd_round:                         @ to nearest, ties to even
    lsrs    r3, r0, #1
    ldr     r3, =0x7fffffff
    adcs    r7, r7, r3
    movs    r3, #0
    adcs    r0, r0, r3
    adcs    r4, r4, r3
    movs    r1, r4
dadd_done:
    pop     {r4, r5, r6, r7, pc}

dadd_carry:                         @ the sum is 2 or more: halve it
    lsrs    r3, r1, #20
    lsls    r2, r3, #20
    subs    r4, r4, r2
    movs    r5, #1
    lsls    r5, r5, #20
    adds    r4, r4, r5
    lsrs    r7, r7, #1
    lsls    r6, r0, #31
    orrs    r7, r7, r6
    lsrs    r0, r0, #1
    lsls    r6, r4, #31
    orrs    r0, r0, r6
    lsrs    r4, r4, #1
    adds    r4, r4, r2
    adds    r3, r3, #2
    lsls    r3, r3, #21
    bne     dadd_round
    lsrs    r1, r4, #20             @ the exponent is that of infinity
    lsls    r1, r1, #20
    movs    r0, #0
    pop     {r4, r5, r6, r7, pc}

dadd_subtract:
    rsbs    r7, r7, #0
    sbcs    r0, r0, r2
    sbcs    r4, r4, r3
    movs    r3, r1
    eors    r3, r3, r4
    lsrs    r3, r3, #20
    beq     dadd_round
    lsls    r3, r4, #12             @ the difference is below 1, and these are its bits
    lsrs    r3, r3, #12
    lsls    r5, r5, #1
    lsrs    r5, r5, #2              @ 0 if b was shifted by 0 or 1
    lsls    r2, r4, #1
    lsrs    r2, r2, #21             @ r2: the exponent less 1
    beq     dadd_exact
    adds    r7, r7, r7
    adcs    r0, r0, r0
    adcs    r3, r3, r3
    cmp     r5, #0
    beq     dadd_cancel
    lsrs    r4, r4, #20             @ b was below 1/2: the difference was above 1/2
    lsls    r4, r4, #20
    lsls    r3, r3, #12
    lsrs    r3, r3, #12
    orrs    r4, r4, r3
    b       dadd_round

dadd_cancel:                        @ exact: at most one bit was shifted out
    movs    r5, r0
    orrs    r5, r5, r3
    beq     dadd_zero
dadd_up_8:                          @ until the leading bit is in place, or the exponent is the least one
    lsrs    r5, r3, #12
    bne     dadd_up
    cmp     r2, #8
    bls     dadd_up
    lsls    r3, r3, #8
    lsrs    r5, r0, #24
    orrs    r3, r3, r5
    lsls    r0, r0, #8
    subs    r2, r2, #8
    b       dadd_up_8
dadd_up:
    lsrs    r5, r3, #20
    bne     dadd_placed
    cmp     r2, #1
    bls     dadd_placed
    adds    r0, r0, r0
    adcs    r3, r3, r3
    subs    r2, r2, #1
    b       dadd_up
dadd_placed:
    subs    r2, r2, #1
    lsls    r2, r2, #20
    adds    r3, r3, r2
    lsrs    r1, r1, #31
    lsls    r1, r1, #31
    orrs    r1, r1, r3
    pop     {r4, r5, r6, r7, pc}
dadd_exact:
    movs    r1, r4
    orrs    r3, r3, r0
    bne     dadd_exact_done
dadd_zero:
    movs    r1, #0
dadd_exact_done:
    pop     {r4, r5, r6, r7, pc}

dadd_far:                           @ shifts by 32 and more
    cmp     r5, #54
    bhi     dadd_exact_done
    subs    r5, r5, #32
    movs    r4, #32
    subs    r4, r4, r5
    movs    r7, r2
    lsrs    r2, r2, r5
    lsls    r7, r7, r4
    beq     dadd_far_exact
    movs    r7, #3                  @ not a half; two bits, as dadd_carry shifts one out
    orrs    r2, r2, r7
dadd_far_exact:
    movs    r7, r3
    lsls    r7, r7, r4
    orrs    r7, r7, r2
    lsrs    r3, r3, r5
    movs    r2, r3
    movs    r3, #0
    movs    r5, #32
    b       dadd_aligned
`,
};
