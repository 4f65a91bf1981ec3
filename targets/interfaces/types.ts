// The typed description of a module: what its functions take and return, in the types of the component model. WIT text, component
// binaries and the declarations of other languages are all read to it, and everything that is printed is printed from it.
// Source: component-model/design/mvp/WIT.md.

/** Numbers, by their names in WIT. */
export type NumberKind = 's8' | 'u8' | 's16' | 'u16' | 's32' | 'u32' | 's64' | 'u64' | 'f32' | 'f64';

export type Type =
  | { kind: NumberKind | 'bool' | 'char' | 'string' }
  | { kind: 'list'; element: Type }
  | { kind: 'tuple'; types: Type[] }
  | { kind: 'option'; type: Type }
  | { kind: 'result'; ok: Type | null; error: Type | null }
  | RecordType
  | VariantType
  | EnumType
  | FlagsType
  | HandleType
  | ManagedType;

/** Name and documentation of a named type, a function or an interface. */
export interface Named {
  /** Name in WIT: words with hyphens. */
  name: string;
  /** Name in JavaScript, if it is not `name` in camel case. */
  identifier?: string;
  /** Lines of its comment, without the marks. */
  docs: readonly string[];
}

export interface RecordType extends Named {
  kind: 'record';
  fields: readonly Field[];
}

export interface Field extends Named {
  type: Type;
  /** An object without it has 0 there, or null. */
  isOptional?: boolean;
}

export interface VariantType extends Named {
  kind: 'variant';
  cases: readonly Case[];
}

export interface Case extends Named {
  /** Type of the payload. */
  type: Type | null;
}

export interface EnumType extends Named {
  kind: 'enum';
  cases: readonly string[];
}

export interface FlagsType extends Named {
  kind: 'flags';
  flags: readonly string[];
}

/** A handle of a resource: `own` passes it on, `borrow` lends it for a call. */
export interface HandleType {
  kind: 'own' | 'borrow';
  resource: Resource;
}

/** How an object of AssemblyScript lies in memory; `reference` for objects that stay there, and are handles outside. */
export type ManagedForm = 'string' | 'buffer' | 'view' | 'array' | 'static' | 'record' | 'reference';

/** An object of the garbage-collected heap of a module of AssemblyScript, passed by its address. */
export interface ManagedType {
  kind: 'managed';
  /** The type in JavaScript: a string, a list, a record or a handle. */
  type: Type;
  form: ManagedForm;
  /** Index in the module's table of runtime types. */
  classId: number;
  /** Whether address 0 is a value: null. */
  isNullable: boolean;
  /** Class of a view in JavaScript. */
  view: string;
  /** The type's text in AssemblyScript. */
  text: string;
}

/** Two resources are the same type if they are the same object. */
export interface Resource extends Named {
  /** Name of the interface that has it: '' for the world. */
  owner: string;
}

export interface Parameter {
  name: string;
  type: Type;
  /** The module gives it a value if it is left out. */
  isOptional?: boolean;
}

/** A function, or a member of a resource. */
export interface TypedFunction extends Named {
  member: 'function' | 'constructor' | 'method' | 'static';
  /** The resource of a member. */
  resource: Resource | null;
  /** Parameters. The first one of a method is the resource. */
  parameters: readonly Parameter[];
  result: Type | null;
}

/** The imports or exports of a world under one name. Its own functions belong to an interface whose name is ''. */
export interface Interface extends Named {
  functions: readonly TypedFunction[];
  /** Resources: those with members among the functions, and others. */
  resources: readonly Resource[];
  /** Types that have names, for declarations. */
  types: readonly Type[];
}

/** An exported global variable. */
export interface TypedGlobal extends Named {
  type: Type;
  isMutable: boolean;
}

/** Named constants of the module: exported globals whose names are `Colour.Red`. */
export interface Enumeration extends Named {
  members: readonly EnumerationMember[];
}

export interface EnumerationMember {
  name: string;
  /** Null if the module finds it out when it starts. */
  value: number | null;
}

/**
 * How functions are called: `canonical` is the component model's Canonical ABI. A function of AssemblyScript takes one value of the
 * core language for each parameter.
 */
export type Convention = 'canonical' | 'assemblyscript';

export interface World extends Named {
  convention: Convention;
  imports: readonly Interface[];
  exports: readonly Interface[];
  globals: readonly TypedGlobal[];
  enumerations: readonly Enumeration[];
}

const BITS: Readonly<Record<NumberKind, number>> = {
  ...{ s8: 8, u8: 8, s16: 16, u16: 16, s32: 32, u32: 32, s64: 64, u64: 64 },
  ...{ f32: 32, f64: 64 },
};

/** The typed arrays that lists of numbers are. */
export const TYPED_ARRAYS: Readonly<Record<NumberKind, string>> = {
  ...{
    s8: 'Int8Array',
    u8: 'Uint8Array',
    s16: 'Int16Array',
    u16: 'Uint16Array',
    s32: 'Int32Array',
    u32: 'Uint32Array',
  },
  ...{ s64: 'BigInt64Array', u64: 'BigUint64Array', f32: 'Float32Array', f64: 'Float64Array' },
};

export const isNumber = (kind: string): kind is NumberKind => kind in BITS;

/**
 * Whether an option is an object with a tag, as its inner option is `undefined` itself where it is nothing. An option of such an object
 * is the object or `undefined` again.
 */
export const isTaggedOption = ({ type }: { type: Type }): boolean => type.kind === 'option' && !isTaggedOption(type);

export const bitsOf = (kind: NumberKind): number => BITS[kind];

/** The name of a number in WIT or in AssemblyScript. */
export const numberText = (kind: NumberKind, convention: Convention): string =>
  convention === 'assemblyscript' && kind.startsWith('s') ? `i${kind.slice(1)}` : kind;

/** A type in the words of WIT or AssemblyScript; of a named one, its name. */
export function typeText(type: Type, convention: Convention = 'canonical'): string {
  switch (type.kind) {
    case 'list':
      return `list<${typeText(type.element)}>`;
    case 'tuple':
      return `tuple<${type.types.map((each) => typeText(each)).join(', ')}>`;
    case 'option':
      return `option<${typeText(type.type)}>`;
    case 'result': {
      const { ok, error } = type;
      if (error === null) return ok === null ? 'result' : `result<${typeText(ok)}>`;
      return `result<${ok === null ? '_' : typeText(ok)}, ${typeText(error)}>`;
    }
    case 'own':
      return type.resource.name;
    case 'borrow':
      return `borrow<${type.resource.name}>`;
    case 'managed':
      return type.isNullable ? `${type.text} | null` : type.text;
    case 'record':
    case 'variant':
    case 'enum':
    case 'flags':
      return type.name;
    default:
      return isNumber(type.kind) ? numberText(type.kind, convention) : type.kind;
  }
}

/** A function without its name: `func(text: string) -> u32` in WIT, `(text: string) => u32` in AssemblyScript. */
export function functionText(
  { parameters, result }: Pick<TypedFunction, 'parameters' | 'result'>,
  convention: Convention = 'canonical',
): string {
  const list = parameters
    .map(({ name, type, isOptional }) => `${name}${isOptional ? '?' : ''}: ${typeText(type, convention)}`)
    .join(', ');
  if (convention === 'assemblyscript') return `(${list}) => ${result === null ? 'void' : typeText(result, convention)}`;
  return `func(${list})${result === null ? '' : ` -> ${typeText(result)}`}`;
}
