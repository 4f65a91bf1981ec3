// The budget of a module as markup: for each capacity, what is needed and what is available, and the remedies.

import { Bound } from '../analysis/need.js';
import { Verdict } from '../budget/verdict.js';
import { type Html, html } from './html.js';
import { grouped, percent } from './number-text.js';
import type { ReportModule, ReportRow } from './report-data.js';

const MARKS: Record<Verdict, { sign: string; name: string }> = {
  [Verdict.Fits]: { sign: '✓', name: 'fits' },
  [Verdict.MayFit]: { sign: '?', name: 'may-fit' },
  [Verdict.DoesNotFit]: { sign: '✗', name: 'does-not-fit' },
};

const BOUNDS: Record<Bound, { sign: string; words: string }> = {
  [Bound.Exact]: { sign: '', words: '' },
  [Bound.AtMost]: { sign: '≤ ', words: 'at most ' },
  [Bound.AtLeast]: { sign: '≥ ', words: 'at least ' },
};

export function verdictMarkup(verdict: Verdict): Html {
  const { sign, name } = MARKS[verdict];
  return html`<span class="verdict ${name}"><span aria-hidden="true">${sign}</span> ${verdict}</span>`;
}

/** `id` is of the heading, which is of the third level. */
export function budgetMarkup({ rows, unneeded }: ReportModule, id: string): Html {
  // Styled as a grid where it is narrow, and a browser may then take it for no table: so the roles.
  return html`<section class="panel budget" aria-labelledby="${id}">
<h3 id="${id}">Capacities</h3>
<p class="notes">≤ is a bound that is enough, ≥ one that recursion or a heap may exceed; without a sign, it is exact.</p>
<table role="table" aria-labelledby="${id}">
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Capacity</th><th role="columnheader" scope="col">Needed</th><th role="columnheader" scope="col">Available</th><th role="columnheader" scope="col">Share</th><th role="columnheader" scope="col"><span class="hidden">Bar</span></th><th role="columnheader" scope="col" class="text">What it is for</th></tr></thead>
<tbody role="rowgroup">
${rows.map(rowMarkup)}</tbody>
</table>
${unneeded.length > 0 ? html`<p class="notes">Nothing is needed of: ${unneeded.join(', ')}.</p>` : ''}
</section>
`;
}

function rowMarkup({ capacity, needed, bound, available, share, verdict, why }: ReportRow): Html {
  const { name } = MARKS[verdict];
  const over = verdict === Verdict.DoesNotFit;
  const width = Number((Math.min(1, share) * 100).toFixed(2));
  return html`<tr role="row"><th role="rowheader" scope="row">${capacity}</th><td role="cell"><span aria-hidden="true">${BOUNDS[bound].sign}</span><span class="hidden">${BOUNDS[bound].words}</span>${grouped(needed)}</td><td role="cell" class="available">${grouped(available)}</td><td role="cell" class="share${over ? ' over' : ''}">${over ? html`<span aria-hidden="true">✗ </span><span class="hidden">too much: </span>` : ''}${percent(share)}</td><td role="cell" class="meters"><span class="meter ${name}" aria-hidden="true"><i style="width:${width}%"></i></span></td><td role="cell" class="why">${why}</td></tr>
`;
}

/** Returns the reasons why the module does not fit, and remedies; nothing if it fits. */
export function remediesMarkup({ missingImports, remedies }: ReportModule, id: string): Html {
  if (missingImports.length === 0 && remedies.length === 0) return html``;
  const imports = html`<p>Imports that nothing provides:</p>
<ul>${missingImports.map((name) => html`<li><code>${name}</code></li>\n`)}</ul>
`;
  return html`<section class="panel" aria-labelledby="${id}">
<h3 id="${id}">What helps</h3>
${missingImports.length > 0 ? imports : ''}<ul>${remedies.map((line) => html`<li>${optionFirst(line)}</li>\n`)}</ul>
</section>
`;
}

/** An option of a compiler in front, as code. */
function optionFirst(line: string): Html {
  const found = /^(-\S[^:]*): (.*)$/s.exec(line);
  return found ? html`<code>${found[1]}</code>: ${found[2]}` : html`${line}`;
}
