// A user's own program for Espruino, with the modules that it requires by the names of their files. Both go onto the board together.
//
// The program stays as it is written. For `require("./app.wasm")`, Storage gets a file of that name, which requires the program that the
// module has become.

import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Board } from '../boards/index.js';
import { lint } from '../sim/index.js';
import type { BuiltProgram } from '../targets/board/build.js';
import { BuildError } from '../targets/board/build-error.js';
import type { StorageFile } from '../targets/board/image.js';
import { checkModuleName } from '../targets/board/program-name.js';
import { requiredModules } from '../targets/board/required-modules.js';
import type { TypedInterface } from '../targets/board/typed/typed-program.js';
import type { ReadModule } from '../targets/module/read-module.js';
import { CommandError, UsageError } from './command-error.js';
import { readInputFile, requireInput } from './input-file.js';
import type { moduleProgram } from './module-program.js';
import { chosenName } from './program-name.js';
import { givenModuleOption } from './program-options.js';
import {
  type DeclarationsFile,
  figuresOf,
  givenFiles,
  type Program,
  type ProgramRequest,
  startFile,
} from './program-parts.js';
import { LONGEST_FILE_NAME } from './stored-file.js';

/** Maximum length of a program's name: an upload adds the list of its files. */
const LONGEST_NAME = LONGEST_FILE_NAME - '.files'.length;
/** Findings that are printed. */
const MOST_FINDINGS = 5;

export const isEspruinoProgram = (file: string) => /\.js$/i.test(file);

/** A module of the program. */
interface UsedModule {
  /** Name of its program on the board. */
  name: string;
  file: string;
  /** How the program requires it, besides by the name. */
  specifiers: string[];
}

/** Throws a CommandError for a program that Espruino cannot parse, and what `buildModule` throws. */
export async function programWithModules(
  file: string,
  board: Board,
  request: ProgramRequest,
  buildModule: typeof moduleProgram = async (...given) => (await import('./module-program.js')).moduleProgram(...given),
): Promise<Program> {
  const bytes = readInputFile(file);
  if (bytes.length === 0) throw new CommandError('input', 1, `${file} is empty`, []);
  const text = Buffer.from(bytes).toString('latin1');
  const name = request.name ?? basename(file).replace(/\.js$/i, '').slice(0, LONGEST_NAME);
  const { asModule = false } = request;
  if (asModule) checkModuleName(name, board);
  const modules = usedModules(file, text, board, request.module ?? []);
  if (modules.length === 0) refuseModuleOptions(request);
  else checkLanguage(file, text, board);
  const built: BuiltProgram[] = [];
  const described: DescribedModule[] = [];
  const moduleFiles: string[] = [];
  for (const module of modules) {
    if (module.name === name) throw nameTwice(name, file, module.file);
    const {
      built: each,
      read,
      typed,
      inputs,
    } = await buildModule(module.file, board, { ...request, name: module.name });
    built.push(each);
    described.push({ read, module, typed });
    moduleFiles.push(...inputs);
  }
  const figures = figuresOf(built);
  if (figures.jsVars > board.freeJsVars)
    throw new BuildError(`the modules of ${file} take ${figures.jsVars} JsVars, and ${board.freeJsVars} are free`, [
      ...built.map(({ image, jsVars }) => `${image.name}: ${jsVars}`),
    ]);
  const own: StorageFile = { name: asModule ? name : startFile(name, board), bytes };
  const files = [...built.flatMap(({ image }) => image.files), ...modules.flatMap(aliases), own];
  return {
    ...figures,
    image: { name, board: board.name, files },
    declarations: modules.length === 0 ? [] : [await declarations(name, described, request)],
    inputs: [file, ...moduleFiles, ...givenFiles(request)],
  };
}

interface DescribedModule {
  read: ReadModule;
  module: UsedModule;
  typed?: TypedInterface;
}

async function declarations(
  name: string,
  described: readonly DescribedModule[],
  request: ProgramRequest,
): Promise<DeclarationsFile> {
  // With the modules, these parts have been loaded.
  const { ambientDeclarations } = await import('../targets/board/declarations.js');
  const { parameterNames } = await import('../targets/module/function-names.js');
  const each = described.map(({ read, module, typed }) =>
    ambientDeclarations(module.name, module.specifiers, read.exports, {
      ...request,
      tier: request.tier ?? 'js',
      typed,
      parameterNames: parameterNames(read.module, read),
    }),
  );
  return { name: `${name}.d.ts`, text: each.join('\n') };
}

/** Files under the names by which the program requires a module. */
function aliases({ name, specifiers }: UsedModule): StorageFile[] {
  const text = `module.exports=require(${JSON.stringify(name)})`;
  return specifiers.map((specifier) => ({ name: specifier, bytes: Buffer.from(text) }));
}

/** Whether it is a program that requires modules, or is given some: there is something to check. */
export function takesModules(file: string, given: readonly string[] = []): boolean {
  if (given.length > 0) return true;
  return existsSync(file) && requiredModules(Buffer.from(readInputFile(file)).toString('latin1')).length > 0;
}

/** Returns the modules that the program requires, and those that --module adds or names: FILE or NAME=FILE. */
function usedModules(file: string, text: string, board: Board, given: readonly string[]): UsedModule[] {
  const modules: UsedModule[] = [];
  for (const each of given) {
    const [, named, path] = /^(?:([\w-]+)=)?(.+)$/.exec(each)!;
    requireInput(path);
    modules.push({ name: chosenName(path, named, board), file: path, specifiers: [] });
  }
  for (const { specifier, line } of requiredModules(text)) {
    const path = join(dirname(file), specifier);
    const place = `${file}:${line}`;
    if (!existsSync(path))
      throw new CommandError('input', 1, `${place}: there is no module ${path}`, [
        `require(${JSON.stringify(specifier)}) looks beside ${basename(file)}`,
      ]);
    if (specifier.length > LONGEST_FILE_NAME || /[^ -~]/.test(specifier))
      throw new BuildError(`${place}: ${JSON.stringify(specifier)} cannot be the name of a file in Storage`, [
        `take at most ${LONGEST_FILE_NAME} characters of ASCII; or require("app"), and give --module app=${path}`,
      ]);
    const same = modules.find((each) => resolve(each.file) === resolve(path));
    if (same) same.specifiers.push(specifier);
    else modules.push({ name: chosenName(path, undefined, board), file: path, specifiers: [specifier] });
  }
  for (const [at, { name, file: path }] of modules.entries()) {
    const other = modules.findIndex((each) => each.name === name);
    if (other < at) throw nameTwice(name, modules[other].file, path);
  }
  return modules;
}

const nameTwice = (name: string, first: string, second: string) =>
  new BuildError(`${first} and ${second} would both be ${name} on the board`, [
    `give one another name: --module other=${second}`,
  ]);

/** Refuses options that only have a meaning for modules. */
function refuseModuleOptions(request: ProgramRequest): void {
  const given = givenModuleOption(request);
  if (given === undefined) return;
  throw new UsageError(`${given} is for a module: the program requires none`, [
    'require("./app.wasm") in the program, or --module app.wasm, adds one',
  ]);
}

/** Throws a CommandError for what Espruino refuses, or does differently in any case. */
function checkLanguage(file: string, text: string, board: Board): void {
  const findings = lint(text, { missing: board.missing }).filter(({ severity }) => severity === 'error');
  if (findings.length === 0) return;
  const lines = findings.map(
    ({ line, column, reason, instead, what }) => `${file}:${line}:${column}: ${reason}; ${instead} [${what}]`,
  );
  const more = lines.length > MOST_FINDINGS ? [`and ${lines.length - MOST_FINDINGS} more`] : [];
  throw new CommandError('lint', 1, `${file} is not what ${board.name} can run`, [
    ...lines.slice(0, MOST_FINDINGS),
    ...more,
    `all of it: tazzina lint ${file} --board ${board.name}`,
  ]);
}
