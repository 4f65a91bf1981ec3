// How values of C get into the words of a context, and out of them: copied, so that no alignment is asked for.

import { wordTypes } from '../compiler/intermediate/value-builder.js';
import { wordCount } from '../compiler/thumb/contract.js';
import { C_TYPES } from './c-names.js';

/** The first word of each value, by the letters of their types. */
function firstWords(types: string): number[] {
  return Array.from(types, (_, index) => wordCount(wordTypes(types.slice(0, index))));
}

/** `int32_t p0, double p1`. */
export const parameterList = (types: string) => Array.from(types, (type, index) => `${C_TYPES[type]} p${index}`);

/** Statements that put values into the words. */
export function writeLines(types: string, value: (index: number) => string): string[] {
  return firstWords(types).map((at, index) => copyLine(`&instance->words[${at}]`, `&${value(index)}`, value(index)));
}

/** Statements that take values from the words. */
export function readLines(types: string, value: (index: number) => string): string[] {
  return firstWords(types).map((at, index) => copyLine(`&${value(index)}`, `&instance->words[${at}]`, value(index)));
}

export const copyLine = (to: string, from: string, value: string) => `memcpy(${to}, ${from}, sizeof ${value});`;

/** The type of a result: a structure for several. `tag` is the structure's. */
export function resultType(results: string, tag: string): string {
  return results === '' ? 'void' : results.length === 1 ? C_TYPES[results] : `struct ${tag}`;
}

/** The structure of several results, or nothing. */
export function resultStructure(results: string, tag: string): string[] {
  if (results.length < 2) return [];
  const members = Array.from(results, (type, index) => `  ${C_TYPES[type]} r${index};`);
  return [`struct ${tag} {`, ...members, '};'];
}

/** Returns the expression for one result in a variable `result`. */
export const resultMember = (results: string) => (index: number) =>
  results.length === 1 ? 'result' : `result.r${index}`;
