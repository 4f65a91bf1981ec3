// Finds the types of a module's imports in the JavaScript that asc writes beside the declaration, which has none of them. Above the code
// of each adapted import is its type: `// assembly/index/show(~lib/string/String, i32) => void`. Imports of nothing but numbers of the
// core language are not adapted, and have no line there.

import type { SourceFile } from '../source-text.js';
import { splitTypes } from './type-text.js';

export interface DeclaredImport {
  module: string;
  name: string;
  /** Parameters with the texts of AssemblyScript. */
  parameters: { name: string; text: string }[];
  /** `void` for none. */
  result: string;
  line: number;
}

export interface Bindings {
  file: string;
  imports: DeclaredImport[];
  /** Names of plain classes, whose objects are copied. */
  records: ReadonlySet<string>;
}

const MODULE = /^ {4}(?:"(?<quoted>[^"]*)"|(?<word>[\w$]+)): Object\.\w+\(/;
const MEMBER = /^ {6}(?:"(?<quoted>[^"]*)"|(?<word>[\w$]+))\((?<parameters>[^)]*)\) \{$/;
const TYPE = /^ {8}\/\/ (?<type>.+)$/;
const RECORD = /^ {2}function __(?:lift|lower)Record\d+\(/;

export function readBindings({ name, text }: SourceFile): Bindings {
  const lines = text.split('\n');
  const imports: DeclaredImport[] = [];
  const start = lines.findIndex((line) => line.includes('const adaptedImports = {'));
  let module = '';
  for (let at = start + 1; start >= 0 && at < lines.length && lines[at] !== '  };'; at++) {
    const opened = MODULE.exec(lines[at])?.groups;
    if (opened) module = opened.quoted ?? opened.word;
    const member = MEMBER.exec(lines[at])?.groups;
    const type = TYPE.exec(lines[at + 1] ?? '')?.groups?.type;
    if (!member || type === undefined) continue;
    const types = signatureOf(type);
    if (types === null) continue;
    const names = splitTypes(member.parameters);
    imports.push({
      ...{ module, name: member.quoted ?? member.word, line: at + 2, result: types.result },
      parameters: types.parameters.map((each, index) => ({ name: names[index] ?? `p${index}`, text: each })),
    });
  }
  const records = lines.flatMap((line, at) => {
    const path = RECORD.test(line) ? /^\s*\/\/ (.+)$/.exec(lines[at + 1] ?? '')?.[1] : undefined;
    return path === undefined ? [] : [path];
  });
  return { file: name, imports, records: new Set(records) };
}

/** `path(type, type?) => type` */
function signatureOf(text: string): { parameters: string[]; result: string } | null {
  const open = text.indexOf('(');
  let [depth, close] = [0, open];
  for (; close < text.length; close++) {
    if (text[close] === '(') depth++;
    else if (text[close] === ')' && --depth === 0) break;
  }
  if (open < 0 || !text.startsWith(' => ', close + 1)) return null;
  const parameters = splitTypes(text.slice(open + 1, close)).map((each) => each.replace(/\?$/, ''));
  return { parameters, result: text.slice(close + 5) };
}
