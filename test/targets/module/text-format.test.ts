// Encodings of the text format, and how deeply it may nest.
import { describe, expect, it } from 'vitest';
import { readModule } from '../../../targets/module/read-module.js';
import { assembleText, isTextFormat, TextFormatError } from '../../../targets/module/text-format.js';
import { MOST_BLOCKS, MOST_EXPRESSIONS } from '../../../targets/module/text-nesting.js';

const TEXT = '(module (func (export "f") (result i32) (i32.const 7)))';
const UTF16 = Buffer.from(`\ufeff${TEXT}`, 'utf16le');

it.each([
  ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${TEXT}`)],
  ['UTF-16', UTF16],
  ['UTF-16 with its large end first', Buffer.from(UTF16).swap16()],
])('a module is read in %s', async (_, bytes) => {
  expect(isTextFormat('standard input', bytes)).toBe(true);
  expect(isTextFormat('app.wat', bytes)).toBe(true);
  expect(await assembleText(bytes)).toEqual(await assembleText(TEXT));
});

describe('text that nests', () => {
  const nested = (count: number, begin: string, end: string) =>
    assembleText(
      `(module (func (param i32) (result i32)\n${begin.repeat(count)}${end.repeat(count)} (local.get 0)))`,
      'app.wat',
    );
  const shapes: [string, number, string, string][] = [
    ['folded blocks', MOST_BLOCKS, '(block ', ')'],
    ['loops', MOST_BLOCKS, 'loop ', 'end '],
    ['ifs', MOST_BLOCKS, '(if (local.get 0) (then ', '))'],
    ['ifs with two arms', MOST_BLOCKS, 'local.get 0 if else ', 'end '],
    ['operations', MOST_EXPRESSIONS, '(drop ', ')'],
  ];

  it.each(shapes)('is refused where %s nest too deeply', async (_, most, begin, end) => {
    const message = `^app.wat:2: it nests too deeply for the assembler, whose stack ends at about ${MOST_BLOCKS} blocks or ${MOST_EXPRESSIONS} `;
    const refused = nested(most + 1, begin, end);
    await expect(refused).rejects.toThrow(TextFormatError);
    await expect(refused).rejects.toThrow(new RegExp(message));
  });

  it.each(shapes.slice(0, 4))('is assembled up to that depth: %s', async (_, most, begin, end) => {
    expect((await nested(most - 3, begin, end)).length).toBeGreaterThan(most);
  });

  it('is assembled up to that depth: operations', async () => {
    const count = MOST_EXPRESSIONS - 3;
    const text = `(module (func (result i32) ${'(i32.eqz '.repeat(count)}(i32.const 0)${')'.repeat(count)}))`;
    expect((await assembleText(text)).length).toBeGreaterThan(count);
  });

  it('is not what stands in strings and comments, nor in names', async () => {
    const many = 'block loop ( '.repeat(500);
    const text = `(module (; ${many} " (; ;; ;) ;) ;; ${many}"\n (func $if (block $loop) (block $if) ${'block end '.repeat(500)})
      (memory 1) (data (i32.const 0) "${many}\\"${many}"))`;
    expect(readModule(await assembleText(text)).bodies.length).toBe(1);
  });
});
