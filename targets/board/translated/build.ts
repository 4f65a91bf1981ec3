// Builds the files of a module that is translated to JavaScript: the program, the data, the positions of the functions.

import { crc32 } from 'node:zlib';
import { callStackBytes } from '../../../boards/call-stack.js';
import { type Board, jsVarsOf } from '../../../boards/index.js';
import { ExternalKind } from '../../../src/index.js';
import { VerificationLevel } from '../../../src/safety/index.js';
import { Operation } from '../../compiler/intermediate/operation.js';
import { type EspruinoModule, translateForEspruino } from '../../compiler/javascript/espruino/module.js';
import { usesOf } from '../../compiler/javascript/espruino/program.js';
import { constant, type ProgramPart, printParts, usedVariables } from '../../compiler/javascript/trees/program.js';
import { NestsTooDeeply } from '../../compiler/passes/yield-points.js';
import { type ImportedFunction, importedFunction, type OwnImports } from '../../host-functions/own-imports.js';
import type { External } from '../../module/description.js';
import { startingFunctions } from '../../module/entry-points.js';
import { type ModuleCode, withMemoryStart } from '../../module/module-code.js';
import type { ReadModule } from '../../module/read-module.js';
import type { ArgumentChecks } from '../argument-checks.js';
import { BuildError } from '../build-error.js';
import { bufferPart, estimatedPart, type JsVarPart, type StackFigures } from '../figures.js';
import {
  jsBlockSums,
  jsFuel,
  jsRuntime,
  jsSlices,
  jsState,
  jsTraps,
  jsVerification,
  jsVerifiedCode,
  numeric,
  wide,
} from '../generated/texts.js';
import type { MemoryWindow, StorageFile, TierProgram } from '../image.js';
import { globalBits, instantiated, optimised, tableEntries } from '../initial-state.js';
import { countsOf } from '../parsable.js';
import {
  bundleProgram,
  bytesOf,
  chunkBytes,
  dataChunks,
  dataLines,
  ExportLines,
  functionNamesText,
  hostDefines,
  importCall,
  importHosts,
  memoryBufferBytes,
  memoryConstants,
  NOTHING,
  ownImportLines,
  READ_FUNCTION,
  simplified,
} from '../program-parts.js';
import { CALLER_STACK, HOST_STACK } from '../reserved-stack.js';
import { resumableExports } from '../resumable-exports.js';
import { runtimeJsVars } from '../runtime-size.js';
import { checkedProgram, sumFile } from '../start-check.js';
import { type PlacedInterface, TypedProgram } from '../typed/typed-program.js';
import { givenFunction } from './given-function.js';
import { coveredText, moduleStateText } from './module-state.js';
import { once } from './once.js';

export interface TranslatedModule {
  code: ModuleCode;
  module: EspruinoModule;
}

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

/** A translated program before it is minified, in parts; and the files that it reads. */
export interface TranslatedText {
  /** Import statements. */
  hosts: string;
  /** Variables that the functions use, which are declared first: Espruino looks for a name among all that were declared before. */
  hot: string[];
  functions: string[];
  runtime: readonly ProgramPart[];
  /** The texts for the holes in the runtime's parts. */
  filled: Readonly<Record<string, string>>;
  rest: string;
  /** The values of the constants of the build, by name. */
  define: Record<string, string>;
  files: StorageFile[];
  translated: TranslatedModule;
  stack: StackFigures;
  savedValues: number;
  /** Bytes of the buffer for linear memory. */
  memoryBytes: number;
  warnings: string[];
}

/** Throws BuildError, and what instantiating the module throws. */
export async function translatedText(given: ReadModule, options: TranslatedOptions): Promise<TranslatedText> {
  const { name, resumable } = options;
  const fuel = options.fuel === true || resumable !== undefined;
  const level = options.verification ?? VerificationLevel.None;
  const { code: unmoved, warnings } = options.optimise ? await optimised(given) : { code: given, warnings: [] };
  const { start } = options.memory;
  const code = once(unmoved, `memory from ${start} on`, () => withMemoryStart(unmoved, start));
  // The engine on this machine computes memory and globals after instantiation.
  const { imports: own } = options;
  // The text of the user's file identifies everything that depends on it.
  const ownText = own?.text ?? '';
  const lowered = once(code, `lowered ${JSON.stringify(options.memory)} ${ownText}`, () =>
    instantiated(code, given, options),
  );
  const { memory } = lowered;
  const size = Math.min(memory.minimum * 2 ** memory.shift - memory.start, memory.bytes);
  const bufferBytes = memoryBufferBytes(memory);
  const mayGrow = size < bufferBytes;
  const entries = tableEntries(code, lowered);
  const bits = (index: number) => globalBits(code, lowered, index);
  const imports = code.imports.filter(({ kind }) => kind === ExternalKind.Function);
  const implementationOf = (index: number) => importedFunction(imports[index], own)!.implementation || null;
  const sumsBlocks = level === VerificationLevel.Full && code.memory !== null;
  const chosen = resumable === undefined ? [] : resumableExports(code, resumable);
  const settings = {
    memoryBytes: size,
    mostMemoryBytes: bufferBytes,
    fuel,
    resumable: chosen,
    sumsBlocks,
    splitsFunctions: (options.stackBytes ?? callStackBytes(options.board)) >= LEAST_STACK_TO_SPLIT,
    jit: options.jit && { mostBytes: options.jitBytes ?? jitBytes(options), all: options.jit === 'all' },
  };
  const module = once(code, `translated ${JSON.stringify(settings)}`, () => {
    try {
      return translateForEspruino(code, {
        ...settings,
        globalBits: bits,
        tableEntries: entries,
        implementation: sumsBlocks || memory.bytes > 65536 ? undefined : implementationOf,
      });
    } catch (error) {
      throw error instanceof NestsTooDeeply ? tooDeep(given, code, error) : error;
    }
  });
  const functions = module.functions.map((each) => each.print());
  const isJitted = module.jitted.length > 0;
  const chunks = dataChunks(lowered.ranges);
  const segments = dataSegments(code, module);
  const firstBodies = [given.importedFunctions, ...given.bodies.slice(given.importedFunctions)];
  const files: StorageFile[] = [
    ...chunks.map((chunk, index) => ({ name: `${name}.d${index}`, bytes: chunkBytes(chunk) })),
    { name: `${name}.data`, bytes: segments.contents },
    { name: `${name}.trap`, bytes: bytesOf(Int32Array.from(firstBodies)) },
    { name: `${name}.fuel`, bytes: bytesOf(deferredCharges(module)) },
    { name: `${name}.point`, bytes: resumable === undefined ? NOTHING : bytesOf(Int32Array.from(module.pointPlaces)) },
  ].filter((file) => file.bytes.length > 0);
  const canGrow = mayGrow && module.operations.has(Operation.MemoryGrow);
  const data = files.find((each) => each.name === `${name}.data`);
  const stack = stackFigures(given, { code, module }, options);
  const mostCalls = stack.units;
  const readsLater = data !== undefined;
  const savedValues = module.savedValues(mostCalls);
  const { checks = null } = options;
  const typed =
    options.typed &&
    new TypedProgram(options.typed, {
      board: options.board,
      sliced: resumable !== undefined,
      checks: checks !== null,
      fuel: options.fuel,
      memoryStart: memory.start,
      memoryBytes: bufferBytes,
      imports,
      direct: imports.length > 0 || fuel || isJitted || mostCalls > 0 ? undefined : wordFunctions(code),
    });
  const constants = {
    ...typed?.define,
    ...memoryConstants(memory),
    MOST_CALLS: String(mostCalls),
    TRAP_FILE: JSON.stringify(`${name}.trap`),
    JITTED: String(isJitted),
    SINGLE_RESULTS: String(!signaturesOutside(code, module).some((each) => /:(.*I|..)/.test(each))),
    FLOAT_ARGUMENTS: String(takesFloats(code, module)),
    ...(await hostDefines(imports, own)),
    FUEL: String(fuel),
    DEFERS_FUEL: String(fuel),
    LIMITS: String(options.fuel === true),
    RESUMABLE: String(resumable !== undefined),
    SAVES_FRAMES: String(resumable !== undefined),
    NESTS: String(resumable !== undefined || imports.length > 0),
    SLICES_TYPED: String(resumable !== undefined && typed !== undefined),
    VERIFICATION: String(level),
    MEMORY_IS_EXPORTED: String(code.exports.some(({ kind }) => kind === ExternalKind.Memory)),
    MEMORY_IS_COVERED: String(level >= VerificationLevel.Standard && code.memory !== null),
    FIXED_PARTS: String(module.tablesChange ? 0 : code.tables.length),
    GROWS: String(canGrow),
    SUMS_BLOCKS: String(sumsBlocks),
    PROGRAM_FILE: JSON.stringify(name),
    SUM_FILE: JSON.stringify(`${name}.sum`),
    SLICE_FUEL: String(resumable === undefined ? 0 : options.sliceFuel),
    SAVED_VALUES: String(savedValues),
    POINT_FILE: JSON.stringify(`${name}.point`),
    FUEL_FILE: JSON.stringify(`${name}.fuel`),
  };
  // A snapshot goes on in this very program: the same module with the same sizes, level and form, translated alike.
  const programSum = crc32(Buffer.from(JSON.stringify(constants) + functions.join('\n')), crc32(code.bytes));
  const define = { ...constants, PROGRAM_SUM: String(programSum) };
  // Functions have a variable of that name of their own where nothing is jitted.
  const isWanted = (part: ProgramPart) =>
    isJitted || typeof part === 'string' || !('name' in part) || part.name !== 'x';
  const read = [constant('storage', "BOARD_REQUIRE('Storage')"), constant('read', READ_FUNCTION)];
  const runtime: ProgramPart[] = [
    ...(fuel ? jsFuel : []),
    ...(resumable ? jsSlices : []),
    ...(level > 0 ? [...jsVerification, ...jsVerifiedCode] : []),
    { kind: canGrow ? 'let' : 'const', name: 'limit', value: String(size) },
    constant('bytes', 'new Uint8Array(MEMORY_BYTES)'),
    ...(sumsBlocks ? jsBlockSums : []),
    ...(readsLater ? read : []),
    constant('dataSegments', JSON.stringify(segments.rows)),
    constant(
      'dataBytes',
      `/* @__PURE__ */ new Uint8Array(${data ? `read('${data.name}', ${crc32(data.bytes)})` : '0'})`,
    ),
    ...[...jsState, ...jsTraps, ...jsRuntime].filter(isWanted),
    ...numeric,
    ...(hasWide(module) ? [wide, WIDE] : []),
    ...module.declarations,
    ...imports.flatMap((each, index) =>
      module.direct.has(index) ? [] : [importText(importedFunction(each, own)!, index, isJitted)],
    ),
    ...module.references,
  ];
  const uses = usesOf(module.functions);
  const hot = usedVariables(runtime, uses);
  const filled = { FUNCTION_NAMES: `(${functionNamesText(given)})` };
  const dataText = dataLines(chunks, files, name);
  const rest = `
${ownImportLines(imports, own)}
${resumable || level > 0 ? moduleStateText(code, module) : ''}
${level > 0 ? coveredText(code, module, level, resumable !== undefined) : ''}
${callTableZero(code, module, { entries, uses })}
${readsLater ? dataText : `{ ${printParts(read)} ${dataText} }`}
${sumsBlocks ? 'sumUp();' : ''}
${exportLines(code, module, { resumable: new Set(chosen), bits, typed, checks })}
const exportsByName = function () { return BOARD_EXPORTS; };
${startingFunctions(code)
  .map((index) => `f${index}(MOST_CALLS);`)
  .join(' ')}
${level > 0 ? 'seal(false);' : ''}
${options.epilogue?.({ code, module }) ?? ''}
`;
  return {
    hosts: importHosts(imports, own),
    hot,
    functions,
    runtime,
    filled,
    rest,
    define,
    files,
    translated: { code, module },
    stack,
    savedValues,
    memoryBytes: bufferBytes,
    warnings,
  };
}

/** Throws BuildError, and what instantiating the module throws. */
export async function buildTranslated(given: ReadModule, options: TranslatedOptions): Promise<TierProgram> {
  const { board, name, resumable, imports: own } = options;
  const parts = await translatedText(given, options);
  const { hosts, hot, functions, rest, define, files, translated, savedValues, warnings } = parts;
  const { code, module } = translated;
  const text = `${hosts}
${hot.length === 0 ? '' : `let ${hot};`}
${functions.join('\n')}
${await simplified(printParts(parts.runtime, { declared: new Set(hot), filled: parts.filled }), define)}
${await simplified(rest, define)}`;
  const program = await once(code, `program ${JSON.stringify(define)} ${text} ${own?.text ?? ''}`, () =>
    bundleProgram(text, define, { asWritten: true, own }),
  );
  const checked = checkedProgram(name, program, files);
  if (options.verification) files.push(sumFile(checked));
  files.push(checked);
  const named = (index: number) => {
    const from = givenFunction(given, translated, index);
    const own = given.names.get(from) ?? '';
    return { index: from, name: module.partOf.has(index) ? `part of ${own || from}` : own };
  };
  const jitted = module.jitted.reduce((sum, { bytes }) => sum + bytes, 0);
  return {
    files,
    jsVarParts: [
      bufferPart('linear memory', parts.memoryBytes, board),
      ...(resumable === undefined ? [] : [bufferPart('saved values', savedValues * 8, board)]),
      ...ownJsVars(code, program),
      estimatedPart('variables of calls', module.callJsVars),
      ...(jitted === 0 ? [] : [estimatedPart('compiled code', jsVarsOf(jitted, board))]),
    ],
    stack: parts.stack,
    jitted: module.jitted.map(({ index, bytes }) => ({ ...named(index), bytes })),
    notJitted: module.notJitted.map(({ index, why }) => ({ ...named(index), why })),
    warnings,
  };
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

/**
 * JsVars of a function besides its parameters, of an export, of a view: measured with the examples in Espruino, and never below their real
 * use.
 */
const FUNCTION_JS_VARS = 5;
const EXPORT_JS_VARS = 14;
const VIEW_JS_VARS = 4;

function ownJsVars({ exports }: ModuleCode, program: string): JsVarPart[] {
  const { functions, parameters, views } = countsOf(program);
  return [
    estimatedPart('runtime', runtimeJsVars.translated),
    estimatedPart('functions', functions * FUNCTION_JS_VARS + parameters),
    estimatedPart('exports', exports.length * EXPORT_JS_VARS),
    estimatedPart('views of memory', views * VIEW_JS_VARS),
  ];
}

/** Returns the C stack of calls, and the depth of recursion that the rest allows. */
function stackFigures(given: ReadModule, translated: TranslatedModule, options: TranslatedOptions): StackFigures {
  const { code, module } = translated;
  const named = (index: number) => {
    const from = givenFunction(given, translated, index);
    const own = given.names.get(from) ?? `function ${from}`;
    return module.partOf.has(index) ? `part of ${own}` : own;
  };
  const hasHosts = code.imports.some(({ kind }) => kind === ExternalKind.Function);
  const available = options.stackBytes ?? callStackBytes(options.board);
  const reserved = hasHosts ? HOST_STACK : CALLER_STACK;
  const frames = module.deepestCalls.map(({ index, bytes }) => ({ name: named(index), bytes }));
  const unit = module.callBytes;
  const left = frames.reduce((sum, { bytes }) => sum - bytes, available - reserved);
  const units = unit === 0 ? 0 : Math.max(0, Math.floor(left / unit));
  const recursion = [...module.counted.keys()].map(named);
  const depth = recursion.length === 0 ? 0 : Math.ceil(units / Math.max(...module.counted.values()));
  return { available, reserved, frames, unit, units, recursion, depth };
}

/** Only what memory.init can read. */
function dataSegments({ data }: ModuleCode, { operations }: EspruinoModule): { rows: number[]; contents: Uint8Array } {
  if (!operations.has(Operation.MemoryInit)) return { rows: data.flatMap(() => [0, 0]), contents: NOTHING };
  const rows: number[] = [];
  let length = 0;
  for (const { mode, bytes } of data) {
    const size = mode === 'passive' ? bytes.length : 0;
    rows.push(length, size);
    length += size;
  }
  return { rows, contents: Buffer.concat(data.filter(({ mode }) => mode === 'passive').map(({ bytes }) => bytes)) };
}

/** Rows of settleFuel. */
function deferredCharges({ deferredCharges: byTrap }: EspruinoModule): Int32Array {
  return Int32Array.from([...byTrap].flatMap(([trap, parts]) => parts.flatMap(({ cost, at }) => [trap, cost, at])));
}

const WIDE_OPERATIONS = [
  Operation.I64Add128,
  Operation.I64Sub128,
  Operation.I64MultiplyWideSigned,
  Operation.I64MultiplyWideUnsigned,
];

function hasWide({ operations }: EspruinoModule): boolean {
  return WIDE_OPERATIONS.some((each) => operations.has(each));
}

/** Results behind the first word are where those of calls are. */
const WIDE = `
const wideOperands = new Int32Array(8);
function wideWords() { highWord = wideResult[1]; r2 = wideResult[2]; r3 = wideResult[3]; return wideResult[0]; }
function i64_add128(a, b, c, d, e, f, g, h) {
  wideOperands.set([a, b, c, d, e, f, g, h]); wideAdd(wideOperands, 0, 2, 4, 6); return wideWords();
}
function i64_sub128(a, b, c, d, e, f, g, h) {
  wideOperands.set([a, b, c, d, e, f, g, h]); wideSubtract(wideOperands, 0, 2, 4, 6); return wideWords();
}
function i64_mul_wide_s(a, b, c, d) { wideOperands.set([a, b, c, d]); wideMultiply(wideOperands, 0, 2, 1); return wideWords(); }
function i64_mul_wide_u(a, b, c, d) { wideOperands.set([a, b, c, d]); wideMultiply(wideOperands, 0, 2, 0); return wideWords(); }
`;

/** An imported function as a function of words. It may throw what is no trap. */
function importText(imported: ImportedFunction, index: number, isJitted: boolean): string {
  const { parameters, results, implementation } = imported;
  const words = [...parameters].map((letter, at) => (letter === 'I' ? [`v${at}`, `w${at}`] : [`v${at}`]));
  const converted: Record<string, string> = {
    '': '',
    i: 'return value | 0;',
    I:
      implementation === ''
        ? 'highWord = value[1] | 0; return value[0] | 0;'
        : 'highWord = host.high; return value | 0;',
    f: 'single[0] = value; return single[0];',
    F: 'double[0] = value; return double[0];',
    r: 'return value;',
    R: 'return value;',
  };
  const takeBack = 'if (MEMORY_BYTES > 65536) takeBack(); if (SUMS_BLOCKS) closeBlocks();';
  const [enter, leave] = isJitted ? ['x = -1;', 'x = 0;'] : ['', ''];
  const { statements, value } = importCall(imported, index, words);
  const call = statements === '' ? `const value = ${value};` : statements;
  return `function f${index}(${words.flat().join(', ')}) { ${enter} ${call} ${leave} ${takeBack} ${converted[results]} }`;
}

/** Returns the signatures of functions that can be called from outside: by users of the exports, and by host functions. */
function signaturesOutside({ exports, functions, tables }: ModuleCode, { signatures }: EspruinoModule): string[] {
  const exported = exports.filter(({ kind }) => kind === ExternalKind.Function);
  return [...exported.map(({ index }) => functions[index].signature), ...(tables.length === 0 ? [] : signatures)];
}

function takesFloats(code: ModuleCode, module: EspruinoModule): boolean {
  const globals = code.exports.filter(({ kind }) => kind === ExternalKind.Global);
  const given = signaturesOutside(code, module).map((each) => each.replace(/:.*/, ''));
  return /[fF]/.test([...given, ...globals.map(({ index }) => code.globals[index].type)].join(''));
}

/** Returns the function with which host functions call an entry of table 0. Integers are i32. */
function callTableZero(
  code: ModuleCode,
  { signatures, tablesChange }: EspruinoModule,
  { entries, uses }: { entries: number[][]; uses: ReadonlyMap<string, number> },
): string {
  const { tables } = code;
  if (tables.length === 0 || tables[0].element !== 'r') return 'const callTableZero = function () { trap(7, -1); };';
  if (tablesChange || uses.has('T0') || uses.has('functionOf')) {
    return `const callTableZero = function (index, values) {
  const e = index >>> 0 < T0.length ? T0[index] : -1;
  if (e === null || e < 0) trap(7, -1);
  call(functionOf[e], values, ${JSON.stringify(signatures)}[signatureOf[e]]);
};`;
  }
  // These variables are local to the call: kept, they would take JsVars.
  const targets = entries[0].map((each) => (each < 0 ? 0 : `f${each}`));
  const letters = entries[0].map((each) => (each < 0 ? '' : code.functions[each].signature));
  return `const callTableZero = function (index, values) {
  const e = index >>> 0 < ${targets.length} ? [${targets}][index] : 0;
  if (!e) trap(7, -1);
  call(e, values, ${JSON.stringify(letters)}[index]);
};`;
}

/** Exported functions that take integers of a word, and return at most one value, by the names of exports. */
function wordFunctions({ exports, functions }: ModuleCode): Map<string, string> {
  const found = exports.filter(
    ({ kind, index }) => kind === ExternalKind.Function && /^i*:[iFf]?$/.test(functions[index].signature),
  );
  return new Map(found.map(({ name, index }) => [name, `f${index}`]));
}

interface ExportedParts {
  /** Functions that yield. */
  resumable: ReadonlySet<number>;
  bits: (global: number) => [low: number, high: number];
  typed: TypedProgram | undefined;
  checks: ArgumentChecks | null;
}

function exportLines(
  code: ModuleCode,
  module: EspruinoModule,
  { resumable, bits, typed, checks }: ExportedParts,
): string {
  const lines = new ExportLines(typed, checks);
  for (const { name, kind, index } of code.exports as External[]) {
    if (kind === ExternalKind.Function) {
      const { signature, results } = code.functions[index];
      const isResumable = resumable.has(index);
      const words = `function (r) { return ${module.words(results)}; }`;
      // A result of one word needs no type.
      const told = !isResumable && /^[^I]?$/.test(results) ? '' : `, ${words}`;
      // With what it needs in its own text: closures would keep it in JsVars.
      const direct = `function () { return call(f${index}, arguments, '${signature}'${told}); }`;
      const call = `call(f${index}, words, '${signature}'${told})`;
      const entered = `f${index}, '${signature}', ${words}, ${index}`;
      lines.putFunction(
        name,
        direct,
        (value) => (isResumable ? `exportResumable(${value}, ${entered})` : `exportFunction(${value})`),
        isResumable
          ? `done ? callInSlices(words, done, ${entered}) : ${call}`
          : `done ? callToEnd(function () { return ${call}; }, done) : ${call}`,
      );
    } else if (kind === ExternalKind.Memory) lines.put(name, 'bytes');
    else if (kind === ExternalKind.Global) lines.putGlobal(name, globalText(code, module, index, bits(index)));
  }
  return lines.text();
}

function globalText(
  code: ModuleCode,
  module: EspruinoModule,
  index: number,
  [lowBits, highBits]: [low: number, high: number],
): string {
  const { type, mutable } = code.globals[index];
  const low = module.global(index, 0);
  const high = type === 'I' ? module.global(index, 1) : '';
  if (!mutable) {
    const value = type === 'i' ? lowBits : type === 'I' ? `[${lowBits}, ${highBits}]` : low;
    return `{ get value() { return ${value}; }, set value(_) { setConstant(); } }`;
  }
  const get = `function () { return [null, ${low}${high === '' ? '' : `, ${high}`}]; }`;
  return `exportGlobal('${type}', ${get}, function (a, b) { ${low} = a; ${high === '' ? '' : `${high} = b;`} })`;
}
