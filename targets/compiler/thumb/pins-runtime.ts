// Imports that write and read a pin, without a call of the host where the pin is known: for each of the last pins there are the addresses
// to store to and to load from. The host's function fills them in when it is called for a pin. What it knows holds until a call from
// outside begins or another import has been called: meanwhile, the pin may have got another purpose. The same holds for the time, of
// which a counter tells how much has passed.

import { Context } from './contract.js';
import { label } from './symbols.js';

/** Pins that are known at the same time; a pin has the place of its lowest bits. */
const PIN_PLACES = 4;
const PIN_PLACE_BYTES = 32;

/** Byte offsets of the words of a place. */
enum PinPlace {
  /** The pin that the next four words are of, or another number. */
  Written = 0,
  /** Address and value of the store that sets the pin, and of the one that clears it. The address is 0 if there is none. */
  SetAddress = 4,
  SetValue = 8,
  ClearAddress = 12,
  ClearValue = 16,
  /** The pin that the next two words are of. */
  Read = 20,
  /** Address of the input word, and the bit of the pin in it. */
  InputAddress = 24,
  InputMask = 28,
}

/** Function indices of the imports, -1 for none. */
export interface PinImports {
  write: number;
  read: number;
  time: TimeImport | null;
}

/** The import that tells the time, and the counter that goes up between two calls of the host. */
export interface TimeImport {
  index: number;
  address: number;
  bits: number;
  /** Steps of the counter in a second. */
  hertz: number;
}

/** Byte offsets of what is known of the time: seconds as a double, what the counter was then; and whether that is known, which the host sets. */
enum TimeWord {
  Known = 0,
  Counter = 4,
  Seconds = 8,
}
const TIME_BYTES = 16;

/** Bytes of the context: the time, then the places of pins. */
export function pinBytes(imports: PinImports | undefined): number {
  return timeBytes(imports) + (hasPins(imports) ? PIN_PLACES * PIN_PLACE_BYTES : 0);
}

/** Bytes from the words of the time to the places of pins. */
export function timeBytes(imports: PinImports | undefined): number {
  return imports?.time ? TIME_BYTES : 0;
}

/** Whether machine code writes or reads pins itself. */
export function hasPins(imports: PinImports | undefined): boolean {
  return imports !== undefined && (imports.write >= 0 || imports.read >= 0);
}

/** Bytes of stack that such an import takes. */
export const PIN_STACK = 40;

/** Keeps all but r4, which is the context then, r5 and flags. No place has a pin with the number of another place. */
export const FORGET_PINS = '__wasm_forget_pins';

export function forgetPinsText(imports: PinImports, offset: number): string {
  const bytes = timeBytes(imports);
  const time = bytes === 0 ? [] : [`    movs  r5, #0\n    str   r5, [r4, #${TimeWord.Known}]\n    adds  r4, #${bytes}`];
  const stores = Array.from({ length: hasPins(imports) ? PIN_PLACES : 0 }, (_, place) => {
    const at = place * PIN_PLACE_BYTES;
    return `    movs  r5, #${place ^ 1}
    str   r5, [r4, #${at + PinPlace.Written}]
    str   r5, [r4, #${at + PinPlace.Read}]`;
  });
  return `
${FORGET_PINS}:
    ldr   r4, =${offset}
    add   r4, r8
${[...time, ...stores].join('\n')}
    mov   r4, r8
    bx    lr
    .ltorg
`;
}

/** r2 = the place of the pin r0. */
const place = (placesAt: number) => `
    movs  r2, #${PIN_PLACES - 1}
    ands  r2, r0
    lsls  r2, r2, #${Math.log2(PIN_PLACE_BYTES)}
    ldr   r3, =${placesAt}
    adds  r2, r2, r3
    add   r2, r8`;

const hostCall = (index: number) => `
    push  {r4-r6, lr}
    push  {r0, r1}
    mov   r4, r8
    str   r0, [r4, #${Context.Words}]
    str   r1, [r4, #${Context.Words + 4}]
    ldr   r0, =${index}
    bl    __wasm_import
    pop   {r0, r1}`;

/**
 * From label 2 on: the host's function writes or reads the pin, and fills in the address. If there is one, the pin is `known` then; the
 * place of the `other` import is no longer valid.
 */
const hostPart = (index: number, placesAt: number, known: PinPlace, other: PinPlace, address: PinPlace) => `
2:${hostCall(index)}${place(placesAt)}
    mvns  r3, r0
    str   r3, [r2, #${other}]
    ldr   r3, [r2, #${address}]
    cmp   r3, #0
    beq   1f
    str   r0, [r2, #${known}]
1:`;

/** `(pin, value)`. */
export function pinWriteText(name: string, index: number, placesAt: number): string {
  return `${label(name)}:${place(placesAt)}
    ldr   r3, [r2, #${PinPlace.Written}]
    cmp   r3, r0
    bne   2f
    cmp   r1, #0
    beq   1f
    ldr   r3, [r2, #${PinPlace.SetAddress}]
    ldr   r2, [r2, #${PinPlace.SetValue}]
    str   r2, [r3]
    bx    lr
1:  ldr   r3, [r2, #${PinPlace.ClearAddress}]
    ldr   r2, [r2, #${PinPlace.ClearValue}]
    str   r2, [r3]
    bx    lr
${hostPart(index, placesAt, PinPlace.Written, PinPlace.Read, PinPlace.SetAddress)}
    pop   {r4-r6, pc}
    .ltorg
`;
}

/** `(pin) → 0 or 1`. */
export function pinReadText(name: string, index: number, placesAt: number): string {
  return `${label(name)}:${place(placesAt)}
    ldr   r3, [r2, #${PinPlace.Read}]
    cmp   r3, r0
    bne   2f
    ldr   r3, [r2, #${PinPlace.InputAddress}]
    ldr   r3, [r3]
    ldr   r2, [r2, #${PinPlace.InputMask}]
    movs  r0, #0
    tst   r3, r2
    beq   1f
    movs  r0, #1
1:  bx    lr
${hostPart(index, placesAt, PinPlace.Read, PinPlace.Written, PinPlace.InputAddress)}
    ldr   r0, [r4, #${Context.Words}]
    pop   {r4-r6, pc}
    .ltorg
`;
}

/** Bits of a double in front of its exponent, in its higher word. */
const EXPONENT_SHIFT = 20;

/**
 * `() → seconds`, a double. Where half of the counter's range has passed, the host tells the time anew, as the firmware itself notices that
 * its counter has wrapped.
 */
export function timeText(name: string, at: number, { index, address, bits, hertz }: TimeImport): string {
  const above = 32 - bits;
  const [low, high] = new Int32Array(Float64Array.of(hertz).buffer);
  const power = Math.log2(hertz);
  const divided = Number.isInteger(power)
    ? `    cmp   r1, #0
    beq   1f
    ldr   r2, =${power << EXPONENT_SHIFT}
    subs  r1, r1, r2
1:`
    : `    ldr   r2, =${low}
    ldr   r3, =${high}
    bl    __aeabi_ddiv`;
  return `${label(name)}:
    ldr   r3, =${at}
    add   r3, r8
    ldr   r0, [r3, #${TimeWord.Known}]
    cmp   r0, #0
    beq   2f
    ldr   r0, =${address}
    ldr   r0, [r0]
    ldr   r1, [r3, #${TimeWord.Counter}]
    subs  r0, r0, r1${above === 0 ? '' : `\n    lsls  r0, r0, #${above}`}
    cmp   r0, #0
    blt   2f${above === 0 ? '' : `\n    lsrs  r0, r0, #${above}`}
    push  {r3, lr}
    bl    __aeabi_ui2d
${divided}
    ldr   r3, [sp]
    ldr   r2, [r3, #${TimeWord.Seconds}]
    ldr   r3, [r3, #${TimeWord.Seconds + 4}]
    bl    __aeabi_dadd
    pop   {r3, pc}
2:  push  {r4-r6, lr}
    mov   r4, r8
    ldr   r0, =${index}
    bl    __wasm_import
    ldr   r3, =${at}
    add   r3, r8
    ldr   r0, [r4, #${Context.Words}]
    ldr   r1, [r4, #${Context.Words + 4}]
    ldr   r2, [r3, #${TimeWord.Known}]
    cmp   r2, #0
    beq   1f
    str   r0, [r3, #${TimeWord.Seconds}]
    str   r1, [r3, #${TimeWord.Seconds + 4}]
    ldr   r2, =${address}
    ldr   r2, [r2]
    str   r2, [r3, #${TimeWord.Counter}]
1:  pop   {r4-r6, pc}
    .ltorg
`;
}
