// The instruction set of boards on which machine code can be executed.

import type { Core } from './board.js';

export interface InstructionSet {
  architecture: 'v6-M' | 'v7-M' | 'v7E-M' | 'v8-M';
  /** For single precision. No core here has more. */
  floatUnit: boolean;
}

/** Sources: the technical reference manuals of these cores. Where a core can do without a float unit, the chips here have one. */
const INSTRUCTION_SETS: Partial<Record<Core, InstructionSet>> = {
  'cortex-m0': { architecture: 'v6-M', floatUnit: false },
  'cortex-m0plus': { architecture: 'v6-M', floatUnit: false },
  'cortex-m3': { architecture: 'v7-M', floatUnit: false },
  'cortex-m4f': { architecture: 'v7E-M', floatUnit: true },
  'cortex-m33': { architecture: 'v8-M', floatUnit: true },
};

/** Undefined where the firmware has no `E.nativeCall`, or the processor executes no code of a program's. */
export function instructionSetOf(board: { core: Core; nativeCalls: boolean }): InstructionSet | undefined {
  return board.nativeCalls ? INSTRUCTION_SETS[board.core] : undefined;
}
