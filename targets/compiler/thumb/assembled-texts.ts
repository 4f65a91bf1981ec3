// Texts that are the same for many modules, assembled once for each processor: the runtime, the helper library, routines.

import { type Assembled, assemble } from '../../../machine/thumb/assemble.js';
import type { Cpu } from '../../../machine/thumb/cpu.js';

const known = new WeakMap<Cpu, Map<string, Assembled>>();

/** Returns the shared output of `assemble`, which must not be changed. Only for small numbers of texts. */
export function assembleOnce(text: string, cpu: Cpu): Readonly<Assembled> {
  let texts = known.get(cpu);
  if (texts === undefined) {
    texts = new Map();
    known.set(cpu, texts);
  }
  let found = texts.get(text);
  if (found === undefined) {
    found = assemble(text, cpu);
    texts.set(text, found);
  }
  return found;
}
