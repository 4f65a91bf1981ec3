// What `check` says of real modules is what happens on simulated boards: some of the cases that `npm run test:matrix` tries.
import { afterAll, expect, it } from 'vitest';
import { boards } from '../../boards/index.js';
import { amount, everyNth } from '../amount.js';
import { CommandLine } from '../cli/command.js';
import { exampleModules, moduleFiles } from './matrix-modules.js';
import { checked, TIERS, tryModule, tryOnBoard } from './verdicts.js';

const commandLine = new CommandLine();
afterAll(() => commandLine.remove());

/** Cases of each module, of other boards and tiers than those of the module before. */
const CASES = amount(1, 10);
const run = (words: string[]) => commandLine.run(words);

it.each(
  everyNth(
    moduleFiles(exampleModules(), commandLine.folder).map((each, index) => ({ ...each, index })),
    2,
  ),
)('check, build and run agree about $name', async ({ index, ...module }) => {
  const tried = await tryModule(run, module, index);
  for (let turn = index * CASES; turn < (index + 1) * CASES; turn++) {
    const [board, tier] = [boards[turn % boards.length], TIERS[turn % TIERS.length]];
    const [line] = await checked(run, tried, tier, board);
    const { faults } = await tryOnBoard(run, tried, line, { board, tier, turn });
    expect([board.name, tier, ...faults]).toEqual([board.name, tier]);
  }
});
