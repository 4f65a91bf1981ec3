// Components that are composed of others, each with a memory of its own: text, lists and records go from one to another, on Node as with jco.
import { parse, print } from '@bytecodealliance/jco-transpile/wasm-tools';
import { beforeAll, describe, expect, it } from 'vitest';
import { readComponent, readParts } from '../../../targets/interfaces/component/read-component.js';
import { instantiateTyped } from '../../../targets/node/index.js';
import { wat } from '../../core/wat.js';
import { componentOf, instantiateByJco } from './jco.js';

const TYPES = `interface texts {
    record entry { key: string, values: list<s16>, note: option<string> }
    variant failure { empty, odd(u64) }
    echo: func(text: string) -> string;
    pass: func(entry: entry) -> entry;
    half: func(number: u64) -> result<u64, failure>;
  }`;
const INNER_WIT = `package test:composed; ${TYPES} world inner { import prefix: func() -> string; export texts; }`;
const OUTER_WIT = `package test:composed; ${TYPES} world outer { import texts; export texts; export count: func(text: string) -> u32; }`;

const ALLOCATOR = `(memory (export "memory") 1) (global $top (mut i32) (i32.const 1024))
  (func $realloc (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (local $at i32)
    (local.set $at (i32.and (i32.add (global.get $top) (i32.const 7)) (i32.const -8)))
    (global.set $top (i32.add (local.get $at) (local.get 3)))
    (local.get $at))`;
/** An entry is passed as words of a key, a list and an option. */
const ENTRY = '(param i32 i32 i32 i32 i32 i32 i32)';
const STORED = Array.from(
  { length: 7 },
  (_, at) => `(i32.store offset=${at * 4} (i32.const 64) (local.get ${at}))`,
).join('\n');

/** Puts the host's prefix before what `echo` is given: in place, as the argument lies behind the prefix. */
const INNER = `(module (import "$root" "prefix" (func $prefix (param i32))) ${ALLOCATOR}
  (func (export "test:composed/texts#echo") (param $text i32) (param $length i32) (result i32) (local $start i32) (local $all i32)
    (call $prefix (i32.const 32))
    (local.set $all (i32.add (i32.load (i32.const 36)) (local.get $length)))
    (local.set $start (call $realloc (i32.const 0) (i32.const 0) (i32.const 1) (local.get $all)))
    (memory.copy (local.get $start) (i32.load (i32.const 32)) (i32.load (i32.const 36)))
    (memory.copy (i32.add (local.get $start) (i32.load (i32.const 36))) (local.get $text) (local.get $length))
    (i32.store (i32.const 40) (local.get $start)) (i32.store (i32.const 44) (local.get $all))
    (i32.const 40))
  (func (export "test:composed/texts#pass") ${ENTRY} (result i32) ${STORED} (i32.const 64))
  (func (export "test:composed/texts#half") (param i64) (result i32)
    (i64.store (i32.const 128) (i64.const 0)) (i64.store (i32.const 136) (i64.const 0)) (i64.store (i32.const 144) (i64.const 0))
    (if (i64.eqz (local.get 0)) (then (i32.store8 (i32.const 128) (i32.const 1)))
      (else (if (i64.eqz (i64.and (local.get 0) (i64.const 1)))
        (then (i64.store (i32.const 136) (i64.shr_u (local.get 0) (i64.const 1))))
        (else (i32.store8 (i32.const 128) (i32.const 1)) (i32.store8 (i32.const 136) (i32.const 1))
          (i64.store (i32.const 144) (local.get 0))))))
    (i32.const 128)))`;
const OUTER = `(module
  (import "test:composed/texts" "echo" (func $echo (param i32 i32 i32)))
  (import "test:composed/texts" "pass" (func $pass ${ENTRY.replace(')', ' i32)')}))
  (import "test:composed/texts" "half" (func $half (param i64 i32)))
  ${ALLOCATOR}
  (func (export "test:composed/texts#echo") (param i32 i32) (result i32)
    (call $echo (local.get 0) (local.get 1) (i32.const 32)) (i32.const 32))
  (func (export "test:composed/texts#pass") ${ENTRY} (result i32)
    (call $pass ${Array.from({ length: 7 }, (_, at) => `(local.get ${at})`).join(' ')} (i32.const 64)) (i32.const 64))
  (func (export "test:composed/texts#half") (param i64) (result i32)
    (call $half (local.get 0) (i32.const 128)) (i32.const 128))
  (func (export "count") (param i32 i32) (result i32)
    (call $echo (local.get 0) (local.get 1) (i32.const 32)) (i32.load (i32.const 36))))`;

/** A component as text within another one. */
const within = async (name: string, component: Uint8Array) =>
  (await print(component)).replace('(component', `(component ${name}`);

interface Composed {
  texts: {
    echo(text: string): string;
    pass(entry: unknown): unknown;
    half(number: bigint): bigint;
  };
  count(text: string): number;
}

function used({ texts, count }: Composed): unknown[] {
  const attempt = (number: bigint) => {
    try {
      return texts.half(number);
    } catch (error) {
      // jco throws an object itself.
      return (error as { payload?: unknown }).payload ?? error;
    }
  };
  const entries = [
    { key: 'é€😀', values: Int16Array.of(-1, 32767), note: 'x'.repeat(300) },
    { key: '', values: Int16Array.of(), note: undefined },
  ];
  return [
    ...['', 'a', 'é€😀', 'b'.repeat(256)].map((text) => texts.echo(text)),
    ...entries.map((each) => texts.pass(each)),
    ...[2n ** 63n, 0n, 7n].map(attempt),
    count('é'),
  ];
}

let component: Uint8Array;
beforeAll(async () => {
  const inner = await within('$inner', await componentOf(wat(INNER), INNER_WIT));
  const outer = await within('$outer', await componentOf(wat(OUTER), OUTER_WIT));
  // What `wac plug` writes: the outer component gets an instance of the inner one, and its exports are those of all.
  component = await parse(`(component
    (import "prefix" (func $prefix (result string)))
    ${inner}
    ${outer}
    (instance $i (instantiate $inner (with "prefix" (func $prefix))))
    (alias export $i "test:composed/texts" (instance $texts))
    (instance $o (instantiate $outer (with "test:composed/texts" (instance $texts))))
    (export "test:composed/texts" (instance $o "test:composed/texts"))
    (export "count" (func $o "count")))`);
}, 60_000);

describe('a component that is composed of others', () => {
  it('does what jco makes it do', async () => {
    const expected = used(
      (await instantiateByJco(component, { prefix: { default: () => '→' } })) as unknown as Composed,
    );
    expect(expected.slice(0, 2)).toEqual(['→', '→a']);
    expect(expected.slice(-4)).toEqual([2n ** 62n, { tag: 'empty' }, { tag: 'odd', val: 7n }, 5]);
    expect(used(instantiateTyped(component, { prefix: () => '→' }) as unknown as Composed)).toEqual(expected);
  });

  it('exports what it exports, and not what its parts give each other', () => {
    const exports = instantiateTyped(component, { prefix: () => '' });
    expect(Object.keys(exports).sort()).toEqual(['count', 'test:composed/texts', 'texts']);
    expect(readParts(component).map(({ world }) => world.exports.map(({ name }) => name))).toEqual([
      ['#functions-0'],
      ['', 'test:composed/texts'],
    ]);
  });

  it('is refused where a program is made of it', () => {
    expect(() => readComponent(component)).toThrow(
      'the component is composed of 2 components, and a program is made of one',
    );
  });
});
