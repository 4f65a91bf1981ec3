// The page that lists snippets and what Espruino prints, generated from them.

import type { Snippet } from './snippets.js';

const TITLES: Record<string, string> = {
  boards: 'E, pins, graphics and globals',
  control: 'Statements and operators',
  json: 'JSON',
  regexps: 'Regular expressions',
  storage: 'Storage and modules',
  timers: 'Timers and events',
  typed: 'Typed arrays',
};

export function snippetsPage(areas: readonly { area: string; snippets: readonly Snippet[] }[]): string {
  const all = areas.flatMap(({ snippets }) => snippets);
  const differing = all.filter(({ difference }) => difference);
  const intro = `# Espruino by example

This page is generated from ${all.length} snippets in [test/sim/snippets](../test/sim/snippets), and lists what Espruino 2v29.277 for 32-bit
ARM prints when it runs each of them. \`npm test\` compares the simulator with them, and Espruino itself if \`ESPRUINO\` names it. In
${differing.length} of them, the simulator does something else, for the reason that is given.
`;
  const sections = areas.map(({ area, snippets }) => `\n## ${titleOf(area)}\n${snippets.map(entryOf).join('')}`);
  return intro + sections.join('');
}

const titleOf = (area: string) => TITLES[area] ?? `${area.charAt(0).toUpperCase()}${area.slice(1)}`;

function entryOf({ name, program, printed, where, whereReason, difference }: Snippet): string {
  const lines = [
    name,
    '',
    '```javascript',
    program.trimEnd(),
    ...printed.split('\n').map((line) => `// ${line}`.trimEnd()),
    '```',
  ];
  if (whereReason) lines.push('', `*On ${where} alone*, since ${whereReason}.`);
  if (difference) lines.push('', `*In the simulator*, ${difference.reason}.`);
  return `\n${lines.map(escaped).join('\n')}\n`;
}

/** Bytes beyond ASCII are shown as escapes. */
function escaped(text: string): string {
  return text.replace(/[^\n -~]/g, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
