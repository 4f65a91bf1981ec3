// Values that need not be kept: an instruction gives them again wherever they are used.

import { Code } from './node.js';
import type { VirtualFunction, VirtualInstruction } from './virtual-code.js';

/** Returns for each register the only instruction that writes it, if it can be repeated anywhere; null for others. */
export function repeatedValues({ blocks, registers }: VirtualFunction): (VirtualInstruction | null)[] {
  const found: (VirtualInstruction | null)[] = new Array(registers).fill(null);
  const isWritten = new Uint8Array(registers);
  for (const { instructions } of blocks) {
    for (let at = 0; at < instructions.length; at++) {
      const instruction = instructions[at];
      const { writes } = instruction;
      for (let each = 0; each < writes.length; each++) {
        const register = writes[each];
        found[register] = isWritten[register] === 0 && isRepeatable(instruction) ? instruction : null;
        isWritten[register] = 1;
      }
    }
  }
  return found;
}

/** Whether an instruction gives the same value wherever it stands. */
function isRepeatable({ code, isRepeated }: VirtualInstruction): boolean {
  return isRepeated || code === Code.Constant;
}
