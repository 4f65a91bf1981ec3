// A long run of what the tests do with a few seeds: sequences over aliased locals, large switches, random modules, interpreted,
// translated in both dialects, as machine code and optimised, modules at the limits of machine code and of hostile addresses, modules full of traps,
// intermediate code verified, modules of binaryen's fuzzer, damaged modules. Prints progress, every finding with the command that shows
// it again, and a summary; exits with 1 if there was any finding.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Command } from 'commander';
import { realModules } from '../../bench/real-modules.js';
import { readModule } from '../../targets/module/read-module.js';
import { verifyPasses } from '../targets/compiler/verified-passes.js';
import { checkAddresses, checkWindowedAddresses, START } from './address-check.js';
import { addressModule } from './address-module.js';
import { checkSequences, combinations, type Difference, randomSequences, sequencesOf } from './aliased-check.js';
import { checkFuzzerModule, createFuzzerEngine, fuzzerModule } from './fuzzer.js';
import { mutant } from './mutation.js';
import { checkMutant } from './mutation-check.js';
import { checkNative, checkNativeCores, nativeModule } from './native-check.js';
import { checkOptimised } from './optimised-check.js';
import { type Checked, checkRandomModule } from './random-check.js';
import { randomModule } from './random-module.js';
import { reproduction } from './reproduction.js';
import { checkSize } from './size-check.js';
import { sizeModule } from './size-module.js';
import { checkTiers, tiersModule } from './tiers-check.js';
import { boardModule, checkAnyWay, checkOnBoard } from './translated-check.js';
import { checkTraps } from './trap-check.js';
import { trapModule } from './trap-module.js';

const PROGRESS_MILLISECONDS = 10000;
/** A module that takes longer hangs, or a function of it where functions are verified. */
const HANG_MILLISECONDS = 60000;
const MOST_FINDINGS = 20;
/** Scale of modules at the limits of machine code. */
const LARGE = 8;

const NAMES = [
  'tiers',
  'sequences',
  'random',
  'translated',
  'board',
  'native',
  'cores',
  'sizes',
  'addresses',
  'windows',
  'optimised',
  'traps',
  'verified',
  'real',
  'fuzzer',
  'mutation',
] as const;

interface Source {
  name: (typeof NAMES)[number];
  count: number;
  /** Findings about the module of a seed. */
  check: (seed: number) => string[] | Promise<string[]>;
  bytes: (seed: number) => Uint8Array;
}

interface Options {
  tiers: number;
  sequences: number;
  random: number;
  translated: number;
  board: number;
  native: number;
  cores: number;
  sizes: number;
  addresses: number;
  windows: number;
  optimised: number;
  traps: number;
  verified: number;
  real: number;
  fuzzer: number;
  mutation: number;
  seed: number;
  /** Folder. */
  modules?: string;
}

function options(): Options {
  const integer = (text: string) => {
    if (!/^\d+$/.test(text)) throw new Error(`not a number: ${text}`);
    return Number(text);
  };
  return new Command('fuzz')
    .description('Compares the engine with Node on random modules, and gives it damaged ones.')
    .option('--sequences <count>', 'combinations of instructions over aliased locals', integer, combinations.length)
    .option('--tiers <count>', 'small random modules and large switches, each on every tier', integer, 10000)
    .option('--random <count>', 'random modules', integer, 10000)
    .option('--translated <count>', 'random modules, translated', integer, 10000)
    .option('--board <count>', 'random modules, translated for boards', integer, 10000)
    .option('--native <count>', 'random modules, as machine code on the simulated processor', integer, 1000)
    .option('--cores <count>', 'small random modules, as machine code for each of three cores', integer, 10000)
    .option('--sizes <count>', 'modules at the limits of machine code, each for three cores', integer, 200)
    .option('--addresses <count>', 'modules of hostile addresses, as machine code', integer, 10000)
    .option('--windows <count>', 'the same where memory begins behind address 0', integer, 2000)
    .option('--optimised <count>', 'random modules, optimised', integer, 1000)
    .option(
      '--traps <count>',
      'modules of which nearly every operation may trap, optimised and translated',
      integer,
      10000,
    )
    .option('--verified <count>', 'random modules, whose intermediate code is verified', integer, 1000)
    .option('--real <count>', 'modules of packages and examples, whose intermediate code is verified', integer, 100)
    .option('--modules <folder>', 'with --real: those in this folder, too')
    .option('--fuzzer <count>', "modules of binaryen's fuzzer, half a second each", integer, 200)
    .option('--mutation <count>', 'damaged modules', integer, 100000)
    .option('--seed <number>', 'seed of the first one of each', integer, 1)
    .parse()
    .opts();
}

const counts = new Map<string, number>();
function count(what: string, by = 1): void {
  counts.set(what, (counts.get(what) ?? 0) + by);
}

function counted(kind: string, { calls, traps, differences }: Checked): string[] {
  count(`calls of modules, ${kind}`, calls);
  count(`of these trapped, ${kind}`, traps);
  return differences;
}

/** Files of a folder and the folders in it. */
function modulesBelow(folder: string): Uint8Array[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.wasm'))
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort()
    .map((path) => new Uint8Array(readFileSync(path)));
}

function supportedModules(all: readonly Uint8Array[]): Uint8Array[] {
  const distinct = new Map(all.map((bytes) => [Buffer.from(bytes).toString('latin1'), bytes]));
  return [...distinct.values()]
    .sort((a, b) => a.length - b.length)
    .filter((bytes) => {
      try {
        readModule(bytes);
        return true;
      } catch {
        count('modules of packages left out, because they use what is not supported');
        return false;
      }
    });
}

function verifiedModule(bytes: Uint8Array): string[] {
  const { functions, verifications, problems } = verifyPasses(bytes, watchdog.step);
  count('functions verified', functions);
  count('verifications of them between passes', verifications);
  return problems;
}

/** Looks from another thread whether this one still moves: it could not tell itself. */
function watch(): { begin: (source: Source['name'], seed: number) => void; step: () => void; end: () => void } {
  const state = new Int32Array(new SharedArrayBuffer(12));
  const program = `
    const { workerData: { state, names, limit } } = require('node:worker_threads');
    let seen = '', since = Date.now();
    setInterval(() => {
      const seed = Atomics.load(state, 0);
      const now = seed + ' ' + Atomics.load(state, 2);
      if (now !== seen) { seen = now; since = Date.now(); }
      else if (Date.now() - since > limit) {
        require('node:fs').writeSync(1, 'HANG: npm run fuzz -- --seed ' + seed + ' (' + names[Atomics.load(state, 1)] + ')\\n');
        process.kill(process.pid, 'SIGKILL');
      }
    }, 1000);`;
  const worker = new Worker(program, { eval: true, workerData: { state, names: NAMES, limit: HANG_MILLISECONDS } });
  worker.unref();
  return {
    begin: (source, seed) => {
      Atomics.store(state, 1, NAMES.indexOf(source));
      Atomics.store(state, 0, seed);
    },
    step: () => void Atomics.add(state, 2, 1),
    end: () => void worker.terminate(),
  };
}

/** Ctrl+C ends the run behind the module that is being checked, with the summary. */
let interrupted = false;
process.once('SIGINT', () => {
  interrupted = true;
});

async function run(
  { name, count: total, check, bytes }: Source,
  first: number,
  begin: (name: Source['name'], seed: number) => void,
): Promise<number> {
  const start = Date.now();
  let told = start;
  let findings = 0;
  let done = 0;
  for (; done < total && findings < MOST_FINDINGS && !interrupted; done++) {
    const seed = first + done;
    begin(name, seed);
    let found: string[];
    try {
      found = await check(seed);
    } catch (error) {
      found = [`unexpected error: ${error instanceof Error ? error.stack : error}`];
    }
    if (found.length > 0) {
      findings++;
      console.log(`\nFINDING ${name} ${seed}\n${reproduction(name, seed, found, bytes(seed))}`);
    }
    if (Date.now() - told < PROGRESS_MILLISECONDS) continue;
    told = Date.now();
    // Signals come between turns of the event loop, and checks need not leave theirs.
    await new Promise((resume) => setImmediate(resume));
    console.log(`${name}: ${done + 1} of ${total}, ${findings} findings`);
  }
  const seconds = ((Date.now() - start) / 1000).toFixed(1);
  console.log(`${name}: ${done} modules in ${seconds} s, ${findings} findings`);
  return findings;
}

const {
  tiers,
  sequences,
  random,
  translated,
  board,
  native,
  cores,
  sizes,
  addresses,
  windows,
  optimised,
  traps,
  verified,
  real,
  fuzzer,
  mutation,
  seed,
  modules,
} = options();
/** For the positions of traps. */
Error.stackTraceLimit = 10;
/** No module comes twice: keeping what binaryen makes of each costs time, and puts what builds have kept out of the cache. */
process.env.TAZZINA_CACHE ??= 'off';
const fuzzerEngine = createFuzzerEngine();
/** Each once, small ones first, without those that use what is not supported. */
const sound =
  real === 0
    ? []
    : supportedModules([
        ...realModules().map(({ bytes }) => bytes),
        ...(modules === undefined ? [] : modulesBelow(modules)),
      ]);
/** The last difference found among sequences. */
let lastDifference: Difference | undefined;
const sources: Source[] = [
  {
    name: 'sequences',
    count: sequences,
    check: async (at) => {
      const all = await checkSequences(sequencesOf(combinations[at % combinations.length]), [
        'interpreter',
        'verified',
      ]);
      const some = await checkSequences(randomSequences(at, 50), ['interpreter', 'plain', 'translated', 'board']);
      count('sequences', all.count + some.count);
      const differences = [...all.differences, ...some.differences];
      lastDifference = differences[0];
      return differences.slice(0, 3).map(({ line }) => line);
    },
    bytes: () => lastDifference!.bytes,
  },
  {
    name: 'tiers',
    count: tiers,
    check: async (at) => {
      const checked = await checkTiers(at);
      count('functions of small modules', checked.functions);
      for (const tier of checked.tiers) count(`small modules, ${tier}`);
      return counted('small modules', checked);
    },
    bytes: (at) => tiersModule(at).bytes,
  },
  {
    name: 'random',
    count: random,
    check: (at) => counted('random', checkRandomModule(at)),
    bytes: (at) => randomModule(at).bytes,
  },
  {
    name: 'translated',
    count: translated,
    check: (at) => counted('translated', checkAnyWay(at)),
    bytes: (at) => randomModule(at).bytes,
  },
  {
    name: 'board',
    count: board,
    check: async (at) => counted('translated for boards', await checkOnBoard(at)),
    bytes: (at) => boardModule(at).bytes,
  },
  {
    name: 'native',
    count: native,
    check: (at) => counted('as machine code', checkNative(at)),
    bytes: (at) => randomModule(at).bytes,
  },
  {
    name: 'cores',
    count: cores,
    check: (at) => counted('as machine code for three cores', checkNativeCores(at)),
    bytes: (at) => nativeModule(at).bytes,
  },
  {
    name: 'sizes',
    count: sizes,
    check: (at) => {
      const checked = checkSize(at, sizeModule(at, LARGE));
      for (const line of checked.refused) count(`at the limits of machine code, refused: ${line}`);
      return counted('at the limits of machine code', checked);
    },
    bytes: (at) => sizeModule(at, LARGE).bytes,
  },
  {
    name: 'addresses',
    count: addresses,
    check: (at) => counted('of hostile addresses', checkAddresses(at)),
    bytes: (at) => addressModule(at).bytes,
  },
  {
    name: 'windows',
    count: windows,
    check: (at) => counted('of hostile addresses beside a window', checkWindowedAddresses(at)),
    bytes: (at) => addressModule(at, START).bytes,
  },
  {
    name: 'optimised',
    count: optimised,
    check: async (at) => counted('optimised', await checkOptimised(randomModule(at), at)),
    bytes: (at) => randomModule(at).bytes,
  },
  {
    name: 'traps',
    count: traps,
    check: async (at) => counted('full of traps', await checkTraps(at)),
    bytes: (at) => trapModule(at).bytes,
  },
  {
    name: 'verified',
    count: verified,
    check: (at) => verifiedModule(randomModule(at).bytes),
    bytes: (at) => randomModule(at).bytes,
  },
  {
    name: 'real',
    count: Math.min(real, sound.length),
    check: (at) => verifiedModule(sound[at % sound.length]),
    bytes: (at) => sound[at % sound.length],
  },
  {
    name: 'fuzzer',
    count: fuzzer,
    check: (at) => {
      const differences = checkFuzzerModule(fuzzerEngine, fuzzerModule(at), at);
      if (!differences) count('modules of the fuzzer left out, for instructions that are not supported');
      return differences ?? [];
    },
    bytes: fuzzerModule,
  },
  {
    name: 'mutation',
    count: mutation,
    check: (at) => {
      const { stage, findings } = checkMutant(at);
      count(`damaged modules that ended with: ${stage}`);
      return findings;
    },
    bytes: (at) => mutant(at).bytes,
  },
];
const watchdog = watch();
let findings = 0;
for (const source of sources) findings += await run(source, seed, watchdog.begin);
watchdog.end();
for (const [what, number] of counts) console.log(`${what}: ${number}`);
console.log(findings === 0 ? 'no findings' : `${findings} findings`);
process.exitCode = findings === 0 ? 0 : 1;
