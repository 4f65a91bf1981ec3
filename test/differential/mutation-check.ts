// Gives damaged modules to the engine: only its own errors may come out, and it has to be as good as new afterwards.
import {
  type Capacities,
  CapacityError,
  DecodeError,
  Engine,
  EngineError,
  ExternalKind,
  LinkError,
  large,
  type Module,
  ValidationError,
  WasmTrap,
} from '../../src/index.js';
import { describeModule, type External } from '../../targets/module/description.js';
import { i32, localGet, ModuleBuilder } from './module-builder.js';
import { mutant } from './mutation.js';
import { platform } from './platform.js';
import { Random } from './random.js';

const FUEL = 20000;
const MOST_EXPORTS = 8;
const MOST_IMPORTS = 64;

const capacities: Capacities = {
  ...large,
  modules: 2,
  instances: 2,
  memories: 3,
  memoryBytes: 2 * 1024 * 1024,
  codeWords: 524288,
};
/** Two engines that all mutants share: one with as much memory as most declare, one with less than a page. */
const engines = [
  new Engine(capacities),
  new Engine({ ...capacities, memoryBytes: 20000 }, { partialMemory: true }),
  // In which everything is too small.
  new Engine({
    ...capacities,
    types: 24,
    functions: 64,
    globals: 16,
    codeWords: 16384,
    operandDepth: 24,
    labelDepth: 12,
  }),
];
const allocated = engines.map((engine) => engine.allocatedBytes);

/** A module that has to work after whatever came before: `twice(x) = x * 2 + 1`. */
const builder = new ModuleBuilder();
builder.memory(0);
builder.define(['i32'], ['i32'], ['i32'], [...localGet(0), ...i32(2), 0x6c, ...i32(1), 0x6a], 'twice');
const sound = builder.build();

const LETTERS: Record<string, string> = { i32: 'i', i64: 'I', f32: 'f', f64: 'F', funcref: 'r', externref: 'R' };
const lettersOf = (types: string[]) => types.map((type) => LETTERS[type]).join('');

function defineImport(engine: Engine, { module, name, kind, type, parameters, results }: External): void {
  const words = type.split(' ');
  const [minimum, maximum] = [Number(words[1]), words.length > 2 && /^\d+$/.test(words[2]) ? Number(words[2]) : -1];
  if (kind === ExternalKind.Function) {
    engine.defineFunction(module, name, lettersOf(parameters), lettersOf(results), () => {
      for (let index = 0; index < results.length; index++) engine.setI64(index, index, 0);
    });
  } else if (kind === ExternalKind.Memory) engine.defineMemory(module, name, minimum, maximum);
  else if (kind === ExternalKind.Table) {
    engine.defineTable(module, name, LETTERS[words[words.length - 1]], minimum, maximum);
  } else engine.defineGlobal(module, name, LETTERS[words[words.length - 1]], words[1] === 'mut', 8, 0);
}

/** How far a mutant got, or what it was refused for. */
export type Stage = 'decode' | 'validation' | 'capacity' | 'link' | 'trap' | 'other' | 'ran';

export interface CheckedMutant {
  stage: Stage;
  from: string;
  /** Empty if all is well. */
  findings: string[];
}

function stageOf(error: EngineError): Stage {
  if (error instanceof DecodeError) return 'decode';
  if (error instanceof ValidationError) return 'validation';
  if (error instanceof CapacityError) return 'capacity';
  if (error instanceof LinkError) return 'link';
  return error instanceof WasmTrap ? 'trap' : 'other';
}

/** Defines what it imports, instantiates, calls what it exports. */
function execute(engine: Engine, module: Module, bytes: Uint8Array, random: Random): Stage {
  const { imports, exports } = describeModule(bytes);
  if (imports.length > MOST_IMPORTS) return 'capacity';
  const seen = new Set<string>();
  for (const item of imports) {
    const key = `${item.module} ${item.name}`;
    if (!seen.has(key)) defineImport(engine, item);
    seen.add(key);
  }
  // Instantiation has no fuel: the start function is called afterwards, with some.
  const start = module.startFunction;
  module.startFunction = -1;
  const instance = engine.instantiate(module);
  const functions = exports.filter(({ kind }) => kind === ExternalKind.Function).slice(0, MOST_EXPORTS);
  const addresses = functions.map(({ name }) => engine.exportedFunction(instance, name));
  if (start >= 0) addresses.unshift(instance.functionBase + start);
  let stage: Stage = 'ran';
  for (const address of addresses) {
    const parameters = engine.signature(address).indexOf(':');
    for (let index = 0; index < parameters; index++) {
      engine.setI64(index, random.pick([0, 1, 8, 1024, -1, random.bits()]), random.pick([0, 0x40000000, -1]));
    }
    // A reference has to be null: other numbers stand for functions that may not exist.
    for (const [index, letter] of [...engine.signature(address).slice(0, parameters)].entries()) {
      if (letter === 'r' || letter === 'R') engine.setI32(index, -1);
    }
    try {
      if (engine.call(address, FUEL) !== 0 && engine.resume(FUEL) !== 0) engine.abandon();
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      stage = stageOf(error);
    }
  }
  return stage;
}

/** Features of the engine that Node 20 does not have. */
const NODE_LACKS = /invalid memory limits flags 0x[89]|numeric opcode: 0xfc1[3-6]|extended constant expressions/i;
/** Features that Node has and the engine refuses by name. */
const ENGINE_LACKS = /not supported/;

/** Whether Node's opinion of a module is another one, and both ought to agree. */
function disagreement(bytes: Uint8Array, error: EngineError | undefined): string {
  if (error instanceof CapacityError) return '';
  const valid = platform.validate(bytes);
  if (valid === (error === undefined)) return '';
  if (error !== undefined) return ENGINE_LACKS.test(error.message) ? '' : `Node takes it, refused as: ${error.message}`;
  try {
    new platform.Module(bytes);
  } catch (reason) {
    const message = (reason as Error).message;
    return NODE_LACKS.test(message) ? '' : `taken, Node refuses it: ${message}`;
  }
  return '';
}

/** Whether a sound module still works, beside what is there or after a reset. */
function works(engine: Engine): boolean {
  const instance = engine.instantiate(engine.load(sound));
  engine.setI32(0, 20);
  engine.call(engine.exportedFunction(instance, 'twice'));
  return engine.getI32(0) === 41;
}

export function checkMutant(seed: number): CheckedMutant {
  const { from, bytes } = mutant(seed);
  const random = new Random(seed);
  const which = random.pick([0, 0, 0, 1, 2]);
  const engine = engines[which];
  const findings: string[] = [];
  let stage: Stage = 'ran';
  let refused: EngineError | undefined;
  let module: Module | undefined;
  engine.reset();
  try {
    try {
      module = engine.load(bytes);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      refused = error;
    }
    const disagreed = disagreement(bytes, refused);
    if (disagreed !== '') findings.push(disagreed);
    if (refused !== undefined) throw refused;
    stage = execute(engine, module!, bytes, random);
  } catch (error) {
    if (error instanceof EngineError) stage = stageOf(error);
    else findings.push(`not the engine's own error: ${error instanceof Error ? error.stack : error}`);
  }
  try {
    // Beside what is loaded, where there is room; then alone.
    if (refused !== undefined && !works(engine)) findings.push('a sound module gives a wrong result beside it');
    engine.reset();
    if (!works(engine)) findings.push('a sound module gives a wrong result after it');
  } catch (error) {
    findings.push(`a sound module fails after it: ${error instanceof Error ? error.stack : error}`);
  }
  if (engine.allocatedBytes !== allocated[which])
    findings.push(`the engine has grown to ${engine.allocatedBytes} bytes`);
  return { stage, from, findings };
}
