// Translates a module for a board: optimises it, computes its state after instantiation, and prints its functions as JavaScript. Refuses
// functions that nest too deeply to run in slices.

import { callStackBytes } from '../../../boards/call-stack.js';
import { type Board, jsVarsOf } from '../../../boards/index.js';
import { ExternalKind } from '../../../src/index.js';
import { VerificationLevel } from '../../../src/safety/index.js';
import { type EspruinoModule, translateForEspruino } from '../../compiler/javascript/espruino/module.js';
import { NestsTooDeeply } from '../../compiler/passes/yield-points.js';
import { importedFunction, type OwnImports } from '../../host-functions/own-imports.js';
import type { External } from '../../module/description.js';
import { type ModuleCode, withMemoryStart } from '../../module/module-code.js';
import { once } from '../../module/once.js';
import type { ReadModule } from '../../module/read-module.js';
import type { ArgumentChecks } from '../argument-checks.js';
import { BuildError } from '../build-error.js';
import type { MemoryWindow } from '../image.js';
import { globalBits, instantiated, optimised, tableEntries } from '../initial-state.js';
import type { LoweredModule } from '../interpreted/lowered-module.js';
import { memoryBufferBytes } from '../program-parts.js';
import { resumableExports } from '../resumable-exports.js';
import { runtimeJsVars } from '../runtime-size.js';
import type { PlacedInterface } from '../typed/typed-program.js';

export interface TranslatedOptions {
  board: Board;
  name: string;
  memory: MemoryWindow;
  /** Optimise the module before it is translated. */
  optimise: boolean;
  /** Bytes of C stack for calls; by default, those of the board. */
  stackBytes?: number;
  /** With functions for the compiler on the board: those that run most, or all that fit. */
  jit?: 'hot' | 'all';
  /** Bytes of RAM that making their code may take; by default, three quarters of what is free. */
  jitBytes?: number;
  /** Whether calls count fuel, and may be given some. */
  fuel?: boolean;
  /** Names of exported functions that run in slices with `async`; true for all of them. With fuel, then. */
  resumable?: true | readonly string[];
  /** The verification between calls and slices. */
  verification?: VerificationLevel;
  /** Fuel of a slice. */
  sliceFuel: number;
  /** The user's JavaScript for imports of the module. */
  imports?: OwnImports;
  /** The module's world: its glue is what the program exports. */
  typed?: PlacedInterface;
  /** Checks of the arguments of exported functions; null for none. */
  checks?: ArgumentChecks | null;
  /** Statements behind the program, among the runtime's own names. */
  epilogue?: (module: TranslatedModule) => string;
}

export interface TranslatedModule {
  /** The module that was translated: optimised, unless the options say otherwise. Its memory begins at the window of the options. */
  code: ReadModule;
  module: EspruinoModule;
  /** The state after instantiation, which the engine on this machine computes. */
  lowered: LoweredModule;
  /** Bytes of linear memory at the start. */
  memoryBytes: number;
  /** By table: indices of functions, -1 for null. */
  tableEntries: number[][];
  /** Imported functions. */
  imports: External[];
  /** Whether calls count fuel: by it, a call in slices knows when to yield. */
  fuel: boolean;
  /** Exported functions that yield. */
  resumable: number[];
  /** Whether stores keep sums of the blocks of memory. */
  sumsBlocks: boolean;
  warnings: string[];
}

/** Throws BuildError, and what instantiating the module throws. */
export async function translateModule(given: ReadModule, options: TranslatedOptions): Promise<TranslatedModule> {
  const { memory: window, imports: own } = options;
  const { code: unmoved, warnings } = options.optimise ? await optimised(given) : { code: given, warnings: [] };
  const code = once(unmoved, `memory from ${window.start} on`, () => withMemoryStart(unmoved, window.start));
  // The text of the user's file identifies everything that depends on it.
  const lowered = once(code, `lowered ${JSON.stringify(window)} ${own?.text ?? ''}`, () =>
    instantiated(code, given, options),
  );
  const { memory } = lowered;
  const memoryBytes = Math.min(memory.minimum * 2 ** memory.shift - memory.start, memory.bytes);
  const imports = code.imports.filter(({ kind }) => kind === ExternalKind.Function);
  const entries = tableEntries(code, lowered);
  const sumsBlocks = options.verification === VerificationLevel.Full && code.memory !== null;
  const resumable = options.resumable === undefined ? [] : resumableExports(code, options.resumable);
  const fuel = options.fuel === true || options.resumable !== undefined;
  const settings = {
    memoryBytes,
    mostMemoryBytes: memoryBufferBytes(memory),
    fuel,
    resumable,
    sumsBlocks,
    splitsFunctions: (options.stackBytes ?? callStackBytes(options.board)) >= LEAST_STACK_TO_SPLIT,
    jit: options.jit && { mostBytes: options.jitBytes ?? jitBytes(options), all: options.jit === 'all' },
  };
  const implementation = (index: number) => importedFunction(imports[index], own)!.implementation || null;
  const module = once(code, `translated ${JSON.stringify(settings)}`, () => {
    try {
      return translateForEspruino(code, {
        ...settings,
        globalBits: (index) => globalBits(code, lowered, index),
        tableEntries: entries,
        implementation: sumsBlocks || memory.bytes > 65536 ? undefined : implementation,
      });
    } catch (error) {
      throw error instanceof NestsTooDeeply ? tooDeep(given, code, error) : error;
    }
  });
  return { code, module, lowered, memoryBytes, tableEntries: entries, imports, fuel, resumable, sumsBlocks, warnings };
}

/** A function that is nested too deeply to run in slices, by its place in the given module. */
function tooDeep(given: ReadModule, code: ModuleCode, { index }: NestsTooDeeply): BuildError {
  const place = code.origin(code.bodies[index]);
  const from = given.bodies.filter((start) => start <= place).length - 1;
  const name = given.names.get(from);
  return new BuildError(
    `function ${from}${name ? ` (${name})` : ''} nests its blocks too deeply to run in slices: more than some 1,500 levels`,
    [
      'name the functions to run in slices, without this one: --resumable NAME',
      'or interpret the module: --tier interp',
    ],
  );
}

/** Maximum share of the RAM beside linear memory for code, including its making; the rest is the program's. */
const JIT_SHARE = 0.75;

function jitBytes({ board, memory }: TranslatedOptions): number {
  const free = board.freeJsVars - jsVarsOf(memory.bytes, board) - runtimeJsVars.translated;
  return Math.max(0, free * board.jsVars.bytes * JIT_SHARE);
}

/** Bytes of C stack that a board needs for functions to be split: a call of a part of a function takes about 500 more. */
const LEAST_STACK_TO_SPLIT = 9000;
