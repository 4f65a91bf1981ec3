// Copies parts of a valid module with changed indices (core specification, 5.4 and 5.5).

import { ExternalKind } from '../../src/index.js';
import { Immediate, Opcode, opcodeImmediate, PREFIX_FC } from '../../src/opcodes.js';
import type { Reader } from '../../src/reader.js';
import { signed, sized, unsigned } from './binary-encoding.js';

const PREFIX = 0xfc;
const FUNCTION_REFERENCE = 0x70;

/** The indices in the module that is made, by the indices in one that it is made of. */
export interface Indices {
  types: number;
  elements: number;
  data: number;
  /** Index spaces by kind. */
  spaces: number[][];
}

export class ModuleCopier {
  private readonly reader: Reader;
  private readonly indices: Indices;
  private readonly initialisers: ReadonlyMap<number, number[]>;

  constructor(reader: Reader, indices: Indices, initialisers: ReadonlyMap<number, number[]>) {
    this.reader = reader;
    this.indices = indices;
    this.initialisers = initialisers;
  }

  raw(count: number): number[] {
    const { bytes, position } = this.reader;
    this.reader.skip(count);
    return [...bytes.subarray(position, position + count)];
  }

  /** Copies the bytes that `read` consumes. */
  private same(read: () => unknown): number[] {
    const { bytes, position } = this.reader;
    read();
    return [...bytes.subarray(position, this.reader.position)];
  }

  private index(kind: ExternalKind): number[] {
    return unsigned(this.indices.spaces[kind][this.reader.u32()]);
  }

  typeIndex(): number[] {
    return unsigned(this.reader.u32() + this.indices.types);
  }

  type(): number[] {
    return this.same(() => {
      this.reader.skip(1);
      this.reader.blob();
      this.reader.blob();
    });
  }

  limits(): number[] {
    return this.same(() => {
      const flags = this.reader.byte();
      this.reader.u32();
      if ((flags & 1) !== 0) this.reader.u32();
      // The size of a page.
      if ((flags & 8) !== 0) this.reader.u32();
    });
  }

  importType(): number[] {
    const kind: ExternalKind = this.reader.byte();
    if (kind === ExternalKind.Function) return [kind, ...this.typeIndex()];
    if (kind === ExternalKind.Memory) return [kind, ...this.limits()];
    return [kind, ...(kind === ExternalKind.Global ? this.raw(2) : [...this.raw(1), ...this.limits()])];
  }

  /**
   * The expression of a global that is none of the imports here takes the place of its `global.get`: one of another module need
   * not stand before the reader.
   */
  constantExpression(): number[] {
    const copied: number[] = [];
    for (;;) {
      const code = this.reader.byte();
      if (code === Opcode.End) return [...copied, code];
      if (code !== Opcode.GlobalGet) copied.push(code, ...this.immediates(code));
      else {
        const here = this.indices.spaces[ExternalKind.Global][this.reader.u32()];
        const value = this.initialisers.get(here);
        copied.push(...(value?.slice(0, -1) ?? [code, ...unsigned(here)]));
      }
    }
  }

  elementSegment(): number[] {
    const flags = this.reader.byte();
    const copied = [flags];
    const isActive = (flags & 1) === 0;
    if (isActive) {
      // Without an index it is table 0, which may have another one here.
      const table =
        (flags & 2) !== 0 ? this.index(ExternalKind.Table) : unsigned(this.indices.spaces[ExternalKind.Table][0]);
      copied[0] |= 2;
      copied.push(...table, ...this.constantExpression());
    }
    // The kind of the elements, which the short form omits.
    if ((flags & 3) !== 0) copied.push(this.reader.byte());
    else copied.push((flags & 4) !== 0 ? FUNCTION_REFERENCE : 0);
    const count = this.reader.u32();
    copied.push(...unsigned(count));
    for (let at = 0; at < count; at++) {
      copied.push(...((flags & 4) !== 0 ? this.constantExpression() : this.index(ExternalKind.Function)));
    }
    return copied;
  }

  dataSegment(): number[] {
    const flags = this.reader.u32();
    // A program has one memory.
    if (flags === 2) this.reader.u32();
    const offset = flags === 1 ? [] : this.constantExpression();
    return [flags & 1, ...offset, ...this.same(() => this.reader.blob())];
  }

  body(): number[] {
    const end = this.reader.u32() + this.reader.position;
    const copied = this.same(() => {
      for (let count = this.reader.u32(); count > 0; count--) {
        this.reader.u32();
        this.reader.skip(1);
      }
    });
    while (this.reader.position < end) {
      const code = this.reader.byte();
      if (code !== PREFIX) copied.push(code, ...this.immediates(code));
      else {
        const number = this.reader.u32();
        copied.push(code, ...unsigned(number), ...this.immediates(PREFIX_FC + number));
      }
    }
    return sized(copied);
  }

  private immediates(code: number): number[] {
    const { reader, indices } = this;
    const copies: Partial<Record<Immediate, () => number[]>> = {
      [Immediate.BlockType]: () => {
        const start = reader.position;
        const type = reader.s33();
        if (type >= 0) return signed(type + indices.types);
        return [...reader.bytes.subarray(start, reader.position)];
      },
      [Immediate.LabelTable]: () =>
        this.same(() => {
          for (let count = reader.u32(); count >= 0; count--) reader.u32();
        }),
      [Immediate.Function]: () => this.index(ExternalKind.Function),
      [Immediate.TypeTable]: () => [...this.typeIndex(), ...this.index(ExternalKind.Table)],
      [Immediate.TypeVector]: () => this.same(() => reader.blob()),
      [Immediate.Global]: () => this.index(ExternalKind.Global),
      [Immediate.Table]: () => this.index(ExternalKind.Table),
      [Immediate.TableTable]: () => [...this.index(ExternalKind.Table), ...this.index(ExternalKind.Table)],
      [Immediate.DataMemory]: () => [...unsigned(reader.u32() + indices.data), ...this.same(() => reader.u32())],
      [Immediate.Data]: () => unsigned(reader.u32() + indices.data),
      [Immediate.ElementTable]: () => [...unsigned(reader.u32() + indices.elements), ...this.index(ExternalKind.Table)],
      [Immediate.Element]: () => unsigned(reader.u32() + indices.elements),
    };
    const immediate: Immediate = opcodeImmediate[code];
    return copies[immediate]?.() ?? this.same(() => plain[immediate]?.(reader));
  }
}

function memoryArgument(reader: Reader): void {
  reader.u32();
  reader.u32();
}

/** How immediates are read that stay as they are. */
const plain: Partial<Record<Immediate, (reader: Reader) => unknown>> = {
  [Immediate.Label]: (reader) => reader.u32(),
  [Immediate.Local]: (reader) => reader.u32(),
  [Immediate.Memory1]: memoryArgument,
  [Immediate.Memory2]: memoryArgument,
  [Immediate.Memory4]: memoryArgument,
  [Immediate.Memory8]: memoryArgument,
  [Immediate.MemoryIndex]: (reader) => reader.u32(),
  [Immediate.MemoryMemory]: memoryArgument,
  [Immediate.I32]: (reader) => reader.s32(),
  [Immediate.I64]: (reader) => reader.s64(),
  [Immediate.F32]: (reader) => reader.skip(4),
  [Immediate.F64]: (reader) => reader.skip(8),
  [Immediate.ReferenceType]: (reader) => reader.skip(1),
};
