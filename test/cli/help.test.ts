// The help of every command, as a terminal of 80 columns shows it.
import { afterAll, describe, expect, it } from 'vitest';
import { CommandLine } from './command.js';

const commandLine = new CommandLine();
afterAll(() => commandLine.remove());

function helpOf(...words: string[]): string {
  const { code, output, error } = commandLine.run(words);
  expect([code, error]).toEqual([0, '']);
  return output;
}

describe('the help', () => {
  it('of every command fits a terminal, and has examples', () => {
    const all = helpOf('--help');
    const commands = [...all.slice(all.indexOf('\nCommands:')).matchAll(/^ {2}(\w+) /gm)].map(([, name]) => name);
    expect(commands).toContain('build');
    const texts = new Map([['', all]]);
    for (const name of commands) if (name !== 'help') texts.set(name, helpOf(name, '--help'));
    for (const [name, text] of texts) {
      expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
      // Each line of the description is as long as the next word allows, and a long word does not fit.
      const [description] = text.slice(text.indexOf('\n\n') + 2).split('\n\n');
      const lines = description.split('\n');
      for (const [at, line] of lines.slice(1).entries())
        expect(lines[at].length + 1 + line.split(' ')[0].length, `${name}: ${lines[at]}`).toBeGreaterThan(72);
      // The value of a default that is an object has a text of its own.
      expect(text, name).not.toMatch(/default: \{/);
      expect(text, name).toMatch(/Examples?:\n {2}tazzina /);
    }
    expect(helpOf('help', 'run')).toBe(texts.get('run'));
  });

  it('is what no command gets', () => {
    const { code, output, error } = commandLine.run([]);
    expect([code, output]).toEqual([2, '']);
    expect(error).toMatch(/^Usage: tazzina/);
  });
});
