// The console as a stream of bytes: print ends each line, so that what is written waits for its end.

declare function print(text: string): void;
declare function setTimeout(run: () => void, milliseconds: number): number;
declare function clearTimeout(id: number): void;

/** Bytes after which a line is printed though it has not ended. */
const LONGEST_LINE = 512;
/** Milliseconds after which the beginning of a line is printed. */
const LINE_TIMEOUT = 500;

/** The line that has not ended yet, of both streams: the console is one. */
let line = '';
let timer = 0;

/** Prints what has been written of a line that has not ended. */
export function endLine(): void {
  if (timer) clearTimeout(timer);
  timer = 0;
  if (line === '') return;
  const text = line;
  line = '';
  print(text);
}

/** Prints the lines that end in it. */
export function writeConsole(text: string): void {
  const end = text.lastIndexOf('\n');
  if (end >= 0) {
    const ended = line + text.substr(0, end);
    line = '';
    print(ended);
  }
  line += text.substr(end + 1);
  if (line.length >= LONGEST_LINE || (line === '' && timer)) endLine();
  if (line !== '' && !timer) timer = setTimeout(endLine, LINE_TIMEOUT);
}
