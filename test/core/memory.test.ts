// Linear memory: fewer bytes than declared, byte-sized pages, growth and its limits.

import { describe, expect, it } from 'vitest';
import {
  type Capacities,
  CapacityError,
  Engine,
  EngineError,
  type EngineOptions,
  type Instance,
  small,
  Trap,
  WasmTrap,
} from '../../src/index.js';
import fc from '../properties.js';
import { expectToWork, thrownBy } from './adder.js';
import { wat, withByteSizedPages } from './wat.js';

const PAGE = 65536;

/** Instructions on a memory, each in a function of its own; `limits` are the memory's. */
function program(limits: string, rest = ''): string {
  const load = (name: string, result: string, instruction: string) =>
    `(func (export "${name}") (param i32) (result ${result}) (${instruction} (local.get 0)))`;
  const three = (name: string, instruction: string) =>
    `(func (export "${name}") (param i32 i32 i32) (${instruction} (local.get 0) (local.get 1) (local.get 2)))`;
  return `(module
    (memory (export "memory") ${limits})
    (data $passive "0123456789")
    (func (export "size") (result i32) (memory.size))
    (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
    ${load('load8', 'i32', 'i32.load8_u')}
    ${load('load16', 'i32', 'i32.load16_u')}
    ${load('load32', 'i32', 'i32.load')}
    ${load('load64', 'i64', 'i64.load')}
    ${load('load32at2044', 'i32', 'i32.load offset=2044')}
    ${load('load32at2045', 'i32', 'i32.load offset=2045')}
    ${load('load32at70000', 'i32', 'i32.load offset=70000')}
    (func (export "store8") (param i32 i32) (i32.store8 (local.get 0) (local.get 1)))
    (func (export "store32") (param i32 i32) (i32.store (local.get 0) (local.get 1)))
    (func (export "store64") (param i32 i64) (i64.store (local.get 0) (local.get 1)))
    ${three('fill', 'memory.fill')}
    ${three('copy', 'memory.copy')}
    ${three('init', 'memory.init $passive')}
    ${rest})`;
}

const passive = '0123456789';

class Memory {
  readonly engine: Engine;
  readonly instance: Instance;

  constructor(bytes: Uint8Array, capacities: Partial<Capacities>, options?: EngineOptions) {
    this.engine = new Engine({ ...small, ...capacities }, options);
    this.instance = this.engine.instantiate(this.engine.load(bytes));
  }

  /** Calls an export with i32 arguments; its i32 result. */
  call(name: string, ...values: number[]): number {
    const address = this.engine.exportedFunction(this.instance, name);
    values.forEach((value, index) => {
      this.engine.setI32(index, value);
    });
    this.engine.call(address);
    return this.engine.getI32(0);
  }

  expectOutOfBounds(name: string, ...values: number[]): void {
    const trap = thrownBy(() => this.call(name, ...values));
    expect(trap).toBeInstanceOf(WasmTrap);
    expect((trap as WasmTrap).code).toBe(Trap.MemoryOutOfBounds);
  }

  get address(): number {
    return this.engine.memoryOf(this.instance);
  }

  get bytes(): Uint8Array {
    const { engine, address } = this;
    return new Uint8Array(engine.memoryBuffer, engine.memoryBase(address), engine.memoryBytes(address));
  }
}

describe('memory larger than there is', () => {
  it('is refused without partialMemory', () => {
    for (const [limits, declared] of [
      ['1', PAGE],
      ['3 8', 3 * PAGE],
      ['65536', 65536 * PAGE],
    ] as const) {
      const engine = new Engine({ ...small, memoryBytes: 2048 });
      const module = engine.load(wat(`(module (memory ${limits}))`));
      const error = thrownBy(() => engine.instantiate(module));
      expect(error).toBeInstanceOf(CapacityError);
      expect(error).toMatchObject({ capacity: 'memoryBytes', needed: declared, available: 2048 });
      expect(thrownBy(() => engine.defineMemory('host', 'memory', declared / PAGE, -1))).toMatchObject({
        capacity: 'memoryBytes',
        needed: declared,
      });
      engine.reset();
      expectToWork(engine);
    }
  });

  const partial = (limits = '1', memoryBytes = 2048, rest = '') =>
    new Memory(wat(program(limits, rest)), { memoryBytes }, { partialMemory: true });

  it('has the pages that it declares and the bytes that there are', () => {
    for (const [limits, pages] of [
      ['1', 1],
      ['2 4', 2],
      ['65536', 65536],
    ] as const) {
      const memory = partial(limits);
      expect(memory.call('size')).toBe(pages);
      expect(memory.engine.memoryPages(memory.address)).toBe(pages);
      expect(memory.engine.memoryBytes(memory.address)).toBe(2048);
    }
    // The existing part need not consist of whole pages.
    const uneven = partial('2', PAGE + 100);
    expect(uneven.engine.memoryBytes(uneven.address)).toBe(PAGE + 100);
    expect(uneven.call('load8', PAGE + 99)).toBe(0);
    uneven.expectOutOfBounds('load8', PAGE + 100);
    // Nor is more given than declared.
    const less = partial('1', 3 * PAGE);
    expect(less.engine.memoryBytes(less.address)).toBe(PAGE);
    less.expectOutOfBounds('load8', PAGE);
  });

  it('traps past the bytes that there are, within the declared ones too', () => {
    const memory = partial();
    memory.call('store8', 2047, 200);
    expect(memory.call('load8', 2047)).toBe(200);
    expect(memory.call('load32', 2044)).toBe(200 << 24);
    expect(memory.call('load32at2044', 0)).toBe(200 << 24);
    for (const [name, at] of [
      ['load8', 2048],
      ['load16', 2047],
      ['load32', 2045],
      ['load64', 2041],
    ] as const) {
      memory.expectOutOfBounds(name, at);
      memory.expectOutOfBounds(name, PAGE - 8);
      memory.expectOutOfBounds(name, PAGE);
      memory.expectOutOfBounds(name, -1);
    }
    for (const [name, at] of [
      ['store8', 2048],
      ['store32', 2045],
      ['store64', 2041],
    ] as const) {
      memory.expectOutOfBounds(name, at, 1);
      expect(memory.call('load8', 2047)).toBe(200);
    }
    memory.expectOutOfBounds('load32at2044', 1);
    memory.expectOutOfBounds('load32at2044', -1);
    memory.expectOutOfBounds('load32at2045', 0);
    memory.expectOutOfBounds('load32at70000', 0);
    memory.expectOutOfBounds('load32at70000', -70000);
  });

  it('bulk instructions trap before they write', () => {
    const memory = partial();
    memory.call('fill', 2000, 7, 48);
    memory.call('init', 2038, 0, 10);
    expect(String.fromCharCode(...memory.bytes.subarray(2038))).toBe(passive);
    const before = memory.bytes.slice();
    memory.expectOutOfBounds('fill', 2000, 9, 49);
    memory.expectOutOfBounds('fill', 2049, 9, 0);
    memory.expectOutOfBounds('copy', 2000, 0, 49);
    memory.expectOutOfBounds('copy', 0, 2000, 49);
    memory.expectOutOfBounds('init', 2039, 0, 10);
    expect(memory.bytes).toEqual(before);
    memory.call('fill', 2048, 9, 0);
    memory.call('copy', 2048, 2048, 0);
  });

  it('cannot grow, and says so', () => {
    const memory = partial('1 10');
    for (const pages of [1, 9, 10, 0xffffffff]) expect(memory.call('grow', pages)).toBe(-1);
    expect(memory.call('grow', 0)).toBe(1);
    expect(memory.call('size')).toBe(1);
    memory.expectOutOfBounds('load8', 2048);
    // Up to what there is, it can.
    const empty = partial('0', PAGE + 2048);
    expect(empty.call('grow', 2)).toBe(-1);
    expect(empty.call('grow', 1)).toBe(0);
    expect(empty.call('grow', 1)).toBe(-1);
    expect(empty.call('size')).toBe(1);
  });

  it('takes data segments that end within the bytes that there are', () => {
    const memory = partial('1', 2048, '(data (i32.const 2044) "wxyz")');
    expect(String.fromCharCode(...memory.bytes.subarray(2044))).toBe('wxyz');
  });

  it('says how many bytes a data segment needs, and traps where the declared ones end', () => {
    const engine = new Engine({ ...small, memoryBytes: 2048 }, { partialMemory: true });
    const beyond = engine.load(wat('(module (memory 1) (data (i32.const 0) "a") (data (i32.const 2045) "wxyz"))'));
    const error = thrownBy(() => engine.instantiate(beyond));
    expect(error).toBeInstanceOf(CapacityError);
    expect(error).toMatchObject({ capacity: 'memoryBytes', needed: 2049, available: 2048 });
    engine.reset();
    const outside = engine.load(wat('(module (memory 1) (data (i32.const 65533) "wxyz"))'));
    expect(thrownBy(() => engine.instantiate(outside))).toMatchObject({
      name: 'WasmTrap',
      code: Trap.MemoryOutOfBounds,
    });
    engine.reset();
    expectToWork(engine);
    const raised = new Engine({ ...small, memoryBytes: 2049 }, { partialMemory: true });
    raised.instantiate(raised.load(wat('(module (memory 1) (data (i32.const 2045) "wxyz"))')));
  });

  it('says how many bytes all data segments need, whichever ends last', () => {
    const engine = new Engine({ ...small, memoryBytes: 2048 }, { partialMemory: true });
    const segments = [2045, 9000, 5000].map((address) => `(data (i32.const ${address}) "wxyz")`);
    const module = engine.load(wat(`(module (memory 1) ${segments.join(' ')})`));
    expect(thrownBy(() => engine.instantiate(module))).toMatchObject({ capacity: 'memoryBytes', needed: 9004 });
  });

  it('can start behind address 0', () => {
    const options = { partialMemory: true, memoryStart: 4096 };
    const memory = new Memory(wat(program('1', '(data (i32.const 4096) "abcd")')), { memoryBytes: 2048 }, options);
    const { engine, address } = memory;
    expect([engine.memoryStart(address), engine.memoryBytes(address), memory.call('size')]).toEqual([4096, 2048, 1]);
    expect(Buffer.from(memory.bytes.subarray(0, 4)).toString()).toBe('abcd');
    expect(memory.call('load32', 6140)).toBe(0);
    for (const outside of [0, 4092, 4095, 6141, 6144, -4]) memory.expectOutOfBounds('load32', outside);
    // Without all bytes that it declares, it does not grow.
    expect(memory.call('grow', 1)).toBe(-1);
    const whole = new Memory(wat(program('1')), { memoryBytes: PAGE * 2 - 4096 }, options);
    expect([whole.call('grow', 1), whole.bytes.length]).toEqual([1, PAGE * 2 - 4096]);
    expect(whole.call('load32', PAGE * 2 - 4)).toBe(0);
    expect(whole.call('grow', 1)).toBe(-1);
    const short = new Memory(wat(program('1')), { memoryBytes: 2048 }, { partialMemory: true, memoryStart: PAGE });
    expect(short.engine.memoryStart(short.address)).toBe(0);
  });

  it('traps for data below its start, and names the bytes for data behind its end', () => {
    const options = { partialMemory: true, memoryStart: 4096 };
    const engine = new Engine({ ...small, memoryBytes: 2048 }, options);
    const below = engine.load(wat('(module (memory 1) (data (i32.const 4095) "ab"))'));
    expect(thrownBy(() => engine.instantiate(below))).toMatchObject({ name: 'WasmTrap', code: Trap.MemoryOutOfBounds });
    engine.reset();
    const behind = engine.load(wat('(module (memory 1) (data (i32.const 6142) "abcd"))'));
    expect(thrownBy(() => engine.instantiate(behind))).toMatchObject({ capacity: 'memoryBytes', needed: 2050 });
    engine.reset();
    engine.instantiate(engine.load(wat('(module (memory 1) (data (i32.const 1) ""))')));
  });

  it('leaves imported tables alone when a data segment does not fit', () => {
    const engine = new Engine({ ...small, memoryBytes: 2048 }, { partialMemory: true });
    const table = engine.defineTable('host', 'table', 'r', 1, 1);
    const module = engine.load(
      wat(`(module (import "host" "table" (table 1 funcref)) (memory 1) (func)
        (elem (i32.const 0) 0) (data (i32.const 5000) "a"))`),
    );
    expect(thrownBy(() => engine.instantiate(module))).toMatchObject({ capacity: 'memoryBytes', needed: 5001 });
    expect(engine.tableGet(table, 0)).toBe(-1);
  });

  it('can be defined by the host and imported', () => {
    const engine = new Engine({ ...small, memoryBytes: 2048 }, { partialMemory: true });
    const address = engine.defineMemory('host', 'memory', 1, 2);
    expect([engine.memoryPages(address), engine.memoryBytes(address)]).toEqual([1, 2048]);
    const bytes = wat(`(module (import "host" "memory" (memory 1 2))
      (func (export "load") (param i32) (result i32) (i32.load8_u (local.get 0))))`);
    const load = engine.exportedFunction(engine.instantiate(engine.load(bytes)), 'load');
    engine.setI32(0, 2048);
    expect(thrownBy(() => engine.call(load))).toMatchObject({ code: Trap.MemoryOutOfBounds });
    engine.setI32(0, 2047);
    engine.call(load);
    expect(engine.getI32(0)).toBe(0);
  });

  const accesses: [instruction: string, size: number, operand: string][] = [
    ['i32.load', 4, ''],
    ['i32.load8_s', 1, ''],
    ['i32.load16_u', 2, ''],
    ['i64.load', 8, ''],
    ['i64.load8_u', 1, ''],
    ['i64.load32_s', 4, ''],
    ['f32.load', 4, ''],
    ['f64.load', 8, ''],
    ['i32.store', 4, '(i32.const 1)'],
    ['i32.store16', 2, '(local.get 0)'],
    ['i64.store', 8, '(i64.const 1)'],
    ['i64.store32', 4, '(i64.const 1)'],
    ['f64.store', 8, '(f64.const 1)'],
  ];

  it('every access traps exactly where the bytes end', () => {
    const size = fc.integer({ min: 0, max: 200 });
    const near = fc.integer({ min: -20, max: 20 });
    const anywhere = fc.integer({ min: 0, max: 0xffffffff });
    fc.assert(
      fc.property(
        size,
        near,
        anywhere,
        anywhere,
        fc.boolean(),
        fc.nat(accesses.length - 1),
        (memoryBytes, by, a, b, close, which) => {
          const [instruction, width, operand] = accesses[which];
          // The end of the access lies at the end of the bytes, give or take, or anywhere.
          const offset = close ? a % 300 : a;
          const address = close ? memoryBytes - width - offset + by : b;
          const access = `(${instruction} offset=${offset} (local.get 0) ${operand})`;
          const bytes = wat(`(module (memory 1) (func (export "f") (param i32)
          ${operand === '' ? `(drop ${access})` : access}))`);
          const memory = new Memory(bytes, { memoryBytes }, { partialMemory: true });
          if ((address >>> 0) + offset + width > memoryBytes) memory.expectOutOfBounds('f', address);
          else memory.call('f', address);
        },
      ),
      { numRuns: 600 },
    );
  });
});

describe('memory.grow', () => {
  it('gives the old size, and zeros', () => {
    const memory = new Memory(wat(program('1 3')), { memoryBytes: 4 * PAGE });
    new Uint8Array(memory.engine.memoryBuffer).fill(255, PAGE);
    expect(memory.call('grow', 1)).toBe(1);
    expect(memory.call('load32', 2 * PAGE - 4)).toBe(0);
    memory.expectOutOfBounds('load8', 2 * PAGE);
    expect(memory.call('grow', 2)).toBe(-1);
    expect(memory.call('grow', 1)).toBe(2);
    expect(memory.call('grow', 1)).toBe(-1);
    expect(memory.call('grow', 0)).toBe(3);
    expect(memory.call('size')).toBe(3);
    expect(memory.bytes.every((byte) => byte === 0)).toBe(true);
  });

  it('ends at the capacity where the module sets no maximum', () => {
    const memory = new Memory(wat(program('1')), { memoryBytes: 2 * PAGE + 5 });
    expect(memory.call('grow', 0xffffffff)).toBe(-1);
    expect(memory.call('grow', 65536)).toBe(-1);
    expect(memory.call('grow', 2)).toBe(-1);
    expect(memory.call('grow', 1)).toBe(1);
    expect(memory.call('grow', 1)).toBe(-1);
    expect(memory.call('size')).toBe(2);
  });

  it('starts again after a reset', () => {
    const bytes = wat(program('1'));
    const memory = new Memory(bytes, { memoryBytes: 2 * PAGE });
    memory.call('grow', 1);
    memory.call('store32', 2 * PAGE - 4, -1);
    memory.call('store32', 0, -1);
    memory.engine.reset();
    const again = memory.engine.instantiate(memory.engine.load(bytes));
    const call = (name: string, value: number) => {
      memory.engine.setI32(0, value);
      memory.engine.call(memory.engine.exportedFunction(again, name));
      return memory.engine.getI32(0);
    };
    expect(call('size', 0)).toBe(1);
    expect(call('load32', 0)).toBe(0);
    expect(call('grow', 1)).toBe(1);
    expect(call('load32', 2 * PAGE - 4)).toBe(0);
  });

  it('in the middle of a function, the rest of it sees the new memory', () => {
    const memory = new Memory(
      wat(`(module (memory 1) (func (export "f") (param i32) (result i32)
        (i32.store (i32.const 65532) (i32.const 11))
        (drop (memory.grow (local.get 0)))
        (i32.store (i32.const 65536) (i32.const 31))
        (i32.add (i32.load (i32.const 65532)) (i32.load (i32.const 65536)))))`),
      { memoryBytes: 2 * PAGE },
    );
    memory.expectOutOfBounds('f', 0);
    expect(memory.call('f', 1)).toBe(42);
  });

  it('tells the host', () => {
    const grown: number[] = [];
    const options = { memoryGrown: (address: number) => grown.push(address) };
    const memory = new Memory(wat(program('1 2')), { memoryBytes: 4 * PAGE }, options);
    memory.call('grow', 0);
    memory.call('grow', 5);
    expect(grown).toEqual([]);
    memory.call('grow', 1);
    expect(grown).toEqual([memory.address]);
  });
});

describe('growMemory', () => {
  /** Gives up to `most` bytes, in a new buffer each time. */
  function growing(most: number): { options: EngineOptions; asked: number[]; attach: (engine: Engine) => void } {
    const asked: number[] = [];
    let engine: Engine | undefined;
    const growMemory = (bytes: number) => {
      asked.push(bytes);
      if (bytes > most || !engine) return null;
      const buffer = new ArrayBuffer(bytes);
      new Uint8Array(buffer).set(new Uint8Array(engine.memoryBuffer));
      return buffer;
    };
    return {
      options: { growMemory },
      asked,
      attach: (it) => {
        engine = it;
      },
    };
  }

  it('is asked where the buffer ends, and its answer is used', () => {
    const { options, asked, attach } = growing(3 * PAGE);
    const memory = new Memory(wat(program('1 10')), { memoryBytes: PAGE }, options);
    attach(memory.engine);
    memory.call('store32', PAGE - 4, 1234);
    const old = memory.engine.memoryBuffer;
    expect(memory.call('grow', 1)).toBe(1);
    expect(memory.engine.memoryBuffer).not.toBe(old);
    expect(memory.engine.memoryBytes(memory.address)).toBe(2 * PAGE);
    expect(memory.call('load32', PAGE - 4)).toBe(1234);
    memory.call('store32', 2 * PAGE - 4, 5678);
    expect(memory.call('load32', 2 * PAGE - 4)).toBe(5678);
    expect(new Int32Array(old)[PAGE / 4 - 1]).toBe(1234);
    expect(memory.call('grow', 1)).toBe(2);
    expect(memory.call('grow', 1)).toBe(-1);
    expect(memory.call('grow', 0)).toBe(3);
    expect(memory.call('grow', 20)).toBe(-1);
    expect(asked).toEqual([2 * PAGE, 3 * PAGE, 4 * PAGE]);
    expect(memory.call('size')).toBe(3);
  });

  it('is not asked with several memories: the next one begins where the first one ends', () => {
    const { options, asked, attach } = growing(100 * PAGE);
    const memory = new Memory(wat(program('1')), { memoryBytes: PAGE, memories: 2 }, options);
    attach(memory.engine);
    for (const pages of [1, 2, 3]) expect(memory.call('grow', pages)).toBe(-1);
    expect(asked).toEqual([]);
  });

  it('in the middle of a function, the rest of it sees the new buffer', () => {
    const { options, attach } = growing(3 * PAGE);
    const bytes = wat(`(module (memory 1) (func (export "f") (result i32)
      (i32.store (i32.const 65532) (i32.const 11))
      (drop (memory.grow (i32.const 1)))
      (i32.store (i32.const 65536) (i32.const 31))
      (memory.copy (i32.const 65540) (i32.const 65532) (i32.const 4))
      (i32.add (i32.load (i32.const 65540)) (i32.load (i32.const 65536)))))`);
    const memory = new Memory(bytes, { memoryBytes: PAGE }, options);
    attach(memory.engine);
    expect(memory.call('f')).toBe(42);
  });
});

describe('a given buffer', () => {
  it('is the memory', () => {
    const memoryBuffer = new ArrayBuffer(PAGE);
    new Uint8Array(memoryBuffer).fill(255);
    const memory = new Memory(wat(program('1', '(data (i32.const 8) "abc")')), { memoryBytes: PAGE }, { memoryBuffer });
    expect(memory.engine.memoryBuffer).toBe(memoryBuffer);
    expect(memory.call('load32', 8)).toBe(0x636261);
    expect(memory.call('load32', 100)).toBe(0);
    memory.call('store8', 5, 77);
    expect(new Uint8Array(memoryBuffer)[5]).toBe(77);
  });

  it('has to be large enough', () => {
    for (const bytes of [0, 2047]) {
      const error = thrownBy(
        () => new Engine({ ...small, memoryBytes: 2048 }, { memoryBuffer: new ArrayBuffer(bytes) }),
      );
      expect(error).toBeInstanceOf(EngineError);
      expect((error as Error).message).toContain('2048');
    }
    const two = { ...small, memoryBytes: 2048, memories: 2 };
    expect(() => new Engine(two, { memoryBuffer: new ArrayBuffer(4095) })).toThrow(EngineError);
    expect(() => new Engine(two, { memoryBuffer: new ArrayBuffer(4096) })).not.toThrow();
  });
});

describe('pages of one byte', () => {
  const bytes = withByteSizedPages(wat(program('100 150')));
  const memory = () => new Memory(bytes, { memoryBytes: 140 });

  it('count bytes', () => {
    const one = memory();
    expect(one.call('size')).toBe(100);
    expect(one.call('load8', 99)).toBe(0);
    expect(one.call('load32', 96)).toBe(0);
    one.expectOutOfBounds('load8', 100);
    one.expectOutOfBounds('load32', 97);
    expect(one.engine.memoryBytes(one.address)).toBe(100);
  });

  it('grow by bytes, up to the capacity and the maximum', () => {
    const one = memory();
    expect(one.call('grow', 28)).toBe(100);
    expect(one.call('size')).toBe(128);
    expect(one.call('load64', 120)).toBe(0);
    one.expectOutOfBounds('load8', 128);
    expect(one.call('grow', 13)).toBe(-1);
    expect(one.call('grow', 12)).toBe(128);
    expect(one.call('grow', 1)).toBe(-1);
    expect(one.call('grow', 0xffffffff)).toBe(-1);
    expect(one.call('size')).toBe(140);
    const roomy = new Memory(bytes, { memoryBytes: 1000 });
    expect(roomy.call('grow', 51)).toBe(-1);
    expect(roomy.call('grow', 50)).toBe(100);
    expect(roomy.call('grow', 1)).toBe(-1);
  });

  it('may be fewer than declared too', () => {
    const one = new Memory(bytes, { memoryBytes: 60 }, { partialMemory: true });
    expect(one.call('size')).toBe(100);
    one.expectOutOfBounds('load8', 60);
    expect(one.call('load8', 59)).toBe(0);
    expect(one.call('grow', 1)).toBe(-1);
    expect(thrownBy(() => new Memory(bytes, { memoryBytes: 60 }))).toMatchObject({
      capacity: 'memoryBytes',
      needed: 100,
      available: 60,
    });
  });

  it('do not link with pages of 64 KiB', () => {
    const importing = wat('(module (import "host" "memory" (memory 0)))');
    const engine = new Engine({ ...small, memoryBytes: PAGE });
    engine.defineMemory('host', 'memory', 100, -1, 0);
    const error = thrownBy(() => engine.instantiate(engine.load(importing)));
    expect(error).toMatchObject({ name: 'LinkError' });
    expect((error as Error).message).toContain('page size');
  });
});
