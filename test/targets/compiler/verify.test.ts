// The verifier finds no fault in the code between passes, and finds those that are planted.
import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { kernelBytes, kernels } from '../../../bench/kernels.js';
import { Opcode } from '../../../src/opcodes.js';
import { FunctionBuilder } from '../../../targets/compiler/intermediate/builder.js';
import { findDefinitions } from '../../../targets/compiler/intermediate/definitions.js';
import {
  constant,
  type FunctionCode,
  Instruction,
  Label,
  NO_OPERANDS,
  Proven,
  visit,
} from '../../../targets/compiler/intermediate/instruction.js';
import { Operation, Type } from '../../../targets/compiler/intermediate/operation.js';
import { verify } from '../../../targets/compiler/intermediate/verify.js';
import { espruinoCosts } from '../../../targets/compiler/javascript/espruino/passes.js';
import { facts } from '../../../targets/compiler/passes/facts.js';
import { simplifier } from '../../../targets/compiler/passes/runner.js';
import { readModule } from '../../../targets/module/read-module.js';
import { amount } from '../../amount.js';
import { wat } from '../../core/wat.js';
import { randomModule } from '../../differential/random-module.js';
import { verifyPasses } from './verified-passes.js';

const RANDOM_MODULES = amount(8, 100);

describe('between all passes, with and without fuel', () => {
  test.each(kernels)('$name is well-formed', ({ name }) => {
    expect(verifyPasses(kernelBytes(name)).problems).toEqual([]);
  });

  test('the kernels for boards are', () => {
    expect(verifyPasses(new Uint8Array(readFileSync('bench/espruino/kernels.wasm'))).problems).toEqual([]);
  });

  test('a Phi whose operand stands for another Phi is', () => {
    expect(verifyPasses(randomModule(92000872).bytes).problems).toEqual([]);
  });

  test('random modules are', () => {
    for (let seed = 7000; seed < 7000 + RANDOM_MODULES; seed++)
      expect(verifyPasses(randomModule(seed).bytes).problems, `seed ${seed}`).toEqual([]);
  });
});

const SOURCE = `(module (memory 1) (func $pair (result i32 i32) (i32.const 1) (i32.const 2))
  (func (param i32 i32) (result i32) (local i32)
    (block
      (br_if 0 (local.get 0))
      (local.set 2 (i32.load (local.get 1))))
    (loop
      (local.set 2 (i32.add (local.get 2) (i32.const 1)))
      (br_if 0 (i32.lt_s (local.get 2) (local.get 1))))
    (call $pair)
    (i32.sub)
    (local.get 2)
    (i32.mul)))`;

function built(): FunctionCode {
  const code = readModule(wat(SOURCE));
  const body = new FunctionBuilder(code, { fuel: false, simplify: simplifier(), costs: espruinoCosts }).build(1);
  findDefinitions(body);
  return body;
}

/** The instructions of an operation, in order. */
function all({ body }: FunctionCode, operation: number): Instruction[] {
  const found: Instruction[] = [];
  visit(body, (each) => {
    if (each.operation === operation) found.push(each);
  });
  return found;
}

const first = (code: FunctionCode, operation: number): Instruction => all(code, operation)[0];

/** Planted faults, and the problems reported for them. */
const faults: [string, (code: FunctionCode) => void, RegExp][] = [
  [
    'an operand that stands behind its user',
    (code) => first(code, Opcode.I32Sub).operands.splice(0, 1, first(code, Opcode.I32Mul)),
    /i32\.sub.* the operand 0, i32\.mul.*, does not stand before it/,
  ],
  [
    'an operand from another region',
    (code) => first(code, Opcode.I32Sub).operands.splice(0, 1, first(code, Opcode.I32Load)),
    /i32\.sub.* the operand 0, i32\.load.*, does not stand before it/,
  ],
  [
    'an operand that stands nowhere',
    (code) =>
      first(code, Opcode.I32Sub).operands.splice(0, 1, new Instruction(Opcode.I32Popcnt, Type.I32, NO_OPERANDS, 0)),
    /does not stand before it/,
  ],
  [
    'an operand of another type',
    (code) => first(code, Opcode.I32Sub).operands.splice(1, 1, constant(1, Type.F64, 0)),
    /i32\.sub.* the operand 1 is of type F64, not I32/,
  ],
  ['too few operands', (code) => first(code, Opcode.I32Sub).operands.pop(), /i32\.sub.* has 1 operands, not 2/],
  [
    'a result of another type than the function has',
    (code) => {
      code.results = [Type.F32];
    },
    /Return.* the operand 0 is of type I32, not F32/,
  ],
  [
    'a variable that there is not',
    (code) => {
      first(code, Operation.Get).index = 9;
    },
    /Get 9.* there is no such variable/,
  ],
  [
    'a variable of another type',
    (code) => {
      code.variables[2] = Type.F64;
    },
    /Set 2.* is of type I32, the variable of type F64/,
  ],
  ['an instruction in two places', (code) => code.body.push(code.body[0]), /stands in two places/],
  [
    'something behind a return',
    (code) => code.body.push(new Instruction(Operation.Unreachable, Type.None, NO_OPERANDS, 0)),
    /Return.* stands behind it, where control never gets/,
  ],
  [
    'a branch to what does not contain it',
    (code) => {
      first(code, Operation.Branch).label = new Label(false);
    },
    /Branch.* leads to what does not contain it/,
  ],
  [
    'a label with another number of branches',
    (code) => {
      first(code, Operation.Block).label!.uses = 3;
    },
    /Block.* 1 branches lead to it, its label counts 3/,
  ],
  [
    'a loop without a region',
    (code) => {
      first(code, Operation.Loop).regions = null;
    },
    /Loop.* has no region/,
  ],
  [
    'a loop that does not name what is written',
    (code) => {
      first(code, Operation.Loop).written = [];
    },
    /Set 2.* is not among what a loop says/,
  ],
  [
    'a word of a result that is overwritten',
    (code) => {
      const at = code.body.indexOf(first(code, Operation.Result));
      const call = new Instruction(Operation.Call, Type.I32, NO_OPERANDS, 0);
      call.signature = ':ii';
      code.body.splice(at, 0, call);
    },
    /Result.* words were written since its producer/,
  ],
  [
    'a word of a result of nothing',
    (code) => {
      first(code, Operation.Result).producer = null;
    },
    /Result.* has no producer/,
  ],
  [
    'a Phi with an operand too many',
    (code) => phi(code).operands.push(phi(code).operands[0]),
    /Phi 2.* has 3 operands/,
  ],
  [
    'a Phi whose operand is not defined on its edge',
    (code) => phi(code).operands.splice(0, 1, all(code, Operation.Set)[0]),
    /Phi 2.* does not dominate it/,
  ],
  [
    'a Phi of another type',
    (code) => phi(code).operands.splice(0, 1, constant(1, Type.F64, 0)),
    /Phi 2.* the operand 0 is of type F64/,
  ],
  [
    'a read without a definition',
    (code) => {
      first(code, Operation.Get).definition = null;
    },
    /Get 0.* has no definition/,
  ],
  [
    'a definition that does not dominate a read',
    (code) => {
      all(code, Operation.Get).at(-1)!.definition = all(code, Operation.Set)[0];
    },
    /Get 2.* Set 2.* does not dominate it/,
  ],
  [
    'a definition of another variable',
    (code) => {
      first(code, Operation.Get).definition = all(code, Operation.Get)[1].definition;
    },
    /Get 0.* is defined by/,
  ],
];

/** A function whose second access relies on the first, and a third one that does not. */
function checked(): { code: FunctionCode; accesses: Instruction[] } {
  const code = readModule(
    wat(`(module (memory 1) (func (param i32 i32) (result i32)
      (i32.add (i32.load offset=8 (local.get 0)) (i32.load (local.get 0)))
      (i32.load (local.get 1))
      (i32.add)))`),
  );
  const body = new FunctionBuilder(code, { fuel: false, simplify: simplifier(), costs: espruinoCosts }).build(0);
  facts(body, { minimumMemory: 65536 });
  return { code: body, accesses: all(body, Opcode.I32Load) };
}

/** Faults planted in accesses, and the problems reported for them. */
const accessFaults: [string, (accesses: Instruction[], code: FunctionCode) => void, RegExp][] = [
  [
    'a check that was dropped',
    ([first], { body }) => {
      const add = body.find(({ operation }) => operation === Opcode.I32Add)!;
      add.operands = [add.operands[1], add.operands[1]];
      body.splice(body.indexOf(first), 1);
    },
    /i32\.load.* is relied on, and stands nowhere/,
  ],
  [
    'a check that was moved behind the access',
    ([first, second], { body }) => {
      body.splice(body.indexOf(first), 1);
      body.splice(body.indexOf(second) + 1, 0, first);
    },
    /i32\.load.* is relied on, and does not dominate it/,
  ],
  [
    'a check of too few bytes',
    ([first]) => {
      first.index = -2;
    },
    /which covers 2 bytes less/,
  ],
  [
    'a check of another address',
    ([, second, third], { body }) => {
      third.check = second.check;
      third.proven |= Proven.InBounds | Proven.Bounded;
      expect(body).toContain(third);
    },
    /of another address/,
  ],
  [
    'a check that checks nothing',
    ([first]) => {
      first.proven |= Proven.InBounds;
    },
    /which checks nothing/,
  ],
  [
    'an access that relies on a check, and is not within bounds',
    ([, second]) => {
      second.proven &= ~Proven.InBounds;
    },
    /relies on a check, and is not within bounds/,
  ],
];

/** The Phi of variable 2 behind the block. */
function phi(code: FunctionCode): Instruction {
  return first(code, Operation.Block).phis![0];
}

describe('the verifier', () => {
  it('finds nothing in what is right', () => expect(verify(built())).toEqual([]));

  it('finds nothing in checks that are right', () => {
    const { code, accesses } = checked();
    expect(verify(code)).toEqual([]);
    expect(accesses.map(({ check }) => check)).toEqual([null, accesses[0], null]);
  });

  it.each([
    ['a difference that does not wrap where it is used', Proven.FitsLater, []],
    ['a difference that may wrap', 0, [expect.stringMatching(/of another address/)]],
  ])('takes the check of %s as it is', (_, proven, problems) => {
    const code = new FunctionBuilder(
      readModule(
        wat(`(module (memory 1) (func (param i32) (result i32)
          (i32.add (i32.load offset=4 (i32.sub (local.get 0) (i32.const 8)))
                   (i32.load offset=4 (i32.sub (local.get 0) (i32.const 16))))))`),
      ),
      { fuel: false, simplify: simplifier(), costs: espruinoCosts },
    ).build(0);
    facts(code, { minimumMemory: 65536 });
    const [checks, relies] = all(code, Opcode.I32Load);
    const [larger, smaller] = all(code, Opcode.I32Sub);
    larger.proven |= proven;
    smaller.proven |= Proven.Fits;
    relies.check = checks;
    relies.proven |= Proven.InBounds | Proven.Bounded;
    expect(verify(code)).toEqual(problems);
  });

  it.each(accessFaults)('finds %s', (_, plant, problem) => {
    const { code, accesses } = checked();
    plant(accesses, code);
    expect(verify(code).join('\n')).toMatch(problem);
  });

  it.each(faults)('finds %s', (_, plant, problem) => {
    const code = built();
    plant(code);
    expect(verify(code).join('\n')).toMatch(problem);
  });
});
