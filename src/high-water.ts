// The peak use of each capacity.

import { type Capacities, CODE_RESERVED, INTERNED_TYPE_VALUES, INTERNED_TYPES } from './capacities.js';
import type { Lowerer } from './lower.js';
import type { Store } from './store.js';
import type { Validator } from './validate.js';

function largest(a: number, b: number, c: number): number {
  return Math.max(a, Math.max(b, c));
}

/** All but what only the engine knows: definitions and the two stacks. */
export function highWater(store: Store, validator: Validator, lowerer: Lowerer): Capacities {
  let memoryBytes = 0;
  for (let index = 0; index < store.memoryTop; index++) {
    memoryBytes = Math.max(memoryBytes, store.memories[index].bytes);
  }
  let exports = 0;
  for (let index = 0; index < store.moduleTop; index++) exports = Math.max(exports, store.modules[index].exportCount);
  return {
    modules: store.moduleTop,
    instances: store.instanceTop,
    types: Math.max(store.typeTop - INTERNED_TYPES, store.moduleTypeTop),
    typeValues: store.typeValueMost - INTERNED_TYPE_VALUES,
    functions: Math.max(store.functionTop, store.moduleFunctionTop),
    globals: largest(store.globalTop, store.globalAddressTop, store.moduleGlobalTop),
    tables: largest(store.tableTop, store.tableAddressTop, store.moduleTableTop),
    tableEntries: store.tableEntryTop,
    memories: store.memoryTop,
    memoryBytes: memoryBytes,
    elementSegments: Math.max(store.elementTop, store.moduleElementTop),
    dataSegments: Math.max(store.dataTop, store.moduleDataTop),
    exports: exports,
    definitions: 0,
    codeWords: lowerer.mostCode - CODE_RESERVED,
    functionLocals: validator.body.mostLocals,
    operandDepth: validator.body.mostOperands,
    labelDepth: validator.body.mostLabels,
    basicBlocks: lowerer.mostBlocks,
    callDepth: 0,
    valueSlots: 0,
  };
}
