// A call in slices keeps a board from everything else for as long as is said for it, by the simulator's estimate of time.
import { describe, expect, it } from 'vitest';
import { findBoard, sliceMilliseconds } from '../../../boards/index.js';
import { SimulatedBoard } from '../../../sim/index.js';
import { sliceFuel } from '../../../targets/board/slice-fuel.js';
import { wat } from '../../core/wat.js';
import { stored } from './program.js';

const KERNELS: Record<string, string> = {
  calls: `(func $run (export "run") (param i32) (result i32)
    (if (result i32) (i32.lt_s (local.get 0) (i32.const 20)) (then (local.get 0))
      (else (i32.add (call $run (i32.sub (local.get 0) (i32.const 19))) (call $run (i32.sub (local.get 0) (i32.const 38)))))))`,
  bits: `(func (export "run") (param $n i32) (result i32) (local $c i32)
    (loop $again
      (local.set $c (i32.xor (i32.shr_u (local.get $c) (i32.const 1)) (i32.and (i32.const 0xedb88320) (local.get $n))))
      (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $c))`,
  doubles: `(memory 1) (func (export "run") (param $n i32) (result f64) (local $x f64)
    (loop $again
      (f64.store (i32.const 8) (f64.add (f64.mul (f64.load (i32.const 8)) (f64.const 0.5)) (f64.const 0.25)))
      (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (f64.load (i32.const 8)))`,
  'i64 products': `(func (export "run") (param $n i32) (result i64) (local $x i64)
    (loop $again
      (local.set $x (i64.add (i64.mul (local.get $x) (i64.const 6364136223846793005)) (i64.const 1442695040888963407)))
      (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $x))`,
};

/** Tests several boards: the fuel follows the clock, and so does the simulator's time. */
describe.each(['puckjs', 'espruino_wifi', 'rpi_pico'])('slices on %s', (name) => {
  const board = findBoard(name);

  it.each(Object.entries(KERNELS))('of %s take about as long as they should', async (_, text) => {
    const simulated = new SimulatedBoard(board);
    simulated.run(await stored(wat(`(module ${text})`), { board, memoryBytes: 64 }));
    simulated.run('var app = require("app");');
    simulated.longestBlock = 0;
    simulated.run('app.run.async(200, function (error, result) { print(error || "done"); });');
    simulated.runUntilIdle(600_000);
    expect(simulated.output.trim()).toBe('done');
    const wanted = sliceMilliseconds(board) / 1000;
    expect(simulated.longestBlock).toBeGreaterThan(0.4 * wanted);
    expect(simulated.longestBlock).toBeLessThan(2 * wanted);
  });

  it.each(Object.entries(KERNELS))('of %s, translated, take about as long', async (kernel, text) => {
    const simulated = new SimulatedBoard(board);
    const options = { board, memoryBytes: 64, tier: 'js', resumable: true } as const;
    simulated.run(await stored(wat(`(module ${text})`), options));
    simulated.run('var app = require("app");');
    simulated.longestBlock = 0;
    simulated.run(
      `app.run.async(${kernel === 'calls' ? 100 : 800}, function (error, result) { print(error || "done"); });`,
    );
    simulated.runUntilIdle(600_000);
    expect(simulated.output.trim()).toBe('done');
    const wanted = sliceMilliseconds(board) / 1000;
    expect(simulated.longestBlock).toBeGreaterThan(0.3 * wanted);
    // A product of i64 is one call of a function, whatever that takes.
    expect(simulated.longestBlock).toBeLessThan((kernel === 'i64 products' ? 5 : 2) * wanted);
  });
});

describe('fuel of a slice', () => {
  it('is little where the firmware polls', () => {
    expect(sliceFuel(findBoard('rpi_pico'))).toBeLessThan(sliceFuel(findBoard('puckjs')) / 4);
  });

  it('is less where the program lies in an SPI flash', () => {
    expect(sliceFuel(findBoard('banglejs2'))).toBeLessThan(sliceFuel(findBoard('puckjs')));
  });
});
