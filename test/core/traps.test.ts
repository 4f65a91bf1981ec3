// Errors: what they say, where they point, and that the engine loads and runs the next module after every one of them.
import { describe, expect, it } from 'vitest';
import {
  type CapacityError,
  DecodeError,
  Engine,
  EngineError,
  LinkError,
  small,
  Trap,
  trapMessage,
  ValidationError,
  WasmTrap,
} from '../../src/index.js';
import { platform } from '../differential/platform.js';
import { expectToWork, thrownBy } from './adder.js';
import { HEADER, moduleOf, moduleOfBody, name, section, u32, wat } from './wat.js';

const capacities = { ...small, modules: 2, instances: 2, tables: 2, memories: 2, memoryBytes: 65536 };

const END = 0x0b;
const DROP = 0x1a;
const i32 = (value: number) => [0x41, ...s32(value)];
const i64 = (value: number) => [0x42, ...s32(value)];
const f32 = (value: number) => [0x43, ...new Uint8Array(Float32Array.of(value).buffer)];
const f64 = (value: number) => [0x44, ...new Uint8Array(Float64Array.of(value).buffer)];

function s32(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value | 0; ; rest >>= 7) {
    const low = rest & 127;
    if ((rest >> 7 === 0 && low < 64) || (rest >> 7 === -1 && low >= 64)) return [...bytes, low];
    bytes.push(low | 128);
  }
}

/** Parts of a module; the tested function is number 2, behind an import and a function `[] -> []`. */
const TESTED = 2;
/** Declares one local, an i32. */
const LOCALS = [1, 1, 0x7f];
const FUNCTION_NAME = 'tasse_café';

/** A module whose exported function `f` has this body, and the byte offset of the instruction that follows `before`. */
function trapping(before: number[], instruction: number[], after: number[]): { bytes: Uint8Array; offset: number } {
  const body = [...before, ...instruction, ...after, END];
  const head = moduleOf(
    section(1, 2, 0x60, 0, 0, 0x60, 1, 0x7f, 1, 0x7f),
    section(2, 1, ...name('host'), ...name('f'), 0, 0),
    section(3, 2, 0, 0),
    section(4, 1, 0x70, 0, 3),
    section(5, 1, 0, 1),
    section(7, 1, ...name('f'), 0, TESTED),
    // Entry 0 holds function 1; a passive segment for table.init.
    section(9, 2, 0, 0x41, 0, END, 1, 1, 1, 0, 1, 1),
    section(12, 1),
  );
  const size = u32(body.length + LOCALS.length);
  const content = [2, 2, 0, END, ...size, ...LOCALS, ...body];
  const code = section(10, ...content);
  const functionNames = [1, TESTED, ...name(FUNCTION_NAME)];
  const names = section(0, ...name('name'), 1, ...u32(functionNames.length), ...functionNames);
  const offset = head.length + (code.length - content.length) + 4 + size.length + LOCALS.length + before.length;
  return { bytes: Uint8Array.from([...head, ...code, ...section(11, 1, 1, 1, 0x61), ...names]), offset };
}

const fc = (code: number, ...immediates: number[]) => [0xfc, code, ...immediates];
const three = (a: number, b: number, c: number) => [...i32(a), ...i32(b), ...i32(c)];

type TrapCase = [what: string, code: Trap, before: number[], instruction: number[], after?: number[]];

const cases: TrapCase[] = [
  ['unreachable', Trap.Unreachable, [], [0x00]],
  ['i32.load', Trap.MemoryOutOfBounds, i32(-1), [0x28, 2, 0], [DROP]],
  ['i32.load at the last byte', Trap.MemoryOutOfBounds, i32(65533), [0x28, 2, 0], [DROP]],
  ['i32.load beyond by its offset', Trap.MemoryOutOfBounds, i32(0), [0x28, 2, ...u32(65536)], [DROP]],
  ['i32.load that would wrap around', Trap.MemoryOutOfBounds, i32(-4), [0x28, 2, 8], [DROP]],
  ['i32.load with the largest offset', Trap.MemoryOutOfBounds, i32(-1), [0x28, 2, ...u32(0xffffffff)], [DROP]],
  ['i64.load', Trap.MemoryOutOfBounds, i32(65530), [0x29, 3, 0], [DROP]],
  ['f64.load', Trap.MemoryOutOfBounds, i32(65530), [0x2b, 3, 0], [DROP]],
  ['i64.load8_s', Trap.MemoryOutOfBounds, i32(65536), [0x30, 0, 0], [DROP]],
  ['i32.store', Trap.MemoryOutOfBounds, [...i32(-1), ...i32(0)], [0x36, 2, 0]],
  ['i64.store', Trap.MemoryOutOfBounds, [...i32(65529), ...i64(0)], [0x37, 3, 0]],
  ['i32.store8', Trap.MemoryOutOfBounds, [...i32(65536), ...i32(0)], [0x3a, 0, 0]],
  ['memory.init', Trap.MemoryOutOfBounds, three(0, 1, 1), fc(8, 0, 0)],
  ['memory.copy', Trap.MemoryOutOfBounds, three(65536, 0, 1), fc(10, 0, 0)],
  ['memory.fill', Trap.MemoryOutOfBounds, three(65530, 0, 7), fc(11, 0)],
  ['i32.div_s', Trap.DivideByZero, [...i32(1), ...i32(0)], [0x6d], [DROP]],
  ['i32.div_u', Trap.DivideByZero, [...i32(1), ...i32(0)], [0x6e], [DROP]],
  ['i32.rem_s', Trap.DivideByZero, [...i32(1), ...i32(0)], [0x6f], [DROP]],
  ['i32.rem_u', Trap.DivideByZero, [...i32(1), ...i32(0)], [0x70], [DROP]],
  ['i64.div_s', Trap.DivideByZero, [...i64(1), ...i64(0)], [0x7f], [DROP]],
  ['i64.div_u', Trap.DivideByZero, [...i64(1), ...i64(0)], [0x80], [DROP]],
  ['i64.rem_s', Trap.DivideByZero, [...i64(1), ...i64(0)], [0x81], [DROP]],
  ['i64.rem_u', Trap.DivideByZero, [...i64(1), ...i64(0)], [0x82], [DROP]],
  ['i32.div_s of the least number by -1', Trap.IntegerOverflow, [...i32(-2147483648), ...i32(-1)], [0x6d], [DROP]],
  [
    'i64.div_s of the least number by -1',
    Trap.IntegerOverflow,
    [...i64(1), ...i64(63), 0x86, ...i64(-1)],
    [0x7f],
    [DROP],
  ],
  ['i32.trunc_f32_s of a large number', Trap.IntegerOverflow, f32(3e9), [0xa8], [DROP]],
  ['i32.trunc_f64_u of a negative number', Trap.IntegerOverflow, f64(-1), [0xab], [DROP]],
  ['i64.trunc_f64_s of infinity', Trap.IntegerOverflow, f64(Infinity), [0xb0], [DROP]],
  ['i32.trunc_f32_s of NaN', Trap.InvalidConversion, f32(NaN), [0xa8], [DROP]],
  ['i64.trunc_f64_u of NaN', Trap.InvalidConversion, f64(NaN), [0xb1], [DROP]],
  ['table.get', Trap.TableOutOfBounds, i32(3), [0x25, 0], [DROP]],
  ['table.set', Trap.TableOutOfBounds, [...i32(-1), 0xd0, 0x70], [0x26, 0]],
  ['table.init', Trap.TableOutOfBounds, three(0, 1, 1), fc(12, 1, 0)],
  ['table.copy', Trap.TableOutOfBounds, three(0, 3, 1), fc(14, 0, 0)],
  ['table.fill', Trap.TableOutOfBounds, [...i32(2), 0xd0, 0x70, ...i32(2)], fc(17, 0)],
  ['call_indirect of no entry', Trap.UndefinedElement, i32(3), [0x11, 0, 0]],
  ['call_indirect of a null entry', Trap.UninitializedElement, i32(1), [0x11, 0, 0]],
  ['call_indirect of another type', Trap.IndirectCallTypeMismatch, [...i32(5), ...i32(0)], [0x11, 1, 0], [DROP]],
  ['return_call_indirect of no entry', Trap.UndefinedElement, i32(-1), [0x13, 0, 0]],
  ['call without end', Trap.CallStackExhausted, [], [0x10, TESTED]],
];

function run(engine: Engine, bytes: Uint8Array): void {
  engine.defineFunction('host', 'f', '', '', () => {});
  engine.call(engine.exportedFunction(engine.instantiate(engine.load(bytes)), 'f'));
}

function expectTrap(engine: Engine, bytes: Uint8Array, code: Trap, offset: number): void {
  const trap = thrownBy(() => run(engine, bytes)) as WasmTrap;
  const found = { code: trap.code, offset: trap.offset, functionIndex: trap.functionIndex };
  expect(found).toEqual({ code, offset, functionIndex: TESTED });
  expect(trap).toBeInstanceOf(WasmTrap);
  expect(trap).toBeInstanceOf(EngineError);
  expect(trap.name).toBe('WasmTrap');
  expect(trap.functionName).toBe(FUNCTION_NAME);
  expect(trap.message).toBe(`${trapMessage(code)} in function ${TESTED} (${FUNCTION_NAME}) at byte ${offset}`);
}

describe('a trap points at its instruction', () => {
  it.each(cases)('%s', (_, code, before, instruction, after = []) => {
    const { bytes, offset } = trapping(before, instruction, after);
    expect(platform.validate(bytes)).toBe(true);
    expect(bytes[offset]).toBe(instruction[0]);
    const engine = new Engine(capacities);
    expectTrap(engine, bytes, code, offset);
    expectToWork(engine);
  });

  // Code in front of the trap that must not move the offset: lowering leaves it out, fuses it or takes it back.
  const surroundings: [string, number[], number[]][] = [
    ['behind a long constant', [...i64(-2147483648), DROP], []],
    ['in a block', [0x02, 0x40], [END]],
    ['in a loop', [0x03, 0x40], [END]],
    ['in an if with a fused comparison', [...i32(1), ...i32(2), 0x48, 0x04, 0x40], [END]],
    ['in an else', [...i32(0), 0x04, 0x40, 0x01, 0x05], [END]],
    ['behind unreachable code', [0x02, 0x40, 0x0c, 0, ...i32(1), ...i32(0), 0x6d, DROP, END], []],
    ['behind a call', [0x10, 1, 0x10, 0], []],
    ['behind a branch table', [0x02, 0x40, 0x02, 0x40, ...i32(1), 0x0e, 1, 0, 1, END, END], []],
  ];
  it.each(surroundings)('%s', (_, before, after) => {
    for (const [what, code, prefix, instruction, rest = []] of cases) {
      // At the end of the stack, a call before the last one finds no room either.
      if (what === 'call without end' && before.includes(0x10)) continue;
      const { bytes, offset } = trapping([...before, ...prefix], instruction, [...rest, ...after]);
      expectTrap(new Engine(capacities), bytes, code, offset);
    }
  });

  it('whose result goes to a local that is still to be read', () => {
    const toI32 = cases.filter(([what, , , , after]) => after && /^(i32|table.get)/.test(what) && what !== 'table.get');
    expect(toI32.length).toBeGreaterThan(10);
    for (const [, code, before, instruction] of toI32) {
      // Lowering emits the instruction, takes it back, saves the local and emits it again.
      const set = trapping([0x20, 0, ...before], instruction, [0x21, 0, DROP]);
      expectTrap(new Engine(capacities), set.bytes, code, set.offset);
      const branch = trapping([0x20, 0, ...before], instruction, [0x04, 0x40, END, DROP]);
      expectTrap(new Engine(capacities), branch.bytes, code, branch.offset);
    }
  });

  it('in the function that traps, not in its callers', () => {
    const engine = new Engine(capacities);
    const bytes = wat(`(module
      (func $outer (export "f") (call $middle) (drop (i32.add (i32.const 1) (i32.const 2))))
      (func $middle (drop (i32.const 1)) (call $inner))
      (func $inner (unreachable)))`);
    const trap = thrownBy(() => run(engine, bytes)) as WasmTrap;
    expect(trap).toMatchObject({ code: Trap.Unreachable, functionIndex: 2, functionName: 'inner' });
    expect(bytes[trap.offset]).toBe(0x00);
    expect([...bytes.subarray(trap.offset - 2, trap.offset + 2)]).toEqual([3, 0, 0x00, END]);
    expectToWork(engine);
  });

  it('in a start function', () => {
    const engine = new Engine(capacities);
    const bytes = wat('(module (func $begin (unreachable)) (start $begin))');
    const trap = thrownBy(() => engine.instantiate(engine.load(bytes))) as WasmTrap;
    expect(trap).toMatchObject({ code: Trap.Unreachable, functionIndex: 0, functionName: 'begin' });
    expectToWork(engine);
  });

  it('a function without a name has none in the message', () => {
    const engine = new Engine(capacities);
    const trap = thrownBy(() => run(engine, moduleOfBody(0x00, END))) as WasmTrap;
    expect(trap.functionName).toBe('');
    expect(trap.message).toBe(`unreachable in function 0 at byte ${trap.offset}`);
  });

  it('a broken name section has no names', () => {
    const good = trapping([], [0x00], []);
    for (const cut of [1, 5, FUNCTION_NAME.length + 2]) {
      // The custom section's size stays right; what is in it does not: the length of the function's name.
      const bytes = good.bytes.slice();
      const at = bytes.length - new TextEncoder().encode(FUNCTION_NAME).length - 1;
      expect(bytes[at]).toBe(bytes.length - at - 1);
      bytes[at] += cut;
      const trap = thrownBy(() => run(new Engine(capacities), bytes)) as WasmTrap;
      expect(trap).toMatchObject({ code: Trap.Unreachable, offset: good.offset, functionName: '' });
    }
  });

  it('in each of two instances of a module', () => {
    const engine = new Engine(capacities);
    const first = trapping([], [0x00], []);
    const module = engine.load(first.bytes);
    engine.defineFunction('host', 'f', '', '', () => {});
    const one = engine.instantiate(module);
    const two = engine.instantiate(module);
    for (const instance of [two, one, two]) {
      const trap = thrownBy(() => engine.call(engine.exportedFunction(instance, 'f'))) as WasmTrap;
      expect(trap).toMatchObject({ code: Trap.Unreachable, offset: first.offset, functionIndex: TESTED });
    }
  });

  it('every code has the words of the specification', () => {
    const words = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map(trapMessage);
    expect(words).toEqual([
      'unreachable',
      'out of bounds memory access',
      'integer divide by zero',
      'integer overflow',
      'invalid conversion to integer',
      'out of bounds table access',
      'undefined element',
      'uninitialized element',
      'indirect call type mismatch',
      'call stack exhausted',
    ]);
    expect(new Set(cases.map(([, code]) => code)).size).toBe(words.length);
  });

  it('by an active segment', () => {
    for (const [text, code, offset] of [
      ['(module (memory 1) (data (i32.const 65536) "a"))', Trap.MemoryOutOfBounds, 16],
      ['(module (table 1 funcref) (func) (elem (i32.const 1) 0))', Trap.TableOutOfBounds, 27],
    ] as const) {
      const engine = new Engine(capacities);
      const trap = thrownBy(() => engine.instantiate(engine.load(wat(text)))) as WasmTrap;
      expect(trap).toMatchObject({ name: 'WasmTrap', code });
      expect(trap.message).toBe(`${trapMessage(code)} by the active segment at byte ${trap.offset}`);
      expect(trap.offset).toBe(offset);
      expectToWork(engine);
    }
  });
});

const bytesOf = (text: string) => new TextEncoder().encode(text);
const valid = wat('(module (func (export "f") (result i32) (i32.const 1)))');
const empty = [0x60, 0, 0];

type Class = typeof DecodeError | typeof ValidationError | typeof LinkError | typeof CapacityError;
type BadModule = [what: string, bytes: Uint8Array, kind: Class, message: string];

/** Byte offset of the body that `moduleOfBody` writes. */
const BODY = moduleOfBody(END).length - 1;

const bad: BadModule[] = [
  ['no bytes', new Uint8Array(0), DecodeError, 'magic header not detected: this is no WebAssembly module at byte 0'],
  ['a text', bytesOf('(module)'), DecodeError, 'magic header not detected: this is no WebAssembly module at byte 0'],
  [
    'half a magic number',
    Uint8Array.of(0, 0x61, 0x73),
    DecodeError,
    'magic header not detected: this is no WebAssembly module at byte 0',
  ],
  [
    'an ELF file',
    Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0),
    DecodeError,
    'magic header not detected: this is no WebAssembly module at byte 0',
  ],
  ['no version', Uint8Array.from(HEADER.slice(0, 6)), DecodeError, 'unexpected end at byte 4'],
  [
    'version 2',
    Uint8Array.of(0, 0x61, 0x73, 0x6d, 2, 0, 0, 0),
    DecodeError,
    'unknown binary version: only core modules of version 1 are supported at byte 4',
  ],
  [
    'a component',
    Uint8Array.of(0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0),
    DecodeError,
    'unknown binary version: this is a component, not a core module; extract its core module first at byte 4',
  ],
  ['a cut section', valid.slice(0, 12), DecodeError, 'length out of bounds at byte 10'],
  [
    'zeros behind the module',
    Uint8Array.from([...moduleOf(section(1, 0)), 1]),
    DecodeError,
    'unexpected end at byte 12',
  ],
  ['an unknown section', moduleOf(section(77)), DecodeError, 'malformed section id 77 at byte 8'],
  [
    'sections out of order',
    moduleOf(section(3, 0), section(1, 0)),
    DecodeError,
    'unexpected content after last section at byte 11',
  ],
  [
    'a section twice',
    moduleOf(section(1, 0), section(1, 0)),
    DecodeError,
    'unexpected content after last section at byte 11',
  ],
  ['bytes left in a section', moduleOf(section(1, 0, 0)), DecodeError, 'section size mismatch at byte 11'],
  [
    'a function without code',
    moduleOf(section(1, 1, ...empty), section(3, 1, 0)),
    DecodeError,
    'function and code section have inconsistent lengths at byte 18',
  ],
  ['a name that is no UTF-8', moduleOf(section(0, 1, 0xff)), DecodeError, 'malformed UTF-8 encoding at byte 12'],
  ['an illegal opcode', moduleOfBody(0x27, END), DecodeError, `illegal opcode 0x27 at byte ${BODY}`],
  ['an illegal opcode behind 0xfc', moduleOfBody(0xfc, 0x7f, END), DecodeError, 'illegal opcode 0xfc 127'],
  [
    'a wrong type',
    moduleOfBody(...f32(1), 0x45, DROP, END),
    ValidationError,
    `type mismatch: expected i32, found f32 in function 0 at byte ${BODY + 5}`,
  ],
  [
    'an empty stack',
    moduleOfBody(DROP, END),
    ValidationError,
    `type mismatch: the operand stack is empty in function 0 at byte ${BODY}`,
  ],
  [
    'an unknown local',
    moduleOfBody(0x20, 3, DROP, END),
    ValidationError,
    `unknown local 3 in function 0 at byte ${BODY}`,
  ],
  [
    'an unknown function',
    moduleOfBody(0x10, 9, END),
    ValidationError,
    `unknown function 9 in function 0 at byte ${BODY}`,
  ],
  ['an unknown label', moduleOfBody(0x0c, 4, END), ValidationError, `unknown label 4 in function 0 at byte ${BODY}`],
  [
    'a load without memory',
    moduleOfBody(...i32(0), 0x28, 2, 0, DROP, END),
    ValidationError,
    `unknown memory 0 in function 0 at byte ${BODY + 2}`,
  ],
  [
    'an export twice',
    moduleOf(
      section(1, 1, ...empty),
      section(3, 1, 0),
      section(7, 2, ...name('f'), 0, 0, ...name('f'), 0, 0),
      section(10, 1, 2, 0, END),
    ),
    ValidationError,
    'duplicate export name',
  ],
  [
    'an unknown import',
    wat('(module (import "env" "missing" (func (param i32))))'),
    LinkError,
    'unknown import: "env" "missing" (function) is not defined',
  ],
];

describe('a bad module', () => {
  it.each(bad)('%s', (_, bytes, kind, message) => {
    const engine = new Engine(capacities);
    const error = thrownBy(() => engine.instantiate(engine.load(bytes))) as EngineError;
    expect(error.message.slice(0, message.length)).toBe(message);
    expect(error).toBeInstanceOf(kind);
    expect(error.name).toBe(kind.name);
    expect(error.offset).toBeGreaterThanOrEqual(0);
    expect(error.offset).toBeLessThanOrEqual(bytes.length);
    if (kind !== LinkError) expect(error.message.endsWith(` at byte ${error.offset}`)).toBe(true);
    expectToWork(engine);
  });

  it('cut anywhere is refused, and the engine works', () => {
    const { bytes } = trapping(i32(-1), [0x28, 2, 0], [DROP]);
    const engine = new Engine({ ...capacities, modules: 1 });
    let accepted = 0;
    for (let length = 0; length < bytes.length; length++) {
      try {
        engine.load(bytes.slice(0, length));
        // Whole up to the code, or to the name section.
        engine.reset();
        accepted++;
      } catch (error) {
        expect(error).toBeInstanceOf(DecodeError);
        expect((error as DecodeError).offset).toBeLessThanOrEqual(length);
      }
    }
    expect(accepted).toBeLessThan(8);
    expectToWork(engine);
  });

  it('one after the other leaves the engine as it was', () => {
    const engine = new Engine(capacities);
    for (let round = 0; round < 100; round++) {
      for (const [, bytes, kind] of bad) {
        if (kind === LinkError) continue;
        expect(thrownBy(() => engine.load(bytes))).toBeInstanceOf(kind);
      }
    }
    expectToWork(engine);
  });
});

describe('a tail call', () => {
  it.each([
    ['(return_call 1)', 'direct'],
    ['(return_call_indirect (i32.const 0))', 'indirect'],
  ])('needs no room on a full call stack: %s', (call) => {
    const engine = new Engine({ ...capacities, callDepth: 1 });
    const bytes = wat(`(module (table 1 funcref) (elem (i32.const 0) 1) (func (export "f") ${call}) (func))`);
    const f = engine.exportedFunction(engine.instantiate(engine.load(bytes)), 'f');
    expect(engine.call(f)).toBe(0);
  });
});

describe('the call stack of a trap', () => {
  const text = `(module (import "m" "f" (func $host))
    (func $inner (param i32) (result i32) (i32.div_u (i32.const 1) (local.get 0)))
    (func $middle (param i32) (result i32) (i32.add (i32.const 1) (call $inner (local.get 0))))
    (func (export "outer") (param i32) (result i32) (block (result i32) (call_indirect (param i32) (result i32) (local.get 0) (i32.const 0))))
    (func $deep (export "deep") (param i32) (result i32) (i32.add (i32.const 1) (call $deep (local.get 0))))
    (func (export "through") (call $host))
    (table 1 funcref) (elem (i32.const 0) $middle))`;
  const bytes = wat(text);

  function trapOf(name: string, define = (_: Engine) => {}): WasmTrap {
    const engine = new Engine(capacities);
    engine.defineFunction('m', 'f', '', '', define);
    const f = engine.exportedFunction(engine.instantiate(engine.load(bytes)), name);
    return thrownBy(() => engine.call(f)) as WasmTrap;
  }

  it('goes from the trap outwards', () => {
    const { frames, framesOmitted, offset } = trapOf('outer');
    expect(frames.map(({ functionIndex, functionName }) => [functionIndex, functionName])).toEqual([
      [1, 'inner'],
      [2, 'middle'],
      [3, ''],
    ]);
    expect([frames[0].offset, framesOmitted]).toEqual([offset, 0]);
    // Each offset is that of the instruction: i32.div_u, call and call_indirect.
    expect(frames.map((frame) => bytes[frame.offset])).toEqual([0x6e, 0x10, 0x11]);
  });

  it('is cut where it is deep', () => {
    const { frames, framesOmitted } = trapOf('deep');
    expect(frames.length).toBe(32);
    expect(frames.length + framesOmitted).toBe(capacities.callDepth);
    expect(new Set(frames.map(({ offset }) => offset)).size).toBe(1);
  });

  it('ends at the host', () => {
    const trap = trapOf('through', (engine) => {
      const base = engine.beginCall();
      engine.setI32(0, 0);
      // The addresses of the host function and of its import come first.
      engine.call(2);
      engine.endCall(base);
    });
    expect(trap.frames.map(({ functionName }) => functionName)).toEqual(['inner']);
  });
});
