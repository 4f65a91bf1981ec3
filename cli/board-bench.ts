// `tazzina bench --board`: one call on a simulated board for each tier, with what the program takes there.

import type { Board } from '../boards/index.js';
import { SimulatedBoard, SimulationError } from '../sim/index.js';
import { VerificationLevel, verificationLevelName } from '../src/safety/index.js';
import type { BuildOptions } from '../targets/board/build.js';
import { callText } from '../targets/board/exported-call.js';
import { decide } from '../targets/budget/verdict.js';
import type { BoundFunction, BoundModule } from '../targets/interfaces/bind.js';
import type { External } from '../targets/module/description.js';
import type { ReadModule } from '../targets/module/read-module.js';
import { argumentBits } from '../targets/module/value-text.js';
import type { BenchOptions, BenchRow } from './bench-row.js';
import { importsFor } from './module-program.js';
import { derivedName } from './program-name.js';
import { store } from './stored-file.js';
import { typedCall } from './typed-board-call.js';

interface BenchCall {
  board: Board;
  /** A typed function if the module has a world. */
  called: External | BoundFunction;
  bound: BoundModule | undefined;
  args: readonly string[];
  options: BenchOptions;
}

/** Limit of a call in the board's time. */
const MOST_SECONDS = 120;

const HOW: Record<string, Pick<BuildOptions, 'tier' | 'jit'>> = {
  native: { tier: 'native' },
  jit: { tier: 'js', jit: 'all' },
  js: { tier: 'js' },
  interp: { tier: 'interp' },
};

export async function benchOnBoard(file: string, read: ReadModule, call: BenchCall): Promise<BenchRow[]> {
  const { board, bound, options } = call;
  const { tier = Object.keys(HOW), verification = [VerificationLevel.None], imports } = options;
  const given = await importsFor(board, bound, imports);
  const rows: BenchRow[] = [];
  for (const name of tier)
    for (const level of verification) {
      const build: BuildOptions = { ...HOW[name], board, name: derivedName(file, board), ...given };
      const isNone = level === VerificationLevel.None;
      const { program, refusal, figures } = await decide(read, isNone ? build : { ...build, verification: level });
      const row = { name: isNone ? name : `${name}, ${verificationLevelName(level)}` };
      if (program === undefined) rows.push({ ...row, why: refusal!.message });
      else {
        const takes = { jsVars: figures!.jsVars.needed, storage: figures!.storage.needed };
        rows.push({ ...row, ...takes, ...run(program.image, call) });
      }
    }
  return rows;
}

function run(
  { name, files }: { name: string; files: readonly { name: string; bytes: Uint8Array }[] },
  call: BenchCall,
): Pick<BenchRow, 'seconds' | 'why'> {
  const { board, called, args } = call;
  const simulated = new SimulatedBoard(board, { mostBlockedSeconds: MOST_SECONDS });
  store(simulated.storage, files, board);
  try {
    simulated.run(`require(${JSON.stringify(name)})`);
    const start = simulated.seconds;
    simulated.run(textOf(name, called, args));
    if (simulated.errors.count > 0) return { why: simulated.output.trim().split('\n')[0] };
    return { seconds: simulated.seconds - start };
  } catch (error) {
    if (!(error instanceof SimulationError)) throw error;
    return {
      why: error.finding.what === 'blocks too long' ? `more than ${MOST_SECONDS} s` : error.message.split('\n')[0],
    };
  }
}

function textOf(name: string, called: External | BoundFunction, args: readonly string[]): string {
  if ('core' in called) return typedCall({ name }, called, args, {}, () => undefined).text;
  const values = called.parameters.map((type, index) => argumentBits(type, args[index]));
  return callText(name, called, values);
}
