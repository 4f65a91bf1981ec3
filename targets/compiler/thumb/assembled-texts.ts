// Texts that are the same in many images, assembled once for each processor: the runtime, the helper library, entries of exports.

import { type Assembled, assemble } from '../../../machine/thumb/assemble.js';
import type { Cpu } from '../../../machine/thumb/cpu.js';

/** Of a processor. An image of a large module has thousands of entries, and few of them come again. */
const MOST_TEXTS = 2000;

const known = new WeakMap<Cpu, Map<string, Assembled>>();

/** Returns the shared output of `assemble`, which must not be changed. */
export function assembleOnce(text: string, cpu: Cpu): Readonly<Assembled> {
  let texts = known.get(cpu);
  if (texts === undefined) {
    texts = new Map();
    known.set(cpu, texts);
  }
  let found = texts.get(text);
  if (found === undefined) {
    found = assemble(text, cpu);
    if (texts.size === MOST_TEXTS) texts.clear();
    texts.set(text, found);
  }
  return found;
}
