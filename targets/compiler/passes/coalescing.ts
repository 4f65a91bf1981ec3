// Merges variables that are never live at the same time, first those of which one is a copy of the other. Values that are used several
// times, or cannot be nested, become variables first. In an interpreter, every variable and every copy costs time.

import {
  countUses,
  type FunctionCode,
  getOf,
  type Instruction,
  type Region,
  resolved,
  rewrite,
  setOf,
  visit,
} from '../intermediate/instruction.js';
import { type Bits, findInterference, type Interference, meet, setBit, unite } from '../intermediate/interference.js';
import { isInline, nest } from '../intermediate/nesting.js';
import { Operation, Type } from '../intermediate/operation.js';
import { noteWritten } from './webs.js';

/** In a function with more, the variables stay as they are: the interference graph takes the square of their number. */
const MOST_VARIABLES = 2000;

export function coalescing(code: FunctionCode): void {
  if (code.variables.length > MOST_VARIABLES) return;
  countUses(code);
  nest(code, { callsMoveMemory: false });
  putInVariables(code);
  if (code.variables.length <= MOST_VARIABLES) new Coalescing(code).run();
  noteWritten(code.body);
  visit(code.body, (instruction) => {
    instruction.nested = false;
  });
}

/** Puts values that are not nested into variables of their own. */
function putInVariables(code: FunctionCode): void {
  const variables = new Map<Instruction, number>();
  rewrite(code.body, (instruction, into) => {
    const { operands, at } = instruction;
    for (let index = 0; index < operands.length; index++) {
      const variable = variables.get(resolved(operands[index]));
      if (variable === undefined) continue;
      const get = getOf(variable, code.variables[variable], at);
      get.range = resolved(operands[index]).range;
      get.uses = 1;
      get.nested = true;
      into.push(get);
      operands[index] = get;
    }
    into.push(instruction);
    if (instruction.type === Type.None || instruction.uses === 0 || isInline(instruction)) return;
    const variable = code.variables.push(instruction.type) - 1;
    variables.set(instruction, variable);
    const set = setOf(variable, instruction, at);
    instruction.uses = 1;
    instruction.nested = true;
    into.push(set);
  });
}

/** A group of variables that become one. */
interface Group {
  type: Type;
  members: Bits;
  /** Variables that interfere with the group. */
  rows: Bits;
  weight: number;
  /** The parameter among them, -1 for none. */
  parameter: number;
}

class Coalescing {
  private readonly code: FunctionCode;
  private readonly interference: Interference;
  /** Groups by variable. */
  private readonly groups: Group[];

  constructor(code: FunctionCode) {
    this.code = code;
    this.interference = findInterference(code);
    const { rows, weights } = this.interference;
    this.groups = code.variables.map((type, variable) => {
      const members = new Uint32Array(rows[variable].length);
      setBit(members, variable);
      const parameter = variable < code.parameterCount ? variable : -1;
      return { type, members, rows: rows[variable], weight: weights[variable], parameter };
    });
  }

  run(): void {
    const copies = this.interference.copies.sort((a, b) => b.weight - a.weight);
    for (const { to, from } of copies) this.unite(this.groups[to], this.groups[from]);
    this.share();
    this.rename();
  }

  /** Merges two groups, if they do not interfere. */
  private unite(one: Group, other: Group): boolean {
    if (one === other) return true;
    if (one.type !== other.type || (one.parameter >= 0 && other.parameter >= 0)) return false;
    if (meet(one.rows, other.members) || meet(other.rows, one.members)) return false;
    unite(one.members, other.members);
    unite(one.rows, other.rows);
    one.weight += other.weight;
    if (other.parameter >= 0) one.parameter = other.parameter;
    for (let variable = 0; variable < this.groups.length; variable++)
      if (this.groups[variable] === other) this.groups[variable] = one;
    return true;
  }

  /** Sorted by uses, the most used first. */
  private share(): void {
    const groups = [...new Set(this.groups)].filter(({ weight, parameter }) => weight > 0 || parameter >= 0);
    groups.sort((a, b) => Number(b.parameter >= 0) - Number(a.parameter >= 0) || b.weight - a.weight);
    const kept: Group[] = [];
    for (const group of groups) if (!kept.some((other) => this.unite(other, group))) kept.push(group);
  }

  private rename(): void {
    const { code } = this;
    const { parameterCount } = code;
    const numbers = new Map<Group, number>();
    const variables = code.variables.slice(0, parameterCount);
    const numberOf = (variable: number): number => {
      const group = this.groups[variable];
      if (group.parameter >= 0) return group.parameter;
      let number = numbers.get(group);
      if (number === undefined) {
        number = variables.push(group.type) - 1;
        numbers.set(group, number);
      }
      return number;
    };
    visit(code.body, (instruction) => {
      const { operation } = instruction;
      if (operation === Operation.Get || operation === Operation.Set) instruction.index = numberOf(instruction.index);
    });
    code.variables = variables;
    code.hasDefinitions = false;
    removeCopies(code.body);
  }
}

/** Whether a Set copies a variable to itself. */
function removeCopies(body: Region): void {
  rewrite(body, (instruction, into) => {
    const { operation, operands, index } = instruction;
    if (operation === Operation.Set) {
      const value = resolved(operands[0]);
      if (value.operation === Operation.Get && value.nested && value.index === index) return;
    }
    into.push(instruction);
  });
}
