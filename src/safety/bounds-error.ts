// The error that a collection or memory throws for an index out of its bounds.

import { described, EngineError } from '../errors.js';

/** `index` is not one of the `length` elements or bytes of `owner`. -1 for the last one of none. */
export class BoundsError extends EngineError {
  declare owner: string;
  declare index: number;
  declare length: number;
}

export function boundsError(owner: string, index: number, length: number): BoundsError {
  const message = owner + ' has no index ' + index + ': its length is ' + length;
  const error = described(new BoundsError(message), 'BoundsError', message, -1);
  error.owner = owner;
  error.index = index;
  error.length = length;
  return error;
}
