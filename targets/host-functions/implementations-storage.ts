// Storage: what module `espruino` does with its files on a board.

import type { Host } from './host.js';
import { bytesAt, putText, textAt } from './memory-access.js';

interface Storage {
  read(name: string, offset?: number, length?: number): string | undefined;
  write(name: string, bytes: Uint8Array): boolean;
  erase(name: string): void;
  list(): string[];
}

/** Calls `require` as a member, because a bundler replaces calls of the bare name. */
declare const global: { require(name: 'Storage'): Storage };

/** In bytes: what is longer, Espruino would cut off. */
const LONGEST_NAME = 28;

export function storageFileSize(host: Host, namePointer: number, nameLength: number): number {
  const file = global.require('Storage').read(textAt(host, namePointer, nameLength));
  return file === undefined ? -1 : file.length;
}

export function readStorageFile(
  host: Host,
  namePointer: number,
  nameLength: number,
  offset: number,
  pointer: number,
  length: number,
): number {
  // This copies nothing: the string refers to flash.
  const file = global.require('Storage').read(textAt(host, namePointer, nameLength));
  if (file === undefined) return -1;
  if (offset < 0 || offset >= file.length) return 0;
  return putText(host, pointer, length, offset === 0 ? file : file.substr(offset));
}

export function writeStorageFile(
  host: Host,
  namePointer: number,
  nameLength: number,
  pointer: number,
  length: number,
): number {
  const name = textAt(host, namePointer, nameLength);
  // Espruino keeps no empty files.
  if (name.length === 0 || name.length > LONGEST_NAME || length === 0) return 0;
  const bytes = bytesAt(host, pointer, length);
  try {
    return global.require('Storage').write(name, bytes) ? 1 : 0;
  } catch (_) {
    return 0;
  }
}

export function eraseStorageFile(host: Host, namePointer: number, nameLength: number): undefined {
  global.require('Storage').erase(textAt(host, namePointer, nameLength));
}

export function storageFileName(host: Host, index: number, pointer: number, length: number): number {
  const names = global.require('Storage').list();
  if (index >>> 0 >= names.length) return -1;
  putText(host, pointer, length, names[index]);
  return names[index].length;
}
