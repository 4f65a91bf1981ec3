// What verification throws: the engine's own state was changed by something else than the engine.

import { EngineError } from '../errors.js';

/** In which part of its owner the corruption was found. */
export enum Corruption {
  Contents = 0,
  /** The guard word before the contents. */
  HeadGuard = 1,
  /** The guard word behind the contents. */
  TailGuard = 2,
}

/** Corruption was found. It stays: every further checked operation of the owner throws the same error until it is reset. */
export class IntegrityError extends EngineError {
  /** Name of the collection or memory. */
  owner: string;
  part: Corruption;
  /** First element, slot or byte of the block whose checksum is wrong; -1 and the capacity for the guards. */
  position: number;
  /** The checksum, or the guard word, that there should be, and that there is. */
  expected: number;
  found: number;

  constructor(owner: string, part: Corruption, position: number, expected: number, found: number) {
    super('IntegrityError', corruptionMessage(owner, part, position, expected, found), -1, -1, '');
    this.owner = owner;
    this.part = part;
    this.position = position;
    this.expected = expected;
    this.found = found;
  }
}

function corruptionMessage(owner: string, part: number, position: number, expected: number, found: number): string {
  let where = 'checksum of the block at ' + position;
  if (part === Corruption.HeadGuard) where = 'guard word before the contents';
  if (part === Corruption.TailGuard) where = 'guard word behind the contents';
  return owner + ' is corrupted: ' + where + ' should be ' + hexadecimal(expected) + ' and is ' + hexadecimal(found);
}

function hexadecimal(word: number): string {
  return '0x' + (word >>> 0).toString(16);
}
