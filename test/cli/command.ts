// The command line, built from the sources as they are: in a thread, or as a process of its own.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { program, thread } from './bundle.js';
import type { Outcome } from './standard-streams.js';
import type { ThreadCommand, ThreadData } from './thread.js';

/** Milliseconds after which a command hangs. */
const LONGEST = 1_000_000;
/** Stack of a thread in MB, equal to that of a process. */
const STACK = 1;

/** `tazzina`, in a folder of its own. */
export class CommandLine {
  readonly folder = mkdtempSync(join(realpathSync(tmpdir()), 'tazzina-cli-'));
  readonly program = program;
  private thread?: { worker: Worker; port: MessagePort; ended: Int32Array };

  /** Puts a file into the folder, where the command runs. Returns its name. */
  file(name: string, content: string | Uint8Array): string {
    writeFileSync(join(this.folder, name), content);
    return name;
  }

  /** Runs a command in a thread that is kept for the next one. */
  run(words: string[], input: string | Uint8Array = ''): Outcome {
    this.thread ??= startThread();
    const { port, ended } = this.thread;
    const before = process.cwd();
    process.chdir(this.folder);
    try {
      Atomics.store(ended, 0, 0);
      port.postMessage({ words, input: Buffer.from(input) } satisfies ThreadCommand);
      if (Atomics.wait(ended, 0, 0, LONGEST) === 'timed-out') throw new Error(`tazzina ${words.join(' ')} hangs`);
    } finally {
      process.chdir(before);
    }
    return receiveMessageOnPort(port)!.message;
  }

  /** Runs a command as a process. */
  spawn(words: string[], input: string | Uint8Array = ''): Outcome {
    const { status, stdout, stderr, error } = spawnSync(process.execPath, [this.program, ...words], {
      cwd: this.folder,
      input,
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
      timeout: LONGEST,
    });
    if (error) throw error;
    return { code: status, output: stdout, error: stderr };
  }

  async remove(): Promise<void> {
    await this.thread?.worker.terminate();
    rmSync(this.folder, { recursive: true });
  }
}

function startThread() {
  const { port1, port2 } = new MessageChannel();
  const ended = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(thread, {
    workerData: { port: port2, ended } satisfies ThreadData,
    transferList: [port2],
    resourceLimits: { stackSizeMb: STACK },
  });
  return { worker, port: port1, ended };
}
