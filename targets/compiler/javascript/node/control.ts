// Prints the control flow of a function as JavaScript. A forward branch is an `if` around the code that it skips, where that is
// enough. Other branches break or continue with a label. For interpreters without labels, they set a variable to the target, and the
// code in between tests it. A branch table is then a tree of comparisons, else a switch.

import { flowGraph } from '../../intermediate/flow-graph.js';
import { type Instruction, type Label, type Region, resolved } from '../../intermediate/instruction.js';
import { isInline } from '../../intermediate/nesting.js';
import { isTerminator, Operation } from '../../intermediate/operation.js';
import { type Code, js, list, name, sequence, type Token } from '../trees/code.js';
import { braced, choiceOf, depthOf, doLoop, FunctionWriter, plain, type Statement } from '../trees/statement.js';
import { statesOf, TooDeep } from '../trees/states.js';

/** Labels, innermost first. */
interface Labels {
  label: Label;
  outer: Labels | null;
}

/** The position of the current code. */
interface Context {
  /** Labels that control reaches by itself behind the region. */
  natural: Labels | null;
  /** The innermost loop, and the labels that control reaches by itself behind it. */
  loop: Label | null;
  behindLoop: Labels | null;
  /** Labels of blocks that were opened within the innermost loop. */
  within: Labels | null;
}

/** Code that is still to be written: the rest of a region from an index on, and the code after it. */
interface Rest {
  region: Region;
  from: number;
  behind: Rest | null;
}

/** Labels that were left for with the variable set. */
type Exits = Set<Label>;

/** None is ever added to it. */
const NONE: Exits = new Set();
const OR = js`||`;
/** Bodies and blocks within each other, above which control is written as states. V8 parses some 1,500, this writer writes 1,000. */
const MOST_LEVELS = 400;
const START: Context = { natural: null, loop: null, behindLoop: null, within: null };

export abstract class StructuredWriter extends FunctionWriter {
  /** Numbers of labels that branches name, or that the variable is set to. */
  private numbers = new Map<Label, number>();
  private indices = 0;
  /** Sequences that are being written within each other. */
  private nested = 0;
  /** For states: variables of values that must be declared before the loop. */
  private hoisted: Token[] | null = null;

  protected override region(region: Region): void {
    this.numbers = new Map();
    this.indices = 0;
    this.nested = 0;
    this.hoisted = null;
    const before = this.statements;
    let statements: Statement[];
    try {
      statements = this.captured(() => void this.sequence(startOf(region), START));
      if (depthOf(statements) > MOST_LEVELS) throw new TooDeep();
    } catch (error) {
      if (!(error instanceof TooDeep)) throw error;
      this.restart(before);
      this.states(region);
      return;
    }
    if (this.numbers.size > 0 && !this.options.labels) this.line(js`let x=0;`);
    this.put(...statements);
  }

  /** Prints a region as states of one loop. */
  private states(region: Region): void {
    const { expressions } = this;
    const hoisted: Token[] = [];
    this.hoisted = hoisted;
    const loop = statesOf(flowGraph(region).blocks, {
      expressions,
      instruction: (each) => this.captured(() => this.instruction(each)),
      end: () => this.captured(() => this.returnWords([])),
      define: (value) => {
        const index = name(`i${this.indices++}`);
        return { name: index, statements: this.captured(() => this.define(index, value)) };
      },
      hasSwitch: this.options.labels,
    });
    this.line(js`let ${list([js`x=0`, ...hoisted])};`);
    this.put(loop);
  }

  protected override define(variable: Token, value: Code): void {
    if (this.hoisted === null) {
      super.define(variable, value);
      return;
    }
    this.hoisted.push(variable);
    this.line(js`${variable}=${value};`);
  }

  private sequence(start: Rest, context: Context): Exits {
    if (++this.nested > MOST_LEVELS) throw new TooDeep();
    const found = this.parts(start, context);
    this.nested--;
    return found;
  }

  private parts(start: Rest, context: Context): Exits {
    let { region, from: at, behind } = start;
    for (;;) {
      if (at === region.length) {
        if (behind === null) return NONE;
        ({ region, from: at, behind } = behind);
        continue;
      }
      const instruction = region[at++];
      if (isInline(instruction)) continue;
      const { operation } = instruction;
      if (operation === Operation.Branch) return this.jumpTo(instruction.label!, context);
      if (operation === Operation.BranchTable) return this.table(instruction, context);
      if (instruction.regions === null) {
        this.instruction(instruction);
        continue;
      }
      const rest: Rest = { region, from: at, behind };
      const isLast = isEmpty(rest);
      // A construct with branches to its end is a block, too.
      const isBlock = instruction.label !== null && instruction.label.uses > 0;
      if (operation === Operation.If && !isBlock && !isLast) {
        const [first, second = []] = instruction.regions;
        const [firstExits, secondExits] = [exits(first), exits(second)];
        if (firstExits !== secondExits) {
          const [left, stays] = firstExits ? [first, second] : [second, first];
          return this.choice(instruction, left, { region: stays, from: 0, behind: rest }, !firstExits, context);
        }
      }
      const left = this.structured(instruction, !isLast, context);
      if (left.size === 0) continue;
      const asks = this.leave(left, context);
      if (isLast) return left;
      if (!asks) return union(left, this.sequence(rest, context));
      let further = NONE;
      const body = this.body(() => {
        further = this.sequence(rest, context);
      });
      if (body.length > 0) this.put(choiceOf(js`!x`, body));
      return union(left, further);
    }
  }

  /** An `if` of which one arm leaves: the other one goes on with what comes behind it. */
  private choice(instruction: Instruction, left: Region, stays: Rest, negated: boolean, context: Context): Exits {
    let found = NONE;
    const first = this.body(() => {
      found = this.sequence(startOf(left), context);
    });
    // A label of its own would not reach what is written behind it.
    const hasLabel = instruction.label !== null && instruction.label.uses > 0;
    if (!hasLabel && first.at(-1)?.jumps) {
      this.put(choiceOf(this.condition(instruction, negated), first));
      return union(found, this.sequence(stays, context));
    }
    let others = NONE;
    const second = this.body(() => {
      others = this.sequence(stays, context);
    });
    const isFirstEmpty = first.length === 0;
    const condition = this.condition(instruction, negated !== isFirstEmpty);
    this.put(isFirstEmpty ? choiceOf(condition, second) : choiceOf(condition, first, second));
    return union(found, others);
  }

  private condition(instruction: Instruction, negated: boolean): Code {
    return this.expressions.condition(instruction.operands[0], negated);
  }

  /** A block, loop or `if`; with `followed`, something comes behind it. */
  private structured(instruction: Instruction, followed: boolean, context: Context): Exits {
    const behind = followed ? null : context.natural;
    const label = instruction.label;
    if (instruction.operation === Operation.Loop) return this.loop(instruction, behind);
    if (label === null || label.uses === 0) return this.regionsOf(instruction, { ...context, natural: behind });
    const start = this.statements.length;
    const inner: Context = {
      ...context,
      natural: { label, outer: behind },
      within: { label, outer: context.within },
    };
    const found = this.regionsOf(instruction, inner);
    if (this.options.labels) {
      if (this.numbers.has(label)) this.putLabel(instruction, start);
    } else if (found.delete(label)) {
      this.line(found.size === 0 ? js`x=0;` : js`if(x===${this.number(label)})x=0;`);
    }
    return found;
  }

  /** Gives a block or `if` its label, whose statements start at an index. */
  private putLabel({ operation, label }: Instruction, start: number): void {
    const { statements } = this;
    const mark = js`${this.name(label!)}:`;
    if (operation === Operation.Block) this.put(braced(js`${mark}{`, statements.splice(start)));
    else statements[start] = { ...statements[start], code: sequence([mark, statements[start].code]) };
  }

  private regionsOf(instruction: Instruction, context: Context): Exits {
    const [first, second = []] = instruction.regions!;
    if (instruction.operation === Operation.Block) return this.sequence(startOf(first), context);
    return this.choice(instruction, first, startOf(second), false, context);
  }

  private loop(instruction: Instruction, behind: Labels | null): Exits {
    const label = instruction.label!;
    const region = instruction.regions![0];
    const last = region[region.length - 1];
    const isDo = label.uses === 1 && isBranchTo(last, label) && !hasNames(last.operands[0]);
    const context: Context = { natural: isDo ? null : behind, loop: label, behindLoop: behind, within: null };
    let found = NONE;
    const body = this.body(() => {
      found = this.sequence(startOf(isDo ? region.slice(0, -1) : region), context);
      // A branch that needed nothing falls out of the loop, too.
      if (!isDo && !this.statements.at(-1)?.jumps) this.exit(js`break;`);
    });
    const mark = this.options.labels && this.numbers.has(label) ? js`${this.name(label)}:` : js``;
    if (isDo) this.put(doLoop(body, this.expressions.condition(last.operands[0]), js`${mark}do{`));
    else this.put(braced(js`${mark}for(;;){`, body));
    return found;
  }

  /** A branch. Returns its label if it is on its way there with the variable set. */
  private jumpTo(label: Label, { natural, loop, behindLoop, within }: Context): Exits {
    if (has(natural, label)) return NONE;
    if (label === loop) {
      this.exit(js`continue;`);
      return NONE;
    }
    const leavesLoop = loop !== null && !has(within, label);
    if (leavesLoop && has(behindLoop, label)) {
      this.exit(js`break;`);
      return NONE;
    }
    if (this.options.labels) {
      this.exit(js`${label.isLoop ? 'continue' : 'break'} ${this.name(label)};`);
      return NONE;
    }
    this.line(js`x=${this.number(label)};${leavesLoop ? 'break;' : ''}`);
    return new Set([label]);
  }

  /**
   * Printed after code that branches to these labels: continues the loop, or leaves it. Returns whether the following code must test the
   * variable.
   */
  private leave(left: Exits, { loop, within }: Context): boolean {
    if (loop === null) return true;
    if (left.delete(loop)) this.line(js`if(x===${this.number(loop)}){x=0;continue;}`);
    const outside = [...left].filter((label) => !has(within, label));
    if (outside.length > 0) {
      const all = outside.length === left.size;
      const test = all
        ? js`x`
        : list(
            outside.map((label) => js`x===${this.number(label)}`),
            OR,
          );
      this.line(js`if(${test})break;`);
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
    const jump = (label: Label): Code => {
      if (has(context.natural, label)) return js`break;`;
      if (label === context.loop) return js`continue;`;
      return js`${label.isLoop ? 'continue' : 'break'} ${this.name(label)};`;
    };
    const head = js`switch(${this.expressions.value(instruction.operands[0])}){`;
    const rows = [...cases].map(([label, indices]) =>
      plain(js`${sequence(indices.map((index) => js`case ${index}:`))}${jump(label)}`),
    );
    this.put(braced(head, [...rows, plain(js`default:${jump(otherwise)}`)]));
    return NONE;
  }

  /** A branch table as a tree of comparisons. */
  private tree(instruction: Instruction, context: Context): Exits {
    const labels = instruction.labels!;
    const index = name(`i${this.indices++}`);
    this.define(index, this.expressions.unsignedValue(instruction.operands[0]));
    const half = (from: number, to: number): Exits => {
      if (labels.slice(from, to).every((label) => label === labels[from])) return this.jumpTo(labels[from], context);
      const middle = (from + to) >> 1;
      let [first, second] = [NONE, NONE];
      const low = this.body(() => {
        first = half(from, middle);
      });
      const high = this.body(() => {
        second = half(middle, to);
      });
      this.put(choiceOf(js`${index}<${middle}`, low, high));
      return union(first, second);
    };
    return half(0, labels.length);
  }

  private name(label: Label): Token {
    return name(`L${this.number(label)}`);
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

/** May be one of the two itself. */
function union(one: Exits, other: Exits): Exits {
  if (other.size === 0) return one;
  return one.size === 0 ? other : new Set([...one, ...other]);
}

function has(labels: Labels | null, label: Label): boolean {
  for (let each = labels; each !== null; each = each.outer) if (each.label === label) return true;
  return false;
}

function startOf(region: Region): Rest {
  return { region, from: 0, behind: null };
}

/** Whether there is nothing to write. */
function isEmpty(rest: Rest): boolean {
  for (let each: Rest | null = rest; each !== null; each = each.behind) {
    const { region, from } = each;
    for (let at = from; at < region.length; at++) if (!isInline(region[at])) return false;
  }
  return true;
}

/** Whether control never gets behind the region by falling out of it. */
function exits(body: Region): boolean {
  const open = [body];
  for (let region = open.pop(); region; region = open.pop()) {
    const last = region[region.length - 1];
    if (last === undefined) return false;
    if (last.operation === Operation.If) {
      const isTarget = last.label !== null && last.label.uses > 0;
      if (isTarget || last.regions!.length < 2) return false;
      open.push(...last.regions!);
    } else if (!isTerminator(last.operation)) return false;
  }
  return true;
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
