// `npm run instructions -- --rounds 1000`: compares the simulated processor with QEMU for as many rounds of random instructions, each
// with some of every form on each machine. Prints differences; exits with 1 if there is one, and with 2 without QEMU.
import { Command } from 'commander';
import { compareWithQemu } from './compare-with-qemu.js';
import { hasQemu, MACHINES, type QemuMachine } from './qemu.js';

/** On machines with little memory each program has few cases, so they run fewer. */
const perForm = ({ cases }: QemuMachine) => (cases < 1000 ? 10 : 50);
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
let differences = 0;
for (let round = 0; round < rounds && differences < MOST_DIFFERENCES; round++) {
  for (const machine of MACHINES) {
    // Programs of one round take seeds up to the number of its cases.
    const first = seed + 100000 * round;
    const found = compareWithQemu(machine, perForm(machine), first);
    cases += found.cases;
    differences += found.differences.length;
    for (const each of found.differences) console.log(`${machine.name}, seed ${first}: ${each}`);
  }
  console.log(`round ${round + 1}: ${cases} cases, ${differences} differences`);
}
process.exit(differences > 0 ? 1 : 0);
