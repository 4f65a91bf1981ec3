// Describes the imports and exports of a validated module, with their types.

import { ExternalKind } from '../../src/index.js';
import { decodeName, Reader } from '../../src/reader.js';
import { Section, valueTypeName } from '../../src/types.js';

/** An import or export. */
export interface External {
  /** '' for an export. */
  module: string;
  name: string;
  kind: ExternalKind;
  /** In the index space of its kind. */
  index: number;
  /** The type as text: `(i32, i64) -> f64`, `memory 1 2`, `table 10 funcref`, `global mut i32`. */
  type: string;
  /** Value types of a function, by name. */
  parameters: string[];
  results: string[];
}

export interface ModuleDescription {
  imports: External[];
  exports: External[];
}

type Type = Pick<External, 'type' | 'parameters' | 'results'>;

export function describeModule(bytes: Uint8Array): ModuleDescription {
  const reader = new Reader();
  reader.reset(bytes, 8, bytes.length);
  const types: Type[] = [];
  /** The index space of each kind. */
  const spaces: Type[][] = [[], [], [], []];
  const description: ModuleDescription = { imports: [], exports: [] };

  function readType(kind: ExternalKind): Type {
    if (kind === ExternalKind.Function) return types[reader.u32()];
    if (kind === ExternalKind.Table) {
      const element = valueTypeName(reader.byte());
      return plain(`table ${limits(reader)} ${element}`);
    }
    if (kind === ExternalKind.Memory) return plain(`memory ${limits(reader)}`);
    const type = valueTypeName(reader.byte());
    return plain(`global ${reader.byte() === 1 ? 'mut ' : ''}${type}`);
  }

  /** A section of definitions of one kind. */
  function readSpace(kind: ExternalKind): void {
    for (let count = reader.u32(); count > 0; count--) {
      spaces[kind].push(readType(kind));
      if (kind === ExternalKind.Global) skipConstantExpression(reader);
    }
  }

  const sections: Partial<Record<Section, () => void>> = {
    [Section.Type]: () => {
      for (let count = reader.u32(); count > 0; count--) types.push(functionType(reader));
    },
    [Section.Import]: () => {
      for (let count = reader.u32(); count > 0; count--) {
        const module = readName(reader);
        const name = readName(reader);
        const kind = reader.byte();
        const type = readType(kind);
        const index = spaces[kind].push(type) - 1;
        description.imports.push({ module, name, kind, index, ...type });
      }
    },
    [Section.Function]: () => readSpace(ExternalKind.Function),
    [Section.Table]: () => readSpace(ExternalKind.Table),
    [Section.Memory]: () => readSpace(ExternalKind.Memory),
    [Section.Global]: () => readSpace(ExternalKind.Global),
    [Section.Export]: () => {
      for (let count = reader.u32(); count > 0; count--) {
        const name = readName(reader);
        const kind = reader.byte();
        const index = reader.u32();
        description.exports.push({ module: '', name, kind, index, ...spaces[kind][index] });
      }
    },
  };

  while (reader.position < bytes.length) {
    const id: Section = reader.byte();
    const size = reader.u32();
    const end = reader.position + size;
    sections[id]?.();
    reader.position = end;
  }
  return description;
}

function plain(type: string): Type {
  return { type, parameters: [], results: [] };
}

function readName(reader: Reader): string {
  const length = reader.blob();
  return decodeName(reader.bytes, reader.position - length, length);
}

function readTypes(reader: Reader): string[] {
  return Array.from({ length: reader.u32() }, () => valueTypeName(reader.byte()));
}

function functionType(reader: Reader): Type {
  reader.byte();
  const parameters = readTypes(reader);
  const results = readTypes(reader);
  const after = results.length === 0 ? '' : ` -> ${results.length === 1 ? results[0] : `(${results.join(', ')})`}`;
  return { type: `(${parameters.join(', ')})${after}`, parameters, results };
}

function limits(reader: Reader): string {
  const flags = reader.byte();
  const minimum = reader.u32();
  const maximum = (flags & 1) !== 0 ? ` ${reader.u32()}` : '';
  return `${minimum}${maximum}${(flags & 8) !== 0 ? ` (pagesize ${2 ** reader.u32()})` : ''}`;
}

function skipConstantExpression(reader: Reader): void {
  for (let code = reader.byte(); code !== 0x0b; code = reader.byte()) {
    if (code === 0x41) reader.s32();
    else if (code === 0x42) reader.s64();
    else if (code === 0x43) reader.skip(4);
    else if (code === 0x44) reader.skip(8);
    else if (code === 0x23 || code === 0xd2) reader.u32();
    else if (code === 0xd0) reader.byte();
  }
}
