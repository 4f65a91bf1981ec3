// Writes modules of one branch table: 1 to 1,000 entries in runs of equal targets, 2 to 60 arms, and an arm for all other indices.
// Each arm mixes its own number into the result, so that an entry which leads to a neighbour gives another one. A second function
// takes every entry in turn and stores what it gives.
import { Opcode } from '../../src/opcodes.js';
import {
  type Code,
  call,
  EMPTY_BLOCK,
  i32,
  localGet,
  localSet,
  ModuleBuilder,
  store,
  unsigned,
} from './module-builder.js';
import { Random } from './random.js';
import { type Call, type RandomModule, STEPS } from './random-module.js';

const {
  Block,
  Loop,
  End,
  Br,
  BrIf,
  BrTable,
  Return,
  I32Add,
  I32And,
  I32LtS,
  I32LtU,
  I32Mul,
  I32Rotl,
  I32ShrU,
  I32Xor,
} = Opcode;

const MOST_ENTRIES = 1000;
const MOST_ARMS = 60;
/** Beyond so many entries, tables have many runs: half of the modules. */
const MANY_ENTRIES = 400;
/** Times round of a switch in a loop. */
const MOST_ROUNDS = 3;
/** Indices before the first entry and behind the last that are taken, too. */
const AROUND = 3;

/** Locals of `pick`: two parameters, and how often it went round. */
const INDEX = 0;
const VALUE = 1;
const ROUNDS = 2;
/** Parameters of `walk`. */
const AT = 0;
const END = 1;

/** How the entry depends on the argument: entry = (argument + offset) >>> shift. */
interface Index {
  offset: number;
  shift: number;
  code: Code;
}

function indexOf(random: Random): Index {
  const kind = random.below(5);
  if (kind === 0) return { offset: 0, shift: 1, code: [...localGet(INDEX), ...i32(1), I32ShrU] };
  if (kind === 1) return { offset: 0, shift: 0, code: [...localGet(INDEX), ...i32(2047), I32And] };
  if (kind === 2) return { offset: 0, shift: 0, code: localGet(INDEX) };
  const offset = random.pick([-1, 1, -97, 250, -65536, 1 << 30]);
  return { offset, shift: 0, code: [...localGet(INDEX), ...i32(offset), I32Add] };
}

/** Arms in runs, at random or one after the other. */
function entriesOf(random: Random, arms: number): number[] {
  const least = random.chance(50) ? MANY_ENTRIES : 1;
  const count = least + random.below(MOST_ENTRIES - least + 1);
  const longestRun = random.pick([1, 2, 3, 4, 40]);
  const isOrdered = random.chance(50);
  const entries: number[] = [];
  for (let run = 0; entries.length < count; run++) {
    const arm = isOrdered ? run % arms : random.below(arms);
    for (let left = 1 + random.below(longestRun); left > 0; left--) entries.push(arm);
  }
  return entries.slice(0, count);
}

/** value = rotl(value, 5) ^ (arm + 1). */
const mixed = (arm: number): Code => [
  ...localGet(VALUE),
  ...i32(5),
  I32Rotl,
  ...i32(arm + 1),
  I32Xor,
  ...localSet(VALUE),
];

/** What follows the mixing in an arm: it leaves the switch, returns, goes round again or falls into the next arm. */
function endOf(random: Random, leave: number, loops: boolean): Code {
  const kind = random.below(10);
  if (kind < 5) return [Br, ...unsigned(leave)];
  if (kind < 7) return [...localGet(VALUE), Return];
  if (kind === 7 || !loops) return [];
  const next = [...localGet(INDEX), ...i32(1 + random.below(9)), I32Add, ...localSet(INDEX)];
  const round = [...localGet(ROUNDS), ...i32(1), I32Add, ...localSet(ROUNDS)];
  const again = [...localGet(ROUNDS), ...i32(MOST_ROUNDS), I32LtU, BrIf, ...unsigned(leave + 1)];
  return [...next, ...round, ...again, Br, ...unsigned(leave)];
}

/** The switch as `pick (index, value)`; the label behind those of the arms leaves it. */
function pickBody(random: Random, index: Index, entries: readonly number[], arms: number): Code {
  const loops = random.chance(30);
  const others = random.below(arms + 1);
  const code: Code = [Loop, EMPTY_BLOCK, Block, EMPTY_BLOCK];
  for (let arm = 0; arm < arms; arm++) code.push(Block, EMPTY_BLOCK);
  code.push(...index.code, BrTable, ...unsigned(entries.length), ...entries.flatMap(unsigned), ...unsigned(others));
  for (let arm = 0; arm < arms; arm++) code.push(End, ...mixed(arm), ...endOf(random, arms - 1 - arm, loops));
  code.push(End, End, ...localGet(VALUE));
  return code;
}

/** `walk (at, end)`: stores what `pick` gives for each entry from `at` on, as words. */
function walkBody(pick: number, { offset, shift }: Index): Code {
  const argument = [...localGet(AT), ...i32(1 << shift), I32Mul, ...i32(-offset), I32Add];
  return [
    ...[Loop, EMPTY_BLOCK, ...localGet(AT), ...i32(4), I32Mul, ...i32(4 * AROUND), I32Add],
    ...[...argument, ...i32(7), ...call(pick), ...store('i32')],
    ...[...localGet(AT), ...i32(1), I32Add, ...localSet(AT)],
    ...[...localGet(AT), ...localGet(END), I32LtS, BrIf, 0, End],
  ];
}

/** The module of a seed. It imports nothing. */
export function switchModule(seed: number): RandomModule & { calls: Call[] } {
  const random = new Random(seed ^ 0x7ab1e);
  const builder = new ModuleBuilder();
  builder.export(STEPS, 'global', builder.global('i32', true, i32(0)));
  builder.memory(1, 1);
  builder.export('memory', 'memory', 0);
  const arms = 2 + random.below(MOST_ARMS - 1);
  const entries = entriesOf(random, arms);
  const index = indexOf(random);
  const pick = builder.define(['i32', 'i32'], ['i32'], ['i32'], pickBody(random, index, entries, arms), 'pick');
  builder.define(['i32', 'i32'], [], [], walkBody(pick, index), 'walk');
  const { length } = entries;
  const calls = [0, length >> 1, length - 1, length, -1, 0x7fffffff, -0x80000000].map((at) => ({
    name: 'pick',
    values: [((at << index.shift) - index.offset) | 0, 1],
    steps: 0,
  }));
  calls.push({ name: 'walk', values: [-AROUND, length + AROUND], steps: 0 });
  return { bytes: builder.build(), functions: [], globals: [STEPS], tables: [], calls };
}
