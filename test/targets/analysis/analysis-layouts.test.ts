// The memory layouts that wasm-ld makes, as clang's own output shows them: where there is no clang, this is skipped.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { analyseModule } from '../../../targets/analysis/analysis.js';
import { Bound, capacitiesOf } from '../../../targets/analysis/need.js';
import { Language } from '../../../targets/module/producers.js';
import { readModule } from '../../../targets/module/read-module.js';
import { BARE_C, compileC, hasClang, withoutClang } from '../../compilers.js';
import { callAll, callAllOnPlatform, instantiateWith } from './exact-engine.js';

const STACK_BYTES = 4096;
/** Variables with and without initial values, and a stack of 112 or more bytes for each of two functions. */
const SOURCE = `
static int table[64]; int zeroed[100]; const char text[] = "hello";
__attribute__((noinline)) int deep(int n) {
  volatile int local[32];
  for (int i = 0; i < 32; i++) local[i] = n + i;
  for (int i = 0; i < 32; i++) table[i] += local[i];
  return table[n & 31] + zeroed[n % 100];
}
__attribute__((noinline)) int middle(int n) {
  volatile char buffer[200];
  for (int i = 0; i < 200; i++) buffer[i] = n + i;
  zeroed[n % 100] = buffer[n & 127];
  return deep(n) + text[n % 5] + buffer[n % 200];
}
int run(int n) { return middle(n); }`;

const folder = mkdtempSync(join(tmpdir(), 'tazzina-layouts-'));
afterAll(() => rmSync(folder, { recursive: true }));

function compile(optimisation: '-O0' | '-O2', ...linker: string[]): Uint8Array {
  const options = ['-mcpu=mvp', optimisation, '-ffreestanding', '-fno-builtin'];
  const own = ['--no-entry', '--export=run', `-z,stack-size=${STACK_BYTES}`];
  return compileC({ folder, source: SOURCE, target: BARE_C, options, linker: [...own, ...linker] });
}

function expectToRun(bytes: Uint8Array): void {
  const calls = [0, 7, 1000].map((n) => ({ name: 'run', values: [n] }));
  const exact = instantiateWith(bytes, capacitiesOf(analyseModule(readModule(bytes)).needs));
  expect(callAll(bytes, exact, calls)).toEqual(callAllOnPlatform(bytes, calls));
}

describe.skipIf(!hasClang).each([
  ['with names', []],
  ['stripped', ['--strip-all']],
])(`clang, %s${withoutClang}`, (_, strip) => {
  it('data, then the stack', (context) => {
    const bytes = compile('-O2', ...strip);
    const { memory, needs, calls, producers } = analyseModule(readModule(bytes));
    if (memory.stack!.first) context.skip('this linker puts the stack first of itself');
    expect(memory.stack).toMatchObject({ first: false, used: true });
    expect(memory.data.start).toBe(1024);
    // 656 bytes of variables, "hello", and what aligns them.
    expect(memory.stack!.top).toBeGreaterThanOrEqual(1024 + 6 + 656 + STACK_BYTES);
    expect(memory.stack!.top).toBeLessThan(1024 + 6 + 656 + STACK_BYTES + 48);
    expect(needs.memoryBytes).toMatchObject({ needed: memory.stack!.top, bound: Bound.AtMost });
    // A local array of 128 bytes and one of 200, aligned to 16.
    expect(calls.stackBytes.length).toBe(128 + 208);
    if (strip.length === 0) expect(producers.language).toBe(Language.C);
    expectToRun(bytes);
  });

  it('frames of unoptimised code', () => {
    const bytes = compile('-O0', ...strip);
    const { calls } = analyseModule(readModule(bytes));
    expect(calls.unknownFrames).toEqual([]);
    // The arrays, and with them what optimised code has in locals.
    expect(calls.stackBytes.length).toBeGreaterThan(128 + 208);
    expect(calls.stackBytes.length).toBeLessThan(128 + 208 + 128);
    expectToRun(bytes);
  });

  it('the stack, then data', () => {
    const bytes = compile('-O2', '--stack-first', '--export=__heap_base', ...strip);
    const { memory, needs } = analyseModule(readModule(bytes));
    expect(memory.stack).toMatchObject({ first: true, bottom: 0, top: STACK_BYTES });
    expect(needs.memoryBytes.needed).toBeGreaterThanOrEqual(STACK_BYTES + 6 + 656);
    expect(needs.memoryBytes.needed).toBeLessThan(STACK_BYTES + 6 + 656 + 48);
    expectToRun(bytes);
  });

  it('the stack, then data of which nothing tells the end', () => {
    const bytes = compile('-O2', '--stack-first', ...strip);
    expect(analyseModule(readModule(bytes)).needs.memoryBytes).toMatchObject({ needed: 65536, bound: Bound.AtMost });
    expectToRun(bytes);
  });

  it('borders by name', (context) => {
    const bytes = compile('-O2', '--export=__heap_base', '--export=__data_end', ...strip);
    const { memory } = analyseModule(readModule(bytes));
    if (memory.stack!.first) context.skip('this linker puts the stack first of itself');
    expect(memory.dataEnd).toBeGreaterThanOrEqual(1024 + 6 + 656);
    expect(memory.stack!.bottom).toBe(memory.dataEnd);
    expect(memory.heapBase).toBe(memory.stack!.top);
    expectToRun(bytes);
  });
});
