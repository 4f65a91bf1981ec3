// Checks of machine code at the edges: addresses beside the end of memory, whatever number of bytes the register for the limit is about,
// and calls of null in tables whose functions all have one type.
import { describe, expect, it } from 'vitest';
import { NativeInstance } from '../../../../bench/native/native-instance.js';
import { CORTEX_M0_PLUS, CORTEX_M4 } from '../../../../machine/thumb/cpu.js';
import { compileThumb } from '../../../../targets/compiler/thumb/image.js';
import { readModule } from '../../../../targets/module/read-module.js';
import { wat } from '../../../core/wat.js';

const cpus = [CORTEX_M4, CORTEX_M0_PLUS];
const PAGE = 65536;

function outcome(instance: NativeInstance, name: string, ...words: number[]): string {
  const { index } = instance.code.exports.find((each) => each.name === name)!;
  try {
    return String(instance.call(index, words));
  } catch (error) {
    return (error as Error).message;
  }
}

describe.each(cpus)('on $architecture', (cpu) => {
  const compiled = (text: string) => {
    const code = readModule(wat(text));
    return new NativeInstance(code, compileThumb(code, { cpu, fuel: false }));
  };

  const loads = [
    { load: 'i32.load8_u', bytes: 1 },
    { load: 'i32.load16_u', bytes: 2 },
    { load: 'i32.load', bytes: 4 },
    { load: 'i64.load', bytes: 8 },
  ];
  const aligned = [1, 2, 4, 8];

  it.each(loads)('$load reads to the end of memory, and not beyond', ({ load, bytes }) => {
    const wide = load.startsWith('i64') ? 'i32.wrap_i64' : '';
    const read = (address: string) => (wide ? `(${wide} (${load} ${address}))` : `(${load} ${address})`);
    // The loop makes `other` the most frequent number of bytes.
    for (const other of loads) {
      const functions = aligned.map(
        (step) => `(func (export "at${step}") (param i32) (result i32)
          ${read(`(i32.mul (local.get 0) (i32.const ${step}))`)})
        (func (export "behind${step}") (param i32) (result i32)
          ${read(`offset=3 (i32.shl (local.get 0) (i32.const ${31 - Math.clz32(step)}))`)})`,
      );
      const instance = compiled(`(module (memory (export "memory") 1) ${functions.join('\n')}
        (func (param i32) (loop $again (drop (${other.load} (local.get 0)))
          (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 3)))))))`);
      for (const step of aligned) {
        for (let address = PAGE - 12; address < PAGE + 4; address++) {
          if (address % step !== 0) continue;
          const isThere = (last: number) => (last <= PAGE ? /^0$/ : /^out of bounds memory access/);
          expect(outcome(instance, `at${step}`, address / step)).toMatch(isThere(address + bytes));
          expect(outcome(instance, `behind${step}`, address / step)).toMatch(isThere(address + 3 + bytes));
        }
      }
    }
  });

  it('an address that passed a check of fewer bytes is compared again for more', () => {
    // Most checks are of four bytes: those of one and two compare with the limit of four first.
    const text = ['i32.load8_u', 'i32.load16_u']
      .map(
        (first, index) => `(func (export "f${index}") (param i32) (result i32) (local i32)
          (local.set 1 (${first} (local.get 0)))
          (i32.store8 (i32.const 8) (local.get 1))
          (i32.add (local.get 1) (i32.load (local.get 0))))`,
      )
      .join('\n');
    const other =
      '(func (param i32) (loop $l (drop (i32.load (local.get 0))) (br_if $l (local.tee 0 (i32.load (i32.const 4))))))';
    const instance = compiled(`(module (memory (export "memory") 1) ${text} ${other})`);
    for (const [name, bytes] of [
      ['f0', 1],
      ['f1', 2],
    ] as const) {
      for (let address = PAGE - 8; address < PAGE + 8; address++) {
        instance.memory!.bytes.fill(7, PAGE - 8);
        instance.memory!.bytes[8] = 0;
        const result = outcome(instance, name, address);
        expect(result).toMatch(address + 4 <= PAGE ? /^\d+$/ : /^out of bounds memory access/);
        // What is between the two is done where the first one passes.
        expect(instance.memory!.bytes[8]).toBe(address + bytes <= PAGE ? 7 : 0);
      }
      expect(outcome(instance, name, -1)).toMatch(/^out of bounds memory access/);
    }
  });

  it('a loop over static data ends at the end of memory, and where its counter is negative', () => {
    const instance = compiled(`(module (memory (export "memory") 1)
      (func (export "count") (param i32) (result i32) (local i32)
        (loop $again
          (if (i32.eqz (i32.load8_u offset=60000 (local.get 1))) (then (return (local.get 1))))
          (drop (i32.load16_u (i32.add (local.get 1) (i32.const 60001))))
          (local.set 1 (i32.add (local.get 1) (i32.const 1)))
          (br_if $again (i32.lt_u (local.get 1) (local.get 0))))
        (i32.const -1))
      (func (export "fill") (param i32) (loop $again
        (i32.store8 offset=60000 (local.get 0) (i32.const 1))
        (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))))`);
    expect(outcome(instance, 'count', 9)).toBe('0');
    expect(outcome(instance, 'fill', 5534)).toBe('');
    instance.memory!.bytes[60000] = 1;
    expect(outcome(instance, 'count', 9)).toBe('-1');
    // The last byte of which two are read is the last of memory; one more is beyond.
    expect(outcome(instance, 'count', 5534)).toBe('-1');
    expect(outcome(instance, 'count', 5535)).toMatch(/^out of bounds memory access/);
    expect(outcome(instance, 'fill', -1)).toMatch(/^out of bounds memory access/);
  });

  it('accesses at any alignment, in functions that call others and in those that do not', () => {
    const body = `(i32.store offset=1 (local.get 0) (i32.const 0x8899aabb)) (i32.store16 offset=5 (local.get 0) (i32.const 0xccdd))
      (i32.xor (i32.load offset=2 (local.get 0)) (i32.load16_s offset=4 (local.get 0)))`;
    const instance = compiled(`(module (memory 1) (func $nothing (param i32) (result i32) (i32.const 0))
      (func (export "leaf") (param i32) (result i32) ${body})
      (func (export "calls") (param i32) (result i32) (drop (call $nothing (local.get 0))) ${body}))`);
    for (let address = 0; address < 8; address++)
      for (const name of ['leaf', 'calls'])
        expect(outcome(instance, name, address)).toBe(String(0xdd8899aa ^ 0xffffdd88));
  });

  it('a call of null traps where the call is, if all functions of the table have its type', () => {
    const instance = compiled(`(module (type $f (func (param i32) (result i32)))
      (table 4 funcref) (elem (i32.const 1) $double $negate)
      (func $double (type $f) (i32.shl (local.get 0) (i32.const 1)))
      (func $negate (type $f) (i32.sub (i32.const 0) (local.get 0)))
      (func (export "call") (param i32 i32) (result i32)
        (i32.add (call_indirect (type $f) (local.get 0) (local.get 1)) (call_indirect (type $f) (i32.const 1) (local.get 1))))
      (func (export "typed") (param i32) (call_indirect (param i32) (local.get 0) (local.get 0))))`);
    expect(outcome(instance, 'call', 5, 1)).toBe('12');
    expect(outcome(instance, 'call', 5, 2)).toBe('-6');
    expect(outcome(instance, 'call', 5, 0)).toMatch(/^uninitialized element in function 2 at byte \d+$/);
    expect(outcome(instance, 'call', 5, 3)).toBe(outcome(instance, 'call', 5, 0));
    expect(outcome(instance, 'call', 5, 4)).toMatch(/^undefined element in function 2/);
    expect(outcome(instance, 'typed', 0)).toMatch(/^uninitialized element in function 3/);
    expect(outcome(instance, 'typed', 1)).toMatch(/^indirect call type mismatch in function 3/);
  });

  it('a tail call of null traps where the tail call is', () => {
    const instance = compiled(`(module (type $f (func (param i32) (result i32)))
      (table 3 funcref) (elem (i32.const 0) func $tail $next)
      (func $next (type $f) (i32.add (local.get 0) (i32.const 1)))
      (func $tail (type $f) (return_call_indirect (type $f) (local.get 0) (i32.const 2)))
      (func (export "outer") (param i32) (result i32)
        (i32.add (i32.const 9) (call_indirect (type $f) (local.get 0) (i32.const 0)))))`);
    expect(outcome(instance, 'outer', 0)).toMatch(/^uninitialized element in function 1 \(tail\) at byte \d+$/);
  });

  it('a loop finds the function of its calls once, and traps at the call where there is none', () => {
    const functions = `(type $f (func (param i32) (result i32)))
      (table 4 funcref) (elem (i32.const 1) $double $negate)
      (func $double (type $f) (i32.shl (local.get 0) (i32.const 1)))
      (func $negate (type $f) (i32.sub (i32.const 0) (local.get 0)))`;
    const body = (calls: string) => `(local $sum i32)
      (loop $again
        (if (i32.ne (local.get $times) (i32.const 7)) (then
          (local.set $sum (i32.add (local.get $sum) ${calls}))))
        (br_if $again (local.tee $times (i32.sub (local.get $times) (i32.const 1)))))
      (local.get $sum)`;
    const call = '(call_indirect (type $f) (local.get $times) (local.get $which))';
    const instance = compiled(`(module ${functions}
      (func (export "sum") (param $times i32) (param $which i32) (result i32) ${body(call)})
      (func (export "none") (param $times i32) (param $which i32) (result i32) ${body('(local.get $times)')}))`);
    expect(outcome(instance, 'sum', 3, 1)).toBe('12');
    expect(outcome(instance, 'sum', 3, 2)).toBe('-6');
    expect(outcome(instance, 'sum', 3, 3)).toMatch(/^uninitialized element in function 2 .*at byte \d+$/);
    const [, place] = outcome(instance, 'sum', 3, 0).split(' in ');
    for (const which of [4, 5, -1]) expect(outcome(instance, 'sum', 3, which)).toBe(`undefined element in ${place}`);
    const counted = (name: string, times: number) => {
      instance.processor.resetCounts();
      outcome(instance, name, times, 1);
      return instance.processor.instructions;
    };
    const ofOne = (name: string) => counted(name, 6) - counted(name, 5);
    // The call, moves of its argument and result, the function of two instructions. On ARMv6-M, the index is checked each time.
    if (cpu === CORTEX_M4) expect(ofOne('sum') - ofOne('none')).toBeLessThanOrEqual(7);
  });
});
