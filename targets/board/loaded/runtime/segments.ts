// The full runtime: element and data segments, and the instantiation of active ones (core specification, 4.5.4).

import { Trap } from '../../../../src/trap.js';
import { ValueType } from '../../../../src/types.js';
import { at, byte, count, endAt, fail, limit, moveTo, skip, source, u32 } from './bytes.js';
import { constantLow, declareFunction, evaluate } from './constant-expression.js';
import { Count, counts } from './index-space.js';
import { readReferenceType, typeName } from './types.js';

declare const ELEMENT_SEGMENTS: number;
declare const DATA_SEGMENTS: number;
declare const MEMORY_BYTES: number;
// Declared in interpreted/runtime/.
declare const bytes: Uint8Array;
declare const memoryBytes: number;
declare const pages: number;
declare function trapError(trap: number): Error;
declare const tables: Int32Array;
declare const tableEntries: Int32Array;
declare const pageShift: number;

/** 1 for a segment that is dropped: it has no entries any more. */
export const elementDropped = new Uint8Array(ELEMENT_SEGMENTS);
export const dataDropped = new Uint8Array(DATA_SEGMENTS);
/** Offsets of segments in the module. */
export const elementAt = new Int32Array(ELEMENT_SEGMENTS);
export const dataAt = new Int32Array(DATA_SEGMENTS);
// Flags and target of the segment that was read last.
let segmentFlags = 0;
let segmentTarget = 0;
let segmentOffset = 0;
let segmentLength = 0;

/** Reads an element segment; so many of its entries from `first` on go to the table entries from `to` on. */
export function readElements(to: number, first: number, entries: number): number {
  segmentFlags = u32();
  if (segmentFlags > 7) fail('malformed elements segment kind');
  segmentTarget = 0;
  segmentOffset = 0;
  let type = ValueType.FuncRef;
  const active = (segmentFlags & 1) === 0;
  if (active) {
    if (segmentFlags & 2) segmentTarget = u32();
    if (segmentTarget >= counts[Count.Tables]) fail('unknown table ' + segmentTarget);
    evaluate(ValueType.I32);
    segmentOffset = constantLow >>> 0;
  }
  if ((segmentFlags & 3) !== 0) {
    if (segmentFlags > 3) type = readReferenceType();
    else if (byte() !== 0) fail('malformed element kind');
  }
  if (active && tables[segmentTarget * 4 + 3] !== type) fail('type mismatch: element segment of ' + typeName(type));
  segmentLength = count();
  for (let entry = 0; entry < segmentLength; entry++) {
    let value = 0;
    if (segmentFlags > 3) {
      evaluate(type);
      value = constantLow;
    } else value = declareFunction();
    if (entry >= first && entry < first + entries) tableEntries[to + entry - first] = value;
  }
  return type;
}

/** Reads a data segment and skips its bytes. */
export function readData(): void {
  segmentFlags = u32();
  if (segmentFlags > 2) fail('malformed data segment kind');
  if (segmentFlags !== 1) {
    const memory = segmentFlags === 2 ? u32() : 0;
    if (memory > 0 || counts[Count.Memories] === 0) fail('unknown memory ' + memory);
    evaluate(ValueType.I32);
    segmentOffset = constantLow >>> 0;
  }
  segmentLength = count();
  skip(segmentLength);
}

/** table.init; returns a trap. */
export function initTable(index: number, table: number, to: number, first: number, entries: number): number {
  endAt(source.length);
  moveTo(elementAt[index]);
  readElements(0, 0, 0);
  if (first + entries > (elementDropped[index] === 1 ? 0 : segmentLength) || to + entries > tables[table + 1])
    return Trap.TableOutOfBounds;
  moveTo(elementAt[index]);
  readElements(tables[table] + to, first, entries);
  return Trap.None;
}

/** memory.init; returns a trap. */
export function initMemory(index: number, to: number, first: number, length: number): number {
  endAt(source.length);
  moveTo(dataAt[index]);
  readData();
  if (first + length > (dataDropped[index] === 1 ? 0 : segmentLength) || to + length > memoryBytes)
    return Trap.MemoryOutOfBounds;
  const from = at - segmentLength + first;
  // A view cannot start behind byte 65,535 of a file.
  if (source.byteOffset + from < 65536) {
    bytes.set(new Uint8Array(source.buffer, source.byteOffset + from, length), to);
  } else for (let each = 0; each < length; each++) bytes[to + each] = source[from + each];
  return Trap.None;
}

/** Copies what an active segment has, drops it and its like. Throws traps. */
export function initialise(): void {
  for (let index = 0; index < counts[Count.Elements]; index++) {
    moveTo(elementAt[index]);
    readElements(0, 0, 0);
    elementDropped[index] = 0;
    if ((segmentFlags & 1) === 0) {
      const trap = initTable(index, segmentTarget * 4, segmentOffset, 0, segmentLength);
      if (trap !== Trap.None) throw trapError(trap);
    }
    // Active and declarative segments are dropped; passive ones are kept for table.init.
    if ((segmentFlags & 3) !== 1) elementDropped[index] = 1;
  }
  for (let index = 0; index < counts[Count.DataRead]; index++) {
    moveTo(dataAt[index]);
    readData();
    dataDropped[index] = 0;
    if (segmentFlags === 1) continue;
    const last = segmentOffset + segmentLength;
    if (last <= pages * (pageShift === 0 ? 1 : 65536)) limit('memoryBytes', last, MEMORY_BYTES);
    const trap = initMemory(index, segmentOffset, 0, segmentLength);
    if (trap !== Trap.None) throw trapError(trap);
    dataDropped[index] = 1;
  }
}
