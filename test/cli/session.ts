// Compares the sessions of a terminal in documents with real ones.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** The blocks of a document that show a terminal. */
export function sessions(path: string): string[] {
  const blocks = readFileSync(path, 'utf8').matchAll(/^```\n(\$ [^`]*)^```$/gm);
  return [...blocks].map(([, block]) => block);
}

/** Returns the terminal's contents after the commands of a session. */
export function replay(session: string, program: string): string {
  const commands = session.split('\n').filter((line) => line.startsWith('$ '));
  const script = [
    `npx() { shift; '${process.execPath}' '${program}' "$@"; }`,
    // Each command sees the exit code of the one before it.
    ...commands.map(
      (line) => `code=$?; printf '%s\\n' '${line.replaceAll("'", "'\\''")}'; (exit $code); ${line.slice(2)}`,
    ),
  ];
  return spawnSync('bash', ['-c', `exec 2>&1\n${script.join('\n')}`], { cwd: root, encoding: 'utf8' }).stdout;
}
