// Serial, I2C and SPI: objects of the program that talk to the connected peers.

import { nobody, type Peers } from '../pins/peripherals.js';
import type { Realm } from '../realm/realm.js';
import { byteCount, bytesOf, latin1 } from './bytes.js';
import type { PinFunctions } from './pins.js';

/** Bytes that a port keeps for a program that does not listen: STREAM_MAX_BUFFER_SIZE. */
const RECEIVE_BUFFER = 512;
export const CONSOLE = 'USB';

export interface BusBoard {
  inject(port: string, text: string): void;
  readonly peers: Peers;
  /** Receivers of the incoming bytes of serial ports, by their names. */
  readonly receivers: Map<string, (text: string) => void>;
  /** The last setup of each bus, by its name. */
  readonly setups: Map<string, unknown[]>;
  print(text: string): void;
  later(run: () => void): void;
}

type Members = Record<string, unknown>;

export function installBuses(board: BusBoard, realm: Realm, { digitalWrite }: PinFunctions): void {
  const { peers } = board;
  const { parts } = realm;
  const classes: [kind: string, names: string[], members: (name: string, self: Members) => Members][] = [
    ['Serial', ['Serial1', 'Serial2', 'USB', 'Bluetooth', 'LoopbackA', 'LoopbackB', 'Terminal'], serial],
    ['I2C', ['I2C1', 'I2C2'], i2c],
    ['SPI', ['SPI1', 'SPI2'], spi],
  ];
  for (const [kind, names, membersOf] of classes) {
    // A program makes one in software, on any pins: nothing is connected to it.
    const fill = (made: Members, name = `software ${kind}`) => {
      for (const [key, run] of Object.entries(membersOf(name, made)))
        parts.define(made, key, realm.membrane.expose(run as () => unknown));
    };
    const Kind = parts.kind(
      kind,
      [],
      realm.membrane.expose((made) => fill(made as Members)),
    ) as new () => Members;
    for (const name of names) {
      const made = new Kind();
      fill(made, name);
      realm.install({ [name]: made });
    }
  }

  function serial(name: string, self: Members): Members {
    let kept = '';
    const other = { LoopbackA: 'LoopbackB', LoopbackB: 'LoopbackA' }[name];
    const send = (data: unknown) => {
      const bytes = Uint8Array.from(bytesOf(data));
      if (other) board.later(() => board.receivers.get(other)?.(latin1(bytes)));
      else if (name === CONSOLE && !peers.serial[name]) board.print(latin1(bytes));
      else (peers.serial[name] ?? nobody.serial).receive(bytes);
    };
    board.receivers.set(name, (text) => {
      if ((self as { '#ondata'?: unknown[] })['#ondata']?.length)
        (self.emit as (event: string, data: string) => void)('data', text);
      else kept = (kept + text).slice(0, RECEIVE_BUFFER);
    });
    return {
      setup: (...values: unknown[]) => void board.setups.set(name, values),
      unsetup() {},
      setConsole() {},
      flush() {},
      write: (...values: unknown[]) => send(values),
      print: (text: unknown) => send(String(text)),
      inject: (data: unknown) => board.inject(name, latin1(Uint8Array.from(bytesOf(data)))),
      println: (text: unknown) => send(`${String(text)}\r\n`),
      available: () => kept.length,
      read(count?: unknown) {
        const taken = Number(count) > 0 ? kept.slice(0, Number(count)) : kept;
        kept = kept.slice(taken.length);
        return taken;
      },
    };
  }

  function i2c(name: string): Members {
    const peer = () => peers.i2c[name] ?? nobody.i2c;
    const target = (value: unknown): { address: number; stop: boolean } => {
      if (typeof value !== 'object' || value === null) return { address: Number(value), stop: true };
      const { address, stop = true } = value as { address?: unknown; stop?: unknown };
      return { address: Number(address), stop: Boolean(stop) };
    };
    const writeTo = (to: unknown, ...values: unknown[]) => {
      const { address, stop } = target(to);
      peer().write(address, Uint8Array.from(bytesOf(values)), stop);
    };
    const readFrom = (from: unknown, quantity: unknown) =>
      parts.uint8Array(peer().read(target(from).address, byteCount(quantity)));
    return {
      setup: (...values: unknown[]) => void board.setups.set(name, values),
      writeTo,
      readFrom,
      readReg(address: unknown, register: unknown, quantity: unknown) {
        peer().write(Number(address), Uint8Array.of(Number(register)), false);
        return readFrom(address, quantity);
      },
    };
  }

  function spi(name: string): Members {
    const exchange = (data: unknown, select: unknown): Uint8Array => {
      const write = (value: number) => {
        if (select !== undefined) digitalWrite(select, value);
      };
      write(0);
      const answer = (peers.spi[name] ?? nobody.spi).transfer(Uint8Array.from(bytesOf(data)));
      write(1);
      return answer;
    };
    return {
      setup: (...values: unknown[]) => void board.setups.set(name, values),
      /** Returns the answer in the form of the data: a number for a number, a string for a string, else an array. */
      send(data: unknown, select?: unknown) {
        const answer = exchange(data, select);
        if (typeof data === 'number') return answer[0];
        return typeof data === 'string' ? latin1(answer) : parts.uint8Array(answer);
      },
      write(...values: unknown[]) {
        const select = values.at(-1) instanceof parts.Pin ? values.pop() : undefined;
        exchange(values, select);
      },
    };
  }
}
