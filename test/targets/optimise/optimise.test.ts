// Tests that optimising keeps which trap occurs, and where; and modules that binaryen gives up on.
import { describe, expect, it } from 'vitest';
import { banglejs2 } from '../../../boards/index.js';
import { WasmTrap } from '../../../src/index.js';
import { Opcode } from '../../../src/opcodes.js';
import { buildProgram } from '../../../targets/board/build.js';
import { type ReadModule, readModule } from '../../../targets/module/read-module.js';
import { assembleText } from '../../../targets/module/text-format.js';
import { OptimiserError, optimise } from '../../../targets/optimise/optimise.js';
import { EMPTY_BLOCK, localGet, ModuleBuilder } from '../../differential/module-builder.js';
import { createEngine } from '../../differential/transcript.js';

/** Operations that trap with the parameter `$p`, each in another way. */
const TRAPPING = {
  'i32.div_s': '(i32.div_s (i32.const 9) (i32.and (local.get $p) (i32.const 0)))',
  'i64.rem_u': '(i32.wrap_i64 (i64.rem_u (i64.const 9) (i64.extend_i32_u (i32.and (local.get $p) (i32.const 0)))))',
  'i32.load': '(i32.load (i32.or (local.get $p) (i32.const 65536)))',
  'i32.trunc_f64_s':
    '(i32.trunc_f64_s (f64.mul (f64.convert_i32_s (i32.or (local.get $p) (i32.const 1))) (f64.const 1e30)))',
  call_indirect: '(call_indirect (result i32) (i32.or (local.get $p) (i32.const 8)))',
  'table.get': '(ref.is_null (table.get (i32.or (local.get $p) (i32.const 8))))',
  call: '(call $traps (local.get $p))',
};

/** Shapes of an operation A and another, B. */
const SHAPES = {
  operands: (a: string, b: string) => `(i32.add ${a} ${b})`,
  'operands of a comparison': (a: string, b: string) => `(i32.lt_s ${a} ${b})`,
  'locals, read in the other order': (a: string, b: string) =>
    `(local.set $a ${a}) (local.set $b ${b}) (i32.sub (local.get $b) (local.get $a))`,
  'a local, read behind': (a: string, b: string) => `(local.set $a ${a}) (i32.sub ${b} (local.get $a))`,
  'a block among operands': (a: string, b: string) => `(i32.add ${a} (block (result i32) (drop ${b}) (i32.const 1)))`,
  'a local that one arm reads': (a: string, b: string) =>
    `(local.set $a ${a}) (if (result i32) (local.get $p) (then (i32.add ${b} (local.get $a))) (else ${b}))`,
};

async function moduleOf(text: string): Promise<ReadModule> {
  return readModule(await assembleText(text));
}

const engine = createEngine();

function trapOf({ bytes, origin }: ReadModule, name: string): [code: number, at: number] {
  engine.reset();
  const instance = engine.instantiate(engine.load(bytes));
  try {
    engine.call(engine.exportedFunction(instance, name));
  } catch (error) {
    if (error instanceof WasmTrap) return [error.code, origin(error.offset)];
    throw error;
  }
  throw new Error(`${name} does not trap`);
}

describe('of two traps, the first is told at its place', () => {
  const names = Object.keys(TRAPPING) as (keyof typeof TRAPPING)[];
  const pairs = names.flatMap((one) => names.filter((other) => other !== one).map((other) => [one, other] as const));

  it.each(Object.entries(SHAPES))('%s', async (_, shape) => {
    const functions = pairs.map(([one, other]) => {
      const body = shape(TRAPPING[one], TRAPPING[other]);
      return `(func (export "${one}, ${other}") (param $p i32) (result i32) (local $a i32) (local $b i32) ${body})`;
    });
    const given = await moduleOf(`(module (memory 1) (table 8 funcref)
      (func $traps (param i32) (result i32) unreachable) ${functions.join('\n')})`);
    const optimised = await optimise(given);
    const told = (code: ReadModule) => pairs.map((pair) => [...pair, ...trapOf(code, pair.join(', '))]);
    expect(told(optimised)).toEqual(told(given));
  });
});

it('a call of a null entry, of one outside, or of another type traps as it does', async () => {
  const given = await moduleOf(`(module (table 3 funcref) (elem (i32.const 1) $other) (func $other)
    (func (export "null") (result i32) (call_indirect (result i32) (i32.const 0)))
    (func (export "type") (result i32) (call_indirect (result i32) (i32.const 1)))
    (func (export "outside") (result i32) (call_indirect (result i32) (i32.const 3))))`);
  const optimised = await optimise(given);
  for (const name of ['null', 'type', 'outside']) expect(trapOf(optimised, name)).toEqual(trapOf(given, name));
});

it('functions with the same body keep their places', async () => {
  const same = (name: string) => `(func (export "${name}") (result i32) (i32.load (i32.const 65536)))`;
  const given = await moduleOf(`(module (memory 1) ${same('one')} ${same('other')})`);
  const optimised = await optimise(given);
  for (const name of ['one', 'other']) expect(trapOf(optimised, name)).toEqual(trapOf(given, name));
});

/** A function of so many loops in one another. */
function nestedLoops(depth: number): ReadModule {
  const builder = new ModuleBuilder();
  const nested = Array.from({ length: depth }, () => [Opcode.Loop, EMPTY_BLOCK]).flat();
  const ends = new Array<number>(depth).fill(Opcode.End);
  builder.define(['i32'], ['i32'], [], [...nested, ...ends, ...localGet(0)], 'nested');
  return readModule(builder.build());
}

describe('loops nested deeper than binaryen goes', () => {
  it('are refused, and the next module is optimised', async () => {
    await expect(optimise(nestedLoops(20_000))).rejects.toThrow(
      new OptimiserError('binaryen cannot optimise the module: its code is nested too deeply'),
    );
    const optimised = await optimise(nestedLoops(3));
    expect(optimised.bodies.length).toBe(1);
  });
});

it('a program is built without the optimiser where that gives up, and says so', async () => {
  const { warnings, image } = await buildProgram(nestedLoops(2000), { board: banglejs2, name: 'nested', tier: 'js' });
  expect(warnings).toEqual([
    'built without the optimiser: binaryen cannot optimise the module: its code is nested too deeply',
  ]);
  expect(image.files.length).toBeGreaterThan(0);
});
