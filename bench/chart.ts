// The levels as bars, as an SVG that is readable on light and on dark.

import { groupOf, parameterOf, type Sampled } from './sampling.js';

const WIDTH = 840;
const LABEL = 230;
const BAR = 11;
const GAP = 14;
const TOP = 86;
const LEVELS = ['none', 'sampling', 'standard', 'full'];
const COLOURS = ['#8d949e', '#4a90d9', '#d67a29', '#d2699a'];

/** Bars of each group, as ratios to its None; a ratio beyond `MOST` is cut off, and says so. */
const MOST = 4;

export function chartOf(cases: Sampled[]): string {
  const groups = [
    ...new Set(cases.filter(({ name }) => name.includes('/verification_')).map(({ name }) => groupOf(name))),
  ];
  const height = TOP + groups.length * (LEVELS.length * BAR + GAP) + 34;
  const scale = (WIDTH - LABEL - 70) / MOST;
  const parts: string[] = [];
  for (const [row, group] of groups.entries()) {
    const y = TOP + row * (LEVELS.length * BAR + GAP);
    const median = (level: string) =>
      cases.find(({ name }) => groupOf(name) === group && parameterOf(name) === `verification_${level}`)?.median;
    const none = median('none') ?? Number.NaN;
    parts.push(`<text x="${LABEL - 10}" y="${y + LEVELS.length * BAR * 0.5 + 4}" text-anchor="end">${group}</text>`);
    for (const [index, level] of LEVELS.entries()) {
      const time = median(level);
      if (time === undefined) continue;
      const ratio = time / none;
      const width = Math.max(1, Math.min(ratio, MOST) * scale);
      const at = y + index * BAR;
      parts.push(
        `<rect x="${LABEL}" y="${at}" width="${width.toFixed(1)}" height="${BAR - 1}" fill="${COLOURS[index]}"><title>${group}, ${level}: ${ratio.toFixed(2)}</title></rect>`,
        `<text class="value" x="${(LABEL + width + 5).toFixed(1)}" y="${at + BAR - 2}">${ratio.toFixed(2)}${ratio > MOST ? ' (cut)' : ''}</text>`,
      );
    }
  }
  const lines = Array.from({ length: MOST + 1 }, (_, value) => {
    const x = LABEL + value * scale;
    return `<path d="M${x} ${TOP - 8}V${height - 24}"/><text class="value" x="${x}" y="${height - 8}" text-anchor="middle">${value}</text>`;
  });
  const legend = LEVELS.map(
    (level, index) =>
      `<rect x="${LABEL + index * 110}" y="48" width="12" height="12" fill="${COLOURS[index]}"/><text x="${LABEL + index * 110 + 18}" y="58">${level}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="Time of each group at each level of verification, as a ratio to none">
<style>
svg { background: #ffffff; font: 13px system-ui, sans-serif }
text { fill: #1a1d22 } .value { fill: #525a66; font-size: 10px } path { stroke: #dde1e7; fill: none } .title { font-size: 17px; font-weight: 600 }
@media (prefers-color-scheme: dark) { svg { background: #121519 } text { fill: #e8ebef } .value { fill: #a5aebb } path { stroke: #313843 } }
</style>
<text class="title" x="20" y="28">Time at each level of verification, none = 1</text>
${legend.join('\n')}
<g>${lines.join('')}</g>
${parts.join('\n')}
</svg>
`;
}
