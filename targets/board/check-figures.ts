// Refuses a program that takes more Storage, JsVars or C stack than its board has.

import type { Board } from '../../boards/index.js';
import { BuildError } from './build-error.js';
import { type ProgramFigures, recursionNames, type StackFigures, stackNeeded } from './figures.js';

/** Throws BuildError if the board has no room for the program. */
export function checkFigures(figures: ProgramFigures, board: Board): void {
  const { storage, jsVars, stack } = figures;
  if (stack && stackNeeded(stack) > stack.available) {
    throw new BuildError(
      `the calls of the program take more C stack than the ${stack.available} bytes of ${board.name}`,
      stackNotes(stack),
      figures,
    );
  }
  if (jsVars.needed > jsVars.available) {
    const parts = jsVars.parts.map(({ part, jsVars }) => `${part} ${jsVars}`).join(', ');
    throw new BuildError(
      `the program takes about ${jsVars.needed} JsVars, and ${board.name} has ${jsVars.available} free`,
      [`of these: ${parts}`],
      figures,
    );
  }
  if (storage.needed > storage.available) {
    const { needed, available } = storage;
    throw new BuildError(
      `the files take ${needed} bytes, and the Storage of ${board.name} has ${available}`,
      [],
      figures,
    );
  }
}

/** Frames that are told one by one. */
const MOST_FRAMES = 8;

function stackNotes(stack: StackFigures): string[] {
  const { frames, unit, reserved } = stack;
  const own = frames.reduce((sum, { bytes }) => sum + bytes, unit);
  const shown = frames.slice(0, MOST_FRAMES).map(({ name, bytes }) => `${name} ${bytes}`);
  const rest = frames.slice(MOST_FRAMES).reduce((sum, { bytes }) => sum + bytes, 0);
  if (rest > 0) shown.push(`${frames.length - MOST_FRAMES} more ${rest}`);
  if (unit > 0) shown.push(`one call of ${recursionNames(stack)} ${unit}`);
  return [
    `the module's own take about ${own} of them: ${shown.join(' > ')}`,
    `${reserved} are reserved for the caller and for host functions`,
    'interpreted (--tier interp), calls take none',
  ];
}
