// Reads WIT text to a world's typed description.

import type { World } from '../types.js';
import { parseWit } from './parse.js';
import { resolveWorld } from './resolve.js';
import type { WitPackage } from './syntax.js';
import type { WitFile } from './tokens.js';

/**
 * The world of that name, or the only one of the first file's package. Files of one package are together. Throws an InterfaceError
 * with file, line and column.
 */
export function readWit(files: readonly WitFile[], world?: string): World {
  const packages: WitPackage[] = [];
  for (const each of files.flatMap(parseWit)) {
    const same = packages.find(
      ({ name, version }) => name === each.name && (version === each.version || each.version === ''),
    );
    if (same) same.items.push(...each.items);
    else if (each.name !== '' || each.items.length > 0) packages.push(each);
  }
  return resolveWorld(packages, world);
}
