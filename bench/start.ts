// What one cold command costs: its processor time, as a multiple of that of `node -e 0` in the same run.
//
// What binaryen makes of a module is kept in a cache. The last row is without the cache, as for a module that is new.
//
// Times of day say little where other processes run, too. The shell's `times` tells the processor time of its children.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { median } from './statistics.js';
import { formatTable } from './table.js';

export interface Start {
  command: string;
  /** Processor seconds: the median of the rounds. */
  seconds: number;
  /** Multiple of the time of `node -e 0`. */
  ratio: number;
  /** The most that it is to be. */
  limit?: number;
}

const PROGRAM = 'dist/cli.js';
const MODULE = 'examples/fib/fib.wasm';

interface Measured {
  words: string[];
  limit?: number;
  /** Without the cache. */
  isNew?: boolean;
}

const COMMANDS: readonly Measured[] = [
  { words: ['--help'], limit: 2.5 },
  { words: ['check', MODULE, '--board', 'puckjs'], limit: 8 },
  { words: ['build', MODULE, '--board', 'puckjs'], limit: 8 },
  { words: ['run', MODULE, '--board', 'puckjs', '--invoke', 'fib', '5'], limit: 9 },
  { words: ['build', MODULE, '--board', 'puckjs'], isNew: true, limit: 8 },
];

/** User and system time of the children of a shell, as `0m0.123s 0m0.045s`. */
function seconds(text: string): number {
  return [...text.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, rest]) => sum + Number(minutes) * 60 + Number(rest),
    0,
  );
}

/** Processor seconds of one process. Throws if it fails. */
function once(words: readonly string[], folder: string, isNew = false): number {
  const script = '"$@" >/dev/null 2>&1; code=$?; times; exit $code';
  const { status, stdout } = spawnSync('bash', ['-c', script, 'bash', process.execPath, ...words], {
    encoding: 'utf8',
    cwd: folder,
    env: { ...process.env, TAZZINA_CACHE: isNew ? 'off' : join(folder, 'cache') },
  });
  if (status !== 0) throw new Error(`node ${words.join(' ')} ends with exit code ${status}`);
  // The first line is the shell's own.
  return seconds(stdout.split('\n')[1]);
}

/** The rounds are interleaved, so that the load of the machine changes for all alike. */
export function measureStarts(rounds: number): Start[] {
  const folder = mkdtempSync(join(tmpdir(), 'tazzina-start-'));
  try {
    const [program, module] = [resolve(PROGRAM), resolve(MODULE)];
    const all: Measured[] = [
      { words: ['-e', '0'] },
      ...COMMANDS.map((each) => ({
        ...each,
        words: [program, ...each.words.map((word) => (word === MODULE ? module : word))],
      })),
    ];
    // Fills the cache.
    for (const { words } of all) once(words, folder);
    const taken: number[][] = all.map(() => []);
    for (let round = 0; round < rounds; round++)
      for (const [index, { words, isNew }] of all.entries()) taken[index].push(once(words, folder, isNew));
    const [node, ...rest] = taken.map(median);
    return [
      { command: 'node -e 0', seconds: node, ratio: 1 },
      ...rest.map((each, index) => ({
        command: `tazzina ${COMMANDS[index].words.join(' ')}${COMMANDS[index].isNew ? ', a new module' : ''}`,
        seconds: each,
        ratio: each / node,
        limit: COMMANDS[index].limit,
      })),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function formatStarts(starts: readonly Start[]): string {
  const rows = starts.map(({ command, seconds, ratio, limit }) => [
    command,
    seconds.toFixed(3),
    ratio.toFixed(2),
    limit === undefined ? '' : `${limit}`,
  ]);
  return formatTable([['command', 'processor seconds', '/ node', 'at most'], ...rows]);
}
