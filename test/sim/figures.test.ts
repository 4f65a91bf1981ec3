// The page on the simulator tells how much is compared with Espruino: its figures are those of the tables.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { behaviours } from './behaviour.js';
import { drawings } from './drawings.js';
import { programs } from './library-programs.js';
import { expressions } from './library-table.js';
import { differences } from './upstream-ledger.js';

const page = readFileSync(join(import.meta.dirname, '../../docs/simulator.md'), 'utf8').replaceAll('\n', ' ');

it('the page on the simulator has the figures of its tables', () => {
  expect(page).toContain(
    `A table has ${expressions.length + programs.length + behaviours.length} expressions and programs more`,
  );
  expect(page).toContain(`${drawings.length} drawings`);
});

it('the page on the simulator has the number of tests of Espruino in the ledger', () => {
  expect(page).toContain(`but for the ${differences.flatMap(({ tests }) => tests).length} in [a ledger]`);
});
