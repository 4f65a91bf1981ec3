// The WebAssembly modules inside the npm packages that the project is developed with, and in its examples.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Binary files, or scripts that carry modules in base64. */
const FILES = [
  'node_modules/hash-wasm/dist/index.esm.js',
  'node_modules/es-module-lexer/dist/lexer.js',
  'node_modules/cjs-module-lexer/dist/lexer.mjs',
  'node_modules/xxhash-wasm/workerd/xxhash.wasm',
  'node_modules/lz4-wasm/lz4_wasm_bg.wasm',
  'node_modules/source-map/lib/mappings.wasm',
  'node_modules/@chainsafe/as-sha256/build/optimized.wasm',
  'node_modules/@chainsafe/as-sha256/build/untouched.wasm',
  'node_modules/@chainsafe/as-sha256/build/optimized.simd.wasm',
  'node_modules/wasm-media-encoders/wasm/mp3.wasm',
  'node_modules/wasm-media-encoders/wasm/ogg.wasm',
  'node_modules/web-tree-sitter/tree-sitter.wasm',
];
const BASE64 = /AGFzbQEAAA[A-Za-z0-9+/]+=*/g;

export interface RealModule {
  name: string;
  bytes: Uint8Array;
}

/** Bundles run from another folder than this file's: the root is where package.json is. */
export function projectRoot(): string {
  let folder = fileURLToPath(new URL('.', import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = join(folder, '..');
  return folder;
}

/** In the same order on every machine. */
export function realModules(): RealModule[] {
  const root = projectRoot();
  const examples = readdirSync(join(root, 'examples'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.wasm') && !file.endsWith('.component.wasm'))
    .sort()
    .map((file) => join('examples', file));
  return [...FILES, ...examples].flatMap((file) => {
    const content = readFileSync(join(root, file));
    if (file.endsWith('.wasm')) return [{ name: file, bytes: new Uint8Array(content) }];
    const found = content.toString('latin1').match(BASE64) ?? [];
    return found.map((text, index) => ({
      name: `${file} ${index}`,
      bytes: new Uint8Array(Buffer.from(text, 'base64')),
    }));
  });
}
