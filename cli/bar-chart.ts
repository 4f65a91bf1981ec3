// Times of one call as bars, as an SVG that is readable on light and on dark. The scale is logarithmic: tiers differ by thousands.

import { type BenchRow, secondsText } from './bench-row.js';

const WIDTH = 720;
const LABEL = 150;
const VALUE = 90;
const ROW = 26;
const TOP = 44;

export function barChart(title: string, rows: readonly BenchRow[]): string {
  const shown = rows.filter(({ seconds }) => seconds !== undefined);
  const logs = shown.map(({ seconds }) => Math.log10(Math.max(seconds!, 1e-9)));
  const least = Math.floor(Math.min(...logs) - 0.3);
  const most = Math.max(...logs);
  const scale = (WIDTH - LABEL - VALUE) / Math.max(most - least, 1);
  const bars = shown.map(({ name, seconds }, index) => {
    const y = TOP + index * ROW;
    const width = ((logs[index] - least) * scale).toFixed(1);
    return `<text x="${LABEL - 10}" y="${y + 15}" text-anchor="end">${escapedText(name)}</text>
<rect x="${LABEL}" y="${y + 3}" width="${width}" height="${ROW - 9}" rx="2"/>
<text x="${(LABEL + Number(width) + 6).toFixed(1)}" y="${y + 15}">${escapedText(secondsText(seconds!))}</text>`;
  });
  const height = TOP + shown.length * ROW + 30;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="system-ui, sans-serif" font-size="13">
<style>text{fill:#24292f}rect{fill:#2f74c0}.note{fill:#6e7781;font-size:11px}@media(prefers-color-scheme:dark){text{fill:#e6edf3}rect{fill:#5b9fe3}.note{fill:#9198a1}}</style>
<text x="10" y="22" font-size="15" font-weight="600">${escapedText(title)}</text>
${bars.join('\n')}
<text class="note" x="${LABEL}" y="${height - 10}">time of one call, logarithmic scale</text>
</svg>
`;
}

const escapedText = (text: string) => text.replace(/[&<>"]/g, (found) => `&#${found.charCodeAt(0)};`);
