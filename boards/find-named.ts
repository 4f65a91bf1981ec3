// Finds a board by name, and suggests similar names if there is none.

import { editDistance } from './edit-distance.js';

/** There is no board of this name. */
export class UnknownNameError extends Error {
  /** The names that may have been meant, the nearest first. */
  readonly nearest: readonly string[];
  /** All names that there are. */
  readonly names: readonly string[];

  constructor(name: string, nearest: readonly string[], names: readonly string[]) {
    const hint = nearest.length > 0 ? `; did you mean ${nearest.join(' or ')}?` : '';
    super(`there is no board ${JSON.stringify(name)}${hint}\nboards: ${names.join(', ')}`);
    this.name = 'UnknownNameError';
    this.nearest = nearest;
    this.names = names;
  }
}

interface Named {
  name: string;
  firmware?: string;
}

/**
 * The board with this name or firmware; case, `-`, `_`, `.` and spaces make no difference. Throws an UnknownNameError
 * with the nearest names and all of them.
 */
export function findNamed<B extends Named>(name: string, boards: readonly B[]): B {
  const wanted = plain(name);
  for (const board of boards) if (plain(board.name) === wanted) return board;
  for (const board of boards) if (board.firmware !== undefined && plain(board.firmware) === wanted) return board;
  const names = boards.map((board) => board.name);
  throw new UnknownNameError(name, nearestNames(name, names), names);
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[-_. ]/g, '');
}

/** Returns the names that may have been meant, the nearest first: at most three, and only names that differ little. */
export function nearestNames(name: string, names: readonly string[]): string[] {
  const wanted = plain(name);
  const near = names
    .map((name) => ({ name, distance: editDistance(wanted, plain(name)) }))
    .filter(({ name, distance: differences }) => wanted !== '' && differences <= allowed(wanted, plain(name)));
  near.sort((one, other) => one.distance - other.distance);
  return near.slice(0, 3).map(({ name }) => name);
}

/** A part of a name stands for it; otherwise a third of the characters may differ. */
function allowed(wanted: string, name: string): number {
  if (wanted.length > 2 && name.includes(wanted)) return name.length;
  return Math.max(1, Math.floor(wanted.length / 3));
}
