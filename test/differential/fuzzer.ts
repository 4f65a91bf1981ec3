// Modules that binaryen's fuzzer makes from random bytes: a second source, whose taste is another one.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../bench/real-modules.js';
import { DecodeError, Engine, ExternalKind, large, type Module, NULL_REFERENCE } from '../../src/index.js';
import { describeModule, type External } from '../../targets/module/description.js';
import {
  engineFunction,
  firstDifference,
  formatOutcome,
  getResult,
  globalOf,
  memoryOf,
  nodeFunction,
  nodeMemory,
  sameOutcome,
  sameTrap,
  sameValue,
  setArgument,
  Trapped,
  trapOf,
  type Value,
} from './execution.js';
import { type PlatformGlobal, type PlatformImports, platform } from './platform.js';
import { Random } from './random.js';

const FEATURES = [
  '--mvp-features',
  '--enable-sign-ext',
  '--enable-mutable-globals',
  '--enable-nontrapping-float-to-int',
  '--enable-bulk-memory',
  '--enable-bulk-memory-opt',
  '--enable-multivalue',
  '--enable-reference-types',
  '--enable-tail-call',
];
const MOST_CALLS = 60;

/** The module that the fuzzer makes for a seed; without NaNs, whose bits engines are free to choose. */
export function fuzzerModule(seed: number): Uint8Array {
  const random = new Random(seed ^ 0xf0220);
  const folder = mkdtempSync(join(tmpdir(), 'tazzina-'));
  try {
    const input = join(folder, 'input');
    const output = join(folder, 'output.wasm');
    const length = random.pick([500, 2000, 8000, 20000]);
    writeFileSync(
      input,
      Uint8Array.from({ length }, () => random.below(256)),
    );
    const tool = join(projectRoot(), 'node_modules/binaryen/bin/wasm-opt');
    const optimise = random.pick([[], [], ['-O1'], ['-O3']]);
    const options = ['-ttf', input, '--denan', ...FEATURES, ...optimise, '-o', output];
    const { status, stderr } = spawnSync(process.execPath, [tool, ...options], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`wasm-opt ended with ${status}: ${stderr}`);
    return new Uint8Array(readFileSync(output));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const LETTERS: Record<string, string> = { i32: 'i', i64: 'I', f32: 'f', f64: 'F', funcref: 'r', externref: 'R' };
const lettersOf = (types: string[]) => types.map((type) => LETTERS[type]).join('');

function zero(letter: string): Value {
  return letter === 'I' ? 0n : letter === 'r' || letter === 'R' ? null : 0;
}

/** References are written down as null or not. */
function noted(value: unknown): Value {
  return typeof value === 'number' || typeof value === 'bigint' || value === null ? value : 1;
}

/** Its imports write down what they are given, and return zero or null. Imported globals are references. */
function defineImports(engine: Engine, imports: External[], log: Value[]): void {
  for (const { module, name, kind, parameters, results } of imports) {
    const [taken, given] = [lettersOf(parameters), lettersOf(results)];
    if (kind === ExternalKind.Global) engine.defineGlobal(module, name, 'R', false, NULL_REFERENCE, 0);
    else {
      engine.defineFunction(module, name, taken, given, () => {
        for (let index = 0; index < taken.length; index++) log.push(getResult(engine, index, taken[index]));
        for (let index = 0; index < given.length; index++) setArgument(engine, index, given[index], zero(given[index]));
      });
    }
  }
}

function platformImports(imports: External[], log: Value[]): PlatformImports {
  const modules: PlatformImports = {};
  for (const { module, name, kind, results } of imports) {
    modules[module] ??= {};
    if (kind === ExternalKind.Global) modules[module][name] = null;
    else {
      modules[module][name] = (...values: unknown[]) => {
        log.push(...values.map(noted));
        return results.length === 0 ? undefined : zero(lettersOf(results));
      };
    }
  }
  return modules;
}

interface Call {
  name: string;
  values: Value[];
}

function callsOf(exports: External[], seed: number): Call[] {
  const random = new Random(seed);
  const number = () => random.pick([0, 1, -1, 2, 100, 65535, 2147483647, -2147483648, random.bits() | 0]);
  const functions = exports.filter(({ kind }) => kind === ExternalKind.Function);
  return functions.slice(0, MOST_CALLS).map(({ name, parameters }) => ({
    name,
    values: [...lettersOf(parameters)].map((letter) => {
      if (letter === 'i') return number();
      if (letter === 'I') return BigInt.asIntN(64, BigInt(number()) * BigInt(number()));
      return letter === 'f' || letter === 'F' ? Math.fround(number() / random.pick([1, 3, 1e30])) : null;
    }),
  }));
}

/** With the 16 pages that the fuzzer gives its modules, and one more. */
export function createFuzzerEngine(): Engine {
  return new Engine({ ...large, modules: 1, instances: 1, memoryBytes: 17 * 65536 });
}

/** How the module of a seed behaves other than on Node; empty if it does not, null if it uses what is not supported. */
export function checkFuzzerModule(engine: Engine, bytes: Uint8Array, seed: number): string[] | null {
  const ourLog: Value[] = [];
  const nodesLog: Value[] = [];
  engine.reset();
  const module = loadSupported(engine, bytes);
  if (!module) return null;
  const { imports, exports } = describeModule(bytes);
  defineImports(engine, imports, ourLog);
  const ours = outcomeOf(() => engine.instantiate(module));
  const nodes = outcomeOf(() => new platform.Instance(new platform.Module(bytes), platformImports(imports, nodesLog)));
  if (ours instanceof Trapped || nodes instanceof Trapped) {
    if (ours instanceof Trapped && nodes instanceof Trapped && sameTrap(ours, nodes)) return [];
    return [`instantiation: ${described(ours)}, expected ${described(nodes)}`];
  }
  for (const { name, values } of callsOf(exports, seed)) {
    const found = engineFunction(engine, engine.exportedFunction(ours, name))(values);
    const expected = nodeFunction(nodes, name)(values);
    if (!sameOutcome(found, expected)) {
      return [`${name} (${values}): ${formatOutcome(found)}, expected ${formatOutcome(expected)}`];
    }
    const entry = ourLog.findIndex((value, index) => !sameValue(value, nodesLog[index]));
    if (entry >= 0 || ourLog.length !== nodesLog.length) {
      return [`${name} (${values}): argument ${entry} of imports: ${ourLog[entry]}, expected ${nodesLog[entry]}`];
    }
  }
  return exports.flatMap(({ name, kind }) => {
    if (kind === ExternalKind.Memory) {
      const byte = firstDifference(memoryOf(engine, ours), nodeMemory(nodes, name));
      return byte < 0 ? [] : [`byte ${byte} of memory differs`];
    }
    if (kind !== ExternalKind.Global) return [];
    const [found, expected] = [globalOf(engine, ours, name), noted((nodes.exports[name] as PlatformGlobal).value)];
    return sameValue(found, expected) ? [] : [`global ${name}: ${found}, expected ${expected}`];
  });
}

/** The fuzzer now and then writes an instruction of a feature that was switched off. */
function loadSupported(engine: Engine, bytes: Uint8Array): Module | null {
  try {
    return engine.load(bytes);
  } catch (error) {
    if (error instanceof DecodeError && / not supported: opcode /.test(error.message)) return null;
    throw error;
  }
}

function outcomeOf<Made>(make: () => Made): Made | Trapped {
  try {
    return make();
  } catch (error) {
    return trapOf(error);
  }
}

function described(made: object): string {
  return made instanceof Trapped ? made.message : 'done';
}
