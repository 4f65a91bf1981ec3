// What a program of machine code takes on a board: C stack.

import { callStackBytes } from '../../../boards/call-stack.js';
import { functionAt } from '../../module/function-at.js';
import type { ModuleCode } from '../../module/module-code.js';
import type { ReadModule } from '../../module/read-module.js';
import type { StackFigures } from '../figures.js';
import { CALLER_STACK, HOST_STACK } from '../reserved-stack.js';
import type { NativeModule, NativeOptions } from './native-module.js';

/** Bytes of C stack below the lowest stack pointer of machine code, for interrupts and for JavaScript that throws. */
export const STACK_MARGIN = 1024;

/** Machine code leaves more to host functions than JavaScript does: of them, those of WASI alone take more than the caller's share. */
export function reservedStack({ imports }: ModuleCode): number {
  return imports.some(({ module }) => module === 'wasi_snapshot_preview1') ? HOST_STACK : CALLER_STACK;
}

/** Returns the C stack of calls, and the depth of recursion that the rest allows. */
export function stackFigures(given: ReadModule, { code, image }: NativeModule, options: NativeOptions): StackFigures {
  const available = options.stackBytes ?? callStackBytes(options.board);
  const frames = [{ name: 'machine code', bytes: image.stackReserve + STACK_MARGIN }];
  const recursive = image.functions.filter(({ isRecursive }) => isRecursive);
  const unit = Math.max(0, ...recursive.map(({ frameBytes }) => frameBytes));
  const reserved = reservedStack(code);
  const left = Math.max(0, available - reserved - frames[0].bytes);
  const units = unit === 0 ? 0 : Math.floor(left / unit);
  const recursion = recursive.map(({ index }) => {
    const from = functionAt(given, code.origin(code.bodies[index]));
    return given.names.get(from) ?? `function ${from}`;
  });
  return { available, reserved, frames, unit, units, recursion, depth: units };
}
