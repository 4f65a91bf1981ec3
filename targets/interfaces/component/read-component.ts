// Takes a component apart: its world, and one core module that has the functions of this world under the names that the Canonical ABI
// gives them. From there on it is like any module with a world. Refuses, by name, what a board cannot host.

import { EngineError } from '../../../src/index.js';
import { memberName } from '../core-names.js';
import { InterfaceError } from '../interface-error.js';
import type { Interface, Resource, Type, TypedFunction, World } from '../types.js';
import { evaluate } from './evaluate.js';
import type { CoreItem, CoreModuleInstance, FunctionItem, FunctionType, InstanceItem, Item } from './items.js';
import { isSameItem, type LinkedExport, linkInstances } from './link.js';
import { parseComponent } from './parse.js';
import { type ComponentPart, type InnerNames, isInner, loweredIn, partsOfComponent } from './parts.js';
import { damaged } from './scope.js';
import { Sort } from './syntax.js';

export { isComponent } from './parse.js';

export interface ReadComponent {
  world: World;
  /** The bytes of the linked core module. */
  bytes: Uint8Array;
}

/** Throws an InterfaceError: for a damaged component, and for what is not supported, such as one that is composed of others. */
export function readComponent(bytes: Uint8Array): ReadComponent {
  const parts = readParts(bytes);
  if (parts.length > 1)
    throw new InterfaceError(`the component is composed of ${parts.length} components, and a program is made of one`, [
      'give each component by itself, and connect them in JavaScript, with --imports, or in a program that requires both',
      'in Node, instantiateTyped takes it',
    ]);
  return parts[0];
}

/**
 * The parts of a component, in the order of their instantiation: one, unless it is composed of others. Each may import from those before
 * it (see parts.ts). Throws as `readComponent` does.
 */
export function readParts(bytes: Uint8Array): ReadComponent[] {
  try {
    const { imports, exports, instances } = evaluate(parseComponent(bytes));
    const whole: ComponentPart = { instances, exports, inner: new Map() };
    const { parts, innerNames } = isComposed(instances)
      ? partsOfComponent(instances, exports)
      : { parts: [whole], innerNames: () => undefined };
    return parts.map((each) => readPart(each, interfacesOf(imports, false), innerNames));
  } catch (error) {
    if (error instanceof EngineError) throw damaged(error.message);
    throw error;
  }
}

const isComposed = (instances: readonly CoreModuleInstance[]): boolean =>
  loweredIn(instances).some((each) => each.function.kind === 'lifted');

function readPart(
  { instances, exports, inner }: ComponentPart,
  imports: readonly Interface[],
  innerNames: InnerNames,
): ReadComponent {
  const world: World = {
    ...{ name: 'root', docs: [], convention: 'canonical', globals: [], enumerations: [] },
    imports: [...imports, ...interfacesOf(inner, false)],
    exports: interfacesOf(exports, true),
  };
  const { linked, allocators } = coreExports(exports, world, instances);
  const resources = exportedResources(world);
  return { world, bytes: linkInstances({ instances, exports: linked, allocators, resources, innerNames }) };
}

/** Matches a name with a package, `wasi:clocks/wall-clock@0.2.0`, or the name of an interface that the world declares itself. */
const INTERFACE = /^[a-z][a-z0-9-]*(:[a-z][a-z0-9-]*(\/[a-z][a-z0-9-]*)+(@[0-9A-Za-z.+-]+)?)?$/;

/** Returns the imported or exported interfaces. Functions of the world itself belong to an interface without a name. */
function interfacesOf(items: ReadonlyMap<string, Item>, isExported: boolean): Interface[] {
  const own = interfaceOf('', { exports: items }, isExported);
  const others = [...items].flatMap(([name, { sort, item }]) => {
    if (sort !== Sort.Instance) return [];
    if (!isInner(name) && (!INTERFACE.test(name) || name.length > 200))
      throw damaged(`${JSON.stringify(name.slice(0, 40))} is no name of an interface`);
    return [interfaceOf(name, item, isExported)];
  });
  return own.functions.length + own.types.length + own.resources.length === 0 ? others : [own, ...others];
}

function interfaceOf(name: string, { exports }: InstanceItem, isExported: boolean): Interface {
  const types: Type[] = [];
  const resources = new Map<string, Resource>();
  for (const [key, { sort, item }] of exports) {
    if (sort !== Sort.Type) continue;
    if (item.kind === 'resource') {
      if (isExported && !item.isImported) {
        item.resource.owner = name;
      }
      resources.set(key, item.resource);
    } else if (item.kind === 'value' && 'name' in item.type) types.push(item.type);
  }
  const functions = [...exports].flatMap(([key, { sort, item }]) =>
    sort === Sort.Function ? [typedFunction(key, item.type, resources)] : [],
  );
  return { name, docs: [], functions, types, resources: [...resources.values()] };
}

const MEMBER = /^(?:\[(constructor|method|static)\])?([A-Za-z][A-Za-z0-9-]*)(?:\.([A-Za-z][A-Za-z0-9-]*))?$/;

function typedFunction(
  key: string,
  { parameters, result }: FunctionType,
  resources: ReadonlyMap<string, Resource>,
): TypedFunction {
  const [, kind, first, second] = MEMBER.exec(key) ?? [];
  const isMember = kind === 'method' || kind === 'static';
  if (first === undefined || isMember !== (second !== undefined) || key.length > 400)
    throw damaged(`${JSON.stringify(key.slice(0, 40))} is no name of a function`);
  const resource = kind === undefined ? null : resources.get(first);
  if (resource === undefined) throw damaged(`${key} is of no resource`);
  const member = (kind ?? 'function') as TypedFunction['member'];
  return { name: second ?? first, docs: [], member, resource, parameters, result };
}

/** Returns the exports of the linked module: the functions of the world, the functions that they need, the memory, and the allocators. */
function coreExports(
  items: ReadonlyMap<string, Item>,
  { exports }: World,
  instances: readonly CoreModuleInstance[],
): { linked: LinkedExport[]; allocators: CoreItem[] } {
  const linked = new Map<string, CoreItem>();
  const allocators: CoreItem[] = [];
  const add = (name: string, item: CoreItem | null) => {
    if (item !== null) linked.set(name, item);
  };
  const addMemory = (memory: CoreItem | null) => {
    const other = linked.get('memory');
    if (memory !== null && other !== undefined && !isSameItem(other, memory))
      throw new InterfaceError('the component is composed of several with memories of their own: a program has one', [
        `its ${instances.length} core modules cannot be linked: give each component by itself`,
        'and connect them in JavaScript, with --imports, or in a program that requires both',
      ]);
    add('memory', memory);
  };
  const addAllocator = (realloc: CoreItem | null) => {
    if (realloc !== null && !allocators.some((each) => isSameItem(each, realloc))) allocators.push(realloc);
  };
  for (const each of exports) {
    const instance = each.name === '' ? items : (items.get(each.name)!.item as InstanceItem).exports;
    for (const typed of each.functions) {
      const name = memberName(typed);
      const core = each.name === '' ? name : `${each.name}#${name}`;
      const item = instance.get(name)!.item as FunctionItem;
      if (item.kind === 'imported')
        throw new InterfaceError(`the component exports ${name} of its host, which is not supported`);
      add(core, item.core);
      add(`cabi_post_${core}`, item.options.postReturn);
      addMemory(item.options.memory);
      addAllocator(item.options.realloc);
    }
    for (const [name, { sort, item }] of instance)
      if (sort === Sort.Type && item.kind === 'resource') add(`${each.name}#[dtor]${name}`, item.destructor);
  }
  if (allocators.length > 1)
    throw new InterfaceError('the exports of the component use several allocators, which is not supported');
  for (const { options } of loweredIn(instances)) {
    addMemory(options.memory);
    addAllocator(options.realloc);
  }
  return { linked: [...linked].map(([name, item]) => ({ name, item })), allocators };
}

const exportedResources = ({ exports }: World): ReadonlySet<Resource> =>
  new Set(exports.flatMap(({ name, resources }) => resources.filter(({ owner }) => owner === name)));
