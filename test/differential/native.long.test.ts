// More random modules as machine code: what native.test.ts leaves out.
import { test } from 'vitest';
import { checkNativeSeeds } from './compiled.js';

const PART = 50;
const from = Array.from({ length: 20 }, (_, index) => 12 + index * PART);

test.each(from)('random modules as machine code behave as interpreted: seeds from %i', (first) =>
  checkNativeSeeds(first, PART),
);
