// Serves a simulated board's console on a TCP port. The board's clock follows the real clock. The server is for Espruino's tools: it
// disconnects clients that speak HTTP, as a web page can make a browser do, and clients that do not read the board's output.

import { type AddressInfo, createServer, type Socket } from 'node:net';
import { Start } from '../boot.js';
import type { SimulatedBoard } from '../simulated-board.js';
import { PowerCut } from '../storage/flash.js';
import { Console } from './console.js';

export interface ConsoleServerOptions {
  /** How many can be connected at a time. One unless given: all of them type into the same line. */
  most?: number;
  /** Gets what ends the server: a PowerCut, or a fault. */
  ended?: (error: unknown) => void;
}

/** Milliseconds: the longest that nobody looks whether a timer is due. */
const LONGEST_SLEEP = 1000;
/** Bytes that a client has not read: from there on the server does not read from it, and then gives it up. */
const PAUSE_AT = 64 * 1024;
const DROP_AT = 16 * 2 ** 20;
/** Characters that are put together before they are sent. */
const CHUNK = 16 * 1024;

/** Milliseconds that a connection waits for the one before to be gone: the next tool may come sooner than its end is told. */
const PATIENCE = 500;
const MOST_WAITING = 10;

/** How connections of browsers begin: with a method of HTTP, or of WebDAV, or with TLS. */
const NOT_A_CONSOLE = [
  ...'GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH PRI PROPFIND'.split(' ').map((method) => `${method} `),
  '\x16\x03',
];

const IN_USE = "The console of this board is in use. 'tazzina simulate --consoles 2' lets two connect.\r\n";

/** A connected client. */
interface Client {
  socket: Socket;
  /** The first characters, until it is known whether they begin an HTTP request; then undefined. */
  beginning: string | undefined;
}

export class ConsoleServer {
  readonly console: Console;
  private readonly server = createServer((socket) => this.connected(socket));
  private readonly clients = new Map<Socket, Client>();
  /** Clients that wait until the console is free. */
  private readonly waiting = new Set<Socket>();
  private unsent = '';
  private timer: NodeJS.Timeout | undefined;
  /** When the board's clock was at 0. */
  private origin = 0;
  private error: unknown;
  private readonly most: number;
  private readonly ended: (error: unknown) => void;

  /** The board is switched on when the server listens. */
  constructor(
    readonly board: SimulatedBoard,
    { most = 1, ended = () => undefined }: ConsoleServerOptions = {},
  ) {
    this.most = most;
    this.ended = ended;
    this.console = new Console(board, (text) => {
      this.unsent += text;
      if (this.unsent.length >= CHUNK) this.flush();
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
    for (const socket of [...this.waiting, ...this.clients.keys()]) socket.destroy();
    this.clients.clear();
    await new Promise<void>((done) => this.server.close(() => done()));
  }

  private connected(socket: Socket): void {
    // The socket closes by itself.
    socket.on('error', () => undefined);
    if (this.error !== undefined) {
      socket.destroy();
      return;
    }
    if (this.clients.size < this.most) {
      this.serve(socket);
      return;
    }
    if (this.waiting.size >= MOST_WAITING) {
      socket.destroy();
      return;
    }
    this.waiting.add(socket);
    socket.on('close', () => this.waiting.delete(socket));
    setTimeout(() => {
      // If the process was stopped, the end of the previous connection may have arrived, but not its event.
      setImmediate(() => {
        if (!this.waiting.delete(socket)) return;
        socket.end(IN_USE);
        socket.resume();
      });
    }, PATIENCE);
  }

  private serve(socket: Socket): void {
    const client: Client = { socket, beginning: '' };
    this.clients.set(socket, client);
    socket.setNoDelay();
    socket.on('data', (data) => this.received(client, data.toString('latin1')));
    socket.on('drain', () => socket.resume());
    socket.on('close', () => this.left(socket));
  }

  private left(socket: Socket): void {
    if (!this.clients.delete(socket)) return;
    const [next] = this.waiting;
    if (!next) return;
    this.waiting.delete(next);
    this.serve(next);
  }

  private received(client: Client, text: string): void {
    let typed = text;
    if (client.beginning !== undefined) {
      typed = client.beginning + text;
      client.beginning = typed;
      if (NOT_A_CONSOLE.some((each) => typed.startsWith(each))) {
        this.drop(client.socket);
        return;
      }
      if (NOT_A_CONSOLE.some((each) => each.startsWith(typed))) return;
      client.beginning = undefined;
    }
    this.work(() => this.console.receive(typed));
  }

  private flush(): void {
    const { unsent } = this;
    this.unsent = '';
    if (unsent === '') return;
    for (const { socket } of this.clients.values()) {
      socket.write(unsent, 'latin1');
      if (socket.writableLength > DROP_AT) this.drop(socket);
      else if (socket.writableLength > PAUSE_AT) socket.pause();
    }
  }

  private drop(socket: Socket): void {
    socket.destroy();
    this.left(socket);
  }

  /** Runs the board's reaction to an event, at the current time. */
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
    this.flush();
    clearTimeout(this.timer);
    const delay = this.board.clock.next() - this.time;
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
    this.flush();
    for (const socket of this.clients.keys()) socket.destroy();
    this.ended(error);
    if (!(error instanceof PowerCut)) throw error;
  }
}
