// `tazzina run` on this machine: runs a WASI program, or one exported function, in an engine or translated.

import { basename } from 'node:path';
import type { Board } from '../boards/index.js';
import { wasmTrap } from '../src/errors.js';
import { CallStatus, type Engine, ExternalKind, type WasmTrap } from '../src/index.js';
import { tellBytes, toldMemory } from '../targets/analysis/told-memory.js';
import type { Tier } from '../targets/board/slice-fuel.js';
import { mismatch, ownValue } from '../targets/host-functions/own-imports.js';
import { describeModule, type External } from '../targets/module/description.js';
import { initialiserOf, takesNothing } from '../targets/module/entry-points.js';
import { instantiateFitting } from '../targets/module/fitting-engine.js';
import { escaped } from '../targets/module/printable.js';
import { readModule } from '../targets/module/read-module.js';
import { argumentBits, resultText, setArgument } from '../targets/module/value-text.js';
import { assemblyScript } from '../targets/node/assemblyscript.js';
import type { HostEngine } from '../targets/node/caller.js';
import { OUT_OF_FUEL } from '../targets/node/compile-module.js';
import { compilers } from '../targets/node/compilers.js';
import { ExitError } from '../targets/node/exit-error.js';
import { defineOwn, type LoadedImports } from '../targets/node/own-functions.js';
import { readStandardInput, sleep } from '../targets/node/streams.js';
import type { ComponentSystem } from '../targets/node/typed/wasi.js';
import { WASI } from '../targets/node/wasi.js';
import { flameGraph } from '../targets/report/flame-graph.js';
import type { BoardRunOptions } from './board-run.js';
import { checkMemory } from './check-memory.js';
import { CommandError, isBrokenPipe, printWarnings, UsageError } from './command-error.js';
import { projectBoards } from './configuration-file.js';
import { printError } from './errors.js';
import { engineOptions, firstGiven, refuse } from './given-options.js';
import { invoked, type Result } from './invocation.js';
import { noProgram, unknownImports } from './listing.js';
import { readModuleFile } from './module-file.js';
import { namedBoard } from './named-board.js';
import { ownImportsHere } from './own-imports.js';
import { type FunctionShare, Profile, profileText } from './profile.js';
import { flag } from './program-options.js';
import { ProgramOutput } from './program-output.js';
import { statisticsText } from './statistics.js';
import { TranslatedRun } from './translated-run.js';
import { runTyped } from './typed-run.js';
import { writeOutput } from './write-output.js';

export interface RunOptions extends BoardRunOptions {
  invoke?: string;
  env?: Record<string, string>;
  fuel?: number;
  memory?: number;
  memoryBase?: number;
  callDepth?: number;
  capacities?: string;
  tier?: Tier;
  stats?: boolean;
  profile?: boolean;
  flame?: string;
  json?: boolean;
  watch?: boolean;
}

const interpreterOptions = [...engineOptions, 'verification'] as const;
/** Options that typed modules on this machine do not have. */
const untypedOptions = ['memoryBase', ...interpreterOptions] as const;
const boardOptions = [
  'jit',
  'callDepth',
  'debug',
  'resumable',
  'module',
  'name',
  'watchdog',
  'seconds',
  'put',
  'accelerometer',
  'events',
  'vectorFont',
  'png',
  'waveform',
  'optimise',
] as const;

/** Runs a module on this machine. Returns the exit code. */
export async function runOnEngine(file: string, args: string[], options: RunOptions): Promise<number> {
  const execution = new Execution(file, args, options);
  try {
    refuse(options, boardOptions, 'is for a simulated board: give --board NAME');
    if (options.tier === 'native')
      throw new UsageError('machine code is for the processor of a board: give --board NAME', [
        'on this machine: --tier interp or --tier js',
      ]);
    if (options.tier === 'js') refuse(options, interpreterOptions, 'is for the interpreter: leave out --tier js');
    if (options.capacities !== undefined) {
      execution.board = namedBoard(options.capacities, await projectBoards());
    }
    const { bytes, world, isBeside } = await readModuleFile(file, execution.name, options);
    // Without asking, types are no reason to refuse what a module can do without them.
    const untyped = firstGiven(options, untypedOptions);
    const isUntyped = isBeside && (options.invoke === undefined || untyped !== undefined);
    if (isUntyped && options.invoke !== undefined)
      printWarnings([`the types beside the module are not used: ${flag(untyped!)} is not there for typed calls`]);
    if ((world !== undefined && !isUntyped) || options.wit !== undefined || options.world !== undefined) {
      refuse(options, untypedOptions, 'is not there for typed calls on this machine');
      execution.bytes = bytes;
      const { print, system } = execution;
      const { results, fuel } = await runTyped(file, { bytes, world }, args, { ...options, print, system });
      execution.output.flush();
      execution.printTyped(results, fuel);
      return 0;
    }
    if (options.imports !== undefined) execution.own = await ownImportsHere(options.imports, execution.print);
    execution.execute(bytes);
    execution.output.flush();
    execution.printResults();
    if (options.stats && !options.json) execution.printStatistics();
    execution.writeProfile();
    return 0;
  } catch (error) {
    // Print the program's output before the error.
    execution.output.flush();
    if (isBrokenPipe(error)) throw error;
    return printError(error, {
      json: options.json,
      file: execution.name,
      exports: execution.exports,
      bytes: execution.bytes,
      fields: execution.fields(),
    });
  }
}

/** The error for a call that has yielded, with its place. */
function outOfFuel(engine: Engine): WasmTrap {
  const { frames, framesOmitted } = engine.suspendedStack();
  const [{ offset, functionIndex, functionName } = { offset: -1, functionIndex: -1, functionName: '' }] = frames;
  return Object.assign(wasmTrap(OUT_OF_FUEL, 'out of fuel', offset, functionIndex, functionName), {
    frames,
    framesOmitted,
  });
}

/** An imported memory or table, as large as the module asks for. */
function defineSpace(engine: HostEngine, { kind, module, name, type }: External): void {
  const [minimum, maximum = -1] = [...type.matchAll(/(?<= )\d+/g)].map(Number);
  if (kind === ExternalKind.Memory) engine.defineMemory(module, name, minimum, maximum);
  else engine.defineTable(module, name, type.endsWith('externref') ? 'R' : 'r', minimum, maximum);
}

export class Execution {
  /** The module's name in messages. */
  readonly name: string;
  readonly output: ProgramOutput;
  exports: External[] = [];
  bytes: Uint8Array | undefined;
  /** With whose capacities the engine is made; without one, they are as large as needed. */
  board: Board | undefined;
  /** The user's JavaScript for imports of the module. */
  own: LoadedImports | undefined;
  private readonly args: string[];
  private readonly options: RunOptions;
  private readonly wasi: WASI;
  private engine: Engine | undefined;
  private translated: TranslatedRun | undefined;
  private results: Result[] = [];
  /** Makes the call once more. Nothing before it was made. */
  again: (() => void) | undefined;
  private readonly profile: Profile | undefined;

  constructor(file: string, args: string[], options: RunOptions) {
    this.name = file === '-' ? 'standard input' : file;
    this.args = args;
    this.options = options;
    if (options.profile || options.flame !== undefined) this.profile = new Profile();
    const output = new ProgramOutput(options.json === true);
    this.output = output;
    this.wasi = new WASI({
      args: [basename(file), ...args],
      env: options.env,
      stdin: (into) => {
        output.flush();
        return readStandardInput(into);
      },
      stdout: (bytes) => output.write(bytes),
      stderr: (bytes) => output.writeError(bytes),
      terminals: output.terminals,
      sleep: (nanoseconds) => {
        output.flush();
        sleep(Number(nanoseconds) / 1e6);
      },
    });
  }

  execute(bytes: Uint8Array): void {
    this.bytes = bytes;
    const { memory, memoryBase = 0 } = this.options;
    if (memory !== undefined) checkMemory(readModule(bytes), memory, memoryBase);
    try {
      if (this.options.tier === 'js') this.executeTranslated(bytes);
      else this.executeInterpreted(bytes);
    } catch (error) {
      if (!(error instanceof ExitError) || error.code !== 0) throw error;
    }
  }

  private executeTranslated(bytes: Uint8Array): void {
    const { memory: memoryBytes, memoryBase, fuel, invoke } = this.options;
    const translated = new TranslatedRun(bytes, { memoryBytes, memoryBase, fuel });
    this.translated = translated;
    const { imports, exports } = translated.externals;
    this.exports = exports;
    const called = this.chooseFunction(translated.startFunction);
    this.defineImports(translated.host, imports);
    translated.instantiate();
    const initialise = invoke ? initialiserOf(exports) : undefined;
    if (initialise) translated.call(initialise, []);
    if (called) {
      this.results = translated.call(called, this.args);
      this.again = translated.calling(called, this.args);
    }
  }

  private executeInterpreted(given: Uint8Array): void {
    let called: External | undefined;
    let initialise: External | undefined;
    const { memory: memoryBytes, memoryBase = 0 } = this.options;
    const read = readModule(given);
    const told = memoryBytes === undefined ? read : toldMemory(read, memoryBase + memoryBytes);
    const { bytes } = told;
    const { engine, instance } = instantiateFitting(bytes, {
      capacities: this.board?.capacities,
      memoryBytes,
      memoryStart: this.options.memoryBase,
      fuel: this.options.fuel,
      counting: this.options.stats,
      verification: this.options.verification,
      define: (engine, module) => {
        this.engine = engine;
        if (told !== read) tellBytes(module, memoryBase + memoryBytes!);
        const { imports, exports } = describeModule(bytes);
        this.exports = exports;
        called = this.chooseFunction(module.startFunction);
        initialise = this.options.invoke ? initialiserOf(exports) : undefined;
        this.defineImports(engine, imports);
      },
    });
    if (engine.isSuspended) throw outOfFuel(engine);
    if (initialise) this.call(engine, engine.exportedFunction(instance, initialise.name));
    if (called) this.callWithArguments(engine, engine.exportedFunction(instance, called.name), called);
  }

  /** Chooses the function to call; undefined if only the start function runs. */
  private chooseFunction(startFunction: number): External | undefined {
    const { exports } = this;
    const { invoke } = this.options;
    if (invoke !== undefined) return invoked(this.name, invoke, this.args, exports);
    const start = exports.find((each) => each.name === '_start' && takesNothing(each));
    if (!start && startFunction < 0) throw noProgram(this.name, exports);
    return start;
  }

  private defineImports(engine: HostEngine, imports: External[]): void {
    const { own } = this;
    const given = imports.filter((each) => ownValue(each, own) !== undefined);
    const made = imports.filter(({ kind }) => kind === ExternalKind.Memory || kind === ExternalKind.Table);
    const rest = imports.filter((each) => !given.includes(each) && !made.includes(each));
    const others = rest.filter((each) => !compilers.defines(each));
    const unknown = others.filter(
      ({ module, name, kind }) =>
        kind !== ExternalKind.Function || !(WASI.defines(module, name) || assemblyScript.defines(module, name)),
    );
    for (const each of given) {
      const wrong = mismatch(each, ownValue(each, own)!, own!.file);
      if (wrong !== undefined) throw new CommandError('link', 1, `${each.module}.${each.name}: ${wrong}`, [each.type]);
    }
    if (unknown.length > 0) throw unknownImports(this.name, unknown, imports);
    for (const each of made) defineSpace(engine, each);
    if (own) defineOwn(engine, given, own);
    compilers.define(engine, rest);
    this.wasi.define(engine, others);
    assemblyScript.define(engine, others, (line) => this.output.writeError(Buffer.from(`${line}\n`)));
  }

  /** The part of WASI preview 2 that a component gets. */
  get system(): ComponentSystem {
    const { output } = this;
    return {
      args: [basename(this.name), ...(this.options.invoke === undefined ? this.args : [])],
      env: this.options.env ?? {},
      write: (stream, bytes) => (stream === 1 ? output.write(bytes) : output.writeError(bytes)),
      read: (into) => {
        output.flush();
        return readStandardInput(into);
      },
      sleep: (milliseconds) => {
        output.flush();
        sleep(milliseconds);
      },
    };
  }

  /** Prints a line for functions of the user. */
  readonly print = (line: string): void => this.output.write(Buffer.from(`${line}\n`));

  private callWithArguments(engine: Engine, address: number, { parameters, results }: External): void {
    for (const [index, type] of parameters.entries()) setArgument(engine, index, type, this.args[index]);
    this.call(engine, address);
    this.results = results.map((type, index) => ({ type, value: resultText(engine, index, type) }));
    const bits = parameters.map((type, index) => argumentBits(type, this.args[index]));
    const words = bits.map((each) => [each, each >> 32n].map((word) => Number(BigInt.asIntN(32, word))));
    this.again = () => {
      for (const [index, [low, high]] of words.entries()) engine.setI64(index, low, high);
      engine.call(address);
    };
  }

  private call(engine: Engine, address: number): void {
    const { fuel } = this.options;
    const left = fuel === undefined ? undefined : fuel - engine.fuelUsed;
    const status = this.profile ? this.profile.call(engine, address, left) : engine.call(address, left);
    if (status === CallStatus.Yielded) throw outOfFuel(engine);
  }

  /** The functions that used most fuel in a call with `profile`, the largest first. */
  get shares(): readonly FunctionShare[] {
    return this.profile?.shares ?? [];
  }

  /** The fields of the JSON line that every execution has. */
  fields(): Record<string, unknown> {
    const { engine, options, translated } = this;
    if (translated)
      return { ...(options.fuel !== undefined && { fuel: translated.fuelUsed }), ...this.output.fields() };
    const statistics = engine && options.stats && engine.executionStats();
    const profile = this.profile && { profile: this.profile.shares };
    return { ...(engine && { fuel: engine.fuelUsed }), ...statistics, ...profile, ...this.output.fields() };
  }

  printStatistics(): void {
    if (this.engine) this.output.writeError(Buffer.from(statisticsText(this.engine, this.board)));
    this.output.flush();
  }

  /** The table goes where errors go, the graph into its file. */
  writeProfile(): void {
    if (!this.profile) return;
    if (!this.options.json) this.output.writeError(Buffer.from(escaped(profileText(this.profile))));
    this.output.flush();
    const { flame } = this.options;
    if (flame !== undefined) writeOutput(flame, flameGraph(`Fuel of ${this.name}`, this.profile.stackSamples));
  }

  /** Prints the results of a typed call. */
  printTyped(results: readonly Result[], fuel: number | undefined): void {
    const counted = fuel === undefined ? {} : { fuel };
    const line = JSON.stringify({ ok: true, results, ...counted, ...this.output.fields() });
    this.output.print(this.options.json ? [line] : results.map(({ value }) => value));
  }

  printResults(): void {
    const line = JSON.stringify({ ok: true, results: this.results, ...this.fields() });
    this.output.print(this.options.json ? [line] : this.results.map(({ value }) => value));
  }
}
