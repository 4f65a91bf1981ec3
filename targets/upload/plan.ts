// Plans what has to be written for an image to be on a board: no file that is already there, and nothing over files in use.

import { crc32 } from 'node:zlib';
import type { BoardImage, StorageFile } from '../board/image.js';
import {
  BOOT_FILES,
  type FileState,
  JOURNAL,
  type Journal,
  listName,
  MARKER,
  switchProgram,
  temporaryName,
} from './journal.js';

/** The facts about Storage that an upload needs. */
export interface BoardStorage {
  /** The requested files that exist. */
  files: ReadonlyMap<string, FileState>;
  /** In bytes, without what compaction would bring. */
  free: number;
  /** In bytes: what compaction would bring. */
  trash: number;
  /** Files of the program of that name that is on the board. */
  installed: readonly string[];
  /** Left by an upload that was cut short before its marker. */
  left: readonly string[];
}

export interface Plan {
  /** Already there. */
  kept: StorageFile[];
  /** To be written: what is new where it belongs, what replaces something under a temporary name. */
  written: StorageFile[];
  journal: Journal | undefined;
  /** The file that does the switch at the next start: one that runs at each start and is free. */
  bootFile: string | undefined;
  /** To be erased before anything is written. */
  cleared: string[];
  /** Bytes of Storage, including headers. */
  needed: number;
}

/** Bytes of a file's header. */
const HEADER = 32;
export const spaceOf = (size: number) => HEADER + ((size + 3) & ~3);

export const stateOf = (bytes: Uint8Array): FileState => ({ size: bytes.length, crc: crc32(bytes) });

export function isSame(a: FileState | undefined, b: FileState): boolean {
  return a !== undefined && a.size === b.size && a.crc === b.crc;
}

/** The image's files, with the list of them right before the one that starts the program. */
export function filesOf({ name, files }: BoardImage): StorageFile[] {
  const list = JSON.stringify([...files.map((file) => file.name), listName(name)]);
  return [...files.slice(0, -1), { name: listName(name), bytes: Buffer.from(list) }, ...files.slice(-1)];
}

export function planUpload(image: BoardImage, storage: BoardStorage): Plan {
  const files = filesOf(image);
  const kept = files.filter(({ name, bytes }) => isSame(storage.files.get(name), stateOf(bytes)));
  const changed = files.filter((file) => !kept.includes(file));
  const used = new Set(files.map(({ name }) => name));
  const erase = storage.installed.filter((name) => !used.has(name));
  const cleared = storage.left.filter((name) => !kept.some((file) => file.name === name));
  const exists = (name: string) => storage.files.has(name) && !cleared.includes(name);
  // The one that starts the program must be there at once, too: half of it might run.
  const isSwitched = ({ name }: StorageFile) => exists(name) || name === files.at(-1)!.name;
  const direct = changed.filter((file) => !isSwitched(file));
  const switched = changed.filter(isSwitched);
  const temporary = switched.map(({ bytes }, index) => ({ name: temporaryName(index), bytes }));
  let written = [...direct, ...temporary];
  let needed = written.reduce((sum, { bytes }) => sum + spaceOf(bytes.length), 0);
  if (written.length === 0 && erase.length === 0) {
    return { kept, written, journal: undefined, bootFile: undefined, cleared, needed };
  }
  const bootFile = BOOT_FILES.find((name) => !exists(name));
  const journal: Journal = {
    files: switched.map(({ name, bytes }, index) => ({ from: temporaryName(index), to: name, ...stateOf(bytes) })),
    erase,
    made: [...direct.map(({ name }) => name), ...(bootFile === undefined ? [] : [bootFile])],
  };
  const journalFile = { name: JOURNAL, bytes: Buffer.from(JSON.stringify(journal)) };
  written = [journalFile, ...written];
  // The copies; one of them may be cut short, and made once more.
  const copies = switched.map(({ bytes }) => spaceOf(bytes.length));
  const own = [journalFile.bytes.length, switchProgram.length, MARKER.length].map(spaceOf);
  needed += [...copies, ...own, Math.max(0, ...copies)].reduce((sum, size) => sum + size, 0);
  return { kept, written, journal, bootFile, cleared, needed };
}
