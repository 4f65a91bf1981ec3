// Programs built for boards that tell NaNs by their bits, as C libraries do: the simulator ends none of them.

import { describe, expect, it } from 'vitest';
import { wat } from '../../core/wat.js';
import { espruino, reason } from '../../sim/espruino.js';
import { printedByEspruino, printedBySimulator, stored, storedWithRuntime } from './program.js';

/** `isnan` and `isnan64` are as in wasi-libc; words 0 to 4 are a signalling NaN, a negative one, infinity, 1 and -0. */
const MODULE =
  wat(`(module (memory 1) (data (i32.const 0) "\\01\\00\\a0\\7f\\00\\00\\c0\\ff\\00\\00\\80\\7f\\00\\00\\80\\3f\\00\\00\\00\\80")
  (func $isnan (param f32) (result i32)
    (i32.gt_u (i32.and (i32.reinterpret_f32 (local.get 0)) (i32.const 0x7fffffff)) (i32.const 0x7f800000)))
  (func $isnan64 (param f64) (result i32)
    (i64.gt_u (i64.and (i64.reinterpret_f64 (local.get 0)) (i64.const 0x7fffffffffffffff)) (i64.const 0x7ff0000000000000)))
  (func (export "stored") (param i32) (result i32) (call $isnan (f32.load (local.get 0))))
  (func (export "wide") (param i32) (result i32) (call $isnan64 (f64.promote_f32 (f32.load (local.get 0)))))
  (func (export "divided") (param i32) (result i32)
    (call $isnan (f32.div (f32.load (local.get 0)) (f32.load (local.get 0))))))`);

const PROGRAM = `var app = require("app");
for (var at = 0; at < 20; at += 4) print(app.stored(at), app.wide(at), app.divided(at));`;
const PRINTED = ['1 1 1', '1 1 1', '0 0 1', '0 0 0', '0 0 1'];

const programs = [
  { how: 'translated', files: () => stored(MODULE) },
  { how: 'translated without optimisation', files: () => stored(MODULE, { optimise: false }) },
  { how: 'interpreted', files: () => storedWithRuntime(MODULE) },
];

describe('a program that tells NaNs by their bits', () => {
  it.each(programs)('runs in the simulator, $how', async ({ files }) => {
    expect(printedBySimulator(await files(), PROGRAM)).toEqual(PRINTED);
  });

  it.skipIf(!espruino).each(programs)(`runs in Espruino, $how${reason}`, async ({ files }) => {
    expect(printedByEspruino(await files(), PROGRAM)).toEqual(PRINTED);
  });
});
