// The conformance run: the scripts of a test suite, the ledger of known failures, and the report.
// A failure that the ledger does not have is a problem; so is a line of the ledger that passes.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Assemble } from './assemble.js';
import { executeScript, type Outcome, type Status } from './execute.js';
import { readScript } from './script.js';
import type { CreateTarget } from './target.js';

/** Reasons by line, by script. */
export type Ledger = Record<string, Record<string, string>>;

export interface ScriptResult {
  script: string;
  outcomes: Outcome[];
  /** Failures that the ledger knows. */
  known: Outcome[];
  /** The reasons why the run fails, one line each. */
  problems: string[];
}

export const SUPPORTED = [
  'core-2.0',
  'proposals/tail-call',
  'proposals/custom-page-sizes',
  'proposals/wide-arithmetic',
] as const;

/** Directories that are not run, and why. */
const NOT_SUPPORTED: Record<string, string> = {
  'simd-2.0': 'vector instructions are refused when a module is loaded',
  'proposals/multi-memory': 'a module has at most one memory',
};

/** Returns the folder of the test suite, '' without one. */
export function findTestSuite(): string {
  const directory = resolve(process.env.WASM_TESTSUITE ?? '../shared/testsuite');
  return existsSync(directory) ? directory : '';
}

/** Scripts of some directories of the suite, as paths in it. */
export function listScripts(suite: string, directories: readonly string[]): string[] {
  return directories.flatMap((directory) =>
    readdirSync(join(suite, directory))
      .filter((name) => name.endsWith('.wast'))
      .sort()
      .map((name) => `${directory}/${name}`),
  );
}

export function readLedger(): Ledger {
  return JSON.parse(readFileSync(new URL('./ledger.json', import.meta.url), 'utf8'));
}

export function runScript(
  suite: string,
  script: string,
  createTarget: CreateTarget,
  assemble: Assemble,
  ledger: Ledger,
): ScriptResult {
  const outcomes = executeScript(readScript(readFileSync(join(suite, script)), script), createTarget, assemble);
  const reasons = ledger[script] ?? {};
  const failures = outcomes.filter(({ status }) => status === 'failed');
  const known = failures.filter(({ line }) => line in reasons);
  const problems = failures
    .filter(({ line }) => !(line in reasons))
    .map(({ line, kind, reason }) => `${script}:${line}: ${kind}: ${reason}`);
  for (const line of Object.keys(reasons)) {
    if (!known.some((outcome) => String(outcome.line) === line)) {
      problems.push(`${script}:${line}: passes, or is no command, but the ledger has it: ${reasons[line]}`);
    }
  }
  return { script, outcomes, known, problems };
}

/** Counts for each script, for each kind of command, and in all. */
export function formatReport(suite: string, results: ScriptResult[], ledger: Ledger): string {
  const lines = [row('script', ...COLUMNS.map(({ title }) => title))];
  for (const result of results) lines.push(row(result.script, ...count([result])));
  lines.push('');
  const kinds = [...new Set(results.flatMap(({ outcomes }) => outcomes.map(({ kind }) => kind)))].sort();
  for (const kind of kinds) lines.push(row(kind, ...count(results, (outcome) => outcome.kind === kind)));
  lines.push('');
  lines.push(
    row('assertions and actions', ...count(results, ({ kind }) => !/^(module|instance|register)$/.test(kind))),
  );
  lines.push(row('all commands', ...count(results)));
  for (const { script, outcomes } of results) {
    for (const { line, kind, reason } of outcomes.filter(({ status }) => status === 'refused')) {
      lines.push(`refused by the assembler: ${script}:${line}: ${kind}: ${reason}`);
    }
  }
  for (const { script, known } of results) {
    for (const { line, kind } of known)
      lines.push(`known failure: ${script}:${line}: ${kind}: ${ledger[script][line]}`);
  }
  for (const [directory, reason] of Object.entries(NOT_SUPPORTED)) {
    if (!existsSync(join(suite, directory))) continue;
    lines.push(`not supported: ${directory} (${listScripts(suite, [directory]).length} scripts): ${reason}`);
  }
  return lines.join('\n');
}

const COLUMNS: { title: string; status: Status; known: boolean }[] = [
  { title: 'passed', status: 'passed', known: false },
  { title: 'failed', status: 'failed', known: false },
  { title: 'known', status: 'failed', known: true },
  { title: 'text', status: 'text', known: false },
  { title: 'refused', status: 'refused', known: false },
];

function count(results: ScriptResult[], select: (outcome: Outcome) => boolean = () => true): number[] {
  return COLUMNS.map(({ status, known }) => {
    const counted = results.flatMap((result) =>
      result.outcomes.filter((outcome) => outcome.status === status && result.known.includes(outcome) === known),
    );
    return counted.filter(select).length;
  });
}

function row(title: string, ...cells: (string | number)[]): string {
  return title.padEnd(52) + cells.map((cell) => String(cell).padStart(9)).join('');
}
