// `--wit`: reads the world of a module, checks the module against it, and finds the user's functions for what the world imports.

import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Board } from '../boards/index.js';
import { BuildError } from '../targets/board/build-error.js';
import type { TypedInterface, UserFunction } from '../targets/board/typed/typed-program.js';
import { hasFeature } from '../targets/host-functions/features.js';
import type { OwnImports, OwnValue } from '../targets/host-functions/own-imports.js';
import { findHostFunction } from '../targets/host-functions/table.js';
import { componentFunction, hasComponentMethod } from '../targets/host-functions/table-components.js';
import { type BoundFunction, type BoundModule, bindModule, worldText } from '../targets/interfaces/bind.js';
import { camelCase, identifierOf, pascalCase, shortName } from '../targets/interfaces/core-names.js';
import { functionText, type World } from '../targets/interfaces/types.js';
import { readWit } from '../targets/interfaces/wit/read-wit.js';
import type { External } from '../targets/module/description.js';
import type { ReadModule } from '../targets/module/read-module.js';
import { UsageError } from './command-error.js';
import { readSourceFile } from './input-file.js';
import type { WorldOf } from './module-file.js';
import { loadOwnImports } from './own-imports.js';

export interface InterfaceOptions {
  /** A file of WIT text, or a folder with packages that it uses in `deps`. */
  wit?: string;
  world?: string;
}

/** The module with its world, `own` where it has one itself; undefined without one. Throws a UsageError and InterfaceErrors. */
export function boundModule(read: ReadModule, options: InterfaceOptions, own?: WorldOf): BoundModule | undefined {
  if (own === undefined && options.wit === undefined && options.world === undefined) return undefined;
  return bindModule(read, worldOf(read, options, own));
}

/** Throws a UsageError and InterfaceErrors. */
export function worldOf(read: ReadModule, { wit, world }: InterfaceOptions, own?: WorldOf): World {
  if (own !== undefined) {
    if (wit !== undefined || world !== undefined)
      throw new UsageError(`the module has its own interface: leave out --${wit === undefined ? 'world' : 'wit'}`);
    return own(read);
  }
  if (wit === undefined) throw new UsageError('--world names a world of --wit FILE');
  return readWit(witFiles(wit).map(readSourceFile), world);
}

/** The files of WIT text that a path names: itself, or those of a folder, with its packages in `deps`. */
export function witFiles(path: string): string[] {
  if (!isFolder(path)) return [path];
  const files = filesOf(path);
  const deps = join(path, 'deps');
  const others = existsSync(deps) ? readdirSync(deps).map((name) => join(deps, name)) : [];
  const nested = others.flatMap((each) => (isFolder(each) ? filesOf(each) : each.endsWith('.wit') ? [each] : []));
  return [...files, ...nested];
}

const isFolder = (path: string) => existsSync(path) && statSync(path).isDirectory();

const filesOf = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.wit'))
    .map((name) => join(folder, name));

/** Functions that asc imports by their names in JavaScript, and that a board has. */
const GLOBAL = /^(console\.(log|debug|info|warn|error)|Date\.now|Math\.(a?(sin|cos|tan)|atan2|exp|pow|random|round))$/;

export interface TypedImports {
  typed: TypedInterface;
  /** The user's file, with the functions of the world. */
  imports: OwnImports | undefined;
}

/** Throws a BuildError for functions that the file does not have, and what loading it throws. */
export async function typedImportsFor(
  board: Board,
  file: string | undefined,
  given: BoundModule,
): Promise<TypedImports> {
  const loaded = file === undefined ? undefined : await loadOwnImports(board, file);
  const users = new Map<BoundFunction, UserFunction>();
  const missing: string[] = [];
  const systems = new Set<string>();
  /** Functions of AssemblyScript's runtime, which the board has. */
  const standard = new Set<BoundFunction>();
  for (const each of given.imports) {
    const { interface: owner, function: declared, core } = each;
    const found = (loaded && userFunction(each, loaded.exports)) ?? hostFunction(each, board);
    const isAssemblyScript = given.world.convention === 'assemblyscript';
    if (found) users.set(each, found);
    else if (isAssemblyScript && core.module === 'env' && GLOBAL.test(core.name))
      users.set(each, { global: core.name });
    else if (isAssemblyScript && findHostFunction(core.module, core.name, core)) standard.add(each);
    else if (declared.member !== 'method' || !hasComponentMethod(owner.name, declared.name)) {
      if (owner.name.startsWith('wasi:')) systems.add(owner.name);
      missing.push(`${userNames(each)[0].join('.')}: ${functionText(declared, given.world.convention)}`);
    }
  }
  if (missing.length > 0) {
    const what = file === undefined ? 'give them in JavaScript: --imports host.js' : `${file} does not export them`;
    const message =
      systems.size > 0
        ? `a board is no host of ${[...systems].join(', ')}, which the module imports`
        : `${worldText(given.world)} imports functions`;
    throw new BuildError(message, [...missing, what]);
  }
  const bound = { ...given, imports: given.imports.filter((each) => !standard.has(each)) };
  if (bound.imports.length === 0 && bound.intrinsics.length === 0)
    return { typed: { bound, users }, imports: loaded?.own };
  const own = new Map([...(loaded?.own.given ?? [])].map(([module, members]) => [module, new Map(members)]));
  const give = ({ module, name }: External, isHost: boolean) => {
    const members = own.get(module) ?? new Map<string, OwnValue>();
    own.set(module, members.set(name, { from: '', type: 'function', isTyped: true, isHost }));
  };
  for (const each of bound.imports) give(each.core, isHost(users.get(each)));
  for (const { core } of bound.intrinsics) give(core, false);
  return { typed: { bound, users }, imports: { file: file ?? '', text: loaded?.own.text ?? '', given: own } };
}

/** Returns the places where a function may be in the user's file: the names of an export, and of members. */
function userNames({ interface: { name }, function: declared }: BoundFunction): string[][] {
  const { member, resource } = declared;
  const own = member === 'function' ? identifierOf(declared) : pascalCase(resource!.name);
  const behind = member === 'static' ? [camelCase(declared.name)] : [];
  if (name === '')
    return [
      [own, ...behind],
      ['default', own, ...behind],
      // Modules without an interface use these names, too.
      ['env', own, ...behind],
    ];
  return [
    [camelCase(shortName(name)), own, ...behind],
    ['default', name, own, ...behind],
  ];
}

/** The board's own function of WASI preview 2. */
function hostFunction(
  { interface: owner, function: { name, member } }: BoundFunction,
  board: Board,
): UserFunction | undefined {
  const found = member === 'function' ? componentFunction(owner.name, name) : undefined;
  if (found === undefined || (found.feature !== undefined && !hasFeature(board, found.feature))) return undefined;
  return { host: found.implementation };
}

const isHost = (found: UserFunction | undefined): boolean => found !== undefined && 'host' in found;

function userFunction(each: BoundFunction, exports: readonly [string, unknown][]): UserFunction | undefined {
  for (const [from, ...members] of userNames(each)) {
    let value = exports.find(([name]) => name === from)?.[1];
    for (const member of members) value = (value as Record<string, unknown> | undefined)?.[member];
    // The glue calls a static function on its class.
    const taken = each.function.member === 'static' ? members.slice(0, -1) : members;
    if (typeof value === 'function') return { from, members: taken };
  }
  return undefined;
}
