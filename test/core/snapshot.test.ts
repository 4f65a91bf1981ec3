// Yields and snapshots: a computation that is interrupted, saved and taken up elsewhere is the same computation.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { kernelBytes, kernels } from '../../bench/kernels.js';
import { CallStatus, Engine, EngineError, runSlices, small } from '../../src/index.js';
import { VerificationLevel } from '../../src/safety/index.js';
import { everyNth } from '../amount.js';
import { Random } from '../differential/random.js';
import { expectToWork, thrownBy } from './adder.js';
import { runBundled } from './bundle.js';
import { wat } from './wat.js';

const capacities = { ...small, memoryBytes: 65536, codeWords: 16384 };
const YIELDS = 90;
const ROUND_TRIPS = 9;

function started(bytes: Uint8Array, level: VerificationLevel) {
  const engine = new Engine(capacities, { counting: true, verification: level });
  const run = engine.exportedFunction(engine.instantiate(engine.load(bytes)), 'run');
  return { engine, run };
}

function outcome(engine: Engine) {
  const { validationOperations, validationMilliseconds, ...stats } = engine.executionStats();
  return { result: engine.getI32(0), memory: Buffer.from(engine.memoryBuffer).toString('base64'), stats };
}

describe.each([VerificationLevel.None, VerificationLevel.Full])('at level %d', (level) => {
  // In the full run, more than 1,000 yields and 100 round trips.
  it.each(everyNth(kernels, 6))('$name', ({ name, n }) => {
    const bytes = kernelBytes(name);
    const whole = started(bytes, level);
    const argument = Math.ceil(n / 40);
    whole.engine.setI32(0, argument);
    whole.engine.call(whole.run);
    const random = new Random(name.length + level);
    let { engine, run } = started(bytes, level);
    engine.setI32(0, argument);
    const slice = () => 1 + random.below(Math.ceil((2 * whole.engine.fuelUsed) / YIELDS));
    let yields = 0;
    let trips = 0;
    for (let status = engine.call(run, slice()); status === CallStatus.Yielded; status = engine.resume(slice())) {
      yields++;
      if (yields % Math.floor(YIELDS / ROUND_TRIPS - 1) !== 0) continue;
      const saved = engine.save();
      engine = started(bytes, level).engine;
      engine.restore(saved);
      trips++;
    }
    expect([yields > YIELDS / 2, trips >= ROUND_TRIPS - 4]).toEqual([true, true]);
    expect(outcome(engine)).toEqual(outcome(whole.engine));
  });
});

// Everything that code can change: memory that grows, a table that grows, globals, segments that are dropped.
const changing =
  wat(`(module (memory 1 3) (table 2 funcref) (global $g (mut i64) (i64.const 1)) (global $h (mut f64) (f64.const 0))
  (data $d "abc") (elem $e func $f) (func $f (result i32) (i32.const 7))
  (func (export "run") (param i32) (result i32)
    (memory.init $d (i32.const 0) (i32.const 0) (i32.const 3)) (data.drop $d)
    (table.init $e (i32.const 1) (i32.const 0) (i32.const 1)) (elem.drop $e)
    (drop (table.grow (ref.func $f) (i32.const 3))) (drop (memory.grow (i32.const 1)))
    (i32.store (i32.const 70000) (i32.const 5)) (global.set $g (i64.const -2)) (global.set $h (f64.const nan:0x123))
    (loop (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (i32.add (i32.add (call_indirect (result i32) (i32.const 4)) (table.size 0))
      (i32.add (i32.load (i32.const 70000)) (i32.add (i32.load8_u (i32.const 1)) (i32.wrap_i64 (global.get $g)))))))`);
const larger = { ...small, memoryBytes: 196608 };

function changed(options = larger) {
  const engine = new Engine(options, { growMemory: () => null });
  const run = engine.exportedFunction(engine.instantiate(engine.load(changing)), 'run');
  return { engine, run };
}

describe('a snapshot', () => {
  const { engine, run } = changed();
  engine.setI32(0, 1000);
  engine.call(run, 200);
  const saved = engine.save();

  it('has all that code has changed', () => {
    const other = changed().engine;
    other.restore(saved);
    expect(other.isSuspended).toBe(true);
    expect(other.resume(Infinity)).toBe(CallStatus.Done);
    engine.resume(Infinity);
    expect(other.getI32(0)).toBe(7 + 5 + 5 + 98 - 2);
    expect([other.getI32(0), other.fuelUsed]).toEqual([engine.getI32(0), engine.fuelUsed]);
    expect(other.save()).toEqual(engine.save());
  });

  it('of no call at all sets an engine back', () => {
    const { engine: one, run: again } = changed();
    const before = one.save();
    one.setI32(0, 10);
    one.call(again);
    one.restore(before);
    one.setI32(0, 20);
    expect(one.call(again)).toBe(CallStatus.Done);
    expect(one.getI32(0)).toBe(113);
  });

  it('is refused when a byte of it is not as it was', () => {
    const { engine: other } = changed();
    const before = other.save();
    for (let at = 0; at < saved.length; at += at < 400 ? 1 : 997) {
      const damaged = saved.slice();
      damaged[at] ^= 1 << (at & 7);
      const error = thrownBy(() => other.restore(damaged)) as Error;
      expect(error).toBeInstanceOf(EngineError);
      expect(error.message).toMatch(/no snapshot|damaged/);
    }
    for (const length of [0, 3, 100, saved.length - 1])
      expect(() => other.restore(saved.subarray(0, length))).toThrow(/no snapshot|damaged/);
    expect(other.save()).toEqual(before);
  });

  it('is refused by an engine with other modules, or with other options', () => {
    const other = new Engine(larger);
    expect(() => other.restore(saved)).toThrow(/other modules/);
    expectToWork(other);
    expect(() => other.restore(saved)).toThrow(/other modules/);
    const counting = new Engine(larger, { counting: true });
    counting.instantiate(counting.load(changing));
    expect(() => counting.restore(saved)).toThrow(/other options/);
  });

  it.each([
    ['memoryBytes 196608, this engine has 65536', { ...larger, memoryBytes: 65536 }, {}],
    ['memoryBytes 196608, this engine has 262144', { ...larger, memoryBytes: 262144 }, {}],
    [`valueSlots ${larger.valueSlots}, this engine has 99`, { ...larger, valueSlots: 99 }, {}],
    [`callDepth ${larger.callDepth}, this engine has 500`, { ...larger, callDepth: 500 }, {}],
    [`tableEntries ${larger.tableEntries}, this engine has 99`, { ...larger, tableEntries: 99 }, {}],
    ['verification level 0, this engine has 1', larger, { verification: VerificationLevel.Sampling }],
    ['partialMemory 0, this engine has 1', larger, { partialMemory: true }],
  ])('is refused by an engine with another capacity or option: %s', (message, options, more) => {
    const other = new Engine(options, more);
    const again = other.exportedFunction(other.instantiate(other.load(changing)), 'run');
    expect(() => other.restore(saved)).toThrow(`the snapshot was saved with ${message}`);
    other.setI32(0, 1);
    expect(other.call(again, 5)).toBe(CallStatus.Yielded);
  });

  it('is refused where a level that lowers the same code is another one', () => {
    const engineAt = (verification: VerificationLevel) => {
      const made = new Engine(larger, { verification });
      made.instantiate(made.load(changing));
      return made;
    };
    const standard = engineAt(VerificationLevel.Standard).save();
    expect(() => engineAt(VerificationLevel.Sampling).restore(standard)).toThrow(
      'verification level 2, this engine has 1',
    );
  });

  it('is refused where the module has other data, or another memory', () => {
    const engineOf = (fields: string) => {
      const made = new Engine({ ...small, memoryBytes: 131072 });
      made.instantiate(
        made.load(wat(`(module ${fields} (func (export "run") (result i32) (i32.load8_u (i32.const 0))))`)),
      );
      return made;
    };
    const one = engineOf('(memory 1) (data (i32.const 0) "a")').save();
    for (const fields of ['(memory 1) (data (i32.const 0) "b")', '(memory 2) (data (i32.const 0) "a")'])
      expect(() => engineOf(fields).restore(one)).toThrow(/of other modules/);
    expect(() => engineOf('(memory 1) (data (i32.const 0) "a")').restore(one)).not.toThrow();
  });

  it('is taken up by another process', async () => {
    const bytes = kernelBytes('sha256');
    const one = new Engine({ ...small, memoryBytes: 65536 });
    const sha256 = one.exportedFunction(one.instantiate(one.load(bytes)), 'run');
    one.setI32(0, 50);
    expect(one.call(sha256, 100_000)).toBe(CallStatus.Yielded);
    const folder = mkdtempSync(join(tmpdir(), 'tazzina-'));
    try {
      writeFileSync(join(folder, 'module.wasm'), bytes);
      writeFileSync(join(folder, 'snapshot'), one.save());
      const output = await runBundled('test/core/restore-program.ts', [], {}, [folder]);
      one.resume(Infinity);
      expect(output.trim()).toBe(`${one.getI32(0)} ${one.fuelUsed}`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('slices of time', () => {
  it('let other code run in between', async () => {
    const { engine, run } = started(kernelBytes('crc32'), VerificationLevel.None);
    engine.setI32(0, 200);
    let others = 0;
    const timer = setInterval(() => others++, 0);
    const error = await new Promise((resolve) => runSlices(engine, run, 1, resolve));
    clearInterval(timer);
    expect(error).toBe(null);
    const whole = started(kernelBytes('crc32'), VerificationLevel.None);
    whole.engine.setI32(0, 200);
    whole.engine.call(whole.run);
    expect([engine.getI32(0), engine.fuelUsed]).toEqual([whole.engine.getI32(0), whole.engine.fuelUsed]);
    expect(others).toBeGreaterThan(0);
  });

  it('end with what was thrown', async () => {
    const engine = new Engine({ ...small, modules: 2, instances: 2 });
    const trap = wat('(module (func (export "run") (loop (br 0)) ) (func (export "trap") unreachable))');
    const address = engine.exportedFunction(engine.instantiate(engine.load(trap)), 'trap');
    const error = await new Promise((resolve) => runSlices(engine, address, 5, resolve));
    expect((error as Error).message).toMatch(/^unreachable/);
    expectToWork(engine);
  });
});
