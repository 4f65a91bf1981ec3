// Checks parsed WIT packages beyond their grammar, whether a world uses what is wrong or not: names that are there twice, what is used and
// is not there, interfaces and packages that depend on themselves. Source: component-model/design/mvp/WIT.md.

import { failAt, type Place } from '../source-text.js';
import type {
  WitExternal,
  WitFileUse,
  WitFunction,
  WitInterface,
  WitInterfaceItem,
  WitPackage,
  WitPath,
  WitTypeDefinition,
  WitUse,
  WitWorld,
  WitWorldItem,
} from './syntax.js';

/** An interface, and the package that it is in. */
export interface FoundInterface {
  name: string;
  own: WitPackage;
  found: WitInterface;
}

/** The package that a path names with its package's name; without a version, the first of that name. */
export const packageNamed = (path: WitPath, packages: readonly WitPackage[]): WitPackage | undefined =>
  packages.find(({ name, version }) => name === path.package && (path.version === '' || version === path.version));

export type FindInterface = (path: WitPath, own: WitPackage) => FoundInterface;

/** `find` throws an InterfaceError for an interface that is not there. */
export function checkPackages(packages: readonly WitPackage[], find: FindInterface): void {
  for (const own of packages) {
    checkTopNames(own);
    for (const item of own.items) {
      if (item.kind === 'interface') checkInterface(item);
      else if (item.kind === 'world') checkWorld(item);
      if (item.kind === 'file use') checkFileUse(item, own, packages);
      else checkUses(item.items, own, find);
    }
  }
  checkPackageCycles(packages);
  checkInterfaceCycles(packages, find);
}

/** Names that are taken: those that differ in their case only are the same in a component. */
class Names {
  private readonly taken = new Set<string>();
  private readonly what: string;

  constructor(what: string) {
    this.what = what;
  }

  add(name: string, place: Place): void {
    const key = name.toLowerCase();
    if (this.taken.has(key)) failAt(place, `${this.what} ${name} is there twice`);
    this.taken.add(key);
  }
}

function checkTopNames({ items }: WitPackage): void {
  const names = new Names('the name');
  for (const item of items) {
    if (item.kind === 'file use') names.add(item.as, item.from.place);
    else names.add(item.name, item.place);
  }
}

function checkInterface({ items }: WitInterface): void {
  const names = new Names('the name');
  for (const item of items) checkItem(item, names);
}

/** Checks an item of an interface or a world. */
function checkItem(item: WitInterfaceItem, names: Names): void {
  if (item.kind === 'use') {
    for (const each of item.names) names.add(each.as, each.place);
    return;
  }
  names.add(item.name, item.place);
  if (item.kind === 'func') checkParameters(item, []);
  else checkType(item);
}

function checkParameters({ parameters, place }: WitFunction, taken: readonly string[]): void {
  const names = new Names('the parameter');
  for (const each of taken) names.add(each, place);
  for (const { name } of parameters) names.add(name, place);
}

function checkType(item: WitTypeDefinition): void {
  const parts = (what: string, declared: readonly { name: string; place: Place }[]) => {
    const names = new Names(what);
    for (const { name, place } of declared) names.add(name, place);
  };
  switch (item.kind) {
    case 'record':
      parts('the field', item.fields);
      return;
    case 'variant':
      parts('the case', item.cases);
      return;
    case 'enum':
      parts('the case', item.members);
      return;
    case 'flags':
      parts('the flag', item.members);
      return;
    case 'resource':
      parts('the function', item.functions);
      for (const each of item.functions) checkParameters(each, each.member === 'method' ? ['self'] : []);
  }
}

function checkWorld({ items }: WitWorld): void {
  const imports = new Names('the import');
  const exports = new Names('the export');
  for (const item of items) {
    if (item.kind === 'include') continue;
    if (!('what' in item)) checkItem(item, imports);
    else checkExternal(item, item.kind === 'import' ? imports : exports);
  }
}

function checkExternal({ name, place, what }: WitExternal, names: Names): void {
  if ('package' in what) {
    names.add(what.package === '' && what.version === '' ? `/${what.name}` : pathText(what), place);
    return;
  }
  names.add(name, place);
  if (what.kind === 'interface') checkInterface(what);
  else checkParameters(what, []);
}

const pathText = ({ package: from, name, version }: WitPath) => `${from}/${name}@${version}`;

const usesOf = (items: readonly (WitInterfaceItem | WitWorldItem)[]): WitUse[] =>
  items.filter((item): item is WitUse => item.kind === 'use');

/** Checks a use of an interface or a world at the top level. */
function checkFileUse({ from }: WitFileUse, own: WitPackage, packages: readonly WitPackage[]): void {
  const used = from.package === '' ? own : packageNamed(from, packages);
  if (!used?.items.some((item) => item.kind !== 'file use' && item.name === from.name))
    failAt(from.place, `there is no interface ${from.package === '' ? '' : `${from.package}/`}${from.name}`);
}

function checkUses(items: WitInterface['items'] | WitWorld['items'], own: WitPackage, find: FindInterface): void {
  for (const { from, names } of usesOf(items)) {
    const { found } = find(from, own);
    const types = found.items.flatMap((item) =>
      item.kind === 'use' ? item.names.map(({ as }) => as) : item.kind === 'func' ? [] : [item.name],
    );
    for (const { name, place } of names) if (!types.includes(name)) failAt(place, `${from.name} has no type ${name}`);
  }
}

/** Interfaces or packages that use each other one by one. */
const DEEPEST = 500;

/** Visits each node once, with what it uses, and where. Throws an InterfaceError for one that depends on itself. */
function checkCycles<Node>(
  nodes: readonly Node[],
  next: (node: Node) => readonly { node: Node; place: Place }[],
  what: (node: Node) => string,
): void {
  const open = new Set<Node>();
  const done = new Set<Node>();
  const visit = (node: Node) => {
    open.add(node);
    for (const { node: used, place } of next(node)) {
      if (open.has(used)) failAt(place, `${what(used)} depends on itself`);
      if (open.size > DEEPEST) failAt(place, `${what(used)} is used by too many that use each other`);
      if (!done.has(used)) visit(used);
    }
    open.delete(node);
    done.add(node);
  };
  for (const node of nodes) if (!done.has(node)) visit(node);
}

function checkInterfaceCycles(packages: readonly WitPackage[], find: FindInterface): void {
  const owners = new Map<WitInterface, WitPackage>();
  for (const own of packages) for (const item of own.items) if (item.kind === 'interface') owners.set(item, own);
  checkCycles(
    [...owners.keys()],
    (node) => usesOf(node.items).map(({ from }) => ({ node: find(from, owners.get(node)!).found, place: from.place })),
    ({ name }) => `the interface ${name}`,
  );
}

/** Paths in which a package names others. */
function pathsOf({ items }: WitPackage): WitPath[] {
  return items.flatMap((item: WitInterface | WitWorld | WitFileUse): WitPath[] => {
    if (item.kind === 'file use') return [item.from];
    return (item.items as readonly (WitInterfaceItem | WitWorldItem)[]).flatMap((each): WitPath[] => {
      if (each.kind === 'use' || each.kind === 'include') return [each.from];
      if (!('what' in each)) return [];
      if ('package' in each.what) return [each.what];
      return each.what.kind === 'interface' ? usesOf(each.what.items).map(({ from }) => from) : [];
    });
  });
}

function checkPackageCycles(packages: readonly WitPackage[]): void {
  checkCycles(
    packages,
    (own) =>
      pathsOf(own).flatMap((path) => {
        if (path.package === '') return [];
        const used = packageNamed(path, packages);
        return used === undefined ? [] : [{ node: used, place: path.place }];
      }),
    ({ name }) => `the package ${name}`,
  );
}
