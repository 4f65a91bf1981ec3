// Random modules as machine code for three cores, with and without fuel.
import { test } from 'vitest';
import { checkNativeSeeds } from './compiled.js';

test('random modules as machine code behave as interpreted', () => checkNativeSeeds(0, 12));
