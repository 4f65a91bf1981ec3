// Writes modules in the binary format (core specification, 5), as far as the growing modules need it.

/** Bytes; what is too long to be spread into a call is concatenated. */
export type Bytes = number[];

export enum SectionId {
  Type = 1,
  Function = 3,
  Table = 4,
  Memory = 5,
  Export = 7,
  Element = 9,
  Code = 10,
  Data = 11,
}

/** An unsigned LEB128 number. */
export function unsigned(value: number): Bytes {
  const bytes: Bytes = [];
  for (; value >= 128; value >>>= 7) bytes.push((value & 127) | 128);
  bytes.push(value);
  return bytes;
}

export function text(name: string): Bytes {
  return [...unsigned(name.length), ...Buffer.from(name)];
}

export function repeat(count: number, item: (index: number) => Bytes): Bytes {
  return Array.from({ length: count }, (_, index) => item(index)).flat();
}

export function vector(count: number, item: (index: number) => Bytes): Bytes {
  return unsigned(count).concat(repeat(count, item));
}

export function sized(content: Bytes): Bytes {
  return unsigned(content.length).concat(content);
}

/** Sections in ascending order. */
export function moduleBytes(sections: [id: SectionId, content: Bytes][]): Uint8Array {
  const header: Bytes = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  return new Uint8Array(header.concat(...sections.map(([id, content]) => [id].concat(sized(content)))));
}
