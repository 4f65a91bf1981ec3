// Gives programs the names of modules and globals of the firmware, reserved words, and names that no file can have. A name is refused,
// or the program works under it and leaves the board as it was.
import { firmwareGlobals, reservedWords } from '../../boards/firmware-globals.js';
import { type Board, boards } from '../../boards/index.js';
import { SimulatedBoard } from '../../sim/index.js';
import { buildProgram } from '../../targets/board/build.js';
import { BuildError } from '../../targets/board/build-error.js';
import type { StorageFile } from '../../targets/board/image.js';
import { fitsName, programVariable } from '../../targets/board/program-name.js';
import { readModule } from '../../targets/module/read-module.js';
import { wat } from '../core/wat.js';
import { writesOf } from '../targets/board/program.js';

const MODULE = wat('(module (func (export "f") (result i32) (i32.const 42)))');

const ODD = [
  '',
  ' ',
  'a b',
  'a.b',
  '../a',
  'a/b',
  '.bootcde',
  'größe',
  '\u202e',
  'a\n',
  '-',
  '--',
  '-a',
  '_',
  '$',
  '0',
  '7up',
  'x'.repeat(21),
];

/** What a board needs to be reached: other programs, Storage, the console. */
const REACHED = `require("Storage").write("probe", "ok");
print(f === 42 && require("Storage").read("probe") === "ok" && JSON.parse("[1]")[0] === 1 && typeof E.CRC32 === "function" && !!process.env);`;

/** Null for a board that is too small for any program. */
async function filesOf(board: Board, name: string): Promise<StorageFile[] | null> {
  try {
    return (await buildProgram(readModule(MODULE), { board, name, tier: 'js' })).image.files;
  } catch (error) {
    if (error instanceof BuildError && error.message.includes('too small')) return null;
    throw error;
  }
}

/** Prints what came of the names, and returns the number of faults. */
export async function tryNames(): Promise<number> {
  const names = new Set([...boards.flatMap(({ modules }) => modules), ...firmwareGlobals, ...reservedWords, ...ODD]);
  const counts = { refused: 0, harmless: 0, faults: 0 };
  for (const board of boards) {
    const accepted = [...names].filter((name) => fitsName(name, board));
    counts.refused += names.size - accepted.length;
    for (const name of accepted) {
      const files = await filesOf(board, name);
      if (files === null) break;
      const simulated = new SimulatedBoard(board);
      simulated.run(`${writesOf(files)}\nvar ${programVariable(name)} = require(${JSON.stringify(name)});
        var f = ${programVariable(name)}.f();\n${REACHED}`);
      if (simulated.output.trim() === 'true') counts.harmless++;
      else {
        counts.faults++;
        console.log(`${JSON.stringify(name)} on ${board.name}: ${simulated.output.trim()}`);
      }
    }
  }
  const { refused, harmless, faults } = counts;
  console.log(
    `${names.size} names on ${boards.length} boards: ${refused} refused, ${harmless} harmless, ${faults} wrong`,
  );
  return faults;
}
