// The kernels in V8, tazzina and polywasm, in one process and in turns: what counts is the ratio, on any machine.

import { execFileSync } from 'node:child_process';
import type { Contestant } from './contestant.js';
import { isHeldOut, type Kernel, kernelBytes } from './kernels.js';
import { geometricMean, median } from './statistics.js';
import { formatTable } from './table.js';

/** V8 compiles once more, in the background, what has been called several times. */
const WARM_UP_CALLS = 12;
/** JavaScript is optimised in steps, and again after each thing that comes up for the first time. */
const JAVASCRIPT_CALLS = 4;

export interface KernelResult {
  kernel: string;
  /** Median times in milliseconds, in the order of the contestants. */
  times: number[];
  /** To the first contestant's time. */
  ratios: number[];
}

export interface Comparison {
  contestants: string[];
  results: KernelResult[];
  /** Geometric means of the ratios. */
  means: number[];
}

/** A contestant's result differs from what the kernel must return. */
export class ChecksumError extends Error {}

/**
 * Runs every kernel in every contestant, first all of them to warm up, then all of them again to measure: no loop may
 * have been optimised for the kernel at hand only.
 */
export async function compare(kernels: Kernel[], contestants: Contestant[], rounds: number): Promise<Comparison> {
  const bytes = kernels.map((kernel) => kernelBytes(kernel.name));
  const runs = kernels.map((_, index) => contestants.map((contestant) => contestant.prepare(bytes[index])));
  for (const [index, kernel] of kernels.entries()) await warmUp(kernel, contestants, runs[index]);
  const results = kernels.map((kernel, index) => measure(kernel, contestants, runs[index], rounds));
  const means = meansOf(contestants.length, results);
  return { contestants: contestants.map((contestant) => contestant.name), results, means };
}

/** Geometric means of the ratios, for each contestant. */
function meansOf(contestants: number, results: KernelResult[]): number[] {
  return Array.from({ length: contestants }, (_, index) => geometricMean(results.map(({ ratios }) => ratios[index])));
}

const heldOut = (results: KernelResult[]) => results.filter(({ kernel }) => isHeldOut(kernel));

async function warmUp(kernel: Kernel, contestants: Contestant[], runs: Run[]): Promise<void> {
  for (let call = 0; call < WARM_UP_CALLS; call++) {
    timed(kernel, contestants[0], runs[0]);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  for (let index = 1; index < runs.length; index++) {
    for (let call = 0; call < JAVASCRIPT_CALLS; call++) timed(kernel, contestants[index], runs[index]);
  }
}

function measure(kernel: Kernel, contestants: Contestant[], runs: Run[], rounds: number): KernelResult {
  const all: number[][] = runs.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (let index = 0; index < runs.length; index++) all[index].push(timed(kernel, contestants[index], runs[index]));
  }
  const times = all.map(median);
  return { kernel: kernel.name, times, ratios: times.map((time) => time / times[0]) };
}

type Run = (n: number) => number;

function timed(kernel: Kernel, contestant: Contestant, run: Run): number {
  const start = performance.now();
  const result = run(kernel.n);
  const time = performance.now() - start;
  if (result !== kernel.checksum) {
    throw new ChecksumError(`${contestant.name} computes ${kernel.name} as ${result}, not ${kernel.checksum}`);
  }
  return time;
}

export function formatComparison({ contestants, results, means }: Comparison): string {
  const [first, ...others] = contestants;
  const head = ['kernel', `${first} ms`, ...others.flatMap((name) => [`${name} ms`, `/ ${first}`])];
  const rows = results.map(({ kernel, times, ratios }) => [
    kernel,
    times[0].toFixed(2),
    ...others.flatMap((_, index) => [times[index + 1].toFixed(1), ratios[index + 1].toFixed(2)]),
  ]);
  const last = (name: string, ratios: number[]) => [
    name,
    '',
    ...ratios.slice(1).flatMap((each) => ['', each.toFixed(2)]),
  ];
  const apart = heldOut(results);
  const lasts = apart.length === 0 ? [] : [last('of those held out', meansOf(contestants.length, apart))];
  return formatTable([head, ...rows, last('geometric mean', means), ...lasts]);
}

/** Runs a program that prints its results as JSON, several times. */
export function resultsOfProcesses<Results>(words: string[], count: number): Results[] {
  return Array.from({ length: count }, () =>
    JSON.parse(execFileSync(process.execPath, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })),
  );
}

/** Medians of several comparisons, and the lowest and highest of each ratio. */
export function formatSpread(comparisons: Comparison[]): string {
  const { contestants, results } = comparisons[0];
  const [first, ...others] = contestants;
  const spread = (values: number[]) =>
    [median(values), Math.min(...values), Math.max(...values)].map((value) => value.toFixed(2));
  const head = ['kernel', ...others.flatMap((name) => [`${name} / ${first}`, 'lowest', 'highest'])];
  const rows = results.map(({ kernel }, row) => [
    kernel,
    ...others.flatMap((_, index) => spread(comparisons.map(({ results }) => results[row].ratios[index + 1]))),
  ]);
  const last = (means: number[][]) => others.flatMap((_, index) => spread(means.map((each) => each[index + 1])));
  const lasts = [['geometric mean', ...last(comparisons.map(({ means }) => means))]];
  if (heldOut(results).length > 0) {
    const apart = comparisons.map(({ results }) => meansOf(contestants.length, heldOut(results)));
    lasts.push(['of those held out', ...last(apart)]);
  }
  return formatTable([head, ...rows, ...lasts]);
}
