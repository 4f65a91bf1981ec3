// GNU as and objdump for Thumb code.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const hasBinutils = ['as', 'objcopy', 'objdump'].every(
  (tool) => spawnSync(`arm-none-eabi-${tool}`, ['--version']).status === 0,
);
/** For the name of a test that is skipped. */
export const withoutBinutils = hasBinutils ? '' : ' (skipped: no arm-none-eabi-as)';

/** The bytes of assembly text, and the lines that the processor of `head` does not have, counted from 0. */
export function gnuAssembled(head: string, lines: readonly string[]): { bytes: Uint8Array; refused: number[] } {
  return inFolder((folder) => {
    const headLines = head.split('\n');
    writeFileSync(join(folder, 'a.s'), [...headLines, ...lines, ''].join('\n'));
    const { stderr } = spawnSync('arm-none-eabi-as', ['a.s', '-o', 'a.o'], { cwd: folder, encoding: 'utf8' });
    const refused = [...stderr.matchAll(/^a\.s:(\d+): Error/gm)].map(([, line]) => Number(line) - 1 - headLines.length);
    if (refused.length > 0) return { bytes: new Uint8Array(0), refused: [...new Set(refused)] };
    run(folder, 'arm-none-eabi-objcopy', '-O', 'binary', 'a.o', 'a.bin');
    return { bytes: new Uint8Array(readFileSync(join(folder, 'a.bin'))), refused };
  });
}

/** Returns the output of objdump for each address, without its comments, with one space between words. */
export function gnuDisassembled(bytes: Uint8Array): Map<number, string> {
  return inFolder((folder) => {
    writeFileSync(join(folder, 'a.bin'), bytes);
    const text = run(folder, 'arm-none-eabi-objdump', '-D', '-b', 'binary', '-marm', '-Mforce-thumb', 'a.bin');
    return new Map(
      [...text.matchAll(/^\s*([0-9a-f]+):\t[0-9a-f ]+\t(.*)$/gm)].map(([, address, line]) => [
        Number.parseInt(address, 16),
        line.replace(/\s+/g, ' ').trim(),
      ]),
    );
  });
}

function run(folder: string, tool: string, ...options: string[]): string {
  const { stdout, stderr, status } = spawnSync(tool, options, { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

function inFolder<Result>(use: (folder: string) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), 'tazzina-binutils-'));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
