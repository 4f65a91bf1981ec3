// Finds the functions of a world in a core module, and checks that each has the type that the Canonical ABI gives it.

import { ExternalKind } from '../../src/index.js';
import type { External, ModuleDescription } from '../module/description.js';
import { type CoreSignature, coreSignature, flatTypes, hasPointers, MOST_PARTS, partCount } from './canonical.js';
import {
  ARGUMENTS_LENGTH,
  exportNames,
  importModules,
  importNames,
  MANAGED_RUNTIME,
  memberName,
  postReturnName,
  REALLOC,
} from './core-names.js';
import { InterfaceError } from './interface-error.js';
import {
  type Convention,
  type Enumeration,
  functionText,
  type Interface,
  type Resource,
  type Type,
  type TypedFunction,
  type TypedGlobal,
  typeText,
  type World,
} from './types.js';

/** A function of the world, and the function of the core module that it is. */
export interface BoundFunction {
  interface: Interface;
  function: TypedFunction;
  core: External;
  convention: Convention;
  signature: CoreSignature;
  /** Name of the export to be called when the result has been read. */
  postReturn: string | null;
}

/** An import through which a core module makes, inspects or ends handles: `[resource-drop]blob`. */
export interface ResourceIntrinsic {
  core: External;
  resource: Resource;
  what: 'new' | 'rep' | 'drop';
  /** Whether the resource is the module's own. */
  isExported: boolean;
}

/** A module with its typed description. */
export interface BoundModule {
  world: World;
  exports: readonly BoundFunction[];
  imports: readonly BoundFunction[];
  intrinsics: readonly ResourceIntrinsic[];
  /** The exports that end a resource of the module. */
  destructors: ReadonlyMap<Resource, string>;
  /** Name of the export that allocates; null for none. */
  realloc: string | null;
  /** Exports that glue calls while another call of the module runs: they allocate, and free. */
  allocators: readonly string[];
  globals: readonly TypedGlobal[];
  enumerations: readonly Enumeration[];
}

/** Throws an InterfaceError that names function and parameter, what is declared, and what is there. */
export function bindModule(module: ModuleDescription, world: World): BoundModule {
  for (const each of [...world.imports, ...world.exports].flatMap(({ functions }) => functions)) checkSizes(each);
  const exported = new Map(
    module.exports.filter(({ kind }) => kind === ExternalKind.Function).map((each) => [each.name, each]),
  );
  const exports = world.exports.flatMap((each) =>
    each.functions.map((declared): BoundFunction => {
      const names = exportNames(each, declared);
      const core = names.map((name) => exported.get(name)).find((found) => found !== undefined);
      if (!core) throw missingExport(world, declared, names, [...exported.keys()]);
      checkType(core, declared, 'export', world.convention);
      const postReturn = postReturnName(core.name);
      return {
        interface: each,
        function: declared,
        core,
        convention: world.convention,
        signature: coreSignature(declared, 'export', world.convention),
        postReturn: exported.has(postReturn) ? postReturn : null,
      };
    }),
  );
  const imports = importsOf(module, world);
  const intrinsics = intrinsicsOf(module, world);
  const bound = { world, exports, imports, intrinsics, globals: world.globals, enumerations: world.enumerations };
  if (world.convention === 'assemblyscript') {
    const allocators = managedRuntime(world, [exports, imports], exported);
    for (const each of world.globals) checkGlobal(module, world, each);
    return { ...bound, destructors: new Map(), realloc: null, allocators };
  }
  const realloc = reallocOf(exported);
  for (const { function: each } of imports)
    if (realloc === null && each.result !== null && hasPointers(each.result))
      throw new InterfaceError(
        `${each.name} is imported with the result ${typeText(each.result)}, and the module exports no ${REALLOC} to allocate it`,
        [`export void *${REALLOC}(void *pointer, size_t old_size, size_t alignment, size_t new_size)`],
      );
  const destructors = new Map<Resource, string>();
  for (const each of world.exports)
    for (const resource of each.resources) {
      const name = `${each.name}#[dtor]${resource.name}`;
      if (exported.has(name)) destructors.set(resource, name);
    }
  return { ...bound, destructors, realloc, allocators: realloc === null ? [] : [realloc] };
}

/** The exports of AssemblyScript's runtime that make and keep objects, if any is. Throws an InterfaceError if they are not there. */
function managedRuntime(
  { globals }: World,
  [exports, imports]: readonly [exports: readonly BoundFunction[], imports: readonly BoundFunction[]],
  exported: ReadonlyMap<string, External>,
): string[] {
  const functions = [...exports, ...imports];
  const parametersOf = (each: BoundFunction) => each.function.parameters.map(({ type }) => type);
  const resultsOf = (each: BoundFunction) => (each.function.result === null ? [] : [each.function.result]);
  const made = [
    ...exports.flatMap(parametersOf),
    ...imports.flatMap(resultsOf),
    ...globals.filter(({ isMutable }) => isMutable).map(({ type }) => type),
  ];
  // Others are only read, but for those that stay in the module.
  const read = [...exports.flatMap(resultsOf), ...imports.flatMap(parametersOf), ...globals.map(({ type }) => type)];
  const managed =
    made.find((type) => type.kind === 'managed') ??
    read.find((type) => type.kind === 'managed' && keepsReferences(type));
  const optional = functions.find((each) => each.function.parameters.some(({ isOptional }) => isOptional));
  if (optional && !exported.has(ARGUMENTS_LENGTH))
    throw new InterfaceError(
      `${optional.function.name} has parameters that can be left out, and the module exports no ${ARGUMENTS_LENGTH}`,
    );
  if (managed === undefined) return [];
  const names = Object.values(MANAGED_RUNTIME);
  const missing = names.filter((name) => !exported.has(name));
  if (missing.length > 0)
    throw new InterfaceError(
      `the declaration has the type ${typeText(managed)}, and the module does not export ${missing.join(', ')}`,
      ['compile it with asc --exportRuntime'],
    );
  return names;
}

/** Whether an object, or one in it, stays in the module. Objects of records are looked into once. */
function keepsReferences(type: Type, within: readonly Type[] = []): boolean {
  if (type.kind === 'list') return keepsReferences(type.element, within);
  if (type.kind === 'record')
    return !within.includes(type) && type.fields.some((each) => keepsReferences(each.type, [...within, type]));
  return type.kind === 'managed' && (type.form === 'reference' || keepsReferences(type.type, within));
}

function checkGlobal({ exports }: ModuleDescription, world: World, { name, type, isMutable }: TypedGlobal): void {
  const found = exports.find((each) => each.name === name && each.kind === ExternalKind.Global);
  const declared = `global ${isMutable ? 'mut ' : ''}${flatTypes(type)[0]}`;
  if (found?.type === declared) return;
  const there = found === undefined ? 'no export of that name' : found.type;
  throw new InterfaceError(
    `${world.name} declares ${name}: ${typeText(type, world.convention)}, and the module has ${there}`,
  );
}

function checkSizes(declared: TypedFunction): void {
  const types = [
    ...declared.parameters.map(({ type }) => type),
    ...(declared.result === null ? [] : [declared.result]),
  ];
  for (const type of types)
    if (partCount(type) > MOST_PARTS)
      throw new InterfaceError(
        `${memberName(declared)} has the type ${typeText(type)}, which has more than ${MOST_PARTS} parts`,
      );
}

/** A world as messages call it; that of AssemblyScript is a file with declarations. */
export const worldText = ({ name, convention }: World): string =>
  convention === 'assemblyscript' ? name : `the world ${name}`;

function missingExport(world: World, declared: TypedFunction, names: string[], there: string[]): InterfaceError {
  const shown = there.length === 0 ? 'no functions' : there.slice(0, 8).join(', ');
  return new InterfaceError(
    `${worldText(world)} exports ${memberName(declared)}: ${functionText(declared, world.convention)}, and the module has no export ${names.join(' or ')}`,
    [`it exports ${shown}${there.length > 8 ? ', …' : ''}`],
  );
}

function reallocOf(exported: ReadonlyMap<string, External>): string | null {
  const found = exported.get(REALLOC);
  if (!found) return null;
  if (found.type !== '(i32, i32, i32, i32) -> i32')
    throw new InterfaceError(`${REALLOC} is ${found.type}, and has to be (i32, i32, i32, i32) -> i32`);
  return REALLOC;
}

function importsOf(module: ModuleDescription, world: World): BoundFunction[] {
  const functions = module.imports.filter(({ kind }) => kind === ExternalKind.Function);
  return world.imports.flatMap((each) =>
    each.functions.flatMap((declared) => {
      const found = functions.filter(
        (core) => importModules(each).includes(core.module) && importNames(declared).includes(core.name),
      );
      return found.map((core): BoundFunction => {
        checkType(core, declared, 'import', world.convention);
        return {
          interface: each,
          function: declared,
          core,
          convention: world.convention,
          signature: coreSignature(declared, 'import', world.convention),
          postReturn: null,
        };
      });
    }),
  );
}

const INTRINSIC = /^\[resource-(new|rep|drop)\](.*)$/;
const EXPORTED = '[export]';

function intrinsicsOf(module: ModuleDescription, world: World): ResourceIntrinsic[] {
  return module.imports.flatMap((core) => {
    const [, what, name] = INTRINSIC.exec(core.name) ?? [];
    if (what === undefined) return [];
    const isExported = core.module.startsWith(EXPORTED);
    const from = isExported ? core.module.slice(EXPORTED.length) : core.module;
    const sides = isExported ? world.exports : world.imports;
    const owner = sides.find((each) => importModules(each).includes(from));
    const resource = owner?.resources.find((each) => each.name === name);
    if (!resource) return [];
    return [{ core, resource, what: what as ResourceIntrinsic['what'], isExported }];
  });
}

/** Throws an InterfaceError for the first parameter, or the result, that has another type. */
function checkType(
  core: External,
  declared: TypedFunction,
  direction: 'export' | 'import',
  convention: Convention,
): void {
  const { parameters, results, spillsParameters, spillsResult } = coreSignature(declared, direction, convention);
  if (String(parameters) === String(core.parameters) && String(results) === String(core.results)) return;
  const expected = signatureText(parameters, results);
  const name = memberName(declared);
  const notes = [
    `declared: ${name}: ${functionText(declared, convention)}, which is ${expected}`,
    `in the module: ${core.type}`,
  ];
  const fail = (what: string) => {
    throw new InterfaceError(`the ${direction} ${name} has another type: ${what}`, notes);
  };
  if (spillsParameters) {
    if (core.parameters[0] !== 'i32') fail('it has more than 16 words of parameters, so one i32 points to them');
  } else {
    let at = 0;
    for (const { name: parameter, type } of declared.parameters) {
      const flat = flatTypes(type);
      const there = core.parameters.slice(at, at + flat.length);
      at += flat.length;
      if (String(there) === String(flat)) continue;
      const found = there.length === 0 ? 'nothing' : listText(there);
      fail(
        `its parameter ${parameter}: ${typeText(type, convention)} is ${listText(flat)}, and the module has ${found}`,
      );
    }
  }
  if (spillsResult && direction === 'import' && core.parameters.length === parameters.length - 1)
    fail(`its result ${typeText(declared.result!)} is written to memory, where one more i32 points to`);
  if (core.parameters.length !== parameters.length)
    fail(`it takes ${parameters.length} words, and the module's takes ${core.parameters.length}`);
  if (declared.result === null) fail(`it has no result, and the module has ${listText(core.results)}`);
  const how = spillsResult ? ', a pointer to it' : '';
  fail(
    `its result ${typeText(declared.result!, convention)} is ${listText(results)}${how}, and the module has ${core.results.length === 0 ? 'none' : listText(core.results)}`,
  );
}

const listText = (types: readonly string[]): string =>
  types.length === 0 ? 'nothing' : types.length === 1 ? types[0] : `(${types.join(', ')})`;

function signatureText(parameters: readonly string[], results: readonly string[]): string {
  return `(${parameters.join(', ')})${results.length === 0 ? '' : ` -> ${results.join(', ')}`}`;
}
