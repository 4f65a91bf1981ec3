// Reads a component binary (component-model/design/mvp/Binary.md) to its definitions, in their order. Refuses by name what no board
// can host: asynchronous functions, streams, futures, values, start functions and types of core modules.

import { decodeName, Reader } from '../../../src/reader.js';
import { InterfaceError } from '../interface-error.js';
import {
  type Bound,
  type Canonical,
  type CanonicalOptions,
  type Definition,
  type NamedReference,
  type Reference,
  Sort,
  type TypeSyntax,
  type ValueType,
} from './syntax.js';

/** `\0asm`, version 13, layer 1. */
const PREAMBLE = [0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00];
/** Components and types within each other. */
const MOST_DEPTH = 100;

export const isComponent = (bytes: Uint8Array): boolean =>
  bytes.length >= PREAMBLE.length && PREAMBLE.every((byte, index) => index === 4 || bytes[index] === byte);

const PRIMITIVES: Readonly<Record<number, string>> = {
  ...{ 127: 'bool', 126: 's8', 125: 'u8', 124: 's16', 123: 'u16', 122: 's32', 121: 'u32' },
  ...{ 120: 's64', 119: 'u64', 118: 'f32', 117: 'f64', 116: 'char', 115: 'string' },
};

const CORE_SORTS: Readonly<Record<number, Sort>> = {
  ...{ 0: Sort.CoreFunction, 1: Sort.CoreTable, 2: Sort.CoreMemory, 3: Sort.CoreGlobal },
  ...{ 16: Sort.CoreType, 17: Sort.CoreModule, 18: Sort.CoreInstance },
};
const SORTS: Readonly<Record<number, Sort>> = { 1: Sort.Function, 3: Sort.Type, 4: Sort.Component, 5: Sort.Instance };

/** Throws an InterfaceError for what is not supported, and a DecodeError for what is malformed. */
export function parseComponent(bytes: Uint8Array): Definition[] {
  if (bytes[4] !== PREAMBLE[4])
    throw new InterfaceError(`the component is of version ${bytes[4]}, and ${PREAMBLE[4]} is read here`, [
      'make it anew with tools of 2024 or later: wasm-tools component new',
    ]);
  return new Parser(bytes).component(bytes.length);
}

class Parser {
  private readonly reader = new Reader();
  private depth = 0;

  constructor(bytes: Uint8Array) {
    this.reader.reset(bytes, 0, bytes.length);
  }

  /** Parses a component from its preamble up to `end`. */
  component(end: number): Definition[] {
    const { reader } = this;
    for (const byte of PREAMBLE) if (reader.byte() !== byte) reader.fail('no preamble of a component');
    return this.nested(() => {
      const definitions: Definition[] = [];
      while (reader.position < end) {
        const section = reader.byte();
        const size = reader.u32();
        const behind = reader.position + size;
        if (behind > end) reader.fail('length out of bounds');
        definitions.push(...this.section(section, behind));
        if (section === 0) reader.position = behind;
        if (reader.position !== behind) reader.fail('section size mismatch');
      }
      return definitions;
    });
  }

  private nested<Made>(make: () => Made): Made {
    if (++this.depth > MOST_DEPTH) this.reader.fail(`more than ${MOST_DEPTH} components within each other`);
    const made = make();
    this.depth--;
    return made;
  }

  private section(id: number, end: number): Definition[] {
    const { reader } = this;
    switch (id) {
      case 0:
        return [];
      case 1:
        return [{ kind: 'core-module', bytes: this.rest(end) }];
      case 2:
        return this.list(() => this.coreInstance());
      case 3:
        return this.list(() => this.coreType());
      case 4:
        return [{ kind: 'component', definitions: this.component(end) }];
      case 5:
        return this.list(() => this.instance());
      case 6:
        return this.list(() => this.alias());
      case 7:
        return this.list((): Definition => ({ kind: 'type', type: this.type() }));
      case 8:
        return this.list((): Definition => ({ kind: 'canonical', canonical: this.canonical() }));
      case 9:
        throw new InterfaceError('the component has a start function, which is not supported');
      case 10:
        return this.list((): Definition => ({ kind: 'import', name: this.externalName(), bound: this.bound() }));
      case 11:
        return this.list(() => this.exported());
      default:
        return reader.fail(`unknown section ${id}`);
    }
  }

  private rest(end: number): Uint8Array {
    const { reader } = this;
    const bytes = reader.bytes.subarray(reader.position, end);
    reader.position = end;
    return bytes;
  }

  private list<Item>(item: () => Item): Item[] {
    const items: Item[] = [];
    for (let count = this.reader.u32(); count > 0; count--) items.push(item());
    return items;
  }

  private optional<Item>(item: () => Item): Item | null {
    const { reader } = this;
    const flag = reader.byte();
    if (flag > 1) reader.fail('malformed optional');
    return flag === 1 ? item() : null;
  }

  private text(): string {
    const { reader } = this;
    const length = reader.name();
    return decodeName(reader.bytes, reader.position - length, length);
  }

  /** Reads the name of an import or export: a form, and the text. */
  private externalName(): string {
    const form = this.reader.byte();
    if (form > 1) this.reader.fail(`unknown form ${form} of a name`);
    return this.text();
  }

  private coreInstance(): Definition {
    const { reader } = this;
    const form = reader.byte();
    if (form === 0) {
      const module = reader.u32();
      const given = this.list(() => {
        const name = this.text();
        if (reader.byte() !== 0x12) reader.fail('an argument that is no instance');
        return { name, instance: reader.u32() };
      });
      return { kind: 'core-instantiation', module, given };
    }
    if (form !== 1) reader.fail('unknown form of an instance');
    const exports = this.list((): NamedReference => {
      const name = this.text();
      return { name, sort: this.coreSort(), index: reader.u32() };
    });
    return { kind: 'core-exports', exports };
  }

  /** Only counted: nothing that is supported refers to one. */
  private coreType(): Definition {
    if (this.reader.byte() !== 0x60)
      throw new InterfaceError('the component has types of core modules, which are not supported');
    for (let list = 0; list < 2; list++) this.list(() => this.reader.byte());
    return { kind: 'core-type' };
  }

  private coreSort(): Sort {
    const byte = this.reader.byte();
    return CORE_SORTS[byte] ?? this.reader.fail(`unknown sort ${byte}`);
  }

  private sort(): Sort {
    const byte = this.reader.byte();
    if (byte === 0) return this.coreSort();
    if (byte === 2) throw new InterfaceError('the component has values, which are not supported');
    return SORTS[byte] ?? this.reader.fail(`unknown sort ${byte}`);
  }

  private reference(): Reference {
    return { sort: this.sort(), index: this.reader.u32() };
  }

  private instance(): Definition {
    const { reader } = this;
    const form = reader.byte();
    if (form === 0) {
      const component = reader.u32();
      const given = this.list((): NamedReference => ({ name: this.text(), ...this.reference() }));
      return { kind: 'instantiation', component, given };
    }
    if (form !== 1) reader.fail('unknown form of an instance');
    return {
      kind: 'exports',
      exports: this.list((): NamedReference => ({ name: this.externalName(), ...this.reference() })),
    };
  }

  private alias(): Definition {
    const { reader } = this;
    const sort = this.sort();
    const target = reader.byte();
    if (target === 2) return { kind: 'outer-alias', sort, count: reader.u32(), index: reader.u32() };
    if (target > 2) reader.fail('unknown target of an alias');
    const kind = target === 0 ? 'export-alias' : 'core-export-alias';
    return { kind, sort, instance: reader.u32(), name: this.text() };
  }

  private exported(): Definition {
    const name = this.externalName();
    const exported = this.reference();
    return { kind: 'export', name, exported, bound: this.optional(() => this.bound()) };
  }

  private bound(): Bound {
    const { reader } = this;
    const byte = reader.byte();
    if (byte === 0) {
      if (reader.byte() !== 0x11) reader.fail('malformed type of an import');
      return { sort: Sort.CoreModule, type: reader.u32() };
    }
    if (byte === 3) {
      const form = reader.byte();
      if (form > 1) reader.fail('malformed bound of a type');
      return { sort: Sort.Type, type: form === 0 ? reader.u32() : null } as Bound;
    }
    if (byte === 2) throw new InterfaceError('the component has values, which are not supported');
    return { sort: SORTS[byte] ?? reader.fail(`unknown sort ${byte}`), type: reader.u32() };
  }

  private valueType(): ValueType {
    const { reader } = this;
    const value = reader.s33();
    if (value >= 0) return value;
    return PRIMITIVES[value + 128] ?? this.unsupportedType(value + 128);
  }

  private unsupportedType(byte: number): never {
    const names: Record<number, string> = {
      102: 'streams',
      101: 'futures',
      100: 'error contexts',
      103: 'lists of a fixed length',
    };
    const name = names[byte];
    if (name === undefined) return this.reader.fail(`unknown type ${byte}`);
    throw new InterfaceError(`the component has ${name}, which are not supported`);
  }

  private type(): TypeSyntax {
    const { reader } = this;
    const byte = reader.byte();
    const primitive = PRIMITIVES[byte];
    if (primitive !== undefined) return { kind: 'primitive', name: primitive };
    switch (byte) {
      case 0x72:
        return { kind: 'record', fields: this.list(() => ({ name: this.text(), type: this.valueType() })) };
      case 0x71:
        return { kind: 'variant', cases: this.list(() => this.variantCase()) };
      case 0x70:
        return { kind: 'list', element: this.valueType() };
      case 0x6f:
        return { kind: 'tuple', types: this.list(() => this.valueType()) };
      case 0x6e:
        return { kind: 'flags', names: this.list(() => this.text()) };
      case 0x6d:
        return { kind: 'enum', names: this.list(() => this.text()) };
      case 0x6b:
        return { kind: 'option', type: this.valueType() };
      case 0x6a:
        return {
          kind: 'result',
          ok: this.optional(() => this.valueType()),
          error: this.optional(() => this.valueType()),
        };
      case 0x69:
        return { kind: 'own', resource: reader.u32() };
      case 0x68:
        return { kind: 'borrow', resource: reader.u32() };
      case 0x40:
        return this.functionType();
      case 0x43:
        throw new InterfaceError('the component has asynchronous functions, which are not supported');
      case 0x41:
      case 0x42:
        return this.nested((): TypeSyntax => {
          const kind = byte === 0x41 ? 'component' : 'instance';
          return { kind, definitions: this.list(() => this.declaration(kind)) };
        });
      case 0x3f: {
        if (reader.byte() !== 0x7f) reader.fail('a resource that is no i32');
        return { kind: 'resource', destructor: this.optional(() => reader.u32()) };
      }
      default:
        return this.unsupportedType(byte);
    }
  }

  private variantCase(): { name: string; type: ValueType | null } {
    const made = { name: this.text(), type: this.optional(() => this.valueType()) };
    if (this.reader.byte() !== 0) this.reader.fail('a case that refines another one');
    return made;
  }

  private functionType(): TypeSyntax {
    const { reader } = this;
    const parameters = this.list(() => ({ name: this.text(), type: this.valueType() }));
    const form = reader.byte();
    if (form === 0) return { kind: 'function', parameters, result: this.valueType() };
    if (form !== 1 || reader.byte() !== 0) reader.fail('named results');
    return { kind: 'function', parameters, result: null };
  }

  private declaration(of: 'component' | 'instance'): Definition {
    const { reader } = this;
    const byte = reader.byte();
    switch (byte) {
      case 0:
        return this.coreType();
      case 1:
        return { kind: 'type', type: this.type() };
      case 2:
        return this.alias();
      case 3:
        if (of === 'component') return { kind: 'import', name: this.externalName(), bound: this.bound() };
        return reader.fail('an import in the type of an instance');
      case 4:
        return { kind: 'export', name: this.externalName(), exported: null, bound: this.bound() };
      default:
        return reader.fail(`unknown declaration ${byte}`);
    }
  }

  private canonical(): Canonical {
    const { reader } = this;
    const byte = reader.byte();
    if (byte < 2) {
      if (reader.byte() !== 0) reader.fail('malformed canonical function');
      const index = reader.u32();
      const options = this.options();
      return byte === 0
        ? { kind: 'lift', core: index, options, type: reader.u32() }
        : { kind: 'lower', function: index, options };
    }
    const kind = ({ 2: 'new', 3: 'drop', 4: 'rep' } as const)[byte];
    if (kind === undefined)
      throw new InterfaceError(
        `the component has the built-in function ${byte} of asynchronous components, which is not supported`,
      );
    return { kind, resource: reader.u32() };
  }

  private options(): CanonicalOptions {
    const { reader } = this;
    const options: CanonicalOptions = { encoding: 'utf8', memory: null, realloc: null, postReturn: null };
    this.list(() => {
      const byte = reader.byte();
      if (byte < 3) options.encoding = ['utf8', 'utf16', 'latin1+utf16'][byte];
      else if (byte === 3) options.memory = reader.u32();
      else if (byte === 4) options.realloc = reader.u32();
      else if (byte === 5) options.postReturn = reader.u32();
      else
        throw new InterfaceError(
          `the component has the option ${byte} of asynchronous functions, which is not supported`,
        );
    });
    return options;
  }
}
