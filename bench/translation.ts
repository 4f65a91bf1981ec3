// How fast real modules are compiled: to JavaScript for Node and for Espruino, and to machine code. Those within one script count as one.
// Time is that of the processor: other programs hardly count, but the threads in which V8 collects garbage and compiles do.

import { CORTEX_M4F } from '../machine/thumb/cpu.js';
import { Reader } from '../src/reader.js';
import { translateForEspruino } from '../targets/compiler/javascript/espruino/module.js';
import { compileThumb } from '../targets/compiler/thumb/image.js';
import { NotCompiled } from '../targets/compiler/thumb/not-compiled.js';
import { type ReadModule, readModule } from '../targets/module/read-module.js';
import { compileRead } from '../targets/node/compile-module.js';
import { resultsOfProcesses } from './compare.js';
import { realModules } from './real-modules.js';
import { median } from './statistics.js';
import { formatTable } from './table.js';

/** The command that prints what `firstTranslation` returns. */
export const FIRST_TRANSLATION = 'first-translation';
/** Compilations of each before any is measured: V8 has compiled the compilers for all of them by then. */
const WARM_UP = 3;

const PAGE = 65536;

/** The output of the compilation. */
export type Output = 'node' | 'espruino' | 'native';

const compilers: Record<Output, (read: ReadModule) => unknown> = {
  node: (read) => compileRead(read, { dialect: 'node' }),
  espruino: (read) =>
    translateForEspruino(read, {
      memoryBytes: PAGE,
      mostMemoryBytes: PAGE,
      globalBits: () => [0, 0],
      tableEntries: read.tables.map(({ minimum }) => new Array<number>(minimum).fill(-1)),
      fuel: false,
    }),
  native: (read) => compileThumb(read, { cpu: CORTEX_M4F, fuel: false }),
};
const outputs = Object.keys(compilers) as Output[];

export interface Translation {
  file: string;
  bytes: number;
  /** Bytes in the bodies of functions. */
  codeBytes: number;
  /** NaN, or null in JSON, where a compiler does not take a module. */
  megabytesPerSecond: Record<Output, number>;
}

/** A file of a package, and the modules in it that use nothing unsupported. */
interface Input {
  file: string;
  modules: Uint8Array[];
}

function inputs(): Input[] {
  const found = new Map<string, Uint8Array[]>();
  for (const { name, bytes } of realModules()) {
    if (!name.startsWith('node_modules/') || name.includes('.simd.')) continue;
    const file = name.replace(/^node_modules\//, '').replace(/ \d+$/, '');
    if (!isSupported(bytes)) continue;
    found.set(file, [...(found.get(file) ?? []), bytes]);
  }
  return Array.from(found, ([file, modules]) => ({ file, modules }));
}

function isSupported(bytes: Uint8Array): boolean {
  try {
    readModule(bytes);
    return true;
  } catch {
    return false;
  }
}

/** Milliseconds of the processor. */
export function timed(action: () => unknown): number {
  const start = process.cpuUsage();
  action();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

/** Milliseconds, reading included; NaN where it cannot be compiled. */
function compile({ modules }: Input, output: Output): number {
  try {
    return timed(() => modules.map((bytes) => compilers[output](readModule(bytes))));
  } catch (error) {
    if (error instanceof NotCompiled) return Number.NaN;
    throw error;
  }
}

/** In turns, when all have been compiled several times. */
export function measureTranslation(rounds: number): Translation[] {
  const all = inputs();
  for (let round = 0; round < WARM_UP; round++)
    for (const output of outputs) for (const input of all) compile(input, output);
  const times = all.map(() => ({ node: [], espruino: [], native: [] }) as Record<Output, number[]>);
  for (let round = 0; round < rounds; round++)
    for (const [index, input] of all.entries())
      for (const output of outputs) times[index][output].push(compile(input, output));
  return all.map(({ file, modules }, index) => {
    const bytes = modules.reduce((sum, { length }) => sum + length, 0);
    const codeBytes = modules.reduce((sum, module) => sum + codeBytesOf(module), 0);
    const rate = (output: Output) => bytes / 1000 / median(times[index][output]);
    return {
      file,
      bytes,
      codeBytes,
      megabytesPerSecond: { node: rate('node'), espruino: rate('espruino'), native: rate('native') },
    };
  });
}

/** Returns the bytes of the code section without its header. */
function codeBytesOf(bytes: Uint8Array): number {
  const { bodies, importedFunctions } = readModule(bytes);
  if (bodies.length === importedFunctions) return 0;
  const reader = new Reader();
  reader.reset(bytes, bodies[bodies.length - 1], bytes.length);
  return reader.u32() + reader.position - bodies[importedFunctions];
}

/** Megabytes a second of the first compilation in this process. */
export function firstTranslation(file: string, output: Output): number {
  const input = inputs().find((each) => each.file === file);
  if (input === undefined) throw new Error(`no modules in ${file}`);
  return input.modules.reduce((sum, { length }) => sum + length, 0) / 1000 / compile(input, output);
}

/**
 * Formats the results of several processes: medians, and for Node also the lowest and highest. The first compilation is measured in a
 * process of its own.
 */
export function formatTranslation(all: Translation[][]): string {
  const head = ['compiling, MB/s', 'KB', 'of code', 'for Node', 'lowest', 'highest', 'Espruino', 'native'];
  const firsts: Output[] = ['node', 'native'];
  const rows = all[0].map(({ file, bytes, codeBytes }, row) => {
    const rates = (output: Output) => all.map((each) => each[row].megabytesPerSecond[output]);
    const first = firsts.map(
      (output) =>
        resultsOfProcesses<number | null>([process.argv[1], FIRST_TRANSLATION, file, output], 1)[0] ?? Number.NaN,
    );
    const node = rates('node');
    const figures = [
      ...[median(node), Math.min(...node), Math.max(...node)],
      ...[median(rates('espruino')), median(rates('native'))],
      ...first,
    ];
    return [
      file,
      ...[bytes, codeBytes].map((each) => (each / 1000).toFixed(1)),
      ...figures.map((each) => (Number.isFinite(each) ? each.toFixed(2) : '-')),
    ];
  });
  return formatTable([[...head, 'Node, the first time', 'native, the first time'], ...rows]);
}
