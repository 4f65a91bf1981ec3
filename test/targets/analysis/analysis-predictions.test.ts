// Predictions for real modules: an engine with exactly the stated need loads, instantiates and runs them as the platform's
// engine does; with one unit less of any capacity that is said to be exact it fails with the error that names it.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { kernelBytes, kernels } from '../../../bench/kernels.js';
import { realModules } from '../../../bench/real-modules.js';
import { type CapacityName, DecodeError, type Engine } from '../../../src/index.js';
import { analyseModule } from '../../../targets/analysis/analysis.js';
import { Bound, capacitiesOf } from '../../../targets/analysis/need.js';
import type { External } from '../../../targets/module/description.js';
import { readModule } from '../../../targets/module/read-module.js';
import { WASI } from '../../../targets/node/wasi.js';
import {
  type Call,
  callAll,
  callAllOnPlatform,
  callsOf,
  EXHAUSTED,
  instantiateWith,
  missingCapacity,
} from './exact-engine.js';

interface Case {
  name: string;
  bytes: Uint8Array;
  calls: Call[];
}

/** Files of `realModules`, with the number of bases64 texts to take; what they import does not matter to their calls. */
const PACKAGES: Record<string, number> = {
  'hash-wasm': 8,
  'es-module-lexer': 2,
  'cjs-module-lexer': 2,
  'xxhash-wasm': 1,
  'lz4-wasm': 1,
  'source-map': 1,
  'as-sha256/build/optimized.wasm': 1,
  'as-sha256/build/untouched.wasm': 1,
  mp3: 1,
  ogg: 1,
};

/** Some use SIMD. */
function isSupported(bytes: Uint8Array): boolean {
  try {
    analyseModule(readModule(bytes));
    return true;
  } catch (error) {
    if (error instanceof DecodeError) return false;
    throw error;
  }
}

function cases(): Case[] {
  const small = kernels.map(({ name }): Case => {
    return { name: `${name}.c`, bytes: kernelBytes(name), calls: [1, 2, 3].map((n) => ({ name: 'run', values: [n] })) };
  });
  const packaged = Object.entries(PACKAGES).flatMap(([name, count]) =>
    realModules()
      .filter((module) => module.name.includes(name) && isSupported(module.bytes))
      .slice(0, count)
      .map(
        ({ name, bytes }): Case => ({ name: name.replace(/.*node_modules\//, ''), bytes, calls: callsOf(bytes, 0) }),
      ),
  );
  const examples = ['crc32/crc32', 'fib/fib', 'hello/hello'].map((path): Case => {
    const bytes = new Uint8Array(
      readFileSync(fileURLToPath(new URL(`../../../examples/${path}.wasm`, import.meta.url))),
    );
    return { name: `${path}.c`, bytes, calls: path === 'fib/fib' ? callsOf(bytes, 10) : [] };
  });
  return [...small, ...packaged, ...examples];
}

/** Limits that only calls reach, and not loading. */
const RUNNING: CapacityName[] = ['callDepth', 'valueSlots'];
/** For needs of which only the least is known. */
const MUCH = 65536;

const modules = cases();

describe('predictions', () => {
  it('are made for modules enough', () => {
    expect(modules.length).toBeGreaterThan(30);
  });

  describe.each(modules)('$name', ({ bytes, calls }) => {
    const { needs, memory, calls: depth } = analyseModule(readModule(bytes));
    const capacities = capacitiesOf(needs);

    it('are enough', () => {
      const given = { ...capacities };
      for (const name of RUNNING) if (needs[name].bound === Bound.AtLeast) given[name] += MUCH;
      const grows = needs.memoryBytes.bound === Bound.AtLeast;
      if (grows) given.memoryBytes = Math.max(given.memoryBytes, memory.declared);
      const exact = instantiateWith(bytes, given, {
        growMemory: (size) => {
          if (!grows) return null;
          const buffer = new ArrayBuffer(Math.max(size, given.memoryBytes + 2 ** 24));
          new Uint8Array(buffer).set(new Uint8Array(exact.engine.memoryBuffer));
          return buffer;
        },
      });
      const found = callAll(bytes, exact, calls);
      expect(found).toEqual(callAllOnPlatform(bytes, calls));
      if (depth.recursion.length === 0) expect(found.join('\n')).not.toContain(EXHAUSTED);
    });

    it('are tight', () => {
      for (const [name, { needed, exact }] of Object.entries(needs) as [CapacityName, (typeof needs)[CapacityName]][]) {
        if (!exact || needed === 0) continue;
        const less = { ...capacities, [name]: needed - 1 };
        if (!RUNNING.includes(name)) {
          expect([name, missingCapacity(() => instantiateWith(bytes, less))]).toEqual([name, name]);
          continue;
        }
        const found = callAll(bytes, instantiateWith(bytes, less), calls);
        expect([name, found.join('\n')]).toEqual([name, expect.stringContaining(EXHAUSTED)]);
      }
    });
  });
});

describe('WASI programs', () => {
  const input = 'The quick brown fox jumps over the lazy dog';

  it.each([
    ['hello', 'Hello, world!\n'],
    // The CRC-32 of the input, as gzip writes it.
    ['crc32', '414fa339\n'],
  ])('%s runs with what is stated', (name, expected) => {
    const file = new URL(`../../../examples/${name}/${name}.wasm`, import.meta.url);
    const bytes = new Uint8Array(readFileSync(fileURLToPath(file)));
    const { needs, description } = analyseModule(readModule(bytes));
    let output = '';
    const wasi = new WASI({
      args: [name, 'world'],
      stdin: new TextEncoder().encode(input),
      stdout: (written) => {
        output += new TextDecoder().decode(written);
      },
    });
    const { engine, instance } = instantiateWith(bytes, capacitiesOf(needs), {}, (engine) => {
      wasi.define(importedOnly(engine, description.imports));
    });
    expect(wasi.start(engine, instance)).toBe(0);
    expect(output).toBe(expected);
  });
});

/** The engine, for host modules that define more than a module imports. */
function importedOnly(engine: Engine, imports: External[]): Engine {
  const defineFunction: Engine['defineFunction'] = (module, name, ...rest) =>
    imports.some((each) => each.module === module && each.name === name)
      ? engine.defineFunction(module, name, ...rest)
      : -1;
  return new Proxy(engine, {
    get(target, key) {
      if (key === 'defineFunction') return defineFunction;
      const value: unknown = Reflect.get(target, key);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
