import { readdirSync, readFileSync } from 'node:fs';
import { transform } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { formatFindings } from '../sim/language/finding.js';
import { lint } from '../sim/language/lint.js';
import { isInexact } from '../sim/language/number-literal.js';

const unsafe: [snippet: string, ...what: string[]][] = [
  ['o: for (;;) break o;', 'label'],
  ['function f(a, b = 1) {}', 'default argument'],
  ['var f = (a = 1) => a;', 'default argument'],
  ['function f(...a) {}', 'rest argument'],
  ['f(...a);', 'spread'],
  ['a = [...b];', 'spread'],
  ['a = { ...b };', 'spread'],
  ['var { a } = b;', 'destructuring'],
  ['var [a] = b;', 'destructuring'],
  ['[a, b] = [b, a];', 'destructuring'],
  ['function f({ a }) {}', 'destructuring'],
  ['for (const [a] of b) {}', 'destructuring'],
  ['function* f() {}', 'generator'],
  ['class A { *f() {} }', 'generator'],
  ['async function f() {}', 'async'],
  ['var f = async () => 0;', 'async'],
  ['await f();', 'async'],
  ['a = b ** 2;', '**'],
  ['a **= 2;', '**'],
  ['a = b?.c;', '?.'],
  ['a = b?.[0];', '?.'],
  ['b?.();', '?.'],
  ['a ||= 1;', 'logical assignment'],
  ['a &&= 1;', 'logical assignment'],
  ['a ??= 1;', 'logical assignment'],
  ['a = 1n;', 'BigInt'],
  ['a = BigInt(1);', 'BigInt'],
  ['class A { #a = 1 }', 'private name'],
  ['a = { [b]: 1 };', 'computed key'],
  ['class A { [b]() {} }', 'computed key'],
  ['class A { [b] = 1 }', 'computed key'],
  ['switch (a) { default: b(); case 1: c(); }', 'case after default'],
  ['function F() { return new.target; }', 'new.target'],
  ['a = import.meta;', 'import.meta'],
  ["import a from 'a';", 'import'],
  ["import('a');", 'import'],
  ...['imul', 'fround', 'clz32', 'trunc', 'hypot', 'log2', 'log10', 'cbrt'].map((name): [string, string] => [
    `a = Math.${name}(b);`,
    `Math.${name}`,
  ]),
  ["a = Math['imul'](b);", 'Math.imul'],
  ['a = globalThis.Math.imul(b);', 'Math.imul'],
  ...['isInteger', 'isFinite', 'EPSILON'].map((name): [string, string] => [`a = Number.${name};`, `Number.${name}`]),
  ...['Map', 'Set', 'WeakMap', 'Symbol', 'Proxy', 'RangeError', 'TextDecoder', 'BigInt64Array'].map(
    (name): [string, string] => [`a = new ${name}();`, name],
  ),
  ['a = globalThis.Map;', 'Map'],
  ['a = typeof Symbol;', 'Symbol'],
  ['a = { Map };', 'Map'],
  ['a = Int32Array.from(b);', 'Int32Array.from'],
  ['a = Uint8Array.of(1);', 'Uint8Array.of'],
  ['a = Float64Array.BYTES_PER_ELEMENT;', '.BYTES_PER_ELEMENT'],
  ['a.copyWithin(0, 1);', '.copyWithin'],
  ['b = a.buffer.slice(1);', 'ArrayBuffer.slice'],
  ['b = new ArrayBuffer(8).slice(1);', 'ArrayBuffer.slice'],
  ['a = ArrayBuffer.isView(b);', 'ArrayBuffer.isView'],
  ['a = Array.from(b);', 'Array.from'],
  ['a = Array.of(1);', 'Array.of'],
  ['a = b.flat();', '.flat'],
  ['a = b.keys();', '.keys'],
  ['a = Object.freeze(b);', 'Object.freeze'],
  ['a = Object.is(b, c);', 'Object.is'],
  ['a = /b{2}/;', 'regex {n}'],
  ['a = /b{2,3}/;', 'regex {n}'],
  ['a = /b(?=c)/;', 'regex lookaround'],
  ['a = /b(?!c)/;', 'regex lookaround'],
  ['a = /(?<=b)c/;', 'regex lookaround'],
  ['a = /b+?/;', 'regex lazy quantifier'],
  ['a = /(?:b)/;', 'regex (?:)'],
  ['a = /\\bb/;', 'regex \\b'],
  ['a = /(b)\\1/;', 'regex backreference'],
  ["a = new RegExp('b{2}');", 'regex {n}'],
  ['a = -0;', '-0'],
  ['a = -0.0;', '-0'],
  ['a = 0.1;', 'inexact literal'],
  ['a = 1e-7;', 'inexact literal'],
  ['a = 1.7976931348623157e308;', 'inexact literal'],
  ['a = 9223372036854775808;', 'inexact literal'],
  ['a = 0xffffffffffffffff;', 'inexact literal'],
  ['a = b instanceof Error;', 'instanceof Error'],
  ['a = b instanceof TypeError;', 'instanceof Error'],
  ['f(); function f() {}', 'no hoisting'],
  ['a = [f]; function f() {}', 'no hoisting'],
  ['function g() { f(); function f() {} }', 'no hoisting'],
  ['(() => { f(); })(); function f() {}', 'no hoisting'],
  ['function f() { g(); } f(); function g() {}', 'no hoisting'],
  ['const f = () => g(); f(); function g() {}', 'no hoisting'],
  ['class A { constructor() { g(); } } new A(); function g() {}', 'no hoisting'],
  ['class A { a = g(); } new A(); function g() {}', 'field shared by instances', 'no hoisting'],
  ['class A { static a = g(); } function g() {}', 'no hoisting'],
  ['a = b << 32;', 'shift count'],
  ['a = b >> -1;', 'shift count'],
  ['a >>>= 40;', 'shift count'],
  ['a.length = 0;', '.length = 0'],
  ['f(Math.imul(1, 2), ...b);', 'Math.imul', 'spread'],
];

const safe = [
  'class A { a = 1; get b() { return this.a; } static c() { return `a`; } }',
  'class A extends B { constructor() { super(); } }',
  'let f = (a) => a ?? 1; const b = { f, c: 1, "d e": 2 };',
  'for (const a of b) c(a); do { a++; } while (a < 3);',
  'switch (a) { case 1: b(); break; default: c(); }',
  'a = Math.floor(b) + Math.min(1, 2) + Number(c) + Number.MAX_VALUE;',
  'a = Object.keys(b); Object.assign(a, b); a = Object.create(b);',
  'a = new Int32Array(b, 1, 1); a.set(b); a.subarray(1); a.fill(0); b = c.slice(1);',
  'class A { keys() {} f() { this.keys(); } }',
  'class A { length = 1; f() { this.length = 0; } }',
  'function f(Map) { return new Map(); }',
  'function f() { var Symbol = 1; return Symbol; }',
  'a.Map = b.Symbol; a = { Proxy: 1 };',
  'a = b << 31 | c >>> 0 | d >> (e & 31);',
  'a = /^[a-z{2}]+\\d*(b|c)$/;',
  'a = -1 / Infinity; b = -c; d = -1;',
  'a = 0.5; b = 1e6; c = 0x7fffffffffffffff; d = 4294967296; e = 9007199254740991 / 4503599627370496;',
  'a = b instanceof Uint8Array; class E extends Error {} c = d instanceof E;',
  'function f() { g(); } function g() {} f();',
  'function f() { return f; } f();',
  'class A { f() { g(); } } new A(); function g() {}',
  'export { f }; function f() {}',
  'try { a(); } catch (e) { b(e); } finally { c(); }',
  'a.length = 1; a.from(b); a.of(c);',
];

describe('what Espruino lacks or does otherwise', () => {
  it.each(unsafe)('%s', (snippet, ...what) => {
    expect(lint(snippet, { module: true }).map((finding) => finding.what)).toEqual(what);
  });

  it.each(safe)('passes: %s', (snippet) => {
    expect(lint(snippet, { module: true })).toEqual([]);
  });

  it.each(['require', 'process', 'Buffer', 'console'])('%s, where it is forbidden', (name) => {
    expect(lint(`a = ${name}(1);`)).toEqual([]);
    expect(lint(`a = ${name}(1);`, { forbiddenGlobals: [name] })).toMatchObject([{ what: name }]);
    expect(lint(`a = globalThis.${name};`, { forbiddenGlobals: [name] })).toMatchObject([{ what: name }]);
    expect(lint(`function f(${name}) { a.${name} = ${name}; }`, { forbiddenGlobals: [name] })).toEqual([]);
  });

  it('says where', () => {
    expect(formatFindings(lint('a = 1;\n  b = Math.imul(2, 3);\n'), 'x.js')).toBe('x.js:2:7 Math.imul: Math.imul');
  });
});

describe('number literals', () => {
  it.each(['0.25', '.5', '1.5', '3.0', '1e6', '1000000', '4294967296', '0x10'])('%s is exact', (literal) => {
    expect(isInexact(literal)).toBe(false);
  });
  it.each(['0.3', '0.75', '.1', '1e-3', '2.2250738585072014e-308', '1e21', '18446744073709551616'])(
    '%s is not',
    (literal) => {
      expect(isInexact(literal)).toBe(true);
    },
  );
});

/** The sources that boards execute as written: the core's arithmetic, the runtimes, and the host functions. */
const executed = [
  'src/numeric.ts',
  'src/wide.ts',
  'targets/board/numeric-replacements.ts',
  'targets/board/lent-memory.ts',
  'targets/board/references.ts',
  ...['interpreted', 'translated', 'loaded'].flatMap((tier) => sources(`targets/board/${tier}/runtime`)),
  ...sources('targets/host-functions').filter((file) => /\/implementations/.test(file)),
];

function sources(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name}`);
}

// The sources must be safe as written: esbuild replaces some syntax by syntax that Espruino has.
describe('what boards execute', () => {
  it.each(executed)('%s', async (file) => {
    const { code } = await transform(readFileSync(file, 'utf8'), { loader: 'ts', target: 'esnext' });
    const findings = lint(code.replace(/^import [^;]*;$/gm, ''), {
      forbiddenGlobals: ['process', 'Buffer', 'console'],
      module: true,
    });
    expect(formatFindings(findings, file)).toBe('');
  });
});
