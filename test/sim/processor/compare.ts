// `npm run instructions -- --rounds 1000`: compares the simulated processor with QEMU for as many rounds of random instructions, each
// with ten of every form on each machine. Prints differences; exits with 1 if there is one, and with 2 without QEMU.
import { Command } from 'commander';
import { compareWithQemu } from './compare-with-qemu.js';
import { hasQemu, MACHINES } from './qemu.js';

const PER_FORM = 10;
const MOST_DIFFERENCES = 20;

const { rounds, seed } = new Command()
  .option('--rounds <number>', 'rounds of cases', Number, 10)
  .option('--seed <number>', 'of the first round', Number, 1)
  .parse()
  .opts<{ rounds: number; seed: number }>();

if (!hasQemu) {
  console.error('install qemu-system-arm');
  process.exit(2);
}
let cases = 0;
const differences: string[] = [];
for (let round = 0; round < rounds && differences.length < MOST_DIFFERENCES; round++) {
  for (const machine of MACHINES) {
    // Programs of one round take seeds up to the number of its cases.
    const found = compareWithQemu(machine, PER_FORM, seed + 100000 * round);
    cases += found.cases;
    differences.push(...found.differences.map((each) => `${machine.name}, seed ${seed + 100000 * round}: ${each}`));
  }
  console.log(`round ${round + 1}: ${cases} cases, ${differences.length} differences`);
}
for (const each of differences.slice(0, MOST_DIFFERENCES)) console.log(each);
process.exit(differences.length > 0 ? 1 : 0);
