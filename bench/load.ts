// How fast modules are loaded: real ones, in bytes a second, and growing ones, whose time must grow with their size.

import { existsSync, readFileSync } from 'node:fs';
import { Engine, ExternalKind, large } from '../src/index.js';
import { describeModule, type External } from '../targets/module/description.js';
import { growths } from './growth.js';
import { median } from './statistics.js';
import { formatTable } from './table.js';

/** Modules of several compilers, largest first, inside packages that the project is developed with. */
const FILES = [
  'wasm-media-encoders/wasm/ogg.wasm',
  'web-tree-sitter/tree-sitter.wasm',
  'wasm-media-encoders/wasm/mp3.wasm',
  'source-map/lib/mappings.wasm',
  'lz4-wasm/lz4_wasm_bg.wasm',
];
const SCALES = [1, 2, 4, 8, 16];
/** Loads of each module before any is measured: V8 has optimised the engine for all of them by then. */
const WARM_UP_LOADS = 20;

export interface LoadTime {
  bytes: number;
  /** Parse and validate, in milliseconds. */
  load: number;
  /** Link, lower and initialise. */
  instantiate: number;
}

export interface LoadResults {
  modules: ({ name: string } & LoadTime)[];
  growths: { name: string; times: LoadTime[] }[];
}

export function measureLoading(filter: string, rounds: number): LoadResults {
  const engine = new Engine({ ...large, memoryBytes: 2 ** 26, typeValues: 2 ** 20, types: 65528 });
  const real = FILES.filter((name) => name.includes(filter)).flatMap((name) => {
    const url = new URL(`../node_modules/${name}`, import.meta.url);
    return existsSync(url) ? [{ name, bytes: new Uint8Array(readFileSync(url)) }] : [];
  });
  const grown = growths
    .filter(({ name }) => name.includes(filter))
    .map(({ name, build }) => ({ name, modules: SCALES.map(build) }));
  for (const { bytes } of real) measure(engine, bytes, WARM_UP_LOADS);
  for (const { modules } of grown) measure(engine, modules[0], WARM_UP_LOADS);
  return {
    modules: real.map(({ name, bytes }) => ({ name, ...measure(engine, bytes, rounds) })),
    growths: grown.map(({ name, modules }) => ({
      name,
      times: modules.map((bytes) => measure(engine, bytes, rounds)),
    })),
  };
}

/** Medians of several rounds. */
function measure(engine: Engine, bytes: Uint8Array, rounds: number): LoadTime {
  const { imports } = describeModule(bytes);
  const loads: number[] = [];
  const instantiations: number[] = [];
  for (let round = 0; round < rounds; round++) {
    engine.reset();
    for (const item of imports) define(engine, item);
    const start = performance.now();
    const module = engine.load(bytes);
    const loaded = performance.now();
    engine.instantiate(module);
    instantiations.push(performance.now() - loaded);
    loads.push(loaded - start);
  }
  return { bytes: bytes.length, load: median(loads), instantiate: median(instantiations) };
}

const letters: Record<string, string> = { i32: 'i', i64: 'I', f32: 'f', f64: 'F', funcref: 'r', externref: 'R' };

/** Something of the type that the module asks for. */
function define(engine: Engine, { module, name, kind, type, parameters, results }: External): void {
  const words = type.split(' ');
  if (kind === ExternalKind.Function) {
    const letter = (valueType: string) => letters[valueType];
    engine.defineFunction(module, name, parameters.map(letter).join(''), results.map(letter).join(''), () => undefined);
  } else if (kind === ExternalKind.Global) {
    engine.defineGlobal(module, name, letters[words[words.length - 1]], words[1] === 'mut', 0, 0);
  } else {
    const minimum = Number(words[1]);
    const maximum = /^\d+$/.test(words[2] ?? '') ? Number(words[2]) : -1;
    if (kind === ExternalKind.Memory) engine.defineMemory(module, name, minimum, maximum);
    else engine.defineTable(module, name, letters[words[words.length - 1]], minimum, maximum);
  }
}

/** Millions of bytes a second. */
function rate(bytes: number, milliseconds: number): string {
  return (bytes / 1000 / milliseconds).toFixed(1);
}

export function formatLoading({ modules, growths }: LoadResults): string {
  const head = ['module', 'KB', 'parse+validate ms', 'instantiate ms', 'MB/s', 'MB/s', 'MB/s of both'];
  const rows = modules.map(({ name, bytes, load, instantiate }) => [
    name,
    (bytes / 1000).toFixed(1),
    load.toFixed(2),
    instantiate.toFixed(2),
    rate(bytes, load),
    rate(bytes, instantiate),
    rate(bytes, load + instantiate),
  ]);
  const growthHead = ['ns a byte, of more', 'KB', ...SCALES.map((scale) => `${scale}x`)];
  const growthRows = growths.map(({ name, times }) => [
    name,
    (times[0].bytes / 1000).toFixed(1),
    ...times.map(({ bytes, load, instantiate }) => (((load + instantiate) * 1e6) / bytes).toFixed(1)),
  ]);
  return `${formatTable([head, ...rows])}\n${formatTable([growthHead, ...growthRows])}`;
}
