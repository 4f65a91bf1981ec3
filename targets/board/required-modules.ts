// Finds the modules that a program for Espruino requires by the names of their files: require("./app.wasm").

import { type AnyNode, type Node, parse } from 'acorn';
import { full } from 'acorn-walk';

export interface RequiredFile {
  /** The specifier in the program's text. */
  specifier: string;
  line: number;
}

/** `.wasm` or `.wat`. */
const MODULE = /\.(wasm|wat)$/i;

/** Each file once, in the order of the program; none of a program that cannot be parsed. */
export function requiredModules(program: string): RequiredFile[] {
  let tree: Node;
  try {
    tree = parse(program, { ecmaVersion: 'latest', locations: true, allowReturnOutsideFunction: true });
  } catch {
    return [];
  }
  const found = new Map<string, RequiredFile & { start: number }>();
  full(tree, (node) => {
    const call = node as AnyNode;
    if (call.type !== 'CallExpression' || call.callee.type !== 'Identifier' || call.callee.name !== 'require') return;
    const [argument] = call.arguments;
    if (argument?.type !== 'Literal' || typeof argument.value !== 'string' || !MODULE.test(argument.value)) return;
    const { value: specifier } = argument;
    const earlier = found.get(specifier);
    if (!earlier || call.start < earlier.start)
      found.set(specifier, { specifier, line: call.loc!.start.line, start: call.start });
  });
  return [...found.values()].sort((a, b) => a.start - b.start).map(({ specifier, line }) => ({ specifier, line }));
}
