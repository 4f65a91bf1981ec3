// f64.promote_f32 and f32.demote_f64.

import type { Helper } from './helper.js';

export const promoteV6M: Helper = {
  entries: ['__aeabi_f2d'],
  clobbers: ['r0', 'r1', 'r2', 'r3'],
  calls: [],
  stackBytes: 0,
  text: `
__aeabi_f2d:
    lsrs    r1, r0, #31
    lsls    r1, r1, #31
    lsls    r2, r0, #1
    lsrs    r3, r2, #24
    beq     f2d_tiny
    cmp     r3, #255
    beq     f2d_special
    lsls    r0, r0, #29
    lsrs    r2, r2, #4
    adds    r1, r1, r2
    movs    r2, #56                 @ (1023 - 127) << 20
    lsls    r2, r2, #24
    adds    r1, r1, r2
    bx      lr
f2d_tiny:
    movs    r0, #0
    lsls    r2, r2, #8
    beq     f2d_done
    ldr     r3, =897
f2d_up:
    subs    r3, r3, #1
    adds    r2, r2, r2
    bcc     f2d_up
    lsls    r3, r3, #20
    adds    r1, r1, r3
    lsls    r0, r2, #20
    lsrs    r2, r2, #12
    adds    r1, r1, r2
f2d_done:
    bx      lr
f2d_special:
    movs    r0, #0
    lsls    r2, r2, #8
    bne     f2d_nan
    ldr     r2, =0x7ff00000
    orrs    r1, r1, r2
    bx      lr
f2d_nan:
    ldr     r1, =0x7ff80000
    bx      lr
`,
};

export const demoteV6M: Helper = {
  entries: ['__aeabi_d2f'],
  clobbers: ['r0', 'r1', 'r2', 'r3'],
  calls: [],
  stackBytes: 12,
  text: `
__aeabi_d2f:
    push    {r4, lr}
    lsrs    r4, r1, #31
    lsls    r4, r4, #31
    lsls    r2, r1, #1
    lsrs    r2, r2, #21
    lsls    r1, r1, #12
    lsrs    r1, r1, #9
    lsrs    r3, r0, #29
    orrs    r1, r1, r3
    ldr     r3, =896
    subs    r2, r2, r3
    ble     d2f_tiny
    cmp     r2, #255
    bhs     d2f_huge
    lsls    r0, r0, #3
    lsls    r2, r2, #23
    orrs    r1, r1, r2
d2f_round:                          @ to nearest, ties to even
    lsrs    r2, r1, #1
    ldr     r3, =0x7fffffff
    adcs    r0, r0, r3
    adcs    r1, r1, r4
    movs    r0, r1
    pop     {r4, pc}
d2f_tiny:                           @ subnormal: shift right by 1 to 24
    movs    r3, #1
    subs    r2, r3, r2
    cmp     r2, #24
    bhi     d2f_zero
    lsls    r3, r3, #23
    orrs    r1, r1, r3
    lsls    r0, r0, #3
    beq     d2f_exact
    movs    r0, #1
d2f_exact:
    movs    r3, #32
    subs    r3, r3, r2
    push    {r1}
    lsls    r1, r1, r3
    orrs    r0, r0, r1
    pop     {r1}
    lsrs    r1, r1, r2
    b       d2f_round
d2f_zero:
    movs    r0, r4
    pop     {r4, pc}
d2f_huge:
    ldr     r3, =1151               @ 2047 - 896
    cmp     r2, r3
    bne     d2f_infinity
    orrs    r1, r1, r0
    bne     d2f_nan
d2f_infinity:
    ldr     r0, =0x7f800000
    orrs    r0, r0, r4
    pop     {r4, pc}
d2f_nan:
    ldr     r0, =0x7fc00000
    pop     {r4, pc}
`,
};

export const promoteThumb2: Helper = {
  entries: ['__aeabi_f2d'],
  clobbers: ['r0', 'r1', 'r2', 'r3'],
  calls: [],
  stackBytes: 0,
  text: `
__aeabi_f2d:
    lsls    r2, r0, #1
    lsrs    r3, r2, #24
    beq     f2d_tiny
    cmp     r3, #255
    beq     f2d_special
    and     r1, r0, #0x80000000
    add     r1, r1, r2, lsr #4
    add     r1, r1, #0x38000000     @ (1023 - 127) << 20
    lsls    r0, r0, #29
    bx      lr
f2d_tiny:
    and     r1, r0, #0x80000000
    movs    r0, #0
    lsls    r2, r2, #8
    beq     f2d_done
    clz     r3, r2                  @ the leading bit is shifted out
    adds    r3, r3, #1
    lsls    r2, r2, r3
    rsb     r3, r3, #896
    adds    r3, r3, #1
    add     r1, r1, r3, lsl #20
    lsls    r0, r2, #20
    add     r1, r1, r2, lsr #12
f2d_done:
    bx      lr
f2d_special:
    and     r1, r0, #0x80000000
    movs    r0, #0
    lsls    r2, r2, #8
    bne     f2d_nan
    orr     r1, r1, #0x7f000000
    orr     r1, r1, #0x00f00000
    bx      lr
f2d_nan:
    ldr     r1, =0x7ff80000
    bx      lr
`,
};

export const demoteThumb2: Helper = {
  entries: ['__aeabi_d2f'],
  clobbers: ['r0', 'r1', 'r2', 'r3', 'r12'],
  calls: [],
  stackBytes: 0,
  text: `
__aeabi_d2f:
    ubfx    r2, r1, #20, #11
    sub     r2, r2, #896
    and     r12, r1, #0x80000000
    ubfx    r1, r1, #0, #20
    subs    r3, r2, #1
    lsls    r1, r1, #3
    orr     r1, r1, r0, lsr #29
    cmp     r3, #254
    bhs     d2f_edge
    lsls    r0, r0, #3
    add     r1, r1, r2, lsl #23
d2f_round:                          @ to nearest, ties to even
    lsrs    r2, r1, #1
    sbcs    r0, r0, #0x80000000
    adc     r0, r1, r12
    bx      lr
d2f_edge:
    cmp     r2, #0
    bgt     d2f_huge
    rsb     r2, r2, #1              @ subnormal: shift right by 1 to 24
    cmp     r2, #24
    bhi     d2f_zero
    orr     r1, r1, #0x00800000
    lsls    r0, r0, #3
    it      ne
    movne   r0, #1
    rsb     r3, r2, #32
    lsl     r3, r1, r3
    orrs    r0, r0, r3
    lsrs    r1, r1, r2
    b       d2f_round
d2f_zero:
    mov     r0, r12
    bx      lr
d2f_huge:
    movw    r3, #1151               @ 2047 - 896
    cmp     r2, r3
    bne     d2f_infinity
    orrs    r1, r1, r0
    bne     d2f_nan
d2f_infinity:
    orr     r0, r12, #0x7f000000
    orr     r0, r0, #0x00800000
    bx      lr
d2f_nan:
    ldr     r0, =0x7fc00000
    bx      lr
`,
};
