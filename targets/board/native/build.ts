// Builds the files of a module that is compiled to machine code: the code, the data, the places of traps, and the program that starts it
// and calls it.

import { crc32 } from 'node:zlib';
import { callStackBytes } from '../../../boards/call-stack.js';
import { counterOf } from '../../../boards/counters.js';
import type { Board } from '../../../boards/index.js';
import { hasBitBand, portsOf } from '../../../boards/ports.js';
import { instructionSetOf } from '../../../boards/processor.js';
import { ExternalKind } from '../../../src/index.js';
import { VerificationLevel } from '../../../src/safety/index.js';
import { Trap } from '../../../src/trap.js';
import { type ProgramPart, printParts } from '../../compiler/javascript/trees/program.js';
import { Context, Stash } from '../../compiler/thumb/contract.js';
import { compileThumb, type ThumbImage } from '../../compiler/thumb/image.js';
import { NotCompiled } from '../../compiler/thumb/not-compiled.js';
import { hasPins, type PinImports } from '../../compiler/thumb/pins-runtime.js';
import { SLICE_STACK } from '../../compiler/thumb/slices-runtime.js';
import { type ImportedFunction, importedFunction, type OwnImports } from '../../host-functions/own-imports.js';
import type { External } from '../../module/description.js';
import { startingFunctions } from '../../module/entry-points.js';
import { functionAt } from '../../module/function-at.js';
import { keepsReferences, type ModuleCode, withMemoryStart } from '../../module/module-code.js';
import type { ReadModule } from '../../module/read-module.js';
import type { ArgumentChecks } from '../argument-checks.js';
import { BuildError } from '../build-error.js';
import { bufferPart, estimatedPart, type StackFigures } from '../figures.js';
import {
  jsRuntime,
  jsState,
  jsVerification,
  nativeFuel,
  nativePins,
  nativeReferences,
  nativeSlices,
  nativeStart,
  nativeTraps,
  nativeVerifiedCode,
} from '../generated/texts.js';
import type { MemoryWindow, StorageFile, TierProgram } from '../image.js';
import { instantiated, optimised } from '../initial-state.js';
import { countsOf } from '../parsable.js';
import {
  bundleProgram,
  chunkBytes,
  dataChunks,
  dataLines,
  functionNamesText,
  hostDefines,
  importCall,
  importHosts,
  ownImportLines,
  READ,
  simplified,
} from '../program-parts.js';
import { CALLER_STACK, HOST_STACK } from '../reserved-stack.js';
import { resumableExports } from '../resumable-exports.js';
import { runtimeJsVars } from '../runtime-size.js';
import { checkedProgram, sumFile } from '../start-check.js';
import { type PlacedInterface, TypedProgram } from '../typed/typed-program.js';
import { type BoardEntries, boardEntries, boardText, type LengthCheck } from './board-code.js';
import { type ContextState, contextState } from './context-state.js';
import { exportTexts, wordFunctions } from './export-texts.js';
import { calledByIndex, tableCallText } from './table-calls.js';
import { ROW_BYTES, trapTable } from './trap-table.js';
import { readWords, writeValue } from './values.js';

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

/** Bytes of C stack below the lowest stack pointer of machine code, for interrupts and for JavaScript that throws. */
const STACK_MARGIN = 1024;
/** Maximum share of a board's RAM for variables that holds the stack of a call between two slices. */
const SAVED_SHARE = 1 / 16;
/** A buffer of fewer bytes may lie in pieces. */
const LEAST_MEMORY = 32;
/** JsVars of an export: machine code that a name is bound to, with `async`. */
const EXPORT_JS_VARS = 7;
const FUNCTION_JS_VARS = 5;
const WORD_BYTES = 4;
/** Lines of the call stack of a trap: each takes 3 to 5 JsVars while the error is there. */
const MOST_LINES = 8;
const NO_PORTS = { set: 0, clear: 0, input: 0, pins: 0, next: 0 };
/** The most that a word counts, and is below 0 behind it. */
const MOST_FUEL = 2 ** 31 - 1;

/** Nothing interrupts machine code. */
const ENDLESS =
  'a call of machine code that does not end hangs the board until it is reset, and ctrl-C does not end it: --fuel gives calls a limit';

/** Throws BuildError, and what instantiating the module throws. */
export async function buildNative(given: ReadModule, options: NativeOptions): Promise<TierProgram> {
  const { board, name, imports: own, resumable } = options;
  const isResumable = resumable !== undefined;
  const fuel = options.fuel === true || isResumable;
  const level = options.verification ?? VerificationLevel.None;
  const cpu = instructionSetOf(board);
  if (!cpu) throw new BuildError(`${board.name} executes no machine code of programs`, [whyNot(board)]);
  const { code: unmoved, warnings } = options.optimise ? await optimised(given) : { code: given, warnings: [] };
  const code = withMemoryStart(unmoved, options.memory.start);
  const passesReferences = checkModule(code, isResumable);
  const lowered = instantiated(code, given, options);
  const { memory } = lowered;
  const size = Math.min(memory.minimum * 2 ** memory.shift - memory.start, memory.bytes);
  const imports = code.imports.filter(({ kind }) => kind === ExternalKind.Function);
  const hosts = await hostDefines(imports, own);
  const callsTable = hosts.HOST_CALLS_TABLE === 'true';
  const byIndex = callsTable ? calledByIndex(code) : [];
  const pins = pinImports(imports, options);
  const memoryBytes = Math.max(LEAST_MEMORY, memory.bytes);
  const { checks = null } = options;
  const lengths = new Map<number, LengthCheck>();
  const words = wordFunctions(code);
  const typed =
    options.typed &&
    new TypedProgram(options.typed, {
      board: options.board,
      sliced: isResumable,
      checks: checks !== null,
      fuel,
      memoryStart: memory.start,
      memoryBytes,
      imports,
      direct: imports.length > 0 || isResumable || fuel || level > 0 ? undefined : words.variables,
      checksLength: (exported, word, most) => {
        const index = words.alone.get(exported);
        if (index !== undefined) lengths.set(index, { word, most });
        return index !== undefined;
      },
    });
  const image = compiled(code, given, {
    cpu,
    fuel,
    resumable: isResumable,
    memoryBytes: size,
    entries: byIndex,
    pins,
    hostText: boardText(imports.length, lengths),
  });
  const entries = boardEntries(image, imports.length, lengths);
  const state = contextState(code, lowered, image, options.tableEntries);
  const stack = stackFigures(given, code, image, options);
  const chosen = new Set(isResumable ? resumableExports(code, resumable) : []);
  const chunks = dataChunks(lowered.ranges);
  const called = ['throwTrap', ...imports.map((_, index) => `f${index}`), ...(lengths.size > 0 ? ['arenaFull'] : [])];
  const layout = contextLayout(image, state, called.length, savedDepth(stack, image, options));
  // Imports are given parts of it, glue uses it, snapshots have it, and it is verified. Without them, it has no variable once the program has started.
  const keepsMemory = imports.length > 0 || typed !== undefined || isResumable || level > 0;
  const files: StorageFile[] = [
    ...chunks.map((chunk, index) => ({ name: `${name}.d${index}`, bytes: chunkBytes(chunk) })),
    { name: `${name}.code`, bytes: image.bytes },
    { name: `${name}.point`, bytes: trapTable(image, given, hostTraps(keepsMemory, callsTable)) },
  ].filter((file) => file.bytes.length > 0);
  const constants = {
    ...typed?.define,
    ...hosts,
    ...constantsOf(code, image, entries, options, layout),
    NESTS: String(imports.length > 0 || isResumable),
    SLICES_TYPED: String(isResumable && typed !== undefined),
    MEMORY_IS_EXPORTED: String(code.exports.some(({ kind }) => kind === ExternalKind.Memory)),
    MEMORY_IS_COVERED: String(level >= VerificationLevel.Standard && code.memory !== null),
    FIXED_PARTS: String(image.tablesChange || layout.tablesAt === layout.listAt ? 1 : 2),
    PROGRAM_FILE: JSON.stringify(name),
    SUM_FILE: JSON.stringify(`${name}.sum`),
    MEMORY_BYTES: String(memoryBytes),
    MEMORY_START: String(memory.start),
    CODE_FILE: JSON.stringify(`${name}.code`),
    CODE_SUM: String(crc32(image.bytes)),
    POINT_FILE: JSON.stringify(`${name}.point`),
  };
  // A snapshot goes on in this very program.
  const programSum = crc32(Buffer.from(JSON.stringify(constants)), crc32(code.bytes)) | 0;
  const define = { ...constants, PROGRAM_SUM: String(programSum) };
  const grows = size < memory.bytes;
  const memoryLine = 'const bytes = new Uint8Array(MEMORY_BYTES);';
  const runtime = [
    'const context = new Int32Array(CONTEXT_WORDS);',
    keepsMemory ? memoryLine : '',
    grows ? `let limit = ${size};` : '',
    isResumable ? 'let runSlice;' : '',
    isResumable ? 'let placedCode;' : '',
    level > 0 ? `let machineCode;\n${coveredText(code, image, layout, options)}` : '',
    printParts(
      [...runtimeParts({ fuel, isResumable, level, pins, passesReferences }), ...jsState, ...jsRuntime, ...nativeTraps],
      {
        filled: { FUNCTION_NAMES: `(${functionNamesText(given)})` },
      },
    ),
    ...imports.map((each, index) => importText(importedFunction(each, own)!, index, grows, pins)),
  ].join('\n');
  const isCounted = fuel || imports.length > 0 || level > 0;
  const dropsReferences = passesReferences && !keepsReferences(code);
  const texts = exportTexts(code, image, entries, { isCounted, resumable: chosen, typed, checks, dropsReferences });
  const starts = startingFunctions(code);
  const start = `
${ownImportLines(imports, own)}
${tableCallText(code, image, entries, { functions: byIndex, entriesAt: layout.tables[0] })}
const exportsByName = function () { return BOARD_EXPORTS; };
${texts.functions}
{
  ${keepsMemory ? '' : memoryLine}
  ${typed ? '' : `const exported = ${fuel ? 'exportFunction' : 'function (direct) { direct.async = callAsync; return direct; }'};`}
  ${printParts(nativeStart)}
  ${chunks.length > 0 ? READ : ''}
  ${dataLines(chunks, files, name)}
  ${stateLines(state, layout, size, memory.bytes)}
  prepare([${called}]);
  ${isResumable ? `runSlice = native(${entries.slice}, 'void(int,int)');` : ''}
  ${texts.exports}
  ${fuel && starts.length > 0 ? 'fillFuel();' : ''}
  ${starts.map((index) => `native(${entries.exports.get(index)}, 'void(int)')();`).join(' ')}
}
${level > 0 ? 'seal(false);' : ''}
${options.epilogue ?? ''}
`;
  const text = `${importHosts(imports, own)}
${hasPins(pins) ? `import { pinAt } from 'hosts';` : ''}
${await simplified(runtime, grows ? define : { ...define, limit: String(size) })}
${await simplified(start, define)}`;
  const program = await bundleProgram(text, define, { asWritten: true, own });
  const checked = checkedProgram(name, program, files);
  if (level > 0) files.push(sumFile(checked));
  files.push(checked);
  const { functions, parameters } = countsOf(program);
  const isCopied = !board.storage.executableInPlace;
  return {
    files,
    jsVarParts: [
      bufferPart('linear memory', memoryBytes, board),
      bufferPart('globals and tables', layout.words * WORD_BYTES - layout.savedBytes, board),
      ...(isResumable ? [bufferPart('saved calls', layout.savedBytes, board)] : []),
      ...(isCopied ? [bufferPart('machine code', image.bytes.length, board)] : []),
      estimatedPart('runtime', runtimeJsVars.native),
      estimatedPart('functions', functions * FUNCTION_JS_VARS + parameters),
      estimatedPart('exports', code.exports.length * EXPORT_JS_VARS),
    ],
    stack,
    warnings,
    cautions: image.repeats && !fuel ? [ENDLESS] : [],
  };
}

interface Extras {
  fuel: boolean;
  isResumable: boolean;
  level: VerificationLevel;
  pins: PinImports | undefined;
  passesReferences: boolean;
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

/** Returns the parts before the runtime of all programs. */
function runtimeParts({ fuel, isResumable, level, pins, passesReferences }: Extras): ProgramPart[] {
  return [
    ...(passesReferences ? nativeReferences : []),
    ...(hasPins(pins) ? nativePins : []),
    ...(fuel ? nativeFuel : []),
    ...(isResumable ? nativeSlices : []),
    ...(level > 0 ? [...jsVerification, ...nativeVerifiedCode] : []),
  ];
}

/**
 * Returns the text of function `covered` of runtime/verification.ts: the parts that a level verifies. In the context, only the fuel changes
 * between calls. Constant parts come first: the list of functions that machine code calls, and tables that no instruction writes to.
 */
function coveredText(
  code: ModuleCode,
  image: ThumbImage,
  layout: Layout,
  { verification, resumable }: NativeOptions,
): string {
  const { words, savedAt, savedBytes, tablesAt, listAt } = layout;
  const part = (what: string, from: number, end: number) =>
    end > from ? [`['${what}', new Uint8Array(context.buffer, ${from}, ${end - from})]`] : [];
  const parts = [
    ...part('the list of functions', listAt, words * WORD_BYTES),
    ...(image.tablesChange ? [] : part('tables', tablesAt, listAt)),
    ...part('the context', Context.StackLimit, Context.Fuel),
    ...part('globals and tables', Context.FirmwareTable, image.contextBytes),
    ...(image.tablesChange ? part('tables', tablesAt, listAt) : []),
  ];
  if (verification! >= VerificationLevel.Standard) {
    if (resumable !== undefined) parts.push(...part('the saved frames', savedAt, savedAt + savedBytes));
    if (code.memory !== null) parts.push(`['linear memory', bytes.buffer]`);
  }
  return `const covered = function () { return [${parts}]; };`;
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

/** Traps that JavaScript throws: it reads memory, and calls functions of the table. */
function hostTraps(readsMemory: boolean, callsTable: boolean): Trap[] {
  return [...(readsMemory ? [Trap.MemoryOutOfBounds] : []), ...(callsTable ? [Trap.UndefinedElement] : [])];
}

/** Throws a BuildError for what is not compiled, in the words of the given module. */
export function compiled(code: ReadModule, given: ReadModule, options: Parameters<typeof compileThumb>[1]): ThumbImage {
  try {
    return compileThumb(code, options);
  } catch (error) {
    if (!(error instanceof NotCompiled)) throw error;
    const name = given.names.get(error.functionIndex);
    throw new BuildError(error.message, name ? [`the function's name is ${name}`] : []);
  }
}

interface Layout {
  /** Words of the context and of the parts after it: tables, and the list of functions that machine code calls. */
  words: number;
  /** Byte offset of each table's entries. */
  tables: number[];
  /** Byte offsets of the first of these, and of the list of functions behind them. */
  tablesAt: number;
  listAt: number;
  /** Resumable code: byte offset and bytes of the stash, and bytes of stack as `Stash.Depth`. */
  savedAt: number;
  savedBytes: number;
  depth: number;
}

/** Bytes of stack that a call in slices may take until a function tests the stack: as many as of other calls, where there is RAM for them. */
function savedDepth({ unit, units }: StackFigures, image: ThumbImage, { board }: NativeOptions): number {
  const most = Math.floor(board.jsVars.count * board.jsVars.bytes * SAVED_SHARE);
  return SLICE_STACK + (Math.min(unit * units, Math.max(0, most - image.stackReserve)) & -WORD_BYTES);
}

function contextLayout(image: ThumbImage, { tables }: ContextState, called: number, depth: number): Layout {
  const savedAt = image.contextBytes;
  const savedBytes = image.slices === null ? 0 : (Stash.Frames + depth + image.stackReserve + 3) & -WORD_BYTES;
  const tablesAt = savedAt + savedBytes;
  let end = tablesAt;
  const offsets = tables.map(({ most }) => {
    const at = end;
    end += most * WORD_BYTES;
    return at;
  });
  const words = Math.max(LEAST_MEMORY / WORD_BYTES, end / WORD_BYTES + called);
  const listAt = (words - called) * WORD_BYTES;
  return { words, tables: offsets, tablesAt, listAt, savedAt, savedBytes, depth };
}

function constantsOf(
  code: ModuleCode,
  image: ThumbImage,
  entries: BoardEntries,
  options: NativeOptions,
  { words, savedAt, listAt, depth }: Layout,
): Record<string, string> {
  const word = (offset: number) => String(offset / WORD_BYTES);
  const isResumable = options.resumable !== undefined;
  const ports = portsOf(options.board) ?? NO_PORTS;
  const constants = {
    CONTEXT_WORDS: words,
    SLICE_FUEL: options.sliceFuel,
    STASH_AT: savedAt,
    SLICE_DEPTH: depth,
    RESUME: entries.resume,
    FIRST_SAVED: Context.Words / WORD_BYTES,
    END_SAVED: listAt / WORD_BYTES,
    LOCK: entries.lock,
    STACK_POINTER: entries.stackPointer,
    PEEK: entries.peek,
    IMPORT_BRIDGE: entries.importBridge,
    STACK_RESERVE: STACK_MARGIN + image.stackReserve,
    STACK_BYTES: Math.max(0, (options.stackBytes ?? callStackBytes(options.board)) - reservedStack(code)),
    MOST_CALLS: 0,
    MEMORY_PAGES: 0,
    VERIFICATION: options.verification ?? 0,
    MOST_FUEL,
    STACK_EXHAUSTED: Trap.CallStackExhausted,
    ROW_BYTES,
    MOST_LINES,
    TIME_AT: image.timeAt / WORD_BYTES,
    PIN_PLACES_AT: image.pinsAt / WORD_BYTES,
    PIN_SET: ports.set | 0,
    PIN_CLEAR: ports.clear | 0,
    PIN_INPUT: ports.input | 0,
    PIN_COUNT: ports.pins,
    PIN_NEXT: ports.next,
  };
  const flags = ['JITTED', 'DEFERS_FUEL', 'SUMS_BLOCKS', 'SINGLE_RESULTS'];
  return {
    ...Object.fromEntries(Object.entries(constants).map(([name, value]) => [name, String(value)])),
    ...Object.fromEntries(flags.map((name) => [name, 'false'])),
    FLOAT_ARGUMENTS: 'true',
    PIN_FIRMWARE: JSON.stringify(options.board.firmware),
    FUEL: String(options.fuel === true || isResumable),
    LIMITS: String(options.fuel === true),
    RESUMABLE: String(isResumable),
    SAVES_FRAMES: 'false',
    STATUS: word(Context.Status),
    IMAGE_BASE: word(Context.ImageBase),
    STASH: word(Context.Stash),
    SLICE_STATE: word(savedAt + Stash.Slice),
    SLICE_DEPTH_WORD: word(savedAt + Stash.Depth),
    MEMORY_SIZE: word(Context.MemorySize),
    FUEL_LEFT: word(Context.Fuel),
    STACK_LIMIT: word(Context.StackLimit),
    MEMORY_BASE: word(Context.MemoryBase),
    FIRMWARE_TABLE: word(Context.FirmwareTable),
    BRIDGE: word(Context.ImportBridge),
    IMPORT_LIST: word(Context.ImportFunction),
    TRAP_CODE: word(Context.TrapCode),
    TRAP_PLACE: word(Context.TrapPlace),
    TRAP_STACK: word(Context.ImportNumber),
    SAVED_STACK: word(Context.SavedStack),
  };
}

/** Statements that put globals, tables and the size of memory into the context; 0 is there already. */
function stateLines({ words, tables }: ContextState, layout: Layout, size: number, memoryBytes: number): string {
  const assignment = (offset: number, value: string) => `context[${offset / WORD_BYTES}] = ${value};`;
  const sizes: [number, number][] = [
    [Context.MemorySize, size],
    [Context.MemoryMaximum, memoryBytes],
  ];
  const lines = [
    ...sizes.filter(([, value]) => value !== 0).map(([offset, value]) => assignment(offset, String(value))),
    ...words.map(({ offset, value, isAddress }) => assignment(offset, isAddress ? `base + ${value}` : String(value))),
  ];
  for (const [index, { offset, entries, isAddress, most }] of tables.entries()) {
    const at = layout.tables[index];
    lines.push(`context.set([contextAddress + ${at}, ${entries.length}, ${most}], ${offset / WORD_BYTES});`);
    if (isAddress)
      lines.push(
        `[${entries}].forEach(function (offset, index) { context[${at / WORD_BYTES} + index] = base + offset; });`,
      );
  }
  return lines.join('\n');
}

/** An imported function as what machine code calls: arguments and results are words of the context. It may throw what is no trap. */
function importText(imported: ImportedFunction, index: number, grows: boolean, pins: PinImports | undefined): string {
  const { parameters, results, implementation } = imported;
  const { statements, value } = importCall(imported, index, readWords(parameters));
  const call = statements === '' ? `const value = ${value};` : statements;
  const parts = results !== 'I' ? ['value'] : implementation === '' ? ['value[0]', 'value[1]'] : ['value', 'host.high'];
  const refresh = grows ? `limit = context[${Context.MemorySize / WORD_BYTES}];` : '';
  const takeBack = 'if (MEMORY_BYTES > 65536) takeBack();';
  const isPin = pins !== undefined && (index === pins.write || index === pins.read);
  const known = isPin ? `const pin = ${readWords('i')[0]}; ` : '';
  const isTime = index === pins?.time?.index;
  const know = isPin
    ? `knowPin(pin, pinAt(host, pin), ${index === pins.read});`
    : isTime
      ? 'if (process.env.BOARD === PIN_FIRMWARE) context[TIME_AT] = 1;'
      : '';
  return `function f${index}() { ${refresh} ${known}${call} ${know} ${takeBack} ${results === '' ? '' : writeValue(results, 0, parts)} return true; }`;
}

/** Machine code leaves more to host functions than JavaScript does: of them, those of WASI alone take more than the caller's share. */
function reservedStack({ imports }: ModuleCode): number {
  return imports.some(({ module }) => module === 'wasi_snapshot_preview1') ? HOST_STACK : CALLER_STACK;
}

/** Returns the C stack of calls, and the depth of recursion that the rest allows. */
function stackFigures(given: ReadModule, code: ModuleCode, image: ThumbImage, options: NativeOptions): StackFigures {
  const available = options.stackBytes ?? callStackBytes(options.board);
  const frames = [{ name: 'machine code', bytes: image.stackReserve + STACK_MARGIN }];
  const recursive = image.functions.filter(({ isRecursive }) => isRecursive);
  const unit = Math.max(0, ...recursive.map(({ frameBytes }) => frameBytes));
  const reserved = reservedStack(code);
  const left = Math.max(0, available - reserved - frames[0].bytes);
  const units = unit === 0 ? 0 : Math.floor(left / unit);
  const recursion = recursive.map(({ index }) => {
    const from = functionAt(given, code.origin(code.bodies[index]));
    return given.names.get(from) ?? `function ${from}`;
  });
  return { available, reserved, frames, unit, units, recursion, depth: units };
}
