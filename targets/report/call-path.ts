// The deepest calls of a module as markup: functions with the sizes of their frames, and recursion.

import { type Html, html } from './html.js';
import { counted, grouped, listed } from './number-text.js';
import type { CallPath, CallStep, ReportCalls, ReportRecursion } from './report-data.js';

/** Steps shown of a longer path: half of them at the start, half at the end. */
const MOST_STEPS = 200;

/** `id` is of the heading, which is of the third level. */
export function callsMarkup({ paths, recursion, notes }: ReportCalls, id: string): Html {
  return html`<section class="panel calls" aria-labelledby="${id}">
<h3 id="${id}">Deepest calls</h3>
${paths.length === 0 ? html`<p>Nothing can be called from outside.</p>\n` : ''}${recursion.length > 0 ? html`<p><strong>Recursion</strong> may go deeper than this: each turn takes what is said below.</p>\n` : ''}<div class="columns">${paths.map(pathMarkup)}</div>
${recursionMarkup(recursion)}${notes.map((note) => html`<p class="notes">${note}</p>\n`)}</section>
`;
}

function pathMarkup({ most, steps }: CallPath): Html {
  const largest = Math.max(1, ...steps.map(({ valueSlots }) => valueSlots));
  const rows = steps.map((step, at) => stepMarkup(step, at, largest));
  const left = steps.length - MOST_STEPS;
  if (left > 0) {
    const row = html`<tr><th scope="row" class="quiet">… ${grouped(left)} more …</th><td></td><td class="meters"></td><td></td></tr>\n`;
    rows.splice(MOST_STEPS / 2, left, row);
  }
  return html`<div class="path"><h4>${listed(most)} deep</h4>
<table>
<caption class="hidden">Functions from the outermost to the innermost</caption>
<thead><tr><th scope="col">Function</th><th scope="col">Value slots</th><th scope="col" class="meters"><span class="hidden">Bar</span></th><th scope="col">C stack, bytes</th></tr></thead>
<tbody>
${rows}</tbody>
</table></div>
`;
}

function stepMarkup({ name, imported, valueSlots, stackBytes }: CallStep, at: number, largest: number): Html {
  const width = Number(((valueSlots / largest) * 100).toFixed(2));
  const stack =
    stackBytes === null
      ? html`<span aria-hidden="true">?</span><span class="hidden">not known</span>`
      : grouped(stackBytes);
  return html`<tr><th scope="row"><span class="step">${at + 1}</span><bdi>${name}</bdi>${imported ? html` <span class="quiet">(of the host)</span>` : ''}</th><td>${grouped(valueSlots)}</td><td class="meters"><span class="meter plain" aria-hidden="true"><i style="width:${width}%"></i></span></td><td>${stack}</td></tr>
`;
}

function recursionMarkup(recursion: ReportRecursion[]): Html {
  if (recursion.length === 0) return html``;
  return html`<h4>Recursion</h4>
<ul>
${recursion.map(cycleMarkup)}</ul>
`;
}

function cycleMarkup({ cycle, direct, calls, valueSlots, stackBytes, functions }: ReportRecursion): Html {
  const steps = [...cycle, cycle[0]].map((name) => html`<li><bdi>${name}</bdi></li>`);
  const how = direct ? '' : 'possible, through a table; ';
  const others =
    functions > cycle.length ? `; ${grouped(functions)} functions can call each other this way and others` : '';
  const takes = `${counted(calls, 'call')}, ${counted(valueSlots, 'value slot')} and ${counted(stackBytes, 'byte')} of C stack`;
  return html`<li><ol class="cycle">${steps}</ol> <span class="quiet">(${how}a turn takes ${takes}${others})</span></li>
`;
}
