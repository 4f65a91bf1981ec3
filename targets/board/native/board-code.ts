// Machine code that an image has only on a board with Espruino, besides the code that a caller in C would call: what calls JavaScript
// functions, imports and the one that throws for a trap, by the functions that the firmware exports (process.env.EXPTR).

import { Trap } from '../../../src/trap.js';
import { Context, trapStatus } from '../../compiler/thumb/contract.js';
import type { ThumbImage } from '../../compiler/thumb/image.js';
import { HOST_TRAP } from '../../compiler/thumb/symbols.js';

/** Byte offsets in the image, with the Thumb bit. */
export interface BoardEntries {
  /** `void (context, address of a JsVar)`: locks it, so that it never moves. */
  lock: number;
  /** `int (context)`: the stack pointer. */
  stackPointer: number;
  /** `int (address)`: the word there. */
  peek: number;
  /** For `Context.ImportBridge`, where there are imports. */
  importBridge: number;
  /** Entries, by function index: those that check a length. */
  exports: ReadonlyMap<number, number>;
  /** Entries without that check, for slices. */
  entries: ReadonlyMap<number, number>;
  /** `void (context, address of an entry)`: a slice. The entry that goes on with a call. */
  slice: number;
  resume: number;
}

/** Bytes of the innermost frames that are kept for the call stack of a trap: from deeper calls, JavaScript would lack C stack. */
const KEPT_FRAMES = 508;

/** Byte offsets in the firmware's table. */
enum Firmware {
  Lock = 0,
  Unlock = 4,
  FunctionCall = 52,
}

/**
 * `Context.ImportFunction` is the address of a list of JsVars: first the function that throws for a trap, then those of the imports. An
 * import returns a value; without one, it has thrown, and the firmware throws that when machine code returns to it.
 */
const SHARED = `
board_lock:
    ldr     r2, [r0, #${Context.FirmwareTable}]
    ldr     r2, [r2, #${Firmware.Lock}]
    movs    r0, r1
    bx      r2
    .balign 4
board_stack_pointer:
    mov     r0, sp
    bx      lr
    .balign 4
board_peek:
    ldr     r0, [r0]
    bx      lr

${HOST_TRAP}:                       @ r4: the context; the stack pointer is set anew behind it
    mov     r6, lr
    mov     r0, sp
    ldr     r1, [r4, #${Context.SavedStack}]
    subs    r2, r1, r0
    movs    r3, #${KEPT_FRAMES / 4}
    lsls    r3, r3, #2
    cmp     r2, r3
    bls     2f
    adds    r0, r0, r3
1:  subs    r0, #4
    subs    r1, #4
    ldr     r2, [r0]
    str     r2, [r1]
    subs    r3, #4
    bne     1b
    mov     sp, r1
2:  mov     r0, sp
    str     r0, [r4, #${Context.ImportNumber}]
    lsrs    r0, r0, #3
    lsls    r0, r0, #3
    mov     sp, r0
    movs    r0, #0
    bl      board_call
    bx      r6

board_call:                         @ calls the JavaScript function r0 of the list: its value, or 0 if it throws; overwrites r5
    push    {r4, lr}
    sub     sp, #8
    lsls    r0, r0, #2
    ldr     r2, [r4, #${Context.ImportFunction}]
    ldr     r0, [r2, r0]
    ldr     r5, [r4, #${Context.FirmwareTable}]
    ldr     r5, [r5, #${Firmware.FunctionCall}]
    movs    r1, #0
    movs    r2, #0
    movs    r3, #0
    str     r1, [sp]
    str     r1, [sp, #4]
    blx     r5
    add     sp, #8
    pop     {r4, pc}

board_unlock:                       @ r0: a JsVar
    push    {r4, lr}
    ldr     r5, [r4, #${Context.FirmwareTable}]
    ldr     r5, [r5, #${Firmware.Unlock}]
    blx     r5
    pop     {r4, pc}
`;

const IMPORT = `
    .balign 4
board_import:                       @ r0: the context
    push    {r4, r5, r6, lr}
    movs    r4, r0
    ldr     r0, [r4, #${Context.ImportNumber}]
    adds    r0, r0, #1
    bl      board_call
    cmp     r0, #0
    bne     board_import_done
    movs    r0, #${trapStatus(Trap.Host)}
    str     r0, [r4, #${Context.Status}]
    pop     {r4, r5, r6, pc}
board_import_done:
    bl      board_unlock
    movs    r0, #0
    str     r0, [r4, #${Context.Status}]
    pop     {r4, r5, r6, pc}
`;

/** A word of an export's arguments, from 0 to 2, that is a length, and the most that it may be. */
export interface LengthCheck {
  word: number;
  most: number;
}

/** `refusal` is the number in the list of what throws for a length. */
const checkText = (index: number, { word, most }: LengthCheck, refusal: number) => `
    .balign 4
export_${index}:
    push    {r4, lr}
    ldr     r4, =${most}
    cmp     r${word + 1}, r4
    bhi     2f
    bl      entry_${index}
    pop     {r4, pc}
2:  push    {r5, r6}
    movs    r4, r0
    movs    r0, #${refusal}
    bl      board_call
    pop     {r5, r6}
    pop     {r4, pc}
    .ltorg
`;

/** For `ThumbOptions.hostText`. `checks` are those of exports, by function index: the function that throws for them is the last one of the list. */
export function boardText(imports: number, checks: ReadonlyMap<number, LengthCheck>): string {
  const checked = [...checks].map(([index, check]) => checkText(index, check, imports + 1));
  return SHARED + (imports > 0 ? IMPORT : '') + checked.join('');
}

/** Of an image with that text. */
export function boardEntries(
  { entries, slices, hostOffset }: ThumbImage,
  imports: number,
  checks: ReadonlyMap<number, LengthCheck>,
): BoardEntries {
  const offsetOf = (label: string) => hostOffset(label) | 1;
  const own = entries.map(({ functionIndex, offset }): [number, number] => [functionIndex, offset | 1]);
  return {
    lock: offsetOf('board_lock'),
    stackPointer: offsetOf('board_stack_pointer'),
    peek: offsetOf('board_peek'),
    importBridge: imports > 0 ? offsetOf('board_import') : 0,
    exports: new Map(own.map(([index, entry]) => [index, checks.has(index) ? offsetOf(`export_${index}`) : entry])),
    entries: new Map(own),
    slice: (slices?.slice ?? 0) | 1,
    resume: (slices?.resume ?? 0) | 1,
  };
}
