// Runs the kernels in Espruino itself: in turns, timed; or once, with the instructions counted.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Contestant } from './contestant.js';
import type { Workload } from './workload.js';

/** Counts by function, then by contestant. */
export type Measured = Record<string, Record<string, number>>;

const ROUNDS = 7;
const MOST_MILLISECONDS = 280_000;
/** How often the mark behind the calls asks for the time: with work between each two, and in turns with twice as much. */
const MARK_ASKS = 6;
/** Iterations of the work, and the relative difference of counts that are equal. */
const MARK_WORK = 300;
const MARK_SPREAD = 0.1;
/** Bytes that a statement writes into Storage. */
const PIECE = 3000;

/** The shortest of some times of each, in seconds; `command` runs Espruino. */
export function measureTimes(command: string, contestants: readonly Contestant[], workload: Workload): Measured {
  const { output } = run(command, contestants, workload, ROUNDS);
  return results(output, contestants, workload, (_, seconds) => seconds);
}

/**
 * Instructions of a call of each. `command` runs Espruino and says on standard error, in a line that ends with a number, how
 * many instructions it has executed each time that the program asks for the time.
 */
export function countInstructions(command: string, contestants: readonly Contestant[], workload: Workload): Measured {
  const [first, ...others] = contestants;
  // Two at a time: Espruino has no room for all of them.
  const together = others.length > 0 ? others.map((each) => [first, each]) : [[first]];
  const counted = together.map((each) => countTogether(command, each, workload));
  const all: Measured = {};
  for (const each of counted)
    for (const [kernel, counts] of Object.entries(each)) all[kernel] = { ...all[kernel], ...counts };
  return all;
}

function countTogether(command: string, contestants: readonly Contestant[], workload: Workload): Measured {
  const { output, errors } = run(command, contestants, workload, 1);
  const counts = errors.split('\n').flatMap(
    (line) =>
      line
        .match(/(\d+)$/)
        ?.slice(1)
        .map(Number) ?? [],
  );
  const calls = Object.keys(workload).length * contestants.length;
  const between = pairsBeforeMark(counts, calls + 1);
  return results(output, contestants, workload, (index) => between[index] - between[calls]);
}

/**
 * Instructions between the two counts of each of the last `pairs` pairs in front of the mark. Espruino itself asks for the time
 * at its start and, built for Linux, at its end: only the mark tells which counts are the program's. Throws an Error where there
 * is no mark, or too little in front of it.
 */
export function pairsBeforeMark(counts: readonly number[], pairs: number): number[] {
  // Espruino's end may ask as often, at equal distances.
  const isMark = (at: number) => {
    const steps = Array.from({ length: MARK_ASKS - 1 }, (_, index) => counts[at + index + 1] - counts[at + index]);
    const isNear = (step: number, index: number) => Math.abs(step / (steps[0] * ((index & 1) + 1)) - 1) < MARK_SPREAD;
    return steps[0] > 0 && steps.every(isNear);
  };
  let mark = counts.length - MARK_ASKS;
  while (mark >= 0 && !isMark(mark)) mark--;
  const first = mark - 2 * pairs;
  if (first < 0)
    throw new Error(
      `the counts do not fit the program: ${counts.length} were printed, and ${2 * pairs} are wanted in front of ${MARK_ASKS} at distances of 1 and 2 in turns; ` +
        'ESPRUINO_INSTRUCTIONS has to print one each time that the program asks for the time',
    );
  return Array.from({ length: pairs }, (_, index) => counts[first + 2 * index + 1] - counts[first + 2 * index]);
}

/**
 * Code is run from RAM: Espruino for Linux reads Storage through a file, where boards have it in their memory. `+""` copies it
 * there.
 */
function script(contestants: readonly Contestant[], workload: Workload, rounds: number): string {
  const lines = contestants.map(({ name }) => {
    const quoted = JSON.stringify(name);
    return `Modules.addCached(${quoted}, require("Storage").read(${JSON.stringify(textFile(name))}) + "");`;
  });
  lines.push(
    `var P = [${contestants.map(({ name }) => `require(${JSON.stringify(name)})`).join()}], S = [], R = [], t, r;`,
    'function call(f, n, i) { t = getTime(); r = f(n); t = getTime() - t; R[i] = r; S[i] = Math.min(S[i], t); }',
    `function kernel(k, n) {
  for (var i in P) S[i] = 1e9;
  for (var j = 0; j < ${rounds}; j++) for (i in P) call(P[i][k], n, i);
  for (i in P) print("=" + k, i, R[i], S[i]);
}`,
    ...Object.entries(workload).map(([name, argument]) => `kernel(${JSON.stringify(name)}, ${argument});`),
    // An empty pair tells what asking takes.
    'call(function () {}, 0, 0);',
    `for (i = 0; i < ${MARK_ASKS}; i++) { getTime(); for (t = ((i & 1) + 1) * ${MARK_WORK}; t > 0; t--) ; }`,
    'quit();',
  );
  return lines.join('\n');
}

const textFile = (name: string) => `${name}.text`;

function writes(name: string, bytes: Uint8Array): string[] {
  return Array.from({ length: Math.ceil(bytes.length / PIECE) }, (_, index) => {
    const piece = Buffer.from(bytes.subarray(index * PIECE, (index + 1) * PIECE)).toString('base64');
    return `require("Storage").write(${JSON.stringify(name)}, atob("${piece}"), ${index * PIECE}, ${bytes.length});`;
  });
}

/** Runs a command. Other processes write the files in Storage, because a program with all the text in it would not fit into memory. */
function run(
  command: string,
  contestants: readonly Contestant[],
  workload: Workload,
  rounds: number,
): { output: string; errors: string } {
  const folder = mkdtempSync(join(tmpdir(), 'espruino-'));
  const file = join(folder, 'bench.js');
  const runText = (text: string) => {
    writeFileSync(file, text);
    // Espruino for Linux ends with code 1.
    return spawnSync('sh', ['-c', `${command} ${file}`], { cwd: folder, timeout: MOST_MILLISECONDS });
  };
  try {
    for (const { name, text, files } of contestants) {
      const all = [...files, { name: textFile(name), bytes: Buffer.from(text, 'latin1') }];
      runText(`${all.flatMap((each) => writes(each.name, each.bytes)).join('\n')}\nquit();`);
    }
    const { stdout, stderr } = runText(script(contestants, workload, rounds));
    return { output: stdout.toString('latin1'), errors: stderr.toString('latin1') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Throws an Error if some function has not run, or gives different results. */
function results(
  output: string,
  contestants: readonly Contestant[],
  workload: Workload,
  of: (index: number, seconds: number) => number,
): Measured {
  const measured: Measured = {};
  const first = new Map<string, string>();
  let index = 0;
  for (const [, name, number, result, seconds] of output.matchAll(/=(\w+) (\d+) (\S+) (\S+)/g)) {
    const expected = first.get(name) ?? result;
    first.set(name, expected);
    const contestant = contestants[Number(number)].name;
    if (result !== expected)
      throw new Error(`${name}: ${contestants[0].name} gives ${expected}, ${contestant} ${result}`);
    measured[name] = { ...measured[name], [contestant]: of(index++, Number(seconds)) };
  }
  if (index < Object.keys(workload).length * contestants.length)
    throw new Error(`not everything has run: ${output.trim().split('\n').slice(-8).join('\n')}`);
  return measured;
}
