// The core allocates nothing on load, instantiate or call: a million calls and a thousand loads leave the heap alone.
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { runBundled } from './bundle.js';
import { wat } from './wat.js';

interface Measurement {
  collections: number;
  bytes: number;
  kept: number;
}

/** Bytes that reading the size of the heap may itself allocate; the least that an object in each of 1000 loads takes is 16000. */
const NOISE = 4096;

const increment = wat('(module (func (export "f") (param i32) (result i32) (i32.add (local.get 0) (i32.const 1))))');

const loop = wat(`(module
  (memory 1)
  (func (export "f") (param i32)
    (local i64 f32 f64)
    (loop $again
      (local.set 1 (i64.mul (i64.add (local.get 1) (i64.extend_i32_u (local.get 0))) (i64.const 0x123456789)))
      (local.set 2 (f32.add (local.get 2) (f32.convert_i64_u (local.get 1))))
      (local.set 3 (f64.div (f64.sqrt (f64.convert_i64_s (local.get 1))) (f64.promote_f32 (local.get 2))))
      (f64.store (i32.and (local.get 0) (i32.const 0xfff8)) (f64.nearest (local.get 3)))
      (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
      (br_if $again (local.get 0)))))`);

const installed = (path: string) => readFileSync(new URL(`../../node_modules/${path}`, import.meta.url));

describe('allocation', () => {
  let measured: Record<string, Measurement>;
  beforeAll(async () => {
    const modules = {
      increment,
      loop,
      importing: installed('@chainsafe/as-sha256/build/optimized.wasm'),
      closed: installed('xxhash-wasm/workerd/xxhash.wasm'),
    };
    const texts = Object.entries(modules).map(([name, bytes]) => [name, Buffer.from(bytes).toString('base64')]);
    const argument = JSON.stringify(Object.fromEntries(texts));
    measured = JSON.parse(await runBundled('test/core/allocation-program.ts', ['--expose-gc'], {}, [argument]));
  });

  it.each([
    'calls',
    'calls with fuel',
    'calls of a host function that calls back',
    'a long loop in slices',
    'loads',
    'loads and instantiations',
  ])('%s allocate nothing', (name) => {
    expect(measured[name].collections).toBe(0);
    expect(measured[name].bytes).toBeLessThan(NOISE);
  });

  // Each definition is an object that the host has asked for.
  it('definitions, loads and instantiations leave nothing behind', () => {
    const { collections, kept } = measured['definitions, loads and instantiations'];
    expect(collections).toBe(0);
    expect(kept).toBeLessThan(NOISE);
  });
});
