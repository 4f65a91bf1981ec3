// Comparisons of f64. The common routine leaves the flags of the processor as VCMP and VMRS would, so that a branch can follow it:
// EQ equal, NE not equal or unordered, MI less, LS less or equal, GT greater, GE greater or equal, VS unordered.

import type { Helper } from './helper.js';

export const f64CompareThumb2: Helper = {
  entries: ['__wasm_f64_compare'],
  clobbers: ['r12'],
  calls: [],
  stackBytes: 0,
  text: `
__wasm_f64_compare:
    lsl     r12, r1, #1
    mvns    r12, r12, asr #21
    beq     dcompare_a_special
dcompare_b:
    lsl     r12, r3, #1
    mvns    r12, r12, asr #21
    beq     dcompare_b_special
dcompare_ordered:
    teq     r1, r3
    bmi     dcompare_signs
    cmp     r1, r3
    it      eq
    cmpeq   r0, r2
    beq     dcompare_equal
    sbc     r12, r12, r12           @ -1 if a's bits are less
    eor     r12, r12, r1, asr #31
    adds    r12, r12, #1
    lsl     r12, r12, #1
    cmp     r12, #1
    bx      lr
dcompare_equal:
    bx      lr
dcompare_signs:                     @ zeros are equal
    orr     r12, r1, r3
    lsl     r12, r12, #1
    orr     r12, r12, r0
    orrs    r12, r12, r2
    beq     dcompare_zeros
    mvn     r12, r1, asr #31
    and     r12, r12, #2
    cmp     r12, #1
    bx      lr
dcompare_zeros:
    cmp     r12, #0
    bx      lr
dcompare_a_special:
    orrs    r12, r0, r1, lsl #12
    beq     dcompare_b
dcompare_unordered:
    mov     r12, #0x80000000
    cmp     r12, #1
    bx      lr
dcompare_b_special:
    orrs    r12, r2, r3, lsl #12
    beq     dcompare_ordered
    b       dcompare_unordered
`,
};

export const f64CompareV6M: Helper = {
  entries: ['__wasm_f64_compare'],
  clobbers: ['lr'],
  calls: [],
  stackBytes: 8,
  text: `
__wasm_f64_compare:
    push    {r4, lr}
    lsls    r4, r1, #1
    asrs    r4, r4, #21
    adds    r4, r4, #1
    beq     dcompare_a_special
dcompare_b:
    lsls    r4, r3, #1
    asrs    r4, r4, #21
    adds    r4, r4, #1
    beq     dcompare_b_special
dcompare_ordered:
    movs    r4, r1
    eors    r4, r4, r3
    bmi     dcompare_signs
    cmp     r1, r3
    bne     dcompare_unequal
    cmp     r0, r2
    beq     dcompare_done
dcompare_unequal:
    sbcs    r4, r4, r4              @ -1 if a's bits are less
    cmp     r1, #0
    bpl     dcompare_positive
    mvns    r4, r4
dcompare_positive:
    adds    r4, r4, #1
    lsls    r4, r4, #1
    cmp     r4, #1
dcompare_done:
    pop     {r4, pc}
dcompare_signs:                     @ zeros are equal
    movs    r4, r1
    orrs    r4, r4, r3
    lsls    r4, r4, #1
    orrs    r4, r4, r0
    orrs    r4, r4, r2
    beq     dcompare_zeros
    asrs    r4, r3, #31
    lsrs    r4, r4, #31
    lsls    r4, r4, #1
    cmp     r4, #1
    pop     {r4, pc}
dcompare_zeros:
    cmp     r4, #0
    pop     {r4, pc}
dcompare_a_special:
    lsls    r4, r1, #12
    orrs    r4, r4, r0
    beq     dcompare_b
dcompare_unordered:
    movs    r4, #1
    lsls    r4, r4, #31
    cmp     r4, #1
    pop     {r4, pc}
dcompare_b_special:
    lsls    r4, r3, #12
    orrs    r4, r4, r2
    beq     dcompare_ordered
    b       dcompare_unordered
`,
};

/** `a OP b` as 0 or 1, from the flags of a comparison. */
function comparisonText(entry: string, compare: string, condition: string): string {
  return `
${entry}:
    push    {r4, lr}
    bl      ${compare}
    b${condition}     ${entry}_true
    movs    r0, #0
    pop     {r4, pc}
${entry}_true:
    movs    r0, #1
    pop     {r4, pc}
`;
}

const CONDITIONS = { eq: 'eq', lt: 'mi', le: 'ls', gt: 'gt', ge: 'ge' };

/** Returns a unit for each comparison of a float type: `d` f64, `f` f32. */
export function comparisons(type: 'd' | 'f', compare: Helper): Helper[] {
  return Object.entries(CONDITIONS).map(([name, condition]) => {
    const entry = `__aeabi_${type}cmp${name}`;
    return {
      entries: [entry],
      clobbers: [...new Set(['r0', 'lr', ...compare.clobbers])],
      calls: compare.entries,
      stackBytes: 8 + compare.stackBytes,
      text: comparisonText(entry, compare.entries[0], condition),
    };
  });
}
