// The findings of a running program: those that end it, and those that are only recorded.

import { type Finding, finding } from '../language/finding.js';
import { SimulationError } from '../simulation-error.js';
import type { Site } from './site.js';

/** More are not kept. */
const MOST_FINDINGS = 10_000;

export class Ledger {
  /** Findings that did not end the program, once for each spot. */
  readonly findings: Finding[] = [];
  private readonly reported = new Set<string>();

  /** `allowed` are kinds of findings that do not end the program, `refused` kinds that end it although the board goes on. */
  constructor(
    private readonly sites: readonly Site[],
    private readonly allowed: ReadonlySet<string>,
    private readonly refused: ReadonlySet<string>,
  ) {}

  /** Ends the program, or writes the finding down if its kind is allowed. Throws SimulationError. */
  fail(what: string, site: number, reason?: string): void {
    if (!this.allowed.has(what)) this.end(what, site, reason);
    this.note(what, site, reason);
  }

  /** Throws SimulationError. */
  end(what: string, site: number, reason?: string): never {
    throw new SimulationError(what, this.sites[site], reason);
  }

  /** Writes down what the board allows. Throws SimulationError if its kind is refused. */
  note(what: string, site: number, reason?: string): void {
    if (this.refused.has(what)) this.end(what, site, reason);
    const key = `${what}@${site}`;
    if (this.reported.has(key) || this.findings.length >= MOST_FINDINGS) return;
    this.reported.add(key);
    this.findings.push(finding(what, this.sites[site], reason));
  }
}
