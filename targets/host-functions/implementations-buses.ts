// Serial, I2C and SPI: what module `espruino` does with them on a board.

import type { Host } from './host.js';
import { bytesAt, dataAt, putText } from './memory-access.js';
import { pinOrDefault } from './pin-numbers.js';

interface Serial {
  setup(baud: number, pins: { rx: unknown; tx: unknown }): void;
  write(bytes: Uint8Array | string): void;
  read(length: number): string | undefined;
}

interface I2C {
  setup(options: { scl: unknown; sda: unknown; bitrate: number }): void;
  writeTo(address: number, bytes: Uint8Array | string): void;
  readFrom(address: number, quantity: number): Uint8Array;
}

interface SPI {
  setup(options: { sck: unknown; miso: unknown; mosi: unknown; baud: number; mode: number }): void;
  send(bytes: Uint8Array): Uint8Array;
}

declare const global: Record<string, unknown>;
declare const E: { getConsole(): string | null };

function busAt<Bus>(host: Host, name: string): Bus {
  const found = global[name];
  if (found === undefined) host.fail('this board has no ' + name);
  return found as Bus;
}

/** Port 0 is what the console is on, undefined while that is nothing. */
function serialAt(host: Host, port: number): Serial | undefined {
  if (port !== 0) return busAt(host, 'Serial' + port);
  const name = E.getConsole();
  return name ? busAt(host, name) : undefined;
}

export function setupSerial(host: Host, port: number, baud: number, receivePin: number, sendPin: number): undefined {
  const serial = serialAt(host, port);
  if (serial) serial.setup(baud, { rx: pinOrDefault(host, receivePin), tx: pinOrDefault(host, sendPin) });
}

export function writeSerial(host: Host, port: number, pointer: number, length: number): undefined {
  const serial = serialAt(host, port);
  if (serial && length !== 0) serial.write(bytesAt(host, pointer, length));
}

export function readSerial(host: Host, port: number, pointer: number, length: number): number {
  const serial = serialAt(host, port);
  if (!serial || length === 0) return 0;
  // Before anything is taken out of the buffer.
  bytesAt(host, pointer, length);
  return putText(host, pointer, length, serial.read(length >>> 0) || '');
}

export function setupI2C(host: Host, bus: number, clockPin: number, dataPin: number, bitrate: number): undefined {
  const pins = { scl: pinOrDefault(host, clockPin), sda: pinOrDefault(host, dataPin), bitrate };
  busAt<I2C>(host, 'I2C' + bus).setup(pins);
}

export function writeI2C(host: Host, bus: number, address: number, pointer: number, length: number): undefined {
  busAt<I2C>(host, 'I2C' + bus).writeTo(address, dataAt(host, pointer, length));
}

export function readI2C(host: Host, bus: number, address: number, pointer: number, length: number): undefined {
  const from = busAt<I2C>(host, 'I2C' + bus);
  if (length !== 0) bytesAt(host, pointer, length).set(from.readFrom(address, length));
}

export function setupSPI(
  host: Host,
  bus: number,
  clockPin: number,
  receivePin: number,
  sendPin: number,
  baud: number,
  mode: number,
): undefined {
  busAt<SPI>(host, 'SPI' + bus).setup({
    sck: pinOrDefault(host, clockPin),
    miso: pinOrDefault(host, receivePin),
    mosi: pinOrDefault(host, sendPin),
    baud,
    mode,
  });
}

export function transferSPI(
  host: Host,
  bus: number,
  pointer: number,
  length: number,
  receivePointer: number,
): undefined {
  const spi = busAt<SPI>(host, 'SPI' + bus);
  if (length === 0) return;
  const target = receivePointer === 0 ? undefined : bytesAt(host, receivePointer, length);
  const received = spi.send(bytesAt(host, pointer, length));
  if (target) target.set(received);
}
