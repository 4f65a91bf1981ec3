// Copies of eight bytes through an i64, as two words are: what is loaded is only stored. As an f64 they are one element of a
// Float64Array, which keeps the bits. The same for a constant that is stored, unless its bits are those of a NaN.

import { Opcode } from '../../../src/opcodes.js';
import {
  constant,
  type FunctionCode,
  type Instruction,
  type Region,
  resolved,
  visit,
} from '../intermediate/instruction.js';
import { Operation, Type } from '../intermediate/operation.js';

/** Bytes of a word. */
const WORD = 4;

/** Run while the words of a load and of a store still stand together, the high one first. */
export function doubleCopies({ body }: FunctionCode): void {
  const uses = new Map<Instruction, number>();
  const regions: Region[] = [body];
  let stores = false;
  visit(body, ({ operation, operands, regions: inner }) => {
    if (inner !== null) regions.push(...inner);
    if (operation === Opcode.I32Store) stores = true;
    for (const operand of operands) {
      const value = resolved(operand);
      if (value.operation === Opcode.I32Load) uses.set(value, (uses.get(value) ?? 0) + 1);
    }
  });
  if (!stores) return;
  const isUsedOnce = (load: Instruction) => uses.get(load) === 1;
  for (const region of regions) inRegion(region, isUsedOnce);
}

function inRegion(region: Region, isUsedOnce: (load: Instruction) => boolean): void {
  /** The loads of high words, by those of the low words. */
  const loads = new Map<Instruction, Instruction>();
  let high: Instruction | null = null;
  const gone = new Set<Instruction>();
  for (const instruction of region) {
    const { operation } = instruction;
    if (operation === Operation.Get) continue;
    if (high !== null && areWords(high, instruction)) {
      if (operation === Opcode.I32Load) loads.set(instruction, high);
      else join(high, instruction, loads, isUsedOnce, gone);
    }
    high = operation === Opcode.I32Load || operation === Opcode.I32Store ? instruction : null;
  }
  if (gone.size === 0) return;
  const kept = region.filter((each) => !gone.has(each));
  region.length = 0;
  for (const each of kept) region.push(each);
}

/** Whether two accesses of words are one access of the module. */
function areWords(high: Instruction, low: Instruction): boolean {
  return (
    high.operation === low.operation &&
    high.at === low.at &&
    high.index === low.index + WORD &&
    isSame(resolved(high.operands[0]), resolved(low.operands[0]))
  );
}

/** Nothing is written between the two. */
function isSame(one: Instruction, other: Instruction): boolean {
  const areReads = one.operation === Operation.Get && other.operation === Operation.Get;
  return one === other || (areReads && one.index === other.index);
}

/** Makes one store of two, and one load of those of its values. */
function join(
  high: Instruction,
  low: Instruction,
  loads: ReadonlyMap<Instruction, Instruction>,
  isUsedOnce: (load: Instruction) => boolean,
  gone: Set<Instruction>,
): void {
  if (hasNoElement(low)) return;
  const [highValue, lowValue] = [high, low].map(({ operands }) => resolved(operands[1]));
  if (highValue.operation === Operation.Constant && lowValue.operation === Operation.Constant) {
    const value = new Float64Array(Int32Array.of(lowValue.index, highValue.index).buffer)[0];
    if (Number.isNaN(value)) return;
    become(high, Opcode.F64Store, low.index, [high.operands[0], constant(value, Type.F64, high.at)]);
  } else {
    if (loads.get(lowValue) !== highValue || !isUsedOnce(lowValue) || !isUsedOnce(highValue)) return;
    if (hasNoElement(lowValue)) return;
    become(highValue, Opcode.F64Load, lowValue.index, highValue.operands);
    highValue.type = Type.F64;
    gone.add(lowValue);
    become(high, Opcode.F64Store, low.index, [high.operands[0], highValue]);
  }
  gone.add(low);
}

/** An address that is known, and is none of an element: two words at it are. */
function hasNoElement({ operands, index }: Instruction): boolean {
  const address = resolved(operands[0]);
  return address.operation === Operation.Constant && (address.index + index) % (2 * WORD) !== 0;
}

function become(instruction: Instruction, operation: Opcode, index: number, operands: Instruction[]): void {
  instruction.operation = operation;
  instruction.index = index;
  instruction.operands = operands;
}
