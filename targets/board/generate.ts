// Writes targets/board/generated/: the texts from which a board's program is assembled. They are taken from the TypeScript sources
// when the project is built, so that `build` does not need the sources.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'acorn';
import { simple } from 'acorn-walk';
import { build, type Plugin, transformSync } from 'esbuild';
import { Status } from '../../src/status.js';
import { Trap, trapMessage } from '../../src/trap.js';
import type { ProgramPart } from '../compiler/javascript/trees/program.js';
import { registerInstructions } from '../interpreter-printer/generate.js';
import { type Declaration, declarationsOf, textOf } from './declarations-of.js';
import { printHandlers, printShapes } from './interpreted/handlers.js';

export { writeGenerated } from '../interpreter-printer/generate.js';

interface HostGroup {
  text: string;
  /** Names of the implementations. */
  names: string[];
}

/**
 * The base runtime of every translated program behind its state and traps, in this order: Espruino looks for a name among all that were
 * declared before it. Other files of targets/board/translated/runtime come before it if a program needs them, and have texts of their own.
 */
const JS_RUNTIME = [
  'loads-and-stores',
  'floats',
  'numeric-instructions',
  'memory',
  'tables',
  'tail-calls',
  'calls',
  'host',
  'exports',
];

/** Separates the messages of traps. */
const SEPARATOR = ';';
const MESSAGES = Array.from({ length: Trap.Host }, (_, trap) => (trap === Trap.None ? '' : trapMessage(trap)));

/** Values of the names that the sources import from the core, and of constants that they declare. */
const CONSTANTS = {
  ...numbersOf('Trap', Trap),
  ...numbersOf('Status', Status),
  TRAP_MESSAGES: JSON.stringify(MESSAGES.join(SEPARATOR)),
};

function numbersOf(name: string, members: Record<string, string | number>): Record<string, string> {
  const numbers = Object.entries(members).filter(([, value]) => typeof value === 'number');
  return Object.fromEntries(numbers.map(([member, value]) => [`${name}.${member}`, String(value)]));
}

/** Names in a runtime that stand for expressions that only the build knows. */
const HOLES: readonly string[] = ['FUNCTION_NAMES'];

/** The top level of a script as parts: its variables, each by itself, and everything else as it stands. */
function partsOf(text: string): ProgramPart[] {
  return parse(text, { ecmaVersion: 'latest' }).body.map((node): ProgramPart => {
    const statement = text.slice(node.start, node.end);
    if (node.type === 'VariableDeclaration' && node.kind !== 'var' && node.declarations.length === 1) {
      const [{ id, init, end }] = node.declarations;
      // The text between a name and its value says whether the value is pure.
      if (id.type === 'Identifier' && init) {
        const assignment = text.slice(id.end, end);
        return {
          kind: node.kind as 'const' | 'let',
          name: id.name,
          value: assignment.slice(assignment.indexOf('=') + 1).trim(),
        };
      }
    }
    let found: ProgramPart = statement;
    simple(node, {
      Identifier({ name, start, end }) {
        if (!HOLES.includes(name)) return;
        found = { before: text.slice(node.start, start), hole: name, behind: text.slice(end, node.end) };
      },
    });
    return found;
  });
}

function readDeclarations(file: string): Declaration[] {
  const { code } = transformSync(readFileSync(file, 'utf8'), { loader: 'ts', target: 'es2022' });
  return declarationsOf(code).declarations;
}

/** The text of declarations with the constants in place: what is imported is no name of theirs any more. */
function scriptText(declarations: readonly Declaration[]): string {
  return transformSync(textOf(declarations), { target: 'es2022', define: CONSTANTS }).code;
}

const scriptOf = (root: string, file: string) => scriptText(readDeclarations(root + file));

/** Espruino has no Math.imul and clz32: the forms for any machine stand under their names. */
const PORTABLE: Record<string, string> = { portableImul: 'imul', portableClz: 'clz' };
const OF_THE_HOST = ['hostMath', ...Object.values(PORTABLE)];

/** The core's arithmetic, without the functions of these names. */
function numericDeclarations(file: string, replaced: readonly string[]): Declaration[] {
  return readDeclarations(file).flatMap((declaration) => {
    const { kind, name, behindName } = declaration;
    if (kind === 'function' && replaced.includes(name)) return [];
    if (kind === 'variable' && OF_THE_HOST.includes(name)) return [];
    if (!(name in PORTABLE)) return [declaration];
    return [{ ...declaration, name: PORTABLE[name], text: `function ${PORTABLE[name]}${behindName}` }];
  });
}

/** Scratch space goes with the functions that use it: making it is no effect. */
function withPureScratch(declaration: Declaration): Declaration {
  const { kind, name, behindName } = declaration;
  if (kind !== 'variable' || !/^new \w*Array/.test(behindName)) return declaration;
  return { ...declaration, text: `const ${name} = /* @__PURE__ */ ${behindName};` };
}

export async function writeBoardTexts(root = fileURLToPath(new URL('../../', import.meta.url))): Promise<void> {
  const replacements = readDeclarations(`${root}targets/board/numeric-replacements.ts`);
  const numericNames = new Set(readDeclarations(`${root}src/numeric.ts`).map(({ name }) => name));
  const replaced = replacements.map(({ name }) => name).filter((name) => numericNames.has(name));
  const numeric = [...replacements, ...numericDeclarations(`${root}src/numeric.ts`, replaced)].map(withPureScratch);
  const board = (...names: string[]) => names.map((name) => scriptOf(root, `targets/board/${name}.ts`)).join('\n');
  const nativeRuntime = (name: string) => partsOf(board(`native/runtime/${name}`));
  const jsRuntime = (...names: string[]) => partsOf(board(...names.map((name) => `translated/runtime/${name}`)));
  const texts = {
    wide: scriptOf(root, 'src/wide.ts'),
    state: board('interpreted/runtime/large-view', 'interpreted/runtime/state'),
    runOnly: board('lent-memory', 'bulk-memory', 'own-import', 'references', 'interpreted/runtime/runtime'),
    verification: board('interpreted/runtime/verification'),
    trapPlace: board('interpreted/runtime/trap-place'),
    fullRuntime: textOf(declarationsOf(await script(root, 'targets/board/loaded/runtime/module.ts')).declarations),
    hosts: await script(root, 'targets/host-functions/implementations.ts'),
  };
  const parts = {
    numeric: partsOf(scriptText(numeric)),
    jsState: [...partsOf(board('lent-memory', 'bulk-memory', 'own-import')), ...jsRuntime('state')],
    jsTraps: jsRuntime('traps'),
    jsRuntime: jsRuntime(...JS_RUNTIME),
    jsFuel: jsRuntime('fuel'),
    jsVerification: jsRuntime('verification'),
    jsVerifiedCode: jsRuntime('verified-code'),
    jsBlockSums: jsRuntime('block-sums'),
    jsSlices: jsRuntime('slices', 'snapshot'),
    nativeStart: nativeRuntime('start'),
    nativeTraps: [...nativeRuntime('trap-place'), ...nativeRuntime('host-trap')],
    nativeFuel: nativeRuntime('fuel'),
    nativePins: nativeRuntime('pins'),
    nativeReferences: partsOf(board('references')),
    nativeVerifiedCode: nativeRuntime('verified-code'),
    nativeSlices: [...nativeRuntime('slices'), ...nativeRuntime('snapshot')],
    typedValues: partsOf(board('typed/runtime/large-memory', 'typed/runtime/values')),
    typedSliced: partsOf(board('typed/runtime/sliced')),
    typedChecks: partsOf(board('typed/runtime/checks')),
    typedFuel: partsOf(board('typed/runtime/fuel')),
    typedManaged: partsOf(board('typed/runtime/managed')),
  };
  const files = readdirSync(`${root}targets/host-functions`).filter((name) => /^implementations-/.test(name));
  const groups = await Promise.all(
    files.map(async (name): Promise<HostGroup> => {
      const { declarations, names } = declarationsOf(await script(root, `targets/host-functions/${name}`));
      return { text: textOf(declarations), names };
    }),
  );
  const names = registerInstructions(root).all.map(({ name }) => name);
  const { shapes, shapeTexts } = printShapes(root, replaced);
  mkdirSync(`${root}targets/board/generated`, { recursive: true });
  const lines = Object.entries(texts).map(([name, text]) => `export const ${name} = ${JSON.stringify(text)};`);
  for (const [name, each] of Object.entries(parts))
    lines.push(`export const ${name}: readonly ProgramPart[] = ${JSON.stringify(each)};`);
  writeFileSync(
    `${root}targets/board/generated/texts.ts`,
    `// Generated from src/numeric.ts, targets/interpreter-printer/instructions.ts and others. Do not edit.

import type { ProgramPart } from '../../compiler/javascript/trees/program.js';

/** Names of the register instructions, by number. */
export const instructionNames: readonly string[] = ${JSON.stringify(names)};
/** Bodies of the handlers, by the names of the instructions. */
export const handlers: Readonly<Record<string, string>> = ${JSON.stringify(printHandlers(root, replaced), null, 2)};
/** Handlers that several instructions share, by shape: every second piece is the letter of a part. */
export const shapeTexts: Readonly<Record<string, readonly string[]>> = ${JSON.stringify(shapeTexts, null, 2)};
/** Shapes and parts of instructions, by name. */
export const shapes: Readonly<Record<string, { shape: string; parts: Readonly<Record<string, string>> }>> = ${JSON.stringify(shapes, null, 2)};
${lines.join('\n')}
/** The implementations of host functions by their files: texts, and what is implemented. */
export const hostGroups: readonly { text: string; names: readonly string[] }[] = ${JSON.stringify(groups)};
`,
  );
}

/** The text of a module with what it imports. */
async function script(root: string, entryPoint: string): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [entryPoint],
    bundle: true,
    platform: 'neutral',
    format: 'esm',
    target: 'es2015',
    supported: { 'class-field': true, 'nullish-coalescing': true },
    plugins: [coreNames],
    write: false,
  });
  return outputFiles[0].text;
}

/** Replaces the names of numbers, the only imports of runtimes from the core, by their values. Nothing is left of the core's tables. */
const coreNames: Plugin = {
  name: 'names of the core',
  setup({ onResolve }) {
    onResolve({ filter: /\/src\/\w+\.js$/ }, ({ path, resolveDir }) => ({
      path: join(resolveDir, path).replace(/\.js$/, '.ts'),
      sideEffects: false,
    }));
  },
};
