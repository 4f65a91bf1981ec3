// Copies a module that was read into another store, such as an engine's: as loading does, without parsing and validating again.

import { INTERNED_TYPES, MODULE_TABLE_ROW, SEGMENT_ROW } from '../../src/capacities.js';
import type { Module } from '../../src/index.js';
import { checkCapacity, type Store } from '../../src/store.js';
import type { ReadModule } from './read-module.js';

/**
 * The module as `Engine.load` would leave it in `target`. Throws CapacityError where the store has no room for its index
 * spaces; what was copied until then stays, so that such a store is of no more use.
 */
export function adoptModule(target: Store, { store, module }: ReadModule): Module {
  const { capacities } = target;
  checkCapacity('modules', target.moduleTop + 1, capacities.modules, 0);
  checkCapacity('types', target.moduleTypeTop + module.typeCount, capacities.types, -1);
  checkCapacity('functions', target.moduleFunctionTop + module.functionCount, capacities.functions, -1);
  checkCapacity('tables', target.moduleTableTop + module.tableCount, capacities.tables, -1);
  checkCapacity('globals', target.moduleGlobalTop + module.globalCount, capacities.globals, -1);
  checkCapacity('elementSegments', target.moduleElementTop + module.elementCount, capacities.elementSegments, -1);
  checkCapacity('dataSegments', target.moduleDataTop + module.dataCount, capacities.dataSegments, -1);
  const numbers = internTypes(target, store);
  const adopted = target.modules[target.moduleTop];
  Object.assign(adopted, module, {
    typeBase: target.moduleTypeTop,
    functionBase: target.moduleFunctionTop,
    tableBase: target.moduleTableTop,
    globalBase: target.moduleGlobalTop,
    elementBase: target.moduleElementTop,
    dataBase: target.moduleDataTop,
  });
  for (let index = 0; index < module.typeCount; index++) {
    target.moduleTypes[target.moduleTypeTop++] = numbers[store.moduleTypes[index]];
  }
  for (let index = 0; index < module.functionCount; index++) {
    const at = target.moduleFunctionTop++;
    target.moduleFunctionTypes[at] = numbers[store.moduleFunctionTypes[index]];
    target.moduleFunctionBodies[at] = store.moduleFunctionBodies[index];
    target.moduleFunctionFlags[at] = store.moduleFunctionFlags[index];
  }
  copyRows(target.moduleTables, adopted.tableBase, store.moduleTables, module.tableCount, MODULE_TABLE_ROW);
  copyRows(target.moduleGlobals, adopted.globalBase, store.moduleGlobals, module.globalCount, 1);
  copyRows(target.moduleElements, adopted.elementBase, store.moduleElements, module.elementCount, SEGMENT_ROW);
  copyRows(target.moduleData, adopted.dataBase, store.moduleData, module.dataCount, SEGMENT_ROW);
  target.moduleTableTop += module.tableCount;
  target.moduleGlobalTop += module.globalCount;
  target.moduleElementTop += module.elementCount;
  target.moduleDataTop += module.dataCount;
  target.moduleTop++;
  return adopted;
}

/** The numbers that the types of `store` have in `target`, by their numbers there. Block types have the same in every store. */
function internTypes(target: Store, store: Store): number[] {
  const numbers: number[] = [];
  for (let type = 0; type < store.typeTop; type++) {
    if (type < INTERNED_TYPES) {
      numbers.push(type);
      continue;
    }
    const start = store.typeOffsets[type];
    const [parameters, results] = [store.typeParameterCounts[type], store.typeResultCounts[type]];
    for (let value = 0; value < parameters + results; value++) {
      target.putTypeValue(value, store.typeValues[start + value], -1);
    }
    numbers.push(target.internType(parameters, results, -1));
  }
  return numbers;
}

type Rows = Int32Array | Uint16Array;

function copyRows(target: Rows, base: number, rows: Rows, count: number, columns: number): void {
  target.set(rows.subarray(0, count * columns), base * columns);
}
