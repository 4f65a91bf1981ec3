// Checks the random module of a seed, or another module, translated to JavaScript, in either dialect, beside the interpreter:
// results, traps with their places, memory, globals, tables and fuel.
import {
  type CompiledModule,
  type CompileOptions,
  compileModule,
  passNames,
} from '../../targets/node/compile-module.js';
import { createCompilingWebAssembly } from '../../targets/node/compiling-webassembly.js';
import type { Instance as Translated } from '../../targets/node/translated/instance.js';
import type { Form } from '../targets/board/script-program.js';
import { runOnBoard } from './board-program.js';
import type { platform } from './platform.js';
import type { Checked } from './random-check.js';
import { randomModule } from './random-module.js';
import {
  createEngine,
  differences,
  runOnEngine,
  runOnNode,
  runWithFuel,
  type Transcript,
  trapsOf,
} from './transcript.js';

const engine = createEngine();

function checked(found: string[], expected: Transcript): Checked {
  return { differences: found, calls: expected.calls.length, traps: trapsOf(expected).length };
}

/** The Node dialect. `Error.stackTraceLimit` must not be 0. `expected` is what the engine does. */
export function checkTranslated(
  seed: number,
  options: Omit<CompileOptions, 'dialect'> = {},
  module = randomModule(seed),
  expected = runOnEngine(engine, module, seed),
): Checked {
  const api = createCompilingWebAssembly(options) as unknown as typeof platform;
  return checked(differences(runOnNode(module, seed, api), expected), expected);
}

/** A namespace that counts fuel, and the last instance of it. */
function fuelled() {
  const made = { instance: undefined as Translated | undefined };
  class Module {
    readonly compiled: CompiledModule;
    constructor(bytes: Uint8Array) {
      this.compiled = compileModule(bytes, { dialect: 'node', fuel: true });
    }
  }
  class Instance {
    readonly exports: Record<string, unknown>;
    constructor(module: Module, imports: Record<string, Record<string, unknown>>) {
      made.instance = module.compiled.instantiate(imports);
      this.exports = made.instance.exports();
    }
  }
  return { made, api: { Module, Instance } as unknown as typeof platform };
}

/** The Node dialect, with fuel counted. `expected` is what the engine does. */
export function checkFuel(
  seed: number,
  module = randomModule(seed),
  expected = runWithFuel(engine, module, seed),
): Checked {
  const { made, api } = fuelled();
  const found = differences(runOnNode(module, seed, api), expected);
  const { fuelUsed } = made.instance!;
  if (fuelUsed !== expected.fuelUsed) found.push(`fuel ${fuelUsed}, expected ${expected.fuelUsed}`);
  return checked(found, expected);
}

/** The Node dialect in one of the ways that there are: with fuel, without a pass, for engines that interpret, or as it is. */
export function checkAnyWay(seed: number, module = randomModule(seed)): Checked {
  if (seed % 4 === 0) return checkFuel(seed, module);
  if (seed % 4 === 1) {
    return checkTranslated(seed, { interpreted: true, without: [passNames[(seed >> 2) % passNames.length]] }, module);
  }
  return checkTranslated(seed, seed % 8 === 2 ? { labels: false } : { interpreted: seed % 8 === 6 }, module);
}

/** A board's module imports nothing. */
export const boardModule = (seed: number) => randomModule(seed, []);

const FORMS: readonly Form[] = ['fuel', 'plain', 'jit', 'jit-fuel', 'plain', 'slices'];

/** The dialect for boards, as the program that would run there, in the forms that there are; optimised, without comparing fuel. */
export async function checkOnBoard(seed: number, module = boardModule(seed), optimise = false): Promise<Checked> {
  const expected = runOnEngine(engine, module, seed);
  const tables = expected.tables.map((entries) => entries.map((entry) => (entry < 0 ? -1 : 1)));
  const { fuelUsed } = engine;
  const form = FORMS[seed % FORMS.length];
  const counts = form.endsWith('fuel') && !optimise;
  const ours = await runOnBoard(module, seed, form, optimise);
  const found = differences(ours, { ...expected, tables });
  if (counts && ours.fuelUsed !== fuelUsed) found.push(`fuel ${ours.fuelUsed}, expected ${fuelUsed}`);
  return checked(found, expected);
}
