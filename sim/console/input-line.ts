// The line that is being typed on the console, and its display on a terminal. Source: src/jsinteractive.c of Espruino 2v29.

import { OpenBrackets } from './brackets.js';

/** Lines of history, each of at most so many characters. */
const MOST_HISTORY = 100;
const LONGEST_KEPT = 500;

export class InputLine {
  text = '';
  cursor = 0;
  /** Brackets of the text, as long as characters were only appended. */
  private brackets: OpenBrackets | undefined = new OpenBrackets();
  /** Whether it has been taken off the terminal, for something else to be printed. */
  isRemoved = true;
  private readonly history: string[] = [];

  /** `isShown` says whether what is typed is echoed; `send` gets what goes to the terminal; `most` are characters. */
  constructor(
    private readonly isShown: () => boolean,
    private readonly send: (text: string) => void,
    private readonly most: number,
  ) {}

  /** Open brackets of the text; at most zero if it is to be run. */
  get openBrackets(): number {
    if (!this.brackets) {
      this.brackets = new OpenBrackets();
      this.brackets.add(this.text);
    }
    return this.brackets.count;
  }

  get isFull(): boolean {
    return this.text.length >= this.most;
  }

  get atEnd(): boolean {
    return this.text.slice(this.cursor).trim() === '';
  }

  /** The prompt and all of the line. */
  show(): void {
    this.send(`>${this.text.replaceAll('\n', '\r\n:')}`);
    this.moveTerminal(this.text.length, this.cursor);
  }

  /** Off the terminal. */
  erase(): void {
    this.moveTerminal(this.cursor, 0);
    this.send('\r\x1b[J');
  }

  /** Returns what was typed, and begins anew. */
  take(): string {
    const { text } = this;
    this.clear();
    return text;
  }

  clear(): void {
    this.text = '';
    this.cursor = 0;
    this.brackets = new OpenBrackets();
  }

  /** Inserts text. Text for which the board has no memory is lost. */
  insert(text: string): void {
    if (this.isFull) return;
    const rest = this.text.slice(this.cursor);
    this.text = this.text.slice(0, this.cursor) + text + rest;
    this.changed(rest === '' ? text : undefined);
    if (rest !== '') this.echoToLineEnd();
    this.cursor += text.length;
    this.echo(text);
  }

  /** In the middle of the line, or where it goes on. */
  breakLine(): void {
    if (this.isFull) return;
    const rest = this.text.slice(this.cursor);
    if (rest !== '') this.echo('\x1b[J');
    this.text = `${this.text.slice(0, this.cursor)}\n${rest}`;
    this.changed(rest === '' ? '\n' : undefined);
    this.echo(`\r\n:${rest.replaceAll('\n', '\r\n:')}`);
    this.cursor++;
    if (this.isShown()) this.moveTerminal(this.text.length, this.cursor);
  }

  /** The character before the cursor, or with `forwards` the one after it. */
  delete(forwards: boolean): void {
    const at = forwards ? this.cursor : this.cursor - 1;
    if (at < 0 || at >= this.text.length) return;
    const isNewLine = this.text[at] === '\n';
    if (isNewLine) this.echo('\x1b[J');
    if (isNewLine && !forwards && this.isShown()) {
      this.send('\b ');
      this.moveTerminal(this.cursor, at);
    }
    this.text = this.text.slice(0, at) + this.text.slice(at + 1);
    this.changed();
    this.cursor = at;
    if (isNewLine) {
      this.echo(this.text.slice(at).replaceAll('\n', '\r\n:'));
      if (this.isShown()) this.moveTerminal(this.text.length, at);
    } else {
      if (!forwards) this.echo('\b');
      this.echoToLineEnd();
    }
  }

  left(): void {
    if (this.cursor === 0 || this.text[this.cursor - 1] === '\n') return;
    this.cursor--;
    this.echo('\x1b[D');
  }

  right(): void {
    if (this.cursor === this.text.length || this.text[this.cursor] === '\n') return;
    this.cursor++;
    this.echo('\x1b[C');
  }

  home(): void {
    for (; this.cursor > 0 && this.text[this.cursor - 1] !== '\n'; this.cursor--) this.echo('\b');
  }

  end(): void {
    for (; this.cursor < this.text.length && this.text[this.cursor] !== '\n'; this.cursor++)
      this.echo(this.text[this.cursor]);
  }

  /** To the start or the end of all lines. */
  page(isDown: boolean): void {
    this.moveTo(isDown ? this.text.length : 0);
  }

  /** A line up or down, or through what was typed before. */
  vertical(isDown: boolean): void {
    const isOld = this.text === '' || this.history.includes(this.text);
    if (isOld && this.cursor === this.text.length) this.recall(isDown);
    else {
      const { row, column } = this.position(this.cursor);
      this.moveTo(this.indexOf(row + (isDown ? 1 : -1), column));
    }
  }

  remember(text: string): void {
    if (text === '' || text.length > LONGEST_KEPT) return;
    const at = this.history.indexOf(text);
    if (at >= 0) this.history.splice(at, 1);
    this.history.push(text);
    if (this.history.length > MOST_HISTORY) this.history.shift();
  }

  /** `added` at the end, or something else. */
  private changed(added?: string): void {
    if (added === undefined) this.brackets = undefined;
    else this.brackets?.add(added);
  }

  private recall(isDown: boolean): void {
    const at = this.history.indexOf(this.text);
    const found = at < 0 ? (isDown ? undefined : this.history.at(-1)) : this.history[at + (isDown ? 1 : -1)];
    if (found === undefined && !isDown) return;
    if (this.isShown()) this.moveTerminal(this.cursor, 0);
    this.echo('\x1b[J');
    this.text = found ?? '';
    this.changed();
    this.cursor = this.text.length;
    this.echo(this.text.replaceAll('\n', '\r\n:'));
  }

  private echo(text: string): void {
    if (this.isShown()) this.send(text);
  }

  /** The rest of the line, a space over what was there, and back. */
  private echoToLineEnd(): void {
    const rest = this.text.slice(this.cursor).split('\n')[0];
    this.echo(`${rest} ${'\b'.repeat(rest.length + 1)}`);
  }

  private moveTo(index: number): void {
    if (this.isShown()) this.moveTerminal(this.cursor, index);
    this.cursor = index;
  }

  private moveTerminal(from: number, to: number): void {
    if (from === to) return;
    const [start, target] = [this.position(from), this.position(to)];
    const columns = target.column - start.column;
    const rows = target.row - start.row;
    this.send((columns > 0 ? '\x1b[C' : '\x1b[D').repeat(Math.abs(columns)));
    this.send((rows > 0 ? '\x1b[B' : '\x1b[A').repeat(Math.abs(rows)));
  }

  private position(index: number): { row: number; column: number } {
    const lines = this.text.slice(0, index).split('\n');
    return { row: lines.length - 1, column: lines.at(-1)!.length };
  }

  private indexOf(row: number, column: number): number {
    const lines = this.text.split('\n');
    const line = Math.min(Math.max(row, 0), lines.length - 1);
    const before = lines.slice(0, line).reduce((sum, { length }) => sum + length + 1, 0);
    return before + Math.min(column, lines[line].length);
  }
}
