// Tests the static analysis of linear memory, with small modules as compilers would write them.
import { describe, expect, it } from 'vitest';
import { Reader } from '../../../src/reader.js';
import { analyseModule } from '../../../targets/analysis/analysis.js';
import { lowestAddress } from '../../../targets/analysis/memory-window.js';
import { Bound, capacitiesOf } from '../../../targets/analysis/need.js';
import { readModule } from '../../../targets/module/read-module.js';
import { wat } from '../../core/wat.js';
import { type Call, callAll, instantiateWith, missingCapacity } from './exact-engine.js';

const analyse = (text: string) => analyseModule(readModule(wat(text)));
const call = (name: string, ...values: number[]): Call => ({ name, values });

/** Without custom sections. */
function withoutNames(bytes: Uint8Array): Uint8Array {
  const kept = [...bytes.subarray(0, 8)];
  const reader = new Reader();
  reader.reset(bytes, 8, bytes.length);
  while (reader.position < bytes.length) {
    const start = reader.position;
    const id = reader.byte();
    reader.blob();
    if (id !== 0) kept.push(...bytes.subarray(start, reader.position));
  }
  return Uint8Array.from(kept);
}

describe('linear memory', () => {
  it('is needed as far as constant addresses reach, where there are no others', () => {
    const text = (address: string, imported = '') => `(module ${imported} (memory 1) (data (i32.const 64) "abcd")
      (func (param i32) (i32.store16 offset=4 (i32.const 96) (local.get 0)) (drop (i32.load (${address})))))`;
    const { needs } = analyse(text('i32.const 64'));
    expect(needs.memoryBytes).toMatchObject({ needed: 102, bound: Bound.Exact });
    for (const [name, bound] of [
      ['"espruino" "digitalRead" (func (param i32) (result i32))', Bound.Exact],
      ['"espruino" "print" (func (param i32 i32))', Bound.AtLeast],
      ['"wasi_snapshot_preview1" "proc_exit" (func (param i32))', Bound.AtLeast],
      ['"m" "f" (func)', Bound.AtLeast],
    ]) {
      const { needs } = analyse(text('i32.const 64', `(import ${name})`));
      expect(needs.memoryBytes, name).toMatchObject({ needed: 102, bound });
    }
    expect(analyse(text('local.get 0')).needs.memoryBytes).toMatchObject({ needed: 65536, bound: Bound.AtMost });
  });

  it('is known where the address of a store is below an expression', () => {
    const { needs } = analyse(`(module (import "env" "pow" (func $pow (param f64 f64) (result f64))) (memory 1)
      (func (param f64) (f64.store (i32.const 16) (f64.add (call $pow (local.get 0) (f64.const 2)) (f64.const 1)))))`);
    expect(needs.memoryBytes).toMatchObject({ needed: 24, bound: Bound.AtLeast });
  });

  it('is not taken for known where a loop changes the address', () => {
    const { needs } = analyse(`(module (memory 1) (func (param i32) (local i32)
      (local.set 1 (i32.const 8))
      (loop (i32.store (local.get 1) (local.get 0))
        (local.set 1 (i32.add (local.get 1) (i32.const 4)))
        (br_if 0 (i32.lt_u (local.get 1) (i32.const 4000))))))`);
    expect(needs.memoryBytes).toMatchObject({ needed: 65536, bound: Bound.AtMost });
  });

  const pointer = (start: number, extra = '') =>
    `(module (memory (export "memory") 2) (global $__stack_pointer (mut i32) (i32.const ${start})) ${extra}
      (func $f (export "f") (result i32) (local i32)
        (global.set $__stack_pointer (local.tee 0 (i32.sub (global.get $__stack_pointer) (i32.const 48))))
        (i32.store (local.get 0) (i32.const 1)) (call $g)
        (global.set $__stack_pointer (i32.add (local.get 0) (i32.const 48))) (i32.load (local.get 0)))
      (func $g (local i32)
        (global.set $__stack_pointer (local.tee 0 (i32.add (global.get $__stack_pointer) (i32.const -16))))
        (i32.store (local.get 0) (i32.const 1))
        (global.set $__stack_pointer (i32.add (local.get 0) (i32.const 16)))))`;

  it('is needed to the end of the stack behind the data', () => {
    const { memory, needs } = analyse(pointer(4096, '(data (i32.const 1024) "abc")'));
    expect(memory).toMatchObject({
      declared: 131072,
      staticEnd: 4096,
      heapBase: 4096,
      heapBytes: 126976,
      grows: false,
    });
    expect(memory.stack).toMatchObject({ top: 4096, bottom: -1, first: false, used: true });
    expect(memory.data).toMatchObject({ start: 1024, end: 1027, bytes: 3 });
    expect(needs.memoryBytes).toMatchObject({ needed: 4096, bound: Bound.AtMost });
  });

  it('is enough to run with', () => {
    const bytes = wat(pointer(4096, '(data (i32.const 1024) "abc")'));
    const exact = instantiateWith(bytes, capacitiesOf(analyseModule(readModule(bytes)).needs));
    expect(callAll(bytes, exact, [call('f')])).toEqual(['f: 1']);
    // Less than the stack's top is not.
    const less = { ...capacitiesOf(analyseModule(readModule(bytes)).needs), memoryBytes: 4096 - 48, codeWords: 1000 };
    expect(callAll(bytes, instantiateWith(bytes, less), [call('f')])).toEqual(['f: trap']);
  });

  it('sums the bytes that calls take off the stack', () => {
    const { calls } = analyse(pointer(4096));
    expect(calls.stackBytes.length).toBe(64);
    expect([...calls.stackFrames]).toEqual([48, 16]);
  });

  it('names the functions whose frames are not told', () => {
    const grow =
      '(func (export "g") (param i32) (global.set $__stack_pointer (i32.sub (global.get $__stack_pointer) (local.get 0))))';
    expect(analyse(pointer(4096, grow)).calls.unknownFrames).toHaveLength(1);
    expect(analyse(pointer(4096)).calls.unknownFrames).toEqual([]);
  });

  it('is needed to the heap where the stack comes first', () => {
    const exported = '(global (export "__heap_base") i32 (i32.const 5008)) (data (i32.const 4096) "abc")';
    const { memory, needs } = analyse(pointer(4096, exported));
    expect(memory.stack).toMatchObject({ top: 4096, bottom: 0, first: true });
    expect(memory.staticEnd).toBe(5008);
    expect(needs.memoryBytes).toMatchObject({ needed: 5008, bound: Bound.AtMost });
  });

  it('is not known to end where the stack comes first and nothing tells the end of the data', () => {
    const { memory, needs } = analyse(pointer(4096, '(data (i32.const 4096) "abc")'));
    expect(memory.staticEnd).toBe(-1);
    expect(needs.memoryBytes).toMatchObject({ needed: 131072, bound: Bound.AtMost });
    const zeroed = analyse(pointer(4096, '(func (export "g") (drop (i32.load offset=5000 (i32.const 0))))'));
    expect(zeroed.memory.stack!.first).toBe(true);
    expect(zeroed.needs.memoryBytes.needed).toBe(131072);
  });

  it('is needed to the end of the stack where variables without data lie in front of it', () => {
    const zeroed = '(func (export "g") (i32.store offset=1024 (i32.const 0) (i32.const 65535)))';
    const { memory, needs } = analyse(pointer(4096, zeroed));
    expect(memory.stack).toMatchObject({ top: 4096, first: false });
    expect(needs.memoryBytes).toMatchObject({ needed: 4096, bound: Bound.AtMost });
    const both = '(func (export "h") (i32.store offset=5000 (i32.const 0) (i32.const 1)))';
    expect(analyse(pointer(4096, zeroed + both)).memory.stack!.isDoubtful).toBe(true);
  });

  it('starts at address 0 where a variable may lie below the stack', () => {
    const start = (more: string) => {
      const { memory, calls } = analyse(
        pointer(4096, `(func (export "g") (drop (i32.load offset=5000 (i32.const 0))) ${more})`),
      );
      return lowestAddress(memory, calls).address;
    };
    expect(start('')).toBe(4096 - 64);
    expect(start('(drop (i32.load offset=1200 (i32.const 0)))')).toBe(0);
  });

  it('has the borders that the linker exports', () => {
    const { memory } = analyse(
      pointer(
        4096,
        `(global (export "__data_end") i32 (i32.const 2048)) (global (export "__stack_low") i32 (i32.const 3072))
         (global (export "__stack_high") i32 (i32.const 4096)) (data (i32.const 1024) "abc")`,
      ),
    );
    expect(memory).toMatchObject({ dataEnd: 2048, stack: { bottom: 3072, top: 4096, first: false } });
  });

  it.each([
    ['memory.grow', '(func (export "g") (drop (memory.grow (i32.const 1))))', Bound.AtLeast],
    ['memory.size', '(func (export "g") (drop (memory.size)))', Bound.AtMost],
    ['malloc', '(func (export "malloc") (param i32) (result i32) (i32.const 0))', Bound.AtMost],
    ['the address of __heap_base', '(func (export "g") (result i32) (i32.const 4096))', Bound.AtMost],
    ['the address of __heap_base', '(data (i32.const 1025) "abc\\00\\10\\00\\00")', Bound.AtMost],
  ])('is needed in full with %s', (sign, extra, bound) => {
    const { memory, needs } = analyse(pointer(4096, `(data (i32.const 1024) "a") ${extra}`));
    expect(memory.heapSigns).toContain(sign);
    expect(memory.grows).toBe(sign === 'memory.grow');
    expect(needs.memoryBytes).toMatchObject({ needed: 131072, bound });
  });

  it('is needed in full where an access is behind it all', () => {
    const access = '(data (i32.const 1024) "a") (func (export "g") (drop (i32.load offset=9000 (i32.const 0))))';
    expect(analyse(pointer(4096, access)).needs.memoryBytes.needed).toBe(131072);
  });

  it('is needed in full where nothing tells how it is used', () => {
    const text = '(module (memory 1) (func (export "f") (param i32) (result i32) (i32.load (local.get 0))))';
    expect(analyse(text).needs.memoryBytes).toMatchObject({ needed: 65536, bound: Bound.AtMost });
  });

  it.each([
    ['a counter', '(global $n (mut i32) (i32.const 112))', 'global.set $n (i32.sub (global.get $n) (i32.const 1))'],
    ['an allocator', '(global $n (mut i32) (i32.const 112))', 'global.set $n (i32.add (global.get $n) (local.get 0))'],
    ['an exported one', '(global $n (export "n") (mut i32) (i32.const 112))', 'nop'],
    [
      'not the first',
      '(global i32 (i32.const 1)) (global $n (mut i32) (i32.const 112))',
      'global.set $n (i32.sub (global.get $n) (i32.const 16))',
    ],
  ])('does not take a variable for a stack pointer: %s', (_, global, use) => {
    // Names would tell it by themselves.
    const bytes = wat(`(module (memory 1) ${global} (data (i32.const 8) "abc")
      (func (export "f") (param i32) (${use}) (i32.store (local.get 0) (i32.const 1))))`);
    const { memory, needs } = analyseModule(readModule(withoutNames(bytes)));
    expect(memory.stack).toBeNull();
    expect(needs.memoryBytes.needed).toBe(65536);
  });

  it('is not needed where nothing is in it', () => {
    const { needs } = analyse('(module (memory 1) (func (export "f")))');
    expect(needs.memoryBytes).toMatchObject({ needed: 0, exact: true });
    const bytes = wat('(module (memory 1) (data (i32.const 8) "abc") (func (export "f")))');
    const analysis = analyseModule(readModule(bytes));
    expect(analysis.needs.memoryBytes).toMatchObject({ needed: 11, exact: true });
    const capacities = capacitiesOf(analysis.needs);
    expect(missingCapacity(() => instantiateWith(bytes, capacities))).toBe('');
    expect(missingCapacity(() => instantiateWith(bytes, { ...capacities, memoryBytes: 10 }))).toBe('memoryBytes');
  });

  it('may be decided by others', () => {
    const imported = analyse(
      '(module (import "a" "m" (memory 1 3)) (func (export "f") (i32.store (i32.const 0) (i32.const 1))))',
    );
    expect(imported.memory).toMatchObject({ imported: true, declared: 65536, maximum: 196608 });
    expect(imported.needs.memoryBytes).toMatchObject({ needed: 65536, bound: Bound.AtLeast });
    const relocated = analyse(`(module (import "a" "b" (global $b i32)) (memory 1) (data (global.get $b) "abc")
      (func (export "f") (i32.store (i32.const 0) (i32.const 1))))`);
    expect(relocated.needs.memoryBytes).toMatchObject({ needed: 65536, bound: Bound.AtMost });
  });
});

describe('AssemblyScript', () => {
  const module = (body: string) => `(module (import "env" "abort" (func (param i32 i32 i32 i32)))
    (memory 1) (data (i32.const 1036) "abcd")
    (global $~lib/memory/__heap_base i32 (i32.const 1052)) ${body})`;
  const alloc = (root: string) =>
    module(`(func $alloc (export "alloc") (param i32) (result i32)
    (drop (memory.size)) (drop (memory.grow (i32.const 2))) (drop (memory.grow (i32.const 1))) (i32.store (local.get 0) (i32.const ${root})) (i32.const 0))`);

  it('has no stack', () => {
    const { memory, needs } = analyse(module('(func (export "f") (i32.store (i32.const 1036) (i32.const 1)))'));
    expect(memory).toMatchObject({ stack: null, heapBase: 1052, staticEnd: 1052 });
    expect(needs.memoryBytes).toMatchObject({ needed: 1052, bound: Bound.AtMost });
  });

  it('takes from the heap what it allocates, with the runtime stub', () => {
    expect(analyse(alloc('7')).needs.memoryBytes).toMatchObject({ needed: 1052, bound: Bound.AtLeast });
  });

  it('takes the whole heap, with the other runtimes', () => {
    expect(analyse(alloc('1572')).needs.memoryBytes).toMatchObject({ needed: 65536, bound: Bound.AtLeast });
  });
});
