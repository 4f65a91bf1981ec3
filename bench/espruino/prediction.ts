// The prediction of the simulator's cost model for the kernels.

import { banglejs2, statementSeconds } from '../../boards/index.js';
import { SimulatedBoard } from '../../sim/index.js';
import type { Contestant } from './contestant.js';
import type { Measured } from './measurement.js';
import type { Workload } from './workload.js';

/** In S, the cost of a statement `a=a+1;`, of a call of each. */
export function predict(contestants: readonly Contestant[], workload: Workload): Measured {
  const board = new SimulatedBoard(banglejs2, { memory: false });
  const predicted: Measured = {};
  for (const { name, text, files } of contestants) {
    for (const file of files) board.storage.write(file.name, file.bytes);
    board.storage.write(name, Buffer.from(text, 'latin1'));
    board.run(`var P = require(${JSON.stringify(name)});`);
    for (const [kernel, argument] of Object.entries(workload)) {
      const before = board.seconds;
      board.run(`P.${kernel}(${argument})`);
      const seconds = board.seconds - before;
      predicted[kernel] = { ...predicted[kernel], [name]: seconds / statementSeconds(banglejs2.clock) };
    }
  }
  if (board.errors.count > 0) throw new Error(board.output);
  return predicted;
}
