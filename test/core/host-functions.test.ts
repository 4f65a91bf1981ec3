// Host functions: their types, calls back into the module, what they throw, the memory of their caller.
import { describe, expect, it } from 'vitest';
import { CallStatus, Engine, EngineError, LinkError, NULL_REFERENCE, Trap, type WasmTrap } from '../../src/index.js';
import { expectToWork, thrownBy } from './adder.js';
import { capacities, Linked, PAGE } from './linked.js';
import { wat } from './wat.js';

describe('a host function', () => {
  it('is given and gives every type, bit for bit', () => {
    const linked = new Linked();
    const { engine } = linked;
    const seen: unknown[] = [];
    engine.defineFunction('host', 'mix', 'iIfFrR', 'RrFfIi', (e) => {
      const given = [e.getI32(0), e.getI64Low(1), e.getI64High(1), e.getF32(2), e.getF64(3), e.getI32(4), e.getI32(5)];
      seen.push(...given);
      e.setI32(0, given[6]);
      e.setI32(1, given[5]);
      e.setF64(2, -0);
      e.setF32(3, given[3] * 2);
      e.setI64(4, given[1], given[2]);
      e.setI32(5, -given[0]);
    });
    const instance = linked.add(
      'user',
      `(module (import "host" "mix" (func $mix (param i32 i64 f32 f64 funcref externref) (result externref funcref f64 f32 i64 i32)))
        (func $target) (elem declare func $target)
        (func (export "run") (param externref) (result externref funcref f64 f32 i64 i32)
          (call $mix (i32.const -7) (i64.const 0x123456789abcdef0) (f32.const 1.5) (f64.const -2.25) (ref.func $target) (local.get 0)))
        (func (export "isTarget") (param funcref) (result i32) (i32.eqz (ref.is_null (local.get 0)))))`,
    );
    const run = engine.exportedFunction(instance, 'run');
    expect(engine.signature(run)).toBe('R:RrFfIi');
    engine.setI32(0, 99);
    engine.call(run);
    const target = seen[5] as number;
    expect(seen).toEqual([-7, 0x9abcdef0 | 0, 0x12345678, 1.5, -2.25, target, 99]);
    expect(target).not.toBe(NULL_REFERENCE);
    expect(engine.signature(target)).toBe(':');
    expect([engine.getI32(0), engine.getI32(1)]).toEqual([99, target]);
    expect(Object.is(engine.getF64(2), -0)).toBe(true);
    expect([engine.getF32(3), engine.getI64Low(4), engine.getI64High(4), engine.getI32(5)]).toEqual([
      3,
      0x9abcdef0 | 0,
      0x12345678,
      7,
    ]);
  });

  it('with an unknown type letter is refused, and leaves nothing', () => {
    const engine = new Engine(capacities);
    const error = thrownBy(() => engine.defineFunction('host', 'f', 'iv', '', () => {})) as EngineError;
    expect(error).toBeInstanceOf(EngineError);
    expect(error.message).toBe('unknown type letter "v": use i, I, f, F, r or R');
    expect(thrownBy(() => engine.instantiate(engine.load(wat('(module (import "host" "f" (func)))'))))).toBeInstanceOf(
      LinkError,
    );
    expectToWork(engine);
  });

  it('gives more results than it takes, and fewer', () => {
    const linked = new Linked();
    const { engine } = linked;
    engine.defineFunction('host', 'spread', 'i', 'iiii', (e) => {
      const value = e.getI32(0);
      for (let index = 0; index < 4; index++) e.setI32(index, value + index);
    });
    engine.defineFunction('host', 'gather', 'iiii', 'i', (e) => {
      let sum = 0;
      for (let index = 0; index < 4; index++) sum = sum * 10 + e.getI32(index);
      e.setI32(0, sum);
    });
    const instance = linked.add(
      'user',
      `(module (import "host" "spread" (func $spread (param i32) (result i32 i32 i32 i32)))
        (import "host" "gather" (func $gather (param i32 i32 i32 i32) (result i32)))
        (func (export "run") (param i32) (result i32)
          (i32.const 50000) (i32.const 60000) (drop) (call $gather (call $spread (local.get 0))) (i32.add))
        (func (export "tail") (param i32) (result i32 i32 i32 i32) (return_call $spread (local.get 0)))
        (func (export "tailFewer") (param i32 i32 i32 i32) (result i32)
          (return_call $gather (local.get 3) (local.get 2) (local.get 1) (local.get 0)))
        (func (export "aroundTail") (param i32) (result i32)
          (i32.const 1) (call $spreadTail (local.get 0)) (i32.sub) (i32.mul) (i32.sub) (i32.sub))
        (func $spreadTail (param i32) (result i32 i32 i32 i32) (return_call $spread (local.get 0))))`,
    );
    expect(linked.call('run', [1])).toBe(51234);
    linked.call('tail', [5]);
    expect([0, 1, 2, 3].map((index) => engine.getI32(index))).toEqual([5, 6, 7, 8]);
    expect(linked.call('tailFewer', [1, 2, 3, 4], instance)).toBe(4321);
    // 1 - (5 - 6 * (7 - 8))
    expect(linked.call('aroundTail', [5])).toBe(-10);
  });

  it('is exported, imported and called like any function', () => {
    const linked = new Linked();
    const address = linked.engine.defineFunction('host', 'double', 'i', 'i', (e) => e.setI32(0, e.getI32(0) * 2));
    const instance = linked.add(
      'first',
      `(module (import "host" "double" (func $f (param i32) (result i32))) (export "f" (func $f))
        (table (export "table") funcref (elem $f))
        (func (export "indirect") (param i32) (result i32) (call_indirect (param i32) (result i32) (local.get 0) (i32.const 0)))
        (func (export "tailIndirect") (param i32) (result i32)
          (return_call_indirect (param i32) (result i32) (local.get 0) (i32.const 0))))`,
    );
    expect(linked.call('f', [4])).toBe(8);
    expect(linked.call('indirect', [5])).toBe(10);
    expect(linked.call('tailIndirect', [6])).toBe(12);
    linked.add('second', '(module (import "first" "f" (func $f (param i32) (result i32))) (export "g" (func $f)))');
    expect(linked.call('g', [7])).toBe(14);
    const exported = linked.engine.exportedFunction(instance, 'f');
    expect(linked.engine.functionOrigin(exported)).toBe(address);
    linked.engine.setI32(0, 8);
    linked.engine.call(address);
    expect(linked.engine.getI32(0)).toBe(16);
  });

  it('calls back into the module, to any depth', () => {
    const linked = new Linked();
    let back = -1;
    linked.engine.defineFunction(
      'host',
      'f',
      'i',
      'i',
      linked.callBack(() => back),
    );
    const instance = linked.add(
      'user',
      `(module (import "host" "f" (func $host (param i32) (result i32))) (memory 1)
        (func (export "sum") (param i32) (result i32) (local i32 i32)
          (local.set 1 (i32.mul (local.get 0) (i32.const 3)))
          (if (i32.eqz (local.get 0)) (then (return (i32.const 0))))
          (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1)))
          (i32.add (local.get 0) (call $host (i32.sub (local.get 0) (i32.const 1))))
          ;; Locals and operands of the outer calls must be as they were.
          (if (i32.ne (local.get 1) (i32.mul (local.get 0) (i32.const 3))) (then unreachable))))`,
    );
    back = linked.engine.exportedFunction(instance, 'sum');
    expect(linked.call('sum', [20])).toBe(210);
    expect(new Int32Array(linked.engine.memoryBuffer)[0]).toBe(20);
    expect(linked.call('sum', [20])).toBe(210);
    // Deeper than the stacks are: a trap, which passes all the host functions.
    linked.expectTrap(Trap.CallStackExhausted, 'sum', [10000]);
    expect(linked.call('sum', [20])).toBe(210);
    expectToWork(linked.engine);
  });

  it('calls back with other types and counts than its own', () => {
    const linked = new Linked();
    const { engine } = linked;
    let target = -1;
    engine.defineFunction('host', 'f', 'FI', 'iF', (e) => {
      const number = e.getF64(0);
      const low = e.getI64Low(1);
      const base = e.beginCall();
      e.setI32(0, low);
      e.setF32(1, number);
      e.setI64(2, 5, 0);
      e.call(target);
      const results = [e.getF32(0), e.getI64Low(1), e.getI32(2)];
      e.endCall(base);
      // The own arguments are still there.
      e.setI32(0, results[1] + results[2] + e.getI64Low(1));
      e.setF64(1, results[0]);
    });
    const instance = linked.add(
      'user',
      `(module (import "host" "f" (func $host (param f64 i64) (result i32 f64)))
        (func (export "target") (param i32 f32 i64) (result f32 i64 i32)
          (f32.mul (local.get 1) (f32.const 2)) (i64.add (local.get 2) (i64.extend_i32_s (local.get 0))) (i32.const 1000))
        (func (export "run") (result i32 f64) (call $host (f64.const 0.75) (i64.const 30))))`,
    );
    target = engine.exportedFunction(instance, 'target');
    expect(linked.call('run')).toBe(35 + 1000 + 30);
    expect(engine.getF64(1)).toBe(1.5);
  });

  it.each([
    ['an error', new Error('from the host')],
    ['a string', 'a string'],
    ['undefined', undefined],
    ['an object', { code: 7 }],
  ])('that throws %s: it passes unchanged, from any depth', (_, thrown) => {
    const linked = new Linked();
    let back = -1;
    linked.engine.defineFunction(
      'host',
      'down',
      'i',
      'i',
      linked.callBack(() => back),
    );
    linked.engine.defineFunction('host', 'throw', '', '', () => {
      throw thrown;
    });
    const instance = linked.add(
      'user',
      `(module (import "host" "down" (func $down (param i32) (result i32))) (import "host" "throw" (func $throw))
        (func (export "f") (param i32) (result i32)
          (if (i32.eqz (local.get 0)) (then (call $throw)))
          (i32.add (i32.const 1) (call $down (i32.sub (local.get 0) (i32.const 1)))))
        (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))`,
    );
    back = linked.engine.exportedFunction(instance, 'f');
    for (const depth of [0, 1, 2, 5]) {
      let caught: unknown = 'nothing';
      try {
        linked.call('f', [depth]);
      } catch (error) {
        caught = error;
      }
      expect(caught).toBe(thrown);
      expect(linked.call('add', [20, 22])).toBe(42);
      // No call is left open: this one is an outermost one, which yields.
      expect(linked.engine.call(linked.engine.exportedFunction(instance, 'add'), 0)).toBe(CallStatus.Yielded);
      linked.engine.abandon();
    }
    expectToWork(linked.engine);
    linked.engine.reset();
    expectToWork(linked.engine);
  });

  it('may catch what its call threw and go on', () => {
    const linked = new Linked();
    const { engine } = linked;
    let risky = -1;
    const caught: unknown[] = [];
    engine.defineFunction('host', 'try', 'i', 'i', (e) => {
      const value = e.getI32(0);
      const base = e.beginCall();
      let result = -1;
      try {
        e.setI32(0, value);
        e.call(risky);
        result = e.getI32(0);
      } catch (error) {
        caught.push(error);
      }
      e.endCall(base);
      expect(e.getI32(0)).toBe(value);
      e.setI32(0, result);
    });
    const instance = linked.add(
      'user',
      `(module (import "host" "try" (func $try (param i32) (result i32))) (memory 1) (data (i32.const 0) "\\05")
        (func (export "risky") (param i32) (result i32) (i32.div_u (i32.const 100) (local.get 0)))
        (func (export "run") (result i32) (local i32)
          (local.set 0 (i32.const 1000))
          (i32.add (local.get 0) (i32.add (call $try (i32.const 0))
            (i32.add (call $try (i32.const 4)) (i32.mul (call $try (i32.const 0)) (i32.load8_u (i32.const 0))))))))`,
    );
    risky = engine.exportedFunction(instance, 'risky');
    expect(linked.call('run')).toBe(1000 - 1 + 25 - 5);
    expect(caught.map((error) => (error as WasmTrap).code)).toEqual([Trap.DivideByZero, Trap.DivideByZero]);
    expectToWork(engine);
  });

  it('is back at the memory of its caller when it has caught what a call into another memory threw', () => {
    const linked = new Linked();
    const { engine } = linked;
    let other = -1;
    const memories: number[] = [];
    engine.defineFunction('host', 'try', '', '', (e) => {
      const base = e.beginCall();
      expect(thrownBy(() => e.call(other))).toMatchObject({ code: Trap.Unreachable });
      e.endCall(base);
      memories.push(e.callerMemory);
      new Uint8Array(e.memoryBuffer)[e.memoryBase(e.callerMemory)] = 42;
    });
    const failing = linked.add(
      'failing',
      '(module (memory 1) (func (export "f") (i32.store (i32.const 0) (i32.const 7)) unreachable))',
    );
    other = engine.exportedFunction(failing, 'f');
    const user = linked.add(
      'user',
      '(module (import "host" "try" (func $try)) (memory 1) (func (export "f") (result i32) (call $try) (i32.load (i32.const 0))))',
    );
    expect(linked.call('f')).toBe(42);
    expect(memories).toEqual([engine.memoryOf(user)]);
  });

  it('that is called directly with more arguments than there are slots is a trap', () => {
    const linked = new Linked({ valueSlots: 4 });
    const { engine } = linked;
    const fits = engine.defineFunction('host', 'four', 'iiii', '', (e) => e.setI32(0, e.getI32(2)));
    const tooMany = engine.defineFunction('host', 'five', '', 'iiiii', () => {});
    engine.setI32(2, 5);
    engine.call(fits);
    expect(engine.getI32(0)).toBe(5);
    expect(thrownBy(() => engine.call(tooMany))).toMatchObject({ code: Trap.CallStackExhausted, offset: -1 });
    expectToWork(engine);
  });

  it('that is called directly and throws leaves the next call its arguments', () => {
    const linked = new Linked();
    const { engine } = linked;
    const failing = engine.defineFunction('host', 'f', 'iii', 'i', () => {
      throw new Error('no');
    });
    linked.add(
      'user',
      '(module (func (export "sub") (param i32 i32) (result i32) (i32.sub (local.get 0) (local.get 1))))',
    );
    for (let round = 0; round < 3; round++) {
      expect(() => engine.call(failing)).toThrow('no');
      expect(linked.call('sub', [50, 8])).toBe(42);
    }
    expectToWork(engine);
  });

  it('grows the memory of its caller, which sees it', () => {
    const linked = new Linked();
    const { engine } = linked;
    const sizes: number[] = [];
    engine.defineFunction('host', 'grow', 'i', 'i', (e) => {
      sizes.push(e.memoryBytes(e.callerMemory));
      e.setI32(0, e.grow(e.callerMemory, e.getI32(0)));
    });
    linked.add(
      'user',
      `(module (import "host" "grow" (func $grow (param i32) (result i32))) (memory 1)
        (func (export "run") (result i32)
          (i32.store (i32.const 65532) (i32.const 3))
          (drop (call $grow (i32.const 1)))
          (i32.store (i32.const 65536) (i32.const 4))
          (i32.add (i32.mul (memory.size) (i32.const 100)) (i32.add (i32.load (i32.const 65532)) (i32.load (i32.const 65536)))))
        (func (export "tail") (param i32) (result i32) (return_call $grow (local.get 0))))`,
    );
    expect(linked.call('run')).toBe(207);
    expect(sizes).toEqual([PAGE]);
    expect(linked.call('tail', [1])).toBe(-1);
  });

  it('knows the memory of its caller', () => {
    const linked = new Linked();
    const { engine } = linked;
    const callers: number[] = [];
    engine.defineFunction('host', 'who', '', '', (e) => callers.push(e.callerMemory));
    const text = (memory: string) =>
      `(module (import "host" "who" (func $who)) ${memory} (func (export "run") (call $who)) (func (export "tail") (return_call $who)))`;
    const one = linked.add('one', text('(memory 1)'));
    const two = linked.add('two', text('(memory 1)'));
    const none = linked.add('none', text(''));
    const outer = linked.add(
      'outer',
      `(module (import "one" "run" (func $one)) (import "two" "tail" (func $two)) (import "none" "run" (func $none))
        (import "host" "who" (func $who)) (memory 1)
        (func (export "run") (call $one) (call $who) (call $two) (call $none) (call $who)))`,
    );
    linked.call('run', [], outer);
    const [a, b, c] = [one, two, outer].map((instance) => engine.memoryOf(instance));
    expect(callers).toEqual([a, c, b, -1, c]);
    expect(engine.memoryOf(none)).toBe(-1);
  });

  it('loads, instantiates and calls another module', () => {
    const linked = new Linked();
    const { engine } = linked;
    const inner =
      wat(`(module (memory 1) (global $g (mut i32) (i32.add (i32.const 1) (i32.mul (i32.const 2) (i32.const 3))))
      (data (i32.const 0) "\\09") (func $start (global.set $g (i32.add (global.get $g) (i32.const 100)))) (start $start)
      (func (export "f") (param i32) (result i32) (i32.add (i32.add (local.get 0) (global.get $g)) (i32.load8_u (i32.const 0)))))`);
    engine.defineFunction('host', 'load', 'i', 'i', (e) => {
      const value = e.getI32(0);
      const f = e.exportedFunction(e.instantiate(e.load(inner)), 'f');
      const base = e.beginCall();
      e.setI32(0, value);
      e.call(f);
      const result = e.getI32(0);
      e.endCall(base);
      e.setI32(0, result);
    });
    linked.add(
      'user',
      `(module (import "host" "load" (func $load (param i32) (result i32))) (memory 1) (data (i32.const 0) "\\01")
        (func (export "run") (param i32) (result i32) (local i32)
          (local.set 1 (i32.const 5000))
          (i32.add (i32.add (local.get 1) (i32.load8_u (i32.const 0))) (call $load (local.get 0)))))`,
    );
    expect(linked.call('run', [20000])).toBe(5001 + 20000 + 107 + 9);
  });

  it('cannot reset the engine or abandon the call that it is part of', () => {
    for (const end of [(e: Engine) => e.reset(), (e: Engine) => e.abandon()]) {
      const linked = new Linked();
      const { engine } = linked;
      engine.defineFunction('host', 'end', '', '', () => {
        const error = thrownBy(() => end(engine)) as EngineError;
        expect(error).toBeInstanceOf(EngineError);
        expect(error.message).toBe('a host function cannot end the call that it is part of');
      });
      linked.add(
        'user',
        '(module (import "host" "end" (func $end)) (func (export "run") (result i32) (call $end) (i32.const 42)))',
      );
      expect(linked.call('run')).toBe(42);
      end(engine);
      engine.reset();
      expectToWork(engine);
    }
  });
});
