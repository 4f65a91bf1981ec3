// Builds firmware in C with arm-none-eabi-gcc, and runs it on a Cortex-M4 or M3 of QEMU: both as the example's README says.
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

/** The commands with firmware for another processor: without a float unit on a Cortex-M3, which executes code for ARMv6-M, too. */
function commandsFor(processor: string): string {
  if (processor === 'cortex-m4f') return commands();
  return commands()
    .replace('-mcpu=cortex-m4 ', `-mcpu=${processor} `)
    .replace('-mfloat-abi=hard -mfpu=fpv4-sp-d16', '-mfloat-abi=soft')
    .replace('mps2-an386', processor === 'cortex-m4' ? 'mps2-an386' : 'mps2-an385');
}

/** Returns the output of firmware made of the example's sources, the files that `tazzina build` wrote into a folder, and `main`. */
export function firmwareOutput(folder: string, main = 'main.c', processor = 'cortex-m4f'): string {
  const script = commandsFor(processor).replace('main.c', main);
  return execFileSync('bash', ['-e', '-c', script], {
    cwd: EXAMPLE,
    env: { ...process.env, out: folder },
    encoding: 'utf8',
    timeout: 100_000,
  });
}
