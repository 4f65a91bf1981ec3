// A thread that runs commands one after the other, as a process does: it reads and writes the standard streams of the command, not those
// of the test. It keeps what it has loaded, which takes a process longer than most commands.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { type MessagePort, workerData } from 'node:worker_threads';
import { runCommandLine } from '../../cli/command-line.js';

export interface ThreadData {
  port: MessagePort;
  /** Word 0 is 1 when a command has ended. */
  ended: Int32Array;
}

export interface Outcome {
  code: number | null;
  output: string;
  error: string;
}

export interface ThreadCommand {
  words: string[];
  input: Uint8Array;
}

const { port, ended } = workerData as ThreadData;
const { readSync, writeSync } = fs;
let input: Uint8Array = new Uint8Array(0);
const written: Buffer[][] = [[], [], []];

// Replace the functions that the command line calls.
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

function end(code: number): void {
  const [, output, error] = written.map((chunks) => Buffer.concat(chunks.splice(0)).toString());
  port.postMessage({ code, output, error } satisfies Outcome);
  Atomics.store(ended, 0, 1);
  Atomics.notify(ended, 0);
}

function fail(error: unknown): void {
  written[2].push(Buffer.from(String((error as Error)?.stack ?? error)));
  end(1);
}

// End as Node ends a process.
process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);

port.on('message', (command: ThreadCommand) => {
  input = command.input;
  runCommandLine(command.words).then(end, fail);
});
