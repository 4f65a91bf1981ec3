// Runs commands in this process, one after the other, with standard streams of their own. What the process has loaded is kept, which
// takes a process longer than most commands.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { runCommandLine } from '../../cli/command-line.js';

export interface Outcome {
  code: number | null;
  output: string;
  error: string;
}

const { readSync, writeSync } = fs;
let input: Uint8Array = new Uint8Array(0);
const written: Buffer[][] = [[], [], []];

/** Replaces the functions that the command line calls. The process itself cannot print any more, but with `printOutside`. */
export function replaceStreams(): void {
  fs.readSync = ((descriptor: number, into: Uint8Array, ...rest: []) => {
    if (descriptor !== 0) return readSync(descriptor, into, ...rest);
    const chunk = input.subarray(0, into.length);
    into.set(chunk);
    input = input.subarray(chunk.length);
    return chunk.length;
  }) as typeof readSync;
  fs.writeSync = ((descriptor: number, bytes: Uint8Array, at: number) => {
    if (descriptor > 2) return writeSync(descriptor, bytes, at);
    written[descriptor].push(Buffer.from(bytes.subarray(at)));
    return bytes.length - at;
  }) as typeof writeSync;
  syncBuiltinESMExports();
  // A file of --imports prints with `console`.
  process.stdout.write = (text: string | Uint8Array) => written[1].push(Buffer.from(text)) > 0;
  process.stderr.write = (text: string | Uint8Array) => written[2].push(Buffer.from(text)) > 0;
}

/** Prints a line on the standard output of the process. */
export function printOutside(line: string): void {
  writeSync(1, `${line}\n`);
}

/** Returns what was written since the last call, or since the start. */
function takeOutcome(code: number): Outcome {
  const [, output, error] = written.map((chunks) => Buffer.concat(chunks.splice(0)).toString());
  return { code, output, error };
}

/** The outcome of a command that throws is its stack, as Node prints it. */
export function failedOutcome(error: unknown): Outcome {
  written[2].push(Buffer.from(String((error as Error)?.stack ?? error)));
  return takeOutcome(1);
}

/** Runs `tazzina` with these words; `replaceStreams` was called. */
export async function runWithStreams(words: string[], given: Uint8Array = new Uint8Array(0)): Promise<Outcome> {
  input = given;
  try {
    return takeOutcome(await runCommandLine(words));
  } catch (error) {
    return failedOutcome(error);
  }
}
