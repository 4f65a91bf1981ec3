// Checks of fewer bytes than the register for the limit of addresses is about compare with that register first. Only an address above
// it, which is within the last bytes of memory or beyond, is compared with its own limit, where control does not pass otherwise.

import { Reserved } from './contract.js';
import { Code, Condition, Shift, Test } from './node.js';
import type { VirtualFunction, VirtualInstruction } from './virtual-code.js';

/** Changes checks behind limits that they alone read. Runs when all virtual registers have registers, but are still there. */
export function nearLimits({ blocks, registers }: VirtualFunction, limitBytes: number): void {
  const uses = new Int32Array(registers);
  for (const { instructions } of blocks)
    for (let at = 0; at < instructions.length; at++) {
      const { reads, writes } = instructions[at];
      for (let each = 0; each < reads.length; each++) uses[reads[each]]++;
      for (let each = 0; each < writes.length; each++) uses[writes[each]]++;
    }
  for (const { instructions } of blocks) {
    let kept = 0;
    for (let at = 0; at < instructions.length; at++) {
      const limit = instructions[at];
      const check = instructions[at + 1];
      if (isLimitOf(limit, check, limitBytes, uses)) {
        check.nearBytes = limit.immediate;
        check.writes = limit.writes;
        check.reads = [check.reads[0], Reserved.MemoryLimit];
      } else instructions[kept++] = limit;
    }
    instructions.length = kept;
  }
}

/** Whether an instruction computes a limit that is above the register's, for the check behind it alone. */
function isLimitOf(
  { code, immediate, writes }: VirtualInstruction,
  check: VirtualInstruction | undefined,
  limitBytes: number,
  uses: Int32Array,
): boolean {
  if (code !== Code.MemoryLimit || immediate >= limitBytes || check === undefined) return false;
  const { test, condition, shift, hasImmediate, reads } = check;
  if (check.code !== Code.TrapIf || test !== Test.Compare || condition !== Condition.Higher || hasImmediate)
    return false;
  // One write and one read are all uses of it.
  return shift === Shift.None && check.writes.length === 0 && reads[1] === writes[0] && uses[writes[0]] === 2;
}
