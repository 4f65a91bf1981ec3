// Reads the source map that binaryen writes with a module: for each instruction, the original byte offset, which is encoded as a line.
// The format is that of ECMA-426, with one line whose columns are byte offsets.

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

export interface Mapping {
  /** Byte offset in the module that was written. */
  at: number;
  /** In the original one; -1 for code that has none. */
  origin: number;
}

/** The mappings, by offset. */
export function readSourceMap(text: string): Mapping[] {
  const { mappings } = JSON.parse(text) as { mappings: string };
  let at = 0;
  let line = 0;
  return mappings.split(',').flatMap((segment) => {
    if (segment === '') return [];
    const [column, , lines] = variableLengths(segment);
    at += column;
    if (lines === undefined) return [{ at, origin: -1 }];
    line += lines;
    // Lines are counted from 1 where they come from, and from 0 here.
    return [{ at, origin: line + 1 }];
  });
}

function variableLengths(text: string): number[] {
  const values: number[] = [];
  let value = 0;
  let shift = 0;
  for (const digit of text) {
    const bits = DIGITS.indexOf(digit);
    value += (bits & 31) * 2 ** shift;
    shift += 5;
    if ((bits & 32) !== 0) continue;
    values.push(value % 2 === 0 ? value / 2 : -(value - 1) / 2);
    value = 0;
    shift = 0;
  }
  return values;
}

/**
 * The original offset of an instruction in the body from `start` to `end`. One without has that of what uses it, which follows; or
 * else of what stands before it; -1 where there is none.
 */
export function originOf(mappings: readonly Mapping[], at: number, start: number, end: number): number {
  const found = lastAtMost(mappings, at);
  for (let next = Math.max(0, found); next < mappings.length && mappings[next].at < end; next++) {
    if (mappings[next].at >= start && mappings[next].origin >= 0) return mappings[next].origin;
  }
  for (let last = found; last >= 0 && mappings[last].at >= start; last--) {
    if (mappings[last].origin >= 0) return mappings[last].origin;
  }
  return -1;
}

/** The index of the last one at or before an offset; -1 for none. */
export function lastAtMost(sorted: readonly { at: number }[], at: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle].at <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
