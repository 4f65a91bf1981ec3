// The names under which core modules have the functions of a world. Source: component-model/design/mvp/BuildTargets.md.

import type { Interface, Named, TypedFunction } from './types.js';

/** Modules from which wit-bindgen imports a world's own functions; C's default module is accepted, too. */
const ROOT_MODULES: readonly string[] = ['$root', 'env'];
export const REALLOC = 'cabi_realloc';
/** The functions of AssemblyScript's runtime that make objects, keep them, and give them up. */
export const MANAGED_RUNTIME = { make: '__new', keep: '__pin', release: '__unpin' } as const;
/** The export through which AssemblyScript gets the number of arguments, if some can be omitted. */
export const ARGUMENTS_LENGTH = '__setArgumentsLength';
const POST_RETURN = 'cabi_post_';

/** A function by its name, a member by that of its resource: `[method]blob.read`. */
export function memberName({ member, name, resource }: TypedFunction): string {
  if (member === 'function') return name;
  return member === 'constructor' ? `[constructor]${resource!.name}` : `[${member}]${resource!.name}.${name}`;
}

/** Returns the names under which a module may export a function. Names of C have no hyphens. */
export function exportNames({ name }: Interface, each: TypedFunction): string[] {
  const own = memberName(each);
  if (name !== '') return [`${name}#${own}`];
  return own.includes('-') ? [own, own.replaceAll('-', '_')] : [own];
}

export const postReturnName = (exported: string): string => `${POST_RETURN}${exported}`;

/** The modules that an interface may be imported from. */
export const importModules = ({ name }: Interface): readonly string[] => (name === '' ? ROOT_MODULES : [name]);

/** The names of an imported function. */
export function importNames(each: TypedFunction): string[] {
  const own = memberName(each);
  return own.includes('-') ? [own, own.replaceAll('-', '_')] : [own];
}

/** `some-name` as `someName`. */
export const camelCase = (name: string): string =>
  name
    .replace(/-([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase())
    .replace(/^[A-Z]/, (first) => first.toLowerCase());

/** Returns the name in JavaScript. */
export const identifierOf = ({ name, identifier }: Named): string => identifier ?? camelCase(name);

/** `some-name` as `SomeName`. */
export function pascalCase(name: string): string {
  const camel = camelCase(name);
  return camel[0].toUpperCase() + camel.slice(1);
}

/** Returns the name of an interface without its package: `acme:demo/types@1.0.0` is `types`. */
export const shortName = (name: string): string => name.replace(/^.*\//, '').replace(/@.*$/, '');

/** The names that imports may have an interface under: its full one, that without a version, and its short one in JavaScript. */
export const interfaceKeys = (name: string): string[] => [name, name.replace(/@.*$/, ''), camelCase(shortName(name))];
