// The first code that a program runs: it computes the CRC-32 of its own text in Storage, and of the files that it reads later, and
// refuses to start if one differs from what was built. Files that are read at the start are checked when they are read (READ in
// program-parts.ts).

import { crc32 } from 'node:zlib';
import type { StorageFile } from './image.js';

/** Files that a program reads only at a trap, or when a call has no more fuel. */
const READ_LATER = /\.(trap|fuel|point)$/;

/**
 * The file of a program: the check, then its text. Damage to the check itself ends it, or lets it pass, and what is behind it is
 * whole then. A program that runs from elsewhere, a copy in RAM, has no file of its own that could be damaged.
 */
export function checkedProgram(name: string, text: string, files: readonly StorageFile[]): StorageFile {
  const rows = files
    .filter((file) => READ_LATER.test(file.name))
    .map((file) => `,[${JSON.stringify(file.name)},0,${crc32(file.bytes)}]`);
  const sum = crc32(Buffer.from(text, 'latin1'));
  const check = (start: number) =>
    `(function(s,l){l.forEach(function(f){var d=s.read(f[0],f[1]);` +
    `if(d===undefined?!f[1]:E.CRC32(d)!==f[2])throw new Error("Storage file "+f[0]+" is damaged: write it again")})})` +
    `(require("Storage"),[["${name}",${start},${sum}]${rows.join('')}]);`;
  // The check says where it ends: one digit more makes it longer.
  let start = 0;
  while (check(start).length !== start) start = check(start).length;
  return { name, bytes: Buffer.from(check(start) + text, 'latin1') };
}

/** The file with which a program verifies that its own file has not changed: the CRC-32 as a double. */
export function sumFile({ name, bytes }: StorageFile): StorageFile {
  return { name: `${name}.sum`, bytes: new Uint8Array(Float64Array.of(crc32(bytes)).buffer) };
}
