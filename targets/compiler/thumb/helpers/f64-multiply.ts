// f64 multiplication.

import type { Helper } from './helper.js';

export const f64MultiplyThumb2: Helper = {
  entries: ['__aeabi_dmul'],
  clobbers: ['r0', 'r1', 'r2', 'r3', 'r12', 'lr'],
  calls: ['__wasm_f64_pack'],
  stackBytes: 16,
  text: `
__aeabi_dmul:
    push    {r4, r5, r6, lr}
    movw    r12, #0x7ff
    eor     r6, r1, r3
    ands    r4, r12, r1, lsr #20
    beq     dmul_special
    ands    r5, r12, r3, lsr #20
    beq     dmul_special
    cmp     r4, r12
    it      ne
    cmpne   r5, r12
    beq     dmul_special
dmul_normal:
    add     r4, r4, r5
    subw    r4, r4, #1023
    ubfx    r1, r1, #0, #20
    orr     r1, r1, #0x100000
    lsls    r3, r3, #11             @ b with its leading bit in bit 63
    orr     r3, r3, r2, lsr #21
    orr     r3, r3, #0x80000000
    lsls    r2, r2, #11
    umull   r12, lr, r0, r2         @ the product in r2:r0:lr:r12
    movs    r5, #0
    umlal   lr, r5, r1, r2
    umull   r0, r2, r0, r3
    adds    lr, lr, r0
    adcs    r0, r5, r2
    mov     r2, #0
    adc     r2, r2, #0
    umlal   r0, r2, r1, r3
    cmp     r12, #0
    it      ne
    orrne   lr, lr, #1
    cmp     r2, #0x100000
    bhs     dmul_placed
    lsls    lr, lr, #1
    adcs    r0, r0, r0
    adcs    r2, r2, r2
    subs    r4, r4, #1
dmul_placed:
    cmp     r4, #0x7f0
    bhs     dmul_edge
    lsrs    r3, r0, #1              @ round to nearest, ties to even
    sbcs    lr, lr, #0x80000000
    adcs    r0, r0, #0
    adc     r1, r2, r4, lsl #20
dmul_sign:
    and     r6, r6, #0x80000000
    orrs    r1, r1, r6
    pop     {r4, r5, r6, pc}
dmul_edge:
    mov     r12, lr
    bl      __wasm_f64_pack
    b       dmul_sign

dmul_special:
    and     r5, r12, r3, lsr #20
    cmp     r4, r12
    beq     dmul_a_special
    cmp     r5, r12
    beq     dmul_b_special
    orrs    lr, r0, r1, lsl #1
    beq     dmul_zero
    orrs    lr, r2, r3, lsl #1
    beq     dmul_zero
    cbnz    r4, dmul_b_tiny
    adds    r4, r4, #1
dmul_a_up:                          @ normalise a subnormal operand
    subs    r4, r4, #1
    adds    r0, r0, r0
    adcs    r1, r1, r1
    tst     r1, #0x100000
    beq     dmul_a_up
dmul_b_tiny:
    cmp     r5, #0
    bne     dmul_normal
    adds    r5, r5, #1
dmul_b_up:
    subs    r5, r5, #1
    adds    r2, r2, r2
    adcs    r3, r3, r3
    tst     r3, #0x100000
    beq     dmul_b_up
    b       dmul_normal
dmul_zero:
    movs    r0, #0
    movs    r1, #0
    b       dmul_sign
dmul_a_special:
    orrs    lr, r0, r1, lsl #12
    bne     dmul_nan
    orrs    lr, r2, r3, lsl #1      @ infinity times zero
    beq     dmul_nan
    cmp     r5, r12
    bne     dmul_infinity
    orrs    lr, r2, r3, lsl #12
    beq     dmul_infinity
dmul_nan:
    movs    r0, #0
    movs    r1, #0
    movt    r1, #0x7ff8
    pop     {r4, r5, r6, pc}
dmul_b_special:
    orrs    lr, r2, r3, lsl #12
    bne     dmul_nan
    orrs    lr, r0, r1, lsl #1
    beq     dmul_nan
dmul_infinity:
    movs    r0, #0
    movs    r1, #0
    movt    r1, #0x7ff0
    b       dmul_sign
`,
};

export const f64MultiplyV6M: Helper = {
  entries: ['__aeabi_dmul'],
  clobbers: ['r0', 'r1', 'r2', 'r3', 'r12', 'lr'],
  calls: ['__wasm_f64_pack', '__wasm_umull'],
  stackBytes: 48,
  text: `

dmul_special:
    cmp     r4, r7
    beq     dmul_a_special
    cmp     r5, r7
    beq     dmul_b_special
    lsls    r7, r1, #1
    orrs    r7, r7, r0
    beq     dmul_zero
    lsls    r7, r3, #1
    orrs    r7, r7, r2
    beq     dmul_zero
    cmp     r4, #0
    bne     dmul_b_tiny
    movs    r4, #1
dmul_a_up:                          @ normalise a subnormal operand
    subs    r4, r4, #1
    adds    r0, r0, r0
    adcs    r1, r1, r1
    lsls    r7, r1, #11
    bpl     dmul_a_up
dmul_b_tiny:
    cmp     r5, #0
    bne     dmul_normal
    movs    r5, #1
dmul_b_up:
    subs    r5, r5, #1
    adds    r2, r2, r2
    adcs    r3, r3, r3
    lsls    r7, r3, #11
    bpl     dmul_b_up
    b       dmul_normal
dmul_zero:
    movs    r0, #0
    movs    r1, #0
    b       dmul_sign
dmul_a_special:
    lsls    r4, r1, #12
    orrs    r4, r4, r0
    bne     dmul_nan
    lsls    r4, r3, #1              @ infinity times zero
    orrs    r4, r4, r2
    beq     dmul_nan
    cmp     r5, r7
    bne     dmul_infinity
    lsls    r4, r3, #12
    orrs    r4, r4, r2
    beq     dmul_infinity
dmul_nan:
    movs    r0, #0
    ldr     r1, =0x7ff80000
    pop     {r4, r5, r6, r7, pc}
dmul_b_special:
    lsls    r4, r3, #12
    orrs    r4, r4, r2
    bne     dmul_nan
    lsls    r4, r1, #1
    orrs    r4, r4, r0
    beq     dmul_nan
dmul_infinity:
    movs    r0, #0
    ldr     r1, =0x7ff00000
    b       dmul_sign

__aeabi_dmul:
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
    beq     dmul_special
    cmp     r5, #0
    beq     dmul_special
    cmp     r4, r7
    beq     dmul_special
    cmp     r5, r7
    beq     dmul_special
dmul_normal:
    movs    r7, #1
    lsls    r7, r7, #20
    lsls    r1, r1, #12
    lsrs    r1, r1, #12
    orrs    r1, r1, r7
    lsls    r3, r3, #12
    lsrs    r3, r3, #12
    orrs    r3, r3, r7
    adds    r4, r4, r5
    ldr     r5, =1023
    subs    r4, r4, r5
    mov     r12, r4                 @ r12: the exponent less 1
    lsls    r3, r3, #11             @ b with its leading bit in bit 63
    lsrs    r7, r2, #21
    orrs    r3, r3, r7
    lsls    r2, r2, #11
    push    {r0, r1, r2, r3, r6}
    movs    r1, r2
    bl      __wasm_umull
    movs    r4, r0                  @ the product in r7:r6:r5:r4
    movs    r5, r1
    ldr     r0, [sp, #4]
    ldr     r1, [sp, #8]
    bl      __wasm_umull
    movs    r6, #0
    adds    r5, r5, r0
    adcs    r6, r6, r1
    ldr     r0, [sp, #0]
    ldr     r1, [sp, #12]
    bl      __wasm_umull
    movs    r7, #0
    adds    r5, r5, r0
    adcs    r6, r6, r1
    adcs    r7, r7, r7
    ldr     r0, [sp, #4]
    ldr     r1, [sp, #12]
    bl      __wasm_umull
    adds    r0, r0, r6
    adcs    r1, r1, r7
    add     sp, #16
    movs    r2, r5
    cmp     r4, #0
    beq     dmul_exact
    movs    r3, #1
    orrs    r2, r2, r3
dmul_exact:
    mov     r4, r12
    lsrs    r3, r1, #20
    bne     dmul_placed
    adds    r2, r2, r2
    adcs    r0, r0, r0
    adcs    r1, r1, r1
    subs    r4, r4, #1
dmul_placed:
    bl      __wasm_f64_pack
    pop     {r6}
dmul_sign:
    orrs    r1, r1, r6
    pop     {r4, r5, r6, r7, pc}
`,
};
