// Checks one module on every tier at once, so that reading, optimising and the expected results are made once: on V8, the
// interpreter, the optimised module in the interpreter, translated for Node, as machine code, interpreted and loaded on boards,
// and translated for boards.
import { readModule } from '../../targets/module/read-module.js';
import { optimise } from '../../targets/optimise/optimise.js';
import type { Form } from '../targets/board/script-program.js';
import { runProgram, sliceFuelOf } from './board-program.js';
import { loadText } from './board-text.js';
import { runInterpreted, runLoaded } from './interpreting-boards.js';
import { checkNative } from './native-check.js';
import { differencesOfOptimised } from './optimised-check.js';
import { type RandomModule, randomModule, SMALL } from './random-module.js';
import { switchModule } from './switch-module.js';
import { createEngine, differences, runOnEngine, runOnNode, runWithFuel, trapsOf } from './transcript.js';
import { checkFuel, checkTranslated } from './translated-check.js';

/** One seed in so many has a large switch. Odd, so that these meet every form of a tier: forms take turns by powers of two. */
const SWITCH_EVERY = 15;

/** The module of a seed. It imports nothing. */
export const tiersModule = (seed: number): RandomModule =>
  seed % SWITCH_EVERY === 0 ? switchModule(seed) : randomModule(seed, [], SMALL);

const engine = createEngine();

const FORMS: readonly Form[] = ['plain', 'jit', 'fuel', 'slices'];

export interface CheckedTiers {
  differences: string[];
  calls: number;
  traps: number;
  /** Functions of the module. */
  functions: number;
  /** Names of the tiers on which it ran. */
  tiers: string[];
}

/**
 * Other seeds, other forms of a tier: on Node, each other one counts fuel; on boards, the four forms take turns. The engine runs each
 * fourth module in slices, too. Boards run the module optimised, but where fuel is counted. `Error.stackTraceLimit` must not be 0.
 */
export async function checkTiers(seed: number, module = tiersModule(seed)): Promise<CheckedTiers> {
  const found: string[] = [];
  const tiers: string[] = [];
  const told = (tier: string, lines: string[]) => {
    tiers.push(tier);
    found.push(...lines.map((line) => `${tier}: ${line}`));
  };
  const given = readModule(module.bytes);
  const expected = runWithFuel(engine, module, seed);
  told('interpreter', differences(expected, runOnNode(module, seed)));
  if (seed % 4 === 0)
    told('interpreter, in slices', differences(runOnEngine(engine, module, seed, 1 + (seed % 97)), expected));
  const optimised = await optimise(given);
  told(
    'optimised',
    differencesOfOptimised(
      runOnEngine(engine, { ...module, bytes: optimised.bytes }, seed),
      optimised,
      expected,
      given,
    ),
  );
  const withoutFuel = seed % 2 === 0 ? optimised : given;
  if (seed % 2 === 0)
    told('js on Node', checkTranslated(seed, { interpreted: seed % 4 === 0 }, module, expected).differences);
  else told('js on Node, fuel', checkFuel(seed, module, expected).differences);
  told('native', checkNative(seed, module, expected, withoutFuel).differences);
  const onBoards = {
    ...expected,
    tables: expected.tables.map((entries) => entries.map((entry) => (entry < 0 ? -1 : 1))),
  };
  told('board, interpreted', differences(runInterpreted(given, module, seed), onBoards));
  told('board, loaded', differences(runLoaded(module, seed), onBoards));
  const form = FORMS[(seed >> 2) % FORMS.length];
  const optimises = form !== 'fuel';
  const ours = runProgram(
    await loadText(given, form, { optimise: optimises, sliceFuel: sliceFuelOf(seed) }),
    module,
    seed,
  );
  const lines = differences(ours, onBoards);
  if (!optimises && ours.fuelUsed !== expected.fuelUsed)
    lines.push(`fuel ${ours.fuelUsed}, expected ${expected.fuelUsed}`);
  told(`board, ${form}`, lines);
  return {
    differences: found,
    calls: expected.calls.length,
    traps: trapsOf(expected).length,
    functions: given.bodies.length - given.importedFunctions,
    tiers,
  };
}
