// Choices of which both ways lead to the same place: compilers that do not optimise write many, in rows.
import { describe, expect, it } from 'vitest';
import { banglejs2 } from '../../../boards/index.js';
import { type BuildOptions, buildProgram } from '../../../targets/board/build.js';
import { readModule } from '../../../targets/module/read-module.js';
import { wat } from '../../core/wat.js';
import { loadInNode } from '../board/script-program.js';

const ROW = 40;
const CHOICES: Record<string, string> = {
  'an if': '(if (local.get 0) (then))',
  'a branch past nothing': '(block (br_if 0 (i32.lt_s (local.get 0) (i32.const 5))))',
  'an if that may trap': '(if (i32.load (local.get 0)) (then))',
};
const FORMS: [string, Partial<BuildOptions>][] = [
  ['', {}],
  [', jitted', { jit: 'all' }],
  [', counting fuel', { fuel: true }],
  [', in slices', { resumable: true }],
];

describe.each(FORMS)('in a row%s', (_, options) => {
  it.each(Object.entries(CHOICES))('%s is written once', async (name, choice) => {
    const bytes = wat(`(module (memory 1) (func (export "f") (param i32) (result i32)
      ${choice.repeat(ROW)} (i32.add (local.get 0) (i32.const 1))))`);
    const { image } = await buildProgram(readModule(bytes), {
      board: banglejs2,
      name: 'app',
      tier: 'js',
      optimise: false,
      memoryBytes: 1024,
      ...options,
    });
    expect(image.files.find((file) => file.name === 'app')!.bytes.length).toBeLessThan(12_000);
    const program = loadInNode('app', image.files) as unknown as { f(value: number): number };
    expect(program.f(8)).toBe(9);
    if (name.endsWith('trap')) expect(() => program.f(65536)).toThrow('out of bounds memory access');
  });
});
