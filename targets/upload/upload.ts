// Writes an image to a board. Whenever the power fails, the board has the old program or the new one.

import type { BoardImage, StorageFile } from '../board/image.js';
import { type BoardConnection, BoardError, UploadError } from './connection.js';
import { BOOT_FILES, type FileState, JOURNAL, type Journal, listName, MARKER, switchProgram } from './journal.js';
import { type BoardStorage, filesOf, isSame, type Plan, planUpload, spaceOf, stateOf } from './plan.js';

/** The facts of a board that an upload compares. */
export interface TargetBoard {
  name: string;
  /** `process.env.BOARD`. */
  firmware: string;
}

export interface UploadOptions {
  /** Finds out what would be done, and does nothing. */
  dryRun?: boolean;
  /** Compacts Storage where that makes room: what is in it may be lost should the power go off meanwhile. */
  compact?: boolean;
  /** Starts the program afterwards; it does unless this is false. */
  start?: boolean;
  progress?: (progress: UploadProgress) => void;
}

export interface UploadProgress {
  step: 'checked' | 'compacting' | 'writing' | 'verified' | 'switching' | 'started';
  /** In bytes, of all files. */
  written: number;
  total: number;
  file?: string;
}

export interface UploadResult {
  /** Version of the firmware: `2v29`. */
  version: string;
  plan: Plan;
  storage: BoardStorage;
}

/** `??` in programs, and `Storage.getStats`. */
const OLDEST_FIRMWARE = '2v14';
/** Bytes of a file in a line: base64 makes four characters of three. */
const CHUNK = 384;
/** How often a piece of a file is sent that comes in otherwise than it was sent. */
const ATTEMPTS = 3;
/** Milliseconds for a piece of a file. */
const CHUNK_TIME = 5000;
/** Milliseconds for what reads or erases whole files. */
const FILE = 30_000;
/** Milliseconds for what may erase flash. */
const LONG = 120_000;

/**
 * Uploads an image, and starts it. Throws an UploadError if that cannot be; the board then has what it had. `files` come to
 * lie where they belong only when all of them have been read back and found right.
 */
export async function upload(
  image: BoardImage,
  board: TargetBoard,
  connection: BoardConnection,
  options: UploadOptions = {},
): Promise<UploadResult> {
  try {
    return await uploadImage(image, board, connection, options);
  } catch (error) {
    throw worded(error);
  }
}

async function uploadImage(
  image: BoardImage,
  board: TargetBoard,
  connection: BoardConnection,
  options: UploadOptions,
): Promise<UploadResult> {
  const version = await checkBoard(board, connection);
  await finishEarlier(connection);
  let storage = await survey(image, connection);
  const plan = planUpload(image, storage);
  const total = plan.written.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const progress = (step: UploadProgress['step'], written: number, file?: string) =>
    options.progress?.({ step, written, total, file });
  checkSpace(plan, storage, options);
  progress('checked', 0);
  if (options.dryRun) return { version, plan, storage };
  try {
    // Running code may need the memory, and print.
    await connection.run('reset()');
    await eraseFiles(plan.cleared, connection);
    if (plan.needed > storage.free) {
      progress('compacting', 0);
      await connection.evaluate('require("Storage").compact()', LONG);
      storage = await survey(image, connection);
      checkSpace(plan, storage, {});
    }
    if (plan.journal) await write(plan, connection, progress);
  } catch (error) {
    await leave(plan, connection);
    throw error;
  }
  if (plan.journal) {
    progress('switching', total);
    await switchOver(image, plan.bootFile!, connection);
  }
  if (options.start !== false) {
    await connection.run(startLine(image));
    progress('started', total);
  }
  return { version, plan, storage };
}

/**
 * Writes files that do not stay where they belong at once, over what has their names, and starts nothing. Compacts Storage where that
 * makes room. Throws an UploadError, of kind `storage` where there is no room.
 */
export async function writeForNow(
  files: readonly StorageFile[],
  board: TargetBoard,
  connection: BoardConnection,
): Promise<void> {
  try {
    await checkBoard(board, connection);
    await connection.run('reset()');
    const names = files.map(({ name }) => name);
    await eraseFiles(names, connection);
    const [free, trash] = await freeSpace(connection);
    const needed = files.reduce((sum, { bytes }) => sum + spaceOf(bytes.length), 0);
    if (needed > free + trash)
      throw new UploadError('storage', `Storage has ${free + trash} bytes free, and ${needed} are needed`);
    if (needed > free) await connection.evaluate('require("Storage").compact()', LONG);
    await writeFiles(files, connection, () => undefined);
    await verify(files, connection);
  } catch (error) {
    throw worded(error);
  }
}

/** Returns the line that starts the program: the last file of the image does it. */
function startLine({ files }: BoardImage): string {
  const { name } = files.at(-1)!;
  return name.startsWith('.boot') ? 'load()' : `load(${JSON.stringify(name)})`;
}

async function checkBoard(board: TargetBoard, connection: BoardConnection): Promise<string> {
  const asked = '[process.env.BOARD,process.env.VERSION,typeof atob,typeof E.CRC32,typeof require("Storage").getStats]';
  const [firmware, version, ...features] = (await connection.evaluate(asked)) as string[];
  if (firmware !== board.firmware) {
    throw new UploadError('board', `at ${connection.port} is a ${firmware}; ${board.name} is a ${board.firmware}`, [
      'give --board with the name of the connected board',
    ]);
  }
  if (isOlder(version, OLDEST_FIRMWARE)) {
    throw new UploadError(
      'firmware',
      `the firmware at ${connection.port} is ${version}, older than ${OLDEST_FIRMWARE}`,
      ['update it: https://www.espruino.com/Download'],
    );
  }
  if (features.some((feature) => feature !== 'function')) {
    throw new UploadError('firmware', `the firmware of ${board.name} lacks atob, E.CRC32 or Storage.getStats`, [
      'without them, files cannot be verified, and the board cannot be flashed',
    ]);
  }
  return version;
}

/** Versions are like `2v29` and `2v29.277`. */
export function isOlder(version: string, than: string): boolean {
  const [major, minor] = version.split('v').map(Number.parseFloat);
  const [thanMajor, thanMinor] = than.split('v').map(Number.parseFloat);
  return !(major > thanMajor || (major === thanMajor && minor >= thanMinor));
}

/** An upload whose marker is there is only to be ended. */
async function finishEarlier(connection: BoardConnection): Promise<void> {
  const isThere = await connection.evaluate(`require("Storage").read(${JSON.stringify(MARKER)})!==undefined`);
  if (isThere) await connection.evaluate(switchProgram.replace(/;$/, ''), LONG);
}

async function survey(image: BoardImage, connection: BoardConnection): Promise<BoardStorage> {
  const names = [...filesOf(image).map(({ name }) => name), ...BOOT_FILES];
  const states = (await connection.evaluate(
    `${JSON.stringify(names)}.map(function(n){var d=require("Storage").read(n);return d===undefined?0:[d.length,E.CRC32(d)]})`,
    FILE,
  )) as (0 | [number, number])[];
  const files = new Map<string, FileState>();
  states.forEach((state, index) => {
    if (state !== 0) files.set(names[index], { size: state[0], crc: state[1] });
  });
  const installed = (await readJSON(listName(image.name), connection)) as string[] | undefined;
  const [free, trash] = await freeSpace(connection);
  const kept = Array.isArray(installed) ? installed : [];
  return { files, free, trash, installed: kept, left: await leftovers(kept, connection) };
}

/** In bytes, without and only with compaction. */
async function freeSpace(connection: BoardConnection): Promise<number[]> {
  const asked = '(function(s){return[s.freeBytes,s.trashBytes]})(require("Storage").getStats())';
  return (await connection.evaluate(asked, FILE)) as number[];
}

async function readJSON(name: string, connection: BoardConnection): Promise<unknown> {
  return connection.evaluate(`require("Storage").readJSON(${JSON.stringify(name)},1)`);
}

/** Returns the files of an interrupted upload: its journal lists them. */
async function leftovers(installed: readonly string[], connection: BoardConnection): Promise<string[]> {
  const own = (await connection.evaluate('require("Storage").list(/^~tazzina/)')) as string[];
  const journal = (await readJSON(JOURNAL, connection)) as Partial<Journal> | undefined;
  return [...own, ...(journal?.made ?? []).filter((name) => !installed.includes(name))];
}

function checkSpace(plan: Plan, storage: BoardStorage, { compact }: UploadOptions): void {
  if (plan.journal && plan.bootFile === undefined) {
    throw new UploadError('storage', `the board has all of ${BOOT_FILES.join(', ')}: one is needed to switch safely`, [
      'erase one of them: require("Storage").erase(".boot3")',
    ]);
  }
  const { free, trash } = storage;
  if (plan.needed <= free || (compact && plan.needed <= free + trash)) return;
  const isEnough = plan.needed <= free + trash;
  throw new UploadError('storage', `Storage is full: ${plan.needed} bytes are needed, and ${free} are free`, [
    isEnough
      ? `compaction would free ${trash} more: add --compact, and keep the power on until it is done`
      : `compaction would free ${trash} more, which is not enough: erase files, or all: require("Storage").eraseAll()`,
  ]);
}

/** Erases these, and what has a name that was not written to its end. */
export async function eraseFiles(names: readonly string[], connection: BoardConnection): Promise<void> {
  const list = JSON.stringify(names);
  await connection.evaluate(
    `(function(s){${list}.forEach(function(n){s.erase(n)});` +
      's.list().forEach(function(n){if(n.indexOf("\\xff")>=0)s.erase(n)})})(require("Storage"))',
    FILE,
  );
}

type Progress = (step: UploadProgress['step'], written: number, file?: string) => void;

async function write({ written, bootFile }: Plan, connection: BoardConnection, progress: Progress): Promise<void> {
  const done = await writeFiles(written, connection, progress);
  const boot = { name: bootFile!, bytes: Buffer.from(switchProgram) };
  await writeChunk(boot, 0, boot.bytes, connection);
  await verify([...written, boot], connection);
  progress('verified', done);
}

/** Returns the number of bytes. */
async function writeFiles(
  files: readonly StorageFile[],
  connection: BoardConnection,
  progress: Progress,
): Promise<number> {
  let done = 0;
  for (const file of files) {
    for (let at = 0; at < file.bytes.length; at += CHUNK) {
      progress('writing', done, file.name);
      const chunk = file.bytes.subarray(at, at + CHUNK);
      await writeChunk(file, at, chunk, connection);
      done += chunk.length;
    }
  }
  return done;
}

async function writeChunk(
  { name, bytes }: StorageFile,
  at: number,
  chunk: Uint8Array,
  connection: BoardConnection,
): Promise<void> {
  const data = Buffer.from(chunk).toString('base64');
  const [quoted, sum] = [JSON.stringify(name), stateOf(chunk).crc];
  // Characters may be lost on the way, and a line may be run twice: what is there already is as good as written.
  const line =
    `(function(s,d){return E.CRC32(d)!=${sum}?0:s.read(${quoted},${at},${chunk.length})===d||` +
    `s.write(${quoted},d,${at},${bytes.length})})(require("Storage"),atob("${data}"))`;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    if ((await connection.evaluate(line, CHUNK_TIME)) === true) return;
  }
  throw new UploadError('verification', `the board does not receive ${name} as it was sent`, ['try again']);
}

async function verify(files: readonly StorageFile[], connection: BoardConnection): Promise<void> {
  for (const { name, bytes } of files) {
    const state = (await connection.evaluate(
      `(function(d){return d===undefined?0:[d.length,E.CRC32(d)]})(require("Storage").read(${JSON.stringify(name)}))`,
      FILE,
    )) as 0 | [number, number];
    if (state !== 0 && isSame({ size: state[0], crc: state[1] }, stateOf(bytes))) continue;
    throw new UploadError('verification', `${name} is not on the board as it was sent`, ['try again']);
  }
}

/** Switches to the new program. Once the marker is written, the board completes the switch by itself if the connection is lost. */
async function switchOver(image: BoardImage, bootFile: string, connection: BoardConnection): Promise<void> {
  await connection.evaluate(`require("Storage").write(${JSON.stringify(MARKER)},"1")`);
  await connection.evaluate(switchProgram.replace(/;$/, ''), LONG);
  await verify(filesOf(image), connection);
  await eraseFiles([bootFile, JOURNAL], connection);
}

/** Takes away what was written, as far as the board can still be talked to, and starts what it has. */
async function leave({ written, bootFile, journal }: Plan, connection: BoardConnection): Promise<void> {
  try {
    const made = journal ? [...written.map(({ name }) => name), bootFile!] : [];
    await eraseFiles(made, connection);
    await connection.run('load()');
  } catch {
    // The next upload does it.
  }
}

function worded(error: unknown): unknown {
  if (!(error instanceof BoardError)) return error;
  return new UploadError('storage', `the board says: ${error.message}`);
}
