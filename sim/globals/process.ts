// process, the console, and the functions of the interpreter itself.

import { Start } from '../boot.js';
import type { SimulatedBoardFacts } from '../language/board-features.js';
import type { Realm } from '../realm/realm.js';
import { TextTooLong, type ValueTexts } from '../text-of-value.js';
import { bytesOf } from './bytes.js';
import { type NativeCode, STACK_END } from './native-code.js';
import { decodedURI, encodedURI } from './url.js';

const VERSION = '2v29';
/** `process.env.HWVERSION` of boards whose versions programs tell apart. */
const HARDWARE: Record<string, number | undefined> = { banglejs: 1, banglejs2: 2, puckjs: 2 };

export interface ProcessBoard {
  readonly facts: SimulatedBoardFacts;
  readonly texts: ValueTexts;
  /** JsVars in use. */
  readonly usedJsVars: number;
  print(text: string): void;
  /** Ends the program. */
  end(what: string, reason: string): never;
  later(run: () => void): void;
  start(start: Start): void;
  load(name: string): boolean;
  /** Turns the prompt and the echo of the console on or off. */
  echo(isOn: boolean): void;
}

export function installProcess(board: ProcessBoard, realm: Realm, native: NativeCode): void {
  const { facts } = board;
  const memory = () => {
    const { count, bytes } = facts.jsVars;
    const usage = board.usedJsVars;
    return realm.object({
      free: count - usage,
      usage,
      total: count,
      history: 0,
      gc: 0,
      gctime: 0.5,
      blocksize: bytes,
      stackEndAddress: STACK_END,
    });
  };
  const env = realm.object({
    VERSION,
    GIT_COMMIT: '',
    BOARD: facts.firmware,
    ...(HARDWARE[facts.name] && { HWVERSION: HARDWARE[facts.name] }),
    RAM: facts.ram ?? 0,
    FLASH: facts.flash ?? 0,
    STORAGE: facts.storage.bytes,
    SERIAL: '00000000-00000000',
    CONSOLE: 'USB',
    MODULES: facts.modules.join(),
    EXPTR: native.firmwareTable,
  });
  const print = (...values: unknown[]) => {
    try {
      board.print(`${values.map((value) => board.texts.printed(value)).join(' ')}\n`);
    } catch (error) {
      if (!(error instanceof TextTooLong)) throw error;
      board.end('endless output', 'it prints more than a million characters at once');
    }
  };
  const nothing = () => undefined;
  realm.installNamespace('process', { env, memory, version: VERSION });
  realm.installNamespace('console', { log: print, info: print, debug: print, warn: print, error: print, trace: print });
  realm.install({
    print,
    setBusyIndicator: nothing,
    setSleepIndicator: nothing,
    setDeepSleep: nothing,
    dump: nothing,
    trace: nothing,
    save: nothing,
    getSerial: () => '00000000-00000000',
    load(name?: unknown) {
      const file = name === undefined ? undefined : String(name);
      board.later(() => {
        board.start(file === undefined ? Start.Load : Start.Reset);
        if (file !== undefined) board.load(file);
      });
    },
    reset: () => board.later(() => board.start(Start.Reset)),
    echo: (isOn: unknown) => board.echo(Boolean(isOn)),
    btoa(data: unknown) {
      if (data === undefined || data === null) realm.parts.raise(`Expecting String or Array, got ${data}`);
      return Buffer.from(bytesOf(data)).toString('base64');
    },
    atob(text: unknown) {
      if (typeof text !== 'string')
        realm.parts.raise(`Expecting String, got ${typeof text === 'number' ? 'Number' : `${text}`}`);
      return Buffer.from(String(text), 'base64').toString('latin1');
    },
    encodeURIComponent: (text: unknown) => encodedURI(String(text)),
    decodeURIComponent: (text: unknown) => decodedURI(String(text)),
  });
  for (const name of ['Waveform', 'OneWire'])
    realm.parts.kind(name, [], () => realm.parts.raise(`${name} is not simulated`));
  for (const name of ['edit', 'peek8', 'peek16', 'peek32', 'poke8', 'poke16', 'poke32'])
    realm.install({ [name]: () => realm.parts.raise(`${name} is not simulated`) });
}
