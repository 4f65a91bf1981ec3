// The function that machine code calls at a trap, or when its fuel is used up: the frames of the call are still there, or the innermost
// of them. Written for Espruino: no hoisting, no rest arguments.

// Constants of the build.
declare const POINT_FILE: string;
/** Words of the context. */
declare const TRAP_CODE: number;
declare const TRAP_PLACE: number;
/** Where the stack pointer was at the trap, or where its frames have been moved to; and where the frames end. */
declare const TRAP_STACK: number;
declare const SAVED_STACK: number;
declare const IMAGE_BASE: number;
/** Offset of machine code: `int (address)`, the word there. */
declare const PEEK: number;
/** `Trap.CallStackExhausted`. */
declare const STACK_EXHAUSTED: number;
/** Bytes of a row of the table. */
declare const ROW_BYTES: number;
/** The most lines of a call stack. */
declare const MOST_LINES: number;
declare const E: { nativeCall(address: number, signature: string): (address: number) => number };
/** `require`, by a name that bundling leaves alone. */
declare function BOARD_REQUIRE(name: 'Storage'): { read(name: string): string | undefined };
/** Written by the build. */
declare const context: Int32Array;

/** Reads what native/trap-table.ts writes. */
export function throwTrap(): never {
  const table = BOARD_REQUIRE('Storage').read(POINT_FILE) || '';
  let next = 0;
  const word = (at: number): number => {
    let value = 0;
    let byte = 3;
    while (byte--) value = value * 256 + table.charCodeAt(at + byte);
    return value;
  };
  const textsAt = word(3);
  const textOf = (key: string): string => {
    const from = table.indexOf('\xff' + key + ' ', textsAt);
    return from < 0 ? '' : table.substring(from + key.length + 2, table.indexOf('\xff', from + 1));
  };
  const number = (): number => {
    const byte = table.charCodeAt(next++);
    return byte > 127 ? byte - 128 + number() * 128 : byte;
  };
  let text = textOf('t' + context[TRAP_CODE]);
  // In halfwords.
  let place = context[TRAP_PLACE] >> 1;
  let stack = context[TRAP_STACK];
  for (let lines = 0; ; lines++) {
    // The last row that does not begin behind the place.
    let row = 6;
    let count = word(0);
    while (count > 0) {
      const half = (count + 1) >> 1;
      if (word(row + half * ROW_BYTES) > place) count = half - 1;
      else {
        row += half * ROW_BYTES;
        count -= half;
      }
    }
    let offset = word(row);
    let at = word(row + 3);
    next = word(row + 12);
    const end = word(row + (12 + ROW_BYTES));
    while (offset < place && next < end) {
      offset += number();
      const step = number();
      at += step & 1 ? -(step >> 1) - 1 : step >> 1;
    }
    // Behind the outermost function: its caller is an entry.
    if (offset !== place) break;
    // The frames of a deep call are there only up to SAVED_STACK.
    if (lines === MOST_LINES || stack > context[SAVED_STACK]) {
      text += '\nand others';
      break;
    }
    const index = word(row + 6);
    const name = textOf('' + index);
    text +=
      (lines ? '\ncalled from' : ' in') + ' function ' + index + (name ? ' (' + name + ')' : '') + ' at byte ' + at;
    stack += lines || context[TRAP_CODE] !== STACK_EXHAUSTED ? word(row + 9) : 4;
    if (stack <= context[SAVED_STACK])
      place = (E.nativeCall(context[IMAGE_BASE] + PEEK, 'int(int)')(stack - 4) - context[IMAGE_BASE]) >> 1;
  }
  throw new Error(text);
}
