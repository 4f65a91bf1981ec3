// Memory for host functions beyond the first 64 KB, where no typed array of Espruino can start: copies of the bytes.

declare const bytes: Uint8Array;

/** Pointer and copies, one as it was, of memory that a host function works on and that no view of Espruino's reaches. */
export const lent: { pointer: number; copy: Uint8Array; before: Uint8Array }[] = [];

export function lend(pointer: number, length: number): Uint8Array {
  const copy = new Uint8Array(length);
  const before = new Uint8Array(length);
  for (let index = 0; index < length; index++) copy[index] = bytes[pointer + index];
  before.set(copy);
  lent.push({ pointer, copy, before });
  return copy;
}

/** Writes what was changed where it belongs. */
export function takeBack(): void {
  while (lent.length > 0) {
    const each = lent.pop()!;
    for (let index = 0; index < each.copy.length; index++) {
      if (each.copy[index] !== each.before[index]) bytes[each.pointer + index] = each.copy[index];
    }
  }
}
