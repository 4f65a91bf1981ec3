// Checks one module on every tier at once, so that reading, optimising and the expected results are made once: on V8, the
// interpreter, the optimised module in the interpreter, translated for Node, and translated for boards in each form.
import { readModule } from '../../targets/module/read-module.js';
import { optimise } from '../../targets/optimise/optimise.js';
import type { Form } from '../targets/board/script-program.js';
import { runProgram, sliceFuelOf } from './board-program.js';
import { loadText } from './board-text.js';
import { differencesOfOptimised } from './optimised-check.js';
import { type RandomModule, type RandomSize, randomModule } from './random-module.js';
import { createEngine, differences, runOnEngine, runOnNode, trapsOf } from './transcript.js';
import { checkFuel, checkTranslated } from './translated-check.js';

/** Of one function or two, so that many modules can be checked. */
const SMALL: RandomSize = { fewestFunctions: 1, mostFunctions: 2, budgets: [5, 15, 30, 60] };

export const smallModule = (seed: number): RandomModule => randomModule(seed, [], SMALL);

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

/** Boards run the module optimised, but where fuel is counted. `Error.stackTraceLimit` must not be 0. */
export async function checkTiers(seed: number, module = smallModule(seed)): Promise<CheckedTiers> {
  const found: string[] = [];
  const tiers: string[] = [];
  const told = (tier: string, lines: string[]) => {
    tiers.push(tier);
    found.push(...lines.map((line) => `${tier}: ${line}`));
  };
  const given = readModule(module.bytes);
  const expected = runOnEngine(engine, module, seed);
  const { fuelUsed } = engine;
  told('interpreter', differences(expected, runOnNode(module, seed)));
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
  told('js on Node', checkTranslated(seed, { interpreted: seed % 2 === 0 }, module).differences);
  told('js on Node, fuel', checkFuel(seed, module).differences);
  const tables = expected.tables.map((entries) => entries.map((entry) => (entry < 0 ? -1 : 1)));
  for (const form of FORMS) {
    const optimise = form !== 'fuel';
    const ours = runProgram(await loadText(given, form, { optimise, sliceFuel: sliceFuelOf(seed) }), module, seed);
    const lines = differences(ours, { ...expected, tables });
    if (!optimise && ours.fuelUsed !== fuelUsed) lines.push(`fuel ${ours.fuelUsed}, expected ${fuelUsed}`);
    told(`board, ${form}`, lines);
  }
  return {
    differences: found,
    calls: expected.calls.length,
    traps: trapsOf(expected).length,
    functions: given.bodies.length - given.importedFunctions,
    tiers,
  };
}
