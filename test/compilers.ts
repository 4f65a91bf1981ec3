// The compilers that some tests need: whether they work here, found by running them, and C built without binaryen.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Options for every program without a C library. */
export const BARE_C = ['--target=wasm32', '-nostdlib'];
export const WASI_C = ['--target=wasm32-wasi'];

export interface CProgram {
  folder: string;
  /** Name of the source file, which is written into the folder. */
  file?: string;
  source: string;
  /** `BARE_C` or `WASI_C`: of both steps. */
  target: readonly string[];
  /** Options of the compiler. */
  options?: readonly string[];
  /** Options of wasm-ld, each without `-Wl,`. */
  linker?: readonly string[];
}

/**
 * Builds a module from C. Compiling and linking are two steps: given -O in the step that links, clang runs any wasm-opt that it
 * finds, which moves the stack and drops imports. Throws an Error with what clang printed.
 */
export function compileC({
  folder,
  file = 'program.c',
  source,
  target,
  options = [],
  linker = [],
}: CProgram): Uint8Array {
  writeFileSync(join(folder, file), source);
  const clang = (...words: string[]) => execFileSync('clang', [...target, ...words], { cwd: folder, stdio: 'pipe' });
  clang(...options, '-c', file, '-o', 'program.o');
  clang('program.o', ...linker.map((option) => `-Wl,${option}`), '-o', 'program.wasm');
  return readFileSync(join(folder, 'program.wasm'));
}

function works(run: (folder: string) => void): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'tazzina-probe-'));
  try {
    run(folder);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export const hasClang = works((folder) =>
  compileC({ folder, source: 'int f(void) { return 1; }', target: BARE_C, linker: ['--no-entry', '--export=f'] }),
);
export const hasWasiLibc = works((folder) =>
  compileC({ folder, source: '#include <stdio.h>\nint main(void) { puts("a"); }', target: WASI_C }),
);
/** A shim of rustup without a toolchain answers with an error. */
export const hasRust = works((folder) => {
  writeFileSync(join(folder, 'probe.rs'), '#![no_std]\n');
  const options = ['--crate-type=lib', '--emit=metadata', 'probe.rs'];
  const { status } = spawnSync('rustc', options, { cwd: folder });
  if (status !== 0) throw new Error('rustc does not compile');
});

/** Whether cargo is here, and Rust's library for modules. */
export const hasRustModules = works(() => {
  const options = ['--print', 'target-libdir', '--target', 'wasm32-unknown-unknown'];
  const libraries = readdirSync(execFileSync('rustc', options, { encoding: 'utf8', stdio: 'pipe' }).trim());
  execFileSync('cargo', ['--version'], { stdio: 'pipe' });
  if (!libraries.some((name) => name.startsWith('libcore'))) throw new Error('there is no library for modules');
});

/** For titles of tests: why they are skipped. */
export const withoutClang = hasClang ? '' : ': clang with lld does not build for wasm32 here (Debian: clang, lld)';
export const withoutWasiLibc = hasWasiLibc
  ? ''
  : ': clang does not build for wasm32-wasi here (Debian: wasi-libc, libclang-rt-dev-wasm32)';
export const withoutRust = hasRust ? '' : ': rustc does not compile here';
export const withoutRustModules = hasRustModules
  ? ''
  : ': cargo does not build for wasm32-unknown-unknown here (rustup target add wasm32-unknown-unknown)';
