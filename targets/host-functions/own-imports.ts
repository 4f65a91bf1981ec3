// Imports of one's own: what a module imports that the user's JavaScript gives, beside the built-in host functions. Functions
// have the values of a board: numbers, and an i64 as a pair of its low and its high word.

import { ExternalKind } from '../../src/index.js';
import type { External } from '../module/description.js';
import { BOARD_TYPES, TYPE_LETTERS } from '../module/value-type-names.js';
import type { HostFunctionRow } from './host.js';
import { findHostFunction } from './table.js';

/** One member of an object that the user's file exports. */
export interface OwnValue {
  /** The export of the file that has it, or that has the object which has it: `env`, `default`. */
  from: string;
  /** `function`, `number`, `pair` for two numbers, or what else `typeof` says. */
  type: string;
  /** The glue of the module's world has the function, around one of the file. */
  isTyped?: boolean;
  /** The function is the board's: what it throws is no fault of the user's. */
  isHost?: boolean;
  /** A number, or the low and the high word of a pair. */
  value?: number | readonly [low: number, high: number];
}

/** The exports of the user's file. */
export interface OwnImports {
  /** The file's name on the command line. */
  file: string;
  /** The file with what it imports, as one ES module. */
  text: string;
  /** Values by module, then by name. */
  given: ReadonlyMap<string, ReadonlyMap<string, OwnValue>>;
}

/** A function that a module imports, from the table or from the user's file. */
export interface ImportedFunction extends Pick<HostFunctionRow, 'module' | 'name' | 'parameters' | 'results'> {
  /** The implementation in the table; '' if the user's file has the function. */
  implementation: string;
  /** Whether exceptions of the function pass unchanged. */
  isHost?: boolean;
}

/** Returns the value in the user's file under the names of an import. */
export function ownValue({ module, name }: External, own: OwnImports | undefined): OwnValue | undefined {
  return own?.given.get(module)?.get(name);
}

/** The user's function, which goes before a built-in one of the same name; undefined if there is neither. */
export function importedFunction(each: External, own?: OwnImports): ImportedFunction | undefined {
  const found = ownValue(each, own);
  if (found === undefined) return findHostFunction(each.module, each.name, each);
  const { module, name, parameters, results } = each;
  const letters = (types: readonly string[]) => types.map((type) => TYPE_LETTERS[type]).join('');
  return {
    module,
    name,
    parameters: letters(parameters),
    results: letters(results),
    implementation: '',
    isHost: found.isHost,
  };
}

/** Why what the user's file gives cannot be the import; undefined if it can. */
export function mismatch(each: External, { type }: OwnValue, file: string): string | undefined {
  if (each.kind === ExternalKind.Function) {
    if (type !== 'function') return `${file} gives a value of type ${type}, and a function is needed`;
    return each.results.length > 1 ? 'a function of several results cannot be given' : undefined;
  }
  if (each.kind !== ExternalKind.Global) return undefined;
  const valueType = each.type.split(' ').pop()!;
  if (valueType.endsWith('ref')) return `a global of type ${valueType} cannot be given`;
  const wanted = valueType === 'i64' ? 'pair' : 'number';
  const words = wanted === 'pair' ? 'a pair [low, high]' : 'a number';
  return type === wanted ? undefined : `${file} gives a value of type ${type}, and ${words} is needed`;
}

/** The words of a global's value: bits of a float, or an integer. */
export function globalWords(type: string, value: number | readonly [number, number]): [low: number, high: number] {
  if (typeof value !== 'number') return [value[0] | 0, value[1] | 0];
  const words = new Int32Array(2);
  if (type.endsWith('f32')) new Float32Array(words.buffer)[0] = value;
  else if (type.endsWith('f64')) new Float64Array(words.buffer)[0] = value;
  else words[0] = value | 0;
  return [words[0], words[1]];
}

/** Whether JavaScript takes the name as it is, after a dot and as an export. */
const isPlain = (name: string) => /^[A-Za-z_$][\w$]*$/.test(name);

/** An import as TypeScript would declare it in an object of its module: `log(p0: number): void`. */
export function memberDeclaration({ kind, name, type, parameters, results }: External): string {
  const key = isPlain(name) ? name : JSON.stringify(name);
  if (kind !== ExternalKind.Function) return `${key}: ${BOARD_TYPES[type.split(' ').pop()!] ?? 'number'}`;
  const list = parameters.map((each, index) => `p${index}: ${BOARD_TYPES[each]}`).join(', ');
  return `${key}(${list}): ${results.length === 0 ? 'void' : BOARD_TYPES[results[0]]}`;
}

/** Groups imports by module, in their order; each name once. */
function byModule(imports: readonly External[]): Map<string, External[]> {
  const modules = new Map<string, External[]>();
  for (const each of imports) {
    const members = modules.get(each.module) ?? [];
    if (!members.some(({ name }) => name === each.name)) members.push(each);
    modules.set(each.module, members);
  }
  return modules;
}

function stubMember({ kind, name, type, parameters, results }: External): string[] {
  const key = isPlain(name) ? name : JSON.stringify(name);
  const zero = (valueType: string) => (valueType === 'i64' ? '[0, 0]' : valueType.endsWith('ref') ? 'null' : '0');
  if (kind !== ExternalKind.Function) return [`  // ${type}`, `  ${key}: ${zero(type.split(' ').pop()!)},`];
  const list = parameters.map((_, index) => `p${index}`).join(', ');
  const body = results.length === 0 ? [] : [`    return ${zero(results[0])};`];
  return [`  // ${type}`, `  ${key}: function (${list}) {`, ...body, '  },'];
}

/** A file that gives all of these imports, with functions that do nothing. */
export function stubText(imports: readonly External[]): string {
  const modules = [...byModule(imports)];
  const head =
    '// What the module imports, to be filled in. An i64 is [low, high]; this.bytes(pointer, length) is linear memory.\n';
  const members = (each: External[]) => each.flatMap(stubMember);
  if (modules.every(([module]) => isPlain(module) && module !== 'default')) {
    const parts = modules.map(([module, each]) => `\nexport const ${module} = {\n${members(each).join('\n')}\n};\n`);
    return head + parts.join('');
  }
  const parts = modules.map(
    ([module, each]) => `  ${JSON.stringify(module)}: {\n  ${members(each).join('\n  ')}\n  },`,
  );
  return `${head}\nexport default {\n${parts.join('\n')}\n};\n`;
}

/** The type of what the user's file gives, as lines of TypeScript. */
export function importDeclarations(imports: readonly External[]): string[] {
  return [...byModule(imports)].flatMap(([module, each]) => [
    `    ${JSON.stringify(module)}: {`,
    ...each.flatMap((external) => [`      /** ${external.type} */`, `      ${memberDeclaration(external)};`]),
    '    };',
  ]);
}
