// Reads the source map that binaryen writes beside a module: which original byte offset, written as a line, each instruction
// has. The format is that of ECMA-426, with one line whose columns are byte offsets.

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

/** The original offset of an instruction; -1 if it has none. */
export function originOf(mappings: readonly Mapping[], at: number): number {
  let low = 0;
  let high = mappings.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (mappings[middle].at <= at) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? -1 : mappings[low - 1].origin;
}
