// Which imports of a module no host module defines.

import { ExternalKind } from '../../src/index.js';
import type { External, ModuleDescription } from '../module/description.js';
import { assemblyScript } from '../node/assemblyscript.js';
import { WASI } from '../node/wasi.js';

/** What can be asked whether it defines a function. */
export interface HostModule {
  defines(module: string, name: string): boolean;
}

export const HOST_MODULES: readonly HostModule[] = [WASI, assemblyScript];

/** Host modules define functions: every other import is missing. */
export function missingImports(
  { imports }: ModuleDescription,
  hosts: readonly HostModule[] = HOST_MODULES,
): External[] {
  return imports.filter(
    ({ kind, module, name }) => kind !== ExternalKind.Function || !hosts.some((host) => host.defines(module, name)),
  );
}
