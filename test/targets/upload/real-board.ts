// The real interpreter as a board: its console on a TCP port.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TargetBoard } from '../../../targets/upload/upload.js';
import { espruino } from '../../sim/espruino.js';

/** The real interpreter's input and output on a TCP port. */
export class RealBoard {
  readonly facts: TargetBoard = { name: 'linux', firmware: 'LINUX' };
  private readonly folder = mkdtempSync(join(tmpdir(), 'tazzina-real-'));
  private readonly server: Server;
  private process: ChildProcess | undefined;
  private socket: Socket | undefined;
  private typed: Promise<void> = Promise.resolve();
  /** All that it printed since it was switched on. */
  output = '';

  constructor() {
    this.server = createServer((socket) => {
      this.socket = socket;
      socket.on('data', (data) => this.type(data));
      socket.on('error', () => undefined);
    });
  }

  /** Types at the speed of a serial line. */
  private type(data: Buffer): void {
    const before = this.typed;
    this.typed = (async () => {
      await before;
      for (let at = 0; at < data.length; at += 16) {
        this.process!.stdin!.write(data.subarray(at, at + 16));
        await new Promise((done) => setTimeout(done, 2));
      }
    })();
  }

  async listen(): Promise<number> {
    await new Promise<void>((done) => this.server.listen(0, '127.0.0.1', done));
    return (this.server.address() as AddressInfo).port;
  }

  /** Starts it. Its Storage is a file in its folder. */
  async switchOn(): Promise<void> {
    this.output = '';
    // Its two threads share a queue without a lock: on two processors, characters are lost or doubled.
    const one = `taskset -c 0 true 2>/dev/null && exec taskset -c 0 ${espruino}; exec ${espruino}`;
    const process = spawn('sh', ['-c', one], { cwd: this.folder, stdio: ['pipe', 'pipe', 'ignore'] });
    process.stdout.on('data', (data: Buffer) => {
      this.output += data.toString('latin1');
      this.socket?.write(data);
    });
    this.process = process;
    while (!this.output.endsWith('>')) await new Promise((done) => process.stdout.once('data', done));
  }

  async switchOff(): Promise<void> {
    const { process } = this;
    if (!process || process.exitCode !== null || process.signalCode !== null) return;
    const exit = new Promise((done) => process.once('exit', done));
    process.kill('SIGKILL');
    await exit;
  }

  async close(): Promise<void> {
    await this.switchOff();
    this.socket?.destroy();
    this.server.close();
    rmSync(this.folder, { recursive: true });
  }
}
