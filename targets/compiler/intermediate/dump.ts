// Prints the intermediate code of a function, for debugging and for tests of passes: one instruction per line, `%3 = i32.add v0, 1`. A
// variable name stands for the Get that reads it, unless the variable is written before the Get is used; the Get then has a line of
// its own. With facts, each line ends with what is proven of its instruction.

import {
  type FunctionCode,
  type Instruction,
  type Label,
  Proven,
  type Region,
  resolved,
  visit,
} from './instruction.js';
import { isLoad, isStore, Operation, operationName, Type } from './operation.js';

export interface DumpOptions {
  /** With what is proven. */
  facts?: boolean;
}

export function dump(code: FunctionCode, options: DumpOptions = {}): string {
  return new Dump(options).text(code.body);
}

interface OpenRegion {
  region: Region;
  at: number;
  /** Written behind the region; null for nothing. */
  before: string | null;
}

const FACTS = Object.values(Proven).filter((each): each is Proven => typeof each === 'number');

class Dump {
  private readonly options: DumpOptions;
  private readonly numbers = new Map<Instruction, number>();
  private readonly labels = new Map<Label, number>();
  private readonly lines: string[] = [];
  private stale: ReadonlySet<Instruction> = new Set();

  constructor(options: DumpOptions) {
    this.options = options;
  }

  text(body: Region): string {
    this.stale = staleGets(body);
    const open: OpenRegion[] = [{ region: body, at: 0, before: null }];
    for (let top = open[0]; top !== undefined; top = open[open.length - 1]) {
      if (top.at === top.region.length) {
        open.pop();
        if (top.before !== null) this.line(top.before, open.length - 1);
        continue;
      }
      const instruction = top.region[top.at++];
      this.instruction(instruction, open.length - 1);
      const { regions } = instruction;
      for (let index = (regions?.length ?? 0) - 1; index >= 0; index--)
        open.push({ region: regions![index], at: 0, before: index + 1 < regions!.length ? 'else' : null });
    }
    return this.lines.join('\n');
  }

  private line(text: string, depth: number): void {
    this.lines.push('  '.repeat(depth) + text);
  }

  private instruction(instruction: Instruction, depth: number): void {
    const { operation, type, replacement, proven } = instruction;
    if (operation === Operation.Get && !this.stale.has(instruction)) return;
    let text = this.statement(instruction);
    if (type !== Type.None || (operation === Operation.Check && this.options.facts))
      text = `${this.nameOf(instruction)} = ${text}`;
    if (replacement !== null) text += ` (replaced by ${this.value(instruction)})`;
    if (this.options.facts && proven !== 0)
      text += ` [${FACTS.filter((fact) => instruction.has(fact))
        .map((fact) => Proven[fact])
        .join(' ')}]`;
    if (this.options.facts && instruction.check !== null) text += ` by ${this.nameOf(resolved(instruction.check))}`;
    this.line(text, depth);
  }

  private statement(instruction: Instruction): string {
    const { operation, index, label, labels } = instruction;
    const list = instruction.operands.map((each) => this.value(each)).join(', ');
    switch (operation) {
      case Operation.Get:
        return `v${index}`;
      case Operation.Set:
        return `v${index} = ${list}`;
      case Operation.Block:
      case Operation.Loop:
        return `${operationName(operation).toLowerCase()} ${this.labelOf(label!)}`;
      case Operation.If:
        return `if ${list}${label === null || label.uses === 0 ? '' : ` ${this.labelOf(label)}`}`;
      case Operation.Branch:
        return `branch ${this.labelOf(label!)}`;
      case Operation.BranchTable:
        return `table ${list} [${labels!.map((each) => this.labelOf(each)).join(' ')}]`;
      case Operation.Return:
        return list === '' ? 'return' : `return ${list}`;
      case Operation.Result:
        return `word ${index} of ${this.nameOf(instruction.producer!)}`;
    }
    const isAccess = isLoad(operation) || isStore(operation);
    const own = isAccess ? (index === 0 ? '' : `+${index}`) : HAS_INDEX.has(operation) ? ` ${index}` : '';
    return `${operationName(operation)}${own} ${list}`.trimEnd();
  }

  private value(operand: Instruction): string {
    const value = resolved(operand);
    const { operation, type, index } = value;
    if (operation === Operation.Constant)
      return type === Type.I32 ? String(index) : `${Type[type].toLowerCase()} ${index}`;
    if (operation === Operation.NullReference) return 'null';
    if (operation === Operation.Get && !this.stale.has(value)) return `v${index}`;
    return this.nameOf(value);
  }

  private nameOf(value: Instruction): string {
    let number = this.numbers.get(value);
    if (number === undefined) {
      number = this.numbers.size;
      this.numbers.set(value, number);
    }
    return `%${number}`;
  }

  private labelOf(label: Label): string {
    let number = this.labels.get(label);
    if (number === undefined) {
      number = this.labels.size;
      this.labels.set(label, number);
    }
    return `L${number}`;
  }
}

const HAS_INDEX: ReadonlySet<number> = new Set([
  Operation.Check,
  Operation.Call,
  Operation.TailCall,
  Operation.GlobalGet,
  Operation.GlobalSet,
  Operation.Charge,
  Operation.ChargeIf,
]);

/** Gets whose variable is written, or may be, before they are used. */
function staleGets(body: Region): Set<Instruction> {
  const stale = new Set<Instruction>();
  const writes = new Map<number, number>();
  const seen = new Map<Instruction, number>();
  const write = (variable: number) => void writes.set(variable, (writes.get(variable) ?? 0) + 1);
  visit(body, (instruction) => {
    const { operation, operands, index, written } = instruction;
    for (const each of operands) {
      const value = resolved(each);
      if (value.operation === Operation.Get && seen.get(value) !== (writes.get(value.index) ?? 0)) stale.add(value);
    }
    if (operation === Operation.Get) seen.set(instruction, writes.get(index) ?? 0);
    if (operation === Operation.Set) write(index);
    for (const variable of written ?? []) write(variable);
  });
  return stale;
}
