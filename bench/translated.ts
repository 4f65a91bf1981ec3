// Translated code in Node: its speed beside V8's WebAssembly and polywasm, and how fast modules are translated. Contestants take
// turns within a round; time is that of the processor, so that other programs hardly count; a process gives medians.

import { ChecksumError } from './compare.js';
import { type Contestant, compiler, polywasm, v8 } from './contestant.js';
import { isHeldOut, type Kernel, kernelBytes, workloads } from './kernels.js';
import { geometricMean, median } from './statistics.js';
import { formatTable } from './table.js';
import { formatTranslation, measureTranslation, type Translation, timed } from './translation.js';

export interface TranslatedResults {
  /** V8's time divided by theirs. */
  speeds: { kernel: string; tier: number; polywasm: number }[];
  translations: Translation[];
}

/** Short calls before any is measured: V8 compiles what is called often, in the background. */
const SHORT_CALLS = 40;
const SHORT = 20;

export async function measureTranslated(filter: string, rounds: number): Promise<TranslatedResults> {
  const translations = measureTranslation(rounds);
  const contestants = [v8, compiler, await polywasm()];
  const speeds: TranslatedResults['speeds'] = [];
  for (const kernel of workloads.filter(({ name }) => name.includes(filter)))
    speeds.push(await speedOf(kernel, contestants, rounds));
  return { speeds, translations };
}

async function speedOf(kernel: Kernel, contestants: Contestant[], rounds: number) {
  const bytes = kernelBytes(kernel.name);
  const runs = contestants.map((contestant) => contestant.prepare(bytes));
  for (let call = 0; call < SHORT_CALLS; call++) {
    for (const run of runs) run(Math.ceil(kernel.n / SHORT));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  for (const [index, run] of runs.entries()) {
    const result = run(kernel.n);
    if (result !== kernel.checksum)
      throw new ChecksumError(`${contestants[index].name} computes ${kernel.name} as ${result}`);
  }
  const ratios: number[][] = runs.map(() => []);
  for (let round = 0; round < rounds; round++) {
    const [first, ...others] = runs.map((run) => timed(() => run(kernel.n)));
    for (const [index, time] of others.entries()) ratios[index].push(first / time);
  }
  return { kernel: kernel.name, tier: median(ratios[0]), polywasm: median(ratios[1]) };
}

/** Medians over several processes, each with the lowest and highest. */
export function formatTranslated(all: TranslatedResults[]): string {
  const spread = (values: number[]) =>
    [median(values), Math.min(...values), Math.max(...values)].map((value) => value.toFixed(2));
  const mean = (of: 'tier' | 'polywasm', isIncluded: (kernel: string) => boolean) =>
    all.map(({ speeds }) => geometricMean(speeds.filter(({ kernel }) => isIncluded(kernel)).map((each) => each[of])));
  const means = (name: string, isIncluded: (kernel: string) => boolean) => [
    name,
    ...spread(mean('tier', isIncluded)),
    ...spread(mean('polywasm', isIncluded)),
    '',
  ];
  const speedRows = all[0].speeds.map(({ kernel }, row) => {
    const tier = all.map(({ speeds }) => speeds[row].tier);
    const other = all.map(({ speeds }) => speeds[row].polywasm);
    return [
      kernel,
      ...spread(tier),
      ...spread(other),
      median(tier.map((each, index) => each / other[index])).toFixed(2),
    ];
  });
  const head = ['speed, V8 = 1', 'js tier', 'lowest', 'highest', 'polywasm', 'lowest', 'highest', 'js tier / polywasm'];
  const lasts = [means('geometric mean', () => true)];
  if (all[0].speeds.some(({ kernel }) => isHeldOut(kernel))) lasts.push(means('of those held out', isHeldOut));
  const translations = formatTranslation(all.map((each) => each.translations));
  return speedRows.length === 0 ? translations : `${formatTable([head, ...speedRows, ...lasts])}\n${translations}`;
}
