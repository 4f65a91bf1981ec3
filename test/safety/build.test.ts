// Tests the parts that a build leaves out, by the text of its bundle, and its choices, by running it.

import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { formatFindings } from '../../sim/language/finding.js';
import { lint } from '../../sim/language/lint.js';
import { bundleCore, coreOptions } from '../../targets/build.mjs';
import { wat } from '../core/wat.js';

const files = ['bounded-hash-map', 'bounded-stack', 'bounded-vec', 'safe-memory', 'safe-slice', 'verification-level'];
const resolveDir = fileURLToPath(new URL('../../src/safety', import.meta.url));

const emptyFunction = wat('(module (func (export "f")))');

async function bundle(define: Record<string, string>): Promise<string> {
  const contents = files.map((file) => `export * from './${file}.js';`).join('\n');
  const stdin = { contents, resolveDir, loader: 'ts' as const };
  return bundleCore(define, { entryPoints: undefined, stdin });
}

async function run(define: Record<string, string>) {
  const url = `data:text/javascript;base64,${Buffer.from(await bundle(define)).toString('base64')}`;
  return (await import(url)) as typeof import('../../src/safety/verification-level.js') &
    typeof import('../../src/safety/bounded-vec.js');
}

/** The guard word, the error, an error's text. */
const verification = [new RegExp(String(0x5afec0de)), /IntegrityError/, /corrupted: /];

describe('a build', () => {
  it('of the engine with safety_none has neither verification nor the loops for it', async () => {
    const [whole, none] = [await bundleCore({}), await bundleCore({ safety_none: 'true' })];
    const parts = [/IntegrityError/, /corrupted: /, /linear memory/, new RegExp(String(0x5bd1e995))];
    for (const part of parts) expect([part.test(whole), part.test(none)]).toEqual([true, false]);
    expect(none.length).toBeLessThan(whole.length * 0.7);
  });
  it('with safety_none has no code for verification', async () => {
    const [whole, none] = [await bundle({}), await bundle({ safety_none: 'true' })];
    for (const part of verification) {
      expect(whole).toMatch(part);
      expect(none).not.toMatch(part);
    }
    // The countdowns stay: operations are counted by them.
    expect(none.length).toBeLessThan(whole.length * 0.9);
  });

  it('with safety_none works, whatever level is asked for', async () => {
    const { BoundedVec, VerificationLevel } = await run({ safety_none: 'true' });
    const vector = BoundedVec.withCapacityAndVerification(4, VerificationLevel.Full);
    expect(vector.level).toBe(VerificationLevel.None);
    vector.push(5);
    vector.set(0, 6);
    vector.validate();
    expect(vector.pop()).toBe(6);
  });

  it.each([
    ['safety_none', 0],
    ['safety_sampling', 1],
    ['safety_standard', 2],
    ['safety_full', 3],
  ])('with %s has that level', async (name, level) => {
    const { BoundedVec } = await run({ [name]: 'true' });
    expect(BoundedVec.withCapacity(4).level).toBe(level);
  });

  it.each([
    ['operation_counts', false],
    ['safety_none', false],
    ['safety_sampling', true],
    ['safety_standard', true],
    ['safety_full', true],
  ])('of the engine with %s verifies without being asked: %s', async (name, verifies) => {
    const code = await bundleCore({ [name]: 'true' });
    const url = `data:text/javascript;base64,${Buffer.from(code).toString('base64')}`;
    const { Engine, tiny } = (await import(url)) as typeof import('../../src/index.js');
    const validations = (options: object): boolean => {
      const engine = new Engine(tiny, options);
      engine.call(engine.exportedFunction(engine.instantiate(engine.load(emptyFunction)), 'f'));
      return engine.executionStats().validationOperations > 0;
    };
    expect(validations({})).toBe(verifies);
    expect(validations({ verification: 0 })).toBe(false);
  });

  it('with optimize_hot_paths lowers the level of hot paths', async () => {
    const { hotPathLevel } = await run({ optimize_hot_paths: 'true' });
    expect([0, 1, 2, 3].map(hotPathLevel)).toEqual([0, 1, 1, 1]);
  });

  it('with operation_counts false does not count', async () => {
    const { BoundedVec } = await run({ operation_counts: 'false' });
    const vector = BoundedVec.withCapacity(4);
    vector.push(5);
    expect(vector.counts.collectionOperations).toBe(0);
    expect((await bundle({ operation_counts: 'false' })).length).toBeLessThan((await bundle({})).length);
  });

  it.each([
    ['as written', { minify: false, target: 'esnext', supported: {} }],
    ['as shipped', {}],
  ])('has only what Espruino has: %s', async (_, options) => {
    const contents = files.map((file) => `export * from './${file}.js';`).join('\n');
    const stdin = { contents, resolveDir, loader: 'ts' as const };
    const all = { ...coreOptions, ...options, entryPoints: undefined, stdin, write: false as const };
    const { outputFiles } = await build(all);
    // Espruino's methods do not see the name of a class expression, which esbuild makes of a class that names itself.
    expect(outputFiles[0].text).not.toMatch(/= ?class (?!extends\b)[\w$]/);
    expect(
      formatFindings(
        lint(outputFiles[0].text, { module: true, forbiddenGlobals: ['require', 'process', 'Buffer', 'console'] }),
        'safety',
      ),
    ).toBe('');
  });
});
