// `tazzina init`: writes a project for a board: a module, a program that requires it, and a test on a simulated board.

import { existsSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import type { Board } from '../boards/index.js';
import { CommandError } from './command-error.js';
import { projectBoards, WRITTEN } from './configuration-file.js';
import { printError } from './errors.js';
import { unwritable } from './file-error.js';
import { makeFolder } from './make-folder.js';
import { namedBoard } from './named-board.js';
import { printText } from './print.js';
import { PROGRAM, type ProjectLanguage, readmeText, templates, testText } from './project-templates.js';

interface InitOptions {
  language: ProjectLanguage;
  board: string;
}

const DESCRIPTION = 'Writes a project: a module, a program for a board that requires it, and a test.';

const DETAILS = `
No file is overwritten. The new folder has npm scripts: build compiles the
module, test runs it on a simulated board, flash writes it to the board.

Exit codes: 0 success; 1 a file is there already, or cannot be written; 2 the
command line is wrong.

Examples:
  tazzina init blinker --language c
  tazzina init . --language assemblyscript --board banglejs2
  tazzina init blinker --language rust`;

/** The command; `ended` gets the exit code. */
export function createInitCommand(ended: (exitCode: number) => void): Command {
  const language = new Option('-l, --language <name>', 'language of the module').choices(Object.keys(templates));
  return new Command('init')
    .description(DESCRIPTION)
    .usage('[FOLDER] --language NAME')
    .argument('[FOLDER]', 'folder to write into (default: the current one)')
    .addOption(language.makeOptionMandatory())
    .option('-b, --board <name>', 'the board', 'puckjs')
    .addHelpText('after', DETAILS)
    .action(async (folder: string | undefined, options: InitOptions) => ended(await init(folder ?? '.', options)));
}

async function init(folder: string, { language, board: name }: InitOptions): Promise<number> {
  try {
    const board = namedBoard(name, await projectBoards());
    const files = projectFiles(basename(resolve(folder)), language, board);
    write(folder, files);
    const install = templates[language].devDependencies ? 'npm install && ' : '';
    const enter = resolve(folder) === resolve('.') ? '' : `cd ${folder} && `;
    printText(
      1,
      `${Object.keys(files)
        .map((each) => `${join(folder, each)}\n`)
        .join('')}next: ${enter}${install}npm run build && npm test\n`,
    );
    return 0;
  } catch (error) {
    return printError(error, {});
  }
}

/** Returns the files of a project by name. */
export function projectFiles(name: string, language: ProjectLanguage, board: Board): Record<string, string> {
  const { files, build, needs, devDependencies, ignored = [] } = templates[language];
  const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
  return {
    'package.json': json({
      name:
        name
          .toLowerCase()
          .replace(/[^a-z0-9-]+/g, '-')
          .replace(/^-+|-+$/g, '') || 'app',
      private: true,
      type: 'module',
      scripts: {
        build,
        test: 'node --test test/*.test.js',
        check: 'tazzina check',
        start: 'tazzina run',
        flash: 'tazzina flash',
      },
      // tazzina itself is not listed: it is not published on npm yet.
      ...(devDependencies && { devDependencies }),
    }),
    [WRITTEN]: json({ board: board.name, program: 'main.js', modules: ['app.wasm'], build: { output: 'dist' } }),
    'main.js': PROGRAM,
    ...files,
    'test/app.test.js': testText(board.name),
    'README.md': readmeText(name, board.title, needs, devDependencies !== undefined),
    '.gitignore': ['node_modules/', 'dist/', 'app.wasm', ...ignored].map((each) => `${each}\n`).join(''),
  };
}

/** Throws a CommandError before anything is written if a file is there already. */
function write(folder: string, files: Record<string, string>): void {
  const there = Object.keys(files).find((each) => existsSync(join(folder, each)));
  if (there !== undefined)
    throw new CommandError('output', 1, `${join(folder, there)} is there already: nothing is written`, [
      'take a new folder: tazzina init FOLDER',
    ]);
  try {
    for (const [name, text] of Object.entries(files)) {
      const file = join(folder, name);
      makeFolder(dirname(file));
      writeFileSync(file, text);
    }
  } catch (error) {
    throw unwritable(`to ${folder}`, error);
  }
}
