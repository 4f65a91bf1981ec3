// Fuel: what a program costs, and that slicing a call changes nothing but when it returns.

import { describe, expect, it } from 'vitest';
import {
  CallStatus,
  Engine,
  EngineError,
  ExternalKind,
  type Instance,
  large,
  type Module,
  Trap,
  WasmTrap,
} from '../../src/index.js';
import { opcodeTable } from '../../src/opcodes.js';
import fc from '../properties.js';
import { expectToWork, thrownBy } from './adder.js';
import { cost, followProgram, printProgram, program } from './structured-program.js';
import { wat } from './wat.js';

const capacities = { ...large, memoryBytes: 1 << 20, codeWords: 65536, memories: 2 };

/** Fuel of one call of the export `f`. */
function fuelOf(text: string, argument = 0): number {
  const engine = new Engine(capacities);
  const f = engine.exportedFunction(engine.instantiate(engine.load(wat(text))), 'f');
  engine.setI32(0, argument);
  engine.call(f);
  return engine.fuelUsed;
}

describe('the cost', () => {
  it('of straight-line code is the sum over its instructions', () => {
    // Every instruction without immediates whose types the table gives.
    const zero: Record<string, string> = { i: 'i32.const', I: 'i64.const', f: 'f32.const', F: 'f64.const' };
    const plain = opcodeTable.filter(([, mnemonic, , signature]) => {
      const assembled = !/128|mul_wide|table|memory|const|load|store/.test(mnemonic);
      return assembled && /^[iIfF]+:[iIfF]$/.test(signature);
    });
    expect(plain.length).toBeGreaterThan(120);
    const instruction = fc.constantFrom(...plain);
    fc.assert(
      fc.property(fc.array(instruction, { maxLength: 30 }), (rows) => {
        let text = '';
        let expected = 0;
        for (const [, mnemonic, , signature] of rows) {
          const operands = signature.split(':')[0].split('');
          // No division by 0.
          for (const type of operands) text += `${zero[type]} 1 `;
          text += `${mnemonic} drop\n`;
          expected += cost(`${operands.map((type) => zero[type]).join(' ')} ${mnemonic} drop`);
        }
        expect(fuelOf(`(module (func (export "f") ${text}))`)).toBe(expected);
      }),
    );
  });

  it.each([
    ['nothing', '', ''],
    ['locals', 'local.get 0 local.tee 0 local.set 0', 'local.get local.tee local.set'],
    ['globals', 'global.get 0 global.set 0', 'global.get global.set'],
    [
      'loads',
      'i32.const 0 i64.load drop i32.const 4 i32.load8_u drop',
      'i32.const i64.load drop i32.const i32.load8_u drop',
    ],
    ['stores', 'i32.const 0 i32.const 1 i32.store', 'i32.const i32.const i32.store'],
    ['memory.size', 'memory.size drop', 'memory.size drop'],
    ['memory.grow', 'i32.const 0 memory.grow drop', 'i32.const memory.grow drop'],
    ['memory.fill', 'i32.const 0 i32.const 1 i32.const 2 memory.fill', 'i32.const i32.const i32.const memory.fill'],
    ['tables', 'i32.const 0 table.get 0 drop table.size 0 drop', 'i32.const table.get drop table.size drop'],
    ['references', 'ref.null func ref.is_null drop ref.func 0 drop', 'ref.null ref.is_null drop ref.func drop'],
    ['select', 'i32.const 1 i32.const 2 i32.const 3 select drop', 'i32.const i32.const i32.const select drop'],
    ['blocks', 'nop block loop nop end end', 'nop block loop nop end end'],
    ['a call', 'call 1', 'call i32.const drop'],
    ['an indirect call', 'i32.const 0 call_indirect', 'i32.const call_indirect i32.const drop'],
    ['a tail call', 'return_call 1', 'return_call i32.const drop'],
    ['a return', 'return i32.const 1 drop', 'return'],
    ['what a branch leaves out', 'block br 0 i32.const 1 drop end', 'block br end'],
    ['a branch that is not taken', 'block i32.const 0 br_if 0 i32.const 1 drop end', 'i32.const br_if i32.const drop'],
    ['a branch that is taken', 'block i32.const 1 br_if 0 i32.const 1 drop end', 'i32.const br_if'],
    ['then', 'i32.const 1 if i32.const 1 drop else nop end', 'i32.const if i32.const drop'],
    [
      'else',
      'i32.const 0 if i32.const 1 drop else i32.const 1 i32.eqz drop end',
      'i32.const if i32.const i32.eqz drop',
    ],
    [
      'a branch table',
      'block block i32.const 0 br_table 0 1 end i32.const 1 drop end',
      'i32.const br_table i32.const drop',
    ],
  ])('of %s', (_, body, instructions) => {
    const text = `(module (memory 1) (table 1 funcref) (global (mut i32) (i32.const 0)) (elem (i32.const 0) 1)
      (func (export "f") (param i32) ${body}) (func i32.const 1 drop))`;
    expect(fuelOf(text)).toBe(cost(instructions));
  });
});

describe('a program of branches, loops and calls', () => {
  const argument = fc.integer();

  it('costs what its executed instructions cost', () => {
    fc.assert(
      fc.property(program, argument, (list, x) => {
        const followed = followProgram(list, x);
        const engine = new Engine(capacities);
        const f = engine.exportedFunction(engine.instantiate(engine.load(wat(printProgram(list)))), 'f');
        engine.setI32(0, x);
        engine.call(f);
        expect({ result: engine.getI32(0), fuel: engine.fuelUsed }).toEqual({
          result: followed.x,
          fuel: followed.fuel,
        });
      }),
      { numRuns: 300 },
    );
  });

  it('costs the same in slices, and no slice runs far over', () => {
    fc.assert(
      fc.property(
        program,
        argument,
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 5 }),
        (list, x, slices) => {
          const followed = followProgram(list, x);
          const engine = new Engine(capacities);
          const f = engine.exportedFunction(engine.instantiate(engine.load(wat(printProgram(list)))), 'f');
          engine.setI32(0, x);
          let given = 0;
          let status = CallStatus.Yielded;
          for (let slice = 0; status === CallStatus.Yielded; slice++) {
            const fuel = slices[slice % slices.length];
            given += fuel;
            status = slice === 0 ? engine.call(f, fuel) : engine.resume(fuel);
            // It yields when what was given is used up, and not before; the last run of instructions may overdraw it.
            if (status === CallStatus.Yielded) expect(engine.fuelUsed).toBeGreaterThanOrEqual(given);
            expect(engine.fuelUsed - given).toBeLessThan(LONGEST_RUN);
          }
          expect({ result: engine.getI32(0), fuel: engine.fuelUsed }).toEqual({
            result: followed.x,
            fuel: followed.fuel,
          });
        },
      ),
      { numRuns: 300 },
    );
  });
});

/** More than the fuel of the longest run of instructions without a branch in these programs. */
const LONGEST_RUN = 400;

interface Outcome {
  result: number;
  fuel: number;
  /** Bytes at the start of the first memory. */
  memory: string;
  /** Arguments of the host function. */
  seen: number[];
}

/** Runs the export `f` of the last module; `slices` are used in turn, none of them means without fuel. */
function outcome(texts: string[], argument: number, slices: number[]): Outcome {
  const engine = new Engine(capacities);
  const seen: number[] = [];
  let back = -1;
  engine.defineFunction('host', 'note', 'i', 'i', () => {
    seen.push(engine.getI32(0));
    engine.setI32(0, engine.getI32(0) + 1);
  });
  // Calls the export `back` with its argument, and again with what it returned.
  engine.defineFunction('host', 'twice', 'i', 'i', () => {
    const value = engine.getI32(0);
    seen.push(value);
    const base = engine.beginCall();
    engine.setI32(0, value);
    // Fuel counts for outermost calls only: this one cannot yield.
    if (engine.call(back, 1) !== CallStatus.Done) throw new Error('yielded within a host function');
    expect(engine.call(back)).toBe(CallStatus.Done);
    const result = engine.getI32(0);
    engine.endCall(base);
    engine.setI32(0, result);
  });
  let instance!: Instance;
  texts.forEach((text, index) => {
    instance = engine.instantiate(engine.load(wat(text)));
    engine.register(`m${index}`, instance);
  });
  back = engine.findExport(instance, 'back', ExternalKind.Function);
  const f = engine.exportedFunction(instance, 'f');
  engine.setI32(0, argument);
  let status = engine.call(f, slices.length === 0 ? undefined : slices[0]);
  for (let slice = 1; status === CallStatus.Yielded; slice++) status = engine.resume(slices[slice % slices.length]);
  const bytes = new Uint8Array(engine.memoryBuffer, 0, 64);
  return { result: engine.getI32(0), fuel: engine.fuelUsed, memory: bytes.join(), seen };
}

const programs: [what: string, argument: number, expected: number, ...texts: string[]][] = [
  [
    'recursion',
    12,
    144,
    `(module (func $f (export "f") (param i32) (result i32)
      (if (result i32) (i32.lt_s (local.get 0) (i32.const 2)) (then (local.get 0))
        (else (i32.add (call $f (i32.sub (local.get 0) (i32.const 1))) (call $f (i32.sub (local.get 0) (i32.const 2))))))))`,
  ],
  [
    'a loop over memory',
    60,
    1770,
    `(module (memory 1) (func (export "f") (param i32) (result i32) (local i32 i32)
      (loop $fill
        (i32.store8 (local.get 1) (local.get 1))
        (br_if $fill (i32.lt_u (local.tee 1 (i32.add (local.get 1) (i32.const 1))) (local.get 0))))
      (loop $sum
        (local.set 1 (i32.sub (local.get 1) (i32.const 1)))
        (local.set 2 (i32.add (local.get 2) (i32.load8_u (local.get 1))))
        (br_if $sum (local.get 1)))
      (local.get 2)))`,
  ],
  [
    'a branch table with values',
    40,
    40 * 7 + 10 * (0 + 1 + 2 + 3),
    `(module (func (export "f") (param i32) (result i32) (local $sum i32)
      (loop $again
        (local.set $sum (i32.add (local.get $sum)
          (block $d (result i32) (block $c (result i32) (block $b (result i32) (block $a (result i32)
            (br_table $a $b $c $d (i32.const 7) (i32.and (local.get 0) (i32.const 3))))
            (br $d)) (i32.add (i32.const 1)) (br $d)) (i32.add (i32.const 2)) (br $d))))
        ;; The fourth target adds nothing; it is made up for here.
        (local.set $sum (i32.add (local.get $sum) (select (i32.const 3) (i32.const 0) (i32.eq (i32.and (local.get 0) (i32.const 3)) (i32.const 3)))))
        (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
      (local.get $sum)))`,
  ],
  [
    'indirect calls and tail calls',
    30,
    -30,
    `(module (type $t (func (param i32 i32) (result i32)))
      (table funcref (elem $even $odd))
      (func $even (type $t) (if (i32.eqz (local.get 0)) (then (return (local.get 1))))
        (return_call_indirect (type $t) (i32.sub (local.get 0) (i32.const 1)) (i32.sub (local.get 1) (i32.const 1)) (i32.const 1)))
      (func $odd (type $t) (return_call $even (i32.sub (local.get 0) (i32.const 1)) (i32.sub (local.get 1) (i32.const 1))))
      (func (export "f") (param i32) (result i32) (call_indirect (type $t) (local.get 0) (i32.const 0) (i32.const 0))))`,
  ],
  [
    'a host function that calls back',
    9,
    2 * 45 + 3 * 9,
    `(module (import "host" "note" (func $note (param i32) (result i32)))
      (import "host" "twice" (func $twice (param i32) (result i32)))
      (func (export "back") (param i32) (result i32) (call $note (local.get 0)))
      (func (export "f") (param i32) (result i32) (local $sum i32)
        (loop $again
          (local.set $sum (i32.add (local.get $sum) (call $twice (local.get 0))))
          (local.set $sum (i32.add (local.get $sum) (call $note (local.get 0))))
          (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
        (local.get $sum)))`,
  ],
  [
    'memory.grow',
    3,
    3 * 65536 + 3,
    `(module (memory 1 4) (func (export "f") (param i32) (result i32) (local i32)
      (loop $again
        (local.set 1 (i32.mul (i32.const 65536) (memory.grow (i32.const 1))))
        (i32.store (local.get 1) (local.get 0))
        (i32.store8 (i32.sub (i32.mul (memory.size) (i32.const 65536)) (i32.const 1)) (local.get 0))
        (i32.store8 (local.get 0) (memory.size))
        (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
      (i32.add (local.get 1) (i32.load8_u (i32.const 2)))))`,
  ],
  [
    'calls into a module with another memory',
    20,
    20 + 210,
    `(module (memory 1)
      (func (export "add") (param i32) (result i32)
        (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (local.get 0)))
        (i32.load (i32.const 0))))`,
    `(module (import "m0" "add" (func $add (param i32) (result i32)))
      (memory 1)
      (func $count (param i32) (result i32)
        (i32.store (i32.const 4) (i32.add (i32.load (i32.const 4)) (i32.const 1)))
        (return_call $add (local.get 0)))
      (func (export "f") (param i32) (result i32) (local i32)
        (loop $again
          (local.set 1 (call $count (local.get 0)))
          (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
        (i32.add (i32.load (i32.const 4)) (local.get 1))))`,
  ],
];

describe.each(programs)('%s', (_, argument, expected, ...texts) => {
  const whole = outcome(texts, argument, []);

  it('gives what it has to', () => {
    expect(whole.result).toBe(expected);
    expect(whole.fuel).toBeGreaterThan(100);
  });

  it('is the same in slices of any size', () => {
    for (const fuel of [1, 1.5, 2, 3, 7, 50, whole.fuel - 1, whole.fuel, whole.fuel + 1]) {
      expect(outcome(texts, argument, [fuel])).toEqual(whole);
    }
    const slices = fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(
        slices.filter((list) => list.some((fuel) => fuel > 0)),
        (list) => {
          expect(outcome(texts, argument, list)).toEqual(whole);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('needs no resume with exactly its fuel, and no more than that with one', () => {
    const engine = new Engine(capacities);
    if (texts.length > 1 || texts[0].includes('"host"')) return;
    const f = engine.exportedFunction(engine.instantiate(engine.load(wat(texts[0]))), 'f');
    engine.setI32(0, argument);
    expect(engine.call(f, whole.fuel)).toBe(CallStatus.Done);
    engine.reset();
    const again = engine.exportedFunction(engine.instantiate(engine.load(wat(texts[0]))), 'f');
    engine.setI32(0, argument);
    // Without a branch before the end it does not notice.
    if (engine.call(again, whole.fuel - 1) === CallStatus.Yielded) expect(engine.resume(1)).toBe(CallStatus.Done);
    expect([engine.getI32(0), engine.fuelUsed]).toEqual([expected, whole.fuel]);
  });
});

const endless = wat(`(module
  (import "host" "check" (func $check))
  (global (export "g") i32 (i32.const 5))
  (memory 1)
  (func (export "spin") (param i32) (result i32) (local i32)
    (loop $again
      (local.set 1 (i32.add (local.get 1) (i32.const 1)))
      (br_if $again (i32.ne (local.get 1) (local.get 0))))
    (call $check)
    (i32.div_u (local.get 1) (i32.load (i32.const 0)))))`);

describe('a suspended call', () => {
  function suspended(check: () => void = () => {}): { engine: Engine; spin: number; module: Module } {
    const engine = new Engine(capacities);
    engine.defineFunction('host', 'check', '', '', check);
    const module = engine.load(endless);
    const instance = engine.instantiate(module);
    const spin = engine.exportedFunction(instance, 'spin');
    engine.setI32(0, 1000);
    expect(engine.call(spin, 100)).toBe(CallStatus.Yielded);
    return { engine, spin, module };
  }

  const finish = (engine: Engine) => {
    while (engine.resume(1000) === CallStatus.Yielded);
  };

  it('lets nothing else be called or instantiated, and is not harmed by the attempt', () => {
    const { engine, spin, module } = suspended();
    for (const attempt of [() => engine.call(spin), () => engine.call(spin, 10), () => engine.instantiate(module)]) {
      const error = thrownBy(attempt) as EngineError;
      expect(error).toBeInstanceOf(EngineError);
      expect(error.message).toBe('a call is suspended: resume it or abandon it first');
    }
    new Int32Array(engine.memoryBuffer)[0] = 10;
    engine.load(wat('(module)'));
    finish(engine);
    expect(engine.getI32(0)).toBe(100);
  });

  it('can be abandoned', () => {
    const { engine, spin } = suspended();
    engine.abandon();
    expect(() => engine.resume(1)).toThrow('there is no suspended call to resume');
    new Int32Array(engine.memoryBuffer)[0] = 2;
    engine.setI32(0, 8);
    engine.call(spin);
    expect(engine.getI32(0)).toBe(4);
    expectToWork(engine);
    // Without a suspended call, this does nothing.
    engine.abandon();
    expectToWork(engine);
  });

  it('goes with a reset', () => {
    const { engine } = suspended();
    engine.reset();
    expect(engine.fuelUsed).toBe(0);
    expect(() => engine.resume(1)).toThrow(EngineError);
    expectToWork(engine);
  });

  it('that traps is over', () => {
    const { engine } = suspended();
    // The memory holds 0.
    const trap = thrownBy(() => finish(engine)) as WasmTrap;
    expect(trap).toBeInstanceOf(WasmTrap);
    expect(trap.code).toBe(Trap.DivideByZero);
    expect(() => engine.resume(1)).toThrow(EngineError);
    expectToWork(engine);
  });

  it('in which a host function throws is over', () => {
    const thrown = { what: 'anything' };
    const { engine } = suspended(() => {
      throw thrown;
    });
    expect(thrownBy(() => finish(engine))).toBe(thrown);
    expect(() => engine.resume(1)).toThrow(EngineError);
    expectToWork(engine);
  });

  it('is not there without a call', () => {
    const engine = new Engine(capacities);
    expect(() => engine.resume(100)).toThrow('there is no suspended call to resume');
  });

  it('pays first what it has overdrawn', () => {
    const { engine } = suspended();
    const overdrawn = engine.fuelUsed - 100;
    expect(overdrawn).toBeGreaterThan(0);
    const used = engine.fuelUsed;
    expect(engine.resume(0)).toBe(CallStatus.Yielded);
    expect(engine.resume(overdrawn - 1)).toBe(CallStatus.Yielded);
    expect(engine.fuelUsed).toBe(used);
    expect(engine.resume(1)).toBe(CallStatus.Yielded);
    expect(engine.fuelUsed).toBeGreaterThan(used);
  });
});

describe('a host function that is called directly', () => {
  it('cannot make its own calls yield', () => {
    const engine = new Engine(capacities);
    const spin = wat(`(module (func (export "f") (param i32) (result i32)
      (loop $again (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))) (i32.const 77)))`);
    const f = engine.exportedFunction(engine.instantiate(engine.load(spin)), 'f');
    const host = engine.defineFunction('host', 'f', '', 'i', () => {
      const base = engine.beginCall();
      engine.setI32(0, 1000);
      expect(engine.call(f, 10)).toBe(CallStatus.Done);
      const result = engine.getI32(0);
      engine.endCall(base);
      engine.setI32(0, result);
    });
    expect(engine.call(host, 10)).toBe(CallStatus.Done);
    expect(engine.getI32(0)).toBe(77);
    expect(engine.fuelUsed).toBeGreaterThan(1000);
    expectToWork(engine);
  });
});

describe('a start function', () => {
  const bytes = wat(`(module (global $n (mut i32) (i32.const 1000)) (global (export "done") (mut i32) (i32.const 0))
    (func $start (loop (global.set $n (i32.sub (global.get $n) (i32.const 1))) (br_if 0 (global.get $n)))
      (global.set 1 (i32.const 1)))
    (start $start))`);

  it('yields and is resumed', () => {
    const engine = new Engine(capacities);
    const instance = engine.instantiate(engine.load(bytes), 100);
    const done = engine.findExport(instance, 'done', ExternalKind.Global);
    expect([engine.isSuspended, engine.globalLow(done)]).toEqual([true, 0]);
    expect(engine.resume(1e6)).toBe(CallStatus.Done);
    expect([engine.isSuspended, engine.globalLow(done)]).toEqual([false, 1]);
  });

  it('runs to its end without fuel, or with enough', () => {
    for (const fuel of [undefined, 1e6]) {
      const engine = new Engine(capacities);
      const instance = engine.instantiate(engine.load(bytes), fuel);
      expect(engine.isSuspended).toBe(false);
      expect(engine.globalLow(engine.findExport(instance, 'done', ExternalKind.Global))).toBe(1);
    }
  });
});
