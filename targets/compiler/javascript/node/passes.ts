// The passes for Node. V8 itself eliminates common subexpressions and allocates registers.

import type { Costs } from '../../intermediate/costs.js';
import { canonicalNaN } from '../../passes/canonical-nan.js';
import { conditions } from '../../passes/conditions.js';
import { deadCode } from '../../passes/dead-code.js';
import { facts } from '../../passes/facts.js';
import { knownValues } from '../../passes/known-values.js';
import { propagation } from '../../passes/propagation.js';
import type { Pass } from '../../passes/runner.js';

export const nodePasses: readonly Pass[] = [
  { name: 'propagation', run: propagation },
  { name: 'dead-code', run: deadCode },
  { name: 'facts', run: facts },
  { name: 'known-values', run: knownValues },
  { name: 'conditions', run: conditions },
  { name: 'dead-code', run: deadCode },
  { name: 'canonical-nan', isRequired: true, run: canonicalNaN },
];

/** No value is worth a variable: V8 gives it a register. */
export const nodeCosts: Costs = {
  read: 0,
  worthKeeping: Infinity,
  worthKeepingInLoop: Infinity,
  worthHoisting: Infinity,
  wideSelect: 'mask',
  firstWord: 'low',
  canonicalStores: false,
  of: () => 1,
};
