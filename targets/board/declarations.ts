// TypeScript declarations of what a built program exports on the board.

import { ExternalKind } from '../../src/index.js';
import { importDeclarations } from '../host-functions/own-imports.js';
import type { External } from '../module/description.js';
import { escaped } from '../module/printable.js';
import { BOARD_TYPES } from '../module/value-type-names.js';
import { RESERVED_WORDS } from './reserved-words.js';
import type { Tier } from './slice-fuel.js';
import { typedDeclarations } from './typed/declarations.js';
import type { TypedInterface } from './typed/typed-program.js';

const quoted = (name: string) => escaped(JSON.stringify(name));
const typeOf = (valueType: string) => BOARD_TYPES[valueType] ?? 'number';

/** Names that TypeScript takes and that differ: `p0` for the first parameter if it has none. */
function parameterTexts(given: readonly string[], count: number): string[] {
  const texts: string[] = [];
  for (let index = 0; index < count; index++) {
    const name = given[index] ?? '';
    const isTaken = RESERVED_WORDS.has(name) || texts.includes(name) || /^(p\d+|done|limit)$/.test(name);
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
  /** The tier; other than `js` and `native`, the module is interpreted. */
  tier?: Tier;
  /** The module's world. */
  typed?: TypedInterface;
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
  const { exported, namespace } = described(exports, options, imports);
  const types = namespace.length === 0 ? '' : `declare namespace app {\n${namespace.join('\n')}\n}\n`;
  return `// What require(${JSON.stringify(name)}) gives on the board.\n\ndeclare const app: ${exported};\n${types}export = app;\n`;
}

/** The type of what a program exports, and lines of a namespace with the types that it uses. */
function described(exports: readonly External[], options: DeclaredOptions, imports: readonly External[] = []) {
  const { typed } = options;
  if (typed) {
    const { exported, namespace } = typedDeclarations(typed, {
      isSliced: (exported) => isSliced(options, exported),
      hasFuel: options.fuel === true,
    });
    return { exported, namespace: namespace.map((each) => `  ${each}`) };
  }
  const given = [
    '  /** What the file of --imports has to give. */',
    '  interface Imports {',
    ...importDeclarations(imports),
    '  }',
  ];
  return { exported: exportedType(exports, options), namespace: imports.length === 0 ? [] : given };
}

/** Whether `async` of an exported function runs in slices. */
function isSliced({ tier, resumable }: DeclaredOptions, name: string): boolean {
  if (tier !== 'js' && tier !== 'native') return true;
  return resumable === true || resumable?.includes(name) === true;
}

/** For a program that requires a module by its name, or by the name of its file: `./app.wasm`. */
export function ambientDeclarations(
  name: string,
  specifiers: readonly string[],
  exports: readonly External[],
  options: DeclaredOptions = {},
): string {
  const { exported, namespace } = described(exports, options);
  const types = namespace.length === 0 ? '' : `  namespace app {\n${namespace.join('\n')}\n  }\n`;
  const module = `declare module ${quoted(name)} {\n  const app: ${exported};\n${types}  export = app;\n}\n`;
  // An ambient module cannot have a relative name, but it can be a pattern.
  const others = specifiers.map((each) => {
    const pattern = quoted(each.replace(/^(\.\.?\/)+/, '*/'));
    return `declare module ${pattern} {\n  import app = require(${quoted(name)});\n  export = app;\n}\n`;
  });
  return [module, ...others].join('\n');
}

function exportedType(exports: readonly External[], options: DeclaredOptions): string {
  const { memoryStart = 0, fuel = false, resumable, parameterNames: named } = options;
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
      isSliced(options, each.name)
        ? '    /** In slices, the rest of the board running between them. */'
        : '    /** The same, when nothing else of the program runs: as a whole. */',
      `    async(${parameters.join(', ')}): Promise<${result}>;`,
      `    async(${[...parameters, done].join(', ')}): void;`,
      ...(fuel ? fuelled(parameters, result) : []),
      ...(resumable === true || resumable?.includes(each.name) ? suspended(result) : []),
      '  };',
    ];
  });
  return `{\n${members.join('\n')}\n}`;
}
