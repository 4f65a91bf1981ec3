// `--port` and `--baud-rate`, which the commands that connect to a board share. Without a port, the only board is taken.

import { type Command, InvalidArgumentError } from 'commander';
import { BuildError } from '../targets/board/build-error.js';
import { UploadError } from '../targets/upload/connection.js';
import { PORT_FORMS } from '../targets/upload/port-error.js';
import { type BoardPort, listPorts, type PortList } from '../targets/upload/ports.js';
import { buildCommandError, CommandError, UsageError } from './command-error.js';
import { printText } from './print.js';

export interface PortOptions {
  port?: string;
  baudRate?: number;
}

export function addPortOptions(command: Command): Command {
  return command
    .option('-p, --port <port>', 'port that the board is connected to (default: the only board)')
    .option('--baud-rate <rate>', 'baud rate of a serial port that is not USB', baudRate);
}

function baudRate(text: string): number {
  if (!/^\d{3,7}$/.test(text)) throw new InvalidArgumentError('write a number: 9600, 115200');
  return Number(text);
}

/** The given port; else that of the only board there is, over Bluetooth only if none is plugged in. Throws a UsageError. */
export async function chosenPort({ port }: PortOptions, list = listPorts): Promise<string> {
  if (port !== undefined) return port;
  const { ports: serial } = await list({ bluetooth: false });
  const { ports, noBluetooth }: PortList = serial.length > 0 ? { ports: serial } : await list({ bluetooth: true });
  if (ports.length === 1) {
    printText(2, `${portLines(ports)[0]}\n`);
    return ports[0].port;
  }
  if (ports.length > 1) throw new UsageError('which port? Give --port', portLines(ports));
  const bluetooth = noBluetooth === undefined ? [] : [`over Bluetooth: ${noBluetooth}`];
  throw new UsageError('no board is found: give --port', [PORT_FORMS, ...bluetooth]);
}

export function portLines(ports: readonly BoardPort[]): string[] {
  const width = Math.max(...ports.map(({ port }) => port.length));
  return ports.map(({ port, kind, description }) =>
    `${port.padEnd(width)}  ${kind}${description === '' ? '' : `, ${description}`}`.trimEnd(),
  );
}

/** Converts an error to one that the command line prints. */
export function commandError(error: unknown): unknown {
  if (error instanceof BuildError) return buildCommandError(error);
  return error instanceof UploadError ? new CommandError(error.kind, 1, error.message, [...error.notes]) : error;
}
