// Modules that declare pages of 64 KiB, on a Puck.js: with only the bytes that they need behind their memory.

import { readFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { jsVarsOfFootprint, puckjs } from '../../../boards/index.js';
import { type Capacities, Engine } from '../../../src/index.js';
import { analyseModule } from '../../../targets/analysis/analysis.js';
import { capacitiesOf } from '../../../targets/analysis/need.js';
import { describeModule } from '../../../targets/module/description.js';
import { readModule } from '../../../targets/module/read-module.js';
import { assemblyScript } from '../../../targets/node/assemblyscript.js';
import { ExitError } from '../../../targets/node/exit-error.js';
import { WASI } from '../../../targets/node/wasi.js';

const read = (path: string) => new Uint8Array(readFileSync(new URL(`../../../${path}`, import.meta.url)));

const needed = (bytes: Uint8Array): Capacities => capacitiesOf(analyseModule(readModule(bytes)).needs);

describe('on a Puck.js', () => {
  it('a WASI program from clang computes a checksum', () => {
    const bytes = read('examples/crc32/crc32.wasm');
    const capacities = needed(bytes);
    expect(jsVarsOfFootprint(capacities, puckjs)).toBeLessThan(puckjs.freeJsVars / 2);
    const input = read('LICENSE');
    const run = (memoryBytes: number): string => {
      const engine = new Engine({ ...capacities, memoryBytes }, { partialMemory: true });
      const output: Uint8Array[] = [];
      const wasi = new WASI({ args: ['crc32'], stdin: input, stdout: (part) => void output.push(part.slice()) });
      const module = engine.load(bytes);
      wasi.define(engine, describeModule(bytes).imports);
      const instance = engine.instantiate(module);
      // The module has one page or more, backed by fewer bytes.
      expect(engine.memoryPages(engine.memoryOf(instance))).toBeGreaterThan(0);
      expect(engine.memoryBytes(engine.memoryOf(instance))).toBe(memoryBytes);
      try {
        engine.call(engine.exportedFunction(instance, '_start'));
      } catch (error) {
        if (!(error instanceof ExitError && error.code === 0)) throw error;
      }
      return Buffer.concat(output).toString().trim();
    };
    expect(capacities.memoryBytes).toBeLessThan(1024);
    expect(run(capacities.memoryBytes)).toBe(crc32(input).toString(16).padStart(8, '0'));
    // The stack's upper end is what is missing then.
    expect(() => run(capacities.memoryBytes - 64)).toThrow('out of bounds memory access');
  });

  it('a module from AssemblyScript counts steps', () => {
    const bytes = read('examples/steps/steps.wasm');
    const capacities = needed(bytes);
    expect(jsVarsOfFootprint(capacities, puckjs)).toBeLessThan(puckjs.freeJsVars / 4);
    const run = (memoryBytes: number): number => {
      const engine = new Engine({ ...capacities, memoryBytes }, { partialMemory: true });
      const module = engine.load(bytes);
      assemblyScript.define(engine, describeModule(bytes).imports, () => {});
      const instance = engine.instantiate(module);
      expect(engine.memoryPages(engine.memoryOf(instance))).toBe(1);
      engine.setI32(0, 60);
      engine.call(engine.exportedFunction(instance, 'simulate'));
      return engine.getI32(0);
    };
    // At least so much, as it allocates an array behind its data when it starts.
    expect(run(capacities.memoryBytes + 64)).toBe(120);
    expect(() => run(capacities.memoryBytes)).toThrow('out of bounds memory access');
    expect(capacities.memoryBytes).toBeLessThan(2048);
  });
});
