// Writes targets/board/generated/: the texts that a board's program is put together from. They are in the sources' own
// TypeScript until here, so that `build` needs no sources of the project.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'acorn';
import { simple } from 'acorn-walk';
import { build, type Plugin, transformSync } from 'esbuild';
import { Trap, trapMessage } from '../../src/trap.js';
import type { ProgramPart } from '../compiler/javascript/trees/program.js';
import { printHandlers, printShapes } from './interpreted/handlers.js';

export { writeGenerated } from '../interpreter-printer/generate.js';

/**
 * Of what every translated program runs on, in this order: Espruino looks for a name among all that were declared before it.
 * Files of targets/board/translated/runtime that stand in front of them, where a program needs them, have texts of their own.
 */
const JS_RUNTIME = [
  'state',
  'traps',
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

/** Without types, imports and exports: what is declared keeps its name. */
function scriptOf(root: string, file: string): string {
  const { code } = transformSync(readFileSync(root + file, 'utf8'), { loader: 'ts', target: 'es2022' });
  return code.replace(/^import [^;]*;$/gm, '').replace(/^export (?=\w)/gm, '');
}

/** What stands in a runtime for an expression that only the build knows. */
const HOLES: readonly string[] = ['FUNCTION_NAMES'];

/** The top level of a script as parts: its variables, each by itself, and everything else as it stands. */
function partsOf(text: string): ProgramPart[] {
  return parse(text, { ecmaVersion: 'latest' }).body.map((node): ProgramPart => {
    const statement = text.slice(node.start, node.end);
    if (node.type === 'VariableDeclaration' && node.kind !== 'var' && node.declarations.length === 1) {
      const [{ id, init, end }] = node.declarations;
      // What stands between a name and its value says whether that is pure.
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

const EXPORTS = /^export \{[^}]*\};$/m;
const FUNCTION = /^function (\w+)\([\s\S]*?^}$/gm;

export async function writeBoardTexts(root = fileURLToPath(new URL('../../', import.meta.url))): Promise<void> {
  const replacements = scriptOf(root, 'targets/board/numeric-replacements.ts');
  const replaced = [...replacements.matchAll(FUNCTION)].map(([, name]) => name);
  // Espruino has no Math.imul and clz32: the forms for any machine stand under their names.
  const numeric = scriptOf(root, 'src/numeric.ts')
    .replace(/^const (hostMath|imul|clz) = .*$/gm, '')
    .replace(/\bportableImul\b/g, 'imul')
    .replace(/\bportableClz\b/g, 'clz')
    .replace(/\bTrap\.(\w+)/g, (_, name: string) => String(Trap[name as keyof typeof Trap]))
    .replace(FUNCTION, (text, name: string) => (replaced.includes(name) ? '' : text));
  const messages = Array.from({ length: Trap.Host }, (_, trap) => (trap === Trap.None ? '' : trapMessage(trap)));
  const board = (...names: string[]) =>
    names
      .map((name) => scriptOf(root, `targets/board/${name}.ts`))
      .join('\n')
      .replace(/\bTRAP_MESSAGES\b/, JSON.stringify(messages));
  const jsRuntime = (...names: string[]) => partsOf(board(...names.map((name) => `translated/runtime/${name}`)));
  const texts = {
    wide: scriptOf(root, 'src/wide.ts'),
    state: board('interpreted/runtime/large-view', 'interpreted/runtime/state'),
    runOnly: board('lent-memory', 'interpreted/runtime/runtime'),
    verification: board('interpreted/runtime/verification'),
    trapPlace: board('interpreted/runtime/trap-place'),
    fullRuntime: (await script(root, 'targets/board/loaded/runtime/module.ts')).replace(EXPORTS, ''),
    hosts: await script(root, 'targets/host-functions/implementations.ts'),
  };
  const parts = {
    // Scratch space goes with the functions that use it.
    numeric: partsOf(`${replacements}\n${numeric}`.replace(/(?<== )(?=new \w*Array)/g, '/* @__PURE__ */ ')),
    jsRuntime: [...partsOf(board('lent-memory')), ...jsRuntime(...JS_RUNTIME)],
    jsFuel: jsRuntime('fuel'),
    jsVerification: jsRuntime('verification'),
    jsBlockSums: jsRuntime('block-sums'),
    jsSlices: jsRuntime('slices', 'snapshot'),
  };
  const files = readdirSync(`${root}targets/host-functions`).filter((name) => /^implementations-/.test(name));
  const groups = await Promise.all(files.map((name) => script(root, `targets/host-functions/${name}`)));
  const opcodes = readFileSync(`${root}src/generated/register-opcodes.ts`, 'utf8');
  const names = [...opcodes.matchAll(/^ {2}(\w+) = (\d+),$/gm)].map(([, name]) => name);
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
/** The implementations of host functions, a text for each file of them. */
export const hostGroups: readonly string[] = ${JSON.stringify(groups)};
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

/** Of the core, runtimes import nothing but names of numbers, which are put in their places: of its tables nothing is left. */
const coreNames: Plugin = {
  name: 'names of the core',
  setup({ onResolve }) {
    onResolve({ filter: /\/src\/\w+\.js$/ }, ({ path, resolveDir }) => ({
      path: join(resolveDir, path).replace(/\.js$/, '.ts'),
      sideEffects: false,
    }));
  },
};
