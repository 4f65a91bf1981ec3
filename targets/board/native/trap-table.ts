// The file of a program that it reads only when machine code traps: the places of the code where it traps, and to which calls return, with
// their bytes in the module; what the traps say, and names of functions. native/runtime/trap-place.ts reads it.
//
// Numbers are of 3 bytes, the lowest first, except in steps.
//
// - The number of the last group, and where the texts start in the file.
// - For each group of places, in the order of the code, a row of ROW_BYTES: its first place in halfwords, the byte of that in the module,
//   the function of the module, bytes from the stack pointer to behind the return address, where its steps start in the file. A last row
//   has only the end of the steps.
// - The steps from one place of a group to the next: a distance in halfwords, and the distance in the module, with a sign. A number has 7
//   bits in a byte, the lowest first; the upper bit says that another byte follows. With a sign, the lowest bit is that.
// - Texts: a byte 255, a key, a space, the text; and a byte 255 at the end. UTF-8 has no such byte. The key of a function's name is the
//   number of the function, that of a message `t` and the code of the trap.

import { Trap, trapMessage } from '../../../src/trap.js';
import type { ThumbImage, TrapPlace } from '../../compiler/thumb/image.js';
import { functionAt } from '../../module/function-at.js';
import type { ReadModule } from '../../module/read-module.js';

/** Places of a group: as many as are read one by one for a line of a call stack. */
const GROUP_PLACES = 32;
const TEXT = Buffer.of(255);
const NUMBER_BYTES = 3;
const HEAD_BYTES = 2 * NUMBER_BYTES;
export const ROW_BYTES = 5 * NUMBER_BYTES;

/** `given` is the module whose bytes and functions are told, `others` are traps of the program besides those of machine code. */
export function trapTable(
  { traps, trapCodes, functions }: ThumbImage,
  given: ReadModule,
  others: readonly Trap[],
): Uint8Array {
  const frames = new Map(functions.map(({ index, frameBytes }) => [index, frameBytes]));
  const groups = groupsOf(traps, given);
  const steps: number[] = [];
  const stepsAt = HEAD_BYTES + (groups.length + 1) * ROW_BYTES;
  const rows = groups.map(({ functionIndex, places }) => {
    const [first, ...rest] = places;
    const at = stepsAt + steps.length;
    for (const [index, each] of rest.entries()) putStep(steps, each, places[index]);
    return [first.offset / 2, first.at, functionIndex, frames.get(first.functionIndex)!, at];
  });
  const textsAt = stepsAt + steps.length;
  const numbers = [Math.max(0, groups.length - 1), textsAt, ...rows.flat(), 0, 0, 0, 0, textsAt];
  const head = Buffer.alloc(stepsAt);
  for (const [index, value] of numbers.entries()) head.writeUIntLE(value, index * NUMBER_BYTES, NUMBER_BYTES);
  const told = new Set(groups.map(({ functionIndex }) => functionIndex));
  const texts = [
    ...[...new Set([...trapCodes, ...others])].map((code) => [
      `t${code}`,
      code === Trap.None ? 'out of fuel' : trapMessage(code),
    ]),
    ...[...given.names].filter(([index, name]) => told.has(index) && name !== ''),
  ];
  const lines = texts.flatMap(([key, text]) => [TEXT, Buffer.from(`${key} ${text}`)]);
  return Buffer.concat([head, Buffer.from(steps), ...lines, TEXT]);
}

interface Group {
  /** The function of the given module: that of the code, unless the optimiser has inlined it there. */
  functionIndex: number;
  places: TrapPlace[];
}

function groupsOf(traps: readonly TrapPlace[], given: ReadModule): Group[] {
  const groups: Group[] = [];
  for (const each of traps) {
    const functionIndex = functionAt(given, each.at);
    // Code that the optimiser has added is nowhere in the module.
    if (functionIndex < 0) continue;
    const last = groups[groups.length - 1];
    const [first] = last?.places ?? [];
    const fits =
      last !== undefined && last.functionIndex === functionIndex && first.functionIndex === each.functionIndex;
    if (fits && last.places.length < GROUP_PLACES) last.places.push(each);
    else groups.push({ functionIndex, places: [each] });
  }
  return groups;
}

function putStep(bytes: number[], { offset, at }: TrapPlace, before: TrapPlace): void {
  putNumber(bytes, (offset - before.offset) / 2);
  const distance = at - before.at;
  putNumber(bytes, distance < 0 ? -2 * distance - 1 : 2 * distance);
}

function putNumber(bytes: number[], value: number): void {
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    bytes.push((rest % 128) + (rest > 127 ? 128 : 0));
    if (rest < 128) return;
  }
}
