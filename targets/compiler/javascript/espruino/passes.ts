// The passes for Espruino and other JavaScript interpreters, where every variable, copy and operation costs time. Costs are in units
// of a statement `a=a+1;`, measured in Espruino.

import { Opcode } from '../../../../src/opcodes.js';
import type { Costs } from '../../intermediate/costs.js';
import { type Instruction, Proven } from '../../intermediate/instruction.js';
import { isLoad, Operation } from '../../intermediate/operation.js';
import { canonicalNaN } from '../../passes/canonical-nan.js';
import { coalescing } from '../../passes/coalescing.js';
import { commonSubexpressions } from '../../passes/common-subexpressions.js';
import { conditions } from '../../passes/conditions.js';
import { constantChoices } from '../../passes/constant-choices.js';
import { deadCode } from '../../passes/dead-code.js';
import { doubleCopies } from '../../passes/double-copies.js';
import { facts } from '../../passes/facts.js';
import { knownValues } from '../../passes/known-values.js';
import { loopInvariants } from '../../passes/loop-invariants.js';
import { propagation } from '../../passes/propagation.js';
import type { Pass } from '../../passes/runner.js';
import { tailRecursion } from '../../passes/tail-recursion.js';
import { webs } from '../../passes/webs.js';
import { elementViews } from './element-views.js';

/** Of no use where a variable cannot keep a view: in memory that grows, in functions that are resumed, for the compiler on the board. */
export const ELEMENT_VIEWS = 'element-views';

/** Of no use where doubles are not elements at any address. */
export const DOUBLE_COPIES = 'double-copies';

/** Not where fuel is counted. */
export const TAIL_RECURSION = 'tail-recursion';

/** Passes that run over all functions before any analysis of the module as a whole. */
export const espruinoFirstPasses: readonly Pass[] = [
  { name: TAIL_RECURSION, run: tailRecursion },
  { name: 'propagation', run: propagation },
  { name: 'dead-code', run: deadCode },
  { name: DOUBLE_COPIES, run: doubleCopies },
];

/** Passes that run then, in this order. Dead code is removed again after several of them. */
export const espruinoLaterPasses: readonly Pass[] = [
  { name: 'facts', run: facts },
  { name: 'known-values', run: knownValues },
  { name: 'conditions', run: conditions },
  { name: 'common-subexpressions', run: commonSubexpressions },
  { name: 'dead-code', run: deadCode },
  { name: 'loop-invariants', run: loopInvariants },
  { name: 'constant-choices', run: constantChoices },
  { name: 'dead-code', run: deadCode },
  { name: 'webs', run: webs },
  // The value of a variable decides which NaNs matter: two webs must not share a variable yet.
  { name: 'canonical-nan', isRequired: true, run: canonicalNaN },
  { name: ELEMENT_VIEWS, run: elementViews },
  { name: 'coalescing', run: coalescing },
];

export const espruinoPasses: readonly Pass[] = [...espruinoFirstPasses, ...espruinoLaterPasses];

/** For other interpreters of JavaScript: without what only Espruino's views can do, or its small stack is in need of. */
export const interpreterPasses: readonly Pass[] = espruinoPasses.filter(
  ({ name }) => name !== ELEMENT_VIEWS && name !== TAIL_RECURSION,
);

const READ = 0.2;

export const espruinoCosts: Costs = {
  read: READ,
  worthKeeping: 1.7,
  worthKeepingInLoop: 1.1,
  worthHoisting: 1,
  wideSelect: 'selects',
  firstWord: 'high',
  canonicalStores: true,
  of: costOf,
};

function costOf(instruction: Instruction): number {
  const { operation } = instruction;
  if (isLoad(operation)) return instruction.has(Proven.InBounds) && instruction.has(Proven.Aligned) ? 0.8 : 2;
  switch (operation) {
    case Operation.GlobalGet:
    case Operation.FunctionReference:
    case Operation.NullReference:
      return READ;
    case Opcode.I32Add:
    case Opcode.I32Sub:
      return instruction.has(Proven.Fits) ? 0.25 : 0.5;
    case Opcode.I32Mul:
      return instruction.has(Proven.Exact) ? 0.6 : 3;
    case Opcode.I32DivS:
    case Opcode.I32DivU:
    case Opcode.I32RemS:
    case Opcode.I32RemU:
      return 1.5;
    case Operation.Select:
      return 0.6;
  }
  if (operation >= Opcode.I32Eqz && operation <= Opcode.F64Ge) return 0.4;
  if (operation >= Opcode.I32And && operation <= Opcode.I32ShrU) return 0.3;
  return operation >= Opcode.F64Add && operation <= Opcode.F64Div ? 0.3 : 2.5;
}
