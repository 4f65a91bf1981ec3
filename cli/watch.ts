// `--watch`: does a command again whenever one of its files changes, each time in a process of its own, until ctrl-C.

import { spawn } from 'node:child_process';
import { existsSync, readFileSync, watch as watchFolder } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { requiredModules } from '../targets/board/required-modules.js';
import { UsageError } from './command-error.js';
import { configurationFile } from './configuration-file.js';
import { bindingsOf, declarationOf } from './module-file.js';
import { printText } from './print.js';
import { isEspruinoProgram } from './program-with-modules.js';
import { witFiles } from './typed-interface.js';

/** Milliseconds in which several changes count as one: editors and linkers write a file in steps. */
const SETTLED = 150;

export interface WatchedOptions {
  watch?: boolean;
  imports?: string;
  module?: string[];
  wit?: string;
  types?: string;
}

/** Files that a command reads. */
function inputs(file: string, options: WatchedOptions): string[] {
  const { imports, module = [], wit, types } = options;
  const given = module.map((each) => each.replace(/^[\w-]+=/, ''));
  const required =
    isEspruinoProgram(file) && existsSync(file)
      ? requiredModules(readFileSync(file, 'latin1')).map(({ specifier }) => join(dirname(file), specifier))
      : [];
  const interfaces = [file, ...given, ...required].flatMap((each) => interfaceFiles(each, options));
  const texts = wit === undefined ? [] : witFiles(wit);
  const all = [file, ...given, ...required, ...interfaces, ...texts, types, imports, configurationFile()];
  return all.filter((each) => each !== undefined).map((each) => resolve(each));
}

/** What `asc --bindings` wrote beside a module. What `build` writes there is none of it: it would be watched without end. */
function interfaceFiles(file: string, { wit, types }: WatchedOptions): string[] {
  if (types !== undefined) return [bindingsOf(types)];
  const declaration = declarationOf(file, { wit });
  return declaration ? [declaration.name, bindingsOf(declaration.name)] : [];
}

/** Runs the command of this process without `--watch`, until ctrl-C. Returns the exit code. */
export async function watch(file: string | undefined, options: WatchedOptions): Promise<number> {
  if (file === undefined || file === '-') throw new UsageError('--watch needs a file to watch');
  const words = process.argv.slice(1);
  words.splice(words.indexOf('--watch'), 1);
  return new Promise<number>((done) => {
    let child: ReturnType<typeof spawn> | undefined;
    let timer: NodeJS.Timeout | undefined;
    const watchers = new Map<string, ReturnType<typeof watchFolder>>();
    let watched = new Set<string>();
    const observe = () => {
      watched = new Set(inputs(file, options));
      // Folders, and not files: many programs replace a file by another one.
      for (const folder of new Set([...watched].map(dirname))) {
        if (watchers.has(folder) || !existsSync(folder)) continue;
        watchers.set(
          folder,
          watchFolder(folder, (_, name) => {
            if (name !== null && watched.has(join(folder, basename(name)))) changed();
          }),
        );
      }
    };
    const start = () => {
      observe();
      child = spawn(process.execPath, words, { stdio: 'inherit' });
      child.on('exit', (code, signal) => {
        if (signal === null)
          printText(2, `${code === 0 ? '' : `exit code ${code}; `}waiting for changes: ctrl-C ends it\n`);
      });
    };
    const changed = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        if (!child || child.exitCode !== null || child.signalCode !== null) start();
        else {
          child.once('exit', start);
          child.kill();
        }
      }, SETTLED);
    };
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => {
        clearTimeout(timer);
        for (const each of watchers.values()) each.close();
        child?.removeAllListeners('exit').kill();
        done(0);
      });
    start();
  });
}
