// Passive segments as they are in an image: for each segment the distance of its contents from the first of these pairs, and its length.

import { Opcode } from '../../../src/opcodes.js';
import type { ConstantExpression, ModuleCode } from '../../module/module-code.js';
import type { ModuleFacts } from './module-facts.js';
import { functionSymbol, NULL_FUNCTION } from './symbols.js';

export interface SegmentBytes {
  bytes: Uint8Array;
  /** Words that hold offsets of symbols in the image. */
  addresses: { at: number; symbol: string }[];
}

export function dataSegments({ data }: ModuleCode): SegmentBytes {
  const contents = data.map(({ mode, bytes }) => (mode === 'passive' ? bytes : new Uint8Array(0)));
  return { bytes: joined(contents.map((bytes) => [bytes, bytes.length])), addresses: [] };
}

/** Returns a word for each entry: see `elementWord`. */
export function elementSegments({ elements }: ModuleCode, facts: ModuleFacts): SegmentBytes {
  const addresses: SegmentBytes['addresses'] = [];
  let at = elements.length * 8;
  const contents = elements.map(({ mode, element, entries }): [Uint8Array, number] => {
    const kept = mode === 'passive' ? entries : [];
    const bytes = new Uint8Array(kept.length * 4);
    const view = new DataView(bytes.buffer);
    for (const [index, entry] of kept.entries()) {
      const found = elementWord(entry, element, facts);
      if (typeof found === 'number') view.setInt32(index * 4, found, true);
      else addresses.push({ at: at + index * 4, symbol: found });
    }
    at += bytes.length;
    return [bytes, kept.length];
  });
  return { bytes: joined(contents), addresses };
}

/**
 * An entry: the symbol of a function, of which the word is the offset with the bit for Thumb; 0 for a null that is no function; for a
 * global, 4 times its offset in the context, plus 2, or 3 where it is one of functions.
 */
function elementWord([{ code, low }]: ConstantExpression, element: 'r' | 'R', facts: ModuleFacts): string | number {
  if (code === Opcode.RefFunc) return functionSymbol(low);
  if (code === Opcode.GlobalGet) return facts.globalOffset(low) * 4 + (element === 'r' ? 3 : 2);
  return element === 'r' ? NULL_FUNCTION : 0;
}

function joined(contents: readonly [bytes: Uint8Array, length: number][]): Uint8Array {
  const size = contents.reduce((sum, [bytes]) => sum + bytes.length, contents.length * 8);
  const found = new Uint8Array(size);
  const view = new DataView(found.buffer);
  let at = contents.length * 8;
  for (const [index, [bytes, length]] of contents.entries()) {
    view.setInt32(index * 8, at, true);
    view.setInt32(index * 8 + 4, length, true);
    found.set(bytes, at);
    at += bytes.length;
  }
  return found;
}
