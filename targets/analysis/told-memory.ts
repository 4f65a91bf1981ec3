// A module with fewer bytes of memory than it declares, whose allocator is told so. memory.size counts pages of 64 KiB, which says
// nothing about less than a page. But compilers multiply it by the size of a page at once, to know where memory ends. Here its unit
// becomes the byte, and that factor 1: malloc returns NULL where it would use bytes that are not there. No instruction moves, so
// that traps keep their places. A module that uses memory.size in another way stays as it is, and so does one that never asks.

import { readOpcode } from '../../src/body-reader.js';
import type { Module } from '../../src/index.js';
import { Opcode, opcodeImmediate } from '../../src/opcodes.js';
import { Reader } from '../../src/reader.js';
import { enterBody, skipImmediate } from '../module/instruction-reader.js';
import { once } from '../module/once.js';
import { type ReadModule, readModule } from '../module/read-module.js';

/**
 * The module as it is to run with memory that ends at this address: with a memory of that many pages of one byte, which does not
 * grow, if it declares more and its code can be told; otherwise the module itself.
 */
export function toldMemory(read: ReadModule, end: number): ReadModule {
  const { module } = read;
  const declared = module.memoryMinimum * 2 ** module.pageShift;
  if (!hasPages(module) || end >= declared) return read;
  // Builds share what they make of a module: it must be the same object each time.
  return once(read, `told memory to ${end}`, () => withMemory(read, end));
}

/** Whether a module with less memory than it declares learns where it ends: then its allocator gives NULL instead of trapping. */
export function learnsOfMemory(read: ReadModule): boolean {
  return hasPages(read.module) && pageFactors(read) !== null;
}

/** Whether a module has a memory of its own in pages of 64 KiB. */
function hasPages({ memoryCount, importedMemories, pageShift }: Module): boolean {
  return memoryCount > 0 && importedMemories === 0 && pageShift !== 0;
}

function withMemory(read: ReadModule, memoryBytes: number): ReadModule {
  const factors = pageFactors(read);
  if (factors === null) return read;
  const bytes = new Uint8Array(read.bytes);
  for (const { at, scaled } of factors) bytes.set(scaled, at);
  const result = readModule(bytes);
  tellBytes(result.module, memoryBytes);
  return { ...result, memory: { ...result.memory!, minimum: memoryBytes, maximum: memoryBytes, pageBytes: 1 } };
}

/** Gives a module that was loaded and is not instantiated yet a memory of so many pages of one byte. */
export function tellBytes(module: Module, memoryBytes: number): void {
  module.pageShift = 0;
  module.memoryMinimum = memoryBytes;
  module.memoryMaximum = memoryBytes;
}

/** A factor's place, and the bytes that make it 1 (or the shift 0). */
interface Factor {
  at: number;
  scaled: readonly number[];
}

/**
 * Returns the factors of every use of memory.size; null if it is never multiplied, or used in another way. In a function with memory.grow,
 * another use is a count of pages for memory.grow, or belongs to code that runs after memory has grown: here it never does.
 */
function pageFactors({ module, store }: ReadModule): Factor[] | null {
  const factors: Factor[] = [];
  const reader = new Reader();
  for (let index = module.importedFunctions; index < module.functionCount; index++) {
    enterBody(reader, module.bytes, store.moduleFunctionBodies[module.functionBase + index]);
    let isPlain = true;
    let grows = false;
    /** Locals that hold a size. */
    const sizes = new Set<number>();
    while (reader.position < reader.end) {
      const code = readOpcode(reader);
      if (code === Opcode.MemoryGrow) grows = true;
      if (code === Opcode.LocalGet) {
        if (sizes.has(reader.u32())) isPlain = false;
        continue;
      }
      skipImmediate(reader, opcodeImmediate[code]);
      if (code !== Opcode.MemorySize) continue;
      const factor = factorBehind(reader, sizes);
      if (factor === null) isPlain = false;
      else factors.push(factor);
    }
    if (!isPlain && !grows) return null;
  }
  return factors.length === 0 ? null : factors;
}

/** A factor of 65536 as compilers write it, behind the immediate of memory.size; null if there is none. Adds to `sizes`. */
function factorBehind(reader: Reader, sizes: Set<number>): Factor | null {
  const { bytes } = reader;
  let code = bytes[reader.position];
  if (code === Opcode.LocalTee || code === Opcode.LocalSet) {
    reader.position++;
    const local = reader.u32();
    sizes.add(local);
    if (code === Opcode.LocalSet) {
      const from = reader.position;
      if (readOpcode(reader) !== Opcode.LocalGet || reader.u32() !== local) {
        reader.position = from;
        return null;
      }
    }
    code = bytes[reader.position];
  }
  const isWide = code === Opcode.I64ExtendI32S || code === Opcode.I64ExtendI32U;
  if (isWide) reader.position++;
  const at = reader.position + 1;
  const [constant, shift, multiply] = isWide
    ? [Opcode.I64Const, Opcode.I64Shl, Opcode.I64Mul]
    : [Opcode.I32Const, Opcode.I32Shl, Opcode.I32Mul];
  const forms: [code: number[], scaled: number[]][] = [
    [[constant, 16, shift], [0]],
    [
      [constant, 0x80, 0x80, 4, multiply],
      [0x81, 0x80, 0],
    ],
  ];
  for (const [form, scaled] of forms) {
    if (form.some((byte, index) => bytes[at - 1 + index] !== byte)) continue;
    reader.position = at - 1 + form.length;
    return { at, scaled };
  }
  return null;
}
