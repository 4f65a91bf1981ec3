// Simplifies values that are only compared with zero: conditions of `if` and `select`, and operands of i32.eqz.

import { Opcode } from '../../../src/opcodes.js';
import { type FunctionCode, type Instruction, isConstant, resolved, visit } from '../intermediate/instruction.js';
import { Operation } from '../intermediate/operation.js';

export function conditions(code: FunctionCode): void {
  visit(code.body, (instruction) => {
    const { operation, operands } = instruction;
    if (operation === Operation.If || operation === Operation.Select || operation === Opcode.I32Eqz)
      operands[0] = asked(operands[0]);
  });
}

/** A value that is 0 exactly when the given one is 0. */
function asked(value: Instruction): Instruction {
  let found = resolved(value);
  for (;;) {
    const { operation, operands } = found;
    const inner = operands.map((each) => resolved(each));
    if (operation === Opcode.I32Ne && isConstant(inner[1], 0)) found = inner[0];
    else if (operation === Opcode.I32GtU && isConstant(inner[1], 0)) found = inner[0];
    else if (operation === Opcode.I32Eqz && inner[0].operation === Opcode.I32Eqz)
      found = resolved(inner[0].operands[0]);
    else return found;
  }
}
