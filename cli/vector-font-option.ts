// The option that gives simulated boards the outlines of the firmware's vector font, which are part of Espruino.

import { Option } from 'commander';
import { type Outlines, readOutlines } from '../sim/index.js';
import { CommandError } from './command-error.js';
import { readInputFile } from './input-file.js';

export function vectorFontOption(): Option {
  return new Option(
    '--vector-font <file>',
    "draw the font Vector with these outlines: libs/graphics/vector_font.c of Espruino's sources",
  );
}

/** Throws CommandError for a file that cannot be read, or has no outlines. */
export function outlinesIn(file: string | undefined): Outlines | undefined {
  if (file === undefined) return undefined;
  const text = Buffer.from(readInputFile(file)).toString('latin1');
  try {
    return readOutlines(text);
  } catch (error) {
    throw new CommandError('input', 1, `${file}: ${(error as Error).message}`, [
      "give it libs/graphics/vector_font.c of Espruino's sources",
    ]);
  }
}
