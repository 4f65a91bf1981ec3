// Fuel of machine code: wherever a call's fuel runs out, the call leaves what it leaves when each run of instructions is charged where it
// begins; and what loops take for it where there is enough.
import { describe, expect, it } from 'vitest';
import { mostMemoryBytes, NativeInstance } from '../../../../bench/native/native-instance.js';
import { CORTEX_M0_PLUS, CORTEX_M4F, type Cpu } from '../../../../machine/thumb/cpu.js';
import { ExternalKind } from '../../../../src/index.js';
import { Context } from '../../../../targets/compiler/thumb/contract.js';
import { compileThumb } from '../../../../targets/compiler/thumb/image.js';
import { readModule } from '../../../../targets/module/read-module.js';
import { wat } from '../../../core/wat.js';

const UNPLACED = new Set(['charge-placement']);
const PLENTY = 2 ** 30;
const text = '"a string of some length"';

const loop = (body: string) => `(module (memory 1 1) (data (i32.const 16) ${text})
  (func (export "run") (param $p i32) (result i32) (local $i i32) (local $n i32) ${body}))`;

/** The modules and the argument of each. */
const LOOPS: Record<string, [module: string, argument: number]> = {
  'that scans memory': [
    loop(`(loop $next
      (local.set $n (i32.load8_u (local.get $p)))
      (local.set $p (i32.add (local.get $p) (i32.const 1)))
      (br_if $next (local.get $n)))
    (local.get $p)`),
    16,
  ],
  'that scans memory until it traps': [
    loop(`(loop $next
      (local.set $p (i32.sub (local.get $p) (i32.const 1)))
      (br_if $next (i32.ne (i32.load8_u (local.get $p)) (i32.const 7))))
    (local.get $p)`),
    20,
  ],
  'that is left in the middle': [
    loop(`(block $found
      (loop $next
        (br_if $found (i32.eq (i32.load8_u (local.get $p)) (i32.const 0x6c)))
        (local.set $n (i32.add (local.get $n) (local.get $p)))
        (local.set $p (i32.add (local.get $p) (i32.const 1)))
        (br_if $next (i32.load8_u (local.get $p))))
      (local.set $n (i32.const -1)))
    (local.get $n)`),
    16,
  ],
  'that stores a constant number of times': [
    loop(`(loop $next
      (i32.store offset=64 (local.get $i) (i32.mul (local.get $i) (local.get $p)))
      (br_if $next (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 4))) (i32.const 64))))
    (local.get $i)`),
    3,
  ],
  'whose step is a value': [
    loop(`(local.set $p (i32.add (i32.and (local.get $p) (i32.const 15)) (i32.const 2)))
    (loop $next
      (i32.store8 offset=64 (local.get $i) (i32.const 1))
      (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (local.get $p))) (i32.const 40))))
    (local.get $i)`),
    1,
  ],
  'that traps in its first iteration, in front of a charge': [
    loop(`(loop $next
      (if (i32.load8_u offset=65532 (i32.mul (local.get $p) (i32.const 5)))
        (then (i32.store8 offset=64 (local.get $i) (i32.const 1)))
        (else (i32.store8 offset=80 (local.get $i) (i32.const 1))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $i) (local.get $p))))
    (local.get $i)`),
    2,
  ],
  'that goes back in front of the comparison of its counter': [
    loop(`(block $out
      (loop $next
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (i32.store8 offset=64 (i32.const 0) (local.get $i))
        (br_if $next (i32.ne (local.get $p) (local.get $i)))
        (br_if $out (i32.ge_u (local.get $i) (i32.const 10)))
        (i32.store8 offset=80 (i32.const 0) (i32.const 1))))
    (i32.const 5)`),
    60,
  ],
  'that goes back in front of an access to memory': [
    loop(`(loop $next
      (local.set $i (i32.add (local.get $i) (i32.const 4096)))
      (local.set $p (i32.add (local.get $p) (i32.const 1)))
      (br_if $next (i32.ne (local.get $p) (i32.const 40)))
      (drop (i32.load (local.get $i))))
    (i32.const 5)`),
    1,
  ],
  'of two branches': [
    loop(`(loop $next
      (if (i32.and (local.get $p) (i32.const 1))
        (then (local.set $p (i32.add (i32.mul (local.get $p) (i32.const 3)) (i32.const 1))))
        (else (local.set $p (i32.shr_u (local.get $p) (i32.const 1)))))
      (local.set $n (i32.add (local.get $n) (i32.const 1)))
      (br_if $next (i32.ne (local.get $p) (i32.const 1))))
    (local.get $n)`),
    6,
  ],
  'of two charges around a store': [
    loop(`(loop $next
      (i32.store8 offset=64 (local.get $i) (local.get $p))
      (block $skip
        (br_if $skip (i32.and (local.get $i) (i32.const 1)))
        (i32.store8 offset=96 (local.get $i) (local.get $p))
        (br $skip))
      (br_if $next (i32.lt_s (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $p))))
    (local.get $i)`),
    9,
  ],
};

function instanceOf(module: string, cpu: Cpu, fuel: boolean, without?: ReadonlySet<string>): NativeInstance {
  const code = readModule(wat(module));
  const image = compileThumb(code, { cpu, fuel, without, mostMemoryBytes: mostMemoryBytes(code) });
  return new NativeInstance(code, image, { mostInstructions: 100_000 });
}

function called(instance: NativeInstance, argument: number, limit: number) {
  instance.setWord(Context.Fuel, limit);
  const run = instance.exported(ExternalKind.Function, 'run');
  let outcome: string;
  try {
    outcome = String(instance.call(run, [argument]));
  } catch (error) {
    outcome = (error as Error).message;
  }
  return { outcome, left: instance.word(Context.Fuel), memory: instance.memory!.bytes.slice(0, 256).join() };
}

function instructions(instance: NativeInstance, argument: number): number {
  called(instance, argument, PLENTY);
  instance.processor.resetCounts();
  called(instance, argument, PLENTY);
  return instance.processor.instructions;
}

describe.each([
  ['ARMv6-M', CORTEX_M0_PLUS],
  ['ARMv7E-M', CORTEX_M4F],
])('with fuel on %s, a loop', (_, cpu) => {
  it.each(Object.entries(LOOPS))('%s ends where its fuel does, whatever the limit', (_, [module, argument]) => {
    const placed = instanceOf(module, cpu, true);
    const inPlace = instanceOf(module, cpu, true, UNPLACED);
    const start = placed.memory!.bytes.slice(0, 256);
    const used = PLENTY - called(inPlace, argument, PLENTY).left;
    for (let limit = 0; limit <= used + 1; limit++) {
      for (const each of [placed, inPlace]) each.memory!.bytes.set(start);
      const [ours, expected] = [placed, inPlace].map((each) => called(each, argument, limit));
      expect(ours, `${limit} of ${used} units`).toEqual(expected);
    }
  });
});

describe.each([
  [
    'in front of the comparison of its counter',
    `(block $out
      (loop $next
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br_if $next (local.get $p))
        (br_if $out (i32.ge_u (local.get $i) (i32.const 10)))))
    (i32.const 5)`,
  ],
  [
    'in front of an access to memory',
    `(loop $next
      (local.set $i (i32.add (local.get $i) (i32.const 4096)))
      (br_if $next (i32.load8_u (local.get $p)))
      (drop (i32.load (local.get $i))))
    (i32.const 5)`,
  ],
])('an endless loop that goes back %s', (_, body) => {
  it.each([CORTEX_M0_PLUS, CORTEX_M4F])('ends where its fuel does', (cpu) => {
    const { outcome } = called(instanceOf(loop(body), cpu, true), 16, 1000);
    expect(outcome).toMatch(/^out of fuel/);
  });
});

describe('with enough fuel, a loop', () => {
  const extra = (name: string) => {
    const [module, argument] = LOOPS[name];
    const [own, withFuel] = [false, true].map((fuel) => instructions(instanceOf(module, CORTEX_M4F, fuel), argument));
    return withFuel - own;
  };

  it('that stores a constant number of times takes its fuel at once', () => {
    expect(extra('that stores a constant number of times')).toBeLessThan(12);
  });

  it('whose step is a value takes an instruction an iteration', () => {
    // 14 iterations.
    expect(extra('whose step is a value')).toBeLessThan(14 + 12);
  });

  it('that scans memory takes an instruction an iteration', () => {
    // 24 iterations.
    expect(extra('that scans memory')).toBeLessThan(24 + 8);
  });
});
