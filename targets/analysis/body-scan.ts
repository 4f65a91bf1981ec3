// Scans all function bodies of a valid module once, for its use of linear memory.

import { readOpcode } from '../../src/body-reader.js';
import type { Module } from '../../src/index.js';
import { Immediate, Opcode, opcodeImmediate } from '../../src/opcodes.js';
import { Reader } from '../../src/reader.js';
import type { Store } from '../../src/store.js';
import { enterBody, skipImmediate } from '../module/instruction-reader.js';

export interface BodyScan {
  /** How often memory.grow stands in bodies, reachable or not. */
  memoryGrows: number;
  /** The number of memory.size instructions. */
  memorySizes: number;
  /** Instructions that read or write linear memory. */
  accesses: number;
  /** The number of these accesses whose address is not a constant. */
  computedAccesses: number;
  /** End of the highest access at a constant address. */
  constantEnd: number;
  /** How often each global is read or written in bodies. */
  globalUses: Int32Array;
  /**
   * By global: how often a constant is subtracted from its value. The prologue of a function with a frame on the shadow stack does this to
   * the stack pointer.
   */
  globalDecrements: Int32Array;
  /** By global, then by function: the most bytes that the function subtracts, 0 for none. */
  frames: Map<number, number>[];
  /** Values of i32.const, unsigned. */
  constants: Set<number>;
  /** Constant offsets of accesses. */
  offsets: Set<number>;
}

export function scanBodies(store: Store, module: Module): BodyScan {
  const scan: BodyScan = {
    memoryGrows: 0,
    memorySizes: 0,
    accesses: 0,
    computedAccesses: 0,
    constantEnd: 0,
    globalUses: new Int32Array(module.globalCount),
    globalDecrements: new Int32Array(module.globalCount),
    frames: Array.from({ length: module.globalCount }, () => new Map()),
    constants: new Set(),
    offsets: new Set(),
  };
  const reader = new Reader();
  for (let index = module.importedFunctions; index < module.functionCount; index++) {
    enterBody(reader, module.bytes, store.moduleFunctionBodies[module.functionBase + index]);
    scanBody(reader, index, scan);
  }
  return scan;
}

/** The known value of an operand or local: a global's value, a constant, or neither. */
interface Value {
  global: number;
  constant: number;
}

const UNKNOWN: Value = { global: -1, constant: NaN };

/**
 * Follows values no further than from one instruction to the next, and through locals as unoptimised code has them: enough
 * for what compilers write at the start of a function.
 */
function scanBody(reader: Reader, functionIndex: number, scan: BodyScan): void {
  /** The two topmost operands. */
  let first = UNKNOWN;
  let second = UNKNOWN;
  const locals = new Map<number, Value>();
  while (reader.position < reader.end) {
    const code = readOpcode(reader);
    const immediate = opcodeImmediate[code];
    let pushed = UNKNOWN;
    let isPush = false;
    if (immediate === Immediate.I32) {
      const constant = reader.s32();
      scan.constants.add(constant >>> 0);
      pushed = { global: -1, constant };
      isPush = true;
    } else if (immediate === Immediate.Global) {
      const index = reader.u32();
      const frames = scan.frames[index];
      scan.globalUses[index]++;
      if (!frames.has(functionIndex)) frames.set(functionIndex, 0);
      pushed = { global: index, constant: NaN };
      isPush = code === Opcode.GlobalGet;
    } else if (immediate === Immediate.Local) {
      const index = reader.u32();
      isPush = code === Opcode.LocalGet;
      if (isPush) pushed = locals.get(index) ?? UNKNOWN;
      else if (second !== UNKNOWN || locals.has(index)) locals.set(index, second);
      // local.tee leaves everything as it is.
      if (code === Opcode.LocalTee) continue;
    } else if (code === Opcode.I32Sub || code === Opcode.I32Add) {
      takeFrame(scan, functionIndex, code, first, second);
    } else if (immediate >= Immediate.Memory1 && immediate <= Immediate.Memory8) {
      scan.accesses++;
      reader.u32();
      const offset = reader.u32();
      scan.offsets.add(offset);
      const { constant } = code >= Opcode.I32Store ? first : second;
      if (Number.isNaN(constant)) scan.computedAccesses++;
      else {
        const end = (constant >>> 0) + offset + (1 << (immediate - Immediate.Memory1));
        scan.constantEnd = Math.max(scan.constantEnd, end);
      }
    } else {
      if (code === Opcode.MemoryGrow) scan.memoryGrows++;
      else if (code === Opcode.MemorySize) scan.memorySizes++;
      else if (code === Opcode.MemoryCopy || code === Opcode.MemoryFill || code === Opcode.MemoryInit) {
        scan.accesses++;
        scan.computedAccesses++;
      }
      skipImmediate(reader, immediate);
    }
    first = isPush ? second : UNKNOWN;
    second = isPush ? pushed : UNKNOWN;
  }
}

function takeFrame(scan: BodyScan, functionIndex: number, code: number, first: Value, second: Value): void {
  const isSum = code === Opcode.I32Add;
  const global = first.global >= 0 ? first.global : isSum ? second.global : -1;
  const constant = first.global >= 0 ? second.constant : first.constant;
  const bytes = isSum ? -constant : constant;
  if (global < 0 || !(bytes > 0)) return;
  scan.globalDecrements[global]++;
  const frames = scan.frames[global];
  frames.set(functionIndex, Math.max(frames.get(functionIndex) ?? 0, bytes));
}
