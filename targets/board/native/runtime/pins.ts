// Prepares a pin that machine code writes and reads without JavaScript: the words of compiler/thumb/pins-runtime.ts. A host function has
// just written or read the pin, and so has set its mode. Written for Espruino: no hoisting, no rest arguments.

interface PinInfo {
  port: string;
  num: number;
  negated?: boolean;
  in_addr?: number;
  out_addr?: number;
}
declare class Pin {
  constructor(pin: unknown);
  getMode(): string;
  getInfo(): PinInfo | undefined;
}
/** Written by the build. */
declare const context: Int32Array;

// Constants of the build.
/** The word of the context where the places start. */
declare const PIN_PLACES_AT: number;
/** The firmware that has these: on another board, other things are at their addresses. */
declare const PIN_FIRMWARE: string;
declare const process: { env: { BOARD: string } };
/** See boards/ports.ts; no pins where there are no such registers. */
declare const PIN_SET: number;
declare const PIN_CLEAR: number;
declare const PIN_INPUT: number;
declare const PIN_COUNT: number;
declare const PIN_NEXT: number;

const NO_INFO: PinInfo = { port: '', num: 0 };

/** `key` is the pin's number in the module. */
export function knowPin(key: number, pin: unknown, isRead: boolean): void {
  const found = new Pin(pin);
  const info = found.getInfo() || NO_INFO;
  const place = PIN_PLACES_AT + (key & 3) * 8;
  let set = 0;
  let clear = 0;
  let input = 0;
  let mask = 1;
  let cleared = 0;
  if (info.out_addr) {
    set = info.out_addr;
    clear = set;
    input = info.in_addr || 0;
  } else if (info.port === 'D' && info.num < PIN_COUNT && process.env.BOARD === PIN_FIRMWARE) {
    const offset = (info.num >> 5) * PIN_NEXT;
    mask = 1 << (info.num & 31);
    cleared = mask;
    set = PIN_SET + offset;
    clear = PIN_CLEAR + offset;
    input = PIN_INPUT + offset;
  }
  if (isRead) context.set([info.negated ? 0 : input, mask], place + 6);
  else if (found.getMode() !== 'output') context[place + 1] = 0;
  else if (info.negated) context.set([clear, cleared, set, mask], place + 1);
  else context.set([set, mask, clear, cleared], place + 1);
}
