// The part of the table that compilers ask for: mathematics of C libraries, and what Emscripten and wasm-bindgen need at run time.

import type { Row } from './table-wasi.js';

/** Functions of one number, by their names in C, with their names in JavaScript's Math. */
const ofOne: [name: string, implementation: string, what: string][] = [
  ['acos', 'arcCosine', 'Returns the arc cosine, in radians'],
  ['asin', 'arcSine', 'Returns the arc sine, in radians'],
  ['atan', 'arcTangent', 'Returns the arc tangent, in radians'],
  ['cos', 'cosine', 'Returns the cosine of an angle in radians'],
  ['exp', 'exponential', 'Returns e to the power of x'],
  ['log', 'naturalLogarithm', 'Returns the natural logarithm'],
  ['sin', 'sine', 'Returns the sine of an angle in radians'],
  ['tan', 'tangent', 'Returns the tangent of an angle in radians'],
];
const ofTwo: [name: string, implementation: string, names: string, what: string][] = [
  ['atan2', 'arcTangentOfTwo', 'y x', 'Returns the angle of the point x, y, in radians'],
  ['fmod', 'remainder', 'x y', 'Returns the remainder of x / y, with the sign of x'],
  ['pow', 'power', 'x y', 'Returns x to the power of y'],
];

/** The functions for f64, and for f32 with an f after the name. */
const mathematics = (suffix: string, type: string): Row[] => [
  ...ofOne.map(([name, implementation, what]): Row => [name + suffix, type, type, 'x', implementation, `${what}.`]),
  ...ofTwo.map(
    ([name, implementation, names, what]): Row => [name + suffix, type + type, type, names, implementation, `${what}.`],
  ),
];

/** The functions of module `env`. */
export const environmentFunctions: Row[] = [
  ...mathematics('', 'F'),
  ...mathematics('f', 'f'),
  [
    '_abort_js',
    '',
    '',
    '',
    'abortProgram',
    "Ends the call with an error: C's `abort`, which is also imported as `abort`.",
  ],
  [
    'emscripten_resize_heap',
    'i',
    'i',
    'size',
    'refuseHeap',
    'Returns 0: the memory stays as large as it is, and `malloc` gives a null pointer.',
  ],
  [
    'emscripten_memcpy_big',
    'iii',
    'i',
    'target source length',
    'copyBytes',
    'Copies bytes that do not overlap. Returns the target.',
  ],
  ['emscripten_memcpy_js', 'iii', '', 'target source length', 'copyBytes', 'Copies bytes that do not overlap.'],
  ['_emscripten_memcpy_js', 'iii', '', 'target source length', 'copyBytes', 'Copies bytes that do not overlap.'],
];

/** The functions of module `wbg`. */
export const bindgenFunctions: Row[] = [
  ['__wbindgen_throw', 'ii', '', 'text textLength', 'throwText', 'Ends the call with an error that has this message.'],
  [
    '__wbindgen_init_externref_table',
    '',
    '',
    '',
    'keepTable',
    'Does nothing: the table of references stays as the module has it.',
  ],
];
