// The error that ends a program in the simulator: the program did something that Espruino does differently, or that the board cannot
// do.

import { type Finding, finding, type Place } from './language/finding.js';

export class SimulationError extends Error {
  readonly finding: Finding;
  readonly file: string;

  constructor(what: string, site: Place & { file: string }, reason?: string) {
    const found = finding(what, site, reason);
    // The place where memory ends says nothing about what uses it, and is often minified text.
    const text = what === 'out of memory' ? '' : `: ${found.text}`;
    super(`${site.file}:${found.line}:${found.column}: ${what}${text}\n  ${found.reason}; ${found.instead}`);
    this.name = 'SimulationError';
    this.finding = found;
    this.file = site.file;
  }
}
