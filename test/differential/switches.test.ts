// Large switches give on every tier what Node gives.
import { describe, expect, test } from 'vitest';
import { buildProgram } from '../../targets/board/build.js';
import { readModule } from '../../targets/module/read-module.js';
import { amount } from '../amount.js';
import { roomyBoard } from './board-program.js';
import { textOf } from './reproduction.js';
import { switchModule } from './switch-module.js';
import { checkTiers } from './tiers-check.js';

/** For the positions of traps. */
Error.stackTraceLimit = 10;

/** One for each form of programs for boards: with fuel, for the compiler on the board, plain, in slices. */
const FORMS = [105, 150, 240, 270];
/** The fourteenth arm has runs of three entries in a string: that is `===`. */
const OPERATORS = 510;
const more = Array.from({ length: amount(0, 40) }, (_, index) => 15 * (100 + index));

describe('large switches give on every tier what Node gives', () => {
  test.each([...FORMS, OPERATORS, ...more])('seed %i', async (seed) => {
    const module = switchModule(seed);
    const { differences } = await checkTiers(seed, module);
    if (differences.length > 0) expect.fail(`${differences.join('\n')}\n${textOf(module.bytes)}`);
  });

  test('and boards look some of them up in a string', async () => {
    const { image } = await buildProgram(readModule(switchModule(OPERATORS).bytes), {
      board: roomyBoard,
      name: 'app',
      tier: 'js',
      optimise: false,
    });
    const { bytes } = image.files.find(({ name }) => name === 'app')!;
    expect(Buffer.from(bytes).toString('latin1')).toMatch(/===[^;]*"\.charCodeAt\(/);
  });
});
