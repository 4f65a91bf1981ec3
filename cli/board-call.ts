// `--invoke` on a board: the call of a module's function, or of one that a JavaScript program exports, as text.

import { type CallOptions, callText, doubleText, resultBits, resultsText } from '../targets/board/exported-call.js';
import type { BoardImage } from '../targets/board/image.js';
import { stringLiteral } from '../targets/board/program-parts.js';
import type { External } from '../targets/module/description.js';
import { argumentBits, valueText } from '../targets/module/value-text.js';
import { UsageError } from './command-error.js';
import { invoked, type Result } from './invocation.js';
import type { Program } from './program-parts.js';
import { type BoardCall, boardCall, typedCall } from './typed-board-call.js';
import { bitsOfNumber, typedFunction } from './typed-invocation.js';

/** The call of the function `invoke` of a program. `found` gets each result. Throws a UsageError for a call that cannot be made. */
export function callOf(
  { image, typed, exports }: Pick<Program, 'image' | 'typed' | 'exports'>,
  file: string,
  invoke: string,
  args: readonly string[],
  options: CallOptions,
  found: (result: Result) => void,
): BoardCall {
  if (typed) return typedCall(image, typedFunction(typed.bound, invoke), args, options, found);
  if (exports === undefined) return programCall(image, file, invoke, args);
  return moduleCall(image, invoked(file, invoke, args, exports), args, options, found);
}

/** Builds the call as a user writes it on the board: `require` finds the module by the image's name. `found` gets each result. */
function moduleCall(
  { name }: BoardImage,
  called: External,
  args: readonly string[],
  options: CallOptions,
  found: (result: Result) => void,
): BoardCall {
  const values = called.parameters.map((type, index) => argumentBits(type, args[index]));
  return boardCall(callText(name, called, values, options), resultsText(called), options, (printed) => {
    const bits = resultBits(called, printed);
    for (const [index, type] of called.results.entries()) found({ type, value: valueText(type, bits[index]) });
  });
}

/**
 * Builds the call of a function of a JavaScript program, whose parameters have no known types: the arguments are numbers, and the result is
 * printed as the board prints it.
 */
function programCall({ name }: BoardImage, file: string, invoke: string, args: readonly string[]): BoardCall {
  const values = args.map((text) => {
    const value = NUMBERS[text] ?? Number(text);
    if (text.trim() !== '' && (text in NUMBERS || !Number.isNaN(value))) return doubleText(bitsOfNumber('f64', value));
    throw new UsageError(`argument ${JSON.stringify(text)} is no number`, ['write 42, -5, 0x2a, 1.5, inf, nan']);
  });
  const called = `app[${stringLiteral(invoke)}]`;
  return {
    text: `var app=require(${JSON.stringify(name)});if(typeof ${called}=="function")print(${called}(${values}));`,
    results: `print(typeof ${called});`,
    take: (type) => {
      if (type !== 'function\n')
        throw new UsageError(`${file} exports no function ${invoke}`, [
          'a program exports with exports.NAME = function',
        ]);
    },
  };
}

const NUMBERS: Record<string, number> = {
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  '-inf': Number.NEGATIVE_INFINITY,
};
