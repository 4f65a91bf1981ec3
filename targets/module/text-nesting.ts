// How deeply a module in the text format nests, before wabt reads it: wabt recurses on a stack of 64 KiB whose end it does not check,
// so text that nests too deeply writes over its memory, and wabt may never return. Strings and comments are passed over.

/** Bytes of wabt's stack for each level of block, loop, if or try, and of any other folded expression: measured with wabt 1.0.39, rounded up. */
const BLOCK_BYTES = 450;
const EXPRESSION_BYTES = 275;
/** The part of wabt's 64 KiB of stack that it leaves for nesting. */
const STACK_BYTES = 64_000;

export const MOST_BLOCKS = Math.floor(STACK_BYTES / BLOCK_BYTES);
export const MOST_EXPRESSIONS = Math.floor(STACK_BYTES / EXPRESSION_BYTES);

/** Words that open a level, with or without a parenthesis. */
const BLOCKS: ReadonlySet<string> = new Set(['block', 'loop', 'if', 'try', 'try_table']);
/** Parts of the folded block around them. */
const PARTS: ReadonlySet<string> = new Set(['then', 'else', 'do', 'catch', 'catch_all']);

/** Strings, comments to the end of the line, parentheses, words. */
const TOKEN = /"(?:[^"\\]|\\[\s\S])*"?|;;[^\n]*|\(;|[()]|[^\s"();]+/g;
const COMMENT_EDGE = /\(;|;\)/g;

/** The line in which the text nests deeper than wabt's stack allows; 0 if there is none. */
export function lineTooDeep(text: string): number {
  const nesting = new Nesting();
  const token = new RegExp(TOKEN);
  for (let found = token.exec(text); found !== null; found = token.exec(text)) {
    if (found[0] === '(;') token.lastIndex = endOfComment(text, token.lastIndex);
    else nesting.read(found[0]);
    if (nesting.bytes > STACK_BYTES) return text.slice(0, found.index).split('\n').length;
  }
  return 0;
}

/** Returns the end of the comment whose first mark ends at `start`. Comments nest. */
function endOfComment(text: string, start: number): number {
  const edge = new RegExp(COMMENT_EDGE);
  edge.lastIndex = start;
  for (let depth = 1; depth > 0; ) {
    const found = edge.exec(text);
    if (found === null) return text.length;
    depth += found[0] === '(;' ? 1 : -1;
  }
  return edge.lastIndex;
}

interface Level {
  /** Whether a parenthesis ends it, not the word `end`. */
  isFolded: boolean;
  bytes: number;
}

/** The levels that are open while tokens are read. */
class Nesting {
  /** Bytes of wabt's stack for all open levels. */
  bytes = 0;
  private readonly open: Level[] = [];
  private isOpened = false;

  read(token: string): void {
    if (token === '(') {
      this.open.push({ isFolded: true, bytes: 0 });
      this.isOpened = true;
    } else if (token === ')') this.closeFolded();
    else if (!token.startsWith('"') && !token.startsWith(';')) this.word(token);
  }

  private word(word: string): void {
    const isBlock = BLOCKS.has(word);
    if (this.isOpened) {
      const level = this.open[this.open.length - 1];
      level.bytes = isBlock ? BLOCK_BYTES : PARTS.has(word) ? 0 : EXPRESSION_BYTES;
      this.bytes += level.bytes;
    } else if (isBlock) {
      this.open.push({ isFolded: false, bytes: BLOCK_BYTES });
      this.bytes += BLOCK_BYTES;
    } else if (word === 'end' && this.open[this.open.length - 1]?.isFolded === false) this.close();
    this.isOpened = false;
  }

  /** With the blocks in it that have no `end`: what is wrong with the text, wabt says. */
  private closeFolded(): void {
    while (this.close()?.isFolded === false);
    this.isOpened = false;
  }

  private close(): Level | undefined {
    const level = this.open.pop();
    this.bytes -= level?.bytes ?? 0;
    return level;
  }
}
