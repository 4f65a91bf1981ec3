// f32 and f64 instructions as nodes: routines of the helper library, and the unit for f32 where the processor has one. Floats are in
// core registers.

import { supports } from '../../../machine/thumb/cpu.js';
import { Opcode } from '../../../src/opcodes.js';
import { Trap } from '../../../src/trap.js';
import type { Instruction } from '../intermediate/instruction.js';
import { Operation, Type } from '../intermediate/operation.js';
import type { Lowering } from './lowering.js';
import { Code, Condition, FloatOperation, type Node, Shift, Test } from './node.js';
import type { ConditionOf } from './node-graph.js';

const SIGN = -0x80000000;
const CANONICAL_NAN = 0x7fc00000;

/** Routines that take and give floats, by opcode. */
const ROUTINES: Partial<Record<number, [symbol: string, words: number]>> = {
  [Opcode.F64Add]: ['__aeabi_dadd', 2],
  [Opcode.F64Sub]: ['__aeabi_dsub', 2],
  [Opcode.F64Mul]: ['__aeabi_dmul', 2],
  [Opcode.F64Div]: ['__aeabi_ddiv', 2],
  [Opcode.F64Sqrt]: ['__wasm_f64_sqrt', 2],
  [Opcode.F64Ceil]: ['__wasm_f64_ceil', 2],
  [Opcode.F64Floor]: ['__wasm_f64_floor', 2],
  [Opcode.F64Trunc]: ['__wasm_f64_trunc', 2],
  [Opcode.F64Nearest]: ['__wasm_f64_nearest', 2],
  [Opcode.F64Min]: ['__wasm_f64_min', 2],
  [Opcode.F64Max]: ['__wasm_f64_max', 2],
  [Opcode.F32Add]: ['__aeabi_fadd', 1],
  [Opcode.F32Sub]: ['__aeabi_fsub', 1],
  [Opcode.F32Mul]: ['__aeabi_fmul', 1],
  [Opcode.F32Div]: ['__aeabi_fdiv', 1],
  [Opcode.F32Sqrt]: ['__wasm_f32_sqrt', 1],
  [Opcode.F32Ceil]: ['__wasm_f32_ceil', 1],
  [Opcode.F32Floor]: ['__wasm_f32_floor', 1],
  [Opcode.F32Trunc]: ['__wasm_f32_trunc', 1],
  [Opcode.F32Nearest]: ['__wasm_f32_nearest', 1],
  [Opcode.F32Min]: ['__wasm_f32_min', 1],
  [Opcode.F32Max]: ['__wasm_f32_max', 1],
  [Opcode.F64ConvertI32S]: ['__aeabi_i2d', 2],
  [Opcode.F64ConvertI32U]: ['__aeabi_ui2d', 2],
  [Opcode.F64PromoteF32]: ['__aeabi_f2d', 2],
  [Opcode.F32DemoteF64]: ['__aeabi_d2f', 1],
  [Opcode.F32ConvertI32S]: ['__aeabi_i2f', 1],
  [Opcode.F32ConvertI32U]: ['__aeabi_ui2f', 1],
  [Operation.F64ConvertI64Signed]: ['__aeabi_l2d', 2],
  [Operation.F64ConvertI64Unsigned]: ['__aeabi_ul2d', 2],
  [Operation.F32ConvertI64Signed]: ['__aeabi_l2f', 1],
  [Operation.F32ConvertI64Unsigned]: ['__aeabi_ul2f', 1],
};

const UNIT: Partial<Record<number, FloatOperation>> = {
  [Opcode.F32Add]: FloatOperation.Add,
  [Opcode.F32Sub]: FloatOperation.Subtract,
  [Opcode.F32Mul]: FloatOperation.Multiply,
  [Opcode.F32Div]: FloatOperation.Divide,
  [Opcode.F32Sqrt]: FloatOperation.SquareRoot,
  [Opcode.F32ConvertI32S]: FloatOperation.ConvertSigned,
  [Opcode.F32ConvertI32U]: FloatOperation.ConvertUnsigned,
};

/** The truncation to an integer of an opcode; the word behind the result has the code of the trap. */
const TRUNCATIONS: Partial<Record<number, [symbol: string, words: number, traps: boolean]>> = {
  [Opcode.I32TruncF32S]: ['__aeabi_f2iz', 1, true],
  [Opcode.I32TruncF32U]: ['__aeabi_f2uiz', 1, true],
  [Opcode.I32TruncF64S]: ['__aeabi_d2iz', 1, true],
  [Opcode.I32TruncF64U]: ['__aeabi_d2uiz', 1, true],
  [Opcode.I32TruncSatF32S]: ['__aeabi_f2iz', 1, false],
  [Opcode.I32TruncSatF32U]: ['__aeabi_f2uiz', 1, false],
  [Opcode.I32TruncSatF64S]: ['__aeabi_d2iz', 1, false],
  [Opcode.I32TruncSatF64U]: ['__aeabi_d2uiz', 1, false],
  [Opcode.I64TruncF32S]: ['__aeabi_f2lz', 2, true],
  [Opcode.I64TruncF32U]: ['__aeabi_f2ulz', 2, true],
  [Opcode.I64TruncF64S]: ['__aeabi_d2lz', 2, true],
  [Opcode.I64TruncF64U]: ['__aeabi_d2ulz', 2, true],
  [Opcode.I64TruncSatF32S]: ['__aeabi_f2lz', 2, false],
  [Opcode.I64TruncSatF32U]: ['__aeabi_f2ulz', 2, false],
  [Opcode.I64TruncSatF64S]: ['__aeabi_d2lz', 2, false],
  [Opcode.I64TruncSatF64U]: ['__aeabi_d2ulz', 2, false],
};

/** null for an instruction of another kind. */
export function lowerFloat(lowering: Lowering, instruction: Instruction): Node[] | null {
  const { operation, operands } = instruction;
  const { graph } = lowering;
  const unit = UNIT[operation];
  if (unit !== undefined && hasUnit(lowering))
    return [graph.float(Code.Float, lowering.wordsOf(operands), { immediate: unit })];
  const routine = ROUTINES[operation];
  if (routine !== undefined) {
    const [symbol, words] = routine;
    return wordsOf(lowering, graph.float(Code.Routine, lowering.wordsOf(operands), { symbol, words }));
  }
  if (TRUNCATIONS[operation] !== undefined) return truncate(lowering, operation, instruction);
  switch (operation) {
    case Operation.I64Truncate:
      return truncate(lowering, instruction.index, instruction).slice(0, 1);
    case Operation.Result:
      if (instruction.producer!.operation !== Operation.I64Truncate) return null;
      return [truncated(lowering, instruction.producer!.index, instruction.producer!)[instruction.index]];
    case Opcode.F32Neg:
    case Opcode.F64Neg:
      return withHighWord(lowering, operands[0], (word) => graph.binary(Code.Xor, word, graph.constant(SIGN)));
    case Opcode.F32Abs:
    case Opcode.F64Abs:
      return withHighWord(lowering, operands[0], (word) => graph.binary(Code.And, word, graph.constant(~SIGN)));
    case Opcode.F32Copysign:
    case Opcode.F64Copysign: {
      const signs = lowering.valueOf(operands[1]);
      const sign = graph.binary(Code.And, signs[signs.length - 1], graph.constant(SIGN));
      return withHighWord(lowering, operands[0], (word) =>
        graph.binary(Code.Or, graph.binary(Code.And, word, graph.constant(~SIGN)), sign),
      );
    }
    case Opcode.F32ReinterpretI32:
    case Opcode.I32ReinterpretF32:
      return lowering.valueOf(operands[0]);
    case Operation.F64ReinterpretWords:
      return lowering.wordsOf(operands);
    case Operation.F64LowWord:
      return [lowering.valueOf(operands[0])[0]];
    case Operation.F64HighWord:
      return [lowering.valueOf(operands[0])[1]];
    case Operation.CanonicalNaN:
      return canonical(lowering, instruction);
    default:
      return null;
  }
}

function hasUnit({ facts }: Lowering): boolean {
  return supports(facts.cpu, 'fp4');
}

function wordsOf({ graph }: Lowering, node: Node): Node[] {
  if (node.words === 1) return [node];
  return Array.from({ length: node.words }, (_, word) => graph.part(node, word));
}

function withHighWord(lowering: Lowering, operand: Instruction, change: (word: Node) => Node): Node[] {
  const words = [...lowering.valueOf(operand)];
  words.push(change(words.pop()!));
  return words;
}

/** Routines give canonical NaNs: only the unit may give others. */
function canonical(lowering: Lowering, { operands, type }: Instruction): Node[] {
  const words = lowering.valueOf(operands[0]);
  const { graph } = lowering;
  if (type === Type.F64 || !hasUnit(lowering) || words[0].code === Code.Routine) return words;
  const unordered: ConditionOf = { ...FLOAT, condition: Condition.Overflow, operands: [words[0], words[0]] };
  return [graph.select(unordered, graph.constant(CANONICAL_NAN), words[0])];
}

// Truncations.

function truncate(lowering: Lowering, opcode: number, instruction: Instruction): Node[] {
  const words = truncated(lowering, opcode, instruction);
  const [, count, traps] = TRUNCATIONS[opcode]!;
  if (traps) {
    const { graph } = lowering;
    for (const trap of [Trap.InvalidConversion, Trap.IntegerOverflow])
      lowering.trapIf(graph.compare(Condition.Equal, words[count], graph.constant(trap)), trap, instruction.at);
  }
  return words.slice(0, count);
}

/** The words of the routine's result. */
function truncated(lowering: Lowering, opcode: number, { operands }: Instruction): Node[] {
  const [symbol, words] = TRUNCATIONS[opcode]!;
  const node = lowering.graph.float(Code.Routine, lowering.wordsOf(operands), { symbol, words: words + 1 });
  return wordsOf(lowering, node);
}

// Comparisons.

interface Comparison {
  condition: Condition;
  symbol: string;
  /** Whether the routine says the opposite. */
  isOpposite?: boolean;
}

const F32_COMPARISONS: Partial<Record<number, Comparison>> = {
  [Opcode.F32Eq]: { condition: Condition.Equal, symbol: '__aeabi_fcmpeq' },
  [Opcode.F32Ne]: { condition: Condition.NotEqual, symbol: '__aeabi_fcmpeq', isOpposite: true },
  [Opcode.F32Lt]: { condition: Condition.Negative, symbol: '__aeabi_fcmplt' },
  [Opcode.F32Le]: { condition: Condition.LowerOrSame, symbol: '__aeabi_fcmple' },
  [Opcode.F32Gt]: { condition: Condition.Greater, symbol: '__aeabi_fcmpgt' },
  [Opcode.F32Ge]: { condition: Condition.GreaterOrEqual, symbol: '__aeabi_fcmpge' },
};
const F64_COMPARISONS: Partial<Record<number, [symbol: string, isOpposite: boolean]>> = {
  [Opcode.F64Eq]: ['__aeabi_dcmpeq', false],
  [Opcode.F64Ne]: ['__aeabi_dcmpeq', true],
  [Opcode.F64Lt]: ['__aeabi_dcmplt', false],
  [Opcode.F64Le]: ['__aeabi_dcmple', false],
  [Opcode.F64Gt]: ['__aeabi_dcmpgt', false],
  [Opcode.F64Ge]: ['__aeabi_dcmpge', false],
};

const FLOAT = {
  test: Test.Float,
  joint: Condition.Always,
  hasImmediate: false,
  immediate: 0,
  shift: Shift.None,
  amount: 0,
};

/** A comparison of floats; null for other instructions. */
export function floatCondition(lowering: Lowering, { operation, operands }: Instruction): ConditionOf | null {
  const { graph } = lowering;
  const single = F32_COMPARISONS[operation];
  if (single !== undefined && hasUnit(lowering))
    return { ...FLOAT, condition: single.condition, operands: lowering.wordsOf(operands) };
  const double = F64_COMPARISONS[operation];
  const symbol = single?.symbol ?? double?.[0];
  if (symbol === undefined) return null;
  const isOpposite = single?.isOpposite ?? double?.[1] ?? false;
  const found = graph.float(Code.Routine, lowering.wordsOf(operands), { symbol });
  return graph.isNotZero(found, isOpposite ? Condition.Equal : Condition.NotEqual);
}
