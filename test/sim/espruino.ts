// The real interpreter, where env ESPRUINO is the command that runs it: `espruino`, or `qemu-arm -L ... espruino`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';

export const espruino = process.env.ESPRUINO;
/** The processor that it is built for. */
export const architecture = espruino?.includes('arm') ? 'ARM' : 'x86';
/** For the name of a test that is skipped. */
export const reason = espruino ? '' : ': env ESPRUINO names none';
/** Whether there is one that executes machine code. */
export const executesMachineCode = espruino !== undefined && architecture === 'ARM';
/** For the name of a test that is skipped without. */
export const machineCodeReason = executesMachineCode ? '' : ': env ESPRUINO names none for ARM';

export interface Run {
  /** Lines that the program printed. */
  printed: string[];
  /** The interpreter's own words on what it could not do; empty if there was nothing. */
  refusal: string;
}

/** Bytes that Espruino for Linux has for Storage. */
export const FLASH_BYTES = 256 * 1024;

/** JsVars that Espruino has at the start; built for x86, it takes more as they are needed. */
export function jsVarsOfEspruino(): number {
  return Number(runInEspruino('print(process.memory().total);quit();').printed[0]);
}

interface Surroundings {
  flash?: Uint8Array;
  /** Files for `fs`. */
  files?: { name: string; bytes: Uint8Array }[];
  /** Milliseconds after which the program is ended. */
  timeout?: number;
}

/** All that a program prints in Espruino. */
export function printedByEspruino(program: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'tazzina-espruino-'));
  try {
    writeFileSync(join(folder, 'program.js'), program, 'latin1');
    const { stdout } = spawnSync('sh', ['-c', `${espruino} program.js`], {
      cwd: folder,
      encoding: 'latin1',
      timeout: 600_000,
    });
    const [, output = stdout] = stdout.split('espruino.com/Donate');
    return output.replace(/\r/g, '').replace(/\n>$/, '\n');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Runs a program in Espruino. */
export function runInEspruino(program: string, { flash, files = [], timeout = 600_000 }: Surroundings = {}): Run {
  const folder = mkdtempSync(join(tmpdir(), 'tazzina-espruino-'));
  try {
    writeFileSync(join(folder, 'program.js'), program);
    for (const { name, bytes } of files) writeFileSync(join(folder, name), bytes);
    if (flash) writeFileSync(join(folder, 'espruino.flash'), flash);
    const { stdout, error } = spawnSync('sh', ['-c', `${espruino} program.js`], {
      cwd: folder,
      encoding: 'utf8',
      timeout,
    });
    if (error) throw error;
    // The banner ends with an address, and the prompt is what comes last.
    const [, output = stdout] = stdout.split('espruino.com/Donate');
    const lines = output.replace(/\n>$/, '').trim().split(/\r?\n/);
    const at = lines.findIndex((line) => /^Uncaught /.test(line));
    const printed = (at < 0 ? lines : lines.slice(0, at)).filter((line) => line !== '' && line !== '>');
    return { printed, refusal: at < 0 ? '' : lines.slice(at).join('\n') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * For the name of a test that is skipped because its timers do not run. Espruino for Linux on ARM passes arguments as with a floating point
 * unit (USE_ARG_REORDERING in its `jsnative.c`), and ends at the first timer if it is built for one without; see bench/README.md.
 */
export function withoutTimers(): string {
  if (espruino === undefined) return '';
  const { printed } = runInEspruino('setTimeout(function () { print("later"); quit(); }, 1);');
  return printed.some((line) => line.includes('later')) ? '' : ': the Espruino that env ESPRUINO names runs no timers';
}

/** Runs a program as ECMAScript has it. */
export function runInNode(program: string): Run {
  const printed: string[] = [];
  const print = (...values: unknown[]) => {
    printed.push(...values.map(String).join(' ').split('\n'));
  };
  try {
    runInNewContext(program, { print });
    return { printed, refusal: '' };
  } catch (error) {
    return { printed, refusal: String(error) };
  }
}
