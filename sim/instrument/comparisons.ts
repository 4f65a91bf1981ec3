// Operators whose results Espruino finds in another way than ECMAScript: they are printed as calls of checks. What is compared with a number, or
// is a number by its text, stays as it is: comparisons with numbers are those of hot loops.

import type { AnyNode, BinaryExpression } from 'acorn';
import { CHECKS } from './checks-name.js';
import type { TextEdits } from './text-edits.js';
import { tokenBehind } from './token-behind.js';

/** The check of each operator, and what is in front of it. */
const CHECK: Record<string, string> = {
  '==': `${CHECKS}.Q(`,
  '!=': `!${CHECKS}.Q(`,
  '===': `${CHECKS}.S(`,
  '!==': `!${CHECKS}.S(`,
  in: `${CHECKS}.I(`,
  instanceof: `${CHECKS}.O(`,
};

/** Instruments an operator. Returns whether it was one of these. */
export function printComparison(node: BinaryExpression, source: string, edits: TextEdits): boolean {
  const check = CHECK[node.operator];
  if (check === undefined || node.left.type === 'PrivateIdentifier') return false;
  if (/^[=!]/.test(node.operator) && (isKnown(node.left) || isKnown(node.right))) return false;
  const at = tokenBehind(node.left.end, node.operator, source);
  edits.open(node.start, check);
  // Parts that are in parentheses keep them.
  edits.replace(at, at + node.operator.length, ',');
  edits.close(node.end, ')');
  return true;
}

/** Whether the text shows that ECMAScript and Espruino compare it in the same way. */
function isKnown(node: AnyNode): boolean {
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'number';
    case 'BinaryExpression':
      return /^[-*/%&|^<>]/.test(node.operator);
    case 'UnaryExpression':
      return node.operator !== 'void';
    case 'UpdateExpression':
      return true;
    default:
      return false;
  }
}
