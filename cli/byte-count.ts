// A number of bytes on the command line: 8192, 4K, 1M, 0x2000.

import { InvalidArgumentError } from 'commander';
import { MOST_MEMORY_BYTES } from '../targets/module/most-memory.js';

/** Throws InvalidArgumentError. */
export function byteCount(text: string): number {
  const parts = /^(0x[\da-f]+|\d+)(?:([KMG])(?:i?B)?)?$/i.exec(text);
  if (!parts) throw new InvalidArgumentError('write a number of bytes: 8192, 64K, 1M');
  const bytes = Number(parts[1]) * 1024 ** ' KMG'.indexOf((parts[2] ?? ' ').toUpperCase());
  if (bytes > MOST_MEMORY_BYTES) throw new InvalidArgumentError('write less than 2G');
  return bytes;
}
