// Modules of the core's tests: from the text format, and from single bytes where no assembler would write them.
import createWabt from 'wabt';

const { parseWat } = await createWabt();

const FEATURES = { tail_call: true, extended_const: true, multi_value: true, bulk_memory: true, reference_types: true };

/** The binary of a module in the text format, with a name section. */
export function wat(text: string): Uint8Array {
  // Bytes with a buffer of their own: the parser takes one byte per character of a string, and the whole buffer of a view.
  const parsed = parseWat('module.wat', new Uint8Array(new TextEncoder().encode(text)), FEATURES);
  try {
    return new Uint8Array(parsed.toBinary({ write_debug_names: true }).buffer);
  } finally {
    parsed.destroy();
  }
}

export const HEADER = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

/** An unsigned LEB128 number. */
export function u32(value: number): number[] {
  const bytes: number[] = [];
  let rest = value >>> 0;
  for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128);
  return [...bytes, rest];
}

/** A section with its identifier and size. */
export function section(id: number, ...content: number[]): number[] {
  return [id, ...u32(content.length), ...content];
}

/** A name or any other vector of bytes. */
export function name(text: string): number[] {
  const bytes = [...new TextEncoder().encode(text)];
  return [...u32(bytes.length), ...bytes];
}

/** A module of these sections. */
export function moduleOf(...sections: number[][]): Uint8Array {
  return Uint8Array.from([...HEADER, ...sections.flat()]);
}

/** A module of one function `[] -> []`, exported as `f`, with this body (without locals, with its `end`). */
export function moduleOfBody(...body: number[]): Uint8Array {
  return moduleOf(
    section(1, 1, 0x60, 0, 0),
    section(3, 1, 0),
    section(7, 1, ...name('f'), 0, 0),
    section(10, 1, ...u32(body.length + 1), 0, ...body),
  );
}

/** Returns the module with a page size of 1 byte, which the assembler does not know: its memory section counts bytes. */
export function withByteSizedPages(bytes: Uint8Array): Uint8Array {
  const result = [...bytes.subarray(0, 8)];
  for (let at = 8; at < bytes.length; ) {
    const id = bytes[at++];
    let size = 0;
    for (let shift = 0, more = true; more; shift += 7) {
      size |= (bytes[at] & 127) << shift;
      more = bytes[at++] >= 128;
    }
    const content = [...bytes.subarray(at, at + size)];
    // One memory: its flags, its limits, and after them the logarithm of the page size.
    result.push(...(id === 5 ? section(id, 1, content[1] | 8, ...content.slice(2), 0) : section(id, ...content)));
    at += size;
  }
  return Uint8Array.from(result);
}
