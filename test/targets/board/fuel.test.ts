// Fuel of translated programs: the interpreter's counts, and a stop in the same place as translated for Node, from the same
// intermediate code, where each charge stands for itself.
import { describe, expect, it } from 'vitest';
import type { BuildOptions } from '../../../targets/board/build.js';
import { compileModule } from '../../../targets/node/index.js';
import { amount, everyNth } from '../../amount.js';
import { wat } from '../../core/wat.js';
import type { Call } from '../../differential/random-module.js';
import { STEPS } from '../../differential/random-module.js';
import { espruino, reason } from '../../sim/espruino.js';
import { printedByEspruino, printedBySimulator, stored } from './program.js';
import {
  callsFor,
  difference,
  filesOf,
  Interpreter,
  load,
  moduleOf,
  outcomeOf,
  valuesOf,
  withoutNames,
} from './translated-random.js';

const PART = amount(3, 10);

const FORMS: [string, Partial<BuildOptions>][] = [
  ['translated', {}],
  ['jitted', { jit: 'all', jitBytes: Number.POSITIVE_INFINITY }],
];

describe.each(FORMS)('random modules, %s for a board', (_, form) => {
  const interpreter = new Interpreter();

  it('use as much fuel as interpreted', async () => {
    let traps = 0;
    for (let seed = 5000; seed < 5000 + PART; seed++) {
      const module = moduleOf(seed);
      const program = load(await filesOf(module, { ...form, fuel: true }));
      interpreter.load(module);
      for (const call of callsFor(module, seed)) {
        program[STEPS].value = call.steps;
        const target = program[call.name];
        const expected = withoutNames(interpreter.call(call));
        const found = withoutNames(outcomeOf(() => target(...valuesOf(call)), target.fuelUsed));
        expect({ seed, call, ...found }).toEqual({ seed, call, ...expected });
        expect(difference(interpreter.memory, program.memory)).toBe(-1);
        if (/ at byte \d+$/.test(expected.result)) traps++;
      }
    }
    expect(traps).toBeGreaterThan(PART);
  });

  it('stop in the same place when it is used up', async () => {
    let stopped = 0;
    for (let seed = 7000; seed < 7000 + PART; seed++) {
      const module = moduleOf(seed);
      const files = await filesOf(module, { ...form, fuel: true });
      const compiled = compileModule(module.bytes, { dialect: 'node', fuel: true });
      for (const [index, call] of everyNth([...callsFor(module, seed).entries()], 4)) {
        interpreter.load(module);
        const { fuel } = interpreter.call(call);
        if (fuel < 30) continue;
        const limit = 1 + ((index * 7919 + seed) % (fuel - 1));
        const program = load(files);
        program[STEPS].value = call.steps;
        const target = program[call.name];
        const found = withoutNames(outcomeOf(() => target.withFuel(limit, ...valuesOf(call)), target.fuelUsed));
        const { memory, ...expected } = inNode(compiled, call, limit);
        expect({ seed, call, limit, ...found }).toEqual({ seed, call, limit, ...withoutNames(expected) });
        expect(found.result).toMatch(/^out of fuel in function \d+ at byte \d+$/);
        expect(difference(memory, program.memory)).toBe(-1);
        stopped++;
      }
    }
    expect(stopped).toBeGreaterThan(PART * amount(2, 10));
  });
});

function inNode(compiled: ReturnType<typeof compileModule>, call: Call, limit: number) {
  const instance = compiled.instantiate({}, { fuel: limit });
  // biome-ignore lint/suspicious/noExplicitAny: every module exports something else
  const exports = instance.exports() as Record<string, any>;
  if (STEPS in exports) exports[STEPS].value = call.steps;
  let result = '';
  try {
    exports[call.name](...call.values);
  } catch (error) {
    const { cause, message } = error as Error;
    result = cause instanceof Error ? cause.message : message;
  }
  return { result, fuel: instance.fuelUsed, memory: new Uint8Array(exports.memory?.buffer ?? 0) };
}

const MODULE = wat(`(module (memory 1)
  (func $fib (export "fib") (param i32) (result i32)
    (if (result i32) (i32.lt_s (local.get 0) (i32.const 2)) (then (local.get 0))
      (else (i32.add (call $fib (i32.sub (local.get 0) (i32.const 1))) (call $fib (i32.sub (local.get 0) (i32.const 2)))))))
  (func (export "divide") (param i32) (result i32) (i32.div_s (i32.const 9) (local.get 0)))
  (func (export "endless") (loop $again (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1))) (br $again)))
  (func (export "count") (result i32) (i32.load (i32.const 0))))`);

const RUNS: [string, typeof printedBySimulator, boolean][] = [
  ['in the simulator', printedBySimulator, true],
  [`in Espruino${reason}`, printedByEspruino, espruino !== undefined],
];

for (const [where, run, there] of RUNS) {
  describe.skipIf(!there).each(FORMS)(`a %s program that counts fuel ${where}`, (_, form) => {
    it('is told how much a call used, and stops what has no more', async () => {
      const lines = run(
        await stored(MODULE, { ...form, tier: 'js', memoryBytes: 64, fuel: true }),
        `var app = require("app");
        function message(run) { try { return run(); } catch (e) { return e.message; } }
        print(app.fib(8), app.fib.fuelUsed());
        print(app.fib.withFuel(app.fib.fuelUsed(), 8), message(function () { return app.fib.withFuel(app.fib.fuelUsed() - 1, 8); }));
        print(message(function () { app.endless.withFuel(1000); }), app.endless.fuelUsed(), app.count());
        print(message(function () { app.divide.withFuel(100, 0); }), app.divide.fuelUsed(), app.divide(3));`,
      );
      const counted = compileModule(MODULE, { dialect: 'node', fuel: true });
      const used = inNode(counted, { name: 'fib', values: [8], steps: 0 }, 1e6).fuel;
      const endless = inNode(counted, { name: 'endless', values: [], steps: 0 }, 1000).fuel;
      expect(lines).toEqual([
        `21 ${used}`,
        expect.stringMatching(/^21 out of fuel in function 0 \(fib\) at byte \d+$/),
        expect.stringMatching(new RegExp(`^out of fuel in function 2 \\(endless\\) at byte \\d+ ${endless} 58$`)),
        expect.stringMatching(/^integer divide by zero in function 1 \(divide\) at byte \d+ \d+ 3$/),
      ]);
    });
  });
}
