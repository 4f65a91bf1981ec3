// Names from modules as they are shown: nothing in them reaches the terminal as a control.
import { describe, expect, it } from 'vitest';
import { banglejs2 } from '../../../boards/index.js';
import { buildProgram } from '../../../targets/board/build.js';
import { escaped, escapedName, printable } from '../../../targets/module/printable.js';
import { readModule } from '../../../targets/module/read-module.js';
import { wat } from '../../core/wat.js';

const EVIL = 'a\u001b[31m\u202eb\u2028c\u0085d\u200be\nf';
const SHOWN = 'a\\u001b[31m\\u202eb\\u2028c\\u0085d\\u200be\\u000af';
const HIDDEN = /[^\P{C}\t\n]|[\u2028\u2029]/u;
const quoted = [...Buffer.from(EVIL)].map((byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('');
const MODULE = wat(`(module (func (export "${quoted}") (unreachable)))`);

describe('a name', () => {
  it('is shown with what a terminal obeys escaped, and all else as it is', () => {
    expect(escapedName(EVIL)).toBe(SHOWN);
    expect(printable(EVIL)).toBe(`"${SHOWN.replace('\\u000a', '\\n')}"`);
    expect(escaped('größe ☃\t1\n')).toBe('größe ☃\t1\n');
    expect(JSON.parse(escaped(JSON.stringify(EVIL)))).toBe(EVIL);
  });

  it('of a module is so in what is read of it, in a program and in its declarations', async () => {
    const read = readModule(MODULE);
    expect([...read.names.values()]).toEqual([SHOWN]);
    const { declarations, image } = await buildProgram(read, { board: banglejs2, name: 'app' });
    expect(declarations).not.toMatch(HIDDEN);
    for (const { name, bytes } of image.files)
      if (name === 'app') expect(Buffer.from(bytes).toString()).not.toMatch(HIDDEN);
  });
});
