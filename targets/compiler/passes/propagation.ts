// Constant and copy propagation: replaces reads of a variable that holds a constant, or the current value of another variable.

import { Definitions, definitionOf } from '../intermediate/definitions.js';
import { type FunctionCode, type Instruction, resolved, visit } from '../intermediate/instruction.js';
import { Operation } from '../intermediate/operation.js';
import { fold } from './folding.js';

export function propagation(code: FunctionCode): void {
  new Propagation(code).run();
  // Ranges at merges are known only now.
  visit(code.body, (instruction) => {
    if (instruction.replacement !== null) return;
    if (instruction.operation === Operation.Get) replaceByConstant(instruction);
    else simplify(instruction);
  });
}

class Propagation extends Definitions {
  /** The variable to which a value was written first. */
  private readonly homes = new Map<Instruction, number>();

  protected override instruction(instruction: Instruction): void {
    super.instruction(instruction);
    const { operation, index } = instruction;
    if (operation === Operation.Set) {
      const value = definitionOf(instruction);
      if (!this.homes.has(value)) this.homes.set(value, index);
    } else if (operation !== Operation.Get) simplify(instruction);
  }

  protected override get(get: Instruction): void {
    if (replaceByConstant(get)) return;
    const value = definitionOf(get);
    const isVariable = value.operation === Operation.Phi || value.operation === Operation.Parameter;
    const home = isVariable ? value.index : this.homes.get(value);
    if (home === undefined || home === get.index || definitionOf(this.current[home]) !== value) return;
    get.index = home;
    get.definition = this.current[home];
  }
}

function replaceByConstant(get: Instruction): boolean {
  const value = definitionOf(get);
  if (value.operation !== Operation.Constant) return false;
  get.replacement = value;
  return true;
}

function simplify(instruction: Instruction): void {
  const { operands, regions } = instruction;
  for (let index = 0; index < operands.length; index++) operands[index] = resolved(operands[index]);
  if (regions !== null || instruction.operation === Operation.Set) return;
  const folded = fold(instruction);
  if (folded !== instruction) instruction.replacement = folded;
}
