// Calls from one instance into another, of the same namespace or of the other one: bits, references, types and traps.
import { describe, expect, it } from 'vitest';
import {
  createCompilingWebAssembly,
  createWebAssembly,
  type Exports,
  type Imports,
  type WebAssemblyNamespace,
} from '../../../targets/node/index.js';
import { wat } from '../../core/wat.js';
import { thrown } from './transcript.js';

const namespaces: Record<string, WebAssemblyNamespace> = {
  interpreted: createWebAssembly(),
  translated: createCompilingWebAssembly() as unknown as WebAssemblyNamespace,
};
const pairs = Object.keys(namespaces).flatMap((from) => Object.keys(namespaces).map((into) => [from, into] as const));

const exporter = wat(`(module
  (func (export "f32") (param f32) (result f32) (local.get 0))
  (func (export "f64") (param f64) (result f64) (local.get 0))
  (func (export "all") (param i32 i64 f32 f64 externref) (result externref f64 f32 i64 i32)
    (local.get 4) (local.get 3) (local.get 2) (local.get 1) (local.get 0))
  (func $null (export "func") (param funcref) (result funcref) (local.get 0))
  (func (export "trap") (param i32) (result i32) (i32.div_s (i32.const 1) (local.get 0)))
  (global (export "g32") f32 (f32.const nan:0x200001))
  (global (export "g64") f64 (f64.const nan:0x4000000000001)))`);

const importer = wat(`(module
  (import "a" "f32" (func $f32 (param f32) (result f32)))
  (import "a" "f64" (func $f64 (param f64) (result f64)))
  (import "a" "all" (func $all (param i32 i64 f32 f64 externref) (result externref f64 f32 i64 i32)))
  (import "a" "func" (func $func (param funcref) (result funcref)))
  (import "a" "trap" (func $trap (param i32) (result i32)))
  (func (export "f32") (param i32) (result i32) (i32.reinterpret_f32 (call $f32 (f32.reinterpret_i32 (local.get 0)))))
  (func (export "f64") (param i64) (result i64) (i64.reinterpret_f64 (call $f64 (f64.reinterpret_i64 (local.get 0)))))
  (func (export "all") (param i32 i64 i32 i64 externref) (result externref i64 i32 i64 i32)
    (local f64 f32 i64 i32 externref)
    (call $all (local.get 0) (local.get 1) (f32.reinterpret_i32 (local.get 2)) (f64.reinterpret_i64 (local.get 3)) (local.get 4))
    (local.set 8) (local.set 7) (local.set 6) (local.set 5) (local.set 9)
    (local.get 9) (i64.reinterpret_f64 (local.get 5)) (i32.reinterpret_f32 (local.get 6)) (local.get 7) (local.get 8))
  (func (export "func") (param funcref) (result funcref) (call $func (local.get 0)))
  (func (export "trap") (param i32) (result i32) (call $trap (local.get 0)))
  (export "again" (func $f32)))`);

const instance = (api: WebAssemblyNamespace, bytes: Uint8Array, imports?: Imports): Exports =>
  new api.Instance(new api.Module(bytes), imports).exports;

const SINGLES = [0x7fa00000, 0x7f800001, -0x600000, 0x7fc00000, -0x400000, 0x3f800000];
const DOUBLES = [0x7ff4000000000001n, -0xc000000000001n, 0x7ff8000000000000n, 0x3ff0000000000000n];

describe.each(pairs)('a function of an %s instance, imported by an %s one', (from, into) => {
  const a = instance(namespaces[from], exporter);
  const exports = instance(namespaces[into], importer, { a });

  it('keeps the bits of every NaN', () => {
    for (const bits of SINGLES) expect(exports.f32(bits)).toBe(bits);
    for (const bits of DOUBLES) expect(exports.f64(bits)).toBe(bits);
  });

  it('takes and gives several values of every type', () => {
    const object = {};
    const values = [-7, -(2n ** 40n), 0x7fa00001, 0x7ff4000000000001n, object];
    expect(exports.all(...values)).toEqual([...values].reverse());
    expect(exports.all(...values)[0]).toBe(object);
  });

  it('is the same function again, and takes functions of both', () => {
    expect(exports.again).toBe(a.f32);
    for (const each of [a.trap, exports.trap, null]) expect(exports.func(each)).toBe(each);
    expect(thrown(() => exports.func(() => 1))).toBe('TypeError');
  });

  it('traps with the error of the interface', () => {
    expect(exports.trap(1)).toBe(1);
    expect(() => exports.trap(0)).toThrow(/integer divide by zero in function 4 \(trap\)|divide by zero in function 4/);
    expect(thrown(() => exports.trap(0))).toBe('RuntimeError');
  });

  it('is refused where its type is another one', () => {
    const wrong = wat('(module (import "a" "f32" (func (param f64) (result f32))))');
    const link = () => instance(namespaces[into], wrong, { a });
    expect(link).toThrow(/incompatible import type: "a" "f32" has type .*f32.*the module wants .*f64/);
    expect(thrown(link)).toBe('LinkError');
  });
});

describe.each(Object.keys(namespaces))('an immutable global of an %s instance', (name) => {
  it('keeps the bits of a NaN in another instance', () => {
    const api = namespaces[name];
    const reader = wat(`(module (import "a" "g32" (global f32)) (import "a" "g64" (global f64))
      (func (export "g32") (result i32) (i32.reinterpret_f32 (global.get 0)))
      (func (export "g64") (result i64) (i64.reinterpret_f64 (global.get 1))))`);
    const { g32, g64 } = instance(api, reader, { a: instance(api, exporter) });
    expect([g32(), g64()]).toEqual([0x7fa00001, 0x7ff4000000000001n]);
  });
});
