// Prints a statement of the intermediate code in one line, and explains which parts of it cost time because a fact is unknown.

import { Opcode } from '../../../src/opcodes.js';
import { type Instruction, Proven, resolved } from './instruction.js';
import { isInline } from './nesting.js';
import { accessBytes, isLoad, isStore, Operation, operationName } from './operation.js';

/** Prints it as a tree: `v2 = i32.add(v2, 1)`. */
export function statementText(instruction: Instruction): string {
  const { operation, index, operands, regions, label, name } = instruction;
  const list = operands.map(valueText).join(', ');
  switch (operation) {
    case Operation.Set:
      return `v${index} = ${list}`;
    case Operation.If:
      return `if ${list}`;
    case Operation.Branch:
      return label?.isLoop ? 'continue' : 'leave';
    case Operation.Return:
      return list === '' ? 'return' : `return ${list}`;
    default:
      if (regions !== null) return operationName(operation).toLowerCase();
      return name === '' ? valueText(instruction, true) : `${name} = ${valueText(instruction, true)}`;
  }
}

function valueText(value: Instruction, isStatement: unknown = false): string {
  const { operation, index, operands, name } = resolved(value);
  if (operation === Operation.Constant) return String(index);
  if (operation === Operation.Get) return `v${index}`;
  if (isStatement !== true && !isInline(resolved(value))) return name || '?';
  const isAccess = isLoad(operation) || isStore(operation);
  const own = isAccess ? (index === 0 ? '' : `+${index}`) : OWN_INDEX.has(operation) ? ` ${index}` : '';
  return `${operationName(operation)}${own}(${operands.map((each) => valueText(each)).join(', ')})`;
}

const OWN_INDEX: ReadonlySet<number> = new Set([
  Operation.Call,
  Operation.TailCall,
  Operation.GlobalGet,
  Operation.GlobalSet,
  Operation.Result,
]);

/** The reasons why a statement is slower than it looks: facts that are unknown, and operations without a cheap form. */
export function reasons(instruction: Instruction): string[] {
  const found = new Set<string>();
  const visit = (each: Instruction) => {
    const reason = reasonOf(each);
    if (reason !== undefined) for (const text of reason) found.add(text);
    for (const operand of each.operands) {
      const value = resolved(operand);
      if (isInline(value)) visit(value);
    }
  };
  visit(instruction);
  return [...found];
}

function reasonOf(instruction: Instruction): string[] | undefined {
  const { operation, operands } = instruction;
  const has = (fact: Proven) => instruction.has(fact);
  if (isLoad(operation) || isStore(operation)) {
    const bytes = accessBytes(operation);
    return [
      ...(has(Proven.InBounds) ? [] : ['bounds not proven: tested']),
      ...(bytes === 1 || has(Proven.Aligned) ? [] : [`alignment to ${bytes} not proven: tested`]),
    ];
  }
  if (isUnsignedComparison(operation)) return has(Proven.NotNegative) ? [] : ['unsigned: made so by >>>0'];
  if (operation >= Opcode.I32DivS && operation <= Opcode.I32RemU) {
    return [
      ...(has(Proven.NonZero) ? [] : ['divisor may be 0: tested']),
      ...(operation === Opcode.I32DivS && !has(Proven.NoOverflow) ? ['quotient may overflow: tested'] : []),
    ];
  }
  if (operation >= Opcode.I32Shl && operation <= Opcode.I32ShrU) {
    const isConstant = resolved(operands[1]).operation === Operation.Constant;
    return isConstant || has(Proven.CountInRange) ? [] : ['count may be above 31: masked'];
  }
  if (operation === Opcode.I32Mul) return has(Proven.Exact) ? [] : ['product may be inexact: multiplied in halves'];
  if (operation >= Opcode.F32Abs && operation <= Opcode.F32Copysign) return ['f32: rounded through a Float32Array'];
  return REASONS[operation];
}

function isUnsignedComparison(operation: number): boolean {
  return UNSIGNED.has(operation);
}

const UNSIGNED: ReadonlySet<number> = new Set([Opcode.I32LtU, Opcode.I32GtU, Opcode.I32LeU, Opcode.I32GeU]);

const wide = ['64 bits: by a function'];
const exact = ['inexact in the library: by a function'];

const REASONS: Readonly<Record<number, string[]>> = {
  [Operation.CallIndirect]: ['through a table: index and type tested'],
  [Operation.TailCallIndirect]: ['through a table: index and type tested'],
  [Operation.BranchTable]: ['branch table: a tree of comparisons'],
  [Operation.MultiplyHigh]: wide,
  [Operation.I64DivideSigned]: wide,
  [Operation.I64DivideUnsigned]: wide,
  [Operation.I64RemainderSigned]: wide,
  [Operation.I64RemainderUnsigned]: wide,
  [Operation.I64ShiftLeftLow]: wide,
  [Operation.I64ShiftLeftHigh]: wide,
  [Operation.I64ShiftRightSignedLow]: wide,
  [Operation.I64ShiftRightSignedHigh]: wide,
  [Operation.I64ShiftRightUnsignedLow]: wide,
  [Operation.I64ShiftRightUnsignedHigh]: wide,
  [Opcode.F64Sqrt]: exact,
  [Opcode.F64Nearest]: exact,
  [Opcode.F64Min]: exact,
  [Opcode.F64Max]: exact,
};
