// `run --memory` with fewer bytes than the module declares: allocators return NULL, or trap by themselves, on every tier.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { compileC, hasWasiLibc, WASI_C } from '../compilers.js';
import { CommandLine } from './command.js';

const commandLine = new CommandLine();
afterAll(() => commandLine.remove());

const TIERS = [
  [],
  ['--tier', 'js'],
  ['--board', 'banglejs2'],
  ['--board', 'banglejs2', '--jit', 'all'],
  ['--board', 'banglejs2', '--tier', 'interp'],
];

/** The value that a call prints, or the trap, on each tier. */
function called(file: string, memory: string, call: string[]): string[] {
  return TIERS.map((tier) => {
    const { output, error } = commandLine.run(['run', file, '--memory', memory, ...tier, '--invoke', ...call]);
    const printed = output + error;
    return /^-?\d+$/m.exec(printed)?.[0] ?? /unreachable|out of bounds memory access/.exec(printed)?.[0] ?? printed;
  });
}

const all = (value: string) => TIERS.map(() => value);

describe('run --memory', () => {
  it('gives NULL to allocators that ask where memory ends, as in C, and that only grow it, as in Rust', () => {
    const file = commandLine.file(
      'size.wat',
      `(module (memory 2) (global $next (mut i32) (i32.const 1024))
        (func $end (result i32) (i32.shl (memory.size) (i32.const 16)))
        (func $take (param $bytes i32) (result i32) (local $end i32)
          (local.set $end (i32.add (global.get $next) (local.get $bytes)))
          (if (i32.gt_u (local.get $end) (call $end)) (then (return (i32.const 0))))
          (i32.store8 (i32.sub (local.get $end) (i32.const 1)) (i32.const 1))
          (global.get $next))
        (func $grow (result i32) (local $pages i32)
          (local.set $pages (memory.grow (i32.const 1)))
          (select (i32.const 0) (i32.shl (local.get $pages) (i32.const 16)) (i32.eq (local.get $pages) (i32.const -1))))
        (func (export "all") (result i32)
          (i32.or (call $take (i32.const 1024)) (i32.or (call $take (i32.const 1025)) (call $grow)))))`,
    );
    expect(called(file, '2K', ['all'])).toEqual(all('1024'));
  });

  it('ends an allocator that must not fail by itself, as the one of AssemblyScript', () => {
    // std/assembly/rt/stub.ts in outline: the pages are kept, multiplied, and more are asked for.
    const file = commandLine.file(
      'stub.wat',
      `(module (memory 1) (global $offset (mut i32) (i32.const 1024))
        (func (export "take") (param $bytes i32) (result i32) (local $pages i32) (local $end i32)
          (local.set $end (i32.add (global.get $offset) (local.get $bytes)))
          (i32.shl (local.tee $pages (memory.size)) (i32.const 16))
          local.get $end
          i32.lt_u
          if
            (if (i32.lt_s (memory.grow (local.get $pages)) (i32.const 0)) (then (unreachable)))
          end
          (i32.store8 (i32.sub (local.get $end) (i32.const 1)) (i32.const 1))
          (global.get $offset)))`,
    );
    expect(called(file, '2K', ['take', '1025'])).toEqual(all('unreachable'));
  });

  it.skipIf(!hasWasiLibc)('gives NULL to a program in C that calls malloc', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tazzina-malloc-'));
    const source = `#include <stdlib.h>
__attribute__((export_name("take"))) int take(int bytes) {
  char *volatile small = malloc(bytes), *volatile large = malloc(bytes * 4);
  if (small) small[bytes - 1] = 1;
  return (small != NULL) + 2 * (large != NULL);
}
int main(void) { return 0; }`;
    const options = ['-O1'];
    const bytes = compileC({ folder, source, target: WASI_C, options, linker: ['-z', 'stack-size=1024'] });
    rmSync(folder, { recursive: true });
    const file = commandLine.file('malloc.wasm', bytes);
    expect(called(file, '4K', ['take', '1000'])).toEqual(all('1'));
  });
});
