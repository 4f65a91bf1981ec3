// Functions that the runtime of AssemblyScript imports from `env`: abort, trace, seed.

import type { Host } from './host.js';
import { bytesAt } from './memory-access.js';

declare function print(text: string): void;
declare const E: { hwRand(): number };

/** Encodes a character in UTF-8, as a string with one character for each byte. */
function encoded(code: number): string {
  if (code < 0x80) return String.fromCharCode(code);
  const last = String.fromCharCode(0x80 | (code & 63));
  if (code < 0x800) return String.fromCharCode(0xc0 | (code >> 6)) + last;
  const middle = String.fromCharCode(0x80 | ((code >> 6) & 63)) + last;
  if (code < 0x10000) return String.fromCharCode(0xe0 | (code >> 12)) + middle;
  return String.fromCharCode(0xf0 | (code >> 18)) + String.fromCharCode(0x80 | ((code >> 12) & 63)) + middle;
}

/** A string of AssemblyScript: UTF-16, its length in bytes in the word before it. '' for null and for broken pointers. */
function assemblyScriptText(host: Host, pointer: number): string {
  if (pointer >>> 0 < 4) return '';
  let text = '';
  try {
    const size = bytesAt(host, pointer - 4, 4);
    const length = (size[0] | (size[1] << 8) | (size[2] << 16) | (size[3] << 24)) & ~1;
    if (length === 0) return '';
    const bytes = bytesAt(host, pointer, length);
    for (let at = 0; at < length; at += 2) {
      let code = bytes[at] | (bytes[at + 1] << 8);
      if ((code & 0xfc00) === 0xd800 && at + 2 < length) {
        const low = bytes[at + 2] | (bytes[at + 3] << 8);
        if ((low & 0xfc00) === 0xdc00) {
          code = 0x10000 + ((code & 0x3ff) << 10) + (low & 0x3ff);
          at += 2;
        }
      }
      // Half a pair is no character.
      text += encoded((code & 0xfffff800) === 0xd800 ? 0xfffd : code);
    }
  } catch (_) {
    return '';
  }
  return text;
}

export function abortAssemblyScript(host: Host, message: number, file: number, line: number, column: number): never {
  const what = assemblyScriptText(host, message);
  const where = assemblyScriptText(host, file);
  return host.fail(
    'abort' +
      (what === '' ? '' : ': ' + what) +
      (where === '' ? '' : ' at ' + where + ':' + (line >>> 0) + ':' + (column >>> 0)),
  );
}

export function traceAssemblyScript(
  host: Host,
  message: number,
  count: number,
  a0: number,
  a1: number,
  a2: number,
  a3: number,
  a4: number,
): undefined {
  const numbers = [a0, a1, a2, a3, a4];
  let line = 'trace: ' + assemblyScriptText(host, message);
  for (let at = 0; at < count >>> 0 && at < numbers.length; at++) line += (at === 0 ? ' ' : ', ') + numbers[at];
  print(line);
}

export function assemblyScriptSeed(): number {
  return (E.hwRand() >>> 0) / 4294967296;
}
