// Typed programs on boards: values of every type as arguments, results and those of imports, on each tier; in the simulator, and in
// Espruino itself.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Board, banglejs2, puckjs } from '../../../boards/index.js';
import { typedImportsFor } from '../../../cli/typed-interface.js';
import { VerificationLevel } from '../../../src/safety/index.js';
import { type BuildOptions, buildProgram } from '../../../targets/board/build.js';
import { stringLiteral } from '../../../targets/board/program-parts.js';
import { bindModule } from '../../../targets/interfaces/bind.js';
import { readWit } from '../../../targets/interfaces/wit/read-wit.js';
import { readModule } from '../../../targets/module/read-module.js';
import { wat } from '../../core/wat.js';
import { architecture, espruino, reason, withoutTimers } from '../../sim/espruino.js';
import { BORDER_DECLARATIONS, BORDER_VALUES } from '../interfaces/border-values.js';
import { echoModule } from '../interfaces/echo-module.js';
import {
  SIGNATURES,
  SIGNATURES_CALLS,
  SIGNATURES_HOST,
  SIGNATURES_PRINTED,
  SIGNATURES_WIT,
} from '../interfaces/signature-module.js';
import { DECLARATIONS, TYPED_VALUES } from '../interfaces/typed-values.js';
import { printedByEspruino, printedBySimulator, writesOf } from './program.js';

const folder = mkdtempSync(join(tmpdir(), 'tazzina-typed-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Given {
  wat: string;
  wit: string;
  /** The user's JavaScript. */
  host?: string;
}

let files = 0;

async function typedProgram(given: Given, options: Partial<BuildOptions> = {}, board: Board = banglejs2) {
  const file = join(folder, `host${files++}.js`);
  writeFileSync(file, given.host ?? '');
  const read = readModule(wat(given.wat));
  const bound = bindModule(read, readWit([{ name: 'app.wit', text: given.wit }]));
  const imports = await typedImportsFor(board, given.host === undefined ? undefined : file, bound);
  return buildProgram(read, { board, name: 'app', tier: 'js', ...imports, ...options });
}

/** Returns the output of a program that requires `app`, in each interpreter. */
async function printed(given: Given, text: string, options: Partial<BuildOptions> = {}): Promise<string[][]> {
  const { image } = await typedProgram(given, options);
  const written = writesOf(image.files);
  const isMachineCode = options.tier === 'native' && architecture !== 'ARM';
  const inSimulator = printedBySimulator(written, text);
  return espruino === undefined || isMachineCode ? [inSimulator] : [inSimulator, printedByEspruino(written, text)];
}

/** A value as Espruino's JavaScript: text is its bytes, a 64-bit integer the pair of its words. */
function literal(value: unknown): string {
  if (typeof value === 'string') return stringLiteral(value);
  if (typeof value === 'bigint')
    return `[${Number(BigInt.asIntN(32, value))},${Number(BigInt.asIntN(32, value >> 32n))}]`;
  if (value instanceof BigInt64Array || value instanceof BigUint64Array) return literal([...value]);
  if (ArrayBuffer.isView(value)) return `new ${value.constructor.name}([${value}])`;
  if (Array.isArray(value)) return `[${value.map(literal)}]`;
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value).map(([key, each]) => `${key}:${literal(each)}`)}}`;
  return String(value);
}

/** On the board. Firmware with Unicode strings has them where others have bytes. */
const SAME = `function bytes(text) { return E.fromUTF8(text) || text; }
function same(a, b) {
  if (typeof a == "string") return typeof b == "string" && bytes(a) == bytes(b);
  if (typeof a != "object") return a === b || a !== a && b !== b;
  if (typeof b != "object") return false;
  if (a.length !== b.length) return false;
  for (var key in a) if (!same(a[key], b[key])) return false;
  return true;
}`;

const TIERS: [string, Partial<BuildOptions>][] = [
  ['translated', { tier: 'js' }],
  ['translated, in slices', { tier: 'js', resumable: true }],
  ['machine code', { tier: 'native' }],
  ['interpreted', { tier: 'interp' }],
];

/** Returns its text, and counts the bytes that it has allocated and not given back. */
const TEXT_MODULE = `(module
  (memory (export "memory") 1)
  (global $top (mut i32) (i32.const 64))
  (global $calls (mut i32) (i32.const 0))
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
    (global.get $top)
    (global.set $top (i32.add (global.get $top) (local.get 3))))
  (func (export "greet") (param i32 i32) (result i32)
    (i32.store (i32.const 0) (local.get 0))
    (i32.store (i32.const 4) (local.get 1))
    (i32.const 0))
  (func (export "cabi_post_greet") (param i32)
    (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
    (global.set $top (i32.const 64)))
  (func (export "used") (result i32) (i32.sub (global.get $top) (i32.const 64)))
  (func (export "broken") (param i32 i32) (result i32)
    (i32.store8 (local.get 0) (i32.const 0xff))
    (i32.store (i32.const 0) (local.get 0))
    (i32.store (i32.const 4) (local.get 1))
    (i32.const 0))
  (func (export "cabi_post_broken") (param i32) (global.set $top (i32.const 64)))
  (func (export "far") (result i32)
    (i32.store (i32.const 0) (i32.const 65000))
    (i32.store (i32.const 4) (i32.const 1000))
    (i32.const 0))
  (func (export "divide") (param i32 i32) (result i32)
    (i32.store8 (i32.const 0) (i32.eqz (local.get 1)))
    (if (local.get 1)
      (then (i32.store (i32.const 4) (i32.div_u (local.get 0) (local.get 1))))
      (else (i32.store (i32.const 4) (i32.const 16)) (i32.store (i32.const 8) (i32.const 7))))
    (i32.const 0))
  (data (i32.const 16) "by zero"))`;
const TEXT_WIT = `package a:b;
world app {
  export greet: func(name: string) -> string;
  export broken: func(text: string) -> string;
  export far: func() -> list<u8>;
  export divide: func(one: u32, other: u32) -> result<u32, string>;
  export used: func() -> u32;
}`;

describe(`errors of typed calls on boards${reason}`, () => {
  const program = `var app = require("app");
function attempt(run) { try { print(run()); } catch (error) { print(error.message, error.payload === undefined ? "" : error.payload); } }
attempt(function () { return app.divide(7, 2); });
attempt(function () { return app.divide(7, 0); });
attempt(function () { return app.broken("text"); });
attempt(function () { return app.used(); });
attempt(function () { return app.greet("\\xc3"); });
attempt(function () { return app.greet("\\xed\\xa0\\x80"); });
attempt(function () { return app.used(); });
attempt(function () { return app.far(); });`;

  it.each(TIERS)('end the call, and leave nothing allocated: %s', async (_, options) => {
    const given = { wat: TEXT_MODULE, wit: TEXT_WIT };
    for (const lines of await printed(given, program, { ...options, memoryBytes: 1024 }))
      expect(lines.map((each) => each.trim().replace(/ in function.*/, ''))).toEqual([
        '3',
        'by zero by zero',
        'no UTF-8',
        '0',
        'no UTF-8',
        'no UTF-8',
        '0',
        'out of bounds memory access',
      ]);
  });
});

describe(`typed calls on boards${reason}`, () => {
  it.each(TIERS)('take no JsVars and no memory of the module for good: %s', async (_, options) => {
    const text = `var app = require("app"), index;
function call() { for (index = 0; index < 100; index++) if (app.greet("name " + index) != "name " + index) print("wrong"); }
var usage = [0, 0, 0], round;
for (round = 0; round < 3; round++) { call(); usage[round] = process.memory().usage; }
print(usage[2] - usage[1], app.used());`;
    for (const lines of await printed({ wat: TEXT_MODULE, wit: TEXT_WIT }, text, { ...options, memoryBytes: 1024 }))
      expect(lines).toEqual(['0 0']);
  });

  it.each(TIERS)('lie behind what a module without an allocator has in memory: %s', async (_, options) => {
    const given = {
      wat: `(module (memory (export "memory") 1) (global (export "__heap_base") i32 (i32.const 100))
        (func (export "last") (param i32 i32 i32 i32) (result i32)
          (i32.add (i32.load8_u (i32.sub (i32.add (local.get 0) (local.get 1)) (i32.const 1)))
            (i32.load8_u (i32.sub (i32.add (local.get 2) (local.get 3)) (i32.const 1)))))
        (func (export "where") (param i32 i32) (result i32) (local.get 0))
        (func (export "before") (param i32 i32 i32) (result i32) (i32.add (local.get 0) (local.get 2)))
        (func (export "first") (export "part") (param i32 i32) (result i32) (local.get 0)))`,
      wit: `package a:b; world app {
        export last: func(a: list<u8>, b: string) -> u32; export where: func(a: list<u8>) -> u32;
        export before: func(number: u32, a: list<u8>) -> u32;
        export first: func(a: list<u8>) -> u32; export part: func(a: u32, b: u32) -> u32;
      }`,
    };
    const text = `var app = require("app");
print(app.last([1, 2, 3], "ab"), app.where(new Uint8Array(400)), app.before(5, [1, 2]), app.part(9, 70000));
function refused(run) { try { print(run()); } catch (error) { print(error.message); } }
refused(function () { return app.where(new Uint8Array(512)); });
refused(function () { return app.where(new Uint8Array(513)); });
refused(function () { return app.before(5, new Uint8Array(600)); });
refused(function () { return app.first(new Uint8Array(600)); });
refused(function () { return app.last(new Uint8Array(300), new Array(300).join("a")); });
refused(function () { return app.where([1]); });`;
    const refused = 'arguments need more --memory';
    for (const lines of await printed(given, text, options))
      expect(lines).toEqual(['101 104 7 9', '104', refused, refused, refused, refused, '104']);
  });

  /** A module whose memory is its own, or the caller's. */
  const moduleOfText = (heap: string) => `(module (memory (export "memory") 1) (data (i32.const 16) "a")
    (global $top (mut i32) (i32.const 64)) ${heap}
    (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
    (func (export "greet") (param i32 i32) (result i32)
      (i32.store (i32.const 8) (local.get 0)) (i32.store (i32.const 12) (local.get 1)) (i32.const 8)))`;
  const ALLOCATOR = `(func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
    (global.get $top) (global.set $top (i32.add (global.get $top) (local.get 3))))`;
  const BASE = '(global (export "__heap_base") i32 (i32.const 64))';
  const withFunction = (heap: string, declaration: string) => ({
    wat: moduleOfText(heap),
    wit: `package a:b; world app { ${declaration} }`,
  });

  it.each(TIERS)('take at most 700 bytes and 40 JsVars for one text: %s', async (_, options) => {
    const usage = 'var used = process.memory().usage; var app = require("app"); print(process.memory().usage - used);';
    for (const heap of [ALLOCATOR, BASE]) {
      const given = withFunction(heap, 'export greet: func(name: string) -> string;');
      const own = { board: puckjs, name: 'app', memoryBytes: 1024, ...options };
      const untyped = await buildProgram(readModule(wat(given.wat)), own);
      const typed = await typedProgram(given, own, puckjs);
      const [before, after] = [untyped, typed].map(({ image: { files } }) => ({
        bytes: files.find(({ name }) => name === 'app')!.bytes.length,
        jsVars: Number(printedBySimulator(writesOf(files), usage, puckjs)[0]),
      }));
      expect(after.bytes - before.bytes).toBeLessThanOrEqual(700);
      expect(after.jsVars - before.jsVars).toBeLessThanOrEqual(40);
    }
  });

  it('have no code for text in a world without it', async () => {
    const given = withFunction(ALLOCATOR, 'export add: func(a: u32, b: u32) -> u32;');
    for (const [, options] of TIERS) {
      const { image } = await typedProgram(given, { memoryBytes: 1024, ...options }, puckjs);
      const text = Buffer.from(image.files.find(({ name }) => name === 'app')!.bytes).toString('latin1');
      expect(text).not.toMatch(/UTF|E\.toString/);
    }
  });

  const noTimers = withoutTimers();
  const SLICED = TIERS.filter(([name]) => name === 'translated, in slices' || name === 'interpreted');
  SLICED.push(['machine code, in slices', { tier: 'native', resumable: true, sliceFuel: 500 }]);
  it.each(SLICED)(
    `wait for each other, and write their arguments when they begin: %s${noTimers}`,
    async (_, options) => {
      // Takes some slices, and returns its text.
      const given = {
        wat: moduleOfText(BASE).replace(
          '(i32.store (i32.const 8)',
          `(local $round i32) (local.set $round (i32.const 800))
         (loop $more (br_if $more (local.tee $round (i32.sub (local.get $round) (i32.const 1)))))
         (i32.store (i32.const 8)`,
        ),
        wit: 'package a:b; world app { export greet: func(name: string) -> string; }',
      };
      const text = `var app = require("app");
function told(error, text) { print(error ? error.message : text); }
app.greet.async("Ada", told);
app.greet.async("\\xff", told);
try { print(app.greet("overwritten")); } catch (error) { print(error.message); }
app.greet.async("Grace", told);
app.greet.async(new Array(1000).join("a"), told);
app.greet.async("Emmy").then(function (text) { print(text, app.greet("Hedy")); });`;
      const { image } = await typedProgram(given, { memoryBytes: 1024, ...options });
      const written = writesOf(image.files);
      const all = [printedBySimulator(written, text)];
      if (espruino !== undefined && noTimers === '' && (options.tier !== 'native' || architecture === 'ARM'))
        all.push(printedByEspruino(written, text));
      for (const lines of all)
        expect(lines).toEqual([
          'another call is running: take .async, which waits for it',
          'Ada',
          'no UTF-8',
          'Grace',
          'arguments need more --memory',
          'Emmy Hedy',
        ]);
    },
  );
});

describe(`typed calls that count or verify${reason}`, () => {
  const given = { wat: TEXT_MODULE, wit: TEXT_WIT };
  const options = { memoryBytes: 1024 };

  it('have one limit of fuel for all that a call does, the same on each tier', async () => {
    const program = `var app = require("app"), used;
print(app.greet.withFuel(1000, "Ada")); used = app.greet.fuelUsed(); print(used);
print(app.greet.withFuel(used, "Ada"));
try { app.greet.withFuel(used - 1, "Ada"); } catch (error) { print(error.message.split(" at")[0]); }
print(app.greet("Ada"), app.used());`;
    const all = [];
    for (const tier of ['js', 'native'] as const)
      all.push(...(await printed(given, program, { ...options, tier, fuel: true })));
    for (const each of all)
      expect(each).toEqual([
        'Ada',
        expect.stringMatching(/^\d+$/),
        'Ada',
        'out of fuel in function 2 (cabi_post_greet)',
        'Ada 0',
      ]);
    expect(new Set(all.map(([, used]) => used)).size).toBe(1);
  });

  it.each(TIERS)('find nothing damaged by their arguments: %s', async (_, tier) => {
    const program = `var app = require("app");
for (var i = 0; i < 5; i++) print(app.greet("Ada" + i));
try { app.divide(1, 0); } catch (error) { print(error.message); }`;
    const verified = { ...options, ...tier, verification: VerificationLevel.Standard };
    for (const each of await printed(given, program, verified))
      expect(each).toEqual(['Ada0', 'Ada1', 'Ada2', 'Ada3', 'Ada4', 'by zero']);
  });

  it('keep no sums of memory', async () => {
    const full = { ...options, verification: VerificationLevel.Full };
    await expect(typedProgram(given, full)).rejects.toThrow(
      /typed programs keep no sums: build with --verification standard/,
    );
  });
});

/** A resource whose representation is a number, with a member of each kind. */
const COUNTERS = `package a:b;
  interface counters {
    /// Counts.
    resource counter { constructor(start: u32); value: func() -> u32; larger: static func(one: borrow<counter>, other: u32) -> counter; }
    twice: func(of: counter) -> counter;
  }
  world app { export counters; }`;
const COUNTERS_MODULE = `(module
  (import "[export]a:b/counters" "[resource-new]counter" (func $new (param i32) (result i32)))
  (import "[export]a:b/counters" "[resource-rep]counter" (func $rep (param i32) (result i32)))
  (import "[export]a:b/counters" "[resource-drop]counter" (func $drop (param i32)))
  (global $freed (mut i32) (i32.const 0))
  (memory (export "memory") 1)
  (func (export "a:b/counters#[constructor]counter") (param i32) (result i32) (call $new (local.get 0)))
  (func (export "a:b/counters#[method]counter.value") (param i32) (result i32) (local.get 0))
  (func (export "a:b/counters#[static]counter.larger") (param i32 i32) (result i32)
    (call $new (select (local.get 0) (local.get 1) (i32.gt_u (local.get 0) (local.get 1)))))
  (func (export "a:b/counters#twice") (param i32) (result i32) (local $value i32)
    (local.set $value (call $rep (local.get 0)))
    (call $drop (local.get 0))
    (call $new (i32.mul (local.get $value) (i32.const 2))))
  (func (export "a:b/counters#[dtor]counter") (param i32) (global.set $freed (i32.add (global.get $freed) (local.get 0)))))`;

describe(`resources on boards${reason}`, () => {
  const given = { wat: COUNTERS_MODULE, wit: COUNTERS };
  const program = `var c = require("app").counters, one = new c.Counter(4);
print(one.value(), c.Counter.larger(one, 7).value(), c.Counter.larger(one, 2).value());
var two = c.twice(one); print(two.value());
try { one.value(); } catch (error) { print(error.message); }
two.free();
try { two.free(); } catch (error) { print(error.message); }
for (var i = 0; i < 20; i++) new c.Counter(i).free();
print(new c.Counter(9).value());`;

  it.each(TIERS)('are made, passed on and freed: %s', async (_, options) => {
    const freed = 'expected a resource that is not freed';
    for (const each of await printed(given, program, { ...options, memoryBytes: 1024 }))
      expect(each).toEqual(['4 7 4', '8', freed, freed, '9']);
  });

  it('have a type, which members of all kinds return', async () => {
    const { declarations } = await typedProgram(given, { memoryBytes: 1024 });
    expect(declarations).toContain('new (start: number): app.Counter;');
    expect(declarations).toContain('larger(one: app.Counter, other: number): app.Counter;');
    expect(declarations).toMatch(
      /\/\*\* Counts\. \*\/\n *interface Counter \{\n *value\(\): number;\n *free\(\): void;\n/,
    );
  });
});

describe('resources of the user’s file', () => {
  const given = {
    wat: `(module
      (import "a:b/counters" "[constructor]counter" (func $new (param i32) (result i32)))
      (import "a:b/counters" "[method]counter.value" (func $value (param i32) (result i32)))
      (import "a:b/counters" "[static]counter.larger" (func $larger (param i32 i32) (result i32)))
      (import "a:b/counters" "[resource-drop]counter" (func $drop (param i32)))
      (memory (export "memory") 1)
      (func (export "largest") (param i32 i32) (result i32) (local $one i32) (local $other i32)
        (local.set $one (call $new (local.get 0)))
        (local.set $other (call $larger (local.get $one) (local.get 1)))
        (call $value (local.get $other))
        (call $drop (local.get $one))
        (call $drop (local.get $other))))`,
    wit: COUNTERS.replace(
      'export counters;',
      'import counters; export largest: func(one: u32, other: u32) -> u32;',
    ).replace(/twice.*/, ''),
    host: `var alive = 0;
      function Counter(start) { this.start = start; alive++; }
      Counter.prototype.value = function () { return this.start; };
      Counter.prototype.free = function () { alive--; };
      Counter.larger = function (one, other) { return new Counter(Math.max(one.value(), other)); };
      export const counters = { Counter };`,
  };

  it.each(TIERS)('are made, called and freed by the module: %s', async (_, options) => {
    const text = 'var app = require("app"); print(app.largest(4, 7), app.largest(9, 2));';
    for (const each of await printed(given, text, { ...options, memoryBytes: 1024 })) expect(each).toEqual(['7 9']);
  });

  it('have a class in the declaration of the file', async () => {
    const { declarations } = await typedProgram(given, { memoryBytes: 1024 });
    const [, imports] = declarations.split('interface Imports {');
    expect(
      imports
        .split('\n')
        .map((line) => line.trim())
        .slice(1, 9),
    ).toEqual([
      'counters: {',
      '/** Counts. */',
      'Counter: {',
      'new (start: number): app.Counter;',
      'larger(one: app.Counter, other: number): app.Counter;',
      '};',
      '};',
      '}',
    ]);
  });
});

describe(`signatures at the limits of the Canonical ABI on boards${reason}`, () => {
  const host = `${SIGNATURES_HOST}
function wide(pair) { return pair[0] + ":" + pair[1]; }
export { told16, told17, seen17, tried, counted, failed };`;
  const given = { wat: SIGNATURES, wit: SIGNATURES_WIT, host };
  const program = `var app = require("app");
function long(low, high) { return [low, high]; }
function payloadOf(thrown) { return "payload" in thrown ? thrown.payload : "refused"; }
${SIGNATURES_CALLS}`;
  const words: Record<string, string> = { '18446744073709551615': '-1:-1', '-9223372036854775807': '1:-2147483648' };
  const expected = SIGNATURES_PRINTED.map((line) => line.replace(/-?\d{19,}/g, (number) => words[number]));

  it.each(TIERS)('do what they do on Node: %s', async (_, options) => {
    for (const each of await printed(given, program, { ...options, memoryBytes: 4096 })) expect(each).toEqual(expected);
  });
});

describe.each([
  ['values of every type on boards', TYPED_VALUES, DECLARATIONS],
  ['values at the borders of the Canonical ABI on boards', BORDER_VALUES, BORDER_DECLARATIONS],
] as const)(`%s${reason}`, (_, table, typeDeclarations) => {
  const echo = echoModule(
    table.map(([type]) => type),
    typeDeclarations,
  );
  const host = table.map((_, at) => `export const give${at} = (value) => value;`).join('\n');
  const text = table
    .flatMap(([type, values], at) =>
      values.map(
        (value) =>
          `app.reset(); value = ${literal(value)}; result = app.echo${at}(value);` +
          `if (!same(value, result)) print("${type}", JSON.stringify(value), JSON.stringify(result));`,
      ),
    )
    .join('\n');
  const wit = echo.wit.replace(/\}\s*$/, '  export reset: func();\n}\n');

  it.each(TIERS)('come back as they were: %s', async (_, options) => {
    const program = `${SAME}\nvar app = require("app"), value, result;\n${text}\nprint("done");`;
    for (const each of await printed({ ...echo, wit, host }, program, { ...options, memoryBytes: 16384 }))
      expect(each).toEqual(['done']);
  });

  it.each(TIERS.filter(([name]) => name === 'translated' || name === 'machine code'))(
    'come back from behind 64 KB: %s',
    async (_, options) => {
      const far = echo.wat.replace('(memory (export "memory") 1)', '(memory (export "memory") 2)');
      const moved = far
        .replaceAll('(i32.const 1024)', '(i32.const 67000)')
        .replaceAll('(i32.const 2048)', '(i32.const 68000)');
      const program = `${SAME}\nvar app = require("app"), value, result;\n${text}\nprint("done");`;
      const { image } = await typedProgram({ wat: moved, wit, host }, { ...options, memoryBytes: 80000 });
      expect(printedBySimulator(writesOf(image.files), program)).toEqual(['done']);
    },
  );
});
