// Writes the control of a function as JavaScript. A branch forward is an `if` around what it skips, wherever that is enough.
// The others break or continue with a label; without labels, for interpreters that have none, they set a variable that says
// where to, and what comes in between asks for it. There a branch table is a tree of comparisons, else a switch.

import { type Instruction, type Label, type Region, resolved } from '../intermediate/instruction.js';
import { isInline } from '../intermediate/nesting.js';
import { Operation } from '../intermediate/operation.js';
import { FunctionWriter, type Line } from './statement.js';

/** Where the code at hand stands. */
interface Context {
  /** Labels that control reaches by itself behind the region. */
  natural: ReadonlySet<Label>;
  /** The innermost loop, and the labels that control reaches by itself behind it. */
  loop: Label | null;
  behindLoop: ReadonlySet<Label>;
  /** Labels of blocks that were opened within the innermost loop. */
  within: ReadonlySet<Label>;
}

/** Labels that were left for with the variable set. */
type Exits = Set<Label>;

const NOWHERE: ReadonlySet<Label> = new Set();
const START: Context = { natural: NOWHERE, loop: null, behindLoop: NOWHERE, within: NOWHERE };

export abstract class StructuredWriter extends FunctionWriter {
  /** Of labels that branches name, or set the variable to. */
  private numbers = new Map<Label, number>();
  private indices = 0;

  protected override body(region: Region): void {
    this.numbers = new Map();
    this.indices = 0;
    const lines = this.captured(() => void this.sequence(region, START));
    if (this.numbers.size > 0 && !this.options.labels) this.line('let x=0;');
    this.put(lines);
  }

  private sequence(region: Region, context: Context): Exits {
    for (let at = 0; at < region.length; at++) {
      const instruction = region[at];
      if (isInline(instruction)) continue;
      const { operation } = instruction;
      if (operation === Operation.Branch) return this.jumpTo(instruction.label!, context);
      if (operation === Operation.BranchTable) return this.table(instruction, context);
      if (instruction.regions === null) {
        this.instruction(instruction);
        continue;
      }
      const rest = region.slice(at + 1).filter((each) => !isInline(each));
      // One that branches lead behind is a block too.
      const isBlock = instruction.label !== null && instruction.label.uses > 0;
      if (operation === Operation.If && !isBlock && rest.length > 0) {
        const [first, second = []] = instruction.regions;
        const [firstExits, secondExits] = [exits(first), exits(second)];
        if (firstExits !== secondExits) {
          const [left, stays] = firstExits ? [first, second] : [second, first];
          return this.choice(instruction, left, [...stays, ...rest], !firstExits, context);
        }
      }
      const left = this.structured(instruction, rest.length > 0, context);
      if (left.size === 0) continue;
      const asks = this.leave(left, context);
      if (rest.length === 0) return left;
      if (!asks) return union(left, this.sequence(rest, context));
      let further: Exits = new Set();
      const lines = this.captured(() => {
        further = this.indent(() => this.sequence(rest, context));
      });
      if (lines.length > 0) {
        this.line('if(!x){');
        this.put(lines);
        this.line('}');
      }
      return union(left, further);
    }
    return new Set();
  }

  /** An `if` of which one arm leaves: the other one goes on with what comes behind it. */
  private choice(instruction: Instruction, left: Region, stays: Region, negated: boolean, context: Context): Exits {
    let found: Exits = new Set();
    const arm = (region: Region) =>
      this.captured(() => {
        found = union(
          found,
          this.indent(() => this.sequence(region, context)),
        );
      });
    const first = arm(left);
    // A label of its own would not reach what is written behind it.
    const hasLabel = instruction.label !== null && instruction.label.uses > 0;
    if (!hasLabel && isJump(first[first.length - 1])) {
      this.arms(instruction.operands[0], first, [], negated);
      return union(found, this.sequence(stays, context));
    }
    this.arms(instruction.operands[0], first, arm(stays), negated);
    return found;
  }

  private arms(condition: Instruction, first: Line[], second: Line[], negated: boolean): void {
    const swapped = first.length === 0;
    const [shown, other] = swapped ? [second, first] : [first, second];
    this.line(`if(${this.expressions.condition(condition, negated !== swapped)}){`);
    this.put(shown);
    if (other.length > 0) {
      this.line('}else{');
      this.put(other);
    }
    this.line('}');
  }

  /** A block, loop or `if`; with `followed`, something comes behind it. */
  private structured(instruction: Instruction, followed: boolean, context: Context): Exits {
    const behind = followed ? NOWHERE : context.natural;
    const label = instruction.label;
    if (instruction.operation === Operation.Loop) return this.loop(instruction, behind);
    const isTarget = label !== null && label.uses > 0;
    const inner: Context = isTarget
      ? { ...context, natural: new Set([...behind, label]), within: new Set([...context.within, label]) }
      : { ...context, natural: behind };
    let found: Exits = new Set();
    const lines = this.captured(() => {
      found = this.regionsOf(instruction, inner);
    });
    if (isTarget && this.options.labels && this.numbers.has(label)) {
      const isBlock = instruction.operation === Operation.Block;
      this.line(`${this.name(label)}:${isBlock ? '{' : lines[0].text.trimStart()}`);
      if (isBlock) for (const line of lines) line.text = ` ${line.text}`;
      this.put(isBlock ? lines : lines.slice(1));
      if (isBlock) this.line('}');
      return found;
    }
    this.put(lines);
    if (isTarget && found.delete(label)) {
      this.line(found.size === 0 ? 'x=0;' : `if(x===${this.number(label)})x=0;`);
    }
    return found;
  }

  private regionsOf(instruction: Instruction, context: Context): Exits {
    const [first, second = []] = instruction.regions!;
    if (instruction.operation === Operation.Block) return this.sequence(first, context);
    return this.choice(instruction, first, second, false, context);
  }

  private loop(instruction: Instruction, behind: ReadonlySet<Label>): Exits {
    const label = instruction.label!;
    const region = instruction.regions![0];
    const last = region[region.length - 1];
    const isDo = label.uses === 1 && isBranchTo(last, label) && !hasNames(last.operands[0]);
    const context: Context = { natural: isDo ? NOWHERE : behind, loop: label, behindLoop: behind, within: NOWHERE };
    let found: Exits = new Set();
    const lines = this.captured(() => {
      found = this.indent(() => this.sequence(isDo ? region.slice(0, -1) : region, context));
    });
    const name = this.options.labels && this.numbers.has(label) ? `${this.name(label)}:` : '';
    this.line(name + (isDo ? 'do{' : 'for(;;){'));
    this.put(lines);
    // A branch that needed nothing falls out of the loop, too.
    if (!isDo && !isJump(lines[lines.length - 1])) this.line(' break;');
    this.line(isDo ? `}while(${this.expressions.condition(last.operands[0])});` : '}');
    return found;
  }

  /** A branch. Returns its label if it is on its way there with the variable set. */
  private jumpTo(label: Label, { natural, loop, behindLoop, within }: Context): Exits {
    if (natural.has(label)) return new Set();
    if (label === loop) {
      this.line('continue;');
      return new Set();
    }
    const leavesLoop = loop !== null && !within.has(label);
    if (leavesLoop && behindLoop.has(label)) {
      this.line('break;');
      return new Set();
    }
    if (this.options.labels) {
      this.line(`${label.isLoop ? 'continue' : 'break'} ${this.name(label)};`);
      return new Set();
    }
    this.line(`x=${this.number(label)};${leavesLoop ? 'break;' : ''}`);
    return new Set([label]);
  }

  /**
   * Behind what was left for these labels: goes on with the loop, or leaves it. Returns whether what comes next has to ask.
   */
  private leave(left: Exits, { loop, within }: Context): boolean {
    if (loop === null) return true;
    if (left.delete(loop)) this.line(`if(x===${this.number(loop)}){x=0;continue;}`);
    const outside = [...left].filter((label) => !within.has(label));
    if (outside.length > 0) {
      const all = outside.length === left.size;
      const test = all ? 'x' : outside.map((label) => `x===${this.number(label)}`).join('||');
      this.line(`if(${test})break;`);
    }
    return outside.length < left.size;
  }

  private table(instruction: Instruction, context: Context): Exits {
    if (!this.options.labels) return this.tree(instruction, context);
    const labels = instruction.labels!;
    const otherwise = labels[labels.length - 1];
    const cases = new Map<Label, number[]>();
    for (const [index, label] of labels.slice(0, -1).entries()) {
      const indices = cases.get(label);
      if (indices) indices.push(index);
      else if (label !== otherwise) cases.set(label, [index]);
    }
    // A break leaves the switch: to where control goes by itself.
    const jump = (label: Label) => {
      if (context.natural.has(label)) return 'break;';
      if (label === context.loop) return 'continue;';
      return `${label.isLoop ? 'continue' : 'break'} ${this.name(label)};`;
    };
    this.line(`switch(${this.expressions.value(instruction.operands[0])}){`);
    for (const [label, indices] of cases)
      this.line(` ${indices.map((index) => `case ${index}:`).join('')}${jump(label)}`);
    this.line(` default:${jump(otherwise)}`);
    this.line('}');
    return new Set();
  }

  /** A branch table as a tree of comparisons. */
  private tree(instruction: Instruction, context: Context): Exits {
    const labels = instruction.labels!;
    const name = `i${this.indices++}`;
    this.define(name, this.expressions.unsignedValue(instruction.operands[0]));
    let found: Exits = new Set();
    const half = (from: number, to: number): Line[] => {
      if (labels.slice(from, to).every((label) => label === labels[from])) {
        return this.captured(() => {
          found = union(found, this.jumpTo(labels[from], context));
        });
      }
      const middle = (from + to) >> 1;
      return this.captured(() => {
        this.line(`if(${name}<${middle}){`);
        this.put(this.indent(() => half(from, middle)));
        this.line('}else{');
        this.put(this.indent(() => half(middle, to)));
        this.line('}');
      });
    };
    this.put(half(0, labels.length));
    return found;
  }

  private name(label: Label): string {
    return `L${this.number(label)}`;
  }

  private number(label: Label): number {
    let number = this.numbers.get(label);
    if (number === undefined) {
      number = this.numbers.size + 1;
      this.numbers.set(label, number);
    }
    return number;
  }
}

/** Whether the line ends what comes before the end of a loop. */
function isJump(line: Line | undefined): boolean {
  return line !== undefined && /^\s*(return\b.*|continue(?: \w+)?|break(?: \w+)?);$/.test(line.text);
}

function union(one: Exits, other: Exits): Exits {
  return new Set([...one, ...other]);
}

/** Whether control never gets behind the region by falling out of it. */
function exits(region: Region): boolean {
  const last = region[region.length - 1];
  if (last === undefined) return false;
  switch (last.operation) {
    case Operation.Branch:
    case Operation.BranchTable:
    case Operation.Return:
    case Operation.Unreachable:
    case Operation.TailCall:
    case Operation.TailCallIndirect:
      return true;
    case Operation.If:
      return last.label?.uses !== undefined && last.label.uses > 0
        ? false
        : last.regions!.length === 2 && last.regions!.every((each) => exits(each));
    default:
      return false;
  }
}

/** Whether a tree has values with names, which are not known outside of their region. */
function hasNames(value: Instruction): boolean {
  const operand = resolved(value);
  return !isInline(operand) || operand.operands.some(hasNames);
}

/** An `if` that does nothing but branch to the label. */
function isBranchTo(instruction: Instruction | undefined, label: Label): instruction is Instruction {
  if (instruction === undefined || instruction.operation !== Operation.If || instruction.regions!.length > 1)
    return false;
  const [region] = instruction.regions!;
  return region.length === 1 && region[0].operation === Operation.Branch && region[0].label === label;
}
