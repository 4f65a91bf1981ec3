// References of the host, which are values of JavaScript on boards: in each tier the same ones come back, in the simulator and in
// Espruino.
import { describe, expect, it } from 'vitest';
import { nrf52840dk } from '../../../boards/index.js';
import { VerificationLevel } from '../../../src/safety/index.js';
import type { BuildOptions } from '../../../targets/board/build.js';
import { espruino, executesMachineCode, machineCodeReason, reason } from '../../sim/espruino.js';
import { printedByEspruino } from './program.js';
import { on, type ProgramCase, printedByCase } from './program-case.js';

interface Case extends ProgramCase {
  printed: string[];
}

const CASES: Case[] = [
  {
    what: 'references of the host, kept in tables and globals, and passed to imports',
    module: `(module
      (import "env" "make" (func $make (param i32) (result externref)))
      (import "env" "take" (func $take (param externref) (result i32)))
      (table $kept 4 externref) (global $global (export "global") (mut externref) (ref.null extern))
      (func (export "isNull") (result i32) (ref.is_null (global.get $global)))
      (func (export "put") (param i32 externref) (table.set $kept (local.get 0) (local.get 1)))
      (func (export "get") (param i32) (result externref) (table.get $kept (local.get 0)))
      (func (export "made") (param i32) (result i32) (call $take (call $make (local.get 0))))
      (func (export "set") (param externref) (global.set $global (local.get 0))))`,
    imports: `export const env = {
      make: function (x) { return x > 5 ? { value: x } : null; },
      take: function (r) { return r ? r.value * 2 : -1; },
    };`,
    program: `var object = { value: 3 };
      print(app.isNull(), app.global.value, app.get(0)); app.put(1, object); app.put(2, "text"); app.put(3, 7);
      print(app.get(1) === object, app.get(2), app.get(3), app.made(3), app.made(9));
      app.set(object); print(app.global.value === object, app.isNull()); app.global.value = "other"; app.global.value = undefined;
      print(app.global.value, app.isNull()); app.put(1, undefined); print(app.get(1), app.get(2));`,
    printed: ['1 null null', 'true text 7 -1 18', 'true 0', 'null 1', 'null text'],
  },
  {
    what: 'references of the host that a call is given and returns',
    module: `(module
      (func (export "same") (param externref) (result externref) (local.get 0))
      (func (export "isNull") (param externref) (result i32) (ref.is_null (local.get 0)))
      (func (export "choose") (param externref i64 i32 externref) (result externref i64)
        (select (result externref) (local.get 0) (local.get 3) (local.get 2)) (local.get 1)))`,
    program: `var object = { a: 1 };
      print(app.same(object) === object, app.same("text"), app.same(null), app.same(undefined), app.same(0), app.same(false));
      print(app.isNull(null), app.isNull(object), app.isNull(0), app.isNull());
      print(app.choose(object, [1, 2], 1, "b")[0] === object, app.choose(object, [1, 2], 0, "b")[0], app.choose("a", [3, 4], 1)[1]);`,
    printed: ['true text null null 0 false', '1 0 0 1', 'true b [ 3, 4 ]'],
  },
];

const BUILDS: [what: string, options: Partial<BuildOptions>][] = [
  ['translated', { tier: 'js' }],
  ['interpreted', { tier: 'interp' }],
  ['interpreted, verified', { tier: 'interp', verification: VerificationLevel.Full }],
  ['machine code', { tier: 'native' }],
];

describe.each(BUILDS)('%s', (_, given) => {
  const options = { board: nrf52840dk, ...given };
  const isNative = given.tier === 'native';

  it.each(CASES)('$what', async ({ printed, ...each }) => {
    expect(await printedByCase(each, options, on(nrf52840dk))).toEqual(printed);
  });

  it.skipIf(isNative ? !executesMachineCode : !espruino).each(CASES)(
    `$what, in Espruino${isNative ? machineCodeReason : reason}`,
    async ({ printed, ...each }) => {
      expect(await printedByCase(each, options, printedByEspruino)).toEqual(printed);
    },
  );
});
