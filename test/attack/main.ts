// Attacks what a board trusts, and counts: what is typed at the console of a simulated board, bits that flip in the files of programs,
// snapshots of other programs and engines, names. Exits with 1 if anything is neither refused nor harmless. `npm run attack`.
import { Command } from 'commander';
import { attackConsole } from './console.js';
import { flipBits } from './flips.js';
import { tryNames } from './names.js';
import { exchangeSnapshots } from './snapshots.js';

const {
  console: seconds,
  flips,
  snapshots,
  names,
} = new Command('attack')
  .description('Attacks simulated boards, programs and snapshots, and counts what is refused.')
  .option('--console <seconds>', 'typing at the console', Number, 60)
  .option('--flips <count>', 'bits that flip in each file, about', Number, 200)
  .option('--snapshots <count>', 'damaged snapshots of each kind', Number, 2000)
  .option('--no-names', 'without names of programs')
  .parse()
  .opts<{ console: number; flips: number; snapshots: number; names: boolean }>();

let faults = 0;
if (seconds > 0) faults += await attackConsole(seconds);
if (flips > 0) faults += await flipBits(flips);
if (snapshots > 0) faults += await exchangeSnapshots(snapshots);
if (names) faults += await tryNames();
console.log(`${faults} faults`);
process.exitCode = faults === 0 ? 0 : 1;
