// Scans all function bodies of a valid module once, for its use of linear memory.

import { readOpcode } from '../../src/body-reader.js';
import type { Module } from '../../src/index.js';
import { Immediate, Opcode, opcodeImmediate, opcodeSignature, signatureTypes } from '../../src/opcodes.js';
import { Reader } from '../../src/reader.js';
import type { Store } from '../../src/store.js';
import { enterBody, skipImmediate } from '../module/instruction-reader.js';
import type { FunctionType } from '../module/module-code.js';

export interface BodyScan {
  /** How often memory.grow stands in bodies, reachable or not. */
  memoryGrows: number;
  /** The number of memory.size instructions. */
  memorySizes: number;
  /** Instructions that read or write linear memory. */
  accesses: number;
  /** The number of these accesses whose address is not a constant. */
  computedAccesses: number;
  /** Addresses of the other accesses. */
  constantAddresses: Set<number>;
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

export function scanBodies(store: Store, module: Module, functions: readonly FunctionType[]): BodyScan {
  const scan: BodyScan = {
    memoryGrows: 0,
    memorySizes: 0,
    accesses: 0,
    computedAccesses: 0,
    constantAddresses: new Set(),
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
    scanBody(reader, index, scan, functions);
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
 * Follows constants and values of globals over the operand stack, and through locals as unoptimised code has them. An instruction
 * of control forgets the operands, and constants of locals where paths meet.
 */
function scanBody(reader: Reader, functionIndex: number, scan: BodyScan, functions: readonly FunctionType[]): void {
  const operands: Value[] = [];
  const pop = () => operands.pop() ?? UNKNOWN;
  const replace = (taken: number, given: number) => {
    for (let count = 0; count < taken; count++) operands.pop();
    for (let count = 0; count < given; count++) operands.push(UNKNOWN);
  };
  const locals = new Map<number, Value>();
  while (reader.position < reader.end) {
    const code = readOpcode(reader);
    const immediate = opcodeImmediate[code];
    if (immediate === Immediate.I32) {
      const constant = reader.s32();
      scan.constants.add(constant >>> 0);
      operands.push({ global: -1, constant });
    } else if (immediate === Immediate.Global) {
      const index = reader.u32();
      const frames = scan.frames[index];
      scan.globalUses[index]++;
      if (!frames.has(functionIndex)) frames.set(functionIndex, 0);
      if (code === Opcode.GlobalGet) operands.push({ global: index, constant: NaN });
      else pop();
    } else if (immediate === Immediate.Local) {
      const index = reader.u32();
      if (code === Opcode.LocalGet) operands.push(locals.get(index) ?? UNKNOWN);
      else {
        const value = pop();
        if (value !== UNKNOWN || locals.has(index)) locals.set(index, value);
        if (code === Opcode.LocalTee) operands.push(value);
      }
    } else if (immediate >= Immediate.Memory1 && immediate <= Immediate.Memory8) {
      reader.u32();
      const offset = reader.u32();
      if (code >= Opcode.I32Store) pop();
      takeAccess(scan, pop(), offset, 1 << (immediate - Immediate.Memory1));
      if (code < Opcode.I32Store) operands.push(UNKNOWN);
    } else if (code === Opcode.Call) {
      const { parameters, results } = functions[reader.u32()];
      replace(parameters.length, results.length);
    } else {
      if (code === Opcode.I32Sub || code === Opcode.I32Add) {
        takeFrame(scan, functionIndex, code, operands.at(-2) ?? UNKNOWN, operands.at(-1) ?? UNKNOWN);
      } else if (code === Opcode.MemoryGrow) scan.memoryGrows++;
      else if (code === Opcode.MemorySize) scan.memorySizes++;
      else if (code === Opcode.MemoryCopy || code === Opcode.MemoryFill || code === Opcode.MemoryInit) {
        scan.accesses++;
        scan.computedAccesses++;
      }
      skipImmediate(reader, immediate);
      if (code === Opcode.Drop) pop();
      else if (opcodeSignature[code] > 0) replace(...signatureCounts(code));
      else operands.length = 0;
      if (code === Opcode.Loop || code === Opcode.Else || code === Opcode.End) forgetConstants(locals);
    }
  }
}

/** Parameters and results of an instruction that has them in the table. */
function signatureCounts(code: number): [parameters: number, results: number] {
  const start = opcodeSignature[code];
  const middle = signatureTypes.indexOf(0, start);
  return [middle - start, signatureTypes.indexOf(0, middle + 1) - middle - 1];
}

/** Other paths may bring other values. */
function forgetConstants(locals: Map<number, Value>): void {
  for (const [index, { global }] of locals) locals.set(index, { global, constant: NaN });
}

function takeAccess(scan: BodyScan, { constant }: Value, offset: number, bytes: number): void {
  scan.accesses++;
  scan.offsets.add(offset);
  if (Number.isNaN(constant)) {
    scan.computedAccesses++;
    return;
  }
  const address = (constant >>> 0) + offset;
  scan.constantAddresses.add(address);
  scan.constantEnd = Math.max(scan.constantEnd, address + bytes);
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
