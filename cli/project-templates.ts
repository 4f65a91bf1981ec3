// The files of a new project, for each language. Each compiles to `app.wasm`, which exports `next`.

import { withArticle } from './named-board.js';

export type ProjectLanguage = 'c' | 'assemblyscript' | 'rust' | 'tinygo';

export interface Template {
  /** Files by name. */
  files: Record<string, string>;
  /** Writes app.wasm. */
  build: string;
  /** Packages of npm, besides tazzina. */
  devDependencies?: Record<string, string>;
  /** Tools that the user must install. */
  needs: string;
  ignored?: string[];
}

const C = `// Compiled to app.wasm. Each function with an export name can be called from main.js.

/** The number after \`state\` in a sequence of pseudo-random numbers (xorshift, 32 bits). */
__attribute__((export_name("next"))) unsigned next(unsigned state) {
  state ^= state << 13;
  state ^= state >> 17;
  return state ^ state << 5;
}
`;

const ASSEMBLYSCRIPT = `// Compiled to app.wasm. Each exported function can be called from main.js.

/** The number after \`state\` in a sequence of pseudo-random numbers (xorshift, 32 bits). */
export function next(state: u32): u32 {
  state ^= state << 13;
  state ^= state >> 17;
  return state ^ (state << 5);
}
`;

const RUST = `//! Compiled to app.wasm. Each function that is not mangled can be called from main.js.
#![no_std]

/// The number after \`state\` in a sequence of pseudo-random numbers (xorshift, 32 bits).
#[no_mangle]
pub extern "C" fn next(mut state: u32) -> u32 {
    state ^= state << 13;
    state ^= state >> 17;
    state ^ state << 5
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    core::arch::wasm32::unreachable()
}
`;

const CARGO = `[package]
name = "app"
version = "0.1.0"
edition = "2021"

[lib]
crate-type = ["cdylib"]

[profile.release]
opt-level = "z"
lto = true
codegen-units = 1
panic = "abort"
strip = "debuginfo"
`;

const CARGO_CONFIG = `[build]
target = "wasm32-unknown-unknown"

[target.wasm32-unknown-unknown]
# The stack comes first, and would have 1 MB, which no board has.
rustflags = ["-C", "link-arg=-zstack-size=512"]
`;

const TINYGO = `// Compiled to app.wasm. Each exported function can be called from main.js.
package main

func main() {}

// The number after state in a sequence of pseudo-random numbers (xorshift, 32 bits).
//
//go:wasmexport next
func next(state uint32) uint32 {
	state ^= state << 13
	state ^= state >> 17
	return state ^ state<<5
}
`;

export const templates: Record<ProjectLanguage, Template> = {
  c: {
    files: { 'app.c': C },
    // In two steps: clang optimises once more with any wasm-opt that it finds, if it optimises while it links.
    build:
      'clang --target=wasm32 -Oz -c app.c -o app.o && clang --target=wasm32 -nostdlib -Wl,--no-entry -Wl,-z,stack-size=512 -Wl,--export=__heap_base -o app.wasm app.o',
    needs: 'clang and lld',
    ignored: ['*.o'],
  },
  assemblyscript: {
    files: { 'app.ts': ASSEMBLYSCRIPT },
    build: 'asc app.ts -Oz --runtime stub --noAssert -o app.wasm',
    devDependencies: { assemblyscript: '^0.28.0' },
    needs: 'nothing but npm',
  },
  rust: {
    files: { 'Cargo.toml': CARGO, '.cargo/config.toml': CARGO_CONFIG, 'src/lib.rs': RUST },
    build: 'cargo build --release && cp target/wasm32-unknown-unknown/release/app.wasm app.wasm',
    needs: 'Rust with "rustup target add wasm32-unknown-unknown"',
    ignored: ['target/'],
  },
  tinygo: {
    files: { 'app.go': TINYGO, 'go.mod': 'module app\n\ngo 1.22\n' },
    build: 'tinygo build -o app.wasm -target=wasm-unknown -scheduler=none -gc=leaking -panic=trap -opt=z -no-debug .',
    needs: 'TinyGo 0.34 or later',
  },
};

export const PROGRAM = `// The program for the board. It requires the module by the name of its file.
var app = require("./app.wasm");
var state = 1;

setInterval(function () {
  state = app.next(state);
  digitalWrite(LED1, state & 1);
  print(state);
}, 500);
`;

/** `board` is the name of the board in the simulator. */
export const testText = (board: string) => `// Runs the module and the program on a simulated board: npm test.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';

// npm puts the project's own commands on the path; a tazzina that is installed for all is there already.
const tazzina = (...words) => execFileSync('tazzina', words, { encoding: 'utf8', shell: process.platform === 'win32' });

test('the module computes on the board what it computes on paper', () => {
  assert.equal(tazzina('run', 'app.wasm', '--board', '${board}', '--invoke', 'next', '1'), '270369\\n');
});

test('the program prints a state every half second', () => {
  const { ok, stdout } = JSON.parse(tazzina('run', 'main.js', '--board', '${board}', '--seconds', '1.2', '--json'));
  assert.equal(ok, true);
  assert.equal(stdout, '270369\\n67634689\\n');
});
`;

export const readmeText = (name: string, title: string, needs: string, isInstalled: boolean) => `# ${name}

A program for ${withArticle(title)}. \`main.js\` runs on the board, and calls the module \`app.wasm\`. You need Node, tazzina, and ${needs}.

\`\`\`
${isInstalled ? 'npm install\n' : ''}npm run build        # compiles the module
npm test             # runs it on a simulated board
npm run check        # what it takes of the board
npm run flash        # writes it to the board, if one is connected
\`\`\`

\`tazzina.config.json\` names the board, the program and its module. "npx tazzina flash --watch" flashes again after each change.
`;
