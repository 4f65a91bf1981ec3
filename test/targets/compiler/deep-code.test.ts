// Passes over code that is nested deeper, and chains of operations that are longer, than a call stack holds.
import { expect, test } from 'vitest';
import { Opcode } from '../../../src/opcodes.js';
import { flowGraph } from '../../../targets/compiler/intermediate/flow-graph.js';
import {
  constant,
  type FunctionCode,
  getOf,
  Instruction,
  Label,
  NO_OPERANDS,
  type Region,
  setOf,
} from '../../../targets/compiler/intermediate/instruction.js';
import { nest } from '../../../targets/compiler/intermediate/nesting.js';
import { Operation, Type } from '../../../targets/compiler/intermediate/operation.js';
import { verify } from '../../../targets/compiler/intermediate/verify.js';
import { espruinoCosts, espruinoPasses } from '../../../targets/compiler/javascript/espruino/passes.js';
import { runPasses } from '../../../targets/compiler/passes/runner.js';

const DEPTH = 5_000;

function code(body: Region): FunctionCode {
  return {
    index: 0,
    start: 0,
    variables: [Type.I32, Type.I32],
    parameterCount: 2,
    results: [Type.I32],
    body,
    accessesMemory: false,
    calls: false,
    tailCalls: false,
    hasDefinitions: false,
    inductions: new Map(),
  };
}

const get = (variable: number) => getOf(variable, Type.I32, 0);

function passed(body: FunctionCode): void {
  runPasses(body, espruinoPasses, espruinoCosts, { canonicalNaN: true, minimumMemory: 0 });
  nest(body, { callsMoveMemory: false });
  expect(verify(body)).toEqual([]);
}

test('blocks within blocks', () => {
  let inner: Region = [];
  for (let depth = 0; depth < DEPTH; depth++) {
    const value = get(1);
    const set = new Instruction(Operation.Set, Type.None, [value], 0);
    const branch = new Instruction(Operation.Branch, Type.None, NO_OPERANDS, 0);
    const condition = get(0);
    const choice = new Instruction(Operation.If, Type.None, [condition], 0);
    choice.regions = [[branch]];
    const block = new Instruction(Operation.Block, Type.None, NO_OPERANDS, 0);
    block.label = new Label(false);
    block.label.uses = 1;
    branch.label = block.label;
    block.regions = [[...inner, condition, choice, value, set]];
    inner = [block];
  }
  const result = get(0);
  const body = code([...inner, result, new Instruction(Operation.Return, Type.None, [result], 0)]);
  expect(flowGraph(body.body).blocks.length).toBeGreaterThan(DEPTH);
  passed(body);
});

test('a chain of operations', () => {
  const body: Region = [get(0), get(1)];
  let value = body[0];
  for (let length = 0; length < DEPTH; length++) {
    value = new Instruction(length % 2 === 0 ? Opcode.I32Xor : Opcode.I32Mul, Type.I32, [value, body[1]], 0);
    body.push(value);
  }
  body.push(new Instruction(Operation.Return, Type.None, [value], 0));
  passed(code(body));
});

test('a chain of opposites where a condition holds', () => {
  const condition = get(0);
  const choice = new Instruction(Operation.If, Type.None, [condition], 0);
  const arm: Region = [];
  for (let length = 0; length < 3 * DEPTH; length++) {
    const value = get(1);
    const opposite = new Instruction(Opcode.I32Eqz, Type.I32, [value], 0);
    arm.push(value, opposite, setOf(1, opposite, 0));
  }
  const last = get(1);
  arm.push(last, new Instruction(Operation.Return, Type.None, [last], 0));
  choice.regions = [arm];
  const result = get(0);
  passed(code([condition, choice, result, new Instruction(Operation.Return, Type.None, [result], 0)]));
});

test('a pointer that many conditions move before it is used', () => {
  const body: Region = [];
  for (let length = 0; length < DEPTH; length++) {
    const condition = get(0);
    const choice = new Instruction(Operation.If, Type.None, [condition], 0);
    const [pointer, step] = [get(1), constant(4, Type.I32, 0)];
    const sum = new Instruction(Opcode.I32Add, Type.I32, [pointer, step], 0);
    choice.regions = [[pointer, sum, setOf(1, sum, 0)], []];
    body.push(condition, choice);
  }
  const addresses = [get(1), get(1)];
  const [one, other] = addresses.map((address) => new Instruction(Opcode.I32Load, Type.I32, [address], 0));
  other.index = 4;
  const sum = new Instruction(Opcode.I32Add, Type.I32, [one, other], 0);
  body.push(...addresses, one, other, sum, new Instruction(Operation.Return, Type.None, [sum], 0));
  passed(code(body));
});
