// Removes values that nothing uses, including values that only use each other across iterations of a loop, and removes writes of
// variables that are never read or that do not change the variable.

import { findDefinitions } from '../intermediate/definitions.js';
import {
  type FunctionCode,
  type Instruction,
  type Region,
  regionsWithin,
  resolved,
  visit,
} from '../intermediate/instruction.js';
import { Effect, Operation } from '../intermediate/operation.js';

export function deadCode(code: FunctionCode): void {
  findDefinitions(code);
  new DeadCode(code).remove();
}

/** An instruction that stands for an earlier value cannot trap. */
function isKept({ effects, replacement }: Instruction): boolean {
  return (effects & Effect.Kept) !== 0 && replacement === null;
}

class DeadCode {
  private readonly code: FunctionCode;
  /** Used instructions whose operands are still to be marked. */
  private readonly open: Instruction[] = [];
  private readonly phis = new Set<Instruction>();

  constructor(code: FunctionCode) {
    this.code = code;
  }

  remove(): void {
    const { body } = this.code;
    visit(body, (instruction) => {
      instruction.uses = 0;
      if (isKept(instruction)) this.open.push(instruction);
    });
    for (let used = this.open.pop(); used !== undefined; used = this.open.pop()) this.useOperands(used);
    this.sweep(body);
  }

  private useOperands(user: Instruction): void {
    const { operands, definition, operation } = user;
    if (operation === Operation.Get) {
      this.use(definition!);
      return;
    }
    for (let index = 0; index < operands.length; index++) {
      if (operation !== Operation.Phi) operands[index] = resolved(operands[index]);
      this.use(operands[index]);
      // A Phi keeps the write of its variable as its operand, which may stand for another Phi.
      const value = resolved(operands[index]);
      if (value !== operands[index]) this.use(value);
    }
    // If a Phi has too many operands, any write of its variable may be an operand.
    if (operation === Operation.Phi && operands.length === 0) this.useAll(user.index);
  }

  private use(value: Instruction): void {
    if (value.operation === Operation.Phi) {
      if (this.phis.has(value)) return;
      this.phis.add(value);
      this.open.push(value);
    } else if (value.uses++ === 0 && !isKept(value)) this.open.push(value);
  }

  private useAll(variable: number): void {
    visit(this.code.body, (instruction) => {
      if (instruction.operation === Operation.Set && instruction.index === variable) this.use(instruction);
    });
  }

  /** In place: with new regions, a twentieth of what a translation allocates would come from here. */
  private sweep(body: Region): void {
    for (const region of regionsWithin(body)) {
      let kept = 0;
      for (const instruction of region) {
        const { phis } = instruction;
        if (phis !== null && phis.length > 0) instruction.phis = phis.filter((phi) => this.phis.has(phi));
        if (instruction.uses > 0 || isKept(instruction)) region[kept++] = instruction;
      }
      region.length = kept;
    }
  }
}
