// E: Espruino's own functions.

import { Start } from '../boot.js';
import type { SimulatedBoardFacts } from '../language/board-features.js';
import type { MemoryAccount } from '../memory.js';
import type { Surroundings } from '../pins/surroundings.js';
import type { Realm } from '../realm/realm.js';
import { crc32 } from '../screen/png.js';
import type { Storage } from '../storage/storage.js';
import type { ValueTexts } from '../text-of-value.js';
import { byteCount, bytesOf, latin1 } from './bytes.js';
import { colourOf, decodeUTF8, mapInPlace, transform } from './conversions.js';
import type { NativeCode } from './native-code.js';
import { notSimulated } from './not-simulated.js';

export interface InterpreterBoard {
  readonly facts: SimulatedBoardFacts;
  readonly account: MemoryAccount;
  readonly storage: Storage;
  readonly texts: ValueTexts;
  readonly surroundings: Surroundings;
  later(run: () => void): void;
  start(start: Start): void;
}

type Members = Record<string, unknown>;

export function installE(board: InterpreterBoard, realm: Realm, native: NativeCode): void {
  const { parts } = realm;
  let seed = 1;
  const random = () => {
    // Numerical Recipes' generator: what matters is that a seed gives the same numbers again.
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed;
  };
  const numbers = (items: unknown) => {
    if (typeof items === 'string') return [...Buffer.from(items, 'latin1')];
    const list = Object(items) as ArrayLike<unknown>;
    return Array.from({ length: byteCount(list.length) }, (_, at) => Number(list[at]));
  };
  const sum = (items: unknown) => numbers(items).reduce((total, item) => total + item, 0);
  const flags: Members = Object.fromEntries(FLAGS.map((name) => [name, 0]));
  const members: Members = {
    getSizeOf: (value: unknown) => board.account.sizeOf(value),
    getAddressOf: (value: unknown, flat?: unknown) => native.addressOf(value, Boolean(flat)),
    toString: (...values: unknown[]) => latin1(bytesOf(values)),
    toUint8Array: (...values: unknown[]) => parts.uint8Array(bytesOf(values)),
    toArrayBuffer: (text: unknown) => parts.uint8Array(bytesOf(text)).buffer,
    toFlatString: (...values: unknown[]) => native.flatString(latin1(bytesOf(values))),
    toJS: (value: unknown) => board.texts.javascript(value),
    asUTF8: (text: unknown) => String(text),
    CRC32: (data: unknown) => crc32(Uint8Array.from(bytesOf(data))),
    clip: (value: unknown, low: unknown, high: unknown) => Math.min(Math.max(Number(value), Number(low)), Number(high)),
    sum,
    variance: (items: unknown, mean: unknown) =>
      numbers(items).reduce((all, item) => all + (item - Number(mean)) ** 2, 0),
    convolve(a: unknown, b: unknown, offset: unknown) {
      const [left, right] = [numbers(a), numbers(b)];
      const start = Math.trunc(Number(offset)) || 0;
      return left.reduce(
        (all, item, at) => all + item * right[(((at + start) % right.length) + right.length) % right.length],
        0,
      );
    },
    hwRand: random,
    srand(value?: unknown) {
      seed = Number(value ?? 1) >>> 0;
    },
    reverseByte: (byte: unknown) =>
      Number.parseInt((Number(byte) & 255).toString(2).padStart(8, '0').split('').reverse().join(''), 2),
    lookupNoCase(where: Members, name: unknown, returnKey?: unknown) {
      const wanted = String(name).toLowerCase();
      const key = Object.keys(where).find((each) => each.toLowerCase() === wanted);
      return key === undefined ? undefined : returnKey ? key : where[key];
    },
    mapInPlace: (from: ArrayLike<number>, to: number[], map?: unknown, bits?: unknown) =>
      mapInPlace(from, to, map, Math.trunc(Number(bits)) || 0),
    HSBtoRGB(hue: unknown, saturation: unknown, brightness: unknown, format?: unknown) {
      const colour = colourOf(Number(hue), Number(saturation), Number(brightness));
      const [red, green, blue] = colour;
      if (!format || format === 24) return (blue << 16) | (green << 8) | red;
      if (format === 16) return (blue >> 3) | ((green >> 2) << 5) | ((red >> 3) << 11);
      return Number(format) === 1
        ? parts.array(colour)
        : parts.raise("HSBtoRGB's format arg expects undefined/1/16/24");
    },
    FFT: (real: number[], imaginary?: number[], isInverse?: unknown) => transform(real, imaginary, Boolean(isInverse)),
    isUTF8: () => false,
    fromUTF8: (text: unknown) => String(text),
    decodeUTF8: (text: unknown, map?: Members, other?: unknown) => decodeUTF8(String(text), map ?? {}, other),
    stopEventPropagation: parts.events.stopPropagation,
    dumpFragmentation() {},
    dumpVariables() {},
    dumpTimers() {},
    dumpFreeList() {},
    dumpLockedVars() {},
    ...notSimulated(parts, 'E', 'pipe openFile connectSDCard unmountSD compiledC'),
    getTemperature: () => board.surroundings.temperature,
    getBattery: () => board.surroundings.battery,
    getAnalogVRef: () => 3.3,
    getClock: () => board.facts.clock,
    setClock: () => board.facts.clock,
    getErrorFlags: () => parts.array([]),
    getFlags: () => realm.object(flags),
    setFlags(values: unknown) {
      for (const [name, value] of Object.entries(Object(values))) if (FLAGS.includes(name)) flags[name] = value ? 1 : 0;
    },
    getConsole: () => 'USB',
    getPowerUsage: () => realm.object({ total: 0 }),
    dumpStr: () => '',
    defrag() {},
    setConsole() {},
    lockConsole() {},
    setTimeZone: parts.timeZone.setTimeZone,
    setDST: parts.timeZone.setDST,
    setPassword() {},
    enableWatchdog() {},
    kickWatchdog() {},
    setBootCode(text?: unknown) {
      if (text) board.storage.write('.bootcde', Uint8Array.from(bytesOf(String(text))));
      else board.storage.erase('.bootcde');
    },
    reboot: () => board.later(() => board.start(Start.Power)),
    ...notSimulated(parts, 'E', 'memoryArea memoryMap'),
    nativeCall: (address: unknown, signature: unknown, data?: unknown) =>
      realm.membrane.expose(native.nativeCall(Number(address), String(signature), data)),
    ...notSimulated(parts, 'E', 'asm'),
  };
  for (const entry of board.facts.missing) for (const [, name] of entry.matchAll(/\bE\.(\w+)/g)) delete members[name];
  realm.installNamespace('E', members);
}

/** Source: `jsFlagNames`, src/jsflags.c of Espruino 2v29. */
const FLAGS = 'deepSleep unsafeFlash unsyncFiles pretokenise jitDebug onErrorSave onErrorFlash'.split(' ');
