// For each kind of finding: what Espruino does, and what to write instead.

export interface Remedy {
  reason: string;
  /** A command: `write Math.pow(a, b), or a * a`. */
  instead: string;
  severity: 'error' | 'warning';
}

const NO_SYNTAX = 'Espruino cannot parse it';
const NO_LIBRARY = 'Espruino does not have it';

type Entry = [reason: string, instead: string, severity?: 'warning'];

const known: Record<string, Entry> = {
  syntax: [NO_SYNTAX, 'correct the syntax'],
  label: [NO_SYNTAX, 'test a flag in the outer loop, or return from a function'],
  'default argument': [NO_SYNTAX, 'write if (a === undefined) a = ...'],
  'rest argument': [NO_SYNTAX, 'read arguments'],
  spread: [NO_SYNTAX, 'use f.apply(this, a), a.concat(b) or Object.assign'],
  destructuring: [NO_SYNTAX, 'declare a variable for each member'],
  generator: [NO_SYNTAX, 'call a function for each value'],
  async: [NO_SYNTAX, 'use a Promise with then(), or a callback'],
  '**': [NO_SYNTAX, 'write Math.pow(a, b), or a * a'],
  '?.': [NO_SYNTAX, 'write a && a.b'],
  'logical assignment': [NO_SYNTAX, 'write a = a || b'],
  BigInt: [NO_SYNTAX, 'use two 32-bit numbers'],
  'private name': [NO_SYNTAX, 'use a plain name'],
  'computed key': [NO_SYNTAX, 'write o[key] = value after the literal'],
  'case after default': ['Espruino throws "CASE after DEFAULT unsupported"', 'put default last'],
  'new.target': [NO_SYNTAX, 'write this instanceof F'],
  'import.meta': [NO_SYNTAX, 'read process.env'],
  import: [NO_SYNTAX, 'use require(...)'],
  export: [NO_SYNTAX, 'write exports.name = ...'],
  with: [NO_SYNTAX, 'use a variable for the object'],
  debugger: ['Espruino stops in its debugger', 'use console.log', 'warning'],
  'tagged template': [NO_SYNTAX, 'call the function with the parts as arguments'],
  'static block': [NO_SYNTAX, 'put the statements after the class'],
  'field without value': ['Espruino expects = after a field', 'write a = undefined, or assign in the constructor'],
  'quoted member': [NO_SYNTAX, 'use a name without quotes'],
  'keyword as member': [NO_SYNTAX, 'give the method another name'],
  'reserved word': ['Espruino takes it for a keyword', 'use another name'],
  'unicode escape': [NO_SYNTAX, 'write \\xHH, or \\uHHHH below 256'],
  'unicode name': ['Espruino reads each byte of it by itself', 'use ASCII letters'],
  'HTML comment': [NO_SYNTAX, 'write //'],
  'return before a line end': [
    'Espruino returns the value on the next line',
    'put a semicolon or the value behind return',
  ],
  'assignment to a value': [
    'Espruino assigns to the operand that && or || gives, or throws',
    'put the assignment in parentheses',
    'warning',
  ],
  'call of an arrow function': ['only Espruino parses it', 'put the function in parentheses', 'warning'],
  'method of a prototype': [
    'prototypes of the library are empty: it is undefined',
    'take it from a value: write [].slice.call(...)',
    'warning',
  ],
  'limit of split': ['Espruino ignores the limit', 'write a.split(b).slice(0, n)', 'warning'],
  'text replaced by a function': [
    "Espruino inserts the function's own text",
    'use a regular expression as the first argument',
    'warning',
  ],
  replacer: ['Espruino ignores the replacer', 'build the object first', 'warning'],
  reviver: ['Espruino ignores the reviver', 'change the object afterwards', 'warning'],
  'endless for in "jit"': ['the compiler on the board does not run its body', 'write while (true)', 'warning'],
  'large literal in "jit"': ['the compiler on the board keeps 32 bits with a sign', 'write it as a product', 'warning'],
  'variable of a block in "jit"': [
    'the compiler on the board takes it for the variable of the function',
    'use another name',
    'warning',
  ],
  'inexact literal': [
    'Espruino sums the digits in doubles and reads another number',
    'divide an integer by a power of two, or set the bits through a typed array',
    'warning',
  ],
  '-0': ['Espruino reads +0', 'write -1 / Infinity', 'warning'],
  'shift count': [
    'on ARM, a shift by 32 or more gives 0 or -1: counts are not masked',
    'write a << (n & 31)',
    'warning',
  ],
  'module that is not in the firmware': [
    "this board's firmware has no such module: require finds it only in Storage",
    'write its text to Storage under this name, or bundle it into the program with esbuild',
    'warning',
  ],
  'instanceof Error': [
    'the kinds of errors do not inherit from each other: a TypeError is no instance of Error',
    'test e.message, or throw a class of your own',
    'warning',
  ],
  'super in an extended class': [
    'super is above the class of the object: in an instance of a class that extends this one, the method calls itself',
    'write Parent.prototype.method.call(this, ...)',
    'warning',
  ],
  'super of a built-in class': [
    'Espruino throws "Calling \'super\' outside of class"',
    'set fields after construction, without a constructor, or extend nothing',
  ],
  'no hoisting': ['a function exists only once its declaration has run', 'put the declaration before its first use'],
  'closure over a loop variable': [
    'all rounds of the loop share one binding: the closure sees the last value',
    'write const copy = i inside the block',
    'warning',
  ],
  '.length = 0': ['Espruino throws "Assignment to a constant"', 'write a = [], or a.splice(0, a.length)', 'warning'],
  '.length =': ['Espruino throws "Assignment to a constant"', 'write a.splice(n, a.length)', 'warning'],
  'regex {n}': [NO_SYNTAX, 'repeat the item'],
  'regex lookaround': [NO_SYNTAX, 'test the text around the match'],
  'regex lazy quantifier': [NO_SYNTAX, 'write [^x]*x instead of .*?x'],
  'regex ?': ['Espruino takes it for a character', 'write x*, or two expressions'],
  'regex (?:)': [NO_SYNTAX, 'write (...)'],
  'regex \\b': [NO_SYNTAX, 'match \\W or the start of the text'],
  'regex backreference': [NO_SYNTAX, 'compare the groups'],
  'regex / in a class': [NO_SYNTAX, 'write \\/'],
  'read past the end': ['the value is undefined', 'test the index against the length'],
  'negative index': ['Espruino throws "Field or method does not already exist"', 'use an index from 0'],
  'fractional index': ['Espruino throws "Field or method does not already exist"', 'write the index | 0'],
  'index of another type': ['Espruino throws "Field or method does not already exist"', 'use a whole number'],
  'not ECMAScript': ['Node, which runs the program here, does not take it', 'write it as ECMAScript has it'],
  'too much recursion': ["the board's C stack is full; the error cannot be caught", 'use a loop, or limit the depth'],
  'out of memory': ["the program takes more than the board's JsVars", 'use smaller buffers, or put code into Storage'],
  'endless output': ['the board does nothing else meanwhile', 'print smaller parts, with setTimeout between them'],
  'blocks too long': ['the board does nothing else meanwhile', 'work in slices, with setTimeout between them'],
  'native code': ['the processor cannot execute it', 'correct the machine code, or the call of it'],
  'extends an expression': ['Espruino expects the name of a class', 'assign it to a variable, and extend that'],
  'name of an accessor': [NO_SYNTAX, 'use another name, or Object.defineProperty'],
  'new new': [NO_SYNTAX, 'assign the inner one to a variable'],
  'delete through a call': ['Espruino deletes before it calls', 'assign what the call returns to a variable'],
  'do without {}': ['Espruino misses a semicolon before while', 'write do { ... } while (c)'],
  'in within the head of a for': [
    'Espruino takes it for a for (in), in parentheses too',
    'use a variable before the loop',
  ],
  'comma without parentheses': [NO_SYNTAX, 'put parentheses around it'],
  'line that begins with ++ or --': ['Espruino takes it for the end of the line before', 'put a semicolon before it'],
  'brace within a template': [
    'Espruino counts braces in strings and comments too',
    'assign the expression to a variable',
  ],
  'escaped ${': ['Espruino takes it for an expression', "write '$' + '{', outside of a template"],
  'line continuation': ['Espruino keeps the end of the line in the string', 'join two strings with +'],
  'division taken for a regex': [
    'Espruino expects a regular expression after this',
    'put parentheses around what is divided',
  ],
  'regex taken for a division': [
    'Espruino expects a division after this',
    'assign the regular expression to a variable',
  ],
  'parameter named like a built-in': [
    "Espruino reads an arrow function's parameters as expressions, and this as the built-in",
    'use another name, or function (...) { ... }',
  ],
  'long name': ['Espruino keeps 63 characters of it', 'use a shorter name', 'warning'],
  'field shared by instances': [
    'Espruino makes the value once, with the class; `this` is not the instance',
    'assign it in the constructor',
    'warning',
  ],
  'constant index': [
    'a typed array or string throws "Field or method does not already exist"',
    'use a whole number from 0',
    'warning',
  ],
  'character above 255': ['characters are bytes: Espruino takes the lowest 8 bits', 'use a string literal', 'warning'],
  'switch in a loop': [
    'every case costs about a statement, whichever is taken',
    'use a table of functions, or a binary tree of ifs',
    'warning',
  ],
  'regex flag': ['Espruino knows the flags g, i, m and u, and ignores y', 'use a pattern without it'],
  'regex flag m': ['Espruino ignores it: ^ and $ are the ends of the text', 'split the text into lines', 'warning'],
  'regex quantified group': [
    'Espruino mostly fails to match a repeated group',
    'use a class of characters, or a loop',
    'warning',
  ],
  'regex escape': ['Espruino matches other text', 'write \\xHH, or a class of characters'],
  'switch in a hot path': [
    'every case costs about a statement, whichever is taken',
    'use a table of functions, or a binary tree of ifs',
    'warning',
  ],
  'ArrayBuffer.slice': [NO_LIBRARY, 'write new Uint8Array(buffer, from, length).slice()'],
  'byteOffset above 65535': [
    'Espruino throws "byteOffset too large (or negative)"',
    'use a buffer of less than 64 KiB',
  ],
  'Math.imul': [NO_LIBRARY, 'write (b * (a >> 16) << 16) + b * (a & 65535) | 0'],
  'Math.fround': [NO_LIBRARY, 'write (f[0] = x, f[0]) with a Float32Array'],
  'Math.trunc': [NO_LIBRARY, 'write x < 0 ? Math.ceil(x) : Math.floor(x)'],
  'Math.clz32': [NO_LIBRARY, 'use a loop of shifts, or the exponent bits of a double'],
  'Math.hypot': [NO_LIBRARY, 'write Math.sqrt(x * x + y * y)'],
  'Math.log2': [NO_LIBRARY, 'write Math.log(x) * Math.LOG2E'],
  'Math.log10': [NO_LIBRARY, 'write Math.log(x) * Math.LOG10E'],
  'Math.cbrt': [NO_LIBRARY, 'write Math.pow(x, 1 / 3) for x >= 0'],
  'Number.isInteger': [NO_LIBRARY, 'write Math.floor(x) == x'],
  'Number.isFinite': [NO_LIBRARY, 'write isFinite(x)'],
  'Array.from': [NO_LIBRARY, 'use a.map, or a loop'],
  'Object.freeze': [NO_LIBRARY, 'use the object as it is'],
  Map: [NO_LIBRARY, 'use an object, with strings as keys'],
  Set: [NO_LIBRARY, 'use an object, with strings as keys'],
  WeakMap: [NO_LIBRARY, 'set a member of the object'],
  RangeError: [NO_LIBRARY, 'use Error'],
  TextDecoder: [NO_LIBRARY, 'use E.toString(array)'],
};

/** For what the table does not name: something of the library that is absent. */
export function remedies(what: string): Remedy {
  const [reason, instead, severity = 'error'] = known[what] ?? [
    what.startsWith('missing on this board: ') ? "this board's firmware leaves it out" : NO_LIBRARY,
    'write it yourself',
    // The object of the member is unknown.
    ...(what.startsWith('.') ? (['warning'] as const) : []),
  ];
  return { reason, instead, severity };
}
