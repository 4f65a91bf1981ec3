// Instructions on tables as nodes. In a table of functions, the entry for null is a function that traps; its value is 0.

import { Trap } from '../../../src/trap.js';
import { dominates } from '../intermediate/flow-graph.js';
import type { Instruction } from '../intermediate/instruction.js';
import { Operation } from '../intermediate/operation.js';
import type { Lowering } from './lowering.js';
import { Code, Condition, type Node } from './node.js';
import { NULL_FUNCTION } from './symbols.js';

/** The number of a table's entries. */
function tableSize({ graph, facts }: Lowering, table: number, at: number): Node {
  const { offset, fixedSize } = facts.table(table);
  if (fixedSize !== null) return graph.constant(fixedSize);
  return graph.pin(Code.ContextLoad, [], at, { immediate: offset + 4 });
}

/** Loads or stores an entry that there is. */
export function tableEntry(
  { graph, facts }: Lowering,
  code: Code.Load | Code.Store,
  table: number,
  index: Node,
  values: Node[],
  at: number,
): Node {
  const entries = graph.float(Code.ContextLoad, [], { immediate: facts.table(table).offset });
  if (graph.isThumb2) return graph.pin(code, [...values, entries, index], at, { amount: 2 });
  return graph.pin(code, [...values, entries, graph.shiftBy(Code.ShiftLeft, index, 2)], at);
}

export function lowerTable(lowering: Lowering, instruction: Instruction): Node[] {
  const { operation, operands, index: table, second, at } = instruction;
  const { graph, facts } = lowering;
  const words = lowering.wordsOf(operands);
  const descriptor = () => {
    const isOfFunctions = facts.code.tables[table].element === 'r';
    return graph.constant(facts.table(table).offset * 2 + (isOfFunctions ? 1 : 0));
  };
  const routine = (symbol: string, operandWords: Node[]) => graph.pin(Code.RoutineCall, operandWords, at, { symbol });
  const checked = (symbol: string, last: Node) => {
    const found = graph.isNotZero(routine(symbol, [...words, last]), Condition.NotEqual);
    lowering.trapIf(found, Trap.TableOutOfBounds, at);
    return [];
  };
  switch (operation) {
    case Operation.TableGet:
      return [get(lowering, table, words[0], at)];
    case Operation.TableSet:
      set(lowering, table, words, at);
      return [];
    case Operation.TableSize:
      return [tableSize(lowering, table, at)];
    case Operation.TableGrow:
      return [routine('__wasm_table_grow', [...words, descriptor()])];
    case Operation.TableFill:
      return checked('__wasm_table_fill', descriptor());
    case Operation.TableCopy:
      return checked(
        '__wasm_table_copy',
        graph.constant((facts.table(table).offset << 16) | facts.table(second).offset),
      );
    default:
      // The segment comes first.
      return checked('__wasm_table_init', graph.constant((facts.table(second).offset << 16) | table));
  }
}

function nullFunction({ graph }: Lowering): Node {
  return graph.float(Code.FunctionAddress, [], { symbol: NULL_FUNCTION });
}

/** Traps where a table has no entry of an index. Tables do not shrink: a check holds for all that comes after it. */
export function checkIndex(lowering: Lowering, table: number, index: Node, trap: Trap, at: number): void {
  const { block } = lowering.graph;
  const key = `${table} ${index.id}`;
  const checkedIn = lowering.checkedIndices.get(key);
  if (checkedIn !== undefined && dominates(checkedIn, block)) return;
  lowering.checkedIndices.set(key, block);
  const found = lowering.graph.compare(Condition.CarrySet, index, tableSize(lowering, table, at));
  lowering.trapIf(found, trap, at);
}

function get(lowering: Lowering, table: number, index: Node, at: number): Node {
  const { graph, facts } = lowering;
  checkIndex(lowering, table, index, Trap.TableOutOfBounds, at);
  const entry = tableEntry(lowering, Code.Load, table, index, [], at);
  if (facts.code.tables[table].element !== 'r') return entry;
  const isNull = graph.compare(Condition.Equal, entry, nullFunction(lowering));
  return graph.select(isNull, graph.constant(0), entry);
}

function set(lowering: Lowering, table: number, [index, value]: Node[], at: number): void {
  const { graph, facts } = lowering;
  checkIndex(lowering, table, index, Trap.TableOutOfBounds, at);
  const isOfFunctions = facts.code.tables[table].element === 'r';
  const entry = isOfFunctions
    ? graph.select(graph.isNotZero(value, Condition.Equal), nullFunction(lowering), value)
    : value;
  tableEntry(lowering, Code.Store, table, index, [entry], at);
}
