// Converts the data arguments of Espruino's functions to bytes.

/** More than any board has memory for: of what is longer, no copy is made. */
const MOST_BYTES = 2 ** 20;

/** Throws RangeError for a number of bytes that no board has. */
export function byteCount(value: unknown): number {
  const count = Math.max(0, Math.trunc(Number(value)) || 0);
  if (count > MOST_BYTES) throw new RangeError(`more than ${MOST_BYTES} bytes of data`);
  return count;
}

/** Bytes of a number, a string, arrays, or objects with a count. Throws RangeError if there are more than a board has. */
export function bytesOf(data: unknown): number[] {
  const bytes: number[] = [];
  append(bytes, data);
  return bytes;
}

function append(bytes: number[], data: unknown): void {
  if (data === undefined || data === null) return;
  if (typeof data === 'number' || typeof data === 'boolean') bytes.push(Number(data) & 255);
  else if (typeof data === 'string') {
    byteCount(bytes.length + data.length);
    for (let at = 0; at < data.length; at++) bytes.push(data.charCodeAt(at) & 255);
  } else if (Object.prototype.toString.call(data) === '[object ArrayBuffer]')
    for (const byte of new Uint8Array(data as ArrayBuffer)) bytes.push(byte);
  else {
    const { data: repeated, count, length } = data as { data?: unknown; count?: number; length?: number };
    const times = byteCount(count ?? length);
    for (let at = 0; at < times; at++) append(bytes, count === undefined ? (data as unknown[])[at] : repeated);
  }
  byteCount(bytes.length);
}

export function latin1(bytes: ArrayLike<number>): string {
  return Buffer.from(Array.from(bytes)).toString('latin1');
}
