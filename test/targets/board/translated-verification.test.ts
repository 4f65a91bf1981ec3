// Tests which damage verification of translated programs finds between slices and between calls, at each level.
import { describe, expect, it } from 'vitest';
import { VerificationLevel, verificationLevelName } from '../../../src/safety/index.js';
import { wat } from '../../core/wat.js';
import { espruino, reason } from '../../sim/espruino.js';
import {
  BETWEEN_CALLS,
  BETWEEN_SLICES,
  DAMAGED_OPTIONS,
  type Damage,
  damagedModule,
  damageEpilogue,
  damageFound,
} from './damaged-program.js';
import { printedByEspruino, printedBySimulator, stored } from './program.js';
import type { Run } from './program-case.js';

const UNREAD = 'a text that nothing reads';

/** Parts of a program, and how each is damaged in a way that changes no result. */
const DAMAGE: Damage = {
  // Espruino's functions are where their text is: bits of a text that nothing reads, wherever in flash that is.
  'the code': `var flash = BOARD_REQUIRE("Flash"), free = flash.getFree(), found = -1;
    var start = free.length ? free[0].addr : 0, at = start;
    // In Espruino, "abc".indexOf("cx") is 2: a match in the last bytes need not be one, and the next piece has them, too.
    for (; (found < 0 || found >= 1000) && at < start + 100000; at += 1000) found = E.toString(flash.read(1040, at)).indexOf("${UNREAD}");
    flash.write(new Uint8Array(4), (at - 1000 + found + 4) & ~3)`,
  'globals and tables': 'g1 ^= 64',
  tables: 'T0[3] = 0',
  'the saved frames': 'saved[saved.length - 1] += 8',
  'linear memory': 'bytes[40] ^= 1',
};

const translatedEpilogue = () =>
  `BOARD_EXPORTS.unread = function () { return "${UNREAD}"; };
${damageEpilogue(DAMAGE)}`;

const { None, Sampling, Standard, Full } = VerificationLevel;
const FIXED = ['globals and tables', 'tables'];
const ALL = ['the code', ...FIXED, 'the saved frames', 'linear memory'];
const EXPECTED = [
  { memory: '', level: None, slices: [] as string[], calls: [] as string[] },
  { memory: '', level: Sampling, slices: FIXED, calls: FIXED },
  { memory: '', level: Standard, slices: ALL, calls: ALL },
  { memory: '', level: Full, slices: ALL, calls: ALL },
  { memory: '(export "memory")', level: Standard, slices: ALL.slice(0, 4), calls: ALL.slice(0, 4) },
  { memory: '(export "memory")', level: Full, slices: ALL, calls: ALL.slice(0, 4) },
];

async function foundBy(run: Run, memory: string, verification: VerificationLevel, then: string): Promise<string[]> {
  const options = { ...DAMAGED_OPTIONS, tier: 'js', verification, translatedEpilogue } as const;
  return damageFound(run, await stored(damagedModule(memory), options), DAMAGE, verification, then);
}

/** Every kind of store, aligned and not, up to the end of memory, and a host function that writes into it. */
const STORES = wat(`(module (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
  (import "espruino" "getTime" (func $time (result f64))) (memory 1) (data $data "abcdefghijkl")
  (func (export "store") (param $at i32) (param $x i32) (result i32)
    (i32.store (i32.and (local.get $at) (i32.const 0xffc)) (i32.sub (i32.const 5) (local.get $x)))
    (i32.store offset=1001 (local.get $at) (i32.mul (local.get $x) (i32.const 0x1000001)))
    (i32.store offset=4 (i32.shl (i32.and (local.get $at) (i32.const 1023)) (i32.const 2)) (i32.const -2147483648))
    (i32.store8 offset=2000 (local.get $at) (i32.sub (i32.const 0) (local.get $x)))
    (i32.store8 (local.get $at) (i32.const -1))
    (i32.store16 offset=8 (i32.and (local.get $at) (i32.const 0xffe)) (i32.const -3))
    (i32.store16 offset=3 (local.get $at) (local.get $x))
    (i64.store offset=700 (i32.and (local.get $at) (i32.const 0xff8)) (i64.const 0x8123456789abcdef))
    (f32.store offset=1100 (i32.and (local.get $at) (i32.const 0xff)) (f32.convert_i32_s (local.get $x)))
    (f64.store offset=1200 (i32.and (local.get $at) (i32.const 0x7f8)) (f64.neg (f64.convert_i32_s (local.get $x))))
    (f64.store offset=1203 (local.get $at) (f64.const -0.75))
    (memory.fill (local.get $at) (local.get $x) (i32.const 77))
    (memory.copy (i32.const 3000) (local.get $at) (i32.const 1090))
    (memory.init $data (local.get $at) (i32.const 1) (i32.const 9))
    (drop (call $random (i32.add (local.get $at) (i32.const 900)) (i32.const 300)))
    (drop (call $time))
    (drop (memory.grow (i32.const 0)))
    (i32.store (i32.const 8184) (local.get $x))
    (i32.load8_u (i32.and (local.get $at) (i32.const 0xfff)))))`);

const RUNS: [string, Run, boolean][] = [
  ['in the simulator', printedBySimulator, true],
  [`in Espruino${reason}`, printedByEspruino, espruino !== undefined],
];

for (const [where, run, there] of RUNS) {
  describe.skipIf(!there)(`verification of translated programs ${where}`, () => {
    const storing = (level: VerificationLevel) =>
      stored(STORES, {
        tier: 'js',
        memoryBytes: 8192,
        verification: level,
        optimise: false,
        translatedEpilogue: () => 'BOARD_EXPORTS.damage = function () { bytes[4100] ^= 64; };',
      });

    it('raises no alarm where every kind of store writes, and a host function', async () => {
      const lines = run(
        await storing(Full),
        `var app = require("app"), at = 0;
        try { for (var i = 0; i < 30; i++) { at = (at * 5 + 1237) & 4095; app.store(at & ~(i & 7), i * 1000003 | 0); }
          try { app.store(8000, 5); } catch (e) { print(e.message.substr(0, 27)); }
          app.store(7, 7); print("done"); } catch (e) { print(e.message); }`,
      );
      expect(lines).toEqual(['out of bounds memory access', 'done']);
    });

    it.each([Standard, Full])('finds damage to memory during a call at Full only: level %d', async (level) => {
      const lines = run(
        await storing(level),
        `var app = require("app"), now = false;
        global.getTime = function () { if (now) app.damage(); return 1; };
        function call() { try { app.store(9, 7); print("done"); } catch (e) { print(e.message); } }
        call(); now = true; call(); now = false; call();`,
      );
      const message = 'integrity: damage in linear memory: load the program again';
      expect(lines).toEqual(level === Full ? ['done', message, message] : ['done', 'done', 'done']);
    });

    it('does not take a global that is a signalling NaN for damaged', async () => {
      const files = await stored(
        await wat(`(module (global $g (mut f32) (f32.const nan:0x200000))
          (func (export "set") (param i32) (global.set $g (f32.reinterpret_i32 (local.get 0))))
          (func (export "get") (result i32) (i32.reinterpret_f32 (global.get $g))))`),
        { tier: 'js', verification: Full },
      );
      const program = `var app = require("app"); for (var i = 0; i < 9; i++) { app.set(0x7fa00000 + i); app.get(); }
        print("done");`;
      expect(run(files, program)).toEqual(['done']);
    });

    for (const { memory, level, slices, calls } of EXPECTED) {
      const name = `${verificationLevelName(level)}${memory === '' ? '' : ' with exported memory'}`;
      it(`finds between calls what ${name} says`, async () => {
        expect(await foundBy(run, memory, level, BETWEEN_CALLS)).toEqual(calls);
      });
      it(`finds between slices what ${name} says`, async () => {
        expect(await foundBy(run, memory, level, BETWEEN_SLICES)).toEqual(slices);
      });
    }
  });
}
