// Finds the functions that can use up a slice: those with a loop, those that may recurse, and the callers of such functions.

import { type FunctionCode, type Instruction, visit } from '../intermediate/instruction.js';
import { Operation } from '../intermediate/operation.js';

export interface ResumableFunctions {
  /** Functions that can use up a slice, among those that the selected functions reach. */
  functions: ReadonlySet<number>;
  /** Those of them that may recurse. */
  recursive: ReadonlySet<number>;
  /** Whether the call may yield. */
  mayYield(call: Instruction): boolean;
}

export function resumableFunctions(
  bodies: readonly FunctionCode[],
  chosen: readonly number[],
  signatureOf: (index: number) => string,
): ResumableFunctions {
  const bySignature = new Map<string, number[]>();
  const callees = new Map<number, number[]>();
  const indirect = new Map<number, string[]>();
  const loops = new Set<number>();
  for (const { index, body } of bodies) {
    const signature = signatureOf(index);
    bySignature.set(signature, [...(bySignature.get(signature) ?? []), index]);
    const called: number[] = [];
    const types: string[] = [];
    visit(body, ({ operation, index: callee, signature: type }) => {
      if (operation === Operation.Loop) loops.add(index);
      if (operation === Operation.Call || operation === Operation.TailCall) called.push(callee);
      if (operation === Operation.CallIndirect || operation === Operation.TailCallIndirect) types.push(type);
    });
    callees.set(index, called);
    indirect.set(index, types);
  }
  const reachedFrom = (starts: readonly number[]): Set<number> => {
    const reached = new Set<number>();
    const open = [...starts];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (reached.has(next) || !callees.has(next)) continue;
      reached.add(next);
      open.push(...callees.get(next)!);
      for (const type of indirect.get(next)!) open.push(...(bySignature.get(type) ?? []));
    }
    return reached;
  };
  const reached = reachedFrom(chosen);
  const calledBy = (index: number) => [
    ...callees.get(index)!,
    ...indirect.get(index)!.flatMap((type) => bySignature.get(type) ?? []),
  ];
  const recursive = new Set([...reached].filter((index) => reachedFrom(calledBy(index)).has(index)));
  const functions = new Set([...reached].filter((index) => loops.has(index) || recursive.has(index)));
  for (let size = -1; size !== functions.size; ) {
    size = functions.size;
    for (const index of reached) if (calledBy(index).some((each) => functions.has(each))) functions.add(index);
  }
  const yielding = new Set([...functions].map(signatureOf));
  return {
    functions,
    recursive,
    mayYield: ({ operation, index, signature }) =>
      ((operation === Operation.Call || operation === Operation.TailCall) && functions.has(index)) ||
      ((operation === Operation.CallIndirect || operation === Operation.TailCallIndirect) && yielding.has(signature)),
  };
}
