// Refuses `run --memory` with fewer bytes than a module needs at least.

import { analyseModule } from '../targets/analysis/analysis.js';
import { leastMemory } from '../targets/analysis/least-memory.js';
import type { ReadModule } from '../targets/module/read-module.js';
import { CommandError } from './command-error.js';

/** With less, instantiating the module or every call traps. `start` is the first address that the bytes are behind. */
export function checkMemory(read: ReadModule, memoryBytes: number, start: number): void {
  const least = leastMemory(analyseModule(read).memory);
  if (start + memoryBytes >= least.bytes) return;
  const from = start > 0 ? ` from byte ${start} on` : '';
  throw new CommandError('capacity', 1, `${memoryBytes} bytes of memory${from} are too few: ${least.why}`, [
    `give at least --memory ${least.bytes - start}`,
  ]);
}
