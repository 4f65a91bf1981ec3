// Edits of a text, by positions in the original text.

import { PositionMap } from './position-map.js';

const NAME = /^[\p{ID_Continue}$]/u;

interface Replacement {
  start: number;
  end: number;
  text: string;
}

/**
 * Inserts text around nested parts. The insertions nest like the parts, provided that outer parts are edited before inner ones. Edits
 * without line ends keep the lines.
 */
export class TextEdits {
  private readonly openings = new Map<number, string[]>();
  private readonly closings = new Map<number, string[]>();
  private readonly replacements: Replacement[] = [];

  constructor(private readonly source: string) {}

  /** Before the part that starts at `start`, inside of what was put before it earlier. */
  open(start: number, text: string): void {
    const there = this.openings.get(start);
    if (there) there.push(text);
    else this.openings.set(start, [text]);
  }

  /** Inserts text after the part that ends at `end`, inside earlier insertions there. */
  close(end: number, text: string): void {
    const there = this.closings.get(end);
    if (there) there.unshift(text);
    else this.closings.set(end, [text]);
  }

  around(start: number, end: number, before: string, after: string): void {
    this.open(start, before);
    this.close(end, after);
  }

  /** The parts replaced must not overlap. */
  replace(start: number, end: number, text: string): void {
    this.replacements.push({ start, end, text });
  }

  /** The edited text, and where its parts were in the original. */
  print(): { text: string; positions: PositionMap } {
    const { source, openings, closings } = this;
    const positions = new PositionMap();
    const replaced = new Map(this.replacements.map((each) => [each.start, each]));
    const edited = [...new Set([...openings.keys(), ...closings.keys(), ...replaced.keys()])].sort((a, b) => a - b);
    const parts: string[] = [];
    let length = 0;
    const push = (...added: string[]) => {
      for (const part of added) {
        parts.push(part);
        length += part.length;
      }
    };
    const keep = (from: number, to: number) => {
      positions.kept(length, from);
      push(source.slice(from, to));
    };
    let at = 0;
    for (const position of edited) {
      if (at < position) keep(at, position);
      at = Math.max(at, position);
      positions.added(length, position);
      const opening = (openings.get(position) ?? []).join('');
      // `return[1]` has no space before what is put there.
      const joins = NAME.test(opening) && NAME.test(source.charAt(position - 1));
      push(...(closings.get(position) ?? []), joins ? ` ${opening}` : opening);
      const replacement = replaced.get(position);
      if (!replacement) continue;
      push(replacement.text);
      at = replacement.end;
    }
    keep(at, source.length);
    return { text: parts.join(''), positions };
  }
}
