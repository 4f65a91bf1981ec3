// Assignments to what is no variable and no member, as in `a && b = c`. Espruino assigns to the right operand of `&&`, `||` or `??` if that is
// the result, and throws otherwise.

import type { AnyNode, AssignmentExpression, Identifier, MemberExpression } from 'acorn';
import { CHECKS } from './checks-name.js';
import { isReference } from './role.js';
import type { TextEdits } from './text-edits.js';

/** Instruments an assignment to `left`; `fresh` gives the name of a new variable. Returns what may be assigned. */
export function assignToValue(
  edits: TextEdits,
  source: string,
  node: AssignmentExpression,
  left: AnyNode,
  fresh: () => string,
): Identifier | MemberExpression | undefined {
  const at = source.indexOf('=', left.end);
  const fails = `${CHECKS}.R(`;
  if (left.type !== 'LogicalExpression' || !isReference(left.right)) {
    edits.around(node.start, node.end, fails, ')');
    edits.replace(at, at + 1, ',');
    return undefined;
  }
  const value = fresh();
  const [before, after] = { '&&': ['', ''], '||': ['!', ''], '??': ['', '==null'] }[left.operator];
  const blank = (start: number, end: number) => edits.replace(start, end, ' '.repeat(end - start));
  if (node.start < left.start) blank(node.start, left.start);
  edits.open(left.left.start, `(${before}(${value}=`);
  edits.close(left.left.end, `)${after}`);
  const operator = source.indexOf(left.operator, left.left.end);
  edits.replace(operator, operator + 2, '?(');
  if (left.end < at) blank(left.end, at);
  edits.close(node.end, `):${fails}${value}))`);
  return left.right;
}
