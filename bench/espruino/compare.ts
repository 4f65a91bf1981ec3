// Translated code beside hand-written JavaScript, in Espruino itself and in the simulator's cost model.

import { type Contestant, contestants, written } from './contestant.js';
import { countInstructions, type Measured, measureTimes } from './measurement.js';
import { predict } from './prediction.js';
import { kernels } from './workload.js';

/** Instructions of a statement `a=a+1;`, which the model counts in. */
const STATEMENT = 4000;

export interface Comparison {
  /** What is compared with what a person wrote. */
  contestants: string[];
  /** Seconds, in one process and in turns. */
  times?: Measured;
  /** Of a processor, each call once. */
  instructions?: Measured;
  /** In S. */
  predicted: Measured;
}

/** `commands` run Espruino; see bench/README.md. */
export async function compareInEspruino(commands: { time?: string; count?: string }): Promise<Comparison> {
  const others = await contestants();
  const all: Contestant[] = [written(), ...others];
  return {
    contestants: others.map(({ name }) => name),
    times: commands.time === undefined ? undefined : measureTimes(commands.time, all),
    instructions: commands.count === undefined ? undefined : countInstructions(commands.count, all),
    predicted: predict(all),
  };
}

/** Ratios to what a person wrote, and how far the model is off. */
export function formatComparison({ contestants: names, times, instructions, predicted }: Comparison): string {
  const ratio = (of: Measured, kernel: string, name: string) => of[kernel][name] / of[kernel].written;
  const sources = [
    ...(times ? [['time', times] as const] : []),
    ...(instructions ? [['instructions', instructions] as const] : []),
    ['model', predicted] as const,
  ];
  const columns = names.flatMap((name) =>
    sources.map(([heading, of]) => ({ name, heading, of: (kernel: string) => ratio(of, kernel, name) })),
  );
  const lines = [
    `${' '.repeat(16)}${columns.map(({ name }, index) => (index % sources.length === 0 ? name : '').padStart(14)).join('')}\n`,
    `${' '.repeat(16)}${columns.map(({ heading }) => heading.padStart(14)).join('')}\n`,
  ];
  const row = (title: string, value: (of: (kernel: string) => number) => number) =>
    `${title.padEnd(16)}${columns.map(({ of }) => value(of).toFixed(2).padStart(14)).join('')}\n`;
  for (const kernel of Object.keys(kernels)) lines.push(row(kernel, (of) => of(kernel)));
  lines.push(row('geometric mean', (of) => geometricMean(Object.keys(kernels).map(of))));
  if (instructions) lines.push('\n', formatErrors(['written', ...names], instructions, predicted));
  return lines.join('');
}

/** By how much the model says more than is counted, in percent; and where it is furthest off. */
function formatErrors(names: string[], instructions: Measured, predicted: Measured): string {
  const off = (kernel: string, name: string) => (predicted[kernel][name] * STATEMENT) / instructions[kernel][name] - 1;
  const percent = (value: number) => `${(value * 100).toFixed(0)} %`.padStart(14);
  const row = (title: string, of: (name: string) => number) =>
    `${title.padEnd(16)}${names.map((name) => percent(of(name))).join('')}\n`;
  const farthest = (name: string) =>
    Object.keys(kernels)
      .map((kernel) => off(kernel, name))
      .reduce((worst, each) => (Math.abs(each) > Math.abs(worst) ? each : worst));
  return [
    `${'model, off by'.padEnd(16)}${names.map((name) => name.padStart(14)).join('')}\n`,
    ...Object.keys(kernels).map((kernel) => row(kernel, (name) => off(kernel, name))),
    row('worst', farthest),
  ].join('');
}

function geometricMean(values: number[]): number {
  return Math.exp(values.reduce((sum, each) => sum + Math.log(each), 0) / values.length);
}
