// Writes functions that check, for each value and statement that is carried out, what the passes say of it.

import { Opcode } from '../../../src/opcodes.js';
import { definitionOf, findDefinitions } from '../../../targets/compiler/intermediate/definitions.js';
import {
  type FunctionCode,
  type Instruction,
  Proven,
  type Region,
  visit,
} from '../../../targets/compiler/intermediate/instruction.js';
import {
  accessBytes,
  isLoad,
  isStore,
  Operation,
  operationName,
  Type,
} from '../../../targets/compiler/intermediate/operation.js';
import type { Range } from '../../../targets/compiler/intermediate/value-range.js';
import { NodeFunctionWriter } from '../../../targets/compiler/javascript/node/function.js';
import { js, list, name } from '../../../targets/compiler/javascript/trees/code.js';

/** The checked instructions, by their number in the text. */
const instructions: Instruction[] = [];
/** How often each fact was found to hold. */
export const confirmed = new Map<string, number>();
export const violations: string[] = [];

const numbers = new Map<Instruction, number>();

function numberOf(instruction: Instruction): number {
  let number = numbers.get(instruction);
  if (number === undefined) {
    number = instructions.push(instruction) - 1;
    numbers.set(instruction, number);
  }
  return number;
}

export class CheckingWriter extends NodeFunctionWriter {
  override write(code: FunctionCode): string {
    visit(code.body, (each) => {
      each.nested = false;
    });
    findDefinitions(code);
    return super.write(code);
  }

  protected override region(region: Region): void {
    this.line(js`const S=[];`);
    super.region(region);
  }

  protected override statement(instruction: Instruction): void {
    const number = numberOf(instruction);
    const { operation, operands, type } = instruction;
    if (instruction.proven !== 0) {
      const texts = operands.map((each) => this.expressions.value(each));
      const size = this.code.accessesMemory ? 'm.byteLength' : '0';
      this.line(js`checkOperands(${number},${size},${list(texts)});`);
    }
    super.statement(instruction);
    if (type === Type.None || operation === Operation.Constant || instruction.uses === 0) return;
    const own = name(instruction.name);
    if (operation === Operation.Get) {
      const definition = definitionOf(instruction);
      const { operation: found } = definition;
      if (found === Operation.Constant || found === Operation.NullReference)
        this.line(js`checkSame(${number},${own},${this.expressions.value(definition)});`);
      else if (found !== Operation.Phi && found !== Operation.Parameter)
        this.line(js`checkSame(${number},${own},S[${numberOf(definition)}]);`);
    } else this.line(js`S[${number}]=${own};`);
    if (type === Type.I32)
      this.line(js`checkValue(${number},${own},${this.code.accessesMemory ? 'm.byteLength' : '0'});`);
  }
}

function confirm(fact: string, holds: boolean, instruction: Instruction, values: number[]): void {
  confirmed.set(fact, (confirmed.get(fact) ?? 0) + 1);
  if (holds) return;
  violations.push(`${fact} of ${operationName(instruction.operation)} at ${instruction.at}, ${values}`);
  throw new Error(violations[violations.length - 1]);
}

function inRange({ least, most, modulus, remainder, nonZero }: Range, value: number): boolean {
  const isMultiple = modulus === 0 ? value === remainder : (value - remainder) % modulus === 0;
  return value >= least && value <= most && isMultiple && (!nonZero || value !== 0);
}

const isInt32 = (value: number) => value === (value | 0);

/** Functions that the text calls. */
Object.assign(globalThis, {
  checkSame(number: number, found: unknown, expected: unknown) {
    confirm('definition', Object.is(found, expected), instructions[number], [found as number, expected as number]);
  },
  checkValue(number: number, value: number, size: number) {
    const { range } = instructions[number];
    if (range === null) return;
    confirm('range', inRange(range, value), instructions[number], [value, range.least, range.most, range.modulus]);
    confirm('bytes behind', value + range.checked <= size, instructions[number], [value, range.checked, size]);
  },
  checkOperands(number: number, memory: number, ...operands: number[]) {
    const instruction = instructions[number];
    const { operation } = instruction;
    const [a, b] = operands;
    const check = (fact: Proven, holds: boolean) => {
      if (instruction.has(fact)) confirm(Proven[fact], holds, instruction, [...operands, memory]);
    };
    if (isLoad(operation) || isStore(operation)) {
      const size = accessBytes(operation);
      const at = (a >>> 0) + instruction.index;
      check(Proven.Bounded, a >= 0 && at < 2 ** 32);
      check(Proven.InBounds, at + size <= memory);
      check(Proven.Aligned, at % size === 0);
      if (instruction.has(Proven.Scaled)) check(Proven.Scaled, a >= 0 && at % size === 0);
      return;
    }
    const results: Partial<Record<number, number>> = {
      [Opcode.I32Add]: a + b,
      [Opcode.I32Sub]: a - b,
      [Opcode.I32Mul]: a * b,
      [Opcode.I32Shl]: a * 2 ** (b & 31),
    };
    check(Proven.Fits, isInt32(results[operation] ?? Number.NaN));
    check(Proven.Exact, Math.abs(a * b) < 2 ** 53);
    check(Proven.NonZero, b !== 0);
    check(Proven.NoOverflow, !(a === -(2 ** 31) && b === -1));
    const isUnary = operands.length === 1 || operation === Opcode.I32ShrU;
    check(Proven.NotNegative, a >= 0 && (isUnary || b >= 0));
    check(Proven.CountInRange, b >= 0 && b < 32);
  },
});
