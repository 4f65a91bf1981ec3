// The function that machine code calls at a trap, or when its fuel is used up. Written for Espruino: no hoisting, no rest arguments.

// Constants of the build.
declare const POINT_FILE: string;
/** Words of the context. */
declare const TRAP_CODE: number;
declare const TRAP_PLACE: number;
/** `require`, by a name that bundling leaves alone. */
declare function BOARD_REQUIRE(name: 'Storage'): { read(name: string): string | undefined };
/** Written by the build. */
declare const context: Int32Array;

/** Reads what native/trap-table.ts writes. */
export function throwTrap(): never {
  const table = BOARD_REQUIRE('Storage').read(POINT_FILE) || '';
  let next = 0;
  const number = (): number => {
    let value = 0;
    let unit = 1;
    let byte = 128;
    while (byte > 127) {
      byte = table.charCodeAt(next++);
      value += (byte & 127) * unit;
      unit *= 128;
    }
    return value;
  };
  const signed = (): number => {
    const value = number();
    return value & 1 ? -(value >> 1) - 1 : value >> 1;
  };
  const groups = number();
  const starts = number();
  let index = number();
  const startsAt = next + groups;
  const textsAt = startsAt + starts;
  const textOf = (key: string): string => {
    const from = table.indexOf('\xff' + key + ' ', textsAt);
    return from < 0 ? '' : table.substring(from + key.length + 2, table.indexOf('\xff', from + 1));
  };
  // In halfwords.
  const place = context[TRAP_PLACE] >> 1;
  let text = textOf('t' + context[TRAP_CODE]);
  // The last group that does not begin behind the place.
  let offset = 0;
  let at = 0;
  let from = startsAt;
  let end = startsAt;
  while (next < startsAt) {
    const bytes = number();
    const groupOffset = offset + number();
    const groupAt = at + signed();
    if (groupOffset > place) next = startsAt;
    else {
      offset = groupOffset;
      at = groupAt;
      from = next;
      next += bytes;
      end = next;
    }
  }
  next = from;
  while (offset < place && next < end) {
    offset += number();
    at += signed();
  }
  if (offset === place) {
    next = startsAt;
    // Starts of functions are stored as distances from the previous one: the first start is at most `at`.
    let start = number();
    while (next < textsAt) {
      start += number();
      if (start > at) next = textsAt;
      else index++;
    }
    const name = textOf('' + index);
    text += ' in function ' + index + (name ? ' (' + name + ')' : '') + ' at byte ' + at;
  }
  throw new Error(text);
}
