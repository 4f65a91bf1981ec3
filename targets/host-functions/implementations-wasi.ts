// WASI preview 1 on the console and the clock of a board. There are no files, no arguments and no environment.
// Every function returns an errno, the same as WASI on Node has.

import { endLine, writeConsole } from './console-lines.js';
import type { Host } from './host.js';
import { bytesAt } from './memory-access.js';
import { nanoseconds } from './time.js';

declare const E: { hwRand(): number; toString(bytes: Uint8Array): string };

const SUCCESS = 0;
const BAD_DESCRIPTOR = 8;
const FAULT = 21;
const INVALID = 28;
const NOT_SUPPORTED = 52;
const ILLEGAL_SEEK = 70;

const DESCRIPTORS = 3;
const CLOCKS = 4;
const CHARACTER_DEVICE = 2;

/** Espruino has no typed arrays without elements. */
const NO_BYTES = [] as unknown as Uint8Array;

/** A bit for each descriptor. */
let closed = 0;

function isOpen(descriptor: number): boolean {
  return descriptor >>> 0 < DESCRIPTORS && (closed & (1 << (descriptor & 31))) === 0;
}

/** Undefined if they are not there. No bytes are there up to the end of the memory. */
function located(host: Host, pointer: number, length: number): Uint8Array | undefined {
  try {
    if (length !== 0) return bytesAt(host, pointer, length);
    if (pointer !== 0) bytesAt(host, pointer - 1, 1);
    return NO_BYTES;
  } catch (_) {
    return undefined;
  }
}

function wordAt(bytes: Uint8Array, at: number): number {
  return bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
}

function putWord(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value & 255;
  bytes[at + 1] = (value >> 8) & 255;
  bytes[at + 2] = (value >> 16) & 255;
  bytes[at + 3] = (value >> 24) & 255;
}

/** Stores words one after the other. */
function store(host: Host, pointer: number, low: number, high?: number): number {
  const bytes = located(host, pointer, high === undefined ? 4 : 8);
  if (!bytes) return FAULT;
  putWord(bytes, 0, low);
  if (high !== undefined) putWord(bytes, 4, high);
  return SUCCESS;
}

/** The buffers that a list of pointers with lengths names, without those of no length; undefined if one is not there. */
function buffersAt(host: Host, list: number, count: number): Uint8Array[] | undefined {
  const found: Uint8Array[] = [];
  const entries = located(host, list, (count >>> 0) * 8);
  if (!entries) return undefined;
  for (let at = 0; at < entries.length; at += 8) {
    const buffer = located(host, wordAt(entries, at), wordAt(entries, at + 4));
    if (!buffer) return undefined;
    if (buffer.length > 0) found.push(buffer);
  }
  return found;
}

export function wasiWrite(host: Host, descriptor: number, list: number, count: number, result: number): number {
  if (!isOpen(descriptor) || descriptor === 0) return BAD_DESCRIPTOR;
  if (!located(host, result, 4)) return FAULT;
  const buffers = buffersAt(host, list, count);
  if (!buffers) return FAULT;
  let total = 0;
  for (let at = 0; at < buffers.length; at++) {
    writeConsole(E.toString(buffers[at]));
    total += buffers[at].length;
  }
  return store(host, result, total);
}

export function wasiRead(host: Host, descriptor: number, list: number, count: number, result: number): number {
  if (!isOpen(descriptor) || descriptor !== 0) return BAD_DESCRIPTOR;
  if (!located(host, result, 4) || !buffersAt(host, list, count)) return FAULT;
  // The end of the file.
  return store(host, result, 0);
}

export function wasiClose(_: Host, descriptor: number): number {
  if (!isOpen(descriptor)) return BAD_DESCRIPTOR;
  closed |= 1 << (descriptor & 31);
  return SUCCESS;
}

export function wasiSeek(_: Host, descriptor: number): number {
  return isOpen(descriptor) ? ILLEGAL_SEEK : BAD_DESCRIPTOR;
}

export function wasiDescribe(host: Host, descriptor: number, pointer: number): number {
  if (!isOpen(descriptor)) return BAD_DESCRIPTOR;
  const bytes = located(host, pointer, 24);
  if (!bytes) return FAULT;
  for (let at = 0; at < 24; at++) bytes[at] = 0;
  // A console: C libraries print line by line then.
  bytes[0] = CHARACTER_DEVICE;
  // Rights: to read is bit 1, to write bit 6, to poll bit 27.
  bytes[8] = descriptor === 0 ? 2 : 64;
  bytes[11] = 8;
  return SUCCESS;
}

/** No descriptor is a directory: C libraries ask for them one by one until this answer. */
export function wasiNoDirectory(): number {
  return BAD_DESCRIPTOR;
}

/** Returns the same time for every clock: a board has one. */
export function wasiTime(host: Host, clock: number, _low: number, _high: number, pointer: number): number {
  if (clock >>> 0 >= CLOCKS) return INVALID;
  const time = nanoseconds();
  return store(host, pointer, time[0], time[1]);
}

export function wasiTimeResolution(host: Host, clock: number, pointer: number): number {
  return clock >>> 0 >= CLOCKS ? INVALID : store(host, pointer, 1000, 0);
}

export function wasiRandom(host: Host, pointer: number, length: number): number {
  const bytes = located(host, pointer, length);
  if (!bytes) return FAULT;
  for (let at = 0; at < bytes.length; at++) bytes[at] = E.hwRand() & 255;
  return SUCCESS;
}

/** Reports no strings and no bytes. */
export function wasiNoSizes(host: Host, count: number, size: number): number {
  return store(host, count, 0) || store(host, size, 0);
}

export function wasiNoStrings(host: Host, pointers: number): number {
  return located(host, pointers, 0) ? SUCCESS : FAULT;
}

export function wasiYield(): number {
  return SUCCESS;
}

export function wasiNotSupported(): number {
  return NOT_SUPPORTED;
}

export function wasiExit(host: Host, code: number): never {
  endLine();
  closed = 0;
  return host.exit(code);
}
