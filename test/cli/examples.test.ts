// The commands in the READMEs of the examples print what is written there.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandLine } from './command.js';

const commandLine = new CommandLine();
const root = fileURLToPath(new URL('../..', import.meta.url));

beforeAll(() => commandLine.build());
afterAll(() => commandLine.remove());

/** The blocks of a README that show a terminal. */
function sessions(path: string): string[] {
  const blocks = readFileSync(path, 'utf8').matchAll(/^```\n(\$ [^`]*)^```$/gm);
  return [...blocks].map(([, block]) => block);
}

/** What a terminal shows for the commands of a session. */
function replay(session: string): string {
  const commands = session.split('\n').filter((line) => line.startsWith('$ '));
  const script = [
    `npx() { shift; '${process.execPath}' '${commandLine.program}' "$@"; }`,
    // Each command sees the exit code of the one before it.
    ...commands.map(
      (line) => `code=$?; printf '%s\\n' '${line.replaceAll("'", "'\\''")}'; (exit $code); ${line.slice(2)}`,
    ),
  ];
  return spawnSync('bash', ['-c', `exec 2>&1\n${script.join('\n')}`], { cwd: root, encoding: 'utf8' }).stdout;
}

describe('examples', () => {
  const folders = readdirSync(`${root}/examples`, { withFileTypes: true }).filter((entry) => entry.isDirectory());

  it.each(folders.map(({ name }) => name))('%s', (name) => {
    const found = sessions(`${root}/examples/${name}/README.md`);
    expect(found.length).toBeGreaterThan(0);
    for (const session of found) expect(replay(session)).toBe(session);
  });
});
