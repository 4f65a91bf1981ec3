// Finds the place of a trap in a program that runs lowered code, with a file in Storage that nothing else reads.

declare const TRAP_FILE: string;
declare const pc: number;
declare function functionNames(): { [index: number]: string };
/** `require`, by a name that bundling leaves alone. */
declare function BOARD_REQUIRE(name: 'Storage'): { readArrayBuffer(name: string): ArrayBuffer | undefined };

export function trapPlace(): string {
  const file = BOARD_REQUIRE('Storage').readArrayBuffer(TRAP_FILE);
  const places = file ? new Int32Array(file) : [];
  for (let at = 0; at < places.length; at += 3) {
    if (places[at] === pc) {
      const name = functionNames()[places[at + 1]];
      return ' in function ' + places[at + 1] + (name ? ' (' + name + ')' : '') + ' at byte ' + places[at + 2];
    }
  }
  return '';
}
