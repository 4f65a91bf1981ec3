// Prints functions for Espruino's compiler on the board. It does not support break and continue, and compiled code continues after an
// exception. So loops end by their conditions. The runtime's variable `x` holds the target of a pending branch, and is -1 after a
// trap. Code tests it before any effect that can be observed, and once per iteration.

import { type Instruction, resolved } from '../../../intermediate/instruction.js';
import { isInline } from '../../../intermediate/nesting.js';
import { isStore, Operation } from '../../../intermediate/operation.js';
import type { Part } from '../../../passes/charge-placement.js';
import { type Code, js, name, number, sequence, type Token } from '../../trees/code.js';
import { braced, doLoop, type Statement } from '../../trees/statement.js';
import { TooDeep } from '../../trees/states.js';
import { type Context, type Flow, isWrittenAtBranch, nowhere, type OpenLoop } from '../flag-control.js';
import { chargeLine } from '../fuel.js';
import { EspruinoFunctionWriter } from '../function.js';
import { mayComeFirst } from '../memory.js';
import type { BasicBlock, Loop } from '../placement.js';
import type { StackNeed } from '../stack.js';
import type { JitExpressionWriter } from './expression.js';
import { namesOf } from './size.js';

/** Only for jitted code: ends the function after a trap. */
const CHECK = js`if(x)return;`;

export class JitFunctionWriter extends EspruinoFunctionWriter {
  declare protected readonly expressions: JitExpressionWriter;
  protected override readonly directive = js`"jit";`;
  /** They would be in the code, and a variable is made of one each time. */
  protected override readonly hasStrings = false;
  /** Whether a trap may have occurred since the last test. */
  private pending = false;
  private temporaryCount = 0;

  protected override begin(code: Parameters<EspruinoFunctionWriter['begin']>[0]): void {
    super.begin(code);
    this.pending = false;
    this.temporaryCount = 0;
  }

  /** The compiler on the board does not support `continue`, and has as little stack as the interpreter. */
  protected override states(): void {
    throw new TooDeep();
  }

  /** The flag is a variable of the runtime. */
  protected override declareFlag(): void {}

  protected override withRoom(at: number): Code {
    return js`if(!(${this.names.room})){${this.names.runtime('trap')}(10,${at});return}`;
  }

  /** After a trap, no fuel is charged. */
  protected override charge(parts: readonly Part[]): void {
    this.ask();
    this.line(chargeLine(parts, this.names, js`return`));
  }

  protected override statement(instruction: Instruction): void {
    const { operation, operands } = instruction;
    this.expressions.isCareful = operands.some((each) => this.expressions.changes(each));
    const isSeen = isStore(operation) || operation === Operation.GlobalSet;
    if (isSeen) this.seen(instruction);
    else super.statement(instruction);
    if (operation === Operation.Unreachable) this.line(js`return;`);
    if (this.expressions.traps(instruction)) this.pending = true;
    this.expressions.isCareful = false;
  }

  /** Effects that can be observed after a trap; they must not happen after one. */
  private seen(instruction: Instruction): void {
    const { expressions } = this;
    const operands = instruction.operands.map((each) => resolved(each));
    const last = operands.reduce((found, each, at) => (isInline(each) && expressions.traps(each) ? at : found), -1);
    const named = operands.slice(0, last + 1).filter(({ nested, operation }) => nested && operation !== Operation.Get);
    const [address, value] = operands;
    const stores = isStore(instruction.operation);
    if (stores && named.length === 0 && !mayComeFirst(value, address)) named.push(address);
    for (const operand of named) {
      this.define(this.temporary(operand), expressions.value(operand));
      this.pending ||= last >= 0;
    }
    for (const operand of named) operand.nested = false;
    this.ask();
    if (stores) for (const each of expressions.storeStatements(instruction)) this.line(each);
    else super.statement(instruction);
    for (const operand of named) operand.nested = true;
  }

  private temporary(operand: Instruction): Token {
    operand.name = `j${this.temporaryCount++}`;
    return name(operand.name);
  }

  private ask(): void {
    if (this.pending) this.line(CHECK);
    this.pending = false;
  }

  protected override body(action: () => void): Statement[] {
    const before = this.pending;
    const found = super.body(action);
    this.pending ||= before;
    return found;
  }

  protected override mark(target: BasicBlock): void {
    this.ask();
    super.mark(target);
  }

  protected override clear(): void {
    if (this.pending) this.line(js`if(x<0)return;`);
    this.pending = false;
    super.clear();
  }

  protected override jump(target: BasicBlock, context: Context): Flow {
    const { natural, loop } = context;
    if (target === natural) return { falls: true, pending: new Set() };
    if (isWrittenAtBranch(target, loop)) return this.tree(target, context);
    this.mark(target);
    return { falls: false, pending: new Set([target]) };
  }

  protected override table(choice: Instruction, successors: BasicBlock[], context: Context): Flow {
    if (this.expressions.traps(choice.operands[0])) this.pending = true;
    return super.table(choice, successors, context);
  }

  protected override choose(choice: Instruction, successors: BasicBlock[], context: Context): Flow {
    const [condition] = choice.operands;
    if (condition.operation === Operation.ChargeIf) this.ask();
    if (this.expressions.traps(condition)) this.pending = true;
    const [then, otherwise] = successors;
    if (then === otherwise) return super.choose(choice, successors, context);
    for (const negated of [false, true]) {
      const [target, other] = negated ? [otherwise, then] : [then, otherwise];
      if (other !== context.natural || !isLeaving(target, context.loop)) continue;
      const marks = this.captured(() => this.mark(target)).map(({ code }) => code);
      const text = this.careful(condition, negated);
      this.line(js`if(${text})${marks.length > 1 ? js`{${sequence(marks)}}` : marks[0]}`);
      this.statements[this.statements.length - 1].opposite = this.careful(condition, !negated);
      return { falls: true, pending: new Set([target]) };
    }
    return super.choose(choice, successors, context);
  }

  private careful(condition: Instruction, negated: boolean): Code {
    const { expressions } = this;
    expressions.isCareful = expressions.changes(condition);
    const text = expressions.condition(condition, negated);
    expressions.isCareful = false;
    return text;
  }

  protected override loop(header: BasicBlock, context: Context): Flow {
    const { natural } = context;
    const loop = header.header!;
    const before = this.pending;
    const traps = this.trapsIn(loop);
    const open: OpenLoop = { loop, behind: natural, left: new Set(), breaks: false, continues: false };
    const whilst = this.whileExit(header, natural);
    let flow: Flow = nowhere();
    // A trap in an iteration is tested for in the next one.
    this.pending ||= traps;
    const body = this.body(() => {
      const first = (inner: Context) => (whilst === null ? this.block(header, inner) : this.jump(whilst.stays, inner));
      const parts = [first, ...this.trees(header.merges)];
      flow = this.list(parts, header.merges, { natural: header, loop: open });
      if (flow.pending.delete(header)) this.line(js`if(x==${this.number(header)})x=0;`);
    });
    const asks = traps && !body.some(({ code }) => code === CHECK);
    const result = this.looped(body, flow, { asks, condition: whilst?.condition ?? null, natural });
    this.pending = before || traps;
    return result;
  }

  private looped(
    body: Statement[],
    { pending }: Flow,
    { asks, condition, natural }: { asks: boolean; condition: Code | null; natural: BasicBlock | null },
  ): Flow {
    if (condition !== null) {
      this.put(braced(js`while(${asks || pending.size > 0 ? unlessLeft(condition) : condition}){`, body));
      return { falls: true, pending };
    }
    const opposite = body[body.length - 1]?.opposite ?? null;
    if (opposite !== null) {
      this.put(doLoop(body.slice(0, -1), asks ? unlessLeft(opposite) : opposite));
      const [target] = pending;
      if (target === natural) return { falls: true, pending: new Set() };
      this.mark(target);
      return { falls: false, pending };
    }
    this.put(doLoop(body, asks || pending.size > 0 ? js`!x` : number(1)));
    return { falls: false, pending };
  }

  /** Prints a loop that starts with the condition for its continuation. */
  private whileExit(
    { instructions, choice, successors, header }: BasicBlock,
    natural: BasicBlock | null,
  ): { stays: BasicBlock; condition: Code } | null {
    if (instructions.length > 0 || choice === null || choice.operation === Operation.BranchTable) return null;
    const [then, otherwise] = successors;
    const [condition] = choice.operands;
    const isInside = (block: BasicBlock) => header!.contains(block);
    if (otherwise === natural && isInside(then)) return { stays: then, condition: this.careful(condition, false) };
    if (then === natural && isInside(otherwise)) return { stays: otherwise, condition: this.careful(condition, true) };
    return null;
  }

  private trapsIn(loop: Loop): boolean {
    for (const { instructions, choice } of loop.blocks()) {
      if (choice !== null && this.expressions.traps(choice.operands[0])) return true;
      if (instructions.some((each) => this.expressions.traps(each))) return true;
    }
    return false;
  }
}

function isLeaving(target: BasicBlock, open: OpenLoop | null): boolean {
  return open !== null && !open.loop.contains(target) && target.isPlaced;
}

/** C stack of a call of a jitted function, measured with Espruino for 32-bit ARM; plus a word for each name in it. */
const CALL = 300;
const WORD = 4;
const EXPRESSION_WORDS = 16;

/** Approximate C stack of a jitted function at any of its calls. */
export function jittedStackNeed(tokens: readonly Token[]): StackNeed {
  const bytes = CALL + WORD * (namesOf(tokens).size + EXPRESSION_WORDS);
  return { level: bytes, most: bytes };
}

/** A condition, and that nothing has left the loop. */
function unlessLeft(condition: Code): Code {
  const tokens = condition.tokens();
  const [first, second] = tokens;
  const operand = first.text === '!' ? second : first;
  const isShort = operand.isSimple && tokens.length === (operand === first ? 1 : 2);
  return isShort ? js`!x&&${condition}` : js`!x&&(${condition})`;
}
