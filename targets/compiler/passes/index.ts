// The passes over the intermediate code, by name: each can be left out, to see what it is worth.

import type { FunctionCode, Instruction } from '../intermediate/instruction.js';
import { canonicalNaN } from './canonical-nan.js';
import { coalescing } from './coalescing.js';
import { commonSubexpressions } from './common-subexpressions.js';
import { conditions } from './conditions.js';
import { deadCode } from './dead-code.js';
import { facts } from './facts.js';
import { fold } from './folding.js';
import { knownValues } from './known-values.js';
import { propagation } from './propagation.js';
import { webs } from './webs.js';

/** Carried out while the code is built. */
export const FOLDING = 'folding';

export interface PassOptions {
  /** Passes to leave out. */
  without: ReadonlySet<PassName>;
  /** The code will be interpreted: every variable and copy costs. */
  interpreted: boolean;
  /** Make every NaN that arithmetic gives canonical where its bits can be seen, not only those of roundings. */
  canonicalNaN: boolean;
  /** Bytes of memory that are there whatever happens. */
  minimumMemory: number;
  /** Bytes of memory that are never more, however it grows: by default, less than 2 GiB. */
  maximumMemory?: number;
}

type Pass = (code: FunctionCode, options: PassOptions) => void;

/** In their order; what is left over after several of them is removed once more. */
const passes = [
  ['propagation', propagation],
  ['dead-code', deadCode],
  ['facts', facts],
  ['known-values', knownValues],
  ['conditions', conditions],
  ['common-subexpressions', commonSubexpressions],
  ['dead-code', deadCode],
  ['webs', webs],
  ['coalescing', coalescing],
] as const satisfies readonly (readonly [string, Pass])[];

export type PassName = (typeof passes)[number][0] | typeof FOLDING;

export const passNames: readonly PassName[] = [FOLDING, ...new Set(passes.map(([name]) => name))];

/** Before it, no two webs are one variable: what a variable holds decides which NaNs are to be looked at. */
const AFTER_CANONICAL_NAN: PassName = 'coalescing';

/** Of no use to engines that optimise. */
const FOR_INTERPRETERS: ReadonlySet<PassName> = new Set<PassName>(['common-subexpressions', 'webs', 'coalescing']);

/** What the builder simplifies with. */
export function simplifier(without: ReadonlySet<PassName>): (instruction: Instruction) => Instruction {
  return without.has(FOLDING) ? (instruction) => instruction : fold;
}

export function runPasses(code: FunctionCode, options: PassOptions): void {
  for (const [name, pass] of passes) {
    if (name === AFTER_CANONICAL_NAN) canonicalNaN(code, options.canonicalNaN);
    const isWanted = options.interpreted || !FOR_INTERPRETERS.has(name);
    if (isWanted && !options.without.has(name)) pass(code, options);
  }
}
