// Gives the commands what the project's configuration says, where the command line says nothing: the board and the port to all of them,
// the program with its options to the commands that make one.

import type { Command, Option } from 'commander';
import { CommanderError } from 'commander';
import type { ProjectConfiguration } from '../boards/index.js';
import { isBuiltFolder } from './built-folder.js';
import { UsageError } from './command-error.js';
import { broken, configurationFile, project } from './configuration-file.js';

/** Commands that take the project's program where no FILE is given. */
const OF_PROGRAM = ['build', 'flash', 'check', 'run'];
/** The commands among them that require a FILE. */
const NEED_FILE = ['check', 'run'];
/** Commands that get the board in any case. `run FILE` is for this machine unless it names a board. */
const OF_BOARD = ['build', 'flash', 'check', 'simulate', 'lint'];
/** Options that have another meaning for `run`. */
const NOT_OF_RUN = ['fuel'];
/** Options of `build` that say nothing about the program. */
const NOT_OF_PROJECT = ['board', 'cpu', 'explain', 'stub', 'json', 'watch', 'module', 'runtime', 'capacity'];

/** Sets options and the FILE of a command before it runs. Throws a CommandError for a configuration that is not understood. */
export async function applyProject(command: Command): Promise<void> {
  const name = command.name();
  const configuration = await project();
  const given = firstFile(command);
  if (OF_BOARD.includes(name) && command.getOptionValue('allBoards') !== true)
    set(command, 'board', configuration.board);
  set(command, 'port', configuration.port);
  if (!OF_PROGRAM.includes(name)) return;
  const isFull = command.getOptionValue('runtime') === 'full';
  const file = configuration.program ?? configuration.modules?.[0].replace(/^[\w-]+=/, '');
  if (given === undefined && file !== undefined && !isFull) command.processedArgs[0] = name === 'check' ? [file] : file;
  if (given === undefined && file === undefined && NEED_FILE.includes(name))
    throw new UsageError("missing required argument 'FILE'", [`see tazzina ${name} --help`]);
  const isProject = (given === undefined || given === file) && !isFull && file !== undefined;
  if (!isProject || isBuiltFolder(file) || (name === 'run' && given !== undefined)) return;
  if (command.getOptionValue('allBoards') !== true) set(command, 'board', configuration.board);
  if (configuration.program !== undefined) set(command, 'module', configuration.modules);
  await applyBuild(command, configuration);
}

/** The FILE of the command line, of several the only one. */
function firstFile({ processedArgs: [first] }: Command): string | undefined {
  if (!Array.isArray(first)) return first as string | undefined;
  return first.length > 1 ? '' : first[0];
}

function set(command: Command, name: string, value: unknown): void {
  const option = command.options.find((each) => each.attributeName() === name);
  if (option === undefined || value === undefined || command.getOptionValueSource(name) === 'cli') return;
  command.setOptionValueWithSource(name, value, 'config');
}

async function applyBuild(command: Command, { build }: ProjectConfiguration): Promise<void> {
  if (build === undefined) return;
  // `build` has all of them; another command takes those that it has, too.
  const known = (await import('./build.js')).createBuildCommand(() => undefined).options;
  const names = known.map((each) => each.attributeName()).filter((each) => !NOT_OF_PROJECT.includes(each));
  for (const [name, value] of Object.entries(build)) {
    const path = `build.${name}`;
    if (!names.includes(name)) throw wrong(path, `is not known; there is ${[...new Set(names)].join(', ')}`);
    if (command.name() === 'run' && NOT_OF_RUN.includes(name)) continue;
    const options = known.filter((each) => each.attributeName() === name);
    set(command, name, parsed(path, options, value));
  }
}

/** Parses a value as the command line would. */
function parsed(path: string, options: readonly Option[], value: unknown): unknown {
  const option = options.find(({ negate }) => !negate)!;
  if (option.isBoolean() || typeof value === 'boolean') {
    const canStandAlone = option.isBoolean() || (option.optional && value === true);
    if (!canStandAlone || typeof value !== 'boolean')
      throw wrong(path, option.isBoolean() ? BOOLEAN : 'must have a value');
    return option.isBoolean() ? value : (option.presetArg ?? true);
  }
  if (option.variadic) return Array.isArray(value) ? value.map(String) : [String(value)];
  if (typeof value !== 'string' && typeof value !== 'number') throw wrong(path, 'must be a text or a number');
  try {
    return option.parseArg ? option.parseArg(String(value), undefined) : String(value);
  } catch (error) {
    if (error instanceof CommanderError) throw wrong(path, error.message);
    throw error;
  }
}

const BOOLEAN = 'must be true or false';

const wrong = (path: string, problem: string) => broken(configurationFile()!, [`${path}: ${problem}`], { path });
