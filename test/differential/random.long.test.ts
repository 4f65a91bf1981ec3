// More random modules behave as on Node: what random.test.ts leaves out.
import { describe, test } from 'vitest';
import { checkSeeds } from './random-seeds.js';

describe('random modules behave as on Node', () => {
  test.each([100, 200, 300, 400])('seeds from %i', (from) => checkSeeds(from, 100));
});
