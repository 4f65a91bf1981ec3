// Values that are merged of constants alone, such as the state of a state machine: the least and the most of the constants bound them,
// whatever the order in which a loop passes through them.

import { definitionOf } from '../intermediate/definitions.js';
import type { Instruction } from '../intermediate/instruction.js';
import { Operation, Type } from '../intermediate/operation.js';
import type { Bounds } from './induction.js';

/** Values to look at: the walk takes limited time for each Phi. */
const MOST_MERGED = 64;

/** The bounds of a Phi that merges constants, also through other Phis and Selects; null if it merges other values, too. */
export function constantBounds(phi: Instruction): Bounds | null {
  const seen = new Set([phi]);
  let least = Infinity;
  let most = -Infinity;
  for (const value of seen) {
    const { operation, operands, type, index } = value;
    if (type !== Type.I32) return null;
    if (operation === Operation.Constant) {
      least = Math.min(least, index | 0);
      most = Math.max(most, index | 0);
      continue;
    }
    const merged = operation === Operation.Phi ? operands : operation === Operation.Select ? operands.slice(1) : null;
    if (merged === null || merged.length === 0) return null;
    for (const each of merged) seen.add(definitionOf(each));
    if (seen.size > MOST_MERGED) return null;
  }
  return least <= most ? { least, most } : null;
}
