// Prints the control flow of a function for interpreters without labels, where every character costs time. A block is placed where it
// is branched to if that is one point, else after the code that leads to it. A branch that reaches its target neither by fall-through
// nor by leaving one loop sets the variable `x`, and the code in between tests it.

import { type Instruction, type Region, resolved } from '../../intermediate/instruction.js';
import { isInline } from '../../intermediate/nesting.js';
import { Effect, leavesFunction, Operation } from '../../intermediate/operation.js';
import { type Code, js, list, name, stringLiteral, type Token } from '../trees/code.js';
import {
  braced,
  choiceOf,
  depthOf,
  doLoop,
  FunctionWriter,
  plain,
  type Statement,
  sizeOf,
} from '../trees/statement.js';
import { statesOf, TooDeep } from '../trees/states.js';
import { type BasicBlock, isShortExit, type Loop, type PlacedGraph, placedGraph } from './placement.js';

/** The context of the current code. */
export interface Context {
  /** The block that control reaches by fall-through after it; null for the end of the function. */
  natural: BasicBlock | null;
  loop: OpenLoop | null;
}

export interface OpenLoop {
  loop: Loop;
  /** The block that control reaches by fall-through after the loop. */
  behind: BasicBlock | null;
  /** The targets for which `x` was set before the loop was left. */
  left: Set<BasicBlock>;
  /** Whether the loop is also left without setting `x`. */
  breaks: boolean;
  /** Whether a new iteration starts before its end. */
  continues: boolean;
}

/** How control leaves the printed code. */
export interface Flow {
  /** Whether control falls through with `x` 0. */
  falls: boolean;
  /** Targets for which control falls through with `x` set. */
  pending: Set<BasicBlock>;
}

const NONE: ReadonlySet<BasicBlock> = new Set();
export const nowhere = (): Flow => ({ falls: false, pending: new Set() });

export abstract class FlagControlWriter extends FunctionWriter {
  /** Whether a table may be a string. */
  protected readonly hasStrings: boolean = true;
  private readonly numbers = new Map<BasicBlock, number>();
  private indices = 0;
  /** Depth of the dominator trees that are being printed. */
  private nested = 0;
  protected usesFlag = false;

  protected override region(region: Region): void {
    const graph = placedGraph(region);
    const { entry } = graph;
    this.prepare(graph);
    this.numbers.clear();
    this.indices = 0;
    this.nested = 0;
    this.usesFlag = false;
    const before = this.statements;
    let statements: Statement[];
    try {
      statements = this.captured(() => void this.tree(entry, { natural: null, loop: null }));
      if (depthOf(statements) > MOST_LEVELS) throw new TooDeep();
    } catch (error) {
      if (!(error instanceof TooDeep)) throw error;
      this.restart(before);
      this.states(graph);
      return;
    }
    if (this.usesFlag) this.declareFlag();
    this.put(...statements);
  }

  /** Prints blocks as states of one loop. */
  protected states({ blocks }: PlacedGraph): void {
    const { expressions } = this;
    const loop = statesOf(blocks, {
      expressions,
      instruction: (each) => this.captured(() => this.instruction(each)),
      end: () => this.captured(() => this.returnWords([])),
      define: (value) => {
        const entry = name(`i${this.indices++}`);
        return { name: entry, statements: this.captured(() => this.define(entry, value)) };
      },
      hasSwitch: false,
    });
    this.declareFlag();
    this.put(loop);
  }

  protected declareFlag(): void {
    this.line(js`var x=0;`);
  }

  /** Runs before anything is printed. */
  protected prepare(_graph: PlacedGraph): void {}

  /** A block, the blocks that it dominates, and what follows. */
  protected tree(block: BasicBlock, context: Context): Flow {
    if (++this.nested > MOST_TREES) throw new TooDeep();
    const flow = this.parts(block, context);
    this.nested--;
    return flow;
  }

  private parts(block: BasicBlock, context: Context): Flow {
    const { header, behind, merges } = block;
    if (header === null)
      return this.list([(inner) => this.block(block, inner), ...this.trees(merges)], merges, context);
    return this.list([(inner) => this.loop(block, inner), ...this.trees(behind)], behind, context);
  }

  protected trees(blocks: BasicBlock[]): ((context: Context) => Flow)[] {
    return blocks.map((each) => (context: Context) => this.tree(each, context));
  }

  /** Consecutive parts; `starts` are the first blocks of all parts but the first. */
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
        const body = this.body(() => {
          first = parts[index + 1]({ natural: behind(index + 2), loop });
        });
        if (!first.falls || behind(index + 2) !== next) {
          // Control that falls out of the first one has skipped the second.
          if (!first.pending.has(next)) {
            let second: Flow = nowhere();
            const others = this.body(() => {
              this.clear();
              second = parts[index + 2]({ natural: behind(index + 2), loop });
            });
            this.put(choiceOf(js`x`, others, body));
            flow = { falls: first.falls || second.falls, pending: union(first.pending, second.pending) };
            index++;
            continue;
          }
        }
      }
      if (lands) this.line(js`if(x==${this.number(start)})x=0;`);
      let inner: Flow = nowhere();
      const body = this.body(() => {
        inner = parts[index + 1]({ natural: behind(index + 1), loop });
      });
      if (body.length > 0) this.put(choiceOf(js`!x`, body));
      flow = { falls: inner.falls, pending: union(pending, inner.pending) };
    }
    return flow;
  }

  protected clear(): void {
    this.usesFlag = true;
    this.line(js`x=0;`);
  }

  protected block({ instructions, choice, successors }: BasicBlock, context: Context): Flow {
    const last = instructions[instructions.length - 1];
    // Espruino reports an error for `return` without a semicolon at the end of a function.
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
    // If both arms contained the code that follows, it would double with each such choice.
    if (then === otherwise) {
      if (isSeen(condition)) this.line(js`${this.expressions.condition(condition)};`);
      return this.jump(then, context);
    }
    let [one, other]: Flow[] = [nowhere(), nowhere()];
    const first = this.body(() => {
      one = this.jump(then, context);
    });
    const second = this.body(() => {
      other = this.jump(otherwise, context);
    });
    this.chosen(condition, first, second, one, other);
    return { falls: one.falls || other.falls, pending: union(one.pending, other.pending) };
  }

  private chosen(condition: Instruction, first: Statement[], second: Statement[], one: Flow, other: Flow): void {
    const leaves = ({ falls, pending }: Flow) => !falls && pending.size === 0;
    if (first.length === 0 && second.length === 0) {
      this.line(js`${this.expressions.condition(condition)};`);
      return;
    }
    // An arm that leaves needs no `else` after it: take the shorter one.
    const size = (arm: Statement[]) => sizeOf(arm, this.level + 1);
    const secondLeaves = leaves(other) && !(leaves(one) && size(first) <= size(second));
    const [shown, rest, negated] = secondLeaves || first.length === 0 ? [second, first, true] : [first, second, false];
    const needsElse = !(secondLeaves || leaves(one));
    const isBreak = shown.length === 1 && shown[0].code === BREAK && (rest.length === 0 || !needsElse);
    if (isBreak) this.leaveIf(condition, negated);
    else this.put(choiceOf(this.expressions.condition(condition, negated), shown, needsElse ? rest : []));
    if (!needsElse) this.put(...rest);
  }

  private leaveIf(condition: Instruction, negated: boolean): void {
    const { expressions } = this;
    this.line(js`if(${expressions.condition(condition, negated)})break;`);
    this.statements[this.statements.length - 1].opposite = expressions.condition(condition, !negated);
  }

  protected loop(header: BasicBlock, { natural, loop: outer }: Context): Flow {
    const open: OpenLoop = { loop: header.header!, behind: natural, left: new Set(), breaks: false, continues: false };
    const { merges } = header;
    let flow: Flow = nowhere();
    const body = this.body(() => {
      const parts = [(inner: Context) => this.block(header, inner), ...this.trees(merges)];
      flow = this.list(parts, merges, { natural: header, loop: open });
    });
    this.put(loopOf(body, open.continues || !flow.falls));
    return this.leave(open, outer);
  }

  /** After a loop: continues an outer loop, or leaves it, if `x` was set for that. */
  private leave({ left, breaks }: OpenLoop, outer: OpenLoop | null): Flow {
    const pending = new Set(left);
    if (outer !== null) {
      const { header } = outer.loop;
      if (pending.delete(header)) {
        outer.continues = true;
        const test = pending.size === 0 ? js`x` : js`x==${this.number(header)}`;
        this.put(choiceOf(test, [plain(js`x=0;`), plain(js`continue;`)]));
      }
      const outside = [...pending].filter((each) => !outer.loop.contains(each));
      if (outside.length > 0) {
        const all = outside.length === pending.size;
        const test = all
          ? js`x`
          : list(
              outside.map((each) => js`x==${this.number(each)}`),
              OR,
            );
        if (all && !breaks) this.line(BREAK);
        else this.line(js`if(${test})break;`);
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
      this.line(js`continue;`);
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
    this.line(BREAK);
    return nowhere();
  }

  protected mark(target: BasicBlock): void {
    this.usesFlag = true;
    this.line(js`x=${this.number(target)};`);
  }

  protected number(block: BasicBlock): number {
    let number = this.numbers.get(block);
    if (number === undefined) {
      number = this.numbers.size + 1;
      this.numbers.set(block, number);
    }
    return number;
  }

  /** A branch table as a tree of comparisons. If the tree would be far larger than a string, the targets are looked up in a string. */
  protected table({ operands: [index] }: Instruction, targets: BasicBlock[], context: Context): Flow {
    const value = this.expressions.unsignedValue(index);
    const entry = value.isSimple && !value.startsWith('-') ? value : name(`i${this.indices++}`);
    if (entry !== value) this.define(entry as Token, value);
    const runs = targets.filter((each, at) => each !== targets[at - 1]).length;
    const distinct = [...new Set(targets)];
    if (!this.hasStrings || runs <= MOST_RUNS || distinct.length > MOST_ARMS)
      return this.comparisons(entry, targets, context);
    const arm = name(`i${this.indices++}`);
    const numbers = targets.map((each) => String.fromCharCode(FIRST_ARM + distinct.indexOf(each)));
    const others = numbers.pop()!.charCodeAt(0) - FIRST_ARM;
    const found = js`${stringLiteral(numbers.join(''))}.charCodeAt(${entry})-${FIRST_ARM}`;
    this.define(arm, js`${entry}<${numbers.length}?${found}:${others}`);
    return this.comparisons(arm, distinct, context);
  }

  private comparisons(entry: Code, targets: BasicBlock[], context: Context): Flow {
    const flow = nowhere();
    const half = (from: number, to: number): void => {
      if (targets.slice(from, to).every((each) => each === targets[from])) {
        const { falls, pending } = this.jump(targets[from], context);
        flow.falls ||= falls;
        for (const each of pending) flow.pending.add(each);
        return;
      }
      const middle = middleOf(targets, from, to);
      const first = this.body(() => half(from, middle));
      const second = this.body(() => half(middle, to));
      if (first.length > 0) this.put(choiceOf(js`${entry}<${middle}`, first, second));
      else this.put(choiceOf(js`${entry}>=${middle}`, second));
    };
    half(0, targets.length);
    return flow;
  }
}

const BREAK = js`break;`;
const OR = js`||`;

/** A loop of statements; control that reaches their end starts a new iteration. */
function loopOf(body: Statement[], continues: boolean): Statement {
  const first = body[0]?.opposite ?? null;
  const last = body[body.length - 1]?.opposite ?? null;
  if (last !== null && !continues) return doLoop(body.slice(0, -1), last);
  if (first !== null) return braced(js`while(${first}){`, body.slice(1));
  return braced(js`for(;;){`, body);
}

/** Maximum nesting of bodies, which take 71 bytes of C stack each, and of trees. Beyond it, control flow is printed as states. */
const MOST_LEVELS = 100;
const MOST_TREES = 400;

/** Maximum number of runs of equal targets in a tree; each takes some 25 characters. */
const MOST_RUNS = 256;
/** The character of the first target, and how many more are letters and the like. */
const FIRST_ARM = 48;
const MOST_ARMS = 43;

/** Whether a block is printed where it is branched to: it is short, or has no other predecessor. */
export function isWrittenAtBranch(target: BasicBlock, innermost: OpenLoop | null): boolean {
  if (target.isPlaced) return false;
  return isShortExit(target) || !isOpen(target, innermost);
}

/** Whether the block is the header of a loop that is being printed. */
function isOpen(block: BasicBlock, innermost: OpenLoop | null): boolean {
  for (let loop = innermost?.loop ?? null; loop !== null; loop = loop.outer) if (loop.header === block) return true;
  return false;
}

/** Returns the index at which to split a range of a table: between different targets, near the middle. */
function middleOf(targets: BasicBlock[], from: number, to: number): number {
  const middle = (from + to) >> 1;
  for (let distance = 0; distance < to - from; distance++) {
    for (const at of [middle - distance, middle + distance])
      if (at > from && at < to && targets[at] !== targets[at - 1]) return at;
  }
  return middle;
}

/** Whether the computation of a condition, with the values nested in it, can be observed. */
function isSeen(condition: Instruction): boolean {
  const value = resolved(condition);
  return isInline(value) && ((value.effects & Effect.Kept) !== 0 || value.operands.some(isSeen));
}

function union(one: ReadonlySet<BasicBlock>, other: ReadonlySet<BasicBlock> = NONE): Set<BasicBlock> {
  return new Set([...one, ...other]);
}
