// What does the work of the kernels in Espruino: JavaScript that a person wrote, and translated code.

import { transformSync } from 'esbuild';
import { type Board, banglejs2 } from '../../boards/index.js';
import { type BuildOptions, buildProgram } from '../../targets/board/build.js';
import type { StorageFile } from '../../targets/board/image.js';
import { parsable } from '../../targets/board/parsable.js';
import { readModule } from '../../targets/module/read-module.js';
import { kernels, moduleBytes, writtenText } from './workload.js';

export interface Contestant {
  /** What `require` finds it under. */
  name: string;
  /** A module's. */
  text: string;
  /** What it needs in Storage. */
  files: StorageFile[];
}

/** Espruino for Linux has the C stack of a process. */
const BOARD: Board = { ...banglejs2, cStack: { bytes: 60_512, known: 'exactly' }, freeJsVars: 14_000 };
/** Of linear memory: the kernels need no more. */
const MEMORY = 8192;

/** Minified, as programs are that go into Storage. */
export function written(): Contestant {
  return { name: 'written', text: minified(writtenText()), files: [] };
}

/** The same, in which each function asks for the board's compiler, which does not take some of them. */
export function writtenForJit(): Contestant {
  const text = writtenText().replace(/function.*\{$/gm, '$& "jit";');
  return { name: 'written-jit', text: parsable(minified(text)), files: [] };
}

function minified(source: string): string {
  const lines = Object.keys(kernels).map((name) => `EXPORTS.${name}=${name};`);
  const options = { minify: true, target: 'es2015', format: 'esm' } as const;
  const { code } = transformSync(`${source}\n${lines.join('')}`, options);
  return code.trim().replace(/\bEXPORTS\b/g, 'exports');
}

async function translated(name: string, options: Partial<BuildOptions> = {}): Promise<Contestant> {
  const { image } = await buildProgram(readModule(moduleBytes()), {
    board: BOARD,
    name,
    tier: 'js',
    memoryBytes: MEMORY,
    ...options,
  });
  const files = image.files.filter((file) => file.name !== name);
  const program = image.files.find((file) => file.name === name)!;
  return { name, text: Buffer.from(program.bytes).toString('latin1'), files };
}

/** All that are compared with what a person wrote, by the heading of their column. */
export async function contestants(): Promise<Contestant[]> {
  return [
    await translated('translated'),
    await translated('fuel', { fuel: true }),
    await translated('jitted', { jit: 'all' }),
    await translated('jitted-fuel', { jit: 'all', fuel: true }),
    writtenForJit(),
  ];
}
