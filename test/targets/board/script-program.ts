// Programs for boards out of modules of specification scripts, the commands that run on them, and what they print.
import { crc32 } from 'node:zlib';
import { type Board, banglejs2 } from '../../../boards/index.js';
import { readBack } from '../../../sim/instrument/read-back.js';
import { type Capacities, DecodeError, LinkError, ValidationError, WasmTrap } from '../../../src/index.js';
import { ExternalKind } from '../../../src/types.js';
import { analyseModule } from '../../../targets/analysis/analysis.js';
import { buildProgram } from '../../../targets/board/build.js';
import { BuildError } from '../../../targets/board/build-error.js';
import type { StorageFile } from '../../../targets/board/image.js';
import type { LoweredModule } from '../../../targets/board/interpreted/lowered-module.js';
import { buildFullRuntime, type FullRuntime } from '../../../targets/board/loaded/build.js';
import type { TranslatedModule } from '../../../targets/board/translated/translated-module.js';
import { describeModule } from '../../../targets/module/description.js';
import { readModule } from '../../../targets/module/read-module.js';
import { viewKinds, viewNames } from '../../differential/unaligned-views.js';
import { formatValue, matches, type Pattern, type SpecValue } from '../../spec/script.js';
import { SPECTEST } from '../../spec/target.js';
import type { ScriptModule, Step } from './script-modules.js';

const PAGE = 65536;

export interface Limits {
  /** Pages of a memory that grows. */
  mostPages: number;
  /**
   * JsVars. If a translated program takes more, a memory that grows has half the pages; with one page too many, the program runs from
   * flash.
   */
  jsVars?: number;
  valueSlots: number;
  callDepth: number;
}

/** Limits of Espruino for Linux. */
export const SMALL: Limits = { mostPages: 2, valueSlots: 3072, callDepth: 300 };
/** memory_grow.wast has a memory of 801 pages. */
export const LARGE: Limits = { mostPages: 1024, valueSlots: 20_000, callDepth: 2000 };

/** A board of its firmware's kind, on which everything fits. */
const board: Board = {
  ...banglejs2,
  freeJsVars: Number.POSITIVE_INFINITY,
  storage: { ...banglejs2.storage, bytes: 1 << 30 },
  capacities: { ...banglejs2.capacities, memoryBytes: PAGE, tableEntries: 1024 },
};

export interface Refusal {
  /** Instantiation traps, the module is not valid, something that it imports is not there, or a board has not got what it needs. */
  kind: 'trap' | 'invalid' | 'unlinkable' | 'board';
  message: string;
}

export interface ScriptProgram {
  name: string;
  module: ScriptModule;
  files: StorageFile[];
  /** Files that programs have in common. */
  shared?: StorageFile[];
  /** Whether there is no room for it in RAM. */
  isForFlash?: boolean;
  /** The steps as statements that print a line each, and what is wrong with what they printed. */
  steps: { step: Step; statement: string; check: (printed: string) => string }[];
  /** Why there is no program. */
  refusal?: Refusal;
}

/** Calls with the bits of the values, so that no NaN becomes a number, and gives bits as text. */
const EPILOGUE = `
BOARD_EXPORTS['spec call'] = function (address, pairs, letters, words) {
  try {
    fuel = Infinity;
    begin(address, pairs, letters);
    run();
  } catch (error) {
    return '!' + error.message;
  }
  var text = '';
  for (var index = 0; index < words; index++) text += slots[index] + ',';
  return text;
};
BOARD_EXPORTS['spec get'] = function (index) { return globals[index] + ',' + globals[index + 1] + ','; };
`;

/** Bytes of the memory of a module, or of what is linked to it. */
function memoryBytes(all: Uint8Array[], { mostPages }: Limits): number {
  const sizes = all.map((bytes) => {
    const { declared, maximum, grows } = analyseModule(readModule(bytes)).memory;
    const most = mostPages * PAGE;
    return grows && maximum >= 0
      ? Math.min(Math.max(declared, maximum), most)
      : grows
        ? most
        : Math.min(declared, most);
  });
  return Math.max(1, ...sizes);
}

/** `ownHandlers` as in BuildOptions. */
export async function scriptProgram(
  module: ScriptModule,
  name: string,
  limits: Limits,
  ownHandlers?: number,
): Promise<ScriptProgram> {
  let lowered: LoweredModule | undefined;
  const { bytes, linked } = module;
  const { valueSlots, callDepth } = limits;
  try {
    const { image } = await buildProgram(readModule(bytes), {
      board,
      name,
      linked: linked.map(({ name, bytes }) => ({ name, module: readModule(bytes) })),
      ...(ownHandlers !== undefined && { ownHandlers }),
      valueSlots,
      callDepth,
      memoryBytes: memoryBytes([bytes, ...linked.map((each) => each.bytes)], limits),
      epilogue: (given) => {
        lowered = given;
        return EPILOGUE;
      },
    });
    const steps = module.steps.map((step) => ({ step, ...statementOf(step, lowered!) }));
    return { name, module, files: image.files, steps };
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal !== undefined) return { name, module, files: [], steps: [], refusal };
    throw new Error(`module in line ${module.line}: ${error}`, { cause: error });
  }
}

/** How programs are written: for the compiler on the board, counting fuel, both, or to yield in every function that can. */
export type Form = 'plain' | 'jit' | 'fuel' | 'jit-fuel' | 'slices';
export const isJitted = (form: Form) => form.startsWith('jit');
const countsFuel = (form: Form) => form.endsWith('fuel');

/** With a limit that no call reaches. */
const WITH_FUEL = `fuelOfNext = 4e9;
    fillFuel();
    const text = specText(row[2](row[0].apply(null, given)), row[1]);
    return fuel < fuelGiven || fuel === 4e9 ? text : '!no fuel is counted';`;

/** How many there were but for the first ones of calls. */
const SLICES = `let specSlices = 0;
const setTimeout = function () {};
BOARD_EXPORTS['spec slices'] = function () { return '' + specSlices; };`;

/** Runs one slice after the other, without a timer. */
const IN_SLICES = `let text = '';
    running++;
    suspendedFunction = 0;
    fuel = SLICE_FUEL;
    fuelGiven = fuel;
    const found = function (r) { text = specText(row[2](r), row[1]); return [null]; };
    slice(row[0], given, ':', found, function (error) { if (error) throw error; });
    while (suspended) { specSlices++; goOn(); }
    return text;`;

/** Calls of translated functions with the bits of the values. Rows are made when they are wanted: hundreds have no room. */
export function translatedEpilogue({ code, module }: TranslatedModule, form: Form = 'plain'): string {
  const rows = code.exports.map(({ kind, index }, at) => {
    if (kind === ExternalKind.Function) {
      const { signature, results } = code.functions[index];
      return `case ${at}: return [f${index}, '${signature}', function (r) { return ${module.words(results)}; }];`;
    }
    if (kind !== ExternalKind.Global) return '';
    const { type } = code.globals[index];
    const words = ['null', module.global(index, 0), ...(type === 'I' ? [module.global(index, 1)] : [])];
    return `case ${at}: return [[${words}], ':${type}'];`;
  });
  return `
${form === 'slices' ? SLICES : ''}
const specRow = function (at) { switch (at) { ${rows.join('\n')} } };
const specText = function (words, letters) {
  let text = '', at = 1;
  for (let index = letters.indexOf(':') + 1; index < letters.length; index++) {
    const letter = letters[index], word = words[at];
    at++;
    if (letter === 'I') { text += word + ',' + words[at] + ','; at++; }
    else if (letter === 'f') text += f32_bits(word) + ',0,';
    else if (letter === 'F') text += f64_low(word) + ',' + f64_high(word) + ',';
    else text += (word === null ? -1 : word) + ',0,';
  }
  return text;
};
BOARD_EXPORTS['spec call'] = function (at, pairs) {
  const row = specRow(at), words = [null];
  for (let index = 0; index < pairs.length; index++) {
    const letter = row[1][index], low = pairs[index][0], high = pairs[index][1];
    if (letter === 'f') words.push(f32_of_bits(low));
    else if (letter === 'F') words.push(f64_of_words(low, high));
    else if (letter === 'i' || letter === 'I') words.push(low);
    else words.push(low === -1 ? null : low);
    if (letter === 'I') words.push(high);
  }
  ${module.jitted.length > 0 ? 'x = 0;' : ''}
  const given = words.slice(1).concat([MOST_CALLS]);
  try {
    ${countsFuel(form) ? WITH_FUEL : form === 'slices' ? IN_SLICES : 'return specText(row[2](row[0].apply(null, given)), row[1]);'}
  } catch (error) {
    return '!' + error.message;
  }
};
BOARD_EXPORTS['spec get'] = function (at) { const row = specRow(at); return specText(row[0], row[1]); };
`;
}

/** JsVars for which jitted functions are chosen where there is no limit, and bytes of one. */
const JS_VARS = 12_000;
const JS_VAR_BYTES = 14;
/** Bytes of the runtime, and of the steps. */
const RUNTIME_BYTES = 22_000;
/** With the function behind it. */
const EXPORT_BYTES = 400;

/** Bytes of stack and JsVars of a call that has not returned, estimated: scope, parameters and variables. */
const CALL_STACK_BYTES = 800;
const CALL_JS_VARS = 8;

/** The module translated to JavaScript. `stackBytes` as in BuildOptions. */
export async function translatedScriptProgram(
  module: ScriptModule,
  name: string,
  limits: Limits,
  options: { stackBytes: number; form: Form; sliceFuel?: number },
): Promise<ScriptProgram> {
  const { stackBytes, form, sliceFuel } = options;
  const { bytes, linked } = module;
  const all = [bytes, ...linked.map((each) => each.bytes)];
  const { exports } = module.steps.length === 0 ? { exports: [] } : describeModule(bytes);
  const steps = module.steps.map((step) => {
    const { action } = step;
    const check = (printed: string) => problemOf(step, printed);
    const kind = action.kind === 'get' ? ExternalKind.Global : ExternalKind.Function;
    const at = exports.findIndex((each) => each.kind === kind && each.name === action.name);
    if (action.kind === 'get') return { step, statement: `g(${at})`, check };
    return { step, statement: `c(${at},[${action.arguments.map(({ low, high }) => `[${low},${high}]`)}])`, check };
  });
  try {
    const memory = memoryBytes(all, limits);
    // Bytes of jitted code for which Espruino for Linux has room.
    const room = (limits.jsVars ?? JS_VARS) * JS_VAR_BYTES - RUNTIME_BYTES;
    const jitBytes = Math.max(0, (room - memory - exports.length * EXPORT_BYTES) / 2);
    let calls = 0;
    const { image, jsVars } = await buildProgram(readModule(bytes), {
      board,
      name,
      tier: 'js',
      optimise: false,
      linked: linked.map(({ name, bytes }) => ({ name, module: readModule(bytes) })),
      stackBytes,
      memoryBytes: memory,
      ...(isJitted(form) && { jit: 'all', jitBytes }),
      ...(countsFuel(form) && { fuel: true }),
      ...(form === 'slices' && { resumable: true, sliceFuel }),
      translatedEpilogue: (translated) => {
        if (translated.module.callBytes > 0) calls = stackBytes / CALL_STACK_BYTES;
        return translatedEpilogue(translated, form);
      },
    });
    // The text exists twice: as a whole, and cut into functions.
    const text = image.files.find((each) => each.name === name)!.bytes.length / 6;
    const isTooLarge = jsVars + text + calls * CALL_JS_VARS > (limits.jsVars ?? Number.POSITIVE_INFINITY);
    if (isTooLarge && limits.mostPages > 1)
      return translatedScriptProgram(module, name, { ...limits, mostPages: limits.mostPages >> 1 }, options);
    return { name, module, files: image.files, steps, isForFlash: isTooLarge };
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === undefined) throw new Error(`module in line ${module.line}: ${error}`, { cause: error });
    return { name, module, files: [], steps: [], refusal };
  }
}

function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof WasmTrap) return { kind: 'trap', message: error.message };
  if (error instanceof ValidationError || error instanceof DecodeError)
    return { kind: 'invalid', message: error.message };
  if (error instanceof LinkError) return { kind: 'unlinkable', message: error.message };
  if (!(error instanceof BuildError)) return undefined;
  const notes = error.notes.map((note) => `; ${note}`).join('');
  const isImport = /does not provide what the module imports/.test(error.message);
  return { kind: isImport ? 'unlinkable' : 'board', message: error.message + notes };
}

/** The epilogue with names instead of addresses, for the full runtime. */
const FULL_EPILOGUE = `
${EPILOGUE.replace('begin(address,', 'begin(exportAddresses()[exportNames().indexOf(address)],').replace(
  'return globals[index] +',
  'index = (exportItems[exportKeys.indexOf(index)] >> 2) * 2; return globals[index] +',
)}`;

/** The full runtime with what the modules of a script need, and not more: Espruino for Linux has no room for that. */
export function fullRuntimeFor(modules: ScriptModule[]): Promise<FullRuntime> {
  const capacities: Partial<Capacities> = { callDepth: 200, valueSlots: 2048 };
  for (const { bytes } of modules) {
    const { needs } = analyseModule(readModule(bytes));
    for (const name of RAISED) capacities[name] = Math.max(capacities[name] ?? 1, needs[name].needed);
  }
  // Lowered without joined instructions, code is longer.
  capacities.codeWords = capacities.codeWords! * 2 + 64;
  capacities.basicBlocks = capacities.basicBlocks! * 2;
  // Tables grow.
  capacities.tableEntries = capacities.tableEntries! + 900;
  capacities.memoryBytes = memoryBytes(
    modules.map(({ bytes }) => bytes),
    SMALL,
  );
  return buildFullRuntime({ board, name: 'full', capacities, imports: () => false, more: FULL_EPILOGUE });
}

const RAISED = [
  ...(['types', 'typeValues', 'functions', 'globals', 'tables', 'tableEntries', 'elementSegments'] as const),
  ...(['dataSegments', 'codeWords', 'functionLocals', 'operandDepth', 'labelDepth', 'basicBlocks'] as const),
];

const SPECTEST_IMPORTS = `{spectest:{${[
  ...SPECTEST.functions.map(([name]) => `${name}:function(){}`),
  ...SPECTEST.globals.map(({ name, letter, literal }) => `${name}:${letter === 'I' ? `[${literal},0]` : literal}`),
].join()}}}`;

/** Whether a module has something of other modules, which the full runtime has not. */
export const isLinked = ({ linked }: ScriptModule) => linked.some(({ name }) => name !== SPECTEST.module);

/** A program that has the full runtime load the module. */
export function fullScriptProgram(module: ScriptModule, name: string, runtime: FullRuntime): ScriptProgram {
  const text = `var r=require("full");r.load(require("Storage").readArrayBuffer("${name}.wasm"),${SPECTEST_IMPORTS});
exports["spec call"]=r["spec call"];exports["spec get"]=r["spec get"];`;
  const steps = module.steps.map((step) => {
    const { action, expected } = step;
    const key = JSON.stringify(Buffer.from(action.name, 'utf8').toString('latin1'));
    const check = (printed: string) => problemOf(step, printed);
    if (action.kind === 'get') return { step, statement: `g(${key})`, check };
    const pairs = action.arguments.map(({ low, high }) => `[${low},${high}]`);
    const letters = `${'I'.repeat(action.arguments.length)}:`;
    return { step, statement: `c(${key},[${pairs}],"${letters}",${(expected?.length ?? 0) * 2})`, check };
  });
  return {
    name,
    module,
    files: [
      { name, bytes: Buffer.from(text, 'latin1') },
      { name: `${name}.wasm`, bytes: module.bytes },
    ],
    shared: runtime.image.files,
    steps,
  };
}

const isWide = (type: string) => type === 'i64' || type === 'f64';

function statementOf(step: Step, lowered: LoweredModule) {
  const { action } = step;
  const check = (printed: string) => problemOf(step, printed);
  if (action.kind === 'get') {
    const global = lowered.exportedGlobals.find(({ name }) => name === action.name)!;
    return { statement: `g(${global.index})`, check };
  }
  const values = action.arguments;
  const pairs = values.map(({ low, high }) => `[${low},${high}]`);
  const words = (step.expected?.length ?? 0) * 2;
  const letters = `${'I'.repeat(values.length)}:`;
  return { statement: `c(${lowered.exports.get(action.name)},[${pairs}],"${letters}",${words})`, check };
}

/** Scripts give some wordings with the index of the element at the end, which a runtime need not know. */
export function startsAs(message: string, expected: string): boolean {
  return message.startsWith(expected) || message.startsWith(expected.replace(/ \d+$/, ''));
}

function problemOf({ expected, trap }: Step, printed: string): string {
  if (trap !== undefined) return startsAs(printed, `!${trap}`) ? '' : `printed ${printed}, not the trap '${trap}'`;
  if (printed.startsWith('!')) return `trapped: ${printed.slice(1)}`;
  if (!expected) return '';
  const words = printed.split(',').map(Number);
  const values = expected.map(({ type }: Pattern, index): SpecValue => {
    return { type, low: words[index * 2], high: isWide(type) ? words[index * 2 + 1] : 0 };
  });
  if (words.length === expected.length * 2 + 1 && values.every((value, at) => matches(value, expected[at]))) return '';
  return `got [${values.map(formatValue).join(', ')}], not [${expected.map(formatValue).join(', ')}]`;
}

type BoardExports = Record<string, (...values: unknown[]) => string>;

/** The functions of Espruino's `E` that programs use. */
export const E = {
  CRC32: (data: ArrayBuffer | Uint8Array) => crc32(new Uint8Array(data)),
  sum: (numbers: Int32Array) => numbers.reduce((sum, each) => sum + each, 0),
};

/** The Storage of a board that has these files. */
export function storageOf(files: readonly StorageFile[]) {
  return {
    read(wanted: string, from: number) {
      return files.find((each) => each.name === wanted)?.bytes.subarray(from);
    },
    readArrayBuffer(wanted: string) {
      const file = files.find((each) => each.name === wanted);
      return file && new Uint8Array(file.bytes).buffer;
    },
  };
}

/** Returns a function that loads a program's files as a board would, with JavaScript of this machine. */
export function loaderInNode(name: string, files: StorageFile[]): () => BoardExports {
  const storage = storageOf(files);
  const text = Buffer.from(files.find((each) => each.name === name)!.bytes).toString('latin1');
  const load = new Function('exports', 'require', 'E', 'process', ...viewNames, readBack(text));
  return () => {
    const exports = {};
    load(exports, () => storage, E, undefined, ...viewKinds);
    return exports;
  };
}

export const loadInNode = (name: string, files: StorageFile[]): BoardExports => loaderInNode(name, files)();

export interface Problem {
  line: number;
  /** The line of the module, where the problem is only that it could not be loaded. */
  moduleLine?: number;
  reason: string;
}

/** How many slices were behind the first ones of calls that ran in Node. */
export let slicesInNode = 0;

/** Runs all steps in Node. */
export function runInNode({ name, module, files, steps, refusal }: ScriptProgram): Problem[] {
  const { line, trap, fault } = module;
  if (refusal) {
    const { kind, message } = refusal;
    if (kind === (trap === undefined ? fault : 'trap') && startsAs(message, trap ?? '')) return [];
    return [{ line, reason: message }];
  }
  if (fault !== undefined) return [{ line, reason: `is built, but it is ${fault}` }];
  let exports: ReturnType<typeof loadInNode>;
  try {
    exports = loadInNode(name, files);
  } catch (error) {
    const { message } = error as Error;
    return trap !== undefined && startsAs(message, trap) ? [] : [{ line, reason: message }];
  }
  if (trap !== undefined) return [{ line, reason: `instantiation did not trap: '${trap}'` }];
  const problems = steps.flatMap(({ step, statement, check }) => {
    const run = new Function('c', 'g', `return ${statement}`);
    const problem = check(run(exports['spec call'], exports['spec get']));
    return problem === '' ? [] : [{ line: step.line, reason: problem }];
  });
  slicesInNode += Number(exports['spec slices']?.() ?? 0);
  return problems;
}
