// Makes the report's data of a module, as `check --html` does.

import { type Board, boards } from '../../../boards/index.js';
import { adviceFor } from '../../../targets/budget/advice.js';
import { budgetOf } from '../../../targets/budget/budget.js';
import { decide } from '../../../targets/budget/verdict.js';
import { readModule } from '../../../targets/module/read-module.js';
import type { Reported } from '../../../targets/report/report-of.js';

export async function reported(file: string, bytes: Uint8Array, board: Board): Promise<Reported> {
  const read = readModule(bytes);
  const options = { board, name: 'app', tier: 'js' as const };
  const decision = await decide(read, options);
  return { decision, remedies: await adviceFor(read, decision, options, boards), budget: budgetOf(file, read, board) };
}
