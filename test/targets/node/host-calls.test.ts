// Host functions of engines, for translated modules: their types are checked, and they get bits.
import { expect, it } from 'vitest';
import { LinkError } from '../../../src/index.js';
import { compileModule, WASI } from '../../../targets/node/index.js';
import type { FunctionReference } from '../../../targets/node/translated/function-reference.js';
import { HostCalls } from '../../../targets/node/translated/host-calls.js';
import { callWords } from '../../../targets/node/translated/words.js';
import { wat } from '../../core/wat.js';

it('refuses an import of another type than the host declares', () => {
  const host = new HostCalls();
  new WASI().define(host);
  const compiled = compileModule(
    wat('(module (import "wasi_snapshot_preview1" "fd_write" (func (param i32 i32) (result i32))))'),
    { dialect: 'node' },
  );
  expect(() => compiled.instantiate(host.imports)).toThrow(LinkError);
  expect(() => compiled.instantiate(host.imports)).toThrow(
    /"wasi_snapshot_preview1" "fd_write" has type \(i32, i32, i32, i32\) -> i32, the module wants \(i32, i32\) -> i32/,
  );
});

it('gives a host function the bits of its arguments, and takes those of its result', () => {
  const host = new HostCalls();
  const seen: number[] = [];
  host.defineFunction('a', 'f', 'fI', 'f', () => {
    seen.push(host.getI32(0), host.getI64Low(1), host.getI64High(1));
    host.setI32(0, 0x7fa00002);
  });
  const bytes = wat(`(module (import "a" "f" (func $f (param f32 i64) (result f32)))
    (func (export "g") (result i32)
      (i32.reinterpret_f32 (call $f (f32.const nan:0x200001) (i64.const 0x100000002)))))`);
  const instance = compileModule(bytes, { dialect: 'node' }).instantiate(host.imports);
  const [result] = callWords(instance.item(0, 1) as FunctionReference, []);
  expect([seen, result]).toEqual([[0x7fa00001, 2, 1], 0x7fa00002n]);
});
