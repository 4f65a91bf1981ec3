// Addresses that are aligned because of what the other functions do.
import { expect, it } from 'vitest';
import { buildProgram } from '../../../targets/board/build.js';
import { readModule } from '../../../targets/module/read-module.js';
import { wat } from '../../core/wat.js';
import { roomyBoard } from '../../differential/board-program.js';

/** Whether the accesses of `$inner`, to which `$outer` passes an address on the stack, are tested for alignment. */
async function isTested({ frame = 16, passed = '(local.get $s)', table = '', type = '' } = {}): Promise<boolean> {
  const source = `(module (memory 1) (global $sp (mut i32) (i32.const 4096)) ${table}
    (func $inner ${type} (param $p i32) (result i32)
      (i32.store offset=4 (local.get $p) (i32.load offset=8 (local.get $p)))
      (loop $l (br_if $l (i32.eqz (i32.load (local.get $p)))))
      (i32.load offset=4 (local.get $p)))
    (func (export "outer") (param $n i32) (result i32) (local $s i32) (local $r i32)
      (global.set $sp (local.tee $s (i32.sub (global.get $sp) (i32.const ${frame}))))
      (local.set $r (call $inner ${passed}))
      (global.set $sp (i32.add (local.get $s) (i32.const ${frame})))
      (local.get $r)))`;
  const { image } = await buildProgram(readModule(wat(source)), {
    board: roomyBoard,
    name: 'app',
    tier: 'js',
    optimise: false,
    memoryBytes: 8192,
  });
  const text = Buffer.from(image.files.find((file) => file.name === 'app')!.bytes).toString('latin1');
  return /\w+\[\w+&3\]/.test(text);
}

it('the stack pointer stays aligned, and so does what is passed on', async () => {
  expect(await isTested()).toBe(false);
  expect(await isTested({ passed: '(i32.add (local.get $s) (i32.const 8))' })).toBe(false);
});

it.each([
  ['a frame is not a multiple of the alignment', { frame: 18 }],
  ['an address inside is not', { passed: '(i32.add (local.get $s) (i32.const 2))' }],
  ['an address comes from outside', { passed: '(local.get $n)' }],
  ['an address is loaded', { passed: '(i32.load (local.get $s))' }],
  ['the function is in a table', { table: '(table funcref (elem $inner))' }],
  ['the function is exported', { type: '(export "inner")' }],
])('not if %s', async (_, options) => {
  expect(await isTested(options)).toBe(true);
});
