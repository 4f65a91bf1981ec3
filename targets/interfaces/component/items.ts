// The items that definitions of a component denote, once its imports are known.

import type { Resource, Type } from '../types.js';
import type { CanonicalOptions, Definition, Sort } from './syntax.js';

/** An item of a core instance: an export of a module, or a function that the component makes. */
export type CoreItem =
  | { kind: 'export'; sort: Sort; instance: CoreModuleInstance; name: string }
  | { kind: 'lowered'; function: FunctionItem; options: ResolvedOptions }
  | { kind: 'intrinsic'; what: 'new' | 'drop' | 'rep'; resource: Resource };

/** A core module with what it imports from. */
export interface CoreModuleInstance {
  kind: 'module';
  bytes: Uint8Array;
  given: ReadonlyMap<string, CoreInstance>;
}

export type CoreInstance = CoreModuleInstance | { kind: 'exports'; exports: ReadonlyMap<string, CoreItem> };

export interface ResolvedOptions extends Pick<CanonicalOptions, 'encoding'> {
  memory: CoreItem | null;
  realloc: CoreItem | null;
  postReturn: CoreItem | null;
}

export interface FunctionType {
  parameters: readonly { name: string; type: Type }[];
  result: Type | null;
}

export type FunctionItem =
  /** A function of the host: `owner` is its interface, '' for a function of the world itself. */
  | { kind: 'imported'; owner: string; name: string; type: FunctionType }
  | { kind: 'lifted'; core: CoreItem; options: ResolvedOptions; type: FunctionType };

export type TypeItem =
  | { kind: 'value'; type: Type }
  | { kind: 'function'; type: FunctionType }
  | { kind: 'resource'; resource: Resource; destructor: CoreItem | null; isImported: boolean }
  | { kind: 'instance'; definitions: readonly Definition[]; scope: Scope };

export interface InstanceItem {
  exports: ReadonlyMap<string, Item>;
}

export interface ComponentItem {
  definitions: readonly Definition[];
  scope: Scope;
}

export type Item =
  | { sort: Sort.Function; item: FunctionItem }
  | { sort: Sort.Type; item: TypeItem }
  | { sort: Sort.Instance; item: InstanceItem }
  | { sort: Sort.Component; item: ComponentItem }
  | { sort: Sort.CoreModule; item: Uint8Array };

/** The index spaces of a component, and of the one that it is in. */
export interface Scope {
  outer: Scope | null;
  spaces: Map<Sort, unknown[]>;
}
