// Instructions that hand-written programs have taken in the real interpreter, which the cost model is held against.

import { readFileSync, writeFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { type Contestant, written, writtenForJit } from './contestant.js';
import { countInstructions } from './measurement.js';
import { operations, operationsForJit } from './operations.js';
import { kernels, type Workload } from './workload.js';

export interface RecordedCounts {
  /** The origin of the interpreter. */
  origin: string;
  /** Programs by contestant. */
  programs: { [name: string]: RecordedProgram };
}

export interface RecordedProgram {
  /** Checksum of the program's text. */
  crc32: number;
  /** Instructions by function. */
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

/** The programs that do not depend on the translation of modules: their instructions can be recorded. */
export const recordedPrograms: readonly { program: Contestant; workload: Workload }[] = [
  { program: written(), workload: kernels },
  { program: writtenForJit(), workload: kernels },
  { program: operationsForJit(), workload: operations },
];

/** `command` counts, as for `countInstructions`. */
export function record(command: string): void {
  const programs = recordedPrograms.map(({ program, workload }): [string, RecordedProgram] => {
    const counted = Object.entries(countInstructions(command, [program], workload));
    const instructions = Object.fromEntries(counted.map(([name, by]) => [name, by[program.name]]));
    return [program.name, { crc32: textCrc32(program), instructions }];
  });
  const made: RecordedCounts = { origin: ORIGIN, programs: Object.fromEntries(programs) };
  writeFileSync(FILE, `${JSON.stringify(made, null, 2)}\n`);
}
