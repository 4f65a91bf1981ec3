// TypeScript declarations of what a built program exports on the board.

import { ExternalKind } from '../../src/index.js';
import { importDeclarations } from '../host-functions/own-imports.js';
import type { External } from '../module/description.js';
import { escaped } from '../module/printable.js';
import { BOARD_TYPES } from '../module/value-type-names.js';

const quoted = (name: string) => escaped(JSON.stringify(name));
const typeOf = (valueType: string) => BOARD_TYPES[valueType] ?? 'number';

/** Not the name of a parameter in TypeScript, in strict mode. */
const RESERVED = new Set(
  (
    'arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for ' +
    'function if implements import in instanceof interface let new null package private protected public return static super switch ' +
    'this throw true try typeof var void while with yield'
  ).split(' '),
);

/** Names that TypeScript takes and that differ: `p0` for the first parameter if it has none. */
function parameterTexts(given: readonly string[], count: number): string[] {
  const texts: string[] = [];
  for (let index = 0; index < count; index++) {
    const name = given[index] ?? '';
    const isTaken = RESERVED.has(name) || texts.includes(name) || /^(p\d+|done|limit)$/.test(name);
    const isUsable = /^[A-Za-z_$][\w$]*$/.test(name) && !isTaken;
    texts.push(isUsable ? name : `p${index}`);
  }
  return texts;
}

function suspended(result: string): string[] {
  return [
    '    /** The call of it that is suspended between two slices, as bytes. */',
    '    save(): Uint8Array;',
    '    /** Goes on from there, in another start of the program too. */',
    `    restore(snapshot: Uint8Array, done: (error: Error | undefined, result: ${result}) => void): void;`,
  ];
}

function fuelled(parameters: string[], result: string): string[] {
  return [
    '    /** With so much fuel: used up, it throws. */',
    `    withFuel(${['limit: number', ...parameters].join(', ')}): ${result};`,
    '    /** Of the last call of the program. */',
    '    fuelUsed(): number;',
  ];
}

interface DeclaredOptions {
  /** The address of the first byte of memory. */
  memoryStart?: number;
  fuel?: boolean;
  resumable?: true | readonly string[];
  /** Names of parameters, by function index, where they are known. */
  parameterNames?: ReadonlyMap<number, readonly string[]>;
}

/** For `require(name)` on the board. */
export function exportDeclarations(
  name: string,
  exports: readonly External[],
  options: DeclaredOptions = {},
  imports: readonly External[] = [],
): string {
  const given =
    imports.length === 0
      ? ''
      : `declare namespace app {\n  /** What the file of --imports has to give. */\n  interface Imports {\n${importDeclarations(imports).join('\n')}\n  }\n}\n`;
  return `// What require(${JSON.stringify(name)}) gives on the board.\n\ndeclare const app: ${exportedType(exports, options)};\n${given}export = app;\n`;
}

/** For a program that requires a module by its name, or by the name of its file: `./app.wasm`. */
export function ambientDeclarations(
  name: string,
  specifiers: readonly string[],
  exports: readonly External[],
  options: DeclaredOptions = {},
): string {
  const module = `declare module ${quoted(name)} {\n  const app: ${exportedType(exports, options)};\n  export = app;\n}\n`;
  // An ambient module cannot have a relative name, but it can be a pattern.
  const others = specifiers.map((each) => {
    const pattern = quoted(each.replace(/^(\.\.?\/)+/, '*/'));
    return `declare module ${pattern} {\n  import app = require(${quoted(name)});\n  export = app;\n}\n`;
  });
  return [module, ...others].join('\n');
}

function exportedType(
  exports: readonly External[],
  { memoryStart = 0, fuel = false, resumable, parameterNames: named }: DeclaredOptions,
): string {
  const members = exports.flatMap((each) => {
    if (each.kind === ExternalKind.Memory) {
      const from = memoryStart > 0 ? ` Its first byte is the one at address ${memoryStart}.` : '';
      return [`  /** Linear memory.${from} */`, `  ${quoted(each.name)}: Uint8Array;`];
    }
    if (each.kind === ExternalKind.Global) {
      const constant = each.type.startsWith('global mut ') ? '' : 'readonly ';
      return [`  ${quoted(each.name)}: { ${constant}value: ${typeOf(each.type.split(' ').pop()!)} };`];
    }
    if (each.kind !== ExternalKind.Function) return [];
    const names = parameterTexts(named?.get(each.index) ?? [], each.parameters.length);
    const parameters = each.parameters.map((type, index) => `${names[index]}: ${typeOf(type)}`);
    const types = each.results.map(typeOf);
    const result = types.length === 0 ? 'void' : types.length === 1 ? types[0] : `[${types.join(', ')}]`;
    const done = `done: (error: Error | undefined, result: ${result}) => void`;
    return [
      `  /** ${each.type}; traps are thrown. */`,
      `  ${quoted(each.name)}: {`,
      `    (${parameters.join(', ')}): ${result};`,
      '    /** In slices, the rest of the board running between them. */',
      `    async(${parameters.join(', ')}): Promise<${result}>;`,
      `    async(${[...parameters, done].join(', ')}): void;`,
      ...(fuel ? fuelled(parameters, result) : []),
      ...(resumable === true || resumable?.includes(each.name) ? suspended(result) : []),
      '  };',
    ];
  });
  return `{\n${members.join('\n')}\n}`;
}
