// The definitions that modules can import: functions, tables, memories and globals that the host defined, and all exports of
// registered instances. Names are JavaScript strings; everything else is in the store.

import { DEFINITION_ROW } from './capacities.js';
import type { Instance } from './module.js';
import { checkCapacity, type Store } from './store.js';

/** Columns of `definitions`. */
enum Column {
  Kind = 0,
  Address = 1,
  /** Number of the registered instance, -1 for a definition of its own. */
  Instance = 2,
}

export class Definitions {
  count = 0;
  private readonly store: Store;
  private readonly modules: string[] = [];
  private readonly names: string[] = [];

  constructor(store: Store) {
    this.store = store;
  }

  clear(): void {
    this.count = 0;
    while (this.modules.length > 0) this.modules.pop();
    while (this.names.length > 0) this.names.pop();
  }

  /** Throws unless there is room for one more. */
  need(): void {
    checkCapacity('definitions', this.count + 1, this.store.capacities.definitions, -1);
  }

  /** Something of the store, under a name. */
  add(module: string, name: string, kind: number, address: number): void {
    this.addRow(module, name, kind, address, -1);
  }

  /** All exports of an instance, under a module name. */
  register(module: string, instance: Instance): void {
    const instances = this.store.instances;
    let number = 0;
    while (instances[number] !== instance) number++;
    this.addRow(module, '', -1, -1, number);
  }

  private addRow(module: string, name: string, kind: number, address: number, instance: number): void {
    const row = this.count++ * DEFINITION_ROW;
    const rows = this.store.definitions;
    rows[row + Column.Kind] = kind;
    rows[row + Column.Address] = address;
    rows[row + Column.Instance] = instance;
    this.modules.push(module);
    this.names.push(name);
  }

  moduleName(index: number): string {
    return this.modules[index];
  }
  name(index: number): string {
    return this.names[index];
  }
  kind(index: number): number {
    return this.store.definitions[index * DEFINITION_ROW + Column.Kind];
  }
  address(index: number): number {
    return this.store.definitions[index * DEFINITION_ROW + Column.Address];
  }
  /** The registered instance, or null. */
  instance(index: number): Instance | null {
    const number = this.store.definitions[index * DEFINITION_ROW + Column.Instance];
    return number < 0 ? null : this.store.instances[number];
  }
}
