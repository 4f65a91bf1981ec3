// Images of machine code at their edges: how calls end early, what the stack needs, and what is refused.
import { describe, expect, it } from 'vitest';
import { NativeInstance, type NativeOptions, NativeTrap } from '../../../../bench/native/native-instance.js';
import { CORTEX_M0_PLUS, CORTEX_M4F, type Cpu } from '../../../../machine/thumb/cpu.js';
import { ExternalKind, Trap } from '../../../../src/index.js';
import { Context, Status } from '../../../../targets/compiler/thumb/contract.js';
import { compileThumb } from '../../../../targets/compiler/thumb/image.js';
import { NotCompiled } from '../../../../targets/compiler/thumb/not-compiled.js';
import { readModule } from '../../../../targets/module/read-module.js';
import { wat } from '../../../core/wat.js';

const cores: Record<string, Cpu> = { 'ARMv6-M': CORTEX_M0_PLUS, 'ARMv7E-M': CORTEX_M4F };

function instanceOf(text: string, cpu: Cpu, options: NativeOptions = {}, fuel = false): NativeInstance {
  const code = readModule(wat(text));
  return new NativeInstance(code, compileThumb(code, { cpu, fuel }), options);
}

function call(instance: NativeInstance, name: string, ...words: number[]): number[] {
  return instance.call(instance.exported(ExternalKind.Function, name), words);
}

describe.each(Object.entries(cores))('an image for %s', (_, cpu) => {
  it('leaves a deep call with a trap, and can be called again', () => {
    const instance = instanceOf(
      `(module (memory 1)
        (func $down (export "down") (param $n i32) (result i32)
          (if (result i32) (local.get $n)
            (then (i32.add (call $down (i32.sub (local.get $n) (i32.const 1))) (i32.const 1)))
            (else (i32.load (i32.const -4)))))
        (func (export "seven") (result i32) (i32.const 7)))`,
      cpu,
    );
    for (const depth of [0, 3, 100]) {
      expect(() => call(instance, 'down', depth)).toThrow(/^out of bounds memory access in function 0 .*at byte \d+$/);
      expect(call(instance, 'seven')).toEqual([7]);
    }
  });

  it('has the number of a type in front of functions where there is a table, and nothing where there is none', () => {
    const functions = '(func (export "a") (result i32) (i32.const 1)) (func (export "b") (result i32) (i32.const 2))';
    for (const [table, bytes] of [
      ['', 0],
      ['(table 1 funcref)', 4],
    ] as const) {
      const instance = instanceOf(`(module ${functions} ${table})`, cpu);
      expect([call(instance, 'a'), call(instance, 'b')]).toEqual([[1], [2]]);
      const code = readModule(wat(`(module ${functions} ${table})`));
      const [first, second] = compileThumb(code, { cpu, fuel: false }).functions;
      expect(second.offset - first.offset - first.bytes).toBe(bytes);
    }
  });

  it('ends a call for which there is no stack at its entry, without a place', () => {
    const instance = instanceOf('(module (func (export "seven") (result i32) (i32.const 7)))', cpu);
    instance.setWord(Context.StackLimit, -4);
    expect(() => call(instance, 'seven')).toThrow(/^call stack exhausted/);
    expect(instance.word(Context.Status)).toBe(Status.Trap + Trap.CallStackExhausted);
    expect(instance.word(Context.TrapCode)).toBe(Trap.CallStackExhausted);
  });

  it('tests the stack where functions may recurse, and uses no more than it says', () => {
    const text = `(module (func $endless (export "endless") (param i32) (result i32)
      (i32.add (call $endless (i32.add (local.get 0) (i32.const 1))) (local.get 0))))`;
    for (const stackBytes of [0, 64, 4096]) {
      const instance = instanceOf(text, cpu, { stackBytes });
      expect(() => call(instance, 'endless', 1)).toThrow(
        expect.objectContaining({ code: Trap.CallStackExhausted }) as NativeTrap,
      );
    }
  });

  it('ends a call whose fuel is used up', () => {
    const instance = instanceOf('(module (func (export "loop") (loop (br 0))))', cpu, {}, true);
    instance.setWord(Context.Fuel, 1000);
    expect(() => call(instance, 'loop')).toThrow();
    expect(instance.word(Context.Status)).toBe(Status.OutOfFuel);
  });

  it('keeps constants out of the way of a trap in a slice that has no fuel', () => {
    // Constants that are undefined instructions (`udf`), and traps behind which pools of them can lie.
    const arm = (k: number) => `(if (i32.eq (local.get $m) (i32.const ${k}))
      (then (if (i32.div_u (i32.const ${0xde00de01 + k * 0x10001}) (local.get $n))
        (then ${k % 7 === 0 ? '(i32.store (i32.const 24) (local.get $n))' : ''} (i32.store (i32.const 16) (i32.const ${0xde00de80})))
        (else (i32.store (i32.const 20) (i32.const ${0xde70de70 - k}))))))`;
    const arms = Array.from({ length: 30 }, (_, k) => k);
    const body = arms.map((k) => arm(k)).join('\n');
    const code = readModule(wat(`(module (memory 1) (func (export "divide") (param $n i32) (param $m i32) ${body}))`));
    const image = compileThumb(code, { cpu, fuel: true, resumable: true });
    const instance = new NativeInstance(code, image, { slices: true });
    for (const k of arms) expect(() => call(instance, 'divide', 0, k)).toThrow(/^integer divide by zero /);
  });

  it('lets an import call back, and keeps the trap of the inner call inside', () => {
    const text = `(module (import "host" "back" (func $back (param i32) (result i32)))
      (func (export "outer") (param i32) (result i32) (i32.mul (call $back (local.get 0)) (i32.const 3)))
      (func (export "inner") (param i32) (result i32) (i32.div_u (i32.const 84) (local.get 0))))`;
    const instance: NativeInstance = instanceOf(text, cpu, {
      importFunction(_index, words) {
        try {
          return call(instance, 'inner', ...words);
        } catch (error) {
          if (!(error instanceof NativeTrap)) throw error;
          instance.setWord(Context.Status, Status.Done);
          return [-1];
        }
      },
    });
    expect(call(instance, 'outer', 2)).toEqual([126]);
    expect(call(instance, 'outer', 0)).toEqual([-3]);
  });

  it('passes arguments and results on the stack, also of tail calls', () => {
    const seven = Array.from({ length: 7 }, (__, index) => `(local.get ${index})`);
    const types = `(param ${'i32 '.repeat(7)})`;
    const results = `(result ${'i32 '.repeat(7)})`;
    const instance = instanceOf(
      `(module
        (func $reverse ${types} ${results} ${[...seven].reverse().join(' ')})
        (func $tail ${types} ${results} (return_call $reverse ${seven.join(' ')}))
        (func (export "reverse") (param i32) ${results}
          ${seven.map((___, index) => `(i32.add (local.get 0) (i32.const ${index}))`).join(' ')} (call $tail)))`,
      cpu,
    );
    expect(call(instance, 'reverse', 10)).toEqual([16, 15, 14, 13, 12, 11, 10]);
  });

  it('counts the words that an entry leaves for tail calls among what the stack needs', () => {
    const types = `(param ${'i32 '.repeat(400)}) (result i32)`;
    const passed = Array.from({ length: 400 }, (__, index) => `(local.get ${index})`).join(' ');
    const text = `(module
      (func $last ${types} (local.get 399))
      (func $tail ${types} (return_call $last ${passed}))
      (func (export "f") (param i32) (result i32) ${'(local.get 0) '.repeat(400)} (call $tail)))`;
    // An entry saves 40 bytes before it tests the stack.
    expect(call(instanceOf(text, cpu, { stackBytes: 40 }), 'f', 9)).toEqual([9]);
    expect(() => call(instanceOf(text, cpu, { stackBytes: 36 }), 'f', 9)).toThrow('call stack exhausted');
  });

  it('checks constant addresses beyond the memory at the start', () => {
    const text = `(module (memory (export "memory") 1 2)
      (func (export "grow") (drop (memory.grow (i32.const 1))))
      (func (export "f") (result i32) (i32.load offset=3 (i32.const 131065)))
      (func (export "g") (result i32) (i32.load offset=3 (i32.const 131066)))
      (func (export "h") (result i32) (i32.load offset=4294967295 (i32.const -1))))`;
    const instance = instanceOf(text, cpu);
    for (const name of ['f', 'g', 'h']) expect(() => call(instance, name)).toThrow('out of bounds memory access');
    call(instance, 'grow');
    expect(call(instance, 'f')).toEqual([0]);
    for (const name of ['g', 'h']) expect(() => call(instance, name)).toThrow('out of bounds memory access');
  });

  it('tells the first of several accesses to a constant address beyond memory', () => {
    const code = readModule(
      wat(`(module (memory (export "memory") 1 3) (func (export "f")
        (drop (i32.load offset=6 (i32.const 65539)))
        (drop (i32.load16_u offset=65532 (i32.const 65539)))))`),
    );
    const image = compileThumb(code, { cpu, fuel: false });
    const first = Math.min(...image.traps.map(({ at }) => at));
    expect(() => call(new NativeInstance(code, image), 'f')).toThrow(`in function 0 at byte ${first}`);
  });

  it('reads and writes at every alignment', () => {
    const instance = instanceOf(
      `(module (memory 1)
        (func (export "swap") (param $at i32) (param $value i32) (result i32)
          (i32.load (local.get $at))
          (i32.store (local.get $at) (local.get $value)))
        (func (export "half") (param $at i32) (result i32) (i32.load16_s (local.get $at))))`,
      cpu,
    );
    for (const at of [0, 1, 2, 3, 65532]) {
      expect(call(instance, 'swap', at, -0x12345678)).toBeDefined();
      expect(call(instance, 'swap', at, 0)).toEqual([-0x12345678]);
    }
    call(instance, 'swap', 5, 0x8001);
    expect(call(instance, 'half', 5)).toEqual([-0x7fff]);
    expect(() => call(instance, 'swap', 65533, 1)).toThrow('out of bounds memory access');
  });

  it('finds memory that has grown in a tail call', () => {
    const grow = '(func $grow (param i32) (result i32) (memory.grow (local.get 0)))';
    const calls = [
      '(func $tail (param i32) (result i32) (return_call $grow (local.get 0)))',
      `(table funcref (elem $grow)) (func $tail (param i32) (result i32)
        (return_call_indirect (param i32) (result i32) (local.get 0) (i32.const 0)))`,
    ];
    for (const tail of calls) {
      const text = `(module (memory 1 2) ${grow} ${tail}
        (func (export "f") (param i32 i32) (result i32)
          (i32.store (local.get 1) (call $tail (local.get 0)))
          (i32.load (local.get 1))
          (i32.store offset=65536 (local.get 1) (i32.const 7))
          (i32.add (i32.load offset=65536 (local.get 1)))))`;
      expect(call(instanceOf(text, cpu), 'f', 1, 8)).toEqual([8]);
    }
  });

  it('finds memory that the host has grown in an indirect call', () => {
    const text = `(module (import "m" "grow" (func $grow)) (memory (export "memory") 1 2) (table funcref (elem $grow))
      (func (export "f") (param i32) (result i32) (local i32)
        (loop $again
          (local.set 1 (i32.add (local.get 1) (i32.load8_u (i32.sub (local.get 0) (i32.const 65536)))))
          (call_indirect (i32.const 0))
          (i32.store8 (local.get 0) (i32.const 3))
          (i32.store8 (i32.sub (local.get 0) (i32.const 65536)) (i32.const 5))
          (br_if $again (i32.lt_u (local.get 1) (i32.const 5))))
        (i32.add (local.get 1) (i32.mul (i32.load (i32.const 4)) (i32.load8_u (local.get 0))))))`;
    const instance: NativeInstance = instanceOf(text, cpu, {
      importFunction: () => {
        instance.setWord(Context.MemorySize, 131072);
        return [];
      },
    });
    expect(() => call(instance, 'f', 131072)).toThrow(/^out of bounds memory access/);
    expect(call(instance, 'f', 131071)).toEqual([5]);
  });

  it('is refused where globals, tables and segments take more than the context has', () => {
    const globals = Array.from({ length: 8200 }, () => '(global (mut i64) (i64.const 1))').join('');
    const text = `(module ${globals} (func (export "f") (result i64) (global.get 8199)))`;
    expect(() => instanceOf(text, cpu)).toThrow('globals, tables and segments that take a context of more than');
  });

  it('is refused for what is not compiled, with the function and the place', () => {
    const many = Array.from({ length: 33 }, () => 'i32').join(' ');
    const text = `(module (func (export "f")) (func (export "g") (param ${many})))`;
    expect(() => instanceOf(text, cpu)).toThrow(NotCompiled);
    expect(() => instanceOf(text, cpu)).toThrow('function 1, byte');
  });
});
