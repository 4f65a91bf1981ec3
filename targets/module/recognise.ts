// Recognises files that are no module, but of which a module can be made: sources, archives, other formats, and JavaScript that
// contains a module. For each, one sentence says what it is, and one command makes something usable of it.

import { embeddedModules } from './embedded-modules.js';

export interface Recognised {
  /** Follows the name of the file. */
  what: string;
  /** The way out, as a command if there is one. */
  remedy: string;
}

/** `file` is the name, for commands. */
type Recogniser = (file: string, bytes: Uint8Array, text: string) => Recognised | undefined;

/** Bytes that are looked at as text. */
const LOOKED_AT = 65_536;

const MODULE = 'app.wasm';

function starts(bytes: Uint8Array, ...first: number[]): boolean {
  return first.every((byte, index) => bytes[index] === byte);
}

const ascii = (text: string) => [...text].map((each) => each.charCodeAt(0));

/** Formats by their first bytes. */
const SIGNATURES: readonly { first: number[]; what: string; remedy: (file: string) => string }[] = [
  {
    first: [0x1f, 0x8b],
    what: 'is compressed with gzip',
    remedy: (file) => `take out what is in it: gzip -dc ${file} > ${MODULE}`,
  },
  {
    first: [0x28, 0xb5, 0x2f, 0xfd],
    what: 'is compressed with zstd',
    remedy: (file) => `take out what is in it: zstd -d ${file} -o ${MODULE}`,
  },
  {
    first: [0x42, 0x5a, 0x68],
    what: 'is compressed with bzip2',
    remedy: (file) => `take out what is in it: bzip2 -dc ${file} > ${MODULE}`,
  },
  {
    first: ascii('PK\x03\x04'),
    what: 'is a ZIP archive',
    remedy: (file) => `list what is in it, and take out the .wasm: unzip -l ${file}`,
  },
  {
    first: ascii('\x7fELF'),
    what: 'is an ELF file: compiled for a processor, not for WebAssembly',
    remedy: () =>
      `compile the source for wasm32: clang --target=wasm32 -Oz -nostdlib -Wl,--no-entry -o ${MODULE} app.c`,
  },
  {
    first: [0xcf, 0xfa, 0xed, 0xfe],
    what: 'is a Mach-O file: compiled for a processor, not for WebAssembly',
    remedy: () =>
      `compile the source for wasm32: clang --target=wasm32 -Oz -nostdlib -Wl,--no-entry -o ${MODULE} app.c`,
  },
  {
    first: ascii('MZ'),
    what: 'is a program for Windows: compiled for a processor, not for WebAssembly',
    remedy: () =>
      `compile the source for wasm32: clang --target=wasm32 -Oz -nostdlib -Wl,--no-entry -o ${MODULE} app.c`,
  },
  {
    first: ascii('BC\xc0\xde'),
    what: 'is LLVM bitcode',
    remedy: (file) => `compile and link it: clang --target=wasm32 -Oz -nostdlib -Wl,--no-entry -o ${MODULE} ${file}`,
  },
  {
    first: ascii('!<arch>\n'),
    what: 'is a static library',
    remedy: (file) => `link it: wasm-ld --no-entry --whole-archive --export-dynamic -o ${MODULE} ${file}`,
  },
];

const bySignature: Recogniser = (file, bytes) => {
  const found = SIGNATURES.find(({ first }) => starts(bytes, ...first));
  return found && { what: found.what, remedy: found.remedy(file) };
};

const web: Recogniser = (_, __, text) => {
  if (!/^\s*<(!doctype|html|head|body)\b/i.test(text)) return undefined;
  return {
    what: 'is a web page, perhaps the error page of a download',
    remedy: `download the module itself, and fail on errors: curl -fL -o ${MODULE} ADDRESS`,
  };
};

/** JavaScript with a module in it as base64, numbers or hexadecimal digits, as npm packages have it. */
const embedding: Recogniser = (file, bytes) => {
  const found = embeddedModules(bytes);
  if (found.length === 0) return undefined;
  const modules = found.length === 1 ? 'a module' : `${found.length} modules`;
  return {
    what: `is not a module, but has ${modules} in it, of ${Math.max(...found.map(({ length }) => length))} bytes`,
    remedy: `extract it: tazzina extract ${file} -o ${MODULE}`,
  };
};

interface SourceLanguage {
  extension: RegExp;
  /** In a file of another name. */
  sign?: RegExp;
  what: string;
  command: (file: string) => string;
}

const SOURCES: readonly SourceLanguage[] = [
  {
    extension: /\.(cc|cpp|cxx|hpp)$/i,
    what: 'is C++ source',
    command: (file) =>
      `clang++ --target=wasm32 -Oz -fno-exceptions -fno-rtti -nostdlib -Wl,--no-entry,--export-dynamic,-z,stack-size=512 -o ${MODULE} ${file}`,
  },
  {
    extension: /\.[ch]$/i,
    sign: /^\s*#\s*(include|define|if)\b/m,
    what: 'is C source',
    command: (file) =>
      `clang --target=wasm32 -Oz -nostdlib -Wl,--no-entry,--export-dynamic,-z,stack-size=512 -o ${MODULE} ${file}`,
  },
  {
    extension: /\.rs$/i,
    sign: /^\s*(pub )?(extern "C" )?fn \w+/m,
    what: 'is Rust source',
    command: (file) =>
      `rustc --target wasm32-unknown-unknown --crate-type cdylib -C opt-level=z -C panic=abort -C link-arg=-zstack-size=1024 -o ${MODULE} ${file}`,
  },
  {
    extension: /\.(m?ts)$/i,
    what: 'is TypeScript source; AssemblyScript compiles a part of that language',
    command: (file) => `npx asc ${file} -Oz --runtime stub --noAssert -o ${MODULE}`,
  },
  {
    extension: /\.go$/i,
    sign: /^package \w+$/m,
    what: 'is Go source',
    command: (file) =>
      `tinygo build -o ${MODULE} -target=wasm-unknown -scheduler=none -gc=leaking -panic=trap -opt=z -no-debug ${file}`,
  },
  {
    extension: /\.zig$/i,
    what: 'is Zig source',
    command: (file) =>
      `zig build-exe ${file} -target wasm32-freestanding -O ReleaseSmall -fno-entry -rdynamic --stack 1024 -femit-bin=${MODULE}`,
  },
];

const source: Recogniser = (file, bytes, text) => {
  const isText = !bytes.subarray(0, LOOKED_AT).includes(0);
  const found =
    SOURCES.find(({ extension }) => extension.test(file)) ??
    (isText ? SOURCES.find(({ sign }) => sign?.test(text)) : undefined);
  return found && { what: found.what, remedy: `compile it: ${found.command(file)}` };
};

const javaScript: Recogniser = (file) => {
  if (!/\.[cm]?js$/i.test(file)) return undefined;
  return {
    what: 'is JavaScript, not a module',
    remedy: `a program for Espruino runs with: tazzina run ${file} --board puckjs; the module is the .wasm beside the glue code`,
  };
};

const data: Recogniser = (file, _, text) => {
  if (!/^\s*[{[]/.test(text) || !/\.(json|map)$/i.test(file)) return undefined;
  return { what: 'is JSON, not a module', remedy: 'give the .wasm that lies beside it' };
};

/** The import of a memory that every object file of LLVM has, and that linking replaces: `env`, `__linear_memory`. */
const OBJECT_IMPORT = Buffer.from('\x03env\x0f__linear_memory\x02', 'latin1');

/** Describes a truncated or unlinked binary module; undefined for all other files. */
export function recogniseUnfinished(file: string, bytes: Uint8Array): Recognised | undefined {
  if (!Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(OBJECT_IMPORT)) return undefined;
  return {
    what: 'is an object file, which is not linked yet',
    remedy: `link it: wasm-ld --no-entry -z stack-size=512 -o ${MODULE} ${file}`,
  };
}

/** Describes a file that is no module; undefined if it is unknown. Does not look into binary modules. */
export function recognise(file: string, bytes: Uint8Array): Recognised | undefined {
  const text = new TextDecoder('latin1').decode(bytes.subarray(0, LOOKED_AT));
  for (const each of [bySignature, embedding, web, source, javaScript, data]) {
    const found = each(file, bytes, text);
    if (found) return found;
  }
  return undefined;
}
