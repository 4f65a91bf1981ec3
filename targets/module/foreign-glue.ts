// Recognises modules whose compiler writes glue code in JavaScript for a web page, by what they import, and says how to compile the
// source so that a board needs no glue.

import type { External } from './description.js';

interface Glue {
  isOf: (imports: readonly External[]) => boolean;
  advice: string;
}

const GLUES: readonly Glue[] = [
  {
    isOf: (imports) =>
      imports.some(({ module, name }) => module === 'gojs' || (module === 'go' && /^(runtime|syscall)[./]/.test(name))),
    advice:
      "it was made by Go's own compiler for web pages, whose runtime takes megabytes: compile with TinyGo, tinygo build -o app.wasm -target=wasm-unknown -scheduler=none -gc=leaking -panic=trap -opt=z -no-debug .",
  },
  {
    isOf: (imports) =>
      imports.some(({ module, name }) => module === 'wbg' || /_bg(\.js)?$/.test(module) || name.startsWith('__wbg_')),
    advice:
      'it was made with wasm-bindgen, whose glue code needs a web page or Node: for a board, export #[no_mangle] pub extern "C" fn with numbers, and compile without wasm-bindgen: cargo build --release --target wasm32-unknown-unknown',
  },
  {
    // Emscripten calls its only module `a`, and the functions `a`, `b`, ….
    isOf: (imports) =>
      imports.length > 0 && imports.every(({ module, name }) => module === 'a' && /^[A-Za-z_$][\w$]?$/.test(name)),
    advice:
      'Emscripten has shortened the names of its imports, which only its own glue code knows: link with emcc -Oz -sSTANDALONE_WASM --no-entry -o app.wasm app.c',
  },
];

/** A line of advice for what imports from such glue code, or none. `imports` are all of the module. */
export function glueAdvice(imports: readonly External[]): string[] {
  const found = GLUES.find(({ isOf }) => isOf(imports));
  return found ? [found.advice] : [];
}
