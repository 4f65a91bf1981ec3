// The kernels and programs: what each is run with, and what it must return.

import { readFileSync } from 'node:fs';

export interface Kernel {
  name: string;
  /** The argument of `run`: V8 needs about 8 ms for it. */
  n: number;
  /** The result of `run(n)` in V8. */
  checksum: number;
}

export const kernels: Kernel[] = [
  { name: 'fib', n: 3500, checksum: 2134767 },
  { name: 'sieve', n: 700, checksum: 719600 },
  { name: 'crc32', n: 900, checksum: 166607212 },
  { name: 'sha256', n: 6000, checksum: 1590998662 },
  { name: 'matmul', n: 1300, checksum: 4435600 },
  { name: 'mandelbrot', n: 500, checksum: 3205225 },
  { name: 'nbody', n: 120000, checksum: 2879238 },
  { name: 'quicksort', n: 200, checksum: 1870976442 },
  { name: 'string', n: 2800, checksum: 7675830 },
  { name: 'i64mix', n: 6000, checksum: -731177832 },
  { name: 'indirect', n: 2800, checksum: 2931 },
  { name: 'vm', n: 5000, checksum: -571043200 },
];

export interface Program extends Kernel {
  /** Kept out of tuning: figures for these are reported apart. */
  isHeldOut: boolean;
}

/** C as it is written for other purposes: pointers, an allocator, structures on the stack, recursion, variable arguments, strings. */
export const programs: Program[] = [
  { name: 'tree', n: 162, checksum: -513195687, isHeldOut: false },
  { name: 'qsort', n: 196, checksum: 1912587051, isHeldOut: false },
  { name: 'base64', n: 841, checksum: 725892490, isHeldOut: false },
  { name: 'fir', n: 1178, checksum: -2045677805, isHeldOut: false },
  { name: 'print', n: 4585, checksum: 801017572, isHeldOut: false },
  { name: 'text', n: 5611, checksum: 829925862, isHeldOut: true },
  { name: 'structs', n: 3461, checksum: -19265518, isHeldOut: true },
  { name: 'json', n: 16810, checksum: -1931957744, isHeldOut: true },
  { name: 'lz', n: 763, checksum: -1817324443, isHeldOut: true },
  { name: 'hashmap', n: 531, checksum: -798063616, isHeldOut: true },
];

/** Kernels and programs. */
export const workloads: Kernel[] = [...kernels, ...programs];

/** Whether figures of a kernel or program are reported apart. */
export const isHeldOut = (name: string) => programs.some((program) => program.name === name && program.isHeldOut);

/** The compiled kernel or program. This file and the bundle that it becomes part of both lie one folder below the root. */
export function kernelBytes(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`../bench/kernels/${name}.wasm`, import.meta.url)));
}
