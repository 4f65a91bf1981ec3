// Routines for the instructions on tables, and for segments, by hand for all processors. They return whether something is out of
// bounds. A table is given by the offset of its descriptor in the context: address of the entries, number, most. In an entry null is
// the function that stands for it, in a value of a table of functions it is 0.

import { Context } from './contract.js';
import type { MemoryFacts } from './module-facts.js';

/** Entry, and what of the segments it needs. */
export interface BulkRoutine {
  text: string;
  needs: 'data' | 'elements' | null;
}

/** Whether `r2` items from `index` on lie within as many as `size` says, which this changes. */
const fits = (index: string, size: string) => `
    cmp   r2, ${size}
    bhi   9f
    subs  ${size}, ${size}, r2
    cmp   ${index}, ${size}
    bhi   9f`;

/** Tests that `r2` entries from `index` on are within the table whose descriptor is r3. Changes `scratch`. */
const within = (index: string, scratch: string) => `
    ldr   ${scratch}, [r3, #4]
${fits(index, scratch)}`;

/**
 * Moves an address down by the first one that memory has. No bytes may be anywhere below that: they are at the start then. r2 = number.
 */
export const movedAddress = (address: string, scratch: string, start: number) =>
  start === 0
    ? ''
    : `
    ldr   ${scratch}, =${start}
    subs  ${address}, ${address}, ${scratch}
    bhs   5f
    cmp   r2, #0
    bne   5f
    movs  ${address}, #0
5:`;

/**
 * Whether `r2` items from r1 on lie within a segment, which has none once it is dropped. r4 = start of the segments; r5 becomes the
 * segment's row. `flags` is where the flag of the first segment is in the context. Changes `segment`, r6 and r7.
 */
const withinSegment = (segment: string, flags: number) => `
    lsls  r5, ${segment}, #3
    adds  r5, r5, r4
    ldr   r6, =${flags}
    add   r6, r8
    lsls  ${segment}, ${segment}, #2
    ldr   r7, [r6, ${segment}]
    ldr   r6, [r5, #4]
    cmp   r7, #0
    beq   1f
    movs  r6, #0
1:${fits('r1', 'r6')}`;

const RETURN = `
    movs  r0, #0
    pop   {r4-r7, pc}
9:  movs  r0, #1
    pop   {r4-r7, pc}
    .ltorg`;

/** r0 = index, r1 = value, r2 = number, r3 = descriptor * 2, plus 1 of functions. */
const TABLE_FILL = `
__wasm_table_fill:
    push  {r4-r7, lr}
    lsrs  r3, r3, #1
    bcc   1f
    cmp   r1, #0
    bne   1f
    bl    __wasm_null
    mov   r1, r7
1:  add   r3, r8
${within('r0', 'r4')}
    ldr   r4, [r3]
    lsls  r0, r0, #2
    adds  r0, r0, r4
    lsls  r2, r2, #2
    adds  r2, r2, r0
    b     3f
2:  str   r1, [r0]
    adds  r0, #4
3:  cmp   r0, r2
    bne   2b
${RETURN}`;

/** r0 = value, r1 = number, r2 = descriptor * 2, plus 1 of functions. Returns the number before, or -1. */
const TABLE_GROW = `
__wasm_table_grow:
    push  {r4-r7, lr}
    mov   r4, r0
    lsrs  r3, r2, #1
    bcc   1f
    cmp   r4, #0
    bne   1f
    bl    __wasm_null
    mov   r4, r7
1:  add   r3, r8
    ldr   r0, [r3, #4]
    ldr   r5, [r3, #8]
    subs  r5, r5, r0
    cmp   r1, r5
    bhi   4f
    adds  r5, r0, r1
    str   r5, [r3, #4]
    ldr   r6, [r3]
    lsls  r5, r5, #2
    adds  r5, r5, r6
    lsls  r7, r0, #2
    adds  r6, r6, r7
    b     3f
2:  str   r4, [r6]
    adds  r6, #4
3:  cmp   r6, r5
    bne   2b
    pop   {r4-r7, pc}
4:  movs  r0, #0
    mvns  r0, r0
    pop   {r4-r7, pc}`;

/** r0 = to, r1 = from, r2 = number, r3 = descriptors: that of the table to copy to is in the upper half. */
const TABLE_COPY = `
__wasm_table_copy:
    push  {r4-r7, lr}
    uxth  r4, r3
    lsrs  r3, r3, #16
    add   r3, r8
    ldr   r5, [r3]
${within('r0', 'r6')}
    mov   r3, r8
    adds  r3, r3, r4
    ldr   r4, [r3]
${within('r1', 'r6')}
    lsls  r0, r0, #2
    adds  r0, r0, r5
    lsls  r1, r1, #2
    adds  r1, r1, r4
    lsls  r2, r2, #2
    cmp   r0, r1
    bhi   4f
    adds  r2, r2, r0
    b     3f
2:  ldr   r3, [r1]
    str   r3, [r0]
    adds  r1, #4
    adds  r0, #4
3:  cmp   r0, r2
    bne   2b
    b     5f
4:  subs  r2, #4
    blo   5f
    ldr   r3, [r1, r2]
    str   r3, [r0, r2]
    b     4b
5:
${RETURN}`;

/**
 * r0 = to, r1 = from, r2 = number, r3 = descriptor in the upper half, segment in the lower. Words of segments: see `elementWord`.
 */
const tableInit = (flags: number) => `
__wasm_table_init:
    push  {r4-r7, lr}
    bl    __wasm_elements
    uxth  r7, r3
    lsrs  r3, r3, #16
    add   r3, r8
${withinSegment('r7', flags)}
${within('r0', 'r6')}
    ldr   r6, [r3]
    lsls  r0, r0, #2
    adds  r0, r0, r6
    ldr   r6, [r5]
    adds  r4, r4, r6
    lsls  r1, r1, #2
    adds  r1, r1, r4
    lsls  r2, r2, #2
    adds  r2, r2, r0
    b     6f
2:  ldr   r3, [r1]
    adds  r1, #4
    lsls  r4, r3, #30
    beq   5f
    lsrs  r4, r4, #30
    cmp   r4, #1
    bne   3f
    mov   r4, r8
    ldr   r4, [r4, #${Context.ImageBase}]
    adds  r3, r3, r4
    b     5f
3:  lsrs  r3, r3, #2
    add   r3, r8
    ldr   r3, [r3]
    cmp   r4, #3
    bne   5f
    cmp   r3, #0
    bne   5f
    bl    __wasm_null
    mov   r3, r7
5:  str   r3, [r0]
    adds  r0, #4
6:  cmp   r0, r2
    bne   2b
${RETURN}`;

/** r0 = to, r1 = from, r2 = number, r3 = segment. */
const memoryInit = (flags: number, { start, limitBytes }: MemoryFacts) => `
__wasm_memory_init:
    push  {r4-r7, lr}
    bl    __wasm_data
${withinSegment('r3', flags)}
${movedAddress('r0', 'r6', start)}
    mov   r6, r10
    adds  r6, #${limitBytes}
${fits('r0', 'r6')}
    ldr   r6, [r5]
    adds  r4, r4, r6
    adds  r1, r1, r4
    add   r0, r9
    adds  r2, r2, r0
    b     3f
2:  ldrb  r3, [r1]
    strb  r3, [r0]
    adds  r1, #1
    adds  r0, #1
3:  cmp   r0, r2
    bne   2b
${RETURN}`;

/** Routines by entry. `dataFlags` and `elementFlags` are offsets in the context of the words that say which segments are dropped. */
export function bulkRoutines(
  dataFlags: number,
  elementFlags: number,
  memory: MemoryFacts,
): ReadonlyMap<string, BulkRoutine> {
  return new Map<string, BulkRoutine>([
    ['__wasm_table_fill', { text: TABLE_FILL, needs: null }],
    ['__wasm_table_grow', { text: TABLE_GROW, needs: null }],
    ['__wasm_table_copy', { text: TABLE_COPY, needs: null }],
    ['__wasm_table_init', { text: tableInit(elementFlags), needs: 'elements' }],
    ['__wasm_memory_init', { text: memoryInit(dataFlags, memory), needs: 'data' }],
  ]);
}

/** The start of segments in the image: gives their address in r4. */
export function segmentsText(name: string): string {
  return `${name}:\n    adr   r4, 1f\n    bx    lr\n    .balign 4\n1:\n`;
}
