// The last step of a program's text, after the minifier: edits by positions from its syntax tree. The minifier cannot be configured to
// avoid what Espruino does not parse (`do` without braces, unless its body ends with a semicolon; a `return` without one at the end of
// a function), nor the numbers that Espruino's compiler reads differently from its interpreter.

import { type Function as AnyFunction, type AnyNode, parse } from 'acorn';
import { simple } from 'acorn-walk';

interface Change {
  from: number;
  to: number;
  text: string;
}

/** Is called with names that minifying must give to nothing; boards do not call it. */
const KEYWORD = 'BOARD_KEYWORD';

/** Rewrites a program so that Espruino and its compiler can parse it. `names` gives replacements of names by other names or constants. */
export function parsable(text: string, names: Readonly<Record<string, string>> = {}): string {
  const changes: Change[] = [];
  const insert = (at: number, text: string) => changes.push({ from: at, to: at, text });
  const jitted = (node: AnyFunction) => {
    if (isJitted(node)) changes.push(...numbersForJit(node));
  };
  simple(parse(text, { ecmaVersion: 'latest' }), {
    DoWhileStatement({ body }) {
      if (body.type === 'BlockStatement' || (body.type === 'ExpressionStatement' && text[body.end - 1] === ';')) return;
      insert(body.start, '{');
      insert(body.end, '}');
    },
    ReturnStatement({ argument, end }) {
      if (!argument && text[end - 1] !== ';') insert(end, ';');
    },
    FunctionDeclaration: jitted,
    FunctionExpression: jitted,
    Identifier({ name, start, end }) {
      if (Object.hasOwn(names, name)) changes.push({ from: start, to: end, text: names[name] });
    },
    ExpressionStatement({ expression, start, end }) {
      if (isKeywordCall(expression)) changes.push({ from: start, to: end, text: '' });
      if (expression.type !== 'SequenceExpression') return;
      const [first, second] = expression.expressions;
      if (isKeywordCall(first)) changes.push({ from: start, to: second.start, text: '' });
    },
  });
  let written = '';
  let from = 0;
  // Changes at one place keep the order in which they were found: the inner one first.
  for (const change of changes.sort((a, b) => a.from - b.from)) {
    written += text.slice(from, change.from) + change.text;
    from = change.to;
  }
  return written + text.slice(from);
}

function isKeywordCall(node: AnyNode): boolean {
  return node.type === 'CallExpression' && node.callee.type === 'Identifier' && node.callee.name === KEYWORD;
}

function isJitted({ body }: AnyFunction): boolean {
  if (body.type !== 'BlockStatement') return false;
  const [first] = body.body;
  return first?.type === 'ExpressionStatement' && first.directive === 'jit';
}

/** An integer from 2^31 to 2^32 would be negative, and 1e3 a double: 1000 is an integer. */
function numbersForJit({ body }: AnyFunction): Change[] {
  const changes: Change[] = [];
  simple(body as AnyNode, {
    Literal({ value, raw, start, end }) {
      if (typeof value !== 'number' || !Number.isInteger(value) || value >= 2 ** 53) return;
      const text = value >= 2 ** 31 && value < 2 ** 32 ? `${value}.0` : String(value);
      if (text !== raw) changes.push({ from: start, to: end, text });
    },
  });
  return changes;
}

/** Counts of a program that determine its JsVars, besides its variables. */
export interface ProgramCounts {
  /** Functions with a name. */
  functions: number;
  /** Parameters of these functions. */
  parameters: number;
  /** All functions except methods and accessors: their JsVars are part of `runtimeJsVars`. */
  functionObjects: number;
  /** Typed arrays that the program constructs. */
  views: number;
}

export function countsOf(program: string): ProgramCounts {
  const counts = { functions: 0, parameters: 0, functionObjects: 0, views: 0 };
  const counted = ({ id, params }: AnyFunction) => {
    counts.functionObjects++;
    if (!id) return;
    counts.functions++;
    counts.parameters += params.length;
  };
  simple(parse(program, { ecmaVersion: 'latest' }), {
    FunctionDeclaration: counted,
    FunctionExpression: counted,
    ArrowFunctionExpression: counted,
    Property({ method, kind }) {
      if (method || kind !== 'init') counts.functionObjects--;
    },
    NewExpression({ callee }) {
      if (callee.type === 'Identifier' && TYPED_ARRAYS.has(callee.name)) counts.views++;
    },
  });
  return counts;
}

const TYPED_ARRAYS = new Set([
  'Int8Array',
  'Uint8Array',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float32Array',
  'Float64Array',
]);
