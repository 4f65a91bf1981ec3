// Division of i64.

import type { Helper } from './helper.js';

/**
 * Divides r7:r12 by r6, whose top bit is set and which is more than r7: the quotient in r5, the remainder in r7. Two digits of 16 bits,
 * each estimated from the upper half of r6 and at most 2 too large. Uses r8 and lr.
 */
function divideText(prefix: string): string {
  return `
    lsr     r8, r6, #16
    udiv    r5, r7, r8
    mls     r7, r5, r8, r7
    uxth    lr, r6
    mul     lr, r5, lr
    lsls    r7, r7, #16
    orr     r7, r7, r12, lsr #16
    subs    r7, r7, lr
    bhs     ${prefix}_first
    subs    r5, r5, #1
    adds    r7, r7, r6
    bhs     ${prefix}_first
    subs    r5, r5, #1
    adds    r7, r7, r6
${prefix}_first:
    udiv    lr, r7, r8
    mls     r7, lr, r8, r7
    uxth    r8, r6
    mul     r8, lr, r8
    uxth    r12, r12
    orr     r7, r12, r7, lsl #16
    subs    r7, r7, r8
    bhs     ${prefix}_second
    sub     lr, lr, #1
    adds    r7, r7, r6
    bhs     ${prefix}_second
    sub     lr, lr, #1
    adds    r7, r7, r6
${prefix}_second:
    add     r5, lr, r5, lsl #16
`;
}

export const i64DivideUnsignedThumb2: Helper = {
  entries: ['__aeabi_uldivmod'],
  clobbers: ['r0', 'r1', 'r2', 'r3', 'r12', 'lr'],
  calls: [],
  stackBytes: 24,
  text: `
__aeabi_uldivmod:
    cmp     r3, #0
    beq     uldiv_narrow
    push    {r4, r5, r6, r7, r8, lr}
    clz     r4, r3                  @ r6: the upper 32 bits of the divisor, normalised
    rsb     r5, r4, #32
    lsl     r6, r3, r4
    lsr     r5, r2, r5
    orrs    r6, r6, r5
    lsrs    r7, r1, #1              @ half of the dividend, which is less
    rrx     r12, r0
    ${divideText('uldiv_wide').trim()}
    rsb     lr, r4, #31             @ the quotient, or 1 too much
    lsrs    r5, r5, lr
    beq     uldiv_product
    subs    r5, r5, #1
uldiv_product:
    umull   r12, lr, r5, r2
    mla     lr, r5, r3, lr
    subs    r0, r0, r12
    sbc     r1, r1, lr
    subs    r12, r0, r2
    sbcs    lr, r1, r3
    blo     uldiv_done
    adds    r5, r5, #1
    mov     r0, r12
    mov     r1, lr
uldiv_done:
    movs    r2, r0
    movs    r3, r1
    movs    r0, r5
    movs    r1, #0
    pop     {r4, r5, r6, r7, r8, pc}

uldiv_narrow:
    cbnz    r1, uldiv_long
    udiv    r3, r0, r2
    mls     r2, r3, r2, r0
    movs    r0, r3
    movs    r3, #0
    bx      lr
uldiv_long:                         @ 64 bits by 32
    push    {r4, r5, r6, r7, r8, lr}
    udiv    r4, r1, r2
    mls     r7, r4, r2, r1
    clz     r3, r2
    lsl     r6, r2, r3
    rsb     r5, r3, #32
    lsl     r7, r7, r3
    lsr     r5, r0, r5
    orrs    r7, r7, r5
    lsl     r12, r0, r3
    ${divideText('uldiv_narrow').trim()}
    lsr     r2, r7, r3
    movs    r3, #0
    movs    r0, r5
    movs    r1, r4
    pop     {r4, r5, r6, r7, r8, pc}
`,
};

/** Computes one bit of the quotient at a time, from the first one that can be set. */
export const i64DivideUnsignedV6M: Helper = {
  entries: ['__aeabi_uldivmod'],
  clobbers: ['r0', 'r1', 'r2', 'r3', 'lr'],
  calls: ['__aeabi_uidivmod'],
  stackBytes: 20,
  text: `
__aeabi_uldivmod:
    push    {r4, r5, r6, r7, lr}
    movs    r4, r1
    orrs    r4, r4, r3
    beq     uldiv_words
    movs    r4, #0                  @ r5:r4: the quotient
    movs    r5, #0
    movs    r7, #0                  @ r7: by how much the divisor has been shifted
uldiv_up:
    cmp     r3, #0
    bmi     uldiv_bit
    cmp     r3, r1
    bhi     uldiv_bit
    bne     uldiv_shift
    cmp     r2, r0
    bhs     uldiv_bit
uldiv_shift:
    adds    r2, r2, r2
    adcs    r3, r3, r3
    adds    r7, r7, #1
    b       uldiv_up
uldiv_bit:
    adds    r4, r4, r4
    adcs    r5, r5, r5
    subs    r0, r0, r2
    sbcs    r1, r1, r3
    blo     uldiv_restore
    adds    r4, r4, #1
    b       uldiv_down
uldiv_restore:
    adds    r0, r0, r2
    adcs    r1, r1, r3
uldiv_down:
    lsls    r6, r3, #31
    lsrs    r3, r3, #1
    lsrs    r2, r2, #1
    orrs    r2, r2, r6
    subs    r7, r7, #1
    bpl     uldiv_bit
    movs    r2, r0
    movs    r3, r1
    movs    r0, r4
    movs    r1, r5
    pop     {r4, r5, r6, r7, pc}
uldiv_words:
    movs    r1, r2
    bl      __aeabi_uidivmod
    movs    r2, r1
    movs    r1, #0
    movs    r3, #0
    pop     {r4, r5, r6, r7, pc}
`,
};

export function i64Divide(unsigned: Helper): Helper {
  return {
    entries: ['__aeabi_ldivmod'],
    clobbers: unsigned.clobbers,
    calls: unsigned.entries,
    stackBytes: 16 + unsigned.stackBytes,
    text: `
__aeabi_ldivmod:
    push    {r4, r5, r6, lr}
    movs    r4, r1
    movs    r5, r1
    eors    r5, r5, r3
    cmp     r1, #0
    bpl     ldiv_a_positive
    movs    r6, #0
    rsbs    r0, r0, #0
    sbcs    r6, r6, r1
    movs    r1, r6
ldiv_a_positive:
    cmp     r3, #0
    bpl     ldiv_b_positive
    movs    r6, #0
    rsbs    r2, r2, #0
    sbcs    r6, r6, r3
    movs    r3, r6
ldiv_b_positive:
    bl      __aeabi_uldivmod
    cmp     r5, #0
    bpl     ldiv_quotient
    movs    r6, #0
    rsbs    r0, r0, #0
    sbcs    r6, r6, r1
    movs    r1, r6
ldiv_quotient:
    cmp     r4, #0
    bpl     ldiv_remainder
    movs    r6, #0
    rsbs    r2, r2, #0
    sbcs    r6, r6, r3
    movs    r3, r6
ldiv_remainder:
    pop     {r4, r5, r6, pc}
`,
  };
}
