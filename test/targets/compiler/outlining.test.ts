// Long parts of functions that are not always executed, as functions of their own: what they do stays the same.
import { describe, expect, it } from 'vitest';
import { buildProgram } from '../../../targets/board/build.js';
import { FunctionBuilder } from '../../../targets/compiler/intermediate/builder.js';
import { verify } from '../../../targets/compiler/intermediate/verify.js';
import { espruinoCosts, espruinoPasses } from '../../../targets/compiler/javascript/espruino/passes.js';
import { outline } from '../../../targets/compiler/passes/outlining.js';
import { runPasses, simplifier } from '../../../targets/compiler/passes/runner.js';
import { readModule } from '../../../targets/module/read-module.js';
import { wat } from '../../core/wat.js';
import { roomyBoard } from '../../differential/board-program.js';
import { platform } from '../../differential/platform.js';
import { loadInNode } from '../board/script-program.js';

/** So long that it is moved. */
const LONG = Array.from(
  { length: 20 },
  (_, at) =>
    `(i32.store offset=${at * 4} (local.get $p) (i32.add (i32.load offset=${at * 4} (local.get $p)) (local.get $x)))`,
).join('\n');

/** Two ways out of the part that is passed over, and none to its end. */
const EXITS = `(module (memory (export "memory") 1)
  (func (export "f") (param $n i32) (param $p i32) (result f64) (local $x i32) (local $sum i32)
    (loop $next
      (block $two
        (block $one
          (if (i32.and (local.get $n) (i32.const 1)) (then
            ${LONG}
            (br_if $one (i32.and (local.get $n) (i32.const 2)))
            (br $two))))
        (local.set $sum (i32.add (local.get $sum) (i32.const 1000)))
        ${LONG})
      (local.set $x (i32.add (local.get $x) (i32.const 5)))
      (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (f64.convert_i32_s (i32.add (local.get $x) (i32.add (local.get $sum) (i32.load offset=8 (local.get $p)))))))`;

/** Adds to words in some rounds of a loop, leaves the loop or the round early, and changes several variables. */
const SOURCE = `(module (memory (export "memory") 1)
  (func (export "f") (param $n i32) (param $p i32) (result f64) (local $x i32) (local $sum i32) (local $y f64)
    (block $out
      (loop $next
        (local.set $x (i32.add (local.get $x) (i32.const 3)))
        ${LONG}
        (block $skip
          (if (i32.and (local.get $n) (i32.const 1)) (then
            ${LONG}
            (br_if $skip (i32.eq (i32.load (local.get $p)) (i32.const 9)))
            (br_if $out (i32.gt_s (i32.load offset=4 (local.get $p)) (i32.const 200)))
            (local.set $sum (i32.add (local.get $sum) (i32.load offset=8 (local.get $p))))
            (local.set $y (f64.add (local.get $y) (f64.convert_i32_s (local.get $sum))))))
          (local.set $p (i32.add (local.get $p) (i32.const 4))))
        (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))
    (f64.add (local.get $y) (f64.convert_i32_s (i32.add (local.get $x) (i32.add (local.get $sum) (local.get $p)))))))`;

type Exports = { f(n: number, p: number): number };

function build(options: object, source = SOURCE) {
  return buildProgram(readModule(wat(source)), {
    board: roomyBoard,
    name: 'app',
    tier: 'js',
    optimise: false,
    memoryBytes: 4096,
    ...options,
  });
}

async function built(options: object, source = SOURCE): Promise<Exports> {
  const { image } = await build(options, source);
  return loadInNode('app', image.files) as unknown as Exports;
}

describe('a long part that is passed over', () => {
  it.each([
    ['', {}],
    [' with fuel', { fuel: true }],
    [' with the compiler on the board', { jit: 'all' }],
  ])('is moved, and gives the same%s', async (_, options) => {
    const program = await built(options);
    const { f } = new platform.Instance(new platform.Module(wat(SOURCE))).exports as unknown as Exports;
    for (const [n, p] of [
      [1, 0],
      [8, 16],
      [31, 64],
      [100, 200],
    ])
      expect(program.f(n, p), `f(${n}, ${p})`).toBe(f(n, p));
    expect(() => program.f(1, -8)).toThrow('out of bounds memory access in function 0 (f)');
  });

  it('goes on at the right one of two exits', async () => {
    const program = await built({}, EXITS);
    const { f } = new platform.Instance(new platform.Module(wat(EXITS))).exports as unknown as Exports;
    for (const n of [1, 3, 4, 9]) expect(program.f(n, 0), `f(${n}, 0)`).toBe(f(n, 0));
  });

  it('is told of as a part of the function', async () => {
    const { jitted } = await build({ jit: 'all' });
    expect(jitted!.map(({ index, name }) => ({ index, name }))).toContainEqual({ index: 0, name: 'part of f' });
  });

  it('takes what it reads, and gives what it changes and where control goes on', () => {
    const module = readModule(wat(SOURCE));
    const code = new FunctionBuilder(module, { fuel: false, simplify: simplifier(), costs: espruinoCosts }).build(0);
    runPasses(code, espruinoPasses, espruinoCosts, { canonicalNaN: true, minimumMemory: 4096 });
    const [{ code: moved, type }, ...others] = outline([code], 1);
    expect(others).toEqual([]);
    expect(type.parameters).toMatch(/^[irF]{5}$/);
    expect(type.results).toMatch(/^i[iF]{2}$/);
    expect([...verify(code), ...verify(moved)]).toEqual([]);
  });
});
