// Whether the full runtime, which loads modules on the board, has room for a module there.

import type { Board } from '../../boards/index.js';
import { type Capacities, EngineError } from '../../src/index.js';
import { BuildError } from '../board/build-error.js';
import { checkFigures } from '../board/check-figures.js';
import { estimatedPart, type ProgramFigures, storedBytes } from '../board/figures.js';
import { buildFullRuntime, type FullRuntime } from '../board/loaded/build.js';
import type { ReadModule } from '../module/read-module.js';
import { type Budget, budgetOf } from './budget.js';
import { type Decision, Verdict } from './verdict.js';

export interface LoadedDecision extends Decision {
  /** The runtime's capacities; absent if there is no runtime for the board. */
  budget?: Budget;
}

/** The runtime as `build --runtime full` writes it, with the module beside it in Storage. */
export async function decideLoaded(
  file: string,
  read: ReadModule,
  { board, boards, capacities }: { board: Board; boards: readonly Board[]; capacities: Partial<Capacities> },
): Promise<LoadedDecision> {
  try {
    const runtime = await buildFullRuntime({ board, name: 'tazzina', capacities });
    const figures = loadedFigures(runtime, read, board);
    const budget = budgetOf(file, read, { ...board, capacities: runtime.capacities }, { boards });
    const { verdict, rows } = budget;
    if (verdict !== Verdict.DoesNotFit) checkFigures(figures, board);
    const doubts = rows
      .filter((row) => row.verdict === Verdict.MayFit)
      .map(({ capacity, why }) => `${capacity}: ${why}`);
    return { verdict, figures, doubts, budget };
  } catch (error) {
    if (!(error instanceof BuildError || error instanceof EngineError)) throw error;
    const figures = error instanceof BuildError ? error.figures : undefined;
    return { verdict: Verdict.DoesNotFit, refusal: error, figures, doubts: [] };
  }
}

function loadedFigures({ image, jsVars, bufferJsVars }: FullRuntime, read: ReadModule, board: Board): ProgramFigures {
  const files = [...image.files, { name: 'module', bytes: read.bytes }];
  const parts = [
    { part: 'capacities', jsVars: bufferJsVars, isBuffer: true },
    estimatedPart('runtime', jsVars - bufferJsVars),
  ];
  return {
    storage: { needed: storedBytes(files), available: board.storage.bytes },
    jsVars: { needed: jsVars, available: board.freeJsVars, parts },
  };
}
