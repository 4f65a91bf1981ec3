// `--imports`: the user's own JavaScript that gives what a module imports, on boards and on this machine.

import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import type { Board } from '../boards/index.js';
import { lint, SimulatedBoard, SimulationError } from '../sim/index.js';
import { bundleOwnModule } from '../targets/board/own-module.js';
import { bundleProgram } from '../targets/board/program-parts.js';
import type { OwnImports, OwnValue } from '../targets/host-functions/own-imports.js';
import type { LoadedImports } from '../targets/node/own-functions.js';
import { CommandError } from './command-error.js';
import { readInputFile, refuseModule } from './input-file.js';

/** The objects of a file that gives imports, by the export that has each. */
type Members = Record<string, unknown>;

function typeOf(value: unknown): Pick<OwnValue, 'type' | 'value'> {
  if (typeof value === 'number') return { type: 'number', value };
  const pair = value as [number, number];
  const isPair = typeof value === 'object' && value !== null && pair.length === 2;
  if (isPair && typeof pair[0] === 'number' && typeof pair[1] === 'number')
    return { type: 'pair', value: [pair[0], pair[1]] };
  return { type: value === null ? 'null' : typeof value };
}

/** Groups a file's exports by module. Members of `default` are objects by module, too. */
function givenBy(exports: readonly (readonly [name: string, value: unknown])[]): OwnImports['given'] {
  const given = new Map<string, Map<string, OwnValue>>();
  const add = (module: string, from: string, members: unknown) => {
    if (typeof members !== 'object' || members === null) return;
    const found = given.get(module) ?? new Map<string, OwnValue>();
    for (const [name, value] of Object.entries(members)) found.set(name, { from, ...typeOf(value) });
    given.set(module, found);
  };
  for (const [name, value] of exports) {
    if (name !== 'default') add(name, name, value);
    else for (const [module, members] of Object.entries((value ?? {}) as Members)) add(module, 'default', members);
  }
  return given;
}

/**
 * Bundles, checks and loads the file: on a simulated board, so that it finds the globals of one. Throws a CommandError for what
 * the board's language lacks, and for what goes wrong when it is loaded; a BuildError if it cannot be bundled.
 */
export async function ownImportsFor(board: Board, file: string): Promise<OwnImports> {
  return (await loadOwnImports(board, file)).own;
}

/** Loads the user's file, with its exports. */
export async function loadOwnImports(
  board: Board,
  file: string,
): Promise<{ own: OwnImports; exports: [string, unknown][] }> {
  refuseModule(file, readInputFile(file), 'JavaScript that gives imports');
  const { text, exports } = await bundleOwnModule(resolve(file));
  const errors = lint(text, { missing: board.missing }).filter(
    ({ severity, what }) => severity === 'error' && what !== 'export',
  );
  if (errors.length > 0) {
    const notes = errors.map(({ reason, instead, text: found }) => `${found}: ${reason}; ${instead}`);
    throw new CommandError('imports', 1, `${file} is not what ${board.name} can run`, notes);
  }
  const own: OwnImports = { file, text, given: new Map() };
  const values = await loadedOnBoard(board, own, exports);
  return { own: { ...own, given: givenBy(values) }, exports: values };
}

async function loadedOnBoard(board: Board, own: OwnImports, exports: readonly string[]): Promise<[string, unknown][]> {
  const names = exports.map((name, index) => `${name} as own${index}`);
  const program = `import { ${names.join(', ')} } from 'own-imports';
global.ownImports = [${exports.map((_, index) => `own${index}`).join(', ')}];`;
  const simulated = new SimulatedBoard(board);
  const failed = (message: string) =>
    new CommandError('imports', 1, `${own.file} fails when it is loaded on a simulated ${board.title}`, [
      ...message.trim().split('\n'),
      'move code that needs the board into the functions: the rest also runs when the program is built',
    ]);
  try {
    simulated.run(await bundleProgram(program, {}, { asWritten: true, own }), { file: own.file });
  } catch (error) {
    if (error instanceof SimulationError) throw failed(error.message);
    throw error;
  }
  if (simulated.errors.count > 0) throw failed(simulated.output);
  const values = simulated.realm.global.ownImports as ArrayLike<unknown>;
  return exports.map((name, index) => [name, values[index]]);
}

/** Loads a file on this machine, with `print`, and returns its exports. Throws a CommandError for errors of the file. */
export async function moduleHere(file: string, print: (line: string) => void): Promise<Members> {
  refuseModule(file, readInputFile(file), 'JavaScript that gives imports');
  const { build } = await import('esbuild');
  const module = { exports: {} as Members };
  try {
    const { outputFiles } = await build({
      entryPoints: [file],
      ...{ write: false, bundle: true, platform: 'node', format: 'cjs', logLevel: 'silent' },
    });
    const text = outputFiles![0].text;
    const run = new Function('module', 'exports', 'require', 'print', text);
    run(module, module.exports, createRequire(resolve(file)), (...values: unknown[]) => print(values.join(' ')));
  } catch (error) {
    throw new CommandError('imports', 1, `${file} cannot be loaded`, (error as Error).message.split('\n'));
  }
  return module.exports;
}

/** Loads a file on this machine as objects of functions, by the names of modules. */
export async function ownImportsHere(file: string, print: (line: string) => void): Promise<LoadedImports> {
  const exports = await moduleHere(file, print);
  const { default: whole, ...named } = exports;
  const isModule = '__esModule' in exports;
  const all = isModule ? [...Object.entries(named), ['default', whole] as const] : [['default', exports] as const];
  const values = new Map(Object.entries({ ...(isModule ? (whole as Members) : exports), ...(isModule && named) }));
  return { file, text: '', given: givenBy(all), values: values as ReadonlyMap<string, Members> };
}
