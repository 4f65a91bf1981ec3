// `tazzina build --explain`: what becomes of a function, and what it costs.
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { banglejs2 } from '../../boards/index.js';
import { type Explanation, explain } from '../../cli/explanation.js';
import { explanationText } from '../../cli/explanation-text.js';
import { listBody } from '../../targets/module/body-listing.js';
import { readModule } from '../../targets/module/read-module.js';
import { wat } from '../core/wat.js';

const KERNELS = readFileSync('bench/espruino/kernels.wasm');
const options = { board: banglejs2, name: 'app', memoryBytes: 8192, optimise: false };

describe('an explanation', () => {
  let sieve: Explanation;
  beforeAll(async () => {
    sieve = await explain(readModule(KERNELS), 'sieve', options);
  });

  it('has the instructions of the function, each once, in their order', () => {
    expect(sieve).toMatchObject({ index: 1, name: 'sieve', board: 'Bangle.js 2' });
    const listed = listBody(readModule(KERNELS), 1).map(({ text }) => text);
    const shown = [...sieve.lines].sort((one, other) => one.at - other.at).flatMap(({ webassembly }) => webassembly);
    expect(listed.join('\n').startsWith(shown.join('\n'))).toBe(true);
    // After the last statement there are only ends.
    expect(listed.slice(shown.length).every((text) => text === 'end')).toBe(true);
  });

  it('costs what statements cost, more within loops that are nested', () => {
    const setting = sieve.lines.find(({ script }) => /^ *(var )?v\d+=0;$/.test(script))!;
    expect(setting.least).toBeCloseTo(0.7, 1);
    expect(setting.most).toBe(setting.least);
    expect(Math.max(...sieve.lines.map(({ loops }) => loops))).toBe(2);
    const store = sieve.lines.find(({ intermediate }) => intermediate.some((text) => /^i32\.store8/.test(text)))!;
    expect(store.least).toBeGreaterThan(1);
    expect(store.most).toBeGreaterThanOrEqual(store.least!);
  });

  it('has the costs of compiled code where the board compiles the function', async () => {
    const jitted = await explain(readModule(KERNELS), 'sieve', { ...options, jit: 'all' });
    const masking = ({ lines }: Explanation) => lines.find(({ script }) => /^ *var v1=v0&7;$/.test(script))!.most!;
    expect(jitted.lines[0].script).toContain('"jit"');
    expect(masking(jitted)).toBeLessThan(0.6 * masking(sieve));
    // The function looks for its names when it starts.
    expect(jitted.lines[0].most).toBeGreaterThan(sieve.lines[0].most!);
    expect(jitted.lines.flatMap(({ reasons }) => reasons).join()).not.toContain('passes over the rest');
  });

  it('tells why', async () => {
    const reasonsOf = async (name: string, module: Uint8Array = KERNELS) =>
      (await explain(readModule(module), name, options)).lines.flatMap(({ reasons }) => reasons).join('\n');
    expect(await reasonsOf('hash')).toContain('product may be inexact');
    const divides = wat(readFileSync('examples/gcd/gcd.wat', 'utf8'));
    expect(await reasonsOf('divide', divides)).toContain('divisor may be 0');
    expect(await reasonsOf('gcd', divides)).not.toContain('divisor may be 0');
    expect(await reasonsOf('dispatch')).toContain('through a table');
    expect(await reasonsOf('random')).toContain('64 bits: by a function');
    expect(sieve.lines.find(({ script }) => /return 0/.test(script))!.reasons.join()).toMatch(/passes over the rest/);
  });

  it.each([60, 80, 119, 120, 200])('is as wide as the terminal: %i columns', (columns) => {
    const lines = explanationText(sieve, columns).split('\n');
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(Math.max(columns, 78));
    const isStacked = lines.some((line) => /^ +@\d+ /.test(line));
    expect(isStacked).toBe(columns < 120);
  });

  it('finds a function by its index, and what is left of it when it is optimised', async () => {
    const { lines, name } = await explain(readModule(KERNELS), '2', { ...options, optimise: true });
    expect(name).toBe('fib');
    expect(lines.flatMap(({ webassembly }) => webassembly).join('\n')).toContain('call 2');
  });

  it('finds a function by its name in Rust, and by the symbol that stands for it', async () => {
    const module = readModule(
      wat('(module (func $_ZN3app4zero17h0123456789abcdefE (export "z") (result i32) i32.const 0))'),
    );
    for (const name of ['app::zero', '_ZN3app4zero17h0123456789abcdefE'])
      expect(await explain(module, name, options)).toMatchObject({ index: 0, name: 'app::zero' });
  });

  it.each([
    ['siev', /did you mean sieve\?/],
    ['nothing', /no function nothing/],
    ['99', /its own functions are 0 to 1\d/],
  ])('cannot be given of %s', async (wanted, message) => {
    const error = await explain(readModule(KERNELS), wanted, options).catch((each) => each);
    expect([error.message, ...error.notes].join('\n')).toMatch(message);
  });
});
