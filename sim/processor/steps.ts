// The step of every form of the instruction set.

import type { FormName } from '../../machine/thumb/table.js';
import { BRANCH_STEPS } from './branch-steps.js';
import { DATA_STEPS, type StepMaker } from './data-steps.js';
import { FLOAT_STEPS } from './float-steps.js';
import { MEMORY_STEPS } from './memory-steps.js';

export const STEPS: Record<FormName, StepMaker> = { ...DATA_STEPS, ...MEMORY_STEPS, ...BRANCH_STEPS, ...FLOAT_STEPS };
