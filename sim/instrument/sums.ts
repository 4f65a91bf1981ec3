// Sums that may be texts: numbers in them get Espruino's digits, and a text that grows is watched.

import type { AnyNode, AssignmentExpression, BinaryExpression } from 'acorn';
import { CHECKS } from './checks-name.js';
import { isKept } from './role.js';
import type { TextEdits } from './text-edits.js';
import { tokenBehind } from './token-behind.js';

export class Sums {
  /** Sums that are parts of a sum. */
  private readonly parts = new Set<AnyNode>();

  constructor(
    private readonly source: string,
    private readonly edits: TextEdits,
  ) {}

  /** Whether a sum may be a text that a program sees. */
  isText(node: AnyNode, parent: AnyNode | null): boolean {
    if (node.type !== 'BinaryExpression' || isWholeNumber(node.left) || isWholeNumber(node.right)) return false;
    return isKept(node, parent) || this.parts.has(node);
  }

  /** Instruments `a + b`, where a number in a text has Espruino's digits. */
  print(node: BinaryExpression): void {
    const { edits } = this;
    const plus = tokenBehind(node.left.end, node.operator, this.source);
    if (node.left.type === 'BinaryExpression') this.parts.add(node.left);
    if (node.right.type === 'BinaryExpression') this.parts.add(node.right);
    edits.open(node.start, `${CHECKS}.A(`);
    edits.replace(plus, plus + 1, ',');
    edits.close(node.end, ')');
  }

  /** Instruments `a += b`. */
  printGrowth(node: AssignmentExpression): void {
    const { left } = node;
    if (left.type !== 'Identifier') return;
    const operator = this.source.indexOf('+=', left.end);
    // Espruino reads the variable behind the right side, which may have changed it.
    this.edits.replace(operator, operator + 2, `=${CHECKS}.B(`);
    this.edits.close(node.end, `,${left.name})`);
  }
}

/** A literal of which the digits are the same in both languages. */
export function isWholeNumber(node: AnyNode): boolean {
  return node.type === 'Literal' && typeof node.value === 'number' && (node.value | 0) === node.value;
}
