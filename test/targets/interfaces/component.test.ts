// Components taken apart: interfaces and resources, compared with jco, what is refused, and damaged components.
import { componentNew, parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { beforeAll, describe, expect, it } from 'vitest';
import { isComponent, readComponent } from '../../../targets/interfaces/component/read-component.js';
import { InterfaceError } from '../../../targets/interfaces/interface-error.js';
import { functionText, typeText } from '../../../targets/interfaces/types.js';
import { describeModule } from '../../../targets/module/description.js';
import { instantiateTyped } from '../../../targets/node/index.js';
import { wat } from '../../core/wat.js';
import { componentOf, instantiateByJco } from './jco.js';

const WIT = `package test:counting@1.0.0;
interface log { record entry { level: u8, text: string } write: func(entry: entry); }
interface counters {
  resource counter {
    constructor(start: u32);
    add: func(by: u32) -> u32;
    larger: static func(one: borrow<counter>, other: borrow<counter>) -> bool;
  }
  describe: func(counter: borrow<counter>) -> string;
}
world counting { import log; export counters; export twice: func(text: string) -> string; }
`;

/** A counter is the address of its number. Its destructor writes -1 there. */
const MODULE = `(module
  (import "test:counting/log@1.0.0" "write" (func $write (param i32 i32 i32)))
  (import "[export]test:counting/counters@1.0.0" "[resource-new]counter" (func $new (param i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 16) "ending" "counter ")
  (global $top (mut i32) (i32.const 2048))
  (func $realloc (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (local i32)
    (local.set 4 (i32.and (i32.add (global.get $top) (i32.const 7)) (i32.const -8)))
    (global.set $top (i32.add (local.get 4) (local.get 3)))
    (local.get 4))
  (func (export "test:counting/counters@1.0.0#[constructor]counter") (param i32) (result i32) (local i32)
    (local.set 1 (call $realloc (i32.const 0) (i32.const 0) (i32.const 4) (i32.const 4)))
    (i32.store (local.get 1) (local.get 0))
    (call $new (local.get 1)))
  (func (export "test:counting/counters@1.0.0#[method]counter.add") (param i32 i32) (result i32)
    (i32.store (local.get 0) (i32.add (i32.load (local.get 0)) (local.get 1)))
    (i32.load (local.get 0)))
  (func (export "test:counting/counters@1.0.0#[static]counter.larger") (param i32 i32) (result i32)
    (i32.gt_u (i32.load (local.get 0)) (i32.load (local.get 1))))
  (func (export "test:counting/counters@1.0.0#[dtor]counter") (param i32)
    (call $write (i32.load (local.get 0)) (i32.const 16) (i32.const 6))
    (i32.store (local.get 0) (i32.const -1)))
  (func (export "test:counting/counters@1.0.0#describe") (param i32) (result i32)
    (i32.store8 (i32.const 30) (i32.add (i32.const 48) (i32.load (local.get 0))))
    (i32.store (i32.const 1024) (i32.const 22))
    (i32.store (i32.const 1028) (i32.const 9))
    (i32.const 1024))
  (func (export "twice") (param $text i32) (param $length i32) (result i32)
    (local $made i32)
    (local.set $made (call $realloc (i32.const 0) (i32.const 0) (i32.const 1) (i32.mul (local.get $length) (i32.const 2))))
    (memory.copy (local.get $made) (local.get $text) (local.get $length))
    (memory.copy (i32.add (local.get $made) (local.get $length)) (local.get $text) (local.get $length))
    (i32.store (i32.const 1024) (local.get $made))
    (i32.store (i32.const 1028) (i32.mul (local.get $length) (i32.const 2)))
    (i32.const 1024)))`;

interface Counter {
  add(by: number): number;
  free?(): void;
}
interface Counting {
  counters: {
    Counter: { new (start: number): Counter; larger(one: Counter, other: Counter): boolean };
    describe(counter: Counter): string;
  };
  twice(text: string): string;
}

let component: Uint8Array;
beforeAll(async () => {
  component = await componentOf(wat(MODULE), WIT);
}, 60_000);

function used({ counters, twice }: Counting, entries: unknown[]): unknown[] {
  const [one, other] = [new counters.Counter(3), new counters.Counter(5)];
  const made = [one.add(4), counters.Counter.larger(one, other), counters.describe(one), twice('é€'), twice('')];
  // jco's objects are ended by a method whose name is a symbol: which one depends on the version of Node.
  const dispose = Object.getOwnPropertySymbols(one).find(({ description }) => /dispose$/.test(description!))!;
  if (one.free) one.free();
  else (one as unknown as Record<symbol, () => void>)[dispose]();
  return [...made, [...entries]];
}

describe('a component', () => {
  it('has types with the names that an exported interface gives them', async () => {
    const wit = `package a:b; interface shop {
        record item { name: string } variant failure { closed, sold(item) } enum size { small, large } flags paid { cash, card }
        buy: func(size: size, paid: paid) -> result<item, failure>; all: func() -> list<option<item>>; }
      world w { export shop; }`;
    const module = wat(`(module (memory (export "memory") 1)
      (func (export "a:b/shop#buy") (param i32 i32) (result i32) (i32.const 0))
      (func (export "a:b/shop#all") (result i32) (i32.const 0)))`);
    const { world } = readComponent(await componentOf(module, wit));
    const [{ functions, types }] = world.exports;
    expect(functions.map((each) => functionText(each)).sort()).toEqual([
      'func() -> list<option<item>>',
      'func(size: size, paid: paid) -> result<item, failure>',
    ]);
    expect(types.map((each) => typeText(each)).sort()).toEqual(['failure', 'item', 'paid', 'size']);
  });

  it('has a world, and one core module with its functions', () => {
    expect(isComponent(component)).toBe(true);
    expect(isComponent(wat('(module)'))).toBe(false);
    const { world, bytes } = readComponent(component);
    expect(world.imports.map(({ name }) => name)).toEqual(['test:counting/log@1.0.0']);
    const exported = world.exports.flatMap(({ name, functions }) =>
      functions.map((each) => `${name}#${each.name} ${functionText(each)}`),
    );
    expect(exported.sort()).toEqual([
      '#twice func(text: string) -> string',
      'test:counting/counters@1.0.0#add func(self: borrow<counter>, by: u32) -> u32',
      'test:counting/counters@1.0.0#counter func(start: u32) -> counter',
      'test:counting/counters@1.0.0#describe func(counter: borrow<counter>) -> string',
      'test:counting/counters@1.0.0#larger func(one: borrow<counter>, other: borrow<counter>) -> bool',
    ]);
    // Nothing is left of the functions that call through a table until the memory is there.
    const { imports } = describeModule(bytes);
    expect(imports.map(({ module, name }) => `${module} ${name}`).sort()).toEqual([
      '[export]test:counting/counters@1.0.0 [resource-new]counter',
      'test:counting/log@1.0.0 write',
    ]);
  });

  it('does what jco makes it do, with resources', async () => {
    const entries: unknown[] = [];
    const host = { write: (entry: unknown) => void entries.push(entry) };
    const jco = await instantiateByJco(component, { 'test:counting/log': host });
    const expected = used(jco as unknown as Counting, entries);
    expect(expected).toEqual([7, true, 'counter 7', 'é€é€', '', [{ level: 7, text: 'ending' }]]);
    entries.length = 0;
    const typed = instantiateTyped(component, { 'test:counting/log': host }) as unknown as Counting;
    expect(used(typed, entries)).toEqual(expected);
  });
});

describe('what is not supported', () => {
  const LIFTED = '(core module $m (memory (export "memory") 1) (func (export "f") (param i32 i32)))';
  it.each([
    [
      'strings in UTF-16',
      `(component ${LIFTED} (core instance $i (instantiate $m))
        (func (export "f") (param "s" string) (canon lift (core func $i "f") (memory (core memory $i "memory")) string-encoding=utf16)))`,
      'the component has strings in utf16, and only UTF-8 is supported',
    ],
    [
      'a function that goes from one component to another',
      `(component
        (component $a (core module $m (func (export "f"))) (core instance $i (instantiate $m)) (func (export "f") (canon lift (core func $i "f"))))
        (instance $a (instantiate $a))
        (core func $f (canon lower (func $a "f")))
        (core module $m (import "a" "f" (func)) (func (export "g") (call 0)))
        (core instance $i (instantiate $m (with "a" (instance (export "f" (func $f))))))
        (func (export "g") (canon lift (core func $i "g"))))`,
      'the component is composed of 2 components, and a program is made of one',
    ],
    [
      'a resource that goes from one component to another',
      `(component
        (component $a (type $t (resource (rep i32))) (export $r "r" (type $t))
          (core module $m (func (export "f") (result i32) (i32.const 1))) (core instance $i (instantiate $m))
          (func $make (result (own $r)) (canon lift (core func $i "f")))
          (export "make" (func $make)))
        (instance $a (instantiate $a))
        (core func $f (canon lower (func $a "make")))
        (core module $m (import "a" "f" (func (result i32))) (func (export "g") (result i32) (call 0)))
        (core instance $i (instantiate $m (with "a" (instance (export "f" (func $f))))))
        (func (export "g") (result u32) (canon lift (core func $i "g"))))`,
      'the component passes resources from one of its components to another, which is not supported',
    ],
    [
      'a component as an import',
      '(component (import "c" (component)))',
      'the component imports components, which is not supported',
    ],
  ])('%s', async (_, text, message) => {
    const bytes = await parse(text);
    expect(() => readComponent(bytes)).toThrow(message);
    expect(() => readComponent(bytes)).toThrow(InterfaceError);
  });

  it('an older version of the format', async () => {
    const bytes = Uint8Array.from(component);
    bytes[4] = 0x0c;
    expect(isComponent(bytes)).toBe(true);
    expect(() => readComponent(bytes)).toThrow('the component is of version 12, and 13 is read here');
  });
});

describe("a component without wit-component's conventions", () => {
  it('is refused if an export has another type than its function', async () => {
    const text = (type: string) => `(component
      (core module $m (func (export "f") (param i32) (result i32) (local.get 0)))
      (core instance $i (instantiate $m))
      (func $f (param "a" u32) (result u32) (canon lift (core func $i "f")))
      (export "f" (func $f) (func (param "a" ${type}) (result u32))))`;
    expect((instantiateTyped(await parse(text('u32')), {}) as { f(a: number): number }).f(7)).toBe(7);
    const other = await parse(text('s32'));
    expect(() => readComponent(other)).toThrow('damaged: an export has another type than its function');
  });

  it('is linked as its instances say: inline exports, two modules, a start function', async () => {
    const bytes = await parse(`(component
      (core module $store (memory (export "store") 1) (global (export "base") i32 (i32.const 64))
        (func (export "get") (result i32) (i32.load (global.get 0))))
      (core module $user (import "s" "m" (memory 1)) (import "s" "b" (global i32)) (import "t" "get" (func $get (result i32)))
        (func $start (i32.store (global.get 0) (i32.const 42))) (start $start)
        (func (export "answer") (result i32) (i32.add (call $get) (i32.const 1))))
      (core instance $store (instantiate $store))
      (core instance $user (instantiate $user
        (with "s" (instance (export "m" (memory $store "store")) (export "b" (global $store "base"))))
        (with "t" (instance $store))))
      (func (export "answer") (result u32) (canon lift (core func $user "answer"))))`);
    expect((instantiateTyped(bytes, {}) as { answer(): number }).answer()).toBe(43);
  });
});

describe('a component with an adapter', () => {
  // The form of wit-component: the main module and the adapter import from each other, through a table that is filled after both.
  const TEXT = `(component
    (import "test:it/host" (instance $host (export "text" (func (result string)))))
    (core module $main (import "adapter" "end" (func $end (result i32)))
      (memory (export "memory") 1)
      (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
      (func (export "end") (result i32) (call $end))
      (func (export "place") (param i32 i32) (result i32) (local.get 0)))
    (core module $shim (table (export "$imports") 2 funcref)
      (func (export "0") (result i32) (call_indirect (result i32) (i32.const 0)))
      (func (export "1") (param i32) (call_indirect (param i32) (local.get 0) (i32.const 1))))
    (core module $fill (import "" "$imports" (table 2 funcref))
      (import "" "0" (func $end (result i32))) (import "" "1" (func $text (param i32)))
      (elem (i32.const 0) func $end $text))
    (core module $adapter (import "main" "memory" (memory 1)) (import "host" "text" (func $text (param i32)))
      (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 2048))
      (func (export "end") (result i32) (call $text (i32.const 512))
        (i32.add (i32.load (i32.const 512)) (i32.load (i32.const 516)))))
    (core instance $shim (instantiate $shim))
    (core instance $main (instantiate $main (with "adapter" (instance (export "end" (func $shim "0"))))))
    (core instance $adapter (instantiate $adapter (with "main" (instance $main))
      (with "host" (instance (export "text" (func $shim "1"))))))
    (core func $text (canon lower (func $host "text") (memory (core memory $main "memory")) (realloc (core func $adapter "realloc"))))
    (core instance (instantiate $fill (with "" (instance (export "$imports" (table $shim "$imports"))
      (export "0" (func $adapter "end")) (export "1" (func $text))))))
    (func (export "end") (result u32) (canon lift (core func $main "end")))
    (func (export "place") (param "text" string) (result u32)
      (canon lift (core func $main "place") (memory (core memory $main "memory")) (realloc (core func $main "realloc")))))`;

  it('has one module, in which each allocates its own', async () => {
    const component = await parse(TEXT);
    const { imports } = describeModule(readComponent(component).bytes);
    expect(imports.map(({ module, name }) => `${module} ${name}`)).toEqual(['test:it/host text']);
    const typed = instantiateTyped(component, { host: { text: () => 'four' } }) as Record<
      string,
      (text?: string) => number
    >;
    expect([typed.place('a'), typed.end(), typed.place('b')]).toEqual([1024, 2048 + 4, 1024]);
  });
});

describe('a damaged component', () => {
  it('is an error of ours, or reads as another one', async () => {
    const inputs = [component, await componentNew(await parse('(module)'), []).catch(() => component)];
    let seed = 18;
    const next = (below: number) => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    let refused = 0;
    for (let round = 0; round < 400; round++) {
      const bytes = Uint8Array.from(inputs[round % inputs.length]);
      const [from, to] = round % 3 === 0 ? [8, bytes.length] : [Math.max(8, bytes.length - 1200), bytes.length];
      for (let flips = 1 + next(3); flips > 0; flips--)
        bytes[from + next(to - from)] = next(4) === 0 ? next(256) : next(8);
      const damaged = round % 5 === 0 ? bytes.subarray(0, 8 + next(bytes.length - 8)) : bytes;
      try {
        if (isComponent(damaged)) readComponent(damaged);
      } catch (error) {
        expect(error).toBeInstanceOf(InterfaceError);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(150);
  });
});
