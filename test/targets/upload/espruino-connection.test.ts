// The connection through the package `espruino`: over TCP to a simulated board, and to the real interpreter.
import { type AddressInfo, createConnection, createServer, type Server, type Socket } from 'node:net';
import { crc32 } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { puckjs } from '../../../boards/index.js';
import { ConsoleServer, PowerCut, SimulatedBoard, Start, Storage } from '../../../sim/index.js';
import { BoardError } from '../../../targets/upload/connection.js';
import { EspruinoConnection } from '../../../targets/upload/espruino-connection.js';
import { upload } from '../../../targets/upload/upload.js';
import { espruino, reason } from '../../sim/espruino.js';
import { exampleImage } from './console-connection.js';
import { RealBoard } from './real-board.js';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

async function connect(port: number, timeout?: number): Promise<EspruinoConnection> {
  const connection = await EspruinoConnection.open(`tcp://127.0.0.1:${port}`, { timeout });
  open.push(connection);
  return connection;
}

async function serve(board: SimulatedBoard, ended?: (error: unknown) => void): Promise<number> {
  const server = new ConsoleServer(board, { ended });
  open.push(server);
  return server.listen('127.0.0.1', 0);
}

describe('a simulated board', () => {
  it('evaluates, throws and prints', async () => {
    const connection = await connect(await serve(new SimulatedBoard(puckjs)));
    expect(await connection.evaluate('[1,"\\u00ff<1<",{a:null}]')).toEqual([1, '\xff<1<', { a: null }]);
    expect(await connection.evaluate('undefined')).toBe(undefined);
    await expect(connection.evaluate('f()')).rejects.toThrow(BoardError);
    let printed = '';
    connection.onData = (text) => {
      printed += text;
    };
    await connection.evaluate('setTimeout(()=>print("later"),50)');
    while (!printed.includes('later')) await new Promise((done) => setTimeout(done, 10));
  });

  it('that is switched off in the middle has the old program or the new one', async () => {
    const [old, next] = [exampleImage('old', 700), exampleImage('next', 900)];
    const storage = new Storage(puckjs.storage.bytes);
    const board = new SimulatedBoard(puckjs, { storage });
    const first = await connect(await serve(board));
    await upload(old, puckjs, first);
    let end: unknown;
    first.close();
    const port = await serve(new SimulatedBoard(puckjs, { storage }), (error) => {
      end = error;
    });
    storage.flash.powerFor = 200;
    await expect(upload(next, puckjs, await connect(port))).rejects.toMatchObject({ kind: 'connection' });
    expect(end).toBeInstanceOf(PowerCut);
    storage.flash.powerFor = Number.POSITIVE_INFINITY;
    const after = new SimulatedBoard(puckjs, { storage });
    after.start(Start.Power);
    expect(after.output).toBe(`old ${crc32(old.files[0].bytes)}\n`);
    open.splice(1).forEach((each) => void each.close());
    await upload(next, puckjs, await connect(await serve(after)));
    expect(after.output).toContain(`next ${crc32(next.files[0].bytes)}\n`);
  });
});

describe('a port', () => {
  it('may ask for pauses', async () => {
    const board = await serve(new SimulatedBoard(puckjs));
    const between = createServer((socket) => {
      const other = createConnection(board, '127.0.0.1');
      socket.pipe(other);
      other.on('data', (data) => {
        socket.write(
          Buffer.concat([Buffer.from('\x13'), data.subarray(0, 5), Buffer.from('\x13\x11'), data.subarray(5)]),
        );
        socket.write('\x13');
        setTimeout(() => socket.write('\x11'), 20);
      });
      socket.on('close', () => other.destroy());
    });
    open.push(between);
    await new Promise<void>((done) => between.listen(0, '127.0.0.1', done));
    const connection = await connect((between.address() as AddressInfo).port);
    for (let n = 0; n < 5; n++) expect(await connection.evaluate(`[${n},"text"]`)).toEqual([n, 'text']);
  });

  it.each([
    ['', 'another program may be connected to it'],
    ['It is in use.\r\n', 'it said: It is in use.'],
  ])('that is closed before it answered may have another client: %j', async (said, note) => {
    const server: Server = createServer((socket) => socket.once('data', () => socket.end(said)));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    try {
      await expect(connect((server.address() as AddressInfo).port)).rejects.toMatchObject({
        kind: 'port',
        message: expect.stringContaining('was lost before the board answered'),
        notes: [expect.stringContaining(note)],
      });
    } finally {
      server.close();
    }
  });

  it('where nothing answers is given up', async () => {
    const sockets: Socket[] = [];
    const server: Server = createServer((socket) => sockets.push(socket));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    try {
      const { port } = server.address() as AddressInfo;
      await expect(connect(port, 300)).rejects.toMatchObject({ kind: 'port', message: /no Espruino console answers/ });
    } finally {
      for (const socket of sockets) socket.destroy();
      server.close();
    }
  });
});

describe(`the real interpreter${reason}`, () => {
  it.skipIf(!espruino)('takes uploads, and ends by itself those that are cut short after the marker', async () => {
    const real = new RealBoard();
    open.push(real);
    const port = await real.listen();
    await real.switchOn();
    const [first, second] = [exampleImage('first', 3000), exampleImage('second', 2500, 'app.other')];
    const connection = await connect(port);
    await upload(first, real.facts, connection);
    expect(real.output).toContain(`first ${crc32(first.files[0].bytes)}\r\n`);
    await real.switchOff();
    await real.switchOn();
    expect(real.output).toContain(`first ${crc32(first.files[0].bytes)}\r\n`);
    // Up to the line that does the switch: it is the only one with two regular parts of the journal's names.
    const run = connection.evaluate.bind(connection);
    connection.evaluate = async (expression, milliseconds) => {
      if (expression.includes('readJSON("~tazzina",1);')) throw new Error('cut');
      return run(expression, milliseconds);
    };
    await expect(upload(second, real.facts, connection)).rejects.toThrow('cut');
    await real.switchOff();
    await real.switchOn();
    expect(real.output).toContain(`second ${crc32(second.files[0].bytes)}\r\n`);
    connection.evaluate = run;
    expect(await connection.evaluate('require("Storage").list(/^app/).sort()')).toEqual([
      'app',
      'app.files',
      'app.other',
    ]);
    const { plan } = await upload(second, real.facts, connection);
    expect(plan.written).toEqual([]);
    expect(await connection.evaluate('require("Storage").list(/tazzina|boot/)')).toEqual(['.bootcde']);
  });
});
