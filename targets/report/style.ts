// The style sheet of a report. It loads nothing.

import { dark, INK, kinds, light, type Theme } from './colours.js';

function themeVariables(theme: Theme): string {
  return Object.entries(theme)
    .map(([name, value]) => `--${name}: ${value};`)
    .join(' ');
}

const kindRules = Object.entries(kinds)
  .map(([kind, colour]) => `.kind-${kind} { background-color: ${colour}; }`)
  .join('\n');

export const style = `
:root { color-scheme: light dark; ${themeVariables(light)} }
@media (prefers-color-scheme: dark) { :root { ${themeVariables(dark)} } }
*, ::before, ::after { box-sizing: border-box; }
html { scroll-behavior: smooth; -webkit-text-size-adjust: 100%; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0; background: var(--page); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
header, main, footer { max-width: 84rem; margin: 0 auto; padding: 0 1rem; }
h1, h2, h3, h4 { line-height: 1.25; text-wrap: balance; }
h1 { font-size: 1.75rem; margin: 1.5rem 0 0.75rem; }
h2 { font-size: 1.375rem; margin: 0; }
h3 { font-size: 1.125rem; margin: 0 0 0.5rem; }
h4 { font-size: 1rem; margin: 1rem 0 0.25rem; }
p, ul, ol { margin: 0.5rem 0; }
ul, ol { padding-left: 1.25rem; }
code { font-family: ui-monospace, monospace; font-size: 0.9375em; background: var(--track); border-radius: 0.2rem; padding: 0.05em 0.3em; }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 2px; }
.skip { position: absolute; left: 1rem; top: -4rem; background: var(--panel); padding: 0.5rem 1rem; z-index: 1; }
.skip:focus { top: 0.5rem; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.quiet { color: var(--quiet); }
.notes { color: var(--quiet); font-size: 0.9375rem; max-width: 75ch; }
footer { color: var(--quiet); font-size: 0.875rem; padding: 1rem; }

.facts { display: flex; flex-wrap: wrap; gap: 0.5rem 2rem; margin: 0.5rem 0; }
.facts div { min-width: 0; }
.facts dt { color: var(--quiet); font-size: 0.8125rem; }
.facts dd { margin: 0; }

.module { margin: 1.5rem 0 3rem; }
.title { display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem 1rem; border-top: 2px solid var(--edge); padding-top: 1rem; }
.panel { background: var(--panel); border: 1px solid var(--line); border-radius: 0.5rem; padding: 1rem; margin: 1rem 0; min-width: 0; }
.verdict { white-space: nowrap; font-weight: 600; }
.title .verdict { border: 2px solid; border-radius: 2rem; padding: 0.1rem 0.75rem; }
.fits { color: var(--fits); }
.may-fit { color: var(--mayFit); }
.does-not-fit { color: var(--doesNotFit); }

table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding: 0.25rem 0; }
th, td { text-align: right; vertical-align: baseline; padding: 0.3rem 0 0.3rem 0.75rem; border-bottom: 1px solid var(--line); white-space: nowrap; }
th { font-weight: 400; }
thead th { color: var(--quiet); font-size: 0.8125rem; vertical-align: bottom; white-space: normal; overflow-wrap: normal; }
th:first-child { text-align: left; padding-left: 0; white-space: normal; overflow-wrap: anywhere; }
thead th:first-child { overflow-wrap: normal; }
tbody:last-child tr:last-child > * { border-bottom: 0; }
th.text { text-align: left; }

figure { margin: 0; }
figcaption { margin-bottom: 0.75rem; }
.bar { display: flex; height: 3.25rem; border: 1px solid var(--edge); border-radius: 3px; background: var(--panel); overflow: hidden; position: relative; }
.region { flex: none; container-type: inline-size; min-width: 0; overflow: hidden; color: ${INK}; font-size: 0.8125rem; line-height: 1.25; display: flex; align-items: center; justify-content: center; box-shadow: inset -1px 0 var(--panel); }
.region span { display: none; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; padding: 0 0.25rem; }
@container (min-width: 1.25rem) { .region .number { display: block; padding: 0; } }
@container (min-width: 7rem) { .region .name { display: block; } }
${kindRules}
.region, .swatch { forced-color-adjust: none; }
.kind-reserved { background-image: repeating-linear-gradient(135deg, transparent 0 5px, rgb(255 255 255 / 0.28) 5px 10px); }
.kind-free { background-color: var(--panel); background-image: repeating-linear-gradient(135deg, transparent 0 7px, var(--line) 7px 8px); color: var(--text); }
.end { position: absolute; top: 0; bottom: 0; width: 0; border-left: 3px dashed var(--doesNotFit); forced-color-adjust: none; }
.beyond { position: absolute; height: 0.5rem; bottom: 0; right: 0; background: repeating-linear-gradient(45deg, var(--panel) 0 4px, var(--doesNotFit) 4px 9px); forced-color-adjust: none; }
.scale { display: flex; justify-content: space-between; gap: 1rem; font-size: 0.8125rem; color: var(--quiet); font-variant-numeric: tabular-nums; }
.zoom { display: block; width: 100%; height: 1.75rem; fill: var(--track); }
.level { font-size: 0.875rem; font-weight: 600; margin: 0 0 0.25rem; }
.tables { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(22rem, 100%), 1fr)); gap: 1rem 2.5rem; margin-top: 1.25rem; align-items: start; }
.tables th:first-child { width: 100%; }
.tables tbody th:first-child { padding-left: 2rem; text-indent: -2rem; }
.tables tbody th > * { text-indent: 0; }
.tables th small { display: block; color: var(--quiet); font-size: 0.8125rem; }
.swatch { display: inline-block; width: 1.5rem; margin-right: 0.5rem; border: 1px solid var(--edge); border-radius: 3px; text-align: center; font-size: 0.75rem; line-height: 1.25rem; color: ${INK}; }
.swatch.kind-free { color: var(--text); }

.meter { display: block; height: 0.625rem; min-width: 4rem; background: var(--track); border-radius: 2px; overflow: hidden; forced-color-adjust: none; }
.meter i { display: block; height: 100%; background: currentcolor; }
.meter.plain { color: var(--edge); }
.over { color: var(--doesNotFit); font-weight: 600; }
.budget .why { white-space: normal; color: var(--quiet); font-size: 0.875rem; text-align: left; overflow-wrap: anywhere; }
.budget td.meters { width: 22%; }
.budget th:first-child { white-space: nowrap; }
.calls td.meters { width: 30%; }
.path .step { display: inline-block; min-width: 1.75rem; color: var(--quiet); }
.columns { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(34rem, 100%), 1fr)); gap: 0 2.5rem; }
.cycle { padding-left: 0; list-style: none; display: inline; margin: 0; }
.cycle li { display: inline; }
.cycle li + li::before { content: " → " / " calls "; color: var(--quiet); }

@media (max-width: 48rem) {
  .budget thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .budget table, .budget tbody { display: block; }
  .budget tr { display: grid; grid-template-columns: minmax(0, 1fr) auto auto minmax(4.25rem, max-content); column-gap: 0.5rem; padding: 0.5rem 0; border-bottom: 1px solid var(--line); }
  .budget tr > * { border: 0; padding: 0; }
  .budget .available::before { content: "of "; color: var(--quiet); }
  .budget td.meters { grid-column: 1 / -1; width: auto; margin: 0.25rem 0; }
  .budget td.why { grid-column: 1 / -1; }
  .budget th:first-child { white-space: normal; }
  .budget td { font-size: 0.9375rem; }
  .calls td.meters, .calls th.meters { display: none; }
  .panel { padding: 0.75rem; }
  .tables td, .tables thead th + th { font-size: 0.875rem; padding-left: 0.5rem; }
}
@media (max-width: 23rem) {
  .tables td, .tables thead th + th { font-size: 0.8125rem; padding-left: 0.375rem; }
  .budget tr { grid-template-columns: 1fr auto auto; }
  .budget th:first-child { grid-column: 1 / -1; }
}
@media print { .panel { break-inside: avoid; } .skip { display: none; } }
`;
