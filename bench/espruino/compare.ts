// Translated code beside hand-written JavaScript, in Espruino itself and in the simulator's cost model.

import { STATEMENT_INSTRUCTIONS } from '../../boards/slice.js';
import { geometricMean } from '../statistics.js';
import { type Contestant, contestants, OVER_MEMORY, programContestants, written } from './contestant.js';
import { countInstructions, type Measured, measureTimes } from './measurement.js';
import { predict } from './prediction.js';
import { kernels, programs, type Workload } from './workload.js';

/** `commands` run Espruino; see bench/README.md. */
export interface Commands {
  time?: string;
  count?: string;
}

/** Figures of kernels or programs, by name. */
export interface Group {
  title: string;
  /** Seconds, in one process and in turns. */
  times?: Measured;
  /** Counted instructions of the processor, each call once. */
  instructions?: Measured;
  /** In S. */
  predicted: Measured;
}

export interface Comparison {
  /** Contestants that are compared with the handwritten program. */
  contestants: string[];
  groups: Group[];
}

/** Kernels and programs with `filter` in their names. Throws an Error if there are none. */
export async function compareInEspruino(commands: Commands, filter: string): Promise<Comparison> {
  const groups: Group[] = [];
  let names: string[] = [];
  const chosen = Object.fromEntries(Object.entries(kernels).filter(([name]) => name.includes(filter)));
  if (Object.keys(chosen).length > 0) {
    const all = [written(), ...(await contestants())];
    names = all.slice(1).map(({ name }) => name);
    groups.push({ title: 'kernels', ...measured(commands, all, chosen) });
  }
  for (const isHeldOut of [false, true]) {
    const group = programs.filter((each) => each.isHeldOut === isHeldOut && each.name.includes(filter));
    const parts: Omit<Group, 'title'>[] = [];
    for (const program of group) {
      const all = await programContestants(program);
      names = all.slice(1).flatMap(({ name }) => (name === OVER_MEMORY ? [] : [name]));
      parts.push(renamed(measured(commands, all, program.workload), program.name));
    }
    if (parts.length > 0) groups.push({ title: isHeldOut ? 'programs held out' : 'programs', ...together(parts) });
  }
  if (groups.length === 0) throw new Error(`no kernel or program has "${filter}" in its name`);
  return { contestants: names, groups };
}

function measured(commands: Commands, all: Contestant[], workload: Workload): Omit<Group, 'title'> {
  return {
    times: commands.time === undefined ? undefined : measureTimes(commands.time, all, workload),
    instructions: commands.count === undefined ? undefined : countInstructions(commands.count, all, workload),
    predicted: predict(all, workload),
  };
}

/** Figures of `run` as those of the program. */
function renamed({ times, instructions, predicted }: Omit<Group, 'title'>, name: string): Omit<Group, 'title'> {
  const one = (of?: Measured) => of && { [name]: of.run };
  return { times: one(times), instructions: one(instructions), predicted: { [name]: predicted.run } };
}

function together(parts: Omit<Group, 'title'>[]): Omit<Group, 'title'> {
  const joined = (of: (part: Omit<Group, 'title'>) => Measured | undefined) =>
    of(parts[0]) && Object.assign({}, ...parts.map(of));
  return {
    times: joined(({ times }) => times),
    instructions: joined(({ instructions }) => instructions),
    predicted: joined(({ predicted }) => predicted),
  };
}

/** Ratios to what a person wrote, and how far the model is off. */
export function formatComparison({ contestants: names, groups }: Comparison): string {
  const sources = (['times', 'instructions', 'predicted'] as const).filter((source) => groups[0][source]);
  const headings = { times: 'time', instructions: 'instructions', predicted: 'model' };
  const columns = names.flatMap((name) => sources.map((source) => ({ name, source })));
  const lines = [
    `${' '.repeat(18)}${columns.map(({ name }, index) => (index % sources.length === 0 ? name : '').padStart(14)).join('')}\n`,
    `${' '.repeat(18)}${columns.map(({ source }) => headings[source].padStart(14)).join('')}\n`,
  ];
  const row = (title: string, value: (column: { name: string; source: (typeof sources)[number] }) => number) =>
    `${title.padEnd(18)}${columns.map((column) => value(column).toFixed(2).padStart(14)).join('')}\n`;
  const ratio = (group: Group, kernel: string, name: string, source: (typeof sources)[number]) =>
    group[source]![kernel][name] / group[source]![kernel].written;
  const ratios = (of: Group[], name: string, source: (typeof sources)[number]) =>
    of.flatMap((group) => Object.keys(group.predicted).map((kernel) => ratio(group, kernel, name, source)));
  for (const group of groups) {
    lines.push(`${group.title}\n`);
    for (const kernel of Object.keys(group.predicted))
      lines.push(row(`  ${kernel}`, ({ name, source }) => ratio(group, kernel, name, source)));
    lines.push(row('  geometric mean', ({ name, source }) => geometricMean(ratios([group], name, source))));
  }
  lines.push(row('all, mean', ({ name, source }) => geometricMean(ratios(groups, name, source))));
  lines.push(row('all, worst', ({ name, source }) => Math.max(...ratios(groups, name, source))));
  lines.push(formatOverMemory(groups, names));
  if (sources.includes('instructions')) lines.push('\n', formatErrors(['written', ...names], groups));
  return lines.join('');
}

/** Formats the programs that a person also wrote over one memory: that to what a person wrote freely, and the others to that. */
function formatOverMemory(groups: Group[], names: string[]): string {
  const rows = groups.flatMap((group) => {
    const all = group.instructions ?? group.times ?? group.predicted;
    return Object.keys(all).flatMap((program) => {
      const { [OVER_MEMORY]: one, ...others } = all[program];
      if (one === undefined) return [];
      return [{ program, ratios: [one / others.written, ...names.map((name) => others[name] / one)] }];
    });
  });
  if (rows.length === 0) return '';
  const line = (title: string, cells: string[]) =>
    `${title.padEnd(18)}${cells.map((cell) => cell.padStart(18)).join('')}\n`;
  const columns = ['it / written', ...names.map((name) => `${name} / it`)];
  const means = columns.map((_, column) => geometricMean(rows.map(({ ratios }) => ratios[column])));
  return [
    '\n',
    line('over one memory', columns),
    ...rows.map(({ program, ratios }) =>
      line(
        `  ${program}`,
        ratios.map((each) => each.toFixed(2)),
      ),
    ),
    line(
      '  geometric mean',
      means.map((each) => each.toFixed(2)),
    ),
  ].join('');
}

/** Formats the error of the model against the count in percent: the mean, and the largest. */
function formatErrors(names: string[], groups: Group[]): string {
  const percent = (value: number) => `${(value * 100).toFixed(0)} %`.padStart(14);
  const row = (title: string, of: (name: string) => number) =>
    `${title.padEnd(18)}${names.map((name) => percent(of(name))).join('')}\n`;
  const off = groups.flatMap(({ predicted, instructions }) =>
    Object.keys(predicted).map((kernel) => ({
      kernel,
      of: (name: string) => (predicted[kernel][name] * STATEMENT_INSTRUCTIONS) / instructions![kernel][name] - 1,
    })),
  );
  const farthest = (name: string) =>
    off.map(({ of }) => of(name)).reduce((worst, each) => (Math.abs(each) > Math.abs(worst) ? each : worst));
  return [
    `${'model, off by'.padEnd(18)}${names.map((name) => name.padStart(14)).join('')}\n`,
    ...off.map(({ kernel, of }) => row(`  ${kernel}`, of)),
    row('worst', farthest),
  ].join('');
}
