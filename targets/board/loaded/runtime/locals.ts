// The full runtime: the locals of the function that is lowered.

import { fail, limit, u32 } from './bytes.js';
import { readValueType, typeAt, typeParameters, typeValues } from './types.js';

declare const FUNCTION_LOCALS: number;

export const localTypes = new Uint8Array(FUNCTION_LOCALS);
export let localCount = 0;
export let functionType = 0;

/** Begins a function of a type, and reads the locals behind its parameters. */
export function readLocals(type: number): void {
  functionType = type;
  const parameters = typeParameters[functionType];
  limit('functionLocals', parameters, FUNCTION_LOCALS);
  for (localCount = 0; localCount < parameters; localCount++) {
    localTypes[localCount] = typeValues[typeAt[functionType] + localCount];
  }
  let all = parameters;
  for (let groups = u32(); groups > 0; groups--) {
    const repeat = u32();
    all += repeat;
    if (all > 4294967295) fail('too many locals');
    const valueType = readValueType();
    for (; localCount < all && localCount < FUNCTION_LOCALS; localCount++) localTypes[localCount] = valueType;
  }
  limit('functionLocals', all, FUNCTION_LOCALS);
}
