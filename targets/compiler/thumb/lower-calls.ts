// Calls as nodes: arguments and results are words, in the order of the function's type.

import { Trap } from '../../../src/trap.js';
import type { Instruction } from '../intermediate/instruction.js';
import { Operation } from '../intermediate/operation.js';
import { wordTypes } from '../intermediate/value-builder.js';
import { wordCount } from './contract.js';
import { checkIndex, tableEntry } from './lower-tables.js';
import type { Lowering } from './lowering.js';
import { Code, Condition, type Node } from './node.js';
import { UNDEFINED_FUNCTION } from './symbols.js';

/** null for an instruction of another kind. */
export function lowerCall(lowering: Lowering, instruction: Instruction): Node[] | null {
  const { operation, operands, index, at } = instruction;
  switch (operation) {
    case Operation.Call:
      return called(lowering, instruction, Code.Call, lowering.wordsOf(operands), index);
    case Operation.CallIndirect:
      return called(lowering, instruction, Code.CallAddress, indirect(lowering, instruction), 0);
    case Operation.TailCall:
      return tail(lowering, instruction, Code.TailCall, lowering.wordsOf(operands), index);
    case Operation.TailCallIndirect:
      return tail(lowering, instruction, Code.TailCallAddress, indirect(lowering, instruction), 0);
    case Operation.Return:
      lowering.graph.pin(Code.Return, lowering.wordsOf(operands), at);
      return [];
    case Operation.Result: {
      const { producer } = instruction;
      const isCall = producer!.operation === Operation.Call || producer!.operation === Operation.CallIndirect;
      if (!isCall) return null;
      const parts = lowering.resultsOf(producer!);
      const types = wordTypes(producer!.signature.slice(producer!.signature.indexOf(':') + 1));
      const first = wordCount(types.slice(0, index));
      return parts.slice(first, first + wordCount(types.slice(index, index + 1)));
    }
    default:
      return null;
  }
}

function called(lowering: Lowering, instruction: Instruction, code: Code, operands: Node[], immediate: number): Node[] {
  const { signature, at } = instruction;
  const { graph } = lowering;
  const types = wordTypes(signature.slice(signature.indexOf(':') + 1));
  const words = wordCount(types);
  const node = graph.pin(code, operands, at, { immediate, words });
  // The type is not checked: the function may be what stands for null.
  if (code === Code.CallAddress && lowering.facts.hasOnly(instruction.index, signature))
    node.trap = Trap.UninitializedElement;
  const parts = words === 1 ? [node] : Array.from({ length: words }, (_, word) => graph.part(node, word));
  lowering.defineResults(instruction, parts);
  return parts.slice(0, wordCount(types.slice(0, 1)));
}

function tail(lowering: Lowering, { at }: Instruction, code: Code, operands: Node[], immediate: number): Node[] {
  lowering.graph.pin(code, operands, at, { immediate });
  return [];
}

/** Finds the address of an indirect call's function, and checks its type: the address and the arguments. */
function indirect(lowering: Lowering, { operation, operands, index: table, signature, at }: Instruction): Node[] {
  const { graph, facts } = lowering;
  const [index, ...words] = lowering.wordsOf(operands);
  // The function that stands for null traps where it was called from: behind a tail call, nobody knows that.
  const isUnchecked = operation === Operation.CallIndirect && facts.hasOnly(table, signature);
  const fixed = isUnchecked ? fixedTarget(lowering, table, index) : null;
  if (fixed !== null) return [fixed, ...words];
  checkIndex(lowering, table, index, Trap.UndefinedElement, at);
  const address = tableEntry(lowering, Code.Load, table, index, [], at);
  if (isUnchecked) return [address, ...words];
  // The word in front of the code is the number of its type, and 0 of the function that stands for null.
  const number = graph.isThumb2
    ? graph.pin(Code.Load, [address], at, { immediate: -5 })
    : graph.pin(Code.Load, [graph.binary(Code.Subtract, address, graph.constant(5))], at, { immediate: 0 });
  const wanted = graph.constant(facts.signatureNumber(signature));
  lowering.trapIf(graph.compare(Condition.NotEqual, number, wanted), Trap.IndirectCallTypeMismatch, at);
  return [address, ...words];
}

/**
 * The address of the function that a loop calls again and again by one index of a table that does not change: it is found in front of the
 * loop. Where the table has no such entry, it is that of a function which traps. Null for other calls, and where frames may outlive the
 * place of the image.
 */
function fixedTarget({ graph, facts }: Lowering, table: number, index: Node): Node | null {
  const { offset, fixedSize } = facts.table(table);
  const isFixed = index.code !== Code.Constant && graph.depthOf(index.block) < graph.depthOf(graph.block);
  if (!graph.isThumb2 || !isFixed || fixedSize === null || fixedSize === 0 || facts.isResumable) return null;
  const hasEntry = graph.compare(Condition.CarryClear, index, graph.constant(fixedSize));
  const entries = graph.float(Code.ContextLoad, [], { immediate: offset });
  const present = graph.select(hasEntry, index, graph.constant(0));
  const entry = graph.float(Code.Load, [entries, present], { amount: 2 });
  return graph.select(hasEntry, entry, graph.float(Code.FunctionAddress, [], { symbol: UNDEFINED_FUNCTION }));
}
