// The positions of a valid module's active data segments in linear memory (core specification, 5.5.14).

import type { Module } from '../../src/index.js';
import { Reader } from '../../src/reader.js';
import { readConstant } from './constant-value.js';

export interface DataExtent {
  /** First address and the one behind the last, of segments at constant addresses; both 0 if there are none. */
  start: number;
  end: number;
  /** Bytes of all segments, the passive ones included. */
  bytes: number;
  /** Some lie where an imported global says. */
  relocated: boolean;
}

export function dataExtent(module: Module): DataExtent {
  const extent: DataExtent = { start: 0, end: 0, bytes: 0, relocated: false };
  eachSegment(module, (active, address, _, length) => {
    extent.bytes += length;
    if (!active) return;
    if (Number.isNaN(address)) extent.relocated = true;
    else {
      extent.start = extent.end === 0 ? address : Math.min(extent.start, address);
      extent.end = Math.max(extent.end, address + length);
    }
  });
  return extent;
}

/** Whether an active segment puts a 32-bit word at an address divisible by four, where a pointer may stand. */
export function dataHolds(module: Module, word: number): boolean {
  const { buffer, byteOffset, length } = module.bytes;
  const view = new DataView(buffer, byteOffset, length);
  let found = false;
  eachSegment(module, (_, address, start, length) => {
    for (let at = -address & 3; at + 4 <= length; at += 4) found ||= view.getUint32(start + at, true) === word;
  });
  return found;
}

/** `address` is NaN where it is no constant; the contents start at byte `start` of the module. */
function eachSegment(
  module: Module,
  visit: (active: boolean, address: number, start: number, length: number) => void,
): void {
  const reader = new Reader();
  reader.reset(module.bytes, module.dataAt, module.bytes.length);
  for (let index = 0; index < module.dataCount; index++) {
    const flags = reader.u32();
    if (flags === 2) reader.u32();
    const address = flags === 1 ? NaN : readConstant(reader);
    const length = reader.blob();
    visit(flags !== 1, address, reader.position - length, length);
  }
}
