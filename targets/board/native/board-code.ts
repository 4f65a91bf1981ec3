// Machine code that an image has only on a board with Espruino, behind the code that a caller in C would call: exports that throw when
// they trap, and calls of JavaScript functions, by the functions that the firmware exports (process.env.EXPTR).

import { assemble } from '../../../machine/thumb/assemble.js';
import { encode, labelBase, writeEncoding } from '../../../machine/thumb/encode.js';
import { Trap } from '../../../src/trap.js';
import { Context, Status, trapStatus } from '../../compiler/thumb/contract.js';
import type { ThumbImage } from '../../compiler/thumb/image.js';

/** Byte offsets in the image, with the Thumb bit. */
export interface BoardImage {
  bytes: Uint8Array;
  /** `void (context, address of a JsVar)`: locks it, so that it never moves. */
  lock: number;
  /** `int (context)`: the stack pointer. */
  stackPointer: number;
  /** For `Context.ImportBridge`, where there are imports. */
  importBridge: number;
  /** Entries that throw, by function index. */
  exports: ReadonlyMap<number, number>;
  /** Resumable code: entries for a slice, by function index. */
  entries: ReadonlyMap<number, number>;
  /** `void (context, address of an entry)`: a slice; throws. The entry that goes on with a call. */
  slice: number;
  resume: number;
}

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

board_trap:                         @ r4: the context
    movs    r0, #0
board_throw:                        @ r0: the number in the list of a function that throws
    push    {r4, r5, r6, lr}
    bl      board_call
    cmp     r0, #0
    beq     board_trap_done
    bl      board_unlock
board_trap_done:
    pop     {r4, r5, r6, pc}

board_call:                         @ calls the JavaScript function r0 of the list without arguments: its value, or 0
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

const SLICE = `
    .balign 4
board_slice:                        @ r0: the context, r1: the entry
    push    {r4, lr}
    movs    r4, r0
    bl      image_slice
    ldr     r1, [r4, #${Context.Status}]
    cmp     r1, #${Status.Yielded}
    bls     1f
    bl      board_trap
1:  pop     {r4, pc}
`;

/** A word of an export's arguments, from 0 to 2, that is a length, and the most that it may be. */
export interface LengthCheck {
  word: number;
  most: number;
}

/** `refusal` is the number in the list of what throws for a length. */
const exportText = (index: number, check: LengthCheck | undefined, refusal: number) => `
    .balign 4
export_${index}:
    push    {r4, lr}${check === undefined ? '' : lengthText(check)}
    movs    r4, r0
    bl      entry_${index}
    ldr     r1, [r4, #${Context.Status}]
    cmp     r1, #0
    beq     1f
    bl      board_trap
1:  pop     {r4, pc}${check === undefined ? '' : refusalText(refusal)}
`;

const lengthText = ({ word, most }: LengthCheck) => `
    ldr     r4, =${most}
    cmp     r${word + 1}, r4
    bhi     2f`;

const refusalText = (refusal: number) => `
2:  movs    r4, r0
    movs    r0, #${refusal}
    bl      board_throw
    pop     {r4, pc}
    .ltorg`;

/**
 * The image with this code behind it. `checks` are those of exports, by function index: the function that throws for them is the last one
 * of the list.
 */
export function withBoardCode(
  { bytes, cpu, entries, slices }: ThumbImage,
  imports: number,
  checks: ReadonlyMap<number, LengthCheck>,
): BoardImage {
  const text =
    SHARED +
    (imports > 0 ? IMPORT : '') +
    (slices === null ? '' : SLICE) +
    entries.map(({ functionIndex: index }) => exportText(index, checks.get(index), imports + 1)).join('');
  const code = assemble(text, cpu);
  const start = (bytes.length + 3) & ~3;
  const whole = new Uint8Array((start + code.bytes.length + 3) & ~3);
  whole.set(bytes);
  whole.set(code.bytes, start);
  const offsets = new Map(entries.map(({ functionIndex, offset }) => [`entry_${functionIndex}`, offset]));
  if (slices !== null) offsets.set('image_slice', slices.slice);
  for (const { at, form, symbol } of code.relocations) {
    const place = start + at;
    writeEncoding(whole, place, encode(form, [offsets.get(symbol)! - labelBase(form, place)]), form.size);
  }
  const offsetOf = (label: string) => (start + (code.labels.get(label) ?? 0)) | 1;
  return {
    bytes: whole,
    lock: offsetOf('board_lock'),
    stackPointer: offsetOf('board_stack_pointer'),
    importBridge: offsetOf('board_import'),
    exports: new Map(entries.map(({ functionIndex }) => [functionIndex, offsetOf(`export_${functionIndex}`)])),
    entries: new Map(entries.map(({ functionIndex, offset }) => [functionIndex, offset | 1])),
    slice: offsetOf('board_slice'),
    resume: (slices?.resume ?? 0) | 1,
  };
}
