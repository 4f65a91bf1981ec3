// The module of `tazzina selftest`, in the text format: an exported function for each type of value, whose first argument says which
// instruction it executes, and functions for memory, calls, imports and state.

/** Bytes behind linear memory: accesses beyond them trap. */
export const MEMORY_BYTES = 1024;

const binary = (type: string, names: string) => names.split(' ').map((name) => `${type}.${name}`);

const INTEGER =
  'add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u rotl rotr eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u';
const INTEGER_UNARY = 'clz ctz popcnt eqz extend8_s extend16_s';
const FLOAT = 'add sub mul div min max copysign eq ne lt gt le ge';
const FLOAT_UNARY = 'abs neg ceil floor trunc nearest sqrt';
const COMPARISON = /\.(eqz?|ne|[lg][te](_[su])?)$/;

/** An instruction, or several, with the expression of its value. `a` and `b` are the operands. */
interface Operation {
  name: string;
  text: string;
}

const withTwo = (name: string, a = '(local.get $a)', b = '(local.get $b)') => ({ name, text: `(${name} ${a} ${b})` });
const withOne = (name: string, a = '(local.get $a)') => ({ name, text: `(${name} ${a})` });

/** The value of an i64 function: comparisons give an i32. */
const wide = ({ name, text }: Operation) => ({
  name,
  text: COMPARISON.test(name) ? `(i64.extend_i32_u ${text})` : text,
});

const I32: Operation[] = [
  ...binary('i32', INTEGER).map((name) => withTwo(name)),
  ...binary('i32', INTEGER_UNARY).map((name) => withOne(name)),
];

const I64: Operation[] = [
  ...binary('i64', INTEGER).map((name) => withTwo(name)),
  ...binary('i64', `${INTEGER_UNARY} extend32_s`).map((name) => withOne(name)),
].map(wide);

/** Floats pass as their bits, and each NaN as one: which bits it has is left open. */
function floats(type: 'f32' | 'f64'): Operation[] {
  const integer = type === 'f32' ? 'i32' : 'i64';
  const [a, b] = ['a', 'b'].map((name) => `(${type}.reinterpret_${integer} (local.get $${name}))`);
  const told = ({ name, text }: Operation) => {
    if (!COMPARISON.test(name)) return { name, text: `(call $bits_${type} ${text})` };
    return { name, text: type === 'f32' ? text : `(i64.extend_i32_u ${text})` };
  };
  const truncations = ['i32', 'i64'].flatMap((to) =>
    [`${to}.trunc_`, `${to}.trunc_sat_`].flatMap((name) => ['_s', '_u'].map((sign) => `${name}${type}${sign}`)),
  );
  const asResult = (name: string, text: string) => {
    if (name.startsWith(integer)) return text;
    return integer === 'i64' ? `(i64.extend_i32_u ${text})` : `(i32.wrap_i64 (i64.rotl ${text} (i64.const 7)))`;
  };
  return [
    ...binary(type, FLOAT).map((name) => told(withTwo(name, a, b))),
    ...binary(type, FLOAT_UNARY).map((name) => told(withOne(name, a))),
    ...truncations.map((name) => ({ name, text: asResult(name, `(${name} ${a})`) })),
    ...['_s', '_u'].map((sign) => told(withOne(`${type}.convert_${integer}${sign}`, '(local.get $a)'))),
  ];
}

const LOADS = ['i32.load', 'i32.load8_s', 'i32.load8_u', 'i32.load16_s', 'i32.load16_u'].map((name) => ({
  name,
  text: `(i64.extend_i32_s (${name} offset=2 (local.get $a)))`,
}));
const WIDE_LOADS = ['i64.load', 'i64.load8_s', 'i64.load16_u', 'i64.load32_s'].map((name) => ({
  name,
  text: `(${name} (local.get $a))`,
}));
const STORES = ['i64.store', 'i64.store8', 'i64.store16', 'i64.store32'].map((name) => ({
  name,
  text: `(block (result i64) (${name} offset=1 (local.get $a) (local.get $b)) (call $around))`,
}));
const FLOAT_STORES: Operation[] = [
  {
    name: 'f64.store',
    text: '(block (result i64) (f64.store (local.get $a) (f64.reinterpret_i64 (local.get $b))) (call $around))',
  },
  {
    name: 'f32.store',
    text: '(block (result i64) (f32.store (local.get $a) (f32.reinterpret_i32 (i32.wrap_i64 (local.get $b)))) (call $around))',
  },
  {
    name: 'memory.fill',
    text: '(block (result i64) (memory.fill (local.get $a) (i32.const 90) (i32.const 5)) (call $around))',
  },
  {
    name: 'memory.copy',
    text: '(block (result i64) (memory.copy (local.get $a) (i32.const 4) (i32.const 9)) (call $around))',
  },
];

const CALLS: Operation[] = [
  { name: 'call_indirect', text: '(call_indirect (type $unary) (local.get $b) (local.get $a))' },
  { name: 'call', text: '(call $sum (i32.and (local.get $a) (i32.const 3)))' },
  { name: 'table.size', text: '(table.size $functions)' },
  {
    name: 'loop',
    text: `(block (result i32) (local.set $b (i32.const 0)) (local.set $a (i32.and (local.get $a) (i32.const 15)))
      (loop $next (local.set $b (i32.add (i32.mul (local.get $b) (i32.const 3)) (local.get $a)))
        (br_if $next (i32.ge_s (local.tee $a (i32.sub (local.get $a) (i32.const 1))) (i32.const 0)))) (local.get $b))`,
  },
];

/** A function of the number of an operation and two operands. */
export interface OperationFunction {
  name: string;
  /** Types of both operands; `iI` for an address and an i64. */
  parameters: string;
  result: 'i' | 'I';
  operations: readonly Operation[];
}

export const FUNCTIONS: readonly OperationFunction[] = [
  { name: 'i32', parameters: 'ii', result: 'i', operations: I32 },
  { name: 'i64', parameters: 'II', result: 'I', operations: I64 },
  { name: 'f32', parameters: 'ii', result: 'i', operations: floats('f32') },
  { name: 'f64', parameters: 'II', result: 'I', operations: floats('f64') },
  { name: 'memory', parameters: 'iI', result: 'I', operations: [...STORES, ...FLOAT_STORES, ...LOADS, ...WIDE_LOADS] },
  { name: 'calls', parameters: 'ii', result: 'i', operations: CALLS },
];

const TYPES: Record<string, string> = { i: 'i32', I: 'i64' };

function functionText({ name, parameters, result, operations }: OperationFunction): string {
  const labels = operations.map((_, index) => index).join(' ');
  const [a, b] = [...parameters].map((letter) => TYPES[letter]);
  return `(func (export "${name}") (param $operation i32) (param $a ${a}) (param $b ${b}) (result ${TYPES[result]})
  ${'(block '.repeat(operations.length)}(br_table ${labels} ${operations.length - 1} (local.get $operation))
  ${operations.map(({ text }) => `) (return ${text})`).join('\n  ')} unreachable)`;
}

/** The addresses that `around` reads: both ends of memory. */
const ENDS = [0, 8, MEMORY_BYTES - 16, MEMORY_BYTES - 8];
const around = ENDS.map((at) => `(i64.load (i32.const ${at}))`).reduce(
  (sum, each) => `(i64.add (i64.mul ${sum} (i64.const 31)) ${each})`,
);

export const MODULE_TEXT = `(module
(import "own" "give" (func $give (param i32 i64 f32 f64) (result f64)))
(import "own" "fail" (func $fail (param i32)))
(import "own" "again" (func $again (param i32) (result i32)))
(type $unary (func (param i32) (result i32)))
(memory 1)
(data (i32.const 0) "The quick brown fox jumps over the lazy dog")
(table $functions 4 funcref)
(elem (i32.const 0) $sum $double $other)
(global $count (export "count") (mut i32) (i32.const 0))
(func $around (result i64) ${around})
(func $bits_f32 (param f32) (result i32)
  (select (i32.const 0x7fc00000) (i32.reinterpret_f32 (local.get 0)) (f32.ne (local.get 0) (local.get 0))))
(func $bits_f64 (param f64) (result i64)
  (select (i64.const 0x7ff8000000000000) (i64.reinterpret_f64 (local.get 0)) (f64.ne (local.get 0) (local.get 0))))
(func $sum (export "sum") (param i32) (result i32)
  (if (result i32) (i32.le_s (local.get 0) (i32.const 0)) (then (i32.const 0))
    (else (i32.add (local.get 0) (call $sum (i32.sub (i32.and (local.get 0) (i32.const 7)) (i32.const 1)))))))
(func $double (param i32) (result i32) (i32.shl (local.get 0) (i32.const 1)))
(func $other (param i64))
(func $deep (export "deep") (param i32) (result i32)
  (i32.add (i32.const 1) (call $deep (i32.add (local.get 0) (i32.const 1)))))
(func (export "give") (param i32 i64 f32 f64) (result f64)
  (f64.add (f64.const 1) (call $give (local.get 0) (local.get 1) (local.get 2) (local.get 3))))
(func (export "fail") (param i32) (result i32)
  (global.set $count (i32.add (global.get $count) (i32.const 1))) (call $fail (local.get 0)) (global.get $count))
(func (export "again") (param i32) (result i32) (i32.add (i32.const 1000) (call $again (local.get 0))))
(func (export "spin") (param i32) (result i32) (local $sum i32)
  (loop $next (local.set $sum (i32.add (i32.mul (local.get $sum) (i32.const 31)) (local.get 0)))
    (br_if $next (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))) (local.get $sum))
${FUNCTIONS.map(functionText).join('\n')})`;

/** A user's file with the imports of the module. `require` has another name, because bundlers replace it. */
export const IMPORTS_TEXT = `export const own = {
  give: function (a, b, c, d) { return a + b[0] + b[1] * 4294967296 + c + d; },
  fail: function (x) { if (x > 1) throw new Error("failed " + x); },
  again: function (x) { return BOARD_REQUIRE("selftest").sum(x); },
};`;
