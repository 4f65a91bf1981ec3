// Runs Espruino's own tests on a simulated board: `npm run test:espruino -- FOLDER`, the folder `tests` of Espruino's sources. A test passes
// if it leaves a true `result`. Where env ESPRUINO names Espruino for Linux, those that fail there too do not count. Exit code 1 if a test
// fails for which the ledger has no reason, or if one of the ledger passes.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Console } from '../../sim/console/console.js';
import { SimulationError } from '../../sim/index.js';
import { readOutlines } from '../../sim/screen/vector-font.js';
import { linuxBoard } from './linux-board.js';
import { differences } from './upstream-ledger.js';

/** Milliseconds of the board's time. */
const MOST_MILLISECONDS = 60_000;
/** Milliseconds of the machine's time. */
const TIMEOUT = 30_000;

function passesInSimulator(file: string): boolean {
  const board = linuxBoard({ vectorFont });
  board.console = new Console(board, () => undefined);
  try {
    board.run(readFileSync(file, 'latin1'), { file });
    board.runUntilIdle(MOST_MILLISECONDS);
  } catch (error) {
    // Espruino runs what stands before an error of syntax, too.
    if (!(error instanceof SimulationError && error.finding.what === 'syntax')) return false;
    board.runUntilIdle(MOST_MILLISECONDS);
  }
  return Boolean(board.realm.global.result);
}

function passesInEspruino(folder: string, name: string): boolean {
  const { stdout, stderr } = spawnSync('sh', ['-c', `${process.env.ESPRUINO} --test ${name}`], {
    cwd: folder,
    encoding: 'latin1',
    timeout: TIMEOUT,
  });
  return `${stdout}${stderr}`.includes(`PASS ${name}`);
}

const [folder] = process.argv.slice(2);
const fontFile = folder && join(folder, '../libs/graphics/vector_font.c');
/** Other files of Espruino's sources are there, too. */
const vectorFont = fontFile && existsSync(fontFile) ? readOutlines(readFileSync(fontFile, 'latin1')) : undefined;
if (!folder) {
  process.stderr.write('usage: npm run test:espruino -- FOLDER\n');
  process.exit(2);
}
const names = readdirSync(folder).filter((name) => /^test_.*\.js$/.test(name));
const counted = process.env.ESPRUINO ? names.filter((name) => passesInEspruino(folder, name)) : names;
const failing = counted.filter((name) => !passesInSimulator(join(folder, name)));
const reasons = new Map(differences.flatMap(({ tests, reason }) => tests.map((test) => [`test_${test}.js`, reason])));
const unexplained = failing.filter((name) => !reasons.has(name));
const outdated = counted.filter((name) => reasons.has(name) && !failing.includes(name));
for (const name of failing) process.stdout.write(`${name}: ${reasons.get(name) ?? 'no reason is known'}\n`);
for (const name of outdated) process.stdout.write(`${name} passes, and is in the ledger\n`);
const passed = counted.length - failing.length;
const share = ((100 * passed) / counted.length).toFixed(1);
process.stdout.write(`${passed} of ${counted.length} pass (${share} %)\n`);
process.exitCode = unexplained.length + outdated.length > 0 ? 1 : 0;
