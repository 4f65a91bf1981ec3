// Runs by itself, with the collector exposed: counts collections and bytes of calls, loads and instantiations.
// Its argument is JSON: modules by name, in base64. Prints one line of JSON: measurements by name.
import { PerformanceObserver, performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { type Capacities, Engine, small } from '../../src/index.js';

declare const gc: () => void;

const CALLS = 1_000_000;
const LOADS = 1000;

/** Rounds at most until V8 has compiled everything; what the engine allocates is there in every round. */
const ROUNDS = 24;
const QUIET_BYTES = 1024;

interface Measurement {
  /** Collections that started meanwhile. */
  collections: number;
  /** Bytes allocated. */
  bytes: number;
  /** The part of these bytes that is still held. */
  kept: number;
}

const collections: number[] = [];
const observer = new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) collections.push(entry.startTime);
});
observer.observe({ entryTypes: ['gc'] });

async function measure(action: () => void): Promise<Measurement> {
  gc();
  // The observer hears of a collection later than it happens.
  await wait(20);
  const before = process.memoryUsage().heapUsed;
  const start = performance.now();
  action();
  const end = performance.now();
  const bytes = process.memoryUsage().heapUsed - before;
  await wait(20);
  gc();
  const kept = process.memoryUsage().heapUsed - before;
  return { collections: collections.filter((at) => at >= start && at <= end).length, bytes, kept };
}

/** The round with the fewest collections, and of these the one with the fewest bytes: V8 allocates, too, when it compiles. */
async function quietest(action: () => void): Promise<Measurement> {
  let best = await measure(action);
  for (let round = 1; round < ROUNDS && (best.collections > 0 || best.bytes > QUIET_BYTES); round++) {
    const found = await measure(action);
    if (found.collections < best.collections || (found.collections === best.collections && found.bytes < best.bytes))
      best = found;
  }
  return best;
}

const modules: Record<string, Uint8Array> = {};
for (const [name, text] of Object.entries<string>(JSON.parse(process.argv[2]))) {
  modules[name] = new Uint8Array(Buffer.from(text, 'base64'));
}

const capacities: Capacities = {
  ...small,
  memoryBytes: 131072,
  codeWords: 32768,
  globals: 64,
  dataSegments: 64,
  tableEntries: 256,
};

/** Calls a function again and again, each time with its last result. */
function caller(engine: Engine, address: number, fuel?: number): () => void {
  return () => {
    let value = 0;
    for (let count = 0; count < CALLS; count++) {
      engine.setI32(0, value);
      engine.call(address, fuel);
      value = engine.getI32(0);
    }
    if (value !== CALLS) throw new Error(`counted ${value}`);
  };
}

function increment(engine: Engine): number {
  return engine.exportedFunction(engine.instantiate(engine.load(modules.increment)), 'f');
}

function callerOfHost(engine: Engine): () => void {
  const address = increment(engine);
  const host = engine.defineFunction('host', 'f', 'i', 'i', () => {
    const value = engine.getI32(0);
    const base = engine.beginCall();
    engine.setI32(0, value);
    engine.call(address);
    const result = engine.getI32(0);
    engine.endCall(base);
    engine.setI32(0, result);
  });
  return caller(engine, host);
}

/** A long loop, which runs in slices. */
function looper(engine: Engine): () => void {
  const address = engine.exportedFunction(engine.instantiate(engine.load(modules.loop)), 'f');
  return () => {
    engine.setI32(0, CALLS / 10);
    let status = engine.call(address, 500);
    while (status !== 0) status = engine.resume(500);
  };
}

/** Loads into an empty engine each time. */
function loader(engine: Engine, bytes: Uint8Array, instantiate: boolean, define: boolean): () => void {
  const abort = () => {};
  return () => {
    for (let count = 0; count < LOADS; count++) {
      engine.reset();
      if (define) engine.defineFunction('env', 'abort', 'iiii', '', abort);
      const module = engine.load(bytes);
      if (instantiate) engine.instantiate(module);
    }
  };
}

function engine(): Engine {
  return new Engine(capacities);
}

const one = engine();
const two = engine();
const actions: Record<string, () => void> = {
  calls: caller(one, increment(one)),
  'calls with fuel': caller(two, increment(two), 1000),
  'calls of a host function that calls back': callerOfHost(engine()),
  'a long loop in slices': looper(engine()),
  loads: loader(engine(), modules.importing, false, false),
  'loads and instantiations': loader(engine(), modules.closed, true, false),
  'definitions, loads and instantiations': loader(engine(), modules.importing, true, true),
};
const results: Record<string, Measurement> = {};
for (const [name, action] of Object.entries(actions)) results[name] = await quietest(action);
console.log(JSON.stringify(results));
observer.disconnect();
