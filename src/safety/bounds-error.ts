// What a collection or memory throws for an index that it does not have.

import { EngineError } from '../errors.js';

/** `index` is not one of the `length` elements or bytes of `owner`. -1 for the last one of none. */
export class BoundsError extends EngineError {
  owner: string;
  index: number;
  length: number;

  constructor(owner: string, index: number, length: number) {
    super('BoundsError', owner + ' has no index ' + index + ': its length is ' + length, -1, -1, '');
    this.owner = owner;
    this.index = index;
    this.length = length;
  }
}
