// The high-water mark of each capacity: so much is enough, and with one less of any it is not.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { kernelBytes, kernels } from '../../bench/kernels.js';
import {
  type Capacities,
  CapacityError,
  type CapacityName,
  Engine,
  large,
  Trap,
  type WasmTrap,
} from '../../src/index.js';
import { thrownBy } from './adder.js';
import { wat } from './wat.js';

const roomy: Capacities = { ...large, memories: 2, memoryBytes: 131072, codeWords: 262144 };

type Use = (engine: Engine) => void;

function runs(bytes: Uint8Array, name: string, argument: number): Use {
  return (engine) => {
    const run = engine.exportedFunction(engine.instantiate(engine.load(bytes)), name);
    engine.setI32(0, argument);
    engine.call(run);
  };
}

const recursive = wat(`(module
  (import "m" "g" (global i32)) (import "m" "f" (func $f))
  (memory 1) (table 3 funcref) (global i32 (i32.const 1))
  (func $down (export "down") (param i32) (result i32) (local i64 f64 i32)
    (if (result i32) (local.get 0) (then (i32.add (i32.const 1) (call $down (i32.sub (local.get 0) (i32.const 1)))))
      (else (call $f) (i32.const 0))))
  (elem (i32.const 0) $down) (data (i32.const 0) "abc"))`);

const uses: [name: string, use: Use][] = [
  ...kernels.map(({ name }): [string, Use] => [name, runs(kernelBytes(name), 'run', 2)]),
  [
    'recursion that calls a host function which calls back',
    (engine) => {
      engine.defineGlobal('m', 'g', 'i', false, 1, 0);
      let down = -1;
      let depth = 0;
      engine.defineFunction('m', 'f', '', '', () => {
        if (depth++ > 2) return;
        const base = engine.beginCall();
        engine.setI32(0, 5);
        engine.call(down);
        engine.endCall(base);
      });
      down = engine.exportedFunction(engine.instantiate(engine.load(recursive)), 'down');
      engine.setI32(0, 30);
      engine.call(down);
    },
  ],
  [
    'a package',
    (engine) => {
      const url = new URL('../../node_modules/source-map/lib/mappings.wasm', import.meta.url);
      const bytes = new Uint8Array(readFileSync(url));
      engine.defineFunction('env', 'mapping_callback', 'iiiiiiiiii', '', () => {});
      engine.load(bytes);
    },
  ],
];

describe.each(uses)('%s', (_, use) => {
  it('needs its high-water mark and no less', () => {
    const first = new Engine(roomy);
    use(first);
    const high = first.highWater();
    const exact = new Engine(high);
    use(exact);
    expect(exact.highWater()).toEqual(high);
    for (const name of Object.keys(high) as CapacityName[]) {
      if (high[name] === 0) continue;
      const error = thrownBy(() => use(new Engine({ ...high, [name]: high[name] - 1 })));
      if (name === 'callDepth' || name === 'valueSlots') {
        expect([name, (error as WasmTrap).code]).toEqual([name, Trap.CallStackExhausted]);
      } else {
        expect([name, error]).toEqual([name, expect.any(CapacityError)]);
        expect((error as CapacityError).capacity).toBe(name);
      }
    }
  });
});

it('is forgotten by reset', () => {
  const engine = new Engine(roomy);
  const empty = engine.highWater();
  uses[0][1](engine);
  expect(engine.highWater()).not.toEqual(empty);
  engine.reset();
  expect(engine.highWater()).toEqual(empty);
});
