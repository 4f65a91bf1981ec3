// Finds modules within other files: compressed with gzip, in JavaScript as base64, numbers or hexadecimal digits, and in components.

import { gunzipSync } from 'node:zlib';

/** `\0asm`, and the version of core modules. */
const HEADER = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
/** A module with nothing in it; what is shorter is none. */
const SHORTEST = HEADER.length;
/** Matches base64 text that begins with `\0asm`. */
const BASE64 = /AGFzbQEAAA[A-Za-z0-9+/_-]+={0,2}/g;
const HEXADECIMAL = /0061736d01000000(?:[0-9a-f]{2})*/gi;
const COMMENT = /\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
/** Between two numbers of an array. */
const COMMA = String.raw`\s*,(?:\s|${COMMENT.source})*`;
const NUMBERS = new RegExp(
  String.raw`\b${['0', '97', '115', '109', '1', '0', '0', '0'].join(COMMA)}(?:${COMMA}\d{1,3})*`,
  'g',
);
/** How the text of a bundler begins an array of the bytes in hexadecimal. */
const HEXADECIMAL_NUMBERS = new RegExp(
  String.raw`\b0x0*${['', '0x61', '0x73', '0x6d'].join(COMMA)}(?:${COMMA}0x[0-9a-f]{1,2})*`,
  'gi',
);
/** Number of the section of a component that has a core module in it (Component Model, Binary.md). */
const CORE_MODULE = 1;
/** Bytes that one file may unpack to. */
const MOST_UNPACKED = 2 ** 28;

const isModule = (bytes: Uint8Array) =>
  bytes.length >= SHORTEST && HEADER.every((byte, index) => bytes[index] === byte);

/** The modules in a file that is none itself, in their order. */
export function embeddedModules(bytes: Uint8Array): Uint8Array[] {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return unpacked(bytes).filter(isModule);
  if (bytes[0] === 0 && bytes[1] === 0x61) return coreModules(bytes).filter(isModule);
  const text = Buffer.from(bytes).toString('latin1');
  const numbers = (found: string) => Uint8Array.from(found.replace(COMMENT, '').split(','), Number);
  return [
    ...[...text.matchAll(BASE64)].map(([found]) => new Uint8Array(Buffer.from(found, 'base64'))),
    ...[...text.matchAll(HEXADECIMAL)].map(([found]) => new Uint8Array(Buffer.from(found, 'hex'))),
    ...[...text.matchAll(NUMBERS)].map(([found]) => numbers(found)),
    ...[...text.matchAll(HEXADECIMAL_NUMBERS)].map(([found]) => numbers(found)),
  ].filter(isModule);
}

function unpacked(bytes: Uint8Array): Uint8Array[] {
  try {
    return [new Uint8Array(gunzipSync(bytes, { maxOutputLength: MOST_UNPACKED }))];
  } catch {
    return [];
  }
}

/** The sections of a component that are core modules, also of components within it. */
function coreModules(bytes: Uint8Array): Uint8Array[] {
  const found: Uint8Array[] = [];
  let at = HEADER.length;
  while (at < bytes.length) {
    const id = bytes[at++];
    let size = 0;
    for (let shift = 0; at < bytes.length; shift += 7) {
      const byte = bytes[at++];
      size += (byte & 127) * 2 ** shift;
      if (byte < 128) break;
    }
    const section = bytes.subarray(at, at + size);
    if (id === CORE_MODULE) found.push(section);
    // A component in it starts as it does itself.
    else if (section[0] === 0 && section[1] === 0x61 && section[6] === 1) found.push(...coreModules(section));
    at += size;
  }
  return found;
}
