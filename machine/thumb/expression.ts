// Constant expressions of assembly text: numbers, names of constants, parentheses, and C's operators on 32-bit integers.

const LEVELS = [['|'], ['^'], ['&'], ['<<', '>>'], ['+', '-'], ['*', '/', '%']];

const OPERATORS: Record<string, (x: number, y: number) => number> = {
  '|': (x, y) => x | y,
  '^': (x, y) => x ^ y,
  '&': (x, y) => x & y,
  '<<': (x, y) => x << y,
  '>>': (x, y) => x >> y,
  '+': (x, y) => x + y,
  '-': (x, y) => x - y,
  '*': (x, y) => x * y,
  '/': (x, y) => Math.trunc(x / y),
  '%': (x, y) => x % y,
};

/** The value of an expression, undefined where the text is none. `constants` has the names. */
export function evaluate(text: string, constants: ReadonlyMap<string, number>): number | undefined {
  const tokens = text.match(/0x[\da-f]+|0b[01]+|\d+(?:\.\d+)?(?:e[+-]?\d+)?|[.\w$]+|<<|>>|\S/gi) ?? [];
  let at = 0;

  function binary(level: number): number | undefined {
    if (level === LEVELS.length) return unary();
    let left = binary(level + 1);
    while (left !== undefined && LEVELS[level].includes(tokens[at])) {
      const operator = OPERATORS[tokens[at++]];
      const right = binary(level + 1);
      left = right === undefined ? undefined : operator(left, right);
    }
    return left;
  }

  function unary(): number | undefined {
    const token = tokens[at++];
    if (token === undefined) return undefined;
    if (token === '-' || token === '+' || token === '~') {
      const value = unary();
      return value === undefined ? undefined : token === '-' ? -value : token === '~' ? ~value : value;
    }
    if (token === '(') {
      const value = binary(0);
      return tokens[at++] === ')' ? value : undefined;
    }
    return /^\d/.test(token) ? Number(token) : constants.get(token);
  }

  const value = binary(0);
  return at === tokens.length && !Number.isNaN(value) ? value : undefined;
}
