// Comparisons that a condition has decided: each is made once, and what is decided is right on every way.
import { describe, expect, it } from 'vitest';
import { buildProgram } from '../../../targets/board/build.js';
import { readModule } from '../../../targets/module/read-module.js';
import { wat } from '../../core/wat.js';
import { roomyBoard } from '../../differential/board-program.js';
import { platform } from '../../differential/platform.js';
import { loadInNode } from '../board/script-program.js';

type Exports = Record<string, (...values: number[]) => number>;

async function build(source: string) {
  const options = { board: roomyBoard, name: 'app', tier: 'js', optimise: false } as const;
  const { image } = await buildProgram(readModule(wat(source)), options);
  const text = Buffer.from(image.files.find(({ name }) => name === 'app')!.bytes).toString('latin1');
  return { program: loadInNode('app', image.files) as unknown as Exports, text };
}

const COMPARISONS = ['eq', 'ne', 'lt_s', 'lt_u', 'gt_s', 'gt_u', 'le_s', 'le_u', 'ge_s', 'ge_u'];

/** Within and behind an `if` with one comparison, another one of the same values, in this order and swapped. */
const pairs = COMPARISONS.flatMap((one) => COMPARISONS.map((other) => [one, other]));
const SOURCE = `(module ${pairs
  .map(
    ([one, other]) => `(func (export "${one}-${other}") (param $a i32) (param $b i32) (result i32) (local $r i32)
    (if (i32.${one} (local.get $a) (local.get $b))
      (then
        (if (i32.${other} (local.get $a) (local.get $b)) (then (local.set $r (i32.const 1))))
        (if (i32.${other} (local.get $b) (local.get $a)) (then (return (i32.add (local.get $r) (i32.const 2)))))
        (return (i32.add (local.get $r) (i32.const 10)))))
    (if (i32.${other} (local.get $a) (local.get $b)) (then (local.set $r (i32.const 20))))
    (if (i32.${other} (local.get $b) (local.get $a)) (then (local.set $r (i32.add (local.get $r) (i32.const 40)))))
    (local.get $r))`,
  )
  .join('\n')})`;

const INDEXED = `(module
  (func (export "checked") (param $i i32) (param $n i32) (result i32) (local $s i32)
    (block $out
      (loop $next
        (br_if $out (i32.ge_s (local.get $i) (local.get $n)))
        (if (i32.ge_s (local.get $i) (local.get $n)) (then (unreachable)))
        (local.set $s (i32.add (local.get $s) (local.get $i)))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $next)))
    (local.get $s))
  (func (export "null") (param $p i32) (result i32)
    (if (i32.eqz (local.get $p)) (then (unreachable)))
    (if (i32.eqz (local.get $p)) (then (unreachable)))
    (i32.mul (local.get $p) (i32.const 3))))`;

describe('a comparison that a condition has decided', () => {
  it('gives what it gives in Node, for all pairs of comparisons', async () => {
    const { program } = await build(SOURCE);
    const node = new platform.Instance(new platform.Module(wat(SOURCE))).exports as unknown as Exports;
    const numbers = [0, 1, -1, 5, 0x7fffffff, -0x80000000];
    for (const [one, other] of pairs)
      for (const a of numbers)
        for (const b of numbers) {
          const name = `${one}-${other}`;
          expect(program[name](a, b), `${name}(${a}, ${b})`).toBe(node[name](a, b));
        }
  });

  it('is not made again', async () => {
    const { program, text } = await build(INDEXED);
    expect(program.checked(2, 6)).toBe(14);
    expect(program.null(7)).toBe(21);
    // Only the check for null is left.
    expect(text.match(/\(1,\d+\)/g)).toHaveLength(1);
  });

  it('leaves the operand of a selection that it selects', async () => {
    const { program, text } = await build(`(module (memory 1) (func (export "f") (param i32 i32) (result i32)
      (if (i32.ge_u (local.get 0) (i32.const 100)) (then (return (i32.const 3))))
      (select (i32.load8_u (local.get 1)) (i32.const 7) (i32.lt_u (local.get 0) (i32.const 200)))))`);
    expect(text).not.toMatch(/:7\b/);
    expect([program.f(99, 0), program.f(100, 0)]).toEqual([0, 3]);
    expect(() => program.f(99, 65536)).toThrow(/out of bounds memory access/);
  });
});
