// Links the core modules of a component to one, whose imports and exports have the names that the Canonical ABI gives them in a core
// module alone. What wit-component writes for functions that need a memory before it is there, falls away: a module of functions
// that call through a table, and one that fills the table.

import { DecodeError, ExternalKind, ValidationError } from '../../../src/index.js';
import { Reader } from '../../../src/reader.js';
import { Section } from '../../../src/types.js';
import { functionType, HEADER, listed, named, sized, unsigned } from '../../linking/binary-encoding.js';
import { type LinkedModule, linkModules } from '../../linking/link-modules.js';
import type { External } from '../../module/description.js';
import { type ReadModule, readModule } from '../../module/read-module.js';
import { moduleSections } from '../../module/sections.js';
import { hasPointers } from '../canonical.js';
import { REALLOC } from '../core-names.js';
import { InterfaceError } from '../interface-error.js';
import type { Resource } from '../types.js';
import {
  allocatorModule,
  functionExport,
  type HostFunction,
  type Lowered,
  REALLOC_EXPORT,
  REALLOC_TYPE,
} from './allocators.js';
import type { CoreItem, CoreModuleInstance, FunctionItem } from './items.js';
import type { InnerNames } from './parts.js';
import { damaged } from './scope.js';
import { Sort } from './syntax.js';

/** An export of the linked module. */
export interface LinkedExport {
  name: string;
  item: CoreItem;
}

const KINDS: Partial<Record<Sort, ExternalKind>> = {
  [Sort.CoreFunction]: ExternalKind.Function,
  [Sort.CoreTable]: ExternalKind.Table,
  [Sort.CoreMemory]: ExternalKind.Memory,
  [Sort.CoreGlobal]: ExternalKind.Global,
};
/** The module in front of several allocators. */
const ALLOCATORS = '#realloc';
/** The table of the functions that are not there yet. */
const SHIM_TABLE = '$imports';

export const isSameItem = (one: CoreItem, other: CoreItem): boolean =>
  one.kind === 'export' && other.kind === 'export' && one.instance === other.instance && one.name === other.name;

export interface LinkRequest {
  /** Instances in the order of their instantiation. */
  instances: readonly CoreModuleInstance[];
  exports: readonly LinkedExport[];
  /** Functions that allocate; the first allocates for arguments of exports. */
  allocators: readonly CoreItem[];
  /** Resources that the component has itself. */
  resources: ReadonlySet<Resource>;
  innerNames: InnerNames;
}

/** The bytes of one module. Throws an InterfaceError for what cannot be linked. */
export function linkInstances(request: LinkRequest): Uint8Array {
  try {
    const bytes = new ComponentLinker(request).link();
    readModule(bytes);
    return bytes;
  } catch (error) {
    if (error instanceof DecodeError || error instanceof ValidationError)
      throw new InterfaceError(`a core module of the component cannot be linked: ${error.message}`);
    throw error;
  }
}

class ComponentLinker {
  private readonly request: LinkRequest;
  private readonly shims: ReadonlyMap<CoreModuleInstance, Shim>;
  /** The linked instances, and the name under which others import from each. */
  private readonly modules: ReadonlyMap<CoreModuleInstance, { name: string; module: ReadModule }>;
  /** Functions of the host whose results another allocator places than the first. */
  private readonly hostFunctions: HostFunction[] = [];

  constructor(request: LinkRequest) {
    const { instances } = request;
    this.request = request;
    this.shims = shimsOf(instances);
    const left = new Set([...this.shims.keys(), ...[...this.shims.values()].map(({ filler }) => filler)]);
    const kept = instances.filter((each) => !left.has(each));
    this.modules = new Map(
      kept.map((instance, index) => [instance, { name: `#${index}`, module: readModule(instance.bytes) }]),
    );
  }

  link(): Uint8Array {
    const { exports, allocators } = this.request;
    const linked = [...this.modules].map(
      ([instance, { name }]): LinkedModule => ({ name, module: readModule(this.renamed(instance)) }),
    );
    const facade = readModule(this.facade(exports));
    if (allocators.length > 1) {
      const names = allocators.map((each) => this.importNames(each, ExternalKind.Function));
      linked.push({ name: ALLOCATORS, module: readModule(allocatorModule(names, this.hostFunctions)) });
    }
    return linkModules(facade, linked);
  }

  /** Returns the item that functions call which only call through a table. */
  private resolved(item: CoreItem): CoreItem {
    const shim = item.kind === 'export' ? this.shims.get(item.instance) : undefined;
    if (item.kind !== 'export' || shim === undefined) return item;
    const found = shim.functions.get(item.name);
    if (found === undefined) throw damaged(`there is no function ${item.name} to be called through a table`);
    return found;
  }

  /** The import module and name by which the linked module has it. */
  private importNames(given: CoreItem, kind: ExternalKind): [module: string, name: string] {
    const item = this.resolved(given);
    if (item.kind === 'lowered') return this.hostNames(item);
    if (item.kind === 'intrinsic') {
      const { what, resource } = item;
      const own = this.request.resources.has(resource) ? '[export]' : '';
      return [`${own}${resource.owner === '' ? '$root' : resource.owner}`, `[resource-${what}]${resource.name}`];
    }
    const from = this.modules.get(item.instance);
    if (from === undefined) throw damaged('a module imports from one that is not there');
    exportOf(from.module, item.name, kind);
    return [from.name, item.name];
  }

  private hostNames(item: Lowered): [module: string, name: string] {
    const { function: lowered, options } = item;
    const names = lowered.kind === 'lifted' ? this.request.innerNames(lowered) : importedNames(lowered);
    if (names === undefined) throw damaged('a function of no component');
    const { realloc } = options;
    const { result } = lowered.type;
    if (realloc === null || result === null || !hasPointers(result)) return names;
    const allocator = this.request.allocators.findIndex((each) => isSameItem(each, realloc));
    if (allocator <= 0) return names;
    const known = this.hostFunctions.findIndex(
      (each) => each.item.function === lowered && each.allocator === allocator,
    );
    const index = known < 0 ? this.hostFunctions.push({ item, names, allocator }) - 1 : known;
    return [ALLOCATORS, functionExport(index)];
  }

  /** The module with the names of what it gets for those that it imports. */
  private renamed(instance: CoreModuleInstance): Uint8Array {
    const { bytes, given } = instance;
    const { imports } = this.modules.get(instance)!.module;
    const parts: Uint8Array[] = [bytes.subarray(0, HEADER.length)];
    for (const { id, start, contents, end } of moduleSections(bytes)) {
      if (id !== Section.Import) parts.push(bytes.subarray(start, end));
      else {
        const reader = new Reader();
        reader.reset(bytes, contents, end);
        const items: number[] = [...unsigned(reader.u32())];
        for (const each of imports) {
          reader.name();
          reader.name();
          const [from, name] = this.importNames(givenItem(each, given), each.kind);
          const type = reader.position;
          skipImportType(reader);
          items.push(...named(from), ...named(name), ...bytes.subarray(type, reader.position));
        }
        parts.push(Uint8Array.from([Section.Import, ...sized(items)]));
      }
    }
    return Buffer.concat(parts);
  }

  /** A module that only passes on: its exports are those of the linked one. */
  private facade(exports: readonly LinkedExport[]): Uint8Array {
    const types: number[][] = [];
    const imports: number[][] = [];
    const exported: number[][] = [];
    const counts = [0, 0, 0, 0];
    const add = (name: string, names: readonly [string, string], kind: ExternalKind, type: number[]) => {
      imports.push([...named(names[0]), ...named(names[1]), kind, ...type]);
      exported.push([...named(name), kind, ...unsigned(counts[kind]++)]);
    };
    for (const { name, item: given } of exports) {
      const item = this.resolved(given);
      if (item.kind !== 'export')
        throw new InterfaceError(`the component exports a function of its host as ${name}, which is not supported`);
      const kind = KINDS[item.sort]!;
      const names = this.importNames(item, kind);
      const { module } = this.modules.get(item.instance)!;
      add(name, names, kind, typeOf(exportOf(module, item.name, kind), kind, types));
    }
    const { allocators } = this.request;
    if (allocators.length > 0) {
      const names: readonly [string, string] =
        allocators.length > 1 ? [ALLOCATORS, REALLOC_EXPORT] : this.importNames(allocators[0], ExternalKind.Function);
      types.push(REALLOC_TYPE);
      add(REALLOC, names, ExternalKind.Function, unsigned(types.length - 1));
    }
    const sections = [listed(Section.Type, types), listed(Section.Import, imports), listed(Section.Export, exported)];
    return Uint8Array.from([...HEADER, ...sections.flat()]);
  }
}

const importedNames = ({ owner, name }: FunctionItem & { kind: 'imported' }): [string, string] => [
  owner === '' ? '$root' : owner,
  name,
];

/** A module of functions that only call through a table. They have numbers as names. */
interface Shim {
  filler: CoreModuleInstance;
  functions: ReadonlyMap<string, CoreItem>;
}

/** Modules of functions that only call through a table, with the instances that fill it. */
function shimsOf(instances: readonly CoreModuleInstance[]): Map<CoreModuleInstance, Shim> {
  const shims = new Map<CoreModuleInstance, Shim>();
  for (const filler of instances) {
    const [first, ...others] = filler.given.values();
    if (others.length > 0 || first?.kind !== 'exports') continue;
    const table = first.exports.get(SHIM_TABLE);
    if (table?.kind !== 'export' || table.name !== SHIM_TABLE || table.instance.given.size > 0) continue;
    const functions = new Map([...first.exports].filter(([name]) => /^\d+$/.test(name)));
    if (functions.size !== first.exports.size - 1) continue;
    shims.set(table.instance, { filler, functions });
  }
  return shims;
}

function exportOf({ exports }: ReadModule, name: string, kind: ExternalKind): External {
  const found = exports.find((each) => each.name === name && each.kind === kind);
  if (found === undefined) throw damaged(`a core module has no ${ExternalKind[kind]} ${JSON.stringify(name)}`);
  return found;
}

function givenItem({ module, name, kind }: External, given: CoreModuleInstance['given']): CoreItem {
  const instance = given.get(module);
  if (instance === undefined) throw damaged(`a core module gets no ${JSON.stringify(module)}`);
  const sort = [Sort.CoreFunction, Sort.CoreTable, Sort.CoreMemory, Sort.CoreGlobal][kind];
  const found: CoreItem | undefined =
    instance.kind === 'module' ? { kind: 'export', sort, instance, name } : instance.exports.get(name);
  if (found === undefined) throw damaged(`a core module gets no ${JSON.stringify(name)} of ${JSON.stringify(module)}`);
  return found;
}

function skipImportType(reader: Reader): void {
  const kind = reader.byte();
  if (kind === ExternalKind.Function) reader.u32();
  else if (kind === ExternalKind.Global) reader.skip(2);
  else {
    if (kind === ExternalKind.Table) reader.skip(1);
    skipLimits(reader);
  }
}

function skipLimits(reader: Reader): void {
  const flags = reader.byte();
  reader.u32();
  if ((flags & 1) !== 0) reader.u32();
  if ((flags & 8) !== 0) reader.u32();
}

/** A memory is imported with the loosest limits: linking takes those of the module that has it. */
function typeOf({ parameters, results }: External, kind: ExternalKind, types: number[][]): number[] {
  if (kind === ExternalKind.Memory) return [0, 0];
  types.push(functionType(parameters, results));
  return unsigned(types.length - 1);
}
