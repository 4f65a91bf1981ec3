// Reads a module once: parses, validates and describes it. Analyses, back ends and `build` take what is read here; none of
// them parses again. What the engine's core would refuse is refused here, in its words.

import { limitError } from '../../src/errors.js';
import { type Capacities, CapacityError, large, type Module } from '../../src/index.js';
import { parse } from '../../src/parse.js';
import { Reader } from '../../src/reader.js';
import { Store } from '../../src/store.js';
import { Validator } from '../../src/validate.js';
import { MOST_TABLE_ENTRIES, raiseCapacity, withinBytes } from './fitting-engine.js';
import { functionNames } from './function-names.js';
import { type ModuleCode, moduleCode } from './module-code.js';
import { shownName } from './printable.js';
import { type Producers, producersOf } from './producers.js';

/** A parsed, validated and described module. Neither it nor its bytes change. */
export interface ReadModule extends ModuleCode {
  /** The module in the core's form, and the store that holds nothing else: `adoptModule` copies it into other stores. */
  module: Module;
  store: Store;
  /** Has validated it, and knows the most operands, labels and locals of its functions. */
  validator: Validator;
  /** Names of functions to show to people, by index: from the name section, else from imports and exports. */
  names: Map<number, string>;
  producers: Producers;
}

/** Nothing is run in it. */
const roomy: Capacities = {
  ...large,
  modules: 1,
  instances: 0,
  memories: 0,
  memoryBytes: 0,
  tableEntries: 0,
  definitions: 0,
  codeWords: 0,
  basicBlocks: 0,
  callDepth: 0,
  valueSlots: 0,
};

/**
 * Parses, validates and describes a module. Throws DecodeError or ValidationError. A module that exceeds a capacity
 * is read again with more; a CapacityError tells that it declares more locals or table entries than any engine takes.
 */
export function readModule(bytes: Uint8Array): ReadModule {
  let capacities = withinBytes(roomy, bytes.length);
  for (;;) {
    try {
      return read(bytes, capacities);
    } catch (error) {
      if (!(error instanceof CapacityError)) throw error;
      capacities = raiseCapacity(capacities, error);
    }
  }
}

function read(bytes: Uint8Array, capacities: Capacities): ReadModule {
  const store = new Store(capacities, undefined);
  const module = store.modules[0];
  const reader = new Reader();
  parse(store, reader, module, bytes);
  const validator = new Validator(store, reader);
  validator.validate(module);
  store.moduleTop++;
  const code = moduleCode(store, module);
  const entries = code.tables.reduce((sum, { minimum }) => sum + minimum, 0);
  if (entries > MOST_TABLE_ENTRIES) throw limitError('tableEntries', entries, MOST_TABLE_ENTRIES, module.tablesAt);
  const found = functionNames(module, code);
  const names = new Map([...found].map(([index, name]) => [index, shownName(name)]));
  return { ...code, module, store, validator, names, producers: producersOf(bytes, code, found.values()) };
}
