// Replaces an `if` or a selection whose condition is a constant by the arm that it takes.

import {
  type FunctionCode,
  type Instruction,
  Label,
  NO_OPERANDS,
  type Region,
  resolved,
  rewrite,
  visit,
} from '../intermediate/instruction.js';
import { isTerminator, Operation } from '../intermediate/operation.js';

/** Definitions of variables are not valid afterwards. */
export function constantChoices(code: FunctionCode): void {
  const ended = new Set<Region>();
  rewrite(code.body, (instruction, into) => {
    // Code after a terminator is unreachable.
    if (ended.has(into)) {
      drop([instruction]);
      instruction.regions = null;
      return;
    }
    const { operation, operands, regions } = instruction;
    if (operation === Operation.Select) replaceByChosen(instruction);
    const condition = operation === Operation.If ? resolved(operands[0]) : null;
    if (condition?.operation === Operation.Constant) {
      code.hasDefinitions = false;
      // The instruction stays, with the arm that is taken: `rewrite` goes on with its regions.
      instruction.operation = Operation.Block;
      instruction.operands = NO_OPERANDS;
      instruction.label ??= new Label(false);
      const taken = condition.index !== 0 ? 0 : 1;
      drop(regions![1 - taken] ?? []);
      instruction.regions = [regions![taken] ?? []];
    }
    into.push(instruction);
    if (isTerminator(instruction.operation)) ended.add(into);
  });
}

function replaceByChosen(selection: Instruction): void {
  const [condition, whenTrue, whenFalse] = selection.operands.map((each) => resolved(each));
  if (condition.operation !== Operation.Constant || selection.replacement !== null) return;
  selection.replacement = condition.index !== 0 ? whenTrue : whenFalse;
}

/** Takes what a region branches to off the counts of the labels. */
function drop(region: Region): void {
  visit(region, ({ label, labels, regions }) => {
    if (label !== null && regions === null) label.uses--;
    if (labels !== null) for (const each of new Set(labels)) each.uses--;
  });
}
