// Sums that may be texts: numbers in them get Espruino's digits, and a text that grows is watched. Assignments such as `a += b`, which read
// their target after their right side.

import type { AnyNode, AssignmentExpression, BinaryExpression } from 'acorn';
import { children, isFunction } from '../language/scope.js';
import { CHECKS } from './checks-name.js';
import { isKept } from './role.js';
import type { TextEdits } from './text-edits.js';
import { tokenBehind } from './token-behind.js';

/** Members whose reads and writes are instrumented themselves. */
const CHECKED = /^(length|name)$/;
const ASSIGNING = /^(Call|New|Assignment|Update|TaggedTemplate)Expression$/;

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

  /** Whether an assignment such as `a += b` has to be written out, since V8 reads its target first, or as the digits of a sum differ. */
  isCompound({ left, operator, right }: AssignmentExpression): boolean {
    if (operator === '=' || !isSimple(left)) return false;
    return operator === '+=' ? !isWholeNumber(right) : mayAssign(right);
  }

  /** Instruments such an assignment; `fresh` gives the name of a new variable. */
  printCompound(node: AssignmentExpression, fresh: () => string): void {
    const { source, edits } = this;
    const { left, operator } = node;
    const target = source.slice(left.start, left.end);
    const at = tokenBehind(left.end, operator, source);
    const value = operator === '+=' ? '' : fresh();
    edits.replace(at, at + operator.length, value === '' ? `=${CHECKS}.B(` : `=(${value}=`);
    edits.close(node.end, value === '' ? `,${target})` : `,${target}${operator.slice(0, -1)}${value})`);
  }
}

/** A variable, or a member that a name selects of a variable or of `this`. */
function isSimple(node: AnyNode): boolean {
  if (node.type === 'Identifier') return true;
  if (node.type !== 'MemberExpression' || node.computed || node.property.type !== 'Identifier') return false;
  if (node.object.type !== 'Identifier' && node.object.type !== 'ThisExpression') return false;
  return !CHECKED.test(node.property.name);
}

/** Whether the value of an expression can depend on code that assigns something. */
function mayAssign(node: AnyNode): boolean {
  if (ASSIGNING.test(node.type)) return true;
  return !isFunction(node) && children(node).some(mayAssign);
}

/** A literal of which the digits are the same in both languages. */
export function isWholeNumber(node: AnyNode): boolean {
  return node.type === 'Literal' && typeof node.value === 'number' && (node.value | 0) === node.value;
}
