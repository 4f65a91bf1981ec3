// Finds the sections of a module (core specification, 5.5.2).

import { decodeName, Reader } from '../../src/reader.js';
import { Section } from '../../src/types.js';

export interface ModuleSection {
  id: Section;
  /** First byte, which is the id. */
  start: number;
  /** First byte of the contents; of a custom section, behind its name. */
  contents: number;
  /** The offset after the last byte. */
  end: number;
  /** The name of a custom section. */
  name: string;
}

const HEADER_BYTES = 8;

/** Yields the sections of a valid module in order. */
export function* moduleSections(bytes: Uint8Array): Generator<ModuleSection> {
  const reader = new Reader();
  reader.reset(bytes, HEADER_BYTES, bytes.length);
  while (reader.position < bytes.length) {
    const start = reader.position;
    const id: Section = reader.byte();
    const end = reader.u32() + reader.position;
    let name = '';
    if (id === Section.Custom) {
      const length = reader.blob();
      name = decodeName(bytes, reader.position - length, length);
    }
    yield { id, start, contents: reader.position, end, name };
    reader.position = end;
  }
}
