// `tazzina completion`: prints a script that lets a shell complete commands, options and their values.

import { Argument, Command } from 'commander';
import { boards } from '../boards/index.js';
import { printText } from './print.js';

const DESCRIPTION = 'Prints a script for completion in bash, zsh or fish.';

const DETAILS = `
Examples:
  tazzina completion bash >> ~/.bashrc
  tazzina completion zsh > ~/.zfunc/_tazzina
  tazzina completion fish > ~/.config/fish/completions/tazzina.fish`;

/** Words that a command takes. */
interface Completed {
  name: string;
  summary: string;
  options: CompletedOption[];
}

interface CompletedOption {
  /** With their dashes. */
  names: string[];
  description: string;
  takesValue: boolean;
  /** Possible values; if there are none, the shell completes files. */
  values: readonly string[];
}

/** The command; `ended` gets the exit code. */
export function createCompletionCommand(ended: (exitCode: number) => void): Command {
  const command = new Command('completion')
    .description(DESCRIPTION)
    .usage('SHELL')
    .addArgument(new Argument('<SHELL>', 'the shell').choices(['bash', 'zsh', 'fish']))
    .addHelpText('after', DETAILS);
  return command.action((shell: Shell) => {
    printText(1, SCRIPTS[shell](completed(command.parent!)));
    ended(0);
  });
}

function completed(program: Command): Completed[] {
  const all = boards.map(({ name }) => name);
  return program.commands.map((command) => ({
    name: command.name(),
    summary: command.summary(),
    options: command.options.map(({ flags, long, short, description, required, optional, argChoices }) => ({
      names: [long, short].filter((each) => each != null),
      description,
      takesValue: required || optional,
      values: argChoices ?? (/--board|<board>/.test(flags) ? all : []),
    })),
  }));
}

type Shell = 'bash' | 'zsh' | 'fish';

const names = (commands: readonly Completed[]) => commands.map(({ name }) => name).join(' ');

function bash(commands: readonly Completed[]): string {
  const values = commands.flatMap(({ name, options }) =>
    options
      .filter((option) => option.takesValue && option.values.length > 0)
      .flatMap((option) => option.names.map((each) => `    '${name} ${each}') words='${option.values.join(' ')}' ;;`)),
  );
  const files = commands.flatMap(({ name, options }) =>
    options
      .filter((option) => option.takesValue && option.values.length === 0)
      .flatMap((option) => option.names.map((each) => `    '${name} ${each}') files=1 ;;`)),
  );
  const options = commands.map(
    (command) => `    ${command.name}) words='${command.options.flatMap((each) => each.names).join(' ')} --help' ;;`,
  );
  return `# Completion of tazzina for bash.
_tazzina() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" command="\${COMP_WORDS[1]}" words= files=
  COMPREPLY=()
  if [ "$COMP_CWORD" = 1 ]; then
    COMPREPLY=($(compgen -W '${names(commands)} help --help --version' -- "$word"))
    return
  fi
  case "$command $before" in
${[...values, ...files].join('\n')}
  esac
  if [ -z "$words$files" ] && [ "\${word:0:1}" = - ]; then
    case "$command" in
${options.join('\n')}
    esac
  fi
  if [ -n "$words" ]; then COMPREPLY=($(compgen -W "$words" -- "$word"))
  else COMPREPLY=($(compgen -f -- "$word")); fi
}
complete -o filenames -F _tazzina tazzina
`;
}

/** For a text within single quotes. */
const quoted = (text: string) => text.replaceAll("'", "'\\''");
/** For a description within brackets of a specification. */
const described = (text: string) => quoted(text).replace(/[[\]:]/g, '\\$&');

function zsh(commands: readonly Completed[]): string {
  const cases = commands.map(({ name, options }) => {
    const each = options.flatMap(({ names, description, takesValue, values }) => {
      const value = values.length > 0 ? `:value:(${values.join(' ')})` : ':value:_files';
      return names.map((one) => `        '${one}[${described(description)}]${takesValue ? value : ''}'`);
    });
    return `    ${name})\n      _arguments \\\n${each.map((line) => `${line} \\`).join('\n')}\n        '*:file:_files'\n      ;;`;
  });
  return `#compdef tazzina
# Completion of tazzina for zsh.
_tazzina() {
  local -a commands
  commands=(
${commands.map(({ name, summary }) => `    '${name}:${described(summary)}'`).join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command="$words[2]"
  shift words
  (( CURRENT-- ))
  case "$command" in
${cases.join('\n')}
  esac
}
compdef _tazzina tazzina
`;
}

function fish(commands: readonly Completed[]): string {
  const lines = commands.flatMap(({ name, summary, options }) => [
    `complete -c tazzina -n __fish_use_subcommand -f -a ${name} -d '${quoted(summary)}'`,
    ...options.map(({ names, description, takesValue, values }) => {
      const forms = names.map((each) => (each.startsWith('--') ? `-l ${each.slice(2)}` : `-s ${each.slice(1)}`));
      const value = takesValue ? ` -r${values.length > 0 ? ` -f -a '${values.join(' ')}'` : ''}` : '';
      const when = `-n '__fish_seen_subcommand_from ${name}'`;
      return `complete -c tazzina ${when} ${forms.join(' ')}${value} -d '${quoted(description)}'`;
    }),
  ]);
  return `# Completion of tazzina for fish.\n${lines.join('\n')}\n`;
}

const SCRIPTS: Record<Shell, (commands: readonly Completed[]) => string> = { bash, zsh, fish };
