// How fast real modules are translated to JavaScript for Node. Those within one script count as one. Time is that of the
// processor: other programs hardly count, but the threads in which V8 collects garbage and compiles do.

import { Reader } from '../src/reader.js';
import { readModule } from '../targets/module/read-module.js';
import { compileModule } from '../targets/node/compile-module.js';
import { resultsOfProcesses } from './compare.js';
import { realModules } from './real-modules.js';
import { median } from './statistics.js';
import { formatTable } from './table.js';

/** The command that prints what `firstTranslation` returns. */
export const FIRST_TRANSLATION = 'first-translation';
/** Translations of each before any is measured: V8 has compiled the translator for all of them by then. */
const WARM_UP = 10;

export interface Translation {
  file: string;
  bytes: number;
  /** Of these, in bodies of functions. */
  codeBytes: number;
  megabytesPerSecond: number;
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

function translate({ modules }: Input): number {
  return timed(() => modules.map((bytes) => compileModule(bytes, { dialect: 'node' })));
}

/** In turns, when all have been translated several times. */
export function measureTranslation(rounds: number): Translation[] {
  const all = inputs();
  for (let round = 0; round < WARM_UP; round++) all.forEach(translate);
  const times: number[][] = all.map(() => []);
  for (let round = 0; round < rounds; round++)
    for (const [index, input] of all.entries()) times[index].push(translate(input));
  return all.map(({ file, modules }, index) => {
    const bytes = modules.reduce((sum, { length }) => sum + length, 0);
    const codeBytes = modules.reduce((sum, module) => sum + codeBytesOf(module), 0);
    return { file, bytes, codeBytes, megabytesPerSecond: bytes / 1000 / median(times[index]) };
  });
}

/** Of the code section without its head. */
function codeBytesOf(bytes: Uint8Array): number {
  const { bodies, importedFunctions } = readModule(bytes);
  if (bodies.length === importedFunctions) return 0;
  const reader = new Reader();
  reader.reset(bytes, bodies[bodies.length - 1], bytes.length);
  return reader.u32() + reader.position - bodies[importedFunctions];
}

/** Megabytes a second of the first translation in this process. */
export function firstTranslation(file: string): number {
  const input = inputs().find((each) => each.file === file);
  if (input === undefined) throw new Error(`no modules in ${file}`);
  return input.modules.reduce((sum, { length }) => sum + length, 0) / 1000 / translate(input);
}

/** Of several processes, each with the lowest and highest; the first translation is that of a process of its own. */
export function formatTranslation(all: Translation[][]): string {
  const head = ['translation', 'KB', 'of code', 'MB/s', 'lowest', 'highest', 'the first time'];
  const rows = all[0].map(({ file, bytes, codeBytes }, row) => {
    const rates = all.map((each) => each[row].megabytesPerSecond);
    const first = resultsOfProcesses<number>([process.argv[1], FIRST_TRANSLATION, file], 1)[0];
    const figures = [median(rates), Math.min(...rates), Math.max(...rates), first];
    return [
      file,
      ...[bytes, codeBytes].map((each) => (each / 1000).toFixed(1)),
      ...figures.map((each) => each.toFixed(2)),
    ];
  });
  return formatTable([head, ...rows]);
}
