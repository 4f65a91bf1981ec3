// Host functions as a board runs them, against the simulated board and, if there is one, Espruino itself.
import { describe, expect, it } from 'vitest';
import { banglejs } from '../../../boards/index.js';
import { espruino, reason, withoutTimers } from '../../sim/espruino.js';
import { deepScreenCalls, hostCalls, screenCalls } from './calls.js';
import { boardAfter, printedByEspruino } from './program.js';

/** A time of which every word of its nanoseconds counts. */
const START = 1_750_000_000_123;
/** Whether a pixel is red, on a screen of 3 bits; on a buffer of 16 bits as Espruino for Linux has. */
const RED = 'var red = (x, y) => { var c = g.getPixel(x, y); return c === 4 || c === 0xf800 ? 1 : 0; };\n';
const BUFFER = 'var g = Graphics.createArrayBuffer(176, 176, 16); g.flip = () => {};\n';

describe('the simulated board', () => {
  it.each([...hostCalls, ...screenCalls])('$name', async ({ program, prints }) => {
    const board = await boardAfter(RED + program, { startTime: START });
    board.runUntilIdle(10_000);
    expect(board.output.replaceAll('\r', '').split('\n').slice(0, -1)).toEqual(prints);
  });
});

describe('a simulated screen of 16 bits', () => {
  it.each(deepScreenCalls)('$name', async ({ program, prints }) => {
    const board = await boardAfter(program, {}, banglejs);
    expect(board.output.split('\n').slice(0, -1)).toEqual(prints);
  });
});

describe.skipIf(!espruino)(`Espruino${reason}`, () => {
  const all = [
    ...hostCalls,
    ...[...screenCalls, ...deepScreenCalls].map((each) => ({ ...each, program: BUFFER + RED + each.program })),
  ];
  const noTimers = withoutTimers();

  it.for(all)('$name', async ({ program, prints, waits }, { skip }) => {
    if (waits && noTimers !== '') skip(noTimers.slice(2));
    const wanted = prints.map((line) => Buffer.from(line, 'latin1').toString()).filter((line) => line !== '');
    expect(await printedByEspruino(program)).toEqual(wanted);
  });
});
