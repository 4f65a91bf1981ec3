// Tests the output of programs in the simulator and, if there is one, in Espruino, against a table of Espruino's output.
import { describe, expect, it } from 'vitest';
import { banglejs2 } from '../../boards/index.js';
import { SimulatedBoard } from '../../sim/index.js';
import { architecture, espruino, printedByEspruino, reason } from './espruino.js';
import { programs } from './library-programs.js';
import { expressions } from './library-table.js';

/** Expressions of one program: each board takes some milliseconds to make. */
const BATCH = 60;
const MARK = '@@';

/** Prints each expression behind a mark of its own. */
function programOf(batch: readonly (readonly [string, string])[]): string {
  return batch
    .map(([expression]) => `print("${MARK}"); try { print(${expression}) } catch (e) { print("throws " + e.message) }`)
    .join('\n');
}

/** Without the places of an error, and without spaces at the ends of lines. */
function comparable(output: string): string {
  return output
    .replace(/\r/g, '')
    .replace(/\n {4}at [\s\S]*$/, '')
    .replace(/[ \t]+$/gm, '')
    .replace(/\n+$/, '');
}

function simulated(program: string): string {
  const board = new SimulatedBoard(banglejs2);
  board.run(program);
  board.runUntilIdle(10_000);
  return board.output;
}

const batches = Array.from({ length: Math.ceil(expressions.length / BATCH) }, (_, at) =>
  expressions.slice(at * BATCH, (at + 1) * BATCH),
);

function check(batch: readonly (readonly [string, string])[], output: string): void {
  const printed = output.split(`${MARK}\n`).slice(1).map(comparable);
  expect(batch.map(([expression], at) => [expression, printed[at]])).toEqual(batch);
}

describe('the library of the simulator', () => {
  it.each(batches.map((batch, at) => [at * BATCH + 1, batch] as const))(
    'prints what Espruino prints: expressions from %i',
    (_, batch) => {
      check(batch, simulated(programOf(batch)));
    },
  );

  it.each(programs)('%s', (program, printed) => {
    expect(comparable(simulated(program))).toBe(printed);
  });
});

describe(`the library of Espruino${reason}`, () => {
  // On x86, numbers beyond 63 bits and NaN are converted in another way.
  const isLikeABoard = architecture === 'ARM';
  it.skipIf(!espruino || !isLikeABoard).each(batches.map((batch, at) => [at * BATCH + 1, batch] as const))(
    'prints expressions from %i',
    (_, batch) => check(batch, printedByEspruino(programOf(batch))),
  );
});
