// Builds the files of a module that is translated to JavaScript: the program, the data, the positions of the functions.

import { crc32 } from 'node:zlib';
import { jsVarsOf } from '../../../boards/index.js';
import { ExternalKind } from '../../../src/index.js';
import { VerificationLevel } from '../../../src/safety/index.js';
import { Operation } from '../../compiler/intermediate/operation.js';
import type { EspruinoModule } from '../../compiler/javascript/espruino/module.js';
import { usesOf } from '../../compiler/javascript/espruino/program.js';
import { type ProgramPart, printParts, usedVariables } from '../../compiler/javascript/trees/program.js';
import type { External } from '../../module/description.js';
import { startingFunctions } from '../../module/entry-points.js';
import type { ModuleCode } from '../../module/module-code.js';
import { once } from '../../module/once.js';
import type { ReadModule } from '../../module/read-module.js';
import type { ArgumentChecks } from '../argument-checks.js';
import { bufferPart, estimatedPart, type StackFigures } from '../figures.js';
import type { StorageFile, TierProgram } from '../image.js';
import { globalBits } from '../initial-state.js';
import {
  bundleProgram,
  bytesOf,
  chunkBytes,
  dataChunks,
  dataLines,
  ExportLines,
  functionNamesText,
  hostDefines,
  importHosts,
  memoryBufferBytes,
  NOTHING,
  ownImportLines,
  simplified,
} from '../program-parts.js';
import { checkedProgram, sumFile } from '../start-check.js';
import { TypedProgram } from '../typed/typed-program.js';
import { constantsOf } from './constants.js';
import { ownJsVars, stackFigures } from './figures.js';
import { givenFunction } from './given-function.js';
import { coveredText, moduleStateText } from './module-state.js';
import { READ_PARTS, runtimeParts } from './runtime-parts.js';
import { type TranslatedModule, type TranslatedOptions, translateModule } from './translated-module.js';

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
  const translated = await translateModule(given, options);
  const { code, module, lowered, imports } = translated;
  const stack = stackFigures(given, translated, options);
  const savedValues = module.savedValues(stack.units);
  const typed = typedProgram(translated, options, stack.units);
  const hosts = await hostDefines(imports, options.imports);
  const constants = constantsOf(translated, options, { typed, hosts, mostCalls: stack.units, savedValues });
  const functions = module.functions.map((each) => each.print());
  // A snapshot goes on in this very program: the same module with the same sizes, level and form, translated alike.
  const programSum = crc32(Buffer.from(JSON.stringify(constants) + functions.join('\n')), crc32(code.bytes));
  const segments = dataSegments(code, module);
  const files = filesOf(given, translated, options, segments.contents);
  const data = files.find(({ name }) => name === `${options.name}.data`);
  const runtime = runtimeParts(translated, options, { rows: segments.rows, file: data });
  return {
    hosts: importHosts(imports, options.imports),
    hot: usedVariables(runtime, usesOf(module.functions)),
    functions,
    runtime,
    filled: { FUNCTION_NAMES: `(${functionNamesText(given)})` },
    rest: restText(translated, options, { files, readsLater: data !== undefined, typed }),
    define: { ...constants, PROGRAM_SUM: String(programSum) },
    files,
    translated,
    stack,
    savedValues,
    memoryBytes: memoryBufferBytes(lowered.memory),
    warnings: translated.warnings,
  };
}

function typedProgram(
  { code, module, lowered: { memory }, imports, fuel }: TranslatedModule,
  { board, typed, resumable, checks, fuel: limits }: TranslatedOptions,
  mostCalls: number,
): TypedProgram | undefined {
  if (typed === undefined) return undefined;
  const isDirect = imports.length === 0 && !fuel && module.jitted.length === 0 && mostCalls === 0;
  return new TypedProgram(typed, {
    board,
    sliced: resumable !== undefined,
    checks: (checks ?? null) !== null,
    fuel: limits,
    memoryStart: memory.start,
    memoryBytes: memoryBufferBytes(memory),
    imports,
    direct: isDirect ? wordFunctions(code) : undefined,
  });
}

/** The files that the program reads, without empty ones. */
function filesOf(
  given: ReadModule,
  { module, lowered }: TranslatedModule,
  { name, resumable }: TranslatedOptions,
  data: Uint8Array,
): StorageFile[] {
  const firstBodies = [given.importedFunctions, ...given.bodies.slice(given.importedFunctions)];
  const files = [
    ...dataChunks(lowered.ranges).map((chunk, index) => ({ name: `${name}.d${index}`, bytes: chunkBytes(chunk) })),
    { name: `${name}.data`, bytes: data },
    { name: `${name}.trap`, bytes: bytesOf(Int32Array.from(firstBodies)) },
    { name: `${name}.fuel`, bytes: bytesOf(deferredCharges(module)) },
    { name: `${name}.point`, bytes: resumable === undefined ? NOTHING : bytesOf(Int32Array.from(module.pointPlaces)) },
  ];
  return files.filter((file) => file.bytes.length > 0);
}

interface RestParts {
  files: StorageFile[];
  /** Whether the runtime has the function that reads files, because memory.init reads one later. */
  readsLater: boolean;
  typed: TypedProgram | undefined;
}

/** The statements behind the runtime: they put the module into its state at the start, export its functions, and start it. */
function restText(translated: TranslatedModule, options: TranslatedOptions, parts: RestParts): string {
  const { code, module, lowered, imports, sumsBlocks } = translated;
  const { name, resumable, epilogue, imports: own } = options;
  const level = options.verification ?? VerificationLevel.None;
  const dataText = dataLines(dataChunks(lowered.ranges), parts.files, name);
  return `
${ownImportLines(imports, own)}
${resumable || level > 0 ? moduleStateText(code, module) : ''}
${level > 0 ? coveredText(code, module, level, resumable !== undefined) : ''}
${callTableZero(translated)}
${parts.readsLater ? dataText : `{ ${printParts(READ_PARTS)} ${dataText} }`}
${sumsBlocks ? 'sumUp();' : ''}
${exportLines(translated, parts.typed, options.checks ?? null)}
const exportsByName = function () { return BOARD_EXPORTS; };
${startingFunctions(code)
  .map((index) => `f${index}(MOST_CALLS);`)
  .join(' ')}
${level > 0 ? 'seal(false);' : ''}
${epilogue?.(translated) ?? ''}
`;
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

/** Returns the function with which host functions call an entry of table 0. Integers are i32. */
function callTableZero({ code, module, tableEntries }: TranslatedModule): string {
  const { tables } = code;
  const { signatures, tablesChange } = module;
  const uses = usesOf(module.functions);
  if (tables.length === 0 || tables[0].element !== 'r') return 'const callTableZero = function () { trap(7, -1); };';
  if (tablesChange || uses.has('T0') || uses.has('functionOf')) {
    return `const callTableZero = function (index, values) {
  const e = index >>> 0 < T0.length ? T0[index] : -1;
  if (e === null || e < 0) trap(7, -1);
  call(functionOf[e], values, ${JSON.stringify(signatures)}[signatureOf[e]]);
};`;
  }
  // These variables are local to the call: kept, they would take JsVars.
  const targets = tableEntries[0].map((each) => (each < 0 ? 0 : `f${each}`));
  const letters = tableEntries[0].map((each) => (each < 0 ? '' : code.functions[each].signature));
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

function exportLines(
  { code, module, lowered, resumable }: TranslatedModule,
  typed: TypedProgram | undefined,
  checks: ArgumentChecks | null,
): string {
  const lines = new ExportLines(typed, checks);
  for (const { name, kind, index } of code.exports as External[]) {
    if (kind === ExternalKind.Function) {
      const { signature, results } = code.functions[index];
      const isResumable = resumable.includes(index);
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
    else if (kind === ExternalKind.Global)
      lines.putGlobal(name, globalText(code, module, index, globalBits(code, lowered, index)));
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
