// The benchmarks' command line.

import { writeFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { chartOf } from './chart.js';
import { type Comparison, compare, formatComparison, formatSpread, resultsOfProcesses } from './compare.js';
import { type Contestant, compiler, polywasm, tazzina, v8 } from './contestant.js';
import { compareInEspruino, formatComparison as formatEspruino } from './espruino/compare.js';
import { record } from './espruino/record.js';
import { formatTypedCalls, measureTypedCalls } from './espruino/typed-calls.js';
import { kernels, workloads } from './kernels.js';
import { COLLECTION, formatLevels, LEVELS, measureCollection, measureLevels } from './levels.js';
import { formatLoading, measureLoading } from './load.js';
import { formatHelpers, measureHelpers } from './native/helpers.js';
import { formatSpeed, measureSpeed } from './native/speed.js';
import { formatPasses, measurePasses } from './passes.js';
import { formatStarts, measureStarts } from './start.js';
import { formatTranslated, measureTranslated, type TranslatedResults } from './translated.js';
import { FIRST_TRANSLATION, firstTranslation, type Output } from './translation.js';

interface Options {
  json?: boolean;
  rounds: number;
  filter: string;
}

interface LevelsOptions extends Options {
  quick?: boolean;
  chart?: string;
}

interface KernelOptions extends Options {
  level: string;
  polywasm?: boolean;
  interpreter?: boolean;
  spawn: number;
}

function wholeNumber(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('A whole number is needed.');
  return Number(text);
}

function runStarts(options: Pick<Options, 'json' | 'rounds'>): void {
  const starts = measureStarts(options.rounds);
  print(starts, formatStarts(starts), options as Options);
}

function atLeastOne(text: string): number {
  return Math.max(1, wholeNumber(text));
}

function print(results: object, formatted: string, { json }: Options): void {
  process.stdout.write(json ? `${JSON.stringify(results)}\n` : formatted);
}

async function runKernels(options: KernelOptions): Promise<void> {
  if (options.spawn > 0) {
    // The last value counts if an option is given twice.
    const words = [...process.argv.slice(1), '--spawn', '0', '--json'];
    const comparisons = resultsOfProcesses<Comparison>(words, options.spawn);
    print(comparisons, formatSpread(comparisons), options);
    return;
  }
  const chosen = workloads.filter((kernel) => kernel.name.includes(options.filter));
  if (chosen.length === 0) throw new Error(`no kernel has "${options.filter}" in its name`);
  const contestants: Contestant[] = [v8, tazzina(chosen.length, LEVELS.indexOf(options.level))];
  if (!options.interpreter) contestants.push(compiler);
  if (options.polywasm) contestants.push(await polywasm());
  const comparison: Comparison = await compare(chosen, contestants, options.rounds);
  print(comparison, formatComparison(comparison), options);
}

function runLevels(options: LevelsOptions): void {
  // With --json, standard output is the line of JSON alone.
  const report = (line: string) => options.json || process.stdout.write(line);
  const results = measureLevels({ ...options, quick: options.quick === true, report });
  if (results.cases.length === 0) throw new Error(`no benchmark has "${options.filter}" in its name`);
  if (options.chart) writeFileSync(options.chart, chartOf(results.cases));
  print(results, formatLevels(results), options);
}

function runLoad(options: Options): void {
  const results = measureLoading(options.filter, options.rounds);
  print(results, formatLoading(results), options);
}

async function runTranslated(options: Options & { spawn: number }): Promise<void> {
  const words = [...process.argv.slice(1), '--spawn', '0', '--json'];
  const all =
    options.spawn > 0
      ? resultsOfProcesses<TranslatedResults[]>(words, options.spawn).flat()
      : [await measureTranslated(options.filter, options.rounds)];
  print(all, formatTranslated(all), options);
}

async function runInEspruino(options: { json?: boolean; record?: boolean; filter: string }): Promise<void> {
  const { ESPRUINO: time, ESPRUINO_INSTRUCTIONS: count } = process.env;
  if (!time && !count) throw new Error('env ESPRUINO or ESPRUINO_INSTRUCTIONS is to be the command that runs Espruino');
  if (options.record) {
    if (!count) throw new Error('env ESPRUINO_INSTRUCTIONS is to be the command that counts');
    record(count);
    return;
  }
  const comparison = await compareInEspruino({ time, count }, options.filter);
  process.stdout.write(options.json ? `${JSON.stringify(comparison)}\n` : formatEspruino(comparison));
}

async function runTypedCalls(options: { json?: boolean; filter: string }): Promise<void> {
  const count = process.env.ESPRUINO_INSTRUCTIONS;
  if (!count) throw new Error('env ESPRUINO_INSTRUCTIONS is to be the command that counts');
  const ratios = await measureTypedCalls(options.filter, count);
  if (Object.keys(ratios).length === 0) throw new Error(`no case has "${options.filter}" in its title`);
  process.stdout.write(options.json ? `${JSON.stringify(ratios)}\n` : formatTypedCalls(ratios));
}

async function runPassTable(options: Options): Promise<void> {
  const chosen = kernels.filter((kernel) => kernel.name.includes(options.filter));
  const figures = await measurePasses(chosen, options.rounds);
  print(figures, formatPasses(figures), options);
}

function runHelpers(options: { json?: boolean; filter: string }): void {
  const figures = measureHelpers(options.filter);
  process.stdout.write(options.json ? `${JSON.stringify(figures)}\n` : formatHelpers(figures));
}

function runNative(options: { json?: boolean; filter: string }): void {
  const figures = measureSpeed(options.filter);
  process.stdout.write(options.json ? `${JSON.stringify(figures)}\n` : formatSpeed(figures));
}

function subcommand(name: string, description: string, rounds: number): Command {
  return new Command(name)
    .description(description)
    .option('--json', 'print one line of JSON')
    .option('--rounds <count>', 'measurements, of which the median counts', atLeastOne, rounds)
    .option('--filter <text>', 'only what has this in its name', '');
}

const program = new Command('bench')
  .description('Speed of the engine')
  .addCommand(
    subcommand('kernels', 'run time of the kernels, as ratios to V8', 5)
      .option('--polywasm', 'compare with polywasm too, where it is installed')
      .option('--interpreter', 'without translated code')
      .addOption(new Option('--level <name>', 'verification level').choices(LEVELS).default('none'))
      .option('--spawn <count>', 'repeat in this many fresh processes', wholeNumber, 0)
      .action(runKernels),
  )
  .addCommand(
    subcommand('levels', 'collections, interpreter and loading, at each level of verification', 3)
      .option('--quick', 'fewer and shorter samples')
      .option('--chart <file>', 'write the levels as a bar chart, in SVG')
      .action(runLevels),
    { isDefault: true },
  )
  .addCommand(
    new Command('espruino')
      .description('translated code in Espruino, as ratios to hand-written JavaScript; see bench/README.md')
      .option('--json', 'print one line of JSON')
      .option('--filter <text>', 'only what has this in its name', '')
      .option('--record', 'record the instructions of hand-written programs, for the tests of the cost model')
      .action(runInEspruino),
  )
  .addCommand(
    new Command('typed')
      .description('typed calls in Espruino, as ratios to a copy to memory and a call; see bench/README.md')
      .option('--json', 'print one line of JSON')
      .option('--filter <text>', 'only what has this in its name', '')
      .action(runTypedCalls),
  )
  .addCommand(
    subcommand('js', 'translated code beside V8 and polywasm, and the speed of translation', 9)
      .option('--spawn <count>', 'in so many fresh processes', wholeNumber, 5)
      .action(runTranslated),
  )
  .addCommand(
    subcommand('passes', 'what each pass over the intermediate code is worth; in time too', 3).action(runPassTable),
  )
  .addCommand(
    new Command('native')
      .description('instructions of the kernels as machine code, beside those of gcc -O2')
      .option('--json', 'print one line of JSON')
      .option('--filter <text>', 'only what has this in its name', '')
      .action(runNative),
  )
  .addCommand(
    new Command('helpers')
      .description('instructions of the routines that machine code calls, beside those of libgcc')
      .option('--json', 'print one line of JSON')
      .option('--filter <text>', 'only routines with this in their names', '')
      .action(runHelpers),
  )
  .addCommand(
    new Command(FIRST_TRANSLATION)
      .description('MB/s of the first compilation in a process, for `js`')
      .argument('<file>')
      .argument('<output>')
      .action(
        (file: string, output: Output) =>
          void process.stdout.write(`${JSON.stringify(firstTranslation(file, output))}\n`),
      ),
  )
  .addCommand(
    new Command(COLLECTION)
      .description('one case of the collections, as JSON, for `levels`')
      .argument('<name>')
      .option('--quick', 'fewer and shorter samples')
      .action((name: string, { quick }: { quick?: boolean }) => {
        process.stdout.write(`${JSON.stringify(measureCollection(name, quick === true))}\n`);
      }),
  )
  .addCommand(
    new Command('start')
      .description('processor time of one cold command, as a multiple of `node -e 0`; of dist/cli.js')
      .option('--json', 'print one line of JSON')
      .option('--rounds <count>', 'measurements, of which the median counts', atLeastOne, 7)
      .action(runStarts),
  )
  .addCommand(subcommand('load', 'speed of loading, by size of the module', 15).action(runLoad));

try {
  await program.parseAsync();
} catch (error) {
  console.error(`error: ${(error as Error).message}`);
  process.exitCode = 1;
}
