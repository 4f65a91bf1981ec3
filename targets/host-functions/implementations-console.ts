// The console and the chip: what module `espruino` does with them on a board.

import type { Host } from './host.js';
import { textAt } from './memory-access.js';

declare function print(text: string): void;
declare const E: { getTemperature(): number };

export function printText(host: Host, pointer: number, length: number): undefined {
  print(textAt(host, pointer, length));
}

export function readTemperature(): number {
  return E.getTemperature();
}
