// Checks the facts that passes find while random modules and the benchmarks' kernels run.
import { describe, expect, test } from 'vitest';
import { kernelBytes, kernels } from '../../../bench/kernels.js';
import { translate } from '../../../targets/compiler/javascript/node/module.js';
import { readModule } from '../../../targets/module/read-module.js';
import { CompiledModule } from '../../../targets/node/compile-module.js';
import { amount } from '../../amount.js';
import type { platform } from '../../differential/platform.js';
import { randomModule } from '../../differential/random-module.js';
import { runOnNode } from '../../differential/transcript.js';
import { CheckingWriter, confirmed, violations } from './checking-writer.js';

/** For the positions of traps. */
Error.stackTraceLimit = 10;

const MODULES = amount(20, 60);

class Module {
  readonly compiled: CompiledModule;

  constructor(bytes: Uint8Array) {
    const code = readModule(bytes);
    const { memory } = code;
    const minimumMemory = memory === null ? 0 : memory.minimum * memory.pageBytes;
    const options = { fuel: false, canonicalNaN: true, labels: true, interpreted: true, without: new Set<never>() };
    this.compiled = new CompiledModule(code, translate(code, { ...options, minimumMemory, writer: CheckingWriter }));
  }
}

class Instance {
  readonly exports: Record<string, unknown>;

  constructor(module: Module, imports: Record<string, Record<string, unknown>>) {
    this.exports = module.compiled.instantiate(imports).exports();
  }
}

describe('what passes find holds', () => {
  test('in random modules', () => {
    for (let seed = 5000; seed < 5000 + MODULES; seed++) {
      const module = randomModule(seed);
      // Its stack frames are larger: a recursion may end earlier than in other engines.
      const { outcomes } = runOnNode(module, seed, { Module, Instance } as unknown as typeof platform);
      expect(violations, `seed ${seed}`).toEqual([]);
      expect(outcomes.length).toBeGreaterThan(0);
    }
  });

  test.each(kernels)('in $name', ({ name }) => {
    const { run } = new Instance(new Module(kernelBytes(name)), {}).exports as { run(n: number): number };
    run(1);
    run(2);
    expect(violations).toEqual([]);
  });

  test('and is found', () => {
    const facts =
      'definition,range,bytes behind,Bounded,InBounds,Aligned,Scaled,Exact,Fits,NonZero,NoOverflow,NotNegative';
    for (const fact of [...facts.split(','), 'CountInRange']) expect(confirmed.get(fact), fact).toBeGreaterThan(10);
  });
});
