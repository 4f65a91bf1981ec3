// Tests the functions for the compiler on the board: it accepts them, its results equal the interpreter's, and their number is right.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { realModules } from '../../../bench/real-modules.js';
import { banglejs2, boards, puckjs } from '../../../boards/index.js';
import { VerificationLevel } from '../../../src/safety/index.js';
import { type BuildOptions, buildProgram } from '../../../targets/board/build.js';
import { BuildError } from '../../../targets/board/build-error.js';
import { parsable } from '../../../targets/board/parsable.js';
import { chooseJitted } from '../../../targets/compiler/javascript/espruino/jit/choice.js';
import { jittedBytes } from '../../../targets/compiler/javascript/espruino/jit/size.js';
import { translateForEspruino } from '../../../targets/compiler/javascript/espruino/module.js';
import { js } from '../../../targets/compiler/javascript/trees/code.js';
import type { ModuleCode } from '../../../targets/module/module-code.js';
import { readModule } from '../../../targets/module/read-module.js';
import { everyNth } from '../../amount.js';
import { wat } from '../../core/wat.js';
import { platform } from '../../differential/platform.js';
import { loadInNode } from '../board/script-program.js';

const kernels = readFileSync(new URL('../../../bench/espruino/kernels.wasm', import.meta.url));

/** The jitted functions of a program, and what stands of them in the summary. */
async function jittedOf(bytes: Uint8Array, jit: 'hot' | 'all', board = banglejs2) {
  const { image, jitted } = await buildProgram(readModule(bytes), {
    board,
    name: 'app',
    tier: 'js',
    jit,
    memoryBytes: 8192,
  });
  const text = Buffer.from(image.files.find(({ name }) => name === 'app')!.bytes).toString('latin1');
  const functions = text.split(/(?=\bfunction\b)/).filter((each) => each.includes('"jit";'));
  return { text, functions, jitted: jitted ?? [] };
}

describe('jitted functions', () => {
  it('have nothing that the compiler does not take', async () => {
    const { functions } = await jittedOf(kernels, 'all', { ...banglejs2, freeJsVars: 20_000 });
    expect(functions).toHaveLength(19);
    for (const each of functions) {
      expect(each).not.toMatch(/\b(?:break|continue|switch|for|try|throw|typeof|void|in|Math)\b|\?\?|=>/);
      expect(each).toMatch(/^function [\w$]+\([^)]*\)\{"jit";/);
    }
  });

  it('say in numbers what the interpreter reads too', () => {
    const program =
      'var a=4294967295;function b(c){"jit";if(c){c=1e3+~2147483647}return c>>>0<4294967295&&b1e3}var d=1e3';
    expect(parsable(program)).toBe(
      'var a=4294967295;function b(c){"jit";if(c){c=1000+~2147483647}return c>>>0<4294967295.0&&b1e3}var d=1e3',
    );
    expect(parsable('function a(){"jit";return 4294967296+2147483648}')).toBe(
      'function a(){"jit";return 4294967296+2147483648.0}',
    );
  });

  it('ask for a trap before what can be seen, and once an iteration', async () => {
    const module = wat(`(module (memory 1) (global $g (export "g") (mut i32) (i32.const 0))
      (func (export "f") (param i32) (result i32) (local i32)
        (loop $l
          (global.set $g (i32.load (local.get 0)))
          (local.set 0 (i32.sub (local.get 0) (i32.const 4)))
          (br_if $l (i32.gt_s (local.get 0) (i32.const 0))))
        (loop $m
          (local.set 1 (i32.add (local.get 1) (i32.load (local.get 0))))
          (br_if $m (i32.lt_s (local.get 1) (i32.const 9))))
        (local.get 1)))`);
    const { functions } = await jittedOf(module, 'all');
    const [stored, summed] = functions[0].split('do{').slice(1);
    expect(stored).toMatch(/^var ([\w$]+)=.*;if\(([\w$]+)\)return;[\w$]+=\1;.*\}while\([\w$]+>0\);/);
    expect(summed).toMatch(/\}while\(![\w$]+/);
  });

  it('are those that run most, as far as there is RAM', () => {
    const heat = new Map([
      [0, 10],
      [1, 1000],
      [2, 1000],
      [3, 1],
    ]);
    const candidates = [0, 1, 2, 3].map((index) => ({ index, bytes: [100, 100, 1000, 100][index] }));
    const chosen = (mostBytes: number, all: boolean) => [...chooseJitted(candidates, heat, { mostBytes, all })].sort();
    expect(chosen(1e6, true)).toEqual([0, 1, 2, 3]);
    expect(chosen(1e6, false)).toEqual([0, 1, 2]);
    expect(chosen(1000, false)).toEqual([0, 1]);
    expect(chosen(400, false)).toEqual([1]);
    expect(chosen(100, false)).toEqual([]);
  });

  it('are told of, with the RAM that they take', async () => {
    const { jitted, functions } = await jittedOf(kernels, 'hot', puckjs);
    expect(jitted.length).toBe(functions.length);
    expect(jitted.length).toBeGreaterThan(1);
    for (const { bytes, name } of jitted) {
      expect(name).not.toBe('');
      expect(bytes).toBeGreaterThan(100);
    }
    // Three quarters of 2,600 JsVars of 13 bytes, without memory.
    expect(jitted.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(18_000);
  });

  it('have about the size that was measured on the board', () => {
    // 1,660 bytes in Espruino for 32-bit ARM.
    const code = js`function fn(t){"jit";let n=0,r=0,i=0;if((P+=408)>55288){M(10,674);return}if(!(t>=2)){P-=408;return t}n=0;do{n=fn(t-1|0)+n|0;r=t>>>0>3|0;i=t-2|0;t=i}while(!s&&r);g=i+n|0;P-=408;return g}`;
    expect(jittedBytes(code.tokens())).toBeGreaterThan(1500);
    expect(jittedBytes(code.tokens())).toBeLessThan(1800);
  });

  it('are refused where the firmware has no compiler, and where nothing is translated', async () => {
    const without = boards.filter(({ missing }) => missing.includes('"jit"'));
    expect(without.length).toBeGreaterThan(3);
    for (const board of without) {
      const build = buildProgram(readModule(kernels), { board, name: 'app', tier: 'js', jit: 'hot', memoryBytes: 64 });
      await expect(build).rejects.toThrow(BuildError);
    }
    await expect(buildProgram(readModule(kernels), { board: puckjs, name: 'app', jit: 'hot' })).rejects.toThrow(
      /--tier js/,
    );
  });

  it('are refused with what they do not do', async () => {
    const build = (more: Partial<BuildOptions>) =>
      buildProgram(readModule(kernels), {
        board: puckjs,
        name: 'app',
        tier: 'js',
        jit: 'hot',
        memoryBytes: 8192,
        ...more,
      });
    await expect(build({ resumable: true })).rejects.toThrow(/without --resumable/);
    await expect(build({ verification: VerificationLevel.Full })).rejects.toThrow(/--verification standard/);
  });

  it('have no call with more arguments than the compiler has room for', async () => {
    const module = (count: number) =>
      wat(`(module (func $sum (param ${'i32 '.repeat(count)}) (result i32) (i32.add (local.get 0) (local.get ${count - 1})))
        (func (export "f") (param i32) (result i32) (call $sum ${'(local.get 0)'.repeat(count)})))`);
    const indices = async (count: number) => {
      const options = { board: banglejs2, name: 'app', tier: 'js', jit: 'all', optimise: false } as const;
      return ((await buildProgram(readModule(module(count)), options)).jitted ?? []).map(({ index }) => index);
    };
    expect(await indices(20)).toContain(1);
    expect(await indices(40)).not.toContain(1);
  });

  it('go on with an outer loop', async () => {
    const module = wat(`(module (func (export "f") (param i32) (result i32) (local i32)
      (loop $outer
        (loop $inner
          (local.set 1 (i32.add (local.get 1) (local.get 0)))
          (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
          (br_if $outer (i32.and (local.get 0) (i32.const 1)))
          (br_if $inner (i32.gt_s (local.get 0) (i32.const 0))))
        (local.set 0 (i32.sub (local.get 0) (i32.const 7)))
        (br_if $outer (i32.gt_s (local.get 0) (i32.const 0))))
      (local.get 1)))`);
    const { image } = await buildProgram(readModule(module), {
      board: banglejs2,
      name: 'app',
      tier: 'js',
      optimise: false,
      jit: 'all',
    });
    const program = loadInNode('app', image.files) as unknown as { f(n: number): number };
    const expected = new platform.Instance(new platform.Module(module as never)).exports.f as (n: number) => number;
    for (const n of [1, 2, 9, 10, 100]) expect(program.f(n)).toBe(expected(n));
  });

  it.each(everyNth(realModules(), 3).map(({ name, bytes }) => [name, bytes] as const))(
    'are made of all of %s',
    (_, bytes) => {
      let code: ModuleCode;
      try {
        code = readModule(bytes);
      } catch (error) {
        expect(String(error)).toContain('SIMD is not supported');
        return;
      }
      const { jitted } = translateForEspruino(code, {
        jit: { mostBytes: Number.POSITIVE_INFINITY, all: true },
        memoryBytes: 65536,
        mostMemoryBytes: 65536,
        globalBits: () => [0, 0],
        tableEntries: code.tables.map(({ minimum }) => new Array(minimum).fill(-1)),
        fuel: true,
      });
      expect(jitted.length).toBeGreaterThan(0);
    },
  );
});
