// `tazzina simulate`: a simulated board whose console is on a TCP port, as a real board's is on a serial one.

import { existsSync } from 'node:fs';
import { isIPv4, isIPv6 } from 'node:net';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Board } from '../boards/index.js';
import { ConsoleServer, Flash, SimulatedBoard, Storage } from '../sim/index.js';
import { CommandError, UsageError } from './command-error.js';
import { projectBoards } from './configuration-file.js';
import { printError } from './errors.js';
import { readInputFile } from './input-file.js';
import { boardList, namedBoard, withArticle } from './named-board.js';
import { printText } from './print.js';
import { blockLimits, watchdogOption } from './watchdog-option.js';
import { writeOutput } from './write-output.js';

interface SimulateOptions {
  board?: string;
  listen: Address;
  storage?: string;
  watchdog?: number;
  consoles: number;
  public?: boolean;
}

interface Address {
  host: string;
  port: number;
}

const DESCRIPTION = 'Simulates a board and serves its console on a TCP port, until ctrl-C.';

const DETAILS = `
The command prints the address when the port is open. With port 0, the system
chooses a port. Every tool for Espruino can connect: "tazzina flash", "tazzina
monitor", and the command-line client "espruino", each with
--port tcp://HOST:PORT.

A client can run programs on the simulated board. These programs can access
nothing but the board. By default, one client at a time can connect. Clients
that speak HTTP are refused. An address that other machines can reach needs
--public.

With --storage, the board's Storage is read from the file, if it exists, and is
written back at the end.

Examples:
  tazzina simulate --board puckjs
  tazzina simulate --board puckjs --listen 127.0.0.1:2323 --storage puck.bin
  tazzina simulate --board esp32 --watchdog 5`;

/** The command; `ended` gets the exit code. */
export function createSimulateCommand(ended: (exitCode: number) => void): Command {
  return new Command('simulate')
    .description(DESCRIPTION)
    .usage('[options]')
    .option('-b, --board <name>', 'the board')
    .addOption(
      new Option('-l, --listen <host:port>', 'address to listen on')
        .argParser(address)
        .default({ host: '127.0.0.1', port: 2323 }, '127.0.0.1:2323'),
    )
    .option('--storage <file>', 'keep the contents of Storage in this file')
    .addOption(watchdogOption())
    .option('--consoles <number>', 'how many clients can connect at a time', consoles, 1)
    .option('--public', 'allow an address that other machines can reach')
    .addHelpText('after', DETAILS)
    .action(async (options: SimulateOptions) => ended(await simulate(options)));
}

function address(text: string): Address {
  const [, host = '', port = ''] = /^(.*):(\d{1,5})$/.exec(text) ?? [];
  if (host === '' || Number(port) > 65535) throw new InvalidArgumentError('write HOST:PORT, as in 127.0.0.1:2323');
  return { host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) };
}

function consoles(text: string): number {
  const value = Number(text);
  if (!(Number.isInteger(value) && value >= 1 && value <= 100)) throw new InvalidArgumentError('write 1 to 100');
  return value;
}

/** Whether only this machine can reach an address. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || (isIPv4(host) && host.startsWith('127.')) || (isIPv6(host) && host === '::1');
}

async function simulate(options: SimulateOptions): Promise<number> {
  const { board: name, listen, storage: file, watchdog } = options;
  try {
    if (!options.public && !isLoopback(listen.host))
      throw new UsageError(`other machines may reach ${listen.host}, and type into the simulated board`, [
        'add --public to allow this, or listen on 127.0.0.1',
      ]);
    const boards = await projectBoards();
    if (name === undefined) throw new UsageError('which board? Give --board NAME', [boardList(boards)]);
    const facts = namedBoard(name, boards);
    const storage = storedIn(file, facts);
    const board = new SimulatedBoard(facts, { storage, ...blockLimits(watchdog), startTime: Date.now() });
    const server = new ConsoleServer(board, { most: options.consoles });
    await serve(server, listen, facts);
    if (file !== undefined) writeOutput(file, storage.flash.bytes);
    return 0;
  } catch (error) {
    return printError(error, {});
  }
}

function storedIn(file: string | undefined, { title, storage: { bytes } }: Board): Storage {
  const flash = new Flash(bytes);
  if (file !== undefined && existsSync(file)) {
    const content = readInputFile(file);
    if (content.length !== bytes) {
      const message = `${file} is not the Storage of ${withArticle(title)}: it has ${content.length} bytes, not ${bytes}`;
      throw new CommandError('input', 1, message, []);
    }
    flash.bytes.set(content);
  }
  return new Storage(bytes, flash);
}

async function serve(server: ConsoleServer, { host, port }: Address, { title }: Board): Promise<void> {
  let chosen: number;
  try {
    chosen = await server.listen(host, port);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new CommandError('port', 1, `cannot listen on ${host}:${port}: ${message}`, [
      'give another: --listen 127.0.0.1:0',
    ]);
  }
  const place = host.includes(':') ? `[${host}]` : host;
  printText(1, `${title}, simulated, at tcp://${place}:${chosen}\n`);
  await new Promise<void>((done) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => done());
  });
  await server.close();
}
