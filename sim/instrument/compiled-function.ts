// Instruments a function as Espruino's compiler on the board takes it, where that is not what the interpreter does.

import type { JitDifference } from '../language/jit-differences.js';
import type { TextEdits } from './text-edits.js';

export function compileAs(edits: TextEdits, source: string, differences: readonly JitDifference[]): void {
  for (const { what, node } of differences)
    switch (what) {
      case 'endless for in "jit"':
        edits.open(source.indexOf(';', node.init?.end ?? node.start) + 1, '0');
        break;
      case 'large literal in "jit"':
        edits.replace(node.start, node.end, `(${(node.value as number) | 0})`);
        break;
      case 'variable of a block in "jit"':
        edits.replace(node.start, node.start + node.kind.length, ' '.repeat(node.kind.length));
        break;
    }
}
