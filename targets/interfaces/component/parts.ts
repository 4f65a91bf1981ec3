// The parts of a component that is composed of several with memories of their own: each is the core modules that share items, and has a
// world of its own. A function that goes from one part to another is an export of one and an import of the other, in an interface whose
// name no interface of WIT can have. Refuses resources that go from one part to another.

import { casesOf, partsOf } from '../canonical.js';
import { InterfaceError } from '../interface-error.js';
import type { Type } from '../types.js';
import type { Lowered } from './allocators.js';
import type { CoreInstance, CoreItem, CoreModuleInstance, FunctionItem, Item } from './items.js';
import { damaged } from './scope.js';
import { Sort } from './syntax.js';

type Lifted = FunctionItem & { kind: 'lifted' };

export interface ComponentPart {
  /** Instances in the order of their instantiation. */
  instances: CoreModuleInstance[];
  /** What the component exports of this part, and what it gives to later ones. */
  exports: Map<string, Item>;
  /** What it gets of parts before it, as interfaces of functions. */
  inner: Map<string, Item>;
}

/** The module and name under which a function of another part is imported. */
export type InnerNames = (lifted: FunctionItem) => [module: string, name: string] | undefined;

const interfaceName = (part: number) => `#functions-${part}`;

/** Whether an exported interface has functions that one part gives to others. */
export const isInner = (name: string): boolean => name.startsWith('#functions');

/** Functions that modules get, of the host or of another part. */
export function loweredIn(instances: readonly CoreModuleInstance[]): Lowered[] {
  const given = instances.flatMap((each) => [...each.given.values()]);
  const items = given.flatMap((each) => (each.kind === 'exports' ? [...each.exports.values()] : []));
  return items.filter((item) => item.kind === 'lowered');
}

/** Divides a component. Throws an InterfaceError for parts that cannot be connected. */
export function partsOfComponent(
  instances: readonly CoreModuleInstance[],
  exports: ReadonlyMap<string, Item>,
): { parts: ComponentPart[]; innerNames: InnerNames } {
  const groups = groupsOf(instances);
  const parts = groups.map((each): ComponentPart => ({ instances: each, exports: new Map(), inner: new Map() }));
  const partOf = ({ core }: Lifted) =>
    core.kind === 'export' ? groups.findIndex((each) => each.includes(core.instance)) : -1;
  for (const [name, each] of exports)
    for (const [at, item] of dividedItem(each, partOf)) parts[at].exports.set(name, item);
  const names: { core: CoreItem; names: [module: string, name: string] }[] = [];
  const innerNames: InnerNames = (lifted) =>
    lifted.kind === 'lifted' ? names.find(({ core }) => isSame(core, lifted.core))?.names : undefined;
  for (const [to, part] of parts.entries()) {
    for (const { function: called } of loweredIn(part.instances)) {
      if (called.kind !== 'lifted') continue;
      const from = partOf(called);
      if (from < 0 || from >= to) throw damaged('a function of a component that is made later');
      checkTypes(called);
      const found = innerNames(called) ?? [interfaceName(from), `f${names.length}`];
      if (innerNames(called) === undefined) names.push({ core: called.core, names: found });
      for (const items of [parts[from].exports, part.inner]) addFunction(items, found, called);
    }
  }
  return { parts, innerNames };
}

function addFunction(items: Map<string, Item>, [owner, name]: readonly [string, string], called: Lifted): void {
  const known = items.get(owner);
  const functions = new Map(known?.sort === Sort.Instance ? known.item.exports : []);
  items.set(owner, {
    sort: Sort.Instance,
    item: { exports: functions.set(name, { sort: Sort.Function, item: called }) },
  });
}

const isSame = (one: CoreItem, other: CoreItem): boolean =>
  one.kind === 'export' && other.kind === 'export' && one.instance === other.instance && one.name === other.name;

/** Instances that share items of the core modules, by the order in which they are complete. */
function groupsOf(instances: readonly CoreModuleInstance[]): CoreModuleInstance[][] {
  let groups: CoreModuleInstance[][] = [];
  for (const instance of instances) {
    const shared = new Set([...instance.given.values()].flatMap(sharedWith));
    const isConnected = (group: readonly CoreModuleInstance[]) => group.some((each) => shared.has(each));
    const connected = groups.filter(isConnected);
    groups = [...groups.filter((each) => !isConnected(each)), [...connected.flat(), instance]];
  }
  for (const each of groups) each.sort((one, other) => instances.indexOf(one) - instances.indexOf(other));
  return groups;
}

/** The instances of which an instance has something. */
function sharedWith(given: CoreInstance): CoreModuleInstance[] {
  if (given.kind === 'module') return [given];
  return [...given.exports.values()].flatMap((item): CoreModuleInstance[] => {
    if (item.kind === 'export') return [item.instance];
    if (item.kind === 'intrinsic') return [];
    const { memory, realloc } = item.options;
    return [memory, realloc].flatMap((each) => (each?.kind === 'export' ? [each.instance] : []));
  });
}

/** An export as what each part has of it. Types go to the part that has all functions of their interface. */
function dividedItem(item: Item, partOf: (lifted: Lifted) => number): [part: number, item: Item][] {
  if (item.sort === Sort.Function)
    return item.item.kind === 'lifted' ? [[Math.max(0, partOf(item.item)), item]] : [[0, item]];
  if (item.sort !== Sort.Instance) return [[0, item]];
  const divided = new Map<number, Map<string, Item>>();
  const others: [string, Item][] = [];
  for (const [name, each] of item.item.exports) {
    if (each.sort !== Sort.Function) {
      others.push([name, each]);
      continue;
    }
    const [[at]] = dividedItem(each, partOf);
    divided.set(at, (divided.get(at) ?? new Map<string, Item>()).set(name, each));
  }
  const hasResources = others.some(([, each]) => each.sort === Sort.Type && each.item.kind === 'resource');
  if (divided.size > 1 && hasResources)
    throw new InterfaceError('an interface with resources is made by several parts of the component');
  if (divided.size === 0) divided.set(0, new Map());
  const order = [...item.item.exports.keys()];
  return [...divided].map(([at, functions]) => {
    const all = [...functions, ...others].sort(([one], [other]) => order.indexOf(one) - order.indexOf(other));
    return [at, { sort: Sort.Instance, item: { exports: new Map(all) } }];
  });
}

function checkTypes({ type: { parameters, result } }: Lifted): void {
  if ([...parameters.map(({ type }) => type), result].some(hasResources))
    throw new InterfaceError(
      'the component passes resources from one of its components to another, which is not supported',
      ['compose programs before they become components, or give one component only'],
    );
}

function hasResources(type: Type | null): boolean {
  if (type === null) return false;
  if (type.kind === 'own' || type.kind === 'borrow') return true;
  return (type.kind === 'list' ? [type.element] : (partsOf(type) ?? casesOf(type) ?? [])).some(hasResources);
}
