// Functions and globals that the user's JavaScript gives to a module, in both tiers: in the simulator, and in Espruino.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { banglejs2 } from '../../../boards/index.js';
import { ownImportsFor } from '../../../cli/own-imports.js';
import { VerificationLevel } from '../../../src/safety/index.js';
import { type BuildOptions, buildProgram } from '../../../targets/board/build.js';
import type { BuildError } from '../../../targets/board/build-error.js';
import { readModule } from '../../../targets/module/read-module.js';
import { wat } from '../../core/wat.js';
import { espruino, reason } from '../../sim/espruino.js';
import { printedByEspruino, printedBySimulator, stored } from './program.js';

const folder = mkdtempSync(join(tmpdir(), 'tazzina-own-imports-'));
afterAll(() => rmSync(folder, { recursive: true }));

function own(text: string, name = 'host.js') {
  const file = join(folder, name);
  writeFileSync(file, text);
  return ownImportsFor(banglejs2, file);
}

const MODULE = wat(`(module
  (import "env" "log" (func $log (param i32)))
  (import "env" "swap" (func $swap (param i64) (result i64)))
  (import "env" "third" (func $third (param f32) (result f32)))
  (import "env" "half" (func $half (param f64) (result f64)))
  (import "env" "nothing" (func $nothing (result i32)))
  (import "env" "show" (func $show (param i32 i32)))
  (import "env" "base" (global $base i32))
  (import "env" "big" (global $big i64))
  (import "env" "scale" (global $scale f64))
  (memory 1) (data (i32.const 8) "hello")
  (global $twice i32 (global.get $base))
  (func (export "log") (param i32) (call $log (local.get 0)))
  (func (export "swap") (param i64) (result i64) (i64.add (call $swap (local.get 0)) (global.get $big)))
  (func (export "third") (param f32) (result f32) (call $third (local.get 0)))
  (func (export "half") (param f64) (result f64) (f64.mul (call $half (local.get 0)) (global.get $scale)))
  (func (export "nothing") (result i32) (i32.add (call $nothing) (i32.add (global.get $base) (global.get $twice))))
  (func (export "show") (param i32) (call $show (local.get 0) (i32.const 5))))`);

const OBJECT = `{
  log: function (x) { if (x < 0) throw new Error('negative'); print('log', x); },
  swap: function (pair) { return pair[0] === 9 ? 9 : [pair[1], pair[0]]; },
  third(x) { return x / 3; },
  half: (x) => x / 2,
  nothing() {},
  show(pointer, length) { print(E.toString(this.bytes(pointer, length))); },
  base: 20,
  big: [1, 2],
  scale: 3,
}`;

const PROGRAM = `var app = require("app");
var attempt = function (run) { try { return run(); } catch (error) { return error.message; } };
app.log(7); app.show(8);
print(app.swap([3, 4]), app.half(5), Math.abs(app.third(1) - 1 / 3) < 1e-7, app.nothing());
print(attempt(function () { app.log(-1); }));
print(attempt(function () { app.swap([9, 0]); }));
print(attempt(function () { app.show(70000); }).indexOf("env.show: out of bounds memory access"));
app.log(8);`;
const PRINTS = [
  'log 7',
  'hello',
  '[ 5, 5 ] 7.5 true 40',
  'env.log: negative',
  'env.swap: an i64 is [low, high]',
  '0',
  'log 8',
];

const forms: [string, Partial<BuildOptions>][] = [
  ['translated', { tier: 'js' }],
  ['translated with fuel', { tier: 'js', fuel: true }],
  ['translated, in slices', { tier: 'js', resumable: true }],
  ['translated, with compiled functions that count fuel', { tier: 'js', jit: 'all', fuel: true }],
  ['translated, verified at Full', { tier: 'js', verification: VerificationLevel.Full }],
  ['translated, in slices verified at Full', { tier: 'js', resumable: true, verification: VerificationLevel.Full }],
  ['interpreted', { tier: 'interp' }],
];

describe.each(forms)('%s, a module', (_, options) => {
  const built = async (text: string) => stored(MODULE, { ...options, imports: await own(text) });

  it('calls what an ES module gives', async () => {
    const files = await built(`export const env = ${OBJECT};`);
    expect(printedBySimulator(files, PROGRAM).map((line) => line.replace(/\s+/g, ' '))).toEqual(PRINTS);
  });

  it('calls what a CommonJS module gives', async () => {
    const files = await built(`module.exports = { env: ${OBJECT} };`);
    expect(printedBySimulator(files, PROGRAM).map((line) => line.replace(/\s+/g, ' '))).toEqual(PRINTS);
  });

  it.skipIf(!espruino)(`runs in Espruino${reason}`, async () => {
    const erase = 'require("Storage").eraseAll();\n';
    for (const text of [`export const env = ${OBJECT};`, `module.exports = { env: ${OBJECT} };`]) {
      const printed = printedByEspruino(erase + (await built(text)), PROGRAM);
      expect(printed.map((line) => line.replace(/\s+/g, ' '))).toEqual(PRINTS);
    }
  });
});

describe('a file that gives imports', () => {
  const text = '(module (import "env" "f" (func (param i32 i64) (result f64))) (import "env" "g" (global i64)))';
  const build = async (imports?: Awaited<ReturnType<typeof own>>) =>
    buildProgram(readModule(wat(text)), { board: banglejs2, name: 'app', tier: 'js', imports });

  it('is asked for with the declarations of what is missing', async () => {
    const error = await build().catch((caught: BuildError) => caught);
    expect(error).toMatchObject({ message: 'banglejs2 does not provide what the module imports' });
    const notes = (error as BuildError).notes;
    expect(notes).toContain('  env.f(p0: number, p1: [low: number, high: number]): number');
    expect(notes).toContain('  env.g: [low: number, high: number]');
    expect(notes.join('\n')).toContain('--stub host.js');
  });

  it('has to give functions for functions, and values for globals', async () => {
    const error = await build(await own('export const env = { f: 3, g: 4 };')).catch((caught: BuildError) => caught);
    expect((error as BuildError).notes.map((line) => line.replace(/ .*gives/, ' gives'))).toEqual([
      'env gives a value of type number, and a function is needed',
      'env gives a value of type number, and a pair [low, high] is needed',
    ]);
  });

  it('may use other files, and modules of the board', async () => {
    writeFileSync(join(folder, 'other.js'), 'exports.names = () => require("Storage").list().length;');
    const imports = await own(
      'const names = require("./other.js").names; module.exports = { env: { count: () => names() } };',
    );
    const module = wat(
      '(module (import "env" "count" (func $count (result i32))) (func (export "run") (result i32) (call $count)))',
    );
    const files = await stored(module, { tier: 'js', imports });
    expect(printedBySimulator(files, 'print(require("app").run() > 0);')).toEqual(['true']);
  });

  it(`has text as the bytes of its UTF-8, as Espruino reads a source file${reason}`, async () => {
    writeFileSync(join(folder, 'words.json'), '{ "word": "Größe" }');
    const imports = await own(
      '\ufeffimport { word } from "./words.json"; export const env = { count: () => { print(word, "🎉"); return "é🎉".length; } };',
    );
    const module = wat(
      '(module (import "env" "count" (func $count (result i32))) (func (export "run") (result i32) (call $count)))',
    );
    const files = await stored(module, { tier: 'js', imports });
    const program = 'print(require("app").run());';
    const lines = ['Größe 🎉', '6'];
    const simulated = printedBySimulator(files, program);
    expect(simulated.map((line) => Buffer.from(line, 'latin1').toString())).toEqual(lines);
    if (espruino) expect(printedByEspruino(`require("Storage").eraseAll();\n${files}`, program)).toEqual(lines);
  });

  it('must be what Espruino reads, and load', async () => {
    await expect(own('export const env = { f: (...all) => all.length };')).rejects.toThrow(
      'is not what banglejs2 can run',
    );
    await expect(own('export const env = { f: unknownThing };')).rejects.toThrow('fails when it is loaded');
    await expect(own('export const env = {')).rejects.toThrow('cannot be bundled');
  });

  it('gives a global to one import only', async () => {
    const twice = '(import "env" "g" (global i32))';
    const imports = await own('export const env = { g: 1 };');
    const built = buildProgram(readModule(wat(`(module ${twice} ${twice})`)), {
      board: banglejs2,
      name: 'app',
      imports,
    });
    await expect(built).rejects.toThrow('imports the global env g twice');
  });

  it('is declared with its types', async () => {
    const { declarations } = await build(await own('export const env = { f() {}, g: [0, 0] };'));
    expect(declarations).toContain('f(p0: number, p1: [low: number, high: number]): number;');
    expect(declarations).toContain('interface Imports {');
  });

  it('goes before host functions of the same name', async () => {
    const module = wat(`(module (import "env" "sin" (func $sin (param f64) (result f64)))
      (func (export "run") (result f64) (call $sin (f64.const 2))))`);
    const files = await stored(module, {
      tier: 'js',
      imports: await own('export const env = { sin: (x) => x * 50 };'),
    });
    expect(printedBySimulator(files, 'print(require("app").run());')).toEqual(['100']);
  });
});
