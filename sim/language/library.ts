// Names of ECMAScript's library that Espruino lacks. Found by asking Espruino 2v29 for each name that Node 20 has.

export const typedArrays =
  'Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float32Array Float64Array'.split(
    ' ',
  );

export const missingGlobals: ReadonlySet<string> = new Set(
  (
    'Map Set WeakMap WeakSet WeakRef FinalizationRegistry Symbol Proxy Reflect Intl Atomics SharedArrayBuffer ' +
    'AggregateError EvalError RangeError URIError TextDecoder BigInt BigInt64Array BigUint64Array WebAssembly ' +
    'decodeURI encodeURI escape unescape Iterator TextEncoder queueMicrotask structuredClone setImmediate ' +
    'clearImmediate'
  ).split(' '),
);

/** Members of constructors and namespaces, by object. */
export const missingStatics: Readonly<Record<string, readonly string[]>> = {
  Math: 'imul fround clz32 trunc hypot log2 log10 log1p cbrt expm1 acosh asinh atanh cosh sinh tanh'.split(' '),
  Number: 'isInteger isFinite isNaN isSafeInteger parseFloat parseInt EPSILON MAX_SAFE_INTEGER MIN_SAFE_INTEGER'.split(
    ' ',
  ),
  Object: 'freeze is seal isFrozen isSealed isExtensible preventExtensions hasOwn groupBy getOwnPropertySymbols'.split(
    ' ',
  ),
  Array: ['from', 'of', 'fromAsync'],
  ArrayBuffer: ['isView'],
  Promise: ['allSettled', 'any', 'race', 'withResolvers'],
  String: ['raw', 'fromCodePoint'],
  Date: ['UTC'],
  Error: ['captureStackTrace', 'stackTraceLimit'],
  ...Object.fromEntries(typedArrays.map((name) => [name, ['from', 'of']])),
};

const locales = 'toLocaleString toLocaleDateString toLocaleTimeString'.split(' ');

/** Members of instances, by constructor. */
export const missingMethods: Readonly<Record<string, readonly string[]>> = {
  Object: [
    '__defineGetter__ __defineSetter__ __lookupGetter__ __lookupSetter__ isPrototypeOf propertyIsEnumerable',
    'toLocaleString',
  ].flatMap((names) => names.split(' ')),
  Array: (
    'at copyWithin findLast findLastIndex lastIndexOf keys entries values flat flatMap reduceRight toLocaleString ' +
    'toReversed toSorted toSpliced with'
  ).split(' '),
  TypedArray: (
    'at copyWithin findLast findLastIndex lastIndexOf keys entries values reduceRight toLocaleString toReversed ' +
    'toSorted with BYTES_PER_ELEMENT'
  ).split(' '),
  ArrayBuffer: 'slice maxByteLength resizable resize transfer transferToFixedLength detached'.split(' '),
  DataView: 'getBigInt64 setBigInt64 getBigUint64 setBigUint64'.split(' '),
  String: (
    'anchor at big blink bold codePointAt fixed fontcolor fontsize isWellFormed italics link localeCompare matchAll ' +
    'normalize search small strike sub sup toLocaleLowerCase toLocaleUpperCase toWellFormed trimEnd trimLeft ' +
    'trimRight trimStart'
  ).split(' '),
  RegExp: 'dotAll global hasIndices ignoreCase multiline sticky unicode compile unicodeSets'.split(' '),
  Date: [...'getYear setYear toDateString toTimeString toGMTString'.split(' '), ...locales],
};

/** Members that no value has there, unless the program's own classes or objects define them. */
export const missingMembers: ReadonlySet<string> = new Set([
  'copyWithin',
  'BYTES_PER_ELEMENT',
  'flat',
  'flatMap',
  'keys',
  'codePointAt',
  'matchAll',
  'reduceRight',
  'findLast',
  'findLastIndex',
  'toSorted',
  'toReversed',
  'toSpliced',
]);

export const builtInErrors: ReadonlySet<string> = new Set(
  'Error EvalError InternalError RangeError ReferenceError SyntaxError TypeError URIError'.split(' '),
);

/** Words that Espruino takes for keywords wherever an identifier could stand, and ECMAScript does not. */
export const reservedWords: ReadonlySet<string> = new Set(['of', 'let', 'static', 'undefined']);

/** Keywords of Espruino's lexer: `jslGetNextToken`, src/jslex.c. */
export const keywords: ReadonlySet<string> = new Set(
  (
    'if else do while for break continue function return var let const this throw try catch finally true false null ' +
    'undefined new in instanceof switch case default delete typeof void debugger class extends super static of'
  ).split(' '),
);

/**
 * Globals that are values and no objects. Espruino reads an arrow function's parameters as expressions, and such a name as its value.
 * Globals of single boards are left out, since they are variables there.
 */
export const builtInFunctions: ReadonlySet<string> = new Set(
  (
    'Infinity NaN HIGH LOW arguments global globalThis analogRead analogWrite atob btoa changeInterval ' +
    'clearInterval clearTimeout clearWatch decodeURIComponent digitalPulse digitalRead digitalWrite dump echo edit ' +
    'encodeURIComponent eval getPinMode getSerial getTime isFinite isNaN load parseFloat parseInt peek16 peek32 ' +
    'peek8 pinMode poke16 poke32 poke8 print require reset save setBusyIndicator setDeepSleep setInterval ' +
    'setSleepIndicator setTime setTimeout setWatch shiftOut trace'
  ).split(' '),
);
