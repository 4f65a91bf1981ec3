// Comments of generated code, in lines that fit a terminal.

const COLUMNS = 80;

/** Explains the type of a callback, in all languages. */
export const CALLBACK = 'Called when nothing else of the program runs, by its index in the table of functions.';

/** Lines that begin with `mark`. */
export function lineComment(text: string, mark: string): string[] {
  const lines: string[] = [];
  let line = mark.trimEnd();
  for (const word of text.split(' ')) {
    if (line.length + 1 + word.length > COLUMNS) {
      lines.push(line);
      line = mark.trimEnd();
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}

/** Returns a C comment, on one line if it fits. */
export function blockComment(text: string): string[] {
  const line = `/** ${text} */`;
  return line.length <= COLUMNS ? [line] : ['/**', ...lineComment(text, ' * '), ' */'];
}
