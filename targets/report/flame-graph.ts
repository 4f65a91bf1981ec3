// A flame graph: the call stacks, and the share of all fuel of each function, as a self-contained SVG.

import { dark, light } from './colours.js';
import { html } from './html.js';

export interface FlameStack {
  /** Outermost first. */
  functions: readonly string[];
  fuel: number;
}

interface Frame {
  name: string;
  fuel: number;
  callees: Map<string, Frame>;
}

const WIDTH = 1200;
const ROW = 18;
const MARGIN = 10;
const TOP = 46;
/** Frames of less are left out, as nothing of them would be seen. */
const LEAST_WIDTH = 0.3;
/** Width of a character in a frame. */
const CHARACTER_WIDTH = 6.6;

/** Fuel goes up from the bottom; callees lie on top of their caller, by name, and each has its share as title. */
export function flameGraph(title: string, stacks: readonly FlameStack[]): string {
  const root: Frame = { name: 'all', fuel: 0, callees: new Map() };
  let deepest = 0;
  for (const { functions, fuel } of stacks) {
    root.fuel += fuel;
    deepest = Math.max(deepest, functions.length);
    let frame = root;
    for (const name of functions) {
      let callee = frame.callees.get(name);
      if (!callee) {
        callee = { name, fuel: 0, callees: new Map() };
        frame.callees.set(name, callee);
      }
      callee.fuel += fuel;
      frame = callee;
    }
  }
  const height = TOP + (deepest + 1) * ROW + MARGIN;
  const scale = root.fuel > 0 ? (WIDTH - 2 * MARGIN) / root.fuel : 0;
  const parts: string[] = [];
  const draw = (frame: Frame, x: number, depth: number) => {
    const width = frame.fuel * scale;
    if (width < LEAST_WIDTH) return;
    const y = height - MARGIN - (depth + 1) * ROW;
    const share = `${((frame.fuel / root.fuel) * 100).toFixed(1)} %`;
    const room = Math.floor((width - 6) / CHARACTER_WIDTH);
    const text = frame.name.length <= room ? frame.name : room > 3 ? `${frame.name.slice(0, room - 1)}…` : '';
    const label = text === '' ? html`` : html`<text x="${(x + 4).toFixed(1)}" y="${y + 13}">${text}</text>`;
    parts.push(
      html`<g><title>${frame.name}: ${share} of ${root.fuel.toLocaleString('en')}</title><rect x="${x.toFixed(2)}" y="${y}" width="${Math.max(width - 0.5, LEAST_WIDTH).toFixed(2)}" height="${ROW - 1}" rx="2" fill="${colourOf(frame.name)}"/>${label}</g>`
        .text,
    );
    let at = x;
    for (const callee of [...frame.callees.values()].sort((one, other) => (one.name < other.name ? -1 : 1))) {
      draw(callee, at, depth + 1);
      at += callee.fuel * scale;
    }
  };
  draw(root, MARGIN, 0);
  return `${html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${title}">`.text}
<style>
svg { background: ${light.page}; font: 11px ui-monospace, monospace; max-width: 100%; height: auto }
.title { fill: ${light.text}; font: 600 16px system-ui, sans-serif }
@media (prefers-color-scheme: dark) { svg { background: ${dark.page} } .title { fill: ${dark.text} } }
rect { stroke-width: 0 } g:hover rect { opacity: 0.75 }
</style>
${html`<text class="title" x="${MARGIN}" y="28">${title}</text>`.text}
${parts.join('\n')}
</svg>
`;
}

/** Warm, and the same for the same name everywhere; black on it is readable. */
function colourOf(name: string): string {
  let sum = 0;
  for (let index = 0; index < name.length; index++) sum = (sum * 31 + name.charCodeAt(index)) >>> 0;
  return `hsl(${20 + (sum % 35)} ${70 + (sum % 5) * 5}% ${62 + (sum % 7) * 2}%)`;
}
