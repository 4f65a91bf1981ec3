// Random modules, the same ones every time, behave as on Node.
import { expect, test } from 'vitest';
import { platform } from './platform.js';
import { randomModule } from './random-module.js';
import { checkSeeds } from './random-seeds.js';

const MODULES = 100;

test('random modules behave as on Node', () => checkSeeds(0, MODULES));

test('the generator writes what Node takes as valid', () => {
  for (let seed = 0; seed < MODULES; seed++) expect(platform.validate(randomModule(seed).bytes), `${seed}`).toBe(true);
});
