// The output of a program that is run: passed on at once, or kept for the line of JSON.

import { isatty } from 'node:tty';
import { escaped } from '../targets/module/printable.js';
import { BufferedOutput, writeAll } from '../targets/node/streams.js';
import { CommandError } from './command-error.js';

/** Bytes. */
const MOST_KEPT = 64 * 2 ** 20;

export class ProgramOutput {
  /** Descriptors that are terminals for the program. */
  readonly terminals: number[];
  private readonly standard = new BufferedOutput(1);
  private readonly kept: Uint8Array[] | undefined;
  private keptBytes = 0;

  /** With `keep`, standard output is kept. */
  constructor(keep: boolean) {
    this.kept = keep ? [] : undefined;
    this.terminals = [0, 1, 2].filter((descriptor) => !(keep && descriptor === 1) && isatty(descriptor));
  }

  write(bytes: Uint8Array): void {
    if (this.kept) {
      this.keptBytes += bytes.length;
      if (this.keptBytes > MOST_KEPT)
        throw new CommandError('output', 1, 'the program prints more than 64 MB, which a line of JSON cannot hold', [
          'leave out --json: the output is then written as it is printed',
        ]);
      this.kept.push(bytes.slice());
      return;
    }
    this.standard.write(bytes);
    if (this.terminals.includes(1)) this.standard.flush();
  }

  writeError(bytes: Uint8Array): void {
    // Keep the order in which the program wrote, in case both streams are the same file.
    this.flush();
    writeAll(2, bytes);
  }

  /** Lines of tazzina itself. */
  print(lines: string[]): void {
    this.standard.write(Buffer.from(escaped(lines.map((line) => `${line}\n`).join(''))));
    this.standard.flush();
  }

  flush(): void {
    this.standard.flush();
  }

  /** The fields of the JSON line for the output. */
  fields(): { stdout?: string } {
    return this.kept && this.kept.length > 0 ? { stdout: Buffer.concat(this.kept).toString() } : {};
  }
}
