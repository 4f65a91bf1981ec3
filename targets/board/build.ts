// Builds the files of one module for a board: makes the checks that all programs need, and calls the builder of the chosen tier.

import type { Board } from '../../boards/index.js';
import { ExternalKind } from '../../src/index.js';
import { VerificationLevel } from '../../src/safety/index.js';
import { analyseModule, type ModuleAnalysis } from '../analysis/analysis.js';
import { leastMemory } from '../analysis/least-memory.js';
import { Bound } from '../analysis/need.js';
import { missingHostFunctions } from '../host-functions/missing-host-functions.js';
import { type ReadModule, readModule } from '../module/read-module.js';
import { BuildError } from './build-error.js';
import { exportDeclarations } from './declarations.js';
import type { BoardImage, JittedFunction, ProgramSizes, TierProgram } from './image.js';
import { buildInterpreted } from './interpreted/build.js';
import { type LoweredModule, lowerModule } from './interpreted/lowered-module.js';
import { type LinkedModule, linkModules } from './linking/link-modules.js';
import { checkProgram, checkSize } from './program-parts.js';
import { sliceFuel, type Tier } from './slice-fuel.js';
import { buildTranslated, type TranslatedModule } from './translated/build.js';

export interface BuildOptions {
  board: Board;
  /** What `require` finds the program under: at most 20 characters. */
  name: string;
  /** What executes it: the run-only runtime (`interp`), or JavaScript that the module is translated to. */
  tier?: Tier;
  /** Optimise it with binaryen first, of the js tier: by default, unless fuel is counted. */
  optimise?: boolean;
  /** Bytes behind the linear memory; by default what the analysis finds, or the board's capacity where it cannot tell. */
  memoryBytes?: number;
  /** By default the same. */
  callDepth?: number;
  /** Gives functions of the js tier to the compiler that the board has: those that run most, or all that its RAM holds. */
  jit?: 'hot' | 'all';
  /** Bytes of RAM that making their code may take; by default, three quarters of what is free. */
  jitBytes?: number;
  /** Of the C stack for calls, of the js tier; by default, what the board has. */
  stackBytes?: number;
  /** Whether calls count fuel, and may be given some: of the js tier. */
  fuel?: boolean;
  /** Exported functions of the js tier that yield when their slice is used up, and go on later; true for all. */
  resumable?: true | readonly string[];
  /** Fuel of a slice of theirs; by default, as for interpreted ones, what takes as long as is said for the board. */
  sliceFuel?: number;
  /** Of 8 bytes. */
  valueSlots?: number;
  /** Of all tables, where one grows. */
  tableEntries?: number;
  /** Modules of the same program, which the module and those behind them import from. They have no memory of their own. */
  linked?: readonly LinkedModule[];
  /** How many instructions keep a handler of their own, those that run most; by default as many as pay. */
  ownHandlers?: number;
  /** What is verified between calls and slices, by default nothing: docs/verification.md. */
  verification?: VerificationLevel;
  /** Statements behind the program, among the runtime's own names: for what looks into it. */
  epilogue?: (module: LoweredModule) => string;
  /** The same, of the js tier. */
  translatedEpilogue?: (module: TranslatedModule) => string;
}

export interface BuiltProgram {
  image: BoardImage;
  /** TypeScript declarations of the exports. */
  declarations: string;
  /** JsVars that the program takes on the board: an estimate but for the buffers. */
  jsVars: number;
  /** Of these, the buffers. */
  bufferJsVars: number;
  /** Functions that the compiler on the board gets. */
  jitted?: JittedFunction[];
  /** What the user should know of a program that was built all the same. */
  warnings: string[];
  analysis: ModuleAnalysis;
}

/** Throws BuildError, and what instantiating the module throws. */
export async function buildProgram(read: ReadModule, options: BuildOptions): Promise<BuiltProgram> {
  const { board, name, linked = [] } = options;
  checkProgram(name, board);
  checkOptions(options);
  checkImports(read, board, linked);
  const analysis = analyseModule(read, { memoryBytes: options.memoryBytes ?? board.capacities.memoryBytes });
  checkMemory(analysis, options);
  const sizes = programSizes(analysis, options);
  checkTables(analysis, board);
  if (options.tier === 'js' && linked.length > 0) {
    // The engine links them first: it refuses what does not fit together, and what traps.
    lowerModule(read, sizes.memoryBytes, linked, { count: 0 });
    return buildProgram(readModule(linkModules(read, linked)), { ...options, linked: [] });
  }
  const program = await buildTier(read, options, sizes);
  checkSize(program, board);
  const { files, jsVars, bufferJsVars, jitted, warnings = [] } = program;
  return {
    image: { name, board: board.name, files },
    declarations: exportDeclarations(name, read.exports, options),
    jsVars,
    bufferJsVars,
    jitted,
    warnings,
    analysis,
  };
}

function checkOptions({ board, tier, jit, fuel, resumable, verification }: BuildOptions): void {
  if (tier !== 'js') {
    if (jit) throw new BuildError('only what is translated can be jitted: build with --tier js');
    if (fuel || resumable)
      throw new BuildError('fuel and resumable are options of translated programs: build with --tier js');
  }
  if (!jit) return;
  if (board.missing.includes('"jit"'))
    throw new BuildError(`${board.name} has no compiler for --jit, or executes nothing that is in RAM`);
  if (resumable) throw new BuildError('jitted functions do not yield: build without --jit or without --resumable');
  if (verification === VerificationLevel.Full)
    throw new BuildError(
      'jitted functions keep no sums of memory: build without --jit, or with --verification standard',
    );
}

/** Memories and tables that a module imports are made as large as it asks for; a global has a value, which nobody says. */
const isProvided = (kind: ExternalKind) => kind === ExternalKind.Memory || kind === ExternalKind.Table;

function checkImports(read: ReadModule, board: Board, linked: readonly LinkedModule[]): void {
  const missing = missingHostFunctions(read, board).filter(({ kind, module }) => {
    return !isProvided(kind) && !linked.some((each) => each.name === module);
  });
  if (missing.length === 0) return;
  const notes = missing.map((each) => `${each.module} ${each.name}: ${each.why}`);
  throw new BuildError(`${board.name} does not provide what the module imports`, notes);
}

function checkMemory({ memory }: ModuleAnalysis, { memoryBytes }: BuildOptions): void {
  const { bytes, why } = leastMemory(memory);
  if (memoryBytes === undefined || memoryBytes >= bytes) return;
  throw new BuildError(`${memoryBytes} bytes of memory are too few: ${why}`, [`give at least ${bytes}`]);
}

/** Bytes of an entry of a table, at least. */
const ENTRY_BYTES = 4;

/** Before anything of their size is made: a few bytes of a module declare millions of entries. */
function checkTables({ needs }: ModuleAnalysis, { name, freeJsVars, jsVars }: Board): void {
  const { needed } = needs.tableEntries;
  if (needed * ENTRY_BYTES <= freeJsVars * jsVars.bytes) return;
  throw new BuildError(`the tables of the module have ${needed} entries, more than all of the RAM of ${name} holds`);
}

/** What the options say; otherwise what the analysis finds, or the board's capacity where it cannot tell. */
function programSizes(analysis: ModuleAnalysis, options: BuildOptions): ProgramSizes {
  const isLinked = (options.linked ?? []).length > 0;
  const size = (wanted: keyof ProgramSizes) => {
    const { needed, bound } = analysis.needs[wanted];
    const available = options.board.capacities[wanted];
    return options[wanted] ?? (bound === Bound.AtLeast || isLinked ? Math.max(needed, available) : needed);
  };
  return {
    memoryBytes: (Math.max(1, size('memoryBytes')) + 7) & -8,
    callDepth: size('callDepth'),
    valueSlots: size('valueSlots'),
    tableEntries: size('tableEntries'),
  };
}

function buildTier(read: ReadModule, options: BuildOptions, sizes: ProgramSizes): Promise<TierProgram> {
  const { board, name, tier, fuel, verification } = options;
  if (tier !== 'js') return buildInterpreted(read, { ...options, ...sizes });
  const { stackBytes, resumable, jit, jitBytes, translatedEpilogue: epilogue } = options;
  return buildTranslated(read, {
    board,
    name,
    memoryBytes: sizes.memoryBytes,
    // Fuel is counted of the module as given.
    optimise: options.optimise ?? !fuel,
    epilogue,
    stackBytes,
    fuel,
    resumable,
    jit,
    jitBytes,
    sliceFuel: options.sliceFuel ?? sliceFuel(board, 'js'),
    verification,
  });
}
