// Files that are no module: what they are, what makes a module of them, and modules that are within them.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { describeModule, type External } from '../../../targets/module/description.js';
import { embeddedModules } from '../../../targets/module/embedded-modules.js';
import { glueAdvice } from '../../../targets/module/foreign-glue.js';
import { recognise, recogniseUnfinished } from '../../../targets/module/recognise.js';
import { assembleText, TextFormatError } from '../../../targets/module/text-format.js';
import { wat } from '../../core/wat.js';

const bytes = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));
const MODULE = await assembleText('(module (func (export "f") (result i32) (i32.const 7)))');
const section = (id: number, content: Uint8Array) => [id, content.length, ...content];
const COMPONENT = Uint8Array.from([
  0,
  0x61,
  0x73,
  0x6d,
  0x0d,
  0,
  1,
  0,
  ...section(0, bytes('\x01x')),
  ...section(1, MODULE),
]);

describe('a file that is no module', () => {
  it.each([
    ['app.wasm.gz', gzipSync(MODULE), 'compressed with gzip', 'gzip -dc app.wasm.gz > app.wasm'],
    ['app', bytes('\x28\xb5\x2f\xfd..'), 'compressed with zstd', 'zstd -d app -o app.wasm'],
    ['app', bytes('BZh9..'), 'compressed with bzip2', 'bzip2 -dc app'],
    ['app.zip', bytes('PK\x03\x04..'), 'ZIP archive', 'unzip -l app.zip'],
    ['a.out', bytes('\x7fELF\x02'), 'ELF file', 'clang --target=wasm32'],
    ['a.out', bytes('\xcf\xfa\xed\xfe'), 'Mach-O file', 'clang --target=wasm32'],
    ['app.exe', bytes('MZ\x90'), 'program for Windows', 'clang --target=wasm32'],
    ['app.bc', bytes('BC\xc0\xde'), 'LLVM bitcode', 'app.bc'],
    ['libapp.a', bytes('!<arch>\n'), 'static library', 'wasm-ld --no-entry'],
    ['app.wasm', bytes('<!DOCTYPE html><html>'), 'web page', 'curl -fL'],
    ['app.c', bytes('int f(void) { return 1; }'), 'C source', 'clang --target=wasm32 -Oz'],
    ['-', bytes('#include <stdint.h>\nint f;'), 'C source', 'clang --target=wasm32 -Oz'],
    ['app.cpp', bytes('class A {};'), 'C++ source', 'clang++ --target=wasm32'],
    ['app.rs', bytes('#![no_std]'), 'Rust source', 'rustc --target wasm32-unknown-unknown'],
    ['app.ts', bytes('export function f(): i32 { return 1; }'), 'TypeScript source', 'npx asc app.ts'],
    ['app.go', bytes('package main'), 'Go source', 'tinygo build'],
    ['app.zig', bytes('export fn f() void {}'), 'Zig source', 'zig build-exe app.zig'],
    ['app.js', bytes('print(1)'), 'JavaScript', 'tazzina run app.js --board'],
    ['app.js.map', bytes('{"version":3}'), 'JSON', '.wasm'],
    [
      'glue.js',
      bytes(`x="${Buffer.from(MODULE).toString('base64')}"`),
      `a module in it, of ${MODULE.length} bytes`,
      'tazzina extract glue.js',
    ],
  ])('%s is told what it is', (file, content, what, remedy) => {
    const found = recognise(file, content);
    expect(found?.what).toContain(what);
    expect(found?.remedy).toContain(remedy);
  });

  it('is told that it is an object file where it imports the memory that linking replaces', () => {
    const imported = [0x03, ...bytes('env'), 0x0f, ...bytes('__linear_memory'), 2, 0, 0];
    const object = Uint8Array.from([...MODULE.subarray(0, 8), ...section(2, Uint8Array.from([1, ...imported]))]);
    expect(recogniseUnfinished('app.o', object)).toMatchObject({
      what: expect.stringContaining('object file'),
      remedy: expect.stringContaining('wasm-ld --no-entry'),
    });
    expect(recogniseUnfinished('app.wasm', MODULE)).toBe(undefined);
  });

  it('of which nothing is known is left to the parser', () => {
    expect(recognise('app.wasm', bytes('\x01\x02\x03'))).toBe(undefined);
  });
});

describe('a module within another file', () => {
  const hexadecimal = Buffer.from(MODULE).toString('hex');
  it.each([
    ['base64', `atob("${Buffer.from(MODULE).toString('base64')}")`],
    ['numbers', `new Uint8Array([${[...MODULE].join(', ')}])`],
    ['numbers with comments', `[ // \\0asm, the magic\n${[...MODULE].join(', // 1, 2\n /* 3 */ ')},]`],
    ['hexadecimal digits', `fromHex('${hexadecimal}')`],
    ['hexadecimal numbers', `[${[...MODULE].map((each) => `0x${each.toString(16).padStart(2, '0')}`).join(',')}]`],
  ])('is found as %s', (_, text) => {
    expect(embeddedModules(bytes(`var a = 1, b = ${text};`))).toEqual([MODULE]);
  });

  it('is found in gzip files and components, and not in what is damaged', () => {
    expect(embeddedModules(gzipSync(MODULE))).toEqual([MODULE]);
    expect(embeddedModules(COMPONENT)).toEqual([MODULE]);
    expect(embeddedModules(gzipSync(MODULE).subarray(0, 30))).toEqual([]);
  });

  it('of a package of npm is a module', () => {
    const file = createRequire(import.meta.url).resolve('siphash24/siphash24.js');
    const [module] = embeddedModules(readFileSync(file));
    expect(describeModule(module).exports.map(({ name }) => name)).toEqual(['memory', 'siphash']);
  });
});

describe('glue code that a module wants', () => {
  const importsOf = async (text: string): Promise<External[]> => describeModule(await wat(text)).imports;
  it.each([
    ['(module (import "gojs" "runtime.wasmExit" (func (param i32))))', 'TinyGo'],
    ['(module (import "./app_bg.js" "__wbg_alert_1" (func (param i32 i32))))', 'wasm-bindgen'],
    ['(module (import "a" "a" (func)) (import "a" "b" (memory 1)))', '-sSTANDALONE_WASM'],
  ])('%s', async (text, advice) => {
    expect(glueAdvice(await importsOf(text))[0]).toContain(advice);
  });

  it('is not suspected of names of one letter in a module of a longer name', async () => {
    expect(glueAdvice(await importsOf('(module (import "env" "a" (func)))'))).toEqual([]);
    expect(glueAdvice([])).toEqual([]);
  });
});

it('the text format of before 2018 is renamed by the command that the error gives', async () => {
  const old = `(module (table 1 anyfunc) (memory 1) (func (export "f") (param i64) (result f32) (local i32)
    (set_local 1 (i32.wrap/i64 (get_local 0))) (drop (grow_memory (tee_local 1 (current_memory))))
    (f32.add (f32.convert_u/i32 (get_local 1)) (f32.reinterpret/i32 (i32.trunc_s/f64 (f64.const 1))))))`;
  const folder = mkdtempSync(join(tmpdir(), 'tazzina-old-'));
  const file = join(folder, 'old.wat');
  writeFileSync(file, old);
  const error = await assembleText(old, file).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(TextFormatError);
  const command = /sed -Ei .*$/m.exec((error as Error).message)![0];
  execFileSync('sh', ['-c', command]);
  expect(describeModule(await assembleText(readFileSync(file), file)).exports[0].type).toBe('(i64) -> f32');
  rmSync(folder, { recursive: true });
});
