// A report as one page of HTML that loads nothing and has no scripts.

import { budgetMarkup, remediesMarkup, verdictMarkup } from './budget-table.js';
import { callsMarkup } from './call-path.js';
import { Html, html } from './html.js';
import { memoryMapMarkup } from './memory-map.js';
import type { Fact, ReportData, ReportModule } from './report-data.js';
import { style } from './style.js';

/** Whatever came through unescaped could still load and run nothing. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

/** A whole document, the same for the same data. */
export function reportPage({ board, modules }: ReportData): string {
  const what = modules.length === 1 ? modules[0].file : `${modules.length} modules`;
  const verdict = modules.length === 1 ? `: ${modules[0].verdict}` : '';
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${what} on ${board.title}${verdict}</title>
<style>${new Html(style)}</style>
</head>
<body>
<a class="skip" href="#modules">Skip to the modules</a>
<header>
<h1>${what} on ${board.title}</h1>
${facts(board.facts)}${modules.length > 1 ? contents(modules) : ''}</header>
<main id="modules" tabindex="-1">
${modules.map(moduleMarkup)}</main>
<footer><p>Written by <code>tazzina check --html</code>. Predicted from the module's bytes: nothing of it was run.</p></footer>
</body>
</html>
`.text;
}

function facts(list: Fact[]): Html {
  return html`<dl class="facts">
${list.map(({ name, value }) => html`<div><dt>${name}</dt><dd>${value}</dd></div>\n`)}</dl>
`;
}

function contents(modules: ReportModule[]): Html {
  const rows = modules.map(
    ({ file, verdict }, at) => html`<li><a href="#module-${at + 1}">${file}</a> ${verdictMarkup(verdict)}</li>\n`,
  );
  return html`<nav aria-label="Modules">
<ul>
${rows}</ul>
</nav>
`;
}

function reasons({ reasons }: ReportModule): Html {
  return html`${reasons.map((reason) => html`<p class="notes">${reason}</p>\n`)}`;
}

function moduleMarkup(module: ReportModule, at: number): Html {
  const id = `module-${at + 1}`;
  return html`<article class="module" aria-labelledby="${id}">
<div class="title"><h2 id="${id}" tabindex="-1"><bdi>${module.file}</bdi></h2>${verdictMarkup(module.verdict)}</div>
${facts(module.facts)}${reasons(module)}${remediesMarkup(module, `${id}-remedies`)}${module.program.map((map, index) => memoryMapMarkup(map, `${id}-program-${index + 1}`))}${memoryMapMarkup(module.ram, `${id}-ram`)}${memoryMapMarkup(module.flash, `${id}-flash`)}${budgetMarkup(module, `${id}-budget`)}${callsMarkup(module.calls, `${id}-calls`)}</article>
`;
}
