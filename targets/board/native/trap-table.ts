// The file of a program that it reads only when machine code traps: the places of traps in the code, with their bytes in the module, where
// the functions of the module start, what the traps say, and names of functions. native/runtime/trap-place.ts reads it.
//
// Numbers have 7 bits in a byte, the lowest first; the upper bit says that another byte follows. With a sign, the lowest bit is that.
// First come three numbers: bytes of the groups, bytes of the starts, the function of the first start. Then:
// - Groups of places. Each has the bytes of what follows its first place, and that place: its distance in halfwords from the first place
//   of the group before, and the distance in the module, with a sign. Then come the further places, each by its distances from the one before.
// - Starts of functions, each by its distance from the one before.
// - Texts: a byte 255, a key, a space, the text; and a byte 255 at the end. UTF-8 has no such byte. The key of a function's name is the
//   number of the function, that of a message `t` and the code of the trap.

import { Trap, trapMessage } from '../../../src/trap.js';
import type { ThumbImage } from '../../compiler/thumb/image.js';
import { functionAt } from '../../module/function-at.js';
import type { ReadModule } from '../../module/read-module.js';

/** Places of a group: as many as are read one by one for a trap. */
const GROUP_PLACES = 16;
const TEXT = Buffer.of(255);

/** `given` is the module whose bytes and functions are told, `others` are traps of the program besides those of machine code. */
export function trapTable({ traps, trapCodes }: ThumbImage, given: ReadModule, others: readonly Trap[]): Uint8Array {
  const groups: number[] = [];
  for (let first = 0, before = { offset: 0, at: 0 }; first < traps.length; first += GROUP_PLACES) {
    const [start, ...rest] = traps.slice(first, first + GROUP_PLACES);
    const rows: number[] = [];
    for (const [index, each] of rest.entries()) putDistance(rows, each, index === 0 ? start : rest[index - 1]);
    put(groups, rows.length);
    putDistance(groups, start, before);
    groups.push(...rows);
    before = start;
  }
  const trapping = new Set(traps.map(({ at }) => functionAt(given, at)));
  const starts: number[] = [];
  for (let index = given.importedFunctions, before = 0; index <= Math.max(-1, ...trapping); index++) {
    put(starts, given.bodies[index] - before);
    before = given.bodies[index];
  }
  const head: number[] = [];
  for (const value of [groups.length, starts.length, given.importedFunctions]) put(head, value);
  const texts = [
    ...[...new Set([...trapCodes, ...others])].map((code) => [
      `t${code}`,
      code === Trap.None ? 'out of fuel' : trapMessage(code),
    ]),
    ...[...given.names].filter(([index, name]) => trapping.has(index) && name !== ''),
  ];
  const lines = texts.flatMap(([key, text]) => [TEXT, Buffer.from(`${key} ${text}`)]);
  return Buffer.concat([Buffer.from([...head, ...groups, ...starts]), ...lines, TEXT]);
}

interface Place {
  offset: number;
  at: number;
}

function putDistance(bytes: number[], { offset, at }: Place, before: Place): void {
  put(bytes, (offset - before.offset) / 2);
  const distance = at - before.at;
  put(bytes, distance < 0 ? -2 * distance - 1 : 2 * distance);
}

function put(bytes: number[], value: number): void {
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    bytes.push((rest % 128) + (rest > 127 ? 128 : 0));
    if (rest < 128) return;
  }
}
