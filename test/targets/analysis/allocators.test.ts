// AssemblyScript's allocators are told apart by how they use memory.size and memory.grow, where a module carries no names.
import { expect, it } from 'vitest';
import { analyseModule } from '../../../targets/analysis/analysis.js';
import { Bound } from '../../../targets/analysis/need.js';
import { readModule } from '../../../targets/module/read-module.js';
import { wat } from '../../core/wat.js';

/** Asks for some pages, and where there are none for fewer, as both allocators do. */
const GROW = `(if (i32.gt_u (local.get 0) (i32.shl (memory.size) (i32.const 16))) (then
  (if (i32.lt_s (memory.grow (i32.const 2)) (i32.const 0)) (then
    (if (i32.lt_s (memory.grow (i32.const 1)) (i32.const 0)) (then (unreachable)))))))`;

const needOf = (behind: string) =>
  analyseModule(
    readModule(
      wat(`(module (import "env" "abort" (func (param i32 i32 i32 i32))) (memory 1) (data (i32.const 1024) "abcd")
        (global $offset (mut i32) (i32.const 1040))
        (func (export "allocate") (param i32) (result i32) ${GROW} ${behind} (global.get $offset)))`),
    ),
  ).needs.memoryBytes;

it('takes for a bump allocator what only grows', () => {
  expect(needOf('(global.set $offset (i32.add (global.get $offset) (local.get 0)))')).toMatchObject({
    needed: 1028,
    bound: Bound.AtLeast,
  });
});

it('takes all memory for the heap of an allocator that writes where memory ends', () => {
  const tail = '(i32.store (i32.sub (i32.shl (memory.size) (i32.const 16)) (i32.const 4)) (i32.const 2))';
  expect(needOf(tail)).toMatchObject({ needed: 65536, bound: Bound.AtLeast });
});
