// The contestants of the kernels in Espruino: handwritten JavaScript, and translated code.

import { transformSync } from 'esbuild';
import { type Board, banglejs2 } from '../../boards/index.js';
import { type BuildOptions, buildProgram } from '../../targets/board/build.js';
import type { StorageFile } from '../../targets/board/image.js';
import { parsable } from '../../targets/board/parsable.js';
import { type ReadModule, readModule } from '../../targets/module/read-module.js';
import { kernelBytes } from '../kernels.js';
import {
  type EspruinoProgram,
  kernels,
  moduleBytes,
  writtenOverMemory,
  writtenProgram,
  writtenText,
} from './workload.js';

export interface Contestant {
  /** The name for `require`; for a module. */
  name: string;
  /** A module's. */
  text: string;
  /** Files in Storage. */
  files: StorageFile[];
}

/** Espruino for Linux has the C stack of a process. */
export const BOARD: Board = { ...banglejs2, cStack: { bytes: 60_512, known: 'exactly' }, freeJsVars: 14_000 };
/** Bytes of linear memory: the kernels need no more. */
const MEMORY = 8192;

/** The handwritten program, minified like programs in Storage. */
export function written(): Contestant {
  return writtenAs('written', writtenText(), Object.keys(kernels));
}

/** The handwritten program in which each function asks for the board's compiler. The compiler refuses some of them. */
export function writtenForJit(): Contestant {
  return forJit(writtenText(), Object.keys(kernels));
}

function forJit(source: string, names: readonly string[]): Contestant {
  const { text, ...rest } = writtenAs('written-jit', source.replace(/function.*\{$/gm, '$& "jit";'), names);
  return { ...rest, text: parsable(text) };
}

function writtenAs(name: string, source: string, exported: readonly string[]): Contestant {
  const lines = exported.map((each) => `EXPORTS.${each}=${each};`);
  const options = { minify: true, target: 'es2015', format: 'esm' } as const;
  const { code } = transformSync(`${source}\n${lines.join('')}`, options);
  return { name, text: code.trim().replace(/\bEXPORTS\b/g, 'exports'), files: [] };
}

async function translated(name: string, module: ReadModule, options: Partial<BuildOptions> = {}): Promise<Contestant> {
  const { image } = await buildProgram(module, { board: BOARD, name, tier: 'js', ...options });
  const files = image.files.filter((file) => file.name !== name);
  const program = image.files.find((file) => file.name === name)!;
  return { name, text: Buffer.from(program.bytes).toString('latin1'), files };
}

/** What a person writes who keeps all data in one memory, as a module does. */
export const OVER_MEMORY = 'over-memory';

/** The ways of translation, by the heading of their column. */
const WAYS: Readonly<Record<string, Partial<BuildOptions>>> = {
  translated: {},
  fuel: { fuel: true },
  jitted: { jit: 'all' },
  'jitted-fuel': { jit: 'all', fuel: true },
};

async function inAllWays(module: ReadModule, options: Partial<BuildOptions>): Promise<Contestant[]> {
  const all: Contestant[] = [];
  for (const [name, way] of Object.entries(WAYS)) all.push(await translated(name, module, { ...options, ...way }));
  return all;
}

/** All kernels, in all ways that are compared with what a person wrote. */
export async function contestants(): Promise<Contestant[]> {
  return [...(await inAllWays(readModule(moduleBytes()), { memoryBytes: MEMORY })), writtenForJit()];
}

/** A program as a person wrote it, and in all ways that are compared with that. */
export async function programContestants({ name }: EspruinoProgram): Promise<Contestant[]> {
  const source = writtenProgram(name);
  const all = await inAllWays(readModule(kernelBytes(name)), {});
  const overMemory = writtenOverMemory(name);
  const others = overMemory === undefined ? [] : [writtenAs(OVER_MEMORY, overMemory, ['run'])];
  return [writtenAs('written', source, ['run']), ...all, forJit(source, ['run']), ...others];
}
