// Random modules translated to JavaScript: results, traps with their positions, memory, globals and tables are those of the
// interpreter, with all passes and without each of them.
import { describe, expect, test } from 'vitest';
import { type CompiledModule, type CompileOptions, compileModule, passNames } from '../../targets/compiler/index.js';
import type { Instance as Translated } from '../../targets/compiler/runtime/instance.js';
import { createCompilingWebAssembly } from '../../targets/compiler/webassembly.js';
import type { platform } from './platform.js';
import { randomModule } from './random-module.js';
import { reproduction } from './reproduction.js';
import { createEngine, differences, runOnEngine, runOnNode, trapsOf } from './transcript.js';

const MODULES = 300;
const PART = 50;
/** For the positions of traps. */
Error.stackTraceLimit = 10;

const engine = createEngine();

function check(seed: number, options: Partial<CompileOptions>): { calls: number; traps: number } {
  const module = randomModule(seed);
  const api = createCompilingWebAssembly(options) as unknown as typeof platform;
  const expected = runOnEngine(engine, module, seed);
  const found = differences(runOnNode(module, seed, api), expected);
  if (found.length > 0) expect.fail(reproduction('random', seed, found, module.bytes));
  return { calls: expected.calls.length, traps: trapsOf(expected).length };
}

/** A namespace that counts fuel, and the last instance of it. */
function fuelled() {
  const made = { instance: undefined as Translated | undefined };
  class Module {
    readonly compiled: CompiledModule;
    constructor(bytes: Uint8Array) {
      this.compiled = compileModule(bytes, { dialect: 'node', fuel: true });
    }
  }
  class Instance {
    readonly exports: Record<string, unknown>;
    constructor(module: Module, imports: Record<string, Record<string, unknown>>) {
      made.instance = module.compiled.instantiate(imports);
      this.exports = made.instance.exports();
    }
  }
  return { made, api: { Module, Instance } as unknown as typeof platform };
}

describe('random modules, translated, behave as interpreted', () => {
  const parts = Array.from({ length: MODULES / PART }, (_, index) => index * PART);
  test.each(parts)('seeds from %i', (from) => {
    let calls = 0;
    let traps = 0;
    for (let seed = from; seed < from + PART; seed++) {
      const checked = check(seed, {});
      calls += checked.calls;
      traps += checked.traps;
    }
    expect(calls).toBeGreaterThan(500);
    expect(traps).toBeGreaterThan(calls / 50);
  });

  test('uses as much fuel', () => {
    for (let seed = 2000; seed < 2000 + PART; seed++) {
      const module = randomModule(seed);
      const { made, api } = fuelled();
      const expected = runOnEngine(engine, module, seed);
      expect(differences(runOnNode(module, seed, api), expected)).toEqual([]);
      expect(made.instance!.fuelUsed, `seed ${seed}`).toBe(engine.fuelUsed);
    }
  });

  test('without labels', () => {
    for (let seed = 3000; seed < 3000 + 2 * PART; seed++) check(seed, { labels: false });
  });

  test.each(passNames.map((name) => [name]))('without %s', (name) => {
    for (let seed = 1000; seed < 1000 + PART; seed++) check(seed, { without: [name] });
  });
});
