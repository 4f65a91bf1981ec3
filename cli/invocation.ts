// `--invoke`: the function that it names, and the arguments that the command line gives it. The same on this machine and on boards.

import { ExternalKind } from '../src/index.js';
import type { External } from '../targets/module/description.js';
import { printable } from '../targets/module/printable.js';
import { argumentBits } from '../targets/module/value-text.js';
import { UsageError } from './command-error.js';
import { unknownExport } from './listing.js';

/** A result of a call, as it is printed. */
export interface Result {
  type: string;
  value: string;
}

const WRITTEN_AS: Record<string, string> = {
  i32: '42, -5, 0x2a; from -2147483648 to 4294967295',
  i64: '42, -5, 0x2a; from -2^63 to 2^64 - 1',
  f32: '1.5, -2e3, 0x1.8p3, inf, nan',
  f64: '1.5, -2e3, 0x1.8p3, inf, nan',
  funcref: 'null',
  externref: 'null, or a number from 0 on',
};

/** The exported function of that name. Throws a UsageError if there is none, or if the arguments are not its arguments. */
export function invoked(file: string, name: string, args: readonly string[], exports: readonly External[]): External {
  const found = exports.find((each) => each.name === name);
  if (found?.kind !== ExternalKind.Function) throw unknownExport(file, name, exports);
  checkArguments(found, args);
  return found;
}

function checkArguments({ name, type, parameters }: External, args: readonly string[]): void {
  const signature = printable(name) + type;
  if (args.length !== parameters.length) {
    const wanted = parameters.length === 1 ? '1 argument' : `${parameters.length} arguments`;
    throw new UsageError(`${printable(name)} takes ${wanted}, not ${args.length}`, [signature]);
  }
  for (const [index, parameter] of parameters.entries()) {
    try {
      argumentBits(parameter, args[index]);
    } catch (error) {
      if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
      throw new UsageError(`argument ${index + 1} of ${printable(name)}: ${error.message}`, [
        signature,
        `${parameter} is written as ${WRITTEN_AS[parameter]}`,
      ]);
    }
  }
}
