// Types as asc writes them in comments: `~lib/array/Array<~lib/string/String|null>`, `(i32) => i32`.

/** A name with its arguments. Of a function, `name` is '=>'. */
export interface ParsedType {
  /** With its path. */
  name: string;
  of: ParsedType[];
  isNullable: boolean;
  /** Without the paths of the library, and without `| null`. */
  text: string;
}

/** Null for what is no type. */
export function parseType(text: string): ParsedType | null {
  const reader = new TypeTextReader(text);
  const type = reader.type(0);
  return type !== null && reader.isAtEnd ? type : null;
}

/** The types of a list, split at the commas outside of brackets. */
export function splitTypes(list: string): string[] {
  const parts: string[] = [];
  let [depth, start] = [0, 0];
  for (let at = 0; at < list.length; at++) {
    if ('<('.includes(list[at])) depth++;
    else if (list[at] === ')' || (list[at] === '>' && list[at - 1] !== '=')) depth--;
    else if (list[at] === ',' && depth === 0) {
      parts.push(list.slice(start, at).trim());
      start = at + 1;
    }
  }
  const last = list.slice(start).trim();
  return last === '' && parts.length === 0 ? [] : [...parts, last];
}

/** Types within each other. */
const MOST_DEPTH = 20;

class TypeTextReader {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  get isAtEnd(): boolean {
    return this.at === this.text.length;
  }

  type(depth: number): ParsedType | null {
    if (depth > MOST_DEPTH) return null;
    if (this.text[this.at] === '(') return this.functionType();
    const [name] = /^[^<>,|()\s?]*/.exec(this.text.slice(this.at))!;
    if (name === '') return null;
    this.at += name.length;
    const of: ParsedType[] = [];
    if (this.skip(/^</)) {
      do {
        const argument = this.type(depth + 1);
        if (argument === null) return null;
        of.push(argument);
      } while (this.skip(/^,\s*/));
      if (!this.skip(/^>/)) return null;
    }
    const isNullable = this.skip(/^\s*\|\s*null/);
    // As it is written in AssemblyScript.
    const own = name === '~lib/string/String' ? 'string' : name.replace(/^.*\//, '');
    const inner = of.map((each) => `${each.text}${each.isNullable ? ' | null' : ''}`);
    return { name, of, isNullable, text: inner.length === 0 ? own : `${own}<${inner.join(', ')}>` };
  }

  /** A function stays in the module, whatever it takes. */
  private functionType(): ParsedType | null {
    const start = this.at;
    let depth = 0;
    for (; this.at < this.text.length; this.at++) {
      const mark = this.text[this.at];
      if (depth === 0 && (mark === ',' || (mark === '>' && this.text[this.at - 1] !== '='))) break;
      if (mark === '(' || mark === '<') depth++;
      else if (mark === ')' || (mark === '>' && this.text[this.at - 1] !== '=')) depth--;
    }
    const text = this.text.slice(start, this.at);
    return text.includes('=>') ? { name: '=>', of: [], isNullable: false, text } : null;
  }

  private skip(pattern: RegExp): boolean {
    const found = pattern.exec(this.text.slice(this.at));
    if (found === null) return false;
    this.at += found[0].length;
    return true;
  }
}
