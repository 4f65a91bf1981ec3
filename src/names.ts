// Function names from the name section (core specification, 7.4.1), read in place when an error asks for them.

import type { Module } from './module.js';
import { decodeName, Reader } from './reader.js';

const reader = new Reader();

/** The name of a function, '' if the module gives none. A broken name section has no names. */
export function functionName(module: Module, index: number): string {
  if (module.namesAt === 0) return '';
  try {
    reader.reset(module.bytes, module.namesAt, module.namesEnd);
    while (reader.position < module.namesEnd) {
      const id = reader.byte();
      const size = reader.u32();
      const end = reader.position + size;
      if (id === 1) {
        const count = reader.u32();
        for (let entry = 0; entry < count; entry++) {
          const found = reader.u32();
          const length = reader.blob();
          if (found === index) return decodeName(module.bytes, reader.position - length, length);
        }
        return '';
      }
      reader.position = end;
    }
  } catch (_) {
    return '';
  }
  return '';
}
