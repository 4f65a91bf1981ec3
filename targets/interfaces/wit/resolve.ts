// Resolves the names of parsed WIT packages: a world as its typed description. Types that refer to themselves, and names that are
// nowhere, are refused. Source: component-model/design/mvp/WIT.md ("Name resolution").

import { casesOf, partsOf } from '../canonical.js';
import { InterfaceError } from '../interface-error.js';
import { failAt, type Place } from '../source-text.js';
import type { Interface, Resource, Type, TypedFunction, World } from '../types.js';
import { checkPackages, type FoundInterface, packageNamed } from './check.js';
import type {
  WitExternal,
  WitFunction,
  WitInterface,
  WitInterfaceItem,
  WitPackage,
  WitPath,
  WitType,
  WitTypeDefinition,
  WitWorld,
  WitWorldItem,
} from './syntax.js';

type Direction = 'import' | 'export';

/** Worlds that include each other, and interfaces that use each other. */
const DEEPEST = 50;

/** The world of that name, or the only one of the first package. Throws an InterfaceError. */
export function resolveWorld(packages: readonly WitPackage[], wanted?: string): World {
  return new Resolver(packages).world(wanted);
}

/** The scope in which names of types are resolved. */
interface Scope {
  own: WitPackage;
  /** The items of the scope. */
  items: readonly (WitInterfaceItem | WitWorldItem)[];
  /** The interface's full name, '' of the world. */
  owner: string;
  direction: Direction;
  /** Types that have been resolved; null while one is being. */
  types: Map<string, Type | Resource | null>;
}

class Resolver {
  private readonly packages: readonly WitPackage[];
  private readonly scopes = new Map<string, Scope>();
  /** Full names of interfaces that the world exports: types that exports use are of these. */
  private readonly exported = new Set<string>();
  /** Interfaces whose types are used. */
  private readonly used = new Map<string, { own: WitPackage; found: WitInterface }>();

  constructor(packages: readonly WitPackage[]) {
    this.packages = packages;
  }

  world(wanted: string | undefined): World {
    checkPackages(this.packages, (path, own) => this.interfaceOf(path, own));
    const { own, world } = this.chosen(wanted);
    const items = this.included(own, world, 0);
    const scope: Scope = {
      own,
      items: items.map(({ item }) => item),
      owner: '',
      direction: 'import',
      types: new Map(),
    };
    const externals = items.filter((each): each is { own: WitPackage; item: WitExternal } => 'what' in each.item);
    for (const { own: from, item } of externals) {
      if (item.kind === 'export' && 'package' in item.what) this.exported.add(this.interfaceOf(item.what, from).name);
    }
    const side = (direction: Direction) => {
      const wantedItems = externals.filter(({ item }) => item.kind === direction);
      const functions = wantedItems.flatMap(({ item }) =>
        'kind' in item.what && item.what.kind === 'func' ? [this.function(item.what, scope, null)] : [],
      );
      const interfaces = wantedItems.flatMap(({ own: from, item }) => {
        if ('package' in item.what) {
          const { name, own: home, found } = this.interfaceOf(item.what, from);
          return [this.interface(this.scopeOf(name, home, found, direction), name, found)];
        }
        if (item.what.kind !== 'interface') return [];
        return [this.interface(this.scopeOf(item.name, from, item.what, direction), item.name, item.what)];
      });
      const named = direction === 'import' ? this.namedTypes(scope) : { types: [], resources: [] };
      const isEmpty = functions.length === 0 && named.types.length === 0 && named.resources.length === 0;
      const root: Interface = { name: '', docs: [], functions, ...named };
      return isEmpty ? interfaces : [root, ...interfaces];
    };
    const exports = side('export');
    const imports = side('import');
    return {
      ...{ name: world.name, docs: world.docs, convention: 'canonical', globals: [], enumerations: [] },
      ...{ imports: this.withUsed(imports), exports },
    };
  }

  /** An interface whose types are used is imported, too. */
  private withUsed(imports: Interface[]): Interface[] {
    const all = [...imports];
    for (const [name, { own, found }] of this.used) {
      if (this.exported.has(name) || all.some((each) => each.name === name)) continue;
      all.push(this.interface(this.scopeOf(name, own, found, 'import'), name, found));
    }
    return all;
  }

  private chosen(wanted: string | undefined): { own: WitPackage; world: WitWorld } {
    const all = this.packages.flatMap((own) =>
      own.items.flatMap((item) => (item.kind === 'world' ? [{ own, world: item }] : [])),
    );
    const names = all.map(({ own, world }) => `${own.name}/${world.name}`);
    const isWanted = ({ own, world }: (typeof all)[number]) =>
      wanted === undefined
        ? own === this.packages[0] || all.length === 1
        : [world.name, fullName(own, world.name), `${own.name}/${world.name}`].includes(wanted);
    const found = all.filter(isWanted);
    if (found.length === 1) return found[0];
    if (all.length === 0)
      throw new InterfaceError('there is no world', ['declare one: world app { export run: func(); }']);
    if (wanted === undefined) throw new InterfaceError('which world? give --world', [names.join(', ')]);
    throw new InterfaceError(`there is ${found.length === 0 ? 'no' : 'more than one'} world ${wanted}`, [
      names.join(', '),
    ]);
  }

  /** The items of a world with those of the worlds that it includes. */
  private included(own: WitPackage, world: WitWorld, depth: number): { own: WitPackage; item: WitWorldItem }[] {
    return world.items.flatMap((item) => {
      if (item.kind !== 'include') return [{ own, item }];
      if (depth > DEEPEST) failAt(item.from.place, 'worlds include each other in a circle');
      const from = this.packageOf(item.from, own);
      const found = from.items.find((each): each is WitWorld => each.kind === 'world' && each.name === item.from.name);
      if (!found) return failAt(item.from.place, `there is no world ${item.from.name}`);
      return this.included(from, found, depth + 1).map((each) => {
        const renamed = 'what' in each.item && item.names.find(({ name }) => name === (each.item as WitExternal).name);
        return renamed ? { ...each, item: withName(each.item as WitExternal, renamed.as) } : each;
      });
    });
  }

  private packageOf(path: WitPath, own: WitPackage): WitPackage {
    if (path.package === '') return own;
    const found = packageNamed(path, [own, ...this.packages]);
    if (found) return found;
    const version = path.version === '' ? '' : `@${path.version}`;
    return failAt(path.place, `there is no package ${path.package}${version}`, [
      'packages that WIT text uses are in the folder deps beside it: give the folder, --wit wit/',
    ]);
  }

  private interfaceOf(path: WitPath, own: WitPackage, depth = 0): FoundInterface {
    const from = this.packageOf(path, own);
    for (const item of from.items) {
      if (item.kind === 'interface' && item.name === path.name)
        return { name: fullName(from, item.name), own: from, found: item };
      if (item.kind === 'file use' && item.as === path.name && path.package === '' && depth < DEEPEST)
        return this.interfaceOf(item.from, from, depth + 1);
    }
    return failAt(path.place, `there is no interface ${path.name}${path.package === '' ? '' : ` in ${path.package}`}`);
  }

  private scopeOf(owner: string, own: WitPackage, found: WitInterface, direction: Direction): Scope {
    const key = `${direction} ${owner}`;
    const scope = this.scopes.get(key) ?? { own, items: found.items, owner, direction, types: new Map() };
    this.scopes.set(key, scope);
    return scope;
  }

  private interface(scope: Scope, name: string, { docs, items }: WitInterface): Interface {
    const named = this.namedTypes(scope);
    const functions = items.flatMap((item) => {
      if (item.kind === 'func') return [this.function(item, scope, null)];
      if (item.kind !== 'resource') return [];
      const resource = this.named(item.name, scope, item.place) as Resource;
      return item.functions.map((each) => this.function(each, scope, resource));
    });
    return { name, docs, functions, ...named };
  }

  private namedTypes(scope: Scope): Pick<Interface, 'types' | 'resources'> {
    const types: Type[] = [];
    const resources: Resource[] = [];
    for (const item of scope.items) {
      if (!isTypeDefinition(item)) continue;
      const found = this.named(item.name, scope, item.place);
      if (!('kind' in found)) resources.push(found);
      else if (item.kind !== 'type') types.push(found);
    }
    return { types, resources };
  }

  private function(found: WitFunction, scope: Scope, resource: Resource | null): TypedFunction {
    const { name, docs, member } = found;
    const parameters = found.parameters.map((each) => ({ name: each.name, type: this.type(each.type, scope) }));
    if (member === 'method') parameters.unshift({ name: 'self', type: { kind: 'borrow', resource: resource! } });
    const result = found.result === null ? null : this.type(found.result, scope);
    if (result !== null && hasBorrow(result)) failAt(found.place, `${name} returns a borrow, which ends with the call`);
    return { name, docs, member, resource, parameters, result };
  }

  private type(given: WitType, scope: Scope): Type {
    switch (given.kind) {
      case 'list':
        return { kind: 'list', element: this.type(given.type, scope) };
      case 'option':
        return { kind: 'option', type: this.type(given.type, scope) };
      case 'tuple':
        return { kind: 'tuple', types: given.types.map((each) => this.type(each, scope)) };
      case 'result':
        return {
          kind: 'result',
          ok: given.ok && this.type(given.ok, scope),
          error: given.error && this.type(given.error, scope),
        };
      case 'name':
      case 'own':
      case 'borrow': {
        const found = this.named(given.name, scope, given.place);
        if (!('kind' in found)) return { kind: given.kind === 'borrow' ? 'borrow' : 'own', resource: found };
        if (given.kind !== 'name') return failAt(given.place, `${given.name} is no resource`);
        return found;
      }
      default:
        return given as Type;
    }
  }

  /** Returns the type or resource that a name denotes in a scope. */
  private named(name: string, scope: Scope, place: Place): Type | Resource {
    const known = scope.types.get(name);
    if (known === null) return failAt(place, `the type ${name} contains itself`);
    if (known !== undefined) return known;
    scope.types.set(name, null);
    const found = this.definition(name, scope);
    if (found === undefined) return failAt(place, `there is no type ${name}`);
    scope.types.set(name, found);
    return found;
  }

  private definition(name: string, scope: Scope): Type | Resource | undefined {
    for (const item of scope.items) {
      if (item.kind === 'use') {
        const used = item.names.find((each) => each.as === name);
        if (!used) continue;
        const from = this.interfaceOf(item.from, scope.own);
        this.used.set(from.name, from);
        const direction = scope.direction === 'export' && this.exported.has(from.name) ? 'export' : 'import';
        return this.named(used.name, this.scopeOf(from.name, from.own, from.found, direction), used.place);
      }
      if (isTypeDefinition(item) && item.name === name) return this.defined(item, scope);
    }
    return undefined;
  }

  private defined(item: WitTypeDefinition, scope: Scope): Type | Resource {
    const { name, docs } = item;
    const described = (each: { name: string; docs: string[] }) => ({ name: each.name, docs: each.docs });
    switch (item.kind) {
      case 'type':
        return this.type(item.type, scope);
      case 'record': {
        const fields = item.fields.map((each) => ({ ...described(each), type: this.type(each.type, scope) }));
        if (fields.length === 0) failAt(item.place, `the record ${name} has no fields`);
        return { kind: 'record', name, docs, fields };
      }
      case 'variant': {
        const cases = item.cases.map((each) => ({
          ...described(each),
          type: each.type && this.type(each.type, scope),
        }));
        if (cases.length === 0) failAt(item.place, `the variant ${name} has no cases`);
        return { kind: 'variant', name, docs, cases };
      }
      case 'enum':
        if (item.members.length === 0) failAt(item.place, `the enum ${name} has no cases`);
        return { kind: 'enum', name, docs, cases: item.members.map((each) => each.name) };
      case 'flags':
        if (item.members.length === 0 || item.members.length > 32)
          failAt(item.place, `the flags ${name} are ${item.members.length}: a component has 1 to 32`);
        return { kind: 'flags', name, docs, flags: item.members.map((each) => each.name) };
      case 'resource':
        return { name, docs, owner: scope.owner };
    }
  }
}

/** `seen` are types that have none. */
function hasBorrow(type: Type, seen = new Set<Type>()): boolean {
  if (type.kind === 'borrow') return true;
  if (seen.has(type)) return false;
  seen.add(type);
  const parts = type.kind === 'list' ? [type.element] : (partsOf(type) ?? casesOf(type) ?? []);
  return parts.some((each) => each !== null && hasBorrow(each, seen));
}

const isTypeDefinition = (item: WitInterfaceItem | WitWorldItem): item is WitTypeDefinition =>
  ['type', 'record', 'variant', 'enum', 'flags', 'resource'].includes(item.kind);

function withName(external: WitExternal, name: string): WitExternal {
  return { ...external, name, what: 'package' in external.what ? external.what : { ...external.what, name } };
}

/** Returns the name in core modules: `ns:name/interface@1.0.0`. */
function fullName({ name, version }: WitPackage, item: string): string {
  return name === '' ? item : `${name}/${item}${version === '' ? '' : `@${version}`}`;
}
