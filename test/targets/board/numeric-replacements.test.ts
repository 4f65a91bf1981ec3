// The numeric functions that replace Espruino's own operators, in Node and in Espruino.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { f64_sqrt, i32_rem_s } from '../../../targets/board/numeric-replacements.js';
import { espruino, reason, runInEspruino } from '../../sim/espruino.js';

const COUNT = 200;

/** Bits of doubles of every size, from a linear congruential generator; subnormal ones too. */
function samples(): Int32Array {
  const words = new Int32Array(COUNT * 2);
  let state = 12345;
  for (let index = 0; index < words.length; index++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    words[index] = state ^ (state >>> 15);
    // Make it finite and not negative.
    if (index % 2 === 1) words[index] &= index % 20 === 1 ? 0x000fffff : 0x7fefffff;
  }
  return words;
}

function roots(): number[] {
  const bits = samples();
  const doubles = new Float64Array(bits.buffer);
  doubles.set(doubles.map(Math.sqrt));
  return [...bits];
}

describe('the square root', () => {
  it('is exact in Node', () => {
    const doubles = new Float64Array(samples().buffer);
    const near = [1, 4, 2 ** 100].flatMap((power) => [power * (1 - 2 ** -53), power, power * (1 + 2 ** -52)]);
    for (const value of [...doubles, ...near, 0, -0, Infinity, 5e-324]) expect(f64_sqrt(value)).toBe(Math.sqrt(value));
    expect(f64_sqrt(-1)).toBeNaN();
  });

  it.skipIf(!espruino)(`is exact in Espruino${reason}`, () => {
    const source = fileURLToPath(new URL('../../../targets/board/numeric-replacements.ts', import.meta.url));
    const { code } = transformSync(readFileSync(source, 'utf8'), { loader: 'ts', target: 'es2015' });
    const program = `${code.replace(/^export /gm, '')}
      var bits = new Int32Array([${samples()}]), values = new Float64Array(bits.buffer), line;
      for (var k = 0; k < values.length; k++) { values[k] = f64_sqrt(values[k]); print(bits[2 * k] + "," + bits[2 * k + 1]); }`;
    const { printed } = runInEspruino(program);
    expect(printed.join().split(',').map(Number)).toEqual(roots());
  });
});

describe('the remainder', () => {
  it('has no overflow', () => {
    expect(i32_rem_s(-2147483648, -1)).toBe(0);
    expect(i32_rem_s(-7, 2)).toBe(-1);
  });
});
