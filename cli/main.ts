// The command line: its commands, and their exit codes.

import { setFlagsFromString } from 'node:v8';
import { Command, CommanderError } from 'commander';
import packageDescription from '../package.json';
import { programWordsLast, valuesJoined } from './arguments.js';
import { createBoardsCommand } from './boards.js';
import { createBuildCommand } from './build.js';
import { createCheckCommand } from './check.js';
import { createCompletionCommand } from './completion.js';
import { isBrokenPipe, printError, UsageError } from './errors.js';
import { createExtractCommand } from './extract.js';
import { createFlashCommand } from './flash.js';
import { createInitCommand } from './init.js';
import { createLintCommand } from './lint.js';
import { createMonitorCommand } from './monitor.js';
import { createPortsCommand } from './ports.js';
import { printText } from './print.js';
import { applyProject } from './project.js';
import { createRunCommand } from './run.js';
import { createSimulateCommand } from './simulate.js';
import { createTypesCommand } from './types.js';

// The one WebAssembly that this process runs is binaryen's, once. V8's optimising compiler would take a second and more of
// processor time for code that then hardly runs: a module of 1 KB is built in 0.8 s instead of 2.2, one of 190 KB in 2.5 instead of 4.4.
setFlagsFromString('--liftoff-only');

/** As a shell reports a program that wrote to a closed pipe. */
const BROKEN_PIPE = 141;

const EXAMPLES = `
Examples:
  tazzina run app.wasm
  tazzina check app.wasm --board puckjs
  tazzina build app.wasm --board puckjs -o dist/
  tazzina boards
  tazzina lint app.js --board puckjs`;

async function main(words: string[]): Promise<number> {
  let exitCode = 0;
  const program = new Command('tazzina')
    .description(packageDescription.description)
    .version(packageDescription.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', EXAMPLES)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => printText(1, text),
      writeErr: (text) => printText(2, text),
      // Its errors are printed like all others, below.
      outputError: () => undefined,
    });
  program.hook('preAction', (_, command) => applyProject(command));
  const ended = (code: number) => {
    exitCode = code;
  };
  const commands = [
    createRunCommand,
    createCheckCommand,
    createBuildCommand,
    createFlashCommand,
    createMonitorCommand,
    createPortsCommand,
    createSimulateCommand,
    createBoardsCommand,
    createLintCommand,
    createTypesCommand,
    createExtractCommand,
    createInitCommand,
    createCompletionCommand,
  ];
  for (const create of commands) program.addCommand(create(ended).copyInheritedSettings(program));
  const [command, ...rest] = words;
  try {
    const options = program.commands.find((each) => each.name() === command)?.options ?? [];
    const ordered = command === 'run' ? programWordsLast(rest, options) : valuesJoined(rest, options);
    await program.parseAsync(command === undefined ? [] : [command, ...ordered], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (isBrokenPipe(error)) return BROKEN_PIPE;
    if (!(error instanceof CommanderError)) return printError(error, { json: words.includes('--json') });
    if (error.exitCode === 0) return 0;
    // Without a command, the help has been printed as an error.
    if (error.code === 'commander.help') return 2;
    const known = program.commands.some((each) => each.name() === command);
    return printError(usageError(error, command, known), { json: words.includes('--json') });
  }
}

/** `known` says whether there is such a command. */
function usageError(error: CommanderError, command: string, known: boolean): UsageError {
  const message = error.message.replace(/^error: /, '').replace(/\n\(Did you mean (.*)\?\)$/, '; did you mean $1?');
  const isModule = error.code === 'commander.unknownCommand' && /\.(wasm|wat)$/i.test(command);
  const help = known ? `tazzina ${command} --help` : 'tazzina --help';
  // What is wrong with an option's value is a sentence of its own.
  const [what, ...notes] = message.split(/(?<= is invalid)\. /);
  return new UsageError(what, [...notes, isModule ? `to run a module: tazzina run ${command}` : `see ${help}`]);
}

process.exitCode = await main(process.argv.slice(2));
