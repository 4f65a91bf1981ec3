// Modules of AssemblyScript on Node: values of every type as arguments, results and those of imports, compared with the bindings that
// asc itself writes.
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  createCompilingWebAssembly,
  createWebAssembly,
  instantiateTyped,
  type TypedOptions,
} from '../../../targets/node/index.js';
import { instantiate as instantiateByAsc } from '../interfaces/assemblyscript/values.js';
import { POINT, VALUES } from '../interfaces/assemblyscript/values-table.js';
import { platform } from './transcript.js';

const file = (name: string) => new URL(`../interfaces/assemblyscript/${name}`, import.meta.url);
const bytes = readFileSync(file('values.wasm'));
const types = readFileSync(file('values.d.ts'), 'utf8');
const bindings = readFileSync(file('values.js'), 'utf8');

// biome-ignore lint/suspicious/noExplicitAny: Whatever a module exports.
type Exports = Record<string, any>;

/** Values that come back as others. */
const CHANGED: readonly (readonly [name: string, value: unknown])[] = [
  ['ofI8', 300],
  ['ofU8', -1],
  ['ofI16', 70000],
  ['ofF32', Number.NaN],
  ['ofF64', -0],
  ['ofString', '\ud800'],
  ['ofString', 'x'.repeat(3000)],
  ['ofDoubles', [0.1, Number.NaN]],
];

/** Functions that note what they are given, and return it. */
function imports(seen: unknown[]) {
  const pass = <Value>(value: Value, ...more: unknown[]): Value => {
    seen.push(value, ...more);
    return value;
  };
  return {
    ...{ passText: pass, passMany: pass, double: (value: number) => value * 2 },
    host: { passPoint: pass, passPerson: <Value>(value: Value) => value },
  };
}

const TIERS: [string, TypedOptions['WebAssembly']][] = [
  ['interpreted', createWebAssembly() as TypedOptions['WebAssembly']],
  ['translated', createCompilingWebAssembly() as TypedOptions['WebAssembly']],
];

async function both(namespace: TypedOptions['WebAssembly']) {
  const [seen, seenByAsc] = [[] as unknown[], [] as unknown[]];
  const typed: Exports = instantiateTyped(bytes, imports(seen), { types, bindings, WebAssembly: namespace });
  // Bindings of asc take imports of `env` from the global object.
  const { host, ...env } = imports(seenByAsc);
  for (const [name, value] of Object.entries(env)) vi.stubGlobal(name, value);
  const asc: Exports = await instantiateByAsc(await platform.compile(bytes), { env, host });
  return { typed, asc, seen, seenByAsc };
}

afterEach(() => void vi.unstubAllGlobals());

describe.each(TIERS)('modules of AssemblyScript, %s', (_, namespace) => {
  it('return the values that asc’s own bindings return', async () => {
    const { typed, asc } = await both(namespace);
    for (const [name, values] of Object.entries(VALUES))
      for (const value of values) {
        const expected = asc[name](value);
        expect([name, expected]).toStrictEqual([name, value]);
        expect([name, typed[name](value)]).toStrictEqual([name, expected]);
      }
    for (const [name, value] of CHANGED) expect([name, typed[name](value)]).toStrictEqual([name, asc[name](value)]);
  });

  it('give imports the values that asc’s bindings give', async () => {
    const { typed, asc, seen, seenByAsc } = await both(namespace);
    const results = [typed, asc].map((each) => [
      each.throughText('é'),
      each.throughMany(['a', 'b']),
      each.throughPoint(POINT),
      each.throughPoint(null),
      each.throughPerson(each.makePerson('Ada', 36)),
      each.throughNumber(21),
    ]);
    expect(results[0]).toStrictEqual(results[1]);
    expect(seen).toStrictEqual(seenByAsc);
    expect(results[0].slice(4)).toEqual(['Ada', 42]);
  });

  it('keep objects that stay in the module until they are freed', async () => {
    const { typed: app } = await both(namespace);
    const ada = app.makePerson('Ada', 36);
    const bob = app.makePerson('Bob', 40);
    expect([app.nameOf(ada), app.nameOf(app.older(ada, bob)), app.nameOf(app.older(ada, null))]).toEqual([
      'Ada',
      'Bob',
      'Ada',
    ]);
    const people = app.crowd(['c', 'd'], ada);
    expect(app.ages(people)).toEqual([36, 0, 1]);
    const map = app.ageMap(people);
    expect([app.ageIn(map, 'Ada'), app.ageIn(map, 'x')]).toEqual([36, -1]);
    expect(app.apply(app.adder(2), 5)).toBe(7);
    const same = app.older(ada, null);
    ada.free();
    expect(app.nameOf(same)).toBe('Ada');
    same.free();
    expect(() => app.nameOf(ada)).toThrow('the object has been freed');
    expect(() => app.nameOf({})).toThrow('expected an object of the module, found object');
  });

  it('have variables, enumerations, and parameters that can be left out', async () => {
    const { typed, asc } = await both(namespace);
    for (const app of [typed, asc]) {
      app.label.value = 'é';
      app.isOn.value = false;
      app.counter.value = 7;
    }
    const values = [typed, asc].map((app) => [
      [app.VERSION.value, app.label.value, app.isOn.value, app.counter.value, app.ticks.value],
      [app.join('a', '+', 3), app.nextColour(app.Colour.Red), app.Colour],
    ]);
    expect(values[0]).toStrictEqual(values[1]);
    expect([typed.join('a'), typed.join('a', '+'), typed.join('a', undefined)]).toEqual(['a--', 'a++', 'a--']);
    expect(() => typed.join('a', undefined, 1)).toThrow('expected a string, found undefined');
  });

  it('end calls with errors that keep nothing', async () => {
    const { typed: app } = await both(namespace);
    const failing = () => {
      expect(() => app.ofString(null)).toThrow('expected a string, found null');
      expect(() => app.ofStrings(['a'.repeat(100), null])).toThrow('expected a string, found null');
      expect(() => app.ofPoint({ ...POINT, list: null })).toThrow('expected a list, found null');
      app.ofNested([[Uint8Array.of(1, 2)]]);
      app.join('x'.repeat(50), 'y', 2);
    };
    failing();
    const before = app.heap();
    for (let round = 0; round < 50; round++) failing();
    expect(app.heap()).toBe(before);
    expect(() => app.fail('why')).toThrow(/^abort: why at values\.ts:/);
  });
});
