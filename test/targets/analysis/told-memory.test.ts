// Modules with fewer bytes of memory than they declare: whether their code can be told, and what of it changes.

import { describe, expect, it } from 'vitest';
import { toldMemory } from '../../../targets/analysis/told-memory.js';
import { readModule } from '../../../targets/module/read-module.js';
import { assembleText } from '../../../targets/node/index.js';

const bodyOf = (body: string) => `(module (memory 1) (func (export "f") (result i32) (local i32 i32) ${body}))`;
const read = async (text: string) => readModule(await assembleText(text));

describe('a module with fewer bytes of memory than it declares', () => {
  it.each([
    ['a shift', 'memory.size i32.const 16 i32.shl'],
    ['a product', 'memory.size i32.const 65536 i32.mul'],
    ['a shift of a local that keeps the pages', 'memory.size local.tee 1 i32.const 16 i32.shl'],
    ['a shift of a local', 'memory.size local.set 1 local.get 1 i32.const 16 i32.shl'],
    ['a shift of an i64', 'memory.size i64.extend_i32_u i64.const 16 i64.shl i32.wrap_i64'],
    ['a product of an i64', 'memory.size i64.extend_i32_s i64.const 65536 i64.mul i32.wrap_i64'],
    ['a shift beside pages to grow by', 'memory.size i32.const 16 i32.shl memory.size memory.grow drop'],
  ])('is told by %s', async (_, body) => {
    const given = await read(bodyOf(body));
    const told = toldMemory(given, 2000);
    expect(told.memory).toMatchObject({ minimum: 2000, maximum: 2000, pageBytes: 1 });
    // Traps keep their places.
    expect(told.bodies).toEqual(given.bodies);
    expect(told.bytes.length).toBe(given.bytes.length);
    // Builds for several boards share what they make of it.
    expect(toldMemory(given, 2000)).toBe(told);
  });

  it.each([
    ['pages', 'memory.size'],
    ['pages in a local', 'memory.size local.tee 1 i32.const 16 i32.shl drop local.get 1'],
    ['another factor', 'memory.size i32.const 15 i32.shl'],
    ['another operation', 'memory.size i32.const 16 i32.rotl'],
    ['nothing', 'i32.const 16'],
  ])('stays as it is where its code asks for %s', async (_, body) => {
    const given = await read(bodyOf(body));
    expect(toldMemory(given, 2000)).toBe(given);
  });

  it('stays as it is where the pages are multiplied in one function and used in another', async () => {
    const given = await read(
      '(module (memory 1) (func (result i32) memory.size i32.const 16 i32.shl) (func (result i32) memory.size))',
    );
    expect(toldMemory(given, 2000)).toBe(given);
  });

  it('stays as it is with all of its bytes, a memory of single bytes, or one that it imports', async () => {
    const size = '(func (result i32) memory.size i32.const 16 i32.shl)';
    for (const [text, bytes] of [
      [`(module (memory 1) ${size})`, 65536],
      [`(module (import "a" "b" (memory 1)) ${size})`, 2000],
      ['(module (func))', 2000],
    ] as const) {
      const given = await read(text);
      expect(toldMemory(given, bytes)).toBe(given);
    }
  });
});
