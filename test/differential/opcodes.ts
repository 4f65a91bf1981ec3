// One module for each numeric opcode: a function for every form its operands can have and every use of its result, since
// lowering treats a local, a constant and a computed operand each in its own way, and fuses results with what takes them.

import { Opcode } from '../../src/opcodes.js';
import { choices, parameter } from './choices.js';
import type { Value } from './execution.js';
import {
  type Code,
  call,
  constant,
  EMPTY_BLOCK,
  globalGet,
  globalSet,
  i32,
  is64Bit,
  load,
  localGet,
  localSet,
  localTee,
  ModuleBuilder,
  type NumberType,
  opcode,
  store,
  typeCode,
  unsigned,
} from './module-builder.js';
import { type ResultType, resultOf } from './nan.js';
import type { OpcodeRow } from './opcode-rows.js';
import { fewOperands, operands } from './operands.js';

const { Block, Loop, If, Else, End, Br, BrIf, BrTable, Return, Drop, Select, I32Eqz, I32GeS, I32Add } = Opcode;

/** A function of the module, and the operands it is to be called with. */
export interface Form {
  name: string;
  /** Values of each parameter, as bits of a type. */
  inputs: { type: NumberType; values: readonly bigint[] }[];
  /** Types of its results. */
  results: ResultType[];
}

/** Every combination of the values of its parameters. */
export function inputsOf({ inputs }: Form): Generator<Value[]> {
  return choices(inputs.map(({ type, values }) => values.map((bits) => parameter(bitsType(type), bits))));
}

export interface OpcodeModule {
  bytes: Uint8Array;
  forms: Form[];
}

const I32_CODE = typeCode('i32');

/** Addresses of operands and results. */
const OPERAND_AT = 64;
const RESULT_AT = 128;

/** The integer type that holds a type's bits. */
export function bitsType(type: NumberType): 'i32' | 'i64' {
  return is64Bit(type) ? 'i64' : 'i32';
}
export function toBits(type: NumberType): Code {
  return type === 'f32' ? [0xbc] : type === 'f64' ? [0xbd] : [];
}
export function fromBits(type: NumberType): Code {
  return type === 'f32' ? [0xbe] : type === 'f64' ? [0xbf] : [];
}

/** The source of an operand: a local, a global (computed, for lowering), memory, or a constant. */
type Source = 'local' | 'tee' | 'global' | 'memory' | bigint;

/** The locals that uses of a result can rely on: the parameters, a typed one for each, the result, a counter. */
interface Place {
  result: NumberType;
  /** Local with the first operand, unless that one is a constant. */
  operandLocal: number;
  /** Local of the result's type. */
  resultLocal: number;
  counter: number;
  resultGlobal: number;
  identity: number;
  /** Type index of `[i32] -> [i32]`. */
  blockType: number;
}

type Use = (compute: Code, place: Place) => Code;

const anyUses: Record<string, Use> = {
  result: (compute, { result }) => [...compute, ...toBits(result)],
  return: (compute, { result }) => [...compute, ...toBits(result), Return],
  local: (compute, { result, resultLocal }) => [
    ...compute,
    ...localSet(resultLocal),
    ...localGet(resultLocal),
    ...toBits(result),
  ],
  tee: (compute, { result, resultLocal }) => [
    ...compute,
    ...localTee(resultLocal),
    Drop,
    ...localGet(resultLocal),
    ...toBits(result),
  ],
  global: (compute, { result, resultGlobal }) => [
    ...compute,
    ...globalSet(resultGlobal),
    ...globalGet(resultGlobal),
    ...toBits(result),
  ],
  stored: (compute, { result }) => [
    ...i32(RESULT_AT),
    ...compute,
    ...store(result),
    ...i32(RESULT_AT),
    ...load(bitsType(result)),
  ],
  argument: (compute, { result, identity }) => [...compute, ...call(identity), ...toBits(result)],
  dropped: (compute, { result }) => [...compute, Drop, ...constant(bitsType(result), 1n)],
  block: (compute, { result, resultLocal }) => [
    ...localGet(resultLocal),
    ...[Block, typeCode(result), ...compute, Br, 0, End],
    ...localSet(resultLocal),
    Drop,
    ...localGet(resultLocal),
    ...toBits(result),
  ],
  selected: (compute, { result, resultLocal, counter }) => [
    ...compute,
    ...localGet(resultLocal),
    ...localGet(counter),
    I32Eqz,
    Select,
    ...toBits(result),
  ],
  alternative: (compute, { result, resultLocal, counter }) => [
    ...localGet(resultLocal),
    ...compute,
    ...localGet(counter),
    Select,
    ...toBits(result),
  ],
};

/** Uses of an i32 as a condition. */
const conditionUses: Record<string, Use> = {
  branch: (compute) => [Block, EMPTY_BLOCK, ...compute, BrIf, 0, ...i32(0), Return, End, ...i32(1)],
  branchWithConstant: (compute) => [Block, I32_CODE, ...i32(5), ...compute, BrIf, 0, Drop, ...i32(9), End],
  branchWithValue: (compute, { resultGlobal }) => [
    ...[Block, I32_CODE, ...globalGet(resultGlobal)],
    ...[...compute, BrIf, 0, Drop, ...i32(9), End],
  ],
  branchWithMove: (compute, { resultGlobal }) => [
    ...[Block, I32_CODE, ...i32(3), ...globalGet(resultGlobal)],
    ...[...compute, BrIf, 0, Drop, Drop, ...i32(9), End],
  ],
  branchToReturn: (compute) => [...i32(4), ...compute, BrIf, 0, Drop, ...i32(9)],
  ifElse: (compute) => [...compute, If, I32_CODE, ...i32(7), Else, ...i32(8), End],
  ifOnly: (compute, { counter }) => [
    ...[...compute, If, EMPTY_BLOCK, ...i32(6), ...localSet(counter), End],
    ...localGet(counter),
  ],
  // A local and a constant wait on the stack, and have to be saved between the comparison and its branch.
  ifPending: (compute, { counter }) => [
    ...[...i32(100), ...localGet(counter), ...compute, If, EMPTY_BLOCK, ...i32(6), ...localSet(counter), End],
    ...[I32Add, ...localGet(counter), I32Add],
  ],
  ifWithParameter: (compute, { counter, blockType }) => [
    ...[...localGet(counter), ...compute, If, ...unsigned(blockType), ...i32(11), I32Add],
    ...[Else, ...i32(22), I32Add, End],
  ],
  selecting: (compute) => [...i32(12), ...i32(13), ...compute, Select],
  negatedBranch: (compute) => [Block, EMPTY_BLOCK, ...compute, I32Eqz, BrIf, 0, ...i32(0), Return, End, ...i32(1)],
  negatedIf: (compute) => [...compute, I32Eqz, If, I32_CODE, ...i32(7), Else, ...i32(8), End],
  negatedTwice: (compute) => [...compute, I32Eqz, I32Eqz],
  loop: (compute, { counter }) => [
    ...[Block, EMPTY_BLOCK, Loop, EMPTY_BLOCK],
    ...[...localGet(counter), ...i32(1), I32Add, ...localTee(counter), ...i32(3), I32GeS, BrIf, 1],
    ...[...compute, BrIf, 0, End, End],
    ...localGet(counter),
  ],
  table: (compute) => [
    ...[Block, EMPTY_BLOCK, Block, EMPTY_BLOCK, Block, EMPTY_BLOCK, ...compute, BrTable, 2, 0, 1, 2, End],
    ...[...i32(20), Return, End, ...i32(21), Return, End, ...i32(22)],
  ],
};

/** The old value of the local that takes the result waits on the stack. */
const saved: Use = (compute, { result, resultLocal }) => [
  ...constant(result, 5n),
  ...localSet(resultLocal),
  ...localGet(resultLocal),
  ...compute,
  ...localSet(resultLocal),
  ...toBits(result),
  ...localGet(resultLocal),
  ...toBits(result),
];

/** Uses a result with that local as the first operand. */
const accumulated: Use = (compute, { result, operandLocal }) => [
  ...localGet(operandLocal),
  ...compute,
  ...localSet(operandLocal),
  ...toBits(result),
  ...localGet(operandLocal),
  ...toBits(result),
];

/** Uses that a form with fewer calls takes. */
const fewUses = ['result', 'local', 'branch', 'ifElse'];

class OpcodeModuleWriter {
  private readonly builder = new ModuleBuilder();
  private readonly forms: Form[] = [];
  private readonly row: OpcodeRow;
  private readonly globals = new Map<NumberType, number>();
  private readonly identity: number;
  private readonly resultGlobal: number;
  private readonly blockType: number;

  constructor(row: OpcodeRow) {
    this.row = row;
    const { builder } = this;
    builder.memory(1, 1);
    for (const type of ['i32', 'i64', 'f32', 'f64'] as const) {
      this.globals.set(type, builder.global(type, true, constant(type, 0n)));
    }
    this.resultGlobal = builder.global(row.result, true, constant(row.result, 77n));
    this.blockType = builder.type(['i32'], ['i32']);
    this.identity = builder.define([row.result], [row.result], [], localGet(0));
  }

  /** Adds a function that takes the bits of the operands that are no constants. */
  add(sources: readonly Source[], useName: string, use: Use, few = false, sameOperand = false): void {
    const { parameters, code, result } = this.row;
    const taken = sources.flatMap((source, index) =>
      typeof source === 'bigint' || (sameOperand && index > 0) ? [] : [index],
    );
    const firstLocal = taken.length;
    const resultLocal = firstLocal + parameters.length;
    const body: Code = [];
    const compute: Code = [];
    for (const [index, source] of sources.entries()) {
      const type = parameters[index];
      if (typeof source === 'bigint') {
        compute.push(...constant(type, source));
        continue;
      }
      const operand = [...localGet(sameOperand ? 0 : taken.indexOf(index)), ...fromBits(type)];
      if (source === 'local') {
        if (!sameOperand || index === 0) body.push(...operand, ...localSet(firstLocal + index));
        compute.push(...localGet(sameOperand ? firstLocal : firstLocal + index));
      } else if (source === 'tee') compute.push(...operand, ...localTee(firstLocal + index));
      else if (source === 'global') {
        const global = this.globals.get(type)!;
        compute.push(...operand, ...globalSet(global), ...globalGet(global));
      } else {
        compute.push(...i32(OPERAND_AT + 8 * index), ...operand, ...store(type));
        compute.push(...i32(OPERAND_AT + 8 * index), ...load(type));
      }
    }
    compute.push(...opcode(code));
    const place: Place = {
      result,
      operandLocal: firstLocal,
      resultLocal,
      counter: resultLocal + 1,
      resultGlobal: this.resultGlobal,
      identity: this.identity,
      blockType: this.blockType,
    };
    body.push(...use(compute, place));
    const name = `${sources.map(String).join(' ')} -> ${useName}${sameOperand ? ' of one local' : ''} #${this.forms.length}`;
    const results: ResultType[] = [resultOf(this.row)];
    if (use === saved || use === accumulated) results.unshift({ type: result, exact: true });
    this.builder.define(
      taken.map((index) => bitsType(parameters[index])),
      results.map(({ type }) => bitsType(type)),
      [...parameters, result, 'i32'],
      body,
      name,
    );
    const all = few ? fewOperands : operands;
    this.forms.push({
      name,
      inputs: taken.map((index) => ({ type: parameters[index], values: all[parameters[index]] })),
      results,
    });
  }

  finish(): OpcodeModule {
    return { bytes: this.builder.build(), forms: this.forms };
  }
}

/** The module that executes an opcode in every form. */
export function opcodeModule(row: OpcodeRow): OpcodeModule {
  const writer = new OpcodeModuleWriter(row);
  const { parameters, result } = row;
  const uses: Record<string, Use> = { ...anyUses, saved, ...(result === 'i32' ? conditionUses : {}) };
  if (parameters[0] === result) uses.accumulated = accumulated;
  const some = fewUses.filter((name) => name in uses);
  const locals = parameters.map(() => 'local' as const);
  for (const [name, use] of Object.entries(uses))
    writer.add(locals, name, use, parameters.length > 1 && !fewUses.includes(name));
  const computed: Source[][] =
    parameters.length === 1
      ? [['global'], ['memory'], ['tee']]
      : [
          ['global', 'memory'],
          ['local', 'memory'],
          ['global', 'local'],
          ['tee', 'local'],
          ['local', 'tee'],
        ];
  for (const sources of computed) for (const name of some) writer.add(sources, name, uses[name], true);
  if (parameters.length === 1) {
    for (const value of operands[parameters[0]]) for (const name of some) writer.add([value], name, uses[name]);
    return writer.finish();
  }
  for (const name of some) writer.add(locals, name, uses[name], false, true);
  for (const value of operands[parameters[1]]) {
    writer.add(['local', value], 'result', uses.result);
    writer.add([value, 'local'], 'result', uses.result);
  }
  for (const value of fewOperands[parameters[1]]) {
    for (const [name, use] of Object.entries(uses)) {
      writer.add(['local', value], name, use, true);
      if (name !== 'accumulated') writer.add([value, 'local'], name, use, true);
    }
    for (const other of fewOperands[parameters[0]]) writer.add([other, value], 'result', uses.result);
    for (const name of some) writer.add(['global', value], name, uses[name], true);
    for (const name of some) writer.add([value, 'memory'], name, uses[name], true);
  }
  return writer.finish();
}
