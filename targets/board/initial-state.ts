// The state of a module before its first call: it is optimised, and the engine instantiates it. A program for a board starts with the
// resulting memory, globals and tables.

import { Opcode } from '../../src/opcodes.js';
import type { OwnImports } from '../host-functions/own-imports.js';
import type { ConstantExpression, ModuleCode } from '../module/module-code.js';
import type { ReadModule } from '../module/read-module.js';
import { OptimiserError, optimise } from '../optimise/optimise.js';
import type { MemoryWindow } from './image.js';
import { type LoweredModule, lowerModule } from './interpreted/lowered-module.js';

/** Optimised, or as it was given where that fails: no tier needs the optimiser. */
export async function optimised(given: ReadModule): Promise<{ code: ReadModule; warnings: string[] }> {
  try {
    return { code: await optimise(given), warnings: [] };
  } catch (error) {
    if (!(error instanceof OptimiserError)) throw error;
    return { code: given, warnings: [`built without the optimiser: ${error.message}`] };
  }
}

/** Throws what instantiating the given module throws, so that a segment out of bounds is told at its place there. */
export function instantiated(
  code: ReadModule,
  given: ReadModule,
  { memory, imports }: { memory: MemoryWindow; imports?: OwnImports },
): LoweredModule {
  try {
    return lowerModule(code, memory, [], { count: 0 }, imports);
  } catch (error) {
    if (code === given) throw error;
    return lowerModule(given, memory, [], { count: 0 }, imports);
  }
}

/** Bits of a number, the index of a function (-1 for none). */
export function globalBits(code: ModuleCode, lowered: LoweredModule, index: number): [low: number, high: number] {
  const { type } = code.globals[index];
  if (type === 'r') return [functionOf(code, code.initialisers[index - code.importedGlobals]), 0];
  return [lowered.globals[index * 2], lowered.globals[index * 2 + 1]];
}

/** Returns the value of a constant expression of a reference type. */
function functionOf(code: ModuleCode, [{ code: opcode, low }]: ConstantExpression): number {
  if (opcode === Opcode.RefFunc) return low;
  return opcode === Opcode.GlobalGet ? functionOf(code, code.initialisers[low - code.importedGlobals]) : -1;
}

/** A constant expression of type i32. */
function integerOf(lowered: LoweredModule, expression: ConstantExpression): number {
  const stack: number[] = [];
  for (const { code, low } of expression) {
    if (code === Opcode.I32Const) stack.push(low);
    else if (code === Opcode.GlobalGet) stack.push(lowered.globals[low * 2]);
    else {
      const [b, a] = [stack.pop()!, stack.pop()!];
      stack.push(code === Opcode.I32Add ? (a + b) | 0 : code === Opcode.I32Sub ? (a - b) | 0 : Math.imul(a, b));
    }
  }
  return stack[0] >>> 0;
}

/** Returns the entries of each table: indices of functions, -1 for null. */
export function tableEntries(code: ModuleCode, lowered: LoweredModule): number[][] {
  const tables = code.tables.map(({ minimum }) => new Array<number>(minimum).fill(-1));
  for (const { mode, table, offset, entries } of code.elements) {
    if (mode !== 'active') continue;
    const start = integerOf(lowered, offset);
    for (const [index, entry] of entries.entries()) tables[table][start + index] = functionOf(code, entry);
  }
  return tables;
}
