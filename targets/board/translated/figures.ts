// What a translated program takes on a board: JsVars, and C stack.

import { callStackBytes } from '../../../boards/call-stack.js';
import { ExternalKind } from '../../../src/index.js';
import type { ModuleCode } from '../../module/module-code.js';
import type { ReadModule } from '../../module/read-module.js';
import { estimatedPart, type JsVarPart, type StackFigures } from '../figures.js';
import { countsOf } from '../parsable.js';
import { CALLER_STACK, HOST_STACK } from '../reserved-stack.js';
import { runtimeJsVars } from '../runtime-size.js';
import { givenFunction } from './given-function.js';
import type { TranslatedModule, TranslatedOptions } from './translated-module.js';

/**
 * JsVars of a function besides its parameters, of an export, of a view: measured with the examples in Espruino, and never below their real
 * use.
 */
const FUNCTION_JS_VARS = 5;
const EXPORT_JS_VARS = 14;
const VIEW_JS_VARS = 4;

export function ownJsVars({ exports }: ModuleCode, program: string): JsVarPart[] {
  const { functions, parameters, views } = countsOf(program);
  return [
    estimatedPart('runtime', runtimeJsVars.translated),
    estimatedPart('functions', functions * FUNCTION_JS_VARS + parameters),
    estimatedPart('exports', exports.length * EXPORT_JS_VARS),
    estimatedPart('views of memory', views * VIEW_JS_VARS),
  ];
}

/** Returns the C stack of calls, and the depth of recursion that the rest allows. */
export function stackFigures(
  given: ReadModule,
  translated: TranslatedModule,
  options: TranslatedOptions,
): StackFigures {
  const { code, module } = translated;
  const named = (index: number) => {
    const from = givenFunction(given, translated, index);
    const own = given.names.get(from) ?? `function ${from}`;
    return module.partOf.has(index) ? `part of ${own}` : own;
  };
  const hasHosts = code.imports.some(({ kind }) => kind === ExternalKind.Function);
  const available = options.stackBytes ?? callStackBytes(options.board);
  const reserved = hasHosts ? HOST_STACK : CALLER_STACK;
  const frames = module.deepestCalls.map(({ index, bytes }) => ({ name: named(index), bytes }));
  const unit = module.callBytes;
  const left = frames.reduce((sum, { bytes }) => sum - bytes, available - reserved);
  const units = unit === 0 ? 0 : Math.max(0, Math.floor(left / unit));
  const recursion = [...module.counted.keys()].map(named);
  const depth = recursion.length === 0 ? 0 : Math.ceil(units / Math.max(...module.counted.values()));
  return { available, reserved, frames, unit, units, recursion, depth };
}
