// The board that a command line names.

import { findNamed, UnknownNameError } from '../boards/index.js';
import { UsageError } from './command-error.js';

/** Throws a UsageError with the nearest names and all of them. */
export function namedBoard<B extends { name: string }>(name: string, boards: readonly B[]): B {
  try {
    return findNamed(name, boards);
  } catch (error) {
    if (!(error instanceof UnknownNameError)) throw error;
    const hint = error.nearest.length > 0 ? [`did you mean ${error.nearest.join(' or ')}?`] : [];
    throw new UsageError(`there is no board ${JSON.stringify(name)}`, [...hint, boardList(boards)]);
  }
}

export function boardList(boards: readonly { name: string }[]): string {
  return `boards: ${boards.map(({ name }) => name).join(', ')}`;
}

/** The title of a board with its article, as it is spoken: a Puck.js, an ESP32, an STM32 F4 Discovery. */
export const withArticle = (title: string): string => `${/^([AEIO]|MD|STM|nRF)/.test(title) ? 'an' : 'a'} ${title}`;
