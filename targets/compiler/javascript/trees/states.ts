// Control flow that is nested too deeply for the parser of the text, or for the stack of the printer: the basic blocks of a function
// become the states of one loop. A variable holds the next state. This is slower than structured control flow, but its size and depth
// do not depend on the nesting of the blocks.

import { type Instruction, resolved } from '../../intermediate/instruction.js';
import { isInline } from '../../intermediate/nesting.js';
import { leavesFunction, Operation } from '../../intermediate/operation.js';
import { type Code, js, list, type Token } from './code.js';
import type { ExpressionWriter } from './expression.js';
import { braced, choiceOf, plain, type Statement } from './statement.js';

/** Thrown by writers of structured control where it is nested too deeply for them. */
export class TooDeep extends Error {}

export interface State {
  readonly instructions: readonly Instruction[];
  readonly choice: Instruction | null;
  readonly successors: readonly State[];
}

/** Writes the statements of a function. */
interface StateWriter {
  expressions: ExpressionWriter;
  /** Statements of an instruction that is no control, and of the end of the function. */
  instruction(instruction: Instruction): Statement[];
  end(): Statement[];
  /** A variable with a value, for the whole function. */
  define(value: Code): { statements: Statement[]; name: Token };
  /** Whether there is a `switch` that costs no more than a comparison. */
  hasSwitch: boolean;
}

const CONTINUE = plain(js`continue;`);

/** Prints blocks as a loop that runs until the function is left; the first block is the entry. The variable `x` starts at 0. */
export function statesOf(blocks: readonly State[], writer: StateWriter): Statement {
  const numbers = new Map(blocks.map((block, at) => [block, at]));
  const next = (block: State) => plain(js`x=${numbers.get(block)!};`);
  const choose = (choice: Instruction, successors: readonly State[]): Statement[] => {
    const [operand] = choice.operands;
    if (choice.operation !== Operation.BranchTable) {
      const condition = writer.expressions.condition(operand);
      const [then, otherwise] = successors;
      return [choiceOf(condition, [next(then)], [next(otherwise)])];
    }
    const value = writer.expressions.unsignedValue(resolved(operand));
    const { statements, name } = writer.define(value);
    return [...statements, writer.hasSwitch ? cases(name, successors) : comparisons(name, successors)];
  };
  const cases = (value: Token, targets: readonly State[]): Statement => {
    const labels = new Map<State, Code[]>();
    const otherwise = targets[targets.length - 1];
    for (const [at, target] of targets.entries()) {
      if (target === otherwise) continue;
      const found = labels.get(target);
      if (found) found.push(js`case ${at}:`);
      else labels.set(target, [js`case ${at}:`]);
    }
    const rows = [...labels].map(([target, each]) => plain(js`${list(each, js``)}x=${numbers.get(target)!};break;`));
    return braced(js`switch(${value}){`, [...rows, plain(js`default:x=${numbers.get(otherwise)!};`)]);
  };
  /** A tree: of runs of equal targets. */
  const comparisons = (value: Token, targets: readonly State[]): Statement => {
    const starts = targets.flatMap((target, at) => (target === targets[at - 1] ? [] : [at]));
    const half = (from: number, to: number): Statement => {
      if (to - from === 1) return next(targets[starts[from]]);
      const middle = (from + to) >> 1;
      return choiceOf(js`${value}<${starts[middle]}`, [half(from, middle)], [half(middle, to)]);
    };
    return half(0, starts.length);
  };
  const states = blocks.map((block) => {
    const statements: Statement[] = [];
    for (const each of block.instructions) if (!isInline(each)) statements.push(...writer.instruction(each));
    const { choice, successors } = block;
    const last = block.instructions[block.instructions.length - 1];
    if (choice !== null) statements.push(...choose(choice, successors));
    else if (successors.length > 0) statements.push(next(successors[0]));
    else if (last === undefined || !leavesFunction(last.operation)) statements.push(...writer.end());
    return statements;
  });
  const dispatch = (from: number, to: number): Statement[] => {
    if (to - from === 1) return states[from];
    const middle = (from + to) >> 1;
    return [choiceOf(js`x<${middle}`, dispatch(from, middle), dispatch(middle, to))];
  };
  if (!writer.hasSwitch) return braced(js`for(;;){`, dispatch(0, states.length));
  const rows = states.flatMap((each, at) => [plain(js`case ${at}:`), ...each, CONTINUE]);
  return braced(js`for(;;)switch(x){`, rows);
}
