// Copies of eight bytes, which are elements of a Float64Array on boards: every bit and every trap stays.
import { describe, expect, it } from 'vitest';
import { buildProgram } from '../../../targets/board/build.js';
import { readModule } from '../../../targets/module/read-module.js';
import { wat } from '../../core/wat.js';
import { roomyBoard } from '../../differential/board-program.js';
import { platform } from '../../differential/platform.js';
import { loadInNode } from '../board/script-program.js';

const SOURCE = `(module (memory (export "memory") 1)
  (func (export "copy") (param $to i32) (param $from i32)
    (i64.store offset=4 (local.get $to) (i64.load offset=8 (local.get $from))))
  (func (export "twice") (param $to i32) (param $from i32) (result i32) (local $kept i64)
    (local.set $kept (i64.load (local.get $from)))
    (i64.store (local.get $to) (local.get $kept))
    (i64.store offset=16 (local.get $to) (local.get $kept))
    (i32.wrap_i64 (local.get $kept)))
  (func (export "overlapping") (param $to i32) (param $from i32)
    (i64.store (local.get $to) (i64.load (local.get $from)))
    (i64.store offset=8 (local.get $to) (i64.load offset=8 (local.get $from))))
  (func (export "constants") (param $to i32)
    (i64.store (local.get $to) (i64.const 0x123456789abcdef0))
    (i64.store offset=8 (local.get $to) (i64.const 0x7ff0000000000001))
    (i64.store offset=16 (local.get $to) (i64.const 0))))`;

type Exports = Record<string, (...values: number[]) => number> & { memory: { buffer: ArrayBuffer } };

/** All bits: a signalling NaN, a NaN with a sign, the smallest number, -0. */
const VALUES = [
  [1, 0x7ff00000],
  [0x12345678, -1],
  [1, 0],
  [0, -0x80000000],
];

describe('a copy of eight bytes', () => {
  const all = new platform.Module(wat(SOURCE));
  const load = async () => {
    const options = { board: roomyBoard, name: 'app', tier: 'js', optimise: false } as const;
    const { image } = await buildProgram(readModule(wat(SOURCE)), options);
    const text = Buffer.from(image.files.find(({ name }) => name === 'app')!.bytes).toString('latin1');
    const program = loadInNode('app', image.files) as unknown as Exports;
    return { program, text };
  };
  const bytesOf = (memory: unknown) =>
    memory instanceof Uint8Array ? memory : new Uint8Array((memory as { buffer: ArrayBuffer }).buffer);

  it('is what a load and a store of an i64 are', async () => {
    const { program, text } = await load();
    expect(text).toContain('Float64Array');
    for (const name of ['copy', 'twice', 'overlapping', 'constants'])
      for (const [to, from] of [
        [256, 8],
        [257, 8],
        [256, 13],
        [262, 260],
        [12, 16],
        [65516, 8],
        [65524, 8],
        [65528, 8],
        [256, 65521],
        [256, 65516],
        [-4, 8],
      ]) {
        const { exports } = new platform.Instance(all);
        const other = exports as unknown as Exports;
        const results = [program, other].map((each) => {
          const bytes = bytesOf(each.memory);
          bytes.fill(0);
          const words = new Int32Array(VALUES.flat());
          bytes.set(new Uint8Array(words.buffer), 8);
          bytes.set(new Uint8Array(words.buffer), 65504);
          let outcome: unknown;
          try {
            outcome = each[name](to, from);
          } catch (error) {
            outcome = /out of bounds/.test((error as Error).message);
          }
          return [outcome, Buffer.from(bytes).toString('hex')];
        });
        expect(results[0], `${name}(${to}, ${from})`).toEqual(results[1]);
      }
  });

  it('stays two words at an address that is no multiple of eight', async () => {
    const source = `(module (memory 1) (func (export "f") (i64.store (i32.const 1036) (i64.const 0))))`;
    const options = { board: roomyBoard, name: 'app', tier: 'js', optimise: false } as const;
    const { image } = await buildProgram(readModule(wat(source)), options);
    const text = Buffer.from(image.files.find(({ name }) => name === 'app')!.bytes).toString('latin1');
    expect(text).toMatch(/(\w+)\[260\]=0;\1\[259\]=0/);
  });
});
