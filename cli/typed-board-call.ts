// `--invoke` of a typed function on a board: the call as text, and its result out of what the board prints.

import { appCallText, type CallOptions, doubleText, EXACT_JSON } from '../targets/board/exported-call.js';
import type { BoardImage } from '../targets/board/image.js';
import { stringLiteral } from '../targets/board/program-parts.js';
import type { BoundFunction } from '../targets/interfaces/bind.js';
import { typeText } from '../targets/interfaces/types.js';
import { CommandError } from './command-error.js';
import type { Result } from './invocation.js';
import { bitsOfNumber, pathOf, resultType, typedArguments, typedText } from './typed-invocation.js';

/** A call that is made on a board, as text. */
export interface BoardCall {
  text: string;
  /** Evaluated behind it, where it did not fail: prints what `take` gets. */
  results: string;
  take(printed: string): void;
  /** The call goes on after `text`, until the board has nothing left to do. */
  isSliced?: boolean;
}

/** The call with these texts. Its results are taken only if it has ended. Throws a CommandError where a call in slices has not. */
export function boardCall(
  text: string,
  results: string,
  { isSliced }: CallOptions,
  take: (printed: string) => void,
): BoardCall {
  if (!isSliced) return { text, results, take };
  return {
    text,
    results: `print(isDone);if(isDone){${results}}`,
    take: (printed) => {
      if (!printed.startsWith('true'))
        throw new CommandError('simulation', 1, 'the call has not ended in this time', ['to give it more: --seconds']);
      if (results !== '') take(printed.replace(/^true\n/, ''));
    },
    isSliced,
  };
}

/** Builds the call of a typed function, whose values are those of JavaScript. */
export function typedCall(
  { name }: Pick<BoardImage, 'name'>,
  called: BoundFunction,
  args: readonly string[],
  options: CallOptions,
  found: (result: Result) => void,
): BoardCall {
  const given = typedArguments(called, args).map(literal);
  const callee = pathOf(called).reduce((object, each) => `${object}[${stringLiteral(each)}]`, 'app');
  const type = resultType(called);
  const shown = type?.kind === 'managed' && type.form === 'buffer' ? 'new Uint8Array(result)' : 'result';
  const text = appCallText(name, callee, given, options);
  const results = type === null ? '' : `${EXACT_JSON}print(typeof result=="string"?result:exact(${shown}));`;
  return boardCall(text, results, options, (printed) => {
    const text = Buffer.from(printed, 'latin1').toString().replace(/\n$/, '');
    const { kind } = type?.kind === 'managed' && !type.isNullable ? type.type : type!;
    const isText = kind === 'string' || kind === 'char' || kind === 'enum';
    const value = isText ? text : JSON.parse(text, (_, each) => (typeof each === 'string' ? textOfBytes(each) : each));
    found({ type: typeText(type!, called.convention), value: typedText(type!, value, true) });
  });
}

/** Text that a board has as its bytes in UTF-8. Firmware with Unicode strings has characters, which are no UTF-8 or none but ASCII. */
function textOfBytes(text: string): string {
  if (!/^[\0-\xff]*$/.test(text)) return text;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(text, 'latin1'));
  } catch {
    return text;
  }
}

/** A value as Espruino's JavaScript: text is its bytes, a 64-bit integer the pair of its words, a number exact. */
function literal(value: unknown): string {
  if (typeof value === 'string') return stringLiteral(value);
  if (typeof value === 'bigint') return `[${[value, value >> 32n].map((each) => BigInt.asIntN(32, each))}]`;
  if (Array.isArray(value)) return `[${value.map(literal)}]`;
  if (value instanceof ArrayBuffer) return `new Uint8Array([${new Uint8Array(value)}]).buffer`;
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value).map(([key, each]) => `${stringLiteral(key)}:${literal(each)}`)}}`;
  return typeof value === 'number' ? doubleText(bitsOfNumber('f64', value)) : String(value);
}
