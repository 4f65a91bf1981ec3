// Views that are kept for several accesses by one pointer, in translated programs for boards: what is read and written stays the same,
// also at addresses that are no multiples of the element's size.
import { describe, expect, it } from 'vitest';
import { buildProgram } from '../../../targets/board/build.js';
import { readModule } from '../../../targets/module/read-module.js';
import { compileModule } from '../../../targets/node/compile-module.js';
import { wat } from '../../core/wat.js';
import { roomyBoard } from '../../differential/board-program.js';
import { platform } from '../../differential/platform.js';
import { loadInNode } from '../board/script-program.js';

type Exports = Record<string, (...values: number[]) => number> & { memory: Uint8Array | { buffer: ArrayBuffer } };

/** The sum of words at addresses that differ by a step. */
const sumOf = (
  name: string,
  step: number,
) => `(func (export "${name}") (param $p i32) (param $n i32) (result i32) (local $s i32)
  (loop $next
    (local.set $s (i32.add (local.get $s) (i32.load (local.get $p))))
    (local.set $p (i32.add (local.get $p) (i32.const ${step})))
    (br_if $next (i32.gt_s (local.tee $n (i32.sub (local.get $n) (i32.const 1))) (i32.const 0))))
  (local.get $s))`;

/**
 * Fields of one structure, a loop over elements, loops within each other, a list whose pointer is another one in each round, and pointers
 * that were read before their local got another remainder.
 */
const SOURCE = `(module (memory (export "memory") 1)
  (func (export "fields") (param $p i32) (param $x i32) (result i32)
    (i32.store (local.get $p) (local.get $x))
    (i32.store offset=8 (local.get $p) (i32.load offset=4 (local.get $p)))
    (i32.add (i32.load (local.get $p)) (i32.load16_u offset=12 (local.get $p))))
  ${sumOf('sum', 4)}
  ${sumOf('bytes', 1)}
  (func (export "rows") (param $p i32) (param $n i32) (result i32) (local $s i32) (local $q i32) (local $i i32)
    (loop $row
      (local.set $q (local.get $p))
      (local.set $i (i32.const 3))
      (loop $next
        (f64.store offset=8 (local.get $q) (f64.add (f64.load (local.get $q)) (f64.const 0.5)))
        (local.set $q (i32.add (local.get $q) (i32.const 8)))
        (br_if $next (local.tee $i (i32.sub (local.get $i) (i32.const 1)))))
      (local.set $s (i32.add (local.get $s) (i32.load (local.get $p))))
      (local.set $p (i32.add (local.get $p) (i32.const 16)))
      (br_if $row (i32.gt_s (local.tee $n (i32.sub (local.get $n) (i32.const 1))) (i32.const 0))))
    (local.get $s))
  (func (export "list") (param $p i32) (param $n i32) (result i32) (local $s i32)
    (loop $next
      (local.set $s (i32.add (local.get $s) (i32.add (i32.load offset=4 (local.get $p)) (i32.load offset=8 (local.get $p)))))
      (local.set $p (i32.load (local.get $p)))
      (br_if $next (i32.gt_s (local.tee $n (i32.sub (local.get $n) (i32.const 1))) (i32.const 0))))
    (local.get $s))
  (func (export "kept") (param $p i32) (param $x i32) (result i32)
    (local.get $p)
    (if (local.get $x) (then (local.set $p (i32.const 99))))
    (i64.store offset=4 align=1 (i64.extend_i32_s (local.get $x)))
    (local.get $p))
  (func (export "before") (param $p i32) (param $n i32) (result i32) (local $q i32) (local $s i32)
    (local.set $q (local.get $p))
    (local.set $p (i32.add (i32.shl (local.get $n) (i32.const 4)) (i32.const 1)))
    (loop $next
      (local.set $s (i32.add (local.get $s) (i32.load (local.get $q))))
      (local.set $q (i32.add (local.get $q) (i32.const 4)))
      (br_if $next (i32.gt_s (local.tee $n (i32.sub (local.get $n) (i32.const 1))) (i32.const 0))))
    (i32.add (local.get $p) (local.get $s))))`;

async function build() {
  const options = { board: roomyBoard, name: 'app', tier: 'js', optimise: false } as const;
  const { image } = await buildProgram(readModule(wat(SOURCE)), options);
  const text = Buffer.from(image.files.find(({ name }) => name === 'app')!.bytes).toString('latin1');
  return { program: loadInNode('app', image.files) as unknown as Exports, text };
}

const bytesOf = (memory: Exports['memory']) => (memory instanceof Uint8Array ? memory : new Uint8Array(memory.buffer));

describe('a view that is kept', () => {
  it('gives what an access by itself gives, at every address', async () => {
    const { program } = await build();
    const node = new platform.Instance(new platform.Module(wat(SOURCE))).exports as unknown as Exports;
    for (const name of ['fields', 'sum', 'bytes', 'rows', 'list', 'kept', 'before'])
      for (const address of [0, 4, 8, 64, 65, 66, 67, 68, 71, 65500, 65511, 65524, 65531, 65536, -4, 0x7ffffff0]) {
        const outcomes = [program, node].map((each) => {
          const bytes = bytesOf(each.memory);
          // No NaN, of which Node keeps other bits.
          for (let at = 0; at < bytes.length; at++) bytes[at] = ((at * 7) >> (at & 3)) & 63;
          try {
            return each[name](address, 5);
          } catch (error) {
            return /out of bounds/.test((error as Error).message);
          }
        });
        expect(outcomes[0], `${name}(${address})`).toBe(outcomes[1]);
        expect(Buffer.compare(bytesOf(program.memory), bytesOf(node.memory)), `${name}(${address})`).toBe(0);
      }
  });

  it('is not in the text for other interpreters of JavaScript', () => {
    const { text } = compileModule(wat(SOURCE), { dialect: 'node', interpreted: true });
    expect(text).not.toContain('ElementView');
  });

  it('is chosen once for several fields, and in front of a loop for its elements', async () => {
    const { text } = await build();
    const functions = text.split('function ').map((each) => each.replace(/\s/g, ''));
    const fields = functions.find((each) => each.includes('+12'))!;
    expect(fields.match(/\[\w+&3\]/g), fields).toHaveLength(1);
    const sums = functions.filter((each) =>
      /^\w+\(\w+,\w+\)\{var\w+=0;var(\w+)=\w+\[\w+&3\];do\{\w+=\w+\+\(\1\[/.test(each),
    );
    expect(sums).toHaveLength(1);
  });
});

describe('a loop with a return behind it', () => {
  it('has its condition at the end, also where another way leads to an equal return', async () => {
    const { text } = await build();
    expect(text.match(/while\(\w+>0\);return \w+\}/g)).toHaveLength(4);
  });
});
