// f32 addition, subtraction, multiplication and division for cores without a float unit.

import type { Helper } from './helper.js';

/**
 * In: r1 the significand with its leading bit in bit 31, r0 not 0 if bits behind it are set, r4 the biased exponent less 1. Out: r0 the
 * f32 without its sign.
 */
export const f32Pack: Helper = {
  entries: ['__wasm_f32_pack'],
  clobbers: ['r0', 'r1', 'r2', 'r4'],
  calls: [],
  stackBytes: 0,
  text: `
__wasm_f32_pack:
    cmp     r0, #0
    beq     fpack_exact
    movs    r0, #1
    orrs    r1, r1, r0
fpack_exact:
    cmp     r4, #254
    bhs     fpack_edge
fpack_round:                        @ to nearest, ties to even
    lsls    r4, r4, #23
    lsrs    r0, r1, #8
    lsls    r1, r1, #24
    lsrs    r2, r0, #1
    ldr     r2, =0x7fffffff
    adcs    r1, r1, r2
    adcs    r0, r0, r4
    bx      lr
fpack_edge:
    cmp     r4, #0
    bge     fpack_infinity
    rsbs    r4, r4, #0                  @ subnormal: shift right
    cmp     r4, #24
    bhi     fpack_zero
    movs    r2, #32
    subs    r2, r2, r4
    movs    r0, r1
    lsrs    r1, r1, r4
    movs    r4, #0
    lsls    r0, r0, r2
    beq     fpack_round
    movs    r0, #1
    orrs    r1, r1, r0
    b       fpack_round
fpack_infinity:
    movs    r0, #255
    lsls    r0, r0, #23
    bx      lr
fpack_zero:
    movs    r0, #0
    bx      lr
`,
};

export const f32Add: Helper = {
  entries: ['__aeabi_fadd', '__aeabi_fsub'],
  clobbers: ['r0', 'r1', 'r2', 'r3'],
  calls: [],
  stackBytes: 16,
  text: `
__aeabi_fsub:
    movs    r2, #1
    lsls    r2, r2, #31
    eors    r1, r1, r2
__aeabi_fadd:
    push    {r4, r5, r6, lr}
    lsls    r2, r0, #1
    lsls    r3, r1, #1
    cmp     r2, r3
    bhs     fadd_ordered
    movs    r4, r0
    movs    r0, r1
    movs    r1, r4
    movs    r4, r2
    movs    r2, r3
    movs    r3, r4
fadd_ordered:                       @ |a| >= |b|
    lsrs    r4, r2, #24             @ r4, r5: the exponents
    cmp     r4, #255
    beq     fadd_special
    movs    r6, #1
    lsls    r6, r6, #30
    lsls    r2, r2, #8              @ r2, r3: the significands with their leading bits in bit 30
    lsrs    r2, r2, #2
    lsrs    r5, r3, #24
    beq     fadd_tiny
    lsls    r3, r3, #8
    lsrs    r3, r3, #2
    orrs    r2, r2, r6
    orrs    r3, r3, r6
fadd_align:
    subs    r5, r4, r5
    beq     fadd_aligned
    cmp     r5, #31
    bhi     fadd_same               @ b is below half of the last place
    movs    r6, r3
    lsrs    r3, r3, r5
    rsbs    r5, r5, #0
    adds    r5, r5, #32
    lsls    r6, r6, r5
    beq     fadd_aligned
    movs    r5, #1
    orrs    r3, r3, r5
fadd_aligned:
    eors    r1, r1, r0
    bmi     fadd_subtract
    adds    r2, r2, r3
    bpl     fadd_placed
    lsrs    r2, r2, #1              @ the sum is 2 or more
    adcs    r1, r1, r1
    movs    r3, #1
    ands    r1, r1, r3
    orrs    r2, r2, r1
    adds    r4, r4, #1
    cmp     r4, #255
    bne     fadd_placed
    movs    r2, #0
    b       fadd_pack_exact
fadd_subtract:
    subs    r2, r2, r3
    beq     fadd_zero
    lsls    r3, r2, #1
    bmi     fadd_placed
fadd_up:
    cmp     r4, #1
    beq     fadd_placed
    subs    r4, r4, #1
    adds    r2, r2, r2
    lsls    r3, r2, #1
    bpl     fadd_up
fadd_placed:                        @ round to nearest, ties to even
    lsrs    r3, r2, #8
    movs    r3, #63
    adcs    r2, r2, r3
    lsrs    r2, r2, #7
    subs    r4, r4, #1
fadd_pack_exact:
    lsls    r4, r4, #23
    adds    r2, r2, r4
    lsrs    r0, r0, #31
    lsls    r0, r0, #31
    orrs    r0, r0, r2
fadd_same:
    pop     {r4, r5, r6, pc}
fadd_zero:
    movs    r0, #0
    pop     {r4, r5, r6, pc}
fadd_tiny:                          @ b is zero or subnormal
    cmp     r3, #0
    beq     fadd_zero_operand
    movs    r5, #1
    lsls    r3, r3, #6
    cmp     r4, #0
    beq     fadd_both_tiny
    orrs    r2, r2, r6
    b       fadd_align
fadd_both_tiny:
    movs    r4, #1
    b       fadd_align
fadd_zero_operand:
    cmp     r4, #0
    bne     fadd_same
    cmp     r2, #0
    bne     fadd_same
    ands    r0, r0, r1              @ zeros: negative if both are
    pop     {r4, r5, r6, pc}
fadd_special:                       @ a is an infinity or a NaN
    lsls    r4, r2, #8
    bne     fadd_nan
    cmp     r2, r3
    bne     fadd_same
    cmp     r0, r1                  @ infinities of both signs
    beq     fadd_same
fadd_nan:
    ldr     r0, =0x7fc00000
    pop     {r4, r5, r6, pc}
`,
};

/** Unpacks the operands: r4, r5 the exponents, r6 the sign of the result, r0, r1 the significands with their leading bits in bit 31. */
function operandsText(prefix: string): string {
  return `
    push    {r4, r5, r6, lr}
    movs    r6, r0
    eors    r6, r6, r1
    lsrs    r6, r6, #31
    lsls    r6, r6, #31
    lsls    r2, r0, #1
    lsls    r3, r1, #1
    lsrs    r4, r2, #24
    beq     ${prefix}_special
    lsrs    r5, r3, #24
    beq     ${prefix}_special
    cmp     r4, #255
    beq     ${prefix}_special
    cmp     r5, #255
    beq     ${prefix}_special
    lsls    r0, r0, #8
    lsls    r1, r1, #8
${prefix}_normal:
    movs    r2, #1
    lsls    r2, r2, #31
    orrs    r0, r0, r2
    orrs    r1, r1, r2`;
}

/** Normalises subnormal operands, which are not zero, and goes on. r2, r3: the operands without their signs. */
function tinyText(prefix: string): string {
  return `
    lsls    r0, r0, #8
    cmp     r4, #0
    bne     ${prefix}_b_tiny
    adds    r4, r4, #1
${prefix}_a_up:
    subs    r4, r4, #1
    adds    r0, r0, r0
    bpl     ${prefix}_a_up
${prefix}_b_tiny:
    lsls    r1, r1, #8
    cmp     r5, #0
    bne     ${prefix}_normal
    adds    r5, r5, #1
${prefix}_b_up:
    subs    r5, r5, #1
    adds    r1, r1, r1
    bpl     ${prefix}_b_up
    b       ${prefix}_normal`;
}

/** `multiply` leaves the product of r0 and r1 in r1:r0. */
function f32Multiply(multiply: string, calls: readonly string[], stackBytes: number): Helper {
  return {
    entries: ['__aeabi_fmul'],
    clobbers: ['r0', 'r1', 'r2', 'r3', 'lr'],
    calls: ['__wasm_f32_pack', ...calls],
    stackBytes: 16 + stackBytes,
    text: `
__aeabi_fmul:${operandsText('fmul')}
    adds    r4, r4, r5
    subs    r4, r4, #127
${multiply}
    cmp     r1, #0
    bmi     fmul_placed
    adds    r0, r0, r0
    adcs    r1, r1, r1
    subs    r4, r4, #1
fmul_placed:
    bl      __wasm_f32_pack
fmul_sign:
    orrs    r0, r0, r6
    pop     {r4, r5, r6, pc}

fmul_special:
    lsrs    r5, r3, #24
    cmp     r4, #255
    beq     fmul_a_special
    cmp     r5, #255
    beq     fmul_b_special
    cmp     r2, #0
    beq     fmul_zero
    cmp     r3, #0
    beq     fmul_zero${tinyText('fmul')}
fmul_zero:
    movs    r0, #0
    b       fmul_sign
fmul_a_special:
    lsls    r4, r2, #8
    bne     fmul_nan
    cmp     r3, #0                  @ infinity times zero
    beq     fmul_nan
    cmp     r5, #255
    bne     fmul_infinity
    lsls    r4, r3, #8
    beq     fmul_infinity
fmul_nan:
    ldr     r0, =0x7fc00000
    pop     {r4, r5, r6, pc}
fmul_b_special:
    lsls    r4, r3, #8
    bne     fmul_nan
    cmp     r2, #0
    beq     fmul_nan
fmul_infinity:
    movs    r0, #255
    lsls    r0, r0, #23
    b       fmul_sign
`,
  };
}

export const f32MultiplyThumb2 = f32Multiply('    umull   r0, r1, r0, r1', [], 0);
export const f32MultiplyV6M = f32Multiply('    bl      __wasm_umull', ['__wasm_umull'], 8);

/** `divide` leaves r0 / r1, which is 1 to 2, in r2 with its leading bit in bit 31, and the remainder in r0. */
function f32Divide(divide: string): Helper {
  return {
    entries: ['__aeabi_fdiv'],
    clobbers: ['r0', 'r1', 'r2', 'r3', 'lr'],
    calls: ['__wasm_f32_pack'],
    stackBytes: 16,
    text: `
__aeabi_fdiv:${operandsText('fdiv')}
    subs    r4, r4, r5
    adds    r4, r4, #126
    lsrs    r0, r0, #8
    lsrs    r1, r1, #8
    cmp     r0, r1
    bhs     fdiv_placed
    adds    r0, r0, r0
    subs    r4, r4, #1
fdiv_placed:${divide}
    movs    r1, r2
    bl      __wasm_f32_pack
fdiv_sign:
    orrs    r0, r0, r6
    pop     {r4, r5, r6, pc}

fdiv_special:
    lsrs    r5, r3, #24
    cmp     r4, #255
    beq     fdiv_a_special
    cmp     r5, #255
    beq     fdiv_b_special
    cmp     r3, #0
    beq     fdiv_by_zero
    cmp     r2, #0
    beq     fdiv_zero${tinyText('fdiv')}
fdiv_a_special:
    lsls    r4, r2, #8
    bne     fdiv_nan
    cmp     r5, #255                @ infinity by infinity or a NaN
    bne     fdiv_infinity
fdiv_nan:
    ldr     r0, =0x7fc00000
    pop     {r4, r5, r6, pc}
fdiv_b_special:
    lsls    r4, r3, #8
    bne     fdiv_nan
fdiv_zero:
    movs    r0, #0
    b       fdiv_sign
fdiv_by_zero:
    cmp     r2, #0
    beq     fdiv_nan
fdiv_infinity:
    movs    r0, #255
    lsls    r0, r0, #23
    b       fdiv_sign
`,
  };
}

/** Four digits: one of 8 bits, the first of which is set, and three more. */
export const f32DivideThumb2 = f32Divide(`
    lsls    r0, r0, #7
    udiv    r2, r0, r1
    mls     r0, r2, r1, r0
${`    lsls    r0, r0, #8
    udiv    r3, r0, r1
    mls     r0, r3, r1, r0
    orr     r2, r3, r2, lsl #8
`
  .repeat(3)
  .trimEnd()}`);

/** 25 bits: those of the result and the one that decides about rounding. */
export const f32DivideV6M = f32Divide(`
    movs    r2, #0
    movs    r3, #25
fdiv_bit:
    cmp     r0, r1
    blo     fdiv_next
    subs    r0, r0, r1
fdiv_next:
    adcs    r2, r2, r2
    adds    r0, r0, r0
    subs    r3, r3, #1
    bne     fdiv_bit
    lsls    r2, r2, #7`);
