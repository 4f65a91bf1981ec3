// Prints how JavaScript on a board reads and writes values in the words of a context. Floats go through the scratch arrays of the
// runtime (translated/runtime/state.ts): only copies of their bits are exact. References of the host go through ../references.ts.

import { wordTypes } from '../../compiler/intermediate/value-builder.js';
import { Context, wordCount } from '../../compiler/thumb/contract.js';

const FIRST = Context.Words / 4;

/** Words of arguments that the firmware passes, besides the context. */
export const REGISTER_WORDS = 3;

const contextWord = (index: number) => `context[${FIRST + index}]`;

/** Returns the program's expressions for each value: two for an i64. `at` is the first word. */
export function readWords(letters: string, at = 0): string[][] {
  return [...letters].map((letter) => {
    const first = contextWord(at++);
    if (letter === 'f') return [`(singleBits[0] = ${first}, single[0])`];
    if (letter === 'R') return [`hostReferenceOf(${first})`];
    if (letter !== 'I' && letter !== 'F') return [first];
    const second = contextWord(at++);
    if (letter === 'I') return [first, second];
    return [`(doubleBits[0] = ${first}, doubleBits[1] = ${second}, double[0])`];
  });
}

/** Statements that write the value that these expressions have. */
export function writeValue(letter: string, at: number, [low, high]: readonly string[]): string {
  const [first, second] = [contextWord(at), contextWord(at + 1)];
  if (letter === 'I') return `${first} = ${low}; ${second} = ${high};`;
  if (letter === 'f') return `single[0] = ${low}; ${first} = singleBits[0];`;
  if (letter === 'R') return `${first} = wordOfHostReference(${low});`;
  if (letter !== 'F') return `${first} = ${low};`;
  return `double[0] = ${low}; ${first} = doubleBits[0]; ${second} = doubleBits[1];`;
}

/** The words of a value as arguments of type int, which the firmware converts. */
function passedWords(letter: string, [low, high]: readonly string[]): string[] {
  if (letter === 'I') return [low, high];
  if (letter === 'f') return [`(single[0] = ${low}, singleBits[0])`];
  if (letter === 'R') return [`wordOfHostReference(${low})`];
  return letter === 'F' ? [`(double[0] = ${low}, doubleBits[0])`, 'doubleBits[1]'] : [low];
}

/** Returns the result of an export: one value, or a list of several. An i64 is a list of its words. */
export function resultText(letters: string): string {
  const values = readWords(letters).map((words) => (words.length === 1 ? words[0] : `[${words.join(', ')}]`));
  return values.length === 1 ? values[0] : `[${values.join(', ')}]`;
}

/** The list that `call` and `exportGlobal` take of results: their words from 1 on. */
export function resultList(letters: string, at = 0): string {
  return `[${['null', ...readWords(letters, at).flat()].join(', ')}]`;
}

/** Names of parameters, by value: of an i64, `v1` and `v1h`, or with these behind `v1`. */
export function parameterWords(letters: string, low = '', high = 'h'): string[][] {
  return [...letters].map((letter, at) => (letter === 'I' ? [`v${at}${low}`, `v${at}${high}`] : [`v${at}`]));
}

/** The first word of each value. */
export function wordStarts(letters: string): number[] {
  return [...letters].map((_, value) => wordCount(wordTypes(letters.slice(0, value))));
}

/** Statements that call machine code with values, each of them as the expressions of its words. */
export function argumentsText(called: string, letters: string, values: readonly (readonly string[])[]): string {
  const passed: string[] = [];
  const stored: string[] = [];
  let at = 0;
  for (const [value, letter] of [...letters].entries()) {
    const count = wordCount(wordTypes(letter));
    if (at + count <= REGISTER_WORDS) passed.push(...passedWords(letter, values[value]));
    else stored.push(writeValue(letter, at, values[value]));
    at += count;
  }
  // If a value does not fit, its first word may still go in a register.
  for (let word = passed.length; word < Math.min(REGISTER_WORDS, at); word++) passed.push(contextWord(word));
  return `${stored.join(' ')} ${called}(${passed.join(', ')})`;
}
