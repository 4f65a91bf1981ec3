// Finds the functions that can use up a slice: those with a loop, those that may recurse, and the callers of such functions.

import type { ModuleCode } from '../../module/module-code.js';
import { CallGraph } from '../intermediate/call-graph.js';
import { type FunctionCode, type Instruction, visit } from '../intermediate/instruction.js';
import { Operation } from '../intermediate/operation.js';

export interface ResumableFunctions {
  /** Functions that can use up a slice, among those that the selected functions reach. */
  functions: ReadonlySet<number>;
  /** The functions among them that may recurse. */
  recursive: ReadonlySet<number>;
  /** Whether the call may yield. */
  mayYield(call: Instruction): boolean;
}

export function resumableFunctions(
  code: ModuleCode,
  bodies: readonly FunctionCode[],
  chosen: readonly number[],
): ResumableFunctions {
  // A table may get any function of the module.
  const graph = new CallGraph(
    code,
    bodies.map(({ index }) => index),
  );
  const loops = new Set<number>();
  for (const { index, body } of bodies)
    visit(body, ({ operation, index: callee, signature }) => {
      if (operation === Operation.Loop) loops.add(index);
      else if (operation === Operation.Call || operation === Operation.TailCall) graph.addCall(index, callee);
      else if (operation === Operation.CallIndirect || operation === Operation.TailCallIndirect)
        graph.addIndirectCall(index, signature);
    });
  const reached = graph.reached(chosen);
  const among = (functions: Iterable<number>) => [...functions].filter((index) => reached.has(index));
  const recursive = new Set(among(graph.recursive()));
  const reaching = graph.reaching([...among(loops), ...recursive]);
  const functions = new Set(
    bodies.map(({ index }) => index).filter((index) => reached.has(index) && reaching.has(index)),
  );
  const yielding = new Set(Array.from(functions, (index) => code.functions[index].signature));
  return {
    functions,
    recursive,
    mayYield: ({ operation, index, signature }) =>
      ((operation === Operation.Call || operation === Operation.TailCall) && functions.has(index)) ||
      ((operation === Operation.CallIndirect || operation === Operation.TailCallIndirect) && yielding.has(signature)),
  };
}
