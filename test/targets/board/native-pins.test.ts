// Pins that machine code writes and reads by address: what JavaScript does with them in between counts, and they are fast.
import { describe, expect, it } from 'vitest';
import {
  type Board,
  banglejs2,
  espruino_original,
  espruino_pico,
  nrf52840dk,
  puckjs,
  rpi_pico,
  rpi_pico2,
} from '../../../boards/index.js';
import { SimulatedBoard } from '../../../sim/index.js';
import type { BuildOptions } from '../../../targets/board/build.js';
import { wat } from '../../core/wat.js';
import { stored } from './program.js';

const MODULE = wat(`(module
  (import "espruino" "digitalWrite" (func $write (param i32 i32)))
  (import "espruino" "digitalRead" (func $read (param i32) (result i32)))
  (import "espruino" "pinMode" (func $mode (param i32 i32)))
  (func (export "toggle") (param $pin i32) (param $n i32)
    (loop $again
      (call $write (local.get $pin) (i32.const 1))
      (call $write (local.get $pin) (i32.const 0))
      (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))
  (func (export "reads") (param $pin i32) (param $n i32) (result i32) (local $sum i32)
    (loop $again
      (local.set $sum (i32.add (i32.shl (local.get $sum) (i32.const 1)) (call $read (local.get $pin))))
      (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $sum))
  (func (export "echo") (param $from i32) (param $to i32) (result i32)
    (call $write (local.get $to) (call $read (local.get $from)))
    (call $write (local.get $to) (i32.eqz (call $read (local.get $from))))
    (call $write (local.get $from) (i32.const 1))
    (i32.add (i32.shl (call $read (local.get $to)) (i32.const 1)) (call $read (local.get $from))))
  (func (export "mode") (param $pin i32)
    (call $write (local.get $pin) (i32.const 1))
    (call $mode (local.get $pin) (i32.const 6))
    (call $write (local.get $pin) (i32.const 0))
    (call $write (local.get $pin) (i32.const 1))))`);

async function start(board: Board, options: Partial<BuildOptions> = {}): Promise<SimulatedBoard> {
  const simulated = new SimulatedBoard(board);
  simulated.run(await stored(MODULE, { board, tier: 'native', ...options }));
  // Record the calls of the host functions.
  simulated.run(`var calls = [], app = require("app");
    ["digitalWrite", "digitalRead"].forEach(function (name) {
      var own = global[name];
      global[name] = function (pin, value) { calls.push(name + pin); return own(pin, value); };
    });
    function told(value) { print(value, calls.join()); calls = []; }`);
  return simulated;
}

const lines = (simulated: SimulatedBoard) => simulated.output.trim().split('\n');
const levels = ({ pins }: SimulatedBoard, pin: string) =>
  pins.waveform.filter((each) => each.pin === pin).map(({ value }) => value);

const BOARDS = [puckjs, nrf52840dk, banglejs2, rpi_pico, rpi_pico2, espruino_original, espruino_pico];

describe('pins of machine code', () => {
  it.each(BOARDS)('are written and read by address, after the first time of a call: $name', async (board) => {
    const simulated = await start(board);
    simulated.run(
      'app.toggle(13, 3); told(); told(app.reads(13, 3)); digitalWrite(14, 1); told(app.reads(14, 3)); app.toggle(13, 1); told();',
    );
    const first = [
      `undefined digitalWrite13`,
      '0 digitalRead13',
      '7 digitalWrite14,digitalRead14',
      'undefined digitalWrite13',
    ];
    expect(lines(simulated)).toEqual(first);
    expect(levels(simulated, 'D13')).toEqual([1, 0, 1, 0, 1, 0, 1, 0]);
  });

  it('change a million times a second, and the waveform has the times', async () => {
    for (const board of [puckjs, rpi_pico]) {
      const simulated = await start(board);
      simulated.run('app.toggle(13, 1000);');
      const { waveform } = simulated.pins;
      expect(waveform.length).toBe(2000);
      const times = waveform.slice(1).map(({ time }) => time);
      expect([...times].sort((a, b) => a - b)).toEqual(times);
      expect((times.length - 1) / ((times.at(-1)! - times[0]) / 1000)).toBeGreaterThan(1_000_000);
    }
  });

  it('get the purpose that they are used for, whoever changes it', async () => {
    const simulated = await start(nrf52840dk);
    simulated.run(
      'digitalWrite(3, 1); told(app.echo(3, 4)); print(Pin(3).getMode(), Pin(4).getMode()); app.mode(13); told();',
    );
    // Other pins do not take each other's addresses; the other use of a pin does.
    expect(lines(simulated)[0]).toBe(
      '1 digitalWrite3,digitalRead3,digitalWrite4,digitalWrite3,digitalRead4,digitalRead3',
    );
    expect(lines(simulated)[1]).toBe('input input');
    // An open drain is not driven by address.
    expect(lines(simulated)[2]).toBe('undefined digitalWrite13,digitalWrite13,digitalWrite13');
    expect(levels(simulated, 'D4')).toEqual([1, 0]);
  });

  it('are those of the board where they have names: by its function, or by address', async () => {
    for (const [board, calls] of [
      [puckjs, 6],
      [espruino_pico, 1],
    ] as const) {
      const simulated = await start(board);
      simulated.run('app.toggle(-1, 3); print(calls.length);');
      expect(lines(simulated)).toEqual([String(calls)]);
      expect(levels(simulated, 'LED1')).toEqual([1, 0, 1, 0, 1, 0]);
    }
  });

  it('are not written by address on another board than that of the build', async () => {
    const simulated = new SimulatedBoard({ ...nrf52840dk, firmware: 'ANOTHER' });
    simulated.run(await stored(MODULE, { board: nrf52840dk, tier: 'native' }));
    simulated.run(`var calls = 0, own = digitalWrite, app = require("app");
      global.digitalWrite = function (pin, value) { calls++; own(pin, value); };
      app.toggle(13, 3); print(calls);`);
    expect(lines(simulated)).toEqual(['6']);
  });

  it('do the same in slices', async () => {
    const simulated = await start(nrf52840dk, { resumable: true, sliceFuel: 20 });
    simulated.run('app.toggle.async(13, 40, function () { print("done", calls.length > 2, calls.length < 80); });');
    simulated.runUntilIdle(10_000);
    expect(lines(simulated)).toEqual(['done true true']);
    expect(levels(simulated, 'D13')).toEqual(Array.from({ length: 80 }, (_, index) => 1 - (index % 2)));
  });
});
