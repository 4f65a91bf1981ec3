// The syntax tree of WIT text: names are not resolved yet.

import type { Place } from '../source-text.js';
import type { NumberKind } from '../types.js';

/** `ns:name/interface@1.0.0`, or the name of an interface of the same package. */
export interface WitPath {
  /** `ns:name`, '' for the same package. */
  package: string;
  name: string;
  version: string;
  place: Place;
}

export type WitType =
  | { kind: NumberKind | 'bool' | 'char' | 'string' }
  | { kind: 'list' | 'option'; type: WitType }
  | { kind: 'tuple'; types: WitType[] }
  | { kind: 'result'; ok: WitType | null; error: WitType | null }
  | { kind: 'own' | 'borrow' | 'name'; name: string; place: Place };

interface Declared {
  name: string;
  docs: string[];
  place: Place;
}

export interface WitParameter {
  name: string;
  type: WitType;
}

export interface WitFunction extends Declared {
  kind: 'func';
  parameters: WitParameter[];
  result: WitType | null;
  member: 'function' | 'constructor' | 'method' | 'static';
}

export type WitTypeDefinition =
  | (Declared & { kind: 'type'; type: WitType })
  | (Declared & { kind: 'record'; fields: (Declared & { type: WitType })[] })
  | (Declared & { kind: 'variant'; cases: (Declared & { type: WitType | null })[] })
  | (Declared & { kind: 'enum' | 'flags'; members: Declared[] })
  | (Declared & { kind: 'resource'; functions: WitFunction[] });

/** `use types.{point as place};` */
export interface WitUse {
  kind: 'use';
  from: WitPath;
  names: { name: string; as: string; place: Place }[];
}

export type WitInterfaceItem = WitFunction | WitTypeDefinition | WitUse;

export interface WitInterface extends Declared {
  kind: 'interface';
  items: WitInterfaceItem[];
}

/** An import or export: a function, an interface that is written there, or one that has a name. */
export interface WitExternal extends Declared {
  kind: 'import' | 'export';
  what: WitFunction | WitInterface | WitPath;
}

export interface WitInclude {
  kind: 'include';
  from: WitPath;
  names: { name: string; as: string }[];
}

export type WitWorldItem = WitExternal | WitTypeDefinition | WitUse | WitInclude;

export interface WitWorld extends Declared {
  kind: 'world';
  items: WitWorldItem[];
}

/** `use ns:name/interface as other;` of a file. */
export interface WitFileUse {
  kind: 'file use';
  from: WitPath;
  as: string;
}

export interface WitPackage {
  /** `ns:name`, '' where the text has none. */
  name: string;
  version: string;
  items: (WitInterface | WitWorld | WitFileUse)[];
}
