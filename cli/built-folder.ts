// A folder that `tazzina build` wrote: writes it, and reads it back for `flash` and `run`. Its manifest.json lists the files.

import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Board } from '../boards/index.js';
import type { BoardImage } from '../targets/board/image.js';
import { CommandError, UsageError } from './command-error.js';
import { unwritable } from './file-error.js';
import { makeFolder } from './make-folder.js';
import { namedBoard } from './named-board.js';
import { startOf } from './program.js';
import { type GivenModuleOptions, givenModuleOption } from './program-options.js';
import type { Program } from './program-parts.js';

const MANIFEST = 'manifest.json';

interface Manifest {
  name: string;
  board: string;
  jsVars: number;
  /** Whether a module has become the program, which `require` finds and `flash` starts. */
  isModule: boolean;
  /** The export of a module that starts it. */
  start?: string;
  /** The files in the order in which they are written. */
  files: { name: string; file: string; bytes: number; crc32: number }[];
}

/** An image, and how it is started. */
export interface BuiltFolder {
  image: BoardImage;
  isModule: boolean;
  start?: string;
}

/** Options of a command beside the folder. */
export interface GivenOptions extends GivenModuleOptions {
  board?: string;
  name?: string;
  module?: string[];
  runtime?: string;
}

/** Name on disk: Storage knows no folders, and a file whose name starts with a dot is hidden there. */
export function nameOnDisk(name: string, program: string): string {
  if (name === program) return `${program}.js`;
  if (name.startsWith('.boot')) return `${program}.start.js`;
  if (!name.includes('/')) return name;
  return `${name.replace(/^[./]+/, '').replace(/[^\w.-]/g, '_')}.js`;
}

export function isBuiltFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

export function writeBuiltFolder(folder: string, program: Program): void {
  const { image, exports, declarations, jsVars, inputs } = program;
  const { name, board } = image;
  const written = [...image.files.map((each) => nameOnDisk(each.name, name)), ...declarations.map((each) => each.name)];
  const taken = written.find((each) => inputs.some((input) => resolve(input) === resolve(folder, each)));
  // asc writes files beside a module whose names a program has, too.
  if (taken !== undefined)
    throw new CommandError(
      'output',
      1,
      `${join(folder, taken)} is what the program is made of: it is not overwritten`,
      ['choose another folder: --output DIRECTORY'],
    );
  const manifest: Manifest = {
    ...{ name, board, jsVars, isModule: exports !== undefined, start: startOf(program) },
    files: image.files.map((each) => ({
      name: each.name,
      file: nameOnDisk(each.name, name),
      bytes: each.bytes.length,
      crc32: crc32(each.bytes),
    })),
  };
  try {
    makeFolder(folder);
    for (const each of image.files) writeFileSync(join(folder, nameOnDisk(each.name, name)), each.bytes);
    for (const each of declarations) writeFileSync(join(folder, each.name), each.text);
    writeFileSync(join(folder, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
  } catch (error) {
    throw unwritable(`to ${folder}`, error);
  }
}

/** Throws a CommandError for a folder that `build` did not write, or whose files have changed since. */
function readBuiltFolder(folder: string): BuiltFolder {
  const { name, board, isModule, start, files } = readManifest(folder);
  const read = files.map((each) => {
    const path = join(folder, each.file);
    if (!existsSync(path)) throw changed(folder, `${each.file} is not there`);
    const bytes = readFileSync(path);
    if (bytes.length !== each.bytes || crc32(bytes) !== each.crc32)
      throw changed(folder, `${each.file} is not what build wrote`);
    return { name: each.name, bytes };
  });
  return { image: { name, board, files: read }, isModule, start };
}

/**
 * The image of a built folder, and the board for which it is. Throws a UsageError for options that say how a program is built, and for
 * another board.
 */
export function builtImage(
  folder: string,
  boards: readonly Board[],
  options: GivenOptions,
): BuiltFolder & { board: Board } {
  const { name, module, runtime } = options;
  const others = name !== undefined ? '--name' : module ? '--module' : runtime === 'full' ? '--runtime' : undefined;
  const given = givenModuleOption(options) ?? others;
  if (given !== undefined)
    throw new UsageError(`${given} is for building: ${folder} is built already`, ['leave it out, or give the module']);
  const built = readBuiltFolder(folder);
  const { board } = built.image;
  if (options.board !== undefined && options.board !== board)
    throw new UsageError(`${folder} is built for ${board}, not for ${options.board}`, [
      `leave out --board, or build again: tazzina build --board ${options.board}`,
    ]);
  return { ...built, board: namedBoard(board, boards) };
}

function readManifest(folder: string): Manifest {
  try {
    const manifest = JSON.parse(readFileSync(join(folder, MANIFEST), 'utf8')) as Partial<Manifest>;
    const { name, board, files, isModule } = manifest;
    const isWhole = typeof name === 'string' && typeof board === 'string' && typeof isModule === 'boolean';
    if (isWhole && Array.isArray(files) && files.length > 0) return manifest as Manifest;
  } catch {
    // Report the error below.
  }
  throw new CommandError('input', 1, `${folder} is not a folder that "tazzina build" wrote`, [
    `it has no ${MANIFEST} that lists the files: give a module, or build it first`,
  ]);
}

const changed = (folder: string, what: string) =>
  new CommandError('input', 1, `${folder} has changed since it was built: ${what}`, ['build it again']);
