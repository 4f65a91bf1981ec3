// Measures one case as criterion does: warm up, then samples of many runs each, of which low, median and high are told.

export interface Sampled {
  name: string;
  /** Nanoseconds of one operation: lower quartile, median and upper quartile of the samples. */
  low: number;
  median: number;
  high: number;
  samples: number;
  /** Samples further from the quartiles than one and a half times their distance. */
  outliers: number;
}

export interface SamplingOptions {
  /** Milliseconds of warming up, and of each sample. */
  warmUp: number;
  sample: number;
  samples: number;
  /** Milliseconds, from anywhere. */
  clock?: () => number;
}

export const thorough: SamplingOptions = { warmUp: 100, sample: 4, samples: 51 };
export const quick: SamplingOptions = { warmUp: 20, sample: 1, samples: 15 };

/** Results of the runs, so that the compiler removes none of them as unused. */
let consumed = 0;

/** The value below which so much of the sorted values lies, between two of them by proportion. */
export function quantile(sorted: number[], share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (sorted[above] - sorted[below]) * (place - below);
}

export function summary(name: string, values: number[]): Sampled {
  const sorted = [...values].sort((one, other) => one - other);
  const [low, median, high] = [0.25, 0.5, 0.75].map((share) => quantile(sorted, share));
  const reach = 1.5 * (high - low);
  const outliers = sorted.filter((value) => value < low - reach || value > high + reach).length;
  return { name, low, median, high, samples: values.length, outliers };
}

export interface BenchmarkCase {
  /** Name in criterion's notation: group, function, a slash, parameter. */
  name: string;
  /** Operations of one run. */
  operations: number;
  /** The work. Its result depends on all of it. */
  run: () => number;
}

export function sample({ name, operations, run }: BenchmarkCase, options: SamplingOptions): Sampled {
  const clock = options.clock ?? (() => performance.now());
  const timeOf = (runs: number) => {
    const start = clock();
    for (let index = 0; index < runs; index++) consumed = (consumed + run()) | 0;
    return clock() - start;
  };
  let runs = 1;
  let perRun = 0;
  for (let spent = 0; spent < options.warmUp; runs *= 2) {
    const time = timeOf(runs);
    spent += time;
    perRun = time / runs;
  }
  const each = Math.max(1, Math.ceil(options.sample / Math.max(perRun, 1e-9)));
  const values = Array.from({ length: options.samples }, () => (timeOf(each) * 1e6) / (each * operations));
  return summary(name, values);
}

/** Three digits and a unit. */
export function timeText(nanoseconds: number): string {
  const units: [number, string][] = [
    [1e9, 's'],
    [1e6, 'ms'],
    [1e3, 'µs'],
    [1, 'ns'],
  ];
  const [scale, unit] = units.find(([least]) => nanoseconds >= least) ?? [1, 'ns'];
  const value = nanoseconds / scale;
  return `${value.toFixed(value >= 100 ? 1 : value >= 10 ? 2 : 3)} ${unit}`;
}

/** The case's line, and beneath it what the level costs over None. */
export function lineOf({ name, low, median, high, outliers, samples }: Sampled, none: Sampled | undefined): string {
  const time = `time: [${timeText(low)} ${timeText(median)} ${timeText(high)}]`;
  const lines = [name.length < 40 ? `${name.padEnd(40)} ${time}` : `${name}\n${' '.repeat(41)}${time}`];
  if (none && none.name !== name) {
    const change = (median / none.median - 1) * 100;
    lines.push(`${' '.repeat(41)}change: ${change < 0 ? '' : '+'}${change.toFixed(1)} % against none`);
  }
  if (outliers > samples / 10) lines.push(`${' '.repeat(41)}${outliers} outliers among ${samples} samples`);
  return `${lines.join('\n')}\n`;
}

/** The part of a name before the slash. */
export const groupOf = (name: string) => name.slice(0, name.lastIndexOf('/'));
/** And behind it. */
export const parameterOf = (name: string) => name.slice(name.lastIndexOf('/') + 1);
