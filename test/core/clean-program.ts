// Runs the kernels at each level, until enough instructions have been executed, and prints what went wrong.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kernels } from '../../bench/kernels.js';
import { Engine, small } from '../../src/index.js';
import { VerificationLevel } from '../../src/safety/index.js';

const count = kernels.length;
const several = { modules: count, instances: count, memories: count, functions: 512, codeWords: 16384 };
const capacities = { ...small, ...several, memoryBytes: 65536 };
const alarms: string[] = [];
const wrong: string[] = [];
let instructions = 0;
for (const verification of [VerificationLevel.Sampling, VerificationLevel.Standard, VerificationLevel.Full]) {
  const engine = new Engine(capacities, { verification, counting: true });
  for (const { name, n, checksum } of kernels) {
    const bytes = new Uint8Array(readFileSync(join(process.argv[2], `${name}.wasm`)));
    const run = engine.exportedFunction(engine.instantiate(engine.load(bytes)), 'run');
    try {
      for (let round = 0; round < 3; round++) {
        engine.setI32(0, n);
        engine.call(run);
        if (engine.getI32(0) !== checksum) wrong.push(`${name} at level ${verification}`);
      }
      engine.verify();
    } catch (error) {
      alarms.push(`${name} at level ${verification}: ${(error as Error).message}`);
    }
  }
  instructions += engine.executionStats().instructions;
}
console.log(JSON.stringify({ alarms, wrong, instructions }));
