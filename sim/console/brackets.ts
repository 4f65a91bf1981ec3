// Determines whether input is complete: open brackets, strings and comments, as Espruino's console counts them. Each character is
// scanned once, however often the state is queried.

/** More than are ever open: in the middle of a comment or a template. */
const UNFINISHED = 1000;

/** After these, a slash begins a regular expression. */
const BEFORE_REGEX = /(^|[=(,:[!&|?{};+\-*%<>^~]|(^|\W)(return|typeof|case|in|of|new|delete|void|throw) ?)$/;
/** Characters of the longest of these words, with one before it and a space behind it. */
const LOOK_BACK = 8;

type Inside = '' | '"' | "'" | '`' | '/' | 'slash' | 'line comment' | 'block comment';

/** Source: `jsiCountBracketsInInput`, src/jsinteractive.c of Espruino 2v29. */
export class OpenBrackets {
  private open = 0;
  private inside: Inside = '';
  private isEscaped = false;
  /** The last characters, without spaces but for one behind a word. */
  private before = '';
  private last = '';
  /** Whether further text cannot change the result. */
  private isDecided = false;

  add(text: string): void {
    for (const character of text) if (!this.isDecided) this.take(character);
  }

  /** Open brackets; at most zero if the text is to be run. */
  get count(): number {
    if (this.isDecided || this.inside === '' || this.inside === 'line comment') return this.open;
    if (this.inside === '`' || this.inside === 'block comment') return UNFINISHED;
    if (this.inside === 'slash') return BEFORE_REGEX.test(this.before) ? 0 : this.open;
    // A string that is not closed runs, so that there is an error.
    return 0;
  }

  private take(character: string): void {
    const { inside, last } = this;
    this.last = character;
    switch (inside) {
      case '':
        this.takePlain(character);
        break;
      case 'slash':
        this.takeAfterSlash(character);
        break;
      case 'line comment':
        if (character === '\n') this.inside = '';
        break;
      case 'block comment':
        if (character === '/' && last === '*') this.leave();
        break;
      default:
        this.takeQuoted(character, inside);
    }
  }

  private takePlain(character: string): void {
    if (character === '/') {
      this.inside = 'slash';
      return;
    }
    if ('{[('.includes(character)) this.open++;
    else if ('}])'.includes(character)) {
      this.open--;
      this.isDecided = this.open < 0;
    } else if (character === '"' || character === "'" || character === '`') this.inside = character;
    this.remember(character);
  }

  private takeAfterSlash(character: string): void {
    if (character === '/') this.inside = 'line comment';
    else if (character === '*') {
      this.inside = 'block comment';
      this.last = '';
    } else {
      this.inside = BEFORE_REGEX.test(this.before) ? '/' : '';
      this.remember('/');
      this.take(character);
    }
  }

  private takeQuoted(character: string, quote: Inside): void {
    if (this.isEscaped) this.isEscaped = false;
    else if (character === '\\') this.isEscaped = true;
    else if (character === quote) {
      this.remember(character);
      this.leave();
    } else if (character === '\n' && quote !== '`') {
      this.open = 0;
      this.isDecided = true;
    }
  }

  private leave(): void {
    this.inside = '';
  }

  private remember(character: string): void {
    if (character.trim() !== '') this.before = (this.before + character).slice(-LOOK_BACK);
    else if (/\w$/.test(this.before)) this.before = `${this.before} `.slice(-LOOK_BACK);
  }
}
