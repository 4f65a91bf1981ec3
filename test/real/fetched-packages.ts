// Packages that `npm run test:packages` fetches, each by its exact version, and what is done with them: real work through their
// own glue, whose result must not depend on whose WebAssembly it runs on.
import { createHash } from 'node:crypto';
import type { WebAssemblyNamespace } from '../../targets/node/index.js';

// biome-ignore lint/suspicious/noExplicitAny: every package exports something else
type Package = any;

/** Returns the WebAssembly that packages take for the platform's. */
const current = () => (globalThis as unknown as { WebAssembly: WebAssemblyNamespace }).WebAssembly;

export interface FetchedPackage {
  name: string;
  version: string;
  language: string;
  /** The loaded file, below the package's folder, if it is not the one in its package.json. */
  file?: string;
  /** For bundlers: an `import` of a .wasm file stands for its instance. */
  bundled?: boolean;
  run: (exports: Package) => unknown;
}

const text = (size: number) =>
  'the quick brown fox jumps over the lazy dog; '.repeat(Math.ceil(size / 45)).slice(0, size);
const bytes = (size: number, seed = 1) =>
  Uint8Array.from({ length: size }, (_, at) => (at * 167 + seed * 31 + (at >> 3)) & 255);
const hex = (data: ArrayLike<number>) => Buffer.from(Array.from(data)).toString('hex');
const digest = (data: Uint8Array) => createHash('sha256').update(data).digest('hex');
const key = bytes(32, 7);

/** Half a second of a chord. */
const samples = Float32Array.from({ length: 4096 }, (_, at) => Math.sin(at / 16) * 0.4 + Math.sin(at / 7.1) * 0.2);

/** Module of Emscripten: its functions, and copies into and out of its memory, which not all of them show. */
async function emscripten(exports: Package, file: string) {
  const { readFileSync } = await import('node:fs');
  const wasm = readFileSync(`${process.env.FETCHED_PACKAGES!}/node_modules/@echogarden/${file}`);
  let memory: Package;
  const instantiateWasm = async (imports: Package, receive: (instance: Package) => void) => {
    const { instance } = (await current().instantiate(wasm, imports)) as Package;
    memory = Object.values(instance.exports).find((each) => each instanceof current().Memory);
    receive(instance);
  };
  const module = await exports.default({ instantiateWasm });
  const view = <View>(Type: new (buffer: ArrayBuffer) => View) => new Type(memory.buffer);
  const store = (values: Float32Array | Int16Array | Uint32Array) => {
    const at = module._malloc(values.byteLength);
    view(Uint8Array).set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    return at;
  };
  const load = (at: number, length: number) => Array.from(view(Float32Array).subarray(at / 4, at / 4 + length));
  const word = (at: number) => view(Uint32Array)[at / 4];
  return { module, store, load, word };
}

const lua = (version: string): FetchedPackage => ({
  name: 'lua-wasm-bindings',
  version: '0.5.3',
  language: `C (Lua ${version})`,
  file: `dist/lua.${version}.js`,
  run: ({ lua, lauxlib, lualib }) => {
    const state = lauxlib.luaL_newstate();
    lualib.luaL_openlibs(state);
    const program = `local t = {} for i = 1, 200 do t[#t + 1] = string.format("%d:%.3f", i * i, math.sqrt(i)) end
      table.sort(t) local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
      local ok, message = pcall(function() error("thrown") end)
      return table.concat(t, " ") .. tostring(fib(15)) .. tostring(ok) .. message .. ("x"):rep(3):gsub("x", "y")`;
    return [lauxlib.luaL_dostring(state, program), lua.lua_tostring(state, -1)];
  },
});

export const fetchedPackages: FetchedPackage[] = [
  {
    name: 'pqc-kyber',
    version: '0.7.0',
    language: 'Rust',
    file: 'pqc_kyber.js',
    bundled: true,
    run: ({ keypair, encapsulate, decapsulate }) =>
      Array.from({ length: 3 }, () => {
        const keys = keypair();
        const { ciphertext, sharedSecret } = encapsulate(keys.pubkey);
        return hex(decapsulate(ciphertext, keys.secret)) === hex(sharedSecret);
      }),
  },
  {
    name: 'multilingual-stemmer',
    version: '1.0.2',
    language: 'Rust',
    file: 'dist/index.js',
    bundled: true,
    run: ({ Stemmer, Languages }) =>
      ['English', 'German', 'French', 'Russian', 'Turkish', 'Arabic'].map((language) => {
        const stemmer = new Stemmer(Languages[language]);
        const words = [
          'fruitlessly',
          'nationalities',
          'aufeinander',
          'häuser',
          'continuellement',
          'важнейшими',
          'kitaplar',
        ];
        return words.map((word) => stemmer.stem(word));
      }),
  },
  {
    name: 'siphash24',
    version: '1.3.1',
    language: 'WAT',
    run: (siphash24) => [0, 5, 64, 1000].map((size) => hex(siphash24(Buffer.from(bytes(size)), Buffer.from(key)))),
  },
  {
    name: 'sha256-wasm',
    version: '2.2.2',
    language: 'WAT',
    run: async (sha256) => {
      await new Promise<void>((resolve) => sha256.ready(() => resolve()));
      return [0, 63, 64, 5000].map((size) => sha256().update(bytes(size)).update('tail').digest('hex'));
    },
  },
  {
    name: 'blake2b-wasm',
    version: '2.4.0',
    language: 'WAT',
    run: async (blake2b) => {
      await new Promise<void>((resolve, reject) =>
        blake2b.ready((error: unknown) => (error ? reject(error) : resolve())),
      );
      return [0, 127, 128, 5000].map((size) => blake2b(32, key).update(bytes(size)).digest('hex'));
    },
  },
  {
    name: 'xsalsa20',
    version: '1.2.0',
    language: 'WAT',
    run: (xsalsa20) => {
      const xor = xsalsa20(Buffer.from(bytes(24)), Buffer.from(key));
      const parts = [5, 64, 1000].map((size) => hex(xor.update(Buffer.from(bytes(size)))));
      xor.finalize();
      return parts;
    },
  },
  {
    name: 'base64-encoding',
    version: '0.14.3',
    language: 'C',
    file: 'cjs/index.cjs',
    run: async ({ Base64Encoder, Base64Decoder }) => {
      const encoder = await new Base64Encoder().optimize();
      const encoded = [1, 2, 3, 5000].map((size) => encoder.encode(bytes(size)));
      const decoder = await new Base64Decoder().optimize();
      return encoded.map((each) => [each, digest(new Uint8Array(decoder.decode(each)))]);
    },
  },
  {
    name: 'friendly-pow',
    version: '0.2.2',
    language: 'AssemblyScript',
    file: 'node/api/wasm.js',
    run: async ({ getWasmSolver }) => {
      const { readFileSync } = await import('node:fs');
      const folder = process.env.FETCHED_PACKAGES!;
      const module = new (current().Module)(readFileSync(`${folder}/node_modules/friendly-pow/wasm/optimized.wasm`));
      const [solution, hash] = (await getWasmSolver(module))(bytes(128), 0x00ffffff);
      return [hex(solution), hex(hash)];
    },
  },
  {
    name: 'murmurhash-wasm',
    version: '1.3.0',
    language: 'AssemblyScript',
    file: 'dist/node.cjs',
    run: ({ MurmurHash3 }) =>
      ['', 'hello', text(1000)].map((each) => MurmurHash3.hash32(Buffer.from(each), 5).toString('hex')),
  },
  {
    name: '@hazae41/sha3.wasm',
    version: '1.0.7',
    language: 'Rust',
    run: async ({ Sha3Wasm, Memory, keccak256 }) => {
      await Sha3Wasm.initBundled();
      return [0, 135, 136, 3000].map((size) => hex(keccak256(new Memory(bytes(size))).bytes));
    },
  },
  ...['51', '52', '53', '54'].map(lua),
  {
    name: 'hacl-wasm',
    version: '1.4.0',
    language: 'F*',
    run: async ({ getInitializedHaclModule }) => {
      const hacl = await getInitializedHaclModule();
      const data = bytes(200);
      const [publicKey] = hacl.Curve25519_51.secret_to_public(key);
      const outputs = [publicKey, hacl.HMAC.sha256(key, data)[0], hacl.SHA2.hash_512(data)[0]];
      return outputs.map(hex);
    },
  },
  {
    name: 'uxn.wasm',
    version: '0.9.0',
    language: 'JavaScript',
    run: async ({ Uxn }) => {
      const { asm } = await import(
        /* @vite-ignore */ `${process.env.FETCHED_PACKAGES!}/node_modules/uxn.wasm/dist/util.esm.js`
      );
      const written: number[] = [];
      const uxn = new Uxn();
      await uxn.init({
        dei: () => 0,
        deo: (port: number, value: number) => void (port === 0x18 && written.push(value)),
      });
      uxn.load(asm('|0100 #0a &loop DUP DUP MUL #18 DEO #01 SUB DUP ?&loop POP BRK'));
      uxn.eval(0x0100);
      return written;
    },
  },
  {
    name: '@one-ini/wasm',
    version: '0.2.1',
    language: 'Rust',
    run: ({ parse_to_json }) => {
      const section = (index: number) =>
        `[*.${index}]\n; comment ${index}\nindent_size = ${index}\nkey${index} = value ü\n`;
      return parse_to_json(`root = true\n${Array.from({ length: 20 }, (_, index) => section(index)).join('')}`);
    },
  },
  {
    name: '@foxglove/wasm-bz2',
    version: '0.3.0',
    language: 'C',
    run: async (Bzip2) => {
      const packed =
        'QlpoOTFBWSZTWRcCJoMAAOOZgEAAAAg////wIACQKNDQAAABSqTU0wTBGam2o/CwXYsFxLQsi0LeXQv0uJdyyLuLUtheS9C1LMv4si2FgvJZlzLQvRZl2L/LUsxYLBdCPZey+C7kinChIC4ETQY=';
      const bzip2 = await Bzip2.init();
      return Buffer.from(bzip2.decompress(Buffer.from(packed, 'base64'), 1000, { small: false })).toString();
    },
  },
  {
    name: '@foxglove/wasm-lz4',
    version: '1.0.2',
    language: 'C',
    run: async (lz4) => {
      await lz4.isLoaded;
      // A frame with one block that is stored as it is.
      const block = Buffer.from(text(100));
      const size = Buffer.from([100, 0, 0, 0x80]);
      return String(lz4(Buffer.concat([Buffer.from('04224d18604082', 'hex'), size, block, Buffer.alloc(4)]), 1000));
    },
  },
  {
    name: '@foxglove/wasm-zstd',
    version: '1.0.1',
    language: 'C',
    run: async (zstd) => {
      await zstd.isLoaded;
      const packed = Buffer.from(zstd.compress(Buffer.from(text(5000)), 3));
      return [hex(packed), digest(zstd.decompress(packed, 5000))];
    },
  },
  {
    name: '@cwasm/lodepng',
    version: '0.1.9',
    language: 'C',
    run: async ({ decode }) => {
      const { deflateSync, crc32 } = await import('node:zlib');
      const chunk = (name: string, data: Uint8Array) => {
        const body = Buffer.concat([Buffer.from(name), data]);
        const [size, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
        size.writeUInt32BE(data.length);
        sum.writeUInt32BE(crc32(body));
        return Buffer.concat([size, body, sum]);
      };
      const rows = Array.from({ length: 16 }, (_, row) => [row % 5, ...bytes(48, row)]).flat();
      const header = Buffer.from([0, 0, 0, 16, 0, 0, 0, 16, 8, 2, 0, 0, 0]);
      const image = decode(
        Buffer.concat([
          Buffer.from('89504e470d0a1a0a', 'hex'),
          chunk('IHDR', header),
          chunk('IDAT', deflateSync(Buffer.from(rows))),
          chunk('IEND', Buffer.alloc(0)),
        ]),
      );
      return [image.width, image.height, digest(image.data)];
    },
  },
  {
    name: '@cwasm/nsbmp',
    version: '0.1.3',
    language: 'C',
    run: ({ decode }) => {
      const header = Buffer.alloc(54);
      header.write('BM');
      header.writeUInt32LE(54 + 16 * 16 * 4, 2);
      header.writeUInt32LE(54, 10);
      header.writeUInt32LE(40, 14);
      header.writeInt32LE(16, 18);
      header.writeInt32LE(16, 22);
      header.writeUInt16LE(1, 26);
      header.writeUInt16LE(32, 28);
      const image = decode(Buffer.concat([header, bytes(16 * 16 * 4)]));
      return [image.width, image.height, digest(image.data)];
    },
  },
  {
    name: '@cwasm/nsgif',
    version: '0.1.2',
    language: 'C',
    run: ({ decode }) => {
      const gif = 'R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs=';
      const { width, height, data } = decode(Buffer.from(gif, 'base64'));
      return [width, height, hex(data)];
    },
  },
  {
    name: '@cwasm/webp',
    version: '0.1.5',
    language: 'C',
    run: ({ decode }) => {
      // One lossless pixel.
      const image = decode(Buffer.from('UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==', 'base64'));
      return [image.width, image.height, hex(image.data)];
    },
  },
  {
    name: '@echogarden/kissfft-wasm',
    version: '0.2.0',
    language: 'C',
    file: 'kissfft.js',
    run: async (exports) => {
      const { module, store, load } = await emscripten(exports, 'kissfft-wasm/kissfft.wasm');
      const plan = module._kiss_fftr_alloc(1024, 0, 0, 0);
      const [input, output] = [store(samples.subarray(0, 1024)), module._malloc(4096 + 8)];
      module._kiss_fftr(plan, input, output);
      return load(output, 1026);
    },
  },
  {
    name: '@echogarden/fvad-wasm',
    version: '0.2.0',
    language: 'C',
    file: 'fvad.js',
    run: async (exports) => {
      const { module, store } = await emscripten(exports, 'fvad-wasm/fvad.wasm');
      const detector = module._fvad_new();
      module._fvad_set_sample_rate(detector, 16000);
      const at = store(Int16Array.from(samples, (each) => each * 30000));
      return Array.from({ length: 8 }, (_, frame) => module._fvad_process(detector, at + frame * 960, 480));
    },
  },
  {
    name: '@echogarden/sonic-wasm',
    version: '0.2.0',
    language: 'C',
    file: 'sonic.js',
    run: async (exports) => {
      const { module, store, load } = await emscripten(exports, 'sonic-wasm/sonic.wasm');
      const stream = module._sonicCreateStream(16000, 1);
      module._sonicSetSpeed(stream, 1.5);
      const at = store(samples);
      module._sonicWriteFloatToStream(stream, at, samples.length);
      module._sonicFlushStream(stream);
      const count = module._sonicReadFloatFromStream(stream, at, samples.length);
      return [count, load(at, count)];
    },
  },
  {
    name: '@echogarden/speex-resampler-wasm',
    version: '0.3.0',
    language: 'C',
    file: 'wasm/speex-resampler-nonsimd.js',
    run: async (exports) => {
      const { module, store, load, word } = await emscripten(
        exports,
        'speex-resampler-wasm/wasm/speex-resampler-nonsimd.wasm',
      );
      const resampler = module._speex_resampler_init(1, 16000, 11025, 5, 0);
      const [input, output] = [store(samples), module._malloc(16384)];
      const sizes = store(Uint32Array.of(samples.length, 4096));
      module._speex_resampler_process_float(resampler, 0, input, sizes, output, sizes + 4);
      const count = word(sizes + 4);
      return [count, load(output, count)];
    },
  },
  {
    name: '@digitaldefiance/reed-solomon-erasure.wasm',
    version: '1.0.2',
    language: 'Rust',
    run: ({ ReedSolomonErasure }) => {
      const coder = ReedSolomonErasure.fromCurrentDirectorySync();
      const shards = new Uint8Array(6 * 64);
      shards.set(bytes(4 * 64));
      const encoded = coder.encode(shards, 4, 2);
      const whole = hex(shards);
      shards.fill(0, 0, 64);
      shards.fill(0, 128, 192);
      const restored = coder.reconstruct(shards, 4, 2, [false, true, false, true, true, true]);
      return [encoded, restored, whole, hex(shards) === whole];
    },
  },
  {
    name: '@originjs/crypto-js-wasm',
    version: '1.1.1',
    language: 'Rust',
    file: 'lib/index.js',
    run: async (exports) => {
      const crypto = exports.default ?? exports;
      await crypto.loadAllWasm();
      const names = ['MD5', 'SHA1', 'SHA256', 'SHA512', 'SHA3', 'RIPEMD160'];
      const encrypted = crypto.AES.encrypt(text(100), crypto.enc.Hex.parse(hex(key)), {
        iv: crypto.enc.Hex.parse(hex(bytes(16))),
      });
      return [...names.map((name) => crypto[name](text(500)).toString()), encrypted.toString()];
    },
  },
  {
    name: '@mtcute/wasm',
    version: '0.30.3',
    language: 'C',
    run: async (wasm) => {
      const { readFileSync } = await import('node:fs');
      wasm.initSync(readFileSync(`${process.env.FETCHED_PACKAGES!}/node_modules/@mtcute/wasm/mtcute.wasm`));
      const data = bytes(512);
      const packed = wasm.deflateMaxSize(new TextEncoder().encode(text(2000)), 1000);
      return [
        hex(wasm.sha256(data)),
        hex(wasm.sha1(data)),
        hex(wasm.ige256Encrypt(data, key, bytes(32, 3))),
        hex(packed),
      ];
    },
  },
  {
    name: 'long',
    version: '5.3.2',
    language: 'WAT',
    run: (Long) => {
      const values = ['-9223372036854775808', '1234567890123456789', '-3', '77'].map((each) => Long.fromString(each));
      return values.flatMap((a) => values.map((b) => [a.mul(b), a.div(b), a.mod(b)].map(String)));
    },
  },
  {
    name: '@jitl/quickjs-wasmfile-release-sync',
    version: '0.32.0',
    language: 'C (QuickJS)',
    run: async (variant) => {
      const { createRequire } = await import('node:module');
      const require = createRequire(`${process.env.FETCHED_PACKAGES!}/package.json`);
      const { newQuickJSWASMModuleFromVariant } = require('quickjs-emscripten-core');
      const quick = await newQuickJSWASMModuleFromVariant(variant.default ?? variant);
      return quick.evalCode(`[1n << 70n, [3, 1, 2].sort(), /a(b+)c/.exec("xabbbc"), JSON.stringify({ a: [0.1 + 0.2, -0] }),
        new Map([[1, 2]]).size, (function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); })(12)].map(String).join()`);
    },
  },
];

/** Further packages that a program would choose itself. */
export const companions = { 'quickjs-emscripten-core': '0.32.0' };

/** Packages that `fetched-boards.ts` takes besides. */
export const boardPackages = { '@chainsafe/as-chacha20poly1305': '0.1.0' };
