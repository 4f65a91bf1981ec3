// Imports point one way, src <- boards, machine <- targets, sim <- cli <- bench <- test, and inside targets and sim too. Nothing imports
// itself in a circle, and what a file exports, another one imports.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'acorn';
import { transform } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';

/** The folders that each folder's files may import besides each other. */
const layers: Record<string, string[]> = {
  src: [],
  machine: [],
  boards: ['src'],
  targets: ['src', 'machine', 'boards'],
  sim: ['src', 'machine', 'boards'],
  cli: ['src', 'machine', 'boards', 'targets', 'sim'],
  bench: ['src', 'machine', 'boards', 'targets', 'sim', 'cli'],
  test: ['src', 'machine', 'boards', 'targets', 'sim', 'cli', 'bench'],
};
/**
 * The arguments of `replace` in the files of `targets` that call it: names, signatures, numbers and the like. The text of a program is not
 * among them: it is printed once, and not edited afterwards. `report` and `upload` print no programs.
 */
const replaced: Record<string, string> = {
  'targets/analysis/memory-layout.ts': 'a name of a global',
  'targets/board/declarations.ts': 'a path',
  'targets/board/generate.ts': 'a path',
  'targets/board/interpreted/shapes.ts': 'names and signatures of instructions',
  'targets/board/program-name.ts': 'a name of a program',
  'targets/board/program-parts.ts': 'characters of a name that a string literal escapes',
  'targets/board/translated/constants.ts': 'a signature',
  'targets/board/typed/declarations.ts': 'a comment',
  'targets/board/typed/runtime/values.ts': 'text that a program on the board passes',
  'targets/compiler/javascript/trees/expression.ts': 'a mnemonic',
  'targets/compiler/thumb/data-forms.ts': 'a name of a form',
  'targets/compiler/thumb/lower-integers.ts': 'a node of a graph',
  'targets/compiler/thumb/symbols.ts': 'a symbol',
  'targets/firmware/c-names.ts': 'a name in C',
  'targets/firmware/header.ts': 'a name in C',
  'targets/host-functions/types-rust.ts': 'a name in Rust',
  'targets/interfaces/assemblyscript/bindings.ts': 'a type',
  'targets/interfaces/assemblyscript/tokens.ts': 'the marks of a comment',
  'targets/interfaces/assemblyscript/type-text.ts': 'a type',
  'targets/interfaces/core-names.ts': 'a name in WIT',
  'targets/interfaces/source-text.ts': 'lines of a comment',
  'targets/interpreter-printer/fused-instructions.ts': 'a name of an instruction',
  'targets/interpreter-printer/numeric-instructions.ts': 'names and signatures of instructions',
  'targets/module/embedded-modules.ts': 'comments between the numbers of an array',
  'targets/module/literal.ts': 'a number',
  'targets/module/printable.ts': 'characters that a terminal would obey',
  'targets/module/rust-names.ts': 'a name in Rust',
  'targets/module/text-format.ts': 'the text of a module, and a message',
  'targets/optimise/instruction-text.ts': 'a mnemonic',
  'targets/optimise/module-text.ts': 'a type, and bytes',
};
/** Parts of a layer, folders and files right in it, from the ground up: each may import those that stand before it. */
const floors: Record<string, string[]> = {
  targets: [
    ...[
      'interpreter-printer',
      'module',
      'linking',
      'host-functions',
      'compiler',
      'interfaces',
      'optimise',
      'analysis',
      'board',
      'firmware',
    ],
    ...['budget', 'upload', 'selftest', 'report', 'node', 'build.mjs'],
  ],
  sim: [
    ...[
      'language',
      'processor',
      'board-error.ts',
      'simulation-error.ts',
      'cost',
      'screen',
      'storage',
      'pins',
      'virtual-clock.ts',
    ],
    ...[
      'number-text.ts',
      'text-of-value.ts',
      'boot.ts',
      'realm',
      'instrument',
      'memory.ts',
      'memory-roots.ts',
      'memory-watch.ts',
      'uncaught-errors.ts',
      'globals',
    ],
    ...['value-facts.ts', 'input-events.ts', 'simulated-board.ts', 'console', 'index.ts'],
  ],
};
/** These need no packages, and nothing of Node: parts of src are put into programs for boards, and any engine can load both. */
const withoutPackages = ['src', 'machine', 'boards'];

/** Classes that are passed to functions in other files, which they call: these files import their types. */
const passed = [
  ...['src/engine.ts', 'targets/compiler/intermediate/instruction.ts'],
  ...['targets/compiler/thumb/emit.ts', 'targets/compiler/thumb/lowering.ts'],
  ...['global', 'memory', 'table'].map((name) => `targets/node/javascript-api/${name}.ts`),
];

/** Files whose exports are used from outside: the package's entries, and what `targets/build.mjs` calls. */
const entries = [
  ...['src/index.ts', 'boards/index.ts', 'targets/node/translated/translated.ts', 'targets/board/generate.ts'],
  'targets/build.mjs',
  // Output of asc, for a comparison.
  'test/targets/interfaces/assemblyscript/values.js',
];
/** Files with text for programs and for the interpreter, where other text calls what they declare. */
const printed = [
  /^cli.project-templates\.ts$/,
  /[\\/]runtime[\\/]/,
  /^targets.host-functions.implementations/,
  /^targets.board.(lent-memory|own-import|references|loaded.build)\.ts$/,
  /^targets.interpreter-printer.register-opcodes\.ts$/,
];

interface Import {
  from: string;
  /** A file, relative to the root, or a package's name. */
  to: string;
  /** Whether `from` can be loaded without it: a type, or an import() at run time. */
  late: boolean;
}

const root = fileURLToPath(new URL('..', import.meta.url));

/** Returns the imports of a module. esbuild drops imports of types, so those are turned into plain ones for a second look. */
async function importsOf(source: string): Promise<{ specifier: string; late: boolean }[]> {
  const atRunTime = await specifiers(source);
  const withTypes = await specifiers(source.replace(/\b(import|export)\s+type\b(?=\s*(?:[{*]|\w+\s+from\b))/g, '$1'));
  for (const [, specifier] of source.matchAll(/\bimport\('([^'\n]+)'\)/g)) withTypes.add(specifier);
  return [...withTypes].map((specifier) => ({ specifier, late: !atRunTime.has(specifier) }));
}

async function specifiers(source: string): Promise<Set<string>> {
  const { code } = await transform(source, {
    loader: 'ts',
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
  });
  const found = new Set<string>();
  for (const node of parse(code, { ecmaVersion: 'latest', sourceType: 'module', allowHashBang: true }).body)
    if ('source' in node && node.source) found.add(String(node.source.value));
  return found;
}

/** Functions, classes, enums and variables that a module exports where it declares them. Types may be exported to name a parameter. */
function exportedValues(source: string): string[] {
  const declarations = source.matchAll(
    /^export (?:abstract |async )*(?:function\*?|class|const enum|enum|const|let) (\w+)/gm,
  );
  return [...declarations].map(([, name]) => name);
}

/** Names that a module takes from others, as they have them; `*` for all. */
function namesImported(source: string): { specifier: string; names: string[] }[] {
  const found: { specifier: string; names: string[] }[] = [];
  for (const [, clause, specifier] of source.matchAll(/^(?:im|ex)port ([^;'"]*?) from '([^'\n]+)'/gm)) {
    const [, list = ''] = /\{([^}]*)\}/.exec(clause) ?? [];
    const names = list.split(',').map(
      (each) =>
        each
          .trim()
          .replace(/^type /, '')
          .split(' as ')[0],
    );
    found.push({ specifier, names: clause.includes('*') ? ['*'] : names });
  }
  for (const [, specifier, name] of source.matchAll(/\bimport\('([^'\n]+)'\)(?:\.(?!then\b)(\w+))?/g))
    found.push({ specifier, names: [name ?? '*'] });
  return found;
}

/** Exports that no other file imports, by the text of each file. */
function unusedExports(sources: ReadonlyMap<string, string>): string[] {
  const used = new Set<string>();
  for (const [from, source] of sources)
    for (const { specifier, names } of namesImported(source))
      for (const name of names) used.add(`${resolveImport(from, specifier)} ${name}`);
  return [...sources].flatMap(([file, source]) => {
    if (used.has(`${file} *`)) return [];
    return exportedValues(source)
      .map((name) => `${file} ${name}`)
      .filter((each) => !used.has(each));
  });
}

function resolveImport(from: string, specifier: string): string {
  return specifier.startsWith('.') ? normalize(join(from, '..', specifier)).replace(/\.js$/, '.ts') : specifier;
}

function layerOf(path: string): string {
  return path.split(/[\\/]/)[0];
}

function wrongDirection({ from, to }: Import, files: Set<string>): string | null {
  const [importer, imported] = [layerOf(from), layerOf(to)];
  const isFile = files.has(to) || to.startsWith('..') || imported in layers;
  if (!isFile) {
    // package.json and the like, beside the folders, count as neither.
    return withoutPackages.includes(importer) ? `${from} imports ${to}` : null;
  }
  return importer === imported || layers[importer].includes(imported) ? null : `${from} imports ${to}`;
}

/** Describes an import that runs back up inside a layer, or of a folder without a floor. */
function wrongFloor({ from, to }: Pick<Import, 'from' | 'to'>): string | null {
  const [layer, importer] = from.split(/[\\/]/);
  const [importedLayer, imported] = to.split(/[\\/]/);
  const known = floors[layer];
  if (!known || importedLayer !== layer || importer === imported) return null;
  const [upper, lower] = [importer, imported].map((part) => known.indexOf(part));
  if (upper < 0) return `${layer}/${importer} has no floor`;
  if (lower < 0) return `${layer}/${imported} has no floor`;
  return lower < upper ? null : `${from} imports ${to}`;
}

/** Circles of imports. Types of `passed` may be imported in a circle. */
function circles(imports: Import[]): string[] {
  const next = new Map<string, string[]>();
  for (const { from, to, late } of imports)
    if (!late || !passed.includes(to)) next.set(from, [...(next.get(from) ?? []), to]);
  const done = new Set<string>();
  const found: string[] = [];
  const follow = (file: string, path: string[]) => {
    const at = path.indexOf(file);
    if (at >= 0) found.push([...path.slice(at), file].join(' -> '));
    if (at >= 0 || done.has(file)) return;
    for (const to of next.get(file) ?? []) follow(to, [...path, file]);
    done.add(file);
  };
  for (const file of next.keys()) follow(file, []);
  return found;
}

describe('imports', () => {
  let files: Set<string>;
  let imports: Import[];
  let sources: Map<string, string>;

  beforeAll(async () => {
    files = new Set(
      Object.keys(layers)
        .filter((folder) => existsSync(join(root, folder)))
        .flatMap((folder) =>
          readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
            .filter((name) => /(?<!\.d)\.m?[jt]s$/.test(name) && !name.includes('node_modules'))
            // AssemblyScript.
            .filter((name) => !/^kernels.\w+\.ts$/.test(name))
            .map((name) => join(folder, name)),
        ),
    );
    sources = new Map([...files].map((file) => [file, readFileSync(join(root, file), 'utf8')]));
    const found = await Promise.all(
      [...sources].map(async ([from, source]) =>
        (await importsOf(source)).map(({ specifier, late }) => ({
          from,
          to: resolveImport(from, specifier),
          late,
        })),
      ),
    );
    imports = found.flat();
  });

  it('point one way', () => {
    expect(imports.map((each) => wrongDirection(each, files)).filter((wrong) => wrong !== null)).toEqual([]);
  });

  it('point one way inside a layer', () => {
    expect(imports.map(wrongFloor).filter((wrong) => wrong !== null)).toEqual([]);
  });

  it('leave the text of programs as it was printed', () => {
    const printers = [...sources].filter(([file]) => /^targets.(?!report|upload)/.test(file));
    const calling = printers.filter(([, source]) => /\.replace(All)?\(/.test(source)).map(([file]) => file);
    expect(calling.filter((file) => !file.includes('generated')).sort()).toEqual(Object.keys(replaced));
  });

  it('form no circle', () => {
    expect(circles(imports)).toEqual([]);
  });

  it('leave compilers and the engine out of what a program for Espruino loads', () => {
    const loaded = new Set(['cli/main.ts', 'cli/run.ts', 'cli/project.ts', 'cli/board-run.ts']);
    for (const file of loaded) for (const { from, to, late } of imports) if (from === file && !late) loaded.add(to);
    const large =
      /^(src.(engine|driver|parse|generated)|targets.(compiler|analysis|interfaces|board.generated|node.wasi))/;
    expect([...loaded].filter((file) => large.test(file))).toEqual([]);
    expect(loaded).toContain('sim/simulated-board.ts');
  });

  it('take every function, class and constant that is exported', () => {
    const isOpen = (each: string) => {
      const [file] = each.split(' ');
      return !entries.includes(file) && !printed.some((pattern) => pattern.test(file));
    };
    expect(unusedExports(sources).filter(isOpen)).toEqual([]);
  });
});

describe('this check', () => {
  it('sees every way to import', async () => {
    const source = `
      import './a.js'; import b, { type B } from './b.js'; import * as c from './c.js'; export { d } from './d.js';
      export * from './e.js'; import { type F } from './f.js'; const g = await import('./g.js');
      import type { H } from './h.js'; import type I from './i.js'; export type { J } from './j.js';
      import type * as k from './k.js'; export type * from './l.js'; type M = import('./m.js').M;
      export type N = { type: 'x' }; export type O = string;`;
    const found = await importsOf(source);
    const names = (late: boolean) =>
      found
        .filter((each) => each.late === late)
        .map(({ specifier }) => specifier[2])
        .sort()
        .join('');
    expect(names(false)).toBe('abcdef');
    expect(names(true)).toBe('ghijklm');
  });

  it('names wrong directions', () => {
    const files = new Set(['src/a.ts', 'boards/a.ts', 'sim/a.ts', 'targets/a.ts']);
    const wrong = (from: string, specifier: string) =>
      wrongDirection({ from, to: resolveImport(from, specifier), late: true }, files) !== null;
    expect(wrong('src/a.ts', './b.js')).toBe(false);
    expect(wrong('boards/a.ts', '../src/a.js')).toBe(false);
    expect(wrong('cli/a.ts', 'commander')).toBe(false);
    expect(wrong('cli/a.ts', '../package.json')).toBe(false);
    expect(wrong('src/a.ts', '../boards/a.js')).toBe(true);
    expect(wrong('src/a.ts', '../package.json')).toBe(true);
    expect(wrong('src/a.ts', 'node:fs')).toBe(true);
    expect(wrong('sim/a.ts', '../targets/a.js')).toBe(true);
    expect(wrong('bench/a.ts', '../test/absent.js')).toBe(true);
    expect(wrong('cli/a.ts', '../../elsewhere/a.js')).toBe(true);
  });

  it('names what runs back up inside a layer', () => {
    const wrong = (from: string, specifier: string) => wrongFloor({ from, to: resolveImport(from, specifier) });
    expect(wrong('targets/board/a.ts', '../module/b.js')).toBe(null);
    expect(wrong('targets/board/a.ts', './b.js')).toBe(null);
    expect(wrong('targets/module/a.ts', '../../src/b.js')).toBe(null);
    expect(wrong('targets/module/a.ts', '../board/b.js')).toMatch('targets/module/a.ts imports');
    expect(wrong('targets/new/a.ts', '../board/b.js')).toBe('targets/new has no floor');
    expect(wrong('sim/pins/a.ts', '../simulated-board.js')).toMatch('sim/pins/a.ts imports');
  });

  it('names exports that nothing imports', () => {
    const unused = (source: string) =>
      unusedExports(
        new Map([
          ['a.ts', 'export function f() {}\nexport class C {}\nexport const enum E {}\nexport interface I {}'],
          ['b.ts', source],
        ]),
      );
    expect(unused('f();')).toEqual(['a.ts f', 'a.ts C', 'a.ts E']);
    expect(unused("import { type C, E as D } from './a.js';")).toEqual(['a.ts f']);
    expect(unused("import type {\n  C,\n  f,\n} from './a.js';\nexport { E } from './a.js';")).toEqual([]);
    expect(unused("import * as all from './a.js';")).toEqual([]);
    expect(unused("export * from './a.js';")).toEqual([]);
    expect(unused("type T = import('./a.js').C;")).toEqual(['a.ts f', 'a.ts E']);
    expect(unused("const { f } = await import('./a.js');")).toEqual([]);
  });

  it('names circles', () => {
    const path = (...names: string[]) => names.slice(1).map((to, i): Import => ({ from: names[i], to, late: false }));
    expect(circles(path('a', 'b', 'c'))).toEqual([]);
    expect(circles([...path('a', 'b', 'd'), ...path('a', 'c', 'd')])).toEqual([]);
    expect(circles(path('a', 'b', 'c', 'b'))).toEqual(['b -> c -> b']);
    expect(circles([...path('a', 'b'), { from: 'b', to: 'a', late: true }])).toEqual(['a -> b -> a']);
    const [engine] = passed;
    expect(circles([...path(engine, 'b'), { from: 'b', to: engine, late: true }])).toEqual([]);
    expect(circles([...path(engine, 'b'), ...path('b', engine)])).toEqual([`${engine} -> b -> ${engine}`]);
  });
});
