// Programs built for boards: results, traps, slices, memory, what cannot be built.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { findBoard, puckjs } from '../../../boards/index.js';
import { buildProgram } from '../../../targets/board/build.js';
import { BuildError } from '../../../targets/board/build-error.js';
import { readModule } from '../../../targets/module/read-module.js';
import { wat } from '../../core/wat.js';
import { espruino, reason, withoutTimers } from '../../sim/espruino.js';
import {
  printedByEspruino,
  printedBySimulator,
  storedInRam,
  stored as storedProgram,
  storedWithRuntime,
} from './program.js';

const MODULE = wat(`(module
  (import "espruino" "print" (func $print (param i32 i32)))
  (type $unary (func (param i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 16) "hello")
  (data (i32.const 100) "\\01\\02\\03\\04\\05\\06\\07\\08")
  (table funcref (elem $double $square $print))
  (global $count (mut i32) (i32.const 40))
  (func $double (type $unary) (i32.shl (local.get 0) (i32.const 1)))
  (func $square (type $unary) (i32.mul (local.get 0) (local.get 0)))
  (func (export "fib") (param $n i32) (result i32)
    (if (result i32) (i32.lt_u (local.get $n) (i32.const 2)) (then (local.get $n))
      (else (i32.add
        (call $fib (i32.sub (local.get $n) (i32.const 1))) (call $fib (i32.sub (local.get $n) (i32.const 2)))))))
  (func $fib (param $n i32) (result i32)
    (if (result i32) (i32.lt_u (local.get $n) (i32.const 2)) (then (local.get $n))
      (else (i32.add
        (call $fib (i32.sub (local.get $n) (i32.const 1))) (call $fib (i32.sub (local.get $n) (i32.const 2)))))))
  (func (export "apply") (param i32 i32) (result i32)
    (call_indirect (type $unary) (local.get 1) (local.get 0)))
  (func (export "wide") (param i64 i64) (result i64)
    (i64.div_s (i64.mul (local.get 0) (local.get 1)) (i64.const 1000)))
  (func (export "half") (param f64 f32) (result f64) (f64.add (f64.div (local.get 0) (f64.const 2)) (f64.promote_f32 (local.get 1))))
  (func (export "load") (param i32) (result i32) (i32.load (local.get 0)))
  (func (export "next") (result i32)
    (global.set $count (i32.add (global.get $count) (i32.const 1))) (global.get $count))
  (func (export "pick") (param i32) (result i32)
    (block (block (block (br_table 0 1 2 (local.get 0))) (return (i32.const 10))) (return (i32.const 20)))
    (i32.const 30))
  (func (export "divide") (param i32 i32) (result i32) (i32.div_s (local.get 0) (local.get 1)))
  (func $deep (export "deep") (result i32) (i32.add (i32.const 1) (call $deep)))
  (func (export "hello") (call $print (i32.const 16) (i32.const 5)))
  (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
  (func (export "two") (result i32 i64) (i32.const 1) (i64.const -2)))`);

const BULK = wat(`(module (memory (export "m") 1) (table 8 funcref) (elem (i32.const 1) $a)
  (func $a (export "a") (result i32) (i32.const 5))
  (func (export "fill") (param i32 i32 i32) (memory.fill (local.get 0) (local.get 1) (local.get 2)))
  (func (export "copy") (param i32 i32 i32) (memory.copy (local.get 0) (local.get 1) (local.get 2)))
  (func (export "tableCopy") (table.copy (i32.const 4) (i32.const 0) (i32.const 3)))
  (func (export "fifth") (result i32) (call_indirect (result i32) (i32.const 5)))
  (func $start (global.set $g (i32.const 7))) (start $start) (global $g (mut i32) (i32.const 0))
  (func (export "g") (result i32) (global.get $g))
  (func $tail (export "tail") (param i32 i32) (result i32)
    (if (i32.eqz (local.get 0)) (then (return (local.get 1))))
    (return_call $tail (i32.sub (local.get 0) (i32.const 1)) (i32.add (local.get 1) (i32.const 2)))))`);

/** Each is a line to print and what it is to be. */
const CALLS: [string, string][] = [
  ['app.fib(10)', '55'],
  ['app.apply(0, 21)', '42'],
  ['app.apply(1, 9)', '81'],
  ['app.apply(2, 9)', 'indirect call type mismatch'],
  ['app.apply(3, 9)', 'undefined element'],
  ['app.wide([2000, 0], [5000, 0])', '10000,0'],
  ['app.wide([0, 1], [-3000, -1])', '0,-3'],
  ['app.half(5, 0.25)', '2.75'],
  ['app.load(100)', '67305985'],
  ['app.load(103)', '117835012'],
  ['app.load(65533)', 'out of bounds memory access'],
  ['app.load(-1)', 'out of bounds memory access'],
  ['app.next()', '41'],
  ['app.next()', '42'],
  ['[0, 1, 2, 9].map(i => app.pick(i))', '10,20,30,30'],
  ['app.divide(7, -2)', '-3'],
  ['app.divide(7, 0)', 'integer divide by zero'],
  ['app.divide(-2147483648, -1)', 'integer overflow'],
  ['app.deep()', 'call stack exhausted'],
  ['app.next()', '43'],
  ['app.hello()', 'hello'],
  ['app.grow(0)', '1'],
  ['app.grow(1)', '-1'],
  ['app.two()', '1,-2,-1'],
  ['app.memory[100]', '1'],
];

const PROGRAM = `var app = require("app");
function show(run) { var r; try { r = run(); } catch (e) { r = e.message; } if (r !== undefined) print("" + r); }
${CALLS.map(([call]) => `show(function () { return ${call}; });`).join('\n')}
`;

function expectCalls(lines: string[]): void {
  expect(lines.map((line) => line.replace(/ in function .*/, ''))).toEqual(CALLS.map(([, result]) => result));
}

const SLICES = `var app = require("app"), other = 0, timer = setInterval(function () { other++; }, 1);
app.fib.async(11, function (error, result) {
  clearInterval(timer);
  print(error, result, other > 2);
});
app.load.async(-1, function (error) { print(error.message.substr(0, 13)); });
try { app.fib(1); } catch (e) { print(e.message.substr(0, 12)); }
app.next.async().then(function (result) { print("then", result); });
`;
const SLICED = ['another call', 'undefined 89 true', 'out of bounds', 'then 41'];

/** Translated code has no slices: the call is done before anything else. */
const UNSLICED = ['undefined 89 false', 'out of bounds', 'then 41'];

const RUNS: [string, (files: string, program: string) => string[], boolean][] = [
  ['in the simulator', printedBySimulator, true],
  [`in Espruino${reason}`, printedByEspruino, espruino !== undefined],
];

/** How a module comes into Storage, and a file there that the program does not work without. */
const KINDS: [string, (bytes: Uint8Array, memoryBytes?: number) => Promise<string>, string][] = [
  ['a program', (bytes, memoryBytes) => storedProgram(bytes, { memoryBytes }), 'app.code'],
  ['a translated program', (bytes, memoryBytes) => storedProgram(bytes, { memoryBytes, tier: 'js' }), 'app.d0'],
  ['a jitted program', (bytes, memoryBytes) => storedProgram(bytes, { memoryBytes, tier: 'js', jit: 'all' }), 'app.d0'],
  ['a program in RAM', (bytes, memoryBytes) => storedInRam(bytes, { memoryBytes }), ''],
  ['the full runtime', (bytes) => storedWithRuntime(bytes), 'tazzina.code'],
];

for (const [where, run, there] of RUNS) {
  describe.skipIf(!there).each(KINDS)(`%s ${where}`, (_, stored, file) => {
    it('gives results, and traps with the words of the specification', async () => {
      expectCalls(run(await stored(MODULE), PROGRAM));
    });

    const noTimers = run === printedByEspruino ? withoutTimers() : '';
    it.skipIf(noTimers !== '')(`runs in slices, one call after the other${noTimers}`, async () => {
      expect(run(await stored(MODULE), SLICES)).toEqual(file === 'app.d0' ? UNSLICED : SLICED);
    });

    it('takes what it took after 10,000 calls', async () => {
      // The numbers are there before the first look, and as large as they become.
      const program = `var app = require("app"), i = 1e6, before = 1e6, after = 1e6;
        function some() { app.apply(1, 2); app.wide([5, 0], [7, 0]); app.half(5, 0.25); try { app.load(-1); } catch (e) {} }
        function usage() { return process.memory().usage; }
        some(); app.next(); before = usage(); before = usage();
        for (i = 0; i < 100; i++) some();
        for (i = 1e6 + 400; i < 1010000; i++) app.next();
        after = usage(); print(after - before);`;
      // A global of translated code is a variable, whose number may take a JsVar of its own when it is large.
      const [more] = run(await stored(MODULE), program);
      expect(Number(more)).toBeLessThanOrEqual(file === 'app.d0' ? 1 : 0);
    });

    it('says where it trapped', async () => {
      const program = `var app = require("app"); try { app.divide(1, 0); } catch (e) { print(e.message); }`;
      expect(run(await stored(MODULE), program)[0]).toMatch(
        /^integer divide by zero in function 11 \(divide\) at byte \d+$/,
      );
    });

    it('has bulk instructions, tail calls and a start function', async () => {
      const program = `var app = require("app"), m = app.m;
        function message(run) { try { run(); } catch (e) { return e.message.substr(0, 13); } }
        app.fill(0, 1, 0); app.fill(2, 7, 3); print(m[0], m[1], m[2], m[4], m[5]);
        app.copy(3, 2, 3); app.copy(0, 4, 2); print(m[0], m[1], m[5], m[6]);
        print(message(function () { app.fifth(); })); app.tableCopy(); print(app.fifth(), app.g(), app.tail(200, 1));
        print(message(function () { app.fill(65530, 1, 10); }));`;
      expect(run(await stored(BULK, 4096), program)).toEqual([
        '0 0 7 7 0',
        '7 7 7 0',
        'uninitialized',
        '5 7 401',
        'out of bounds',
      ]);
    });

    it('exports memories, globals and names of any characters', async () => {
      const module = wat(`(module (import "env" "memory" (memory 1))
        (global (export "\u00aa") (mut i64) (i64.const -2)) (global (export "f") f32 (f32.const 0.5)) (export "\u20ac\u00e9" (memory 0))
        (func (export "\u00e4") (result i64) (global.get 0))
        (func (export "null") (param externref) (result externref) (local.get 0)))`);
      const program = `var app = require("app");
        app["\\xc2\\xaa"].value = [5, 6]; print(app["\\xc3\\xa4"](), app["\\xc2\\xaa"].value[1], app.f.value);
        try { app.f.value = 1; } catch (e) { print(e.message); }
        print(app["\\xe2\\x82\\xac\\xc3\\xa9"].length > 63, app.null(null), app.null(7));`;
      expect(run(await stored(module, 64), program)).toEqual([
        '[ 5, 6 ] 6 0.5',
        'the global does not change',
        'true null 7',
      ]);
    });

    // A program in RAM has read its files before one could be damaged.
    const damaged = file === '' ? () => {} : it;
    damaged('refuses a damaged file', async () => {
      const program = `require("Storage").write("${file}", "damaged");
        try { require("app"); } catch (e) { print(e.message); }`;
      expect(run(await stored(MODULE), program)).toEqual([`Storage file ${file} is damaged: write it again`]);
    });

    it('runs WASI programs', async () => {
      const hello = readFileSync(fileURLToPath(new URL('../../../examples/crc32/crc32.wasm', import.meta.url)));
      expect(run(await stored(hello), 'require("app")._start();')).toEqual(['00000000']);
    });
  });
}

/** Beyond where a view of Espruino's can start. */
const LARGE = wat(`(module (memory 2)
  (func (export "put") (param i32 i32) (i32.store (local.get 0) (local.get 1)))
  (func (export "get") (param i32) (result i32) (i32.load (local.get 0)))
  (func (export "get16") (param i32) (result i32) (i32.load16_s (local.get 0)))
  (func (export "putf") (param i32 f64) (f64.store (local.get 0) (local.get 1)))
  (func (export "getf") (param i32) (result f64) (f64.load (local.get 0))))`);

const TIERS: ['interp' | 'js'][] = [['interp'], ['js']];
const ALL = TIERS.flatMap(([tier]) => RUNS.map(([where, run, there]) => ({ tier, where, run, there })));

describe.each(ALL)('a memory above 64 KB in the $tier tier $where', ({ tier, run, there }) => {
  it.skipIf(!there)('is read and written', async () => {
    const board = { ...findBoard('banglejs2'), freeJsVars: 1e5 };
    const program = `var app = require("app");
      app.put(65534, -559038737); app.put(70001, -2); app.putf(65533 + 80, -1.5e300);
      print(app.get(65534), app.get(65535), app.get(70001), app.get16(70001), app.getf(65613));`;
    const files = await storedProgram(LARGE, { memoryBytes: 72000, board, tier });
    expect(run(files, program)).toEqual(['-559038737 14593470 -2 -2 -1.5e+300']);
  });

  it.skipIf(!there)('is what host functions work on', async () => {
    const module = wat(`(module
      (import "espruino" "storageWrite" (func $write (param i32 i32 i32 i32) (result i32)))
      (import "espruino" "storageRead" (func $read (param i32 i32 i32 i32 i32) (result i32)))
      (memory 2) (data (i32.const 70000) "name") (data (i32.const 70010) "contents")
      (func (export "copy") (result i32) (drop (call $write (i32.const 70000) (i32.const 4) (i32.const 70010) (i32.const 8)))
        (call $read (i32.const 70000) (i32.const 4) (i32.const 2) (i32.const 71000) (i32.const 3)))
      (func (export "get") (param i32) (result i32) (i32.load (local.get 0))))`);
    const board = { ...findBoard('banglejs2'), freeJsVars: 1e5 };
    const program = 'var app = require("app"); print(app.copy(), app.get(71000), app.get(70000));';
    const files = await storedProgram(module, { memoryBytes: 72000, board, tier });
    expect(run(files, program)).toEqual([`3 ${0x65746e} ${0x656d616e}`]);
  });
});

describe('what cannot be built', () => {
  it('is said with the reason', async () => {
    const build = (text: string, name = 'app', board = puckjs) => buildProgram(readModule(wat(text)), { board, name });
    await expect(build('(module (import "env" "unknown" (func)))')).rejects.toThrow(BuildError);
    await expect(build('(module)', 'a name with spaces')).rejects.toThrow('cannot be the name');
    await expect(build('(module)', 'app', findBoard('microbit1'))).rejects.toThrow('DataView');
    await expect(build('(module (import "env" "base" (global i32)))')).rejects.toMatchObject({
      notes: expect.arrayContaining(['  env.base: number']),
    });
  });

  it('declares what it exports', async () => {
    const { declarations } = await buildProgram(readModule(MODULE), { board: findBoard('banglejs2'), name: 'app' });
    expect(declarations).toContain('(p0: [low: number, high: number], p1: [low: number, high: number]): [low: number');
  });
});
