// Splits variables into webs: definitions that reach a common read keep one variable, all others get their own. Coalescing can then
// merge each with the variable that suits it best.

import { findDefinitions } from '../intermediate/definitions.js';
import { type FunctionCode, type Instruction, type Region, visit } from '../intermediate/instruction.js';
import { Operation } from '../intermediate/operation.js';

/** In a function with more variables, they stay as they are; other passes have limits too. */
const MOST_VARIABLES = 2000;

/** Afterwards, the variables are those of the parameters, and one for each web. */
export function webs(code: FunctionCode): void {
  if (code.variables.length > MOST_VARIABLES) return;
  findDefinitions(code);
  new Webs(code).separate();
  noteWritten(code.body);
}

class Webs {
  private readonly code: FunctionCode;
  /** Maps a definition to another definition of its web (union-find). */
  private readonly parents = new Map<Instruction, Instruction>();
  private readonly reached = new Set<Instruction>();
  private readonly parameters = new Set<Instruction>();
  /** For a variable whose definitions are not distinguished: one of its definitions. */
  private readonly merged = new Map<number, Instruction>();

  constructor(code: FunctionCode) {
    this.code = code;
  }

  separate(): void {
    const { code, merged } = this;
    visit(code.body, ({ operation, definition }) => {
      if (operation === Operation.Get) this.reach(definition!);
    });
    if (merged.size > 0) {
      visit(code.body, (instruction) => {
        const other = instruction.operation === Operation.Set ? merged.get(instruction.index) : undefined;
        if (other !== undefined) this.join(instruction, other);
      });
    }
    this.rename();
  }

  private find(definition: Instruction): Instruction {
    let found = definition;
    for (let parent = this.parents.get(found); parent !== undefined; parent = this.parents.get(found)) found = parent;
    if (found !== definition) this.parents.set(definition, found);
    return found;
  }

  private join(one: Instruction, other: Instruction): void {
    const [a, b] = [this.find(one), this.find(other)];
    if (a !== b) this.parents.set(a, b);
  }

  /** Merges the operands of a Phi, and theirs. */
  private reach(definition: Instruction): void {
    const open = [definition];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (next.operation === Operation.Parameter) this.parameters.add(next);
      if (next.operation !== Operation.Phi || this.reached.has(next)) continue;
      this.reached.add(next);
      if (next.operands.length === 0) {
        const other = this.merged.get(next.index) ?? next;
        this.merged.set(next.index, other);
        this.join(next, other);
      }
      for (const operand of next.operands) {
        open.push(operand);
        this.join(next, operand);
      }
    }
  }

  private rename(): void {
    const { code } = this;
    const variables = code.variables.slice(0, code.parameterCount);
    const numbers = new Map<Instruction, number>();
    for (const definition of this.parameters) numbers.set(this.find(definition), definition.index);
    for (const [variable, definition] of this.merged)
      if (variable < code.parameterCount) numbers.set(this.find(definition), variable);
    const numberOf = (definition: Instruction, variable: number): number => {
      if (definition.operation === Operation.Parameter) return definition.index;
      const root = this.find(definition);
      let number = numbers.get(root);
      if (number === undefined) {
        number = variables.push(code.variables[variable]) - 1;
        numbers.set(root, number);
      }
      return number;
    };
    visit(code.body, (instruction) => {
      const { operation, index, definition } = instruction;
      if (operation === Operation.Get) instruction.index = numberOf(definition!, index);
      else if (operation === Operation.Set) instruction.index = numberOf(instruction, index);
    });
    code.variables = variables;
    code.hasDefinitions = false;
  }
}

/** Records for each loop the variables that are written in it. */
export function noteWritten(body: Region): void {
  const loops: { written: Set<number>; loop: Instruction }[] = [];
  const open: { region: Region; at: number; ends: boolean }[] = [{ region: body, at: 0, ends: false }];
  for (let top = open[0]; top !== undefined; top = open[open.length - 1]) {
    if (top.at === top.region.length) {
      open.pop();
      if (!top.ends) continue;
      const { written, loop } = loops.pop()!;
      loop.written = [...written];
      if (loops.length > 0) for (const variable of written) loops[loops.length - 1].written.add(variable);
      continue;
    }
    const instruction = top.region[top.at++];
    const { operation, regions, index } = instruction;
    if (operation === Operation.Set && loops.length > 0) loops[loops.length - 1].written.add(index);
    const isLoop = operation === Operation.Loop;
    if (isLoop) loops.push({ written: new Set(), loop: instruction });
    if (regions === null) continue;
    for (let arm = regions.length - 1; arm >= 0; arm--) open.push({ region: regions[arm], at: 0, ends: isLoop });
  }
}
