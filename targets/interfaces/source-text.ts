// Text that describes an interface: places in it, errors that name them, and its comments.

import { InterfaceError } from './interface-error.js';

/** A file's text, and what to call it in errors. */
export interface SourceFile {
  name: string;
  text: string;
}

export interface Place {
  file: string;
  line: number;
  column: number;
}

/** Throws an InterfaceError. */
export function failAt({ file, line, column }: Place, message: string, notes?: readonly string[]): never {
  throw new InterfaceError(`${file}:${line}:${column}: ${message}`, notes);
}

/** Counts the lines of a text that is read from start to end. */
export class LineCounter {
  private readonly file: string;
  private line = 1;
  private lineStart = 0;

  constructor(file: string) {
    this.file = file;
  }

  /** Returns the place of an offset in the current line. */
  place(offset: number): Place {
    return { file: this.file, line: this.line, column: offset - this.lineStart + 1 };
  }

  /** Passes the piece of the text that begins at an offset. */
  pass(piece: string, offset: number): void {
    for (let end = piece.indexOf('\n'); end >= 0; end = piece.indexOf('\n', end + 1)) {
      this.line++;
      this.lineStart = offset + end + 1;
    }
  }
}

/** The lines of a comment's content, without the asterisks that they begin with. Empty ones are left out. */
export function commentLines(content: string): string[] {
  const lines = content.split('\n');
  return lines.map((each) => each.trim().replace(/^\* ?/, '')).filter((each) => each !== '');
}
