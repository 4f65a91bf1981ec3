// Comparisons, minimum and maximum of f32 in core registers. The flags are those of f64-compare.ts.

import type { Helper } from './helper.js';

export const f32Compare: Helper = {
  entries: ['__wasm_f32_compare'],
  clobbers: ['r2', 'r3'],
  calls: [],
  stackBytes: 0,
  text: `
__wasm_f32_compare:
    movs    r3, #255
    lsls    r3, r3, #24
    lsls    r2, r0, #1
    cmp     r2, r3
    bhi     fcompare_unordered
    lsls    r2, r1, #1
    cmp     r2, r3
    bhi     fcompare_unordered
    movs    r2, r0
    eors    r2, r2, r1
    bmi     fcompare_signs
    cmp     r0, r1
    beq     fcompare_done
    sbcs    r2, r2, r2              @ -1 if a's bits are less
    cmp     r0, #0
    bpl     fcompare_positive
    mvns    r2, r2
fcompare_positive:
    adds    r2, r2, #1
    lsls    r2, r2, #1
    cmp     r2, #1
fcompare_done:
    bx      lr
fcompare_signs:                     @ zeros are equal
    movs    r2, r0
    orrs    r2, r2, r1
    lsls    r2, r2, #1
    beq     fcompare_zeros
    lsrs    r2, r1, #31
    lsls    r2, r2, #1
    cmp     r2, #1
    bx      lr
fcompare_zeros:
    cmp     r2, #0
    bx      lr
fcompare_unordered:
    movs    r2, #1
    lsls    r2, r2, #31
    cmp     r2, #1
    bx      lr
`,
};

function extremum(entry: string, first: string, joined: string): string {
  return `
${entry}:
    push    {r4, lr}
    bl      __wasm_f32_compare
    bvs     ${entry}_nan
    beq     ${entry}_equal
    b${first}     ${entry}_first
    movs    r0, r1
${entry}_first:
    pop     {r4, pc}
${entry}_equal:
    ${joined}    r0, r0, r1
    pop     {r4, pc}
${entry}_nan:
    ldr     r0, =0x7fc00000
    pop     {r4, pc}
`;
}

export const f32Extrema: readonly Helper[] = [
  ['__wasm_f32_min', 'mi', 'orrs'],
  ['__wasm_f32_max', 'gt', 'ands'],
].map(([entry, first, joined]) => ({
  entries: [entry],
  clobbers: ['r0', 'r2', 'r3', 'lr'],
  calls: f32Compare.entries,
  stackBytes: 8,
  text: extremum(entry, first, joined),
}));
