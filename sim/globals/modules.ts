// require, and the modules that firmware has. Those that are not simulated are an error that says so.

import type { TextOrigin } from '../instrument/stack-trace.js';
import type { SimulatedBoardFacts } from '../language/board-features.js';
import type { MemoryAccount } from '../memory.js';
import { layoutModule } from '../realm/firmware/layout.js';
import { localeModule } from '../realm/firmware/locale.js';
import type { FirmwareGlobals } from '../realm/firmware/user-interface.js';
import type { Realm } from '../realm/realm.js';
import type { Storage } from '../storage/storage.js';
import { CHUNK } from '../storage/storage.js';
import type { ValueTexts } from '../text-of-value.js';
import { byteCount, bytesOf, latin1 } from './bytes.js';
import { cryptoModule } from './crypto.js';
import { heatshrinkModule } from './heatshrink.js';
import { Network } from './network.js';
import { installStorageFile } from './storage-file.js';

export interface ModuleBoard {
  readonly facts: SimulatedBoardFacts;
  readonly storage: Storage;
  readonly account: MemoryAccount;
  readonly texts: ValueTexts;
  /** Evaluates text in the realm. */
  evaluate(text: string, origin: TextOrigin): unknown;
  print(text: string): void;
  later(run: () => void): void;
}

type Members = Record<string, unknown>;

/** Modules for connections. */
const NETWORK = ['net', 'http', 'dgram'];

/** Modules that firmware has as text: files of Storage replace them. */
const REPLACEABLE: ReadonlySet<string> = new Set(['locale', 'Layout']);

const ASSIGNS_EXPORTS = /(^|[^.\w$])exports\s*=(?!=)/;

export function installModules(board: ModuleBoard, realm: Realm): void {
  const { parts } = realm;
  const simulated: Record<string, () => unknown> = {
    Storage: () => storageModule(board, realm),
    Flash: () => flashModule(board, realm),
    heatshrink: () => heatshrinkModule(realm),
    crypto: () => cryptoModule(board, realm),
    locale: () => realm.make(localeModule, realm.global as unknown as FirmwareGlobals),
    Layout: () => realm.make(layoutModule, realm.global as unknown as FirmwareGlobals),
    ...(NETWORK.some((name) => board.facts.modules.includes(name)) ? new Network(board, realm).modules() : {}),
  };
  const native = new Map<string, unknown>();
  for (const name of board.facts.modules)
    if (Object.hasOwn(simulated, name) && !REPLACEABLE.has(name)) native.set(name, simulated[name]());
  /** Modules that were required or added. Removing them leaves the firmware's. */
  const modules = new Map<string, unknown>();
  const load = (key: string, text: string, isFile?: boolean): unknown => {
    const exports = parts.object([]);
    const module = parts.object([['exports', exports]]);
    // Espruino reads the functions of a module where they lie in flash.
    // A module may also assign to `exports` itself. The statement that tells takes time on the board.
    const ending = ASSIGNS_EXPORTS.test(text) ? ';return exports' : '';
    const head = '(function(exports,module){';
    const origin = { name: 'module', file: key, inStorage: isFile, skipped: head.length };
    const make = board.evaluate(`${head}${text}\n${ending}})`, origin) as (...values: unknown[]) => unknown;
    const last = make.call(exports, exports, module);
    return last === undefined || last === exports ? module.exports : last;
  };
  const require = (name: unknown): unknown => {
    const key = String(name);
    const known = modules.get(key) ?? native.get(key);
    if (known !== undefined) {
      modules.set(key, known);
      return known;
    }
    if (typeof name !== 'string')
      return parts.raise(`Expecting module name as a string, got ${parts.kindOf(name)}`, 'TypeError');
    const bytes = board.storage.read(key);
    const isInFirmware = board.facts.modules.includes(key);
    if (!bytes && isInFirmware && !REPLACEABLE.has(key))
      return parts.raise(`the module "${key}" of the firmware is not simulated`);
    if (!bytes && !isInFirmware) return parts.raise(`Module "${key}" not found`);
    const exports = bytes ? load(key, latin1(bytes), true) : simulated[key]();
    modules.set(key, exports);
    return exports;
  };
  realm.installNamespace('Modules', {
    getCached: () => parts.array([...modules.keys()]),
    removeCached: (name: unknown) => modules.delete(String(name)),
    removeAllCached: () => modules.clear(),
    addCached(name: unknown, text: unknown) {
      const key = String(name);
      modules.set(key, load(key, typeof text === 'function' ? board.texts.bodyOf(text) : String(text)));
    },
  });
  realm.install({ require });
}

function storageModule(board: ModuleBoard, realm: Realm): Members {
  const { storage } = board;
  const { parts } = realm;
  const open = installStorageFile(storage, realm);
  const write = (name: unknown, data: unknown, offset?: unknown, size?: unknown) => {
    storage.write(String(name), Uint8Array.from(bytesOf(data)), Number(offset) || 0, Number(size) || 0);
    return true;
  };
  const isData = (data: unknown) =>
    typeof data !== 'object' || data === null || Array.isArray(data) || ArrayBuffer.isView(data);
  const isBuffer = (data: unknown) => Object.prototype.toString.call(data) === '[object ArrayBuffer]';
  const read = (name: unknown, offset?: unknown, length?: unknown) => {
    const bytes = storage.read(String(name), Number(offset) || 0, Number(length) || undefined);
    return bytes && board.account.keepInFlash(latin1(bytes));
  };
  return realm.namespace({
    read,
    readArrayBuffer(name: unknown) {
      const bytes = storage.read(String(name));
      if (!bytes) return undefined;
      const { buffer } = parts.uint8Array(bytes);
      board.account.inFlash.add(buffer);
      return buffer;
    },
    readJSON(name: unknown, noExceptions?: unknown) {
      const text = read(name);
      if (text === undefined) return undefined;
      try {
        return parts.parseLoosely(text);
      } catch (error) {
        if (noExceptions) return undefined;
        throw error;
      }
    },
    write: (name: unknown, data: unknown, offset?: unknown, size?: unknown) =>
      isData(data) || isBuffer(data) ? write(name, data, offset, size) : write(name, board.texts.json(data)),
    writeJSON: (name: unknown, data: unknown) => write(name, board.texts.javascript(data)),
    erase(name: unknown) {
      storage.erase(String(name));
    },
    eraseAll: () => storage.eraseAll(),
    compact() {
      board.print('Compacting...\n');
      storage.compact();
    },
    list(pattern?: { test(text: string): boolean }, { sf }: { sf?: unknown } = {}) {
      // List a growing file once, by its first chunk.
      const found = storage.list((name, flags) => {
        const isChunk = (flags & CHUNK) !== 0;
        if (sf !== undefined && isChunk !== Boolean(sf)) return false;
        if (isChunk && sf && !name.endsWith('\x01')) return false;
        return pattern === undefined || pattern.test(sf ? name.slice(0, -1) : name);
      });
      return parts.array(sf ? found.map((name) => name.slice(0, -1)) : found);
    },
    hash: () => storage.hash(),
    getFree() {
      const { freeBytes, trashBytes } = storage.statistics();
      return freeBytes + trashBytes;
    },
    getStats: () => realm.object({ ...storage.statistics() }),
    optimise() {},
    open,
  });
}

/** Addresses are those of Storage, from 0. */
function flashModule(board: ModuleBoard, realm: Realm): Members {
  const { flash } = board.storage;
  const { parts } = realm;
  const pageOf = (address: unknown) => {
    const page = Math.floor((Number(address) || 0) / flash.pageSize);
    if (page < 0 || page * flash.pageSize >= flash.bytes.length) throw new RangeError(`no flash at ${address}`);
    return page;
  };
  return realm.namespace({
    read(length: unknown, address: unknown) {
      const start = Number(address) || 0;
      return parts.uint8Array(flash.bytes.subarray(start, start + byteCount(length)));
    },
    write: (data: unknown, address: unknown) => flash.write(Number(address) || 0, Uint8Array.from(bytesOf(data))),
    erasePage: (address: unknown) => flash.erasePage(pageOf(address)),
    getPage: (address: unknown) => realm.object({ addr: pageOf(address) * flash.pageSize, length: flash.pageSize }),
    getFree: () => parts.array([]),
  });
}
