// A finding in a program for Espruino: what is wrong, where, and what to do instead.

import { remedies } from './remedies.js';

export type Severity = 'error' | 'warning';

export interface Finding {
  /** In a word or two: `spread`, `Math.imul`, `inexact literal`. */
  what: string;
  severity: Severity;
  /** Line, from 1. */
  line: number;
  /** Column, from 1. */
  column: number;
  /** The text found, cut short. */
  text: string;
  /** Espruino's behaviour. */
  reason: string;
  /** Advice, as a command: `write Math.pow(a, b), or a * a`. */
  instead: string;
}

/** The place of a finding, and the text there. */
export type Place = Pick<Finding, 'line' | 'column' | 'text'>;

const LONGEST_TEXT = 60;

/** On one line, and cut short. */
export function shortText(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > LONGEST_TEXT ? `${line.slice(0, LONGEST_TEXT - 3)}...` : line;
}

/** `reason` is what is known of this spot, where the kind alone does not say it. */
export function finding(what: string, place: Place, reason?: string): Finding {
  const remedy = remedies(what);
  const { line, column, text } = place;
  return {
    what,
    severity: remedy.severity,
    line,
    column,
    text,
    reason: reason ?? remedy.reason,
    instead: remedy.instead,
  };
}

/** Formats findings as compilers do, one line each. */
export function formatFindings(findings: readonly Finding[], file: string): string {
  return findings.map(({ what, line, column, text }) => `${file}:${line}:${column} ${what}: ${text}`).join('\n');
}

export function byPlace(a: Finding, b: Finding): number {
  return a.line - b.line || a.column - b.column;
}
