// Compiles a module for a board to machine code: optimises it, computes its state after instantiation, and compiles its functions with what
// a board needs besides. Refuses what machine code does not pass, and boards that do not execute it.

import { counterOf } from '../../../boards/counters.js';
import type { Board } from '../../../boards/index.js';
import { hasBitBand, portsOf } from '../../../boards/ports.js';
import { instructionSetOf } from '../../../boards/processor.js';
import { ExternalKind } from '../../../src/index.js';
import { VerificationLevel } from '../../../src/safety/index.js';
import { compileThumb, type ThumbImage } from '../../compiler/thumb/image.js';
import { NotCompiled } from '../../compiler/thumb/not-compiled.js';
import type { PinImports } from '../../compiler/thumb/pins-runtime.js';
import { importedFunction, type OwnImports } from '../../host-functions/own-imports.js';
import type { External } from '../../module/description.js';
import { type ModuleCode, withMemoryStart } from '../../module/module-code.js';
import type { ReadModule } from '../../module/read-module.js';
import type { ArgumentChecks } from '../argument-checks.js';
import { BuildError } from '../build-error.js';
import type { MemoryWindow } from '../image.js';
import { instantiated, optimised } from '../initial-state.js';
import type { LoweredModule } from '../interpreted/lowered-module.js';
import { hostDefines } from '../program-parts.js';
import { type PlacedInterface, TypedProgram } from '../typed/typed-program.js';
import { type BoardEntries, boardEntries, boardText, type LengthCheck } from './board-code.js';
import { wordFunctions } from './export-texts.js';
import { calledByIndex } from './table-calls.js';

export interface NativeOptions {
  /** The module's world: its glue is what the program exports. */
  typed?: PlacedInterface;
  /** Checks of the arguments of exported functions; null for none. */
  checks?: ArgumentChecks | null;
  board: Board;
  name: string;
  memory: MemoryWindow;
  /** Entries of all tables, if a table grows. */
  tableEntries: number;
  /** Optimise the module before it is compiled. */
  optimise: boolean;
  /** Calls count fuel, and can have a limit. */
  fuel?: boolean;
  /** Names of exported functions that run in slices with `async`; true for all of them. */
  resumable?: true | readonly string[];
  /** The verification between calls and slices: up to Standard. */
  verification?: VerificationLevel;
  /** Fuel of a slice. */
  sliceFuel: number;
  /** Statements behind the program, among the runtime's own names. */
  epilogue?: string;
  /** Bytes of C stack for calls; by default, those of the board. */
  stackBytes?: number;
  /** The user's JavaScript for imports of the module. */
  imports?: OwnImports;
}

export interface NativeModule {
  /** The module that was compiled: optimised, unless the options say otherwise. Its memory begins at the window of the options. */
  code: ReadModule;
  image: ThumbImage;
  entries: BoardEntries;
  /** The state after instantiation, which the engine on this machine computes. */
  lowered: LoweredModule;
  /** Bytes of linear memory at the start, and of the buffer for it. */
  memoryBytes: number;
  bufferBytes: number;
  /** Imported functions. */
  imports: External[];
  /** What the implementations of host functions use: constants of the build. */
  hosts: Record<string, string>;
  /** Functions that host functions call by their index in the first table; null if they call none. */
  byIndex: number[] | null;
  pins: PinImports | undefined;
  typed: TypedProgram | undefined;
  /** Names of the JavaScript functions that machine code calls: they are in a list in its context. */
  called: string[];
  /** Whether calls count fuel: by it, a call in slices knows when to yield. */
  fuel: boolean;
  /** Whether exports or imports pass references of the host. */
  passesReferences: boolean;
  warnings: string[];
}

/** A buffer of fewer bytes may lie in pieces. */
export const LEAST_BUFFER = 32;

/** Throws BuildError, and what instantiating the module throws. */
export async function compileModule(given: ReadModule, options: NativeOptions): Promise<NativeModule> {
  const { board, resumable } = options;
  const cpu = instructionSetOf(board);
  if (!cpu) throw new BuildError(`${board.name} executes no machine code of programs`, [whyNot(board)]);
  const { code: unmoved, warnings } = options.optimise ? await optimised(given) : { code: given, warnings: [] };
  const code = withMemoryStart(unmoved, options.memory.start);
  const passesReferences = checkModule(code, resumable !== undefined);
  const lowered = instantiated(code, given, options);
  const { memory } = lowered;
  const memoryBytes = Math.min(memory.minimum * 2 ** memory.shift - memory.start, memory.bytes);
  const bufferBytes = Math.max(LEAST_BUFFER, memory.bytes);
  const imports = code.imports.filter(({ kind }) => kind === ExternalKind.Function);
  const hosts = await hostDefines(imports, options.imports);
  const byIndex = hosts.HOST_CALLS_TABLE === 'true' ? calledByIndex(code) : null;
  const pins = pinImports(imports, options);
  const fuel = options.fuel === true || resumable !== undefined;
  const lengths = new Map<number, LengthCheck>();
  const typed = typedProgram(code, options, { imports, memoryStart: memory.start, memoryBytes: bufferBytes, lengths });
  const image = compiled(code, given, {
    cpu,
    fuel,
    resumable: resumable !== undefined,
    memoryBytes,
    mostMemoryBytes: bufferBytes,
    entries: byIndex ?? [],
    pins,
    hostText: boardText(imports.length, lengths),
  });
  return {
    code,
    image,
    entries: boardEntries(image, imports.length, lengths),
    lowered,
    memoryBytes,
    bufferBytes,
    imports,
    hosts,
    byIndex,
    pins,
    typed,
    called: ['throwTrap', ...imports.map((_, index) => `f${index}`), ...(lengths.size > 0 ? ['arenaFull'] : [])],
    fuel,
    passesReferences,
    warnings,
  };
}

interface TypedParts {
  imports: External[];
  memoryStart: number;
  memoryBytes: number;
  /** Gets the checks of lengths that machine code makes for the glue, by function index. */
  lengths: Map<number, LengthCheck>;
}

function typedProgram(
  code: ModuleCode,
  { board, typed, resumable, checks, fuel = false, verification = VerificationLevel.None }: NativeOptions,
  { imports, memoryStart, memoryBytes, lengths }: TypedParts,
): TypedProgram | undefined {
  if (typed === undefined) return undefined;
  const sliced = resumable !== undefined;
  const words = wordFunctions(code);
  const isDirect = imports.length === 0 && !sliced && !fuel && verification === VerificationLevel.None;
  return new TypedProgram(typed, {
    board,
    sliced,
    checks: (checks ?? null) !== null,
    fuel: fuel || sliced,
    memoryStart,
    memoryBytes,
    imports,
    direct: isDirect ? words.variables : undefined,
    checksLength: (exported, word, most) => {
      const index = words.alone.get(exported);
      if (index !== undefined) lengths.set(index, { word, most });
      return index !== undefined;
    },
  });
}

/** Imports that machine code performs itself: those of the board's own functions, where it knows the addresses of pins or of a counter. */
function pinImports(imports: readonly External[], { board, imports: own }: NativeOptions): PinImports | undefined {
  const names = imports.map((each) => importedFunction(each, own)!.implementation);
  const hasAddresses = portsOf(board) !== undefined || hasBitBand(board);
  const write = hasAddresses ? names.indexOf('writePin') : -1;
  const read = hasAddresses ? names.indexOf('readPin') : -1;
  const counter = counterOf(board);
  const index = names.indexOf('timeNow');
  const time = counter !== undefined && index >= 0 ? { index, ...counter } : null;
  return write < 0 && read < 0 && time === null ? undefined : { write, read, time };
}

function whyNot({ missing, nativeCalls }: Board): string {
  if (missing.some((each) => each.includes('E.nativeCall'))) return 'its firmware has no E.nativeCall';
  return nativeCalls
    ? 'its processor has another instruction set'
    : 'its processor executes nothing that is in RAM, or is no ARM';
}

/** Refuses references that are not passed. Returns whether exports or imports pass those of the host. */
function checkModule({ exports, functions, globals, imports }: ModuleCode, isResumable: boolean): boolean {
  const imported = imports.filter(({ kind }) => kind === ExternalKind.Function);
  const passing: [what: string, types: string][] = [
    ...imported.map(({ module, name }, index): [string, string] => [
      `the import ${module}.${name}`,
      functions[index].signature,
    ]),
    ...exports.flatMap(({ name, kind, index }): [string, string][] => {
      if (kind === ExternalKind.Function) return [[`the export ${name}`, functions[index].signature]];
      return kind === ExternalKind.Global ? [[`the exported global ${name}`, globals[index].type]] : [];
    }),
  ];
  for (const [what, types] of passing) {
    if (types.includes('r'))
      throw new BuildError(`${what} has references to functions, which machine code does not pass`);
    if (types.includes('R') && isResumable)
      throw new BuildError(`${what} has references, which a snapshot does not keep`, ['leave out --resumable']);
  }
  return passing.some(([, types]) => types.includes('R'));
}

/** Throws a BuildError for what is not compiled, in the words of the given module. */
export function compiled(code: ReadModule, given: ReadModule, options: Parameters<typeof compileThumb>[1]): ThumbImage {
  try {
    return compileThumb(code, options);
  } catch (error) {
    if (!(error instanceof NotCompiled)) throw error;
    const name = given.names.get(error.functionIndex);
    throw new BuildError(error.message, [
      ...(name ? [`the function's name is ${name}`] : []),
      'the other tiers support it: --tier js, --tier interp',
    ]);
  }
}
