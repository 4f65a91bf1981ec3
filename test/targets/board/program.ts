// Programs that are built for a board, put into its Storage and called: in the simulator and in Espruino itself.
import { type Board, banglejs2 } from '../../../boards/index.js';
import { SimulatedBoard } from '../../../sim/index.js';
import { small } from '../../../src/index.js';
import { type BuildOptions, buildProgram } from '../../../targets/board/build.js';
import type { StorageFile } from '../../../targets/board/image.js';
import { buildFullRuntime, type FullRuntime } from '../../../targets/board/loaded/build.js';
import { readModule } from '../../../targets/module/read-module.js';
import { runInEspruino } from '../../sim/espruino.js';

/** Bytes that a statement writes: more at once would need as much RAM three times. */
const PIECE = 3000;

/** Writes the files into Storage: text that any board runs. */
export function writesOf(files: StorageFile[]): string {
  return files
    .flatMap(({ name, bytes }) =>
      Array.from({ length: Math.ceil(bytes.length / PIECE) }, (_, index) => {
        const piece = Buffer.from(bytes.subarray(index * PIECE, (index + 1) * PIECE)).toString('base64');
        return `require("Storage").write(${JSON.stringify(name)}, atob("${piece}"), ${index * PIECE}, ${bytes.length});\n`;
      }),
    )
    .join('');
}

/** Builds a module and returns the program in Storage. */
export async function stored(bytes: Uint8Array, options: Partial<BuildOptions> = {}): Promise<string> {
  const { image } = await buildProgram(readModule(bytes), { board: banglejs2, name: 'app', ...options });
  return writesOf(image.files);
}

/** Builds a module and returns the program in RAM: only its data are in Storage. */
export async function storedInRam(bytes: Uint8Array, options: Partial<BuildOptions> = {}): Promise<string> {
  const { image } = await buildProgram(readModule(bytes), { board: banglejs2, name: 'app', ...options });
  const text = Buffer.from(image.files.find(({ name }) => name === 'app')!.bytes).toString('base64');
  return `${writesOf(image.files.filter(({ name }) => name !== 'app'))}Modules.addCached("app", atob("${text}"));\n`;
}

/** Capacities for which Espruino for 32-bit Linux has room. */
const SMALL = {
  ...small,
  functionLocals: 64,
  codeWords: 2048,
  memoryBytes: 8192,
  callDepth: 64,
  valueSlots: 512,
};

let runtime: Promise<FullRuntime> | undefined;

/** Returns a program in which the full runtime loads a module, as `require("app")`. */
export async function storedWithRuntime(bytes: Uint8Array): Promise<string> {
  runtime ??= buildFullRuntime({ board: banglejs2, name: 'tazzina', capacities: SMALL });
  const app = `var e = require("tazzina").load(require("Storage").readArrayBuffer("app.wasm"));
for (var name in e) exports[name] = e[name];`;
  return writesOf([
    ...(await runtime).image.files,
    { name: 'app.wasm', bytes },
    { name: 'app', bytes: Buffer.from(app, 'latin1') },
  ]);
}

/** Lines that the program prints on a simulated board, its timers included. */
export function printedBySimulator(files: string, program: string, board: Board = banglejs2): string[] {
  // What is translated tests its indices itself.
  const simulated = new SimulatedBoard(board, { refuse: ['read past the end'] });
  simulated.run(files);
  simulated.run(program);
  simulated.runUntilIdle(600_000);
  return simulated.output.trim().split('\n');
}

/** Returns the output of the program in Espruino. */
export function printedByEspruino(files: string, program: string): string[] {
  const { printed, refusal } = runInEspruino(`require("Storage").eraseAll();\n${files}\n${program}`);
  const lines = [...printed, ...(refusal === '' ? [] : refusal.split('\n'))];
  // The console of Espruino for Linux, which says so when it was not read for a while, is no part of the program.
  return lines.map((line) => line.replace('>\r\u001b[J', '')).filter((line) => !line.endsWith('FIFO_FULL'));
}
