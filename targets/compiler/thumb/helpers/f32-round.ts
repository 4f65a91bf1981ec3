// f32.ceil, floor, trunc and nearest in core registers, as in f64-round.ts.

import type { Helper } from './helper.js';

export const f32Round: Helper = {
  entries: ['__wasm_f32_trunc', '__wasm_f32_ceil', '__wasm_f32_floor', '__wasm_f32_nearest'],
  clobbers: ['r0', 'r1', 'r2', 'r3'],
  calls: [],
  stackBytes: 0,
  text: `
__wasm_f32_ceil:
    cmp     r0, #0
    bmi     __wasm_f32_trunc
fround_away:
    movs    r3, #1
    b       fround
__wasm_f32_floor:
    cmp     r0, #0
    bmi     fround_away
__wasm_f32_trunc:
    movs    r3, #0
    b       fround
__wasm_f32_nearest:
    movs    r3, #2
fround:                             @ r3: 0 towards zero, 1 away from it, 2 to nearest
    lsls    r1, r0, #1
    lsrs    r2, r1, #24
    subs    r2, r2, #127
    bmi     fround_below_one
    cmp     r2, #23
    bhs     fround_whole
    ldr     r1, =0x7fffff           @ the bits of the fraction
    lsrs    r1, r1, r2
    cmp     r3, #1
    blo     fround_clear
    beq     fround_up
    lsrs    r2, r1, #1              @ add a half
    adds    r0, r0, r2
    adds    r0, r0, #1
    tst     r0, r1
    bne     fround_clear
    adds    r1, r1, r1              @ it was a half: clear the last bit, too
    adds    r1, r1, #1
    b       fround_clear
fround_up:
    adds    r0, r0, r1
fround_clear:
    bics    r0, r0, r1
    bx      lr

fround_below_one:
    lsrs    r0, r0, #31
    lsls    r0, r0, #31
    cmp     r3, #1
    blo     fround_done
    beq     fround_nonzero
    ldr     r3, =0x7e000000         @ one half, without the sign's place
    cmp     r1, r3
    bls     fround_done
    b       fround_one
fround_nonzero:
    cmp     r1, #0
    beq     fround_done
fround_one:
    ldr     r3, =0x3f800000
    orrs    r0, r0, r3
fround_done:
    bx      lr

fround_whole:                       @ an integer, an infinity or a NaN
    ldr     r3, =0xff000000
    cmp     r1, r3
    bls     fround_done
    ldr     r0, =0x7fc00000
    bx      lr
`,
};
