// Makes types of a world out of AssemblyScript's, with the classes that the module has for them.

import { pascalCase } from '../core-names.js';
import {
  bitsOf,
  type Field,
  type HandleType,
  isNumber,
  type ManagedForm,
  type ManagedType,
  type NumberKind,
  type RecordType,
  TYPED_ARRAYS,
  type Type,
} from '../types.js';
import type { DeclaredClass } from './declaration.js';
import { BUFFER_ID, type RuntimeTypes, STRING_ID, TypeFlags } from './runtime-types.js';
import { type ParsedType, parseType } from './type-text.js';

const NUMBERS: Readonly<Record<string, NumberKind>> = {
  ...{ i8: 's8', u8: 'u8', i16: 's16', u16: 'u16', i32: 's32', u32: 'u32', isize: 's32', usize: 'u32' },
  ...{ i64: 's64', u64: 'u64', f32: 'f32', f64: 'f64' },
};
/** Their elements, where the names of AssemblyScript and JavaScript differ. */
const VIEWS: Readonly<Record<string, NumberKind>> = { Uint8ClampedArray: 'u8', Int64Array: 's64', Uint64Array: 'u64' };

/** `file` and `line` of an error. */
export type FailAt = (message: string) => never;

export class TypeReader {
  /** The types that have names: plain objects, and classes whose objects stay in the module. */
  readonly named: (RecordType | HandleType)[] = [];
  private readonly classes = new Map<string, DeclaredClass>();
  private readonly runtime: RuntimeTypes;
  private readonly copied: ReadonlySet<string>;
  private readonly made = new Map<DeclaredClass, RecordType>();
  private readonly references = new Map<string, HandleType>();

  /** `copied` are the names of classes whose objects asc's own bindings copy. */
  constructor(classes: readonly DeclaredClass[], copied: ReadonlySet<string>, runtime: RuntimeTypes) {
    for (const each of classes) this.classes.set(each.name, each);
    this.copied = copied;
    this.runtime = runtime;
  }

  /** `fail` throws an InterfaceError that says where. */
  read(text: string, fail: FailAt): Type {
    const parsed = parseType(text);
    return parsed === null ? fail(`${JSON.stringify(text)} is no type`) : this.type(parsed, fail);
  }

  private type(parsed: ParsedType, fail: FailAt): Type {
    const { name, of } = parsed;
    if (name === 'bool') return { kind: 'bool' };
    if (name in NUMBERS) return { kind: NUMBERS[name] };
    if (name === 'v128' || name.endsWith('ref')) return fail(`${name} cannot be passed`);
    const own = name.startsWith('~lib/') ? name.slice(name.lastIndexOf('/') + 1) : '';
    if (own === 'String') return managed(parsed, { kind: 'string' }, 'string', STRING_ID);
    if (own === 'ArrayBuffer') return managed(parsed, { kind: 'list', element: { kind: 'u8' } }, 'buffer', BUFFER_ID);
    if (name.startsWith('~lib/typedarray/')) return this.view(parsed, own, fail);
    if ((own === 'Array' || own === 'StaticArray') && of.length === 1) {
      const element = this.type(of[0], fail);
      const form = own === 'Array' ? 'array' : 'static';
      return managed(parsed, { kind: 'list', element }, form, this.idOf(parsed, element, form, fail));
    }
    const declared = this.classes.get(name + argumentsText(of)) ?? this.classes.get(name);
    if (declared?.fields) return managed(parsed, this.record(declared, parsed.text, fail), 'record', declared.classId);
    if (!declared && this.copied.has(name))
      return fail(`the fields of ${parsed.text} are not declared: export a function that takes or returns one`);
    return managed(parsed, this.reference(parsed.text), 'reference', 0);
  }

  private reference(text: string): HandleType {
    const found = this.references.get(text);
    if (found) return found;
    const made: HandleType = { kind: 'own', resource: { name: this.className(text), owner: '', docs: [] } };
    this.references.set(text, made);
    this.named.push(made);
    return made;
  }

  private view(parsed: ParsedType, own: string, fail: FailAt): ManagedType {
    const [known] = Object.entries(TYPED_ARRAYS).find(([, each]) => each === own) ?? [];
    const kind = VIEWS[own] ?? (known as NumberKind | undefined);
    if (kind === undefined) return fail(`${own} cannot be passed`);
    const element: Type = { kind };
    const id = this.idOf(parsed, element, 'view', fail);
    return managed(
      parsed,
      { kind: 'list', element },
      'view',
      id,
      own in VIEWS && bitsOf(kind) < 64 ? own : TYPED_ARRAYS[kind],
    );
  }

  private idOf({ text, of }: ParsedType, element: Type, form: 'array' | 'static' | 'view', fail: FailAt): number {
    const shapes = { array: TypeFlags.Array, static: TypeFlags.StaticArray, view: TypeFlags.View };
    const id = this.runtime.idOf(text, shapes[form] | elementFlags(element, of[0]?.isNullable ?? false));
    return id >= 0
      ? id
      : fail(`the module has no class ${text}: is it of another build, or compiled without --exportRuntime?`);
  }

  /** Fields may be of the same class. */
  private record(declared: DeclaredClass, text: string, fail: FailAt): RecordType {
    const found = this.made.get(declared);
    if (found) return found;
    const fields: Field[] = [];
    const made: RecordType = { kind: 'record', name: this.className(text), docs: [], fields };
    this.made.set(declared, made);
    this.named.push(made);
    for (const { name, type, isOptional } of declared.fields!)
      fields.push({ name, identifier: name, docs: [], type: this.read(type.text, fail), isOptional });
    return made;
  }

  /** A name that TypeScript takes, and that no other type has. */
  private className(text: string): string {
    const own = /^[A-Za-z_$][\w$]*$/.test(text) ? text : 'Reference';
    const taken = this.named.map((each) => (each.kind === 'record' ? each.name : each.resource.name));
    let name = own;
    for (let count = 2; taken.some((each) => pascalCase(each) === pascalCase(name)); count++) name = `${own}${count}`;
    return name;
  }
}

function managed(
  { text, isNullable }: ParsedType,
  type: Type,
  form: ManagedForm,
  classId: number,
  view = '',
): ManagedType {
  return { kind: 'managed', type, form, classId, isNullable, view, text };
}

function elementFlags({ kind }: Type, isNullable: boolean): number {
  if (kind === 'managed') return (TypeFlags.Align0 << 2) | TypeFlags.Managed | (isNullable ? TypeFlags.Nullable : 0);
  if (!isNumber(kind)) return TypeFlags.Align0;
  const align = TypeFlags.Align0 << Math.log2(bitsOf(kind) / 8);
  const isFloat = kind.startsWith('f');
  return align | (isFloat ? TypeFlags.Float : 0) | (isFloat || kind.startsWith('s') ? TypeFlags.Signed : 0);
}

/** With paths, as asc names a class. */
const argumentsText = (of: readonly ParsedType[]): string =>
  of.length === 0
    ? ''
    : `<${of.map((each) => `${each.name}${argumentsText(each.of)}${each.isNullable ? '|null' : ''}`)}>`;
