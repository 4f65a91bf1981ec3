// What boards have of C stack, on which Espruino's interpreter recurses.

/**
 * Bytes of C stack by the board's name. Sources: boards/BANGLEJS2.py:28 ("around 38k of free stack"), ESP_STACK_SIZE in
 * boards/ESP32*.py. The interpreter keeps 512 of them.
 */
const stacks: Record<string, number> = {
  banglejs2: 38_000,
  esp32: 25_000,
  esp32s3: 25_000,
  esp32c3: 15_000,
  microbit1: 2_500,
};
/** Elsewhere: what is left of about 16 KB beside variables (README_BuildProcess.md), less static data; an estimate. */
const OTHER_STACK = 10_000;
const RESERVE = 512;

/** Bytes that calls can take on a board. */
export function callStackBytes({ name, callStackBytes }: { name: string; callStackBytes?: number }): number {
  return (callStackBytes ?? stacks[name] ?? OTHER_STACK) - RESERVE;
}
