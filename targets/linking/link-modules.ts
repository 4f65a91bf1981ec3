// Linking before translation: a module and the modules that it imports from become one module, whose exports are those of the first
// one. This does not check the types of imports: `lowerModule` refuses imports that do not match. Start functions run one after the
// other, after all segments are initialised. Positions of traps are positions in the linked module.

import { ExternalKind } from '../../src/index.js';
import { Opcode } from '../../src/opcodes.js';
import { Reader } from '../../src/reader.js';
import { Section } from '../../src/types.js';
import type { External } from '../module/description.js';
import type { ModuleCode } from '../module/module-code.js';
import type { ReadModule } from '../module/read-module.js';
import { HEADER, named, sized, unsigned } from './binary-encoding.js';
import { type Indices, ModuleCopier } from './module-copier.js';

/** Sections in the order of the binary format. */
const ORDER = [
  ...[Section.Type, Section.Import, Section.Function, Section.Table, Section.Memory, Section.Global, Section.Export],
  ...[Section.Start, Section.Element, Section.DataCount, Section.Code, Section.Data],
];

const KINDS = [ExternalKind.Function, ExternalKind.Table, ExternalKind.Memory, ExternalKind.Global];

/** A module that others import from, in the same program. */
export interface LinkedModule {
  name: string;
  module: ReadModule;
}

/** The bytes of one module. `linked` come in the order of their instantiation. */
export function linkModules(read: ReadModule, linked: readonly LinkedModule[]): Uint8Array {
  return new Linker([...linked, { name: '', module: read }]).link();
}

/** A module, and what its indices have become. */
interface Part {
  name: string;
  code: ModuleCode;
  indices: Indices;
}

class Linker {
  private readonly modules: Part[];
  /** Imports that stay. */
  private readonly imports: External[] = [];
  /** Items of each section. */
  private readonly sections = new Map<Section, number[][]>(ORDER.map((each) => [each, []]));
  /** The constant expressions of globals, by their index here. */
  private readonly initialisers = new Map<number, number[]>();

  constructor(modules: LinkedModule[]) {
    this.modules = modules.map(({ name, module }) => {
      const indices = { types: 0, elements: 0, data: 0, spaces: KINDS.map(() => []) };
      return { name, code: module, indices };
    });
  }

  link(): Uint8Array {
    this.number();
    for (const { code, indices } of this.modules) this.copy(code, indices);
    const main = this.modules[this.modules.length - 1];
    for (const { name, kind, index } of main.code.exports) {
      this.put(Section.Export, [...named(name), kind, ...unsigned(main.indices.spaces[kind][index])]);
    }
    const starts = this.modules.flatMap(({ code: { start }, indices: { spaces } }) =>
      start < 0 ? [] : [spaces[ExternalKind.Function][start]],
    );
    if (starts.length > 0) this.put(Section.Start, unsigned(this.startOf(starts)));
    const dataCount = this.items(Section.Data).length;
    if (dataCount > 0) this.put(Section.DataCount, unsigned(dataCount));
    const all = ORDER.flatMap((section) => {
      const items = this.items(section);
      if (items.length === 0) return [];
      // These two are one number, not a list.
      const isNumber = section === Section.Start || section === Section.DataCount;
      return [section, ...sized([...(isNumber ? [] : unsigned(items.length)), ...items.flat()])];
    });
    return Uint8Array.from([...HEADER, ...all, ...this.names()]);
  }

  private items(section: Section): number[][] {
    return this.sections.get(section)!;
  }

  private put(section: Section, item: number[]): void {
    this.items(section).push(item);
  }

  /** Gives everything its index: imports that stay first, then what each module defines. */
  private number(): void {
    const exporter = ({ module }: External) => this.modules.find(({ name }) => name !== '' && name === module);
    for (const { code } of this.modules) {
      for (const each of code.imports) {
        const same = ({ kind, module, name }: External) =>
          kind === each.kind && module === each.module && name === each.name;
        if (!exporter(each) && !this.imports.some(same)) this.imports.push(each);
      }
    }
    const next = KINDS.map((kind) => this.imports.filter((each) => each.kind === kind).length);
    const counts = { types: 0, elements: 0, data: 0 };
    for (const { code, indices } of this.modules) {
      Object.assign(indices, counts);
      counts.types += code.types.length;
      counts.elements += code.elements.length;
      counts.data += code.data.length;
      for (const kind of KINDS) {
        const imported = code.imports.filter((each) => each.kind === kind).length;
        const defined = Array.from({ length: sizes(code)[kind] - imported }, () => next[kind]++);
        indices.spaces[kind] = [...new Array<number>(imported).fill(-1), ...defined];
      }
    }
    // Two modules may import from each other.
    for (const { code, indices } of this.modules) {
      for (const kind of KINDS) {
        const imports = code.imports.filter((each) => each.kind === kind);
        for (const [at, each] of imports.entries()) indices.spaces[kind][at] = this.importedIndex(each, exporter);
      }
    }
  }

  /** The index of what an import stands for; -1 where modules only pass it on to each other, or no export has its name. */
  private importedIndex(given: External, exporter: (each: External) => Part | undefined): number {
    let each = given;
    for (let passed = 0; passed <= this.modules.length; passed++) {
      const { kind, module, name } = each;
      const from = exporter(each);
      if (from === undefined)
        return this.imports
          .filter((other) => other.kind === kind)
          .findIndex((other) => other.module === module && other.name === name);
      const exported = from.code.exports.find((other) => other.kind === kind && other.name === name);
      if (exported === undefined) return -1;
      const imports = from.code.imports.filter((other) => other.kind === kind);
      if (exported.index >= imports.length) return from.indices.spaces[kind][exported.index];
      each = imports[exported.index];
    }
    return -1;
  }

  private copy(code: ModuleCode, indices: Indices): void {
    const { bytes } = code;
    const reader = new Reader();
    reader.reset(bytes, HEADER.length, bytes.length);
    const copier = new ModuleCopier(reader, indices, this.initialisers);
    let global = code.importedGlobals;
    const copies: Partial<Record<Section, () => number[]>> = {
      [Section.Type]: () => copier.type(),
      [Section.Function]: () => copier.typeIndex(),
      [Section.Table]: () => [...copier.raw(1), ...copier.limits()],
      [Section.Memory]: () => copier.limits(),
      [Section.Global]: () => {
        const type = copier.raw(2);
        const value = copier.constantExpression();
        this.initialisers.set(indices.spaces[ExternalKind.Global][global++], value);
        return [...type, ...value];
      },
      [Section.Element]: () => copier.elementSegment(),
      [Section.Code]: () => copier.body(),
      [Section.Data]: () => copier.dataSegment(),
    };
    while (reader.position < bytes.length) {
      const section: Section = reader.byte();
      const end = reader.u32() + reader.position;
      if (section === Section.Import) {
        for (let count = reader.u32(), at = 0; at < count; at++) {
          const start = reader.position;
          reader.name();
          reader.name();
          const names = bytes.subarray(start, reader.position);
          const type = copier.importType();
          if (this.imports.includes(code.imports[at])) this.put(section, [...names, ...type]);
        }
      }
      const copy = copies[section];
      if (copy) for (let count = reader.u32(); count > 0; count--) this.put(section, copy());
      reader.position = end;
    }
  }

  /** The index of a function that calls these. */
  private startOf(starts: number[]): number {
    if (starts.length === 1) return starts[0];
    const type = this.items(Section.Type).length;
    const index =
      this.imports.filter(({ kind }) => kind === ExternalKind.Function).length + this.items(Section.Function).length;
    this.put(Section.Type, [0x60, 0, 0]);
    this.put(Section.Function, unsigned(type));
    const calls = starts.flatMap((each) => [Opcode.Call, ...unsigned(each)]);
    this.put(Section.Code, sized([0, ...calls, Opcode.End]));
    return index;
  }

  /** The name section, with the names of functions. */
  private names(): number[] {
    const names = new Map<number, string>();
    for (const { code, indices } of this.modules) {
      for (const [at, index] of indices.spaces[ExternalKind.Function].entries()) {
        const name = code.nameOf(at);
        if (name !== '') names.set(index, name);
      }
    }
    if (names.size === 0) return [];
    const rows = [...names].sort(([a], [b]) => a - b).flatMap(([index, name]) => [...unsigned(index), ...named(name)]);
    return [Section.Custom, ...sized([...named('name'), 1, ...sized([...unsigned(names.size), ...rows])])];
  }
}

function sizes({ functions, tables, memory, globals }: ModuleCode): Record<number, number> {
  return {
    [ExternalKind.Function]: functions.length,
    [ExternalKind.Table]: tables.length,
    [ExternalKind.Memory]: memory === null ? 0 : 1,
    [ExternalKind.Global]: globals.length,
  };
}
