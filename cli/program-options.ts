// The options that say what becomes a program for a board, and how: `build`, `flash` and `check` share them.

import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Capacities, tiny } from '../src/capacities.js';
import type { VerificationLevel } from '../src/safety/index.js';
import type { BuildOptions } from '../targets/board/build.js';
import type { Tier } from '../targets/board/slice-fuel.js';
import { byteCount } from './byte-count.js';
import { UsageError } from './command-error.js';
import { type Jit, jitOption } from './jit-option.js';
import { verificationLevel } from './verification-option.js';

export interface ProgramOptions {
  tier?: Tier;
  optimise?: boolean;
  jit?: Jit;
  runtime?: string;
  /** Bytes behind the linear memory. */
  memory?: number;
  /** The first address that they back. */
  memoryBase?: number;
  callDepth?: number;
  verification?: VerificationLevel;
  fuel?: boolean;
  resumable?: true | string[];
  capacity?: string[];
  name?: string;
  /** A file that gives what a module imports. */
  imports?: string;
  /** The module's interface in WIT, and which of its worlds. */
  wit?: string;
  /** Exported functions check their arguments. */
  debug?: boolean;
  /** A declaration that `asc --bindings` wrote. */
  types?: string;
  world?: string;
  /** Modules of a program for Espruino: FILE or NAME=FILE. */
  module?: string[];
}

export function addProgramOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '-t, --tier <name>',
        'translate to JavaScript (the default), compile to machine code, or interpret',
      ).choices(['js', 'native', 'interp']),
    )
    .option('--optimise', 'optimise before translating (the default without --fuel)')
    .option('--no-optimise', 'translate the module without optimising it')
    .addOption(jitOption())
    .addOption(
      new Option('--runtime <kind>', 'run-only runs the given module; full loads modules on the board')
        .choices(['run-only', 'full'])
        .default('run-only'),
    )
    .option('--memory <bytes>', 'bytes that back the linear memory: 8192, 64K (default: as needed)', byteCount)
    .option('--memory-base <address>', 'first address that they back (default: 0, or as needed)', byteCount)
    .addOption(callDepthOption())
    .option('--verification <level>', 'level: none, sampling, standard or full (default: none)', verificationLevel)
    .option('--fuel', 'count fuel, so that calls can have a limit')
    .option('--debug', 'check the types of arguments: an error says what they have to be')
    .option('--resumable [names...]', 'let .async run these exported functions in slices (default: all)')
    .option('--capacity <name=number...>', 'capacities of the full runtime (default: those of the board)')
    .option('--name <name>', 'name of the program on the board (default: the name of the file)')
    .option('--imports <file>', 'JavaScript that gives what the module imports')
    .option('--wit <file>', 'interface of the module in WIT: its functions take strings, lists, records')
    .option('--world <name>', 'which world of --wit')
    .option('--types <file>', 'types of AssemblyScript: what asc --bindings writes (default: beside the module)')
    .addOption(moduleOption());
}

export function callDepthOption(): Option {
  const text = 'interp: how deep calls may go, recursion included (default: as needed, or as the board has it)';
  return new Option('--call-depth <calls>', text).argParser((given) => {
    if (!/^[1-9]\d{0,5}$/.test(given)) throw new InvalidArgumentError('write a number of calls from 1 on');
    return Number(given);
  });
}

/** For a program for Espruino, and so for `run`, too. */
export function moduleOption(): Option {
  const text = 'module that a program for Espruino requires, as FILE or NAME=FILE (repeatable)';
  return new Option('--module <file>', text).argParser((each: string, all: string[] = []) => [...all, each]);
}

/** Options that say how a module is built. They have no meaning for a program without modules, nor for a built one. */
const MODULE_OPTIONS = [
  'imports',
  'wit',
  'world',
  'types',
  'tier',
  'optimise',
  'jit',
  'memory',
  'memoryBase',
  'callDepth',
  'verification',
  'fuel',
  'resumable',
  'debug',
  'capacity',
] as const satisfies (keyof ProgramOptions)[];

/** Commands differ in the values of these options. */
export type GivenModuleOptions = { [Name in (typeof MODULE_OPTIONS)[number]]?: unknown };

/** The first option of the command line that is for building a module, as it is written there, or undefined. */
export function givenModuleOption(options: GivenModuleOptions): string | undefined {
  const given = MODULE_OPTIONS.find((name) => options[name] !== undefined);
  return given && flag(given);
}

/** An option as the command line has it: `--memory-base` of `memoryBase`. */
export const flag = (name: string) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

const TRANSLATED_OPTIONS = ['fuel', 'resumable', 'optimise', 'jit'] as const;
/** The options among them that machine code has, too. */
const NATIVE_OPTIONS: readonly string[] = ['fuel', 'resumable', 'optimise'];

/** How one module is built. Throws UsageError for options that exclude each other. */
export function moduleOptions(options: ProgramOptions): Omit<BuildOptions, 'board' | 'name'> {
  if (options.capacity)
    throw new UsageError('--capacity is for --runtime full: for a module, capacities follow from its needs');
  const { memory: memoryBytes, memoryBase: memoryStart, verification, fuel, optimise, resumable, jit, debug } = options;
  const tier = chosenTier(options);
  const { callDepth } = options;
  if (callDepth !== undefined && tier !== 'interp')
    throw new UsageError('--call-depth is for --tier interp: calls of other tiers take C stack');
  if (jit && resumable) throw new UsageError('compiled functions do not yield: leave out --jit or --resumable');
  return { memoryBytes, memoryStart, callDepth, verification, tier, fuel, optimise, resumable, jit, debug };
}

/** Returns the tier. Throws a UsageError for options that only translated programs have. */
function chosenTier(options: Pick<Partial<ProgramOptions>, 'tier' | (typeof TRANSLATED_OPTIONS)[number]>): Tier {
  const { tier = 'js' } = options;
  const refused = TRANSLATED_OPTIONS.filter(
    (each) => tier === 'interp' || (tier === 'native' && !NATIVE_OPTIONS.includes(each)),
  );
  const given = refused.find((each) => options[each]);
  if (given) throw new UsageError(`--${given} is for translated programs: leave out --tier ${tier}`);
  return tier;
}

/** The capacities of a full runtime. Throws UsageError for options that it has no use for. */
export function runtimeCapacities(options: ProgramOptions): Partial<Capacities> {
  if (options.jit) throw new UsageError('the full runtime interprets: leave out --jit');
  if (options.tier === 'js') throw new UsageError('the full runtime interprets: leave out --tier js');
  if (options.optimise) throw new UsageError('the full runtime interprets: leave out --optimise');
  if (options.fuel || options.resumable)
    throw new UsageError('--fuel and --resumable are for translated programs: the full runtime interprets');
  if (options.verification) throw new UsageError('--verification is for a module: the full runtime verifies nothing');
  if (options.debug) throw new UsageError('--debug is for a module: the full runtime takes any module');
  if (options.memoryBase) throw new UsageError('--memory-base is for a module: the full runtime takes any module');
  if (options.callDepth)
    throw new UsageError('--call-depth is for a module: write --capacity callDepth=… valueSlots=…');
  const capacities: Partial<Capacities> = Object.fromEntries((options.capacity ?? []).map(parseCapacity));
  if (options.memory !== undefined) capacities.memoryBytes = options.memory;
  return capacities;
}

/** `codeWords=4096`. */
function parseCapacity(text: string): [string, number] {
  const [name, value] = text.split('=');
  if (!(name in tiny))
    throw new UsageError(`there is no capacity ${JSON.stringify(name)}`, [Object.keys(tiny).join(', ')]);
  const count = Number(value);
  if (!Number.isInteger(count) || count < 0) throw new UsageError(`--capacity ${text}: ${name} is a whole number`);
  return [name, count];
}
