// Writes parts of the binary format (core specification, 5.2).

/** A number that is not negative, as unsigned LEB128. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) + 128);
  }
}

/** The same as signed LEB128. */
export function signed(value: number): number[] {
  const bytes = unsigned(value);
  const last = bytes[bytes.length - 1];
  return last < 64 ? bytes : [...bytes.slice(0, -1), last + 128, 0];
}

/** Behind their length. */
export function sized(contents: number[]): number[] {
  return [...unsigned(contents.length), ...contents];
}

export const named = (name: string) => sized([...Buffer.from(name)]);
