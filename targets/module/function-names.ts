// Names for a module's functions and their parameters, to show to the user: from the name section, else from debugging information, imports
// and exports.

import { ExternalKind, type Module } from '../../src/index.js';
import { decodeName, Reader } from '../../src/reader.js';
import { debugFunctions } from './dwarf/functions.js';
import { debugSections } from './dwarf/sections.js';
import { functionAt } from './function-at.js';
import type { ModuleCode } from './module-code.js';

/** Subsections of the name section (core specification, 7.4.1, and the extended-name-section proposal). */
export enum NameSubsection {
  Functions = 1,
  Locals = 2,
  Globals = 7,
}

/** The names that a subsection of the name section gives, by index. A broken name section gives those before the fault. */
export function sectionNames(module: Module, subsection: NameSubsection): Map<number, string> {
  const names = new Map<number, string>();
  readSubsection(module, subsection, (reader) => readNames(reader, names));
  return names;
}

/** Names of parameters and locals that the name section gives, by function and index. */
function localNames(module: Module): Map<number, Map<number, string>> {
  const names = new Map<number, Map<number, string>>();
  readSubsection(module, NameSubsection.Locals, (reader) => {
    for (let count = reader.u32(); count > 0; count--) {
      const ofFunction = new Map<number, string>();
      names.set(reader.u32(), ofFunction);
      readNames(reader, ofFunction);
    }
  });
  return names;
}

function readSubsection(module: Module, subsection: NameSubsection, read: (reader: Reader) => void): void {
  if (module.namesAt === 0) return;
  const reader = new Reader();
  reader.reset(module.bytes, module.namesAt, module.namesEnd);
  try {
    while (reader.position < module.namesEnd) {
      const id = reader.byte();
      const size = reader.u32();
      const end = reader.position + size;
      if (id === subsection) read(reader);
      reader.position = end;
    }
  } catch {
    // The section is for people only; the module is valid without it.
  }
}

function readNames(reader: Reader, names: Map<number, string>): void {
  for (let count = reader.u32(); count > 0; count--) {
    const index = reader.u32();
    const length = reader.blob();
    names.set(index, decodeName(reader.bytes, reader.position - length, length));
  }
}

export function functionNames(module: Module, code: ModuleCode): Map<number, string> {
  const names = sectionNames(module, NameSubsection.Functions);
  if (names.size === 0) {
    for (const [index, { name }] of debuggedFunctions(module, code)) if (name !== '') names.set(index, name);
  }
  for (const { kind, index, module: from, name } of [...code.imports, ...code.exports]) {
    if (kind === ExternalKind.Function && !names.has(index)) names.set(index, from === '' ? name : `${from}.${name}`);
  }
  return names;
}

/**
 * Names of parameters, by function: from the name section, else from debugging information. Functions are left out whose parameters
 * have no names, or not one for each: a compiler may pass what the source does not say.
 */
export function parameterNames(module: Module, code: ModuleCode): Map<number, string[]> {
  const names = new Map<number, string[]>();
  const add = (index: number, parameters: string[]) => {
    const { length } = code.functions[index]?.parameters ?? '';
    if (length === parameters.length && !parameters.includes('')) names.set(index, parameters);
  };
  for (const [index, { parameters }] of debuggedFunctions(module, code)) add(index, parameters);
  for (const [index, locals] of localNames(module)) {
    const { length } = code.functions[index]?.parameters ?? '';
    add(
      index,
      Array.from({ length }, (_, at) => locals.get(at) ?? ''),
    );
  }
  return names;
}

/** Returns names and parameters from the debugging information, by function index. */
function debuggedFunctions({ bytes }: Module, code: ModuleCode): Map<number, { name: string; parameters: string[] }> {
  const found = new Map<number, { name: string; parameters: string[] }>();
  const sections = debugSections(bytes);
  if (sections === undefined) return found;
  for (const each of debugFunctions(sections)) {
    const index = functionAt(code, each.start);
    if (index >= 0) found.set(index, each);
  }
  return found;
}
