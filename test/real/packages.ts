// The work done with each package: its result must not depend on the WebAssembly that it runs on.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fetchedPackages } from './fetched-packages.js';
import type { Package } from './package.js';

export interface Work {
  /** Its name for `require`. */
  entry: string;
  /** That its WebAssembly was written in. */
  language: string;
  /** Uses the exports of the package; returns what came out. */
  run: (exports: Package) => unknown;
}

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url));
const text = (path: string) => read(path).toString('utf8');
const digest = (data: Uint8Array) => createHash('sha256').update(data).digest('hex');

const source = text('src/numeric.ts');
const data = read('src/opcodes.ts');

/** Half a second of a chord, as samples from -1 to 1. */
const samples = Float32Array.from(
  { length: 22050 },
  (_, at) => Math.sin(at / 16) * 0.4 + Math.sin(at / 12.7) * 0.3 + Math.sin(at / 7.1) * 0.2,
);

async function encoded(encoder: Package, parameters: object): Promise<string> {
  encoder.configure({ sampleRate: 44100, channels: 1, ...parameters });
  const parts = [new Uint8Array(encoder.encode([samples.subarray(0, 11025)]))];
  parts.push(new Uint8Array(encoder.encode([samples.subarray(11025)])), new Uint8Array(encoder.finalize()));
  return `${parts.map((part) => part.length)} ${digest(Buffer.concat(parts))}`;
}

/** A hash at a time: each is a module of its own. */
const hash = (name: string, ...parameters: unknown[]): Work => ({
  entry: 'hash-wasm',
  language: `C (${name})`,
  run: async (exports) => exports[name](new Uint8Array(data), ...parameters),
});

const password = { password: 'tazzina', salt: new Uint8Array(16).fill(7) };

/** Packages of `npm run test:packages` that are installed here, too. */
const INSTALLED = ['pqc-kyber', 'multilingual-stemmer', 'siphash24'];

export const works: Work[] = [
  ...fetchedPackages
    .filter(({ name }) => INSTALLED.includes(name))
    .map(({ name, file, language, run }): Work => ({ entry: file ? `${name}/${file}` : name, language, run })),
  ...['adler32', 'crc32', 'crc64', 'md4', 'md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512', 'sha3', 'keccak'].map(
    (name) => hash(name),
  ),
  ...['ripemd160', 'sm3', 'whirlpool', 'xxhash32', 'xxhash64', 'xxhash3', 'xxhash128'].map((name) => hash(name)),
  ...['blake2b', 'blake2s', 'blake3'].map((name) => hash(name)),
  {
    entry: 'hash-wasm',
    language: 'C (argon2)',
    run: (exports) => exports.argon2id({ ...password, parallelism: 1, iterations: 2, memorySize: 64, hashLength: 32 }),
  },
  {
    entry: 'hash-wasm',
    language: 'C (bcrypt)',
    run: (exports) => exports.bcrypt({ ...password, costFactor: 4 }),
  },
  {
    entry: 'hash-wasm',
    language: 'C (scrypt)',
    run: (exports) => exports.scrypt({ ...password, costFactor: 16, blockSize: 8, parallelism: 1, hashLength: 32 }),
  },
  {
    entry: 'xxhash-wasm',
    language: 'WAT',
    run: async (exports) => {
      const { h32, h64, h64Raw, create64 } = await exports();
      const stream = create64(5n);
      for (let at = 0; at < data.length; at += 1000) stream.update(data.subarray(at, at + 1000));
      return [h32(source, 1), h64(source), h64Raw(data, 3n), stream.digest()].map(String);
    },
  },
  {
    entry: '@chainsafe/as-sha256',
    language: 'AssemblyScript',
    run: async ({ digest, digest64, SHA256 }) => {
      const incremental = new SHA256().init().update(data.subarray(0, 333)).update(data.subarray(333)).final();
      return [digest(data), digest64(data.subarray(0, 64)), incremental].map((each) =>
        Buffer.from(each).toString('hex'),
      );
    },
  },
  {
    entry: '../../node_modules/cjs-module-lexer/dist/lexer.js',
    language: 'C',
    run: async ({ init, parse }) => {
      await init();
      const { exports, reexports } = parse(text('node_modules/source-map/lib/source-node.js'));
      return [
        [...exports],
        [...reexports],
        [...parse('module.exports = { a, b, c: 1 }; __exportStar(require("x"))').exports],
      ];
    },
  },
  {
    // The package's main entry is compiled for SIMD.
    entry: 'es-module-lexer/minimal',
    language: 'C',
    run: async ({ init, parse }) => {
      await init();
      const files = ['acorn/dist/acorn.mjs', 'fast-check/lib/fast-check.js', 'es-module-lexer/dist/lexer.js'];
      return files.map((file) => JSON.stringify(parse(text(`node_modules/${file}`), file)));
    },
  },
  {
    entry: 'source-map',
    language: 'Rust',
    run: async ({ SourceMapGenerator, SourceMapConsumer }) => {
      const generator = new SourceMapGenerator({ file: 'numeric.js' });
      generator.setSourceContent('numeric.ts', source);
      for (const [line, words] of source.split('\n').entries()) {
        for (const { index } of words.matchAll(/\w+/g)) {
          generator.addMapping({
            generated: { line: line * 2 + 1, column: index + 3 },
            original: { line: line + 1, column: index },
            source: 'numeric.ts',
          });
        }
      }
      return SourceMapConsumer.with(JSON.parse(generator.toString()), null, (consumer: Package) => {
        const found: unknown[] = [];
        for (let line = 1; line < 400; line += 37) found.push(consumer.originalPositionFor({ line, column: 20 }));
        found.push(consumer.generatedPositionFor({ source: 'numeric.ts', line: 30, column: 7 }));
        let count = 0;
        consumer.eachMapping(() => count++);
        return [...found, count];
      });
    },
  },
  {
    entry: 'lz4-wasm/lz4_wasm.js',
    language: 'Rust',
    run: async ({ compress, decompress }) => {
      const packed = compress(data);
      return [packed.length, digest(packed), digest(decompress(packed)) === digest(data)];
    },
  },
  {
    entry: 'wasm-media-encoders',
    language: 'C (LAME)',
    run: async ({ createEncoder }) =>
      encoded(await createEncoder('audio/mpeg', read('node_modules/wasm-media-encoders/wasm/mp3.wasm')), {
        bitrate: 96,
      }),
  },
  {
    entry: 'wasm-media-encoders',
    language: 'C (Vorbis)',
    run: async ({ createEncoder }) =>
      encoded(await createEncoder('audio/ogg', read('node_modules/wasm-media-encoders/wasm/ogg.wasm')), {
        vbrQuality: 2,
        oggSerialNo: 5,
      }),
  },
  {
    entry: 'web-tree-sitter',
    language: 'C (Emscripten)',
    run: async (exports) => {
      const Parser = exports.default ?? exports;
      await Parser.init({ wasmBinary: read('node_modules/web-tree-sitter/tree-sitter.wasm') });
      const parser = new Parser();
      parser.setTimeoutMicros(123456);
      // Without a grammar there is nothing that it could parse.
      const refused = (() => {
        try {
          return parser.setLanguage({}) ?? parser.parse('x');
        } catch (error) {
          return `${error}`;
        }
      })();
      const timeout = parser.getTimeoutMicros();
      parser.delete();
      return [timeout, refused];
    },
  },
];
