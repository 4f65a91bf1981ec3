// What machine code calls that has trapped, or has used up its fuel.
// Written for Espruino: no hoisting, no rest arguments.

// Constants of the build.
declare const POINT_FILE: string;
/** Words of the context. */
declare const TRAP_CODE: number;
declare const TRAP_PLACE: number;
/** The messages of src/trap.ts, with `;` between them: the first is empty. */
declare const TRAP_MESSAGES: string;
/** An object in its place. */
declare const FUNCTION_NAMES: { [index: number]: string };
/** `require`, by a name that bundling leaves alone. */
declare function BOARD_REQUIRE(name: 'Storage'): { readArrayBuffer(name: string): ArrayBuffer | undefined };
/** Written by the build. */
declare const context: Int32Array;

/** The file has places in machine code, each with its function and its byte offset in the module. */
export function throwTrap(): never {
  let text = TRAP_MESSAGES.split(';')[context[TRAP_CODE]] || 'out of fuel';
  const file = BOARD_REQUIRE('Storage').readArrayBuffer(POINT_FILE);
  const places = file ? new Int32Array(file) : [];
  const place = context[TRAP_PLACE];
  let index = 0;
  while (index < places.length && places[index] !== place) index += 3;
  if (index < places.length) {
    const name = FUNCTION_NAMES[places[index + 1]];
    text += ' in function ' + places[index + 1] + (name ? ' (' + name + ')' : '') + ' at byte ' + places[index + 2];
  }
  throw new Error(text);
}
