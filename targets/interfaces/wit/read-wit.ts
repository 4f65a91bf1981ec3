// Reads WIT text to a world's typed description.

import { InterfaceError } from '../interface-error.js';
import type { SourceFile } from '../source-text.js';
import type { World } from '../types.js';
import { parseWit } from './parse.js';
import { resolveWorld } from './resolve.js';
import type { WitPackage } from './syntax.js';

/**
 * The world of that name, or the only one of the first file's package. Files of one package are together. Throws an InterfaceError
 * with file, line and column.
 */
export function readWit(files: readonly SourceFile[], world?: string): World {
  const packages: WitPackage[] = [];
  for (const each of withNames(files)) {
    const same = packages.find(
      ({ name, version }) => name === each.name && (version === each.version || each.version === ''),
    );
    if (same) same.items.push(...each.items);
    else packages.push(each);
  }
  return resolveWorld(packages, world);
}

const folderOf = ({ name }: SourceFile): string => name.slice(0, name.lastIndexOf('/') + 1);

/** The packages of the files. The files of a folder are of one package, which one of them has to name. */
function withNames(files: readonly SourceFile[]): WitPackage[] {
  const parsed = files.map((file) => ({ file, packages: parseWit(file) }));
  return parsed.flatMap(({ file, packages: [own, ...nested] }) => {
    if (own.name !== '') return [own, ...nested];
    const named = parsed.find((each) => folderOf(each.file) === folderOf(file) && each.packages[0].name !== '');
    if (named === undefined)
      throw new InterfaceError(`${file.name} has no package`, ['begin it with one: package example:app;']);
    const { name, version } = named.packages[0];
    return [{ ...own, name, version }, ...nested];
  });
}
