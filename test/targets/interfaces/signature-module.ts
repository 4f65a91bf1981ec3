// A component whose functions have signatures at the limits of the Canonical ABI: resources within lists, options, tuples and results,
// 16 and 17 core parameters, and results without payloads.

const PARAMETERS =
  'a: u8, b: u64, c: f32, d: f64, e: char, f: string, g: bool, h: s8, i: s64, j: list<u16>, k: option<u8>';
/** 14 core parameters, and with these 16 and 17. */
const SIXTEEN = `${PARAMETERS}, l: u16, m: u16`;
const SEVENTEEN = `${PARAMETERS}, l: u16, m: u16, n: u8`;

export const SIGNATURES_WIT = `package a:b;
interface counters {
  resource counter { constructor(start: u32); value: func() -> u32; }
  many: func(count: u32) -> list<counter>;
  sum: func(all: list<borrow<counter>>) -> u32;
  take: func(all: list<counter>) -> u32;
  maybe: func(one: option<borrow<counter>>) -> option<counter>;
  pair: func(both: tuple<counter, u8>) -> tuple<u8, counter>;
  attempt: func(value: u32) -> result<counter, u32>;
  freed: func() -> u32;
}
world app {
  import told16: func(${SIXTEEN}) -> string;
  import told17: func(${SEVENTEEN}) -> string;
  import seen17: func(${SEVENTEEN});
  import tried: func(value: u8) -> result;
  import counted: func(value: u8) -> result<u8>;
  import failed: func(value: u8) -> result<_, u8>;
  export counters;
  export tell16: func(${SIXTEEN}) -> string;
  export tell17: func(${SEVENTEEN}) -> string;
  export see17: func(${SEVENTEEN});
  export attempt: func(value: u8) -> result;
  export count: func(value: u8) -> result<u8>;
  export fail: func(value: u8) -> result<_, u8>;
}
`;

const FLAT16 = '(param i32 i64 f32 f64 i32 i32 i32 i32 i32 i64 i32 i32 i32 i32 i32 i32)';
const passed = Array.from({ length: 16 }, (_, at) => `(local.get ${at})`).join(' ');

export const SIGNATURES = `(module
  (import "$root" "told16" (func $told16 ${FLAT16.replace(')', ' i32)')}))
  (import "$root" "told17" (func $told17 (param i32 i32)))
  (import "$root" "seen17" (func $seen17 (param i32)))
  (import "$root" "tried" (func $tried (param i32) (result i32)))
  (import "$root" "counted" (func $counted (param i32 i32)))
  (import "$root" "failed" (func $failed (param i32 i32)))
  (import "[export]a:b/counters" "[resource-new]counter" (func $new (param i32) (result i32)))
  (import "[export]a:b/counters" "[resource-rep]counter" (func $rep (param i32) (result i32)))
  (import "[export]a:b/counters" "[resource-drop]counter" (func $drop (param i32)))
  (memory (export "memory") 1)
  (global $top (mut i32) (i32.const 512))
  (global $freed (mut i32) (i32.const 0))
  (func $realloc (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (local $at i32)
    (local.set $at (i32.and (i32.add (global.get $top) (i32.const 7)) (i32.const -8)))
    (global.set $top (i32.add (local.get $at) (local.get 3)))
    (local.get $at))
  (func (export "tell16") ${FLAT16} (result i32) (call $told16 ${passed} (i32.const 64)) (i32.const 64))
  (func (export "tell17") (param i32) (result i32) (call $told17 (local.get 0) (i32.const 64)) (i32.const 64))
  (func (export "see17") (param i32) (call $seen17 (local.get 0)))
  (func (export "attempt") (param i32) (result i32) (call $tried (local.get 0)))
  (func (export "count") (param i32) (result i32) (call $counted (local.get 0) (i32.const 64)) (i32.const 64))
  (func (export "fail") (param i32) (result i32) (call $failed (local.get 0) (i32.const 64)) (i32.const 64))
  (func (export "a:b/counters#[constructor]counter") (param i32) (result i32) (call $new (local.get 0)))
  (func (export "a:b/counters#[method]counter.value") (param i32) (result i32) (local.get 0))
  (func (export "a:b/counters#[dtor]counter") (param i32) (global.set $freed (i32.add (global.get $freed) (local.get 0))))
  (func (export "a:b/counters#freed") (result i32) (global.get $freed))
  (func (export "a:b/counters#many") (param $count i32) (result i32) (local $list i32) (local $at i32)
    (local.set $list (call $realloc (i32.const 0) (i32.const 0) (i32.const 4) (i32.mul (local.get $count) (i32.const 4))))
    (block $end (loop $next
      (br_if $end (i32.eq (local.get $at) (local.get $count)))
      (i32.store (i32.add (local.get $list) (i32.mul (local.get $at) (i32.const 4))) (call $new (i32.add (local.get $at) (i32.const 10))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br $next)))
    (i32.store (i32.const 64) (local.get $list)) (i32.store (i32.const 68) (local.get $count)) (i32.const 64))
  (func (export "a:b/counters#sum") (param $list i32) (param $count i32) (result i32) (local $sum i32)
    (block $end (loop $next
      (br_if $end (i32.eqz (local.get $count)))
      (local.set $sum (i32.add (local.get $sum) (i32.load (local.get $list))))
      (local.set $list (i32.add (local.get $list) (i32.const 4)))
      (local.set $count (i32.sub (local.get $count) (i32.const 1)))
      (br $next)))
    (local.get $sum))
  (func (export "a:b/counters#take") (param $list i32) (param $count i32) (result i32) (local $sum i32)
    (block $end (loop $next
      (br_if $end (i32.eqz (local.get $count)))
      (local.set $sum (i32.add (local.get $sum) (call $rep (i32.load (local.get $list)))))
      (call $drop (i32.load (local.get $list)))
      (local.set $list (i32.add (local.get $list) (i32.const 4)))
      (local.set $count (i32.sub (local.get $count) (i32.const 1)))
      (br $next)))
    (local.get $sum))
  (func (export "a:b/counters#maybe") (param $some i32) (param $one i32) (result i32)
    (i32.store (i32.const 64) (local.get $some))
    (if (local.get $some) (then (i32.store (i32.const 68) (call $new (i32.add (local.get $one) (i32.const 1))))))
    (i32.const 64))
  (func (export "a:b/counters#pair") (param $one i32) (param $byte i32) (result i32)
    (i32.store (i32.const 64) (local.get $byte)) (i32.store (i32.const 68) (local.get $one)) (i32.const 64))
  (func (export "a:b/counters#attempt") (param $value i32) (result i32)
    (i32.store (i32.const 64) (i32.eqz (local.get $value)))
    (if (local.get $value)
      (then (i32.store (i32.const 68) (call $new (local.get $value))))
      (else (i32.store (i32.const 68) (i32.const 4294967295))))
    (i32.const 64)))`;

/** The imported functions, in JavaScript that Node and boards take. `wide(number)` is a 64-bit integer as text. */
export const SIGNATURES_HOST = `
function text(a, b, c, d, e, f, g, h, i, j, k, l, m, n) {
  return [a, wide(b), c, d, e, f, g, h, wide(i), [].slice.call(j).join("/"), k, l, m, n].join();
}
function told16(a, b, c, d, e, f, g, h, i, j, k, l, m) { return text(a, b, c, d, e, f, g, h, i, j, k, l, m, "-"); }
function told17(a, b, c, d, e, f, g, h, i, j, k, l, m, n) { return text(a, b, c, d, e, f, g, h, i, j, k, l, m, n); }
function seen17(a, b, c, d, e, f, g, h, i, j, k, l, m, n) { print(text(a, b, c, d, e, f, g, h, i, j, k, l, m, n)); }
function thrown(payload) { var error = new Error("thrown"); error.payload = payload; throw error; }
function tried(value) { if (value == 0) thrown(); }
function counted(value) { if (value == 0) thrown(); return value; }
function failed(value) {
  if (value === 98) throw { payload: 3 };
  if (value === 97) throw 4;
  if (value === 96) throw new TypeError("a mistake");
  if (value > 99) thrown(value);
}
`;

/**
 * Prints what calls return. `long(low, high)` is a 64-bit integer, `payloadOf(thrown)` what a result has in the place of an error,
 * or `refused`.
 */
export const SIGNATURES_CALLS = `
function attempt(call) { try { print("" + call()); } catch (error) { print("error", "" + payloadOf(error)); } }
function values(all) { return all.map(function (each) { return each.value(); }).join(); }
function called(f, last) { return f(255, long(-1, -1), 0.5, 0.1, "x", "text", true, -128, long(1, -2147483648), [1, 65535], last, 65535, 0, 7); }
[undefined, 0, 255].forEach(function (last) {
  attempt(function () { return called(app.tell16, last); });
  attempt(function () { return called(app.tell17, last); });
  attempt(function () { return called(app.see17, last); });
});
[0, 1, 100].forEach(function (value) {
  attempt(function () { return app.attempt(value); });
  attempt(function () { return app.count(value); });
  attempt(function () { return app.fail(value); });
});
[98, 97, 96].forEach(function (value) { attempt(function () { return app.fail(value); }); });
var c = app.counters, all = c.many(3);
print(c.many(0).length, all.length, values(all), c.sum(all), c.sum([]), c.sum([all[0], all[0]]));
print(c.maybe(undefined) === undefined, c.maybe(all[1]).value());
var pair = c.pair([all[2], 255]); print(pair[0], pair[1].value());
attempt(function () { return all[2].value() && "kept"; });
attempt(function () { return c.attempt(5).value(); });
attempt(function () { return c.attempt(0); });
print(c.take([all[0], pair[1]]), c.freed(), c.take([]));
attempt(function () { return c.sum([all[1], new c.Counter(7)]); });
attempt(function () { return c.sum([all[0]]) && "kept"; });
`;

/** What the calls print in Node. */
export const SIGNATURES_PRINTED = [
  ...['', 0, 255].flatMap((last) => {
    const parameters = `255,18446744073709551615,0.5,0.1,x,text,true,-128,-9223372036854775807,1/65535,${last},65535,0`;
    return [`${parameters},-`, `${parameters},7`, `${parameters},7`, 'undefined'];
  }),
  'error undefined',
  'error undefined',
  'undefined',
  'undefined',
  '1',
  'undefined',
  'undefined',
  '100',
  'error 100',
  'error 3',
  'error 4',
  'error refused',
  '0 3 10,11,12 33 0 20',
  'true 12',
  '255 12',
  'error refused',
  '5',
  'error 4294967295',
  '22 22 0',
  '18',
  'error refused',
];
