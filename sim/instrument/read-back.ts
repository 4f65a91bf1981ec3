// In Espruino, the value of an assignment to an element is the new value of the element: for a typed array, the rounded or wrapped
// value, or undefined past its end.
import type { AnyNode } from 'acorn';
import { parseProgram } from '../language/parser.js';
import { children } from '../language/scope.js';
import { TextEdits } from './text-edits.js';

/** Text of which, run as ECMAScript, assignments to elements have the value that they have in Espruino. */
export function readBack(source: string): string {
  const edits = new TextEdits(source);
  const visit = (node: AnyNode, isUsed: boolean): void => {
    if (isUsed && node.type === 'AssignmentExpression' && node.operator === '=') {
      const { left } = node;
      if (left.type === 'MemberExpression' && left.computed) {
        edits.around(node.start, node.end, '((o,i,v)=>(o[i]=v,o[i]))(', ')');
        // Parentheses around the parts stay.
        const opening = source.indexOf('[', left.object.end);
        const closing = source.indexOf(']', left.property.end);
        edits.replace(opening, opening + 1, ',');
        edits.replace(closing, source.indexOf('=', closing) + 1, ',');
      }
    }
    for (const child of children(node)) visit(child, node.type !== 'ExpressionStatement');
  };
  visit(parseProgram(source), false);
  return edits.print().text;
}
