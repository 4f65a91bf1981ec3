// Names for a module's functions, to show to the user: from the name section, else from imports and exports.

import { ExternalKind, type Module } from '../../src/index.js';
import { decodeName, Reader } from '../../src/reader.js';
import type { ModuleDescription } from './description.js';

/** Subsections of the name section (core specification, 7.4.1, and the extended-name-section proposal). */
export enum NameSubsection {
  Functions = 1,
  Globals = 7,
}

/** The names that a subsection of the name section gives, by index. A broken name section gives those before the fault. */
export function sectionNames(module: Module, subsection: NameSubsection): Map<number, string> {
  const names = new Map<number, string>();
  if (module.namesAt === 0) return names;
  const reader = new Reader();
  reader.reset(module.bytes, module.namesAt, module.namesEnd);
  try {
    while (reader.position < module.namesEnd) {
      const id = reader.byte();
      const size = reader.u32();
      const end = reader.position + size;
      if (id === subsection) {
        for (let count = reader.u32(); count > 0; count--) {
          const index = reader.u32();
          const length = reader.blob();
          names.set(index, decodeName(module.bytes, reader.position - length, length));
        }
      }
      reader.position = end;
    }
  } catch {
    // The section is for people only; the module is valid without it.
  }
  return names;
}

export function functionNames(module: Module, { imports, exports }: ModuleDescription): Map<number, string> {
  const names = sectionNames(module, NameSubsection.Functions);
  for (const { kind, index, module: from, name } of [...imports, ...exports]) {
    if (kind === ExternalKind.Function && !names.has(index)) names.set(index, from === '' ? name : `${from}.${name}`);
  }
  return names;
}
