// The routines of machine code take few instructions: counted with the operands of `npm run bench helpers`.
import { describe, expect, it } from 'vitest';
import { formatHelpers, measureHelpers } from '../../bench/native/helpers.js';

/** At most so many on average, on Cortex-M3 and Cortex-M0+. libgcc takes 65, 49 and 575; 130, 295 and 633. */
const MOST: Record<string, [m3: number, m0: number]> = {
  __aeabi_dadd: [45, 65],
  __aeabi_dmul: [46, 170],
  __aeabi_ddiv: [85, 680],
};

describe('routines of machine code', () => {
  it.each(Object.entries(MOST))('%s takes no more instructions than it did', (entry, most) => {
    const figures = measureHelpers(entry);
    for (const [core, { mean }] of figures.entries()) expect(mean).toBeLessThan(most[core]);
    expect(formatHelpers(figures)).toMatch(new RegExp(`^cortex-m3 ${entry} +\\d+\\.\\d +\\d+`, 'm'));
  });
});
