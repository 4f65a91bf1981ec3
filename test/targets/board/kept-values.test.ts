// Tests that a store's value in a variable of the runtime survives the evaluation of its address.
import { describe, expect, it } from 'vitest';
import { banglejs2 } from '../../../boards/index.js';
import { type BuildOptions, buildProgram } from '../../../targets/board/build.js';
import { readModule } from '../../../targets/module/read-module.js';
import { wat } from '../../core/wat.js';
import { platform } from '../../differential/platform.js';
import { loadInNode } from './script-program.js';

const FORMS: [string, Partial<BuildOptions>][] = [
  ['translated', {}],
  ['jitted', { jit: 'all' }],
  ['summed', { verification: 3 }],
];

const SUM = '(i32.add (i32.mul (local.get 0) (local.get 0)) (i32.xor (local.get 0) (i32.const 0x5a5a5a)))';

const STORES: Record<string, string> = {
  'a constant': `(i32.store16 (i32.add (call $g (local.get 0)) (local.get 0)) (i32.const -1))`,
  'a sum': `(i32.store (i32.add (call $g (local.get 0)) (local.get 0)) ${SUM})`,
  'a sum, in bytes': `(i32.store8 (i32.add (call $g (local.get 0)) (local.get 0)) ${SUM})`,
  'a sum, at a product': `(i32.store (i32.and (i32.mul (i32.add (local.get 0) (i32.const 3)) (i32.const 305419895)) (i32.const 127)) ${SUM})`,
};

describe.each(FORMS)('%s', (_, options) => {
  it.each(Object.entries(STORES))('%s is stored', async (_, store) => {
    const bytes = wat(`(module (memory (export "memory") 1)
      (func $g (param i32) (result i32)
        (i32.store16 (i32.add (local.get 0) (i32.const 40)) (i32.add (i32.mul (local.get 0) (i32.const 3)) (i32.const 77)))
        (i32.and (local.get 0) (i32.const 16)))
      (func (export "f") (param i32) ${store}))`);
    const { image } = await buildProgram(readModule(bytes), {
      board: banglejs2,
      name: 'app',
      tier: 'js',
      optimise: false,
      memoryBytes: 256,
      ...options,
    });
    const program = loadInNode('app', image.files) as unknown as { f(at: number): void; memory: Uint8Array };
    const node = new platform.Instance(new platform.Module(bytes)).exports as unknown as {
      f(at: number): void;
      memory: { buffer: ArrayBuffer };
    };
    for (const at of [0, 1, 2, 7, 13, 29, 60]) {
      program.f(at);
      node.f(at);
      expect([at, ...program.memory]).toEqual([at, ...new Uint8Array(node.memory.buffer, 0, 256)]);
    }
  });
});
