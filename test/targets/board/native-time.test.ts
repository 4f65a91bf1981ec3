// The time in machine code: the firmware tells it once in a call, then a counter of the chip.
import { describe, expect, it } from 'vitest';
import { NativeInstance } from '../../../bench/native/native-instance.js';
import { type Board, banglejs2, espruino_pico, puckjs, rpi_pico, rpi_pico2 } from '../../../boards/index.js';
import { CORTEX_M0_PLUS, CORTEX_M4 } from '../../../machine/thumb/cpu.js';
import { SimulatedBoard } from '../../../sim/index.js';
import type { BuildOptions } from '../../../targets/board/build.js';
import { compileThumb } from '../../../targets/compiler/thumb/image.js';
import { readModule } from '../../../targets/module/read-module.js';
import { wat } from '../../core/wat.js';
import { stored } from './program.js';

const MODULE = wat(`(module
  (import "espruino" "getTime" (func $time (result f64)))
  (import "espruino" "digitalWrite" (func $write (param i32 i32)))
  (import "espruino" "print" (func $print (param i32 i32)))
  (memory 1)
  (func $work (param i32) (loop $again (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))
  (func (export "spent") (param $n i32) (result f64) (local $start f64)
    (local.set $start (call $time))
    (call $work (local.get $n))
    (f64.sub (call $time) (local.get $start)))
  (func (export "monotonic") (param $n i32) (result i32) (local $last f64) (local $now f64) (local $back i32)
    (loop $again
      (local.set $now (call $time))
      (local.set $back (i32.or (local.get $back) (f64.lt (local.get $now) (local.get $last))))
      (local.set $last (local.get $now))
      (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $back))
  (func (export "now") (result f64) (drop (call $time)) (call $time))
  (func (export "printing") (drop (call $time)) (call $write (i32.const 13) (i32.const 1)) (drop (call $time))
    (call $print (i32.const 0) (i32.const 0)) (drop (call $time)) (drop (call $time))))`);

async function start(board: Board, options: Partial<BuildOptions> = {}): Promise<SimulatedBoard> {
  const simulated = new SimulatedBoard(board);
  simulated.run(await stored(MODULE, { board, tier: 'native', memoryBytes: 64, ...options }));
  simulated.run(`var calls = 0, own = getTime, app = require("app");
    global.getTime = function () { calls++; return own(); };`);
  return simulated;
}

const printed = (simulated: SimulatedBoard, program: string) => {
  simulated.run(program);
  return simulated.output.trim().split('\n').at(-1)!;
};

describe('the time in machine code', () => {
  it.each([puckjs, banglejs2, rpi_pico, rpi_pico2])(
    'is told by a counter after the first time: $name',
    async (board) => {
      const simulated = await start(board);
      const [spent, calls] = printed(simulated, 'print(app.spent(200000), calls);').split(' ').map(Number);
      // By the estimate, a turn of the loop takes 3 to 4 cycles.
      expect(spent).toBeGreaterThan((2 * 200_000) / board.clock);
      expect(spent).toBeLessThan((6 * 200_000) / board.clock);
      expect(calls).toBe(1);
      expect(printed(simulated, 'calls = 0; print(app.monotonic(500), calls);')).toBe('0 1');
      const [now, after] = printed(
        simulated,
        'setTime(1.7e9 + 0.25); var now = app.now(); print(now - 1.7e9, own() - 1.7e9);',
      )
        .split(' ')
        .map(Number);
      expect(now).toBeGreaterThan(0.25);
      expect(now).toBeLessThanOrEqual(after);
      expect(now).toBeLessThan(0.35);
    },
  );

  it('is asked for anew behind other imports, which may set it, but not behind pins', async () => {
    const simulated = await start(puckjs);
    expect(printed(simulated, 'app.printing(); print(calls);')).toBe('2');
  });

  it('is told by JavaScript where no counter is known, and by other firmware', async () => {
    const pico = await start(espruino_pico);
    expect(printed(pico, 'app.monotonic(20); print(calls);')).toBe('20');
    const other = await start(puckjs);
    expect(printed(other, 'process.env.BOARD = "MINE"; app.monotonic(20); print(calls);')).toBe('20');
  });
});

describe('the time by a counter', () => {
  const code = readModule(
    wat(`(module (import "env" "time" (func $time (result f64)))
    (func (export "twice") (result f64) (drop (call $time)) (call $time)))`),
  );
  const COUNTERS = [
    { address: 0x4000b504, bits: 24, hertz: 32768 },
    { address: 0x40054028, bits: 32, hertz: 1_000_000 },
  ];

  it.each([CORTEX_M0_PLUS, CORTEX_M4])('goes on over its wrap, up to half of its range: $architecture', (cpu) => {
    for (const counter of COUNTERS) {
      const image = compileThumb(code, {
        cpu,
        fuel: false,
        pins: { write: -1, read: -1, time: { index: 0, ...counter } },
      });
      const range = 2 ** counter.bits;
      for (const from of [0, 1, range / 2, range - 3, range - 1]) {
        for (const passed of [0, 1, 5, 12345, range / 2 - 1, range / 2, range - 1]) {
          const values = [from, (from + passed) % range];
          let asked = 0;
          const instance: NativeInstance = new NativeInstance(code, image, {
            importFunction() {
              instance.setWord(image.timeAt, 1);
              return [...new Int32Array(Float64Array.of(1_700_000_000.25 + asked++).buffer)];
            },
          });
          const read = () => values.shift()! | 0;
          instance.processor.memory.addPort({ name: 'counter', base: counter.address, size: 4, read });
          const [seconds] = new Float64Array(Int32Array.from(instance.call(1)).buffer);
          const isTold = passed < range / 2;
          expect(asked).toBe(isTold ? 1 : 2);
          expect(seconds).toBe(1_700_000_000.25 + (isTold ? passed / counter.hertz : 1));
        }
      }
    }
  });
});
