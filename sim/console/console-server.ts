// A simulated board's console on a TCP port; the board's clock goes on with the real one.

import { type AddressInfo, createServer, type Socket } from 'node:net';
import { Start } from '../boot.js';
import type { SimulatedBoard } from '../simulated-board.js';
import { PowerCut } from '../storage/flash.js';
import { Console } from './console.js';

/** Milliseconds: the longest that nobody looks whether a timer is due. */
const LONGEST_SLEEP = 1000;

export class ConsoleServer {
  readonly console: Console;
  private readonly server = createServer((socket) => this.connected(socket));
  private readonly sockets = new Set<Socket>();
  private timer: NodeJS.Timeout | undefined;
  /** When the board's clock was at 0. */
  private origin = 0;
  private error: unknown;

  /** The board is switched on when the server listens. `ended` gets what ends it: a PowerCut, or a fault. */
  constructor(
    readonly board: SimulatedBoard,
    private readonly ended: (error: unknown) => void = () => undefined,
  ) {
    this.console = new Console(board, (text) => {
      for (const socket of this.sockets) socket.write(text, 'latin1');
    });
  }

  /** Returns the port: that of the system's choice for 0. */
  async listen(host: string, port: number): Promise<number> {
    await new Promise<void>((done, failed) => {
      this.server.once('error', failed);
      this.server.listen(port, host, done);
    });
    this.origin = performance.now() - this.board.clock.now;
    this.work(() => this.board.start(Start.Power));
    return (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    clearTimeout(this.timer);
    for (const socket of this.sockets) socket.destroy();
    await new Promise<void>((done) => this.server.close(() => done()));
  }

  private connected(socket: Socket): void {
    if (this.error !== undefined) {
      socket.destroy();
      return;
    }
    this.sockets.add(socket);
    socket.setNoDelay();
    socket.on('data', (data) => this.work(() => this.console.receive(data.toString('latin1'))));
    socket.on('close', () => this.sockets.delete(socket));
    // It closes by itself.
    socket.on('error', () => undefined);
  }

  /** What the board does at an event, at the time it has by then. */
  private work(run: () => void): void {
    if (this.error !== undefined) return;
    try {
      this.catchUp();
      run();
      this.console.settle();
    } catch (error) {
      this.end(error);
      return;
    }
    clearTimeout(this.timer);
    const next = this.board.clock.next();
    const delay = next ? next.due - this.time : LONGEST_SLEEP;
    this.timer = setTimeout(() => this.work(() => undefined), Math.min(Math.max(delay, 0), LONGEST_SLEEP));
  }

  private catchUp(): void {
    // A board that is slower than this machine may be ahead: it is still busy with what it has done here.
    this.console.settle(Math.max(0, this.time - this.board.clock.now));
  }

  private get time(): number {
    return performance.now() - this.origin;
  }

  private end(error: unknown): void {
    this.error = error;
    clearTimeout(this.timer);
    for (const socket of this.sockets) socket.destroy();
    this.ended(error);
    if (!(error instanceof PowerCut)) throw error;
  }
}
