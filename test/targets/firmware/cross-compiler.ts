// Builds firmware in C with arm-none-eabi-gcc, and runs it on the Cortex-M4 of QEMU: both as the example's README says.
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hasQemu } from '../../sim/processor/qemu.js';

export const EXAMPLE = fileURLToPath(new URL('../../../examples/firmware-in-c', import.meta.url));
export const GCC = 'arm-none-eabi-gcc';

export const hasGcc = spawnSync(GCC, ['--version']).status === 0;
export const hasFirmwareTools = hasGcc && hasQemu;
/** For the name of a test that is skipped. */
export const withoutGcc = hasGcc ? '' : ` (skipped: no ${GCC})`;
export const withoutFirmwareTools = hasFirmwareTools ? '' : ` (skipped: no ${hasGcc ? 'qemu-system-arm' : GCC})`;

/** The commands of the README after `tazzina build`, for files in another folder. */
function commands(): string {
  const [, block] = /^```sh\n([^`]*)^```$/m.exec(readFileSync(join(EXAMPLE, 'README.md'), 'utf8'))!;
  return block
    .split('\n')
    .filter((line) => !/^(npx|cd|out=)/.test(line))
    .join('\n');
}

/** What firmware prints: the sources of the example with what `tazzina build` wrote into a folder, and `main` in its place if given. */
export function firmwareOutput(folder: string, main = 'main.c'): string {
  const script = commands().replace('main.c', main);
  return execFileSync('bash', ['-e', '-c', script], {
    cwd: EXAMPLE,
    env: { ...process.env, out: folder },
    encoding: 'utf8',
    timeout: 100_000,
  });
}
