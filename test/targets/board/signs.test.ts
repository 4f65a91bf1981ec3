// The sign of floats in translated programs: a minus where it is exact, the function for zeros and NaNs.
import { expect, it } from 'vitest';
import { buildProgram } from '../../../targets/board/build.js';
import { readModule } from '../../../targets/module/read-module.js';
import { wat } from '../../core/wat.js';
import { roomyBoard } from '../../differential/board-program.js';
import { loadInNode } from './script-program.js';

const SOURCE = `(module
  (func (export "neg") (param f64) (result i32)
    (i32.wrap_i64 (i64.shr_u (i64.reinterpret_f64 (f64.neg (local.get 0))) (i64.const 32))))
  (func (export "abs") (param f64) (result i32)
    (i32.wrap_i64 (i64.shr_u (i64.reinterpret_f64 (f64.abs (local.get 0))) (i64.const 32)))))`;

const highWord = (value: number) => new Int32Array(new Float64Array([value]).buffer)[1];

it('changes for every kind of number, by a minus and not a function where there is one', async () => {
  const options = { board: roomyBoard, name: 'app', tier: 'js', optimise: false } as const;
  const { image } = await buildProgram(readModule(wat(SOURCE)), options);
  const text = Buffer.from(image.files.find(({ name }) => name === 'app')!.bytes).toString('latin1');
  expect(text).toMatch(/-(\w+)\|\|\w+\(\1\)/);
  expect(text).toMatch(/\((\w+)<0\?-\1:\1\)\|\|\w+\(\1\)/);
  const program = loadInNode('app', image.files) as unknown as Record<string, (value: number) => number>;
  for (const value of [1.5, -1.5, 0, -0, 5e-324, Infinity, -Infinity, Number.NaN]) {
    expect(program.neg(value), `neg ${value}`).toBe(highWord(value) ^ -0x80000000);
    expect(program.abs(value), `abs ${value}`).toBe(highWord(value) & 0x7fffffff);
  }
});
