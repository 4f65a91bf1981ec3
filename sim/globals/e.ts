// E: Espruino's own functions.

import { Start } from '../boot.js';
import { crc32 } from '../screen/png.js';
import type { SimulatedBoard } from '../simulated-board.js';
import { javascriptText } from '../text-of-value.js';
import { bytesOf } from './pins.js';
import type { Realm } from './realm.js';

const textOf = (bytes: ArrayLike<number>) => Buffer.from(Array.from(bytes)).toString('latin1');

export function installE(board: SimulatedBoard, { global, parts }: Realm): void {
  let seed = 1;
  const random = () => {
    // Numerical Recipes' generator: what matters is that a seed gives the same numbers again.
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed;
  };
  const numbers = (items: unknown) => Array.from(items as ArrayLike<number>, Number);
  const sum = (items: unknown) => numbers(items).reduce((total, item) => total + item, 0);
  const flags: [string, unknown][] = [];
  const notSimulated = (name: string) => () => parts.raise(`E.${name} is not simulated`);
  const isFlat = (value: unknown) => ArrayBuffer.isView(value) && value.byteLength > 2 * board.account.layout.further;
  const members: Record<string, unknown> = {
    getSizeOf: (value: unknown) => board.account.sizeOf(value),
    // An address that is there, for data that lies in one piece.
    getAddressOf: (value: unknown, flat?: boolean) => (flat && !isFlat(value) ? 0 : 0x20000000),
    toString: (...values: unknown[]) => textOf(values.flatMap(bytesOf)),
    toUint8Array: (...values: unknown[]) => parts.uint8Array(values.flatMap(bytesOf)),
    toArrayBuffer: (text: unknown) => parts.uint8Array(bytesOf(text)).buffer,
    toFlatString: (...values: unknown[]) => textOf(values.flatMap(bytesOf)),
    toJS: javascriptText,
    asUTF8: (text: unknown) => String(text),
    CRC32: (data: unknown) => crc32(Uint8Array.from(bytesOf(data))),
    clip: (value: number, low: number, high: number) => Math.min(Math.max(value, low), high),
    sum,
    variance: (items: unknown, mean: number) => numbers(items).reduce((all, item) => all + (item - mean) ** 2, 0),
    convolve(a: unknown, b: unknown, offset: number) {
      const [left, right] = [numbers(a), numbers(b)];
      return left.reduce(
        (all, item, at) => all + item * right[(((at + offset) % right.length) + right.length) % right.length],
        0,
      );
    },
    hwRand: random,
    srand: (value?: number) => {
      seed = Number(value ?? 1) >>> 0;
    },
    reverseByte: (byte: number) =>
      Number.parseInt((byte & 255).toString(2).padStart(8, '0').split('').reverse().join(''), 2),
    lookupNoCase(where: Record<string, unknown>, name: string, returnKey?: boolean) {
      const key = Object.keys(where).find((each) => each.toLowerCase() === String(name).toLowerCase());
      return key === undefined ? undefined : returnKey ? key : where[key];
    },
    mapInPlace(from: ArrayLike<number>, to: number[], map?: unknown) {
      for (let at = 0; at < Math.min(from.length, to.length); at++)
        to[at] = typeof map === 'function' ? map(from[at], at) : map ? (map as number[])[from[at]] : from[at];
    },
    getTemperature: () => 20,
    getBattery: () => 100,
    getAnalogVRef: () => 3.3,
    getClock: () => board.facts.clock,
    setClock: () => board.facts.clock,
    getErrorFlags: () => parts.array([]),
    getFlags: () => parts.object(flags),
    setFlags: (values: Record<string, unknown>) => flags.push(...Object.entries(values)),
    getConsole: () => 'USB',
    getPowerUsage: () => parts.object([['total', 0]]),
    dumpStr: () => '',
    defrag() {},
    setConsole() {},
    lockConsole() {},
    setTimeZone() {},
    setDST() {},
    setPassword() {},
    enableWatchdog() {},
    kickWatchdog() {},
    setBootCode: (text?: string) => {
      if (text) board.storage.write('.bootcde', Buffer.from(text, 'latin1'));
      else board.storage.erase('.bootcde');
    },
    reboot: () => board.later(() => board.start(Start.Power)),
    memoryArea: notSimulated('memoryArea'),
    memoryMap: notSimulated('memoryMap'),
    nativeCall: notSimulated('nativeCall'),
    asm: notSimulated('asm'),
  };
  global.E = parts.object(Object.entries(members));
  for (const entry of board.facts.missing)
    for (const [, name] of entry.matchAll(/\bE\.(\w+)/g)) delete (global.E as Record<string, unknown>)[name];
}
