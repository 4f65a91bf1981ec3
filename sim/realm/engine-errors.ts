// The errors of V8 in Espruino's words. What Espruino says depends on values that V8's message does not have in a few cases: then, the
// most frequent one is taken.

type Words = (found: RegExpExecArray) => [kind: string, message: string];

const INDEX = /^-?\d+(\.\d+)?$/;

/** Reading or writing a member of nothing. */
function memberOfNothing(key: string, nothing: string): [string, string] {
  if (INDEX.test(key))
    return ['Error', `Field or method "${key}" does not already exist, and can't create it on ${nothing}`];
  return ['Error', `Can't read property '${key}' of ${nothing}`];
}

/** The type of a value by the text that V8 shows of it. */
function typeOfText(text: string): string | undefined {
  if (/^[-\d.]/.test(text)) return 'Number';
  if (/^["'`]/.test(text) && /["'`]$/.test(text)) return 'String';
  if (/^(undefined|null)$/.test(text)) return text;
  if (/^(true|false)$/.test(text)) return 'Boolean';
  if (/^#</.test(text) || /^\{/.test(text)) return 'Object';
  return undefined;
}

/** Describes a called value that is no function: a member, a variable, or a value. */
function notAFunction(text: string): [string, string] {
  const type = typeOfText(text);
  const called = /[.]([A-Za-z_$][\w$]*)$/.exec(text)?.[1];
  const member = called ?? /^([\w$]+)$/.exec(text)?.[1];
  if (member !== undefined && (called !== undefined || type === undefined))
    return ['Error', `Function "${member}" not found!`];
  return ['Error', `Expecting function, got ${type ?? 'undefined'}`];
}

const table: [pattern: RegExp, words: Words][] = [
  [/^(.+) is not defined$/, ([, name]) => ['ReferenceError', `"${name}" is not defined`]],
  [/^Cannot access '(.+)' before initialization$/, ([, name]) => ['ReferenceError', `"${name}" is not defined`]],
  [/^Illegal return statement/, () => ['SyntaxError', 'RETURN statement, but not in a function.']],
  [/^Assignment to constant variable/, () => ['TypeError', 'Assignment to a constant']],
  [
    /^Cannot (?:read|set) properties of (undefined|null) \((?:reading|setting) '(.*)'\)$/s,
    ([, nothing, key]) => memberOfNothing(key, nothing),
  ],
  [/^Cannot (?:read|set) properties of (undefined|null)/, ([, nothing]) => memberOfNothing('', nothing)],
  [
    /^Class constructor (.+) cannot be invoked without 'new'$/,
    () => ['Error', 'Class constructors must be invoked with new'],
  ],
  [
    /^Class extends value (.+) is not a constructor or null$/,
    () => ['Error', 'Constructor should be a function, but is undefined'],
  ],
  [
    /^(.+) is not a constructor$/s,
    ([, text]) => ['Error', `Constructor should be a function, but is ${typeOfText(text) ?? 'undefined'}`],
  ],
  [/^Right-hand side of 'instanceof' is not/, () => ['Error', 'Expecting function on RHS, got Object']],
  [/^(.+) is not a function or its return value is not iterable$/s, ([, text]) => notAFunction(text)],
  [
    /^(.+) is not iterable/s,
    ([, text]) => [
      'Error',
      `FOR loop can only iterate over Arrays, Strings or Objects, not ${typeOfText(text) ?? 'undefined'}`,
    ],
  ],
  [/^(.+) is not a function$/s, ([, text]) => notAFunction(text)],
  [/^Cannot delete property/, () => ['Error', 'Unable to delete a constant']],
  [/^Cannot convert object to primitive value/, () => ['InternalError', 'Variable type cannot be converted to string']],
];

/** `kind` is the name of the constructor; gives the name of Espruino's, and its message. */
export function engineError(kind: string, message: string): [kind: string, message: string] {
  for (const [pattern, words] of table) {
    const found = pattern.exec(message);
    if (found) return words(found);
  }
  // A RangeError is none of Espruino's kinds.
  return [kind === 'RangeError' || kind === 'TypeError' ? 'Error' : kind, message];
}
