// Runs random modules as translated programs for boards, with JavaScript of this machine, and writes down what can be seen.
import { banglejs2 } from '../../boards/index.js';

import { type BuildOptions, buildProgram } from '../../targets/board/build.js';
import type { TranslatedModule } from '../../targets/board/translated/translated-module.js';
import { readModule } from '../../targets/module/read-module.js';
import { type Form, loadInNode, translatedEpilogue } from '../targets/board/script-program.js';
import { type Invoke, type Outcome, Trapped, type Value } from './execution.js';
import { type RandomModule, STEPS } from './random-module.js';
import { callsOf, type FuelledTranscript, formatCall } from './transcript.js';

const PAGE = 65536;
const MOST_PAGES = 3;

/** A board with room for every random module. */
export const roomyBoard = {
  ...banglejs2,
  freeJsVars: Number.POSITIVE_INFINITY,
  storage: { ...banglejs2.storage, bytes: 1 << 30 },
};

/** Memory, tables as whether entries are null, the number of steps, and fuel. */
export function boardEpilogue(given: TranslatedModule, form: Form): string {
  const { code, module } = given;
  const fuel = form.endsWith('fuel');
  const steps = code.exports.find(({ name }) => name === STEPS);
  const tables = code.tables.map(
    (_, index) => `Array.from(T${index}, function (e) { return e === null || e < 0 ? -1 : 1; })`,
  );
  return `${translatedEpilogue(given, form === 'slices' ? form : 'plain')}
BOARD_EXPORTS.memory = function () { return bytes.subarray(0, limit); };
BOARD_EXPORTS.tables = function () { return [${tables}]; };
BOARD_EXPORTS.fill = function () { ${fuel ? 'fillFuel();' : ''} };
BOARD_EXPORTS.used = function () { return ${fuel ? 'fuelGiven - fuel' : '0'}; };
${steps ? `BOARD_EXPORTS.steps = function (count) { ${module.global(steps.index, 0)} = count; };` : ''}
`;
}

/** Returns the function at an index among the exports. */
export function boardFunction(program: Program, at: number, results: string): Invoke {
  return (values) => {
    const printed: string = program['spec call'](at, values.map(wordsOf));
    // Boards know functions by the names of exports, too.
    if (printed.startsWith('!')) return new Trapped(-1, printed.slice(1).replace(/ \([^()]*\)(?= at byte)/, ''));
    return valuesOf(printed.split(',').map(Number), results);
  };
}

export type Program = Record<string, (...values: unknown[]) => never>;

export const FORM_OPTIONS = {
  plain: {},
  jit: { jit: 'all', jitBytes: Number.POSITIVE_INFINITY },
  fuel: { fuel: true },
  'jit-fuel': { jit: 'all', jitBytes: Number.POSITIVE_INFINITY, fuel: true },
  slices: { resumable: true },
} as const satisfies Record<Form, Partial<BuildOptions>>;

/** Bytes of stack that no program of a random module uses up. */
export const ROOMY_STACK = 6_000_000;
export const MOST_MEMORY = MOST_PAGES * PAGE;

export interface BoardProgram {
  program: Program;
  code: TranslatedModule['code'];
}

/** A module without imports as a program, loaded; with more of `options`. Throws what building it throws. */
export async function buildInNode(
  bytes: Uint8Array,
  form: Form,
  options: Partial<BuildOptions> = {},
): Promise<BoardProgram> {
  let code: TranslatedModule['code'] | undefined;
  const { image } = await buildProgram(readModule(bytes), {
    board: roomyBoard,
    name: 'random',
    tier: 'js',
    optimise: false,
    ...FORM_OPTIONS[form],
    stackBytes: ROOMY_STACK,
    memoryBytes: MOST_MEMORY,
    ...options,
    translatedEpilogue: (given) => {
      code = given.code;
      return boardEpilogue(given, form);
    },
  });
  return { program: loadInNode('random', image.files) as Program, code: code! };
}

/** An exported function of a program. */
export function exportedOnBoard({ program, code }: BoardProgram, name: string): Invoke {
  const at = code.exports.findIndex((exported) => exported.name === name);
  return boardFunction(program, at, code.functions[code.exports[at].index].results);
}

/** Returns the fuel of slices: 1 to 8 units for each fourth seed, up to 128 for the others, because short slices take most of the time. */
export const sliceFuelOf = (seed: number) => ((seed & 3) === 0 ? 1 + ((seed >> 2) & 7) : 1 + ((seed * 37) & 127));

/** The module's transcript, and the fuel that it used if it counts; it must import nothing. */
export async function runOnBoard(
  module: RandomModule,
  seed: number,
  form: Form,
  optimise = false,
): Promise<FuelledTranscript> {
  return runProgram(await buildInNode(module.bytes, form, { optimise, sliceFuel: sliceFuelOf(seed) }), module, seed);
}

/** Runs a program that has been built and loaded. */
export function runProgram(built: BoardProgram, module: RandomModule, seed: number): FuelledTranscript {
  const { program, code } = built;
  const { exports, globals } = code;
  const indexOf = (wanted: string) => exports.findIndex(({ name }) => name === wanted);
  const calls = callsOf(module, seed);
  let fuelUsed = 0;
  const outcomes = calls.map(({ name, values, steps }): Outcome => {
    program.steps(steps);
    program.fill();
    const outcome = exportedOnBoard(built, name)(values);
    fuelUsed += program.used();
    return outcome;
  });
  return {
    calls: calls.map(formatCall),
    outcomes,
    fuelUsed,
    log: [],
    memory: Uint8Array.from(program.memory()),
    globals: module.globals.map((name) => {
      const at = indexOf(name);
      const { type } = globals[exports[at].index];
      const [value] = valuesOf((program['spec get'](at) as string).split(',').map(Number), type);
      return value;
    }),
    tables: module.tables.length === 0 ? [] : program.tables(),
  };
}

export function wordsOf(value: Value): [number, number] {
  const bits = BigInt(value as number | bigint);
  return [Number(BigInt.asIntN(32, bits)), Number(BigInt.asIntN(32, bits >> 32n))];
}

const scratch = new DataView(new ArrayBuffer(8));

/** Pairs of words as values of the types; a reference is null or 1. */
export function valuesOf(words: ArrayLike<number>, letters: string): Value[] {
  return [...letters].map((letter, index) => {
    const low = words[index * 2];
    const high = words[index * 2 + 1];
    scratch.setInt32(0, low, true);
    scratch.setInt32(4, high, true);
    if (letter === 'i') return low;
    if (letter === 'I') return scratch.getBigInt64(0, true);
    if (letter === 'f') return scratch.getFloat32(0, true);
    if (letter === 'F') return scratch.getFloat64(0, true);
    return low === -1 ? null : 1;
  });
}
