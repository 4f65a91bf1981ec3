// The simulator's cost model, held against instructions that the real interpreter takes.
import { describe, expect, it } from 'vitest';
import { contestants, written } from '../../bench/espruino/contestant.js';
import { countInstructions } from '../../bench/espruino/measurement.js';
import { predict } from '../../bench/espruino/prediction.js';
import { recorded, recordedPrograms, textCrc32 } from '../../bench/espruino/record.js';
import { kernels } from '../../bench/espruino/workload.js';
import { STATEMENT_INSTRUCTIONS } from '../../boards/slice.js';

/** Maximum error, as a share of the count. */
const MOST_ERROR = 0.2;

const command = process.env.ESPRUINO_INSTRUCTIONS;
const reason = command ? '' : ': env ESPRUINO_INSTRUCTIONS names no command that counts';

function expectNear(predicted: number, counted: number, what: string): void {
  const error = (predicted * STATEMENT_INSTRUCTIONS) / counted - 1;
  expect(Math.abs(error), `${what} is off by ${(error * 100).toFixed(0)} %`).toBeLessThan(MOST_ERROR);
}

describe('the cost model', () => {
  const { programs } = recorded();

  describe.each(recordedPrograms)('of $program.name', ({ program, workload }) => {
    const { crc32, instructions } = programs[program.name];

    it('has been recorded of the text as it is', () => {
      expect(textCrc32(program), 'record again: npm run bench espruino -- --record').toBe(crc32);
    });

    const predicted = predict([program], workload);
    it.each(Object.keys(workload))('predicts what %s takes', (name) => {
      expectNear(predicted[name][program.name], instructions[name], name);
    });
  });

  it.skipIf(!command)(
    `predicts what hand-written and translated code takes in the interpreter itself${reason}`,
    async () => {
      const all = [written(), ...(await contestants())];
      const counted = countInstructions(command!, all, kernels);
      const model = predict(all, kernels);
      for (const [kernel, by] of Object.entries(counted)) {
        for (const [name, count] of Object.entries(by)) expectNear(model[kernel][name], count, `${kernel}, ${name},`);
        // The place of code in memory makes a difference of some instructions.
        for (const { program } of recordedPrograms.filter(({ workload }) => kernel in workload))
          expect(
            by[program.name] / programs[program.name].instructions[kernel],
            `${kernel}, ${program.name}, as recorded`,
          ).toBeCloseTo(1, 1);
      }
    },
  );
});
