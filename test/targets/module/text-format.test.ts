// Encodings of the text format.
import { expect, it } from 'vitest';
import { assembleText, isTextFormat } from '../../../targets/module/text-format.js';

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
