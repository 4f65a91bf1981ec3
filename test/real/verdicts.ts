// Whether `check` says of a module and a board what then happens: `build` writes the program exactly if it does not say "does not fit",
// and the program on the simulated board starts, and its functions return and trap as on this machine with the same memory.
import { join } from 'node:path';
import type { Board } from '../../boards/index.js';
import { ExternalKind } from '../../src/index.js';
import { Verdict } from '../../targets/budget/verdict.js';
import { describeModule, type External } from '../../targets/module/description.js';
import type { Outcome } from '../cli/standard-streams.js';
import { Random } from '../differential/random.js';

export type Tier = 'js' | 'interp' | 'native';
export const TIERS: readonly Tier[] = ['js', 'interp', 'native'];

/** Runs `tazzina` with these words. */
export type RunCommand = (words: string[]) => Outcome | Promise<Outcome>;

export interface TriedModule {
  name: string;
  file: string;
  /** For what the commands write. */
  folder: string;
  /** Options of each command that reads the module. */
  options: string[];
  /** Calls that end soon on this machine: a function and its arguments. */
  calls: string[][];
  /** Outcomes on this machine, by the options and words of the call. */
  expected: Map<string, string>;
}

export interface Tried {
  verdict: Verdict;
  /** How the call ended, if it ended as it has to. */
  ending?: string;
  /** How the verdict and what happened differ. */
  faults: string[];
}

/** Instructions that a call may execute. */
const FUEL = 20_000;
/** Functions that are called of each module. */
const CALLS = 4;
/** Values of arguments: addresses in small memories, small lengths, and what wraps. */
const VALUES = ['0', '1', '2', '3', '5', '8', '16', '64', '100', '1024', '4096', '-1', '-7'];

interface RunLine {
  ok: boolean;
  results?: { value: string }[];
  stdout?: string;
  error?: { kind: string; message: string; code?: number; functionName?: string; offset?: number };
}

/** Where a call ended, as one text; undefined if it did neither return nor trap. */
function ending({ ok, results = [], stdout = '', error }: RunLine): string | undefined {
  if (ok) return `${stdout}returns ${results.map(({ value }) => value).join(' ')}`;
  if (error === undefined) return undefined;
  if (error.kind === 'trap') return `${stdout}traps: ${error.message}`;
  return error.kind === 'exit' ? `${stdout}exits with ${error.code}` : undefined;
}

const line = ({ output, error }: Outcome): RunLine => {
  if (output.startsWith('{')) return JSON.parse(output);
  throw new Error(`no line of JSON: ${output}${error}`);
};

/** Finds calls of a module that end soon here. Writes what it imports and nothing provides into the folder. */
export async function tryModule(
  run: RunCommand,
  { name, file, bytes, folder }: { name: string; file: string; bytes: Uint8Array; folder: string },
  seed: number,
): Promise<TriedModule> {
  const stub = join(folder, `${name.replace(/[^a-z0-9]+/gi, '-')}-host.js`);
  const { code } = await run(['check', file, '--board', 'rpi_pico2', '--stub', stub]);
  const options = code === 0 ? ['--imports', stub] : [];
  const tried: TriedModule = { name, file, folder, options, calls: [], expected: new Map() };
  const random = new Random(seed);
  const { exports } = describeModule(bytes);
  const functions = exports.filter(
    ({ kind, name, parameters }) =>
      kind === ExternalKind.Function && name !== '_start' && !parameters.some(isReference),
  );
  for (let turn = 0; turn < CALLS * 4 && tried.calls.length < CALLS && functions.length > 0; turn++) {
    const words = callOf(functions[(random.below(functions.length) + turn) % functions.length], random);
    const isNew = !tried.calls.some((call) => call.join(' ') === words.join(' '));
    if (isNew && (await expectedOf(run, tried, words, [])) !== undefined) tried.calls.push(words);
  }
  return tried;
}

const isReference = (type: string) => type.endsWith('ref');

const callOf = ({ name, parameters }: External, random: Random): string[] => [
  name,
  ...parameters.map((type) =>
    type === 'f32' || type === 'f64' ? String(random.below(80) / 8 - 2) : random.pick(VALUES),
  ),
];

/** Returns how the call ends on this machine; undefined if it does not end soon, or by an error of the host. */
async function expectedOf(
  run: RunCommand,
  { file, options, expected }: TriedModule,
  words: string[],
  memory: string[],
) {
  const key = [...memory, ...words].join(' ');
  if (!expected.has(key)) {
    const outcome = await run([
      'run',
      file,
      '--json',
      '--fuel',
      String(FUEL),
      ...options,
      ...memory,
      ...invocation(words),
    ]);
    expected.set(key, ending(line(outcome)) ?? '');
  }
  return expected.get(key) || undefined;
}

/** The call of a function with arguments; the start of a program where there are no words. */
const invocation = ([name, ...args]: string[]) => (name === undefined ? [] : ['--invoke', name, '--', ...args]);

export interface CheckLine {
  ok: boolean;
  board: string;
  verdict: Verdict;
  doubts: string[];
  /** What is backed with memory, if it is built. */
  memory?: { start: number; bytes: number };
}

/** Seconds of the board's time that a call may take: FUEL instructions are far from it. */
const SECONDS = '300';

/** What `check` says of a module: on one board, or on all of them, which leaves out remedies and so takes a fraction of the time. */
export async function checked(
  run: RunCommand,
  { file, options }: TriedModule,
  tier: Tier,
  board?: Board,
): Promise<CheckLine[]> {
  const where = board === undefined ? ['--all-boards'] : ['--board', board.name];
  const { code, output, error } = await run(['check', file, '--json', '--tier', tier, ...where, ...options]);
  if (output === '') throw new Error(`no line of JSON: ${error}`);
  const lines: CheckLine[] = output
    .trim()
    .split('\n')
    .map((each) => JSON.parse(each));
  if ((code === 0) !== lines.every(({ ok }) => ok)) throw new Error(`check ends with ${code}: ${output}`);
  return lines;
}

/** Tries what `check` says of a module and a board: `build`, and a call, or the start of a module that nothing is called of. */
export async function tryOnBoard(
  run: RunCommand,
  tried: TriedModule,
  { ok, verdict, doubts, memory }: CheckLine,
  { board, tier, turn }: { board: Board; tier: Tier; turn: number },
): Promise<Tried> {
  const { file, folder, options, calls } = tried;
  const how = ['--board', board.name, '--tier', tier, ...options];
  const faults: string[] = [];
  const fits = verdict !== Verdict.DoesNotFit;
  if (ok !== fits) faults.push(`check says ${verdict}, and ${ok ? 'that it fits' : 'that it does not fit'}`);
  const built = await run(['build', file, '--json', '--output', join(folder, 'built'), ...how]);
  if ((built.code === 0) !== fits) faults.push(`check says ${verdict}, and build: ${built.output.trim()}`);
  if (built.code !== 0) return { verdict, faults };
  const call = calls.length === 0 ? [] : calls[turn % calls.length];
  const outcome = await run(['run', file, '--json', '--seconds', SECONDS, ...how, ...invocation(call)]);
  const found = ending(line(outcome));
  const window = memory ? ['--memory-base', String(memory.start), '--memory', String(memory.bytes)] : [];
  // What a start prints may depend on arguments and files, which differ.
  const expected = calls.length === 0 ? found : await expectedOf(run, tried, call, window);
  if (found === undefined || (found !== expected && !isForeseen(found, doubts)))
    faults.push(`${call.join(' ') || 'the start'}: ${found ?? outcome.output + outcome.error}, not: ${expected}`);
  return { verdict, ending: faults.length === 0 ? found : undefined, faults };
}

/** Whether `check` has said that calls may go too deep. */
const isForeseen = (found: string, doubts: readonly string[]) =>
  found.endsWith('traps: call stack exhausted') && doubts.some((each) => each.startsWith('calls: '));
