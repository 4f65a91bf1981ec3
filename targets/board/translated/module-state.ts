// Prints the code that reads and sets the state of a translated module in JavaScript variables: globals, tables, segments.

import { VerificationLevel } from '../../../src/safety/index.js';
import { Operation } from '../../compiler/intermediate/operation.js';
import type { EspruinoModule } from '../../compiler/javascript/espruino/module.js';
import type { ModuleCode } from '../../module/module-code.js';

/** Functions `moduleState` and `setModuleState` of runtime/snapshot.ts. */
export function moduleStateText(code: ModuleCode, module: EspruinoModule): string {
  const globals = code.globals.flatMap(({ type, mutable }, index): [name: string, type: string][] => {
    if (!mutable) return [];
    const low = module.global(index, 0);
    return type === 'I'
      ? [
          [low, 'i'],
          [module.global(index, 1), 'i'],
        ]
      : [[low, type]];
  });
  const isReference = (type: string) => type === 'r' || type === 'R';
  const values = globals.map(([name, type]) => (isReference(type) ? `${name} === null ? NaN : ${name}` : name));
  const sets = globals.map(([name, type]) => {
    if (isReference(type)) return `${name} = values[at] === values[at] ? values[at] : null; at++;`;
    return `${name} = values[at]${type === 'i' ? ' | 0' : ''}; at++;`;
  });
  const tables = module.tablesChange ? code.tables.map((_, index) => `T${index}`) : [];
  const hasElements = module.operations.has(Operation.TableInit) || module.operations.has(Operation.ElementDrop);
  const elements = hasElements ? code.elements.map((_, index) => index) : [];
  return `
const moduleState = function () {
  const all = [${values}];
  ${tables.length > 0 ? `[${tables}].forEach(function (table) { all.push(table.length); table.forEach(function (e) { all.push(e === null ? NaN : e); }); });` : ''}
  ${elements.map((index) => `all.push(elements[${index}].length);`).join(' ')}
  return all;
};
const setModuleState = function (values, from) {
  let at = from;
  ${sets.join('\n  ')}
  ${
    tables.length > 0
      ? `[${tables}].forEach(function (table) {
    const count = values[at++];
    table.splice(0, table.length);
    for (let index = 0; index < count; index++) { const e = values[at++]; table.push(e === e ? e : null); }
  });`
      : ''
  }
  ${elements.map((index) => `elements[${index}] = values[at++] ? allElements()[${index}] : [];`).join(' ')}
};`;
}

/** Returns the text of function `covered` of runtime/verification.ts: the parts of the program's state that a level verifies. */
export function coveredText(
  code: ModuleCode,
  module: EspruinoModule,
  level: VerificationLevel,
  resumable: boolean,
): string {
  const fixed = module.tablesChange ? [] : code.tables.map((_, index) => `['tables', T${index}.buffer]`);
  // A variable does not hold the bits of a NaN for certain: only that it is one is covered.
  const hasFloats = code.globals.some(({ type, mutable }) => mutable && /[fF]/.test(type));
  const state = `moduleState()${hasFloats ? '.map(function (e) { return e === e ? e : NaN; })' : ''}`;
  const parts = [...fixed, `['globals and tables', new Float64Array(${state}).buffer]`];
  if (level >= VerificationLevel.Standard) {
    if (resumable) parts.push(`['the saved frames', saved.buffer]`);
    if (code.memory !== null) parts.push(`['linear memory', bytes.buffer]`);
  }
  return `const covered = function () { return [${parts}]; };`;
}
