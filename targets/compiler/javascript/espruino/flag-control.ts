// Writes the control of a function for interpreters without labels, of which every character costs: blocks stand where they
// are branched to if that is one place, else behind what leads to them. A branch that does not get where it wants by itself
// or by leaving one loop sets the variable `x`, and what comes in between asks for it.

import { type Instruction, type Region, resolved } from '../../intermediate/instruction.js';
import { isInline } from '../../intermediate/nesting.js';
import { Effect, leavesFunction, Operation } from '../../intermediate/operation.js';
import { FunctionWriter, type Line } from '../trees/statement.js';
import { type BasicBlock, isShortExit, type Loop, type PlacedGraph, placedGraph } from './placement.js';

/** Where the code at hand stands. */
export interface Context {
  /** What control reaches by itself behind it: null for the end of the function. */
  natural: BasicBlock | null;
  loop: OpenLoop | null;
}

export interface OpenLoop {
  loop: Loop;
  /** What control reaches by itself behind the loop. */
  behind: BasicBlock | null;
  /** What `x` was set for before the loop was left. */
  left: Set<BasicBlock>;
  /** Whether it is left without. */
  breaks: boolean;
  /** Whether it is started again before its end. */
  continues: boolean;
}

/** How control leaves what was written. */
export interface Flow {
  /** Falling out of it, with `x` 0. */
  falls: boolean;
  /** Falling out of it on the way to these, with `x` set. */
  pending: Set<BasicBlock>;
}

const NONE: ReadonlySet<BasicBlock> = new Set();
export const nowhere = (): Flow => ({ falls: false, pending: new Set() });

export abstract class FlagControlWriter extends FunctionWriter {
  /** Whether a table may be a string. */
  protected readonly hasStrings: boolean = true;
  private readonly numbers = new Map<BasicBlock, number>();
  private indices = 0;
  protected usesFlag = false;

  protected override body(region: Region): void {
    const graph = placedGraph(region);
    const { entry } = graph;
    this.prepare(graph);
    this.numbers.clear();
    this.indices = 0;
    this.usesFlag = false;
    const lines = this.captured(() => void this.tree(entry, { natural: null, loop: null }));
    if (this.usesFlag) this.declareFlag();
    this.put(lines);
  }

  protected declareFlag(): void {
    this.line('var x=0;');
  }

  /** Before anything is written. */
  protected prepare(_graph: PlacedGraph): void {}

  /** A block, what is only reached through it, and what comes behind. */
  protected tree(block: BasicBlock, context: Context): Flow {
    const { header, behind, merges } = block;
    if (header === null)
      return this.list([(inner) => this.block(block, inner), ...this.trees(merges)], merges, context);
    return this.list([(inner) => this.loop(block, inner), ...this.trees(behind)], behind, context);
  }

  protected trees(blocks: BasicBlock[]): ((context: Context) => Flow)[] {
    return blocks.map((each) => (context: Context) => this.tree(each, context));
  }

  /** One part behind the other; `starts` are the blocks that the parts behind the first start with. */
  protected list(parts: ((context: Context) => Flow)[], starts: BasicBlock[], { natural, loop }: Context): Flow {
    const behind = (index: number) => (index < starts.length ? starts[index] : natural);
    let flow = parts[0]({ natural: behind(0), loop });
    for (let index = 0; index < starts.length; index++) {
      const start = starts[index];
      const lands = flow.pending.delete(start);
      if (flow.pending.size === 0) {
        if (lands) this.clear();
        flow = parts[index + 1]({ natural: behind(index + 1), loop });
        continue;
      }
      const { pending } = flow;
      const next = starts[index + 1];
      if (!lands && pending.size === 1 && next !== undefined && pending.has(next)) {
        // Either one or the other.
        let first: Flow = nowhere();
        const lines = this.arm(() => {
          first = parts[index + 1]({ natural: behind(index + 2), loop });
        });
        if (!first.falls || behind(index + 2) !== next) {
          // What falls out of the first has got past the second.
          if (!first.pending.has(next)) {
            let second: Flow = nowhere();
            const others = this.arm(() => {
              this.clear();
              second = parts[index + 2]({ natural: behind(index + 2), loop });
            });
            this.branch('x', others, lines);
            flow = { falls: first.falls || second.falls, pending: union(first.pending, second.pending) };
            index++;
            continue;
          }
        }
      }
      if (lands) this.line(`if(x==${this.number(start)})x=0;`);
      let inner: Flow = nowhere();
      const lines = this.arm(() => {
        inner = parts[index + 1]({ natural: behind(index + 1), loop });
      });
      if (lines.length > 0) this.branch('!x', lines, []);
      flow = { falls: inner.falls, pending: union(pending, inner.pending) };
    }
    return flow;
  }

  protected clear(): void {
    this.usesFlag = true;
    this.line('x=0;');
  }

  protected arm(action: () => void): Line[] {
    return this.captured(() => this.indent(action));
  }

  /** An `if` with lines that are written already. */
  protected branch(condition: string, first: Line[], second: Line[]): void {
    this.line(`if(${condition}){`);
    this.put(first);
    if (second.length > 0) {
      this.line('}else{');
      this.put(second);
    }
    this.line('}');
  }

  protected block({ instructions, choice, successors }: BasicBlock, context: Context): Flow {
    const last = instructions[instructions.length - 1];
    // At the end of a function, Espruino takes `return` without a semicolon for an error.
    const isEnd = last?.operation === Operation.Return && last.operands.length === 0;
    const needsNothing = isEnd && context.natural === null && context.loop === null;
    for (const each of needsNothing ? instructions.slice(0, -1) : instructions) this.instruction(each);
    if (needsNothing) return { falls: true, pending: new Set() };
    if (choice !== null) {
      if (choice.operation === Operation.BranchTable) return this.table(choice, successors, context);
      return this.choose(choice, successors, context);
    }
    if (successors.length > 0) return this.jump(successors[0], context);
    if (last !== undefined && leavesFunction(last.operation)) return nowhere();
    if (context.natural === null && context.loop === null) return { falls: true, pending: new Set() };
    this.returnWords([]);
    return nowhere();
  }

  protected choose({ operands: [condition] }: Instruction, [then, otherwise]: BasicBlock[], context: Context): Flow {
    // Written in both arms, what follows would double with each such choice.
    if (then === otherwise) {
      if (isSeen(condition)) this.line(`${this.expressions.condition(condition)};`);
      return this.jump(then, context);
    }
    let [one, other]: Flow[] = [nowhere(), nowhere()];
    const first = this.arm(() => {
      one = this.jump(then, context);
    });
    const second = this.arm(() => {
      other = this.jump(otherwise, context);
    });
    this.chosen(condition, first, second, one, other);
    return { falls: one.falls || other.falls, pending: union(one.pending, other.pending) };
  }

  private chosen(condition: Instruction, first: Line[], second: Line[], one: Flow, other: Flow): void {
    const leaves = ({ falls, pending }: Flow) => !falls && pending.size === 0;
    if (first.length === 0 && second.length === 0) {
      this.line(`${this.expressions.condition(condition)};`);
      return;
    }
    // What leaves needs no `else` behind it: the shorter one of two.
    const secondLeaves = leaves(other) && !(leaves(one) && length(first) <= length(second));
    const [shown, rest, negated] = secondLeaves || first.length === 0 ? [second, first, true] : [first, second, false];
    const needsElse = !(secondLeaves || leaves(one));
    const isBreak = shown.length === 1 && shown[0].text === 'break;' && (rest.length === 0 || !needsElse);
    if (isBreak) this.leaveIf(condition, negated);
    else this.branch(this.expressions.condition(condition, negated), shown, needsElse ? rest : []);
    if (!needsElse)
      this.put(rest.map((line) => ({ ...line, indentation: line.indentation - 1, leaving: outdented(line) })));
  }

  private leaveIf(condition: Instruction, negated: boolean): void {
    const { expressions } = this;
    this.line(`if(${expressions.condition(condition, negated)})break;`);
    const opposite = expressions.condition(condition, !negated);
    this.lines[this.lines.length - 1].leaving = { opposite, depth: this.indentation };
  }

  protected loop(header: BasicBlock, { natural, loop: outer }: Context): Flow {
    const open: OpenLoop = { loop: header.header!, behind: natural, left: new Set(), breaks: false, continues: false };
    const { merges } = header;
    let flow: Flow = nowhere();
    const lines = this.arm(() => {
      const parts = [(inner: Context) => this.block(header, inner), ...this.trees(merges)];
      flow = this.list(parts, merges, { natural: header, loop: open });
    });
    this.loopText(lines, open.continues || !flow.falls);
    return this.leave(open, outer);
  }

  /** A loop, of lines that start it again where they end. */
  private loopText(lines: Line[], continues: boolean): void {
    const first = lines[0]?.leaving;
    const last = lines[lines.length - 1]?.leaving;
    if (last !== undefined && last.depth === this.indentation + 1 && !continues) {
      this.line('do{');
      this.put(lines.slice(0, -1));
      this.line(`}while(${last.opposite});`);
    } else if (first !== undefined && first.depth === this.indentation + 1) {
      this.line(`while(${first.opposite}){`);
      this.put(lines.slice(1));
      this.line('}');
    } else {
      this.line('for(;;){');
      this.put(lines);
      this.line('}');
    }
  }

  /** Behind a loop: goes on with an outer one, or leaves it, if `x` was set for that. */
  private leave({ left, breaks }: OpenLoop, outer: OpenLoop | null): Flow {
    const pending = new Set(left);
    if (outer !== null) {
      const { header } = outer.loop;
      if (pending.delete(header)) {
        outer.continues = true;
        const test = pending.size === 0 ? 'x' : `x==${this.number(header)}`;
        this.line(`if(${test}){`);
        this.indent(() => {
          this.line('x=0;');
          this.line('continue;');
        });
        this.line('}');
      }
      const outside = [...pending].filter((each) => !outer.loop.contains(each));
      if (outside.length > 0) {
        const all = outside.length === pending.size;
        const test = all ? 'x' : outside.map((each) => `x==${this.number(each)}`).join('||');
        if (all && !breaks) this.line('break;');
        else this.line(`if(${test})break;`);
        for (const each of outside) {
          pending.delete(each);
          outer.left.add(each);
        }
      }
    }
    return { falls: breaks, pending };
  }

  protected jump(target: BasicBlock, context: Context): Flow {
    const { natural, loop } = context;
    if (target === natural) return { falls: true, pending: new Set() };
    if (loop !== null && target === loop.loop.header) {
      loop.continues = true;
      this.line('continue;');
      return nowhere();
    }
    if (isWrittenAtBranch(target, loop)) return this.tree(target, context);
    if (loop === null || loop.loop.contains(target)) {
      this.mark(target);
      return { falls: false, pending: new Set([target]) };
    }
    if (target === loop.behind) loop.breaks = true;
    else {
      this.mark(target);
      loop.left.add(target);
    }
    this.line('break;');
    return nowhere();
  }

  protected mark(target: BasicBlock): void {
    this.usesFlag = true;
    this.line(`x=${this.number(target)};`);
  }

  protected number(block: BasicBlock): number {
    let number = this.numbers.get(block);
    if (number === undefined) {
      number = this.numbers.size + 1;
      this.numbers.set(block, number);
    }
    return number;
  }

  /** A branch table as a tree of comparisons; of a number from a string where the tree would be far larger than that. */
  protected table({ operands: [index] }: Instruction, targets: BasicBlock[], context: Context): Flow {
    const value = this.expressions.unsignedValue(index);
    const isName = /^\w+$/.test(value);
    const name = isName ? value : `i${this.indices++}`;
    if (!isName) this.define(name, value);
    const runs = targets.filter((each, at) => each !== targets[at - 1]).length;
    const distinct = [...new Set(targets)];
    if (!this.hasStrings || runs <= MOST_RUNS || distinct.length > MOST_ARMS)
      return this.comparisons(name, targets, context);
    const arm = `i${this.indices++}`;
    const numbers = targets.map((each) => String.fromCharCode(FIRST_ARM + distinct.indexOf(each)));
    const others = numbers.pop()!.charCodeAt(0) - FIRST_ARM;
    const found = `"${numbers.join('')}".charCodeAt(${name})-${FIRST_ARM}`;
    this.define(arm, `${name}<${numbers.length}?${found}:${others}`);
    return this.comparisons(arm, distinct, context);
  }

  private comparisons(name: string, targets: BasicBlock[], context: Context): Flow {
    const flow = nowhere();
    const half = (from: number, to: number): void => {
      if (targets.slice(from, to).every((each) => each === targets[from])) {
        const { falls, pending } = this.jump(targets[from], context);
        flow.falls ||= falls;
        for (const each of pending) flow.pending.add(each);
        return;
      }
      const middle = middleOf(targets, from, to);
      const first = this.arm(() => half(from, middle));
      const second = this.arm(() => half(middle, to));
      if (first.length > 0) this.branch(`${name}<${middle}`, first, second);
      else this.branch(`${name}>=${middle}`, second, []);
    };
    half(0, targets.length);
    return flow;
  }
}

/** Runs of equal targets that a tree has; each takes some 25 characters. */
const MOST_RUNS = 256;
/** The character of the first target, and how many more are letters and the like. */
const FIRST_ARM = 48;
const MOST_ARMS = 43;

/** Whether a block stands where it is branched to: it is short, or nothing else leads there. */
export function isWrittenAtBranch(target: BasicBlock, innermost: OpenLoop | null): boolean {
  return isShortExit(target) || !(target.isPlaced || isOpen(target, innermost));
}

/** Whether the block starts a loop that is being written. */
function isOpen(block: BasicBlock, innermost: OpenLoop | null): boolean {
  for (let loop = innermost?.loop ?? null; loop !== null; loop = loop.outer) if (loop.header === block) return true;
  return false;
}

/** Where to divide a range of a table: between different targets, near the middle. */
function middleOf(targets: BasicBlock[], from: number, to: number): number {
  const middle = (from + to) >> 1;
  for (let distance = 0; distance < to - from; distance++) {
    for (const at of [middle - distance, middle + distance])
      if (at > from && at < to && targets[at] !== targets[at - 1]) return at;
  }
  return middle;
}

function length(lines: Line[]): number {
  return lines.reduce((sum, { text, indentation }) => sum + indentation + text.length, 0);
}

function outdented({ leaving }: Line): Line['leaving'] {
  return leaving && { ...leaving, depth: leaving.depth - 1 };
}

/** Whether it can be told that a condition, with what is nested in it, was computed. */
function isSeen(condition: Instruction): boolean {
  const value = resolved(condition);
  return isInline(value) && ((value.effects & Effect.Kept) !== 0 || value.operands.some(isSeen));
}

function union(one: ReadonlySet<BasicBlock>, other: ReadonlySet<BasicBlock> = NONE): Set<BasicBlock> {
  return new Set([...one, ...other]);
}
