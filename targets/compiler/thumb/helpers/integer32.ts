// Operations for which ARMv6-M has no instructions: i32 division, and counting bits.

import type { Helper } from './helper.js';

/** The step for one bit of the quotient; its carry is the bit. */
function bitText(bit: number): string {
  const shifted = bit === 0 ? 'r0' : 'r3';
  return `uidiv_bit${bit}:
${bit === 0 ? '' : `    lsrs    r3, r0, #${bit}\n`}    cmp     ${shifted}, r1
    blo     uidiv_next${bit}
${bit === 0 ? '' : `    lsls    r3, r1, #${bit}\n`}    subs    r0, r0, ${bit === 0 ? 'r1' : 'r3'}
uidiv_next${bit}:
    adcs    r2, r2, r2
`;
}

/** Goes on at `label` if no bit above `bit` is set in the quotient. */
const skipText = (bit: number, label: string) => `    lsrs    r3, r0, #${bit + 1}
    cmp     r3, r1
    blo     ${label}
`;

const bits = (from: number, to: number) =>
  Array.from({ length: from - to + 1 }, (_, index) => bitText(from - index)).join('');

export const i32DivideV6M: readonly Helper[] = [
  {
    entries: ['__aeabi_uidivmod', '__aeabi_uidiv'],
    clobbers: ['r0', 'r1', 'r2', 'r3'],
    calls: [],
    stackBytes: 0,
    text: `
__aeabi_uidiv:
__aeabi_uidivmod:
    movs    r2, #0
${skipText(15, 'uidiv_half')}${skipText(23, 'uidiv_bit23')}${bits(31, 16)}    b       uidiv_bit15
uidiv_half:
${skipText(7, 'uidiv_bit7')}${bits(15, 0)}    movs    r1, r0
    movs    r0, r2
    bx      lr
`,
  },
  {
    entries: ['__aeabi_idivmod', '__aeabi_idiv'],
    clobbers: ['r0', 'r1', 'r2', 'r3', 'lr'],
    calls: ['__aeabi_uidivmod'],
    stackBytes: 12,
    text: `
__aeabi_idiv:
__aeabi_idivmod:
    push    {r4, r5, lr}
    movs    r4, r0
    movs    r5, r0
    eors    r5, r5, r1
    cmp     r0, #0
    bpl     idiv_a_positive
    rsbs    r0, r0, #0
idiv_a_positive:
    cmp     r1, #0
    bpl     idiv_b_positive
    rsbs    r1, r1, #0
idiv_b_positive:
    bl      __aeabi_uidivmod
    cmp     r5, #0
    bpl     idiv_quotient
    rsbs    r0, r0, #0
idiv_quotient:
    cmp     r4, #0
    bpl     idiv_remainder
    rsbs    r1, r1, #0
idiv_remainder:
    pop     {r4, r5, pc}
`,
  },
];

export const bitCountsV6M: readonly Helper[] = [
  {
    entries: ['__clzsi2'],
    clobbers: ['r0', 'r1', 'r2'],
    calls: [],
    stackBytes: 0,
    text: `
__clzsi2:
    movs    r1, #32
    lsrs    r2, r0, #16
    beq     clz_8
    movs    r0, r2
    subs    r1, r1, #16
clz_8:
    lsrs    r2, r0, #8
    beq     clz_4
    movs    r0, r2
    subs    r1, r1, #8
clz_4:
    lsrs    r2, r0, #4
    beq     clz_2
    movs    r0, r2
    subs    r1, r1, #4
clz_2:
    lsrs    r2, r0, #2
    beq     clz_1
    movs    r0, r2
    subs    r1, r1, #2
clz_1:
    lsrs    r2, r0, #1
    beq     clz_done
    movs    r0, r2
    subs    r1, r1, #1
clz_done:
    subs    r0, r1, r0
    bx      lr
`,
  },
  {
    entries: ['__ctzsi2'],
    clobbers: ['r0', 'r1', 'r2', 'lr'],
    calls: ['__clzsi2'],
    stackBytes: 8,
    text: `
__ctzsi2:
    push    {r4, lr}
    rsbs    r1, r0, #0
    movs    r4, #32
    ands    r0, r0, r1
    beq     ctz_done
    bl      __clzsi2
    movs    r4, #31
    subs    r4, r4, r0
ctz_done:
    movs    r0, r4
    pop     {r4, pc}
`,
  },
];

/** Sums of neighbouring fields, in all fields at once. */
export const populationCount: Helper = {
  entries: ['__popcountsi2'],
  clobbers: ['r0', 'r1', 'r2'],
  calls: [],
  stackBytes: 0,
  text: `
__popcountsi2:
    ldr     r2, =0x55555555
    lsrs    r1, r0, #1
    ands    r1, r1, r2
    subs    r0, r0, r1
    ldr     r2, =0x33333333
    lsrs    r1, r0, #2
    ands    r1, r1, r2
    ands    r0, r0, r2
    adds    r0, r0, r1
    lsrs    r1, r0, #4
    adds    r0, r0, r1
    ldr     r2, =0x0f0f0f0f
    ands    r0, r0, r2
    ldr     r2, =0x01010101
    muls    r0, r2, r0
    lsrs    r0, r0, #24
    bx      lr
`,
};
