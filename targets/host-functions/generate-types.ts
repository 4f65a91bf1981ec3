// Generates declarations of the host functions from the table, for the languages in which programs are written.

import { hostFunctions } from './table.js';
import { assemblyScriptTypes } from './types-assemblyscript.js';
import { cTypes } from './types-c.js';
import { rustTypes } from './types-rust.js';

const GENERATORS = { c: cTypes, assemblyscript: assemblyScriptTypes, rust: rustTypes };

export type Language = keyof typeof GENERATORS;

/** With the name that a file of the types usually has. */
export const languages: Readonly<Record<Language, string>> = {
  c: 'tazzina.h',
  assemblyscript: 'tazzina.ts',
  rust: 'tazzina.rs',
};

/** The functions of module `espruino`; those of `env` and WASI belong to the libraries of the languages. */
export function generateTypes(language: Language): string {
  const rows = hostFunctions.filter(({ module }) => module === 'espruino');
  return GENERATORS[language](rows);
}
