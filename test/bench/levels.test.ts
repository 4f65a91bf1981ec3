// The benchmarks' figures: how samples become lines, tables and bars. Nothing is timed: the clocks are made up.
import { describe, expect, it } from 'vitest';
import { chartOf } from '../../bench/chart.js';
import { formatLevels } from '../../bench/levels.js';
import { lineOf, quantile, type Sampled, sample, summary, timeText } from '../../bench/sampling.js';

const sampled = (name: string, median: number): Sampled => summary(name, [median * 0.9, median, median * 1.2]);

describe('samples', () => {
  it('are summed up by their quartiles', () => {
    expect(summary('x', [5, 1, 4, 2, 3])).toMatchObject({ low: 2, median: 3, high: 4, samples: 5, outliers: 0 });
    expect(summary('x', [1, 2, 3, 4, 100]).outliers).toBe(1);
    expect(quantile([1, 2], 0.5)).toBe(1.5);
  });

  it('are of one operation, whatever a run has of them', () => {
    let now = 0;
    let runs = 0;
    const run = () => {
      now += 0.5;
      return ++runs;
    };
    const options = { warmUp: 10, sample: 4, samples: 7, clock: () => now };
    // Half a millisecond for 250 operations.
    expect(sample({ name: 'x', operations: 250, run }, options)).toMatchObject({ low: 2000, median: 2000, high: 2000 });
    expect(runs).toBeGreaterThanOrEqual(20 + 7 * 8);
  });
});

describe('a line', () => {
  it('is as criterion has it', () => {
    const none = sampled('SafeMemory Store/verification_none', 100);
    expect(lineOf(none, none)).toBe(`${none.name.padEnd(40)} time: [95.00 ns 100.0 ns 110.0 ns]\n`);
    const full = lineOf(sampled('SafeMemory Store/verification_full', 150), none);
    expect(full.split('\n')[1].trim()).toBe('change: +50.0 % against none');
  });

  it.each([
    [0.5, '0.500 ns'],
    [12.345, '12.35 ns'],
    [1234, '1.234 µs'],
    [5e6, '5.000 ms'],
    [2e9, '2.000 s'],
  ])('tells %d nanoseconds as %s', (nanoseconds, text) => {
    expect(timeText(nanoseconds)).toBe(text);
  });
});

const cases = ['none', 'sampling', 'standard', 'full'].flatMap((level, index) => [
  sampled(`SafeMemory Load/verification_${level}`, 10 + index * 10),
  sampled(`Interpreter fib/verification_${level}`, 1e6 + index * 1e5),
]);

it('a table has a row for each group, as ratios to none', () => {
  const typedArray = sampled('SafeMemory Load/typed_array', 8);
  const text = formatLevels({ cases: [...cases, typedArray], batching: 12.25, interpreter: [1, 1.1, 1.2, 1.3] });
  expect(text).toMatch(/^SafeMemory Load +10\.00 +2\.00 +3\.00 +4\.00 +1\.25$/m);
  expect(text).toMatch(/^Interpreter fib +1,000,000 +1\.10 +1\.20 +1\.30$/m);
  expect(text).toMatch(/^Interpreter, geometric mean +1 +1\.100 +1\.200 +1\.300$/m);
  expect(text).toMatch(/12\.3 times as fast/);
});

it('a chart has a bar for each level of each group', () => {
  const chart = chartOf(cases);
  expect(chart.match(/<title>/g)).toHaveLength(8);
  expect(chart).toContain('<title>SafeMemory Load, full: 4.00</title>');
  // Every element that is opened is closed.
  const opened = [...chart.matchAll(/<([a-z]+)(?=[\s>])[^>]*?(\/?)>/g)].filter(([, , closed]) => closed === '');
  for (const [, name] of opened)
    expect(chart.split(`<${name}`).length).toBeGreaterThanOrEqual(chart.split(`</${name}>`).length);
  expect(opened.length).toBe([...chart.matchAll(/<\/[a-z]+>/g)].length);
});
