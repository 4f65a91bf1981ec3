// Resolves the imports of a module against what the host defined and the instances it registered, and checks their types
// (core specification, 4.5.4 and 3.4.10).

import { TABLE_ROW } from './capacities.js';
import type { Definitions } from './definitions.js';
import { linkError } from './errors.js';
import type { Instance, Module } from './module.js';
import { GLOBAL_MUTABLE } from './parse.js';
import { decodeName, nameEquals, Reader } from './reader.js';
import { checkCapacity, FunctionColumn, type Store, TableColumn } from './store.js';
import { ExternalKind, valueTypeName } from './types.js';

const KINDS = 'function,table,memory,global'.split(',');

const exportReader = new Reader();

/** The kind of the export that was found last. */
export let foundKind = 0;

// The name (offset and length), kind and index of the export that was read last.
let nameAt = 0;
let nameLength = 0;
let exportKind = 0;
let exportItem = 0;

/** Address of the thing that an instance exports as `name`, -1 if there is none; its kind is left in `foundKind`. */
export function findExport(store: Store, instance: Instance, name: string): number {
  const bytes = instance.module.bytes;
  openExports(instance.module);
  for (let index = 0; index < instance.module.exportCount; index++) {
    nextExport();
    if (nameEquals(bytes, nameAt, nameLength, name)) return exportAddress(store, instance, exportKind, exportItem);
  }
  return -1;
}

/** Finds an export by a name in the bytes of another module. */
function findExportOfBytes(store: Store, instance: Instance, from: Uint8Array, start: number, length: number): number {
  const bytes = instance.module.bytes;
  openExports(instance.module);
  for (let index = 0; index < instance.module.exportCount; index++) {
    nextExport();
    if (nameLength !== length) continue;
    let same = 0;
    while (same < length && bytes[nameAt + same] === from[start + same]) same++;
    if (same === length) return exportAddress(store, instance, exportKind, exportItem);
  }
  return -1;
}

function openExports(module: Module): void {
  exportReader.reset(module.bytes, module.exportsAt, module.bytes.length);
}

/** Leaves the parts of the next export in the variables. */
function nextExport(): void {
  nameLength = exportReader.blob();
  nameAt = exportReader.position - nameLength;
  exportKind = exportReader.byte();
  exportItem = exportReader.u32();
}

/** Address in the store of an item of an instance's index space. */
function exportAddress(store: Store, instance: Instance, kind: number, item: number): number {
  foundKind = kind;
  if (kind === ExternalKind.Function) return instance.functionBase + item;
  if (kind === ExternalKind.Table) return store.tableAddresses[instance.tableBase + item];
  if (kind === ExternalKind.Memory) return instance.memory;
  return store.globalAddresses[instance.globalBase + item];
}

export class Linker {
  private readonly store: Store;
  private readonly definitions: Definitions;
  private readonly reader: Reader;
  private what = '';

  constructor(store: Store, definitions: Definitions, reader: Reader) {
    this.store = store;
    this.definitions = definitions;
    this.reader = reader;
  }

  /** Fills the imported part of an instance's index spaces. */
  link(module: Module, instance: Instance): void {
    const reader = this.reader;
    const store = this.store;
    reader.reset(module.bytes, module.importsAt, module.bytes.length);
    let table = module.tableBase;
    let global = module.globalBase;
    let functionIndex = module.functionBase;
    for (let index = 0; index < module.importCount; index++) {
      const at = reader.position;
      const moduleLength = reader.blob();
      const moduleAt = reader.position - moduleLength;
      const nameLength = reader.blob();
      const nameAt = reader.position - nameLength;
      const kind = reader.byte();
      const address = this.resolve(module.bytes, moduleAt, moduleLength, nameAt, nameLength);
      if (address < 0 || foundKind !== kind) this.describe(module.bytes, moduleAt, moduleLength, nameAt, nameLength);
      if (address < 0) this.fail('unknown import: ' + this.what + ' (' + KINDS[kind] + ') is not defined', at);
      if (foundKind !== kind) {
        this.fail(
          'incompatible import type: ' +
            this.what +
            ' is a ' +
            KINDS[foundKind] +
            ', the module wants a ' +
            KINDS[kind],
          at,
        );
      }
      let problem = '';
      if (kind === ExternalKind.Function) {
        reader.u32();
        problem = this.linkFunction(store.moduleFunctionTypes[functionIndex++], address, at);
      } else if (kind === ExternalKind.Table) {
        reader.byte();
        if (reader.byte() === 1) reader.u32();
        reader.u32();
        problem = this.linkTable(table++, address, at);
      } else if (kind === ExternalKind.Memory) {
        const flags = reader.byte();
        reader.u32();
        if ((flags & 1) !== 0) reader.u32();
        if ((flags & 8) !== 0) reader.u32();
        problem = this.linkMemory(module, instance, address);
      } else {
        reader.byte();
        reader.byte();
        problem = this.linkGlobal(global++, address, at);
      }
      if (problem !== '') {
        this.describe(module.bytes, moduleAt, moduleLength, nameAt, nameLength);
        this.fail('incompatible import type: ' + this.what + problem, at);
      }
    }
  }

  private fail(message: string, at: number): never {
    throw linkError(message + ' at byte ' + at, at);
  }

  private describe(
    bytes: Uint8Array,
    moduleAt: number,
    moduleLength: number,
    nameAt: number,
    nameLength: number,
  ): void {
    this.what = '"' + decodeName(bytes, moduleAt, moduleLength) + '" "' + decodeName(bytes, nameAt, nameLength) + '"';
  }

  /** The newest definition or registered instance counts. */
  private resolve(
    bytes: Uint8Array,
    moduleAt: number,
    moduleLength: number,
    nameAt: number,
    nameLength: number,
  ): number {
    const definitions = this.definitions;
    for (let index = definitions.count - 1; index >= 0; index--) {
      if (!nameEquals(bytes, moduleAt, moduleLength, definitions.moduleName(index))) continue;
      const instance = definitions.instance(index);
      if (instance) {
        const address = findExportOfBytes(this.store, instance, bytes, nameAt, nameLength);
        if (address >= 0) return address;
      } else if (nameEquals(bytes, nameAt, nameLength, definitions.name(index))) {
        foundKind = definitions.kind(index);
        return definitions.address(index);
      }
    }
    return -1;
  }

  private linkFunction(type: number, address: number, at: number): string {
    const store = this.store;
    const functions = store.functions;
    checkCapacity('functions', store.functionTop + 1, store.capacities.functions, at);
    const from = address * 4;
    const found = functions[from + FunctionColumn.Type];
    if (found !== type) return ' has type ' + typeText(store, found) + ', the module wants ' + typeText(store, type);
    const to = store.functionTop++ * 4;
    functions[to + FunctionColumn.Entry] = functions[from + FunctionColumn.Entry];
    functions[to + FunctionColumn.Type] = type;
    functions[to + FunctionColumn.Memory] = functions[from + FunctionColumn.Memory];
    functions[to + FunctionColumn.Origin] = functions[from + FunctionColumn.Origin];
    return '';
  }

  private linkTable(declared: number, address: number, at: number): string {
    const store = this.store;
    checkCapacity('tables', store.tableAddressTop + 1, store.capacities.tables, at);
    const row = address * TABLE_ROW;
    const type = store.moduleTables[declared * 3];
    const minimum = store.moduleTables[declared * 3 + 1] >>> 0;
    const maximum = store.moduleTables[declared * 3 + 2];
    const found = store.tables[row + TableColumn.Type];
    if (found !== type) return ' is a table of ' + valueTypeName(found) + ', the module wants ' + valueTypeName(type);
    if (store.tables[row + TableColumn.Size] < minimum) return ' has fewer entries than the module wants';
    if (maximum !== -1 && store.tables[row + TableColumn.Maximum] >>> 0 > maximum >>> 0)
      return ' may grow larger than the module wants';
    store.tableAddresses[store.tableAddressTop++] = address;
    return '';
  }

  private linkMemory(module: Module, instance: Instance, address: number): string {
    const memory = this.store.memories[address];
    if (memory.pageShift !== module.pageShift) return ' has another page size than the module wants';
    if (memory.pages < module.memoryMinimum) return ' has fewer pages than the module wants';
    if (module.memoryMaximum >= 0 && (memory.maximum < 0 || memory.maximum > module.memoryMaximum)) {
      return ' may grow larger than the module wants';
    }
    instance.memory = address;
    return '';
  }

  private linkGlobal(declared: number, address: number, at: number): string {
    const store = this.store;
    checkCapacity('globals', store.globalAddressTop + 1, store.capacities.globals, at);
    const type = store.moduleGlobals[declared];
    const found = store.globalTypes[address];
    if (found !== type) return ' is a ' + globalText(found) + ', the module wants a ' + globalText(type);
    store.globalAddresses[store.globalAddressTop++] = address;
    return '';
  }
}

function globalText(type: number): string {
  return ((type & GLOBAL_MUTABLE) !== 0 ? 'mutable ' : 'constant ') + valueTypeName(type & 255);
}

/** A function type as text: `[i32 i64] -> [f64]`. */
function typeText(store: Store, type: number): string {
  const offset = store.typeOffsets[type];
  const parameters = store.typeParameterCounts[type];
  const end = parameters + store.typeResultCounts[type];
  let text = '[';
  for (let index = 0; index < end; index++) {
    if (index === parameters) text += '] -> [';
    else if (index > 0) text += ' ';
    text += valueTypeName(store.typeValues[offset + index]);
  }
  return end === parameters ? text + '] -> []' : text + ']';
}
