// The full runtime of boards against the engine: results, traps, memory and fuel of random modules.
import { describe, expect, it } from 'vitest';
import { banglejs2 } from '../../../boards/index.js';
import { Engine, ExternalKind, large, WasmTrap } from '../../../src/index.js';
import { buildFullRuntime } from '../../../targets/board/loaded/build.js';
import { RUNTIME_STORAGE_BYTES } from '../../../targets/board/runtime-size.js';
import { amount } from '../../amount.js';
import { thrownBy } from '../../core/adder.js';
import { unsupportedModules } from '../../core/unsupported-modules.js';
import { wat } from '../../core/wat.js';
import { Random } from '../../differential/random.js';
import { HOST, hostFunctions, randomModule, STEPS } from '../../differential/random-module.js';
import { createRuntime } from '../../spec/full-runtime-target.js';

const LETTERS: Record<string, string> = { i32: 'i', i64: 'I', f32: 'f', f64: 'F' };
const letters = (types: readonly string[]) => types.map((type) => LETTERS[type]).join('');

const engine = new Engine({
  ...large,
  modules: 1,
  instances: 1,
  memoryBytes: 3 << 16,
  callDepth: 512,
  valueSlots: 8192,
});

/** Host functions give nothing but zeros, here and there. */
const host = Object.fromEntries(
  hostFunctions.map(({ name, results }) => [
    name,
    () => {
      const values = results.map((type) => (type === 'i64' ? [0, 0] : 0));
      return values.length > 1 ? values : values[0];
    },
  ]),
);

interface Outcome {
  /** Words, or the words of the trap. */
  result: number[] | string;
  fuel: number;
}

function onEngine(address: number, words: number[]): Outcome {
  for (let index = 0; index < words.length; index += 2) engine.setI64(index / 2, words[index], words[index + 1]);
  const before = engine.fuelUsed;
  try {
    engine.call(address);
  } catch (error) {
    if (!(error instanceof WasmTrap)) throw error;
    return { result: error.message, fuel: 0 };
  }
  const [, results] = engine.signature(address).split(':');
  const result = [...results].flatMap((letter, index) => [
    engine.getI32(index),
    letter === 'I' || letter === 'F' ? engine.getI64High(index) : 0,
  ]);
  return { result, fuel: engine.fuelUsed - before };
}

function onBoard(runtime: ReturnType<typeof createRuntime>, name: string, words: number[]): Outcome {
  try {
    const slots = runtime.invoke(name, Int32Array.from(words));
    const [, results] = runtime.signature(name).split(':');
    const isWide = (index: number) => 'IF'.includes(results[index >> 1]);
    return {
      result: [...slots].map((word, index) => (index % 2 === 0 || isWide(index) ? word : 0)),
      fuel: runtime.fuelUsed(),
    };
  } catch (error) {
    // Without a name section it says what the function is exported as.
    return { result: (error as Error).message.replace(/ \(\w+\) at/, ' at'), fuel: 0 };
  }
}

/** The trap of `f` with -1, twice: to tell the place of the first one, the runtime lowers the function again. */
function expectTrapAsInEngine(text: string): void {
  const bytes = wat(text);
  engine.reset();
  engine.setI32(0, -1);
  const instance = engine.instantiate(engine.load(bytes));
  const trap = thrownBy(() => engine.call(engine.exportedFunction(instance, 'f'))) as Error;
  const expected = trap.message.replace('function 0', 'function 0 (f)');
  const runtime = createRuntime();
  runtime.load(bytes, {});
  const found = () => thrownBy(() => runtime.invoke('f', Int32Array.of(-1, 0))) as Error;
  expect(found().message).toBe(expected);
  expect(found().message).toBe(expected);
  expect([...runtime.invoke('f', Int32Array.of(0, 0))]).toEqual([0, 0]);
}

describe('the full runtime', () => {
  it('takes at most 48 KB without host functions', async () => {
    const { image } = await buildFullRuntime({ board: banglejs2, name: 'tazzina', imports: () => false });
    const bytes = image.files.reduce((sum, file) => sum + file.bytes.length, 0);
    console.log(`the full runtime: ${image.files.map((file) => `${file.name} ${file.bytes.length}`).join(', ')} bytes`);
    expect(bytes).toBeLessThanOrEqual(RUNTIME_STORAGE_BYTES);
  });

  it.each(unsupportedModules)('refuses $what: $feature', ({ feature, bytes }) => {
    const { message } = thrownBy(() => createRuntime().load(bytes, {})) as Error;
    expect(message.startsWith(`${feature}: `), message).toBe(true);
    expect(message).toMatch(/ \(compile for WebAssembly 2\.0 without it\).* at byte \d+$/);
  });

  it('tells the place of a trap behind an access that memory had no room for before it grew', () => {
    expectTrapAsInEngine(`(module (memory 1)
      (func (export "f") (param i32) (result i32)
        (drop (memory.grow (i32.const 1)))
        (drop (i32.load offset=65536 (i32.const 0)))
        (i32.load8_u (local.get 0))))`);
  });

  it('tells the place of a trap behind an instruction without operands, whatever was lowered since', () => {
    expectTrapAsInEngine(`(module (memory 1) (data "a")
      (func (export "f") (param i32) (result i32)
        (data.drop 0)
        (i32.load8_u (local.get 0)))
      (func (result i32) (i32.const 0x12345678)))`);
  });

  it('does with random modules what the engine does, for the same fuel', () => {
    let traps = 0;
    let calls = 0;
    for (let seed = 1; seed <= amount(80, 300); seed++) {
      const { bytes, functions, globals } = randomModule(seed);
      const random = new Random(seed);
      engine.reset();
      for (const { name, parameters, results } of hostFunctions) {
        engine.defineFunction(HOST, name, letters(parameters), letters(results), () => {
          for (let index = 0; index < results.length; index++) engine.setI64(index, 0, 0);
        });
      }
      const instance = engine.instantiate(engine.load(bytes));
      const runtime = createRuntime();
      runtime.load(bytes, { [HOST]: host });
      const globalAddress = engine.findExport(instance, STEPS, ExternalKind.Global);
      for (const { name, parameters } of functions) {
        const words = parameters.flatMap((type) => [random.bits() | 0, type === 'i64' ? random.bits() | 0 : 0]);
        const steps = random.pick([0, 3, 20, 60]);
        engine.setGlobal(globalAddress, steps, 0);
        runtime.set(STEPS, steps);
        const expected = onEngine(engine.exportedFunction(instance, name), words);
        expect(onBoard(runtime, name, words), `seed ${seed}, ${name}(${words})`).toEqual(expected);
        calls++;
        if (typeof expected.result === 'string') traps++;
      }
      const start = engine.memoryBase(0);
      const memory = new Uint8Array(engine.memoryBuffer, start, engine.memoryBytes(0));
      expect(Buffer.compare(runtime.memory().subarray(0, memory.length), memory), `memory of seed ${seed}`).toBe(0);
      for (const name of globals) {
        const address = engine.findExport(instance, name, ExternalKind.Global);
        const [letter, low, high] = runtime.global(name);
        // The number of a function is its own in each.
        if (letter !== 'r') expect([low, high], name).toEqual([engine.globalLow(address), engine.globalHigh(address)]);
      }
    }
    expect(calls).toBeGreaterThan(amount(250, 1000));
    expect(traps).toBeGreaterThan(amount(25, 100));
  });
});
