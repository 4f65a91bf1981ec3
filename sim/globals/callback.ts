// A callback of the program: a function, or text.

import type { TextOrigin } from '../instrument/stack-trace.js';
import type { MemoryRoots } from '../memory-roots.js';
import type { Realm } from '../realm/realm.js';

export interface CallbackBoard {
  /** Hold callbacks as long as they can be called. */
  readonly roots: MemoryRoots;
  /** Evaluates text in the realm. */
  evaluate(text: string, origin: TextOrigin): unknown;
}

export function runnable(board: CallbackBoard, { parts }: Realm, callback: unknown): (...values: unknown[]) => unknown {
  if (typeof callback === 'function') return (...values) => callback(...values);
  if (typeof callback === 'string') return () => board.evaluate(callback, { name: 'event' });
  return parts.raise('Function or String not supplied!');
}
