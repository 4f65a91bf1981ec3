// Features of regular expressions that Espruino's lack, or match differently.

export function regexFeatures(pattern: string): Set<string> {
  const found = new Set<string>();
  // Escapes and classes first, so that what stands in them is not taken for an operator.
  const token = /\\(.)|\[(?:\\.|[^\]\\])*\]|\{\d+(?:,\d*)?\}|\((?:\?[:=!<])?|[)*+?]/g;
  let before = '';
  let end = 0;
  for (const match of pattern.matchAll(token)) {
    const [text, escaped = ''] = match;
    const adjacent = match.index === end ? before : '';
    end = match.index + text.length;
    before = text;
    if (/[bB]/.test(escaped)) found.add('regex \\b');
    else if (/[1-9k]/.test(escaped)) found.add('regex backreference');
    else if (/[upPc]/.test(escaped)) found.add('regex escape');
    else if (text.startsWith('{')) found.add('regex {n}');
    else if (text === '(?:') found.add('regex (?:)');
    else if (text.startsWith('(?')) found.add('regex lookaround');
    else if (text === '?' && /^[*+?{]/.test(adjacent)) found.add('regex lazy quantifier');
    else if (text === '?' && adjacent !== ')') found.add('regex ?');
    if (/^[*+?]/.test(text) && adjacent === ')') found.add('regex quantified group');
  }
  return found;
}
