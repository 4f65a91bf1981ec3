// The workloads for Espruino: functions of kernels.c and of kernels.js, each with its argument; and programs of bench/kernels with a `run`
// in a file of espruino/programs.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { programs as cPrograms } from '../kernels.js';

/** Names of functions, each with its argument. */
export type Workload = Readonly<Record<string, number>>;

export const kernels: Workload = {
  gcd: 60,
  sieve: 1000,
  fib: 11,
  mandelbrot: 10,
  sort: 48,
  crc: 300,
  add64: 300,
  machine: 400,
  strings: 190,
  matrix: 8,
  dispatch: 400,
  hash: 400,
  life: 1,
  random: 100,
};

export interface EspruinoProgram {
  name: string;
  /** Kept out of tuning: figures for these are reported apart. */
  isHeldOut: boolean;
  /** The workload of `run`. */
  workload: Workload;
}

const ONE_ROUND: Workload = { run: 1 };
/** Fewer than on Node: parts of the translation for boards were tuned with the others. */
const HELD_OUT: readonly string[] = ['lz', 'hashmap'];

export const programs: readonly EspruinoProgram[] = [
  ...cPrograms.map(({ name }) => ({ name, isHeldOut: HELD_OUT.includes(name), workload: ONE_ROUND })),
  // A round of this one is short.
  { name: 'nbody', isHeldOut: false, workload: { run: 10 } },
  { name: 'stack', isHeldOut: false, workload: ONE_ROUND },
  { name: 'pid', isHeldOut: true, workload: ONE_ROUND },
];

/** Reads a file. npm runs this from the root of the project. */
const overMemory = (name: string) => join('bench/espruino/programs/over-memory', `${name}.js`);
const own = (name: string) => readFileSync(join('bench/espruino', name));

export const writtenText = (): string => own('kernels.js').toString();
export const moduleBytes = (): Uint8Array => own('kernels.wasm');
export const writtenProgram = (name: string): string => own(`programs/${name}.js`).toString();
/** The same over one memory, with pointers as in C; of some programs. */
export const writtenOverMemory = (name: string): string | undefined =>
  existsSync(overMemory(name)) ? readFileSync(overMemory(name), 'utf8') : undefined;
