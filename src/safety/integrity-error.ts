// The error that verification throws: something other than the engine changed the engine's own state.

import { described, EngineError, type TrapFrame } from '../errors.js';

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
  declare owner: string;
  declare part: Corruption;
  /** First element, slot or byte of the block whose checksum is wrong; -1 and the capacity for the guards. */
  declare position: number;
  /** The checksum, or the guard word, that there should be, and that there is. */
  declare expected: number;
  declare found: number;
  /** For an error in the engine's own state: the functions that were executing, innermost first, as in a WasmTrap. Otherwise empty. */
  declare frames: TrapFrame[];
  declare framesOmitted: number;
}

export function integrityError(
  owner: string,
  part: Corruption,
  position: number,
  expected: number,
  found: number,
): IntegrityError {
  const message = corruptionMessage(owner, part, position, expected, found);
  const error = described(new IntegrityError(message), 'IntegrityError', message, -1);
  error.owner = owner;
  error.part = part;
  error.position = position;
  error.expected = expected;
  error.found = found;
  error.frames = [];
  error.framesOmitted = 0;
  return error;
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
