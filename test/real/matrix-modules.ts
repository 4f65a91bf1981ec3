// The modules that `npm run test:matrix` tries: those of the examples, and of the packages that
// `npm run test:packages` fetches, each at its exact version.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RealModule, realModules } from '../../bench/real-modules.js';
import { embeddedModules } from '../../targets/module/embedded-modules.js';

/** Files in node_modules: modules, or JavaScript with one in it. */
const FETCHED = [
  'siphash24/siphash24.js',
  'sha256-wasm/sha256.js',
  'blake2b-wasm/blake2b.js',
  'xsalsa20/xsalsa20.js',
  'base64-encoding/src/base64.wasm',
  'friendly-pow/wasm/optimized.wasm',
  'murmurhash-wasm/dist/node.cjs',
  '@hazae41/sha3.wasm/dist/cjs/wasm/pkg/sha3_wasm.wasm.cjs',
  'uxn.wasm/dist/uxn.esm.js',
  '@chainsafe/as-chacha20poly1305/build/optimized.wasm',
  'long/umd/index.js',
  '@echogarden/kissfft-wasm/kissfft.wasm',
  '@echogarden/fvad-wasm/fvad.wasm',
  '@echogarden/sonic-wasm/sonic.wasm',
  '@echogarden/speex-resampler-wasm/wasm/speex-resampler-nonsimd.wasm',
  '@foxglove/wasm-lz4/dist/wasm-lz4.wasm',
  '@cwasm/nsbmp/nsbmp.wasm',
  '@cwasm/nsgif/nsgif.wasm',
  '@cwasm/lodepng/lodepng.wasm',
  '@mtcute/wasm/mtcute.wasm',
  '@one-ini/wasm/one_ini_bg.wasm',
  'hacl-wasm/Hacl_Curve25519_51.wasm',
  'hacl-wasm/Hacl_Chacha20.wasm',
  'hacl-wasm/FStar.wasm',
  'hacl-wasm/WasmSupport.wasm',
];

/** Modules of fetched packages, by their files in the folder. */
export function fetchedModules(folder: string): RealModule[] {
  return FETCHED.map((name) => {
    const content = new Uint8Array(readFileSync(join(folder, 'node_modules', name)));
    const [first] = name.endsWith('.wasm') ? [content] : embeddedModules(content);
    return { name, bytes: first };
  });
}

export interface ModuleFile extends RealModule {
  file: string;
  folder: string;
}

/** Writes each module into a folder, under a name that is no other module's there. */
export function moduleFiles(modules: readonly RealModule[], folder: string): ModuleFile[] {
  return modules.map(({ name, bytes }, index) => {
    const own = join(folder, String(index));
    mkdirSync(own, { recursive: true });
    const file = join(own, 'app.wasm');
    writeFileSync(file, bytes);
    return { name, bytes, file, folder: own };
  });
}

/** Modules of the examples, from clang, AssemblyScript and the text format. */
export const exampleModules = (): RealModule[] => realModules().filter(({ name }) => name.startsWith('examples'));
