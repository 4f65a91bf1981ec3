// Tests the start of a program: the module's start function, and the initialiser of a reactor.
import { describe, expect, it } from 'vitest';
import { wat } from '../../core/wat.js';
import { architecture, espruino, reason } from '../../sim/espruino.js';
import { printedByEspruino, printedBySimulator, stored, storedWithRuntime } from './program.js';

/** Counts what is called, in a digit each. */
const module = (exports: string) =>
  wat(`(module (memory 1) (global $calls (mut i32) (i32.const 0)) (start $start)
  (func $start (global.set $calls (i32.add (global.get $calls) (i32.const 100))))
  (func $initialize (global.set $calls (i32.add (global.get $calls) (i32.const 10))) (i32.store (i32.const 16) (i32.const 5)))
  (func (export "calls") (result i32) (i32.add (global.get $calls) (i32.load (i32.const 16)))) ${exports})`);

const REACTOR = module('(export "_initialize" (func $initialize))');
const COMMAND = module('(export "_initialize" (func $initialize)) (func (export "_start"))');
const OTHER = module('(func (export "_initialize") (param i32))');

const BUILDS: [string, (bytes: Uint8Array) => Promise<string>][] = [
  ['translated', (bytes) => stored(bytes, { tier: 'js', memoryBytes: 64 })],
  ['translated with fuel', (bytes) => stored(bytes, { tier: 'js', memoryBytes: 64, fuel: true })],
  ['translated, verified', (bytes) => stored(bytes, { tier: 'js', memoryBytes: 64, verification: 3 })],
  ['machine code with fuel', (bytes) => stored(bytes, { tier: 'native', memoryBytes: 64, fuel: true })],
  ['interpreted', (bytes) => stored(bytes, { tier: 'interp', memoryBytes: 64 })],
  ['interpreted, verified', (bytes) => stored(bytes, { tier: 'interp', memoryBytes: 64, verification: 3 })],
  ['loaded by the full runtime', storedWithRuntime],
];
const RUNS: [string, typeof printedBySimulator, boolean][] = [
  ['in the simulator', printedBySimulator, true],
  [`in Espruino${reason}`, printedByEspruino, espruino !== undefined],
];
/** Machine code is for ARM: elsewhere, Espruino has no processor for it. */
const inEspruino = BUILDS.filter(([build]) => architecture === 'ARM' || !build.startsWith('machine code'));
const USE = 'var app = require("app"); print(app.calls(), app.calls());';

for (const [where, run, isThere] of RUNS) {
  const builds = run === printedByEspruino ? inEspruino : BUILDS;
  describe.skipIf(!isThere)(where, () => {
    it.each(builds)('a reactor is initialised once, behind its start function: %s', async (_, build) => {
      expect(run(await build(REACTOR), USE)).toEqual(['115 115']);
    });

    it.each(builds)('a program with _start, or with another _initialize, is not: %s', async (_, build) => {
      expect(run(await build(COMMAND), USE)).toEqual(['100 100']);
      expect(run(await build(OTHER), USE)).toEqual(['100 100']);
    });
  });
}
