// `build --app-loader`: writes a program as the folder of an app for the App Loader of Bangle.js.
//
// The rules are those of the App Loader's documentation (https://www.espruino.com/Bangle.js+App+Loader) and of what checks its apps. The
// loader transforms files whose URL ends in `.js` (not `.min.js`), and reads `.js`, `.json`, `.csv` and `.txt` as UTF-8. A module's program
// checks its own text, so its files have other names there, and come to the watch as they are.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Board } from '../boards/index.js';
import { png } from '../sim/index.js';
import type { StorageFile } from '../targets/board/image.js';
import { ICON_SIZE, iconBits } from './app-icon.js';
import { CommandError, UsageError } from './command-error.js';
import { unwritable } from './file-error.js';
import { makeFolder } from './make-folder.js';
import { imageToStart } from './program.js';
import type { Program } from './program-parts.js';
import { LONGEST_FILE_NAME } from './stored-file.js';

interface StoredEntry {
  name: string;
  url: string;
  evaluate?: boolean;
}

export interface AppMetadata {
  id: string;
  name: string;
  shortName?: string;
  version: string;
  description: string;
  icon: string;
  tags: string;
  supports: string[];
  storage: StoredEntry[];
  [other: string]: unknown;
}

const METADATA = 'metadata.json';
/** Characters of a name that the menu of the watch shows. */
const LONGEST_APP_NAME = 20;
/** They separate the names in the list of an app's files. */
const SEPARATORS = /[,;]/;

/** Writes `apps/ID` into the folder. Returns its path and the names of its files. Throws a UsageError for other boards. */
export function writeApp(folder: string, program: Program, board: Board): { path: string; files: string[] } {
  if (!board.name.startsWith('banglejs'))
    throw new UsageError(`--app-loader is for a Bangle.js, and ${board.name} is none`, ['give --board banglejs2']);
  const id = program.image.name.toLowerCase().replace(/[^a-z0-9_]+/g, '');
  const path = join(folder, 'apps', id);
  const isModule = program.exports !== undefined;
  const image = imageToStart(program, board);
  const start = image.files.at(-1)!;
  const others = image.files.slice(0, -1);
  const icon = join(path, 'app-icon.js');
  // A program of one's own may require what only the loader knows; the one that starts a module requires nothing else.
  const startUrl = isModule ? 'app.min.js' : 'app.js';
  const metadata = mergedMetadata(path, {
    id,
    name: program.image.name,
    version: '0.01',
    description: `${program.image.name}: a program with WebAssembly`,
    icon: 'app.png',
    tags: 'tool',
    supports: [board.firmware],
    storage: [
      { name: `${id}.app.js`, url: startUrl },
      { name: `${id}.img`, url: 'app-icon.js', evaluate: true },
      ...others.map(({ name }, index) => ({ name, url: urlOf(name, index) })),
    ],
  });
  const problems = metadataProblems(metadata);
  if (problems.length > 0)
    throw new CommandError('metadata', 1, `${join(path, METADATA)} is not what the App Loader takes`, problems);
  const made: [name: string, content: Uint8Array | string][] = [
    [METADATA, `${JSON.stringify(metadata, null, 2)}\n`],
    [startUrl, start.bytes],
    ...others.map(({ name, bytes }, index): [string, Uint8Array] => [urlOf(name, index), bytes]),
  ];
  // Yours to change: they are written once.
  const once: [name: string, content: Uint8Array | string][] = [
    ['app-icon.js', `atob("${Buffer.from(iconImage()).toString('base64')}")\n`],
    ['app.png', iconPicture()],
    ['ChangeLog', `${metadata.version}: New app!\n`],
  ];
  const written = [...made, ...once.filter(([name]) => !existsSync(join(path, name)))];
  try {
    makeFolder(path);
    for (const [name, content] of written) writeFileSync(join(path, name), content);
  } catch (error) {
    throw unwritable(`to ${path}`, error);
  }
  if (!existsSync(icon)) throw new CommandError('output', 1, `cannot write ${icon}`, []);
  return { path, files: [...made, ...once].map(([name]) => name) };
}

/** A name that the loader neither transforms nor decodes. */
const urlOf = (name: StorageFile['name'], index: number) =>
  `${index}-${name.replace(/^[./]+/, '').replace(/[^\w.-]/g, '_')}.bin`;

/** With what the user has changed in the file that is there: all but the files of the program. */
function mergedMetadata(path: string, made: AppMetadata): AppMetadata {
  const file = join(path, METADATA);
  if (!existsSync(file)) return made;
  let own: Partial<AppMetadata>;
  try {
    own = JSON.parse(readFileSync(file, 'utf8')) as Partial<AppMetadata>;
  } catch (error) {
    throw new CommandError('input', 1, `${file} is no JSON: ${(error as Error).message}`, []);
  }
  const names = new Set(made.storage.map(({ name }) => name));
  const kept = (own.storage ?? []).filter(({ name, url }) => !names.has(name) && !/^\d+-.*\.bin$/.test(url));
  return { ...made, ...own, id: made.id, storage: [...made.storage, ...kept] };
}

/** Returns the reasons for which the App Loader would refuse the metadata, one line each. */
export function metadataProblems({
  id,
  name,
  shortName,
  version,
  description,
  supports,
  storage,
}: AppMetadata): string[] {
  const problems: string[] = [];
  if (!/^[a-z0-9_]+$/.test(id))
    problems.push(`the id ${JSON.stringify(id)} has not only small letters and digits: --name`);
  if (!name) problems.push('there is no name');
  if ((name?.length ?? 0) > LONGEST_APP_NAME && !shortName)
    problems.push(`the name has more than ${LONGEST_APP_NAME} characters: give a shortName`);
  if (!/^\d+\.\d+$/.test(version ?? '')) problems.push('the version is not like 0.01');
  if (!description) problems.push('there is no description');
  const isKnown = Array.isArray(supports) && supports.every((each) => /^BANGLEJS2?$/.test(each));
  if (!isKnown) problems.push('supports is not a list of BANGLEJS and BANGLEJS2');
  for (const [at, file] of storage.entries()) {
    if (file.name.length > LONGEST_FILE_NAME)
      problems.push(`${file.name} has more than ${LONGEST_FILE_NAME} characters: --name`);
    if (SEPARATORS.test(file.name) || /[?*]/.test(file.name)) problems.push(`${file.name} has one of , ; ? *`);
    if (storage.findIndex((each) => each.name === file.name) < at) problems.push(`${file.name} is there twice`);
  }
  return problems;
}

/**
 * Returns the icon in Espruino's format of images: width, height, bits per pixel with the flag of a transparent colour, that colour, then
 * the rows.
 */
function iconImage(): Uint8Array {
  const bits = iconBits();
  const packed = new Uint8Array((ICON_SIZE * ICON_SIZE) / 8);
  for (const [at, bit] of bits.entries()) if (bit) packed[at >> 3] |= 0x80 >> (at & 7);
  return Uint8Array.from([ICON_SIZE, ICON_SIZE, 1 | 0x80, 0, ...packed]);
}

function iconPicture(): Uint8Array {
  const pixels = iconBits().flatMap((bit) => (bit ? [64, 38, 16] : [255, 255, 255]));
  return png(ICON_SIZE, ICON_SIZE, Uint8Array.from(pixels));
}
