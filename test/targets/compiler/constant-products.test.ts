// Products with constants in translated programs for boards: exact, and without a call of the runtime.
import { describe, expect, it } from 'vitest';
import { type BuildOptions, buildProgram } from '../../../targets/board/build.js';
import { readModule } from '../../../targets/module/read-module.js';
import { wat } from '../../core/wat.js';
import { roomyBoard } from '../../differential/board-program.js';
import { loadInNode } from '../board/script-program.js';

const FACTORS = [16777619, -1640531535, 0x7fffffff, -0x80000000, 0x10001, 0x400001, -1, 65535, -65537];
const VALUES = [0, 1, -1, 0x7fffffff, -0x80000000, 0x12345678, -0x6789abcd, 0xffff, 0x10000];
const source = `(module ${FACTORS.map(
  (factor, index) => `(func (export "f${index}") (param i32 i32) (result i32)
    (i32.mul (i32.xor (local.get 0) (local.get 1)) (i32.const ${factor})))
  (func (export "g${index}") (param i32 i32) (result i32)
    (i32.mul (i32.add (i32.mul (i32.xor (local.get 0) (local.get 1)) (i32.const ${factor})) (local.get 0)) (i32.const ${factor})))`,
).join('\n')})`;

async function build(options: Partial<BuildOptions>) {
  const common = { board: roomyBoard, name: 'app', tier: 'js', optimise: false } as const;
  const { image } = await buildProgram(readModule(wat(source)), { ...common, ...options });
  const text = Buffer.from(image.files.find(({ name }) => name === 'app')!.bytes).toString('latin1');
  return {
    program: loadInNode('app', image.files) as unknown as Record<string, (a: number, b: number) => number>,
    text,
  };
}

describe.each<Partial<BuildOptions>>([{}, { fuel: true }, { jit: 'all' }])(
  'a product with a constant: %j',
  (options) => {
    it('is exact', async () => {
      const { program } = await build(options);
      for (const [index, factor] of FACTORS.entries())
        for (const a of VALUES)
          for (const b of VALUES) {
            const once = Math.imul(a ^ b, factor);
            expect(program[`f${index}`](a, b), `(${a} ^ ${b}) * ${factor}`).toBe(once);
            expect(program[`g${index}`](a, b), `twice (${a} ^ ${b}) * ${factor}`).toBe(Math.imul(once + a, factor));
          }
    });

    it('is computed in place', async () => {
      const { text } = await build(options);
      expect(text).toMatch(/\(\((\w+)=\w+\^\w+\)<<24\)\+\1\*403\|0/);
      expect(text).not.toMatch(/>>16\)<<16/);
    });
  },
);
