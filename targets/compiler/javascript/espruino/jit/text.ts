// Texts of jitted functions: the names and numbers in them, and how much code the compiler on the board makes of them.

const KEYWORDS = new Set(['var', 'if', 'else', 'do', 'while', 'return', 'function', 'null']);
const NAME = /(?<![\w$.])[A-Za-z_$][\w$]*/g;
const NUMBER = /(?<![\w$.])(\d+)(?:e(\d+))?(?![\w$.])/g;
const START = '{"jit";';

function wordsOf(text: string): string[] {
  const words = text.replace('"jit"', '').match(NAME) ?? [];
  return words.filter((each) => !KEYWORDS.has(each));
}

/** The names in a function's text: each is looked up when the function starts. */
export function namesOf(text: string): Set<string> {
  return new Set(wordsOf(text));
}

/** Of the call that has most; what is listed in parentheses or brackets otherwise counts as well. */
export function mostArguments(text: string): number {
  const open: number[] = [];
  let most = 0;
  for (const [character] of text.matchAll(/[()[\],]/g)) {
    if (character === '(' || character === '[') open.push(1);
    else if (character !== ',') most = Math.max(most, open.pop()!);
    else if (open.length > 0) open[open.length - 1]++;
  }
  return most;
}

/** A program in which the numbers of jitted functions are written so that the compiler reads them as the interpreter does. */
export function withNumbersForJit(program: string): string {
  const [first, ...others] = program.split(START);
  const written = others.map((rest) => {
    const end = endOf(rest);
    return START + rest.slice(0, end).replace(NUMBER, numberForJit) + rest.slice(end);
  });
  return first + written.join('');
}

/** An integer from 2^31 to 2^32 would be negative, and 1e3 a double: 1000 is an integer. */
function numberForJit(_: string, digits: string, zeros = '0'): string {
  const text = digits + '0'.repeat(Number(zeros));
  return Number(text) >= 2 ** 31 && Number(text) < 2 ** 32 ? `${text}.0` : text;
}

/** Behind the brace that closes the function. */
function endOf(text: string): number {
  let depth = 1;
  let at = 0;
  while (depth > 0) {
    const character = text[at++];
    if (character === '{') depth++;
    else if (character === '}') depth--;
  }
  return at;
}

/** Bytes of code that a function takes in RAM, about: measured with Espruino for 32-bit ARM, from 1,660 to 15,114 bytes. */
export function jittedBytes(text: string): number {
  const body = text.slice(text.indexOf(START));
  const count = (pattern: RegExp) => body.match(pattern)?.length ?? 0;
  const operators = count(/>>>|<<|>>|[=!<>]=+|&&|\|\||[-+*/%&|^<>=?]/g);
  const places = count(/\w[([]/g);
  const names = namesOf(body).size;
  return (
    7 * names + 24 * wordsOf(body).length + 3 * operators + 34 * count(NUMBER) + 22 * places + 16 * count(/return/g)
  );
}
