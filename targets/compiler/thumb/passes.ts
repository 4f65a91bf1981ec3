// The passes for Thumb machine code. Costs are instructions: a register is read for nothing.

import type { Costs } from '../intermediate/costs.js';
import { boundsChecks } from '../passes/bounds-checks.js';
import { canonicalNaN } from '../passes/canonical-nan.js';
import { commonSubexpressions } from '../passes/common-subexpressions.js';
import { conditions } from '../passes/conditions.js';
import { deadCode } from '../passes/dead-code.js';
import { facts } from '../passes/facts.js';
import { knownValues } from '../passes/known-values.js';
import { propagation } from '../passes/propagation.js';
import type { Pass } from '../passes/runner.js';

export const thumbPasses: readonly Pass[] = [
  { name: 'propagation', run: propagation },
  { name: 'dead-code', run: deadCode },
  { name: 'facts', run: facts },
  { name: 'known-values', run: knownValues },
  { name: 'conditions', run: conditions },
  { name: 'common-subexpressions', run: commonSubexpressions },
  { name: 'dead-code', run: deadCode },
  { name: 'canonical-nan', isRequired: true, run: canonicalNaN },
  { name: 'bounds-checks', isRequired: true, run: boundsChecks },
];

export const thumbCosts: Costs = {
  read: 0,
  worthKeeping: 1,
  worthKeepingInLoop: 1,
  worthHoisting: 1,
  wideSelect: 'selects',
  firstWord: 'high',
  canonicalStores: false,
  of: () => 1,
};
