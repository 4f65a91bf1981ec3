// require, and the modules that firmware has: Storage and Flash.

import type { SimulatedBoard } from '../simulated-board.js';
import { StorageError } from '../storage/storage.js';
import { bytesOf } from './pins.js';
import type { Realm } from './realm.js';

const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

export function installModules(board: SimulatedBoard, { global, parts }: Realm): void {
  const modules = new Map<string, unknown>([
    ['Storage', storageModule(board, parts)],
    ['Flash', flashModule(board, parts)],
  ]);
  const require = (name: unknown): unknown => {
    const key = String(name);
    const known = modules.get(key);
    if (known !== undefined) return known;
    const bytes = board.storage.read(key) ?? board.storage.read(`${key}.js`);
    if (!bytes) return parts.raise(`Module "${key}" not found`);
    const exports = parts.object([]);
    const module = parts.object([['exports', exports]]);
    // Espruino reads the functions of a module where they lie in flash.
    const make = board.evaluate(`(function(exports,module){${textOf(bytes)}\n})`, key, true) as (
      ...values: unknown[]
    ) => void;
    make(exports, module);
    modules.set(key, module.exports);
    return module.exports;
  };
  global.require = require;
  global.Modules = parts.object(
    Object.entries({
      getCached: () => parts.array([...modules.keys()]),
      removeCached: (name: string) => modules.delete(name),
      removeAllCached: () => modules.clear(),
      addCached: (name: string, text: unknown) => {
        const exports = parts.object([]);
        if (typeof text === 'function') text.call(exports, exports);
        else (board.evaluate(`(function(exports){${String(text)}\n})`, name) as (exports: unknown) => void)(exports);
        modules.set(name, exports);
      },
    }),
  );
}

function storageModule(board: SimulatedBoard, parts: Realm['parts']): Record<string, unknown> {
  const { storage } = board;
  const write = (name: unknown, data: unknown, offset?: unknown, size?: unknown) => {
    try {
      storage.write(String(name), Uint8Array.from(bytesOf(data)), Number(offset) || 0, Number(size) || 0);
      return true;
    } catch (error) {
      if (error instanceof StorageError) return parts.raise(error.message);
      throw error;
    }
  };
  const isData = (data: unknown) => typeof data !== 'object' || Array.isArray(data) || ArrayBuffer.isView(data);
  const isBuffer = (data: unknown) => Object.prototype.toString.call(data) === '[object ArrayBuffer]';
  const read = (name: unknown, offset?: unknown, length?: unknown) => {
    const bytes = storage.read(String(name), Number(offset) || 0, Number(length) || undefined);
    return bytes && textOf(bytes);
  };
  return parts.object(
    Object.entries({
      read,
      readArrayBuffer: (name: unknown) => {
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
          return board.evaluate(`(${text})`);
        } catch (error) {
          if (noExceptions) return undefined;
          throw error;
        }
      },
      write: (name: unknown, data: unknown, offset?: unknown, size?: unknown) =>
        isData(data) || isBuffer(data) ? write(name, data, offset, size) : write(name, JSON.stringify(data)),
      writeJSON: (name: unknown, data: unknown) => write(name, JSON.stringify(data)),
      erase: (name: unknown) => {
        storage.erase(String(name));
      },
      eraseAll: () => storage.eraseAll(),
      compact: () => storage.compact(),
      list: (pattern?: { test(text: string): boolean }) =>
        parts.array(storage.list((name) => pattern === undefined || pattern.test(name))),
      hash: () => storage.hash(),
      getFree: () => {
        const { freeBytes, trashBytes } = storage.statistics();
        return freeBytes + trashBytes;
      },
      getStats: () => parts.object(Object.entries(storage.statistics())),
      optimise() {},
      open: () => parts.raise('StorageFile is not simulated'),
    }),
  );
}

/** Addresses are those of Storage, from 0. */
function flashModule(board: SimulatedBoard, parts: Realm['parts']): Record<string, unknown> {
  const { flash } = board.storage;
  return parts.object(
    Object.entries({
      read: (length: number, address: number) => parts.uint8Array(flash.bytes.subarray(address, address + length)),
      write: (data: unknown, address: number) => flash.write(address, Uint8Array.from(bytesOf(data))),
      erasePage: (address: number) => flash.erasePage(Math.floor(address / flash.pageSize)),
      getPage: (address: number) =>
        parts.object([
          ['addr', Math.floor(address / flash.pageSize) * flash.pageSize],
          ['length', flash.pageSize],
        ]),
      getFree: () => parts.array([]),
    }),
  );
}
