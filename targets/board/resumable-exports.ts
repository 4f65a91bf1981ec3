// Finds the exported functions of a module that run in slices.

import { ExternalKind } from '../../src/index.js';
import type { ModuleCode } from '../module/module-code.js';
import { BuildError } from './build-error.js';

/** Indices of the functions of these names, or of all: see `BuildOptions.resumable`. Throws BuildError for a name that no function has. */
export function resumableExports(
  { exports, importedFunctions }: ModuleCode,
  names: true | readonly string[],
): number[] {
  const functions = exports.filter(({ kind, index }) => kind === ExternalKind.Function && index >= importedFunctions);
  if (names === true) return functions.map(({ index }) => index);
  return names.map((name) => {
    const found = functions.find((each) => each.name === name);
    if (!found) throw new BuildError(`resumable names ${JSON.stringify(name)}, which is no exported function`);
    return found.index;
  });
}
