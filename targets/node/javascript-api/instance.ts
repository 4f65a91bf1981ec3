// WebAssembly.Instance (JavaScript interface, 5.2).

import {
  type Capacities,
  CapacityError,
  type Instance as EngineInstance,
  LinkError as EngineLinkError,
  ExternalKind,
} from '../../../src/index.js';
import type { External } from '../../module/description.js';
import { MOST_MEMORY_BYTES } from '../../module/most-memory.js';
import type { GlobalDescriptor } from './descriptors.js';
import { LinkError, translating } from './errors.js';
import { Global, globalAt, isGlobal } from './global.js';
import { type Imports, importedValue } from './interface.js';
import { isMemory, type Memory, memoryAt } from './memory.js';
import { type Module, partsOf } from './module.js';
import { type ExportedFunction, fittingStore, type Store } from './store.js';
import { isTable, type Table, tableAt } from './table.js';

/** Exports by name: functions, memories, tables and globals. */
// biome-ignore lint/suspicious/noExplicitAny: what a module exports is not known when a program is compiled
export type Exports = Record<string, any>;

interface Import {
  external: External;
  value: unknown;
}

export interface Sizes {
  capacities: Capacities;
  /** They must not be raised. */
  fixed: boolean;
}

/**
 * Links a module to its imports, initialises it and runs its start function. Returns its exports. Throws a LinkError, a
 * TypeError, a RuntimeError, a RangeError for what there is no room for, or what a host function threw.
 */
export function instantiate(module: Module, imports: Imports | undefined, { capacities, fixed }: Sizes): Exports {
  const { bytes, description, memoryBytes } = partsOf(module);
  const { imports: wanted, exports } = description;
  const given = wanted.map((external) => readImport(external, imports as Imports));
  const owned = given.flatMap(({ value }) => (isOwned(value) && value.owner ? [value.owner] : []));
  if (owned.some((store) => store !== owned[0])) {
    throw new LinkError('imports belong to instances that are not linked to each other');
  }
  const unowned = given
    .map(({ value }) => value)
    .filter(isOwned)
    .filter((value) => !value.owner);
  const memory = newBuffer(memoryBytes);
  const link = (store: Store) => {
    for (const { external, value } of given) define(store, external, value);
    const loaded = store.load(bytes);
    if (memory && !store.provideMemory(memory)) throw new LinkError(`the module has a memory: ${ONE_MEMORY}`);
    return loaded;
  };
  const add = (store: Store) => {
    let linked = false;
    try {
      const loaded = link(store);
      linked = true;
      return exportsOf(store, exports, store.instantiate(loaded));
    } catch (error) {
      if (linked && !(error instanceof EngineLinkError) && !(error instanceof CapacityError)) throw error;
      // Nothing has run: what was imported does not stay in a store that nobody uses.
      if (owned.length === 0) for (const value of unowned) value.release();
      else if (linked && memory) store.withdrawMemory();
      throw error;
    }
  };
  return translating(() => (owned.length > 0 ? add(owned[0]) : fittingStore(capacities, fixed, add)));
}

const ONE_MEMORY = 'instances that are linked by a memory, table or mutable global can have only one memory';

function newBuffer(bytes: number): ArrayBuffer | null {
  if (bytes < 0) return null;
  if (bytes > MOST_MEMORY_BYTES) throw new RangeError(`a memory of ${bytes} bytes is not supported: at most 2 GiB`);
  return new ArrayBuffer(bytes);
}

function isOwned(value: unknown): value is Memory | Table | Global {
  return isMemory(value) || isTable(value) || isGlobal(value);
}

function readImport(external: External, imports: Imports): Import {
  return { external, value: importedValue(external, imports) };
}

/** Makes an imported value part of the store, unless it is, under the name that the module asks for. */
function define(store: Store, external: External, value: unknown): void {
  const { module, name, kind } = external;
  const mismatch = (wanted: string) => new LinkError(`import "${module}" "${name}" must be ${wanted}`);
  if (kind === ExternalKind.Function) {
    if (typeof value !== 'function') throw mismatch('a function');
    store.defineFunction(external, value as ExportedFunction);
    return;
  }
  if (kind === ExternalKind.Memory && !isMemory(value)) throw mismatch('a Memory');
  if (kind === ExternalKind.Table && !isTable(value)) throw mismatch('a Table');
  if (kind === ExternalKind.Global && !isGlobal(value)) {
    constantOf(external, value, mismatch).define(store, module, name);
    return;
  }
  const owned = value as Memory | Table | Global;
  if (owned.owner === store) store.engine.define(module, name, kind, owned.index);
  else {
    if (isMemory(owned) && !store.provideMemory(owned.buffer)) {
      throw new LinkError(`import "${module}" "${name}": ${ONE_MEMORY}`);
    }
    owned.define(store, module, name);
  }
}

/** A number or reference in the place of a global: an immutable one. */
function constantOf({ type }: External, value: unknown, mismatch: (wanted: string) => Error): Global {
  const valueType = type.split(' ').at(-1) as GlobalDescriptor['value'];
  if (valueType === 'i64') {
    if (typeof value !== 'bigint') throw mismatch('a BigInt or a Global');
  } else if (!valueType.endsWith('ref') && typeof value !== 'number') throw mismatch('a number or a Global');
  return new Global({ value: valueType }, value);
}

function exportsOf(store: Store, exports: External[], instance: EngineInstance): Exports {
  const made: Exports = Object.create(null);
  for (const { name, kind, index } of exports) {
    const address = store.engine.findExport(instance, name, kind);
    if (kind === ExternalKind.Function) made[name] = store.exportedFunction(address, String(index));
    else if (kind === ExternalKind.Memory) made[name] = memoryAt(store, address);
    else if (kind === ExternalKind.Table) made[name] = tableAt(store, address);
    else made[name] = globalAt(store, address);
  }
  return Object.freeze(made);
}
