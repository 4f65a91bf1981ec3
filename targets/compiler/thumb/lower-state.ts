// Instructions on globals, memory as a whole, tables, fuel and traps as nodes.

import { Opcode } from '../../../src/opcodes.js';
import { Trap } from '../../../src/trap.js';
import type { Instruction } from '../intermediate/instruction.js';
import { Operation, Type } from '../intermediate/operation.js';
import { costOf } from '../passes/late-charges.js';
import { lowerTable } from './lower-tables.js';
import type { Lowering } from './lowering.js';
import { Code, Condition, type Node } from './node.js';

/** Routines of the image that return whether something is out of bounds, with the trap for it. */
const BULK: Partial<Record<number, [symbol: string, trap: Trap]>> = {
  [Operation.MemoryFill]: ['__wasm_memory_fill', Trap.MemoryOutOfBounds],
  [Operation.MemoryCopy]: ['__wasm_memory_copy', Trap.MemoryOutOfBounds],
  [Operation.MemoryInit]: ['__wasm_memory_init', Trap.MemoryOutOfBounds],
};

/** null for an instruction of another kind. */
export function lowerState(lowering: Lowering, instruction: Instruction): Node[] | null {
  const { operation, operands, index, at } = instruction;
  const { graph, facts } = lowering;
  switch (operation) {
    case Operation.GlobalGet:
      return globalGet(lowering, instruction);
    case Operation.GlobalSet: {
      const offset = facts.globalOffset(index) + instruction.second * 4;
      for (const [word, node] of lowering.wordsOf(operands).entries())
        graph.pin(Code.ContextStore, [node], at, { immediate: offset + word * 4 });
      return [];
    }
    case Operation.MemorySize: {
      const { isFixed, minimumBytes, partlyBackedPages, pageShift, start } = facts.memory;
      if (isFixed) return [graph.constant(partlyBackedPages ?? (start + minimumBytes) >>> pageShift)];
      const bytes = graph.pin(Code.MemorySize, [], at);
      const end = start === 0 ? bytes : graph.binary(Code.Add, bytes, graph.constant(start));
      return [graph.shiftBy(Code.ShiftRightUnsigned, end, pageShift)];
    }
    case Operation.MemoryGrow: {
      const words = [...lowering.wordsOf(operands), graph.constant(facts.memory.pageShift)];
      return [graph.pin(Code.RoutineCall, words, at, { symbol: '__wasm_memory_grow' })];
    }
    case Operation.MemoryFill:
    case Operation.MemoryCopy:
    case Operation.MemoryInit: {
      const [symbol, trap] = BULK[operation]!;
      const words = lowering.wordsOf(operands);
      if (operation === Operation.MemoryInit) words.push(graph.constant(index));
      const node = graph.pin(Code.RoutineCall, words, at, { symbol });
      lowering.trapIf(graph.isNotZero(node, Condition.NotEqual), trap, at);
      return [];
    }
    case Operation.DataDrop:
      graph.pin(Code.ContextStore, [graph.constant(1)], at, { immediate: facts.dataFlagOffset(index) });
      return [];
    case Operation.ElementDrop:
      graph.pin(Code.ContextStore, [graph.constant(1)], at, { immediate: facts.elementFlagOffset(index) });
      return [];
    case Operation.TableGet:
    case Operation.TableSet:
    case Operation.TableSize:
    case Operation.TableGrow:
    case Operation.TableFill:
    case Operation.TableCopy:
    case Operation.TableInit:
      return lowerTable(lowering, instruction);
    case Operation.FunctionReference:
      return [graph.float(Code.FunctionAddress, [], { immediate: index })];
    case Operation.Unreachable:
    case Opcode.Unreachable:
      graph.pin(Code.Trap, [], at).trap = Trap.Unreachable;
      return [];
    case Operation.Charge:
      if (lowering.charges.late.has(instruction)) {
        graph.pin(Code.TakeFuel, [], at, { immediate: costOf(lowering.charges.parts.get(instruction)!) });
        return [];
      }
      graph.pin(Code.Charge, [], at).charges = lowering.charges.parts.get(instruction) ?? [{ cost: index, at }];
      return [];
    default:
      return null;
  }
}

function globalGet(lowering: Lowering, { index, second, type, at }: Instruction): Node[] {
  const { graph, facts } = lowering;
  const count = type === Type.F64 ? 2 : 1;
  const bits = facts.constantGlobal(index);
  return Array.from({ length: count }, (_, word) => {
    if (bits !== null) return graph.constant(bits[second + word]);
    return graph.pin(Code.ContextLoad, [], at, { immediate: facts.globalOffset(index) + (second + word) * 4 });
  });
}
