// Instructions that hand-written kernels have taken in the real interpreter, which the cost model is held against.

import { readFileSync, writeFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import type { Contestant } from './contestant.js';
import { countInstructions } from './measurement.js';

export interface RecordedCounts {
  /** Of the interpreter. */
  origin: string;
  /** Of the text that has run. */
  crc32: number;
  /** By kernel. */
  instructions: { [kernel: string]: number };
}

const FILE = 'bench/espruino/recorded.json';
const ORIGIN =
  'Espruino 2v29 as boards have it (32-bit ARM, Thumb-2, -Os, soft doubles, JsVars of 14 bytes), code in RAM, counted in qemu-arm';

export function textCrc32({ text }: Contestant): number {
  return crc32(Buffer.from(text, 'latin1'));
}

export function recorded(): RecordedCounts {
  return JSON.parse(readFileSync(FILE, 'utf8'));
}

/** `command` counts, as for `countInstructions`. */
export function record(command: string, written: Contestant): void {
  const counted = Object.entries(countInstructions(command, [written])).map(([kernel, by]) => [kernel, by.written]);
  const made: RecordedCounts = { origin: ORIGIN, crc32: textCrc32(written), instructions: Object.fromEntries(counted) };
  writeFileSync(FILE, `${JSON.stringify(made, null, 2)}\n`);
}
