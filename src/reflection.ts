// Queries of the store by address: types and values of functions, globals, memories and tables.

import { engineError } from './errors.js';
import type { Instance } from './module.js';
import { GLOBAL_MUTABLE } from './parse.js';
import { FunctionColumn, type Store } from './store.js';
import { isReferenceType, ValueType, valueTypeOfLetter } from './types.js';

export class Reflection {
  protected readonly store: Store;

  constructor(store: Store) {
    this.store = store;
  }

  /** A function's parameter and result types as letters: `iI:f`. */
  signature(address: number): string {
    const store = this.store;
    const type = store.functions[address * 4 + FunctionColumn.Type];
    const offset = store.typeOffsets[type];
    const parameters = store.typeParameterCounts[type];
    const end = parameters + store.typeResultCounts[type];
    let text = '';
    for (let index = 0; index <= end; index++) {
      if (index === parameters) text += ':';
      if (index < end) text += letterOfType(store.typeValues[offset + index]);
    }
    return text;
  }

  /** The function that an imported function stands for: two addresses are the same function if their origins are. */
  functionOrigin(address: number): number {
    return this.store.functions[address * 4 + FunctionColumn.Origin];
  }

  globalType(address: number): string {
    return letterOfType(this.store.globalTypes[address] & 255);
  }

  isGlobalMutable(address: number): boolean {
    return (this.store.globalTypes[address] & GLOBAL_MUTABLE) !== 0;
  }

  globalLow(address: number): number {
    return this.store.globals[address * 2];
  }

  globalHigh(address: number): number {
    return this.store.globals[address * 2 + 1];
  }

  memoryPages(address: number): number {
    return this.store.memories[address].pages;
  }

  /** Bytes that are backed. */
  memoryBytes(address: number): number {
    return this.store.memories[address].bytes;
  }

  /** The first address that is backed; its byte is the one at `memoryBase` of the buffer. */
  memoryStart(address: number): number {
    return this.store.memories[address].start;
  }

  /** Returns the offset of a memory's first byte in `memoryBuffer`. */
  memoryBase(address: number): number {
    return this.store.memories[address].base;
  }

  get memoryBuffer(): ArrayBuffer {
    return this.store.memoryBuffer;
  }

  /** Memory address of an instance, -1 without memory. */
  memoryOf(instance: Instance): number {
    return instance.memory;
  }

  tableSize(address: number): number {
    return this.store.tables[address * 4 + 1];
  }

  /** -1 for none. */
  tableMaximum(address: number): number {
    return this.store.tables[address * 4 + 2];
  }

  tableType(address: number): string {
    return letterOfType(this.store.tables[address * 4 + 3]);
  }

  /** A reference, or NULL_REFERENCE. */
  tableGet(address: number, index: number): number {
    return this.store.tableEntries[this.store.tables[address * 4] + index];
  }
}

/** The value type of a letter. Throws an EngineError for an unknown one. */
export function typeOfLetter(letter: string): number {
  const type = valueTypeOfLetter(letter);
  if (type === ValueType.Unknown) {
    throw engineError('unknown type letter "' + letter + '": use i, I, f, F, r or R');
  }
  return type;
}

function letterOfType(type: number): string {
  if (isReferenceType(type)) return type === ValueType.FuncRef ? 'r' : 'R';
  return type === ValueType.I32 ? 'i' : type === ValueType.I64 ? 'I' : type === ValueType.F32 ? 'f' : 'F';
}
