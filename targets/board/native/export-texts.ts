// Prints what a program of machine code exports: functions of JavaScript around machine code, machine code itself, memory and globals.

import { ExternalKind } from '../../../src/index.js';
import { wordTypes } from '../../compiler/intermediate/value-builder.js';
import { Context, wordCount } from '../../compiler/thumb/contract.js';
import type { ThumbImage } from '../../compiler/thumb/image.js';
import type { External } from '../../module/description.js';
import type { FunctionType, ModuleCode } from '../../module/module-code.js';
import type { ArgumentChecks } from '../argument-checks.js';
import { ExportLines } from '../program-parts.js';
import type { TypedProgram } from '../typed/typed-program.js';
import type { BoardEntries } from './board-code.js';
import { WORD_BYTES } from './context-state.js';
import {
  argumentsText,
  parameterWords,
  REGISTER_WORDS,
  readWords,
  resultList,
  resultText,
  wordStarts,
  writeValue,
} from './values.js';

export interface ExportedParts {
  /** Whether `call` makes calls. */
  isCounted: boolean;
  /** Functions that run in slices with `async`. */
  resumable: ReadonlySet<number>;
  typed: TypedProgram | undefined;
  checks: ArgumentChecks | null;
  /** Calls forget the references that earlier ones were given. */
  dropsReferences: boolean;
}

export interface ExportTexts {
  /** Statements of the top level: functions made where the program starts would keep all that is there. */
  functions: string;
  /** Statements that use `native`. */
  exports: string;
}

export function exportTexts(
  code: ModuleCode,
  image: ThumbImage,
  board: BoardEntries,
  { isCounted, resumable, typed, checks, dropsReferences }: ExportedParts,
): ExportTexts {
  const lines = new ExportLines(typed, checks);
  const functions = new Map<number, string>();
  const natives = new Map<number, string>();
  for (const { name, kind, index } of code.exports as External[]) {
    if (kind === ExternalKind.Function) {
      const type = code.functions[index];
      const entry = nativeText(type, board.exports.get(index)!);
      const before = dropsReferences
        ? isCounted
          ? 'if (running === 1) dropHostReferences();'
          : 'dropHostReferences();'
        : '';
      // Host functions may call exports, which wait for each other: `call` counts those that run, and gives the first of them fuel.
      const exported = (direct: string) => `exported(${direct})`;
      if (typed && !isCounted) {
        functions.set(index, `let n${index};\n${isDirect(type) ? '' : plainCall(type, index, before)}`);
        natives.set(index, `n${index} = ${entry};`);
      } else if (!isCounted && isDirect(type)) lines.putFunction(name, entry, exported);
      else {
        functions.set(index, `let n${index};\n${(isCounted ? countedCall : plainCall)(type, index, before)}`);
        natives.set(index, `n${index} = ${entry};`);
        const entered = resumable.has(index) ? sliceText(type, index, board) : null;
        lines.putFunction(
          name,
          `e${index}`,
          entered === null ? exported : (direct) => `exportResumable(${direct}, ${entered})`,
          slicedCall(type, index, entered),
        );
      }
    } else if (kind === ExternalKind.Memory) lines.put(name, 'bytes');
    else if (kind === ExternalKind.Global) {
      functions.set(-1 - index, `const g${index} = ${globalText(code, image, index)};`);
      lines.putGlobal(name, `g${index}`);
    }
  }
  // Glue is of the top level, too.
  const [above, behind] = typed ? [lines.text(), ''] : ['', lines.text()];
  return {
    functions: [...functions.values(), above].join('\n'),
    exports: [...natives.values(), behind].join('\n'),
  };
}

/** What calls exported functions, where nothing is counted. */
export interface WordFunctions {
  /** Variables, by the names of exports. */
  variables: ReadonlyMap<string, string>;
  /** The indices of those that the firmware calls with all conversions, and that have one name only. */
  alone: ReadonlyMap<string, number>;
}

export function wordFunctions({ exports, functions }: ModuleCode): WordFunctions {
  const all = exports.filter(({ kind }) => kind === ExternalKind.Function);
  const names = new Map<number, number>();
  for (const { index } of all) names.set(index, (names.get(index) ?? 0) + 1);
  const alone = all.filter(({ index }) => isDirect(functions[index]) && names.get(index) === 1);
  return {
    variables: new Map(all.map(({ name, index }) => [name, `${isDirect(functions[index]) ? 'n' : 'e'}${index}`])),
    alone: new Map(alone.map(({ name, index }) => [name, index])),
  };
}

/** Whether the firmware converts all arguments and the result. */
function isDirect({ signature }: FunctionType): boolean {
  return /^i{0,3}:i?$/.test(signature);
}

/** The entry as a function of the context, which is bound, and of the first words of the arguments. */
function nativeText({ parameters, results }: FunctionType, offset: number): string {
  const words = Math.min(REGISTER_WORDS, wordCount(wordTypes(parameters)));
  return `native(${offset}, '${results === 'i' ? 'int' : 'void'}(int${',int'.repeat(words)})')`;
}

/** A function of values. */
function plainCall(type: FunctionType, index: number, before: string): string {
  const names = [...type.parameters].map((_, at) => `v${at}`);
  const call = argumentsText(`n${index}`, type.parameters, parameterWords(type.parameters, '[0]', '[1]'));
  const { results } = type;
  return `function e${index}(${names}) { ${before} ${call}; ${results === '' ? '' : `return ${resultText(results)};`} }`;
}

/** Returns a function that calls the export through `call`. */
function countedCall(type: FunctionType, index: number, before: string): string {
  return `function e${index}() { return ${callText(type, index, 'arguments', before)}; }`;
}

/** `before` is what the call does first. */
function callText(type: FunctionType, index: number, values: string, before: string): string {
  const names = parameterWords(type.parameters);
  const told = type.results === '' ? '' : `, function () { return ${resultList(type.results)}; }`;
  const target = `function (${names.flat()}) { ${before} ${argumentsText(`n${index}`, type.parameters, names)}; }`;
  return `call(${target}, ${values}, '${type.signature}'${told})`;
}

/** What glue calls, or begins if there is `done`: in slices, if there is what enters them. */
function slicedCall(type: FunctionType, index: number, entered: string | null): string {
  const call = callText(type, index, 'words', '');
  if (entered === null) return `done ? callToEnd(function () { return ${call}; }, done) : ${call}`;
  return `done ? callInSlices(words, done, ${entered}) : ${call}`;
}

/**
 * What begins a call that runs in slices, and reads its result: all words of the arguments are in the context when the first of them
 * begins.
 */
function sliceText({ parameters, results, signature }: FunctionType, index: number, board: BoardEntries): string {
  const names = parameterWords(parameters);
  const starts = wordStarts(parameters);
  const stores = names.map((words, value) => writeValue(parameters[value], starts[value], words)).join(' ');
  const entry = `context[${Context.ImageBase / WORD_BYTES}] + ${board.entries.get(index)}`;
  const begin = `function (${names.flat()}) { ${stores} runSlice(${entry}); }`;
  return `${begin}, '${signature}', function () { return ${resultList(results)}; }, ${index}`;
}

function globalText(code: ModuleCode, image: ThumbImage, index: number): string {
  const { type, mutable } = code.globals[index];
  const word = (image.globalOffset(index) - Context.Words) / WORD_BYTES;
  if (!mutable) {
    const [low, high] = readWords(type, word)[0];
    const value = high === undefined ? low : `[${low}, ${high}]`;
    return `{ get value() { return ${value}; }, set value(_) { setConstant(); } }`;
  }
  const get = `function () { return ${resultList(type, word)}; }`;
  return `exportGlobal('${type}', ${get}, function (a, b) { ${writeValue(type, word, ['a', 'b'])} })`;
}
