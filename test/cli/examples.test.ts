// The commands in the READMEs of the examples print what is written there.
import { readdirSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { CommandLine } from './command.js';
import { replay, root, sessions } from './session.js';

const commandLine = new CommandLine();

afterAll(() => commandLine.remove());

describe('examples', () => {
  const folders = readdirSync(`${root}/examples`, { withFileTypes: true }).filter((entry) => entry.isDirectory());

  it.each(folders.map(({ name }) => name))('%s', (name) => {
    const found = sessions(`${root}/examples/${name}/README.md`);
    expect(found.length).toBeGreaterThan(0);
    for (const session of found) expect(replay(session, commandLine.program)).toBe(session);
  });
});
