// Parts of values as properties of JavaScript: flags, fields of records and members of tuples.

import { type Code, js, list, name, type Token } from '../../compiler/javascript/trees/code.js';
import { camelCase, identifierOf } from '../core-names.js';
import type { Field, Type } from '../types.js';

/** A flag as a property of JavaScript. */
export const member = (flag: string): Token => name(camelCase(flag));

/** Returns the field of `v`. An absent optional field is 0 or null. */
export function fieldOf(field: Field): Code {
  const own = js`v.${name(identifierOf(field))}`;
  if (!field.isOptional || field.type.kind === 'managed' || field.type.kind === 'bool') return own;
  return js`${own}??${field.type.kind.endsWith('64') && field.type.kind !== 'f64' ? js`zero64` : 0}`;
}

/** The object of a record, or the array of a tuple. */
export function composed(type: Extract<Type, { kind: 'record' | 'tuple' }>, parts: readonly Code[]): Code {
  if (type.kind === 'tuple') return js`[${list(parts)}]`;
  return js`{${list(parts.map((part, at) => js`${name(identifierOf(type.fields[at]))}:${part}`))}}`;
}
