// Markup from template literals: values are escaped, unless they are markup themselves.

export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Content = string | number | Html | readonly Content[];

/** Values may stand in text and in quoted attributes, and nowhere else. */
export function html(strings: TemplateStringsArray, ...values: Content[]): Html {
  let text = strings[0];
  for (let index = 0; index < values.length; index++) text += markup(values[index]) + strings[index + 1];
  return new Html(text);
}

function markup(value: Content): string {
  if (value instanceof Html) return value.text;
  if (typeof value === 'string') return escaped(value);
  if (typeof value === 'number') return String(value);
  return value.map(markup).join('');
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Control characters, which documents must not contain, become U+FFFD. */
function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]).replace(/\p{Cc}/gu, '\uFFFD');
}
