// Builds the files of one module for a board: makes the checks that all programs need, and calls the builder of the chosen tier.

import { type Board, jsVarsOf } from '../../boards/index.js';
import { ExternalKind } from '../../src/index.js';
import { VerificationLevel } from '../../src/safety/index.js';
import { analyseModule, type ModuleAnalysis } from '../analysis/analysis.js';
import { leastMemory } from '../analysis/least-memory.js';
import { lowestAddress } from '../analysis/memory-window.js';
import { Bound } from '../analysis/need.js';
import { slotsOfCall } from '../analysis/stack-depth.js';
import { learnsOfMemory, toldMemory } from '../analysis/told-memory.js';
import { missingHostFunctions, missingLines } from '../host-functions/missing-host-functions.js';
import { type OwnImports, ownValue } from '../host-functions/own-imports.js';
import { type LinkedModule, linkModules } from '../linking/link-modules.js';
import { parameterNames } from '../module/function-names.js';
import { type ReadModule, readModule } from '../module/read-module.js';
import { ArgumentChecks } from './argument-checks.js';
import { BuildError } from './build-error.js';
import { checkFigures } from './check-figures.js';
import { exportDeclarations } from './declarations.js';
import { figuresOf, type ProgramFigures } from './figures.js';
import type {
  BoardImage,
  FunctionWithReason,
  JittedFunction,
  MemoryWindow,
  ProgramSizes,
  TierProgram,
} from './image.js';
import { buildInterpreted } from './interpreted/build.js';
import { type LoweredModule, lowerModule } from './interpreted/lowered-module.js';
import { buildNative } from './native/build.js';
import { checkProgram } from './program-parts.js';
import { sliceFuel, type Tier } from './slice-fuel.js';
import { checkStart } from './start-function.js';
import { buildTranslated } from './translated/build.js';
import type { TranslatedModule } from './translated/translated-module.js';
import { arenaOf, type PlacedInterface, type TypedInterface } from './typed/typed-program.js';

export interface BuildOptions {
  board: Board;
  /** The name of the program for `require`: at most 20 characters. */
  name: string;
  /** How the module is executed: interpreted by the run-only runtime (`interp`), or translated to JavaScript (`js`). */
  tier?: Tier;
  /** js tier: optimise the module with binaryen first. The default, unless fuel is counted. */
  optimise?: boolean;
  /** Bytes that back the linear memory. Default: what the analysis finds, or the board's capacity if the analysis finds no bound. */
  memoryBytes?: number;
  /**
   * The first address that these bytes back, rounded down to a multiple of 8. Default: 0, or, where the module has no room then,
   * the lowest address that it uses.
   */
  memoryStart?: number;
  /** interp tier: maximum depth of calls. Default: what the analysis finds; with recursion, at least the board's capacity. */
  callDepth?: number;
  /** js tier: functions that the board's compiler compiles: those that run most, or as many as its RAM holds. */
  jit?: 'hot' | 'all';
  /** Bytes of RAM that compiling them may take. Default: three quarters of the free RAM. */
  jitBytes?: number;
  /** js tier: bytes of the C stack that calls may use. Default: what the board has. */
  stackBytes?: number;
  /** js and native tiers: calls count fuel, and can have a limit. */
  fuel?: boolean;
  /** js and native tiers: exported functions that yield when their slice is used up, and are resumed later; true for all. */
  resumable?: true | readonly string[];
  /** Fuel of one of their slices. Default, as for interpreted programs: the fuel that takes the board's time of a slice. */
  sliceFuel?: number;
  /** Machine code: statements after the program, among the runtime's own names. */
  nativeEpilogue?: string;
  /** Value slots of 8 bytes. */
  valueSlots?: number;
  /** Entries of all tables, if a table grows. */
  tableEntries?: number;
  /** Modules of the same program, from which the module and later ones of this list import. They have no memory of their own. */
  linked?: readonly LinkedModule[];
  /** How many instructions, those that run most, have a handler of their own. Default: as many as pay. */
  ownHandlers?: number;
  /** The level of verification between calls and slices, by default none: docs/verification.md. */
  verification?: VerificationLevel;
  /** The user's JavaScript for imports of the module. */
  imports?: OwnImports;
  /** The module's world: the program exports its functions with their types. */
  typed?: TypedInterface;
  /** Exported functions check their arguments: an error says what they have to be. */
  debug?: boolean;
  /** Statements that are appended to the program, in the scope of the runtime's names: for tools that inspect it. */
  epilogue?: (module: LoweredModule) => string;
  /** js tier: the same. */
  translatedEpilogue?: (module: TranslatedModule) => string;
}

export interface BuiltProgram {
  image: BoardImage;
  /** TypeScript declarations of the exports. */
  declarations: string;
  /** The program's sizes beside the board's. */
  figures: ProgramFigures;
  /** JsVars that the program takes on the board: exact for the buffers, an estimate for the rest. */
  jsVars: number;
  /** The part of these JsVars that buffers take. */
  bufferJsVars: number;
  /** The part of linear memory that exists. */
  memory: MemoryWindow;
  /** Functions that the board's compiler compiles. */
  jitted?: JittedFunction[];
  /** Functions that it does not compile, if `jit` is set. */
  notJitted?: FunctionWithReason[];
  /** Warnings about a program that was built. */
  warnings: string[];
  /** Warnings for the user before the program is flashed. */
  cautions: string[];
  analysis: ModuleAnalysis;
}

/** Throws BuildError, and what instantiating the module throws. */
export async function buildProgram(read: ReadModule, wanted: BuildOptions): Promise<BuiltProgram> {
  const { board, name, linked = [] } = wanted;
  checkProgram(name, board);
  checkOptions(wanted);
  checkImports(read, board, linked, wanted.imports);
  const analysis = analyseModule(read, { memoryBytes: wanted.memoryBytes ?? board.capacities.memoryBytes });
  const arena = arenaOf(wanted.typed, analysis);
  const options =
    arena === null
      ? wanted
      : { ...wanted, memoryBytes: wanted.memoryBytes ?? arena.memoryBytes - (wanted.memoryStart ?? 0) };
  checkMemory(analysis, options);
  const sizes = programSizes(analysis, options);
  checkTables(analysis, board);
  if ((options.tier === 'js' || options.tier === 'native') && linked.length > 0) {
    // The engine links them first: it refuses imports that do not match, and instantiations that trap.
    lowerModule(read, sizes.memory, linked, { count: 0 }, options.imports);
    return buildProgram(readModule(linkModules(read, linked)), { ...options, linked: [] });
  }
  const { program, figures, memory } = await fittingProgram(read, analysis, options, {
    ...sizes,
    typed: options.typed && { ...options.typed, arena },
    checks: options.debug ? new ArgumentChecks(read.exports, parameterNames(read.module, read)) : null,
  });
  checkFigures(figures, board);
  if (linked.length === 0) checkStart(read, memory);
  const { files, jitted, notJitted, warnings = [], cautions = [] } = program;
  const { jsVars } = figures;
  return {
    image: { name, board: board.name, files },
    declarations: exportDeclarations(
      name,
      read.exports,
      { ...options, memoryStart: memory.start, parameterNames: parameterNames(read.module, read) },
      ownOf(read, options),
    ),
    figures,
    jsVars: jsVars.needed,
    bufferJsVars: jsVars.parts.reduce((sum, part) => sum + (part.isBuffer ? part.jsVars : 0), 0),
    memory,
    jitted,
    notJitted,
    warnings: [...windowNotes(read, analysis, options, sizes, memory), ...warnings],
    cautions,
    analysis,
  };
}

interface FittingProgram {
  program: TierProgram;
  figures: ProgramFigures;
  memory: MemoryWindow;
}

/**
 * The program with all the memory that its module may use. If there is no room for that, and nothing was given, memory starts at the
 * lowest address that the module uses. If that is not enough, and the module uses no more than an upper bound or learns where
 * memory ends, it ends where the board's memory for modules does. The module traps where it uses addresses outside.
 */
async function fittingProgram(
  read: ReadModule,
  analysis: ModuleAnalysis,
  options: BuildOptions,
  sizes: TierSizes,
): Promise<FittingProgram> {
  const { board } = options;
  const windows = possibleWindows(read, analysis, options, sizes.memory);
  for (const [index, memory] of windows.entries()) {
    const isLast = index === windows.length - 1;
    if (!isLast && jsVarsOf(memory.bytes, board) >= board.freeJsVars) continue;
    const told = toldMemory(read, memory.start + memory.bytes);
    const program = await buildTier(told, options, { ...sizes, memory });
    const figures = figuresOf(program, board);
    if (isLast || figures.jsVars.needed <= board.freeJsVars) return { program, figures, memory };
  }
  throw new Error('there is no window of memory');
}

/** The largest first. */
function possibleWindows(
  read: ReadModule,
  { memory, calls, needs }: ModuleAnalysis,
  { board, memoryBytes, memoryStart }: BuildOptions,
  whole: MemoryWindow,
): MemoryWindow[] {
  const windows = [whole];
  const end = whole.start + whole.bytes;
  const lowest = lowestAddress(memory, calls).address & -WINDOW_ALIGNMENT;
  const start = memoryStart === undefined && lowest > 0 ? lowest : whole.start;
  if (memoryBytes !== undefined) {
    // The given number of bytes, from an address at which they suffice.
    const least = leastMemory(memory).bytes;
    return least > end && start > whole.start ? [{ start, bytes: memoryBytes }] : windows;
  }
  if (start > whole.start) {
    if (memory.grows) windows.push(windowTo(start, memory.declared + PAGE_BYTES));
    windows.push(windowTo(start, needs.memoryBytes.bound === Bound.AtLeast ? needs.memoryBytes.needed : end));
  }
  if (needs.memoryBytes.bound !== Bound.AtMost && !learnsOfMemory(read)) return windows;
  const last = windows[windows.length - 1];
  const least = windowTo(start, Math.max(leastMemory(memory).bytes, start + board.capacities.memoryBytes));
  return least.bytes < last.bytes ? [...windows, least] : windows;
}

const PAGE_BYTES = 65536;
/** Views of memory start at its first byte: an address that is a multiple of their elements stays one. */
const WINDOW_ALIGNMENT = 8;

const windowTo = (start: number, end: number): MemoryWindow => ({
  start,
  bytes: Math.max(WINDOW_ALIGNMENT, (end - start + WINDOW_ALIGNMENT - 1) & -WINDOW_ALIGNMENT),
});

/** Returns notes about a window that the module does not fill, or fills to its end. */
function windowNotes(
  read: ReadModule,
  { memory, needs, calls }: ModuleAnalysis,
  options: BuildOptions,
  sizes: ProgramSizes,
  given: MemoryWindow,
): string[] {
  const { start, bytes } = given;
  const notes: string[] = [];
  if (start > 0 && options.memoryStart === undefined) {
    const { stackBytes } = lowestAddress(memory, calls);
    notes.push(
      `memory is the ${bytes} bytes from ${start} on (--memory-base, --memory): ${stackBytes > 0 ? `${stackBytes} bytes of stack, ` : ''}the data, and what is behind them`,
    );
  }
  const most = needs.memoryBytes.needed;
  if (options.memoryBytes !== undefined || start + bytes >= most || bytes >= sizes.memory.bytes) return notes;
  const set = `--memory sets them, from ${Math.max(1, leastMemory(memory).bytes - start)} on`;
  if (needs.memoryBytes.bound === Bound.AtMost)
    notes.push(
      `the module may use up to ${most - start} bytes of memory (${needs.memoryBytes.why}), and gets ${bytes}: ` +
        `it traps where it uses more. ${set}`,
    );
  else if (learnsOfMemory(read))
    notes.push(
      `the module declares ${memory.declared} bytes of memory, and gets ${bytes}: its allocator returns NULL, or ends the program, when ` +
        `they are used up. ${set}`,
    );
  return notes;
}

function checkOptions({ board, tier, jit, fuel, resumable, verification, typed }: BuildOptions): void {
  if (tier === 'native' && verification === VerificationLevel.Full)
    throw new BuildError('machine code keeps no sums of memory: build with --tier js, or with --verification standard');
  if (typed) {
    if (verification === VerificationLevel.Full)
      throw new BuildError(
        'glue writes to memory, of which typed programs keep no sums: build with --verification standard',
      );
    if (fuel && resumable)
      throw new BuildError('typed calls in slices have no limit of fuel: leave out --fuel or --resumable');
  }
  if (tier !== 'js') {
    if (jit) throw new BuildError('only what is translated can be jitted: build with --tier js');
    if (resumable && tier === 'interp')
      throw new BuildError('interpreted functions run in slices anyway: build without --resumable');
    if (fuel && tier === 'interp')
      throw new BuildError('calls of interpreted programs have no limit of fuel: build with --tier js or native');
  }
  if (!jit) return;
  if (board.missing.includes('"jit"'))
    throw new BuildError(`${board.name} cannot use --jit: its firmware has no compiler, or cannot execute code in RAM`);
  if (resumable) throw new BuildError('jitted functions do not yield: build without --jit or without --resumable');
  if (verification === VerificationLevel.Full)
    throw new BuildError(
      'jitted functions keep no sums of memory: build without --jit, or with --verification standard',
    );
}

/** Returns the imports of the module that the user provides. */
const ownOf = ({ imports }: ReadModule, { imports: own }: BuildOptions) =>
  imports.filter((each) => ownValue(each, own) !== undefined);

/** Memories and tables that a module imports are made as large as it asks for; a global has the value that the user gives. */
const isProvided = (kind: ExternalKind) => kind === ExternalKind.Memory || kind === ExternalKind.Table;

function checkImports(
  read: ReadModule,
  board: Board,
  linked: readonly LinkedModule[],
  own: OwnImports | undefined,
): void {
  const missing = missingHostFunctions(read, board, own).filter(({ kind, module }) => {
    return !isProvided(kind) && !linked.some((each) => each.name === module);
  });
  checkGlobals(read, own);
  if (missing.length === 0) return;
  throw new BuildError(`${board.name} does not provide what the module imports`, missingLines(missing, read.imports));
}

/** A program has a variable for each imported global: two imports of one would have to share it. */
function checkGlobals({ imports }: ReadModule, own: OwnImports | undefined): void {
  const globals = imports.filter((each) => each.kind === ExternalKind.Global && ownValue(each, own) !== undefined);
  for (const [index, { module, name }] of globals.entries()) {
    if (globals.findIndex((each) => each.module === module && each.name === name) < index)
      throw new BuildError(
        `the module imports the global ${module} ${name} twice: a program for a board takes it once`,
      );
  }
}

function checkMemory({ memory, calls }: ModuleAnalysis, { memoryBytes, memoryStart }: BuildOptions): void {
  const { bytes, why } = leastMemory(memory);
  const { data, stack, declared } = memory;
  const start = memoryStart ?? 0;
  if (start >= Math.max(1, declared))
    throw new BuildError(`memory cannot begin at ${start}: the module declares ${declared} bytes`);
  if (data.end > 0 && start > data.start)
    throw new BuildError(`memory cannot begin at ${start}: the data of the module begin at byte ${data.start}`);
  if (stack?.used && start >= stack.top)
    throw new BuildError(`memory cannot begin at ${start}: the stack of the module grows down from byte ${stack.top}`);
  if (memoryBytes === undefined) return;
  const lowest = lowestAddress(memory, calls).address;
  const first = memoryStart ?? Math.min(lowest, bytes);
  if (first + memoryBytes >= bytes) return;
  const from = first > 0 ? ` from byte ${first} on` : '';
  throw new BuildError(`${memoryBytes} bytes of memory${from} are too few: ${why}`, [`give at least ${bytes - first}`]);
}

/** Bytes of an entry of a table, at least. */
const ENTRY_BYTES = 4;

/** Runs before anything of their size is allocated: a few bytes of a module can declare millions of entries. */
function checkTables({ needs }: ModuleAnalysis, { name, freeJsVars, jsVars }: Board): void {
  const { needed } = needs.tableEntries;
  if (needed * ENTRY_BYTES <= freeJsVars * jsVars.bytes) return;
  throw new BuildError(`the tables of the module have ${needed} entries, more than all of the RAM of ${name} holds`);
}

/** The value of the options; otherwise what the analysis finds, or the board's capacity if the analysis finds no bound. */
function programSizes(analysis: ModuleAnalysis, options: BuildOptions): ProgramSizes {
  const isLinked = (options.linked ?? []).length > 0;
  const size = (wanted: 'memoryBytes' | 'callDepth' | 'valueSlots' | 'tableEntries') => {
    const { needed, bound } = analysis.needs[wanted];
    const available = options.board.capacities[wanted];
    return options[wanted] ?? (bound === Bound.AtLeast || isLinked ? Math.max(needed, available) : needed);
  };
  return {
    memory: givenWindow(options, size('memoryBytes')),
    callDepth: size('callDepth'),
    valueSlots: Math.max(size('valueSlots'), recursionSlots(analysis, options)),
    tableEntries: size('tableEntries'),
  };
}

/** Value slots of as many calls as the options ask for, if these recurse; otherwise 0. */
function recursionSlots({ needs, calls }: ModuleAnalysis, { callDepth, valueSlots }: BuildOptions): number {
  if (callDepth === undefined || valueSlots !== undefined || calls.recursion.length === 0) return 0;
  return needs.valueSlots.needed + Math.ceil(callDepth * slotsOfCall(calls));
}

/** `bytes` are those of the options, or as many as are needed from address 0 on. */
function givenWindow({ memoryBytes, memoryStart = 0 }: BuildOptions, bytes: number): MemoryWindow {
  const start = memoryStart & -WINDOW_ALIGNMENT;
  return windowTo(start, memoryBytes === undefined ? Math.max(bytes, start) : memoryStart + memoryBytes);
}

/** Decisions made before a program is built. */
interface TierSizes extends ProgramSizes {
  typed?: PlacedInterface;
  checks: ArgumentChecks | null;
}

function buildTier(read: ReadModule, options: BuildOptions, sizes: TierSizes): Promise<TierProgram> {
  const { board, name, tier, fuel, verification } = options;
  if (tier !== 'js' && tier !== 'native') return buildInterpreted(read, { ...options, ...sizes, typed: sizes.typed });
  const { stackBytes, resumable, jit, jitBytes, imports, translatedEpilogue: epilogue } = options;
  const { typed, checks } = sizes;
  // Fuel counts the instructions of the given module.
  const optimise = options.optimise ?? !fuel;
  if (tier === 'native') {
    return buildNative(read, {
      board,
      name,
      memory: sizes.memory,
      tableEntries: sizes.tableEntries,
      optimise,
      fuel,
      resumable,
      sliceFuel: options.sliceFuel ?? sliceFuel(board, 'native'),
      stackBytes,
      imports,
      typed,
      checks,
      verification,
      epilogue: options.nativeEpilogue,
    });
  }
  return buildTranslated(read, {
    board,
    name,
    memory: sizes.memory,
    optimise,
    epilogue,
    stackBytes,
    fuel,
    resumable,
    jit,
    jitBytes,
    sliceFuel: options.sliceFuel ?? sliceFuel(board, 'js'),
    verification,
    imports,
    typed,
    checks,
  });
}
