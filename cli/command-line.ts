// The command line: its commands, and their exit codes. Each command is loaded when it is called.

import { Command, CommanderError } from 'commander';
import packageDescription from '../package.json';
import { programWordsLast, valuesJoined } from './arguments.js';
import { printText } from './print.js';

type CreateCommand = (ended: (exitCode: number) => void) => Command;

interface CommandEntry {
  name: string;
  /** A summary of one line. */
  summary: string;
  load: () => Promise<CreateCommand>;
}

/** Commands in the order of the help. Only the command in use is loaded, because loading all takes longer than most commands. */
const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'run',
    summary: 'run a WASI program or one exported function',
    load: async () => (await import('./run.js')).createRunCommand,
  },
  {
    name: 'check',
    summary: 'report whether modules fit a board',
    load: async () => (await import('./check.js')).createCheckCommand,
  },
  {
    name: 'bench',
    summary: 'time one call on each tier, here or on a board',
    load: async () => (await import('./bench.js')).createBenchCommand,
  },
  {
    name: 'build',
    summary: 'write the files that run a module on a board',
    load: async () => (await import('./build.js')).createBuildCommand,
  },
  {
    name: 'flash',
    summary: 'write a program to a board and start it',
    load: async () => (await import('./flash.js')).createFlashCommand,
  },
  {
    name: 'monitor',
    summary: "show a board's console",
    load: async () => (await import('./monitor.js')).createMonitorCommand,
  },
  {
    name: 'selftest',
    summary: 'test a board: each tier, against this machine',
    load: async () => (await import('./selftest.js')).createSelfTestCommand,
  },
  {
    name: 'ports',
    summary: 'list the ports at which a board may be',
    load: async () => (await import('./ports.js')).createPortsCommand,
  },
  {
    name: 'simulate',
    summary: "serve a simulated board's console on a TCP port",
    load: async () => (await import('./simulate.js')).createSimulateCommand,
  },
  {
    name: 'boards',
    summary: 'list the boards, or show one in full',
    load: async () => (await import('./boards.js')).createBoardsCommand,
  },
  {
    name: 'lint',
    summary: 'find what Espruino cannot parse, lacks, or does differently',
    load: async () => (await import('./lint.js')).createLintCommand,
  },
  {
    name: 'test',
    summary: 'run programs for Espruino as tests on a simulated board',
    load: async () => (await import('./test.js')).createTestCommand,
  },
  {
    name: 'types',
    summary: 'write declarations of host functions for C, AssemblyScript, Rust',
    load: async () => (await import('./types.js')).createTypesCommand,
  },
  {
    name: 'extract',
    summary: 'write a module that is within another file',
    load: async () => (await import('./extract.js')).createExtractCommand,
  },
  {
    name: 'init',
    summary: 'write a project: a module, a program, a test',
    load: async () => (await import('./init.js')).createInitCommand,
  },
  {
    name: 'completion',
    summary: 'print a script that completes commands in a shell',
    load: async () => (await import('./completion.js')).createCompletionCommand,
  },
];

/** The exit code with which a shell reports a program that wrote to a closed pipe. */
const BROKEN_PIPE = 141;

const EXAMPLES = `
Examples:
  tazzina run app.wasm
  tazzina check app.wasm --board puckjs
  tazzina build app.wasm --board puckjs -o dist/
  tazzina boards
  tazzina lint app.js --board puckjs`;

const NAMES = COMMANDS.map(({ name }) => name);

/** Does what the words say. Returns the exit code. */
export async function runCommandLine(words: readonly string[]): Promise<number> {
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
      // Errors are printed below, like all others.
      outputError: () => undefined,
    });
  program.hook('preAction', async (_, command) => (await import('./project.js')).applyProject(command));
  const ended = (code: number) => {
    exitCode = code;
  };
  const [command, ...rest] = words;
  for (const { name, summary, load } of COMMANDS) {
    // A script for completion has the options of all.
    const isNeeded = command === 'completion' || command === name || (command === 'help' && rest[0] === name);
    const made = isNeeded ? (await load())(ended) : new Command(name);
    program.addCommand(made.summary(summary).copyInheritedSettings(program));
  }
  try {
    const options = program.commands.find((each) => each.name() === command)?.options ?? [];
    const passed = (word: string, option: string) => {
      const slip = word === option ? '' : `, and looks like ${option}`;
      const rule = 'options stand before them (-- says that it is meant)';
      printText(2, `warning: ${word} is an argument of the program here${slip}: ${rule}\n`);
    };
    const ordered = command === 'run' ? programWordsLast(rest, options, passed) : valuesJoined(rest, options);
    // For a name of no command, commander would print the help of all of them, and no error.
    const isHelpOfNone = command === 'help' && /^\w/.test(rest[0] ?? '') && ![...NAMES, 'help'].includes(rest[0]);
    const parsed = isHelpOfNone ? rest.slice(0, 1) : [command, ...ordered];
    await program.parseAsync(command === undefined ? [] : parsed, { from: 'user' });
    return exitCode;
  } catch (error) {
    // Nobody reads any more what is printed.
    if ((error as NodeJS.ErrnoException).code === 'EPIPE') return BROKEN_PIPE;
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    // Without a command, the help has been printed as an error.
    if (error instanceof CommanderError && error.code === 'commander.help') return 2;
    const { commandLineError, printError } = await import('./errors.js');
    const isKnown = NAMES.includes(command);
    const known = error instanceof CommanderError ? commandLineError(error, command, isKnown) : error;
    return printError(known, { json: words.includes('--json') });
  }
}
