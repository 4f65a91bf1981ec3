// Builds the files of a module that is compiled to machine code: the code, the data, the places of traps, and the program that starts it
// and calls it.

import { crc32 } from 'node:zlib';
import { VerificationLevel } from '../../../src/safety/index.js';
import { Trap } from '../../../src/trap.js';
import { type ProgramPart, printParts } from '../../compiler/javascript/trees/program.js';
import { Context } from '../../compiler/thumb/contract.js';
import { hasPins, type PinImports } from '../../compiler/thumb/pins-runtime.js';
import { type ImportedFunction, importedFunction } from '../../host-functions/own-imports.js';
import { startingFunctions } from '../../module/entry-points.js';
import { keepsReferences } from '../../module/module-code.js';
import type { ReadModule } from '../../module/read-module.js';
import { bufferPart, estimatedPart, type JsVarPart } from '../figures.js';
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
import type { StorageFile, TierProgram } from '../image.js';
import { countsOf } from '../parsable.js';
import {
  bundleProgram,
  chunkBytes,
  dataChunks,
  dataLines,
  functionNamesText,
  importCall,
  importHosts,
  ownImportLines,
  READ,
  simplified,
} from '../program-parts.js';
import { resumableExports } from '../resumable-exports.js';
import { runtimeJsVars } from '../runtime-size.js';
import { checkedProgram, sumFile } from '../start-check.js';
import { constantsOf } from './constants.js';
import { type ContextLayout, contextLayout, savedDepth } from './context-layout.js';
import { type ContextState, contextState, WORD_BYTES } from './context-state.js';
import { exportTexts } from './export-texts.js';
import { compileModule, type NativeModule, type NativeOptions } from './native-module.js';
import { stackFigures } from './stack-figures.js';
import { tableCallText } from './table-calls.js';
import { trapTable } from './trap-table.js';
import { readWords, writeValue } from './values.js';

/** JsVars of an export: machine code that a name is bound to, with `async`. */
const EXPORT_JS_VARS = 7;
const FUNCTION_JS_VARS = 5;

/** Nothing interrupts machine code. */
const ENDLESS =
  'a call of machine code that does not end hangs the board until it is reset, and ctrl-C does not end it: --fuel gives calls a limit';

/** Throws BuildError, and what instantiating the module throws. */
export async function buildNative(given: ReadModule, options: NativeOptions): Promise<TierProgram> {
  const native = await compileModule(given, options);
  const { code, image, imports, fuel, warnings } = native;
  const { name, imports: own } = options;
  const state = contextState(code, native.lowered, image, options.tableEntries);
  const stack = stackFigures(given, native, options);
  const layout = contextLayout(image, state, native.called.length, savedDepth(stack, image, options));
  const keepsMemory = keepsMemoryOf(native, options);
  const files = filesOf(given, native, name, keepsMemory);
  const constants = constantsOf(native, options, layout);
  // A snapshot goes on in this very program.
  const programSum = crc32(Buffer.from(JSON.stringify(constants)), crc32(code.bytes)) | 0;
  const define = { ...constants, PROGRAM_SUM: String(programSum) };
  const limits = growsMemory(native) ? define : { ...define, limit: String(native.memoryBytes) };
  const runtime = runtimeText(given, native, options, { layout, keepsMemory });
  const start = startText(native, options, { state, layout, files, keepsMemory });
  const text = `${importHosts(imports, own)}
${hasPins(native.pins) ? `import { pinAt } from 'hosts';` : ''}
${await simplified(runtime, limits)}
${await simplified(start, define)}`;
  const program = await bundleProgram(text, define, { asWritten: true, own });
  const checked = checkedProgram(name, program, files);
  if (options.verification) files.push(sumFile(checked));
  files.push(checked);
  return {
    files,
    jsVarParts: jsVarParts(native, options, layout, program),
    stack,
    warnings,
    cautions: image.repeats && !fuel ? [ENDLESS] : [],
  };
}

function jsVarParts(
  { code, image, bufferBytes }: NativeModule,
  { board, resumable }: NativeOptions,
  layout: ContextLayout,
  program: string,
): JsVarPart[] {
  const { functions, parameters } = countsOf(program);
  const isCopied = !board.storage.executableInPlace;
  return [
    bufferPart('linear memory', bufferBytes, board),
    bufferPart('globals and tables', layout.words * WORD_BYTES - layout.savedBytes, board),
    ...(resumable === undefined ? [] : [bufferPart('saved calls', layout.savedBytes, board)]),
    ...(isCopied ? [bufferPart('machine code', image.bytes.length, board)] : []),
    estimatedPart('runtime', runtimeJsVars.native),
    estimatedPart('functions', functions * FUNCTION_JS_VARS + parameters),
    estimatedPart('exports', code.exports.length * EXPORT_JS_VARS),
  ];
}

/**
 * Whether memory has a variable after the program has started: imports are given parts of it, glue uses it, snapshots have it, and it is
 * verified.
 */
function keepsMemoryOf({ imports, typed }: NativeModule, { resumable, verification }: NativeOptions): boolean {
  return imports.length > 0 || typed !== undefined || resumable !== undefined || Boolean(verification);
}

const MEMORY_LINE = 'const bytes = new Uint8Array(MEMORY_BYTES);';

const growsMemory = ({ memoryBytes, lowered }: NativeModule) => memoryBytes < lowered.memory.bytes;

/** The files that the program reads, without empty ones. */
function filesOf(
  given: ReadModule,
  { image, lowered, byIndex }: NativeModule,
  name: string,
  keepsMemory: boolean,
): StorageFile[] {
  const files = [
    ...dataChunks(lowered.ranges).map((chunk, index) => ({ name: `${name}.d${index}`, bytes: chunkBytes(chunk) })),
    { name: `${name}.code`, bytes: image.bytes },
    { name: `${name}.point`, bytes: trapTable(image, given, hostTraps(keepsMemory, byIndex !== null)) },
  ];
  return files.filter((file) => file.bytes.length > 0);
}

/** Traps that JavaScript throws: it reads memory, and calls functions of the table. */
function hostTraps(readsMemory: boolean, callsTable: boolean): Trap[] {
  return [...(readsMemory ? [Trap.MemoryOutOfBounds] : []), ...(callsTable ? [Trap.UndefinedElement] : [])];
}

/** The runtime, and what machine code calls of it. */
function runtimeText(
  given: ReadModule,
  native: NativeModule,
  options: NativeOptions,
  { layout, keepsMemory }: { layout: ContextLayout; keepsMemory: boolean },
): string {
  const { memoryBytes, imports, pins } = native;
  const { imports: own, resumable, verification } = options;
  const grows = growsMemory(native);
  const parts = [...runtimeParts(native, options), ...jsState, ...jsRuntime, ...nativeTraps];
  return [
    'const context = new Int32Array(CONTEXT_WORDS);',
    keepsMemory ? MEMORY_LINE : '',
    grows ? `let limit = ${memoryBytes};` : '',
    resumable === undefined ? '' : 'let runSlice;\nlet placedCode;',
    verification ? `let machineCode;\n${coveredText(native, layout, options)}` : '',
    printParts(parts, { filled: { FUNCTION_NAMES: `(${functionNamesText(given)})` } }),
    ...imports.map((each, index) => importText(importedFunction(each, own)!, index, grows, pins)),
  ].join('\n');
}

/** Returns the parts before the runtime of all programs. */
function runtimeParts(
  { fuel, pins, passesReferences }: NativeModule,
  { resumable, verification }: NativeOptions,
): ProgramPart[] {
  return [
    ...(passesReferences ? nativeReferences : []),
    ...(hasPins(pins) ? nativePins : []),
    ...(fuel ? nativeFuel : []),
    ...(resumable === undefined ? [] : nativeSlices),
    ...(verification ? [...jsVerification, ...nativeVerifiedCode] : []),
  ];
}

/**
 * Returns the text of function `covered` of runtime/verification.ts: the parts that a level verifies. In the context, only the fuel changes
 * between calls. Constant parts come first: the list of functions that machine code calls, and tables that no instruction writes to.
 */
function coveredText(
  { code, image }: NativeModule,
  layout: ContextLayout,
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

interface StartParts {
  state: ContextState;
  layout: ContextLayout;
  files: StorageFile[];
  keepsMemory: boolean;
}

/** The statements behind the runtime: they put the module into its state at the start, export its functions, and start it. */
function startText(
  native: NativeModule,
  options: NativeOptions,
  { state, layout, files, keepsMemory }: StartParts,
): string {
  const { code, image, entries, imports, byIndex, typed, fuel, passesReferences } = native;
  const { resumable, verification, checks = null, epilogue, imports: own } = options;
  const chunks = dataChunks(native.lowered.ranges);
  const texts = exportTexts(code, image, entries, {
    isCounted: fuel || imports.length > 0 || Boolean(verification),
    resumable: new Set(resumable === undefined ? [] : resumableExports(code, resumable)),
    typed,
    checks,
    dropsReferences: passesReferences && !keepsReferences(code),
  });
  const starts = startingFunctions(code);
  return `
${ownImportLines(imports, own)}
${tableCallText(code, image, entries, { functions: byIndex ?? [], entriesAt: layout.tables[0] })}
const exportsByName = function () { return BOARD_EXPORTS; };
${texts.functions}
{
  ${keepsMemory ? '' : MEMORY_LINE}
  ${typed ? '' : `const exported = ${fuel ? 'exportFunction' : 'function (direct) { direct.async = callAsync; return direct; }'};`}
  ${printParts(nativeStart)}
  ${chunks.length > 0 ? READ : ''}
  ${dataLines(chunks, files, options.name)}
  ${stateLines(state, layout, native)}
  prepare([${native.called}]);
  ${resumable === undefined ? '' : `runSlice = native(${entries.slice}, 'void(int,int)');`}
  ${texts.exports}
  ${fuel && starts.length > 0 ? 'fillFuel();' : ''}
  ${starts.map((index) => `native(${entries.exports.get(index)}, 'void(int)')();`).join(' ')}
}
${verification ? 'seal(false);' : ''}
${epilogue ?? ''}
`;
}

/** Statements that put globals, tables and the size of memory into the context; 0 is there already. */
function stateLines({ words, tables }: ContextState, layout: ContextLayout, native: NativeModule): string {
  const assignment = (offset: number, value: string) => `context[${offset / WORD_BYTES}] = ${value};`;
  const sizes: [number, number][] = [
    [Context.MemorySize, native.memoryBytes],
    [Context.MemoryMaximum, native.lowered.memory.bytes],
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
