// The process's standard streams, read and written synchronously: a WebAssembly program waits for its input and output.

import { readSync, writeSync } from 'node:fs';

const BUFFER_BYTES = 65536;

/** Stops this thread. */
export function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

/** Reads what there is, and waits if there is nothing yet. Returns the number of bytes; 0 at the end. */
export function readStandardInput(into: Uint8Array): number {
  for (;;) {
    try {
      return readSync(0, into);
    } catch (error) {
      if (codeOf(error) === 'EOF') return 0;
      if (codeOf(error) !== 'EAGAIN') throw error;
      // Another process has set the pipe or the terminal to not wait.
      sleep(5);
    }
  }
}

/** Everything up to the end of standard input. */
export function readAllStandardInput(): Uint8Array {
  const chunks: Uint8Array[] = [];
  for (;;) {
    const chunk = new Uint8Array(BUFFER_BYTES);
    const length = readStandardInput(chunk);
    if (length === 0) return Buffer.concat(chunks);
    chunks.push(chunk.subarray(0, length));
  }
}

/** Writes all bytes to a file descriptor. */
export function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(descriptor, bytes, at);
    } catch (error) {
      if (codeOf(error) !== 'EAGAIN') throw error;
      sleep(1);
    }
  }
}

/** Collects output, so that a program that prints line by line does not cost a system call a line. */
export class BufferedOutput {
  private readonly descriptor: number;
  private readonly buffer = new Uint8Array(BUFFER_BYTES);
  private used = 0;

  constructor(descriptor: number) {
    this.descriptor = descriptor;
  }

  write(bytes: Uint8Array): void {
    if (bytes.length > BUFFER_BYTES - this.used) this.flush();
    if (bytes.length > BUFFER_BYTES) {
      writeAll(this.descriptor, bytes);
      return;
    }
    this.buffer.set(bytes, this.used);
    this.used += bytes.length;
  }

  flush(): void {
    const used = this.used;
    // Emptied first: what a closed pipe refused must not be tried again.
    this.used = 0;
    writeAll(this.descriptor, this.buffer.subarray(0, used));
  }
}
