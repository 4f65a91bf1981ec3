// What the levels of verification cost, of the collections and of the interpreter. Each case runs in processes of its own: in one
// process, what ran before changes what V8 compiles, and a case can take six times as long.

import { collectionCases, TYPED_ARRAY } from './collections.js';
import { type Comparison, resultsOfProcesses } from './compare.js';
import { type LoadResults, measureLoading } from './load.js';
import { groupOf, lineOf, parameterOf, quick, type Sampled, sample, summary, thorough } from './sampling.js';
import { geometricMean } from './statistics.js';
import { formatTable } from './table.js';

export const LEVELS = ['none', 'sampling', 'standard', 'full'];

export interface LevelResults {
  cases: Sampled[];
  /** Median times of checked pushes at Full, to those of reserve, pushUnchecked and validate. */
  batching: number | null;
  /** Geometric means over the kernels, to None. */
  interpreter: number[] | null;
}

export interface LevelOptions {
  filter: string;
  quick: boolean;
  /** Processes for each case. */
  rounds: number;
  /** Called with each case as it is there. */
  report: (line: string) => void;
}

export function measureLevels(options: LevelOptions): LevelResults {
  const cases: Sampled[] = [];
  const add = (sampled: Sampled) => {
    cases.push(sampled);
    const none = cases.find(({ name }) => name === `${groupOf(sampled.name)}/verification_none`);
    options.report(lineOf(sampled, none));
  };
  for (const each of collectionResults(options)) add(each);
  for (const each of interpreterCases(options)) add(each);
  for (const each of loadCases(options)) add(each);
  return { cases, batching: batching(cases), interpreter: interpreterMeans(cases) };
}

/** The name of the subcommand that runs one case of the collections. */
export const COLLECTION = 'collection';

/** One case, in this process. */
export function measureCollection(name: string, isQuick: boolean): Sampled {
  const found = collectionCases().find((each) => each.name === name);
  if (!found) throw new Error(`there is no case ${name}`);
  // Processor time: other programs hardly matter.
  const clock = () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  };
  return sample(found.make(), { ...(isQuick ? quick : thorough), clock });
}

/** In turns; of each case the median of its processes counts. */
function collectionResults({ filter, quick: isQuick, rounds }: LevelOptions): Sampled[] {
  const names = collectionCases().flatMap(({ name }) => (name.includes(filter) ? [name] : []));
  const runs = names.map((): Sampled[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, name] of names.entries()) {
      const words = [process.argv[1], COLLECTION, name, ...(isQuick ? ['--quick'] : [])];
      runs[index].push(...resultsOfProcesses<Sampled>(words, 1));
    }
  }
  return names.map((name, index) =>
    summary(
      name,
      runs[index].map(({ median }) => median),
    ),
  );
}

/** In turns: in one process several engines would slow each other down, and the machine is not the same all the time. */
function interpreterCases({ filter, rounds }: LevelOptions): Sampled[] {
  if (!'Interpreter'.includes(filter) && !filter.startsWith('Interpreter')) return [];
  const kernel = filter.startsWith('Interpreter') ? filter.slice('Interpreter'.length).trim() : '';
  const runs: Comparison[][] = LEVELS.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, level] of LEVELS.entries()) {
      const words = [process.argv[1], 'kernels', '--json', '--interpreter', '--filter', kernel, '--level', level];
      runs[index].push(...resultsOfProcesses<Comparison>(words, 1));
    }
  }
  return runs[0][0].results.flatMap(({ kernel: name }, row) =>
    LEVELS.map((level, index) =>
      summary(
        `Interpreter ${name}/verification_${level}`,
        runs[index].map(({ results }) => results[row].times[1] * 1e6),
      ),
    ),
  );
}

function loadCases({ filter, quick: isQuick }: LevelOptions): Sampled[] {
  if (!'Load'.includes(filter) && !filter.startsWith('Load')) return [];
  const results: LoadResults = measureLoading(
    filter.startsWith('Load') ? filter.slice(4).trim() : '/',
    isQuick ? 5 : 15,
  );
  return results.modules.map(({ name, load, instantiate }) =>
    summary(`Load ${name.slice(name.lastIndexOf('/') + 1)}`, [(load + instantiate) * 1e6]),
  );
}

function batching(cases: Sampled[]): number | null {
  const find = (name: string) => cases.find((each) => each.name === `${name}/verification_full`);
  const [checked, batch] = [find('BoundedVec Push'), find('BoundedVec Push Batch')];
  return checked && batch ? checked.median / batch.median : null;
}

function interpreterMeans(cases: Sampled[]): number[] | null {
  const kernels = cases.filter(({ name }) => name.startsWith('Interpreter '));
  if (kernels.length === 0) return null;
  const times = LEVELS.map((level) =>
    kernels.filter(({ name }) => name.endsWith(`_${level}`)).map((each) => each.median),
  );
  return times.map((level) => geometricMean(level.map((time, kernel) => time / times[0][kernel])));
}

/** One row for each group: None in nanoseconds, the others as ratios to it; None as a ratio to a typed array with the same checks. */
export function formatLevels({ cases, batching: ratio, interpreter }: LevelResults): string {
  const groups = [
    ...new Set(cases.filter(({ name }) => name.includes('/verification_')).map(({ name }) => groupOf(name))),
  ];
  const rows = groups.map((group) => {
    const own = cases.filter(({ name }) => groupOf(name) === group);
    const none = own.find(({ name }) => parameterOf(name) === 'verification_none')?.median ?? Number.NaN;
    const levels = LEVELS.map((level) => own.find(({ name }) => parameterOf(name) === `verification_${level}`)?.median);
    const plain = own.find(({ name }) => parameterOf(name) === TYPED_ARRAY);
    return [
      group,
      ...levels.map((time, index) => ratioText(time, none, index)),
      plain ? (none / plain.median).toFixed(2) : '',
    ];
  });
  const means = interpreter
    ? [['Interpreter, geometric mean', ...interpreter.map((mean, index) => (index === 0 ? '1' : mean.toFixed(3))), '']]
    : [];
  const table =
    rows.length > 0
      ? `\n${formatTable([['group', 'none, ns', 'sampling', 'standard', 'full', 'none / typed array'], ...rows, ...means])}`
      : '';
  const batch =
    ratio === null
      ? ''
      : `\nreserve, pushUnchecked and validate are ${ratio.toFixed(1)} times as fast as push at full\n`;
  return table + batch;
}

function ratioText(time: number | undefined, none: number, index: number): string {
  if (time === undefined) return '';
  if (index > 0) return (time / none).toFixed(2);
  return none >= 1000 ? Math.round(none).toLocaleString('en') : none.toFixed(2);
}
