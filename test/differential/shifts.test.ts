// Shifts and rotations whose count is a multiple of 32, as a constant or as ranges say: translated in both dialects, with each pass
// left out, beside Node's WebAssembly.
import { expect, test } from 'vitest';
import { passNames } from '../../targets/node/compile-module.js';
import { createCompilingWebAssembly } from '../../targets/node/compiling-webassembly.js';
import { wat } from '../core/wat.js';
import { buildInNode, exportedOnBoard } from './board-program.js';
import { nodeFunction } from './execution.js';
import { platform } from './platform.js';

const OPERATIONS = ['shl', 'shr_s', 'shr_u', 'rotl', 'rotr'];
const COUNTS = [
  '(i32.const 0)',
  '(i32.const 32)',
  '(i32.const -32)',
  // 0 by its range alone.
  '(i32.shr_u (i32.and (local.get 1) (i32.const 7)) (i32.const 3))',
  '(i32.shl (i32.and (local.get 1) (i32.const 1)) (i32.const 5))',
];
const VALUES = [-4, -1, -2147483648, 2147483647, 5];

const functions = OPERATIONS.flatMap((operation) =>
  COUNTS.map((count, at) => ({
    name: `${operation} ${at}`,
    text: `(func (export "${operation} ${at}") (param i32 i32) (result i32) (i32.${operation} (local.get 0) ${count}))`,
  })),
);
const bytes = wat(`(module ${functions.map(({ text }) => text).join('\n')})`);
const nodes = new platform.Instance(new platform.Module(bytes));

type Invoke = ReturnType<typeof nodeFunction>;

function expectTheSame(functionOf: (name: string) => Invoke): void {
  for (const { name } of functions) {
    for (const value of VALUES) {
      const values = [value, 5];
      expect({ name, value, results: functionOf(name)(values) }).toEqual({
        name,
        value,
        results: nodeFunction(nodes, name)(values),
      });
    }
  }
}

test.each([[], ...passNames.map((name) => [name])])(
  'shifts by nothing, translated for Node without %s',
  (...without) => {
    const api = createCompilingWebAssembly({ without, interpreted: true }) as unknown as typeof platform;
    const instance = new api.Instance(new api.Module(bytes));
    expectTheSame((name) => nodeFunction(instance, name));
  },
);

test.each(['plain', 'fuel', 'jit'] as const)('shifts by nothing, translated for boards: %s', async (form) => {
  const built = await buildInNode(bytes, form);
  expectTheSame((name) => exportedOnBoard(built, name));
});
