// The static analysis of small modules, each made for one thing that it has to see.
import { describe, expect, it } from 'vitest';
import { type CapacityName, DecodeError, tiny, ValidationError } from '../../../src/index.js';
import { analyseModule, type ModuleAnalysis } from '../../../targets/analysis/analysis.js';
import { Bound, capacitiesOf } from '../../../targets/analysis/need.js';
import { readModule } from '../../../targets/module/read-module.js';
import { moduleOf, section, wat } from '../../core/wat.js';
import { type Call, callAll, EXHAUSTED, instantiateWith, missingCapacity } from './exact-engine.js';

const analyse = (text: string) => analyseModule(readModule(wat(text)));
const needed = (text: string, capacity: CapacityName) => analyse(text).needs[capacity].needed;
const named = ({ names }: ModuleAnalysis, path: number[]) => path.map((index) => names.get(index) ?? String(index));

/** With what is needed of a running capacity the calls go through, with one unit less they do not. */
function expectTight(text: string, capacity: CapacityName, units: number, calls: Call[]): void {
  const bytes = wat(text);
  const { needs } = analyseModule(readModule(bytes));
  expect(needs[capacity].needed).toBe(units);
  const capacities = { ...capacitiesOf(needs), callDepth: 64, valueSlots: 256, memoryBytes: 65536 };
  const enough = callAll(bytes, instantiateWith(bytes, { ...capacities, [capacity]: units }), calls);
  expect(enough.join()).not.toContain(EXHAUSTED);
  const less = callAll(bytes, instantiateWith(bytes, { ...capacities, [capacity]: units - 1 }), calls);
  expect(less.join()).toContain(EXHAUSTED);
}

const call = (name: string, ...values: number[]): Call => ({ name, values });

describe('what loading takes', () => {
  it('covers every capacity', () => {
    expect(Object.keys(analyse('(module)').needs).sort()).toEqual(Object.keys(tiny).sort());
  });

  it('is nothing for an empty module', () => {
    const { needs } = analyse('(module)');
    for (const [capacity, { needed, exact }] of Object.entries(needs)) {
      const once = capacity === 'modules' || capacity === 'instances';
      expect([capacity, needed, exact]).toEqual([capacity, once ? 1 : 0, true]);
    }
  });

  it.each<[CapacityName, number, string]>([
    ['types', 3, '(module (type (func)) (type (func (param i32))) (type (func (param i32))))'],
    ['typeValues', 5, '(module (type (func (param i64 f32) (result i32))) (type (func (param i32 i32))))'],
    // Written down before it is found to be known.
    ['typeValues', 6, '(module (type (func (param i64 f32 f32))) (type (func (param i64 f32 f32))))'],
    ['functions', 2, '(module (func) (func))'],
    // One for each definition of the host, one for each import, and the module's own.
    ['functions', 5, '(module (import "a" "b" (func)) (import "a" "c" (func)) (func))'],
    ['functions', 3, '(module (import "a" "b" (func)) (import "a" "b" (func)))'],
    ['functionLocals', 7, '(module (func (param i32 i32) (local i64 i64 f32 f32 f32)) (func (local i32)))'],
    ['operandDepth', 3, '(module (func i32.const 1 i32.const 2 i32.const 3 drop drop drop))'],
    // The operand of a constant expression.
    ['operandDepth', 1, '(module (global i32 (i32.const 7)))'],
    ['labelDepth', 3, '(module (func (block (loop))) (func (block)))'],
    ['basicBlocks', 3, '(module (func (param i32) (if (local.get 0) (then (nop))) ))'],
    ['tables', 2, '(module (table 3 funcref) (table 4 externref))'],
    ['tableEntries', 7, '(module (table 3 funcref) (table 4 externref))'],
    ['tables', 2, '(module (import "a" "t" (table 3 funcref)) (table 4 externref))'],
    ['globals', 2, '(module (import "a" "g" (global i32)) (global i64 (i64.const 1)))'],
    ['elementSegments', 2, '(module (table 1 funcref) (elem (i32.const 0) 0) (elem func 0) (func))'],
    ['dataSegments', 2, '(module (memory 1) (data (i32.const 0) "a") (data "b"))'],
    ['exports', 2, '(module (func (export "a") (export "b")))'],
    ['definitions', 2, '(module (import "a" "b" (func)) (import "a" "b" (func)) (import "a" "m" (memory 1)))'],
    ['memories', 1, '(module (memory 0))'],
    ['memories', 1, '(module (import "a" "m" (memory 1)))'],
  ])('%s: %i of %s', (capacity, units, text) => {
    const bytes = wat(text);
    const { needs } = analyseModule(readModule(bytes));
    expect(needs[capacity]).toMatchObject({ needed: units, exact: true });
    const capacities = { ...capacitiesOf(needs), memoryBytes: 65536 };
    expect(missingCapacity(() => instantiateWith(bytes, capacities))).toBe('');
    const less = { ...capacities, [capacity]: units - 1 };
    expect(missingCapacity(() => instantiateWith(bytes, less))).toBe(capacity);
  });

  it('takes more code for addresses past the memory that there is', () => {
    const bytes = wat('(module (memory 1) (func (export "f") (result i32) (i32.load offset=60000 (i32.const 0))))');
    const within = analyseModule(readModule(bytes), { memoryBytes: 65536 }).needs.codeWords.needed;
    const past = analyseModule(readModule(bytes), { memoryBytes: 4096 }).needs.codeWords.needed;
    expect(past).toBeGreaterThan(within);
    for (const [memoryBytes, codeWords] of [
      [65536, within],
      [4096, past],
    ]) {
      const capacities = { ...tiny, memoryBytes, codeWords };
      expect(missingCapacity(() => instantiateWith(bytes, capacities))).toBe('');
      const less = { ...capacities, codeWords: codeWords - 1 };
      expect(missingCapacity(() => instantiateWith(bytes, less))).toBe('codeWords');
    }
  });

  it('has no limit of its own', () => {
    const many = Array.from({ length: 20000 }, () => '(func)').join('');
    expect(needed(`(module ${many} (table 100000 funcref) (memory 1))`, 'functions')).toBe(20000);
    expect(needed('(module (table 100000 funcref))', 'tableEntries')).toBe(100000);
  });

  it('fails as loading does', () => {
    expect(() => analyseModule(readModule(new Uint8Array([1, 2, 3])))).toThrow(DecodeError);
    expect(() => analyse('(module (func (result i32) i32.const 1))')).not.toThrow();
    // A body without its result.
    const invalid = moduleOf(section(1, 1, 0x60, 0, 1, 0x7f), section(3, 1, 0), section(10, 1, 2, 0, 0x0b));
    expect(() => analyseModule(readModule(invalid))).toThrow(ValidationError);
  });

  it('says that a table may grow', () => {
    const { needs } = analyse('(module (table 5 funcref) (func (drop (table.grow (ref.null func) (i32.const 1)))))');
    expect(needs.tableEntries).toMatchObject({ needed: 5, bound: Bound.AtLeast });
  });
});

describe('calls', () => {
  it('count the functions on the longest path', () => {
    expectTight(
      `(module (func $a (export "a") (call $b) (call $c)) (func $b) (func $c (call $d)) (func $d (call $b)))`,
      'callDepth',
      4,
      [call('a')],
    );
  });

  it('show the path by names', () => {
    const analysis = analyse('(module (func $a (export "a") (call $b)) (func $b (call $c)) (func $c))');
    expect(named(analysis, analysis.calls.calls.path)).toEqual(['a', 'b', 'c']);
    expect(analysis.needs.callDepth).toMatchObject({ bound: Bound.AtMost, why: 'along a > b > c' });
  });

  it('start from exports, the start function and exported tables', () => {
    expect(needed('(module (func (call 1)) (func))', 'callDepth')).toBe(0);
    expect(needed('(module (start 0) (func (call 1)) (func))', 'callDepth')).toBe(2);
    const table = '(module (table (export "t") 1 funcref) (elem (i32.const 0) 0) (func (call 1)) (func))';
    expect(needed(table, 'callDepth')).toBe(2);
    const imported = '(module (import "a" "t" (table 1 funcref)) (elem (i32.const 0) 0) (func (call 1)) (func))';
    expect(needed(imported, 'callDepth')).toBe(2);
  });

  it('do not count what cannot be reached', () => {
    expect(needed('(module (func (export "a") return (call 1)) (func))', 'callDepth')).toBe(1);
  });

  it('take host functions as leaves', () => {
    expectTight(
      '(module (import "a" "h" (func $h (param i32) (result i32))) (func (export "a") (drop (call $h (i32.const 1)))))',
      'callDepth',
      1,
      [call('a')],
    );
  });

  it('do not get deeper by tail calls', () => {
    const text = '(module (func (export "a") (return_call 1)) (func (return_call 2)) (func))';
    expect(needed(text, 'callDepth')).toBe(1);
    const loop = '(module (func (export "a") (return_call 1)) (func (return_call 0)))';
    const { calls, needs } = analyse(loop);
    expect(calls.recursion).toEqual([]);
    expect(needs.callDepth.needed).toBe(1);
    const mixed = '(module (func (export "a") (return_call 1)) (func (call 2) (return_call 0)) (func))';
    expect(analyse(mixed).calls.recursion).toEqual([]);
    expect(needed(mixed, 'callDepth')).toBe(2);
  });

  it('take functions that tail-call each other for one', () => {
    const text = `(module
      (func $a (export "a") (param i32) (if (local.get 0) (then (return_call $b))) (call $deep))
      (func $b (return_call $a (i32.const 0))) (func $deep (call $deeper)) (func $deeper)
      (func $x (export "x") (call $b)))`;
    const analysis = analyse(text);
    expect(analysis.needs.callDepth.needed).toBe(4);
    expect(named(analysis, analysis.calls.calls.path)).toEqual(['x', 'b', 'a', 'deep', 'deeper']);
    expectTight(text, 'callDepth', 4, [call('x')]);
  });

  it('are exact where none is made', () => {
    expect(analyse('(module (func (export "a")) (func (export "b")))').needs.callDepth.exact).toBe(true);
    expectTight('(module (func (export "a")))', 'callDepth', 1, [call('a')]);
  });
});

describe('recursion', () => {
  it('of a function by itself', () => {
    const analysis = analyse('(module (func $f (export "f") (call $g) (call $f)) (func $g))');
    expect(analysis.calls.recursion).toMatchObject([{ direct: true, calls: 1, functions: 1 }]);
    expect(named(analysis, analysis.calls.recursion[0].cycle)).toEqual(['f']);
    expect(analysis.needs.callDepth).toMatchObject({ needed: 2, bound: Bound.AtLeast });
    expect(analysis.needs.callDepth.why).toContain('recursion adds to it: f > f');
    expect(analysis.needs.valueSlots.bound).toBe(Bound.AtLeast);
  });

  it('shows the cycle that takes most', () => {
    const analysis = analyse(`(module
      (func $small (export "small") (call $small))
      (func $a (export "a") (param i32) (local i64 i64 i64) (call $b))
      (func $b (call $c))
      (func $c (call $a (i32.const 1)) (call $b)))`);
    const [worst, other] = analysis.calls.recursion;
    expect(named(analysis, worst.cycle)).toEqual(['a', 'b', 'c']);
    expect(worst).toMatchObject({ calls: 3, functions: 3, valueSlots: 4 });
    expect(named(analysis, other.cycle)).toEqual(['small']);
  });

  it('does not count where it cannot be reached', () => {
    expect(analyse('(module (func (export "a")) (func (call 1)))').calls.recursion).toEqual([]);
  });

  it('that tail calls make part of', () => {
    const { calls } = analyse('(module (func (export "a") (call 1)) (func (return_call 0)))');
    expect(calls.recursion).toMatchObject([{ direct: true, calls: 1, functions: 2 }]);
  });

  it('through a table is only possible', () => {
    const analysis = analyse(`(module (table 1 funcref) (elem (i32.const 0) $f)
      (func $f (export "f") (call_indirect (i32.const 0))))`);
    expect(analysis.calls.recursion).toMatchObject([{ direct: false, calls: 1 }]);
    expect(named(analysis, analysis.calls.recursion[0].cycle)).toEqual(['f']);
    expect(analysis.needs.callDepth.why).toContain('possible recursion through a table');
  });
});

describe('indirect calls', () => {
  const functions = `(type $v (func)) (type $i (func (param i32)))
    (func $run (export "run") (call_indirect (type $v) (i32.const 0)))
    (func $shallow (type $v)) (func $deep (type $v) (call $leaf)) (func $leaf) (func $other (type $i) (call $deep))`;

  it.each([
    ['of the segments', `(table 2 funcref) (elem (i32.const 0) $shallow)`, 2, false],
    ['of the signature', `(table 2 funcref) (elem (i32.const 0) $shallow $other)`, 2, false],
    ['of all segments', `(table 2 funcref) (elem (i32.const 0) $shallow) (elem (i32.const 1) $deep)`, 3, false],
    ['not of another table', `(table 2 funcref) (table 2 funcref) (elem (table 1) (i32.const 0) func $deep)`, 1, false],
    [
      'of passive segments that are copied',
      `(table 2 funcref) (elem func $deep) (func (table.init 0 (i32.const 0) (i32.const 0) (i32.const 1)))`,
      3,
      false,
    ],
    ['not of passive ones that are not', `(table 2 funcref) (elem func $deep)`, 1, false],
    [
      'of a table that is copied from',
      `(table 2 funcref) (table 2 funcref) (elem (table 1) (i32.const 0) func $deep)
       (func (table.copy 0 1 (i32.const 0) (i32.const 0) (i32.const 1)))`,
      3,
      false,
    ],
    [
      'of what is referred to, in an exported table',
      `(table (export "t") 2 funcref) (elem declare func $deep)`,
      3,
      true,
    ],
    [
      'of what is referred to, in an imported table',
      `(import "a" "t" (table 2 funcref)) (elem declare func $deep)`,
      3,
      true,
    ],
    [
      'of what is referred to, where entries are set',
      `(table 2 funcref) (elem declare func $deep) (func (table.set (i32.const 0) (ref.func $deep)))`,
      3,
      true,
    ],
  ])('are of functions %s', (_, rest, depth, open) => {
    const imports = rest.startsWith('(import') ? [rest, ''] : ['', rest];
    const { needs, calls } = analyse(`(module ${imports[0]} ${functions} ${imports[1]})`);
    expect(needs.callDepth.needed).toBe(depth);
    expect(calls.graph.indirect).toMatchObject([{ sites: 1, open }]);
  });

  it('run as deep as predicted', () => {
    expectTight(`(module (table 2 funcref) (elem (i32.const 0) $deep) ${functions})`, 'callDepth', 3, [call('run')]);
  });
});

describe('value slots', () => {
  it('overlap where arguments are passed', () => {
    expectTight(
      `(module
        (func (export "a") (param i32) (local i64 i64) (drop (call $b (i32.const 1) (i32.const 2))))
        (func $b (param i32 i32) (result i32) (local i32) (i32.add (local.get 0) (local.get 1))))`,
      'valueSlots',
      // Three locals, and behind them the other's frame: two arguments, a local, and two operands.
      3 + 2 + 1 + 2,
      [call('a', 0)],
    );
  });

  it('are of the path that takes most, not of the deepest', () => {
    const analysis = analyse(`(module
      (func $a (export "a") (call $b) (call $wide)) (func $b (call $c)) (func $c)
      (func $wide (local i64 i64 i64 i64 i64)))`);
    expect(named(analysis, analysis.calls.calls.path)).toEqual(['a', 'b', 'c']);
    expect(named(analysis, analysis.calls.valueSlots.path)).toEqual(['a', 'wide']);
    expect(analysis.needs.valueSlots.needed).toBe(5);
  });

  it('start where the operands below the arguments end', () => {
    expectTight(
      `(module
        (func $a (export "a") (param i32) (result i32)
          (i32.add (i32.mul (local.get 0) (local.get 0)) (call $b)))
        (func $b (result i32) (local i32 i32 i32 i32) (local.get 3)))`,
      'valueSlots',
      1 + 1 + 4 + 1,
      [call('a', 3)],
    );
  });

  it('of tail calls are the largest', () => {
    expectTight(
      '(module (func (export "a") (return_call 1)) (func (local i32 i32 i32) (return_call 2)) (func (local i32)))',
      'valueSlots',
      3,
      [call('a')],
    );
  });

  it('evaluate constant expressions', () => {
    const text = '(module (global i32 (i32.add (i32.const 1) (i32.add (i32.const 2) (i32.const 3)))))';
    expect(analyse(text).needs.valueSlots).toMatchObject({ needed: 3, exact: true });
    const bytes = wat(text);
    const capacities = capacitiesOf(analyseModule(readModule(bytes)).needs);
    expect(missingCapacity(() => instantiateWith(bytes, capacities))).toBe('');
    expect(missingCapacity(() => instantiateWith(bytes, { ...capacities, valueSlots: 2 }))).toBe('valueSlots');
    expect(needed('(module (memory 1) (data (i32.const 1) "a"))', 'valueSlots')).toBe(1);
    expect(needed('(module (table 1 funcref) (elem (i32.const 0) func))', 'valueSlots')).toBe(1);
  });
});
