// Literals with values that Espruino reads in another way than ECMAScript.

import type { AnyNode, Literal } from 'acorn';
import { espruinoNumber, isInexact } from '../language/number-literal.js';
import type { TextEdits } from './text-edits.js';

/** Instruments a number or a text. */
export function printLiteral({ value, raw = '', start, end }: Literal, edits: TextEdits): void {
  if (typeof value === 'number' && isInexact(raw)) edits.replace(start, end, numberText(raw));
  // A line that is continued ends in the text, too.
  else if (typeof value === 'string' && raw.includes('\n')) edits.replace(start, end, withLineEnds(raw));
}

function numberText(raw: string): string {
  const value = espruinoNumber(raw);
  if (!Number.isFinite(value)) return '(1/0)';
  return value < 0 ? `(${value})` : String(value);
}

function withLineEnds(raw: string): string {
  return raw.replace(/\\(\r?\n|.)/gs, (escaped, next: string) => (next.endsWith('\n') ? `\\n${escaped}` : escaped));
}

/** Whether it is a count from 0 to 31 already by its text. */
export function isCount(node: AnyNode): boolean {
  if (node.type === 'Literal') return typeof node.value === 'number' && node.value >= 0 && node.value <= 31;
  return node.type === 'BinaryExpression' && node.operator === '&' && (isCount(node.right) || isCount(node.left));
}
