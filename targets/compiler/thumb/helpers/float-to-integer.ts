// Truncations of f64 and f32 to i32 and i64. They saturate, and a NaN gives 0. Beside the result, they return what the instruction that
// does not saturate does: 0, or the code of its trap.

import { Trap } from '../../../../src/trap.js';
import type { Helper } from './helper.js';

/** Branches to `nan` if r1:r0 is one. Changes r3. */
function nanText(entry: string, nan: string): string {
  return `
    lsls    r3, r1, #1
    lsrs    r3, r3, #21
    adds    r3, r3, #1
    lsrs    r3, r3, #11
    beq     ${entry}_number
    lsls    r3, r1, #12
    orrs    r3, r3, r0
    bne     ${nan}
${entry}_number:`;
}

/** Changes r3. */
const negated = (low: string, high: string) => `
    movs    r3, #0
    rsbs    ${low}, ${low}, #0
    sbcs    r3, r3, ${high}
    movs    ${high}, r3
`;

export const f64ToIntegers: readonly Helper[] = [
  {
    entries: ['__aeabi_d2iz'],
    clobbers: ['r0', 'r1', 'r2', 'r3'],
    calls: [],
    stackBytes: 0,
    text: `
__aeabi_d2iz:
    lsls    r2, r1, #1
    lsrs    r2, r2, #21
    ldr     r3, =1054
    subs    r2, r3, r2              @ 31 less the exponent
    ble     d2iz_large
    cmp     r2, #31
    bhi     d2iz_zero
    lsls    r3, r1, #11
    lsrs    r0, r0, #21
    orrs    r0, r0, r3
    movs    r3, #1
    lsls    r3, r3, #31
    orrs    r0, r0, r3
    lsrs    r0, r0, r2
    cmp     r1, #0
    bpl     d2iz_exact
    rsbs    r0, r0, #0
d2iz_exact:
    movs    r1, #0
    bx      lr
d2iz_zero:
    movs    r0, #0
    movs    r1, #0
    bx      lr
d2iz_large:${nanText('d2iz', 'd2iz_nan')}
    lsrs    r0, r0, #21
    lsls    r3, r1, #12
    orrs    r0, r0, r3
    orrs    r0, r0, r2
    asrs    r2, r1, #31
    movs    r1, #${Trap.IntegerOverflow}
    cmp     r0, #0
    bne     d2iz_saturated
    cmp     r2, #0                  @ -2^31, and what truncates to it
    beq     d2iz_saturated
    movs    r1, #0
d2iz_saturated:
    ldr     r0, =0x7fffffff
    eors    r0, r0, r2
    bx      lr
d2iz_nan:
    movs    r0, #0
    movs    r1, #${Trap.InvalidConversion}
    bx      lr
`,
  },
  {
    entries: ['__aeabi_d2uiz'],
    clobbers: ['r0', 'r1', 'r2', 'r3'],
    calls: [],
    stackBytes: 0,
    text: `
__aeabi_d2uiz:
    lsls    r2, r1, #1
    lsrs    r2, r2, #21
    ldr     r3, =1054
    subs    r2, r3, r2              @ 31 less the exponent
    cmp     r2, #31
    bgt     d2uiz_zero
    cmp     r1, #0
    bmi     d2uiz_outside
    cmp     r2, #0
    blt     d2uiz_outside
    lsls    r1, r1, #11
    lsrs    r0, r0, #21
    orrs    r0, r0, r1
    movs    r3, #1
    lsls    r3, r3, #31
    orrs    r0, r0, r3
    lsrs    r0, r0, r2
    movs    r1, #0
    bx      lr
d2uiz_zero:
    movs    r0, #0
    movs    r1, #0
    bx      lr
d2uiz_outside:${nanText('d2uiz', 'd2uiz_nan')}
    asrs    r0, r1, #31
    mvns    r0, r0
    movs    r1, #${Trap.IntegerOverflow}
    bx      lr
d2uiz_nan:
    movs    r0, #0
    movs    r1, #${Trap.InvalidConversion}
    bx      lr
`,
  },
  {
    entries: ['__aeabi_d2lz', '__aeabi_d2ulz'],
    clobbers: ['r0', 'r1', 'r2', 'r3', 'r12'],
    calls: [],
    stackBytes: 8,
    text: `
__aeabi_d2ulz:
    movs    r2, #0
    b       d2lz
__aeabi_d2lz:
    movs    r2, #1
d2lz:
    mov     r12, r2                 @ r12: 1 if signed
    lsls    r2, r1, #1
    lsrs    r2, r2, #21
    ldr     r3, =1086
    subs    r2, r3, r2              @ 63 less the exponent
    cmp     r2, #63
    bgt     d2lz_zero
    mov     r3, r12
    cmp     r3, r2
    bgt     d2lz_outside            @ at least 2^63, or 2^64
    cmp     r1, #0
    bpl     d2lz_inside
    cmp     r3, #0
    beq     d2lz_outside
d2lz_inside:
    push    {r4, r5}
    movs    r4, r1
    lsls    r1, r1, #11
    lsrs    r3, r0, #21
    orrs    r1, r1, r3
    movs    r3, #1
    lsls    r3, r3, #31
    orrs    r1, r1, r3
    lsls    r0, r0, #11
    movs    r3, r2
    subs    r3, r3, #32
    bhs     d2lz_word
    rsbs    r3, r3, #0
    movs    r5, r1
    lsls    r5, r5, r3
    lsrs    r0, r0, r2
    orrs    r0, r0, r5
    lsrs    r1, r1, r2
    b       d2lz_sign
d2lz_word:
    movs    r0, r1
    lsrs    r0, r0, r3
    movs    r1, #0
d2lz_sign:
    cmp     r4, #0
    bpl     d2lz_exact${negated('r0', 'r1')}d2lz_exact:
    movs    r2, #0
    pop     {r4, r5}
    bx      lr
d2lz_zero:
    movs    r0, #0
    movs    r1, #0
    movs    r2, #0
    bx      lr
d2lz_outside:${nanText('d2lz', 'd2lz_nan')}
    mov     r3, r12
    cmp     r3, #0
    beq     d2lz_unsigned
    lsls    r3, r1, #12
    orrs    r3, r3, r0
    orrs    r3, r3, r2
    movs    r2, #${Trap.IntegerOverflow}
    asrs    r0, r1, #31
    mvns    r0, r0
    cmp     r3, #0
    bne     d2lz_saturated
    cmp     r1, #0                  @ -2^63
    bpl     d2lz_saturated
    movs    r2, #0
d2lz_saturated:
    movs    r3, #1
    lsls    r3, r3, #31
    movs    r1, r0
    eors    r1, r1, r3
    bx      lr
d2lz_unsigned:
    asrs    r0, r1, #31
    mvns    r0, r0
    movs    r1, r0
    movs    r2, #${Trap.IntegerOverflow}
    bx      lr
d2lz_nan:
    movs    r0, #0
    movs    r1, #0
    movs    r2, #${Trap.InvalidConversion}
    bx      lr
`,
  },
];

export const f32ToI32: readonly Helper[] = [
  {
    entries: ['__aeabi_f2iz'],
    clobbers: ['r0', 'r1', 'r2', 'r3'],
    calls: [],
    stackBytes: 0,
    text: `
__aeabi_f2iz:
    lsls    r1, r0, #1
    lsrs    r1, r1, #24
    movs    r2, #158
    subs    r2, r2, r1              @ 31 less the exponent
    ble     f2iz_large
    cmp     r2, #31
    bhi     f2iz_zero
    lsls    r1, r0, #8
    movs    r3, #1
    lsls    r3, r3, #31
    orrs    r1, r1, r3
    lsrs    r1, r1, r2
    cmp     r0, #0
    bpl     f2iz_positive
    rsbs    r1, r1, #0
f2iz_positive:
    movs    r0, r1
    movs    r1, #0
    bx      lr
f2iz_zero:
    movs    r0, #0
    movs    r1, #0
    bx      lr
f2iz_large:
    lsls    r1, r0, #1
    movs    r3, #255
    lsls    r3, r3, #24
    cmp     r1, r3
    bhi     f2iz_nan
    movs    r3, #207                @ -2^31
    lsls    r3, r3, #24
    movs    r1, #0
    cmp     r0, r3
    beq     f2iz_saturated
    movs    r1, #${Trap.IntegerOverflow}
f2iz_saturated:
    asrs    r2, r0, #31
    ldr     r0, =0x7fffffff
    eors    r0, r0, r2
    bx      lr
f2iz_nan:
    movs    r0, #0
    movs    r1, #${Trap.InvalidConversion}
    bx      lr
`,
  },
  {
    entries: ['__aeabi_f2uiz'],
    clobbers: ['r0', 'r1', 'r2', 'r3'],
    calls: [],
    stackBytes: 0,
    text: `
__aeabi_f2uiz:
    lsls    r1, r0, #1
    lsrs    r2, r1, #24
    movs    r3, #158
    subs    r2, r3, r2              @ 31 less the exponent
    cmp     r2, #31
    bgt     f2uiz_zero
    cmp     r0, #0
    bmi     f2uiz_outside
    cmp     r2, #0
    blt     f2uiz_outside
    lsls    r0, r0, #8
    movs    r3, #1
    lsls    r3, r3, #31
    orrs    r0, r0, r3
    lsrs    r0, r0, r2
    movs    r1, #0
    bx      lr
f2uiz_zero:
    movs    r0, #0
    movs    r1, #0
    bx      lr
f2uiz_outside:
    movs    r3, #255
    lsls    r3, r3, #24
    cmp     r1, r3
    bhi     f2uiz_nan
    asrs    r0, r0, #31
    mvns    r0, r0
    movs    r1, #${Trap.IntegerOverflow}
    bx      lr
f2uiz_nan:
    movs    r0, #0
    movs    r1, #${Trap.InvalidConversion}
    bx      lr
`,
  },
];

/** Converts through f64, which contains every f32. */
export const f32ToI64: readonly Helper[] = ['lz', 'ulz'].map((to) => ({
  entries: [`__aeabi_f2${to}`],
  clobbers: ['r0', 'r1', 'r2', 'r3', 'r12', 'lr'],
  calls: ['__aeabi_f2d', `__aeabi_d2${to}`],
  stackBytes: 16,
  text: `
__aeabi_f2${to}:
    push    {r4, lr}
    bl      __aeabi_f2d
    bl      __aeabi_d2${to}
    pop     {r4, pc}
`,
}));
