// Constant and copy propagation: a variable that holds a constant, or what another variable still holds, is not read.

import { constant, type FunctionCode, type Instruction, type Region, resolved } from '../intermediate/instruction.js';
import { Operation, Type } from '../intermediate/operation.js';
import { fold } from './folding.js';

/** What a variable holds at a version of it: a constant, or what variable `copied` held at its version. */
interface Fact {
  version: number;
  constant: Instruction | null;
  copied: number;
  copiedVersion: number;
}

type Facts = Map<number, Fact>;

export function propagation(code: FunctionCode): void {
  new Propagation(code).run();
}

class Propagation {
  private readonly code: FunctionCode;
  /** How often each variable has been written, in the order of the text; what is in a loop counts at its start too. */
  private readonly versions: Int32Array;
  /** The version that a `Get` reads. */
  private readonly readVersions = new Map<Instruction, number>();

  constructor(code: FunctionCode) {
    this.code = code;
    this.versions = new Int32Array(code.variables.length);
  }

  run(): void {
    const { variables, parameterCount, body } = this.code;
    const facts: Facts = new Map();
    for (let variable = parameterCount; variable < variables.length; variable++) {
      const type = variables[variable];
      if (type === Type.Reference) continue;
      facts.set(variable, { version: 0, constant: constant(0, type, 0), copied: -1, copiedVersion: 0 });
    }
    this.region(body, facts);
  }

  private region(region: Region, facts: Facts): void {
    for (const instruction of region) {
      const { operation, operands } = instruction;
      for (let index = 0; index < operands.length; index++) operands[index] = resolved(operands[index]);
      if (operation === Operation.Get) this.get(instruction, facts);
      else if (operation === Operation.Set) this.set(instruction, facts);
      else if (instruction.regions === null) {
        const folded = fold(instruction);
        if (folded !== instruction) instruction.replacement = folded;
      } else {
        if (instruction.written !== null) for (const variable of instruction.written) this.versions[variable]++;
        for (const inner of instruction.regions) this.region(inner, new Map(facts));
      }
    }
  }

  private get(get: Instruction, facts: Facts): void {
    const fact = facts.get(get.index);
    if (fact !== undefined && fact.version === this.versions[get.index]) {
      if (fact.constant !== null) {
        get.replacement = fact.constant;
        return;
      }
      if (this.versions[fact.copied] === fact.copiedVersion) get.index = fact.copied;
    }
    this.readVersions.set(get, this.versions[get.index]);
  }

  /** Whether the variable still holds what was read. */
  private isCurrent(get: Instruction): boolean {
    return this.readVersions.get(get) === this.versions[get.index];
  }

  private set({ index, operands }: Instruction, facts: Facts): void {
    const version = ++this.versions[index];
    const value = operands[0];
    if (value.operation === Operation.Constant) {
      facts.set(index, { version, constant: value, copied: -1, copiedVersion: 0 });
    } else if (value.operation === Operation.Get && this.isCurrent(value) && value.index !== index) {
      const copiedVersion = this.versions[value.index];
      facts.set(index, { version, constant: null, copied: value.index, copiedVersion });
    } else facts.delete(index);
  }
}
