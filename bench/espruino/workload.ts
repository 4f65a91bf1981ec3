// What is run in Espruino: functions of kernels.c, and the same of kernels.js, each with its argument.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

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

/** From the root of the project, where npm runs it. */
const own = (name: string) => readFileSync(join('bench/espruino', name));

export const writtenText = (): string => own('kernels.js').toString();
export const moduleBytes = (): Uint8Array => own('kernels.wasm');
