// Modules against worlds: what is found, and what errors say of types that differ.
import { describe, expect, it } from 'vitest';
import { bindModule } from '../../../targets/interfaces/bind.js';
import { InterfaceError } from '../../../targets/interfaces/interface-error.js';
import { readWit } from '../../../targets/interfaces/wit/read-wit.js';
import { describeModule } from '../../../targets/module/description.js';
import { assembleText } from '../../../targets/module/text-format.js';

const bind = async (wat: string, items: string) =>
  bindModule(
    describeModule(await assembleText(`(module ${wat})`)),
    readWit([{ name: 'app.wit', text: `package a:b; world app { ${items} }` }]),
  );

async function errorOf(wat: string, items: string): Promise<string> {
  try {
    await bind(wat, items);
  } catch (error) {
    if (error instanceof InterfaceError) return error.message;
    throw error;
  }
  return 'no error';
}

const REALLOC = '(func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable)';

describe('a module of a world', () => {
  it('has functions under the names of C, too', async () => {
    const { exports } = await bind(
      '(func (export "step_count") (result i32) unreachable)',
      'export step-count: func() -> u32;',
    );
    expect(exports.map(({ core }) => core.name)).toEqual(['step_count']);
  });

  it('imports from $root or env, and may import less than the world has', async () => {
    const { imports } = await bind(
      '(import "env" "log" (func (param i32 i32)))',
      'import log: func(text: string); import show: func();',
    );
    expect(imports.map(({ function: { name } }) => name)).toEqual(['log']);
  });

  it('passes more than 16 words in memory', async () => {
    const many = Array.from({ length: 17 }, (_, at) => `p${at}: u32`).join(', ');
    const { exports } = await bind(`(func (export "f") (param i32)) ${REALLOC}`, `export f: func(${many});`);
    expect(exports[0].signature).toMatchObject({ spillsParameters: true, parameters: ['i32'] });
  });

  it.each([
    [
      '(func (export "greet") (param i32) (result i32) unreachable)',
      'export greet: func(name: string) -> string;',
      'the export greet has another type: its parameter name: string is (i32, i32), and the module has i32',
    ],
    [
      '(func (export "scale") (param i32 f64))',
      'export scale: func(by: s32, of: f32);',
      'the export scale has another type: its parameter of: f32 is f32, and the module has f64',
    ],
    [
      '(func (export "f") (param i32 i32))',
      'export f: func(a: u32);',
      "the export f has another type: it takes 1 words, and the module's takes 2",
    ],
    [
      '(func (export "f") (result f32) unreachable)',
      'export f: func() -> list<u8>;',
      'the export f has another type: its result list<u8> is i32, a pointer to it, and the module has f32',
    ],
    [
      '(func (export "f"))',
      'export f: func() -> u64;',
      'the export f has another type: its result u64 is i64, and the module has none',
    ],
    [
      '(func (export "f") (result i32) unreachable)',
      'export f: func();',
      'the export f has another type: it has no result, and the module has i32',
    ],
    [
      `(import "$root" "name" (func (result i32))) ${REALLOC}`,
      'import name: func() -> string;',
      'the import name has another type: its result string is written to memory, where one more i32 points to',
    ],
    [
      '(import "$root" "name" (func (param i32)))',
      'import name: func() -> string;',
      'name is imported with the result string, and the module exports no cabi_realloc to allocate it',
    ],
    [
      '(func (export "other"))',
      'export step-count: func() -> u32;',
      'the world app exports step-count: func() -> u32, and the module has no export step-count or step_count',
    ],
    [
      '(func (export "cabi_realloc"))',
      'export f: func(); ',
      'the world app exports f: func(), and the module has no export f',
    ],
    [
      '(func (export "cabi_realloc")) (func (export "f"))',
      'export f: func();',
      'cabi_realloc is (), and has to be (i32, i32, i32, i32) -> i32',
    ],
  ])('is refused by what differs: %s', async (wat, items, message) => {
    expect(await errorOf(wat, items)).toBe(message);
  });
});
