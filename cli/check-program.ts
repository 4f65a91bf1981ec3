// Whether a program for Espruino and the modules that it requires fit a board together: each module is built and decided as alone, and
// what they take is added up.

import type { Board } from '../boards/index.js';
import type { BuildOptions } from '../targets/board/build.js';
import { BuildError } from '../targets/board/build-error.js';
import { figuresOf, type ProgramFigures, stackNeeded } from '../targets/board/figures.js';
import type { StorageFile } from '../targets/board/image.js';
import { type Decision, decide, Verdict } from '../targets/budget/verdict.js';
import { CommandError } from './command-error.js';
import { moduleRequest } from './module-program.js';
import { moduleOptions, type ProgramOptions } from './program-options.js';
import { programWithModules } from './program-with-modules.js';
import type { Checked } from './verdict-text.js';

interface CheckedModule {
  name: string;
  decision: Decision;
}

/** Throws what building the program throws, but for what `build` refuses of its modules: that is the verdict. */
export async function checkProgram(file: string, board: Board, options: ProgramOptions): Promise<Checked> {
  const modules: CheckedModule[] = [];
  const build: BuildOptions = { ...moduleOptions(options), board, name: '' };
  const checked = (decision: Decision): Checked => ({ file, board, options: build, decision, remedies: [] });
  try {
    const { image } = await programWithModules(file, board, options, async (path, _, request) => {
      const { read, how, inputs } = await moduleRequest(path, board, request);
      const decision = await decide(read, how);
      modules.push({ name: how.name, decision });
      if (decision.program === undefined) throw decision.refusal;
      return { built: decision.program, read, inputs };
    });
    const figures = sumOf(modules, image.files, board);
    const doubts = modules.flatMap(({ name, decision }) => decision.doubts.map((doubt) => `${name}: ${doubt}`));
    const takes = 'the program itself takes JsVars, too: tazzina run shows the most that are used';
    const verdict = modules.some(({ decision }) => decision.verdict === Verdict.MayFit) ? Verdict.MayFit : Verdict.Fits;
    return checked({ verdict, figures, doubts: [...doubts, takes] });
  } catch (error) {
    const { name = '', decision = undefined } = modules.at(-1) ?? {};
    const isOfModule = decision !== undefined && error === decision.refusal;
    const isOfProgram = error instanceof BuildError || (error instanceof CommandError && error.kind === 'lint');
    if (!isOfModule && !isOfProgram) throw error;
    const { message, notes = [] } = error as Error & { notes?: string[] };
    const refusal = new BuildError(isOfModule ? `${name}: ${message}` : message, notes);
    return checked({ verdict: Verdict.DoesNotFit, refusal, figures: decision?.figures, doubts: [] });
  }
}

/** JsVars by module. Calls of one module end before those of another begin, unless the program passes functions between them. */
function sumOf(modules: readonly CheckedModule[], files: readonly StorageFile[], board: Board): ProgramFigures {
  const jsVarParts = modules.flatMap(({ name, decision }) => {
    const own = decision.figures!.jsVars.parts;
    const of = (isBuffer: boolean) =>
      own.filter((each) => each.isBuffer === isBuffer).reduce((sum, { jsVars }) => sum + jsVars, 0);
    return [
      { part: `${name}, program`, jsVars: of(false), isBuffer: false },
      { part: `${name}, memory`, jsVars: of(true), isBuffer: true },
    ];
  });
  const stacks = modules.flatMap(({ decision }) => decision.figures!.stack ?? []);
  const [stack] = stacks.sort((one, other) => stackNeeded(other) - stackNeeded(one));
  return figuresOf({ files, jsVarParts, stack }, board);
}
