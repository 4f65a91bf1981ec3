// Verification: a change of the engine's own state that it did not make is found within a bound, and nothing else is.
import { describe, expect, it } from 'vitest';
import { kernelBytes, kernels } from '../../bench/kernels.js';
import { CallStatus, Engine, small, WasmTrap } from '../../src/index.js';
import type { Integrity } from '../../src/integrity.js';
import { IntegrityError, VerificationLevel } from '../../src/safety/index.js';
import { amount } from '../amount.js';
import { Random } from '../differential/random.js';
import { thrownBy } from './adder.js';
import { wat } from './wat.js';

const LEVELS = [VerificationLevel.Sampling, VerificationLevel.Standard, VerificationLevel.Full];
const capacities = { ...small, memoryBytes: 65536, codeWords: 4096, functions: 64 };
/** Faults of each kind at each level. */
const FAULTS = amount(120, 1000);

/** The inside of an engine, for the test to damage it. */
interface Inside {
  store: { [name: string]: Int32Array } & { memoryArray: Uint8Array; codeTop: number };
  integrity: Integrity;
  state: Int32Array;
  int32: Int32Array;
}
const inside = (engine: Engine) => engine as unknown as Inside;

// Everything that is verified is in use: calls, a table, a global, memory.
const program =
  wat(`(module (memory 1) (table 40 funcref) (global $g (mut i32) (i32.const 1)) (global i64 (i64.const 7))
  (func $deep (param i32) (result i32)
    (if (result i32) (i32.eqz (local.get 0)) (then (i32.const 1))
      (else (i32.add (call $deep (i32.sub (local.get 0) (i32.const 1))) (i32.load (i32.shl (local.get 0) (i32.const 2)))))))
  (func $step (param i32) (result i32)
    (i32.store (i32.and (i32.mul (local.get 0) (i32.const 12)) (i32.const 0xfc)) (local.get 0))
    (i32.store8 offset=3 (i32.and (local.get 0) (i32.const 0xff)) (local.get 0))
    (i64.store offset=301 (i32.and (local.get 0) (i32.const 0xff)) (i64.const 0x123456789))
    (i32.store16 offset=303 (i32.and (local.get 0) (i32.const 0xff)) (local.get 0))
    (f64.store offset=600 (i32.and (local.get 0) (i32.const 0xff)) (f64.convert_i32_s (local.get 0)))
    (global.set $g (i32.add (global.get $g) (local.get 0)))
    (call $deep (i32.and (local.get 0) (i32.const 7))))
  (func (export "run") (param i32) (result i32)
    (loop $again
      (global.set $g (i32.xor (global.get $g) (call_indirect (param i32) (result i32) (local.get 0) (i32.const 3))))
      (memory.fill (i32.const 900) (local.get 0) (i32.const 77))
      (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (global.get $g))
  (elem (i32.const 3) $step) (data (i32.const 0) "abcdefgh"))`);

function started(level: VerificationLevel, argument: number) {
  const options = { verification: level, announcedWrites: true, partialMemory: true };
  const engine = new Engine({ ...capacities, memoryBytes: 4096 }, options);
  const run = engine.exportedFunction(engine.instantiate(engine.load(program)), 'run');
  engine.setI32(0, argument);
  return { engine, run };
}

/** Buffers and how many of their words are in use. */
const KINDS: Record<string, (engine: Engine) => [words: Int32Array, used: number]> = {
  code: (engine) => [inside(engine).store.code, inside(engine).store.codeTop],
  functions: (engine) => [inside(engine).store.functions, 12],
  tables: (engine) => [inside(engine).store.tables, 4],
  'table entries': (engine) => [inside(engine).store.tableEntries, 40],
  globals: (engine) => [inside(engine).store.globals, 4],
  'linear memory': (engine) => [new Int32Array(engine.memoryBuffer), 1024],
  'value slots': (engine) => [inside(engine).int32, inside(engine).state[8]],
  'call stack': (engine) => [inside(engine).store.callStack, inside(engine).state[2]],
};

describe.each(LEVELS)('at level %d', (level) => {
  it('nothing is found where nothing was damaged', () => {
    const { engine, run } = started(VerificationLevel.None, 3000);
    engine.call(run);
    const expected = [engine.getI32(0), engine.fuelUsed];
    const verified = started(level, 3000);
    verified.engine.call(verified.run);
    verified.engine.verify();
    expect([verified.engine.getI32(0), verified.engine.fuelUsed]).toEqual(expected);
    expect(inside(verified.engine).integrity.validations).toBeGreaterThan(10);
  });

  it.each(Object.keys(KINDS).filter((kind) => kind !== 'value slots' || level === VerificationLevel.Full))(
    'damage to %s is found within the bound',
    (kind) => {
      const random = new Random(level * 100 + kind.length);
      let faults = 0;
      while (faults < FAULTS) {
        const { engine, run } = started(level, 1000000);
        const { integrity } = inside(engine);
        let status = engine.call(run, 300 + random.below(4000));
        expect(status).toBe(CallStatus.Yielded);
        const [words, used] = KINDS[kind](engine);
        const at = random.below(used);
        const before = words[at];
        if (random.below(2) === 0) words[at] ^= 1 << random.below(32);
        else words[at] = random.bits();
        if (words[at] === before) continue;
        faults++;
        const validations = integrity.validations;
        const bound = integrity.mostValidations;
        const error = thrownBy(() => {
          while (status === CallStatus.Yielded && integrity.validations - validations <= bound)
            status = engine.resume(100);
          // The damage can end the call before that: then it is found when everything is looked at.
          if (status === CallStatus.Done) engine.verify();
        });
        expect([kind, faults, at, error]).toEqual([kind, faults, at, expect.any(IntegrityError)]);
        expect((error as IntegrityError).owner).not.toBe('');
        if (kind === 'linear memory' && status === CallStatus.Yielded) {
          const { frames } = error as IntegrityError;
          expect(frames.map(({ functionName }) => functionName)).toEqual(
            expect.arrayContaining([expect.stringMatching(/^(step|deep|)$/)]),
          );
          expect(frames.every(({ offset }) => offset > 0)).toBe(true);
        }
        expect(integrity.validations - validations).toBeLessThanOrEqual(bound);
        // The error stays until the engine is reset.
        expect(thrownBy(() => engine.call(run))).toBe(error);
        engine.reset();
        engine.load(program);
      }
    },
  );

  it.each(kernels.map(({ name }) => name))('%s computes the same', (name) => {
    const results = [VerificationLevel.None, level].map((verification) => {
      const engine = new Engine(capacities, { verification });
      const run = engine.exportedFunction(engine.instantiate(engine.load(kernelBytes(name))), 'run');
      engine.setI32(0, 2);
      engine.call(run);
      engine.verify();
      return [engine.getI32(0), engine.fuelUsed];
    });
    expect(results[1]).toEqual(results[0]);
  });

  it('what the host changes is no damage', () => {
    const engine = new Engine(capacities, { verification: level });
    const table = engine.defineTable('m', 't', 'r', 5, 5);
    const global = engine.defineGlobal('m', 'g', 'i', true, 1, 0);
    engine.defineFunction('m', 'f', '', '', () => {
      new Uint8Array(engine.memoryBuffer)[5]++;
      engine.setGlobal(global, 2, 0);
    });
    const instance = engine.instantiate(
      engine.load(
        wat(`(module (import "m" "f" (func $f)) (import "m" "t" (table 5 funcref)) (import "m" "g" (global (mut i32)))
          (memory 1) (func (export "run") (loop (call $f) (br_if 0 (i32.lt_u (i32.load8_u (i32.const 5)) (i32.const 99))))))`),
      ),
    );
    const run = engine.exportedFunction(instance, 'run');
    engine.call(run);
    engine.tableSet(table, 1, -1);
    new Uint8Array(engine.memoryBuffer)[6] = 9;
    engine.memoryWritten(engine.memoryOf(instance), 6, 1);
    engine.call(run);
    engine.verify();
    expect(engine.globalLow(global)).toBe(2);
  });

  it('what the host writes into memory after a trap is no damage', () => {
    const engine = new Engine(capacities, { verification: level });
    const instance = engine.instantiate(
      engine.load(
        wat(`(module (memory 1) (func (export "run") (i32.store (i32.const 8) (i32.const 1))
          (br_if 0 (i32.load (i32.const 4))) unreachable))`),
      ),
    );
    const run = engine.exportedFunction(instance, 'run');
    expect(thrownBy(() => engine.call(run))).toBeInstanceOf(WasmTrap);
    new Uint8Array(engine.memoryBuffer)[4] = 1;
    expect(engine.call(run)).toBe(CallStatus.Done);
    engine.verify();
  });
});

it('nothing is looked at by default', () => {
  const engine = new Engine(capacities);
  const run = engine.exportedFunction(engine.instantiate(engine.load(program)), 'run');
  engine.setI32(0, 5);
  engine.call(run);
  inside(engine).store.globals[0] ^= 1;
  engine.verify();
  expect(inside(engine).integrity).toBe(null);
});
