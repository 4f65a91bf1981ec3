// Parts of programs for boards that all tiers share: files of Storage and their limits, bundling, host functions, exports.

import { crc32 } from 'node:zlib';
import type { Plugin } from 'esbuild';
import type { Board } from '../../boards/index.js';
import { printParts } from '../compiler/javascript/trees/program.js';
import { hasFeature } from '../host-functions/features.js';
import { type ImportedFunction, importedFunction, type OwnImports, ownValue } from '../host-functions/own-imports.js';
import type { External } from '../module/description.js';
import type { ReadModule } from '../module/read-module.js';
import type { ArgumentChecks } from './argument-checks.js';
import { BuildError } from './build-error.js';
import { storedBytes } from './figures.js';
import { hosts, typedChecks } from './generated/texts.js';
import type { StorageFile } from './image.js';
import type { LoweredModule, Range } from './interpreted/lowered-module.js';
import { parsable } from './parsable.js';
import { checkProgramName } from './program-name.js';
import type { TypedProgram } from './typed/typed-program.js';

/** A view cannot start behind this byte of a file. */
const LARGEST_CHUNK = 60_000;

/** A name as Espruino has it: the bytes of its UTF-8 text. */
export const onBoard = (name: string) => Buffer.from(name).toString('latin1');

/** A name as a literal of the board's language, in printable ASCII: Espruino makes other characters of `\\u` than one byte. */
export function stringLiteral(name: string): string {
  const text = onBoard(name).replace(/[^\x20-\x7e]|["\\]/g, (character) => {
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
  return `"${text}"`;
}

export const NOTHING = new Uint8Array(0);

/** Throws BuildError if the files do not fit, each with its header. */
export function checkStorage(files: StorageFile[], board: Board): void {
  const stored = storedBytes(files);
  if (stored > board.storage.bytes) {
    throw new BuildError(`the files take ${stored} bytes, and the Storage of ${board.name} has ${board.storage.bytes}`);
  }
}

/** Throws BuildError if the board cannot have a program of that name. */
export function checkProgram(name: string, board: Board): void {
  checkProgramName(name, board);
  if (!hasFeature(board, 'DataView')) {
    throw new BuildError(`the firmware of ${board.name} is too small for a runtime: it has no DataView`);
  }
}

export function bytesOf(words: Int32Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
}

/** The ranges in files of at most LARGEST_CHUNK bytes. */
export function dataChunks(ranges: Range[]): Range[][] {
  const chunks: Range[][] = [];
  let room = 0;
  for (const { address, bytes } of ranges) {
    for (let at = 0; at < bytes.length; ) {
      if (room === 0) {
        chunks.push([]);
        room = LARGEST_CHUNK;
      }
      const part = bytes.subarray(at, at + room);
      chunks[chunks.length - 1].push({ address: address + at, bytes: part });
      at += part.length;
      room -= part.length;
    }
  }
  return chunks;
}

export const chunkBytes = (chunk: Range[]) => Buffer.concat(chunk.map(({ bytes }) => bytes));

/**
 * Names that minifying would give to something, and that Espruino takes for a keyword, or its compiler for a pin: nothing has
 * them while they are free.
 */
const PINS = Array.from({ length: 260 }, (_, index) => String.fromCharCode(65 + (index % 26)) + Math.floor(index / 26));
const KEYWORD = `BOARD_KEYWORD(of,${PINS});`;

/** Features of later editions of ECMAScript that Espruino has. */
export const LANGUAGE = { target: 'es2015', supported: { 'class-field': true, 'nullish-coalescing': true } };

/** Text with the constants of the build in place, and what they decide; names and their order stay. */
export async function simplified(text: string, define: Record<string, string>): Promise<string> {
  const { transform } = await import('esbuild');
  const { code } = await transform(text, { ...LANGUAGE, define, minifySyntax: true });
  return code;
}

/**
 * The text of a program, minified, with the constants of the build in place. `asWritten` leaves statements and expressions as
 * they are, and changes names and white space only.
 */
export async function bundleProgram(
  text: string,
  define: Record<string, string>,
  { asWritten = false, own }: { asWritten?: boolean; own?: OwnImports } = {},
): Promise<string> {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    stdin: { contents: `${KEYWORD}\n${text}` },
    plugins: [hostModule, ownModule(own)],
    write: false,
    bundle: true,
    platform: 'neutral',
    logLevel: 'silent',
    ...LANGUAGE,
    format: 'esm',
    minifyWhitespace: true,
    minifyIdentifiers: true,
    minifySyntax: !asWritten,
    treeShaking: true,
    define,
  });
  return parsable(outputFiles[0].text, ON_BOARD);
}

/** Names that stand for those that a bundler would replace. */
const ON_BOARD = { BOARD_EXPORTS: 'exports', BOARD_REQUIRE: 'require', BOARD_EVAL: 'eval' };

/** The implementations of host functions, of which only the imported ones get into the program. */
const hostModule: Plugin = {
  name: 'host functions',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^hosts$/ }, () => ({ path: 'hosts', namespace: 'hosts', sideEffects: false }));
    onLoad({ filter: /^hosts$/, namespace: 'hosts' }, async () => ({ contents: await simplified(hosts, {}) }));
  },
};

/** Name of the user's file as a module. */
const OWN_MODULE = 'own-imports';

const ownModule = (own: OwnImports | undefined): Plugin => ({
  name: OWN_MODULE,
  setup({ onResolve, onLoad }) {
    const filter = new RegExp(`^${OWN_MODULE}$`);
    onResolve({ filter }, () => ({ path: OWN_MODULE, namespace: OWN_MODULE }));
    onLoad({ filter, namespace: OWN_MODULE }, () => ({ contents: own?.text ?? '' }));
  },
});

/** Returns the members of `host` that the imported implementations use, as constants of translated/runtime/. */
export async function hostDefines(
  imports: readonly External[],
  own: OwnImports | undefined,
): Promise<Record<string, string>> {
  const used = implementationsOf(imports, own);
  if (used.length === 0)
    return { HOST_CALLS_TABLE: 'false', HOST_CALLS_EXPORT: 'false', HOST_FAILS: 'false', HOST_EXITS: 'false' };
  const contents = `${importHosts(imports, own)}\nuse(${used.join()});`;
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    stdin: { contents },
    plugins: [hostModule],
    write: false,
    bundle: true,
    platform: 'neutral',
    format: 'esm',
    logLevel: 'silent',
  });
  const uses = (member: string) => String(outputFiles[0].text.includes(`host.${member}(`));
  return {
    HOST_CALLS_TABLE: uses('callTable'),
    HOST_CALLS_EXPORT: uses('callExport'),
    HOST_FAILS: uses('fail'),
    HOST_EXITS: uses('exit'),
  };
}

export function importHosts(imports: readonly External[], own: OwnImports | undefined): string {
  const names = implementationsOf(imports, own);
  return names.length === 0 ? '' : `import { ${names.join(', ')} } from 'hosts';`;
}

/** Returns the implementations of imports in the table, each once. */
function implementationsOf(imports: readonly External[], own: OwnImports | undefined): string[] {
  const names = imports.map((each) => importedFunction(each, own)!.implementation);
  return [...new Set(names)].filter((name) => name !== '');
}

/**
 * Statements that make methods of `host` out of the functions that the user gives: `o3` of the import 3, so that `this` is
 * the host in them.
 */
export function ownImportLines(imports: readonly External[], own: OwnImports | undefined): string {
  const objects = new Map<string, string>();
  const methods = imports.flatMap((each, index) => {
    const found = ownValue(each, own);
    if (!found || found.isTyped) return [];
    const { from } = found;
    if (!objects.has(from)) objects.set(from, `own${objects.size}`);
    const object = from === 'default' ? `${objects.get(from)}[${stringLiteral(each.module)}]` : objects.get(from);
    return [`host.o${index} = ${object}[${stringLiteral(each.name)}];`];
  });
  if (methods.length === 0) return '';
  const names = [...objects].map(([from, name]) => `${from} as ${name}`);
  return `import { ${names.join(', ')} } from '${OWN_MODULE}';\n${methods.join('\n')}`;
}

/** A call of an imported function with the words of its arguments: statements, and the expression of its value behind them. */
export function importCall(
  { module, name, parameters, results, implementation, isHost }: ImportedFunction,
  index: number,
  words: readonly (readonly string[])[],
): { statements: string; value: string } {
  if (implementation !== '')
    return { statements: '', value: `${implementation}(${['host', ...words.flat()].join(', ')})` };
  const given = words.map((each, at) => (parameters[at] === 'I' ? `[${each.join(', ')}]` : each[0])).join(', ');
  const call = `host.o${index}(${given})`;
  const value = results === 'I' ? `pairOf(${call})` : call;
  if (isHost)
    return results === '' ? { statements: '', value } : { statements: `const value = ${value};`, value: 'value' };
  const orZero =
    results === '' || results === 'I'
      ? ''
      : ` if (value === undefined) value = ${/[rR]/.test(results) ? 'null' : '0'};`;
  const caught = `ownFailed(error, ${stringLiteral(module === '$root' ? name : `${module}.${name}`)});`;
  return { statements: `let value; try { value = ${value}; } catch (error) { ${caught} }${orZero}`, value: 'value' };
}

/** The names of functions by their numbers, as an object of the program. */
export function functionNamesText({ names }: ReadModule): string {
  return `{${[...names].map(([index, name]) => `${index}: ${JSON.stringify(onBoard(name))}`).join(', ')}}`;
}

/** Bytes of the buffer for linear memory: a view of doubles needs 8, also where the module has no memory. */
export const memoryBufferBytes = ({ bytes }: LoweredModule['memory']) => Math.max(8, bytes);

/** The constants of the build for linear memory. */
export function memoryConstants(memory: LoweredModule['memory']): Record<string, string> {
  const { minimum, maximum, shift, start } = memory;
  return {
    MEMORY_BYTES: String(memoryBufferBytes(memory)),
    MEMORY_PAGES: String(minimum),
    MOST_PAGES: String(maximum >= 0 ? maximum : shift === 16 ? 65536 : 4294967295),
    PAGE_SHIFT: String(shift),
    MEMORY_START: String(start),
  };
}

/** Statements that put the data into memory, which is `bytes`. */
export function dataLines(chunks: Range[][], files: StorageFile[], name: string): string {
  return chunks
    .map((chunk, index) => {
      const file = `file${index}`;
      let at = 0;
      const sets = chunk.map((range) => {
        const set = `bytes.set(new Uint8Array(${file}, ${at}, ${range.bytes.length}), ${range.address});`;
        at += range.bytes.length;
        return set;
      });
      const stored = files.find((each) => each.name === `${name}.d${index}`)!;
      return `const ${file} = read('${stored.name}', ${crc32(stored.bytes)}); ${sets.join(' ')}`;
    })
    .join('\n');
}

/** Statements that export values under their names. */
export class ExportLines {
  private readonly lines: string[] = [];
  private readonly typed: TypedProgram | undefined;
  private readonly checks: ArgumentChecks | null;
  private isPut = false;

  /** The glue of a typed program makes the exports. With `checks`, functions check their arguments. */
  constructor(typed?: TypedProgram, checks: ArgumentChecks | null = null) {
    this.typed = typed;
    this.checks = checks;
  }

  /**
   * A function, which `exported` makes what the program exports. For glue, `direct` calls it, and `sliced` makes or begins a call (see `Core`
   * in typed/runtime/sliced.ts).
   */
  putFunction(name: string, direct: string, exported: (direct: string) => string, sliced = ''): void {
    if (this.typed === undefined) {
      this.put(name, this.checks?.around(name, exported(direct)) ?? exported(direct));
      return;
    }
    this.putCore(name, direct);
    const variable = this.typed.slicedVariable(name);
    if (variable !== undefined) this.lines.push(`const ${variable} = function (words, done) { return ${sliced}; };`);
  }

  /** Exports that only glue uses become variables. */
  private putCore(name: string, value: string): void {
    const variable = this.typed?.variable(name);
    if (variable !== undefined) this.lines.push(`const ${variable} = ${value};`);
  }

  putGlobal(name: string, value: string): void {
    if (this.typed === undefined) this.put(name, value);
    else this.putCore(name, value);
  }

  put(name: string, value: string): void {
    if (this.typed !== undefined) return;
    const text = stringLiteral(name);
    // Bundling would make an identifier of the name, which Espruino does not read.
    const isPlain = /^[\x20-\x7e]*$/.test(name);
    this.lines.push(isPlain ? `BOARD_EXPORTS[${text}] = ${value};` : `put(${text}, ${value});`);
    this.isPut ||= !isPlain;
  }

  text(): string {
    const runtime = this.checks === null ? '' : printParts(typedChecks);
    return `${runtime}\n${this.isPut ? 'const put = function (name, value) { BOARD_EXPORTS[name] = value; };' : ''}\n${this.lines.join('\n')}${this.typed?.text() ?? ''}`;
  }
}

/** How a program reads its files: damaged, they are refused. `storage` is the module of that name. */
export const READ_FUNCTION = `function (name, sum) {
  const file = storage.readArrayBuffer(name);
  if (!file || E.CRC32(file) !== sum) throw new Error('Storage file ' + name + ' is damaged: write it again');
  return file;
}`;

export const READ = `const storage = BOARD_REQUIRE('Storage');
const read = ${READ_FUNCTION};`;
