// Keeps what binaryen made, by content, in files of the user's cache folder: a third of a small build is binaryen's.
// A cache that cannot be read or written is as good as none. `TAZZINA_CACHE` names another folder, or is `off`.

import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The cached output for a text. */
export interface Kept {
  binary: Uint8Array;
  sourceMap: string;
}

/** Bytes of all files together; the oldest are removed. */
const MOST_BYTES = 32 * 2 ** 20;
/** Bytes of the sum of a file and of the length of its binary, which come first. */
const SUM = 32;
const HEADER = SUM + 4;

function folder(): string | undefined {
  const { TAZZINA_CACHE: given, XDG_CACHE_HOME: xdg, LOCALAPPDATA: local } = process.env;
  if (given === 'off') return undefined;
  if (given) return given;
  if (process.platform === 'win32') return local && join(local, 'tazzina', 'cache');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'tazzina');
  return join(xdg || join(homedir(), '.cache'), 'tazzina');
}

const sumOf = (content: Uint8Array | string) => createHash('sha256').update(content).digest();

/**
 * Returns the output of `make` for the text, from the cache if it is there. `maker` names the program and its version: another version has
 * another output.
 */
export async function cached(maker: string, text: string, make: () => Promise<Kept>): Promise<Kept> {
  const cache = folder();
  if (cache === undefined) return make();
  const file = join(cache, sumOf(`${maker}\n${text}`).toString('hex'));
  const found = read(file);
  if (found) return found;
  const made = await make();
  write(cache, file, made);
  return made;
}

function read(file: string): Kept | undefined {
  try {
    const bytes = readFileSync(file);
    const content = bytes.subarray(SUM);
    if (!sumOf(content).equals(bytes.subarray(0, SUM))) return undefined;
    const end = HEADER + bytes.readUInt32LE(SUM);
    return { binary: new Uint8Array(bytes.subarray(HEADER, end)), sourceMap: bytes.toString('utf8', end) };
  } catch {
    return undefined;
  }
}

function write(cache: string, file: string, { binary, sourceMap }: Kept): void {
  const length = Buffer.alloc(HEADER - SUM);
  length.writeUInt32LE(binary.length);
  const content = Buffer.concat([length, binary, Buffer.from(sourceMap)]);
  try {
    mkdirSync(cache, { recursive: true });
    // Another process may read it meanwhile.
    const part = `${file}.${process.pid}`;
    writeFileSync(part, Buffer.concat([sumOf(content), content]));
    renameSync(part, file);
    prune(cache);
  } catch {
    // The next build makes it again.
  }
}

function prune(cache: string): void {
  const files = readdirSync(cache).map((name) => {
    const path = join(cache, name);
    const { size, mtimeMs } = statSync(path);
    return { path, size, mtimeMs };
  });
  let left = files.reduce((sum, { size }) => sum + size, 0);
  for (const { path, size } of files.sort((one, other) => one.mtimeMs - other.mtimeMs)) {
    if (left <= MOST_BYTES) return;
    rmSync(path, { force: true });
    left -= size;
  }
}
