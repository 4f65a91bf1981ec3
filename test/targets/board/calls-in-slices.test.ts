// Host functions that call exports while a slice of another call is running: the call goes to its end, in every slice.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { banglejs2 } from '../../../boards/index.js';
import { ownImportsFor } from '../../../cli/own-imports.js';
import { VerificationLevel } from '../../../src/safety/index.js';
import type { BuildOptions } from '../../../targets/board/build.js';
import { wat } from '../../core/wat.js';
import { espruino, executesMachineCode, reason, withoutTimers } from '../../sim/espruino.js';
import { printedByEspruino, printedBySimulator, stored } from './program.js';

const folder = mkdtempSync(join(tmpdir(), 'tazzina-calls-in-slices-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** `sum` takes more than a slice, and `run` calls it through the host again and again, with a loop of its own between. */
const MODULE = wat(`(module (import "env" "back" (func $back (param i32) (result i32)))
  (func $sum (export "sum") (param i32) (result i32) (local $s i32)
    (loop (local.set $s (i32.add (local.get $s) (local.get 0)))
      (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))) (local.get $s))
  (func (export "run") (param $n i32) (result i32) (local $s i32) (local $i i32)
    (loop $again
      (local.set $s (i32.add (i32.mul (local.get $s) (i32.const 3)) (i32.add (call $back (i32.const 30)) (call $sum (local.get $n)))))
      (br_if $again (i32.lt_s (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n)))) (local.get $s)))`);

const PROGRAM = `var app = require("app"), direct = app.run(9), used = app.run.fuelUsed && app.run.fuelUsed();
  app.run.async(9, function (error, result) {
    print(error ? error.message : result === direct, app.run.fuelUsed ? app.run.fuelUsed() === used : true, app.sum(4));
  });`;

const built = async (back: string, options: Partial<BuildOptions>) => {
  const file = join(folder, 'host.js');
  writeFileSync(file, `export const env = { back(n) { ${back} } };`);
  const imports = await ownImportsFor(banglejs2, file);
  const sizes = { tier: 'js', memoryBytes: 64, resumable: true, sliceFuel: 40, optimise: false } as const;
  return stored(MODULE, { ...sizes, ...options, imports });
};

const TRANSLATED: [string, Partial<BuildOptions>][] = [
  ['in slices', {}],
  ['in slices verified at Full', { verification: VerificationLevel.Full }],
  ['in slices, with fuel', { fuel: true }],
];
const NATIVE: [string, Partial<BuildOptions>][] = [
  ['in slices of machine code, with fuel', { tier: 'native', fuel: true }],
];
const FORMS = [...TRANSLATED, ...NATIVE];

const noTimers = withoutTimers();
/** For the name of the tests that run without machine code. */
const without = espruino === undefined || executesMachineCode ? '' : ', without machine code';
const runsTimers = espruino !== undefined && noTimers === '';
const RUNS: [string, typeof printedBySimulator, boolean, typeof FORMS][] = [
  ['in the simulator', printedBySimulator, true, FORMS],
  [
    `in Espruino${reason}${noTimers}${without}`,
    printedByEspruino,
    runsTimers,
    executesMachineCode ? FORMS : TRANSLATED,
  ],
];

for (const [where, run, there, forms] of RUNS) {
  describe.skipIf(!there)(`a host function ${where}`, () => {
    it.each(forms)('calls an export %s', async (_, options) => {
      expect(run(await built('return app.sum(n);', options), PROGRAM)).toEqual(['true true 10']);
    });

    it.each(forms)('calls an export that calls the host again %s', async (_, options) => {
      const back = `if (global.inside) return app.sum(n);
        global.inside = true;
        try { return app.run(3); } finally { global.inside = false; }`;
      expect(run(await built(back, options), PROGRAM)).toEqual(['true true 10']);
    });

    it('limits the fuel of the call, not that of the slice', async () => {
      const limited =
        'try { return app.sum.withFuel(90, n); } catch (e) { return e.message.substr(0, 11) === "out of fuel"; }';
      expect(run(await built(limited, { fuel: true }), PROGRAM)).toEqual(['true true 10']);
      expect(run(await built('return app.sum.withFuel(9000, n);', { fuel: true }), PROGRAM)).toEqual(['true true 10']);
    });

    it('has no snapshot of the call, and restores none', async () => {
      const back = `function message(run) { try { run(); return "done"; } catch (e) { return e.message; } }
        if (global.said !== 3) {
          global.said = (global.said || 0) + 1;
          print(message(function () { app.run.save(); }));
          if (global.kept) print(message(function () { app.run.restore(kept, print); }));
        }
        return app.sum(n);`;
      const program = `var app = require("app");
        app.run.async(9, function (error, result) { clearInterval(timer); print(error ? error.message : typeof result); });
        var timer = setInterval(function () { if (!global.kept) { kept = app.run.save(); clearInterval(timer); } }, 1);`;
      const [none, running] = ['no call of the function is suspended', 'another call is running'];
      expect(run(await built(back, {}), program)).toEqual([none, none, running, none, running, 'number']);
    });
  });
}
