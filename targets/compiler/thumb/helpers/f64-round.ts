// f64.ceil, floor, trunc and nearest, on the packed bits: a carry out of the fraction is the next exponent.

import type { Helper } from './helper.js';

export const f64Round: Helper = {
  entries: ['__wasm_f64_trunc', '__wasm_f64_ceil', '__wasm_f64_floor', '__wasm_f64_nearest'],
  clobbers: ['r0', 'r1', 'r2', 'r3', 'r12', 'lr'],
  calls: [],
  stackBytes: 12,
  text: `
__wasm_f64_ceil:
    cmp     r1, #0
    bmi     __wasm_f64_trunc
dround_away:
    movs    r3, #1
    b       dround
__wasm_f64_floor:
    cmp     r1, #0
    bmi     dround_away
__wasm_f64_trunc:
    movs    r3, #0
    b       dround
__wasm_f64_nearest:
    movs    r3, #2
dround:
    push    {r4, r5, lr}
    mov     r12, r3                 @ r12: 0 towards zero, 1 away from it, 2 to nearest
    lsls    r2, r1, #1
    lsrs    r2, r2, #21
    ldr     r3, =1023
    subs    r2, r2, r3
    bmi     dround_below_one
    cmp     r2, #52
    bhs     dround_whole
    movs    r3, #0                  @ r3:r2: the bits of the fraction
    mvns    r4, r3
    cmp     r2, #20
    bhs     dround_low
    lsrs    r3, r4, #12
    lsrs    r3, r3, r2
    movs    r2, r4
    b       dround_mode
dround_low:
    subs    r2, r2, #20
    lsrs    r4, r4, r2
    movs    r2, r4
dround_mode:
    mov     r4, r12
    cmp     r4, #1
    blo     dround_clear
    beq     dround_up
    lsls    r5, r3, #31             @ add a half
    lsrs    r4, r2, #1
    orrs    r5, r5, r4
    lsrs    r4, r3, #1
    cmp     r0, r0
    adcs    r0, r0, r5
    adcs    r1, r1, r4
    movs    r4, r0
    ands    r4, r4, r2
    movs    r5, r1
    ands    r5, r5, r3
    orrs    r4, r4, r5
    bne     dround_clear
    adds    r2, r2, r2              @ it was a half: clear the last bit, too
    adcs    r3, r3, r3
    adds    r2, r2, #1
    b       dround_clear
dround_up:
    adds    r0, r0, r2
    adcs    r1, r1, r3
dround_clear:
    bics    r0, r0, r2
    bics    r1, r1, r3
    pop     {r4, r5, pc}

dround_below_one:
    lsls    r2, r1, #1
    movs    r4, r2
    orrs    r4, r4, r0
    lsrs    r1, r1, #31
    lsls    r1, r1, #31
    mov     r3, r12
    cmp     r3, #1
    blo     dround_zero
    beq     dround_nonzero
    ldr     r3, =0x7fc00000         @ one half, without the sign's place
    cmp     r2, r3
    blo     dround_zero
    bhi     dround_one
    cmp     r0, #0
    b       dround_decide
dround_nonzero:
    cmp     r4, #0
dround_decide:
    beq     dround_zero
dround_one:
    ldr     r3, =0x3ff00000
    orrs    r1, r1, r3
dround_zero:
    movs    r0, #0
    pop     {r4, r5, pc}

dround_whole:                       @ an integer, an infinity or a NaN
    lsls    r2, r1, #1
    ldr     r3, =0xffe00000
    cmp     r2, r3
    blo     dround_done
    bhi     dround_nan
    cmp     r0, #0
    beq     dround_done
dround_nan:
    movs    r0, #0
    ldr     r1, =0x7ff80000
dround_done:
    pop     {r4, r5, pc}
`,
};
