// A callback of the program: a function, or text.

import type { Realm } from '../realm/realm.js';

export interface CallbackBoard {
  /** Evaluates text in the realm. */
  evaluate(text: string): unknown;
}

export function runnable(board: CallbackBoard, { parts }: Realm, callback: unknown): (...values: unknown[]) => unknown {
  if (typeof callback === 'function') return (...values) => callback(...values);
  if (typeof callback === 'string') return () => board.evaluate(callback);
  return parts.raise('Function or String not supplied!');
}
