// The sizes of a program beside those of the board: Storage, JsVars and C stack.

import { type Board, jsVarsOf } from '../../boards/index.js';

/** Bytes of a file's header in Storage (jsflash.h, JsfFileHeader). */
export const FILE_HEADER_BYTES = 32;

export interface ProgramFigures {
  /** Bytes of the files with their headers. */
  storage: { needed: number; available: number };
  jsVars: {
    /** An estimate but for the buffers. */
    needed: number;
    /** Free at boot. */
    available: number;
    /** The parts of the need, without empty ones. */
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

export const bufferPart = (part: string, bytes: number, board: Board): JsVarPart => ({
  part,
  jsVars: jsVarsOf(bytes, board),
  isBuffer: true,
});

export const estimatedPart = (part: string, jsVars: number): JsVarPart => ({ part, jsVars, isBuffer: false });

/** Use of the board's C stack, on which Espruino recurses, in bytes (estimated). */
export interface StackFigures {
  available: number;
  /** Reserved for the caller of the program, and for host functions. */
  reserved: number;
  /** Functions that are active at once where calls are deepest, the outermost first: without what recursion adds. */
  frames: { name: string; bytes: number }[];
  /** Bytes of each unit that recursion counts; 0 without recursion. */
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

/** Functions that are named of a recursion. */
const MOST_NAMES = 3;

/** Names the functions of a recursion, or the first of them. */
export function recursionNames({ recursion }: StackFigures): string {
  const rest = recursion.length - MOST_NAMES;
  return `${recursion.slice(0, MOST_NAMES).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** How deep a recursion goes: `fib returns up to depth 9`. */
export function recursionText(stack: StackFigures): string {
  const names = recursionNames(stack);
  if (stack.depth === 0) return `no room for one call of ${names}`;
  return `${names} ${stack.recursion.length === 1 ? 'returns' : 'return'} up to depth ${stack.depth}`;
}

export const storedBytes = (files: readonly { bytes: Uint8Array }[]) =>
  files.reduce((sum, file) => sum + file.bytes.length + FILE_HEADER_BYTES, 0);

interface BuiltProgram {
  files: readonly { bytes: Uint8Array }[];
  jsVarParts: readonly JsVarPart[];
  stack?: StackFigures;
}

export function figuresOf({ files, jsVarParts, stack }: BuiltProgram, board: Board): ProgramFigures {
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
