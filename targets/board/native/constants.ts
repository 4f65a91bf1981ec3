// The constants of the build that the runtime of machine code reads.

import { crc32 } from 'node:zlib';
import { callStackBytes } from '../../../boards/call-stack.js';
import { portsOf } from '../../../boards/ports.js';
import { ExternalKind } from '../../../src/index.js';
import { VerificationLevel } from '../../../src/safety/index.js';
import { Trap } from '../../../src/trap.js';
import { Context, Stash } from '../../compiler/thumb/contract.js';
import type { ContextLayout } from './context-layout.js';
import { WORD_BYTES } from './context-state.js';
import type { NativeModule, NativeOptions } from './native-module.js';
import { reservedStack, STACK_MARGIN } from './stack-figures.js';
import { ROW_BYTES } from './trap-table.js';

/** Lines of the call stack of a trap: each takes 3 to 5 JsVars while the error is there. */
const MOST_LINES = 8;
const NO_PORTS = { set: 0, clear: 0, input: 0, pins: 0, next: 0 };
/** The most that a word counts, and is below 0 behind it. */
const MOST_FUEL = 2 ** 31 - 1;

/** The values by name. Their order is part of what identifies a program for its snapshots. */
export function constantsOf(
  native: NativeModule,
  options: NativeOptions,
  { words, savedAt, tablesAt, listAt, depth }: ContextLayout,
): Record<string, string> {
  const { code, image, entries, lowered, imports, typed } = native;
  const { name, verification = VerificationLevel.None } = options;
  const word = (offset: number) => String(offset / WORD_BYTES);
  const isResumable = options.resumable !== undefined;
  const ports = portsOf(options.board) ?? NO_PORTS;
  const constants = {
    CONTEXT_WORDS: words,
    SLICE_FUEL: options.sliceFuel,
    STASH_AT: savedAt,
    SLICE_DEPTH: depth,
    RESUME: entries.resume,
    FIRST_SAVED: Context.Words / WORD_BYTES,
    END_SAVED: listAt / WORD_BYTES,
    LOCK: entries.lock,
    STACK_POINTER: entries.stackPointer,
    PEEK: entries.peek,
    IMPORT_BRIDGE: entries.importBridge,
    STACK_RESERVE: STACK_MARGIN + image.stackReserve,
    STACK_BYTES: Math.max(0, (options.stackBytes ?? callStackBytes(options.board)) - reservedStack(code)),
    MOST_CALLS: 0,
    MEMORY_PAGES: 0,
    VERIFICATION: verification,
    MOST_FUEL,
    STACK_EXHAUSTED: Trap.CallStackExhausted,
    ROW_BYTES,
    MOST_LINES,
    TIME_AT: image.timeAt / WORD_BYTES,
    PIN_PLACES_AT: image.pinsAt / WORD_BYTES,
    PIN_SET: ports.set | 0,
    PIN_CLEAR: ports.clear | 0,
    PIN_INPUT: ports.input | 0,
    PIN_COUNT: ports.pins,
    PIN_NEXT: ports.next,
  };
  const flags = ['JITTED', 'DEFERS_FUEL', 'SUMS_BLOCKS', 'SINGLE_RESULTS'];
  return {
    ...typed?.define,
    ...native.hosts,
    ...Object.fromEntries(Object.entries(constants).map(([name, value]) => [name, String(value)])),
    ...Object.fromEntries(flags.map((name) => [name, 'false'])),
    FLOAT_ARGUMENTS: 'true',
    PIN_FIRMWARE: JSON.stringify(options.board.firmware),
    FUEL: String(native.fuel),
    LIMITS: String(options.fuel === true),
    RESUMABLE: String(isResumable),
    SAVES_FRAMES: 'false',
    STATUS: word(Context.Status),
    IMAGE_BASE: word(Context.ImageBase),
    STASH: word(Context.Stash),
    SLICE_STATE: word(savedAt + Stash.Slice),
    SLICE_DEPTH_WORD: word(savedAt + Stash.Depth),
    MEMORY_SIZE: word(Context.MemorySize),
    FUEL_LEFT: word(Context.Fuel),
    STACK_LIMIT: word(Context.StackLimit),
    MEMORY_BASE: word(Context.MemoryBase),
    FIRMWARE_TABLE: word(Context.FirmwareTable),
    BRIDGE: word(Context.ImportBridge),
    IMPORT_LIST: word(Context.ImportFunction),
    TRAP_CODE: word(Context.TrapCode),
    TRAP_PLACE: word(Context.TrapPlace),
    TRAP_STACK: word(Context.ImportNumber),
    SAVED_STACK: word(Context.SavedStack),
    NESTS: String(imports.length > 0 || isResumable),
    MEMORY_IS_EXPORTED: String(code.exports.some(({ kind }) => kind === ExternalKind.Memory)),
    MEMORY_IS_COVERED: String(verification >= VerificationLevel.Standard && code.memory !== null),
    FIXED_PARTS: String(image.tablesChange || tablesAt === listAt ? 1 : 2),
    PROGRAM_FILE: JSON.stringify(name),
    SUM_FILE: JSON.stringify(`${name}.sum`),
    MEMORY_BYTES: String(native.bufferBytes),
    MEMORY_START: String(lowered.memory.start),
    CODE_FILE: JSON.stringify(`${name}.code`),
    CODE_SUM: String(crc32(image.bytes)),
    POINT_FILE: JSON.stringify(`${name}.point`),
  };
}
