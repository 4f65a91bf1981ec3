// f64.min and f64.max: a NaN operand gives the canonical NaN, and -0 is less than +0.

import type { Helper } from './helper.js';

/** The lesser operand where `chosen` is the condition of a smaller first operand. Of equal ones only zeros have different bits. */
function extremum(entry: string, first: string, joined: string): string {
  return `
${entry}:
    push    {r4, lr}
    bl      __wasm_f64_compare
    bvs     ${entry}_nan
    beq     ${entry}_equal
    b${first}     ${entry}_first
    movs    r0, r2
    movs    r1, r3
${entry}_first:
    pop     {r4, pc}
${entry}_equal:
    ${joined}    r1, r1, r3
    pop     {r4, pc}
${entry}_nan:
    movs    r0, #0
    ldr     r1, =0x7ff80000
    pop     {r4, pc}
`;
}

export function f64Extrema(compare: Helper): Helper[] {
  return [
    ['__wasm_f64_min', 'mi', 'orrs'],
    ['__wasm_f64_max', 'gt', 'ands'],
  ].map(([entry, first, joined]) => ({
    entries: [entry],
    clobbers: [...new Set(['r0', 'r1', 'lr', ...compare.clobbers])],
    calls: compare.entries,
    stackBytes: 8 + compare.stackBytes,
    text: extremum(entry, first, joined),
  }));
}
