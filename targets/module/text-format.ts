// Modules in the text format, `.wat`: recognised, and assembled with wabt.

import { Feature, unsupported } from '../../src/features.js';
import { lineTooDeep, MOST_BLOCKS, MOST_EXPRESSIONS } from './text-nesting.js';

const FEATURES = {
  mutable_globals: true,
  sat_float_to_int: true,
  sign_extension: true,
  multi_value: true,
  tail_call: true,
  bulk_memory: true,
  reference_types: true,
  extended_const: true,
  multi_memory: true,
  exceptions: true,
  simd: true,
};

/** Tokens of the text format before 2018 that wabt cannot place, in its message. */
const OLD_NAMES =
  /unexpected token "?(?:[gst]et_local|tee_local|[gs]et_global|current_memory|grow_memory|\w+\.(?:wrap|demote|promote|reinterpret|convert_[su]|trunc_[su]|extend_[su])\/\w+|anyfunc)/;
const OLD_FORMAT =
  'this is the text format of before 2018: get_local is local.get now, current_memory is memory.size, i32.wrap/i64 is i32.wrap_i64, anyfunc is funcref';
const RENAMING =
  "rename them: sed -Ei 's/(get|set|tee)_local/local.\\1/g; s/(get|set)_global/global.\\1/g; s/anyfunc/funcref/g; s/current_memory/memory.size/g; s/grow_memory/memory.grow/g; s:([if][36][24])\\.(wrap|demote|promote|reinterpret|convert|trunc|extend)(_[su])?/([if][36][24]):\\1.\\2_\\4\\3:g'";

/** Types of garbage collection, for which wabt gives no position. */
const COLLECTED =
  /(?:unexpected token "?((?:any|eq|i31|struct|array|null|nullfunc|nullextern)ref|rec|sub|(?:struct|array|i31|any|extern)\.\w+|ref\.(?:eq|test|cast|i31))|(struct|array) not allowed)\b/;

/** `where` is empty if the place is not known. */
const nestsTooDeeply = (where: string) =>
  `${where}it nests too deeply for the assembler, whose stack ends at about ${MOST_BLOCKS} blocks or ${MOST_EXPRESSIONS} folded expressions in one another: assemble the file with Binaryen's wasm-as (npx --package binaryen wasm-as -all), and give the .wasm file`;

/** Lines that say what is behind a message of wabt. */
function explanation(message: string, name: string): string[] {
  if (OLD_NAMES.test(message)) return [OLD_FORMAT, `${RENAMING} ${name}`];
  const collected = COLLECTED.exec(message);
  return collected ? [unsupported(Feature.GarbageCollection, collected[1] ?? collected[2])] : [];
}

/** The text has no module in it: the message has the lines that are wrong. */
export class TextFormatError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TextFormatError';
  }
}

/** Whether a file is text: by its name, or because it starts as text does. */
export function isTextFormat(name: string, bytes: Uint8Array): boolean {
  if (/\.(wat|wast)$/i.test(name)) return bytes[0] !== 0 || encodingOf(bytes) !== 'utf-8';
  const start = new TextDecoder(encodingOf(bytes)).decode(bytes.subarray(0, 4096));
  return /^\s*(\(|;;)/.test(start);
}

/** UTF-8, or UTF-16 where the text begins with its byte order mark, as editors on Windows write it. */
function encodingOf([first, second]: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}

/** Bytes in UTF-8 without a byte order mark, which wabt does not take. Strings may hold bytes that are no UTF-8. */
function withoutMark(bytes: Uint8Array): Uint8Array {
  const encoding = encodingOf(bytes);
  if (encoding !== 'utf-8') return new TextEncoder().encode(new TextDecoder(encoding).decode(bytes));
  const [first, second, third] = bytes;
  return first === 0xef && second === 0xbb && third === 0xbf ? bytes.subarray(3) : bytes;
}

/**
 * The binary of a module in the text format, with a name section. It is not validated. `name` is the file's, for
 * messages. Throws a TextFormatError.
 */
export async function assembleText(text: string | Uint8Array, name = 'module.wat'): Promise<Uint8Array> {
  // wabt ignores the offset and length of a view and reads its whole buffer: the copy has one of its own.
  const given = typeof text === 'string' ? text.replace(/^\ufeff/, '') : new Uint8Array(withoutMark(text));
  const line = lineTooDeep(typeof given === 'string' ? given : Buffer.from(given).toString('latin1'));
  if (line > 0) throw new TextFormatError(nestsTooDeeply(`${name}:${line}: `));
  const { default: createWabt } = await import('wabt');
  const { parseWat } = await createWabt();
  let parsed: ReturnType<typeof parseWat> | undefined;
  try {
    parsed = parseWat(name, given, FEATURES);
    parsed.resolveNames();
    return new Uint8Array(parsed.toBinary({ write_debug_names: true }).buffer);
  } catch (error) {
    // This instance's stack has overflowed: do not use it again.
    if ((error as Error).name === 'RuntimeError') {
      parsed = undefined;
      throw new TextFormatError(nestsTooDeeply(''));
    }
    const lines = String((error as Error).message)
      .replace(/^parseWat failed:\s*/, '')
      .trim();
    throw new TextFormatError([lines, ...explanation(lines, name)].join('\n'));
  } finally {
    parsed?.destroy();
  }
}
