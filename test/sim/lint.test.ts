// What the linter finds in programs, and whether Espruino itself does there what the linter says it does.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are programs
import { describe, expect, it } from 'vitest';
import { lint } from '../../sim/language/lint.js';
import { espruino, reason, runInEspruino, runInNode } from './espruino.js';

type Row = [what: string, program: string];

const longName = 'n'.repeat(63);

/** Programs that Espruino does not run to the end. */
const refused: Row[] = [
  ['label', 'a: for (;;) { break a; }'],
  ['default argument', 'function f(a = 1) { return a; } print(f());'],
  ['default argument', 'var f = (a = 1) => a; print(f());'],
  ['rest argument', 'function f(...a) { return a.length; } print(f(1));'],
  ['spread', 'print([...[1]]);'],
  ['spread', 'print(Math.max(...[1, 2]));'],
  ['destructuring', 'var { a } = { a: 1 }; print(a);'],
  ['destructuring', 'function f([a]) { return a; } print(f([1]));'],
  ['destructuring', 'for (var [k] of [[1]]) print(k);'],
  ['generator', 'function* f() { print(1); } print(2);'],
  ['async', 'var f = async () => 1; print(1);'],
  ['async', 'class A { async f() {} } print(1);'],
  ['**', 'print(2 ** 3);'],
  ['?.', 'var a; print(a?.b);'],
  ['logical assignment', 'var a; a ??= 3; print(a);'],
  ['BigInt', 'print(typeof 1n);'],
  ['computed key', 'var o = { [1 + 1]: 1 }; print(o[2]);'],
  ['case after default', 'switch (2) { default: print(9); case 2: print(2); }'],
  ['new.target', 'function f() { return typeof new.target; } print(f());'],
  ['import', "import('a');"],
  ['export', 'export var a = 1;'],
  ['with', 'with ({ a: 1 }) print(a);'],
  ['tagged template', 'function f(a) { return a; } print(f`a`);'],
  ['static block', 'class A { static { print(2); } } print(1);'],
  ['field without value', 'class A { a; } print(1);'],
  ['quoted member', "class A { 'b c'() { return 1; } } print(new A()['b c']());"],
  ['quoted member', 'class A { 1() { return 1; } } print(new A()[1]());'],
  ['keyword as member', 'class A { delete() { return 1; } } print(new A().delete());'],
  ['keyword as member', 'class A { static() { return 1; } } print(new A().static());'],
  ['reserved word', 'function f(a, undefined) { return a; } print(f(1));'],
  ['reserved word', 'function f(of) { return 1; } print(f(1));'],
  ['unicode name', 'var o = { a: 1 }; o.\u00e9 = 2; print(o.a);'],
  ['unicode escape', "print('\\u{41}');"],
  ['extends an expression', 'var o = { B: class {} }; class A extends o.B {} print(1);'],
  ['extends an expression', 'class A extends null {} print(1);'],
  [
    'super of a built-in class',
    'class A extends Error { constructor(m) { super(m); this.a = 1; } } print(new A("x").a);',
  ],
  ['super of a built-in class', 'class A extends Array { constructor() { super(3); } } print(new A().length);'],
  [
    'super in an extended class',
    'class A { m() { return 1; } } class B extends A { m() { return super.m(); } } class C extends B {} print(new C().m());',
  ],
  ['name of an accessor', "var o = { get 'a'() { return 1; } }; print(o.a);"],
  ['name of an accessor', 'var o = { get if() { return 1; } }; print(o.if);'],
  ['new new', "print(typeof new new Function('this.a = 1')().constructor());"],
  ['delete through a call', 'var o = { f: function () { return this; }, x: 1 }; print(delete o.f().x);'],
  ['do without {}', 'do if (1) print(1); while (0); print(2);'],
  ['do without {}', 'do if (1) { print(1); } while (0); print(2);'],
  ['do without {}', 'do print(1)\nwhile (0); print(2);'],
  ['do without {}', 'do ; while (0); print(2);'],
  ['do without {}', 'do for (;;) { break; } while (0); print(2);'],
  ['do without {}', 'do try { print(1); } catch (e) { } while (0); print(2);'],
  ['in within the head of a for', "for (var i = ('a' in { a: 1 }) ? 1 : 0; i < 2; i++) print(i);"],
  ['comma without parentheses', 'print([1, 2][0, 1]);'],
  ['comma without parentheses', 'switch (2) { case 1, 2: print(1); }'],
  ['brace within a template', "print(`${'}'}`);"],
  ['brace within a template', "print(`${'{'}`);"],
  ['division taken for a regex', 'var a = 4; print(a++ / 2);'],
  ['division taken for a regex', 'function F() { this.a = this / 1; } print(1);'],
  ['division taken for a regex', 'var o = { in: 8 }; print(o.in / 2);'],
  ['division taken for a regex', 'var a = function () { return 1; } / 2; print(typeof a);'],
  ['regex taken for a division', "if (1) /a/.test('a'); print(1);"],
  ['regex taken for a division', "print(1 | /a/.test('a'));"],
  ['parameter named like a built-in', 'var f = (print) => 1; f(2);'],
  ['parameter named like a built-in', 'var f = (a, load) => load; print(f(2, 3));'],
  ['parameter named like a built-in', 'var f = NaN => 1; print(f(2));'],
  ['regex / in a class', "print(/[/]/.test('/'));"],
  ['regex flag', "print(/a.b/s.test('a b'));"],
  ['regex flag', "print(/a/d.test('a'));"],
  ['regex backreference', "print(/(a)\\1/.test('aa'));"],
  ['regex (?:)', "print(/(?:a)b/.exec('ab').length);"],
  ['regex lazy quantifier', "print(/a+?/.exec('aaa')[0]);"],
  ['no hoisting', 'f(); function f() { print(1); }'],
  ['no hoisting', 'function g() { h(); function h() { print(1); } } g();'],
  ['no hoisting', 'function g() { h(); } g(); function h() { print(1); }'],
  ['.length = 0', 'var a = [1]; a.length = 0; print(a.length);'],
  ['constant index', 'var a = new Uint8Array(2); print(a[-1]);'],
  ['constant index', 'var a = new Uint8Array(2); a[0.5] = 1; print(a[0]);'],
  ['byteOffset above 65535', 'print(new Uint8Array(new ArrayBuffer(70000), 65536).length);'],
  ['Math.imul', 'print(Math.imul(2, 3));'],
  ['Array.from', 'print(Array.from([1]).length);'],
  ['Object.freeze', 'print(Object.freeze({ a: 1 }).a);'],
  ['Promise.race', 'Promise.race([]); print(1);'],
  ['Map', 'print(typeof new Map());'],
  ['Symbol', "print(typeof Symbol('a'));"],
  ['BigInt64Array', 'print(new BigInt64Array(1).length);'],
  ['.flat', 'print([[1]].flat().length);'],
  ['.codePointAt', "print('a'.codePointAt(0));"],
  ['.copyWithin', 'new Uint8Array(4).copyWithin(0, 1); print(1);'],
  ['ArrayBuffer.slice', 'print(new ArrayBuffer(8).slice(1).byteLength);'],
];

/** Programs that print other lines in Espruino than in Node. */
const otherwise: Row[] = [
  ['return before a line end', 'function f() { return\n 5; } print(f());'],
  ['line that begins with ++ or --', 'var a = 1, b = 2; a\n++b\nprint(a, b);'],
  ['escaped ${', 'print(`\\${1}`);'],
  ['escaped ${', 'print(`$\\{1}${2}`);'],
  ['line continuation', "print('a\\\nb');"],
  ['regex {n}', "print(/a{2}/.test('aa'));"],
  ['regex lookaround', "print(/a(?=b)/.test('ab'));"],
  ['regex \\b', "print(/\\bab/.test('x ab'));"],
  ['regex escape', "print(/\\u0041/.test('A'));"],
  ['regex ?', "print(/ab?c/.test('ac'));"],
  ['regex quantified group', "print(/x(ab)*c/.test('xabc'));"],
  ['regex quantified group', "print(/x(ab)?c/.test('xc'));"],
  ['regex quantified group', "print(/x(a)+c/.test('xaac'));"],
  ['regex quantified group', "print(/^(a|b)+$/.test('bab'));"],
  ['regex quantified group', "print(/x(a|b)*c/.test('xc'));"],
  ['regex flag', "print(/a/y.test('ba'));"],
  ['regex flag m', "print(/^a$/m.test('b\\na'));"],
  ['field shared by instances', 'class A { a = []; } new A().a.push(1); print(new A().a.length);'],
  ['field shared by instances', 'class A { b = 1; a = () => this.b; } print(new A().a());'],
  ['closure over a loop variable', 'var f = []; for (let i = 0; i < 2; i++) f.push(() => i); print(f[0]());'],
  ['closure over a loop variable', 'var f = []; for (const i of [5, 6]) f.push(() => i); print(f[0]());'],
  ['inexact literal', 'print(0.3 == 3 / 10);'],
  ['inexact literal', 'print(0xffffffffffffffff > 0);'],
  ['-0', 'print(1 / -0);'],
  ['instanceof Error', 'try { null.x; } catch (e) { print(e instanceof TypeError); }'],
  ['instanceof Error', "print(new TypeError('a') instanceof Error);"],
  ['character above 255', 'print(String.fromCharCode(300).charCodeAt(0));'],
  ['no hoisting', 'print(typeof f); function f() {}'],
  ['Symbol', 'print(typeof Symbol);'],
  ['method of a prototype', 'print(typeof Array.prototype.slice);'],
  ['limit of split', "print('a,b,c'.split(',', 2).length);"],
  ['text replaced by a function', "print('abc'.replace('b', function () { return 2; }));"],
  ['replacer', 'print(JSON.stringify({ a: 1 }, function () { return 2; }));'],
  ['reviver', "print(JSON.parse('[1]', function () { return 2; })[0]);"],
  ['.BYTES_PER_ELEMENT', 'print(Uint8Array.BYTES_PER_ELEMENT);'],
];

/** These need more of a program, another machine, or a clock to show. */
const others: Row[] = [
  ['shift count', 'print(1 << 32);'],
  ['shift count', 'var a = 1; a >>>= -1; print(a);'],
  ['switch in a loop', 'for (var i = 0; i < 2; i++) switch (i) { case 1: print(i); }'],
  ['long name', `var ${longName}1 = 1; print(1);`],
  ['debugger', 'debugger; print(1);'],
  ['private name', 'class A { #a = 1; }'],
  ['endless for in "jit"', 'function f() { "jit"; for (;;) return 1; }'],
  ['large literal in "jit"', 'function f() { "jit"; return 0x80000000; }'],
  ['variable of a block in "jit"', 'function f() { "jit"; let b = 2; { let b = 3; } return b; }'],
  ['assignment to a value', 'var a, b; a && b = 1;'],
  ['call of an arrow function', '() => { print(1); }();'],
  ['import', "import a from 'a';"],
  ['import.meta', 'print(import.meta);'],
];

/** Programs that do in Espruino what they do in Node. */
const fine = [
  'class A { constructor() { this.a = 1; } get b() { return this.a; } static c() { return 2; } }\nprint(new A().b, A.c());',
  'class A { a = 1; b = "x"; c = -1; d = function () { return this.a; }; static e = []; }\nprint(new A().d(), A.e.length);',
  'class A { f() { return 1; } } class B extends A { f() { return super.f() + 1; } } print(new B().f());',
  'class A { get() { return 1; } set() { return 2; } async() { return 3; } } var a = new A(); print(a.get(), a.set());',
  'var o = { get: 1, static: 2, of: 3, delete: 4, if() { return 5; } }; print(o.get, o.static, o.of, o.delete, o.if());',
  'var f = (a) => a ?? 1; var o = { f, c: 1, "d e": 2, 3: 4, get g() { return 5; } }; print(f(), o.g, o[3]);',
  'for (const a of [1, 2]) print(a); for (var k in { a: 1 }) print(k); var i = 0; do { i++; } while (i < 3); print(i);',
  'do print(1); while (0); do for (;;) break; while (0); print(2);',
  'switch (1) { case 1: print(1); break; default: print(2); }',
  'switch ((1, 2)) { case (1, 2): print([1, 2][(0, 1)]); }',
  'function f() { "jit"; return 4294967294.0; } print(f());',
  "var a = 8; print(a / 2 / 2, (a++) / 2, '8' / 2, [8][0] / 2, 8 .toString() / 2, `8` / 2, true / 2);",
  "print(/a/.test('a') && /[a-z{2}]+\\d*(b|c)$/.test('ab'), [/b/.test('b')][0], !/c/.test('c'));",
  "var s = 'a-b'; print(s.replace(/-/g, '+'), /a|b/i.test('B'), /^(a|b)$/.test('b'));",
  'print(`${1}${[2].map(function (x) { return x; })}{${{ a: 3 }.a}}`, `a\nb`, `\\\\${1}`, `$${1}`);',
  'function f() { return; } function g() { return } function h() {\n return 1\n}\nprint(f(), g(), h());',
  'var a = 1\nvar b = 2;\n++b\nprint(a, b);',
  'for (var i = 0; i < 2; i++) { let j = i; (function () { print(j); })(); }',
  'var f = []; for (var i of [5, 6]) { let k = i; f.push(() => k); } print(f[0](), f[1]());',
  'function g() { return h(); } function h() { return 1; } print(g());',
  'let a = 1; let a2 = 2; function f(a, b,) { return a; } print(f(1, 2,), [1, 2,].length);',
  'var f = function (print) { return print; }; print(f(1));',
  'var f = (E, console) => E; print(f(1, 2));',
  "Array.prototype.last = function () { return this[0]; }; print([1].last(), 'a,b'.split(',').length);",
  "print('abc'.replace(/b/, function () { return 2; }), JSON.stringify({ a: 1 }, null), [].slice.call([1, 2], 1)[0]);",
  'print(1 << 31 | 5 >>> 0 | 7 >> (33 & 31), 0.5, 0.25, 1e6, 1.5e3, 0x7fffffff, 4294967296, 0.1 == 1 / 10);',
  "print('\\x41\\u0041'.length, 'a\\'b', \"\\0\".length);",
  "if (typeof Map2 === 'undefined') print(1); try { throw 'a'; } catch { print(2); } finally { print(3); }",
  "function Map() {} print(typeof new Map(), 'a' in { a: 1 });",
  'Math.imul = function (a, b) { return a * b; }; print(Math.imul(2, 3));',
  "Array.prototype.flat = function () { return 'own'; }; print([].flat());",
  'var o = { keys: function () { return 7; } }; print(o.keys(), Object.keys({ a: 1 }).length);',
  'var o = { f: function () { return { x: 1 }; } }; var p = o.f(); print(delete p.x, delete (o.f()).x);',
  'for (let i = 0; i < 2; i++) [3].forEach((x) => print(x + i));',
  'a = 5; print(a); function a() {}',
  'var a = null; print(a); function a() {}',
  'print(String.fromCharCode(65, 255).length, new Uint8Array([1, 2])[1], [1][0]);',
  'class E extends Error {} print(new E() instanceof E, [] instanceof Array);',
  'print(((a, b) => a + b)(1, 2), (() => ({ a: 1 }))().a, (a => b => a + b)(1)(2));',
  'var a = null; a = 5; print(a); function b() { return typeof a; } print(b());',
];

const found = (program: string) => lint(program).map(({ what }) => what);

describe('a program that is nested deep', () => {
  it('is refused, before there is no stack left to look at it', () => {
    for (const text of [`${'if(a)'.repeat(4000)}a=2`, `a=${'1+'.repeat(3000)}1`, '{'.repeat(2000) + '}'.repeat(2000)])
      expect(lint(text).map(({ what }) => what)).toEqual(['syntax']);
    expect(lint(`a=${'1+'.repeat(1000)}1`)).toEqual([]);
    const nested: [open: string, inner: string, close: string][] = [
      ...([
        ['(', '1', ')'],
        ['[', '', ']'],
        ['!', '1', ''],
        ['f(', '', ')'],
        ['(function(){', '', '})'],
      ] as const),
      ...([
        ['a?b:', 'c', ''],
        ['x=>', '1', ''],
        ['a=', '1', ''],
        ['`${', '1', '}`'],
        ['1**', '1', ''],
      ] as const),
      ...([
        ['new ', 'a', ''],
        ['[', 'a', ']=1'],
        ['(class{m(){', '', '}})'],
        ['({a:', '1', '})'],
      ] as const),
    ].map(([open, inner, close]) => [open, inner, close]);
    for (const [open, inner, close] of nested) {
      const [error] = lint(`${open.repeat(20_000)}${inner}${close.repeat(20_000)}`);
      expect(error, open).toMatchObject({ what: 'syntax', reason: 'it is nested too deep to be parsed' });
    }
  });
});

describe('bytes that could be tokens', () => {
  it('leave apostrophes in comments behind commas what they are', () => {
    expect(lint("var a = 1, // it's\n  b = 'x\xd1y';").filter(({ severity }) => severity === 'error')).toEqual([]);
  });
});

describe('programs that Espruino refuses', () => {
  it.each(refused)('%s: %s', (what, program) => expect(found(program)).toEqual([what]));

  it.skipIf(!espruino).each(refused)(`are refused, %s: %s${reason}`, (_, program) => {
    // A program that is no script is a module, in which ECMAScript sees no error.
    if (!/^(export|import)/.test(program)) expect(runInNode(program).refusal).toBe('');
    expect(runInEspruino(program).refusal).not.toBe('');
  });
});

describe('programs that Espruino runs otherwise', () => {
  it.each(otherwise)('%s: %s', (what, program) => expect(found(program)).toEqual([what]));

  it.skipIf(!espruino).each(otherwise)(`print other lines, %s: %s${reason}`, (_, program) => {
    const { printed, refusal } = runInEspruino(program);
    expect(refusal).toBe('');
    const expected = runInNode(program);
    expect(expected.refusal).toBe('');
    expect(printed).not.toEqual(expected.printed);
  });
});

describe('other findings', () => {
  it.each(others)('%s: %s', (what, program) => expect(found(program)).toEqual([what]));
});

describe('programs that are fine', () => {
  it.each(fine)('%s', (program) => expect(lint(program)).toEqual([]));

  it.skipIf(!espruino).each(fine)(`print the same lines: %s${reason}`, (program) => {
    expect(runInEspruino(program)).toEqual(runInNode(program));
  });
});

describe('a finding', () => {
  it('says where, what, and what to write instead', () => {
    expect(lint('var a = 1;\n  a = a ** 2;')).toEqual([
      {
        what: '**',
        severity: 'error',
        line: 2,
        column: 7,
        text: 'a ** 2',
        reason: 'Espruino cannot parse it',
        instead: 'write Math.pow(a, b), or a * a',
      },
    ]);
  });

  it('stands where the text is no ECMAScript', () => {
    expect(lint('a = (1;')).toMatchObject([{ what: 'syntax', severity: 'error', line: 1, column: 7 }]);
  });

  it('is a warning where the program asks first', () => {
    const severities = (program: string) => lint(program).map(({ severity }) => severity);
    expect(severities('a = Math.imul(1, 2);')).toEqual(['error']);
    expect(severities('a = Math.imul ? Math.imul(1, 2) : 2;')).toEqual(['warning', 'warning']);
    expect(severities("a = typeof Map === 'undefined' ? {} : new Map();")).toEqual(['warning', 'warning']);
    expect(severities('if (Object.freeze) Object.freeze(a);')).toEqual(['warning', 'warning']);
  });

  it('is none for a name that is declared again', () => {
    expect(lint('let a = 1; let a = 2; function a() {}')).toEqual([]);
  });

  it('has words of its own, unless it is about the library', () => {
    const rows = [...refused, ...otherwise, ...others].filter(
      ([what]) => !/^[A-Z.]\w*/.test(what) || what === 'BigInt',
    );
    const without = rows.filter(([, program]) => lint(program).some(({ instead }) => instead === 'write it yourself'));
    expect(without).toEqual([]);
  });

  it('is missed nowhere in a program with several', () => {
    expect(found('class A { #a = [...b]; }\nvar { c } = d?.e ** 2;')).toEqual([
      'field shared by instances',
      'private name',
      'spread',
      'destructuring',
      '**',
      '?.',
    ]);
  });
});

describe('a board', () => {
  // Names as in lists of boards.
  const missing = [
    'arrow functions',
    'classes',
    'template literals',
    'getters and setters',
    'regular expressions',
    'for (in) and for (of)',
    'DataView',
    'Math: sqrt, pow',
    'E.nativeCall, E.getAddressOf',
  ];
  const on = (program: string) => lint(program, { missing }).map(({ what }) => what);

  it.each([
    ['f = a => a;', 'arrow functions'],
    ['class A {}', 'classes'],
    ['a = `b`;', 'template literals'],
    ['a = { get b() { return 1; } };', 'getters and setters'],
    ['a = /b/;', 'regular expressions'],
    ['for (a of b) c(a);', 'for (in) and for (of)'],
    ['a = new DataView(b);', 'DataView'],
    ['a = Math.sqrt(b);', 'Math.sqrt'],
    ['E.nativeCall(1);', 'E.nativeCall'],
  ])('lacks what its list says: %s', (program, absent) => {
    expect(on(program)).toEqual([`missing on this board: ${absent}`]);
    expect(found(program)).toEqual([]);
  });

  it('has the rest', () => {
    expect(on('function f(a) { var b = { c: a }; return b.c + Math.floor(a); } print(f(1));')).toEqual([]);
  });
});
