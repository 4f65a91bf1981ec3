// Converts functions between translated code and hosts, in both directions: a host passes values, translated code passes words
// (JavaScript interface, 5.6 and 5.7).

import { translated as interfaceError } from '../javascript-api/errors.js';
import { declareType, NO_FUNCREF, type TypedFunction, typedFunction } from '../javascript-api/typed-function.js';
import { severalResults } from '../javascript-api/value.js';
import { callReference, type FunctionValues, wordFunctionOf } from './bits.js';
import { FunctionReference, type WordFunction } from './function-reference.js';
import { resultArray, resultIntegers, resultWord, wordCount } from './value.js';

export type ExportedFunction = (...values: unknown[]) => unknown;

const references = new WeakMap<object, FunctionReference>();

/** Errors that host functions threw: translated code must not convert them. */
export const hostErrors = new WeakSet<object>();

/** Turns what translated code threw into what a host gets to see. Set by whoever knows the modules. */
let translate: (error: unknown) => unknown = (error) => error;

export function translateErrors(translation: (error: unknown) => unknown): void {
  translate = translation;
}

/** Converts an error of translated code to the error that a host gets. */
export function translated(error: unknown): unknown {
  return translate(error);
}

/** The reference of an exported function, or null. Throws a TypeError for anything else. */
export function referenceOf(value: unknown): FunctionReference | null {
  if (value === null) return null;
  const known = typeof value === 'function' ? references.get(value) : undefined;
  if (known !== undefined) return known;
  const typed = typedFunction(value);
  if (!typed?.isExported) throw new TypeError(NO_FUNCREF);
  // Another namespace exports it.
  const made = typedReference(typed, -1);
  made.exported = value as ExportedFunction;
  references.set(value as ExportedFunction, made);
  return made;
}

/** A value of a host as words: it runs user code, and throws, here. */
export function toWords(letter: string, value: unknown): unknown[] {
  switch (letter) {
    case 'i':
      return [+(value as number) | 0];
    case 'I': {
      const wide = BigInt.asIntN(64, value as bigint);
      return [Number(BigInt.asIntN(32, wide)), Number(wide >> 32n)];
    }
    case 'f':
      return [Math.fround(+(value as number))];
    case 'F':
      return [+(value as number)];
    case 'r':
      return [referenceOf(value)];
    default:
      return [value];
  }
}

/** The value whose first word is `words[at]`. */
export function fromWords(letter: string, words: unknown[], at: number): unknown {
  if (letter === 'I') return (BigInt(words[at + 1] as number) << 32n) | BigInt((words[at] as number) >>> 0);
  if (letter === 'r' && words[at] !== null) return exportedFunction(words[at] as FunctionReference);
  return words[at];
}

/** The one function that a host sees of a reference. */
export function exportedFunction(reference: FunctionReference): ExportedFunction {
  if (reference.exported !== null) return reference.exported;
  const [parameters, results] = reference.signature.split(':');
  const letters = [...parameters];
  const made: ExportedFunction = (...values) => {
    const words = letters.flatMap((letter, index) => toWords(letter, values[index]));
    try {
      return fromResults(results, reference.call(...words));
    } catch (error) {
      throw interfaceError(translate(error));
    }
  };
  Object.defineProperty(made, 'name', { value: String(reference.index), configurable: true });
  Object.defineProperty(made, 'length', { value: letters.length, configurable: true });
  references.set(made, reference);
  declareType(made, { signature: reference.signature, isExported: true, callBits: bitCall(reference) });
  reference.exported = made;
  return made;
}

const functionValues: FunctionValues = {
  toValue: (reference) => (reference === null ? null : exportedFunction(reference)),
  fromValue: referenceOf,
};

/** Returns a function that other instances call, with references as a host's values. */
function bitCall(reference: FunctionReference): TypedFunction['callBits'] {
  const [parameters, results] = reference.signature.split(':');
  return (words, values) => {
    for (let index = 0; index < parameters.length; index++)
      if (parameters[index] === 'r') values[index] = referenceOf(values[index]);
    try {
      callReference(reference, words, values);
    } catch (error) {
      throw interfaceError(translate(error));
    }
    for (let index = 0; index < results.length; index++)
      if (results[index] === 'r') values[index] = functionValues.toValue(values[index] as FunctionReference | null);
  };
}

/** A function whose type is known, of a host or of another namespace, as translated code calls it. */
export function typedReference(typed: TypedFunction, index: number): FunctionReference {
  const call = wordFunctionOf(typed, functionValues);
  return new FunctionReference(marked(call), typed.signature, index, true);
}

/** Marks what a host function throws, which is not of translated code. */
function marked(call: WordFunction): WordFunction {
  return (...words) => {
    try {
      return call(...words);
    } catch (error) {
      if (typeof error === 'object' && error !== null) hostErrors.add(error);
      throw error;
    }
  };
}

function fromResults(results: string, first: unknown): unknown {
  let word = 0;
  const values = [...results].map((letter) => {
    const words = [resultWord(letter, word, first), letter === 'I' ? resultIntegers[word + 1] : 0];
    word += wordCount(letter);
    return fromWords(letter, words, 0);
  });
  return values.length > 1 ? values : values[0];
}

/** A function of a host as translated code calls it. */
export function importedFunction(host: ExportedFunction, signature: string, index: number): FunctionReference {
  const [parameters, results] = signature.split(':');
  const letters = [...parameters];
  const call: WordFunction = (...words) => {
    let at = 0;
    const values = letters.map((letter) => {
      const value = fromWords(letter, words, at);
      at += wordCount(letter);
      return value;
    });
    return returnWords(results, host(...values));
  };
  return new FunctionReference(marked(call), signature, index, true);
}

/** Leaves the words of results where translated code expects them; returns the first. */
function returnWords(results: string, returned: unknown): unknown {
  if (results === '') return undefined;
  const values = results.length > 1 ? severalResults(returned, results.length) : [returned];
  const words = values.map((value, index) => toWords(results[index], value));
  let at = 0;
  for (const [index, each] of words.entries()) {
    for (const word of each) resultArray(results[index])[at++] = word;
  }
  return words[0][0];
}
