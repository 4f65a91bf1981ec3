// `tazzina bench`: one call of a module on each tier and level, on this machine, or estimated for a board with what it takes there.

import { Command, Option } from 'commander';
import type { Board } from '../boards/index.js';
import { VerificationLevel, verificationLevelName } from '../src/safety/index.js';
import type { BoundFunction, BoundModule } from '../targets/interfaces/bind.js';
import type { External } from '../targets/module/description.js';
import { type ReadModule, readModule } from '../targets/module/read-module.js';
import { argumentBits } from '../targets/module/value-text.js';
import { createCompilingWebAssembly, createWebAssembly } from '../targets/node/index.js';
import type { TypedWebAssembly } from '../targets/node/typed/instantiate.js';
import type { ComponentSystem } from '../targets/node/typed/wasi.js';
import { barChart } from './bar-chart.js';
import { type BenchOptions, type BenchRow, secondsText } from './bench-row.js';
import { benchOnBoard } from './board-bench.js';
import { aligned, grouped } from './budget-text.js';
import { CommandError, UsageError } from './command-error.js';
import { projectBoards } from './configuration-file.js';
import { Execution, type RunOptions } from './engine-run.js';
import { printError } from './errors.js';
import { invoked } from './invocation.js';
import { readModuleFile } from './module-file.js';
import { namedBoard, withArticle } from './named-board.js';
import { ownImportsHere } from './own-imports.js';
import { printText } from './print.js';
import type { FunctionShare } from './profile.js';
import { boundModule } from './typed-interface.js';
import { typedArguments, typedFunction } from './typed-invocation.js';
import { callError, typedCallHere } from './typed-run.js';
import { VERIFICATION_LEVELS, verificationLevel } from './verification-option.js';
import { writeOutput } from './write-output.js';

const DESCRIPTION =
  'Calls an exported function on each tier, and prints how long one call takes. With --board, estimates it for a board, with the ' +
  'RAM and Storage that it takes there.';

const DETAILS = `
On this machine, the tiers take turns, and each time is the median of seven
rounds. "V8" is the WebAssembly of Node, for comparison. For a board, the call
runs once on the simulated board: the time is an estimate (docs/simulator.md).

The module keeps its memory between the calls on this machine: take a function
that does the same work each time.

Exit codes: 0 success; 1 the module failed; 2 the command line is wrong.

Examples:
  tazzina bench app.wasm --invoke work 1000
  tazzina bench app.wasm --invoke work 10 --board puckjs
  tazzina bench app.wasm --invoke work 1000 --verification none full
  tazzina bench app.wasm --invoke work 10 --board banglejs2 --chart tiers.svg
  tazzina bench app.wasm --wit app.wit --invoke checksum '[1, 2, 3]'`;

const TIERS = ['native', 'jit', 'js', 'interp'];

/** The command; `ended` gets the exit code. */
export function createBenchCommand(ended: (exitCode: number) => void): Command {
  return new Command('bench')
    .description(DESCRIPTION)
    .usage('[options] FILE --invoke NAME [ARG...]')
    .argument('<FILE>', 'the module or component: .wasm, .wat, or - for standard input')
    .argument('[ARG...]', 'arguments of the function')
    .requiredOption('-i, --invoke <name>', 'call this exported function')
    .option('-b, --board <name>', 'estimate it for this board')
    .addOption(
      new Option('-t, --tier <names...>', 'only these; jit is js with functions that the firmware compiles').choices(
        TIERS,
      ),
    )
    .option(
      '-v, --verification <levels...>',
      'levels: none, sampling, standard, full (default: none on boards, else all)',
    )
    .option('--imports <file>', 'JavaScript that gives what the module imports')
    .option('--wit <file>', 'interface of the module in WIT: its functions take strings, lists, records')
    .option('--world <name>', 'which world of --wit')
    .option('--types <file>', 'types of AssemblyScript: what asc --bindings writes (default: beside the module)')
    .option('-j, --json', 'print one line of JSON')
    .option('--chart <file>', 'write a chart (SVG) to this file')
    .addHelpText('after', DETAILS)
    .action(async (file: string, args: string[], options) => ended(await bench(file, args, withLevels(options))));
}

function withLevels(options: Omit<BenchOptions, 'verification'> & { verification?: string[] }): BenchOptions {
  return { ...options, verification: options.verification?.map(verificationLevel) };
}

async function bench(file: string, args: string[], options: BenchOptions): Promise<number> {
  const name = file === '-' ? 'standard input' : file;
  try {
    const { bytes, world } = await readModuleFile(file, name, options);
    const read = readModule(bytes);
    const bound = boundModule(read, options, world);
    const invoke = options.invoke!;
    const board = options.board === undefined ? undefined : namedBoard(options.board, await projectBoards());
    let rows: BenchRow[];
    let called: External | BoundFunction;
    let hot: FunctionShare[] = [];
    if (bound) {
      called = typedFunction(bound, invoke);
      typedArguments(called, args);
      rows = board
        ? await benchOnBoard(file, read, { board, called, bound, args, options })
        : await benchTyped(bytes, bound, args, options);
    } else {
      const call: Call = { called: invoked(name, invoke, args, read.exports), args, options };
      called = call.called;
      rows = board
        ? await benchOnBoard(file, read, { board, bound, ...call })
        : measured(await contestantsOf(file, bytes, call));
      hot = hotFunctions(file, read, call);
    }
    const { name: functionName } = 'core' in called ? called.function : called;
    if (rows.every(({ seconds }) => seconds === undefined))
      throw new CommandError(
        'bench',
        1,
        `no tier ran ${functionName}`,
        rows.map((row) => `${row.name}: ${row.why}`),
      );
    const report: Report = { name: functionName, args, board, rows, hot };
    if (options.chart !== undefined) writeOutput(options.chart, barChart(titleOf(report), rows));
    printText(1, options.json ? jsonLine(report) : text(report));
    return 0;
  } catch (error) {
    return printError(error, { json: options.json, file: name });
  }
}

interface Call {
  called: External;
  args: readonly string[];
  options: BenchOptions;
}

interface Report {
  /** Of the function. */
  name: string;
  args: readonly string[];
  board: Board | undefined;
  rows: readonly BenchRow[];
  hot: readonly FunctionShare[];
}

/** Components print nothing and read nothing. */
const NO_SYSTEM: ComponentSystem = { args: [], env: {}, write() {}, read: () => 0, sleep() {} };
const ROUNDS = 7;
/** Minimum duration of a round. */
const ROUND_SECONDS = 0.03;

interface Contestant {
  name: string;
  again: () => void;
  calls: number;
  seconds: number[];
}

/** Returns the tiers that are asked for on this machine. */
function tiersHere({ tier = ['js', 'interp'] }: BenchOptions): string[] {
  const other = tier.find((each) => each !== 'js' && each !== 'interp');
  if (other !== undefined) throw new UsageError(`--tier ${other} is for boards: give --board NAME`);
  return tier;
}

const contestant = (name: string, again: () => void): Contestant => ({ name, again, calls: 1, seconds: [] });

/** Measures a typed function, with what passes its values. */
async function benchTyped(
  bytes: Uint8Array,
  bound: BoundModule,
  args: readonly string[],
  options: BenchOptions,
): Promise<BenchRow[]> {
  const tiers = tiersHere(options);
  if (options.verification !== undefined)
    throw new UsageError('--verification of typed calls is for boards: give --board NAME');
  const call = await typedCallHere(bytes, bound, args, {
    ...{ invoke: options.invoke!, imports: options.imports, system: NO_SYSTEM, print: () => undefined },
  });
  const namespaces: Record<string, () => unknown> = {
    V8: () => (globalThis as unknown as { WebAssembly: unknown }).WebAssembly,
    js: createCompilingWebAssembly,
    interp: createWebAssembly,
  };
  try {
    return measured(
      ['V8', ...tiers].map((name) => {
        const again = call.instantiate(namespaces[name]() as TypedWebAssembly);
        // The first call tells what is wrong with it.
        again();
        return contestant(name, again);
      }),
    );
  } catch (error) {
    throw callError(error, call.called);
  }
}

async function contestantsOf(file: string, bytes: Uint8Array, call: Call): Promise<Contestant[]> {
  const tier = tiersHere(call.options);
  const levels = call.options.verification ?? VERIFICATION_LEVELS;
  const contestants: Contestant[] = [];
  const add = (name: string, again: () => void) => contestants.push(contestant(name, again));
  const platform = platformCall(bytes, call);
  if (platform) add('V8', platform);
  if (tier.includes('js')) add('js', await executed(file, bytes, call, { tier: 'js' }));
  if (tier.includes('interp'))
    for (const level of levels) {
      const name = level === VerificationLevel.None ? 'interp' : `interp, ${verificationLevelName(level)}`;
      add(name, await executed(file, bytes, call, { verification: level }));
    }
  return contestants;
}

function measured(contestants: readonly Contestant[]): BenchRow[] {
  for (const each of contestants) calibrate(each);
  for (let round = 0; round < ROUNDS; round++) for (const each of contestants) each.seconds.push(timed(each));
  return contestants.map(({ name, seconds }) => {
    const sorted = seconds.sort((one, other) => one - other);
    const median = sorted[ROUNDS >> 1];
    return { name, seconds: median, spread: sorted[ROUNDS - 1] / median };
  });
}

/** How to make the call again, after it was made once as `run` makes it. */
async function executed(
  file: string,
  bytes: Uint8Array,
  { args, options: { invoke, imports } }: Call,
  how: Pick<RunOptions, 'tier' | 'verification'>,
): Promise<() => void> {
  const execution = new Execution(file, [...args], { ...how, invoke, json: true } as RunOptions);
  if (imports !== undefined) execution.own = await ownImportsHere(imports, () => undefined);
  execution.execute(bytes);
  return execution.again!;
}

/** Returns the same call for Node's own WebAssembly; undefined for a module with imports. */
function platformCall(bytes: Uint8Array, { called, args }: Call): (() => void) | undefined {
  const platform = (globalThis as unknown as { WebAssembly: PlatformWebAssembly }).WebAssembly;
  if (called.parameters.some((type) => type.endsWith('ref'))) return undefined;
  try {
    const { exports } = new platform.Instance(new platform.Module(bytes), {});
    const values = called.parameters.map((type, index) => numberOf(type, argumentBits(type, args[index])));
    const exported = exports[called.name];
    (exports._initialize as (() => void) | undefined)?.();
    return () => exported(...values);
  } catch {
    return undefined;
  }
}

interface PlatformWebAssembly {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { exports: Record<string, (...values: unknown[]) => unknown> };
}

function numberOf(type: string, bits: bigint): number | bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt.asUintN(64, bits), true);
  if (type === 'i64') return view.getBigInt64(0, true);
  if (type === 'f64') return view.getFloat64(0, true);
  return type === 'f32' ? view.getFloat32(0, true) : view.getInt32(0, true);
}

function timed({ again, calls }: Contestant): number {
  const start = process.hrtime.bigint();
  for (let call = 0; call < calls; call++) again();
  return Number(process.hrtime.bigint() - start) / 1e9 / calls;
}

/** Finds a number of calls for which a round can be measured. By then V8 has optimised them. */
function calibrate(contestant: Contestant): void {
  let seconds = timed(contestant);
  while (seconds * contestant.calls < ROUND_SECONDS) {
    contestant.calls = Math.max(contestant.calls * 2, Math.ceil((ROUND_SECONDS / Math.max(seconds, 1e-9)) * 0.5));
    seconds = timed(contestant);
  }
}

const MOST_HOT = 5;

/** Returns the functions that use most fuel, which is the same on every tier. Empty if the call cannot be interpreted here. */
function hotFunctions(file: string, { bytes, names }: ReadModule, { args, options }: Call): FunctionShare[] {
  if (options.imports !== undefined) return [];
  const execution = new Execution(file, [...args], { invoke: options.invoke, profile: true, json: true } as RunOptions);
  try {
    execution.execute(bytes);
  } catch {
    return [];
  }
  return execution.shares.slice(0, MOST_HOT).map((share) => {
    const [, index] = /^function (\d+)$/.exec(share.name) ?? [];
    return { ...share, name: (index && names.get(Number(index))) || share.name };
  });
}

function titleOf({ name, args, board }: Report): string {
  return `${name}(${args.join(', ')}) on ${board ? `${withArticle(board.title)}, estimated` : 'this machine'}`;
}

function text(report: Report): string {
  const { board, rows, hot } = report;
  const best = Math.min(...rows.map(({ seconds }) => seconds ?? Number.POSITIVE_INFINITY));
  const head = ['tier', 'one call', 'relative', ...(board ? ['JsVars', 'Storage'] : ['spread'])];
  const table = rows
    .filter(({ seconds }) => seconds !== undefined)
    .map(({ name, seconds, spread, jsVars, storage }) => [
      name,
      secondsText(seconds!),
      seconds === best ? '1' : ratioText(seconds! / best),
      ...(board ? [grouped(jsVars!), grouped(storage!)] : [`+${Math.round((spread! - 1) * 100)} %`]),
    ]);
  const others = rows.filter(({ seconds }) => seconds === undefined).map(({ name, why }) => `  ${name}: ${why}`);
  const where = hot.length === 0 ? [] : ['', `  where the time goes: ${hotText(hot)}`];
  return `${[titleOf(report), '', ...aligned([head, ...table], 2), ...others, ...where, ...adviceOf(rows, board)].join('\n')}\n`;
}

function hotText(hot: readonly FunctionShare[]): string {
  const all = Math.max(...hot.map(({ total }) => total), 1);
  return hot
    .filter(({ self }) => self / all >= 0.01)
    .map(({ name, self }) => `${name} ${Math.round((self / all) * 100)} %`)
    .join(', ');
}

/** Recommends the fastest tier on the board. */
function adviceOf(rows: readonly BenchRow[], board: Board | undefined): string[] {
  const ran = rows.filter(({ seconds }) => seconds !== undefined);
  if (!board || ran.length < 2) return [];
  const [fastest] = [...ran].sort((one, other) => one.seconds! - other.seconds!);
  const options = fastest.name.startsWith('jit') ? '--jit all' : `--tier ${fastest.name.replace(/,.*/, '')}`;
  return ['', `  fastest: tazzina build FILE --board ${board.name} ${options}`];
}

const ratioText = (ratio: number) => (ratio >= 100 ? grouped(Math.round(ratio)) : ratio.toFixed(ratio >= 10 ? 1 : 2));

function jsonLine({ name, args, board, rows, hot }: Report): string {
  return `${JSON.stringify({ ok: true, function: name, arguments: args, board: board?.name, rows, hot })}\n`;
}
