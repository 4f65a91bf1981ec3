// Follows the definitions of a component: what it imports, which core modules it instantiates with what, and what it exports.

import { InterfaceError } from '../interface-error.js';
import type { Resource } from '../types.js';
import type {
  ComponentItem,
  CoreInstance,
  CoreItem,
  CoreModuleInstance,
  FunctionItem,
  FunctionType,
  InstanceItem,
  Item,
  ResolvedOptions,
  Scope,
  TypeItem,
} from './items.js';
import { damaged, entry, put } from './scope.js';
import { type Bound, type Canonical, type CanonicalOptions, type Definition, type Reference, Sort } from './syntax.js';
import { isSameFunctionType, typeItem, withName } from './value-types.js';

export interface Evaluated {
  imports: Map<string, Item>;
  exports: Map<string, Item>;
  /** Instances in the order of their instantiation. */
  instances: CoreModuleInstance[];
}

/** Instances of components within each other. */
const MOST_DEPTH = 20;
/** Limit of the definitions in all components together. */
const MOST_DEFINITIONS = 200_000;

/** Throws an InterfaceError for definitions that refer to what is not there. */
export function evaluate(definitions: readonly Definition[]): Evaluated {
  const evaluator = new Evaluator();
  const { exports } = evaluator.component({ definitions, scope: { outer: null, spaces: new Map() } }, null, 0);
  return { imports: evaluator.imports, exports: new Map(exports), instances: evaluator.instances };
}

/** An entry, and the space that it is in. */
type Made = [sort: Sort, item: unknown];

class Evaluator {
  readonly imports = new Map<string, Item>();
  readonly instances: CoreModuleInstance[] = [];
  private followed = 0;

  /** `given` is null for the outermost one, whose imports are the host's. */
  component(
    { definitions, scope: outer }: ComponentItem,
    given: ReadonlyMap<string, Item> | null,
    depth: number,
  ): InstanceItem {
    if (depth > MOST_DEPTH) throw damaged(`more than ${MOST_DEPTH} instances within each other`);
    const scope: Scope = { outer, spaces: new Map() };
    const exports = new Map<string, Item>();
    for (const definition of definitions) {
      this.count();
      switch (definition.kind) {
        case 'import': {
          const item =
            given === null ? this.imported(definition.name, definition.bound, scope) : given.get(definition.name);
          if (item === undefined) throw damaged(`an instance lacks ${definition.name}`);
          if (given === null) this.imports.set(definition.name, item);
          put(scope, item.sort, item.item);
          break;
        }
        case 'export': {
          const item = ascribed(this.referred(scope, definition.exported!), definition.bound, scope);
          if (exports.has(definition.name)) throw damaged(`two exports ${definition.name}`);
          withName(item, definition.name);
          exports.set(definition.name, item);
          put(scope, item.sort, item.item);
          break;
        }
        default:
          put(scope, ...this.made(definition, scope, depth));
      }
    }
    return { exports };
  }

  private count(): void {
    if (++this.followed > MOST_DEFINITIONS) throw damaged(`more than ${MOST_DEFINITIONS} definitions`);
  }

  /** Evaluates a definition: returns its item and the index space that it belongs to. */
  private made(definition: Exclude<Definition, { kind: 'import' | 'export' }>, scope: Scope, depth: number): Made {
    switch (definition.kind) {
      case 'core-module':
        return [Sort.CoreModule, definition.bytes];
      case 'core-type':
        return [Sort.CoreType, null];
      case 'core-instantiation':
        return [Sort.CoreInstance, this.coreInstance(definition, scope)];
      case 'core-exports': {
        const exports = definition.exports.map(
          ({ name, sort, index }) => [name, entry<CoreItem>(scope, sort, index)] as const,
        );
        return [Sort.CoreInstance, { kind: 'exports', exports: new Map(exports) } satisfies CoreInstance];
      }
      case 'component':
        return [Sort.Component, { definitions: definition.definitions, scope } satisfies ComponentItem];
      case 'instantiation': {
        const component = entry<ComponentItem>(scope, Sort.Component, definition.component);
        const given = new Map(definition.given.map((each) => [each.name, this.referred(scope, each)]));
        return [Sort.Instance, this.component(component, given, depth + 1)];
      }
      case 'exports': {
        const exports = new Map(definition.exports.map((each) => [each.name, this.referred(scope, each)]));
        return [Sort.Instance, { exports } satisfies InstanceItem];
      }
      case 'type':
        return [Sort.Type, typeItem(definition.type, scope)];
      case 'canonical':
        return this.canonical(definition.canonical, scope);
      default:
        return alias(definition, scope);
    }
  }

  private coreInstance(
    { module, given }: Definition & { kind: 'core-instantiation' },
    scope: Scope,
  ): CoreModuleInstance {
    const made: CoreModuleInstance = {
      kind: 'module',
      bytes: entry(scope, Sort.CoreModule, module),
      given: new Map(
        given.map(({ name, instance }) => [name, entry<CoreInstance>(scope, Sort.CoreInstance, instance)]),
      ),
    };
    this.instances.push(made);
    return made;
  }

  private referred(scope: Scope, { sort, index }: Reference): Item {
    if (
      sort === Sort.Function ||
      sort === Sort.Type ||
      sort === Sort.Instance ||
      sort === Sort.Component ||
      sort === Sort.CoreModule
    )
      return { sort, item: entry(scope, sort, index) } as Item;
    throw damaged(`a ${Sort[sort]} where a function, type or instance has to be`);
  }

  /** An import of the outermost component. */
  private imported(name: string, bound: Bound, scope: Scope): Item {
    if (bound.sort === Sort.Function)
      return {
        sort: Sort.Function,
        item: { kind: 'imported', owner: '', name, type: functionType(scope, bound.type) },
      };
    if (bound.sort === Sort.Type) return { sort: Sort.Type, item: boundType(scope, bound, name, '') };
    if (bound.sort === Sort.Instance)
      return { sort: Sort.Instance, item: this.declaredInstance(entry(scope, Sort.Type, bound.type as number), name) };
    throw new InterfaceError(`the component imports a ${Sort[bound.sort]}, ${name}, which is not supported`);
  }

  /** An instance that the host gives, as its type declares it. */
  private declaredInstance(type: TypeItem, owner: string): InstanceItem {
    if (type.kind !== 'instance') throw damaged(`the type of ${owner} is none of an instance`);
    const scope: Scope = { outer: type.scope, spaces: new Map() };
    const exports = new Map<string, Item>();
    for (const definition of type.definitions) {
      this.count();
      if (definition.kind === 'type') put(scope, Sort.Type, typeItem(definition.type, scope));
      else if (definition.kind === 'core-type') put(scope, Sort.CoreType, null);
      else if (definition.kind === 'outer-alias' || definition.kind === 'export-alias')
        put(scope, ...alias(definition, scope));
      else if (definition.kind === 'export') {
        const { name, bound } = definition;
        const item = declared(scope, bound!, name, owner);
        exports.set(name, item);
        put(scope, item.sort, item.item);
      } else throw damaged('an instance that declares more than types and functions');
    }
    return { exports };
  }

  private canonical(canonical: Canonical, scope: Scope): Made {
    switch (canonical.kind) {
      case 'lift': {
        const options = resolved(canonical.options, scope);
        const core = entry<CoreItem>(scope, Sort.CoreFunction, canonical.core);
        const type = functionType(scope, canonical.type);
        return [Sort.Function, { kind: 'lifted', core, options, type } satisfies FunctionItem];
      }
      case 'lower': {
        const lowered = entry<FunctionItem>(scope, Sort.Function, canonical.function);
        const options = resolved(canonical.options, scope);
        return [Sort.CoreFunction, { kind: 'lowered', function: lowered, options } satisfies CoreItem];
      }
      default: {
        const type = entry<TypeItem>(scope, Sort.Type, canonical.resource);
        if (type.kind !== 'resource') throw damaged(`type ${canonical.resource} is no resource`);
        const item: CoreItem = { kind: 'intrinsic', what: canonical.kind, resource: type.resource };
        return [Sort.CoreFunction, item];
      }
    }
  }
}

/** An exported function with the type that the export gives it: types have their names there. Throws for another type. */
function ascribed(item: Item, bound: Bound | null, scope: Scope): Item {
  if (item.sort !== Sort.Function || bound?.sort !== Sort.Function) return item;
  const type = functionType(scope, bound.type);
  if (!isSameFunctionType(type, item.item.type)) throw damaged('an export has another type than its function');
  return { sort: Sort.Function, item: { ...item.item, type } };
}

function declared(scope: Scope, bound: Bound, name: string, owner: string): Item {
  if (bound.sort === Sort.Function)
    return { sort: Sort.Function, item: { kind: 'imported', owner, name, type: functionType(scope, bound.type) } };
  if (bound.sort === Sort.Type) return { sort: Sort.Type, item: boundType(scope, bound, name, owner) };
  throw new InterfaceError(`the interface ${owner} has a ${Sort[bound.sort]}, ${name}, which is not supported`);
}

function boundType(scope: Scope, { type }: Bound, name: string, owner: string): TypeItem {
  if (type === null) {
    const resource: Resource = { name, docs: [], owner };
    return { kind: 'resource', resource, destructor: null, isImported: true };
  }
  const item = entry<TypeItem>(scope, Sort.Type, type);
  withName({ sort: Sort.Type, item }, name);
  return item;
}

function functionType(scope: Scope, index: number | null): FunctionType {
  const item = entry<TypeItem>(scope, Sort.Type, index ?? -1);
  if (item.kind !== 'function') throw damaged(`type ${index} is none of a function`);
  return item.type;
}

function resolved({ encoding, memory, realloc, postReturn }: CanonicalOptions, scope: Scope): ResolvedOptions {
  if (encoding !== 'utf8')
    throw new InterfaceError(`the component has strings in ${encoding}, and only UTF-8 is supported`, [
      'compile it with tools that encode strings in UTF-8, which is what wit-bindgen does',
    ]);
  const of = (sort: Sort, index: number | null) => (index === null ? null : entry<CoreItem>(scope, sort, index));
  return {
    encoding,
    memory: of(Sort.CoreMemory, memory),
    realloc: of(Sort.CoreFunction, realloc),
    postReturn: of(Sort.CoreFunction, postReturn),
  };
}

function alias(
  definition: Definition & { kind: 'export-alias' | 'core-export-alias' | 'outer-alias' },
  scope: Scope,
): Made {
  const { sort } = definition;
  if (definition.kind === 'outer-alias') {
    let from: Scope | null = scope;
    for (let count = definition.count; count > 0 && from !== null; count--) from = from.outer;
    if (from === null || (sort !== Sort.Type && sort !== Sort.Component && sort !== Sort.CoreModule))
      throw damaged('an alias of what is not outside');
    return [sort, entry(from, sort, definition.index)];
  }
  if (definition.kind === 'export-alias') {
    const { exports } = entry<InstanceItem>(scope, Sort.Instance, definition.instance);
    const found = exports.get(definition.name);
    if (found?.sort !== sort) throw damaged(`an instance has no ${Sort[sort]} ${definition.name}`);
    return [sort, found.item];
  }
  const instance = entry<CoreInstance>(scope, Sort.CoreInstance, definition.instance);
  const found: CoreItem | undefined =
    instance.kind === 'module'
      ? { kind: 'export', sort, instance, name: definition.name }
      : instance.exports.get(definition.name);
  if (found === undefined) throw damaged(`an instance has no ${Sort[sort]} ${definition.name}`);
  return [sort, found];
}
