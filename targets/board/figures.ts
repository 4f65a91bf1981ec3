// What a program takes of a board, beside what the board has: Storage, JsVars and C stack. Throws where that is too much.

import type { Board } from '../../boards/index.js';
import { BuildError } from './build-error.js';
import type { StorageFile, TierProgram } from './image.js';

/** Of a file in Storage (jsflash.h, JsfFileHeader). */
export const FILE_HEADER_BYTES = 32;

export interface ProgramFigures {
  /** Bytes of the files with their headers. */
  storage: { needed: number; available: number };
  jsVars: {
    /** An estimate but for the buffers. */
    needed: number;
    /** Free at boot. */
    available: number;
    /** Of what is needed, by part, without parts that take none. */
    parts: JsVarPart[];
  };
  /** Absent where calls take none of it: interpreted. */
  stack?: StackFigures;
}

export interface JsVarPart {
  part: string;
  jsVars: number;
  /** Memory and stacks, whose size is known exactly; or the program around them. */
  isBuffer: boolean;
}

/** Of the board's C stack, on which Espruino recurses: bytes, about. */
export interface StackFigures {
  available: number;
  /** Reserved for the caller of the program, and for host functions. */
  reserved: number;
  /** Functions that are active at once where calls are deepest, the outermost first: without what recursion adds. */
  frames: { name: string; bytes: number }[];
  /** Of each unit that recursion counts; 0 without recursion. */
  unit: number;
  /** Units that there is room for. */
  units: number;
  /** Functions from which calls lead back to them. */
  recursion: string[];
  /** How many of their calls may be active at once, at least. */
  depth: number;
}

/** Bytes of C stack that the program takes: without recursion, or with one unit of it. */
export const stackNeeded = ({ reserved, frames, unit }: StackFigures) =>
  frames.reduce((sum, { bytes }) => sum + bytes, reserved + unit);

export const storedBytes = (files: readonly StorageFile[]) =>
  files.reduce((sum, file) => sum + file.bytes.length + FILE_HEADER_BYTES, 0);

export function figuresOf({ files, jsVarParts, stack }: TierProgram, board: Board): ProgramFigures {
  return {
    storage: { needed: storedBytes(files), available: board.storage.bytes },
    jsVars: {
      needed: jsVarParts.reduce((sum, { jsVars }) => sum + jsVars, 0),
      available: board.freeJsVars,
      parts: jsVarParts.filter(({ jsVars }) => jsVars > 0),
    },
    stack,
  };
}

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

function stackNotes({ frames, unit, reserved, recursion }: StackFigures): string[] {
  const own = frames.reduce((sum, { bytes }) => sum + bytes, unit);
  const shown = frames.slice(0, MOST_FRAMES).map(({ name, bytes }) => `${name} ${bytes}`);
  const rest = frames.slice(MOST_FRAMES).reduce((sum, { bytes }) => sum + bytes, 0);
  if (rest > 0) shown.push(`${frames.length - MOST_FRAMES} more ${rest}`);
  if (unit > 0) shown.push(`one call of ${recursion.join(', ')} ${unit}`);
  return [
    `the module's own take about ${own} of them: ${shown.join(' > ')}`,
    `${reserved} are reserved for the caller and for host functions`,
    'interpreted (--tier interp), calls take none',
  ];
}
