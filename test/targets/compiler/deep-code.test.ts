// Passes over code that is nested deeper, and chains of operations that are longer, than a call stack holds.
import { expect, test } from 'vitest';
import { Opcode } from '../../../src/opcodes.js';
import { flowGraph } from '../../../targets/compiler/intermediate/flow-graph.js';
import {
  type FunctionCode,
  Instruction,
  Label,
  NO_OPERANDS,
  type Region,
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

function get(variable: number): Instruction {
  const made = new Instruction(Operation.Get, Type.I32, NO_OPERANDS, 0);
  made.index = variable;
  return made;
}

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
    const set = new Instruction(Operation.Set, Type.None, [opposite], 0);
    set.index = 1;
    arm.push(value, opposite, set);
  }
  const last = get(1);
  arm.push(last, new Instruction(Operation.Return, Type.None, [last], 0));
  choice.regions = [arm];
  const result = get(0);
  passed(code([condition, choice, result, new Instruction(Operation.Return, Type.None, [result], 0)]));
});
