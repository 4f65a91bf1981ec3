// Tests the output of snippets in the simulator and, if there is one, in Espruino; and the page that lists them.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type SimulatedBoard, SimulationError } from '../../sim/index.js';
import { architecture, espruino, printedByEspruino, reason } from './espruino.js';
import { linuxBoard } from './linux-board.js';
import { areas, comparable, type Snippet } from './snippets.js';
import { snippetsPage } from './snippets-page.js';

/** Milliseconds of the board's time. */
const MOST_MILLISECONDS = 60_000;
/** Milliseconds of the machine's time, for all snippets of an area. */
const TIMEOUT = 300_000;

function run(board: SimulatedBoard, program: string): string {
  try {
    board.run(program);
    board.runUntilIdle(MOST_MILLISECONDS);
    return board.output;
  } catch (error) {
    if (error instanceof SimulationError) return `${board.output}\nended: ${error.finding.what}`;
    throw error;
  }
}

const simulated = ({ program }: Snippet) => comparable(run(linuxBoard(), program));

describe('the simulator prints what Espruino prints', () => {
  it.each(areas)('$area', ({ snippets }) => {
    expect(snippets.map((each) => [each.name, simulated(each)])).toEqual(
      snippets.map(({ name, printed, difference }) => [name, difference?.printed ?? printed]),
    );
  });
});

describe('the page of snippets', () => {
  it('lists them all', async () => {
    await expect(snippetsPage(areas)).toMatchFileSnapshot('../../docs/espruino-by-example.md');
  });

  it('has as many as the page on the simulator says', () => {
    const all = areas.flatMap(({ snippets }) => snippets);
    const differing = all.filter(({ difference }) => difference);
    const page = readFileSync(join(import.meta.dirname, '../../docs/simulator.md'), 'utf8');
    expect(page).toContain(`${all.length} snippets of all areas`);
    expect(page).toContain(`with the ${differing.length} in which the simulator does something else`);
  });
});

describe(`Espruino prints what is recorded${reason}`, () => {
  const holds = ({ where }: Snippet) => where === '' || architecture === 'ARM';
  it.skipIf(!espruino).each(areas)(
    '$area',
    ({ snippets }) => {
      const checked = snippets.filter((each) => holds(each) && each.where !== '2v29');
      expect(checked.map((each) => [each.name, comparable(printedByEspruino(each.program))])).toEqual(
        checked.map(({ name, printed }) => [name, printed]),
      );
    },
    TIMEOUT,
  );
});
