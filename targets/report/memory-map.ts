// A memory map as markup: bars to scale, each but the first a part of the one above it, and tables with the same data.

import { type Html, html } from './html.js';
import { grouped } from './number-text.js';
import type { MapLevel, MemoryMap, Region } from './report-data.js';

/** Enough for a byte of some megabytes. */
const DIGITS = 6;

/** Position and width of a region, both in percent of its bar. */
export interface Extent {
  start: number;
  width: number;
}

/** The bar is as long as what there is, or as what is needed, if that is more. */
export function extentsOf(level: MapLevel): Extent[] {
  const length = lengthOf(level);
  let start = 0;
  return level.regions.map(({ bytes }) => {
    const extent = { start: (start / length) * 100, width: (bytes / length) * 100 };
    start += bytes;
    return extent;
  });
}

function lengthOf({ capacity, regions }: MapLevel): number {
  return Math.max(1, capacity, total(regions));
}

function total(regions: readonly Region[]): number {
  return regions.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** `id` is of the heading, which is of the third level. */
export function memoryMapMarkup({ title, levels, notes }: MemoryMap, id: string): Html {
  return html`<section class="panel" aria-labelledby="${id}">
<figure>
<figcaption><h3 id="${id}">${title}</h3></figcaption>
<div role="img" aria-label="${inWords(title, levels)}"><div aria-hidden="true">
${levels.map((level, at) => [at === 0 ? '' : zoom(levels[at - 1]), bar(level)])}</div></div>
<div class="tables">
${levels.map(table)}</div>
</figure>
<div class="notes">${notes.map((note) => html`<p>${coded(note)}</p>\n`)}</div>
</section>
`;
}

/** Formats text between backquotes as code. */
function coded(text: string): (Html | string)[] {
  return text.split('`').map((part, at) => (at % 2 === 1 ? html`<code>${part}</code>` : part));
}

function inWords(title: string, levels: readonly MapLevel[]): string {
  const parts = levels.map((level) => {
    const regions = level.regions.map((region) => `${region.name} ${share(region, level)}`).join(', ');
    const over = total(level.regions) - level.capacity;
    const tooMuch = over > 0 ? `; ${grouped(over)} bytes more than there are` : '';
    return `${level.title}, ${grouped(level.capacity)} bytes: ${regions}${tooMuch}.`;
  });
  return `${title}, to scale. ${parts.join(' ')} The tables below say the same.`;
}

function share({ bytes }: Region, level: MapLevel): string {
  if (bytes === 0) return '0 %';
  const percent = (bytes / Math.max(1, level.capacity)) * 100;
  if (percent > 999) return '> 999 %';
  return percent < 0.1 ? '< 0.1 %' : `${percent.toFixed(percent < 10 ? 1 : 0)} %`;
}

const inPercent = (value: number) => `${Number(value.toFixed(DIGITS))}%`;

function bar(level: MapLevel): Html {
  const extents = extentsOf(level);
  const regions = level.regions.map(
    ({ name, kind, bytes }, at) =>
      html`<div class="region kind-${kind}" style="width:${inPercent(extents[at].width)}" title="${name}: ${grouped(bytes)} bytes"><span class="number">${at + 1}</span><span class="name">${name}</span></div>`,
  );
  const length = lengthOf(level);
  const end = (level.capacity / length) * 100;
  const over = length > level.capacity;
  const beyond = over
    ? html`<div class="beyond" style="left:${inPercent(end)}"></div><div class="end" style="left:${inPercent(end)}"></div>`
    : '';
  const scale = over
    ? html`<span>0</span><span class="over">${grouped(level.capacity)} bytes end at the dashed line; ${grouped(length)} would be needed</span>`
    : html`<span>0</span><span>${grouped(length)} bytes</span>`;
  return html`<p class="level">${level.title}</p>
<div class="bar">${regions}${beyond}</div>
<div class="scale">${scale}</div>
`;
}

/** Draws the lines from the zoomed region of the level above to the full width. */
function zoom(above: MapLevel): Html {
  const at = above.regions.findIndex(({ zoomed }) => zoomed);
  if (at < 0) return html``;
  const { start, width } = extentsOf(above)[at];
  const points = `${start.toFixed(3)},0 ${(start + width).toFixed(3)},0 100,10 0,10`;
  return html`<svg class="zoom" viewBox="0 0 100 10" preserveAspectRatio="none"><polygon points="${points}"/></svg>
`;
}

function table(level: MapLevel): Html {
  const jsVars = level.regions.some((region) => region.jsVars !== undefined);
  const rows = level.regions.map((region, at) => row(region, at, level, jsVars));
  return html`<table>
<caption>${level.title}</caption>
<thead><tr><th scope="col">Part</th><th scope="col">Bytes</th>${jsVars ? html`<th scope="col">JsVars</th>` : ''}<th scope="col">Share</th></tr></thead>
<tbody>
${rows}</tbody>
</table>
`;
}

function row(region: Region, at: number, level: MapLevel, jsVars: boolean): Html {
  const { name, kind, bytes, note } = region;
  const inJsVars = region.jsVars === undefined ? html`<span class="hidden">none</span>` : grouped(region.jsVars);
  return html`<tr><th scope="row"><span class="swatch kind-${kind}" aria-hidden="true">${at + 1}</span>${name}${note ? html` <small>${coded(note)}</small>` : ''}</th><td>${grouped(bytes)}</td>${jsVars ? html`<td>${inJsVars}</td>` : ''}<td>${share(region, level)}</td></tr>
`;
}
