// Tests an engine's counts of its work against counts by hand.
import { expect, it } from 'vitest';
import { Engine, type EngineOptions, small } from '../../src/index.js';
import { VerificationLevel } from '../../src/safety/index.js';
import { wat } from './wat.js';

const program = wat(`(module (memory 1) (table 1 funcref) (elem (i32.const 0) $add)
  (func $add (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
  (func (export "run") (param i32)
    (loop
      (i32.store (i32.const 4) (i32.load (i32.const 8)))
      (drop (call $add (i32.const 1)))
      (drop (call_indirect (param i32) (result i32) (i32.const 1) (i32.const 0)))
      (drop (table.size 0))
      (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (memory.fill (i32.const 0) (i32.const 1) (i32.const 9)))
  (func (export "trap") (drop (i32.load (i32.const 70000)))))`);

function ran(options: EngineOptions, rounds = 100) {
  const engine = new Engine({ ...small, memoryBytes: 65536 }, options);
  const instance = engine.instantiate(engine.load(program));
  engine.setI32(0, rounds);
  engine.call(engine.exportedFunction(instance, 'run'));
  return { engine, instance };
}

it('counts what is executed', () => {
  const { engine, instance } = ran({ counting: true });
  const { instructions, memoryOperations, collectionOperations, calls, traps } = engine.executionStats();
  // A round: 4 for memory, 3 + 4 for the calls, 2 for the table, 5 for the loop, and 3 in each of two callees.
  const round = 4 + 3 + 4 + 2 + 5 + 2 * 3;
  expect({ instructions, memoryOperations, collectionOperations, calls, traps }).toEqual({
    instructions: 100 * round + 4,
    memoryOperations: 201,
    collectionOperations: 200,
    calls: 200,
    traps: 0,
  });
  expect(() => engine.call(engine.exportedFunction(instance, 'trap'))).toThrow('out of bounds');
  expect(engine.executionStats()).toMatchObject({ traps: 1, memoryOperations: 202 });
  expect(engine.executionStats().highWater).toEqual(engine.highWater());
  engine.reset();
  expect(engine.executionStats()).toMatchObject({
    instructions: 0,
    calls: 0,
    traps: 0,
    fuel: 0,
    validationOperations: 0,
  });
});

it('costs the same fuel as an engine that does not count', () => {
  const [counting, plain] = [ran({ counting: true }).engine, ran({}).engine];
  expect(counting.fuelUsed).toBe(plain.fuelUsed);
  expect(plain.executionStats()).toMatchObject({ instructions: 0, fuel: plain.fuelUsed });
  // The need excludes words that count.
  expect(counting.highWater()).toEqual(plain.highWater());
});

it.each([VerificationLevel.Sampling, VerificationLevel.Standard, VerificationLevel.Full])(
  'counts and times validations at level %d, and instructions as without',
  (verification) => {
    let time = 0;
    const { engine } = ran({ counting: true, verification, clock: () => time++ }, 20_000);
    const { validationOperations, validationMilliseconds, instructions, fuel } = engine.executionStats();
    const plain = ran({ counting: true }, 20_000).engine.executionStats();
    expect([instructions, fuel]).toEqual([plain.instructions, plain.fuel]);
    const interval = [0, 1000, 100, 10][verification];
    // Each comes at the end of a run of instructions; the longest one here costs less than 60.
    expect(validationOperations).toBeGreaterThan(fuel / (interval + 60));
    expect(validationOperations).toBeLessThan(fuel / interval + 10);
    expect(validationMilliseconds).toBeGreaterThan(0);
  },
);
