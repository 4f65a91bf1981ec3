// Multiplication, shifts, rotations and division of i64.

import type { Helper } from './helper.js';

export const i64MultiplyThumb2: Helper = {
  entries: ['__aeabi_lmul'],
  clobbers: ['r0', 'r1', 'r12'],
  calls: [],
  stackBytes: 0,
  text: `
__aeabi_lmul:
    mul     r1, r1, r2
    mla     r1, r0, r3, r1
    umull   r0, r12, r0, r2
    add     r1, r1, r12
    bx      lr
`,
};

export const multiplyLongV6M: Helper = {
  entries: ['__wasm_umull'],
  clobbers: ['r0', 'r1', 'r2', 'r3', 'lr'],
  calls: [],
  stackBytes: 8,
  text: `
__wasm_umull:
    push    {r4, lr}
    uxth    r2, r0
    lsrs    r3, r0, #16
    uxth    r0, r1
    lsrs    r1, r1, #16
    movs    r4, r0
    muls    r4, r2, r4              @ low halves
    muls    r0, r3, r0
    muls    r2, r1, r2
    muls    r1, r3, r1              @ high halves
    movs    r3, #0
    adds    r2, r2, r0
    adcs    r3, r3, r3
    lsls    r3, r3, #16
    lsls    r0, r2, #16
    lsrs    r2, r2, #16
    adds    r0, r0, r4
    adcs    r1, r1, r2
    adds    r1, r1, r3
    pop     {r4, pc}
`,
};

export const i64MultiplyV6M: Helper = {
  entries: ['__aeabi_lmul'],
  clobbers: ['r0', 'r1', 'r2', 'r3', 'lr'],
  calls: ['__wasm_umull'],
  stackBytes: 16,
  text: `
__aeabi_lmul:
    push    {r4, lr}
    muls    r1, r2, r1
    muls    r3, r0, r3
    adds    r4, r1, r3
    movs    r1, r2
    bl      __wasm_umull
    adds    r1, r1, r4
    pop     {r4, pc}
`,
};

export const i64Shifts: readonly Helper[] = [
  {
    entries: ['__aeabi_llsl'],
    clobbers: ['r0', 'r1', 'r2', 'r3'],
    calls: [],
    stackBytes: 0,
    text: `
__aeabi_llsl:
    movs    r3, #63
    ands    r2, r2, r3
    movs    r3, r0
    lsls    r1, r1, r2
    lsls    r0, r0, r2
    subs    r2, r2, #32
    bhs     llsl_words
    rsbs    r2, r2, #0
    lsrs    r3, r3, r2
    orrs    r1, r1, r3
    bx      lr
llsl_words:
    lsls    r3, r3, r2
    movs    r1, r3
    bx      lr
`,
  },
  {
    entries: ['__aeabi_llsr'],
    clobbers: ['r0', 'r1', 'r2', 'r3'],
    calls: [],
    stackBytes: 0,
    text: `
__aeabi_llsr:
    movs    r3, #63
    ands    r2, r2, r3
    movs    r3, r1
    lsrs    r0, r0, r2
    lsrs    r1, r1, r2
    subs    r2, r2, #32
    bhs     llsr_words
    rsbs    r2, r2, #0
    lsls    r3, r3, r2
    orrs    r0, r0, r3
    bx      lr
llsr_words:
    lsrs    r3, r3, r2
    movs    r0, r3
    bx      lr
`,
  },
  {
    entries: ['__aeabi_lasr'],
    clobbers: ['r0', 'r1', 'r2', 'r3'],
    calls: [],
    stackBytes: 0,
    text: `
__aeabi_lasr:
    movs    r3, #63
    ands    r2, r2, r3
    movs    r3, r1
    lsrs    r0, r0, r2
    asrs    r1, r1, r2
    subs    r2, r2, #32
    bhs     lasr_words
    rsbs    r2, r2, #0
    lsls    r3, r3, r2
    orrs    r0, r0, r3
    bx      lr
lasr_words:
    asrs    r3, r3, r2
    movs    r0, r3
    bx      lr
`,
  },
  {
    entries: ['__wasm_i64_rotl', '__wasm_i64_rotr'],
    clobbers: ['r0', 'r1', 'r2', 'r3', 'r12'],
    calls: [],
    stackBytes: 8,
    text: `
__wasm_i64_rotr:
    rsbs    r2, r2, #0
__wasm_i64_rotl:
    push    {r4, r5}
    lsls    r3, r2, #26             @ negative: by 32 and more
    bpl     lrotl_words
    movs    r3, r0
    movs    r0, r1
    movs    r1, r3
lrotl_words:
    movs    r3, #31
    ands    r2, r2, r3
    movs    r3, #32
    subs    r3, r3, r2
    movs    r4, r0
    movs    r5, r1
    lsls    r0, r0, r2
    lsls    r1, r1, r2
    lsrs    r4, r4, r3
    lsrs    r5, r5, r3
    orrs    r0, r0, r5
    orrs    r1, r1, r4
    pop     {r4, r5}
    bx      lr
`,
  },
];
