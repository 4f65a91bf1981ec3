// The console on a TCP port: whom it serves, and what it survives.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { puckjs } from '../../boards/index.js';
import { ConsoleServer, type ConsoleServerOptions, SimulatedBoard } from '../../sim/index.js';

const servers: ConsoleServer[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function serve(options?: ConsoleServerOptions) {
  const board = new SimulatedBoard(puckjs, { mostBlockedSeconds: 100 });
  const server = new ConsoleServer(board, options);
  servers.push(server);
  const port = await server.listen('127.0.0.1', 0);
  return { board, client: () => Client.to(port) };
}

class Client {
  shown = '';
  isClosed = false;

  private constructor(readonly socket: Socket) {
    socket.on('data', (data) => {
      this.shown += data.toString('latin1');
    });
    socket.on('close', () => {
      this.isClosed = true;
    });
    socket.on('error', () => undefined);
  }

  static async to(port: number): Promise<Client> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new Client(socket);
  }

  type(text: string): void {
    this.socket.write(text, 'latin1');
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise((done) => setTimeout(done, 5));
  }

  async answer(text: string, end = '>'): Promise<string> {
    this.shown = '';
    this.type(text);
    await this.until(() => this.shown.endsWith(end));
    return this.shown;
  }
}

describe('the console server', () => {
  it('closes connections that begin like those of a browser, in pieces too', async () => {
    const { board, client } = await serve();
    for (const pieces of [
      ['GET / HTTP/1.1\r\nHost: x\r\n\r\nprint(1)\n'],
      ['PO', 'ST / HTTP/1.1\r\n\r\nprint(1)\n'],
      ['OPTIONS ', '* HTTP/1.1\r\n\r\nprint(1)\n'],
      ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nprint(1)\n'],
      ['\x16', '\x03\x01\x02\nprint(1)\n'],
    ]) {
      const browser = await client();
      for (const piece of pieces) {
        browser.type(piece);
        await new Promise((done) => setTimeout(done, 10));
      }
      await browser.until(() => browser.isClosed);
      expect(browser.shown).toBe('');
    }
    expect(board.output).toBe('');
  });

  it('serves what begins with the same letters and goes on otherwise', async () => {
    const { client } = await serve();
    const terminal = await client();
    terminal.type('P');
    terminal.type('in;1+1\n');
    await terminal.until(() => terminal.shown.includes('=2'));
  });

  it('has one console at a time, unless there shall be more', async () => {
    const one = await serve();
    const [first, second] = [await one.client(), await one.client()];
    await second.until(() => second.isClosed);
    expect(second.shown).toContain('is in use');
    expect(await first.answer('1+1\n')).toContain('=2');
    first.socket.destroy();
    await new Promise((done) => setTimeout(done, 20));
    expect(await (await one.client()).answer('1+2\n')).toContain('=3');
    const two = await serve({ most: 2 });
    const [third, fourth] = [await two.client(), await two.client()];
    expect(await third.answer('2+2\n')).toContain('=4');
    await fourth.until(() => fourth.shown.includes('=4'));
  });

  it('gives up who does not read', async () => {
    const { board, client } = await serve();
    const deaf = await client();
    deaf.socket.pause();
    // More than the system keeps for a connection, and the server for a client.
    deaf.type('\x10var s="x".repeat(9000),n=0;for(;n<2500;n++)print(s)\n');
    await deaf.until(() => board.realm.global.n === 2500);
    const next = await client();
    expect(await next.answer('1+1\n')).toContain('=2');
    deaf.socket.resume();
    await deaf.until(() => deaf.isClosed);
  });

  it('goes on after what a program did', async () => {
    const { client } = await serve();
    const terminal = await client();
    for (const line of [
      'var a=[];a.push(a);a',
      'print(new Array(1e9))',
      'var s="x";while(1)s+=s',
      'while(1);',
      'throw {toString(){throw new Error("x")}}',
      'setTimeout(()=>{throw {toString(){while(1);}}},1)',
      '({get a(){while(1);},toJSON(){throw 1}})',
    ])
      terminal.type(`${line}\n`);
    terminal.type('"the" + " end"\n');
    await terminal.until(() => terminal.shown.includes('="the end"'));
    for (const what of ['out of memory', 'endless output', 'blocks too long']) expect(terminal.shown).toContain(what);
  });
});
