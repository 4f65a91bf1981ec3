// A trap says the same on both namespaces: what it was, in which function, and where in the module.
import { describe, expect, it } from 'vitest';
import { createCompilingWebAssembly, createWebAssembly, type WasmTrap } from '../../../targets/node/index.js';
import { thrownBy } from '../../core/adder.js';
import { moduleOf, section, wat } from '../../core/wat.js';

const namespaces = [createWebAssembly(), createCompilingWebAssembly()];

const SEGMENTS: Record<string, [text: string, message: RegExp]> = {
  'the second data segment': [
    '(module (func) (memory 1) (data (i32.const 65535) "a") (data (i32.const 65535) "bc"))',
    /^out of bounds memory access by the active segment at byte 40$/,
  ],
  'an empty data segment': [
    '(module (memory 1) (data (i32.const 65537) ""))',
    /^out of bounds memory access by the active segment at byte 16$/,
  ],
  'the second element segment': [
    '(module (table 2 funcref) (func) (elem (i32.const 1) 0) (elem (i32.const 2) 0))',
    /^out of bounds table access by the active segment at byte 33$/,
  ],
};

const BODIES: Record<string, string> = {
  unreachable: 'unreachable',
  division: '(drop (i32.div_s (i32.const 1) (local.get 0)))',
  overflow: '(drop (i32.div_s (i32.const -2147483648) (i32.sub (local.get 0) (i32.const 1))))',
  conversion: '(drop (i32.trunc_f64_s (f64.const nan)))',
  load: '(drop (i32.load offset=65536 (local.get 0)))',
  store: '(f64.store (i32.const -1) (f64.const 1))',
  fill: '(memory.fill (i32.const 65536) (i32.const 0) (i32.const 1))',
  'undefined element': '(call_indirect (type $void) (i32.const 9))',
  'null element': '(call_indirect (type $void) (local.get 0))',
  'another type': '(call_indirect (type $void) (i32.const 1))',
  'table.get': '(drop (table.get 0 (i32.const 2)))',
};

const bodyOf = (body: string) =>
  wat(`(module (type $void (func)) (memory 1) (table 2 funcref) (elem (i32.const 1) $outer)
    (func $inner (param i32) nop ${body}) (func $outer (export "f") (param i32) (call $inner (local.get 0))))`);

describe('a trap on both namespaces', () => {
  it.each(Object.entries(SEGMENTS))('%s that does not fit', (_, [text, message]) => {
    const bytes = wat(text);
    const messages = namespaces.map(
      (api) => (thrownBy(() => new api.Instance(new api.Module(bytes))) as Error).message,
    );
    expect(messages[0]).toMatch(message);
    expect(messages[1]).toBe(messages[0]);
  });

  it.each(Object.entries(BODIES))('%s', (_, body) => {
    const bytes = bodyOf(body);
    const errors = namespaces.map((api) => {
      const { f } = new api.Instance(new api.Module(bytes)).exports as { f: (value: number) => void };
      return thrownBy(() => f(0)) as Error;
    });
    const places = errors.map(({ name, message, cause }) => [name, message, (cause as WasmTrap).offset]);
    expect(errors[0].message).toMatch(/ in function 0 \(inner\) at byte \d+$/);
    expect(places[1]).toEqual(places[0]);
  });
});

describe('a count that is declared', () => {
  /** A function that declares locals in one group, and a table, each in a few bytes. */
  const declared: Record<string, [bytes: Uint8Array, message: RegExp, name: string]> = {
    'more locals than a function may have': [
      withLocals(0xd1, 0x86, 0x03),
      /50001 functionLocals are needed, and at most 50000 are supported/,
      'CompileError',
    ],
    'as many locals as can be written': [
      withLocals(0xff, 0xff, 0xff, 0xff, 0x0f),
      /4294967295 functionLocals are needed, and at most 50000 are supported/,
      'CompileError',
    ],
    'a table of 2^32 - 1 entries': [
      moduleOf(section(4, 1, 0x70, 0, 0xff, 0xff, 0xff, 0xff, 0x0f)),
      /4294967295 tableEntries are needed, and at most 10000000 are supported/,
      'RangeError',
    ],
    'more types than bytes': [
      moduleOf(section(1, 0xff, 0xff, 0xff, 0xff, 0x0f)),
      /length out of bounds/,
      'CompileError',
    ],
  };

  it.each(Object.entries(declared))('%s is refused on both namespaces', (_, [bytes, message, name]) => {
    for (const api of namespaces) {
      const error = thrownBy(() => new api.Instance(new api.Module(bytes))) as Error;
      expect(error.message).toMatch(message);
      expect(error.name).toBe(name);
    }
  });

  it('of 50,000 locals works on both', () => {
    for (const api of namespaces) {
      const { f } = new api.Instance(new api.Module(withLocals(0xd0, 0x86, 0x03))).exports as { f: () => number };
      expect(f()).toBe(7);
    }
  });
});

/** A function `f` that gives 7 and declares so many i32, as a LEB128 number. */
function withLocals(...count: number[]): Uint8Array {
  const body = [1, ...count, 0x7f, 0x41, 7, 0x0b];
  return moduleOf(
    section(1, 1, 0x60, 0, 1, 0x7f),
    section(3, 1, 0),
    section(7, 1, 1, 0x66, 0, 0),
    section(10, 1, body.length, ...body),
  );
}
