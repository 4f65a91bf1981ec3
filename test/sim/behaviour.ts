// Snippets and what Espruino makes of them; the real interpreter and the simulator are both held against this.

export interface Behaviour {
  /** Body of a function that returns a text or a number. */
  snippet: string;
  /** The result on a board, as text; `throws` and the message if it throws. */
  result?: string;
  /** The simulator's error in place of a result: a check for code that behaves differently elsewhere. */
  finding?: string;
  /** Whether the processor decides: only a 32-bit ARM interpreter behaves as a board does. */
  needsArm?: boolean;
}

const is = (snippet: string, result: string): Behaviour => ({ snippet, result });
const onArm = (snippet: string, result: string): Behaviour => ({ snippet, result, needsArm: true });
const fails = (snippet: string, finding: string, result?: string, needsArm = false): Behaviour => ({
  snippet,
  finding,
  result,
  needsArm,
});
const unparsable = (snippet: string, finding: string): Behaviour => ({ snippet, finding, result: 'throws' });

const float = 'var f = new Float32Array(1), i = new Int32Array(f.buffer);';

export const behaviours: Behaviour[] = [
  // Shift counts.
  fails('var a = 32; return 1 << a', 'shift count', '0', true),
  fails('var a = 33; return 1 << a', 'shift count', '0', true),
  fails('var a = -1; return 1 << a', 'shift count', '0', true),
  fails('var a = 40; return -1 >> a', 'shift count', '-1', true),
  fails('var a = 32; return -1 >>> a', 'shift count', '0', true),
  fails('var a = 32, b = 1; b <<= a; return b', 'shift count', '0', true),
  is('var a = 31; return 1 << a', '-2147483648'),
  is('var a = 33; return 1 << (a & 31)', '2'),
  // Numbers.
  is('return 1 / -0', 'Infinity'),
  is('var a = 0; return 1 / -a', 'Infinity'),
  is('return 1 / (-1 / Infinity)', '-Infinity'),
  is('return 0.3 == 3 / 10 ? "equal" : "not"', 'not'),
  is('return 0.5 == 1 / 2 ? "equal" : "not"', 'equal'),
  is('return 12345678901234567890 < 0 ? "negative" : "positive"', 'negative'),
  is('return Math.sqrt(2) * 4503599627370496 == 6369051672525773 ? "exact" : "not"', 'not'),
  is('return Math.round(-0.5)', '-1'),
  is('return Math.round(-2.5)', '-3'),
  is('return 1 / Math.min(0, -1 / Infinity)', 'Infinity'),
  is('return String.fromCharCode(300).charCodeAt(0)', '44'),
  // Typed arrays.
  is('var a = new Uint8Array(4); return typeof a[4]', 'undefined'),
  is('var a = new Uint8Array(4), i = 9; return typeof a[i]', 'undefined'),
  is('var a = new Uint8Array(4); a[9] += 1; return "added"', 'added'),
  is('return String(E) + Math', 'function () { [native code] }function () { [native code] }'),
  is('return Date(0).getTime() + typeof Date()', '0object'),
  is('var a = new Uint8Array(4); try { a[9] += (function () { throw "first"; })(); } catch (e) { return e; }', 'first'),
  // The place of the byte has 32 bits.
  fails('var a = new Int32Array([7, 8]); return a[1073741824]', 'read past the end', '7', true),
  is('var a = new Uint8Array(4); a[4] = 1; return a.length', '4'),
  fails('var a = new Uint8Array(4), i = -1; return a[i]', 'negative index', 'throws'),
  fails('var a = new Uint8Array(4), i = -1; a[i] = 1', 'negative index', 'throws'),
  fails('var a = new Uint8Array(4), i = 1.5; return a[i]', 'fractional index', 'throws'),
  fails('var a = new Uint8Array(4), i = 3; return a[i / 2]', 'fractional index', 'throws'),
  fails('var a = new Uint8Array(4), i = "x"; return a[i]', 'index of another type', 'throws'),
  is('var a = new Uint8Array([5, 6]); return a["1"]', '6'),
  is('var a = new Uint8Array(4), i = 4; return a[i] ?? "none"', 'none'),
  fails('var a = new Uint8Array(4), i = -1; return a[i] ?? "none"', 'negative index', 'throws'),
  is('var a = new Uint8Array(4), i = 4; return (a[i] = 1) ?? "none"', 'none'),
  is('var a = new Uint8Array(4), b; b = a[3] = 300; return b', '44'),
  is('var a = new Int32Array(1), f = () => a; return f()[0] = 4294967295', '-1'),
  is('var a = new Int8Array(1); return (a[0] += 200) + "," + a[0]', '-56,-56'),
  is(
    'var b = new Uint8Array(12), w = new Int32Array(b.buffer, 1, 2); w[1] = 0x12345678; return b.join() + ";" + w[1] + ";" + w.length',
    '0,0,0,0,0,120,86,52,18,0,0,0;305419896;2',
  ),
  is(
    'var b = new Uint8Array(12), d = new Float64Array(b.buffer, 3, 1); d[0] = 1.5; return b.join() + ";" + (d[0] + 1)',
    '0,0,0,0,0,0,0,0,0,248,63,0;2.5',
  ),
  is('var d = new Float64Array(1); return ((d[0] = 0 / 0) <= 1 / 0) + "," + ((d[0] = 1 / 0) <= 1 / 0)', 'false,true'),
  is('var f = new Float32Array(1), x = (f[0] = 1 / 3) * 3; return x == 1 ? "as it was" : "rounded"', 'rounded'),
  is('var a = [1, 2]; a[-1] = 7; return a[-1] + "," + a.length', '7,2'),
  is('return new Uint8Array(new ArrayBuffer(70000), 65535, 4).length', '4'),
  is('return new Uint8Array(new ArrayBuffer(70000), 65536, 4).length', 'throws byteOffset too large (or negative)'),
  is('return typeof new ArrayBuffer(4).slice', 'undefined'),
  // NaN.
  onArm(`${float} i[0] = 0x7fa00001; f[0] = f[0]; return i[0]`, '2143289344'),
  onArm(`${float} i[0] = 0xffc00000; f[0] = f[0]; return i[0]`, '2143289344'),
  onArm(`${float} i[0] = 0xffc00001; f[0] += 1; return i[0]`, '2143289344'),
  onArm(`${float} i[0] = 0xffc00001; return (f[0] *= f[0]) + "," + i[0]`, 'NaN,2143289344'),
  // The bits of an f32 that is read stay.
  is(
    `${float} i[0] = 0xffc00001; var d = new Float64Array([f[0]]); return new Int32Array(d.buffer).join()`,
    '536870912,-524288',
  ),
  is(`${float} f[0] = NaN; return i[0]`, '2143289344'),
  is(`${float} i[0] = 0xffc00000; i[0] = i[0]; return i[0]`, '-4194304'),
  // Declarations.
  fails('return f(); function f() { return 1; }', 'no hoisting', 'throws "f" is not defined'),
  fails(
    'function g() { return f(); } var r = g(); function f() { return 1; } return r',
    'no hoisting',
    'throws "f" is not defined',
  ),
  is('function g() { return f(); } function f() { return 1; } return g()', '1'),
  is('var a = []; for (let i = 0; i < 3; i++) a.push(() => i); return a.map((f) => f()).join()', '3,3,3'),
  is('var a = []; for (let i of [1, 2, 3]) a.push(() => i); return a.map((f) => f()).join()', '3,3,3'),
  is(
    'var a = []; for (var i = 0; i < 3; i++) { let j = i; a.push(() => j); } return a.map((f) => f()).join()',
    '0,1,2',
  ),
  // Members of what is no object.
  is(
    'var n = 5; try { n[0] = 1; } catch (e) { return e.message; }',
    'Field or method "0" does not already exist, and can\'t create it on Number',
  ),
  is(
    'var b = true, k = "foo"; try { return b[k]; } catch (e) { return e.message; }',
    'Field or method "foo" does not already exist, and can\'t create it on Number',
  ),
  is('return (5).foo', 'undefined'),
  is('var k = "toFixed"; return (5)[k](1) + "abc"[5]', '5.0undefined'),
  is(
    'var s = "abc", k = "foo"; try { return s[k]; } catch (e) { return e.message; }',
    'Field or method "foo" does not already exist, and can\'t create it on String',
  ),
  // Errors.
  is('try { throw new TypeError("x"); } catch (e) { return e instanceof Error; }', 'false'),
  is('try { throw new TypeError("x"); } catch (e) { return e instanceof TypeError; }', 'true'),
  is('try { throw new Error("x"); } catch (e) { return e.message; }', 'x'),
  is('var a = [1, 2]; a.length = 0; return a.length', 'throws Assignment to a constant'),
  is('var o = { a: [1, 2] }; o.a.length = 1; return o.a.length', 'throws Assignment to a constant'),
  is('return new RegExp("(").source + new RegExp("a)").exec("aa)")', '(a'),
  fails(
    'class A extends Error { constructor(m) { super(m); } } return new A("x").message',
    'super of a built-in class',
    "throws Calling 'super' outside of class",
  ),
  is(
    'class A { constructor(a) { this.a = a; } } class B extends A { constructor() { super(5); } } return new B().a',
    '5',
  ),
  // Missing members of the library.
  ...'imul fround clz32 trunc hypot log2 log10 cbrt'
    .split(' ')
    .map((name) => is(`return typeof Math.${name}`, 'undefined')),
  ...'isInteger isFinite EPSILON'.split(' ').map((name) => is(`return typeof Number.${name}`, 'undefined')),
  ...'Map Set WeakMap Symbol Proxy RangeError TextDecoder BigInt64Array'
    .split(' ')
    .map((name) => is(`return typeof ${name}`, 'undefined')),
  ...'from of'.split(' ').map((name) => is(`return typeof Uint8Array.${name}`, 'undefined')),
  ...'copyWithin at keys lastIndexOf'
    .split(' ')
    .map((name) => is(`return typeof new Uint8Array(1).${name}`, 'undefined')),
  ...'from of'.split(' ').map((name) => is(`return typeof Array.${name}`, 'undefined')),
  ...'flat keys at lastIndexOf'.split(' ').map((name) => is(`return typeof [].${name}`, 'undefined')),
  ...'freeze is'.split(' ').map((name) => is(`return typeof Object.${name}`, 'undefined')),
  is('return typeof ArrayBuffer.isView', 'undefined'),
  fails('return typeof new Uint8Array(1).BYTES_PER_ELEMENT', '.BYTES_PER_ELEMENT', 'undefined'),
  // Present members of the library.
  is('class A { a = 1; get b() { return this.a; } static c() { return 3; } } return new A().b + A.c()', '4'),
  is('var a = null; return a ?? 5', '5'),
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the snippet's
  is('var a = 1, b = { a }; return `${b.a}!`', '1!'),
  is('return eval("1+1")', '2'),
  is('return new Function("a", "return a+1")(2)', '3'),
  is('var s = 0; for (const x of [1, 2, 3]) s += x; return s', '6'),
  is('return E.toString([65, 66])', 'AB'),
  is('return E.CRC32("123456789")', '3421780262'),
  is('return new DataView(new Uint8Array(70000).buffer).getInt8(65535)', '0'),
  is(
    'try { new DataView(new Uint8Array(70000).buffer).getInt8(65536); } catch (e) { return e.message; }',
    'byteOffset too large (or negative)',
  ),
  is('return [3, 10, 2].sort().join()', '10,2,3'),
  is('return (255).toString(16)', 'ff'),
  // Syntax.
  unparsable('o: for (;;) break o', 'label'),
  unparsable('function f(a = 1) {}', 'default argument'),
  unparsable('function f(...a) {}', 'rest argument'),
  unparsable('return [...[1]].length', 'spread'),
  unparsable('var { a } = { a: 1 }; return a', 'destructuring'),
  unparsable('function* f() {}', 'generator'),
  unparsable('async function f() {}', 'async'),
  unparsable('return 2 ** 3', '**'),
  unparsable('var a; return a?.b', '?.'),
  unparsable('var a; a ||= 1', 'logical assignment'),
  fails('return 1n', 'BigInt', '1'),
  unparsable('class A { #a = 1 }', 'private name'),
  unparsable('return { ["a"]: 1 }.a', 'computed key'),
  unparsable('switch (1) { default: break; case 1: return 1; }', 'case after default'),
  unparsable('function F() { return new.target; } new F()', 'new.target'),
  unparsable('class A { a; }', 'field without value'),
  unparsable('class A { static { 1; } }', 'static block'),
  unparsable('class A { "x"() {} }', 'quoted member'),
  unparsable('var static = 1', 'reserved word'),
  unparsable('return "\\u{41}"', 'unicode escape'),
];
