// A module is read once: what a build parses, validates and describes is counted.
import { describe, expect, it, vi } from 'vitest';
import { banglejs2 } from '../../../boards/index.js';
import { large } from '../../../src/index.js';
import { Store } from '../../../src/store.js';
import { Validator } from '../../../src/validate.js';
import { analyseModule } from '../../../targets/analysis/analysis.js';
import { type BuildOptions, buildProgram } from '../../../targets/board/build.js';
import { budgetOf } from '../../../targets/budget/budget.js';
import { adoptModule } from '../../../targets/module/adopt-module.js';
import { readModule } from '../../../targets/module/read-module.js';
import { wat } from '../../core/wat.js';

const counted = vi.hoisted(() => ({ parsed: 0, described: 0 }));

vi.mock('../../../src/parse.js', async (original) => {
  const module = await original<typeof import('../../../src/parse.js')>();
  const parse: typeof module.parse = (...operands) => {
    counted.parsed++;
    module.parse(...operands);
  };
  return { ...module, parse };
});

vi.mock('../../../targets/module/description.js', async (original) => {
  const module = await original<typeof import('../../../targets/module/description.js')>();
  const describeModule: typeof module.describeModule = (bytes) => {
    counted.described++;
    return module.describeModule(bytes);
  };
  return { ...module, describeModule };
});

const COUNTER = wat(`(module (memory 1) (data (i32.const 8) "abc") (global $count (mut i32) (i32.const 0))
  (func $add (param i32) (result i32) (global.set $count (i32.add (global.get $count) (local.get 0))) (global.get $count))
  (func (export "add") (param i32) (result i32) (call $add (local.get 0))))`);
const LIBRARY = wat('(module (func (export "twice") (param i32) (result i32) (i32.shl (local.get 0) (i32.const 1))))');
const USER = wat(`(module (import "library" "twice" (func $twice (param i32) (result i32)))
  (func (export "four") (param i32) (result i32) (call $twice (call $twice (local.get 0)))))`);

/** How often modules were parsed, validated and described. */
async function readings(build: () => unknown): Promise<number[]> {
  Object.assign(counted, { parsed: 0, described: 0 });
  const validate = vi.spyOn(Validator.prototype, 'validate');
  await build();
  const validated = validate.mock.calls.length;
  validate.mockRestore();
  return [counted.parsed, validated, counted.described];
}

const program = (bytes: Uint8Array, options: Partial<BuildOptions>) => () =>
  buildProgram(readModule(bytes), { board: banglejs2, name: 'app', ...options });

describe('a module is parsed, validated and described', () => {
  it('once for a program that is interpreted', async () => {
    expect(await readings(program(COUNTER, { tier: 'interp' }))).toEqual([1, 1, 1]);
  });

  it('once for a program that is translated as it is', async () => {
    expect(await readings(program(COUNTER, { tier: 'js', optimise: false }))).toEqual([1, 1, 1]);
    expect(await readings(program(COUNTER, { tier: 'js', fuel: true }))).toEqual([1, 1, 1]);
  });

  it('once as it is given, and once as it is optimised', async () => {
    expect(await readings(program(COUNTER, { tier: 'js' }))).toEqual([2, 2, 2]);
  });

  it('once for each module of a program, and once linked', async () => {
    const linked = () => [{ name: 'library', module: readModule(LIBRARY) }];
    const build = (options: Partial<BuildOptions>) => () => program(USER, { ...options, linked: linked() })();
    expect(await readings(build({ tier: 'interp' }))).toEqual([2, 2, 2]);
    expect(await readings(build({ tier: 'js', optimise: false }))).toEqual([3, 3, 3]);
  });

  it('once for its budget on any number of boards', async () => {
    const budgets = () => {
      const read = readModule(COUNTER);
      const analysis = analyseModule(read);
      for (let count = 0; count < 3; count++) budgetOf('counter.wasm', read, banglejs2, { analysis });
      budgetOf('counter.wasm', read, banglejs2);
    };
    expect(await readings(budgets)).toEqual([1, 1, 1]);
  });
});

describe('adopting a module that was read', () => {
  const capacities = { ...large, modules: 2, memories: 0, memoryBytes: 0, codeWords: 0 };
  const USED = wat(`(module (type (func (param f64 i64) (result i32))) (type (func (param i32)))
    (import "a" "f" (func (type 1))) (import "a" "g" (global i64)) (table 2 4 externref) (table 3 funcref)
    (global (mut f32) (f32.const 1)) (elem (table 1) (i32.const 0) func 0 1) (data "xy")
    (func (type 0) (drop (ref.func 0)) (i32.const 1)))`);

  it('leaves a store as loading does', () => {
    const read = readModule(USED);
    const store = new Store(capacities, undefined);
    const adopted = adoptModule(store, read);
    expect(adopted).toEqual(read.module);
    const tables = ['moduleTypes', 'moduleFunctionTypes', 'moduleFunctionBodies', 'moduleFunctionFlags'] as const;
    const rows = [
      'moduleTables',
      'moduleGlobals',
      'moduleElements',
      'moduleData',
      'typeOffsets',
      'typeValues',
    ] as const;
    for (const name of [...tables, ...rows]) {
      const length = Math.min(64, store[name].length);
      expect(store[name].subarray(0, length), name).toEqual(read.store[name].subarray(0, length));
    }
    const tops = (each: Store) =>
      Object.entries(each).filter(([name]) => name.endsWith('Top') && name !== 'memoryTop') as [string, number][];
    expect(tops(store)).toEqual(tops(read.store));
  });

  it('numbers its types as those of the store that are equal', () => {
    const store = new Store(capacities, undefined);
    adoptModule(store, readModule(wat('(module (type (func (param i32))) (type (func (param f32 f32))))')));
    const second = adoptModule(store, readModule(USED));
    expect(second.typeBase).toBe(2);
    // The type of one i32 parameter is the first module's first one.
    expect(store.moduleTypes[second.typeBase + 1]).toBe(store.moduleTypes[0]);
    expect(store.moduleFunctionTypes[second.functionBase]).toBe(store.moduleTypes[0]);
  });

  it('is refused where a store has no room for it', () => {
    const read = readModule(USED);
    for (const capacity of ['modules', 'types', 'typeValues', 'functions', 'tables', 'globals'] as const) {
      const store = new Store({ ...capacities, [capacity]: 0 }, undefined);
      expect(() => adoptModule(store, read)).toThrow(expect.objectContaining({ capacity }));
    }
  });
});
