// A long run of every kernel at every level: verification of what is whole finds nothing.
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { runBundled } from './bundle.js';

it('a billion clean instructions raise no alarm', async () => {
  // Bundled, as the loops are optimised only then.
  const folder = fileURLToPath(new URL('../../bench/kernels', import.meta.url));
  const output = await runBundled('test/core/clean-program.ts', [], {}, [folder]);
  const { alarms, wrong, instructions } = JSON.parse(output);
  expect({ alarms, wrong }).toEqual({ alarms: [], wrong: [] });
  expect(instructions).toBeGreaterThan(1e9);
});
