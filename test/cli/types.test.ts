// `tazzina types` as a process: what it writes, and where.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { generateTypes, type Language, languages } from '../../targets/host-functions/generate-types.js';
import { CommandLine } from './command.js';

const commandLine = new CommandLine();
afterAll(() => commandLine.remove());

describe('tazzina types', () => {
  it.each(Object.entries(languages))('writes those of %s', (language, file) => {
    const printed = commandLine.run(['types', '--language', language]);
    expect(printed).toEqual({ code: 0, output: generateTypes(language as Language), error: '' });
    expect(commandLine.run(['types', '-l', language, '-o', file])).toEqual({ code: 0, output: '', error: '' });
    expect(readFileSync(join(commandLine.folder, file), 'utf8')).toBe(printed.output);
  });

  it('says what is wrong with the command line', () => {
    const none = commandLine.run(['types']);
    expect(none.code).toBe(2);
    expect(none.error).toContain("required option '-l, --language <name>' not specified");
    const wrong = commandLine.run(['types', '--language', 'pascal']);
    expect(wrong.code).toBe(2);
    expect(wrong.error).toContain('Allowed choices are c, assemblyscript, rust');
  });

  it('says where it cannot write', () => {
    const { code, error } = commandLine.run(['types', '--language', 'c', '-o', 'nowhere/tazzina.h']);
    expect(code).toBe(1);
    expect(error).toMatch(/^error: cannot write nowhere\/tazzina\.h: there is no such folder/);
  });
});
