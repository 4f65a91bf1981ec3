// Files that grow: `require("Storage").open`. Each is a chain of files of a page's size, with the number of the chunk behind its name; what
// is not written yet is 0xFF. Source: src/jswrap_storage.c of Espruino 2v29.

import { BoardError } from '../board-error.js';
import type { Realm } from '../realm/realm.js';
import { CHUNK, HEADER, LONGEST_NAME, type Storage } from '../storage/storage.js';
import { bytesOf } from './bytes.js';
import { notSimulated } from './not-simulated.js';

type Members = Record<string, unknown>;
/** The object that the program sees. */
interface File {
  name: string;
  chunk: number;
  offset: number;
  /** The code of the letter that it was opened with. */
  mode: number;
}

const EMPTY = 0xff;

/** Makes StorageFile global; gives `open`. */
export function installStorageFile(storage: Storage, realm: Realm): (name: unknown, mode: unknown) => unknown {
  const { parts } = realm;
  const chunkBytes = storage.flash.pageSize - HEADER;
  const nameOf = (file: File, chunk = file.chunk) => `${file.name}${String.fromCharCode(chunk)}`;
  const usedBytes = (bytes: Uint8Array) => {
    const end = bytes.indexOf(EMPTY);
    return end < 0 ? bytes.length : end;
  };
  const end = (file: File): void => {
    for (file.chunk = 1; file.chunk < 256; file.chunk++) {
      const bytes = storage.read(nameOf(file));
      if (!bytes) break;
      file.offset = usedBytes(bytes);
      if (file.offset < bytes.length) return;
    }
    file.offset = 0;
  };
  const read = (file: File, count: number | undefined): string | undefined => {
    if (file.mode !== 'r'.charCodeAt(0)) throw new BoardError("Can't read in this mode");
    let text = '';
    while (count === undefined ? !text.endsWith('\n') : text.length < count) {
      const bytes = storage.read(nameOf(file));
      if (!bytes || file.offset >= bytes.length) {
        if (!bytes) break;
        file.chunk++;
        file.offset = 0;
        continue;
      }
      if (bytes[file.offset] === EMPTY) break;
      text += String.fromCharCode(bytes[file.offset++]);
    }
    return text === '' && count !== 0 ? undefined : text;
  };
  const write = (file: File, data: unknown): void => {
    if (file.mode === 'r'.charCodeAt(0)) throw new BoardError("Can't write in this mode");
    let bytes = Uint8Array.from(bytesOf(typeof data === 'object' ? data : String(data)));
    while (bytes.length > 0) {
      const part = bytes.subarray(0, chunkBytes - file.offset);
      if (part.length > 0) {
        if (file.offset > 0) storage.write(nameOf(file), part, file.offset);
        else storage.write(nameOf(file), part, 0, chunkBytes, CHUNK);
        file.offset += part.length;
        bytes = bytes.subarray(part.length);
      }
      if (file.offset < chunkBytes) continue;
      file.chunk++;
      file.offset = 0;
    }
  };
  const erase = (file: File): void => {
    for (let chunk = 1; chunk < 256 && storage.erase(nameOf(file, chunk)); chunk++);
    file.chunk = 1;
    file.offset = 0;
  };
  const length = (file: File): number => {
    let bytes = 0;
    for (let chunk = 1; chunk < 256; chunk++) {
      const found = storage.read(nameOf(file, chunk));
      if (!found) break;
      bytes += usedBytes(found);
    }
    return bytes;
  };
  const on = (run: (file: File, ...values: never[]) => unknown) => (file: unknown, value: unknown) =>
    run(file as File, value as never);
  const Kind = parts.kind(
    'StorageFile',
    Object.entries({
      read: on((file, count: unknown) => read(file, Math.max(0, Math.trunc(Number(count)) || 0))),
      readLine: on((file) => read(file, undefined)),
      getLength: on(length),
      write: on(write),
      erase: on(erase),
      ...notSimulated(parts, 'StorageFile', 'pipe'),
    }).map(([name, run]) => [name, realm.membrane.expose(run)]),
    realm.membrane.expose((made: Members, members: Members) => {
      for (const [key, value] of Object.entries(members)) made[key] = value;
    }) as unknown as (...values: unknown[]) => void,
  ) as new (
    members: object,
  ) => Members;
  return (name, mode) => {
    const letter = String(mode);
    if (!/^[rwa]$/.test(letter)) throw new BoardError(`Invalid mode ${letter}`);
    const file: File = {
      name: String(name).slice(0, LONGEST_NAME - 1),
      chunk: 1,
      offset: 0,
      mode: letter.charCodeAt(0),
    };
    if (letter === 'w') erase(file);
    if (letter === 'a') end(file);
    return new Kind(realm.object({ ...file }));
  };
}
