// Webs: definitions of a variable that reach the same Gets, by themselves or through Phis. Different webs of one variable have
// nothing to do with each other.

import { findDefinitions } from './definitions.js';
import { type FunctionCode, type Instruction, resolved, visit } from './instruction.js';
import { Operation } from './operation.js';

export class Webs {
  private readonly numbers = new Map<Instruction, number>();
  private readonly parents: number[] = [];

  constructor(code: FunctionCode) {
    findDefinitions(code);
    const phis: Instruction[] = [];
    visit(code.body, (instruction) => {
      if (instruction.phis !== null) phis.push(...instruction.phis);
    });
    const ofVariable = new Map<number, Instruction[]>();
    const note = (definition: Instruction, variable: number) => {
      const others = ofVariable.get(variable);
      if (others) others.push(definition);
      else ofVariable.set(variable, [definition]);
    };
    for (const phi of phis) {
      for (const operand of phi.operands) {
        note(resolved(operand), phi.index);
        this.join(phi, resolved(operand));
      }
    }
    visit(code.body, (instruction) => {
      if (instruction.operation === Operation.Set) note(definedBy(instruction), instruction.index);
      if (instruction.operation === Operation.Get && instruction.definition !== null)
        note(resolved(instruction.definition), instruction.index);
    });
    // What is not told apart is one.
    for (const phi of phis)
      if (phi.operands.length === 0) for (const other of ofVariable.get(phi.index) ?? []) this.join(phi, other);
  }

  /** The web that a Get reads, or a Set writes. */
  of(instruction: Instruction): number {
    return this.find(this.number(definedBy(instruction)));
  }

  private number(definition: Instruction): number {
    let number = this.numbers.get(definition);
    if (number === undefined) {
      number = this.parents.length;
      this.parents.push(number);
      this.numbers.set(definition, number);
    }
    return number;
  }

  private find(number: number): number {
    const { parents } = this;
    let found = number;
    while (parents[found] !== found) {
      parents[found] = parents[parents[found]];
      found = parents[found];
    }
    return found;
  }

  private join(one: Instruction, other: Instruction): void {
    this.parents[this.find(this.number(one))] = this.find(this.number(other));
  }
}

/** A Set that changes nothing belongs to what defined the variable before. */
function definedBy(instruction: Instruction): Instruction {
  return instruction.definition === null ? instruction : resolved(instruction.definition);
}
