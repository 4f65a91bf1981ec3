// Runs sequences over aliased locals on every tier, and compares what they return, where they trap and what they store with
// Node's WebAssembly.
import { Engine, type EngineOptions, large } from '../../src/index.js';
import { VerificationLevel } from '../../src/safety/index.js';
import { fusions } from '../../targets/interpreter-printer/fusions.js';
import { createCompilingWebAssembly } from '../../targets/node/compiling-webassembly.js';
import { createRuntime, type Runtime } from '../spec/full-runtime-target.js';
import {
  CALL,
  everySequence,
  image,
  type Sequence,
  type Step,
  sequencesModule,
  steps,
  writeSequence,
} from './aliased-locals.js';
import { buildInNode, exportedOnBoard } from './board-program.js';
import {
  engineFunction,
  firstDifference,
  formatOutcome,
  type Invoke,
  memoryOf,
  nodeFunction,
  nodeMemory,
  sameOutcome,
  Trapped,
} from './execution.js';
import { platform } from './platform.js';
import { Random } from './random.js';

/** The module of some sequences, loaded somewhere. */
interface Loaded {
  call: Invoke;
  memory: Uint8Array;
}

/** A way to execute modules. */
export type Tier = (bytes: Uint8Array) => Loaded | Promise<Loaded>;

const PAGE = 65536;

function onNode(bytes: Uint8Array, api: Pick<typeof platform, 'Module' | 'Instance'> = platform): Loaded {
  const instance = new api.Instance(new api.Module(bytes));
  return { call: nodeFunction(instance, CALL), memory: nodeMemory(instance, 'memory') };
}

/** The interpreter. */
function interpreter(options: EngineOptions = {}): Tier {
  const engine = new Engine({ ...large, memoryBytes: PAGE, modules: 1, instances: 1 }, options);
  return (bytes) => {
    engine.reset();
    const instance = engine.instantiate(engine.load(bytes));
    return {
      call: engineFunction(engine, engine.exportedFunction(instance, CALL)),
      memory: memoryOf(engine, instance),
    };
  };
}

/** Calls a function of the runtime that loads modules on boards. */
function callOf(runtime: Runtime): Invoke {
  return (values) => {
    try {
      const words = Int32Array.from(values.flatMap((value) => [value as number, 0]));
      return [runtime.invoke(CALL, words)[0]];
    } catch (error) {
      return new Trapped(-1, (error as Error).message);
    }
  };
}

const translating = createCompilingWebAssembly() as unknown as typeof platform;

const tiers = {
  interpreter: interpreter(),
  plain: interpreter({ plainCode: true }),
  verified: interpreter({ verification: VerificationLevel.Full }),
  translated: (bytes: Uint8Array) => onNode(bytes, translating),
  board: async (bytes: Uint8Array) => {
    const built = await buildInNode(bytes, 'plain');
    return { call: exportedOnBoard(built, CALL), memory: built.program.memory() as Uint8Array };
  },
  loaded: (bytes: Uint8Array) => {
    const runtime = createRuntime();
    runtime.load(bytes, {});
    return { call: callOf(runtime), memory: runtime.memory() };
  },
} satisfies Record<string, Tier>;

export type TierName = keyof typeof tiers;

/** Sequences of a module. */
const MOST = 500;
/** Initial values of the two locals. */
const INPUTS = [
  [8, 24],
  [100, 36],
];

/** Differences of each tier; every sequence that has one is given with its module. */
export interface Difference {
  line: string;
  bytes: Uint8Array;
}

async function checkModule(sequences: readonly Sequence[], names: readonly TierName[]): Promise<Difference[]> {
  const bytes = sequencesModule(sequences);
  const node = onNode(bytes);
  const found: Difference[] = [];
  const loaded: [TierName, Loaded][] = [];
  for (const name of names) loaded.push([name, await tiers[name](bytes)]);
  for (const [index, { stores }] of sequences.entries()) {
    for (const [first, second] of INPUTS) {
      const values = [index, first, second];
      if (stores) node.memory.set(image);
      let expected = node.call(values);
      for (const [name, { call, memory }] of loaded) {
        if (stores) memory.set(image);
        const outcome = call(values);
        const byte = stores ? firstDifference(memory, node.memory) : -1;
        if (sameOutcome(outcome, expected) && byte < 0) {
          // The interpreter's outcome also has the place, which Node's lacks.
          if (name === 'interpreter') expected = outcome;
          continue;
        }
        const what = byte < 0 ? '' : `, byte ${byte} of memory differs`;
        const line = `${name} (${first}, ${second}): ${formatOutcome(outcome)}, expected ${formatOutcome(expected)}${what}`;
        found.push({ line, bytes: sequencesModule([sequences[index]]) });
      }
    }
  }
  return found;
}

export interface CheckedSequences {
  count: number;
  differences: Difference[];
}

/** Runs sequences in modules of some hundred. */
export async function checkSequences(
  sequences: Iterable<Sequence>,
  names: readonly TierName[],
): Promise<CheckedSequences> {
  const checked: CheckedSequences = { count: 0, differences: [] };
  let part: Sequence[] = [];
  const flush = async () => {
    if (part.length > 0) checked.differences.push(...(await checkModule(part, names)));
    checked.count += part.length;
    part = [];
  };
  for (const sequence of sequences) {
    part.push(sequence);
    if (part.length === MOST) await flush();
  }
  await flush();
  return checked;
}

/** Steps of which lowering joins three and more. */
const CHAINED =
  'i32.add 4|i32.add|i32.load|i32.shl 2|i32.lt_s 40|if|br_if|i32.store|i32.xor|i32.rotl 5|i32.mul|i32.and 60|' +
  'f64.load|f64.mul|f64.add|f64.store|i64.shl 3|i64.xor|i64.mul 1000003';
const chained = CHAINED.split('|').map(stepNamed);
/** The integer ones. */
export const joinedOften = chained.slice(0, 9);
const continuing = steps.filter(({ ends }) => !ends);

/** Sequences of 2 to 6 steps, at random; a seed is a module of them. */
export function randomSequences(seed: number, count = MOST): Sequence[] {
  const random = new Random(seed);
  // Half of all steps are of one type, and such that are often joined.
  const pick = (last: boolean) => random.pick(random.chance(50) ? joinedOften : last ? steps : continuing);
  const sequences: Sequence[] = [];
  while (sequences.length < count) {
    const length = 2 + random.below(5);
    const chosen = Array.from({ length }, (_, index) => pick(index + 1 === length));
    const sequence = writeSequence(chosen, (choices) => random.below(choices), { linked: random.chance(80) });
    if (sequence) sequences.push(sequence);
  }
  return sequences;
}

/** Steps whose names do not follow from those of the register instructions. */
const STEPS: Record<string, string[]> = {
  Move32: ['value'],
  Constant32: ['constant'],
  Load8U: ['i32.load8_u'],
  Load8S: ['i32.load8_s'],
  Load16U: ['i32.load16_u'],
  Store8: ['i32.store8'],
  Store32Constant: ['i32.store 5'],
  Store8Constant: ['i32.store8 6'],
  BranchIf: ['br_if'],
  BranchUnless: ['i32.eqz', 'br_if'],
  Branch: ['br'],
  BranchTable: ['br_table'],
  Return32: ['return'],
};

/** `I32ShrUConstant` is `i32.shr_u 1`. */
function stepsOf(instruction: string): Step[] {
  const named = STEPS[instruction];
  if (named) return named.map(stepNamed);
  const [, branch, type, words, constant] = /^(Branch)?(Load|Store|[IF](?=\d))(.*?)(Constant)?$/.exec(instruction)!;
  const [access] = /^(?:Load|Store)/.exec(type) ?? [];
  if (access) return [stepNamed(`${words === '32' ? 'i32' : words.toLowerCase()}.${access.toLowerCase()}`)];
  const [, bits, operation] = /^(\d\d)(.*)$/.exec(words)!;
  const mnemonic = `${type.toLowerCase()}${bits}.${operation.replace(/(.)([SU])$/, '$1_$2').toLowerCase()}`;
  const found = constant ? steps.find(({ name }) => name.startsWith(`${mnemonic} `))! : stepNamed(mnemonic);
  return branch ? [found, stepNamed('br_if')] : [found];
}

function stepNamed(wanted: string): Step {
  const found = steps.find(({ name }) => name === wanted);
  if (!found) throw new Error(`there is no step ${wanted}`);
  return found;
}

/** The steps that are joined into one instruction, for each of them. */
export const joined: readonly Step[][] = fusions.map(({ first, second }) =>
  `${first}Then${second}`
    .replace(/Kept|Second/g, '')
    .split(/Then|Into/)
    .flatMap(stepsOf),
);

/** All pairs of steps, triples of those of which more than two are joined, and what is joined in fact. */
export const combinations: readonly (readonly Step[])[] = [
  ...steps.flatMap((first) => steps.map((second) => [first, second])),
  ...chained.flatMap((first) => chained.flatMap((second) => chained.map((third) => [first, second, third]))),
  ...joined,
];

/** Sequences at random of steps that are joined, of which there are too many. */
const SAMPLE = 3000;

/** Some sequences of steps that are joined: `count` at random, and ten times as many of those on the stack alone. */
export function* someOf(chain: readonly Step[], count: number): Generator<Sequence> {
  const random = new Random(chain.length);
  const choose = (choices: number) => random.below(choices);
  for (let index = 0; index < count; index++) {
    const sequence = writeSequence(chain, choose, { linked: random.chance(50) });
    if (sequence) yield sequence;
  }
  let left = count * 10;
  for (const sequence of everySequence(chain, { stacked: true })) {
    if (left-- === 0) return;
    yield sequence;
  }
}

/** Every sequence of two steps, and of three those of which each reads the result of the one before; some of what is joined. */
export function* sequencesOf(combination: readonly Step[]): Generator<Sequence> {
  if (combination.length <= 3) yield* everySequence(combination, { linked: combination.length > 2 });
  if (joined.includes(combination as Step[])) yield* someOf(combination, SAMPLE);
}
