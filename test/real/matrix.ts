// Tries real modules on the simulated boards, on each tier, and prints a table of what `check` says. Exits with 1 where `build` or the
// simulated board does not agree. Fetches packages by their exact versions. `npm run test:matrix`.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { boards } from '../../boards/index.js';
import { Verdict } from '../../targets/budget/verdict.js';
import { printOutside, replaceStreams, runWithStreams } from '../cli/standard-streams.js';
import { withFetchedPackages } from './fetched-folder.js';
import { exampleModules, fetchedModules, moduleFiles } from './matrix-modules.js';
import { type CheckLine, checked, TIERS, type Tried, tryModule, tryOnBoard } from './verdicts.js';

const chosen = new Command('test:matrix')
  .description('Compares what check says of real modules and boards with what build and the simulated board do.')
  .argument('[FOLDER]', 'where the packages are fetched, and used again')
  .option('--modules <text>', 'modules whose names have this text', '')
  .option('--boards <names...>', 'boards')
  .option('--tiers <names...>', 'tiers')
  .option('--every <number>', 'one case of so many', Number, 1)
  .option('--seed <number>', 'which functions are called, and with what', Number, 1)
  .option('--most-bytes <number>', 'size of the largest module', Number, 60_000)
  .parse();
interface Options {
  modules: string;
  boards?: string[];
  tiers?: string[];
  every: number;
  seed: number;
  mostBytes: number;
}
const options = chosen.opts<Options>();
const tiers = TIERS.filter((tier) => options.tiers?.includes(tier) ?? true);
const tried = boards.filter(({ name }) => options.boards?.includes(name) ?? true);

const MARKS: Record<Verdict, string> = { [Verdict.Fits]: '+', [Verdict.MayFit]: '?', [Verdict.DoesNotFit]: '-' };
const mark = ({ verdict, faults }: Tried) => (faults.length > 0 ? 'X' : MARKS[verdict]);

function lineOf(lines: readonly CheckLine[], { name }: { name: string }): CheckLine {
  const found = lines.find(({ board }) => board === name);
  if (found === undefined) throw new Error(`check says nothing of ${name}`);
  return found;
}

replaceStreams();
await withFetchedPackages(chosen.args[0], async (fetched) => {
  const folder = mkdtempSync(join(tmpdir(), 'tazzina-matrix-'));
  const count = { modules: 0, cases: 0, built: 0, returned: 0, trapped: 0, faults: 0 };
  printOutside('+ fits, ? may fit, - does not, X is otherwise than check says; boards, in this order:');
  printOutside(tried.map(({ name }) => name).join(' '));
  let turn = options.seed;
  try {
    const modules = [...fetchedModules(fetched), ...exampleModules()].filter(
      ({ name, bytes }) => name.includes(options.modules) && bytes.length <= options.mostBytes,
    );
    for (const each of moduleFiles(modules, folder)) {
      count.modules++;
      const module = await tryModule(runWithStreams, each, options.seed);
      const faults: string[] = [];
      for (const tier of tiers) {
        let marks = '';
        const lines = await checked(runWithStreams, module, tier);
        for (const board of tried) {
          if (turn++ % options.every !== 0) {
            marks += ' ';
            continue;
          }
          const result = await tryOnBoard(runWithStreams, module, lineOf(lines, board), { board, tier, turn });
          marks += mark(result);
          count.cases++;
          if (result.verdict !== Verdict.DoesNotFit) count.built++;
          if (result.ending?.includes('traps: ')) count.trapped++;
          else if (result.ending !== undefined) count.returned++;
          faults.push(...result.faults.map((fault) => `  ${board.name}, ${tier}: ${fault}`));
        }
        printOutside(`${tier.padEnd(6)} ${marks} ${each.name}`);
      }
      count.faults += faults.length;
      for (const fault of faults) printOutside(fault);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  const { modules, cases, built, returned, trapped, faults } = count;
  printOutside(
    `${modules} modules, ${cases} cases, ${built} of them built; as on this machine, ${returned} calls returned and ${trapped} trapped; ${faults} faults`,
  );
  process.exitCode = faults === 0 && cases > 0 ? 0 : 1;
});
