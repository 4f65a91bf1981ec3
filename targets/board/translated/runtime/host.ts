// The interface through which host functions reach the program that calls them. Written for Espruino: no hoisting, no rest arguments.

import { Trap } from '../../../../src/trap.js';
import type { Host } from '../../../host-functions/host.js';
import { lend } from '../../lent-memory.js';
import { openRange } from './block-sums.js';
import { later } from './calls.js';
import { trap } from './traps.js';

// Constants of the build.
declare const MEMORY_BYTES: number;
/** The first address that exists. */
declare const MEMORY_START: number;
/** Members of `host` that the imported host functions use. */
declare const HOST_CALLS_TABLE: boolean;
declare const HOST_CALLS_EXPORT: boolean;
declare const HOST_FAILS: boolean;
declare const HOST_EXITS: boolean;
/** Whether stores keep sums of memory: else block-sums.ts is not there. */
declare const SUMS_BLOCKS: boolean;
// Written by the build.
declare let limit: number;
declare const bytes: Uint8Array;
declare function exportsByName(): { [name: string]: (...values: unknown[]) => unknown };
declare const callTableZero: (index: number, values: unknown[]) => void;
/** Declared in state.ts. */
declare let exitCode: number;

/** A view of linear memory. */
export function memoryPart(place: number, length: number): Uint8Array {
  // Without another variable, which would take JsVars where there is no window.
  if (MEMORY_START > 0) place -= MEMORY_START;
  if (place < 0 || length < 0 || place + length > limit) trap(Trap.MemoryOutOfBounds, -1);
  if (SUMS_BLOCKS && length > 0) openRange(place, length);
  if (MEMORY_BYTES > 65536 && place > 65535) return lend(place, length);
  return new Uint8Array(bytes.buffer, place, length);
}

export const host: Host = { high: 0, bytes: memoryPart } as Host;

// Only what the program's host functions use of it: a function takes JsVars though nothing calls it.

if (HOST_CALLS_TABLE) {
  host.callTable = function (index: number): void {
    // biome-ignore lint/complexity/noArguments: Espruino has no rest arguments.
    const values = [].slice.call(arguments, 1);
    later(() => callTableZero(index, values));
  };
}
if (HOST_CALLS_EXPORT) {
  host.callExport = function (name: string): void {
    // biome-ignore lint/complexity/noArguments: Espruino has no rest arguments.
    const values = [].slice.call(arguments, 1);
    later(() => exportsByName()[name].apply(null, values));
  };
}
if (HOST_FAILS) {
  host.fail = (message: string): never => {
    throw new Error(message);
  };
}
if (HOST_EXITS) {
  host.exit = (code: number): never => {
    exitCode = code;
    throw new Error('exit ' + code);
  };
}
