// The pure functions of src/numeric.ts, as text.
import { readFileSync } from 'node:fs';
import { type Expression, type Node, type Pattern, parse as parseJavaScript } from 'acorn';
import { simple } from 'acorn-walk';
import { transformSync } from 'esbuild';

const NUMERIC = 'src/numeric.ts';

/** A function of numeric.ts whose body is constants and a return. */
export interface PureFunction {
  parameters: string[];
  /** Text of its constant declarations, or null if it has other statements: then it is called. */
  constants: string | null;
  result: string;
  /** Whether it calls another function of numeric.ts, or has to be called itself. */
  isCalled: boolean;
  /** How often each parameter occurs in the text. */
  uses: Map<string, number>;
}

export function readNumericFunctions(root: string): Map<string, PureFunction> {
  return readFunctions(
    transformSync(readFileSync(`${root}${NUMERIC}`, 'utf8'), { loader: 'ts', target: 'es2022' }).code,
  );
}

/** The functions of a JavaScript module. */
export function readFunctions(code: string): Map<string, PureFunction> {
  const program = parseJavaScript(code, { ecmaVersion: 2022, sourceType: 'module' });
  const functions = new Map<string, PureFunction>();
  const text = (node: Node) => code.slice(node.start, node.end);
  for (const exported of program.body) {
    const statement = exported.type === 'ExportNamedDeclaration' ? exported.declaration : exported;
    if (statement?.type !== 'FunctionDeclaration') continue;
    const parameters = statement.params.map((parameter: Pattern) => text(parameter));
    const body = statement.body.body;
    const last = body[body.length - 1];
    const uses = new Map<string, number>();
    let isCalled = false;
    simple(statement.body, {
      CallExpression({ callee }) {
        // V8 has instructions for these.
        if (callee.type === 'Identifier' && callee.name !== 'clz' && callee.name !== 'imul') isCalled = true;
      },
      Identifier(node) {
        uses.set(node.name, (uses.get(node.name) ?? 0) + 1);
      },
    });
    const simpleBody =
      last?.type === 'ReturnStatement' && body.slice(0, -1).every((part) => part.type === 'VariableDeclaration');
    functions.set(statement.id.name, {
      parameters,
      constants: simpleBody ? body.slice(0, -1).map(text).join(' ') : null,
      isCalled: isCalled || !simpleBody,
      result: last?.type === 'ReturnStatement' ? text(last.argument as Expression) : '',
      uses,
    });
  }
  return functions;
}
