// Imports that write and read a pin, without a call of the host where the pin is known: for each of the last pins there are the addresses
// to store to and to load from. The host's function fills them in when it is called for a pin. What it knows holds until a call from
// outside begins or another import has been called: meanwhile, the pin may have got another purpose.

import { Context } from './contract.js';
import { label } from './symbols.js';

/** Pins that are known at the same time; a pin has the place of its lowest bits. */
export const PIN_PLACES = 4;
export const PIN_PLACE_BYTES = 32;

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
}

/** Bytes of stack that such an import takes. */
export const PIN_STACK = 40;

/** Keeps all but r4, which is the context then, r5 and flags. No place has a pin with the number of another place. */
export const FORGET_PINS = '__wasm_forget_pins';

export function forgetPinsText(placesAt: number): string {
  const stores = Array.from({ length: PIN_PLACES }, (_, place) => {
    const at = place * PIN_PLACE_BYTES;
    return `    movs  r5, #${place ^ 1}
    str   r5, [r4, #${at + PinPlace.Written}]
    str   r5, [r4, #${at + PinPlace.Read}]`;
  });
  return `
${FORGET_PINS}:
    ldr   r4, =${placesAt}
    add   r4, r8
${stores.join('\n')}
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
