// The definitions of a component binary, as they stand there. Source: component-model/design/mvp/Binary.md.

/** The index spaces of definitions. */
export enum Sort {
  CoreFunction,
  CoreTable,
  CoreMemory,
  CoreGlobal,
  CoreType,
  CoreModule,
  CoreInstance,
  Function,
  Type,
  Component,
  Instance,
}

export interface Reference {
  sort: Sort;
  index: number;
}

export interface NamedReference extends Reference {
  name: string;
}

/** The type of a value: a primitive type by its name, or the index of a type. */
export type ValueType = string | number;

export type TypeSyntax =
  | { kind: 'primitive'; name: string }
  | { kind: 'record'; fields: { name: string; type: ValueType }[] }
  | { kind: 'variant'; cases: { name: string; type: ValueType | null }[] }
  | { kind: 'list'; element: ValueType }
  | { kind: 'tuple'; types: ValueType[] }
  | { kind: 'flags' | 'enum'; names: string[] }
  | { kind: 'option'; type: ValueType }
  | { kind: 'result'; ok: ValueType | null; error: ValueType | null }
  | { kind: 'own' | 'borrow'; resource: number }
  | { kind: 'function'; parameters: { name: string; type: ValueType }[]; result: ValueType | null }
  | { kind: 'resource'; destructor: number | null }
  /** A component or an instance type: its declarations. */
  | { kind: 'instance' | 'component'; definitions: Definition[] };

/** The required kind and type of an import or export. For a type: an equal one, or any resource. */
export type Bound = { sort: Sort; type: number } | { sort: Sort.Type; type: null };

export interface CanonicalOptions {
  encoding: string;
  memory: number | null;
  realloc: number | null;
  postReturn: number | null;
}

export type Canonical =
  | { kind: 'lift'; core: number; type: number; options: CanonicalOptions }
  | { kind: 'lower'; function: number; options: CanonicalOptions }
  | { kind: 'new' | 'drop' | 'rep'; resource: number };

export type Definition =
  | { kind: 'core-module'; bytes: Uint8Array }
  | { kind: 'core-instantiation'; module: number; given: { name: string; instance: number }[] }
  | { kind: 'core-exports'; exports: NamedReference[] }
  | { kind: 'core-type' }
  | { kind: 'component'; definitions: Definition[] }
  | { kind: 'instantiation'; component: number; given: NamedReference[] }
  | { kind: 'exports'; exports: NamedReference[] }
  | { kind: 'export-alias'; sort: Sort; instance: number; name: string }
  | { kind: 'core-export-alias'; sort: Sort; instance: number; name: string }
  | { kind: 'outer-alias'; sort: Sort; count: number; index: number }
  | { kind: 'type'; type: TypeSyntax }
  | { kind: 'canonical'; canonical: Canonical }
  | { kind: 'import'; name: string; bound: Bound }
  /** In a component, an export; in a type, a required export. */
  | { kind: 'export'; name: string; exported: Reference | null; bound: Bound | null };
