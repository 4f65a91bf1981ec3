// Programs of machine code print what translated programs print: results, traps, imports, state. On simulated boards, where the code runs
// in place or from RAM, and in Espruino.
import { describe, expect, it } from 'vitest';
import { kernelBytes, kernels } from '../../../bench/kernels.js';
import {
  type Board,
  banglejs2,
  esp32,
  espruino_original,
  microbit2,
  nrf54l15dk,
  nrf52840dk,
  rpi_pico,
  rpi_pico2,
} from '../../../boards/index.js';
import { type BuildOptions, buildProgram } from '../../../targets/board/build.js';
import { readModule } from '../../../targets/module/read-module.js';
import { wat } from '../../core/wat.js';
import { platform } from '../../differential/platform.js';
import { executesMachineCode, FLASH_BYTES, machineCodeReason, withoutTimers } from '../../sim/espruino.js';
import { printedByEspruino, printedBySimulator, stored, writesOf } from './program.js';
import { ATTEMPT, on, type ProgramCase, printedByCase, type Run } from './program-case.js';

interface Case extends ProgramCase {
  memoryBytes?: number;
  memoryStart?: number;
  tableEntries?: number;
}

const CASES: Case[] = [
  {
    what: 'arguments and results of all types, in registers and in memory',
    module: `(module
      (func (export "sum") (param i32 i32 i32) (result i32)
        (i32.add (i32.add (local.get 0) (local.get 1)) (local.get 2)))
      (func (export "nothing") (param i32))
      (func (export "five") (param i32 i32 i32 i32 i32) (result i32)
        (i32.sub (i32.mul (local.get 3) (local.get 4)) (i32.add (local.get 0) (i32.add (local.get 1) (local.get 2)))))
      (func (export "long") (param i64 i32) (result i64)
        (i64.add (i64.mul (local.get 0) (i64.const 3)) (i64.extend_i32_s (local.get 1))))
      (func (export "single") (param f32 f32) (result f32) (f32.div (local.get 0) (local.get 1)))
      (func (export "double") (param i32 f64 f64) (result f64)
        (f64.mul (f64.convert_i32_s (local.get 0)) (f64.sub (local.get 1) (local.get 2))))
      (func (export "several") (param i32) (result i32 i64 f64)
        (local.get 0) (i64.const 0x100000002) (f64.const 0.5)))`,
    program: `print(app.sum(1, 2, -7), app.nothing(5), app.five(1, 2, 3, 4, 5), app.sum(3e9, 3e9, 1), app.sum());
      print(app.long([5, 6], -1), app.single(1, 3) === 0.3333333432674408, app.single(0, 0), app.double(3, 2.5, 1));
      print(app.several(9)); app.sum.async(1, 2, 3).then(print); app.double.async(2, 1.5, 1, function (e, r) { print(e, r); });`,
  },
  {
    what: 'traps with their function and place',
    module: `(module (memory (export "memory") 1) (data (i32.const 65532) "abcd")
      (type $t (func (param i32) (result i32)))
      (table 4 funcref) (elem (i32.const 1) $same $other)
      (func $same (param i32) (result i32) (local.get 0))
      (func $other)
      (func $divide (export "divide") (param i32 i32) (result i32) (i32.div_s (local.get 0) (local.get 1)))
      (func (export "load") (param i32) (result i32) (i32.load (local.get 0)))
      (func (export "store") (param i32 i64) (i64.store offset=8 (local.get 0) (local.get 1)))
      (func (export "truncate") (param f64) (result i32) (i32.trunc_f64_s (local.get 0)))
      (func (export "unreachable") unreachable)
      (func $deep (export "deep") (param i32) (result i32)
        (i32.add (i32.const 1) (call $deep (i32.add (local.get 0) (i32.const 1)))))
      (func (export "call") (param i32) (result i32) (call_indirect (type $t) (i32.const 7) (local.get 0))))`,
    program: `var show = function (run) { print(attempt(run)); };
      show(function () { return app.divide(7, 0); }); show(function () { return app.divide(-2147483648, -1); });
      show(function () { return app.divide(7, -2); });
      show(function () { return app.load(65532); }); show(function () { return app.load(65533); });
      show(function () { return app.load(-1); }); show(function () { return app.store(65525, [1, 2]); });
      show(function () { return app.truncate(1e10); }); show(function () { return app.truncate(NaN); });
      show(function () { return app.truncate(-1.5); }); show(function () { return app.unreachable(); });
      print(attempt(function () { return app.deep(1); }).split(" at ")[0]);
      show(function () { return app.call(1); }); show(function () { return app.call(0); });
      show(function () { return app.call(2); }); show(function () { return app.call(9); });
      show(function () { return app.divide(9, 2); });`,
  },
  {
    what: 'traps at many places, in functions with names and without',
    module: `(module (memory 1) ${Array.from(
      { length: 40 },
      (_, index) => `
      (func ${index % 3 === 0 ? '' : `$f${index}`} (export "f${index}") (param i32 i32) (result i32)
        ${'nop '.repeat(index * index)}
        (if (i32.eqz (local.get 0)) (then unreachable))
        (i32.load (i32.mul (local.get 0) (i32.const ${index + 3})))
        (i32.div_u (local.get 0) (local.get 1)) i32.add)`,
    ).join('')})`,
    program: `for (var index = 0; index < 40; index++) {
      var run = app["f" + index];
      print(attempt(function () { return run(0, 1); }));
      print(attempt(function () { return run(70000, 1); }));
      print(attempt(function () { return run(1, 0); }));
    }`,
  },
  {
    what: 'memory, globals and tables as instantiation leaves them, and what becomes of them',
    module: `(module (memory (export "memory") 1 3) (data (i32.const 3) "hello") (data $late "later")
      (global (export "i") (mut i32) (i32.const -5)) (global (export "I") (mut i64) (i64.const 0x500000007))
      (global (export "f") (mut f32) (f32.const 1.5)) (global (export "F") (mut f64) (f64.const -0.25))
      (global (export "constant") i64 (i64.const -1))
      (global $started (mut i32) (i32.const 0))
      (func $start (global.set $started (i32.const 42))) (start $start)
      (func (export "started") (result i32) (global.get $started))
      (func (export "twice") (global.set 0 (i32.mul (global.get 0) (i32.const 2)))
        (global.set 1 (i64.add (global.get 1) (global.get 1))) (global.set 2 (f32.add (global.get 2) (global.get 2)))
        (global.set 3 (f64.mul (global.get 3) (f64.const 2))))
      (func (export "byte") (param i32) (result i32) (i32.load8_u (local.get 0)))
      (func (export "copy") (param i32 i32 i32) (memory.copy (local.get 0) (local.get 1) (local.get 2)))
      (func (export "init") (param i32) (memory.init $late (local.get 0) (i32.const 0) (i32.const 5)))
      (func (export "drop") (data.drop $late))
      (func (export "fill") (memory.fill (i32.const 10) (i32.const 46) (i32.const 3)))
      (func (export "size") (result i32) (memory.size))
      (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0))))`,
    program: `var early = new Uint8Array(2000), late; var text = function (from, to) { return E.toString(new Uint8Array(app.memory.buffer, from, to - from)); };
      print(app.started(), text(3, 8), app.byte(4), app.memory[7]);
      app.twice(); print(app.i.value, app.I.value, app.f.value, app.F.value, app.constant.value);
      app.i.value = 100.9; app.I.value = [1, 2]; app.f.value = 0.1; app.F.value = 0.1; app.twice();
      print(app.i.value, app.I.value, app.F.value === 0.2, app.f.value);
      app.memory[20] = 200; print(app.byte(20)); app.copy(4, 3, 5); app.fill(); app.init(13); print(text(3, 18));
      app.drop(); print(attempt(function () { app.init(0); }));
      print(app.size(), app.grow(0), app.grow(5));
      // Memory that is not locked moves to this place.
      var early = null; for (var at = 0; at < 20; at++) { late = new Uint8Array(200); E.defrag(); }
      print(app.byte(4), app.i.value); app.twice(); print(app.i.value, text(3, 18));
      print(attempt(function () { app.constant.value = 1; }));`,
  },
  {
    what: 'null in tables of functions and of references of the host',
    module: `(module (table $hosts 2 externref) (table $functions 3 funcref) (elem (table $functions) (i32.const 1) func $one)
      (func $one)
      (func (export "host") (param i32) (result i32) (ref.is_null (table.get $hosts (local.get 0))))
      (func (export "function") (param i32) (result i32) (ref.is_null (table.get $functions (local.get 0)))))`,
    program: `print(app.host(0), app.host(1), app.function(0), app.function(1), app.function(2));`,
  },
  {
    what: 'tables that grow up to their own limit and to that of the build',
    tableEntries: 12,
    module: `(module (table $small 2 5 funcref) (table $large 3 funcref) (table $fixed 1 funcref)
      (elem (table $small) (i32.const 0) func $one $two)
      (func $one (result i32) (i32.const 1)) (func $two (result i32) (i32.const 2))
      (func (export "small") (param i32) (result i32) (table.grow $small (ref.func $two) (local.get 0)))
      (func (export "null") (param i32) (result i32) (table.grow $large (ref.null func) (local.get 0)))
      (func (export "sizes") (result i32 i32) (table.size $small) (table.size $large))
      (func (export "call") (param i32) (result i32) (call_indirect $small (result i32) (local.get 0)))
      (func (export "callLarge") (param i32) (result i32) (call_indirect $large (result i32) (local.get 0)))
      (func (export "copy") (table.copy $large $small (i32.const 1) (i32.const 0) (i32.const 3))))`,
    program: `print(app.small(0), app.small(4), app.small(2), app.small(2), app.small(1), app.small(1), app.small(-1));
      [0, 1, 2, 4, 5].forEach(function (i) { print(attempt(function () { return app.call(i); })); });
      print(app.null(2), app.null(-3), app.sizes());
      app.copy();
      [0, 1, 3, 4, 5].forEach(function (i) { print(attempt(function () { return app.callLarge(i); })); });`,
  },
  {
    what: 'memory of which less than a page is there',
    memoryBytes: 72,
    module: `(module (memory (export "memory") 1 2) (data (i32.const 60) "word")
      (func (export "load") (param i32) (result i32) (i32.load (local.get 0)))
      (func (export "loop") (param i32) (result i32) (local i32)
        (loop $l (local.set 1 (i32.add (local.get 1) (i32.load8_u (local.get 0))))
          (br_if $l (i32.lt_u (local.tee 0 (i32.add (local.get 0) (i32.const 1))) (i32.const 100)))) (local.get 1))
      (func (export "constant") (result i32) (i32.load (i32.const 72)))
      (func (export "fill") (param i32) (memory.fill (i32.const 0) (i32.const 1) (local.get 0)))
      (func (export "size") (result i32) (memory.size))
      (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0))))`,
    program: `[60, 68, 69, 65532].forEach(function (at) { print(attempt(function () { return app.load(at); })); });
      print(attempt(function () { return app.loop(70); }), attempt(function () { return app.constant(); }));
      print(attempt(function () { return app.fill(72); }), attempt(function () { return app.fill(73); }));
      print(app.size(), app.grow(0), app.grow(1), app.memory.length, app.load(0));`,
  },
  {
    what: 'memory that begins behind address 0, and grows',
    memoryStart: 65000,
    memoryBytes: 66072,
    module: `(module (import "espruino" "print" (func $print (param i32 i32)))
      (memory (export "memory") 1 3) (data (i32.const 65016) "hello") (data $late "later")
      (func (export "load") (param i32) (result i32) (i32.load (local.get 0)))
      (func (export "below") (param i32) (result i32) (i32.load offset=65000 (local.get 0)))
      (func (export "store") (param i32 i32) (i32.store8 (local.get 0) (local.get 1)))
      (func (export "copy") (param i32 i32 i32) (memory.copy (local.get 0) (local.get 1) (local.get 2)))
      (func (export "fill") (param i32 i32) (memory.fill (local.get 0) (i32.const 46) (local.get 1)))
      (func (export "init") (param i32) (memory.init $late (local.get 0) (i32.const 0) (i32.const 5)))
      (func (export "print") (param i32 i32) (call $print (local.get 0) (local.get 1)))
      (func (export "size") (result i32) (memory.size))
      (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0))))`,
    program: `var at = function (f, x, y, z) { print(attempt(function () { return f(x, y, z); })); };
      at(app.load, 65000); at(app.load, 64999); at(app.load, 0); at(app.load, 65532); at(app.load, 65533); at(app.load, -1);
      at(app.below, 0); at(app.below, -1); at(app.below, 532); at(app.below, 533);
      app.print(65016, 5); at(app.print, 64999, 2); at(app.print, 0, 1);
      at(app.copy, 65024, 65016, 5); at(app.copy, 1, 2, 0); at(app.copy, -1, 2, 0); at(app.copy, 65000, 64999, 1);
      at(app.fill, 65000, 3); at(app.fill, 3, 0); at(app.fill, 65000, 537); at(app.init, 65030); at(app.init, 64999);
      app.print(65000, 40); print(app.memory[0], app.memory[16]);
      print(app.size(), app.grow(1), app.size(), app.grow(1)); at(app.load, 131068); at(app.load, 131069);
      at(app.store, 131071, 7); at(app.store, 131072, 7); app.print(131071, 1);`,
  },
  {
    what: 'host functions, which get memory, and call functions by their index in the table',
    module: `(module
      (import "espruino" "print" (func $print (param i32 i32)))
      (import "espruino" "setTimeout" (func $after (param i32 f64) (result i32)))
      (memory 1) (data (i32.const 8) "first later")
      (table 3 funcref) (elem (i32.const 1) $later $other)
      (global $count (mut i32) (i32.const 0))
      (func $later (global.set $count (i32.add (global.get $count) (i32.const 1)))
        (call $print (i32.const 14) (i32.const 5))
        (if (i32.lt_u (global.get $count) (i32.const 3)) (then (drop (call $after (i32.const 1) (f64.const 10))))))
      (func $other (call $print (i32.const 10) (i32.const 3)))
      (func (export "start") (call $print (i32.const 8) (i32.const 5))
        (drop (call $after (i32.const 1) (f64.const 20))) (drop (call $after (i32.const 2) (f64.const 5)))))`,
    needsTimers: true,
    program: 'app.start(); print("started");',
  },
  {
    what: 'imports of its own, which return values, throw, and call exports',
    module: `(module
      (import "env" "log" (func $log (param i32)))
      (import "env" "pair" (func $pair (param i64 f64) (result i64)))
      (import "env" "half" (func $half (param f32) (result f32)))
      (import "env" "again" (func $again (param i32) (result i32)))
      (import "env" "fail" (func $fail (param i32)))
      (memory 1) (global $count (mut i32) (i32.const 0)) (table 2 funcref) (elem (i32.const 0) $log)
      (func (export "log") (param i32) (call $log (local.get 0)) (call $log (i32.const 2)))
      (func (export "pair") (param i64 f64) (result i64)
        (i64.add (call $pair (local.get 0) (local.get 1)) (i64.const 1)))
      (func (export "half") (param f32) (result f32) (f32.add (call $half (local.get 0)) (f32.const 1)))
      (func $down (export "down") (param i32) (result i32)
        (if (result i32) (local.get 0)
          (then (i32.add (local.get 0) (call $again (i32.sub (local.get 0) (i32.const 1))))) (else (i32.const 0))))
      (func (export "fail") (param i32) (result i32)
        (global.set $count (i32.add (global.get $count) (i32.const 1)))
        (call $fail (local.get 0)) (global.set $count (i32.const 1000)) (global.get $count))
      (func (export "count") (result i32) (global.get $count))
      (func (export "trap") unreachable)
      (func (export "table") (param i32) (call_indirect (param i32) (i32.const 77) (local.get 0)))
      (export "direct" (func $log)))`,
    imports: `export const env = {
      log: function (x) { print("log", x); },
      pair: function (p, d) { return [p[1], d]; },
      half: function (x) { return x / 2; },
      again: function (x) {
        if (x === 50) try { require("app").trap(); } catch (error) { return 7; }
        return x > 100 ? 1000 : require("app").down(x);
      },
      fail: function (x) { if (x > 1) throw new Error("failed " + x); },
    };`,
    program: `app.log(1); print(app.pair([3, 4], 9.75), app.half(3), app.down(2), app.down(51));
      print(attempt(function () { return app.fail(5); }), app.count(), attempt(function () { return app.fail(1); }));
      print(attempt(function () { return app.fail(2); }), app.count()); app.log(3); app.table(0); app.direct(6);
      print(attempt(function () { return app.table(1); }));`,
  },
];

function printed(each: Case, options: Partial<BuildOptions>, run: Run): Promise<string[]> {
  const { memoryBytes, memoryStart, tableEntries } = each;
  return printedByCase(each, { optimise: false, memoryBytes, memoryStart, tableEntries, ...options }, run);
}

/** In place on a Cortex-M4 and on a Cortex-M0+, and from RAM. */
const BOARDS = [nrf52840dk, rpi_pico, banglejs2];

describe('machine code prints what translated code prints', () => {
  it.each(CASES)('$what', async (each) => {
    const expected = await printed(each, { board: banglejs2, tier: 'js' }, on(banglejs2));
    for (const board of BOARDS) expect(await printed(each, { board, tier: 'native' }, on(board))).toEqual(expected);
  });

  const noTimers = withoutTimers();
  it.skipIf(!executesMachineCode).for(CASES)(`$what, in Espruino${machineCodeReason}`, async (each, { skip }) => {
    if (each.needsTimers && noTimers !== '') skip(noTimers.slice(2));
    const expected = await printed(each, { board: banglejs2, tier: 'js' }, on(banglejs2));
    for (const board of [banglejs2, rpi_pico])
      expect(await printed(each, { board, tier: 'native' }, printedByEspruino)).toEqual(expected);
  });
});

describe('the kernels of the benchmarks', () => {
  /** A board with the capacities of Espruino for Linux. */
  const large = (board: Board): Board => ({
    ...board,
    freeJsVars: 50_000,
    storage: { ...board.storage, bytes: FLASH_BYTES },
  });
  const argument = (name: string) => (name === 'fib' ? 20 : 2);

  it.skipIf(!executesMachineCode).each(kernels)(
    `return what V8 returns, in Espruino: $name${machineCodeReason}`,
    async ({ name }) => {
      const bytes = kernelBytes(name);
      const { exports } = new platform.Instance(new platform.Module(bytes), {});
      const expected = (exports.run as (n: number) => number)(argument(name)) | 0;
      const program = `print(require("app").run(${argument(name)}));`;
      for (const board of [banglejs2, rpi_pico, espruino_original, rpi_pico2]) {
        const files = await stored(bytes, { board: large(board), tier: 'native' });
        expect(printedByEspruino(files, program)).toEqual([String(expected)]);
      }
    },
  );
});

describe('machine code', () => {
  it('is not executed where it is damaged', async () => {
    const module = wat('(module (func (export "f") (param i32) (result i32) (i32.div_s (i32.const 7) (local.get 0))))');
    const { image } = await buildProgram(readModule(module), { board: nrf52840dk, name: 'app', tier: 'native' });
    for (const file of ['app.code', 'app.point', 'app']) {
      const files = image.files.map(({ name, bytes }) => {
        const damaged = Uint8Array.from(bytes);
        if (name === file) damaged[bytes.length - 1] ^= 1;
        return { name, bytes: damaged };
      });
      const program = `${ATTEMPT} print(attempt(function () { return require("app").f(1); }));`;
      const lines = printedBySimulator(writesOf(files), program, nrf52840dk);
      expect(lines).toEqual([`Storage file ${file} is damaged: write it again`]);
    }
  });

  it('is refused where exports pass functions, or where a snapshot would lose references', async () => {
    const build = (text: string, options = {}) =>
      buildProgram(readModule(wat(text)), { board: nrf52840dk, name: 'app', tier: 'native', ...options });
    const host = '(module (func (export "f") (param externref)))';
    await expect(build('(module (func (export "f") (param funcref)))')).rejects.toThrow(
      'the export f has references to functions, which machine code does not pass',
    );
    await expect(build(host, { resumable: true })).rejects.toThrow('the export f has references, which a snapshot');
    await expect(build(host)).resolves.toBeDefined();
  });

  it('is refused by name where it has no room for arguments, and other tiers are named', async () => {
    const parameters = 'i32 '.repeat(33);
    const read = readModule(wat(`(module (func $wide (export "f") (param ${parameters})))`));
    const build = buildProgram(read, { board: microbit2, name: 'app', tier: 'native' });
    await expect(build).rejects.toMatchObject({
      message: expect.stringContaining('more than 32 words'),
      notes: ["the function's name is wide", 'the other tiers support it: --tier js, --tier interp'],
    });
  });

  it('is refused where a board executes none', async () => {
    const module = readModule(wat('(module (func (export "f")))'));
    const build = (board: Board) => buildProgram(module, { board, name: 'app', tier: 'native' });
    await expect(build(esp32)).rejects.toThrow('esp32 executes no machine code of programs');
    await expect(build(nrf54l15dk)).rejects.toThrow('nrf54l15dk executes no machine code of programs');
    await expect(build(microbit2)).resolves.toBeDefined();
  });
});
