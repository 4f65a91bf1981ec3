// Tests details of the JavaScript interface that programs can observe: attributes of properties, forged objects, the order in which
// arguments are read. Each program runs on both namespaces and on the platform.
import { describe, expect, it } from 'vitest';
import {
  createCompilingWebAssembly,
  createWebAssembly,
  type WebAssemblyNamespace,
} from '../../../targets/node/index.js';
import { wat } from '../../core/wat.js';
import { type Program, platform, thrown, transcript } from './transcript.js';

const namespaces: Record<string, () => WebAssemblyNamespace> = {
  createWebAssembly: () => createWebAssembly(),
  createCompilingWebAssembly: () => createCompilingWebAssembly() as unknown as WebAssemblyNamespace,
};

const MEMBERS: Record<string, string[]> = {
  Module: [],
  Instance: ['exports'],
  Memory: ['grow', 'buffer'],
  Table: ['grow', 'get', 'set', 'length'],
  Global: ['valueOf', 'value'],
};
const STATIC = ['exports', 'imports', 'customSections'];
const FUNCTIONS = ['validate', 'compile', 'instantiate'];
const ERRORS = ['CompileError', 'LinkError', 'RuntimeError'];

const empty = wat('(module)');
const importer = wat(`(module (import "a" "memory" (memory 0)) (import "a" "table" (table 0 funcref))
  (import "a" "global" (global i32)))`);

type Dynamic = Record<string, { prototype: object } & Record<string, unknown>>;

function attributes(log: (...values: unknown[]) => void, object: object, name: PropertyKey): void {
  const { value, get, set, ...flags } = Object.getOwnPropertyDescriptor(object, name) ?? {};
  log(String(name), typeof value === 'object' ? typeof value : value, get, set, flags);
}

/** An argument that writes down when it is read and converted. */
function noticed(order: string[], members: Record<string, unknown>): object {
  const descriptor = {};
  for (const [name, value] of Object.entries(members)) {
    Object.defineProperty(descriptor, name, {
      get() {
        order.push(name);
        const convert = () => {
          order.push(`${name} converted`);
          return value;
        };
        return { valueOf: convert, toString: convert };
      },
    });
  }
  return descriptor;
}

const programs: Record<string, Program> = {
  'attributes of properties'(api, log) {
    const dynamic = api as unknown as Dynamic;
    for (const name of [...Object.keys(MEMBERS), ...ERRORS, ...FUNCTIONS]) attributes(log, api, name);
    for (const name of STATIC) attributes(log, api.Module, name);
    for (const [name, members] of Object.entries(MEMBERS)) {
      attributes(log, dynamic[name], 'prototype');
      for (const member of [...members, Symbol.toStringTag]) attributes(log, dynamic[name].prototype, member);
    }
    for (const name of ERRORS) attributes(log, dynamic[name], 'prototype');
    log(
      Object.keys(api)
        .filter((name) => !name.includes('Streaming'))
        .sort(),
    );
  },

  'objects that are none'(api, log) {
    const forged = { Memory: api.Memory, Table: api.Table, Global: api.Global, Module: api.Module };
    const [memory, table, global, module] = Object.values(forged).map(({ prototype }) => Object.create(prototype));
    const own = { memory: new api.Memory({ initial: 0 }), table: new api.Table({ element: 'anyfunc', initial: 0 }) };
    const untouched = {
      valueOf() {
        throw new Error('converted before the object was looked at');
      },
    } as never;
    for (const action of [
      () => memory.buffer,
      () => memory.grow(untouched),
      () => table.length,
      () => table.get(untouched),
      () => table.set(untouched, null),
      () => table.grow(untouched),
      () => global.value,
      () => global.valueOf(),
      () => Reflect.set(global, 'value', untouched),
      () => new api.Instance(module),
      () => api.Module.imports(module),
      () => new api.Instance(new api.Module(importer), { a: { ...own, global: 1, memory } }),
      () => new api.Instance(new api.Module(importer), { a: { ...own, global: 1, table } }),
      () => new api.Instance(new api.Module(importer), { a: { ...own, global } }),
      () => new api.Instance(new api.Module(importer), { a: { ...own, global: 1 } }),
    ]) {
      log(thrown(action));
    }
  },

  async 'imports that are no object'(api, log) {
    const module = new api.Module(empty);
    for (const imports of [null, true, '', 1, Symbol('s'), undefined, {}, () => 1] as never[]) {
      log(thrown(() => new api.Instance(module, imports)));
      log(
        await api.instantiate(module, imports).then(
          () => 'done',
          (error) => error.name,
        ),
      );
      log(
        await api.instantiate(empty, imports).then(
          () => 'done',
          (error) => error.name,
        ),
      );
    }
  },

  async 'exports that nobody replaces'(api, log) {
    const exported = wat('(module (global (export "g") i32 (i32.const 1)))');
    const { instance } = await api.instantiate(exported);
    const { exports } = instance;
    log(Object.isFrozen(exports), Reflect.set(instance, 'exports', {}), instance.exports === exports);
    log(Object.getOwnPropertyNames(instance));
  },

  async 'when imports are read'(api, log) {
    const imports = {
      get a() {
        log('read');
        return {
          memory: new api.Memory({ initial: 0 }),
          table: new api.Table({ element: 'anyfunc', initial: 0 }),
          global: 1,
        };
      },
    };
    const pending = api.instantiate(importer, imports);
    log('called');
    await pending;
  },

  'the order in which descriptors are read'(api, log) {
    const order: string[] = [];
    new api.Memory(noticed(order, { maximum: 1, initial: 1 }) as never);
    new api.Table(noticed(order, { maximum: 1, initial: 1, element: 'anyfunc' }) as never);
    new api.Global(noticed(order, { value: 'i32', mutable: true }) as never, noticed(order, {}));
    log(order);
  },

  'an iterator of results that is asked for once'(api, log) {
    const bytes = wat(`(module (import "a" "f" (func $f (result i32 i32)))
      (func (export "f") (result i32) (call $f) (i32.sub)))`);
    let asked = 0;
    const results = {
      get [Symbol.iterator]() {
        asked++;
        return [7, 3].values.bind([7, 3]);
      },
    };
    const { f } = new api.Instance(new api.Module(bytes), { a: { f: () => results } }).exports;
    log(f(), asked);
  },
};

describe.each(Object.entries(namespaces))('the properties of %s', (_, create) => {
  it.each(Object.entries(programs))('%s, as on the platform', async (_title, program) => {
    expect(await transcript(create(), program)).toEqual(await transcript(platform, program));
  });

  it('takes and gives BigInts for 64-bit addresses, and links no module to them', () => {
    const api = create();
    const wide = { address: 'i64' } as const;
    const memory = new api.Memory({ ...wide, initial: 1n });
    const table = new api.Table({ ...wide, element: 'anyfunc', initial: 2n, maximum: 5n });
    expect([memory.grow(1n), memory.grow(0n), table.length, table.grow(3n), table.get(4n)]).toEqual([
      1n,
      2n,
      2n,
      2n,
      null,
    ]);
    expect(thrown(() => table.get(1))).toBe('TypeError');
    expect(thrown(() => table.get(5n))).toBe('RangeError');
    const narrow = { memory: new api.Memory({ initial: 0 }), table: new api.Table({ element: 'anyfunc', initial: 0 }) };
    for (const part of [{ memory }, { table }]) {
      const link = () => new api.Instance(new api.Module(importer), { a: { ...narrow, global: 1, ...part } });
      expect(thrown(link)).toBe('LinkError');
    }
    expect(thrown(() => new api.Memory({ address: 'i16' as never, initial: 1 }))).toBe('TypeError');
  });

  it('refuses shared memory by its name', () => {
    expect(() => new (create().Memory)({ initial: 1, maximum: 1, shared: true })).toThrow(
      /shared memory is not supported/,
    );
  });
});
