// Programs that use a module in WebAssembly's text format, perhaps with imports of its own: what they print, built in different ways.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Board, banglejs2 } from '../../../boards/index.js';
import { ownImportsFor } from '../../../cli/own-imports.js';
import type { BuildOptions } from '../../../targets/board/build.js';
import type { OwnImports } from '../../../targets/host-functions/own-imports.js';
import { wat } from '../../core/wat.js';
import { printedBySimulator, stored } from './program.js';

export interface ProgramCase {
  what: string;
  module: string;
  /** `app` is what the module exports; `attempt(run)` gives the result as a string, or the error's message. */
  program: string;
  /** JavaScript for `--imports`. */
  imports?: string;
  needsTimers?: boolean;
}

/** Runs a program behind what puts files into Storage. Returns the lines that it prints. */
export type Run = (files: string, program: string) => string[];

/** Defines `attempt`, for programs. Of a trap, it gives the first line: machine code tells the call stack, too. */
export const ATTEMPT =
  'var attempt = function (run) { try { return String(run()); } catch (error) { return ("" + (error.message || error)).split("\\n")[0]; } };';

export async function printedByCase(
  { module, program, imports }: ProgramCase,
  options: Partial<BuildOptions>,
  run: Run,
): Promise<string[]> {
  const own = imports === undefined ? undefined : await ownImports(imports);
  return run(
    await stored(wat(module), { imports: own, ...options }),
    `var app = require("app"); ${ATTEMPT}\n${program}`,
  );
}

async function ownImports(text: string): Promise<OwnImports> {
  const folder = mkdtempSync(join(tmpdir(), 'tazzina-imports-'));
  try {
    const file = join(folder, 'host.js');
    writeFileSync(file, text);
    return await ownImportsFor(banglejs2, file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** In the simulator. */
export const on =
  (board: Board): Run =>
  (files, program) =>
    printedBySimulator(files, program, board);
