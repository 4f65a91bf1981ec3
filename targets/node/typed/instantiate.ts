// Instantiates a module whose world is known: its exports take and return strings, lists, records, as those do that
// `@bytecodealliance/jco` makes.

import { js, name, stringLiteral } from '../../compiler/javascript/trees/code.js';
import { readAssemblyScript } from '../../interfaces/assemblyscript/read-assemblyscript.js';
import { type BoundFunction, type BoundModule, bindModule } from '../../interfaces/bind.js';
import { isInner } from '../../interfaces/component/parts.js';
import { isComponent, type ReadComponent, readParts } from '../../interfaces/component/read-component.js';
import {
  camelCase,
  identifierOf,
  interfaceKeys,
  MANAGED_RUNTIME,
  pascalCase,
  shortName,
} from '../../interfaces/core-names.js';
import type { Dialect } from '../../interfaces/glue/dialect.js';
import { type Glue, printGlue } from '../../interfaces/glue/glue.js';
import { InterfaceError } from '../../interfaces/interface-error.js';
import type { Interface } from '../../interfaces/types.js';
import { readWit } from '../../interfaces/wit/read-wit.js';
import { describeModule } from '../../module/description.js';
import { readModule } from '../../module/read-module.js';
import { assemblyScriptFunction } from '../assemblyscript.js';
import type { Exports } from '../javascript-api/instance.js';
import type { Imports } from '../javascript-api/interface.js';
import { createWebAssembly } from '../javascript-api/namespace.js';
import { createManagedRuntime } from './managed.js';
import { type CoreInstance, createRuntime } from './runtime.js';

/** Functions of the world by their names in JavaScript, objects of functions by those of interfaces: `wasi:clocks/now`, or `now`. */
export type TypedImports = Record<string, unknown>;
/** The exports of a world. Interfaces are under both names. */
export type TypedExports = Record<string, unknown>;

/** The part of a namespace that is used. */
export interface TypedWebAssembly {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: never, imports: Imports) => { exports: object };
}

export interface TypedOptions {
  /** The text of the module's interface in WIT. A component has its own. */
  wit?: string;
  /** The world's name, if the text has several worlds. */
  world?: string;
  /** The text of the declaration that `asc --bindings` writes for a module of AssemblyScript: of `app.d.ts`. */
  types?: string;
  /** The text of the JavaScript that it writes: of `app.js`. Without it, imported functions take and return numbers. */
  bindings?: string;
  /**
   * The namespace that instantiates the module, `createWebAssembly()` by default; `createCompilingWebAssembly()` or the platform's will do,
   * too.
   */
  WebAssembly?: TypedWebAssembly;
  /** Imports of the module that do not belong to the world. */
  coreImports?: Imports;
}

/**
 * Instantiates a component, or a core module whose world is given, and returns what it exports. Throws an InterfaceError for WIT text
 * with errors, for a module that has other types, for a component that is not supported, and for imports that are missing; and what
 * instantiating throws.
 */
export function instantiateTyped(given: Uint8Array, imports: TypedImports, options: TypedOptions = {}): TypedExports {
  const { WebAssembly = createWebAssembly() as TypedWebAssembly, coreImports } = options;
  const exports: TypedExports = {};
  const inner: TypedImports = {};
  for (const { bytes, world } of withWorld(given, options)) {
    const module = new WebAssembly.Module(bytes);
    const bound = bindModule(describeModule(bytes), world);
    const made = instantiateBound(module, bound, { ...imports, ...inner }, { WebAssembly, coreImports });
    for (const [key, value] of Object.entries(made)) {
      if (isInner(key)) inner[key] = value;
      // Several parts of a component may have functions of one interface.
      else if (typeof value === 'object' && key in exports) Object.assign(exports[key] as object, value);
      else exports[key] = value;
    }
  }
  return exports;
}

/** Instantiates a module that has been compiled and bound. */
export function instantiateBound(
  module: object,
  bound: BoundModule,
  imports: TypedImports,
  { WebAssembly, coreImports = {} }: { WebAssembly: TypedWebAssembly; coreImports?: Imports },
): TypedExports {
  // Globals that a module of AssemblyScript imports stand beside the functions.
  const given = bound.world.convention === 'assemblyscript' ? merged(objectsOf(imports), coreImports) : coreImports;
  return connected(bound, imports, (typed) => {
    const instance = new WebAssembly.Instance(module as never, merged(given, typed));
    return instance.exports as Exports;
  });
}

/** Modules with their worlds: one, unless it is a component that is composed of others. */
function withWorld(bytes: Uint8Array, { wit, world, types, bindings }: TypedOptions): ReadComponent[] {
  if (isComponent(bytes)) return readParts(bytes);
  if (types !== undefined) {
    const declaration = { name: 'types', text: types };
    const given = bindings === undefined ? undefined : { name: 'bindings', text: bindings };
    return [{ bytes, world: readAssemblyScript(readModule(bytes), { declaration, bindings: given }) }];
  }
  if (wit === undefined)
    throw new InterfaceError('the module is no component: give its interface as wit, or as types of AssemblyScript');
  return [{ bytes, world: readWit([{ name: 'wit', text: wit }], world) }];
}

const objectsOf = (imports: TypedImports): Imports =>
  Object.fromEntries(
    Object.entries(imports).filter(([, each]) => typeof each === 'object' && each !== null),
  ) as Imports;

function merged(one: Imports, other: Imports): Imports {
  const all = { ...one };
  for (const [module, members] of Object.entries(other)) all[module] = { ...all[module], ...members };
  return all;
}

type Members = Record<string, unknown>;

/** The glue of a module around an instance, which is made with the functions that the glue gives to it. */
function connected(
  bound: BoundModule,
  imports: TypedImports,
  instantiate: (imports: Imports) => Exports,
): TypedExports {
  const users: unknown[] = [];
  const glue = nodeGlue(bound, (found) => {
    users.push(found(imports));
    return users.length - 1;
  });
  const core: Members = {};
  const memory = () => (core.memory as { buffer: ArrayBuffer }).buffer;
  const runtime = (size: Parameters<typeof createRuntime>[1]) => ({
    ...createRuntime({ memory, ...allocatorOf(core, bound) }, size),
    ...createManagedRuntime(managedOf(core, memory)),
  });
  const made = new Function('runtime', 'core', 'users', 'exports', programText(glue))(runtime, core, users, {}) as {
    imports: Imports;
    exports: () => TypedExports;
  };
  Object.assign(core, instantiate(made.imports));
  return made.exports();
}

/** The module's allocator; without one, arguments lie behind what the module has in memory. */
function allocatorOf(core: Members, { realloc }: BoundModule): Pick<CoreInstance, 'allocate' | 'reset'> {
  let top = 0;
  if (realloc !== null)
    return {
      allocate: (bytes, alignment) => (core[realloc] as (...words: number[]) => number)(0, 0, alignment, bytes) >>> 0,
      reset() {},
    };
  return {
    allocate(bytes, alignment) {
      const pointer = (top + alignment - 1) & -alignment;
      top = pointer + bytes;
      return pointer;
    },
    reset() {
      const base = core.__heap_base as { value: number } | undefined;
      if (base === undefined)
        throw new InterfaceError(
          'arguments need memory, and the module neither allocates nor says where its heap begins',
          ['export cabi_realloc, or link with --export=__heap_base'],
        );
      top = base.value;
    },
  };
}

/** AssemblyScript's runtime in the module. */
function managedOf(core: Members, memory: () => ArrayBuffer): Parameters<typeof createManagedRuntime>[0] {
  const call = (name: string, ...words: number[]) => (core[name] as (...words: number[]) => number)(...words);
  return {
    memory,
    make: (bytes, classId) => call(MANAGED_RUNTIME.make, bytes, classId),
    keep: (address) => call(MANAGED_RUNTIME.keep, address),
    release: (address) => call(MANAGED_RUNTIME.release, address),
  };
}

/** The functions of the runtime that glue calls. */
const RUNTIME = Object.keys({
  ...createRuntime({ memory: () => new ArrayBuffer(0), allocate: () => 0, reset() {} }, { get: () => 0, set() {} }),
  ...createManagedRuntime(managedOf({}, () => new ArrayBuffer(0))),
});

function programText({ functions, exports, imports }: Glue): string {
  const modules = [...new Set(imports.map(({ module }) => module))].map((module) => {
    const members = imports.filter((each) => each.module === module);
    return `${JSON.stringify(module)}:{${members.map((each) => `${JSON.stringify(each.name)}:${each.function}`)}}`;
  });
  return `'use strict';
let size=0;
const {${RUNTIME}}=runtime({get:()=>size,set(value){size=value;}});
${functions}
return {imports:{${modules}},exports(){${exports}
return exports;}};`;
}

/** `use` takes what looks a function up in the imports, and returns its place in the list of users' functions. */
function nodeGlue(bound: BoundModule, use: (found: (imports: TypedImports) => unknown) => number): Glue {
  const user = (found: (imports: TypedImports) => unknown) => js`users[${use(found)}]`;
  const dialect: Dialect = {
    view: js`view()`,
    memoryStart: 0,
    pairs: false,
    exports: name('exports'),
    fullNames: true,
    sliced: null,
    allocate: (length, alignment) => js`allocate(${length},${alignment})`,
    allocateOnce: null,
    copyBytes: () => null,
    bytesOfText: (text) => text,
    members: (value) => js`membersOf(${value})`,
    convertsIntegers: false,
    checks: false,
    core: (exported) => js`core[${stringLiteral(exported)}]`,
    global: (exported) => js`core[${stringLiteral(exported)}]`,
    exported: (direct) => direct,
    enter: bound.realloc === null && bound.world.convention === 'canonical' ? [js`resetArena();`] : [],
    user: (each) => user((imports) => userValue(each, imports, bound)),
  };
  return printGlue(bound, dialect);
}

/** Throws an InterfaceError if it is missing. */
function userValue(each: BoundFunction, imports: TypedImports, { world }: BoundModule): unknown {
  const { function: declared, interface: owner } = each;
  const isMember = declared.member === 'constructor' || declared.member === 'static';
  const key = isMember ? pascalCase(declared.resource!.name) : identifierOf(declared);
  // Methods are those of the object.
  if (declared.member === 'method') return undefined;
  const found = owner.name === '' ? rootValue(imports, key, declared.name) : interfaceOf(owner, imports)?.[key];
  if (typeof found === 'function') return found;
  if (world.convention === 'assemblyscript') {
    const own = (imports[owner.name || 'env'] as Members | undefined)?.[declared.name];
    if (typeof own === 'function') return own;
    const standard = owner.name === '' ? assemblyScriptFunction(declared.name) : undefined;
    if (standard !== undefined) return standard;
  }
  const where = owner.name === '' ? key : `${camelCase(shortName(owner.name))}.${key}`;
  throw new InterfaceError(`the imports have no function ${where}, which the module imports`);
}

function rootValue(imports: TypedImports, key: string, wit: string): unknown {
  const found = imports[key] ?? imports[wit] ?? (imports.$root as Members | undefined)?.[key];
  return typeof found === 'object' && found !== null ? (found as Members).default : found;
}

function interfaceOf({ name }: Interface, imports: TypedImports): Members | undefined {
  const found = interfaceKeys(name).map((key) => imports[key]);
  return found.find((each) => each !== undefined && each !== null) as Members | undefined;
}
