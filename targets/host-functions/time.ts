// The time of a board in the units of WASI.

declare function getTime(): number;

/** Nanoseconds since 1970, in two words, without more bits than a number has. */
export function nanoseconds(): [low: number, high: number] {
  const microseconds = Math.floor(getTime() * 1000000);
  const above = Math.floor(microseconds / 4294967296);
  const low = (microseconds - above * 4294967296) * 1000;
  const carried = Math.floor(low / 4294967296);
  return [(low - carried * 4294967296) | 0, (above * 1000 + carried) | 0];
}
