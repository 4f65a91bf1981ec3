// Links the core modules of a component to one, whose imports and exports have the names that the Canonical ABI gives them in a core
// module alone. What wit-component writes for functions that need a memory before it is there, falls away: a module of functions
// that call through a table, and one that fills the table.

import { DecodeError, ExternalKind, ValidationError } from '../../../src/index.js';
import { Reader } from '../../../src/reader.js';
import { named, sized, unsigned } from '../../linking/binary-encoding.js';
import { type LinkedModule, linkModules } from '../../linking/link-modules.js';
import type { External } from '../../module/description.js';
import { type ReadModule, readModule } from '../../module/read-module.js';
import { InterfaceError } from '../interface-error.js';
import type { Resource } from '../types.js';
import type { CoreItem, CoreModuleInstance } from './items.js';
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
const HEADER = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
/** The table of the functions that are not there yet. */
const SHIM_TABLE = '$imports';

const damaged = (what: string) => new InterfaceError(`the component is damaged: ${what}`);

/** `instances` come in the order of their instantiation. Throws an InterfaceError for what cannot be linked. */
export function linkInstances(
  instances: readonly CoreModuleInstance[],
  exports: readonly LinkedExport[],
  exported: ReadonlySet<Resource>,
): Uint8Array {
  const shims = shimsOf(instances);
  const left = new Set([...shims.keys(), ...[...shims.values()].map(({ filler }) => filler)]);
  const kept = instances.filter((each) => !left.has(each));
  const places = new Map(kept.map((instance, index) => [instance, { name: `#${index}`, instance }]));
  const linker: Linking = { shims, exported, nameOf: (instance: CoreModuleInstance) => places.get(instance)?.name };
  try {
    const modules = new Map<CoreModuleInstance, ReadModule>();
    const linked = kept.map((instance): LinkedModule => {
      const module = readModule(renamed(instance, modules, linker));
      modules.set(instance, module);
      return { name: linker.nameOf(instance)!, module };
    });
    const facade = readModule(facadeOf(exports, modules, linker));
    const bytes = linkModules(facade, linked);
    readModule(bytes);
    return bytes;
  } catch (error) {
    if (error instanceof DecodeError || error instanceof ValidationError)
      throw new InterfaceError(`a core module of the component cannot be linked: ${error.message}`);
    throw error;
  }
}

interface Linking {
  /** Resources that the component has itself. */
  exported: ReadonlySet<Resource>;
  shims: ReadonlyMap<CoreModuleInstance, Shim>;
  /** Under which name others import from it. */
  nameOf(instance: CoreModuleInstance): string | undefined;
}

/** What the functions of such a module call, by their names: numbers. */
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

/** The import module and name by which the linked module has it. */
function importNames(
  item: CoreItem,
  kind: ExternalKind,
  modules: ReadonlyMap<CoreModuleInstance, ReadModule>,
  linking: Linking,
): [string, string] {
  if (item.kind === 'lowered') {
    const { function: lowered } = item;
    if (lowered.kind === 'lifted')
      throw new InterfaceError(
        'the component passes functions from one of its components to another, which is not supported',
        ['compose programs before they become components, or give one component only'],
      );
    return [lowered.owner === '' ? '$root' : lowered.owner, lowered.name];
  }
  if (item.kind === 'intrinsic') {
    const { what, resource } = item;
    return [
      `${linking.exported.has(resource) ? '[export]' : ''}${resource.owner === '' ? '$root' : resource.owner}`,
      `[resource-${what}]${resource.name}`,
    ];
  }
  const shim = linking.shims.get(item.instance);
  if (shim !== undefined) {
    const found = shim.functions.get(item.name);
    if (found === undefined) throw damaged(`there is no function ${item.name} to be called through a table`);
    return importNames(found, kind, modules, linking);
  }
  const from = modules.get(item.instance);
  const name = linking.nameOf(item.instance);
  if (from === undefined || name === undefined) throw damaged('a module imports from one that comes behind it');
  exportOf(from, item.name, kind);
  return [name, item.name];
}

function exportOf({ exports }: ReadModule, name: string, kind: ExternalKind): External {
  const found = exports.find((each) => each.name === name && each.kind === kind);
  if (found === undefined) throw damaged(`a core module has no ${ExternalKind[kind]} ${JSON.stringify(name)}`);
  return found;
}

/** The module with the names of what it gets for those that it imports. */
function renamed(
  { bytes, given }: CoreModuleInstance,
  modules: ReadonlyMap<CoreModuleInstance, ReadModule>,
  linking: Linking,
): Uint8Array {
  const { imports } = readModule(bytes);
  const parts: Uint8Array[] = [bytes.subarray(0, HEADER.length)];
  const reader = new Reader();
  reader.reset(bytes, HEADER.length, bytes.length);
  while (reader.position < bytes.length) {
    const start = reader.position;
    const id = reader.byte();
    const end = reader.u32() + reader.position;
    if (id !== 2) parts.push(bytes.subarray(start, end));
    else {
      const items: number[] = [...unsigned(reader.u32())];
      for (const each of imports) {
        reader.name();
        reader.name();
        const [from, name] = importNames(givenItem(each, given), each.kind, modules, linking);
        const type = reader.position;
        skipImportType(reader);
        items.push(...named(from), ...named(name), ...bytes.subarray(type, reader.position));
      }
      parts.push(Uint8Array.from([2, ...sized(items)]));
    }
    reader.position = end;
  }
  return Buffer.concat(parts);
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

/** A module that only passes on: its exports are those of the linked one. */
function facadeOf(
  exports: readonly LinkedExport[],
  modules: ReadonlyMap<CoreModuleInstance, ReadModule>,
  linking: Linking,
): Uint8Array {
  const types: number[][] = [];
  const imports: number[][] = [];
  const exported: number[][] = [];
  const counts = [0, 0, 0, 0];
  for (const { name, item } of exports) {
    if (item.kind !== 'export')
      throw new InterfaceError('the component exports a function of its host, which is not supported');
    const kind = KINDS[item.sort]!;
    const names = importNames(item, kind, modules, linking);
    const from = modules.get(item.instance);
    if (from === undefined)
      throw new InterfaceError('the component exports a function of its host, which is not supported');
    imports.push([
      ...named(names[0]),
      ...named(names[1]),
      kind,
      ...typeOf(exportOf(from, item.name, kind), kind, types),
    ]);
    exported.push([...named(name), kind, ...unsigned(counts[kind]++)]);
  }
  const section = (id: number, items: number[][]) => [id, ...sized([...unsigned(items.length), ...items.flat()])];
  return Uint8Array.from([...HEADER, ...section(1, types), ...section(2, imports), ...section(7, exported)]);
}

const VALUE_TYPES: Readonly<Record<string, number>> = {
  i32: 127,
  i64: 126,
  f32: 125,
  f64: 124,
  funcref: 112,
  externref: 111,
};

/** A memory is imported with the loosest limits: linking takes those of the module that has it. */
function typeOf({ parameters, results }: External, kind: ExternalKind, types: number[][]): number[] {
  if (kind === ExternalKind.Memory) return [0, 0];
  const list = (names: readonly string[]) => sized(names.map((name) => VALUE_TYPES[name]));
  types.push([0x60, ...list(parameters), ...list(results)]);
  return unsigned(types.length - 1);
}
