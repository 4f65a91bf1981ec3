// The custom sections with debugging information (DWARF for WebAssembly, tool conventions) and a reader of their contents.
// They are for people only: what is damaged in them ends the reading, and nothing else.

import { Section } from '../../../src/types.js';
import { moduleSections } from '../sections.js';

export interface DebugSections {
  /** Contents of the custom sections whose name begins with `.debug_`, by name. */
  byName: ReadonlyMap<string, Uint8Array>;
  /** Addresses of code count from this byte of the module: the contents of its code section. */
  codeAt: number;
}

/** Sections by the bytes of a module, which do not change: each build and each frame of a trap asks again. */
const known = new WeakMap<Uint8Array, DebugSections | null>();

/** Nothing where the module has none. `bytes` are those of a valid module. */
export function debugSections(bytes: Uint8Array): DebugSections | undefined {
  let found = known.get(bytes);
  if (found === undefined) {
    found = readSections(bytes);
    known.set(bytes, found);
  }
  return found ?? undefined;
}

function readSections(bytes: Uint8Array): DebugSections | null {
  const byName = new Map<string, Uint8Array>();
  let codeAt = 0;
  for (const { id, name, contents, end } of moduleSections(bytes)) {
    if (id === Section.Code) codeAt = contents;
    if (name.startsWith('.debug_')) byName.set(name, bytes.subarray(contents, end));
  }
  return byName.has('.debug_info') && byName.has('.debug_abbrev') ? { byName, codeAt } : null;
}

/** Little-endian numbers and texts of one section. Reading past its end is a RangeError. */
export class DebugReader {
  private readonly view: DataView;

  constructor(
    readonly bytes: Uint8Array,
    public position = 0,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** An unsigned number of 1, 2, 3, 4 or 8 bytes; of 8, those above 2^53 lose their last bits. */
  unsigned(size: number): number {
    const { position, view } = this;
    this.position += size;
    if (size === 1) return view.getUint8(position);
    if (size === 2) return view.getUint16(position, true);
    if (size === 3) return view.getUint16(position, true) | (view.getUint8(position + 2) << 16);
    if (size === 4) return view.getUint32(position, true);
    return Number(view.getBigUint64(position, true));
  }

  unsignedLeb(): number {
    let value = 0;
    let factor = 1;
    for (;;) {
      const next = this.unsigned(1);
      value += (next & 127) * factor;
      if (next < 128) return value;
      factor *= 128;
    }
  }

  signedLeb(): number {
    let value = 0;
    let factor = 1;
    for (;;) {
      const next = this.unsigned(1);
      value += (next & 127) * factor;
      factor *= 128;
      if (next < 128) return next & 64 ? value - factor : value;
    }
  }

  /** A text that a zero ends, in UTF-8. */
  text(): string {
    const end = this.bytes.indexOf(0, this.position);
    if (end < 0) throw new RangeError('a text without an end');
    const text = Buffer.from(this.bytes.subarray(this.position, end)).toString('utf8');
    this.position = end + 1;
    return text;
  }
}
