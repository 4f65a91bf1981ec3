// For each kind of finding: what Espruino does there, and what to write instead.

export interface Remedy {
  reason: string;
  instead: string;
  severity: 'error' | 'warning';
}

const NO_SYNTAX = 'Espruino cannot parse it';
const NO_LIBRARY = 'Espruino does not have it';

type Entry = [reason: string, instead: string, severity?: 'warning'];

const known: Record<string, Entry> = {
  syntax: [NO_SYNTAX, 'correct the syntax'],
  label: [NO_SYNTAX, 'a flag that the outer loop tests, or a function with return'],
  'default argument': [NO_SYNTAX, 'if (a === undefined) a = ...'],
  'rest argument': [NO_SYNTAX, 'arguments'],
  spread: [NO_SYNTAX, 'f.apply(this, a), a.concat(b) or Object.assign'],
  destructuring: [NO_SYNTAX, 'a variable for each member'],
  generator: [NO_SYNTAX, 'a function that is called for each value'],
  async: [NO_SYNTAX, 'Promise with then(), or a callback'],
  '**': [NO_SYNTAX, 'Math.pow(a, b), or a * a'],
  '?.': [NO_SYNTAX, 'a && a.b'],
  'logical assignment': [NO_SYNTAX, 'a = a || b'],
  BigInt: [NO_SYNTAX, 'two 32-bit numbers'],
  'private name': [NO_SYNTAX, 'a plain name'],
  'computed key': [NO_SYNTAX, 'o[key] = value after the literal'],
  'case after default': ['Espruino throws "CASE after DEFAULT unsupported"', 'default as the last of the cases'],
  'new.target': [NO_SYNTAX, 'this instanceof F'],
  'import.meta': [NO_SYNTAX, 'process.env'],
  import: [NO_SYNTAX, 'require(...)'],
  export: [NO_SYNTAX, 'exports.name = ...'],
  with: [NO_SYNTAX, 'a variable for the object'],
  debugger: ['Espruino stops in its debugger', 'console.log', 'warning'],
  'tagged template': [NO_SYNTAX, 'a call with the parts as arguments'],
  'static block': [NO_SYNTAX, 'the statements after the class'],
  'field without value': ['Espruino expects = after a field', 'a = undefined, or an assignment in the constructor'],
  'quoted member': [NO_SYNTAX, 'a name without quotes'],
  'keyword as member': [NO_SYNTAX, 'a method with another name'],
  'reserved word': ['Espruino takes it for a keyword', 'another name'],
  'unicode escape': [NO_SYNTAX, '\\xHH, or \\uHHHH below 256'],
  'unicode name': ['Espruino reads each byte of it by itself', 'letters of ASCII'],
  'HTML comment': [NO_SYNTAX, '//'],
  'return before a line end': ['Espruino returns the value on the next line', 'return with a semicolon or the value'],
  'inexact literal': [
    'Espruino sums the digits in doubles and reads another number',
    'an integer divided by a power of two, or the bits through a typed array',
    'warning',
  ],
  '-0': ['Espruino reads +0', '-1 / Infinity', 'warning'],
  'shift count': ['on ARM, a shift by 32 or more gives 0 or -1: counts are not masked', 'a << (n & 31)', 'warning'],
  'instanceof Error': [
    'an error made by new TypeError is no instance of Error, nor is one that the interpreter threw of its kind',
    'a test of e.message, or a class of your own',
    'warning',
  ],
  'super of a built-in class': [
    'Espruino throws "Calling \'super\' outside of class"',
    'a class without a constructor, whose fields are set afterwards, or one that extends nothing',
  ],
  'no hoisting': ['a function exists only once its declaration has run', 'the declaration before its first use'],
  'closure over a loop variable': [
    'all rounds of the loop share one binding: the closure sees the last value',
    'const copy = i inside the block',
    'warning',
  ],
  '.length = 0': ['Espruino throws "Assignment to a constant"', 'a = [], or a.splice(0, a.length)', 'warning'],
  '.length =': ['Espruino throws "Assignment to a constant"', 'a.splice(n, a.length)', 'warning'],
  'regex {n}': [NO_SYNTAX, 'the item as often as it is wanted'],
  'regex lookaround': [NO_SYNTAX, 'a test of the text around the match'],
  'regex lazy quantifier': [NO_SYNTAX, '[^x]*x instead of .*?x'],
  'regex (?:)': [NO_SYNTAX, '(...)'],
  'regex \\b': [NO_SYNTAX, '\\W or the start of the text'],
  'regex backreference': [NO_SYNTAX, 'a comparison of the groups'],
  'regex / in a class': [NO_SYNTAX, '\\/'],
  'read past the end': ['the value is undefined', 'a test of the index against the length'],
  'negative index': ['Espruino throws "Field or method does not already exist"', 'an index from 0'],
  'fractional index': ['Espruino throws "Field or method does not already exist"', 'the index | 0'],
  'index of another type': ['Espruino throws "Field or method does not already exist"', 'a whole number'],
  'not ECMAScript': ['Node, which runs the program here, does not take it', 'it as ECMAScript has it'],
  'too much recursion': ["the board's C stack is full; the error cannot be caught", 'a loop, or a limit of the depth'],
  'out of memory': ["the program takes more than the board's JsVars", 'smaller buffers, or code in Storage'],
  'blocks too long': ['the board does nothing else meanwhile', 'slices, with setTimeout between them'],
  'extends an expression': ['Espruino expects the name of a class', 'a variable for it, and extends with its name'],
  'name of an accessor': [NO_SYNTAX, 'another name, or Object.defineProperty'],
  'new new': [NO_SYNTAX, 'a variable for the inner one'],
  'delete through a call': ['Espruino deletes before it calls', 'a variable for what the call returns'],
  'do without {}': ['Espruino misses a semicolon before while', 'do { ... } while (c)'],
  'in within the head of a for': ['Espruino takes it for a for (in), in parentheses too', 'a variable before the loop'],
  'comma without parentheses': [NO_SYNTAX, 'parentheses around it'],
  'line that begins with ++ or --': ['Espruino takes it for the end of the line before', 'a semicolon before it'],
  'brace within a template': ['Espruino counts braces in strings and comments too', 'a variable for the expression'],
  'escaped ${': ['Espruino takes it for an expression', "'$' + '{', outside of a template"],
  'line continuation': ['Espruino keeps the end of the line in the string', 'two strings and a +'],
  'division taken for a regex': [
    'Espruino expects a regular expression after this',
    'parentheses around what is divided',
  ],
  'regex taken for a division': ['Espruino expects a division after this', 'a variable for the regular expression'],
  'parameter named like a built-in': [
    "Espruino reads an arrow function's parameters as expressions, and this as the built-in",
    'another name, or function (...) { ... }',
  ],
  'long name': ['Espruino keeps 63 characters of it', 'a shorter name', 'warning'],
  'field shared by instances': [
    'Espruino makes the value once, with the class; `this` is not the instance',
    'an assignment in the constructor',
    'warning',
  ],
  'constant index': [
    'a typed array or string throws "Field or method does not already exist"',
    'a whole number from 0',
    'warning',
  ],
  'character above 255': ['characters are bytes: Espruino takes the lowest 8 bits', 'a string literal', 'warning'],
  'switch in a loop': [
    'every case costs about a statement, whichever is taken',
    'a table of functions, or ifs as a binary tree',
    'warning',
  ],
  'regex flag': ['Espruino knows the flags g, i, m and u, and ignores y', 'a pattern that does without'],
  'regex flag m': ['Espruino ignores it: ^ and $ are the ends of the text', 'a split into lines', 'warning'],
  'regex quantified group': [
    'Espruino mostly fails to match a repeated group',
    'a class of characters, or a loop',
    'warning',
  ],
  'regex escape': ['Espruino matches other text', '\\xHH, or a class of characters'],
  'switch in a hot path': [
    'every case costs about a statement, whichever is taken',
    'a table of functions, or ifs as a binary tree',
    'warning',
  ],
  'ArrayBuffer.slice': [NO_LIBRARY, 'new Uint8Array(buffer, from, length).slice()'],
  'byteOffset above 65535': ['Espruino throws "byteOffset too large (or negative)"', 'a buffer of less than 64 KiB'],
  'Math.imul': [NO_LIBRARY, '(b * (a >> 16) << 16) + b * (a & 65535) | 0'],
  'Math.fround': [NO_LIBRARY, '(f[0] = x, f[0]) with a Float32Array'],
  'Math.trunc': [NO_LIBRARY, 'x < 0 ? Math.ceil(x) : Math.floor(x)'],
  'Math.clz32': [NO_LIBRARY, 'a loop of shifts, or the exponent bits of a double'],
  'Math.hypot': [NO_LIBRARY, 'Math.sqrt(x * x + y * y)'],
  'Math.log2': [NO_LIBRARY, 'Math.log(x) * Math.LOG2E'],
  'Math.log10': [NO_LIBRARY, 'Math.log(x) * Math.LOG10E'],
  'Math.cbrt': [NO_LIBRARY, 'Math.pow(x, 1 / 3) for x >= 0'],
  'Number.isInteger': [NO_LIBRARY, 'Math.floor(x) == x'],
  'Number.isFinite': [NO_LIBRARY, 'isFinite(x)'],
  'Array.from': [NO_LIBRARY, 'a.map, or a loop'],
  'Object.freeze': [NO_LIBRARY, 'the object as it is'],
  Map: [NO_LIBRARY, 'an object, with strings as keys'],
  Set: [NO_LIBRARY, 'an object, with strings as keys'],
  WeakMap: [NO_LIBRARY, 'a member of the object'],
  RangeError: [NO_LIBRARY, 'Error'],
  TextDecoder: [NO_LIBRARY, 'E.toString(array)'],
};

/** For what the table does not name: something of the library that is absent. */
export function remedies(what: string): Remedy {
  const [reason, instead, severity = 'error'] = known[what] ?? [
    what.startsWith('missing on this board: ') ? "this board's firmware leaves it out" : NO_LIBRARY,
    'code of your own',
    // What has the member is not known.
    ...(what.startsWith('.') ? (['warning'] as const) : []),
  ];
  return { reason, instead, severity };
}
