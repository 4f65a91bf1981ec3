// `tazzina simulate` as a process of its own, to which tests connect.
import { type ChildProcess, spawn } from 'node:child_process';
import type { CommandLine } from './command.js';

/** `tazzina simulate` on a port of its own. */
export class Simulation {
  private process!: ChildProcess;
  port = '';

  constructor(
    private readonly commandLine: CommandLine,
    private readonly words: string[],
  ) {}

  async start(): Promise<void> {
    const all = [this.commandLine.program, 'simulate', '--listen', '127.0.0.1:0', ...this.words];
    this.process = spawn(process.execPath, all, { cwd: this.commandLine.folder, stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    for await (const data of this.process.stdout!.iterator({ destroyOnReturn: false })) {
      output += data;
      if (output.includes('\n')) break;
    }
    this.port = output.trim().split(' at ')[1];
  }

  async end(): Promise<number | null> {
    if (this.process.exitCode !== null) return this.process.exitCode;
    const code = new Promise<number | null>((done) => this.process.once('exit', done));
    this.process.kill('SIGTERM');
    return code;
  }
}
